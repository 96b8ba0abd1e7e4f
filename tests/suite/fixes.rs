//! Every change that a diagnostic offers mends it, and breaks nothing.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use servanda::diagnostic::{Code, Diagnostic, Fix, Severity};
use servanda::project::{Project, Text, settings, tell, understand};
use servanda::source::Sources;

use crate::support;

/// Cases whose diagnostics offer changes, and the rules that go with them.
const CASES: [(&str, &str); 4] = [
    ("syntax/bad", "treaty"),
    ("resolve/bad", "treaty"),
    ("scenarios/bad", "treaty"),
    ("records/bad", "toml"),
];

#[test]
fn every_change_that_is_offered_mends_its_diagnostic_and_breaks_nothing() {
    let mut wrong = String::new();
    let mut offered: BTreeMap<&str, usize> = BTreeMap::new();
    for (folder, extension) in CASES {
        for path in support::files(folder, extension) {
            let text = std::fs::read_to_string(&path).unwrap();
            let before = problems(folder, &text);
            for found in &before {
                let Some(fix) = &found.fix else {
                    continue;
                };
                *offered.entry(found.code.name()).or_default() += 1;
                let after = problems(folder, &applied(&text, fix));
                let name = path.file_stem().unwrap().to_string_lossy();
                if let Some(why) = difference(&name, &before, found, &after) {
                    let _ = writeln!(wrong, "{name}: {}: {}: {why}", found.message, fix.title);
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    for code in MENDED {
        assert!(
            offered.contains_key(code),
            "no case offers a change for {code}: {offered:?}"
        );
    }
}

/// Mistakes that only show once another is mended, which hid them: by the case.
const UNCOVERED: [(&str, &str); 5] = [
    (
        "unspaced_subtraction",
        "nothing declares the unit `persons`",
    ),
    ("scenario_names", "`in` takes a place, and `us` is a party"),
    ("keys", "expected `[[event]]`, found `[event]`"),
    ("registers", "`due` is missing"),
    (
        "slips_on_one_line",
        "missing comma between array elements, expected `,`",
    ),
];

/// Codes for which some case offers a change.
const MENDED: [&str; 10] = [
    "bad-date",
    "bad-toml",
    "bad-value",
    "estimate-order",
    "missing-brace",
    "missing-deadline",
    "missing-key",
    "unknown-kind",
    "unknown-name",
    "unknown-source",
];

fn applied(text: &str, fix: &Fix) -> String {
    let mut edits: Vec<_> = fix.edits.iter().collect();
    edits.sort_by_key(|edit| edit.span);
    let mut changed = text.to_owned();
    for edit in edits.into_iter().rev() {
        changed.replace_range(edit.span.range(), &edit.value);
    }
    changed
}

fn difference(
    name: &str,
    before: &[Diagnostic],
    mended: &Diagnostic,
    after: &[Diagnostic],
) -> Option<String> {
    let title = &mended.fix.as_ref().unwrap().title;
    let count = |all: &[Diagnostic]| {
        let mut counts: BTreeMap<(&'static str, String), usize> = BTreeMap::new();
        for found in all {
            *counts
                .entry((found.code.name(), found.message.clone()))
                .or_default() += 1;
        }
        counts
    };
    let (was, is) = (count(before), count(after));
    let key = (mended.code.name(), mended.message.clone());
    // Of several braces that are missing at one place, one is added.
    let is_brace = mended.code == Code::MissingBrace;
    if is.get(&key).copied().unwrap_or(0) >= was[&key] && !is_brace {
        return Some("it is still there".to_owned());
    }
    let is_new = |found: &&Diagnostic| {
        let key = (found.code.name(), found.message.clone());
        found.severity == Severity::Error && is[&key] > was.get(&key).copied().unwrap_or(0)
    };
    // What is to be filled in stays a mistake until it is.
    if title.ends_with("to be filled in") {
        let flagged = after.iter().any(|found| is_new(&found));
        return (!flagged).then(|| "nothing says that it is to be filled in".to_owned());
    }
    let first = after.iter().find(is_new)?;
    let uncovered = UNCOVERED.contains(&(name, first.message.as_str()));
    (!uncovered).then(|| format!("then {}: {}", first.code, first.message))
}
fn problems(folder: &str, text: &str) -> Vec<Diagnostic> {
    if folder.starts_with("settings") {
        let mut sources = Sources::default();
        let id = sources.add("servanda.toml", text);
        return settings(sources.get(id)).diagnostics;
    }
    let is_records = folder.starts_with("records");
    let rules = include_str!("../records/rules.treaty");
    let mut reader = |name: &str| {
        let text = if name == "case" { text } else { rules };
        Ok(Text::from_bytes(text.as_bytes().to_vec()))
    };
    let mut project = Project::default();
    if is_records {
        project.add_rules("rules.treaty", &mut reader).unwrap();
        project.add_records("case", &mut reader).unwrap();
        let understood = understand(&project);
        return tell(&project, &understood).diagnostics;
    }
    let mut missing = |_: &str| Err("no such file".to_owned());
    project.add_root(
        "case",
        Text::from_bytes(text.as_bytes().to_vec()),
        &mut missing,
    );
    understand(&project).diagnostics
}
