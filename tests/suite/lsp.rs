//! Conversations with the language server, as cases: `tests/lsp/NAME.talk` says what the editor does, the snapshot what it is told.
//!
//! | Line | Does |
//! |---|---|
//! | `in FOLDER` | turns to another folder of `tests/lsp/files` than `river` |
//! | `open FILE` | opens a file of the folder |
//! | `change FILE L:C-L:C TEXT` | replaces a range (lines and columns from 0, in UTF-16) by a text in quotes |
//! | `close FILE` | closes it |
//! | `settle FILE` | waits until the verdicts are those on the texts as they stand, and shows what each file was told last |
//! | `ask METHOD FILE [JSON]` | asks about a file, with further parameters |
//! | `do COMMAND FILE [JSON]` | has a command run |

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use lsp_server::{Message, Notification, Request, RequestId};
use serde_json::{Value, json};

use crate::support;

#[test]
fn conversations_go_as_written() {
    support::cases("lsp", "talk", converse);
}

#[test]
fn an_editor_that_leaves_without_a_word_is_told_by_the_status() {
    let mut editor = Editor::new();
    drop(editor.input.take());
    assert_eq!(editor.server.wait().unwrap().code(), Some(1));
}

#[test]
fn what_is_cancelled_while_it_waits_is_answered_at_once() {
    let mut editor = Editor::new();
    editor.open("rules.treaty");
    let uri = editor.uri("rules.treaty");
    // The lens waits for verdicts, which take longer than the next message.
    let id = editor.send_request(
        "textDocument/codeLens",
        json!({ "textDocument": { "uri": uri } }),
    );
    editor.notify("$/cancelRequest", json!({ "id": id }));
    let answer = editor.answer_to(id);
    assert_eq!(answer["error"]["code"], json!(-32800), "{answer}");
}

