//! Everything that begins with a digit: numbers, percentages, dates, instants, and the uncertain dates of a scenario.

use jiff::civil::Date;
use nom::bytes::complete::{take_while, take_while1};
use nom::character::complete::char;
use nom::combinator::{opt, recognize};
use nom::multi::many0_count;
use nom::{IResult, Parser};

use rust_decimal::Decimal;

use crate::diagnostic::Code;
use crate::syntax::token::TokenKind;

/// What was read, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Numeral {
    pub(super) kind: TokenKind,
    pub(super) length: usize,
    pub(super) trouble: Option<Trouble>,
}

/// A problem inside one literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trouble {
    pub(super) code: Code,
    pub(super) message: String,
    pub(super) help: String,
    /// The text that would be right, where there is one.
    pub(super) instead: Option<String>,
}

type Lexeme<'a> = IResult<&'a str, &'a str>;

fn digits(input: &str) -> Lexeme<'_> {
    take_while1(|c: char| c.is_ascii_digit() || c == '_').parse(input)
}

fn decimal(input: &str) -> Lexeme<'_> {
    recognize((
        digits,
        opt((char('.'), take_while1(|c: char| c.is_ascii_digit()))),
    ))
    .parse(input)
}

/// Numbers joined by hyphens without blanks.
fn joined(input: &str) -> Lexeme<'_> {
    recognize((decimal, many0_count((char('-'), decimal)))).parse(input)
}

/// A date written with points, as it is in many countries.
fn dotted(input: &str) -> Lexeme<'_> {
    recognize((digits, char('.'), digits, char('.'), digits)).parse(input)
}

/// The clock behind the `T` of an instant, however wrong.
fn clock(input: &str) -> Lexeme<'_> {
    let time = take_while1(|c: char| c.is_ascii_digit() || c == ':');
    let offset = take_while(|c: char| c.is_ascii_digit() || matches!(c, ':' | '+' | '-' | 'Z'));
    recognize((char('T'), time, offset)).parse(input)
}

/// Reads the literal that `rest`, which starts with a digit, begins with.
pub(super) fn numeral(rest: &str) -> Numeral {
    let text = joined(rest).map_or("", |(_, text)| text);
    let after = rest.get(text.len()..).unwrap_or("");
    let shape: Vec<usize> = text.split('-').map(str::len).collect();
    let plain = |kind| Numeral {
        kind,
        length: text.len(),
        trouble: None,
    };
    match shape.as_slice() {
        [_] if dotted(rest).is_ok() => {
            let text = dotted(rest).map_or(text, |(_, text)| text);
            Numeral {
                kind: TokenKind::Date,
                length: text.len(),
                trouble: Some(shapeless(text)),
            }
        }
        [_] if after.starts_with('%') => Numeral {
            length: text.len() + 1,
            trouble: decimal_trouble(text),
            ..plain(TokenKind::Percent)
        },
        [_] => Numeral {
            trouble: decimal_trouble(text),
            ..plain(TokenKind::Number)
        },
        // A point or a `_` in it makes it no date: it is told as what it is, numbers joined by hyphens.
        [_, _, ..] if text.contains(['.', '_']) => Numeral {
            trouble: Some(unspaced(text)),
            ..plain(TokenKind::Number)
        },
        [4, 2, 2] => match clock(after) {
            Ok((_, clock)) => instant(text, clock),
            Err(_) => Numeral {
                trouble: date_trouble(text),
                ..plain(TokenKind::Date)
            },
        },
        [4, 2] => Numeral {
            trouble: date_trouble(text),
            ..plain(TokenKind::Month)
        },
        [2, 2] => Numeral {
            trouble: month_day_trouble(text),
            ..plain(TokenKind::MonthDay)
        },
        [4, 1 | 2, 1 | 2] | [1 | 2, 1 | 2, 4] => Numeral {
            trouble: Some(shapeless(text)),
            ..plain(TokenKind::Date)
        },
        _ => Numeral {
            trouble: Some(unspaced(text)),
            ..plain(TokenKind::Number)
        },
    }
}

fn instant(date: &str, clock: &str) -> Numeral {
    let text = format!("{date}{clock}");
    let trouble = date_trouble(date).or_else(|| {
        let offset_is_there = clock.ends_with('Z') || clock.contains(['+', '-']);
        (read_instant(&text).is_none()).then(|| Trouble {
            code: Code::ImpossibleDate,
            message: if offset_is_there {
                format!("`{text}` is not a moment of any day")
            } else {
                format!("`{text}` does not say its offset from UTC")
            },
            help: "An instant is written `2020-02-29T16:30+04:30`, or with `Z` for UTC.".to_owned(),
            instead: None,
        })
    });
    Numeral {
        kind: TokenKind::Instant,
        length: text.len(),
        trouble,
    }
}

