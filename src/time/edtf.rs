//! Dates that are known roughly, in a subset of EDTF (ISO 8601-2).
//!
//! `2021`, `2021-04`, `2021-04-28`, `2021-XX-XX`, `2021-04-XX`, date-times, intervals `a/b` with open ends `..`, and the qualifiers
//! `~`, `?` and `%` at the end of a date. A date-time is an instant, with or without its seconds, as in rule files; without an offset it
//! is in the calendar's zone. Everything else is the whole of the unit that it names.

use std::fmt;

use jiff::civil::DateTime;

use super::calendar::{Calendar, add_days, add_months, days_in_month};
use super::text::month_name;
use super::{Day, Instant, MonthEnds, When};

#[cfg(test)]
mod tests;

/// A date or an interval as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Edtf {
    first: End,
    /// The other end of an interval.
    last: Option<End>,
}

/// How finely a date was stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the units")]
pub enum Precision {
    Year,
    Month,
    Day,
    Minute,
    Second,
}

/// Why a text is no date: a message in the style of diagnostics, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EdtfError {
    /// What is the matter, as a lowercase fragment.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl fmt::Display for EdtfError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.help)
    }
}

impl std::error::Error for EdtfError {}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum End {
    Open,
    Date(Date),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Date {
    value: Value,
    precision: Precision,
    qualifier: Qualifier,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Value {
    /// All days from one to another.
    Days(Day, Day),
    /// A time with its offset.
    At(Instant),
    /// A time on the clocks of the calendar's zone.
    Local(DateTime),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Qualifier {
    None,
    /// `~`
    Approximate,
    /// `?`, or `%` which is both.
    Uncertain,
}

/// Reads a date or an interval.
///
/// # Errors
///
/// The text is not of the subset, names a day that is not in the calendar, or ends before it starts.
pub fn parse_edtf(text: &str) -> Result<Edtf, EdtfError> {
    let text = text.trim();
    let mut parts = text.split('/');
    let edtf = match (parts.next(), parts.next(), parts.next()) {
        (Some(first), Some(last), None) => Edtf {
            first: end(first, text)?,
            last: Some(end(last, text)?),
        },
        (Some(only), None, _) => Edtf {
            first: End::Date(date(only)?),
            last: None,
        },
        _ => return Err(not_a_date(text)),
    };
    edtf.check(text)?;
    Ok(edtf)
}

impl From<Day> for Edtf {
    fn from(day: Day) -> Edtf {
        Edtf {
            first: End::Date(Date {
                value: Value::Days(day, day),
                precision: Precision::Day,
                qualifier: Qualifier::None,
            }),
            last: None,
        }
    }
}

impl Edtf {
    /// Gives all the time in which it may lie.
    #[must_use]
    pub fn span(&self, calendar: &Calendar) -> When {
        let first = self.first.span(calendar);
        let last = self.last.map_or(first, |last| last.span(calendar));
        match self.first {
            // An end that is vague, or in another zone, may reach back before the start.
            End::Open | End::Date(_) if first.earliest < last.latest => When {
                earliest: first.earliest,
                latest: last.latest,
            },
            End::Open | End::Date(_) => first.hull(last),
        }
    }

    /// Gives when it begins, where it is an interval that lasts; nothing where the start is open.
    #[must_use]
    pub fn starts(&self, calendar: &Calendar) -> Option<When> {
        match self.first {
            End::Open => None,
            End::Date(date) => Some(date.span(calendar)),
        }
    }

    /// Gives when it is over, where it is an interval that lasts; nothing where the end is open.
    ///
    /// A single date is its own end.
    #[must_use]
    pub fn ends(&self, calendar: &Calendar) -> Option<When> {
        match self.last.unwrap_or(self.first) {
            End::Open => None,
            End::Date(date) => Some(date.span(calendar)),
        }
    }

    /// Says whether it was written as an interval `a/b`.
    #[must_use]
    pub fn is_interval(&self) -> bool {
        self.last.is_some()
    }

    /// Says whether a `?` or `%` marks it as doubtful.
    #[must_use]
    pub fn is_uncertain(&self) -> bool {
        self.dates()
            .any(|date| date.qualifier == Qualifier::Uncertain)
    }

    /// Gives how finely it was stated; of an interval the coarser end.
    #[must_use]
    pub fn precision(&self) -> Precision {
        self.dates()
            .map(|date| date.precision)
            .min()
            .unwrap_or(Precision::Year)
    }

    /// Gives the day, where it is exactly one civil day, stated as such.
    #[must_use]
    pub fn as_day(&self) -> Option<Day> {
        match (self.first, self.last) {
            (
                End::Date(Date {
                    value: Value::Days(first, last),
                    precision: Precision::Day,
                    qualifier: Qualifier::None,
                }),
                None,
            ) if first == last => Some(first),
            _ => None,
        }
    }

    fn dates(&self) -> impl Iterator<Item = Date> {
        [Some(self.first), self.last]
            .into_iter()
            .flatten()
            .filter_map(|end| match end {
                End::Open => None,
                End::Date(date) => Some(date),
            })
    }

    fn check(self, text: &str) -> Result<(), EdtfError> {
        let (Some(End::Date(last)), End::Date(first)) = (self.last, self.first) else {
            return if self.dates().next().is_some() {
                Ok(())
            } else {
                Err(problem(
                    format!("`{text}` says nothing"),
                    "At least one end of an interval must be a date.",
                ))
            };
        };
        // Without the calendar a time on local clocks is known to a day and two hours; zones reach from -12 to +14 hours.
        let slack = if first.is_local() == last.is_local() {
            0
        } else {
            14 * 3_600
        };
        let calendar = Calendar::default();
        if first.stated(&calendar).earliest < last.stated(&calendar).latest.plus(slack) {
            return Ok(());
        }
        Err(problem(
            format!("`{text}` ends before it starts"),
            "Write the earlier date first.",
        ))
    }
}

impl End {
    fn span(self, calendar: &Calendar) -> When {
        match self {
            End::Open => When::ALWAYS,
            End::Date(date) => date.span(calendar),
        }
    }
}

impl Date {
    fn is_local(self) -> bool {
        match self.value {
            Value::Days(..) | Value::Local(_) => true,
            Value::At(_) => false,
        }
    }

    /// Gives the unit that was written, without what a qualifier adds.
    fn stated(self, calendar: &Calendar) -> When {
        match self.value {
            Value::Days(first, last) => When {
                earliest: calendar.day_span(first).earliest,
                latest: calendar.day_span(last).latest,
            },
            Value::At(instant) => When::at(instant),
            Value::Local(local) => When::at(calendar.zone.instant(local)),
        }
    }

    /// Gives the unit that was written, and one more on each side where a qualifier says that it is not exact.
    fn span(self, calendar: &Calendar) -> When {
        match self.qualifier {
            Qualifier::None => self.stated(calendar),
            Qualifier::Approximate | Qualifier::Uncertain => self.widened(calendar),
        }
    }

    fn widened(self, calendar: &Calendar) -> When {
        if let Value::Days(first, last) = self.value {
            let (before, after) = match self.precision {
                Precision::Year => (
                    months(first, -12),
                    add_days(months(last.first_of_month(), 13), -1),
                ),
                Precision::Month => (
                    months(first, -1),
                    add_days(months(last.first_of_month(), 2), -1),
                ),
                Precision::Day | Precision::Minute | Precision::Second => {
                    (add_days(first, -1), add_days(last, 1))
                }
            };
            return When {
                earliest: calendar.day_span(before).earliest,
                latest: calendar.day_span(after).latest,
            };
        }
        let margin = match self.precision {
            Precision::Second => 1,
            Precision::Year | Precision::Month | Precision::Day | Precision::Minute => 60,
        };
        let stated = self.stated(calendar);
        When {
            earliest: stated.earliest.plus(-margin),
            latest: stated.latest.plus(margin),
        }
    }
}

fn months(day: Day, count: i64) -> Day {
    add_months(day, count, MonthEnds::Clamp)
}

fn end(text: &str, whole: &str) -> Result<End, EdtfError> {
    match text.trim() {
        ".." => Ok(End::Open),
        "" => Err(problem(
            format!("`{whole}` lacks an end"),
            "Write `..` for an end that is open, as in `2021-08-15/..`.",
        )),
        text => date(text).map(End::Date),
    }
}

fn date(text: &str) -> Result<Date, EdtfError> {
    let (stated, qualifier) = match text.strip_suffix(['?', '%']) {
        Some(stated) => (stated, Qualifier::Uncertain),
        None => match text.strip_suffix('~') {
            Some(stated) => (stated, Qualifier::Approximate),
            None => (text, Qualifier::None),
        },
    };
    let looks_like_day = |part: &str| {
        part.len() >= "2021-08".len()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'X' | b'x'))
    };
    let split = stated.split_once(['T', 't', ' ']);
    let (value, precision) = match split.filter(|(day, _)| looks_like_day(day)) {
        Some((day, time)) => date_time(day, time, text)?,
        None => days(stated)?,
    };
    Ok(Date {
        value,
        precision,
        qualifier,
    })
}

fn days(text: &str) -> Result<(Value, Precision), EdtfError> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let mut parts = digits.split('-');
    let written = [parts.next(), parts.next(), parts.next(), parts.next()];
    let [Some(year), month, day, None] = written else {
        return Err(not_a_date(text));
    };
    let year = sign * number(year, 4).ok_or_else(|| not_a_date(text))?;
    let masked = |part: &str| part.eq_ignore_ascii_case("xx");
    match (month, day) {
        (None, _) => Ok((whole_year(year, text)?, Precision::Year)),
        (Some(month), None) if masked(month) => Ok((whole_year(year, text)?, Precision::Year)),
        (Some(month), Some(day)) if masked(month) && masked(day) => {
            Ok((whole_year(year, text)?, Precision::Year))
        }
        (Some(month), Some(_)) if masked(month) => Err(problem(
            format!("`{text}` has a day but no month"),
            "`XX` may stand for the day, or for the month and the day.",
        )),
        (Some(month), day) => {
            let month = two_digits(month, "months", text)?;
            match day.filter(|day| !masked(day)) {
                None => {
                    let first = civil(year, month, 1)?;
                    Ok((Value::Days(first, first.last_of_month()), Precision::Month))
                }
                Some(day) => {
                    let day = civil(year, month, two_digits(day, "days", text)?)?;
                    Ok((Value::Days(day, day), Precision::Day))
                }
            }
        }
    }
}