#[test]
fn diagnostics_go_one_way_only() {
    let told = json!({ "publishDiagnostics": {}, "diagnostic": {} });
    let editor = Editor::with(&json!({ "textDocument": told }));
    assert!(editor.offers["diagnosticProvider"].is_null());
    editor.leave();

    let mut editor = Editor::with(&json!({ "textDocument": { "diagnostic": {} } }));
    assert!(editor.offers["diagnosticProvider"].is_object());
    editor.open("rules.treaty");
    let uri = editor.uri("rules.treaty");
    let answer = editor.request(
        "textDocument/diagnostic",
        json!({ "textDocument": { "uri": uri } }),
    );
    let codes = answer["result"]["items"].as_array().unwrap().iter();
    let codes: Vec<&str> = codes.map(|found| found["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["fulfilled-late", "breached"]);
    assert!(editor.shown.is_empty(), "{:?}", editor.shown);
    editor.leave();
}

/// How long the server may take. It takes milliseconds; a machine that is busy may take longer.
const PATIENCE: Duration = Duration::from_secs(60);

fn converse(script: &str) -> String {
    let mut editor = Editor::new();
    let mut told = String::new();
    let lines = script
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    for line in lines {
        let _ = writeln!(told, "> {line}");
        let mut words = line.splitn(3, ' ');
        let verb = words.next().unwrap();
        let first = words.next().unwrap();
        let rest = words.next().unwrap_or_default();
        match verb {
            "in" => editor.folder = editor.folder.with_file_name(first),
            "open" => editor.open(first),
            "close" => editor.close(first),
            "change" => editor.change(first, rest),
            "settle" => told.push_str(&editor.settle(first)),
            "ask" => told.push_str(&editor.ask(first, rest)),
            "do" => told.push_str(&editor.run(first, rest)),
            other => panic!("no line begins with `{other}`"),
        }
    }
    editor.leave();
    told
}

struct Editor {
    server: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Message>,
    folder: PathBuf,
    last_id: i32,
    versions: BTreeMap<String, i32>,
    /// What each file was told last.
    shown: BTreeMap<String, Value>,
    /// What the server said it can do.
    offers: Value,
}

impl Editor {
    fn new() -> Editor {
        Editor::with(
            &json!({ "textDocument": { "publishDiagnostics": { "relatedInformation": true } } }),
        )
    }

    /// An editor that can do this.
    fn with(can: &Value) -> Editor {
        let mut server = Command::new(env!("CARGO_BIN_EXE_servanda"))
            .arg("lsp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(server.stdout.take().unwrap());
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            while let Ok(Some(message)) = Message::read(&mut output) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let mut editor = Editor {
            input: server.stdin.take(),
            server,
            messages,
            folder: PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/lsp/files/river"),
            last_id: 0,
            versions: BTreeMap::new(),
            shown: BTreeMap::new(),
            offers: Value::Null,
        };
        let hello = editor.request("initialize", json!({ "capabilities": can }));
        editor.offers = hello["result"]["capabilities"].clone();
        assert_eq!(editor.offers["positionEncoding"], "utf-16");
        editor.notify("initialized", json!({}));
        editor
    }

    fn uri(&self, name: &str) -> String {
        format!("file://{}", self.folder.join(name).display())
    }

    fn open(&mut self, name: &str) {
        let text = std::fs::read_to_string(self.folder.join(name)).unwrap();
        let uri = self.uri(name);
        self.versions.insert(name.to_owned(), 1);
        let document = json!({ "uri": uri, "languageId": "treaty", "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    fn close(&mut self, name: &str) {
        let uri = self.uri(name);
        self.notify(
            "textDocument/didClose",
            json!({ "textDocument": { "uri": uri } }),
        );
    }

    fn change(&mut self, name: &str, how: &str) {
        let (range, text) = how.split_once(' ').unwrap();
        let (start, end) = range.split_once('-').unwrap();
        let place = |text: &str| {
            let (line, column) = text.split_once(':').unwrap();
            json!({ "line": line.parse::<u32>().unwrap(), "character": column.parse::<u32>().unwrap() })
        };
        let text: String = serde_json::from_str(text).unwrap();
        let uri = self.uri(name);
        let version = self.versions.get_mut(name).unwrap();
        *version += 1;
        let document = json!({ "uri": uri, "version": *version });
        let change = json!({ "range": { "start": place(start), "end": place(end) }, "text": text });
        self.notify(
            "textDocument/didChange",
            json!({ "textDocument": document, "contentChanges": [change] }),
        );
    }

    /// Waits for the verdicts, and says what each file shows.
    fn settle(&mut self, name: &str) -> String {
        let uri = self.uri(name);
        self.request(
            "textDocument/diagnostic",
            json!({ "textDocument": { "uri": uri } }),
        );
        let mut told = String::new();
        for (uri, params) in &self.shown {
            let version = params["version"].as_i64();
            let version = version.map_or_else(String::new, |version| format!(" version {version}"));
            let _ = writeln!(told, "{}{version}", self.short(uri));
            for found in params["diagnostics"].as_array().unwrap() {
                let message = found["message"].as_str().unwrap().replace('\n', "\n      ");
                let (range, code) = (range(&found["range"]), &found["code"]);
                let _ = writeln!(told, "  {range} {} {code}: {message}", found["severity"]);
                for related in found["relatedInformation"].as_array().into_iter().flatten() {
                    let place = self.short(related["location"]["uri"].as_str().unwrap());
                    let range = self::range(&related["location"]["range"]);
                    let _ = writeln!(told, "      see {place} {range}: {}", related["message"]);
                }
            }
        }
        told
    }

    fn ask(&mut self, method: &str, rest: &str) -> String {
        let (name, parameters) = rest.split_once(' ').unwrap_or((rest, "{}"));
        let mut parameters: Value = serde_json::from_str(parameters).unwrap();
        parameters["textDocument"] = json!({ "uri": self.uri(name) });
        let answer = self.request(method, parameters);
        self.answered(&answer)
    }

    fn run(&mut self, command: &str, rest: &str) -> String {
        let (name, argument) = rest.split_once(' ').unwrap();
        let mut argument: Value = serde_json::from_str(argument).unwrap();
        argument["uri"] = json!(self.uri(name));
        let answer = self.request(
            "workspace/executeCommand",
            json!({ "command": command, "arguments": [argument] }),
        );
        let page = &answer["result"];
        format!(
            "{}\n{}",
            page["title"],
            page["text"].as_str().unwrap_or("none")
        )
    }

    fn answered(&self, answer: &Value) -> String {
        let mut what = answer.get("result").unwrap_or(&answer["error"]).clone();
        // The files of a change come in any order.
        if let Some(Value::Object(changes)) = what.get_mut("changes") {
            changes.sort_keys();
        }
        let mut text = String::new();
        let whole = std::slice::from_ref(&what);
        for part in what.as_array().map_or(whole, Vec::as_slice) {
            let _ = writeln!(text, "  {part}");
        }
        text.replace(&format!("file://{}", self.folder.display()), &self.name())
    }

    fn name(&self) -> String {
        format!("{}:", self.folder.file_name().unwrap().display())
    }

    fn short(&self, uri: &str) -> String {
        uri.replace(&format!("file://{}/", self.folder.display()), "")
    }

    fn leave(mut self) {
        self.request("shutdown", Value::Null);
        self.notify("exit", Value::Null);
        assert!(self.server.wait().unwrap().success());
    }

    fn notify(&mut self, method: &str, parameters: Value) {
        self.send(&Notification::new(method.to_owned(), parameters).into());
    }

    fn request(&mut self, method: &str, parameters: Value) -> Value {
        let id = self.send_request(method, parameters);
        self.answer_to(id)
    }

    fn send_request(&mut self, method: &str, parameters: Value) -> i32 {
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

    fn answer_to(&mut self, id: i32) -> Value {
        loop {
            match self.messages.recv_timeout(PATIENCE).unwrap() {
                Message::Response(response) if response.id == RequestId::from(id) => {
                    return serde_json::to_value(response).unwrap();
                }
                Message::Notification(note) if note.method == "textDocument/publishDiagnostics" => {
                    let uri = note.params["uri"].as_str().unwrap().to_owned();
                    self.shown.insert(uri, note.params);
                }
                Message::Response(_) | Message::Notification(_) | Message::Request(_) => {}
            }
        }
    }
}

/// Writes a range as `L:C-L:C`, from 0.
fn range(range: &Value) -> String {
    let place = |place: &Value| format!("{}:{}", place["line"], place["character"]);
    format!("{}-{}", place(&range["start"]), place(&range["end"]))
}
