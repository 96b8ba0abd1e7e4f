//! A case as the reference sees it: names are positions, days are numbers, nothing is parsed.

use super::count::Per;
use super::excuse::{Excuse, Extension};
use super::place::Form;
use super::recur::Every;

/// Minutes of a civil day.
pub(crate) const DAY: i64 = 1440;
/// Beyond every date of a case.
pub(crate) const FOREVER: i64 = 1 << 40;
/// The actors: two parties that are adverse, a party allied to the first, an actor that takes no side.
pub(crate) const ACTORS: [&str; 4] = ["alpha", "beta", "gamma", "delta"];
/// The kinds of events.
pub(crate) const KINDS: [&str; 10] = [
    "strike", "deliver", "signal", "fault", "notify", "harm", "loss", "storm", "calm", "prolong",
];
/// The kind that must not be done.
pub(crate) const STRIKE: usize = 0;
/// The kind that must be done.
pub(crate) const DELIVER: usize = 1;
/// The kind that triggers or is a condition.
pub(crate) const SIGNAL: usize = 2;
/// The kind that shows a failure.
pub(crate) const FAULT: usize = 3;

/// The kind that is done by saying so.
pub(crate) const NOTIFY: usize = 4;
/// The kind that strikes and faults count as.
pub(crate) const HARM: usize = 5;
/// The kind that one boasts of.
pub(crate) const LOSS: usize = 6;

/// The kind that excuses, suspends or waives.
pub(crate) const STORM: usize = 7;
/// The kind that ends an excuse.
pub(crate) const CALM: usize = 8;
/// The kind that moves a deadline.
pub(crate) const PROLONG: usize = 9;

/// Whether an event of a kind is one of another kind too.
pub(crate) fn counts_as(kind: usize, wanted: usize) -> bool {
    kind == wanted || wanted == HARM && (kind == STRIKE || kind == FAULT)
}

/// Rules, records and clocks.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) zone: &'static str,
    pub(crate) month_ends_stick: bool,
    /// The last day of the agreement.
    pub(crate) until: Option<i64>,
    pub(crate) sources: Vec<Source>,
    pub(crate) pledges: Vec<Pledge>,
    pub(crate) records: Vec<Record>,
    pub(crate) coverage: Vec<Coverage>,
    pub(crate) as_of: i64,
    pub(crate) known_by: Option<i64>,
}

#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) letter: char,
    pub(crate) side: Option<usize>,
    pub(crate) owner: Option<usize>,
    pub(crate) verifies: Vec<usize>,
}

