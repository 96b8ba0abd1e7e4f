//! What became of the rows of tables: a line for each, and the list of what nothing covers.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;

use crate::diagnostic::did_you_mean;
use crate::quantity::{Decimal, grouped};
use crate::record::table::Tally;
use crate::source::SourceId;

use super::{Report, wording};

/// Gives a line for each table.
#[must_use]
pub fn lines(report: &Report<'_>) -> Vec<String> {
    let tallies = report.tables.iter();
    tallies.map(|tally| line(report, tally)).collect()
}

fn line(report: &Report<'_>, tally: &Tally) -> String {
    let mut text = format!(
        "{}: {}: {}",
        report.sources.get(tally.table).name(),
        counted(tally.rows, "row"),
        counted(tally.records, "record")
    );
    let mut say = |number: usize, what: &str| {
        if number > 0 {
            let _ = write!(text, ", {} {what}", number_of(number));
        }
    };
    say(tally.passed_over, "not chosen");
    say(tally.undeclared.values().sum(), "of no declared kind");
    say(tally.bad, "that could not be read");
    let mut more = Vec::new();
    if tally.sorted > 0 {
        more.push(format!(
            "{} put in order",
            counted(tally.sorted, "estimate")
        ));
    }
    let mut uncovered = Vec::new();
    if !tally.unmatched.is_empty() {
        uncovered.push(counted(tally.unmatched.len(), "name"));
    }
    if !tally.sources.is_empty() {
        uncovered.push(counted(tally.sources.len(), "source"));
    }
    if !uncovered.is_empty() {
        let listed = "(`servanda check --unmatched` lists them)";
        more.push(format!(
            "{} that nothing covers {listed}",
            uncovered.join(" and ")
        ));
    }
    for part in more {
        let _ = write!(text, "; {part}");
    }
    text.push('.');
    text
}

fn number_of(number: usize) -> String {
    grouped(Decimal::from(number))
}

fn counted(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", number_of(number))
}

/// Something that tables name and nothing declares.
struct Unmatched<'a> {
    name: &'a str,
    count: usize,
    /// The tables that name it.
    tables: BTreeSet<&'a str>,
}

/// For how many names the nearest known one is looked for; those that are met most often come first. Picked by gut feeling.
const COMPARED: usize = 500;

/// Writes the list of what tables name and nothing declares: what is met most often first.
#[must_use]
pub fn unmatched(report: &Report<'_>) -> String {
    if report.tables.is_empty() {
        return "No table was read. In record files, a name that nothing declares is an error.\n"
            .to_owned();
    }
    let lists = [
        (
            "Names that no declaration and no `known as` covers:",
            of(report, |tally| &tally.unmatched),
            names(report),
        ),
        (
            "Kinds and measures that the rules do not declare:",
            of(report, |tally| &tally.undeclared),
            words(report),
        ),
        (
            "Sources that nothing declares, so that their reliability cannot be judged:",
            of(report, |tally| &tally.sources),
            sources(report),
        ),
    ];
    let mut text = String::new();
    for (title, list, known) in lists {
        if list.is_empty() {
            continue;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        let _ = writeln!(text, "{title}\n");
        rows(&mut text, &list, &known);
    }
    if text.is_empty() {
        text.push_str("Everything that the tables name is declared.\n");
    }
    text
}

fn of<'a>(
    report: &Report<'a>,
    what: impl Fn(&'a Tally) -> &'a BTreeMap<String, usize>,
) -> Vec<Unmatched<'a>> {
    let mut found: BTreeMap<&str, Unmatched<'a>> = BTreeMap::new();
    for tally in report.tables {
        let table = report.sources.get(tally.table).name();
        for (name, count) in what(tally) {
            let entry = found.entry(name).or_insert_with(|| Unmatched {
                name,
                count: 0,
                tables: BTreeSet::new(),
            });
            entry.count += count;
            entry.tables.insert(table);
        }
    }
    let mut list: Vec<Unmatched<'a>> = found.into_values().collect();
    list.sort_by(|one, other| (other.count, one.name).cmp(&(one.count, other.name)));
    list
}

/// Gives the declared names and spellings.
fn names<'a>(report: &Report<'a>) -> BTreeSet<&'a str> {
    let tables: BTreeSet<SourceId> = report.tables.iter().map(|tally| tally.table).collect();
    let kept = |name: &str| {
        let mut tallies = report.tables.iter();
        tallies.any(|tally| tally.unmatched.contains_key(name))
    };
    let things = report
        .views
        .iter()
        .flat_map(|view| &view.records.vocabulary.things);
    let declared =
        things.filter(|thing| !(tables.contains(&thing.span.source) && kept(&thing.name)));
    declared
        .flat_map(|thing| {
            let spellings = thing
                .spellings
                .iter()
                .map(|spelling| spelling.text.as_str());
            std::iter::once(thing.name.as_str()).chain(spellings)
        })
        .collect()
}

/// Gives the declared kinds and measures.
fn words<'a>(report: &Report<'a>) -> BTreeSet<&'a str> {
    let vocabularies = report.views.iter().map(|view| &view.records.vocabulary);
    vocabularies
        .flat_map(|vocabulary| {
            let kinds = vocabulary.kinds.iter().map(|kind| kind.name.as_str());
            let measures = vocabulary.measures.iter();
            kinds.chain(measures.map(|measure| measure.name.as_str()))
        })
        .collect()
}

/// Gives the declared sources.
fn sources<'a>(report: &Report<'a>) -> BTreeSet<&'a str> {
    let tables: BTreeSet<SourceId> = report.tables.iter().map(|tally| tally.table).collect();
    let informants = report
        .views
        .iter()
        .flat_map(|view| &view.records.informants);
    informants
        .filter(|informant| !tables.contains(&informant.span.source))
        .map(|informant| informant.name.as_str())
        .collect()
}

fn rows(text: &mut String, list: &[Unmatched<'_>], known: &BTreeSet<&str>) {
    let shown: Vec<[String; 4]> = (list.iter().enumerate())
        .map(|(at, found)| {
            let compared = (at < COMPARED).then(|| did_you_mean(found.name, known.iter().copied()));
            let tables: Vec<&str> = found.tables.iter().copied().collect();
            [
                number_of(found.count),
                wording::harmless(found.name),
                compared.flatten().unwrap_or("–").to_owned(),
                tables.join(", "),
            ]
        })
        .collect();
    let titles = ["rows", "name", "nearest known", "table"].map(str::to_owned);
    let all = || std::iter::once(&titles).chain(&shown);
    let mut widths = [0; 3];
    for [number, called, nearest, _] in all() {
        let cells = [number, called, nearest];
        for (width, cell) in widths.iter_mut().zip(cells) {
            *width = cell.width().min(WIDEST).max(*width);
        }
    }
    let [count, name, near] = widths;
    for [number, called, nearest, table] in all() {
        let pad = |text: &str, width: usize| " ".repeat(width.saturating_sub(text.width()));
        let _ = writeln!(
            text,
            "  {}{number}  {called}{}  {nearest}{}  {table}",
            pad(number, count),
            pad(called, name),
            pad(nearest, near)
        );
    }
}

/// How wide a column of the list may make all its rows. Unit: columns of the terminal.
const WIDEST: usize = 48;
