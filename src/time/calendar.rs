//! Counting periods by the calendar, under the conventions that an agreement declares.
//!
//! The day of the event is not counted; months and years end on the same-numbered day; a period in hours is exact. Source: Regulation
//! (EEC, Euratom) 1182/71, art. 3; Case 152/85 *Misset* (the same-numbered day, regardless of the hour of notification); the European
//! Convention on the Calculation of Time-Limits (ETS 76). Nothing here knows which day it is today, and nothing here fails: what would
//! leave the calendar (years -9999 to 9999) stops at its end.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};

use super::{Day, Instant, Moment, MonthEnds, Period, Point, Rollover, When};

#[cfg(test)]
mod tests;

const SECONDS_PER_MINUTE: i64 = 60;
const SECONDS_PER_HOUR: i64 = 3_600;
const SECONDS_PER_DAY: i64 = 86_400;

/// A time zone: where a civil day begins and ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    /// Finds a zone of the IANA database that is part of the program, such as `Asia/Kabul`.
    #[must_use]
    pub fn named(name: &str) -> Option<Zone> {
        TimeZoneDatabase::bundled().get(name).ok().map(Zone)
    }

    /// Gives every zone name, in order, for suggestions.
    #[must_use]
    pub fn names() -> BTreeSet<String> {
        TimeZoneDatabase::bundled()
            .available()
            .map(|name| name.as_str().to_owned())
            .collect()
    }

    /// Gives coordinated universal time.
    #[must_use]
    pub fn utc() -> Zone {
        Zone(TimeZone::UTC)
    }

    /// Gives the zone that is always `minutes` east of UTC.
    ///
    /// Beyond 25 hours and 59 minutes either way it stops there.
    #[must_use]
    pub fn fixed_minutes(minutes: i16) -> Zone {
        let seconds = i32::from(minutes).saturating_mul(60).clamp(-93_540, 93_540);
        Zone(Offset::from_seconds(seconds).map_or(TimeZone::UTC, TimeZone::fixed))
    }

    /// Gives the offset from UTC at a moment. Unit: seconds, east positive.
    pub(super) fn offset_at(&self, instant: Instant) -> Offset {
        self.0.to_offset(timestamp(instant))
    }

    /// Gives the moment at which the clocks of the zone show `local`.
    ///
    /// A time that the clocks skip is the moment after the jump; of a time they show twice it is the first.
    #[must_use]
    pub fn instant(&self, local: DateTime) -> Instant {
        if let Ok(timestamp) = self.0.to_timestamp(local) {
            return Instant(timestamp.as_second());
        }
        // Within a day of the ends of the calendar; the offset there is as good as any.
        let naive = Instant(naive_seconds(local));
        Instant(naive.0.saturating_sub(seconds_of(self.offset_at(naive))))
    }

    /// Gives what the clocks of the zone show at a moment; the ends of time are the ends of the calendar.
    #[must_use]
    pub fn local(&self, instant: Instant) -> DateTime {
        match Timestamp::from_second(instant.0) {
            Ok(timestamp) => self.0.to_datetime(timestamp),
            Err(_) if instant.0 < 0 => DateTime::MIN,
            Err(_) => Day::MAX.at(23, 59, 59, 0),
        }
    }
}

/// How an agreement counts days: its zone, its conventions and its days off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// Where the civil days of the agreement are.
    pub zone: Zone,
    /// What happens to the 31st in a shorter month.
    pub month_ends: MonthEnds,
    /// What happens to a deadline on a day off.
    pub rollover: Rollover,
    /// Which weekdays are off, Monday first.
    pub weekend: [bool; 7],
    /// Which other days are off.
    pub holidays: BTreeSet<Day>,
}

impl Default for Calendar {
    fn default() -> Self {
        Calendar {
            zone: Zone::utc(),
            month_ends: MonthEnds::default(),
            rollover: Rollover::default(),
            weekend: [false, false, false, false, false, true, true],
            holidays: BTreeSet::new(),
        }
    }
}

