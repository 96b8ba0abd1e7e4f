//! How long an editor waits for the language server: `cargo bench --bench editor`.
//!
//! Plays keystrokes over standard input and output, and measures from sending a change to receiving what the file shows at that version;
//! from a keystroke to the verdicts, without the pause that is waited on purpose; from starting the process to the first
//! diagnostics; and what the server holds in memory after many edits. `cargo bench --bench editor -- EDITS` plays so many.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a benchmark that cannot start should stop"
)]
#![expect(clippy::print_stdout, reason = "printing is its job")]

#[path = "../tests/editor/client.rs"]
mod client;
#[path = "editor/written.rs"]
mod written;

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use client::Editor;
use written::{CHAPTER, records, rules};

const LINES: usize = 5_000;
const RECORDS: usize = 10_000;
const EDITS: usize = 10_000;

fn main() {
    let arguments = std::env::args().skip(1);
    let edits = arguments
        .filter(|argument| argument != "--bench")
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(EDITS);
    let folder = tempfile::tempdir().unwrap();
    let written = Project {
        name: "5,000 lines of rules, 10,000 records",
        rules: rules(LINES),
        records: records(RECORDS, LINES / CHAPTER),
        folder: folder.path(),
    };
    written.save();
    measure(&written, edits);
    repository();
}

/// The rules and records of this repository as one project: several agreements, each of which reads all records.
fn repository() {
    let folder = tempfile::tempdir().unwrap();
    copy(
        Path::new(env!("CARGO_MANIFEST_DIR")),
        folder.path(),
        "rules",
    );
    copy(
        Path::new(env!("CARGO_MANIFEST_DIR")),
        folder.path(),
        "examples",
    );
    let settings = "rules = [\"rules/*.treaty\"]\nrecords = [\"examples/*/records.toml\"]\nas-of = 2024-01-01\n";
    std::fs::write(folder.path().join("servanda.toml"), settings).unwrap();
    let file = "rules/doha-2020.treaty";
    let text = std::fs::read_to_string(folder.path().join(file)).unwrap();
    println!("the rules and records of this repository");
    let mut editor = Editor::start(folder.path(), &json!({ "verdictsAfter": 0 }));
    editor.open(file, &text);
    editor.settle(file);
    verdicts(&mut editor, file, &text);
    editor.leave();
}

fn copy(from: &Path, to: &Path, name: &str) {
    std::fs::create_dir(to.join(name)).unwrap();
    for entry in std::fs::read_dir(from.join(name)).unwrap().flatten() {
        let below = format!("{name}/{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            copy(from, to, &below);
        } else {
            std::fs::copy(from.join(&below), to.join(&below)).unwrap();
        }
    }
}

/// A project with one rule file and one record file.
struct Project<'a> {
    name: &'static str,
    rules: String,
    records: String,
    folder: &'a Path,
}

const RULE_FILE: &str = "rules.treaty";
const RECORD_FILE: &str = "records.toml";

impl Project<'_> {
    fn save(&self) {
        let write = |name: &str, text: &str| std::fs::write(self.folder.join(name), text).unwrap();
        write(RULE_FILE, &self.rules);
        write(RECORD_FILE, &self.records);
        write(
            "servanda.toml",
            "rules = [\"rules.treaty\"]\nrecords = [\"records.toml\"]\nas-of = 2024-01-01\n",
        );
    }
}

fn measure(project: &Project<'_>, edits: usize) {
    println!("{}", project.name);
    start(project);
    for (file, text, edits) in [
        (RULE_FILE, &project.rules, edits),
        (RECORD_FILE, &project.records, edits / 100),
    ] {
        let mut editor = Editor::start(project.folder, &json!({ "verdictsAfter": 0 }));
        editor.open(file, text);
        editor.settle(file);
        verdicts(&mut editor, file, text);
        editor.leave();
        let mut editor = Editor::start(project.folder, &Value::Null);
        editor.open(file, text);
        editor.settle(file);
        typing(&mut editor, file, text, edits);
        editor.leave();
    }
}

/// From starting the process to what the opened file shows first.
fn start(project: &Project<'_>) {
    let times = (0..9)
        .map(|_| {
            let begun = Instant::now();
            let mut editor = Editor::start(project.folder, &Value::Null);
            editor.open(RULE_FILE, &project.rules);
            let waited = editor.told(RULE_FILE, 1) - begun;
            let computed = editor.computed();
            editor.leave();
            Wait { waited, computed }
        })
        .collect();
    show("start to first diagnostics", times);
}

