//! The project's own rules and records with a few mistakes in them: whatever they say then, it is read, told once, and judged.
//!
//! `SERVANDA_MUTANTS=20000 cargo test --release --test suite mutants` tries more of them.

use std::path::{Path, PathBuf};
use std::time::Instant;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use servanda::project::Text;
use servanda::time::Day;

use super::support::laws::{Question, Terms, answered, laid_out, turned_around, understood};
use super::support::mutants::{CHANGES, Mistake, PIECES, spoil};

/// How many mutants each property is tried on.
fn cases(usual: u32) -> u32 {
    let wanted = std::env::var("SERVANDA_MUTANTS").ok();
    wanted.map_or(usual, |number| number.parse().unwrap())
}

fn hold<S: Strategy>(usual: u32, strategy: S, property: impl Fn(S::Value)) {
    let config = Config {
        cases: cases(usual),
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..Config::default()
    };
    let held = TestRunner::new(config).run(&strategy, |value| {
        let start = Instant::now();
        property(value);
        let seconds = start.elapsed().as_secs();
        // A debug build under load takes a second at most.
        assert!(seconds < 30, "it takes {seconds} s");
        Ok(())
    });
    if let Err(failed) = held {
        panic!("{}", failed.to_string().replace("\\n", "\n"));
    }
}

fn mistakes() -> impl Strategy<Value = Vec<Mistake>> {
    let one = (
        0..PIECES.len(),
        0..CHANGES.len(),
        any::<usize>(),
        any::<usize>(),
    );
    let one = one.prop_map(|(piece, change, at, other)| Mistake {
        piece: PIECES[piece],
        change: CHANGES[change],
        at,
        other,
    });
    prop::collection::vec(one, 1..6)
}

fn spoilt(texts: Vec<String>) -> impl Strategy<Value = String> {
    let strategy = (any::<prop::sample::Index>(), mistakes());
    strategy.prop_map(move |(which, mistakes)| spoil(which.get::<String>(&texts), &mistakes))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn below(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            below(&path, extension, found);
        } else if path.extension().is_some_and(|own| own == extension) {
            found.push(path);
        }
    }
}

fn texts(folders: &[&str], extension: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for folder in folders {
        below(&root().join(folder), extension, &mut paths);
    }
    paths.sort();
    let read = |path: &PathBuf| std::fs::read(path).unwrap();
    let texts = paths.iter().map(read).map(Text::from_bytes);
    texts.map(|text| text.text.to_string()).collect()
}

/// Rules with records in their terms.
fn pairs() -> Vec<(String, String)> {
    let mut pairs = vec![(
        texts(&["tests/records"], "treaty").remove(0),
        std::fs::read_to_string(root().join("tests/records/good/whole.toml")).unwrap(),
    )];
    let mut folders: Vec<PathBuf> = std::fs::read_dir(root().join("tests/verdicts"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    for folder in folders {
        let text = |name: &str| std::fs::read_to_string(folder.join(name)).ok();
        let records = text("records.toml").unwrap_or_default();
        pairs.extend(text("rules.treaty").map(|rules| (rules, records)));
    }
    pairs
}

/// Gives the shipped files that rules use.
fn used(path: &str) -> Option<String> {
    let name = path.strip_prefix("common/")?;
    std::fs::read_to_string(root().join("rules/common").join(name)).ok()
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

#[test]
fn spoilt_rules_are_read_and_told_once() {
    let files = texts(
        &[
            "rules",
            "tests/resolve",
            "tests/scenarios",
            "tests/syntax",
            "tests/verdicts",
        ],
        "treaty",
    );
    hold(300, spoilt(files), |text| {
        let (_, parse) = understood(&text);
        if parse.diagnostics.is_empty() {
            laid_out(&text);
        }
    });
}

#[test]
fn spoilt_records_are_read_and_none_is_lost() {
    let files = texts(&["examples", "tests/records", "tests/verdicts"], "toml");
    let rules = ["tests/records/rules.treaty", "rules/doha-2020.treaty"];
    let terms = rules.map(|path| {
        let rules = std::fs::read_to_string(root().join(path)).unwrap();
        Terms::of(&rules, &used)
    });
    hold(300, (0..terms.len(), spoilt(files)), |(which, text)| {
        terms[which].read(&text);
    });
}

#[test]
fn spoilt_rules_and_records_are_judged() {
    let pairs = pairs();
    let strategy = (
        any::<prop::sample::Index>(),
        mistakes(),
        mistakes(),
        0..4_usize,
    );
    let strategy = strategy.prop_map(move |(which, in_rules, in_records, what)| {
        let (rules, records) = which.get::<(String, String)>(&pairs);
        let in_rules: &[Mistake] = if what == 0 { &[] } else { &in_rules };
        let in_records: &[Mistake] = if what == 1 { &[] } else { &in_records };
        (spoil(rules, in_rules), spoil(records, in_records), what)
    });
    hold(100, strategy, |(rules, records, what)| {
        let question = Question {
            rules: &rules,
            records: &records,
            as_of: day("2021-09-05"),
            known_by: (what == 2).then(|| day("2021-06-01")),
        };
        let answer = answered(question, &used);
        if let (Some(answer), Some(records)) = (answer, turned_around(&records)) {
            let turned = Question {
                records: &records,
                ..question
            };
            let other = answered(turned, &used).unwrap();
            assert_eq!(answer, other, "the order of the records shows");
        }
    });
}