fn decimal_trouble(text: &str) -> Option<Trouble> {
    let digits = text.replace('_', "");
    Decimal::from_str_exact(&digits).is_err().then(|| Trouble {
        code: Code::BadNumber,
        message: format!(
            "a number of {} characters is too long to be held exactly",
            text.len()
        ),
        help: "A number has at most 28 digits.".to_owned(),
        instead: None,
    })
}

fn unspaced(text: &str) -> Trouble {
    let spaced = text.replace('-', " - ");
    // Who writes `01` means a month or a day.
    let is_date = |part: &str| part.len() == 2 && part.starts_with('0');
    let dated = text.split('-').skip(1).any(is_date);
    Trouble {
        code: Code::UnspacedSubtraction,
        message: format!("`{text}` has a hyphen between numbers without blanks"),
        help: format!("A subtraction has blanks around its sign: `{spaced}`."),
        instead: (!dated).then_some(spaced),
    }
}

fn shapeless(text: &str) -> Trouble {
    Trouble {
        code: Code::ImpossibleDate,
        message: format!("`{text}` is not a date"),
        help: "A date is written year, month, day, with all its digits: `2020-02-29`.".to_owned(),
        instead: None,
    }
}

/// Says what is wrong with a year, a month or a day, if the calendar does not have it.
pub(super) fn date_trouble(text: &str) -> Option<Trouble> {
    let mut parts = text.split('-').map(|part| part.parse::<i16>().unwrap_or(0));
    let year = parts.next()?;
    let (month, day) = (parts.next().unwrap_or(1), parts.next().unwrap_or(1));
    let narrow = |part: i16| i8::try_from(part).unwrap_or(0);
    if Date::new(year, narrow(month), narrow(day)).is_ok() {
        return None;
    }
    let help = match Date::new(year, narrow(month), 1) {
        Ok(first) => format!(
            "{} {year} has {} days.",
            month_name(month),
            first.days_in_month()
        ),
        Err(_) => format!("Months are 01 to 12; `{month:02}` is none."),
    };
    Some(Trouble {
        code: Code::ImpossibleDate,
        message: format!("`{text}` is not in the calendar"),
        help,
        instead: None,
    })
}

/// Says what is wrong with a day of every year; 29 February is one.
fn month_day_trouble(text: &str) -> Option<Trouble> {
    let trouble = date_trouble(&format!("2000-{text}"))?;
    Some(Trouble {
        message: format!("`{text}` is not in the calendar"),
        help: trouble.help.replace(" 2000", ""),
        ..trouble
    })
}

fn month_name(month: i16) -> &'static str {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let index = usize::try_from(month - 1).unwrap_or(0);
    NAMES.get(index).copied().unwrap_or("the month")
}

/// Reads `2020-02-29T16:30[:00](Z|+04:30)` into seconds since 1970 in UTC and minutes of offset.
pub(in crate::syntax) fn read_instant(text: &str) -> Option<(i64, i16)> {
    let (date, clock) = text.split_once('T')?;
    let date: Date = date.parse().ok()?;
    let sign_at = clock.find(['Z', '+', '-'])?;
    let (time, offset) = clock.split_at_checked(sign_at)?;
    let seconds = clock_seconds(time)?;
    let offset_minutes = offset_minutes(offset)?;
    let midnight = date.to_datetime(jiff::civil::Time::midnight());
    let day = jiff::tz::Offset::UTC.to_timestamp(midnight).ok()?;
    let utc = day.as_second() + seconds - i64::from(offset_minutes) * 60;
    Some((utc, offset_minutes))
}

fn clock_seconds(time: &str) -> Option<i64> {
    let parts: Vec<&str> = time.split(':').collect();
    let (hours, minutes, seconds) = match parts.as_slice() {
        [hours, minutes] => (two_digits(hours)?, two_digits(minutes)?, 0),
        [hours, minutes, seconds] => (
            two_digits(hours)?,
            two_digits(minutes)?,
            two_digits(seconds)?,
        ),
        _ => return None,
    };
    let fits = hours < 24 && minutes < 60 && seconds < 60;
    fits.then(|| i64::from(hours) * 3600 + i64::from(minutes) * 60 + i64::from(seconds))
}

fn offset_minutes(offset: &str) -> Option<i16> {
    if offset == "Z" {
        return Some(0);
    }
    let (sign, rest) = match offset.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, offset.strip_prefix('+')?),
    };
    let (hours, minutes) = rest.split_once(':')?;
    let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