/// What a civil day covers, and what a stretch of time is in civil days.
impl Calendar {
    /// Gives the civil day of a moment; before and after the calendar it is the first and the last day.
    #[must_use]
    pub fn day_of(&self, instant: Instant) -> Day {
        self.zone.local(instant).date()
    }

    /// Gives `[00:00, 00:00 of the next day)`: 23 or 25 hours when the clocks change.
    ///
    /// # Invariants
    ///
    /// Never empty: a day that a zone skipped (30 December 2011 in Samoa) is one second wide.
    #[must_use]
    pub fn day_span(&self, day: Day) -> When {
        let earliest = self.day_start(day);
        let latest = match day.tomorrow() {
            Ok(next) => self.day_start(next),
            Err(_) => earliest.plus(SECONDS_PER_DAY),
        };
        When {
            earliest,
            latest: latest.max(earliest.plus(1)),
        }
    }

    /// Gives the first moment of a point.
    #[must_use]
    pub fn start_of(&self, point: Point) -> Instant {
        match point {
            Point::Day(day) => self.day_start(day),
            Point::At(instant) => instant,
        }
    }

    /// Gives the first moment after a point: the start of the next day, or the next second.
    #[must_use]
    pub fn end_of(&self, point: Point) -> Instant {
        match point {
            Point::Day(day) => self.day_span(day).latest,
            Point::At(instant) => instant.plus(1),
        }
    }

    /// Gives everything from the start of the earliest point to the end of the latest.
    #[must_use]
    pub fn span_of(&self, moment: Moment) -> When {
        When {
            earliest: self.start_of(moment.first),
            latest: self.end_of(moment.last),
        }
    }

    /// Gives the points between which a stretch of time lies: civil days where it is made of whole ones, else instants.
    #[must_use]
    pub fn moment_of(&self, when: When) -> Moment {
        let first = self.day_of(when.earliest);
        let last = self.day_of(Instant(when.latest.0.saturating_sub(1)));
        let starts = when.earliest == Instant::MIN || self.day_start(first) == when.earliest;
        let ends = when.latest == Instant::MAX || self.day_span(last).latest == when.latest;
        let whole = starts && ends;
        let point = |day, whole: bool, instant| {
            if whole {
                Point::Day(day)
            } else {
                Point::At(instant)
            }
        };
        Moment {
            first: point(first, whole && when.earliest != Instant::MIN, when.earliest),
            last: point(
                last,
                whole && when.latest != Instant::MAX,
                when.latest.plus(-1),
            ),
        }
    }

    fn day_start(&self, day: Day) -> Instant {
        self.zone.instant(day.at(0, 0, 0, 0))
    }
}

/// Adding and taking off periods.
impl Calendar {
    /// Gives the point a period after another.
    ///
    /// Months and years first, then weeks and days, then working days, then the clock. From an instant, a period in days ends on a civil
    /// day, whatever the hour; a period in hours ends at an instant; one of both keeps the time of day. From a day, a period in hours is
    /// counted from its start: [`Calendar::shift`] gives both ends.
    #[must_use]
    pub fn add(&self, point: Point, period: Period) -> Point {
        self.step(point, period, false)
    }

    /// Gives the point a period before another, in the same order of units.
    #[must_use]
    pub fn subtract(&self, point: Point, period: Period) -> Point {
        self.step(point, period, true)
    }

    /// Moves a moment by a period.
    ///
    /// A day moved by hours becomes a stretch of instants, because nobody knows at what hour of the day the clock began to run.
    #[must_use]
    pub fn shift(&self, moment: Moment, period: Period, backwards: bool) -> Moment {
        let last = match moment.last {
            Point::Day(day) if period.by_clock() => {
                let day = self.step_days(day, period, backwards);
                Point::At(
                    self.day_span(day)
                        .latest
                        .plus(-1)
                        .plus(clock_seconds(period, backwards)),
                )
            }
            Point::Day(_) | Point::At(_) => self.step(moment.last, period, backwards),
        };
        Moment {
            first: self.step(moment.first, period, backwards),
            last,
        }
    }

