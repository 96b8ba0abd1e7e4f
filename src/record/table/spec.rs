//! What a value of a mapping is made of: a constant, a column, a text with columns in it, an estimate, a range of dates.
//!
//! Nothing is looked up in a table here: that is [`making`](super::making)'s.

use std::borrow::Cow;
use std::collections::BTreeMap;

use toml::de::DeValue;

use crate::record::toml::document::{Entry, Keys};
use crate::record::toml::problems::Problems;
use crate::record::toml::value::{self, choice, flag, refuse, text, texts, wrong};
use crate::source::Span;
use crate::time::DateFormat;

/// What a value is made of.
#[derive(Debug)]
pub(super) enum Spec<'m> {
    /// The same for every row.
    Constant(Entry<'m>, DeValue<'m>),
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
    /// What cells mean; what stands here is not missing.
    pub(super) map: BTreeMap<&'m str, &'m str>,
    /// What stands for a cell that `map` does not name; the cell itself where nothing is given.
    pub(super) other: Option<&'m str>,
    pub(super) date: Option<Dated>,
    /// How precise the date is, by another column.
    pub(super) precision: Option<Box<Column<'m>>>,
}

/// How a column writes its dates.
#[derive(Clone, Debug)]
pub(super) struct Dated {
    pub(super) format: DateFormat,
    /// As it is written in the mapping, and where.
    pub(super) written: String,
    pub(super) place: Span,
    /// Whether the clock counts.
    pub(super) clock: bool,
}

#[derive(Debug)]
pub(super) enum Piece<'m> {
    Text(&'m str),
    Column(&'m str, Entry<'m>),
}

/// An estimate by up to three columns.
#[derive(Debug)]
pub(super) struct Estimate<'m> {
    pub(super) ends: Vec<Entry<'m>>,
    pub(super) unit: Option<&'m DeValue<'m>>,
    /// Whether ends in the wrong order are put in order instead of refused.
    pub(super) sort: bool,
}

/// Two columns of dates.
#[derive(Debug)]
pub(super) struct Dates<'m> {
    pub(super) from: Column<'m>,
    pub(super) until: Option<Column<'m>>,
}

/// Reads what a key of a mapping is made of.
pub(super) fn read<'m>(entry: Entry<'m>, problems: &mut Problems) -> Option<Spec<'m>> {
    if entry.reported() {
        problems.known();
        return None;
    }
    match entry.value {
        DeValue::String(written) if written.contains('{') => template(entry, written, problems),
        // The table has no place where it is written, so it becomes the text that somebody would write there.
        DeValue::Datetime(date) => {
            let text = DeValue::String(Cow::Owned(date.to_string()));
            Some(Spec::Constant(entry, text))
        }
        DeValue::String(_) | DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) => {
            Some(Spec::Constant(entry, entry.value.clone()))
        }
        DeValue::Array(_) => {
            let items: Vec<_> = entry.items()?.collect();
            let specs = items.into_iter().map(|item| read(item, problems));
            specs.collect::<Option<Vec<_>>>().map(Spec::List)
        }
        DeValue::Table(_) => of_table(entry, problems),
    }
}

fn of_table<'m>(entry: Entry<'m>, problems: &mut Problems) -> Option<Spec<'m>> {
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
    let date = dated(&mut keys, Clock::Counts, problems)?;
    let precision = match keys.take("precision") {
        None => None,
        Some(precision) => {
            let Some(inner) = precision.table() else {
                wrong(precision, "`{ column = …, map = … }`", problems);
                return None;
            };
            if date.is_none() {
                needs_format(precision, problems);
                return None;
            }
            Some(Box::new(column(precision, inner, problems)?))
        }
    };
    let what = format!("`{}` from a column", entry.key);
    keys.finish(&what, &COLUMN_KEYS, problems);
    Some(Column {
        name,
        map: map.unwrap_or_default(),
        other,
        date,
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

/// Whether the clock behind a date counts where the mapping does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Clock {
    Counts,
    /// Published ranges are of whole days, also where a clock is written behind each of them.
    Ignored,
}

/// Reads `format`, `pivot` and `clock`; the outer option is none where something is wrong with them.
#[expect(
    clippy::option_option,
    reason = "no format and a wrong one are two things"
)]
fn dated(keys: &mut Keys<'_>, usual: Clock, problems: &mut Problems) -> Option<Option<Dated>> {
    let pivot_entry = keys.take("pivot");
    let clock_entry = keys.take("clock");
    let Some(entry) = keys.take("format") else {
        if let Some(lonely) = pivot_entry.or(clock_entry) {
            needs_format(lonely, problems);
            return None;
        }
        return Some(None);
    };
    let pivot = match pivot_entry {
        None => None,
        Some(entry) => Some(pivot(entry, problems)?),
    };
    let clock = match clock_entry {
        None => usual == Clock::Counts,
        Some(entry) => flag(entry, problems)?,
    };
    let written = text(entry, problems)?;
    match DateFormat::new(written, pivot) {
        Ok(format) => Some(Some(Dated {
            format,
            written: written.to_owned(),
            place: entry.span,
            clock,
        })),
        Err(error) => {
            refuse(entry, error.message, &error.help, problems);
            None
        }
    }
}

fn needs_format(entry: Entry<'_>, problems: &mut Problems) {
    refuse(
        entry,
        format!("`{}` needs a `format`", entry.key),
        "Say how the column writes its dates: `format = \"%d.%m.%Y\"`.",
        problems,
    );
}

fn pivot(entry: Entry<'_>, problems: &mut Problems) -> Option<u8> {
    let number = value::decimal(entry, problems)?;
    let year = u8::try_from(number).ok().filter(|year| *year <= 99);
    let whole = year.filter(|year| crate::quantity::Decimal::from(*year) == number);
    if whole.is_none() {
        refuse(
            entry,
            "`pivot` is a two-digit year".to_owned(),
            "With `pivot = 46`, `46` means 1946 and `45` means 2045.",
            problems,
        );
    }
    whole
}

fn dates<'m>(entry: Entry<'m>, mut keys: Keys<'m>, problems: &mut Problems) -> Option<Dates<'m>> {
    let from = keys.take("from")?;
    let until = keys.take("until");
    let date = dated(&mut keys, Clock::Ignored, problems)?;
    let known = ["from", "until", "format", "pivot", "clock"];
    let what = format!("`{}` from two columns", entry.key);
    keys.finish(&what, &known, problems);
    let mut named = |name: Entry<'m>| {
        text(name, problems)?;
        Some(Column {
            name,
            map: BTreeMap::new(),
            other: None,
            date: date.clone(),
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
            Spec::Constant(..) => Vec::new(),
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
}

impl<'m> Column<'m> {
    fn columns(&self) -> Vec<(&'m str, Entry<'m>)> {
        let own = column_name(self.name).map(|name| (name, self.name));
        let precision = self.precision.iter().flat_map(|column| column.columns());
        own.into_iter().chain(precision).collect()
    }
}

/// Gives the column that a text names.
pub(super) fn column_name(entry: Entry<'_>) -> Option<&str> {
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

/// Reads the markers of missing values.
pub(super) fn markers<'m>(entry: Option<Entry<'m>>, problems: &mut Problems) -> Vec<&'m str> {
    texts(entry, problems)
        .into_iter()
        .map(|(_, text)| text)
        .collect()
}
