//! What a value of a mapping is made of: a constant, a column, a text with columns in it, an estimate, a range of dates.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned as At;
use toml::de::{DeArray, DeTable, DeValue};

use super::sheet::{Cell, Row};
use crate::diagnostic::{Code, Diagnostic};
use crate::quantity::Decimal;
use crate::record::toml::document::{Entry, Keys};
use crate::record::toml::problems::Problems;
use crate::record::toml::value::{self, choice, flag, refuse, text, texts, wrong};
use crate::time::{DateFormat, Stamp, add_days};

/// What a value is made of.
#[derive(Debug)]
pub(super) enum Spec<'m> {
    Constant(&'m DeValue<'m>),
    Column(Column<'m>),
    /// Texts and columns in turn.
    Template(Vec<Piece<'m>>),
    List(Vec<Spec<'m>>),
    Estimate(Estimate<'m>),
    Range(Box<Dates<'m>>),
}

/// A column and how its cells are read.
#[derive(Debug)]
pub(super) struct Column<'m> {
    pub(super) name: Entry<'m>,
    map: BTreeMap<&'m str, &'m str>,
    /// What stands for a value that `map` does not name; the value itself where none is given.
    other: Option<&'m str>,
    date: Option<DateFormat>,
    /// Whether the clock of a date counts.
    clock: Option<bool>,
    /// How precise the date is, by another column.
    precision: Option<Box<Column<'m>>>,
}

#[derive(Debug)]
pub(super) enum Piece<'m> {
    Text(&'m str),
    Column(&'m str, Entry<'m>),
}

/// An estimate by up to three columns.
#[derive(Debug)]
pub(super) struct Estimate<'m> {
    ends: Vec<Entry<'m>>,
    unit: Option<&'m DeValue<'m>>,
    /// Whether ends in the wrong order are put in order instead of refused.
    sort: bool,
}

/// Two columns of dates.
#[derive(Debug)]
pub(super) struct Dates<'m> {
    from: Column<'m>,
    until: Option<Column<'m>>,
}

/// The columns of a table by name.
#[derive(Debug, Default)]
pub(super) struct Columns {
    pub(super) places: BTreeMap<String, usize>,
}

impl Columns {
    pub(super) fn cell<'r, 'f>(&self, row: &'r Row<'f>, name: &str) -> Option<&'r Cell<'f>> {
        let at = *self.places.get(name)?;
        row.cells.get(at)?.as_ref()
    }
}

/// What is known while the values of a row are made.
pub(super) struct Making<'r, 'f> {
    pub(super) row: &'r Row<'f>,
    pub(super) columns: &'r Columns,
    pub(super) missing: &'r [&'r str],
    /// Estimates that were put in order.
    pub(super) sorted: usize,
    /// What is wrong with the cells: the place and the reason.
    pub(super) wrong: Vec<(Range<usize>, String, String)>,
}

/// Reads what a key of a mapping is made of.
pub(super) fn read<'m>(entry: Entry<'m>, problems: &mut Problems) -> Option<Spec<'m>> {
    match entry.value {
        DeValue::String(written) if written.contains('{') => template(entry, written, problems),
        DeValue::String(_)
        | DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_) => Some(Spec::Constant(entry.value)),
        DeValue::Array(_) => {
            let items: Vec<_> = entry.items()?.collect();
            let specs = items.into_iter().map(|item| read(item, problems));
            specs.collect::<Option<Vec<_>>>().map(Spec::List)
        }
        DeValue::Table(_) => {
            let keys = entry.table()?;
            let has = |key: &str| keys.block.entries().any(|entry| entry.key == key);
            if has("column") {
                return column(entry, keys, problems).map(Spec::Column);
            }
            if has("from") {
                return dates(entry, keys, problems).map(|dates| Spec::Range(Box::new(dates)));
            }
            if ["low", "best", "high"].iter().any(|key| has(key)) {
                return Some(Spec::Estimate(estimate(keys, problems)));
            }
            wrong(
                entry,
                "a value, `{ column = … }`, `{ from = …, until = … }` or `{ low = …, best = …, high = … }`",
                problems,
            );
            None
        }
    }
}

