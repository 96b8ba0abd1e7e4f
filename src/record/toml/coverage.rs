//! Times of watching: `[[coverage]]`.

use std::collections::BTreeMap;

use super::block::{BASES, COMMON, Tables};
use super::document::{Block, Document, Entry, Keys};
use super::draft::LINKS;
use super::problems::Problems;
use super::value::{choice, count, known_at, opt_date, owned_text, refuse, term, text, texts};
use crate::agreement::{Named, Type};
use crate::diagnostic::{Code, Diagnostic};
use crate::record::{Basis, Coverage};
use crate::source::Span;
use crate::time::When;

/// Gives the ids of the coverage blocks of all files with their places, and reports ids that are there twice.
pub(super) fn ids(documents: &[Document<'_>], problems: &mut Problems) -> BTreeMap<String, Span> {
    let mut ids = BTreeMap::new();
    for document in documents {
        for block in document.blocks("coverage") {
            let mut silent = Problems::default();
            let id = block.keys().take("id");
            let Some((id, name)) = id.and_then(|id| Some((id, text(id, &mut silent)?))) else {
                continue;
            };
            if let Some(first) = ids.insert(name.to_owned(), id.span) {
                let message = format!("a second record has the id `{name}`");
                problems.push(
                    Diagnostic::new(Code::DuplicateRecord, id.span, message)
                        .related(first, "the first one"),
                );
            }
        }
    }
    ids
}

/// Reads the coverage blocks of all files; gives them, and how many there are.
pub(super) fn read(
    documents: &[Document<'_>],
    tables: Tables<'_>,
    problems: &mut Problems,
) -> (Vec<Coverage>, usize) {
    let mut coverage = Vec::new();
    let mut count = 0;
    for document in documents {
        for block in document.blocks("coverage") {
            count += 1;
            let mut found = Problems::default();
            let window = window(tables, block, &mut found);
            coverage.extend((!found.is_grave()).then_some(window));
            problems.append(found);
        }
    }
    (coverage, count)
}

const OWN: [&str; 6] = ["kinds", "in", "from", "until", "hours", "extent"];

fn window(tables: Tables<'_>, block: Block<'_>, problems: &mut Problems) -> Coverage {
    if block.is_broken() {
        problems.known();
    }
    let names = tables.names;
    let mut keys = block.keys();
    let when = days(tables, &mut keys, problems);
    let kinds = keys.take("kinds");
    if kinds.is_none() {
        let why = "Say for which kinds somebody was watching: `kinds = [\"…\"]`.";
        keys.missing("kinds", why, problems);
    }
    let subjects = texts(kinds, problems)
        .into_iter()
        .filter_map(|(item, _)| names.subject(item, problems))
        .collect();
    let place = keys
        .take("in")
        .and_then(|entry| names.thing(entry, Type::Place, when, problems));
    let hours = keys.take("hours").and_then(|entry| hours(entry, problems));
    let extent = [("full", true), ("partial", false)];
    let full = keys
        .take("extent")
        .and_then(|entry| choice(entry, &extent, problems));
    let informant = keys
        .take("source")
        .and_then(|entry| tables.informants.named(entry, problems));
    let basis = keys
        .take("basis")
        .and_then(|entry| choice(entry, &BASES, problems));
    let known = known(tables, &mut keys, when, problems);
    remarks(tables, &mut keys, problems);
    refuse_links(&mut keys, problems);
    let labels: Vec<&str> = OWN.into_iter().chain(COMMON).collect();
    keys.finish("a coverage", &labels, problems);
    Coverage {
        informant,
        subjects,
        place,
        when,
        hours,
        full: full.unwrap_or(true),
        basis: basis.unwrap_or(Basis::Observed),
        known,
        span: block.whole(),
    }
}

fn days(tables: Tables<'_>, keys: &mut Keys<'_>, problems: &mut Problems) -> When {
    let from = keys.take("from");
    let until = keys.take("until");
    let why =
        "A coverage says its first day, `from`, and its last, `until` (\"..\" where it goes on).";
    if from.is_none() {
        keys.missing("from", why, problems);
    }
    if until.is_none() {
        keys.missing("until", why, problems);
    }
    term(from, until, tables.names.calendar, problems)
}

fn known(
    tables: Tables<'_>,
    keys: &mut Keys<'_>,
    when: When,
    problems: &mut Problems,
) -> crate::time::Instant {
    let known = opt_date(keys.take("known"), problems);
    let reported = opt_date(keys.take("reported"), problems);
    let given = known.or(reported);
    known_at(given.map_or(when, |date| date.span(tables.names.calendar)))
}

/// Checks the keys of every record that say nothing about watching.
fn remarks(tables: Tables<'_>, keys: &mut Keys<'_>, problems: &mut Problems) {
    for key in ["grade", "link", "note"] {
        owned_text(keys.take(key), problems);
    }
    if let Some(id) = keys.take("id")
        && text(id, problems).is_some()
    {
        problems.mention(id.bare(), id.bare(), Named::Record);
    }
    let incident = keys.take("incident");
    let incident = incident.and_then(|entry| Some((entry, text(entry, problems)?)));
    let echoes = texts(keys.take("echoes"), problems);
    for (entry, name) in incident.into_iter().chain(echoes) {
        if let Some(&declared) = tables.names.record_named(name) {
            problems.mention(entry.bare(), declared, Named::Record);
        } else if let Some(source) = tables.informants.find(name) {
            tables.informants.mention(entry, source, problems);
        }
    }
    let _ = keys
        .take("origins")
        .and_then(|entry| count(entry, problems));
}

fn refuse_links(keys: &mut Keys<'_>, problems: &mut Problems) {
    for (key, _) in LINKS {
        if let Some(entry) = keys.take(key) {
            refuse(
                entry,
                format!("a coverage {key} no record"),
                "Change the block itself, or add another one.",
                problems,
            );
        }
    }
}

/// Reads `09:00/14:20`. Unit: minutes of the day.
fn hours(entry: Entry<'_>, problems: &mut Problems) -> Option<(u16, u16)> {
    let written = text(entry, problems)?;
    let read = written
        .split_once('/')
        .and_then(|(from, until)| Some((minute(from.trim())?, minute(until.trim())?)));
    match read {
        Some((from, until)) if from < until => Some((from, until)),
        Some(_) => {
            let message = format!("`{written}` ends before it begins");
            let help = "Write two blocks for a watch over midnight.";
            refuse(entry, message, help, problems);
            None
        }
        None => {
            let message = format!("`{written}` are not hours of a day");
            refuse(entry, message, "Write `09:00/14:20`.", problems);
            None
        }
    }
}

fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let digits = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hour) || !digits(minute) {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    let inside = minute < 60 && (hour < 24 || (hour == 24 && minute == 0));
    inside.then_some(hour * 60 + minute)
}
