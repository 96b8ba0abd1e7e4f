//! Dates as other people's tables write them: read by a `strftime` format, written as dates of ours.

use std::fmt;

use jiff::fmt::strtime::{self, BrokenDownTime};

use super::Day;

/// How a column writes its dates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateFormat {
    format: String,
    /// The first two-digit year of the last century: with 46, `46` is 1946 and `45` is 2045.
    pivot: Option<u8>,
}

/// Why a format cannot be used: a message in the style of diagnostics, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct FormatError {
    pub message: String,
    pub help: String,
}

/// What a cell says, as finely as it says it. Shown as a date of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stamp {
    /// A year.
    Year(i16),
    /// A month of a year.
    Month(i16, i8),
    /// A civil day.
    Day(Day),
    /// A time on the clocks of the agreement's zone.
    Local(jiff::civil::DateTime),
    /// A time that says where it stands.
    At(jiff::Timestamp),
}

/// Formats that published tables are written in. Picked by gut feeling.
const USUAL: [&str; 18] = [
    "%Y-%m-%d",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.fZ",
    "%Y-%m-%dT%H:%M:%S%.f%:z",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%Y/%m/%d",
    "%Y%m%d",
    "%d %B %Y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%B %d, %Y",
    "%b %d, %Y",
];

impl DateFormat {
    /// Checks a format.
    ///
    /// # Errors
    ///
    /// It is no format, says no year, or has two-digit years without a pivot: which century they mean is nothing to guess.
    pub fn new(format: &str, pivot: Option<u8>) -> Result<DateFormat, FormatError> {
        if let Err(error) = strtime::format(format, jiff::Timestamp::UNIX_EPOCH) {
            return Err(FormatError {
                message: format!("`{format}` is no date format: {error}"),
                help: "Write it as strftime does: `%Y-%m-%d`, `%d.%m.%Y %H:%M`, `%m/%d/%y`, `%s` for seconds since 1970."
                    .to_owned(),
            });
        }
        let short = has(format, &['y', 'D', 'g']);
        if short && pivot.is_none() {
            return Err(FormatError {
                message: format!(
                    "`{format}` has two-digit years, and no `pivot` says of which century"
                ),
                help: "Add `pivot = 50` for 1950 to 2049: the first two-digit year that means 19…"
                    .to_owned(),
            });
        }
        if !short && !has(format, &['Y', 's', 'F', 'C', 'G', 'c']) {
            return Err(FormatError {
                message: format!("`{format}` says no year"),
                help: "Add `%Y`, or `%y` with a `pivot`.".to_owned(),
            });
        }
        Ok(DateFormat {
            format: format.to_owned(),
            pivot,
        })
    }

    /// Gives the formats, of those that are most often met, that read a text; several where a day may be a month.
    #[must_use]
    pub fn guesses(text: &str) -> Vec<&'static str> {
        let usual = USUAL.iter().copied();
        usual
            .filter(|format| strtime::parse(format, text).is_ok_and(|read| stamp(&read).is_some()))
            .collect()
    }

    /// Reads a cell.
    #[must_use]
    pub fn read(&self, text: &str) -> Option<Stamp> {
        let mut read = strtime::parse(&self.format, text).ok()?;
        if let Some(at) = read.timestamp() {
            return Some(Stamp::At(at));
        }
        if let (Some(pivot), Some(year)) = (self.pivot, read.year()) {
            let short = year.rem_euclid(100);
            let century = if short >= i16::from(pivot) {
                1900
            } else {
                2000
            };
            read.set_year(Some(century + short)).ok()?;
        }
        stamp(&read)
    }
}

fn stamp(read: &BrokenDownTime) -> Option<Stamp> {
    if read.offset().is_some() && read.hour().is_some() {
        return read.to_timestamp().ok().map(Stamp::At);
    }
    let day = match read.to_date() {
        Ok(day) => day,
        // A date that names a day is wrong or whole; one that names none is a month or a year.
        Err(_) if read.day().is_some() || read.day_of_year().is_some() => return None,
        Err(_) => {
            let year = read.year()?;
            return Some(
                read.month()
                    .map_or(Stamp::Year(year), |month| Stamp::Month(year, month)),
            );
        }
    };
    match read.hour() {
        Some(_) => read
            .to_time()
            .ok()
            .map(|time| Stamp::Local(day.to_datetime(time))),
        None => Some(Stamp::Day(day)),
    }
}

