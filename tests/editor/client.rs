//! An editor without a screen: starts `servanda lsp`, opens and changes files, and keeps what it is told.

use std::collections::BTreeMap;
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use lsp_server::{Message, Notification, Request, RequestId};
use serde_json::{Value, json};

/// How long the server may take. It takes milliseconds; a machine that is busy may take longer.
const PATIENCE: Duration = Duration::from_secs(60);

/// An editor that works on the files of one folder.
pub(crate) struct Editor {
    server: Child,
    input: Option<ChildStdin>,
    messages: Receiver<(Instant, Message)>,
    folder: PathBuf,
    last_id: i32,
    versions: BTreeMap<String, i32>,
    /// What each file was told last, by its name in the folder.
    pub(crate) shown: BTreeMap<String, Value>,
}

impl Editor {
    /// Starts the server in a folder and says hello to it.
    ///
    /// # Panics
    ///
    /// Where the server does not start.
    pub(crate) fn start(folder: &Path, wishes: &Value) -> Editor {
        let mut server = Command::new(env!("CARGO_BIN_EXE_servanda"))
            .arg("lsp")
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(server.stdout.take().unwrap());
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            while let Ok(Some(message)) = Message::read(&mut output) {
                if sender.send((Instant::now(), message)).is_err() {
                    break;
                }
            }
        });
        let mut editor = Editor {
            input: server.stdin.take(),
            server,
            messages,
            folder: folder.to_owned(),
            last_id: 0,
            versions: BTreeMap::new(),
            shown: BTreeMap::new(),
        };
        let can =
            json!({ "textDocument": { "publishDiagnostics": { "relatedInformation": true } } });
        let hello = json!({ "capabilities": can, "initializationOptions": wishes });
        editor.request("initialize", hello);
        editor.notify("initialized", json!({}));
        editor
    }

    /// Gives what the server holds in memory, where the system tells. Unit: megabytes (2^20 bytes).
    pub(crate) fn memory(&self) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.server.id())).ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kilobytes: f64 = line.split_whitespace().next()?.parse().ok()?;
        Some(kilobytes / 1024.0)
    }

    /// Gives for how long the server has computed so far, on all its threads, where the system tells: other work on the machine makes
    /// whoever waits wait longer, and this hardly.
    pub(crate) fn computed(&self) -> Option<Duration> {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.server.id())).ok()?;
        let nanoseconds = tasks.flatten().filter_map(|task| {
            let spent = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
            spent.split_whitespace().next()?.parse::<u64>().ok()
        });
        Some(Duration::from_nanos(nanoseconds.sum()))
    }

    /// Opens a file with a text.
    pub(crate) fn open(&mut self, name: &str, text: &str) {
        self.versions.insert(name.to_owned(), 1);
        let document =
            json!({ "uri": self.uri(name), "languageId": "servanda", "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Changes a file that is open; gives its new version.
    pub(crate) fn change(&mut self, name: &str, changes: &[Value]) -> i32 {
        let version = self.versions.get_mut(name).unwrap();
        *version += 1;
        let version = *version;
        let document = json!({ "uri": self.uri(name), "version": version });
        self.notify(
            "textDocument/didChange",
            json!({ "textDocument": document, "contentChanges": changes }),
        );
        version
    }

    /// Waits until a file is told what to show at a version; gives when it came.
    pub(crate) fn told(&mut self, name: &str, version: i32) -> Instant {
        loop {
            let (at, message) = self.next();
            if self.take_in(message).as_deref() == Some(name)
                && self.shown[name]["version"] == version
            {
                return at;
            }
        }
    }

    /// Waits until the verdicts are those on the texts as they stand; gives when the answer came.
    pub(crate) fn settle(&mut self, name: &str) -> Instant {
        let document = json!({ "textDocument": { "uri": self.uri(name) } });
        let id = self.ask("textDocument/diagnostic", document);
        let (at, answer) = self.answer_to(id);
        assert!(answer.get("error").is_none_or(Value::is_null), "{answer}");
        at
    }

    /// Says goodbye.
    ///
    /// # Panics
    ///
    /// Where the server does not end as the protocol asks.
    pub(crate) fn leave(mut self) {
        self.request("shutdown", Value::Null);
        self.notify("exit", Value::Null);
        assert!(self.server.wait().unwrap().success());
    }

    fn uri(&self, name: &str) -> String {
        format!("file://{}", self.folder.join(name).display())
    }

    fn notify(&mut self, method: &str, parameters: Value) {
        self.send(&Notification::new(method.to_owned(), parameters).into());
    }

    fn request(&mut self, method: &str, parameters: Value) -> Value {
        let id = self.ask(method, parameters);
        self.answer_to(id).1
    }

    fn ask(&mut self, method: &str, parameters: Value) -> i32 {
        self.last_id += 1;
        let id = RequestId::from(self.last_id);
        self.send(&Request::new(id, method.to_owned(), parameters).into());
        self.last_id
    }

    fn send(&mut self, message: &Message) {
        let input = self.input.as_mut().unwrap();
        message.write(input).unwrap();
        input.flush().unwrap();
    }

    fn next(&mut self) -> (Instant, Message) {
        self.messages
            .recv_timeout(PATIENCE)
            .expect("the server says something")
    }

    fn answer_to(&mut self, id: i32) -> (Instant, Value) {
        loop {
            match self.next() {
                (at, Message::Response(response)) if response.id == RequestId::from(id) => {
                    return (at, serde_json::to_value(response).unwrap());
                }
                (_, message) => {
                    self.take_in(message);
                }
            }
        }
    }

    /// Keeps what a file is to show; gives its name.
    fn take_in(&mut self, message: Message) -> Option<String> {
        let Message::Notification(note) = message else {
            return None;
        };
        assert_ne!(note.method, "window/logMessage", "{}", note.params);
        if note.method != "textDocument/publishDiagnostics" {
            return None;
        }
        let uri = note.params["uri"].as_str().unwrap();
        let folder = format!("file://{}/", self.folder.display());
        let name = uri.strip_prefix(&folder).unwrap_or(uri).to_owned();
        self.shown.insert(name.clone(), note.params);
        Some(name)
    }
}
