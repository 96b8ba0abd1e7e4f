//! Moments, durations, periods and references to pledges.

use nom::Parser;
use nom::sequence::preceded;

use super::advice::{A_DURATION, A_MOMENT};
use super::cursor::{Cursor, Res};
use super::pattern::inner;
use super::recovery::{enclosed, keyword, list, misspelt, name_as, nearly, opt_after, token, want};
use super::term::{atom, instant, owner_and_field};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Spanned;
use crate::syntax::ast::{
    Date, Duration, DurationPart, Moment, Period, Point, PointKind, Reference, Selector, Shift,
    TimeUnit,
};
use crate::syntax::token::{Keyword as K, TokenKind};

/// Reads a civil day.
pub(super) fn day(input: Cursor<'_>) -> Res<'_, Spanned<Date>> {
    match read_day(input.text()) {
        Some(date) => Ok((input.advance(), Spanned::new(date, input.span()))),
        None => Err(input.expected("a date such as `2020-02-29`")),
    }
}

/// Gives the civil day that a text says.
pub(super) fn read_day(text: &str) -> Option<Date> {
    if text.len() == 10 {
        text.parse().ok()
    } else {
        None
    }
}

/// `point (+|- duration)*`.
pub(super) fn moment(input: Cursor<'_>) -> Res<'_, Moment> {
    let (mut rest, point) = point(input.deeper()?)?;
    let mut shifts = Vec::new();
    while matches!(rest.kind(), TokenKind::Plus | TokenKind::Minus) {
        let backwards = rest.kind() == TokenKind::Minus;
        let (after, duration) = duration(rest.advance())?;
        rest = after;
        shifts.push(Shift {
            backwards,
            duration,
        });
    }
    let rest = rest.back_to(input);
    Ok((
        rest,
        Moment {
            point,
            shifts,
            span: rest.span_since(input),
        },
    ))
}

/// Reads where a moment starts from.
pub(super) fn point(input: Cursor<'_>) -> Res<'_, Point> {
    let (rest, kind) = match input.keyword() {
        Some(keyword) => worded_point(keyword, input)?,
        None => plain_point(input)?,
    };
    Ok((
        rest,
        Point {
            kind,
            span: rest.span_since(input),
        },
    ))
}

fn plain_point(input: Cursor<'_>) -> Res<'_, PointKind> {
    let text = input.text();
    let kind = match input.kind() {
        TokenKind::Word => {
            return owner_and_field
                .map(|(owner, field)| match field {
                    Some(field) => PointKind::FieldOf { owner, field },
                    None => PointKind::Name(owner),
                })
                .parse(input);
        }
        TokenKind::Instant => instant(input).map(PointKind::Instant),
        TokenKind::Number if !is_year(text) && !input.token().spoilt => {
            return Err(input.expected(A_MOMENT));
        }
        TokenKind::Date | TokenKind::Month | TokenKind::Number | TokenKind::When => {
            calendar_point(text)
        }
        _ => return Err(input.expected(A_MOMENT)),
    };
    Ok((
        input.advance(),
        kind.filter(|_| !input.token().spoilt)
            .unwrap_or(PointKind::Error),
    ))
}

/// Says whether a number is a year: four digits, and neither `2.05` nor `2_05`.
fn is_year(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Reads a day, a month or a year.
fn calendar_point(text: &str) -> Option<PointKind> {
    if let Some(date) = read_day(text) {
        return Some(PointKind::Date(date));
    }
    match text.split_once('-') {
        Some((year, month)) => Some(PointKind::Month {
            year: year.parse().ok()?,
            month: month.parse().ok()?,
        }),
        None => text.parse().ok().map(PointKind::Year),
    }
}

fn worded_point(keyword_here: K, input: Cursor<'_>) -> Res<'_, PointKind> {
    let rest = input.advance();
    let of_reference = |rest| preceded(keyword(K::OF, "`of`"), reference).parse(rest);
    match keyword_here {
        K::ENTRY => entry_into_force(rest),
        K::END => (keyword(K::OF, "`of`"), keyword(K::AGREEMENT, "`agreement`"))
            .map(|_| PointKind::EndOfAgreement)
            .parse(rest),
        K::FIRST => inner
            .map(|pattern| PointKind::First(Box::new(pattern)))
            .parse(rest),
        K::DEADLINE => of_reference.map(PointKind::DeadlineOf).parse(rest),
        K::FULFILMENT => of_reference.map(PointKind::FulfilmentOf).parse(rest),
        K::BREACH => of_reference.map(PointKind::BreachOf).parse(rest),
        K::EARLIER => moments.map(PointKind::EarlierOf).parse(rest),
        K::LATER => moments.map(PointKind::LaterOf).parse(rest),
        _ => name_as(A_MOMENT).map(PointKind::Name).parse(input),
    }
}

fn entry_into_force(input: Cursor<'_>) -> Res<'_, PointKind> {
    let (input, _) = (
        keyword(K::INTO, "`into force`"),
        keyword(K::FORCE, "`force`"),
    )
        .parse(input)?;
    if input.keyword_at(1) == Some(K::EACH) {
        return Ok((input, PointKind::EntryIntoForce { of: None }));
    }
    opt_after(K::FOR, name_as("a party"))
        .map(|of| PointKind::EntryIntoForce { of })
        .parse(input)
}

/// `of (M, M)`, behind `earlier` or `later`.
fn moments(input: Cursor<'_>) -> Res<'_, Vec<Moment>> {
    let mut parens = enclosed((TokenKind::LeftParen, TokenKind::RightParen), "`(`", moment);
    let (input, _) = keyword(K::OF, "`of`")(input)?;
    let first = input.advance();
    if input.kind() == TokenKind::LeftParen && first.kind() == TokenKind::RightParen {
        return Err(first.expected(A_MOMENT));
    }
    parens(input)
}

/// `from M [until M]` or `until M`.
pub(super) fn period(input: Cursor<'_>) -> Res<'_, Period> {
    match opt_period(input)? {
        (rest, Some(period)) => Ok((rest, period)),
        (rest, None) => Err(rest.expected("`from` or `until`")),
    }
}

/// Reads a period where there is one.
pub(super) fn opt_period(input: Cursor<'_>) -> Res<'_, Option<Period>> {
    let (rest, (from, until)) =
        (opt_after(K::FROM, moment), opt_after(K::UNTIL, moment)).parse(input)?;
    let span = rest.span_since(input);
    Ok((
        rest,
        (from.is_some() || until.is_some()).then_some(Period { from, until, span }),
    ))
}

/// `(NUMBER TIMEUNIT)+`, largest first.
pub(super) fn duration(input: Cursor<'_>) -> Res<'_, Duration> {
    if input.kind() != TokenKind::Number {
        return Err(input.expected(A_DURATION));
    }
    let (mut rest, (first, mut sound)) = duration_part(input)?;
    let mut parts = vec![first];
    while starts_duration(rest) {
        let (after, (part, counted)) = duration_part(rest)?;
        sound &= counted;
        if parts.last().is_some_and(|last| last.unit <= part.unit) {
            let message = format!(
                "`{}` does not go down from larger to smaller units",
                rest.file().slice(input.span().to(part.span))
            );
            let problem = Diagnostic::new(Code::BadDuration, part.span, message)
                .help("A duration names each unit once, the largest first: `9 months 15 days`.");
            rest.report(problem);
            sound = false;
        }
        rest = after;
        parts.push(part);
    }
    Ok((
        rest,
        Duration {
            parts,
            sound,
            span: rest.span_since(input),
        },
    ))
}

/// Says whether a number with a unit of time stands here.
pub(super) fn starts_duration(input: Cursor<'_>) -> bool {
    input.kind() == TokenKind::Number && input.keyword_at(1).is_some_and(K::is_time_unit)
}

/// Reads a number with its unit, and says whether it can be counted.
fn duration_part(input: Cursor<'_>) -> Res<'_, (DurationPart, bool)> {
    let digits = input.text().replace('_', "");
    let whole = digits.bytes().all(|byte| byte.is_ascii_digit());
    let (rest, unit) = time_unit(input.advance())?;
    let span = rest.span_since(input);
    let count = digits.parse().ok().filter(|&count| count <= longest(unit));
    if whole && count.is_none() {
        let message = format!(
            "`{}` is longer than the calendar, which ends with the year 9999",
            input.file().slice(span)
        );
        let problem = Diagnostic::new(Code::BadDuration, span, message)
            .help("What has no end is said so: `with no deadline`, or nothing for a prohibition.");
        input.report(problem);
    } else if count.is_none() {
        let message = format!("`{}` is not a whole number of time units", input.text());
        let problem = Diagnostic::new(Code::BadDuration, span, message).help(
            "A duration has no fractions: write `1 month 15 days`, or count in a smaller unit.",
        );
        input.report(problem);
    }
    Ok((
        rest,
        (
            DurationPart {
                count: count.unwrap_or(0),
                unit,
                span,
            },
            count.is_some(),
        ),
    ))
}

/// Gives how often a unit fits into the calendar.
fn longest(unit: TimeUnit) -> u32 {
    const YEARS: u32 = 9999;
    match unit {
        TimeUnit::Minutes => u32::MAX,
        TimeUnit::Hours => YEARS * 366 * 24,
        TimeUnit::Days | TimeUnit::WorkingDays => YEARS * 366,
        TimeUnit::Weeks => YEARS * 53,
        TimeUnit::Months => YEARS * 12,
        TimeUnit::Years => YEARS,
    }
}

const UNITS: &[K] = &[
    K::MINUTE,
    K::MINUTES,
    K::HOUR,
    K::HOURS,
    K::DAY,
    K::DAYS,
    K::WEEK,
    K::WEEKS,
    K::MONTH,
    K::MONTHS,
    K::YEAR,
    K::YEARS,
];

fn time_unit(input: Cursor<'_>) -> Res<'_, TimeUnit> {
    let rest = input.advance();
    let meant = || nearly(input, UNITS).filter(|&meant| misspelt(input, meant));
    let unit = match input.keyword().or_else(meant) {
        Some(K::MINUTE | K::MINUTES) => TimeUnit::Minutes,
        Some(K::HOUR | K::HOURS) => TimeUnit::Hours,
        Some(K::DAY | K::DAYS) => TimeUnit::Days,
        Some(K::WEEK | K::WEEKS) => TimeUnit::Weeks,
        Some(K::MONTH | K::MONTHS) => TimeUnit::Months,
        Some(K::YEAR | K::YEARS) => TimeUnit::Years,
        Some(K::WORKING) if rest.is(K::DAY) || rest.is(K::DAYS) => {
            return Ok((rest.advance(), TimeUnit::WorkingDays));
        }
        Some(K::WORKING) => return Err(rest.expected("`days`")),
        _ => return Err(input.expected("a unit of time such as `days`")),
    };
    Ok((rest, unit))
}

/// `NAME [selector, …]`.
pub(super) fn reference(input: Cursor<'_>) -> Res<'_, Reference> {
    let (mut rest, name) = name_as("the name of a pledge")(input)?;
    let mut selectors = Vec::new();
    if rest.kind() == TokenKind::LeftBracket {
        let (inner, read) = list(selector)(rest.advance())?;
        rest = want(inner, TokenKind::RightBracket);
        selectors = read;
    }
    Ok((
        rest,
        Reference {
            name,
            selectors,
            span: rest.span_since(input),
        },
    ))
}

fn selector(input: Cursor<'_>) -> Res<'_, Selector> {
    let rest = input.advance();
    if !input.is(K::ON) {
        let (input, name) = name_as("`on` or a variable")(input)?;
        let (input, _) = token(TokenKind::Equal, "`=`")(input)?;
        return atom
            .map(|value| Selector::Binding {
                name: name.clone(),
                value,
            })
            .parse(input);
    }
    if let Some(instant) = instant(rest) {
        return Ok((
            rest.advance(),
            Selector::OnInstant(Spanned::new(instant, rest.span())),
        ));
    }
    day.map(Selector::OnDate).parse(rest)
}