fn date_time(day: &str, time: &str, text: &str) -> Result<(Value, Precision), EdtfError> {
    let (Value::Days(day, _), Precision::Day) = days(day)? else {
        return Err(problem(
            format!("`{text}` has a time but no day"),
            "Write the whole date before the time: `2021-08-30T19:29Z`.",
        ));
    };
    let (clock, offset) = split_offset(time);
    let (local, precision) = clock_time(day, clock).ok_or_else(|| not_a_time(text))?;
    let value = match offset {
        None => Value::Local(local),
        Some(offset) => {
            let east = offset_seconds(offset).ok_or_else(|| not_a_time(text))?;
            Value::At(super::Zone::utc().instant(local).plus(-east))
        }
    };
    Ok((value, precision))
}

/// Splits `19:29+04:30` before its offset, where it has one.
fn split_offset(time: &str) -> (&str, Option<&str>) {
    match time.find(['Z', 'z', '+', '-']) {
        Some(at) => {
            let (clock, offset) = time.split_at(at);
            (clock, Some(offset))
        }
        None => (time, None),
    }
}

fn clock_time(day: Day, clock: &str) -> Option<(DateTime, Precision)> {
    let mut parts = clock.split(':');
    let hour = number(parts.next()?, 2)?;
    let minute = number(parts.next()?, 2)?;
    let (second, precision) = match parts.next() {
        None => (0, Precision::Minute),
        Some(text) => (whole_seconds(text)?, Precision::Second),
    };
    if parts.next().is_some() || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    // A leap second is the last second of its minute: our seconds are those of Unix time, which has none.
    let small = |number: i16| i8::try_from(number).ok();
    let local = day.at(small(hour)?, small(minute)?, small(second.min(59))?, 0);
    Some((local, precision))
}