/// From a keystroke to the verdicts.
fn verdicts(editor: &mut Editor, file: &str, text: &str) {
    let mut keys = Keys::new(file, text);
    let times = (0..9)
        .map(|_| {
            let change = keys.press();
            let (before, begun) = (editor.computed(), Instant::now());
            editor.change(file, &[change]);
            let waited = editor.settle(file) - begun;
            Wait::new(waited, before, editor)
        })
        .collect();
    show(&format!("keystroke in {file} to verdicts"), times);
}

/// From a keystroke to the diagnostics of the text and its names.
fn typing(editor: &mut Editor, file: &str, text: &str, edits: usize) {
    let mut keys = Keys::new(file, text);
    let mut times = Vec::new();
    let mut held = vec![editor.memory()];
    for edit in 1..=edits {
        let change = keys.press();
        let (before, begun) = (editor.computed(), Instant::now());
        let version = editor.change(file, &[change]);
        let waited = editor.told(file, version) - begun;
        times.push(Wait::new(waited, before, editor));
        if edit % (edits / 4).max(1) == 0 {
            editor.settle(file);
            held.push(editor.memory());
        }
    }
    show(
        &format!("keystroke in {file} to diagnostics, {edits} edits"),
        times,
    );
    let held = held.into_iter().flatten();
    let held: Vec<String> = held.map(|held| format!("{held:.1}")).collect();
    println!("  memory along the way: {} MB", held.join(", "));
}

/// Somebody who types a note into one pledge, takes it back, and goes on to another.
struct Keys {
    typed_text: &'static str,
    lines: Vec<usize>,
    typed: usize,
    place: usize,
}

/// What is typed; until the last letter something is wrong with it.
fn note(file: &str) -> &'static str {
    if file == RULE_FILE {
        "  note \"as agreed\""
    } else {
        "note = \"as agreed\""
    }
}

impl Keys {
    /// Finds the lines at whose end something can be typed.
    fn new(file: &str, text: &str) -> Keys {
        let is_place = |line: &str| line.contains("cites") || line.starts_with("basis");
        let lines = text.lines().enumerate();
        Keys {
            typed_text: note(file),
            lines: lines
                .filter(|(_, line)| is_place(line))
                .map(|(at, _)| at)
                .collect(),
            typed: 0,
            place: 0,
        }
    }

    /// Gives the next keystroke as the protocol has it: letter after letter on a new line, then the line is taken away.
    fn press(&mut self) -> Value {
        let line = self.lines[self.place * 7919 % self.lines.len()] + 1;
        let letter = self.typed_text.chars().nth(self.typed);
        if self.typed == 0 {
            self.typed = 1;
            let first = self.typed_text.chars().take(1);
            let opened: String = first.chain(std::iter::once('\n')).collect();
            return change(line, 0, line, 0, &opened);
        }
        if let Some(letter) = letter {
            self.typed += 1;
            return change(
                line,
                self.typed - 1,
                line,
                self.typed - 1,
                &letter.to_string(),
            );
        }
        self.typed = 0;
        self.place += 1;
        change(line, 0, line + 1, 0, "")
    }
}

fn change(line: usize, column: usize, last: usize, end: usize, text: &str) -> Value {
    let place = |line: usize, column: usize| json!({ "line": line, "character": column });
    json!({ "range": { "start": place(line, column), "end": place(last, end) }, "text": text })
}

/// How long the editor waited, and for how long the server computed meanwhile.
struct Wait {
    waited: Duration,
    computed: Option<Duration>,
}

impl Wait {
    fn new(waited: Duration, before: Option<Duration>, editor: &Editor) -> Wait {
        let computed = editor.computed().zip(before);
        Wait {
            waited,
            computed: computed.map(|(now, before)| now.saturating_sub(before)),
        }
    }
}

fn show(what: &str, waits: Vec<Wait>) {
    let computed: Option<Vec<Duration>> = waits.iter().map(|wait| wait.computed).collect();
    let waited = waits.into_iter().map(|wait| wait.waited).collect();
    let computed = computed.map_or_else(String::new, |computed| {
        format!("; the server computed {}", spread(computed))
    });
    println!("  {what}: {}{computed}", spread(waited));
}

fn spread(mut times: Vec<Duration>) -> String {
    times.sort();
    let at = |part: usize| times[(times.len() - 1) * part / 100].as_secs_f64() * 1e3;
    format!(
        "median {:.1} ms, 99 of 100 within {:.1} ms, longest {:.1} ms",
        at(50),
        at(99),
        at(100)
    )
}