/// Says whether a format has one of some directives.
fn has(format: &str, directives: &[char]) -> bool {
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            continue;
        }
        // Flags, widths and colons stand between the sign and its letter.
        let directive = letters.find(|letter| letter.is_ascii_alphabetic() || *letter == '%');
        if directive.is_some_and(|directive| directives.contains(&directive)) {
            return true;
        }
    }
    false
}

impl Stamp {
    /// Gives the day alone, where a day is said.
    #[must_use]
    pub fn whole_day(self) -> Stamp {
        match self {
            Stamp::Local(moment) => Stamp::Day(moment.date()),
            Stamp::At(at) => Stamp::Day(jiff::tz::Offset::UTC.to_datetime(at).date()),
            Stamp::Year(_) | Stamp::Month(..) | Stamp::Day(_) => self,
        }
    }

    /// Gives the day that is said, if one is.
    #[must_use]
    pub fn day(self) -> Option<Day> {
        match self.whole_day() {
            Stamp::Day(day) => Some(day),
            Stamp::Year(_) | Stamp::Month(..) | Stamp::Local(_) | Stamp::At(_) => None,
        }
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stamp::Year(year) => write!(f, "{year:04}"),
            Stamp::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Stamp::Day(day) => write!(f, "{day}"),
            Stamp::Local(moment) => write!(f, "{}", moment.strftime("%Y-%m-%dT%H:%M:%S")),
            Stamp::At(at) => write!(f, "{}", at.strftime("%Y-%m-%dT%H:%M:%SZ")),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test should stop")]
    use super::*;

    /// Worked by hand.
    const READ: [(&str, Option<u8>, &str, Option<&str>); 16] = [
        ("%Y-%m-%d", None, "2021-08-31", Some("2021-08-31")),
        ("%Y-%m-%d", None, "2021-8-5", Some("2021-08-05")),
        ("%Y-%m-%d", None, "2021-02-30", None),
        ("%Y-%m-%d", None, "2021-08-31 ", None),
        (
            "%Y-%m-%d %H:%M:%S%.f",
            None,
            "2021-08-31 00:29:00.000",
            Some("2021-08-31T00:29:00"),
        ),
        ("%d.%m.%Y", None, "31.08.2021", Some("2021-08-31")),
        ("%m/%d/%y", Some(46), "7/21/46", Some("1946-07-21")),
        ("%m/%d/%y", Some(46), "7/21/45", Some("2045-07-21")),
        ("%m/%d/%y", Some(0), "1/1/00", Some("1900-01-01")),
        ("%m/%d/%y", Some(99), "12/31/98", Some("2098-12-31")),
        ("%Y", None, "1994", Some("1994")),
        ("%Y-%m", None, "1994-07", Some("1994-07")),
        ("%Y%m%d", None, "20210831", Some("2021-08-31")),
        ("%s", None, "0", Some("1970-01-01T00:00:00Z")),
        ("%s", None, "1514764800", Some("2018-01-01T00:00:00Z")),
        (
            "%Y-%m-%dT%H:%M:%S%:z",
            None,
            "2021-08-31T00:29:00+04:30",
            Some("2021-08-30T19:59:00Z"),
        ),
    ];

    #[test]
    fn cells_are_read_by_their_format() {
        for (format, pivot, cell, date) in READ {
            let format = DateFormat::new(format, pivot).unwrap();
            let read = format.read(cell).map(|stamp| stamp.to_string());
            assert_eq!(read.as_deref(), date, "{format:?} on {cell}");
        }
    }

    #[test]
    fn a_format_says_its_century() {
        assert!(DateFormat::new("%m/%d/%y", None).is_err());
        assert!(DateFormat::new("%m/%d", None).is_err());
        assert!(DateFormat::new("%Y-%", None).is_err());
        assert!(DateFormat::new("%%y %Y", None).is_ok());
    }
}