/// Reads `05` or `05.250`; fractions of a second are dropped.
fn whole_seconds(text: &str) -> Option<i16> {
    match text.split_once('.') {
        None => number(text, 2),
        Some((whole, fraction)) => {
            let digits = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| number(whole, 2)).flatten()
        }
    }
}

fn offset_seconds(text: &str) -> Option<i64> {
    if text.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+')?),
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some((hours, minutes)) => (number(hours, 2)?, number(minutes, 2)?),
        None => (number(digits, 2)?, 0),
    };
    let inside = hours <= 23 && minutes <= 59;
    inside.then(|| sign * (i64::from(hours) * 3_600 + i64::from(minutes) * 60))
}

fn whole_year(year: i16, text: &str) -> Result<Value, EdtfError> {
    let ends = Day::new(year, 1, 1).and_then(|first| Ok((first, Day::new(year, 12, 31)?)));
    match ends {
        Ok((first, last)) => Ok(Value::Days(first, last)),
        Err(_) => Err(not_a_date(text)),
    }
}

/// Gives a day, or says kindly why there is none.
fn civil(year: i16, month: i16, day: i16) -> Result<Day, EdtfError> {
    let written = || format!("{year:04}-{month:02}-{day:02}");
    let (small_month, small_day) = (i8::try_from(month), i8::try_from(day));
    let (Ok(small_month), Ok(small_day)) = (small_month, small_day) else {
        return Err(not_a_date(&written()));
    };
    let Some(length) = days_in_month(year, small_month) else {
        return Err(problem(
            format!("`{}` is not in the calendar", written()),
            "Months run from 01 to 12; the order is year, month, day.",
        ));
    };
    Day::new(year, small_month, small_day).map_err(|_| {
        problem(
            format!("`{}` is not a day", written()),
            format!("{} {year} has {length} days.", month_name(small_month)),
        )
    })
}

fn two_digits(part: &str, what: &str, text: &str) -> Result<i16, EdtfError> {
    if let Some(value) = number(part, 2) {
        return Ok(value);
    }
    match number(part, 1) {
        Some(_) => Err(problem(
            format!("`{text}` is not a date"),
            format!("Write {what} with two digits: `0{part}`."),
        )),
        None => Err(not_a_date(text)),
    }
}

/// Reads exactly `width` ASCII digits.
fn number(text: &str, width: usize) -> Option<i16> {
    let digits = text.len() == width && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn not_a_date(text: &str) -> EdtfError {
    problem(
        format!("`{text}` is not a date"),
        "Write year, month, day: `2021-04-28`, `2021-04` or `2021`; an interval is `2021-04-28/2021-05-03`.",
    )
}

fn not_a_time(text: &str) -> EdtfError {
    problem(
        format!("`{text}` is not a time"),
        "Write hours, minutes and the offset from UTC: `2021-08-30T19:29Z` or `2021-08-30T23:59+04:30`.",
    )
}

fn problem(message: impl Into<String>, help: impl Into<String>) -> EdtfError {
    EdtfError {
        message: message.into(),
        help: help.into(),
    }
}
