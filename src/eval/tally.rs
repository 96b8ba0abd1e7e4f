//! Sums over periods and sliding windows, in one pass over the acts.
//!
//! Every act lies somewhere between two positions on a ruler: days, seconds or the numbers of calendar periods. A window ends at a position and
//! begins at one that never moves back as the end moves on. What certainly lies in it can only grow where an act's last position is reached, and
//! what possibly lies in it only where an act's first one is: those are the positions that are asked about.

use crate::agreement::pledge::Per;
use crate::quantity::Decimal;
use crate::syntax::ast::CalendarPeriod;
use crate::time::{Calendar, Day, Instant, Moment, Period, Point, add_days, days_between};

/// An act on the ruler, with what it adds: at least and at most, where that is known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    pub(super) first: i64,
    pub(super) last: i64,
    pub(super) least: Decimal,
    pub(super) most: Option<Decimal>,
}

/// Gives, for each end of a window in ascending order, the least that certainly lies in it.
pub(super) fn certain(items: &[Item], ends: &[i64], start: &dyn Fn(i64) -> i64) -> Vec<Decimal> {
    let (by_first, by_last) = orders(items);
    let (mut arriving, mut leaving) = (
        by_last.into_iter().peekable(),
        by_first.into_iter().peekable(),
    );
    let mut inside = vec![false; items.len()];
    let mut sum = Decimal::ZERO;
    let mut sums = Vec::with_capacity(ends.len());
    for end in ends {
        let begin = start(*end);
        while let Some((index, item)) = arriving.next_if(|(_, item)| item.last <= *end) {
            if item.first >= begin {
                set(&mut inside, index, true);
                sum = sum.checked_add(item.least).unwrap_or(sum);
            }
        }
        while let Some((index, item)) = leaving.next_if(|(_, item)| item.first < begin) {
            if set(&mut inside, index, false) {
                sum = sum.checked_sub(item.least).unwrap_or(sum);
            }
        }
        sums.push(sum);
    }
    sums
}

/// Gives, for each end of a window in ascending order, the most that possibly lies in it; none where an amount has no upper end.
pub(super) fn possible(
    items: &[Item],
    ends: &[i64],
    start: &dyn Fn(i64) -> i64,
) -> Vec<Option<Decimal>> {
    let (by_first, by_last) = orders(items);
    let (mut arriving, mut leaving) = (
        by_first.into_iter().peekable(),
        by_last.into_iter().peekable(),
    );
    let mut inside = vec![false; items.len()];
    let (mut sum, mut unknown) = (Decimal::ZERO, 0usize);
    let mut sums = Vec::with_capacity(ends.len());
    for end in ends {
        let begin = start(*end);
        while let Some((index, item)) = arriving.next_if(|(_, item)| item.first <= *end) {
            if item.last >= begin {
                set(&mut inside, index, true);
                match item.most {
                    Some(most) => sum = sum.checked_add(most).unwrap_or(sum),
                    None => unknown += 1,
                }
            }
        }
        while let Some((index, item)) = leaving.next_if(|(_, item)| item.last < begin) {
            if set(&mut inside, index, false) {
                match item.most {
                    Some(most) => sum = sum.checked_sub(most).unwrap_or(sum),
                    None => unknown = unknown.saturating_sub(1),
                }
            }
        }
        sums.push((unknown == 0).then_some(sum));
    }
    sums
}

type Order = Vec<(usize, Item)>;

fn orders(items: &[Item]) -> (Order, Order) {
    let mut by_first: Order = items.iter().copied().enumerate().collect();
    let mut by_last = by_first.clone();
    by_first.sort_by_key(|(index, item)| (item.first, *index));
    by_last.sort_by_key(|(index, item)| (item.last, *index));
    (by_first, by_last)
}

/// Sets a mark and gives what it was.
fn set(marks: &mut [bool], index: usize, value: bool) -> bool {
    marks
        .get_mut(index)
        .is_some_and(|mark| std::mem::replace(mark, value))
}

/// What positions stand for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ruler<'c> {
    /// Calendar periods by number: a window is one of them.
    Calendar {
        calendar: &'c Calendar,
        period: CalendarPeriod,
    },
    /// Periods from an anchor, by number.
    Anchored {
        calendar: &'c Calendar,
        period: Period,
        anchor: Moment,
    },
    /// Civil days.
    Days {
        calendar: &'c Calendar,
        period: Period,
    },
    /// Seconds.
    Clock {
        calendar: &'c Calendar,
        period: Period,
    },
}

const EPOCH: Day = Day::constant(1970, 1, 1);
/// As many periods after an anchor as are looked for.
const LAST_PERIOD: i64 = 4_000_000;