/// Reads a text or a list of texts; a number stands for its digits.
pub(super) fn texts_of(entry: Entry<'_>, problems: &mut Problems) -> Option<Vec<String>> {
    let one = |entry: Entry<'_>, problems: &mut Problems| match entry.value {
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Boolean(flag) => Some(flag.to_string()),
        DeValue::String(_)
        | DeValue::Float(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_)
        | DeValue::Table(_) => text(entry, problems).map(str::to_owned),
    };
    match entry.items() {
        Some(items) => items.map(|item| one(item, problems)).collect(),
        None => one(entry, problems).map(|text| vec![text]),
    }
}

fn template<'m>(entry: Entry<'m>, written: &'m str, problems: &mut Problems) -> Option<Spec<'m>> {
    let mut pieces = Vec::new();
    let mut rest = written;
    while let Some((before, behind)) = rest.split_once('{') {
        let Some((name, behind)) = behind.split_once('}') else {
            refuse(
                entry,
                format!("a `{{` in `{}` has no `}}`", entry.key),
                "A column stands in braces: `\"ucdp-{id}\"`.",
                problems,
            );
            return None;
        };
        pieces.push(Piece::Text(before));
        pieces.push(Piece::Column(name, entry));
        rest = behind;
    }
    pieces.push(Piece::Text(rest));
    Some(Spec::Template(pieces))
}

const COLUMN_KEYS: [&str; 7] = [
    "column",
    "map",
    "else",
    "format",
    "pivot",
    "clock",
    "precision",
];

fn column<'m>(entry: Entry<'m>, mut keys: Keys<'m>, problems: &mut Problems) -> Option<Column<'m>> {
    let name = keys.take("column")?;
    text(name, problems)?;
    let map = keys.take("map").map(|map| pairs(map, problems));
    let other = keys.take("else").and_then(|other| text(other, problems));
    let date = date_format(&mut keys, problems)?;
    let clock = keys.take("clock").and_then(|clock| flag(clock, problems));
    let precision = match keys.take("precision") {
        None => None,
        Some(precision) => {
            let Some(inner) = precision.table() else {
                wrong(precision, "`{ column = …, map = … }`", problems);
                return None;
            };
            Some(Box::new(column(precision, inner, problems)?))
        }
    };
    keys.finish(
        &format!("`{}` from a column", entry.key),
        &COLUMN_KEYS,
        problems,
    );
    Some(Column {
        name,
        map: map.unwrap_or_default(),
        other,
        date,
        clock,
        precision,
    })
}

fn pairs<'m>(entry: Entry<'m>, problems: &mut Problems) -> BTreeMap<&'m str, &'m str> {
    let Some(keys) = entry.table() else {
        wrong(entry, "`{ \"cell\" = \"value\" }`", problems);
        return BTreeMap::new();
    };
    let pairs = keys.block.entries();
    pairs
        .filter_map(|pair| Some((pair.key, text(pair, problems)?)))
        .collect()
}

/// Reads `format` and `pivot`; the outer option is none where something is wrong with them.
#[expect(
    clippy::option_option,
    reason = "no format and a wrong one are two things"
)]
fn date_format(keys: &mut Keys<'_>, problems: &mut Problems) -> Option<Option<DateFormat>> {
    let pivot_entry = keys.take("pivot");
    let pivot = match pivot_entry {
        None => None,
        Some(entry) => {
            let number = value::decimal(entry, problems)?;
            let number = u8::try_from(number).ok().filter(|pivot| *pivot <= 99);
            if number.is_none() {
                refuse(
                    entry,
                    "`pivot` is a two-digit year".to_owned(),
                    "With `pivot = 46`, `46` means 1946 and `45` means 2045.",
                    problems,
                );
                return None;
            }
            number
        }
    };
    let Some(entry) = keys.take("format") else {
        return Some(None);
    };
    match DateFormat::new(text(entry, problems)?, pivot) {
        Ok(format) => Some(Some(format)),
        Err(error) => {
            refuse(entry, error.message, &error.help, problems);
            None
        }
    }
}

