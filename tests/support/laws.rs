//! What must hold whatever the text: of reading, of layout, of records and of a whole run.
//!
//! `tests/fuzz` holds random bytes against the same laws.

use std::collections::{BTreeMap, BTreeSet};

use servanda::agreement::Agreement;
use servanda::diagnostic::{Diagnostic, Severity};
use servanda::project::{Outcome, Project, Request, Text, assess, history, proof_of, rehearse};
use servanda::record::toml::Reading;
use servanda::report::terminal::{Detail, Lines, Screen};
use servanda::report::{Report, json, lines, plain, short, terminal, trials, wording};
use servanda::resolve::resolve;
use servanda::source::{SourceFile, Sources, Span, Spanned};
use servanda::syntax::{self, Parse};
use servanda::time::{Day, Instant};

/// Reads a rule file.
pub(crate) fn read(text: &str) -> (Sources, Parse) {
    let mut sources = Sources::default();
    let id = sources.add("case.treaty", text);
    let parse = syntax::parse(sources.get(id));
    (sources, parse)
}

pub(crate) fn first(sources: &Sources) -> &SourceFile {
    sources.iter().next().unwrap()
}

/// Reads a rule file, which must be covered, and told of at most once at each place.
pub(crate) fn understood(text: &str) -> (Sources, Parse) {
    let (sources, parse) = read(text);
    covered(first(&sources), &parse);
    well_placed(&sources, &parse.diagnostics);
    assert!(
        parse.diagnostics.len() <= parse.tokens.len(),
        "more problems than tokens"
    );
    (sources, parse)
}

/// Holds that every byte belongs to a token, a comment, a blank or a reported run of stray characters.
pub(crate) fn covered(file: &SourceFile, parse: &Parse) {
    let mut places: Vec<(u32, u32)> = parse
        .tokens
        .iter()
        .map(|token| (token.start, token.end))
        .collect();
    places.extend(
        parse
            .comments
            .iter()
            .map(|comment| (comment.start, comment.end)),
    );
    let strays = parse
        .diagnostics
        .iter()
        .filter(|problem| problem.code.name() == "stray-character");
    for problem in strays {
        let labels = std::iter::once(&problem.primary).chain(&problem.related);
        places.extend(labels.map(|label| (label.span.start, label.span.end)));
    }
    places.sort_unstable();
    let mut reached = 0;
    for (start, end) in places {
        let between = file
            .text()
            .get(reached..(start as usize).max(reached))
            .unwrap();
        assert_eq!(
            between.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}'),
            ""
        );
        reached = reached.max(end as usize);
    }
    assert_eq!(
        reached,
        file.text().len(),
        "the end of the file is the last token"
    );
}

/// Holds that every place lies in its file between characters, that the order is that of the places, and that nothing is said twice.
pub(crate) fn well_placed(sources: &Sources, diagnostics: &[Diagnostic]) {
    let inside = |span: Span| {
        let text = sources.get(span.source).text();
        span.start <= span.end && text.get(span.range()).is_some()
    };
    let mut said = BTreeSet::new();
    for found in diagnostics {
        let edits = found.fix.iter().flat_map(|fix| &fix.edits);
        let places = std::iter::once(found.primary.span)
            .chain(found.related.iter().map(|label| label.span))
            .chain(edits.map(|edit| edit.span));
        for span in places {
            assert!(inside(span), "{span:?} is no place: {found:?}");
        }
        let fresh = said.insert((found.primary.span, found.code.name(), &found.message));
        assert!(fresh, "said twice: {found:?}");
        assert!(
            !found.message.is_empty() && !found.message.contains('\n'),
            "{found:?}"
        );
    }
    let mut sorted = diagnostics.to_vec();
    servanda::diagnostic::sort(&mut sorted);
    assert_eq!(sorted, diagnostics, "out of order");
}

/// Lays a good file out and holds the result against the laws of layout.
pub(crate) fn laid_out(text: &str) -> String {
    let (sources, parse) = read(text);
    covered(first(&sources), &parse);
    let once = syntax::format(first(&sources), &parse).unwrap();
    let (again, parse_again) = read(&once);
    assert_eq!(
        without_places(&parse),
        without_places(&parse_again),
        "the layout changes the meaning"
    );
    assert_eq!(
        comments(first(&sources), &parse),
        comments(first(&again), &parse_again),
        "a comment is lost"
    );
    assert_eq!(
        syntax::format(first(&again), &parse_again).unwrap(),
        once,
        "the layout is not stable"
    );
    // A byte-order mark inside a text or a comment is the author's.
    assert!(!once.starts_with('\u{feff}') && !once.contains("\r\n"));
    assert!(once.is_empty() || once.ends_with('\n'));
    once
}

fn comments<'a>(file: &'a SourceFile, parse: &Parse) -> Vec<&'a str> {
    let text = |start: u32, end: u32| file.text().get(start as usize..end as usize).unwrap();
    parse
        .comments
        .iter()
        .map(|comment| text(comment.start, comment.end))
        .collect()
}

