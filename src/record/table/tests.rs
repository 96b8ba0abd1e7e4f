//! The cases in `tests/tables`: folders with tables, the mapping that explains them, and what is read from them, in terms of the rules of
//! `tests/records`.

#![expect(clippy::unwrap_used, reason = "a failing test should stop")]

use std::fmt::Write;
use std::path::{Path, PathBuf};

use super::*;
use crate::diagnostic::Severity;
use crate::record::toml::tests::{contents, problems, rules};
use crate::record::toml::{Reading, read};
use crate::source::Sources;

#[test]
fn good_tables_give_records() {
    for folder in cases("good") {
        check(&folder, |sources, reading| {
            let is_error = |one: &Diagnostic| one.severity == Severity::Error;
            let faults = problems(sources, reading);
            let good = !reading.diagnostics.iter().any(is_error);
            assert!(good, "{}: {faults}", folder.display());
            let told = tallies(sources, reading);
            format!("{faults}{told}{}", contents(sources, reading))
        });
    }
}

#[test]
fn bad_tables_give_every_problem_at_its_place() {
    for folder in cases("bad") {
        check(&folder, |sources, reading| {
            assert!(!reading.diagnostics.is_empty(), "{}", folder.display());
            let told = tallies(sources, reading);
            format!("{}{told}", problems(sources, reading))
        });
    }
}

fn cases(folder: &str) -> Vec<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tables");
    let paths = inside(&here.join(folder)).into_iter();
    let folders: Vec<PathBuf> = paths.filter(|path| path.is_dir()).collect();
    assert!(!folders.is_empty());
    folders
}

fn inside(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// Reads every table of a folder through its `mapping.toml`, with its `records.toml` where it has one.
fn check(folder: &Path, show: impl Fn(&Sources, &Reading) -> String) {
    let mut sources = Sources::default();
    let agreement = rules::agreement(&mut sources);
    let mut add = |path: &Path| {
        let text = std::fs::read_to_string(path).unwrap();
        sources.add(path.file_name().unwrap().to_str().unwrap(), text)
    };
    let mapping = add(&folder.join("mapping.toml"));
    let mut records = Vec::new();
    let mut tables = Vec::new();
    for path in inside(folder) {
        match path.file_name().unwrap().to_str().unwrap() {
            "mapping.toml" => {}
            "records.toml" => records.push(add(&path)),
            _ => tables.push(add(&path)),
        }
    }
    let records: Vec<_> = records.into_iter().map(|id| sources.get(id)).collect();
    let tables = tables.into_iter().map(|data| Table {
        mapping: sources.get(mapping),
        data: sources.get(data),
    });
    let reading = read(&records, &tables.collect::<Vec<_>>(), &agreement);
    insta::with_settings!({
        snapshot_path => folder.parent().unwrap(),
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        let name = folder.file_name().unwrap().to_str().unwrap();
        insta::assert_snapshot!(name, show(&sources, &reading));
    });
}

fn tallies(sources: &Sources, reading: &Reading) -> String {
    let mut out = String::new();
    for tally in &reading.tallies {
        let name = sources.get(tally.table).name();
        writeln!(
            out,
            "{name}: {} rows, {} records, {} bad, {} passed over, {} sorted; undeclared {:?}; unmatched {:?}, {:?}",
            tally.rows,
            tally.records,
            tally.bad,
            tally.passed_over,
            tally.sorted,
            tally.undeclared,
            tally.unmatched,
            tally.sources
        )
        .unwrap();
    }
    out
}