fn dates<'m>(entry: Entry<'m>, mut keys: Keys<'m>, problems: &mut Problems) -> Option<Dates<'m>> {
    let from = keys.take("from")?;
    let until = keys.take("until");
    let date = date_format(&mut keys, problems)?;
    let clock = keys.take("clock").and_then(|clock| flag(clock, problems));
    let known = ["from", "until", "format", "pivot", "clock"];
    keys.finish(
        &format!("`{}` from two columns", entry.key),
        &known,
        problems,
    );
    let mut named = |name: Entry<'m>| {
        text(name, problems)?;
        Some(Column {
            name,
            map: BTreeMap::new(),
            other: None,
            date: date.clone(),
            // Published ranges are of whole days, also where a clock is written behind each of them.
            clock: Some(clock.unwrap_or(false)),
            precision: None,
        })
    };
    let until = match until {
        Some(until) => Some(named(until)?),
        None => None,
    };
    Some(Dates {
        from: named(from)?,
        until,
    })
}

const REPAIRS: [(&str, bool); 2] = [("sort", true), ("reject", false)];

fn estimate<'m>(mut keys: Keys<'m>, problems: &mut Problems) -> Estimate<'m> {
    let ends = ["low", "best", "high"]
        .into_iter()
        .filter_map(|end| keys.take(end))
        .filter(|end| text(*end, problems).is_some())
        .collect();
    let sort = keys
        .take("repair")
        .and_then(|repair| choice(repair, &REPAIRS, problems));
    let unit = keys.take("unit").map(|unit| unit.value);
    let known = ["low", "best", "high", "repair", "unit"];
    keys.finish("an estimate from columns", &known, problems);
    Estimate {
        ends,
        unit,
        sort: sort.unwrap_or(false),
    }
}

impl<'m> Spec<'m> {
    /// Gives the columns that it reads, each with the place to blame.
    pub(super) fn columns(&self) -> Vec<(&'m str, Entry<'m>)> {
        match self {
            Spec::Constant(_) => Vec::new(),
            Spec::Column(column) => column.columns(),
            Spec::Template(pieces) => {
                let columns = pieces.iter().filter_map(|piece| match piece {
                    Piece::Text(_) => None,
                    Piece::Column(name, entry) => Some((*name, *entry)),
                });
                columns.collect()
            }
            Spec::List(specs) => specs.iter().flat_map(Spec::columns).collect(),
            Spec::Estimate(estimate) => {
                let ends = estimate.ends.iter();
                ends.filter_map(|end| Some((column_name(*end)?, *end)))
                    .collect()
            }
            Spec::Range(dates) => {
                let mut columns = dates.from.columns();
                columns.extend(dates.until.iter().flat_map(Column::columns));
                columns
            }
        }
    }

    /// Gives the value of a row; nothing where the row says nothing, or something wrong.
    pub(super) fn value<'f>(&self, making: &mut Making<'_, 'f>) -> Option<At<DeValue<'f>>>
    where
        'm: 'f,
    {
        let row = making.row.place.clone();
        match self {
            Spec::Constant(value) => Some(At::new(row, (*value).clone())),
            Spec::Column(column) => {
                let (text, place) = column.text(making)?;
                Some(At::new(place, DeValue::String(Cow::Owned(text))))
            }
            Spec::Template(pieces) => {
                let (text, place) = fill(pieces, making)?;
                Some(At::new(place, DeValue::String(Cow::Owned(text))))
            }
            Spec::List(specs) => {
                let mut list = DeArray::new();
                for spec in specs {
                    if let Some(value) = spec.value(making) {
                        list.push(value);
                    }
                }
                Some(At::new(row, DeValue::Array(list)))
            }
            Spec::Estimate(estimate) => estimate.value(making),
            Spec::Range(dates) => dates.value(making),
        }
    }
}

