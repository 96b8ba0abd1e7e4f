//! The cases in `tests/records`: record files and what is read from them, in terms of the rules beside them.

#![expect(clippy::unwrap_used, reason = "a failing test should stop")]

pub(in crate::record) mod rules;

use std::fmt::Write;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::*;
use crate::record::{Record, Subject};
use crate::source::Sources;
use crate::time::{When, iso_moment};

fn cases(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/records")
        .join(folder);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "toml")
        })
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    paths
}

fn check(path: &Path, show: fn(&Sources, &Reading) -> String) {
    let name = path.file_name().unwrap().to_str().unwrap();
    let text = std::fs::read_to_string(path).unwrap();
    let mut sources = Sources::default();
    let agreement = rules::agreement(&mut sources);
    let id = sources.add(name, text);
    let reading = read(&[sources.get(id)], &[], &agreement);
    insta::with_settings!({
        snapshot_path => path.parent().unwrap(),
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!(name.trim_end_matches(".toml"), show(&sources, &reading));
    });
}

#[test]
fn good_files_give_records() {
    for path in cases("good") {
        check(&path, |sources, reading| {
            let problems = problems(sources, reading);
            format!("{problems}{}", contents(sources, reading))
        });
    }
}

#[test]
fn bad_files_give_every_problem_at_its_place() {
    for path in cases("bad") {
        check(&path, |sources, reading| {
            assert!(!reading.diagnostics.is_empty());
            problems(sources, reading)
        });
    }
}

pub(in crate::record) fn problems(sources: &Sources, reading: &Reading) -> String {
    let mut out = String::new();
    let records = &reading.records;
    writeln!(out, "{} read, {} left out", records.read, records.left_out).unwrap();
    for diagnostic in &reading.diagnostics {
        let place = |span: crate::source::Span| {
            let file = sources.get(span.source);
            let at = file.position(span.start);
            let first = sources.slice(span).lines().next().unwrap_or("");
            let first = first.replace('\0', "␀");
            format!("{at} `{first}`")
        };
        let (severity, code) = (diagnostic.severity.word(), diagnostic.code);
        let at = place(diagnostic.primary.span);
        writeln!(out, "{at}\n  {severity}[{code}]: {}", diagnostic.message).unwrap();
        for label in &diagnostic.related {
            writeln!(out, "  {}: {}", place(label.span), label.text).unwrap();
        }
        if let Some(help) = &diagnostic.help {
            writeln!(out, "  help: {help}").unwrap();
        }
        for edit in diagnostic.fix.iter().flat_map(|fix| &fix.edits) {
            writeln!(out, "  fix: {} -> {}", place(edit.span), edit.value).unwrap();
        }
    }
    out
}

pub(in crate::record) fn contents(sources: &Sources, reading: &Reading) -> String {
    let records = &reading.records;
    let mut out = things(sources, records);
    for relation in &records.vocabulary.relations {
        for row in relation
            .rows
            .iter()
            .filter(|row| !of_rules(sources, row.span))
        {
            writeln!(
                out,
                "\n{}{} {}",
                relation.name,
                values(records, &row.values),
                span(row.when)
            )
            .unwrap();
        }
    }
    for informant in &records.informants {
        writeln!(
            out,
            "\nsource {} {:?} {:?} speaks for {:?} owner {} verifies {:?}",
            informant.name,
            informant.title,
            informant.reliability,
            informant
                .speaks_for
                .map(|actor| &records.vocabulary.thing(actor).name),
            informant.owner,
            informant.verifies,
        )
        .unwrap();
    }
    for record in &records.records {
        out.push_str(&told(records, record));
    }
    for window in &records.coverage {
        writeln!(
            out,
            "\nwatching {:?} by {:?} in {:?} {} {:?} full {} {:?} known {}",
            window.subjects,
            window.informant,
            window
                .place
                .map(|place| &records.vocabulary.thing(place).name),
            span(window.when),
            window.hours,
            window.full,
            window.basis,
            span(When::at(window.known)),
        )
        .unwrap();
    }
    out
}

fn of_rules(sources: &Sources, span: crate::source::Span) -> bool {
    sources.get(span.source).name() == "rules.treaty"
}

fn things(sources: &Sources, records: &Records) -> String {
    let mut out = String::new();
    for thing in &records.vocabulary.things {
        let name = &thing.name;
        for when in &thing.bound {
            writeln!(out, "{name} bound {}", span(*when)).unwrap();
        }
        if of_rules(sources, thing.span) {
            continue;
        }
        writeln!(out, "\n{:?} {name} {:?}", thing.sort, thing.title).unwrap();
        for parent in &thing.parents {
            let of = &records.vocabulary.thing(parent.parent).name;
            let known = span(When::at(parent.known));
            writeln!(out, "  in {of} {} known {known}", span(parent.when)).unwrap();
        }
        for (verb, others) in [("adverse to", &thing.adverse), ("allied to", &thing.allied)] {
            for other in others {
                let other = &records.vocabulary.thing(*other).name;
                writeln!(out, "  {verb} {other}").unwrap();
            }
        }
    }
    out
}

