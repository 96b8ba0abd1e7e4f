//! Single values: texts, numbers, estimates, dates. Each reader gives nothing where it has reported a problem.

use toml::de::DeValue;

use super::document::{Entry, found};
use super::problems::{Problems, clipped};
use crate::diagnostic::{Code, Diagnostic, Fix};
use crate::quantity::{Decimal, Estimate, UnitId, Units, plain};
use crate::source::Spanned;
use crate::time::{Calendar, DateFormat, Edtf, Instant, When, parse_edtf};

/// Reports a value of the wrong type.
pub(in crate::record) fn wrong(entry: Entry<'_>, expected: &str, problems: &mut Problems) {
    if entry.reported() {
        problems.known();
        return;
    }
    let message = format!(
        "expected {expected} for `{}`, found {}",
        entry.key,
        found(entry.value)
    );
    problems.push(Diagnostic::new(Code::BadValue, entry.span, message));
}

/// Reports a value of the right type that means nothing.
pub(in crate::record) fn refuse(
    entry: Entry<'_>,
    message: String,
    help: &str,
    problems: &mut Problems,
) {
    problems.push(Diagnostic::new(Code::BadValue, entry.span, message).help(help));
}

pub(in crate::record) fn text<'d>(entry: Entry<'d>, problems: &mut Problems) -> Option<&'d str> {
    match entry.value {
        DeValue::String(text) if !entry.reported() => Some(text.as_ref()),
        DeValue::String(_)
        | DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_)
        | DeValue::Table(_) => {
            wrong(entry, "a text", problems);
            None
        }
    }
}

pub(in crate::record) fn owned_text(
    entry: Option<Entry<'_>>,
    problems: &mut Problems,
) -> Option<String> {
    text(entry?, problems).map(str::to_owned)
}

pub(in crate::record) fn flag(entry: Entry<'_>, problems: &mut Problems) -> Option<bool> {
    match entry.value {
        DeValue::Boolean(value) => return Some(*value),
        DeValue::String(cell) if entry.is_cell() => {
            let words = [
                ("true", true),
                ("false", false),
                ("1", true),
                ("0", false),
                ("yes", true),
                ("no", false),
            ];
            let word = words
                .iter()
                .find(|(word, _)| word.eq_ignore_ascii_case(cell));
            if let Some((_, value)) = word {
                return Some(*value);
            }
        }
        DeValue::String(_)
        | DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_)
        | DeValue::Table(_) => {}
    }
    let quoted = match entry.value {
        DeValue::String(text) => text.as_ref(),
        DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_)
        | DeValue::Table(_) => "",
    };
    if matches!(quoted, "true" | "false") && !entry.reported() {
        let message = format!(
            "expected `true` or `false` for `{}`, found a text",
            entry.key
        );
        let report = Diagnostic::new(Code::BadValue, entry.span, message);
        problems.push(report.fix("leave the quotes out", entry.span, quoted));
    } else {
        wrong(entry, "`true` or `false`", problems);
    }
    None
}

/// Reads a list of texts, each with its place.
pub(in crate::record) fn texts<'d>(
    entry: Option<Entry<'d>>,
    problems: &mut Problems,
) -> Vec<(Entry<'d>, &'d str)> {
    let Some(entry) = entry else {
        return Vec::new();
    };
    let Some(items) = entry.items() else {
        if let DeValue::String(_) = entry.value
            && !entry.reported()
        {
            let message = format!("expected a list for `{}`, found a text", entry.key);
            let list = format!("[{}]", entry.written());
            problems.push(
                Diagnostic::new(Code::BadValue, entry.span, message)
                    .help(format!("Write `{} = {list}`.", entry.key))
                    .fix("put it in brackets", entry.span, list),
            );
        } else {
            wrong(entry, "a list", problems);
        }
        return Vec::new();
    };
    items
        .filter_map(|item| Some((item, text(item, problems)?)))
        .collect()
}

/// Reads one of a few words.
pub(in crate::record) fn choice<T: Copy>(
    entry: Entry<'_>,
    choices: &[(&str, T)],
    problems: &mut Problems,
) -> Option<T> {
    let word = text(entry, problems)?;
    if let Some((_, value)) = choices.iter().find(|(name, _)| *name == word) {
        return Some(*value);
    }
    let words: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
    let message = format!(
        "`{}` is one of {}, found `{word}`",
        entry.key,
        super::problems::listed(&words)
    );
    problems.push_unknown(Code::BadValue, entry.span, message, word, words);
    None
}