    /// Says whether moving a moment by a period leaves the calendar, so that [`Calendar::shift`] stops at its end.
    ///
    /// The first and the last day of the calendar stand for all beyond them. An end that was open stays open, and leaves nothing.
    #[must_use]
    pub fn leaves(&self, moment: Moment, period: Period, backwards: bool) -> bool {
        let end = if backwards { Day::MIN } else { Day::MAX };
        let at_end = |point: Point| match point {
            Point::Day(day) => day == end,
            Point::At(instant) => self.day_of(instant) == end,
        };
        let shifted = self.shift(moment, period, backwards);
        [(moment.first, shifted.first), (moment.last, shifted.last)]
            .into_iter()
            .any(|(before, after)| at_end(after) && !at_end(before))
    }

    /// Gives the end of the `n`th period after an anchor, counted from the anchor: 31 January, 28 February, 31 March.
    ///
    /// Chaining the periods would lose the 31st for good in February.
    #[must_use]
    pub fn add_from_anchor(&self, anchor: Point, period: Period, n: u32) -> Point {
        let times = |count: u32| count.saturating_mul(n);
        self.add(
            anchor,
            Period {
                years: times(period.years),
                months: times(period.months),
                weeks: times(period.weeks),
                days: times(period.days),
                working_days: times(period.working_days),
                hours: times(period.hours),
                minutes: times(period.minutes),
            },
        )
    }

    /// Applies the declared rollover to a deadline: a day off gives way to the next working day, an instant stays.
    #[must_use]
    pub fn roll(&self, point: Point) -> Point {
        match (self.rollover, point) {
            (Rollover::NextWorkingDay, Point::Day(day))
                if !self.is_working_day(day) && self.weekend != [true; 7] =>
            {
                Point::Day(self.working_days_from(day, 1, false))
            }
            (Rollover::NextWorkingDay | Rollover::None, Point::Day(_) | Point::At(_)) => point,
        }
    }

    /// Says whether a day is neither on the weekend nor a holiday.
    #[must_use]
    pub fn is_working_day(&self, day: Day) -> bool {
        !self.is_weekend(day) && !self.holidays.contains(&day)
    }

    fn is_weekend(&self, day: Day) -> bool {
        let weekday = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0);
        self.weekend.get(weekday).copied().unwrap_or(false)
    }

    fn step(&self, point: Point, period: Period, backwards: bool) -> Point {
        let clock = clock_seconds(period, backwards);
        match point {
            Point::At(instant) if !counts_days(period) => Point::At(instant.plus(clock)),
            // Outside the calendar there are no civil days to count.
            Point::At(instant) if Timestamp::from_second(instant.0).is_err() => point,
            Point::At(instant) => {
                let local = self.zone.local(instant);
                let day = self.step_days(local.date(), period, backwards);
                if period.by_clock() {
                    let same_hour = self.zone.instant(day.to_datetime(local.time()));
                    Point::At(same_hour.plus(clock))
                } else {
                    Point::Day(day)
                }
            }
            Point::Day(day) => {
                let day = self.step_days(day, period, backwards);
                if period.by_clock() {
                    Point::At(self.day_start(day).plus(clock))
                } else {
                    Point::Day(day)
                }
            }
        }
    }

    /// Moves a day by all of a period but its hours and minutes.
    fn step_days(&self, day: Day, period: Period, backwards: bool) -> Day {
        let sign = if backwards { -1 } else { 1 };
        let months = sign * (i64::from(period.years) * 12 + i64::from(period.months));
        let days = sign * (i64::from(period.weeks) * 7 + i64::from(period.days));
        let day = if months == 0 {
            day
        } else {
            add_months(day, months, self.month_ends)
        };
        self.working_days_from(add_days(day, days), period.working_days, backwards)
    }

    /// Gives the `count`th working day after `day`, which is not counted itself; `day` where the count is 0. Whole weeks are passed at once.
    fn working_days_from(&self, day: Day, count: u32, backwards: bool) -> Day {
        let end = if backwards { Day::MIN } else { Day::MAX };
        let in_a_week = self.weekend.iter().filter(|&&off| !off).count() as u64;
        let mut day = day;
        let mut left = u64::from(count);
        while left > 0 {
            // No week has more, so the day sought lies beyond these weeks.
            let Some(weeks) = (left - 1).checked_div(in_a_week) else {
                return end;
            };
            if weeks == 0 {
                break;
            }
            let days = i64::try_from(weeks.saturating_mul(7)).unwrap_or(i64::MAX);
            let beyond = add_days(day, if backwards { -days } else { days });
            if days_between(day, beyond).abs() != days {
                return end;
            }
            left -= weeks * in_a_week - self.holidays_between(day, beyond);
            day = beyond;
        }
        // INVARIANT: every turn moves by a day or ends, so the calendar bounds the turns.
        while left > 0 {
            let next = if backwards {
                day.yesterday()
            } else {
                day.tomorrow()
            };
            let Ok(next) = next else { return day };
            day = next;
            left -= u64::from(self.is_working_day(day));
        }
        day
    }

    /// Counts the holidays from a day, itself left out, to another, that are on no weekend.
    fn holidays_between(&self, from: Day, to: Day) -> u64 {
        let (first, last) = if from < to {
            (add_days(from, 1), to)
        } else {
            (to, add_days(from, -1))
        };
        let days = self.holidays.range(first..=last);
        days.filter(|&&day| !self.is_weekend(day)).count() as u64
    }
}

