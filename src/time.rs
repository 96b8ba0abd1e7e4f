//! Moments, uncertain dates and periods of the calendar.
//!
//! Time is counted in whole seconds; an interval is half-open. A moment that is known roughly is a [`When`]: it happened somewhere in
//! it. A point of a rule is a [`Point`]: a civil day or an instant. Which instants a civil day covers depends on a [`Zone`].
//! This module knows no clock: "today" comes from outside.

mod calendar;
mod edtf;
mod format;
mod text;

use std::fmt;

pub use calendar::{Calendar, Zone, add_days, add_months, days_between, days_in_month};
pub use edtf::{Edtf, EdtfError, Precision, parse_edtf};
pub use format::{DateFormat, FormatError, Stamp};
pub use text::{format_day, iso, iso_duration, iso_moment, month_name, reckon};

/// A civil day of the Gregorian calendar.
pub type Day = jiff::civil::Date;

/// A moment.
///
/// Unit: whole seconds since 1970-01-01T00:00:00Z. [`Instant::MIN`] and [`Instant::MAX`] stand for "always" and "never".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(pub i64);

impl Instant {
    /// Before everything.
    pub const MIN: Instant = Instant(i64::MIN);
    /// After everything.
    pub const MAX: Instant = Instant(i64::MAX);

    /// Moves by `seconds`; the ends of time stay where they are.
    #[must_use]
    pub fn plus(self, seconds: i64) -> Instant {
        if self == Instant::MIN || self == Instant::MAX {
            self
        } else {
            Instant(self.0.saturating_add(seconds))
        }
    }
}

/// A moment that is known roughly: it lies somewhere in `earliest..latest`.
///
/// Half-open: `earliest` belongs to it and `latest` does not. A day is 24 hours wide (23 or 25 when the clocks change), an instant one
/// second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct When {
    /// The first moment at which it may have been.
    pub earliest: Instant,
    /// The moment by which it had been.
    pub latest: Instant,
}

impl When {
    /// All of time.
    pub const ALWAYS: When = When {
        earliest: Instant::MIN,
        latest: Instant::MAX,
    };

    /// Gives the one-second interval of an instant.
    #[must_use]
    pub fn at(instant: Instant) -> When {
        When {
            earliest: instant,
            latest: instant.plus(1),
        }
    }

    /// Gives what both have in common, if anything.
    #[must_use]
    pub fn intersect(self, other: When) -> Option<When> {
        let both = When {
            earliest: self.earliest.max(other.earliest),
            latest: self.latest.min(other.latest),
        };
        (both.earliest < both.latest).then_some(both)
    }

    /// Gives the smallest interval that holds both.
    #[must_use]
    pub fn hull(self, other: When) -> When {
        When {
            earliest: self.earliest.min(other.earliest),
            latest: self.latest.max(other.latest),
        }
    }

    /// Says whether `other` certainly lies inside.
    #[must_use]
    pub fn covers(self, other: When) -> bool {
        self.earliest <= other.earliest && other.latest <= self.latest
    }

    /// Says whether they may be at the same time.
    #[must_use]
    pub fn overlaps(self, other: When) -> bool {
        self.earliest < other.latest && other.earliest < self.latest
    }
}

/// A point that a rule names: a civil day, or an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Point {
    /// A whole civil day in the agreement's zone.
    Day(Day),
    /// A moment of the clock.
    At(Instant),
}

/// A point that may be known roughly; both ends belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Moment {
    /// The earliest it can be.
    pub first: Point,
    /// The latest it can be.
    pub last: Point,
}

impl Moment {
    /// Gives a moment that is known exactly.
    #[must_use]
    pub fn exactly(point: Point) -> Moment {
        Moment {
            first: point,
            last: point,
        }
    }
}

/// A period as a treaty states it.
///
/// Months and years are calendar months; `days` are calendar days; hours and minutes are exact. Added in the order
/// years and months, then weeks and days, then working days, then hours and minutes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the units")]
pub struct Period {
    pub years: u32,
    pub months: u32,
    pub weeks: u32,
    pub days: u32,
    pub working_days: u32,
    pub hours: u32,
    pub minutes: u32,
}

impl Period {
    /// Says whether the period is counted by the clock (hours, minutes) rather than in civil days.
    #[must_use]
    pub fn by_clock(self) -> bool {
        self.hours > 0 || self.minutes > 0
    }

    /// Gives the whole calendar months, where the period has months or years.
    #[must_use]
    pub fn whole_months(self) -> u32 {
        self.years.saturating_mul(12).saturating_add(self.months)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            (self.years, "year"),
            (self.months, "month"),
            (self.weeks, "week"),
            (self.days, "day"),
            (self.working_days, "working day"),
            (self.hours, "hour"),
            (self.minutes, "minute"),
        ];
        let mut first = true;
        for (count, unit) in parts.into_iter().filter(|&(count, _)| count > 0) {
            let plural = if count == 1 { "" } else { "s" };
            write!(f, "{}{count} {unit}{plural}", if first { "" } else { " " })?;
            first = false;
        }
        if first { f.write_str("0 days") } else { Ok(()) }
    }
}

/// What happens to the 31st in a shorter month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum MonthEnds {
    /// 31 January + 1 month = 28 or 29 February; 29 February + 14 months = 29 April.
    #[default]
    Clamp,
    /// As `Clamp`, but a last day of a month stays a last day: 29 February 2020 + 14 months = 30 April 2021.
    Stick,
}

/// What happens to a deadline on a day that is no working day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Rollover {
    /// Nothing.
    #[default]
    None,
    /// It moves to the next working day.
    NextWorkingDay,
}