/// Reads a count from 1.
pub(in crate::record) fn count(entry: Entry<'_>, problems: &mut Problems) -> Option<u32> {
    let (digits, radix) = match entry.value {
        DeValue::Integer(integer) => (integer.as_str(), integer.radix()),
        DeValue::String(cell) if entry.is_cell() => (cell.as_ref(), 10),
        DeValue::String(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_)
        | DeValue::Table(_) => {
            wrong(entry, "a whole number", problems);
            return None;
        }
    };
    let value = u32::from_str_radix(digits, radix);
    let value = value.ok().filter(|&value| value >= 1);
    if value.is_none() {
        let written = clipped(entry.written());
        let message = format!("`{}` is a count from 1, found {written}", entry.key);
        problems.push(Diagnostic::new(Code::BadValue, entry.span, message));
    }
    value
}

/// Reads a date, or whatever the subset of EDTF has.
pub(in crate::record) fn date(entry: Entry<'_>, problems: &mut Problems) -> Option<Edtf> {
    if entry.reported() {
        problems.known();
        return None;
    }
    let written = match entry.value {
        DeValue::String(text) => text.as_ref(),
        DeValue::Datetime(_) => entry.written(),
        DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Array(_)
        | DeValue::Table(_) => {
            wrong_date(entry, problems);
            return None;
        }
    };
    match parse_edtf(written) {
        Ok(edtf) => Some(edtf),
        Err(error) => {
            let help = if entry.is_cell() {
                help_on_format(written)
            } else {
                error.help
            };
            let report = Diagnostic::new(Code::BadDate, entry.span, error.message).help(help);
            let meant = date_meant(written).filter(|_| !entry.is_cell());
            problems.push(match meant {
                Some(meant) => report.fix(
                    format!("write `{meant}`"),
                    entry.span,
                    format!("\"{meant}\""),
                ),
                None => report,
            });
            None
        }
    }
}

/// Gives the date that is meant where only its digits or marks are not as they should be: `2021-8-5`, `2021/08/05`. Nothing where the
/// order of day and month is a guess.
pub(super) fn date_meant(written: &str) -> Option<String> {
    let whole = one_date_meant(written.trim());
    let meant = match (whole, written.split_once('/')) {
        (Some(meant), _) => meant,
        (None, Some((from, until))) => {
            let end = |end: &str| match end.trim() {
                open @ ".." => Some(open.to_owned()),
                end => one_date_meant(end),
            };
            format!("{}/{}", end(from)?, end(until)?)
        }
        (None, None) => return None,
    };
    (meant != written && parse_edtf(&meant).is_ok()).then_some(meant)
}

fn one_date_meant(written: &str) -> Option<String> {
    let mark = ['-', '/', '.']
        .into_iter()
        .find(|mark| written.contains(*mark))?;
    let parts: Vec<&str> = written.split(mark).collect();
    let digits = |part: &str, most: usize| {
        let all = part.bytes().all(|byte| byte.is_ascii_digit());
        all && !part.is_empty() && part.len() <= most
    };
    match parts.as_slice() {
        [year, month, day]
            if year.len() == 4 && digits(year, 4) && digits(month, 2) && digits(day, 2) =>
        {
            Some(format!("{year}-{month:0>2}-{day:0>2}"))
        }
        _ => None,
    }
}

/// Says what to do about a cell that is no date of ours.
fn help_on_format(cell: &str) -> String {
    match DateFormat::guesses(cell).as_slice() {
        [] => "Say in the mapping how the column writes its dates: `format = \"%d.%m.%Y\"`."
            .to_owned(),
        guesses => format!(
            "Say in the mapping how the column writes its dates: `format = \"{}\"`.",
            guesses.join("\"` or `format = \"")
        ),
    }
}

