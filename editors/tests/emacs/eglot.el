;;; eglot.el --- Emacs with the settings of `editors/README.md'  -*- lexical-binding: t -*-

;; Runs in the folder of the two projects. Everything is waited for with a deadline, nothing by a pause.

;;; Code:

(require 'cl-lib)
(require 'flymake)

(defconst here default-directory)
(defvar passed 0)
(defvar failed 0)

(defmacro check (title &rest body)
  "Do BODY, and tell whether TITLE holds."
  (declare (indent 1))
  `(condition-case problem
       (progn ,@body (cl-incf passed) (princ (format "  ok    %s\n" ,title)))
     (error (cl-incf failed) (princ (format "  FAIL  %s\n        %S\n" ,title problem)))))

(defmacro wait-for (what condition)
  "Wait until CONDITION holds and give it; fail with WHAT after a minute."
  `(let ((end (+ (float-time) 60)) value)
     (while (not (setq value ,condition))
       (when (> (float-time) end) (error "Waited in vain for %s" ,what))
       (accept-process-output nil 0.05))
     value))

(defun shown ()
  "What the buffer shows: the words that each diagnostic stands under."
  (sort (mapcar (lambda (found)
                  (buffer-substring-no-properties (flymake-diagnostic-beg found) (flymake-diagnostic-end found)))
                (flymake-diagnostics))
        #'string<))

(defun shows (&rest expected)
  "Wait until the buffer shows exactly the words EXPECTED."
  (condition-case _
      (wait-for "diagnostics" (equal (shown) (sort (copy-sequence expected) #'string<)))
    (error (error "Expected %S, found %S" expected (shown)))))

(defun visit (name)
  "Open the file NAME as a person would."
  (switch-to-buffer (find-file-noselect (expand-file-name name here)))
  (unless (eglot-current-server) (eglot--maybe-activate-editing-mode))
  (unless (eglot-current-server) (apply #'eglot--connect (eglot--guess-contact)))
  (wait-for "the server" (and (eglot-current-server) eglot--managed-mode))
  (flymake-mode 1)
  (flymake-start))

(defun type-over (old new)
  "Replace the first OLD by NEW."
  (goto-char (point-min))
  (search-forward old)
  (replace-match new t t)
  ;; eglot tells of edits once nobody types, which without a screen is never.
  (eglot--signal-textDocument/didChange))

(setq eglot-sync-connect 30 eglot-connect-timeout 30 make-backup-files nil create-lockfiles nil)

(check "the settings of the README start the server, and columns are right"
  (visit "river/rules.treaty")
  (cl-assert (eq major-mode 'treaty-mode))
  (shows "must not dump(in: delta)" "within 90 days of signature")
  (visit "river/crlf.treaty")
  (shows "by 2024-02-01")
  (visit "river/tabs.treaty")
  (shows "by 2024-03-01"))

(check "a record file is served by the same server"
  (visit "river/records/one.toml")
  (shows "\"dump\"" "\"open-gates\"" "\"open-gates\"" "\"open-gates\"")
  (let ((server (eglot-current-server)))
    (with-current-buffer "rules.treaty" (cl-assert (eq server (eglot-current-server))))))

(check "edits that are not saved are judged"
  (type-over "by = \"南\"" "by = \"南😀国\"")
  (shows "\"open-gates\"" "\"open-gates\"" "\"open-gates\"" "\"南😀国\"")
  (switch-to-buffer "rules.treaty")
  (shows "within 90 days of signature")
  (switch-to-buffer "one.toml")
  (type-over "南😀国" "南")
  (switch-to-buffer "rules.treaty")
  (shows "must not dump(in: delta)" "within 90 days of signature"))

(check "the layout is that of the command line"
  (let ((copy (make-temp-file "servanda" nil ".treaty" (buffer-string))) laid-out)
    (cl-assert (eq 0 (call-process "servanda" nil nil nil "fmt" copy)))
    (setq laid-out (with-temp-buffer (insert-file-contents copy) (buffer-string)))
    (delete-file copy)
    (cl-assert (not (equal laid-out (buffer-string))))
    (eglot-format-buffer)
    (cl-assert (equal laid-out (buffer-string)))))

(princ (format "emacs-%s: %d passed, %d failed\n" emacs-version passed failed))
(kill-emacs (if (and (> passed 0) (= failed 0)) 0 1))

;;; eglot.el ends here