/// Shows a tree without its places.
fn without_places(parse: &Parse) -> String {
    let shown = format!("{:?}{:?}", parse.tree, parse.diagnostics);
    let mut parts = shown.split("Span {");
    let mut out = parts.next().unwrap().to_owned();
    for part in parts {
        out.push_str(part.split_once('}').unwrap().1);
    }
    out
}

/// Rules that record files are read in the terms of.
pub(crate) struct Terms {
    project: Project,
    agreement: Agreement,
}

impl Terms {
    pub(crate) fn of(rules: &str, used: Used<'_>) -> Terms {
        let project = with_rules(rules, used);
        let agreement = resolve(&project.unit(project.roots[0])).agreement;
        Terms { project, agreement }
    }

    /// Reads a record file, which must be told of once at each place, and of which no block may be lost.
    pub(crate) fn read(&self, records: &str) {
        let mut sources = self.project.sources.clone();
        let id = sources.add("case.toml", records);
        let reading = servanda::record::toml::read(&[sources.get(id)], &[], &self.agreement);
        well_placed(&sources, &reading.diagnostics);
        nothing_is_lost(sources.get(id), &reading);
        let lines = sources.get(id).line_count();
        assert!(
            reading.diagnostics.len() <= 20 + 10 * lines,
            "{} problems in {lines} lines",
            reading.diagnostics.len()
        );
    }
}

/// Holds that the reader counts every block of a record file, and that no block is left out without a word.
fn nothing_is_lost(file: &SourceFile, reading: &Reading) {
    let records = &reading.records;
    let understood = records.records.len() + records.coverage.len();
    assert_eq!(
        understood + records.left_out,
        records.read,
        "the count is off"
    );
    let errors = reading.diagnostics.iter();
    let errors: Vec<&Diagnostic> = errors
        .filter(|found| found.severity == Severity::Error)
        .collect();
    let (table, broken) = toml::de::DeTable::parse_recoverable(file.text());
    if !broken.is_empty() {
        assert!(!errors.is_empty(), "broken TOML is passed over");
        return;
    }
    let blocks: Vec<_> = ["event", "reading", "coverage", "finding"]
        .iter()
        .filter_map(|section| table.get_ref().get(*section)?.get_ref().as_array())
        .flat_map(|items| items.iter().map(toml::Spanned::span))
        .collect();
    assert!(
        records.read >= blocks.len(),
        "{} blocks, {} read",
        blocks.len(),
        records.read
    );
    let places = records.records.iter().map(|record| record.places.block);
    let mut kept: BTreeSet<usize> = places.map(|place| place.start as usize).collect();
    kept.extend(
        records
            .coverage
            .iter()
            .map(|window| window.span.start as usize),
    );
    let mut starts: Vec<usize> = blocks.iter().map(|block| block.start).collect();
    starts.sort_unstable();
    // An inline table has no header, and the blocks of one array are not told apart by their first bytes alone.
    let inline = blocks
        .iter()
        .any(|block| !file.text().get(block.clone()).unwrap().starts_with("[["));
    if inline {
        assert!(records.left_out == 0 || !errors.is_empty());
        return;
    }
    for (at, &start) in starts.iter().enumerate() {
        let end = starts.get(at + 1).copied().unwrap_or(file.text().len());
        let told = errors.iter().any(|found| {
            let place = found.primary.span.start as usize;
            start <= place && place < end
        });
        assert!(
            kept.contains(&start) || told,
            "the block at byte {start} is dropped in silence"
        );
    }
}

/// Rules, records and the two clocks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question<'a> {
    pub(crate) rules: &'a str,
    pub(crate) records: &'a str,
    pub(crate) as_of: Day,
    pub(crate) known_by: Option<Day>,
}

/// Gives the text of a rule file that another one uses.
pub(crate) type Used<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What a run says of each pledge, without what depends on the places of records.
pub(crate) type Answer = BTreeMap<String, String>;

/// Runs everything that a user can ask of rules and records, and holds it against the laws. Gives the answer where no file has an error.
pub(crate) fn answered(question: Question<'_>, used: Used<'_>) -> Option<Answer> {
    let mut project = with_rules(question.rules, used);
    let records = undamaged(question.records.to_owned());
    project
        .add_records("case.toml", &mut |_| Ok(records.clone()))
        .unwrap();
    let sources = &project.sources;
    let span = first(sources).span();
    let request = Request {
        now: Instant(0),
        as_of: Some(Spanned::new(question.as_of, span)),
        known_by: question.known_by.map(|day| Spanned::new(day, span)),
        standard: None,
    };
    let outcome = assess(&project, &request);
    well_placed(sources, &outcome.diagnostics);
    let views = outcome.parts.iter().map(|part| part.view()).collect();
    let report = Report::new(sources, views, &outcome.diagnostics, outcome.records);
    shown(&report);
    let again = assess(&project, &request);
    assert_eq!(
        format!("{:?}", outcome.diagnostics),
        format!("{:?}", again.diagnostics)
    );
    assert_eq!(answer(&outcome), answer(&again), "a second run differs");
    if outcome.records.left_out > 0 {
        assert!(report.has_errors(), "records are left out in silence");
    }
    look_closer(&project, &outcome);
    (!report.has_errors()).then(|| answer(&outcome))
}

