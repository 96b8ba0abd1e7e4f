//! How days, moments and periods are written: for people, and as ISO 8601 for programs.

use std::fmt::Write;

use super::calendar::{Calendar, timestamp};
use super::{Day, Instant, Moment, Period, Point};

/// Writes a day for people: `29 April 2021`.
#[must_use]
pub fn format_day(day: Day) -> String {
    format!("{} {} {}", day.day(), month_name(day.month()), day.year())
}

/// Gives the English name of a month, counted from 1.
#[must_use]
pub fn month_name(month: i8) -> &'static str {
    match month {
        1 => "January",
        2 => "February",
        3 => "March",
        4 => "April",
        5 => "May",
        6 => "June",
        7 => "July",
        8 => "August",
        9 => "September",
        10 => "October",
        11 => "November",
        _ => "December",
    }
}

/// Writes a point for programs: `2021-04-29`, or `2021-08-30T23:59:00+04:30` with the zone's offset at that moment.
///
/// The ends of time are written `..`, as an open end of an interval is.
#[must_use]
pub fn iso(point: Point, calendar: &Calendar) -> String {
    match point {
        Point::Day(day) => day.to_string(),
        Point::At(Instant::MIN | Instant::MAX) => "..".to_owned(),
        Point::At(instant) => {
            let timestamp = timestamp(instant);
            let offset = calendar.zone.offset_at(instant);
            timestamp.display_with_offset(offset).to_string()
        }
    }
}

/// Writes a moment for programs: one point where both ends are the same, else `a/b`.
#[must_use]
pub fn iso_moment(moment: Moment, calendar: &Calendar) -> String {
    let first = iso(moment.first, calendar);
    if moment.first == moment.last {
        return first;
    }
    format!("{first}/{}", iso(moment.last, calendar))
}

/// Writes how a date was counted: `2020-02-29 + 14 months = 2021-04-29`.
#[must_use]
pub fn reckon(base: Point, period: Period, backwards: bool, calendar: &Calendar) -> String {
    let result = calendar.shift(Moment::exactly(base), period, backwards);
    let sign = if backwards { '-' } else { '+' };
    format!(
        "{} {sign} {period} = {}",
        iso(base, calendar),
        iso_moment(result, calendar)
    )
}

/// Writes a duration in seconds as ISO 8601: `PT5H30M`, `P2DT3H`. A day is 24 hours.
#[must_use]
pub fn iso_duration(seconds: i64) -> String {
    let left = seconds.unsigned_abs();
    let date = [(left / 86_400, 'D')];
    let time = [
        (left / 3_600 % 24, 'H'),
        (left / 60 % 60, 'M'),
        (left % 60, 'S'),
    ];
    let mut text = String::from(if seconds < 0 { "-P" } else { "P" });
    push_parts(&mut text, &date);
    if left == 0 || !left.is_multiple_of(86_400) {
        text.push('T');
    }
    push_parts(&mut text, &time);
    if left == 0 {
        text.push_str("0S");
    }
    text
}

fn push_parts(text: &mut String, parts: &[(u64, char)]) {
    for (count, unit) in parts.iter().filter(|(count, _)| *count > 0) {
        // Writing to a String cannot fail.
        let _ = write!(text, "{count}{unit}");
    }
}