fn column_name(entry: Entry<'_>) -> Option<&str> {
    match entry.value {
        DeValue::String(name) => Some(name.as_ref()),
        DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_)
        | DeValue::Table(_) => None,
    }
}

/// Gives the text of a cell and its place, unless the cell is missing.
fn present<'r>(name: &str, making: &'r Making<'_, '_>) -> Option<(&'r str, Range<usize>)> {
    let cell = making.columns.cell(making.row, name)?;
    let text = cell.text.trim();
    (!making.missing.contains(&text)).then(|| (text, cell.place.clone()))
}

/// Puts the columns into a text; one that is missing leaves the whole out.
fn fill(pieces: &[Piece<'_>], making: &Making<'_, '_>) -> Option<(String, Range<usize>)> {
    let mut whole = String::new();
    let mut place: Option<Range<usize>> = None;
    for piece in pieces {
        match piece {
            Piece::Text(text) => whole.push_str(text),
            Piece::Column(name, _) => {
                let (text, at) = present(name, making)?;
                whole.push_str(text);
                place.get_or_insert(at);
            }
        }
    }
    Some((whole, place.unwrap_or(making.row.place.clone())))
}

impl<'m> Column<'m> {
    fn columns(&self) -> Vec<(&'m str, Entry<'m>)> {
        let own = column_name(self.name).map(|name| (name, self.name));
        let precision = self.precision.iter().flat_map(|column| column.columns());
        own.into_iter().chain(precision).collect()
    }

    /// Gives what the cell says, translated.
    fn word(&self, making: &Making<'_, '_>) -> Option<(String, Range<usize>)> {
        let (text, place) = present(column_name(self.name)?, making)?;
        let word = match self.map.get(text) {
            Some(word) => word,
            None => self.other.unwrap_or(text),
        };
        Some((word.to_owned(), place))
    }

    fn text(&self, making: &mut Making<'_, '_>) -> Option<(String, Range<usize>)> {
        if self.date.is_none() && self.precision.is_none() {
            return self.word(making);
        }
        let (stamp, place) = self.stamp(making)?;
        let precision = self
            .precision
            .as_ref()
            .and_then(|column| column.word(making));
        let Some((word, at)) = precision else {
            return Some((stamp.to_string(), place));
        };
        let text = widened(stamp, &word);
        if text.is_none() {
            making.wrong.push((
                at,
                format!("`{word}` is no precision of a date"),
                "The `map` of `precision` gives `day`, `week`, `month` or `year`.".to_owned(),
            ));
        }
        Some((text?, place))
    }

    fn stamp(&self, making: &mut Making<'_, '_>) -> Option<(Stamp, Range<usize>)> {
        let (text, place) = self.word(making)?;
        let read = match &self.date {
            Some(format) => format.read(&text),
            None => DateFormat::new("%Y-%m-%d", None).ok()?.read(&text),
        };
        let Some(stamp) = read else {
            making.wrong.push((
                place,
                format!("`{text}` is no date of the `format` that the mapping gives"),
                "If the whole column is written otherwise, mend the `format`; if it is this cell only, add its text to `missing`.".to_owned(),
            ));
            return None;
        };
        let stamp = if self.clock == Some(false) {
            stamp.whole_day()
        } else {
            stamp
        };
        Some((stamp, place))
    }
}

/// Makes a date as wide as its precision: a week may lie on either side of the day that stands for it.
fn widened(stamp: Stamp, precision: &str) -> Option<String> {
    // What is said no finer than a month cannot be made finer by a code.
    let Some(day) = stamp.day() else {
        return Some(stamp.to_string());
    };
    match precision {
        "day" => Some(stamp.to_string()),
        "week" => {
            let (first, last) = (add_days(day, -6), add_days(day, 6));
            Some(format!("{first}/{last}"))
        }
        "month" => Some(Stamp::Month(day.year(), day.month()).to_string()),
        "year" => Some(Stamp::Year(day.year()).to_string()),
        _ => None,
    }
}

impl Dates<'_> {
    fn value<'f>(&self, making: &mut Making<'_, 'f>) -> Option<At<DeValue<'f>>> {
        let (from, place) = self.from.stamp(making)?;
        let until = self.until.as_ref().and_then(|until| until.stamp(making));
        let text = match until {
            Some((until, _)) if until != from => format!("{from}/{until}"),
            Some(_) | None => from.to_string(),
        };
        Some(At::new(place, DeValue::String(Cow::Owned(text))))
    }
}