fn with_rules(rules: &str, used: Used<'_>) -> Project {
    let mut project = Project::default();
    let mut read = |path: &str| used(path).map(undamaged).ok_or("no such file".to_owned());
    project.add_root("case.treaty", undamaged(rules.to_owned()), &mut read);
    project
}

fn undamaged(text: String) -> Text {
    Text {
        text: text.into(),
        damaged_at: None,
        bytes: None,
    }
}

const SCREEN: Screen = Screen {
    width: 80,
    lines: Lines::Box,
};

/// Every form of output has something to show, and what is for programs is well formed.
fn shown(report: &Report<'_>) {
    let diagnostics = report.diagnostics;
    let whole: serde_json::Value = serde_json::from_str(&json::render(report)).unwrap();
    let told = whole["diagnostics"].as_array().unwrap().len();
    assert_eq!(told, diagnostics.len() + report.findings.len());
    for line in lines::render(report).lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap();
    }
    let narrow = Screen { width: 1, ..SCREEN };
    let ascii = Screen {
        lines: Lines::Ascii,
        ..SCREEN
    };
    let drawn = [
        terminal::render(report, SCREEN, Detail::Full),
        terminal::render(report, narrow, Detail::Quiet),
        terminal::problems(report.sources, diagnostics, ascii),
    ];
    let told = [
        plain::render(report),
        plain::problems(report.sources, diagnostics),
        short::render(report),
        short::problems(report.sources, diagnostics),
    ];
    for text in drawn.iter().map(|text| without_colours(text)).chain(told) {
        let harmful = |letter| letter != '\t' && wording::is_harmful(letter);
        assert!(
            !text.contains(harmful),
            "this could steer a terminal: {text:?}"
        );
    }
}

/// Takes the colours out, which are the only thing that begins with an escape.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut out = parts.next().unwrap().to_owned();
    for part in parts {
        let (colour, rest) = part.split_once('m').unwrap();
        assert!(
            colour
                .chars()
                .all(|letter| letter.is_ascii_digit() || letter == ';')
        );
        out.push_str(rest);
    }
    out
}

/// Asks for proofs, for the history of the first pledge, and for the scenarios.
fn look_closer(project: &Project, outcome: &Outcome) {
    for part in &outcome.parts {
        for pledge in part.agreement.pledges.iter().take(2) {
            let proof = proof_of(part, pledge.id);
            assert_eq!(proof.pledges.len(), part.assessment.pledges.len());
        }
        if let Some(pledge) = part.agreement.pledges.first() {
            let steps = history(part, pledge.id, &[]);
            assert!(
                steps.len() <= 2 + part.records.read,
                "more steps than records"
            );
        }
    }
    let rehearsal = rehearse(project);
    let trials = trials::Trials {
        sources: &project.sources,
        agreements: &rehearsal.agreements,
        trials: &rehearsal.trials,
        diagnostics: &[],
    };
    without_colours(&trials::render(&trials, SCREEN));
    serde_json::from_str::<serde_json::Value>(&trials::json::render(&trials)).unwrap();
}

fn answer(outcome: &Outcome) -> Answer {
    let mut all = Answer::new();
    for (index, part) in outcome.parts.iter().enumerate() {
        for pledge in &part.assessment.pledges {
            let name = &part.agreement.pledges[pledge.pledge.0 as usize].name;
            let profile = format!("{:?}", pledge.profile);
            all.insert(format!("{index}/{name}"), profile);
        }
    }
    all
}

/// Words by which records speak of one another; of two that speak of a third, the one further down comes later.
const LINKS: [&str; 7] = [
    "denies",
    "retracts",
    "corrects",
    "supersedes",
    "ends",
    "echoes",
    "repeats",
];

/// Gives the records in the opposite order; none where the order may matter, or where they are not plain blocks.
pub(crate) fn turned_around(records: &str) -> Option<String> {
    let linked = LINKS.iter().any(|link| records.contains(link));
    let (_, broken) = toml::de::DeTable::parse_recoverable(records);
    if linked || !broken.is_empty() || records.contains("\"\"\"") || records.contains("'''") {
        return None;
    }
    let begins = |line: &str| line.trim_start().starts_with('[');
    let mut blocks: Vec<String> = vec![String::new()];
    for line in records.lines() {
        if begins(line) {
            blocks.push(String::new());
        }
        let block = blocks.last_mut()?;
        block.push_str(line);
        block.push('\n');
    }
    let head = blocks.remove(0);
    let plain = |block: &String| {
        let header = block.trim_start();
        header.starts_with("[[") || header.starts_with("[sources.")
    };
    if !blocks.iter().all(plain) {
        return None;
    }
    blocks.reverse();
    Some(head + &blocks.concat())
}