fn told(records: &Records, record: &Record) -> String {
    let vocabulary = &records.vocabulary;
    let (subject, fields) = match record.subject {
        Subject::Kind(kind) => (
            vocabulary.kind(kind).name.clone(),
            &vocabulary.kind(kind).fields[..],
        ),
        Subject::Measure(measure) => {
            let measure = vocabulary.measure(measure);
            (measure.name.clone(), &measure.fields[..])
        }
        Subject::Finding(pledge) => (format!("{pledge:?}"), &[][..]),
    };
    let mut out = String::new();
    writeln!(
        out,
        "\n{} ({}): {:?} {subject}",
        record.name, record.incident, record.stance
    )
    .unwrap();
    for (field, value) in fields.iter().zip(&record.fields) {
        if let Some(value) = value {
            writeln!(out, "  {}: {}", field.label, shown(records, &value.value)).unwrap();
        }
    }
    if let Some(value) = record.value {
        writeln!(out, "  = {value}").unwrap();
    }
    if let Some(finding) = &record.finding {
        let bindings = finding.bindings.iter();
        let bindings: Vec<String> = bindings
            .map(|(variable, value)| format!("{} = {}", variable.0, shown(records, value)))
            .collect();
        writeln!(out, "  {:?} {bindings:?}", finding.verdict).unwrap();
    }
    let when = if record.dated {
        span(record.when)
    } else {
        "undated".to_owned()
    };
    writeln!(
        out,
        "  when {when} uncertain {} throughout {}",
        record.uncertain, record.throughout
    )
    .unwrap();
    if let Some(until) = record.until {
        let until = match until {
            crate::record::Ends::Open => "open".to_owned(),
            crate::record::Ends::By(when) => span(when),
        };
        writeln!(out, "  until {until}").unwrap();
    }
    let informant = record
        .informant
        .map(|informant| &records.informant(informant).name);
    writeln!(
        out,
        "  by {informant:?} {:?} origins {} echoes {:?} grade {:?}",
        record.basis, record.origins, record.echoes, record.grade
    )
    .unwrap();
    let reported = record.reported.map(span);
    writeln!(
        out,
        "  reported {reported:?} known {}",
        span(When::at(record.known))
    )
    .unwrap();
    out
}

fn values(records: &Records, values: &[crate::agreement::Value]) -> String {
    let values: Vec<String> = values.iter().map(|value| shown(records, value)).collect();
    format!("({})", values.join(", "))
}

fn shown(records: &Records, value: &crate::agreement::Value) -> String {
    use crate::agreement::Value;
    match value {
        Value::Thing(thing) => records.vocabulary.thing(*thing).name.clone(),
        Value::Number(estimate) => estimate.to_string(),
        Value::Date(when) => span(*when),
        Value::Text(text) => format!("{text:?}"),
        Value::Flag(flag) => flag.to_string(),
        Value::Record(record) => format!("record {record}"),
    }
}

fn span(when: When) -> String {
    let calendar = rules::calendar();
    iso_moment(calendar.moment_of(when), &calendar)
}

/// Every case in one text, for mutations.
fn everything() -> Vec<char> {
    let paths = cases("good").into_iter().chain(cases("bad"));
    paths
        .flat_map(|path| {
            std::fs::read_to_string(path)
                .unwrap()
                .chars()
                .collect::<Vec<_>>()
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_file_is_read_and_counted(
        start in 0.0..1.0_f64, kept in 0_usize..3_000, at in 0.0..1.0_f64, gone in 0_usize..40, junk in "[\\[\\]{}=\"\n.,a-z0-9~ ]{0,12}",
    ) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place somewhere in the text")]
        let place = |share: f64, of: usize| (share * of as f64) as usize;
        let whole = everything();
        let mut text: Vec<char> = whole.iter().copied().skip(place(start, whole.len())).take(kept).collect();
        let at = place(at, text.len());
        let end = (at + gone).min(text.len());
        text.splice(at..end, junk.chars());
        let mut sources = Sources::default();
        let agreement = rules::agreement(&mut sources);
        let id = sources.add("damaged.toml", text.into_iter().collect::<String>());
        let reading = read(&[sources.get(id)], &[], &agreement);
        let records = &reading.records;
        prop_assert_eq!(records.read, records.records.len() + records.coverage.len() + records.left_out);
        prop_assert!(records.left_out == 0 || !reading.diagnostics.is_empty());
        for (at, record) in records.records.iter().enumerate() {
            prop_assert_eq!(usize::try_from(record.id.0).unwrap(), at);
        }
    }
}

#[test]
fn files_are_read_together() {
    let mut sources = Sources::default();
    let agreement = rules::agreement(&mut sources);
    let texts = [
        (
            "a/records.toml",
            "[[event]]\ndenies = \"second\"\nsource = \"s\"\nreported = 2021-01-02\n",
        ),
        (
            "b/records.toml",
            "[sources.s]\n[[event]]\nid = \"second\"\nkind = \"join\"\nby = \"x\"\nwhen = 2021-01-01\n",
        ),
        ("c/registers.toml", "[actors.x]\n"),
    ];
    let ids = texts.map(|(name, text)| sources.add(name, text));
    let files = ids.map(|id| sources.get(id));
    let reading = read(&files, &[], &agreement);
    assert_eq!(reading.diagnostics, []);
    let names: Vec<&str> = reading
        .records
        .records
        .iter()
        .map(|record| record.name.as_str())
        .collect();
    assert_eq!(names, ["a/records.toml#1", "second"]);
}