impl<'m> Estimate<'m> {
    fn value<'f>(&self, making: &mut Making<'_, 'f>) -> Option<At<DeValue<'f>>>
    where
        'm: 'f,
    {
        let mut given: Vec<(&'m str, String, Range<usize>)> = Vec::new();
        for end in &self.ends {
            if let Some((text, place)) = present(column_name(*end)?, making) {
                given.push((end.key, text.to_owned(), place));
            }
        }
        let (_, _, place) = given.first()?.clone();
        if self.sort && put_in_order(&mut given) {
            making.sorted += 1;
        }
        let mut table = DeTable::new();
        for (key, text, place) in given {
            let value = DeValue::String(Cow::Owned(text));
            table.insert(
                At::new(place.clone(), Cow::Borrowed(key)),
                At::new(place, value),
            );
        }
        if let Some(unit) = self.unit {
            let key = At::new(place.clone(), Cow::Borrowed("unit"));
            table.insert(key, At::new(place.clone(), unit.clone()));
        }
        Some(At::new(place, DeValue::Table(table)))
    }
}

/// Puts numbers in order; gives whether they were not. What is no number stays, to be reported.
fn put_in_order(given: &mut [(&str, String, Range<usize>)]) -> bool {
    let numbers = given
        .iter()
        .map(|(_, text, _)| Decimal::from_str_exact(text));
    let Ok(numbers) = numbers.collect::<Result<Vec<_>, _>>() else {
        return false;
    };
    if numbers.is_sorted() {
        return false;
    }
    let mut ordered: Vec<(Decimal, String, Range<usize>)> = numbers
        .into_iter()
        .zip(given.iter())
        .map(|(number, (_, text, place))| (number, text.clone(), place.clone()))
        .collect();
    ordered.sort_by_key(|(number, _, _)| *number);
    for (slot, (_, text, place)) in given.iter_mut().zip(ordered) {
        (slot.1, slot.2) = (text, place);
    }
    true
}

/// Reads the markers of missing values.
pub(super) fn markers<'m>(entry: Option<Entry<'m>>, problems: &mut Problems) -> Vec<&'m str> {
    texts(entry, problems)
        .into_iter()
        .map(|(_, text)| text)
        .collect()
}

/// Gives the report on a column that a table does not have.
pub(super) fn no_column(
    name: &str,
    entry: Entry<'_>,
    columns: &Columns,
    table: &str,
    problems: &mut Problems,
) -> Diagnostic {
    let message = format!("`{table}` has no column `{name}`");
    let known = columns.places.keys().map(String::as_str);
    let mut report = problems.unknown(Code::UnknownColumn, entry.span, message, name, known);
    // In a text with columns in it, the quotes hold more than the name.
    if column_name(entry) != Some(name) {
        report.fix = None;
    }
    if report.help.is_none() {
        let all: Vec<&str> = columns.places.keys().map(String::as_str).take(20).collect();
        report.help = Some(format!(
            "Its columns are {}.",
            crate::record::toml::problems::listed(&all)
        ));
    }
    report
}
