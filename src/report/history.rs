//! How a verdict changed as things became known.

use std::collections::BTreeMap;
use std::fmt::Write;

use anstyle::Style;
use serde::Serialize;

use crate::agreement::{Pledge, Standing};
use crate::record::{Coverage, Record, RecordId, Stance};
use crate::source::Sources;
use crate::time::{Day, Instant, days_between, format_day};
use crate::verdict::Profile;

use super::excerpt::wrap;
use super::wording::{self, Room};
use super::{View, account, json};

/// The history of one pledge, or of one instance.
#[derive(Clone, Debug)]
pub struct History<'a> {
    /// The texts.
    pub sources: &'a Sources,
    /// The agreement, with the records and the verdicts of the run.
    pub view: View<'a>,
    /// The pledge.
    pub pledge: &'a Pledge,
    /// What brackets chose: variables and their values.
    pub bindings: &'a [(String, String)],
    /// The changes, in order.
    pub steps: &'a [Step],
}

/// A change of the verdict.
#[derive(Clone, Debug)]
pub struct Step {
    /// The day on which something became known; none where time alone made the change.
    pub known_by: Option<Day>,
    /// The day as of which it was judged.
    pub as_of: Day,
    /// The verdicts; none where there is no such instance yet.
    pub profile: Option<Profile>,
    /// What became known on that day and bears on the pledge.
    pub records: Vec<RecordId>,
    /// Times of watching that became known on that day, by position.
    pub watches: Vec<usize>,
}

/// Gives by how many days a record became known after what it tells of; nothing where it is not dated, or was known on the day itself.
fn days_later(view: &View<'_>, record: &Record) -> Option<i64> {
    let calendar = &view.agreement.calendar;
    if !record.dated || record.when.latest == Instant::MAX || record.known == Instant::MIN {
        return None;
    }
    let occurred = calendar.day_of(record.when.latest.plus(-1));
    let days = days_between(occurred, calendar.day_of(record.known));
    (days > 0).then_some(days)
}

/// Writes the history for people, `width` columns wide.
#[must_use]
pub fn render(history: &History<'_>, width: usize) -> String {
    let view = &history.view;
    let bold = Style::new().bold();
    let mut text = String::new();
    let title = format!(
        "`{}` at the standard `{}`, by what was known",
        name(history),
        view.standard().word()
    );
    for line in wrap(&wording::harmless(&title), width) {
        let _ = writeln!(text, "{bold}{line}{bold:#}");
    }
    for step in history.steps {
        text.push('\n');
        self::step(&mut text, history, step, width);
    }
    if history.steps.is_empty() {
        text.push_str("\nNothing became known by that day.\n");
    }
    text
}

fn name(history: &History<'_>) -> String {
    if history.bindings.is_empty() {
        return history.pledge.name.clone();
    }
    let pairs: Vec<String> = history
        .bindings
        .iter()
        .map(|(variable, value)| format!("{variable} = {value}"))
        .collect();
    format!("{}[{}]", history.pledge.name, pairs.join(", "))
}

fn step(text: &mut String, history: &History<'_>, step: &Step, width: usize) {
    let view = &history.view;
    let standard = view.standard();
    let verdict = step
        .profile
        .as_ref()
        .and_then(|profile| profile.at(standard));
    let words = match (verdict, &step.profile) {
        (Some(verdict), _) => {
            wording::of_pledge(history.pledge, verdict, standard, &view.agreement.calendar)
        }
        (None, Some(_)) => "nothing on file can verify it".to_owned(),
        (None, None) => "there is no such instance yet".to_owned(),
    };
    let when = match step.known_by {
        Some(day) if day == step.as_of => format_day(day),
        Some(day) => format!("{}, as of {}", format_day(day), format_day(step.as_of)),
        None => format!("{}, nothing new", format_day(step.as_of)),
    };
    put(text, width, 0, &format!("{when}: {words}"));
    if let Some(profile) = &step.profile {
        put(text, width, 2, &cells(profile));
    }
    for &id in &step.records {
        if let Some(record) = view.records.records.get(id.0 as usize) {
            put(text, width, 2, &became_known(view, record));
        }
    }
    for &watch in &step.watches {
        if let Some(coverage) = view.records.coverage.get(watch) {
            put(text, width, 2, &watched(view, coverage));
        }
    }
}

fn cells(profile: &Profile) -> String {
    let cells: Vec<String> = Standing::STANDARDS
        .into_iter()
        .filter_map(|standard| {
            let verdict = profile.at(standard)?;
            let cell = wording::cell(verdict, standard, Room::Ample);
            Some(format!("{}: {cell}", standard.word()))
        })
        .collect();
    cells.join("; ")
}

