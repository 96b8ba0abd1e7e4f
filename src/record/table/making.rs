//! The values of a row, by what its mapping says they are made of.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned as At;
use toml::de::{DeArray, DeTable, DeValue};

use super::columns::Columns;
use super::sheet::{Cell, Row};
use super::spec::{Column, Dated, Dates, Estimate, Piece, Spec, column_name};
use crate::diagnostic::{Code, Diagnostic};
use crate::quantity::Decimal;
use crate::record::toml::problems::clipped;
use crate::source::Span;
use crate::time::{DateFormat, Stamp, add_days};

/// What is known while the values of a row are made.
pub(super) struct Making<'r, 'f> {
    pub(super) row: &'r Row<'f>,
    pub(super) columns: &'r Columns<'f>,
    pub(super) missing: &'r [&'r str],
    pub(super) fits: &'r mut Fits,
    /// Estimates that were put in order.
    pub(super) sorted: usize,
    /// What is wrong with a cell.
    pub(super) wrong: Option<Wrong>,
}

/// A cell that cannot be what it should be.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) place: Range<usize>,
    pub(super) message: String,
    pub(super) help: String,
    /// The format that it does not fit.
    pub(super) format: Option<Span>,
}

/// How well the formats of a mapping fit a table, by their places in the mapping.
#[derive(Debug, Default)]
pub(super) struct Fits(BTreeMap<Span, Fit>);

#[derive(Debug, Default)]
struct Fit {
    tried: usize,
    failed: usize,
    format: String,
    column: String,
    /// The first cell that it does not fit.
    first: String,
}

impl Fits {
    fn tried(&mut self, dated: &Dated, column: &str, failed: Option<&str>) {
        let fit = self.0.entry(dated.place).or_default();
        fit.tried += 1;
        let Some(text) = failed else {
            return;
        };
        if fit.failed == 0 {
            column.clone_into(&mut fit.column);
            dated.written.clone_into(&mut fit.format);
            fit.first = clipped(text).into_owned();
        }
        fit.failed += 1;
    }

    /// Says whether a format fits no cell, so that the format and not the table is wrong.
    pub(super) fn fits_none(&self, format: Span) -> bool {
        let fit = self.0.get(&format);
        fit.is_some_and(|fit| fit.tried > 1 && fit.failed == fit.tried)
    }

    /// Gives a report on each format that fits no cell.
    pub(super) fn reports(&self) -> impl Iterator<Item = Diagnostic> {
        let unfit = self.0.iter().filter(|(place, _)| self.fits_none(**place));
        unfit.map(|(place, fit)| {
            let message = format!(
                "`{}` fits no cell of the column `{}`, of which the first holds `{}`",
                fit.format, fit.column, fit.first
            );
            let report = Diagnostic::new(Code::BadDate, *place, message);
            match DateFormat::guesses(&fit.first).as_slice() {
                [] => report.help("Write it as strftime does: `%Y-%m-%d`, `%d.%m.%Y %H:%M`."),
                [one] => report.help(format!("That looks like `{one}`.")),
                several => report.help(format!("That looks like `{}`.", several.join("` or `"))),
            }
        })
    }
}

impl<'m> Spec<'m> {
    /// Gives the value of a row; nothing where the row says nothing, or something wrong.
    pub(super) fn value<'f>(&self, making: &mut Making<'_, 'f>) -> Option<At<DeValue<'f>>>
    where
        'm: 'f,
    {
        let row = making.row.place.clone();
        let text = |(text, place): (Cow<'_, str>, _)| {
            At::new(place, DeValue::String(Cow::Owned(text.into_owned())))
        };
        match self {
            Spec::Constant(_, value) => Some(At::new(row, value.clone())),
            Spec::Column(column) => column.text(making).map(text),
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

/// Gives the text of a cell and its place, unless the cell is missing.
fn present<'r>(name: &str, making: &Making<'r, '_>) -> Option<(&'r str, Range<usize>)> {
    let cell: &'r Cell<'_> = making.columns.cell(making.row, name)?;
    let text = cell.text.trim();
    let missing = text.is_empty() || making.missing.contains(&text);
    (!missing).then(|| (text, cell.place.clone()))
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

type Text<'a> = (Cow<'a, str>, Range<usize>);

impl Column<'_> {
    /// Gives what the cell says, translated. What `map` names is said, also where it marks a missing value elsewhere.
    fn word<'a, 'r: 'a>(&'a self, making: &Making<'r, '_>) -> Option<Text<'a>> {
        let name = column_name(self.name)?;
        let cell = making.columns.cell(making.row, name);
        if let Some(cell) = cell
            && let Some(word) = self.map.get(cell.text.trim())
        {
            return Some((Cow::Borrowed(*word), cell.place.clone()));
        }
        let (text, place) = present(name, making)?;
        Some((Cow::Borrowed(self.other.unwrap_or(text)), place))
    }

    fn text<'a, 'r: 'a>(&'a self, making: &mut Making<'r, '_>) -> Option<Text<'a>> {
        let Some(dated) = &self.date else {
            return self.word(making);
        };
        let (stamp, place) = self.stamp(dated, making)?;
        let precision = self.precision.as_ref();
        let Some((word, at)) = precision.and_then(|column| column.word(making)) else {
            return Some((Cow::Owned(stamp.to_string()), place));
        };
        let text = widened(stamp, &word);
        if text.is_none() {
            making.wrong = Some(Wrong {
                place: at,
                message: format!("`{}` is no precision of a date", clipped(&word)),
                help: "The `map` of `precision` gives `day`, `week`, `month` or `year`.".to_owned(),
                format: None,
            });
        }
        Some((Cow::Owned(text?), place))
    }

    fn stamp(&self, dated: &Dated, making: &mut Making<'_, '_>) -> Option<(Stamp, Range<usize>)> {
        let (text, place) = self.word(making)?;
        let name = column_name(self.name)?;
        let Some(stamp) = dated.format.read(&text) else {
            making.fits.tried(dated, name, Some(&text));
            making.wrong = Some(Wrong {
                place,
                message: format!("`{}` is no date as `{}`", clipped(&text), dated.written),
                help: "Where the whole column is written otherwise, mend the `format`; where only such cells are, name them in `missing`.".to_owned(),
                format: Some(dated.place),
            });
            return None;
        };
        making.fits.tried(dated, name, None);
        let stamp = if dated.clock {
            stamp
        } else {
            stamp.whole_day()
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
        let (from, place) = self.from.text(making)?;
        let until = self.until.as_ref().and_then(|until| until.text(making));
        let text = match until {
            Some((until, _)) if until != from => format!("{from}/{until}"),
            Some(_) | None => from.into_owned(),
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
