//! `servanda check --watch`: started on a project, the files changed as editors and people change them, what it says read as it comes.

#![expect(clippy::panic, reason = "a failing test should stop")]

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use crate::cli::{copy, here, program};

/// A run that goes on.
struct Watch {
    child: Child,
    lines: Receiver<String>,
}

impl Watch {
    fn start(place: &Path, words: &[&str]) -> Watch {
        let mut child = program(place)
            .args(["check", "--watch", "--format", "short"])
            .args(words)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = channel();
        forward(child.stdout.take().unwrap(), sender.clone());
        forward(child.stderr.take().unwrap(), sender);
        Watch { child, lines }
    }

    /// Gives what one check says, until it waits again.
    fn round(&self) -> String {
        let mut said = String::new();
        loop {
            let line = self.lines.recv_timeout(Duration::from_secs(60));
            let line = line.unwrap_or_else(|_| panic!("no round came to its end: {said}"));
            said.push_str(&line);
            said.push('\n');
            if line.contains("Ctrl-C ends it") {
                // The results come on the other stream; give them time to arrive.
                while let Ok(line) = self.lines.recv_timeout(Duration::from_millis(50)) {
                    said.push_str(&line);
                    said.push('\n');
                }
                return said;
            }
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn forward(stream: impl Read + Send + 'static, sender: Sender<String>) {
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
}

#[test]
fn each_change_of_a_project_is_checked() {
    let folder = tempfile::tempdir().unwrap();
    copy(&here("tests/cli/files/river"), folder.path());
    let (rules, records) = (
        folder.path().join("rules/river.treaty"),
        folder.path().join("records/river.toml"),
    );
    let text = std::fs::read_to_string(&rules).unwrap();
    let watch = Watch::start(folder.path(), &[]);
    let first = watch.round();
    assert!(first.contains("advice[fulfilled-late]: `gates`"), "{first}");
    assert!(first.contains("watching 3 files"), "{first}");
    assert!(
        !first.contains('\u{1b}'),
        "a pipe is not cleared: {first:?}"
    );

    // A mistake, written in place.
    std::fs::write(&rules, text.replace("north must", "norht must")).unwrap();
    let said = watch.round();
    assert!(said.contains("`rules/river.treaty` has changed"), "{said}");
    assert!(said.contains("error[unknown-name]"), "{said}");

    // Mended by an editor that writes a new file and puts it in the place of the old one.
    let fresh = folder.path().join("rules/river.treaty.tmp");
    std::fs::write(&fresh, &text).unwrap();
    std::fs::rename(&fresh, &rules).unwrap();
    let said = watch.round();
    assert!(!said.contains("error["), "{said}");
    assert!(said.contains("`gates`"), "{said}");

    // Written again with what it held, which is no change; and another file gone, which is one.
    std::fs::write(&rules, &text).unwrap();
    let kept = std::fs::read_to_string(&records).unwrap();
    std::fs::remove_file(&records).unwrap();
    let said = watch.round();
    assert!(said.contains("`records/river.toml` has changed"), "{said}");
    assert!(said.contains("error[overdue]: `gates`"), "{said}");

    // A new file that the pattern of the settings names.
    std::fs::write(folder.path().join("records/later.toml"), kept).unwrap();
    let said = watch.round();
    assert!(said.contains("`records/later.toml` has changed"), "{said}");
    assert!(said.contains("advice[fulfilled-late]: `gates`"), "{said}");

    // The settings: with a mistake, then mended.
    let settings = folder.path().join("servanda.toml");
    let before = std::fs::read_to_string(&settings).unwrap();
    std::fs::write(&settings, "standard = \"certain\"\n").unwrap();
    let said = watch.round();
    assert!(said.contains("certain"), "{said}");
    std::fs::write(&settings, before.replace("reported", "corroborated")).unwrap();
    let said = watch.round();
    assert!(said.contains("error[overdue]: `gates`"), "{said}");
}

#[test]
fn a_used_file_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let rules =
        "use \"common.treaty\"\nevent go(by: actor)\npledge p { a must go() by 2024-01-01 }\n";
    std::fs::write(folder.path().join("main.treaty"), rules).unwrap();
    let watch = Watch::start(folder.path(), &["main.treaty", "--as-of", "2023-06-01"]);
    let said = watch.round();
    assert!(said.contains("error[missing-file]"), "{said}");
    std::fs::write(folder.path().join("common.treaty"), "party a\n").unwrap();
    let said = watch.round();
    assert!(said.contains("`common.treaty` has changed"), "{said}");
    assert!(!said.contains("error["), "{said}");
    // Two changes at once, in the time of one look, of the same length.
    std::fs::write(folder.path().join("common.treaty"), "party b\n").unwrap();
    let said = watch.round();
    assert!(said.contains("error[unknown-name]"), "{said}");
    std::fs::write(folder.path().join("common.treaty"), "party a\n").unwrap();
    let said = watch.round();
    assert!(!said.contains("error["), "{said}");
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_it() {
    use std::os::unix::process::ExitStatusExt;
    let folder = tempfile::tempdir().unwrap();
    copy(&here("tests/cli/files/river"), folder.path());
    let mut watch = Watch::start(folder.path(), &[]);
    watch.round();
    let number = watch.child.id().to_string();
    let sent = Command::new("kill")
        .args(["-INT", &number])
        .status()
        .unwrap();
    assert!(sent.success());
    // A shell tells this as 130.
    assert_eq!(watch.child.wait().unwrap().signal(), Some(2));
}

#[test]
fn a_reader_that_goes_away_ends_it() {
    let folder = tempfile::tempdir().unwrap();
    copy(&here("tests/cli/files/river"), folder.path());
    let mut child = program(folder.path())
        .args(["check", "--watch"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    // What the reader does not see is written once more at most.
    std::thread::sleep(Duration::from_millis(500));
    std::fs::write(folder.path().join("rules/new.treaty"), "party x\n").unwrap();
    for _ in 0..600 {
        if let Some(status) = child.try_wait().unwrap() {
            assert_eq!(status.code(), Some(0));
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    child.kill().unwrap();
    panic!("it goes on though nobody reads");
}