#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a word of the sentence that is there or not"
)]
pub(crate) struct Pledge {
    pub(crate) obligor: usize,
    pub(crate) goal: bool,
    pub(crate) duty: Duty,
    pub(crate) trigger: Option<Pattern>,
    pub(crate) condition: Option<Pattern>,
    pub(crate) provided: Option<usize>,
    /// Whether only the first trigger counts: `upon`.
    pub(crate) first: bool,
    /// Whether the obligor answers for what others do: `ensure`, `not allow`.
    pub(crate) for_others: bool,
    pub(crate) after_breach: Option<usize>,
    /// `if once`.
    pub(crate) asked_at_first: Option<Pattern>,
    pub(crate) from: Option<i64>,
    pub(crate) excuse: Option<Excuse>,
    pub(crate) extended: Option<Extension>,
    /// Whether a limit is counted by itself for each target that an act names.
    pub(crate) apart: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum Duty {
    Do(Pattern, Timing),
    Refrain {
        pattern: Pattern,
        last_day: Option<i64>,
        unless_flag: Option<bool>,
    },
    Prevent {
        pattern: Pattern,
        shown: Option<Pattern>,
    },
    Endeavour {
        pattern: Pattern,
        broken: Option<Pattern>,
    },
    Keep {
        limit: i64,
        lasts: Option<i64>,
    },
    Reach {
        limit: i64,
        timing: Timing,
    },
    Every(Pattern, Every),
    /// At most so many acts.
    Limit(Pattern, (usize, Per)),
    /// At least so many acts in each period.
    Minimum(Pattern, (usize, Per)),
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Timing {
    By(i64),
    Before(i64),
    /// Of a day, or of the trigger.
    WithinDays(i64, Option<i64>),
    WithinMonths(i64, Option<i64>),
    Open,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Pattern {
    pub(crate) kind: usize,
    pub(crate) by: Option<usize>,
    pub(crate) on: Option<usize>,
    pub(crate) place: Option<(Form, usize)>,
    pub(crate) flag: Option<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Basis {
    Observed,
    Documented,
    Told,
    Unsaid,
}

#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) source: usize,
    pub(crate) basis: Basis,
    pub(crate) origins: i64,
    pub(crate) grade: Option<(char, i64)>,
    pub(crate) echoes: Option<usize>,
    /// A source that the record only repeats.
    pub(crate) repeats: Option<usize>,
    pub(crate) known: i64,
    pub(crate) what: What,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum What {
    Event(Event),
    Reading {
        low: i64,
        high: i64,
        when: When,
    },
    /// Of a whole record, or of what it says of the doer or the flag.
    Denies {
        target: usize,
        by: Option<usize>,
        flag: Option<bool>,
    },
    Retracts {
        target: usize,
    },
    Corrects {
        target: usize,
        event: Event,
    },
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Event {
    pub(crate) kind: usize,
    pub(crate) by: Option<usize>,
    pub(crate) on: Option<usize>,
    pub(crate) place: Option<usize>,
    pub(crate) flag: Option<bool>,
    pub(crate) when: When,
    /// The new deadline, and the day from which it has effect.
    pub(crate) new: Option<i64>,
    pub(crate) effect: Option<i64>,
    /// The record whose id is the key of the incident; none: its own.
    pub(crate) incident: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// Both included.
    Days(i64, i64),
    /// The month of a day.
    Month(i64),
    /// A day, give or take one.
    About(i64),
    From(i64),
    Until(i64),
    /// A minute, written with the offset of UTC.
    Minute(i64),
}

#[derive(Clone, Debug)]
pub(crate) struct Coverage {
    pub(crate) source: usize,
    pub(crate) kinds: Vec<usize>,
    pub(crate) place: Option<usize>,
    pub(crate) from: i64,
    pub(crate) until: i64,
    pub(crate) full: bool,
    pub(crate) known: i64,
}

impl When {
    /// Gives the first minute, and the first minute after.
    pub(crate) fn span(self) -> (i64, i64) {
        match self {
            When::Days(first, last) => (first * DAY, (last + 1) * DAY),
            When::Month(day) => {
                let (year, month, _) = civil(day);
                (days(year, month, 1) * DAY, days(year, month + 1, 1) * DAY)
            }
            When::About(day) => ((day - 1) * DAY, (day + 2) * DAY),
            When::From(day) => (day * DAY, FOREVER),
            When::Until(day) => (-FOREVER, (day + 1) * DAY),
            When::Minute(minute) => (minute, minute + 1),
        }
    }
}

/// Counts days since 1 January 1970; months beyond December run on into the next year.
pub(crate) fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = (
        year + (month - 1).div_euclid(12),
        (month - 1).rem_euclid(12),
    );
    let leap_days = |year: i64| year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let before = 365 * (year - 1970) + leap_days(year - 1) - leap_days(1969);
    let months: i64 = (0..month).map(|month| month_length(year, month + 1)).sum();
    before + months + day - 1
}

/// Gives year, month and day of the month.
pub(crate) fn civil(day: i64) -> (i64, i64, i64) {
    let mut year = 1970 + day.div_euclid(366);
    while days(year + 1, 1, 1) <= day {
        year += 1;
    }
    let month = (1..=12)
        .rev()
        .find(|&month| days(year, month, 1) <= day)
        .unwrap();
    (year, month, day - days(year, month, 1) + 1)
}

/// Counts the days of a month.
pub(crate) fn month_length(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Writes a day as in the files.
pub(crate) fn iso(day: i64) -> String {
    let (year, month, day) = civil(day);
    format!("{year:04}-{month:02}-{day:02}")
}
