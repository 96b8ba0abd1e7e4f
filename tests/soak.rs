//! Edits at random through the language server: after each, an editor shows what `servanda check` says of the same texts.
//!
//! The normal run makes a few edits of each file; `SERVANDA_EDITS=10000 cargo test --release --test soak` makes so many. `SERVANDA_SEED`
//! throws other dice.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::string_slice,
    reason = "a failing test should stop"
)]

#[path = "editor/client.rs"]
mod client;
#[path = "editor/edits.rs"]
mod edits;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use servanda::project::settings;
use servanda::report::wording::harmless;
use servanda::source::Sources;

use client::Editor;
use edits::{Dice, Draft, place};

const RULES: &str = "rules.treaty";
const WORDS: &str = "words.treaty";
const RECORDS: &str = "records/one.toml";
const SETTINGS: &str = "servanda.toml";

#[test]
fn a_rule_file_shows_what_check_says() {
    soak(RULES);
}

#[test]
fn a_vocabulary_shows_what_check_says() {
    soak(WORDS);
}

#[test]
fn a_record_file_shows_what_check_says() {
    soak(RECORDS);
}

#[test]
fn the_settings_show_what_check_says() {
    soak(SETTINGS);
}

/// Reads a number that whoever runs the test may set.
fn number(name: &str, default: usize) -> usize {
    let set = std::env::var(name).ok();
    set.map_or(default, |text| text.parse().unwrap())
}

fn soak(file: &str) {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lsp/files/river");
    let names = [RULES, WORDS, RECORDS, SETTINGS];
    let texts = names.map(|name| std::fs::read_to_string(project.join(name)).unwrap());
    let others: Vec<&str> = texts.iter().map(String::as_str).collect();
    // One folder for the editor, in which nothing is saved, and one for the command line.
    let (unsaved, saved) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for folder in [unsaved.path(), saved.path()] {
        std::fs::create_dir(folder.join("records")).unwrap();
        for (name, text) in names.iter().zip(&texts) {
            std::fs::write(folder.join(name), text).unwrap();
        }
    }
    let text = std::fs::read_to_string(project.join(file)).unwrap();
    let mut draft = Draft::new(&text);
    let mut dice = Dice::new(u64::try_from(number("SERVANDA_SEED", 1)).unwrap());
    let mut editor = Editor::start(unsaved.path(), &json!({ "verdictsAfter": 0 }));
    editor.open(file, &draft.text);
    editor.settle(file);
    let edits = number("SERVANDA_EDITS", 80);
    let mut held = None;
    for edit in 0..edits {
        if edit == edits / 4 {
            held = editor.memory();
        }
        let before = draft.text.clone();
        let changes = draft.edit(&mut dice, &others);
        let version = editor.change(file, &changes);
        editor.told(file, version);
        editor.settle(file);
        std::fs::write(saved.path().join(file), &draft.text).unwrap();
        let mut shown = shown(&editor, file, version);
        let said = said(saved.path()).unwrap_or_else(|| {
            // Without settings that can be followed it looks at no other file.
            shown.retain(|told| told.0 == SETTINGS);
            refused(&std::fs::read_to_string(saved.path().join(SETTINGS)).unwrap())
        });
        if shown != said {
            let only =
                |one: &Told, other: &Told| -> Told { one.difference(other).cloned().collect() };
            panic!(
                "edit {edit} of {file}\nbefore: {before:?}\nchanges: {changes:?}\nafter: {:?}\nonly in the editor: {:#?}\nonly on the command line: {:#?}",
                draft.text,
                only(&shown, &said),
                only(&said, &shown),
            );
        }
    }
    if let (Some(before), Some(after)) = (held, editor.memory()) {
        let computed = editor.computed().unwrap_or_default().as_secs_f64();
        println!(
            "{edits} edits of {file}: {before:.1} MB after a quarter, {after:.1} MB at the end, {computed:.0} s of computing"
        );
        // A server that kept a few kilobytes of each edit would not stay below.
        assert!(after < 1.3 * before + 16.0);
    }
    editor.leave();
}