/// Gives the number of days from `a` to `b`; negative where `b` is earlier.
#[must_use]
pub fn days_between(a: Day, b: Day) -> i64 {
    a.duration_until(b).as_secs() / SECONDS_PER_DAY
}

/// Gives the number of days of a month, or nothing where there is no such month.
#[must_use]
pub fn days_in_month(year: i16, month: i8) -> Option<i8> {
    Day::new(year, month, 1).ok().map(Day::days_in_month)
}

/// Moves a day by whole days; past the calendar it stops at its end.
#[must_use]
pub fn add_days(day: Day, days: i64) -> Day {
    day.saturating_add(SignedDuration::from_secs(
        days.saturating_mul(SECONDS_PER_DAY),
    ))
}

/// Moves a day by calendar months to the same-numbered day, or to the last day of a shorter month.
///
/// With [`MonthEnds::Stick`] the last day of a month goes to the last day of a month.
#[must_use]
pub fn add_months(day: Day, months: i64, month_ends: MonthEnds) -> Day {
    let total = (i64::from(day.year()) * 12 + i64::from(day.month()) - 1).saturating_add(months);
    let year = i16::try_from(total.div_euclid(12));
    let month = i8::try_from(total.rem_euclid(12) + 1);
    let first = match (year, month) {
        (Ok(year), Ok(month)) => Day::new(year, month, 1).ok(),
        _ => None,
    };
    let Some(first) = first else {
        return if months < 0 { Day::MIN } else { Day::MAX };
    };
    let last = first.last_of_month();
    let sticks = month_ends == MonthEnds::Stick && day == day.last_of_month();
    if sticks {
        return last;
    }
    Day::new(first.year(), first.month(), day.day()).unwrap_or(last)
}

fn counts_days(period: Period) -> bool {
    period.whole_months() > 0 || period.weeks > 0 || period.days > 0 || period.working_days > 0
}

fn clock_seconds(period: Period, backwards: bool) -> i64 {
    let seconds =
        i64::from(period.hours) * SECONDS_PER_HOUR + i64::from(period.minutes) * SECONDS_PER_MINUTE;
    if backwards { -seconds } else { seconds }
}

/// Gives the nearest moment that the calendar library can name.
pub(super) fn timestamp(instant: Instant) -> Timestamp {
    Timestamp::from_second(instant.0).unwrap_or(if instant.0 < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

fn naive_seconds(local: DateTime) -> i64 {
    Day::constant(1970, 1, 1)
        .at(0, 0, 0, 0)
        .duration_until(local)
        .as_secs()
}

fn seconds_of(offset: Offset) -> i64 {
    i64::from(offset.seconds())
}