/// A year without quotes is a number to TOML.
fn wrong_date(entry: Entry<'_>, problems: &mut Problems) {
    let written = entry.written();
    if !matches!(entry.value, DeValue::Integer(_)) || parse_edtf(written).is_err() {
        wrong(entry, "a date", problems);
        return;
    }
    let message = format!(
        "expected a date for `{}`, found the number {written}",
        entry.key
    );
    problems.push(
        Diagnostic::new(Code::BadValue, entry.span, message)
            .help("A year alone stands in quotes.")
            .fix("put it in quotes", entry.span, format!("\"{written}\"")),
    );
}

pub(in crate::record) fn opt_date(
    entry: Option<Entry<'_>>,
    problems: &mut Problems,
) -> Option<Edtf> {
    date(entry?, problems)
}

/// Gives the last second of a date on which something became known; its first where the end is open.
pub(in crate::record) fn known_at(when: When) -> Instant {
    if when.latest == Instant::MAX {
        when.earliest
    } else {
        when.latest.plus(-1)
    }
}

/// Says whether it is `".."`, an end that is open.
pub(in crate::record) fn is_open(entry: Entry<'_>) -> bool {
    matches!(entry.value, DeValue::String(text) if text == "..")
}

/// Reads the `from` and `until` of a block or table: from the beginning of the one to the end of the other.
pub(in crate::record) fn term(
    from: Option<Entry<'_>>,
    until: Option<Entry<'_>>,
    calendar: &Calendar,
    problems: &mut Problems,
) -> When {
    let first = opt_date(from, problems).map(|date| date.span(calendar));
    let last = opt_date(until.filter(|entry| !is_open(*entry)), problems);
    let last = last.map(|date| date.span(calendar));
    let when = When {
        earliest: first.map_or(Instant::MIN, |when| when.earliest),
        latest: last.map_or(Instant::MAX, |when| when.latest),
    };
    if when.earliest >= when.latest {
        if let (Some(from), Some(until)) = (from, until) {
            problems.push(
                Diagnostic::new(Code::BadDate, until.span, "this ends before it begins")
                    .related(from.span, "the beginning"),
            );
        }
        return When::ALWAYS;
    }
    when
}

/// Reads an exact decimal from a number or a text.
pub(in crate::record) fn decimal(entry: Entry<'_>, problems: &mut Problems) -> Option<Decimal> {
    if entry.reported() {
        problems.known();
        return None;
    }
    let read = match entry.value {
        DeValue::Integer(integer) if integer.radix() == 10 => exact(integer.as_str()),
        DeValue::Integer(integer) => i128::from_str_radix(integer.as_str(), integer.radix())
            .ok()
            .and_then(|value| Decimal::try_from_i128_with_scale(value, 0).ok()),
        DeValue::Float(float) => exact(float.as_str()),
        DeValue::String(text) => exact(text.trim()),
        DeValue::Boolean(_) | DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => {
            wrong(entry, "a number", problems);
            return None;
        }
    };
    if read.is_none() {
        let written = entry.written();
        let digits = written.bytes().any(|byte| byte.is_ascii_digit());
        let only = written
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"\"'+-._".contains(&byte));
        let message = if digits && only {
            format!(
                "{} has more digits than can be held exactly",
                clipped(written)
            )
        } else {
            format!(
                "expected a number for `{}`, found {}",
                entry.key,
                clipped(written)
            )
        };
        let help = "Write digits only, with a point before decimals: `8600`, `\"3.67\"`.";
        refuse(entry, message, help, problems);
    }
    read
}

fn exact(text: &str) -> Option<Decimal> {
    let text = text.strip_prefix('+').unwrap_or(text);
    if text.contains(['e', 'E']) {
        return Decimal::from_scientific(text).ok();
    }
    Decimal::from_str_exact(text).ok()
}