/// Says when a record became known, and how long after what it tells of.
fn became_known(view: &View<'_>, record: &Record) -> String {
    let calendar = &view.agreement.calendar;
    let mut text = format!("+ `{}`", record.name);
    if let Some((verb, target)) = against(record) {
        let target = view.records.records.get(target.0 as usize);
        let target = target.map_or("another record", |target| &target.name);
        let _ = write!(text, " {verb} `{target}`");
    }
    if record.dated {
        let _ = write!(
            text,
            ": occurred {}",
            wording::when(record.when, calendar).replace("between", "some time between")
        );
    }
    if let Some(days) = days_later(view, record) {
        let known = format_day(calendar.day_of(record.known));
        let _ = write!(
            text,
            ", first known {known}, {} later",
            wording::count(days, "day")
        );
    }
    let _ = write!(
        text,
        " ({}; {})",
        wording::informant(view, record),
        wording::grade(view, record)
    );
    text
}

/// Gives what a record does with another one.
fn against(record: &Record) -> Option<(&'static str, RecordId)> {
    match record.stance {
        Stance::Affirms => None,
        Stance::Denies(target) => Some(("denies", target)),
        Stance::Retracts(target) => Some(("takes back", target)),
        Stance::Corrects(target) => Some(("corrects", target)),
        Stance::Supersedes(target) => Some(("replaces", target)),
        Stance::Ends(target) => Some(("says what ended:", target)),
    }
}

/// Says who watched, and when.
fn watched(view: &View<'_>, coverage: &Coverage) -> String {
    let source = coverage
        .informant
        .and_then(|id| view.records.informants.get(id.0 as usize));
    let who = source.map_or("somebody who is not named", |source| {
        source.title.as_deref().unwrap_or(&source.name)
    });
    format!(
        "+ {} watched {}",
        wording::inside(who),
        wording::on(coverage.when, &view.agreement.calendar)
    )
}

fn put(text: &mut String, width: usize, indent: usize, words: &str) {
    let room = width.saturating_sub(indent + 4).max(20);
    for (number, line) in wrap(&wording::harmless(words), room).iter().enumerate() {
        let more = if number == 0 { 0 } else { 4 };
        let _ = writeln!(text, "{}{line}", " ".repeat(indent + more));
    }
}

#[derive(Serialize)]
struct Page<'a> {
    schema: &'static str,
    histories: Vec<Pages<'a>>,
}

#[derive(Serialize)]
struct Pages<'a> {
    agreement: &'a str,
    pledge: &'a str,
    bindings: BTreeMap<&'a str, &'a str>,
    standard: &'static str,
    steps: Vec<Change<'a>>,
}

#[derive(Serialize)]
struct Change<'a> {
    known_by: Option<String>,
    as_of: String,
    verdict: Option<json::shape::Verdict>,
    profile: Option<json::shape::Profile>,
    records: Vec<Told<'a>>,
}

#[derive(Serialize)]
struct Told<'a> {
    record: &'a str,
    file: &'a str,
    line: u32,
    occurred: Option<json::shape::Span>,
    known: String,
    days_later: Option<i64>,
}

/// Writes histories as one JSON object.
#[must_use]
pub fn to_json(histories: &[History<'_>]) -> String {
    let page = Page {
        schema: "servanda-history/1",
        histories: histories.iter().map(pages).collect(),
    };
    let text = serde_json::to_string_pretty(&page);
    // INVARIANT: the shapes hold only texts, numbers, lists and maps with text keys, which always have a JSON form.
    debug_assert!(text.is_ok(), "every part of the page has a JSON form");
    text.unwrap_or_default()
}

fn pages<'a>(history: &'a History<'a>) -> Pages<'a> {
    let calendar = &history.view.agreement.calendar;
    let standard = history.view.standard();
    Pages {
        agreement: history.view.name(history.sources),
        pledge: &history.pledge.name,
        bindings: history
            .bindings
            .iter()
            .map(|(variable, value)| (variable.as_str(), value.as_str()))
            .collect(),
        standard: standard.word(),
        steps: history
            .steps
            .iter()
            .map(|step| Change {
                known_by: step.known_by.map(|day| day.to_string()),
                as_of: step.as_of.to_string(),
                verdict: step
                    .profile
                    .as_ref()
                    .and_then(|profile| profile.at(standard))
                    .map(|verdict| json::verdict(verdict, calendar)),
                profile: step
                    .profile
                    .as_ref()
                    .map(|profile| json::profile(profile, calendar)),
                records: step
                    .records
                    .iter()
                    .filter_map(|&id| told(history, id))
                    .collect(),
            })
            .collect(),
    }
}

fn told<'a>(history: &'a History<'a>, id: RecordId) -> Option<Told<'a>> {
    let view = &history.view;
    let calendar = &view.agreement.calendar;
    let record = view.records.records.get(id.0 as usize)?;
    let file = history.sources.get(record.places.block.source);
    Some(Told {
        record: &record.name,
        file: file.name(),
        line: file.position(account::place(record).start).line,
        occurred: record.dated.then(|| json::when(record.when, calendar)),
        known: calendar.day_of(record.known).to_string(),
        days_later: days_later(view, record),
    })
}