/// What is told of files: the file, the range, the severity, the code and the message.
type Told = BTreeSet<(String, String, u64, String, String)>;

/// Gives what the editor shows; the file itself has to show it at its version.
fn shown(editor: &Editor, file: &str, version: i32) -> Told {
    assert_eq!(editor.shown[file]["version"], version);
    let mut told = Told::new();
    for (name, params) in &editor.shown {
        for found in params["diagnostics"].as_array().unwrap() {
            // What is said at records only repeats what is said at the pledge.
            if found["data"]["mirrors"] == true {
                continue;
            }
            told.insert((
                name.clone(),
                range(&found["range"]["start"], &found["range"]["end"]),
                found["severity"].as_u64().unwrap(),
                found["code"].as_str().unwrap().to_owned(),
                found["message"].as_str().unwrap().to_owned(),
            ));
        }
    }
    told
}

fn range(start: &Value, end: &Value) -> String {
    let place = |place: &Value| format!("{}:{}", place["line"], place["character"]);
    format!("{}-{}", place(start), place(end))
}

/// Gives what the command line says; none where it refuses to look.
fn said(folder: &Path) -> Option<Told> {
    let output = Command::new(env!("CARGO_BIN_EXE_servanda"))
        .args(["check", "--format", "json"])
        .current_dir(folder)
        .output()
        .unwrap();
    let status = output.status.code();
    assert!(
        matches!(status, Some(0..=3)),
        "status {status:?}: {output:?}"
    );
    let report: Value = serde_json::from_slice(&output.stdout).ok()?;
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    let mut told = Told::new();
    for found in report["diagnostics"].as_array().unwrap() {
        let first = &found["labels"][0];
        let name = first["file"].as_str().unwrap();
        let text = texts.entry(name.to_owned()).or_insert_with(|| {
            let bytes = std::fs::read(folder.join(name)).unwrap();
            String::from_utf8_lossy(&bytes).into_owned()
        });
        let at = |place: &Value| self::place(text, byte(text, place));
        told.insert((
            name.to_owned(),
            range(&at(&first["start"]), &at(&first["end"])),
            severity(found["severity"].as_str().unwrap()),
            found["code"].as_str().unwrap().to_owned(),
            message(
                found["message"].as_str().unwrap(),
                first["text"].as_str().unwrap(),
                found["help"].as_str(),
            ),
        ));
    }
    Some(told)
}

/// Gives what is wrong with settings.
fn refused(text: &str) -> Told {
    let mut sources = Sources::default();
    let file = sources.add(SETTINGS, text);
    let problems = settings(sources.get(file)).diagnostics.into_iter();
    let told = problems.map(|found| {
        let span = found.primary.span.range();
        (
            SETTINGS.to_owned(),
            range(&place(text, span.start), &place(text, span.end)),
            severity(found.severity.word()),
            found.code.name().to_owned(),
            message(&found.message, &found.primary.text, found.help.as_deref()),
        )
    });
    told.collect()
}

fn message(message: &str, label: &str, help: Option<&str>) -> String {
    let help = help.map(|help| format!("help: {help}")).unwrap_or_default();
    let parts = [message, label, &help];
    let parts = parts.map(harmless);
    let parts: Vec<&str> = parts
        .iter()
        .map(|part| &**part)
        .filter(|part| !part.is_empty())
        .collect();
    parts.join("\n")
}

fn severity(word: &str) -> u64 {
    match word {
        "error" => 1,
        "warning" => 2,
        "advice" => 3,
        other => panic!("no severity is called `{other}`"),
    }
}

/// Gives the byte at a line and a column from 1, as people count them.
fn byte(text: &str, place: &Value) -> usize {
    let number = |key: &str| usize::try_from(place[key].as_u64().unwrap()).unwrap();
    let line = number("line") - 1;
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let mark = usize::from(line == 0 && text.starts_with('\u{feff}'));
    let before = text[start..].chars().take(number("column") - 1 + mark);
    start + before.map(char::len_utf8).sum::<usize>()
}