impl<'c> Ruler<'c> {
    /// Gives the ruler of a `per` phrase; `anchor` is what `starting` came to.
    pub(super) fn of(per: &Per, anchor: Option<Moment>, calendar: &'c Calendar) -> Ruler<'c> {
        match (per, anchor) {
            (Per::Calendar { period, .. }, None) => Ruler::Calendar {
                calendar,
                period: *period,
            },
            (Per::Calendar { period, .. }, Some(anchor)) => Ruler::Anchored {
                calendar,
                period: length(*period),
                anchor,
            },
            (Per::Sliding(period), _) if period.by_clock() => Ruler::Clock {
                calendar,
                period: *period,
            },
            (Per::Sliding(period), _) => Ruler::Days {
                calendar,
                period: *period,
            },
        }
    }

    /// Gives the first and the last position at which something may have been; the second moment is exclusive.
    pub(super) fn place(&self, earliest: Instant, latest: Instant) -> (i64, i64) {
        let last = latest.plus(-1).max(earliest);
        match self {
            Ruler::Anchored {
                calendar,
                period,
                anchor,
            } => {
                let number = |anchor: Point, at: Instant| anchored(calendar, anchor, *period, at);
                (number(anchor.last, earliest), number(anchor.first, last))
            }
            Ruler::Calendar { .. } | Ruler::Days { .. } | Ruler::Clock { .. } => {
                (self.at(earliest), self.at(last))
            }
        }
    }

    /// Gives the position of a moment.
    pub(super) fn at(&self, instant: Instant) -> i64 {
        match self {
            Ruler::Calendar { calendar, period } => number_of(calendar.day_of(instant), *period),
            Ruler::Anchored {
                calendar,
                period,
                anchor,
            } => anchored(calendar, anchor.first, *period, instant),
            Ruler::Days { calendar, .. } => days_between(EPOCH, calendar.day_of(instant)),
            Ruler::Clock { .. } => instant.0,
        }
    }

    /// Gives the first position of the window that ends at a position.
    pub(super) fn start(&self, end: i64) -> i64 {
        match self {
            Ruler::Calendar { .. } | Ruler::Anchored { .. } => end,
            Ruler::Days { calendar, period } => {
                match calendar.subtract(Point::Day(add_days(EPOCH, end)), *period) {
                    Point::Day(day) => days_between(EPOCH, day).saturating_add(1),
                    Point::At(_) => end,
                }
            }
            Ruler::Clock { calendar, period } => {
                match calendar.subtract(Point::At(Instant(end)), *period) {
                    Point::At(instant) => instant.0.saturating_add(1),
                    Point::Day(_) => end,
                }
            }
        }
    }

    /// Gives the last position of the window that begins at a position or, where none does, of the first one after it.
    pub(super) fn end(&self, start: i64) -> i64 {
        let (mut low, mut high) = (start, start.saturating_add(1 << 40));
        while low < high {
            let middle = low + (high - low) / 2;
            if self.start(middle) >= start {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    }

    /// Gives the first moment of a position.
    pub(super) fn opens(&self, position: i64) -> Instant {
        match self {
            Ruler::Calendar { calendar, period } => {
                calendar.start_of(Point::Day(first_day(position, *period)))
            }
            Ruler::Anchored { calendar, .. } | Ruler::Days { calendar, .. } => {
                calendar.start_of(self.point(position))
            }
            Ruler::Clock { .. } => Instant(position),
        }
    }

    /// Gives the point at which a position begins.
    pub(super) fn point(&self, position: i64) -> Point {
        match self {
            Ruler::Calendar { period, .. } => Point::Day(first_day(position, *period)),
            Ruler::Anchored {
                calendar,
                period,
                anchor,
            } => {
                let number = u32::try_from(position.max(0)).unwrap_or(u32::MAX);
                calendar.add_from_anchor(anchor.first, *period, number)
            }
            Ruler::Days { .. } => Point::Day(add_days(EPOCH, position)),
            Ruler::Clock { .. } => Point::At(Instant(position)),
        }
    }

    /// Says whether windows slide rather than follow each other.
    pub(super) fn slides(&self) -> bool {
        match self {
            Ruler::Days { .. } | Ruler::Clock { .. } => true,
            Ruler::Calendar { .. } | Ruler::Anchored { .. } => false,
        }
    }
}

fn length(period: CalendarPeriod) -> Period {
    let none = Period::default();
    match period {
        CalendarPeriod::Day => Period { days: 1, ..none },
        CalendarPeriod::Week => Period { weeks: 1, ..none },
        CalendarPeriod::Month => Period { months: 1, ..none },
        CalendarPeriod::Quarter => Period { months: 3, ..none },
        CalendarPeriod::Year => Period { years: 1, ..none },
    }
}

/// Gives the number of the calendar period of a day; weeks begin on Monday (ISO 8601).
fn number_of(day: Day, period: CalendarPeriod) -> i64 {
    let days = days_between(EPOCH, day);
    let months = i64::from(day.year()) * 12 + i64::from(day.month()) - 1;
    match period {
        CalendarPeriod::Day => days,
        // 1 January 1970 was a Thursday.
        CalendarPeriod::Week => days.saturating_add(3).div_euclid(7),
        CalendarPeriod::Month => months,
        CalendarPeriod::Quarter => months.div_euclid(3),
        CalendarPeriod::Year => i64::from(day.year()),
    }
}

fn first_day(number: i64, period: CalendarPeriod) -> Day {
    let month = |months: i64| {
        let year = i16::try_from(months.div_euclid(12));
        let month = i8::try_from(months.rem_euclid(12) + 1);
        match (year, month) {
            (Ok(year), Ok(month)) => Day::new(year, month, 1).unwrap_or(Day::MAX),
            (Err(_), _) | (_, Err(_)) => Day::MAX,
        }
    };
    match period {
        CalendarPeriod::Day => add_days(EPOCH, number),
        CalendarPeriod::Week => add_days(EPOCH, number.saturating_mul(7).saturating_sub(3)),
        CalendarPeriod::Month => month(number),
        CalendarPeriod::Quarter => month(number.saturating_mul(3)),
        CalendarPeriod::Year => month(number.saturating_mul(12)),
    }
}

/// Gives the number of the period from an anchor in which a moment lies; -1 before the anchor.
fn anchored(calendar: &Calendar, anchor: Point, period: Period, at: Instant) -> i64 {
    let begun = |number: i64| {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        calendar.start_of(calendar.add_from_anchor(anchor, period, number)) <= at
    };
    let (mut low, mut high) = (-1, LAST_PERIOD);
    while low < high {
        let middle = low + (high - low + 1) / 2;
        if begun(middle) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    low
}