fn two_digits(text: &str) -> Option<i16> {
    (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())?
}

/// Reads an uncertain date of a scenario: the longest run of its characters, and the first day in it that no calendar has.
pub(super) fn when(rest: &str) -> Numeral {
    let mark = |c: char| c.is_ascii_digit() || matches!(c, 'X' | '~' | '?' | '%' | '-' | '/' | '.');
    let piece = recognize((take_while1(mark), opt(exact_clock)));
    let text = recognize((piece, take_while(mark)))
        .parse(rest)
        .map_or("", |(_, text)| text);
    let trouble = text
        .split('/')
        .map(|end| {
            end.split('T')
                .next()
                .unwrap_or("")
                .trim_matches(['~', '?', '%'])
        })
        .filter(|end| {
            end.len() >= 4
                && end
                    .bytes()
                    .all(|byte| byte.is_ascii_digit() || byte == b'-')
        })
        .find_map(date_trouble);
    Numeral {
        kind: TokenKind::When,
        length: text.len(),
        trouble,
    }
}

/// `T16:30[:00](Z|+04:30)`, so that the colon behind the date of a line is not taken for a part of it.
fn exact_clock(input: &str) -> Lexeme<'_> {
    let pair = |input| recognize((char('T'), two, char(':'), two)).parse(input);
    let offset = |input| {
        recognize((nom::character::complete::one_of("+-"), two, char(':'), two)).parse(input)
    };
    let zone = nom::branch::alt((nom::bytes::complete::tag("Z"), offset));
    recognize((pair, opt((char(':'), two)), opt(zone))).parse(input)
}

fn two(input: &str) -> Lexeme<'_> {
    nom::bytes::complete::take_while_m_n(2, 2, |c: char| c.is_ascii_digit()).parse(input)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> (TokenKind, usize, Option<Code>) {
        let numeral = numeral(text);
        (
            numeral.kind,
            numeral.length,
            numeral.trouble.map(|trouble| trouble.code),
        )
    }

    #[test]
    fn shapes_are_told_apart() {
        assert_eq!(kind("8_600.5 persons"), (TokenKind::Number, 7, None));
        assert_eq!(kind("70% of"), (TokenKind::Percent, 3, None));
        assert_eq!(kind("2020-02-29)"), (TokenKind::Date, 10, None));
        assert_eq!(kind("2020-02"), (TokenKind::Month, 7, None));
        assert_eq!(kind("02-29"), (TokenKind::MonthDay, 5, None));
        assert_eq!(
            kind("2020-02-29T16:30+04:30 x"),
            (TokenKind::Instant, 22, None)
        );
        assert_eq!(
            kind("2021-02-30"),
            (TokenKind::Date, 10, Some(Code::ImpossibleDate))
        );
        assert_eq!(
            kind("2021-13"),
            (TokenKind::Month, 7, Some(Code::ImpossibleDate))
        );
        assert_eq!(
            kind("2021-2-3"),
            (TokenKind::Date, 8, Some(Code::ImpossibleDate))
        );
        assert_eq!(
            kind("2020-02-29T25:30Z"),
            (TokenKind::Instant, 17, Some(Code::ImpossibleDate))
        );
        assert_eq!(
            kind("8600-200"),
            (TokenKind::Number, 8, Some(Code::UnspacedSubtraction))
        );
        assert_eq!(
            kind("1.5-0.5"),
            (TokenKind::Number, 7, Some(Code::UnspacedSubtraction))
        );
        for joined in ["20_0-01-01", "20.1-02", "1_00-12", "2021-_2"] {
            assert_eq!(
                kind(joined),
                (
                    TokenKind::Number,
                    joined.len(),
                    Some(Code::UnspacedSubtraction)
                ),
                "{joined}"
            );
        }
    }

    #[test]
    fn an_instant_is_counted_in_utc() {
        assert_eq!(read_instant("1970-01-01T04:30+04:30"), Some((0, 270)));
        assert_eq!(read_instant("1970-01-02T00:00:01Z"), Some((86_401, 0)));
    }

    #[test]
    fn uncertain_dates_are_one_token() {
        for text in [
            "2021",
            "2021-XX-XX",
            "2021-04-28/2021-05-03",
            "2021-08-15/..",
            "2021-06~",
            "2021-08-31T00:29Z",
        ] {
            assert_eq!(when(&format!("{text}: x")).length, text.len(), "{text}");
        }
        assert!(when("2021-02-30/2021-03-01").trouble.is_some());
    }
}