/// Reads a number, or `{ low, best, high }` of which any one suffices, into the base of `unit`.
///
/// `own` is the unit that the record names, where it does.
pub(in crate::record) fn estimate(
    entry: Entry<'_>,
    own: Option<Entry<'_>>,
    unit: Option<UnitId>,
    units: &Units,
    problems: &mut Problems,
) -> Option<Estimate> {
    let (estimate, inner) = match entry.table() {
        None => (Estimate::exactly(decimal(entry, problems)?), None),
        Some(mut keys) => {
            let mut end = |key: &str, problems: &mut Problems| {
                keys.take(key).and_then(|entry| decimal(entry, problems))
            };
            let estimate = Estimate {
                low: end("low", problems),
                best: end("best", problems),
                high: end("high", problems),
            };
            let inner = keys.take("unit");
            let places = ["low", "best", "high"].map(|key| keys.take(key));
            check_estimate(entry, estimate, places, problems);
            keys.finish("an estimate", &["low", "best", "high", "unit"], problems);
            (estimate, inner)
        }
    };
    let unit = match inner.or(own) {
        Some(named) => Some(unit_named(named, unit, units, problems)?),
        None => unit,
    };
    match unit {
        None => Some(estimate),
        Some(unit) => in_base(entry, estimate, unit, units, problems),
    }
}

fn check_estimate(
    entry: Entry<'_>,
    estimate: Estimate,
    places: [Option<Entry<'_>>; 3],
    problems: &mut Problems,
) {
    let ends = [
        ("low", estimate.low),
        ("best", estimate.best),
        ("high", estimate.high),
    ];
    let given: Vec<_> = ends
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect();
    if given.is_empty() && !problems.is_grave() {
        problems.push(
            Diagnostic::new(Code::MissingKey, entry.span, "an estimate without a number")
                .help("Give at least one of `low`, `best` and `high`."),
        );
    }
    for pair in given.windows(2) {
        if let [(smaller, a), (larger, b)] = pair
            && a > b
        {
            let message = format!(
                "`{smaller}` is {}, above `{larger}`, which is {}",
                plain(*a),
                plain(*b)
            );
            let mut report = Diagnostic::new(Code::EstimateOrder, entry.span, message)
                .help("`low` is at most `best`, and `best` at most `high`.");
            report.fix = Some(in_order(estimate, places));
            problems.push(report);
            return;
        }
    }
}

/// Puts the numbers of an estimate in order, each as it is written.
fn in_order(estimate: Estimate, places: [Option<Entry<'_>>; 3]) -> Fix {
    let numbers = [estimate.low, estimate.best, estimate.high];
    let given: Vec<(Decimal, Entry<'_>)> = numbers
        .into_iter()
        .zip(places)
        .filter_map(|(number, place)| Some((number?, place?)))
        .collect();
    let mut sorted = given.clone();
    sorted.sort_by_key(|(number, _)| *number);
    let moved = given.iter().zip(&sorted);
    Fix {
        title: "put the numbers in order".to_owned(),
        edits: moved
            .filter(|((_, place), (_, other))| place.span != other.span)
            .map(|((_, place), (_, other))| Spanned::new(other.written().to_owned(), place.span))
            .collect(),
    }
}

fn unit_named(
    entry: Entry<'_>,
    expected: Option<UnitId>,
    units: &Units,
    problems: &mut Problems,
) -> Option<UnitId> {
    let name = text(entry, problems)?;
    let Some(unit) = units.find(name) else {
        let message = format!("no unit `{name}` is declared");
        problems.push_unknown(
            Code::UndeclaredUnit,
            entry.span,
            message,
            name,
            units.names(),
        );
        return None;
    };
    match expected {
        Some(expected) if units.convertible(unit, expected) => Some(unit),
        Some(expected) => {
            let message = format!(
                "expected {} or what converts to it, found `{name}`",
                units.name(expected)
            );
            problems.push(Diagnostic::new(Code::UnitMismatch, entry.span, message));
            None
        }
        None => {
            let message = format!("expected a plain number, found the unit `{name}`");
            problems.push(Diagnostic::new(Code::UnitMismatch, entry.span, message));
            None
        }
    }
}

fn in_base(
    entry: Entry<'_>,
    estimate: Estimate,
    unit: UnitId,
    units: &Units,
    problems: &mut Problems,
) -> Option<Estimate> {
    let mut fits = true;
    let mut convert = |value: Option<Decimal>| {
        let converted = units.to_base(value?, unit);
        fits &= converted.is_some();
        converted
    };
    let converted = Estimate {
        low: convert(estimate.low),
        best: convert(estimate.best),
        high: convert(estimate.high),
    };
    if fits {
        return Some(converted);
    }
    let message = format!("too many {} to be counted exactly", units.name(unit));
    problems.push(Diagnostic::new(Code::BadValue, entry.span, message));
    None
}
