//! Recurring duties: one instance for each period, and which act answers for which (docs/semantics.md, Again and again).
//!
//! Dates are counted from the anchor, never from the period before. Whoever has to act in each of many periods acts once in each: the acts are
//! found once and dealt out to the periods, in one pass over both.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::agreement::{Deadline, Duty, Pattern, Pledge, Sentence};
use crate::evidence::{Favours, Truth};
use crate::source::Span;
use crate::syntax::ast::MonthDay;
use crate::time::{
    Calendar, Day, Instant, Moment, Period, Point, When, add_days, days_in_month, iso, iso_moment,
};

use super::Context;
use super::achieve::answers_another;
use super::condition::Ask;
use super::deal;
use super::excuse;
use super::instance::{Case, Witnesses};
use super::instances::{Lane, Lanes};
use super::matching::{Lens, Match, Purpose};
use super::membership;
use super::minimum;
use super::moment::{Due, Found, trigger_lens};
use super::per;
use super::roles::Roles;

/// Picked by gut feeling: more periods than anybody reads, few enough to be judged in a second or two.
const MOST_PERIODS: u32 = 50_000;
/// The bound of the search for the running period: with periods of a minute it is reached when the calendar ends.
const LAST_PERIOD: u32 = u32::MAX;

/// A period of a recurring duty.
#[derive(Clone, Debug)]
pub(super) struct Turn<'a> {
    /// Its number, from the anchor.
    pub(super) number: u32,
    pub(super) opens: Moment,
    pub(super) due: Moment,
    pub(super) reckoning: String,
    /// The acts that answer for it; none where the duty is not an act.
    pub(super) acts: Option<Vec<Performance<'a>>>,
}

impl Turn<'_> {
    /// Gives when the period opens and when it is due.
    pub(super) fn window(&self) -> (Found, Due) {
        let due = Due {
            found: Found::At(self.due),
            reckoning: Some(self.reckoning.clone()),
        };
        (Found::At(self.opens), due)
    }
}

/// An act, and whether it answers for the period.
#[derive(Clone, Debug)]
pub(super) struct Performance<'a> {
    pub(super) found: Rc<Match<'a>>,
    pub(super) truth: Truth,
    /// The count that it belongs to, for a minimum.
    pub(super) tally: Option<(Span, Option<usize>)>,
}

/// Makes one instance for each period up to the as-of date, the running one included; instances of other duties stay as they are.
pub(super) fn turns<'a>(
    context: &Context<'a>,
    pledge: &'a Pledge,
    sentence: &'a Sentence,
    lanes: Lanes<'a>,
) -> Vec<Lanes<'a>> {
    if !recurs(sentence) {
        return vec![lanes];
    }
    let mut found: Option<Vec<Rc<Match<'a>>>> = None;
    // Where the trigger is the first of its kind, each standard may have another one.
    let alike = pledge.triggers.iter().all(|trigger| trigger.each);
    let by_lane: [Option<Vec<Turn<'a>>>; 4] = [0usize, 1, 2, 3].map(|standard| {
        let lane = lanes.lanes.get(standard)?;
        lane.triggered?;
        let mut turns = context.turns_of(pledge, sentence, lane, standard)?;
        if let Some(patterns) = acts_of(sentence) {
            if found.is_none() || !alike {
                found = Some(performances(context, sentence, &patterns, lane));
            }
            let until = turns
                .iter()
                .map(|turn| open_until(context, pledge, sentence, lane, (turn, standard)))
                .collect();
            deal::deal(
                context,
                (&mut turns, until),
                found.as_deref().unwrap_or(&[]),
                standard,
            );
        }
        Some(turns)
    });
    spread(&lanes, by_lane)
}

/// Gives until when an act answers for a period in time: its deadline, with the days that excuses and suspensions add to it.
fn open_until<'a>(
    context: &Context<'a>,
    pledge: &'a Pledge,
    sentence: &'a Sentence,
    lane: &Lane<'a>,
    (turn, standard): (&Turn<'a>, usize),
) -> Moment {
    if pledge.excuses.is_empty() && pledge.suspensions.is_empty() {
        return turn.due;
    }
    let case = Case {
        context,
        pledge,
        sentence,
        env: &lane.env,
        standard,
        roles: Roles::all(standard),
        opens: When {
            earliest: context.calendar.start_of(turn.opens.first),
            latest: context.calendar.start_of(turn.opens.last),
        },
        closes: context.closing(pledge, sentence, &lane.env, standard),
        due: Some(turn.due),
        due_unclear: false,
        turn: None,
        stretches: &[],
    };
    let Some(case) = membership::cut(case) else {
        return turn.due;
    };
    let found = excuse::stretches(&case, &mut Witnesses::default(), &mut Vec::new());
    let (certain, _) = excuse::readings(found);
    excuse::moved(&case, turn.due, &certain).0
}

fn spread<'a>(lanes: &Lanes<'a>, by_lane: [Option<Vec<Turn<'a>>>; 4]) -> Vec<Lanes<'a>> {
    let numbers: BTreeSet<u32> = by_lane
        .iter()
        .flatten()
        .flatten()
        .map(|turn| turn.number)
        .collect();
    if numbers.is_empty() {
        let nothing = by_lane.iter().any(Option::is_some);
        let lanes = lanes.lanes.clone().map(|lane| Lane {
            triggered: lane.triggered.filter(|_| !nothing),
            ..lane
        });
        return vec![Lanes { lanes }];
    }
    let mut turns = by_lane.map(|turns| turns.unwrap_or_default().into_iter().peekable());
    let mut spread = Vec::with_capacity(numbers.len());
    for number in numbers {
        let mut lanes = lanes.clone();
        for (lane, turns) in lanes.lanes.iter_mut().zip(&mut turns) {
            lane.env.period = Some(number);
            match turns.next_if(|turn| turn.number == number) {
                Some(turn) => lane.turn = Some(turn),
                None => lane.triggered = None,
            }
        }
        spread.push(lanes);
    }
    spread
}

/// Says whether a duty comes again in each period.
pub(super) fn recurs(sentence: &Sentence) -> bool {
    per::is_minimum_per_period(sentence)
        || match sentence.window.deadline.as_ref().map(|found| &found.value) {
            Some(
                Deadline::EveryStarting { .. }
                | Deadline::EveryFirstBy { .. }
                | Deadline::EveryYearBy(_),
            ) => true,
            Some(
                Deadline::By(_)
                | Deadline::Before(_)
                | Deadline::On(_)
                | Deadline::Within { .. }
                | Deadline::AtLeastBefore { .. }
                | Deadline::Between { .. }
                | Deadline::Open { .. },
            )
            | None => false,
        }
}

fn acts_of(sentence: &Sentence) -> Option<Vec<&Pattern>> {
    match &sentence.duty {
        Duty::Do(pattern) | Duty::Ensure(pattern) => Some(vec![pattern]),
        Duty::Endeavour { efforts, .. } => Some(efforts.iter().collect()),
        Duty::Reach(_)
        | Duty::Keep(_)
        | Duty::Refrain(_)
        | Duty::NotAllow(_)
        | Duty::Prevent { .. }
        | Duty::Permit(_) => None,
    }
}

fn performances<'a>(
    context: &Context<'a>,
    sentence: &'a Sentence,
    patterns: &[&'a Pattern],
    lane: &Lane<'a>,
) -> Vec<Rc<Match<'a>>> {
    let lens = Lens {
        obligor: Some(sentence.obligor),
        favours: Favours::Obligor,
    };
    let trigger = lane.env.trigger.and_then(|trigger| trigger.incident);
    let mut found: Vec<Rc<Match<'a>>> = patterns
        .iter()
        .flat_map(|pattern| context.find(pattern, &lane.env, lens, Purpose::Discharge))
        .filter(|found| trigger.is_none_or(|(own, _)| own != found.incident))
        .filter(|found| !answers_another(context, &lane.env, found.incident))
        .map(Rc::new)
        .collect();
    found.sort_by_key(|found| (found.when.latest, found.when.earliest));
    found
}

/// Where the periods of a duty end, by number.
enum Schedule {
    From { anchor: Moment, period: Period },
    FirstBy { anchor: Moment, period: Period },
    Yearly(MonthDay),
}

impl Schedule {
    /// The number of the first period, and from when on it runs.
    fn first(&self, calendar: &Calendar, opening: Moment, now: Instant) -> (u32, Option<Moment>) {
        match self {
            Schedule::From { anchor, .. } => (1, Some(*anchor)),
            Schedule::FirstBy { .. } => (0, None),
            Schedule::Yearly(_) => {
                let start = calendar.start_of(opening.first);
                // Without a beginning only the running year is owed.
                let start = if start == Instant::MIN {
                    now.plus(-1)
                } else {
                    start
                };
                let year = u32::try_from(calendar.day_of(start).year()).unwrap_or(1);
                (year, None)
            }
        }
    }

    /// Gives the last day of a period.
    fn end(&self, calendar: &Calendar, number: u32) -> Moment {
        match self {
            Schedule::From { anchor, period } | Schedule::FirstBy { anchor, period } => {
                let last = match anchor.last {
                    // Nobody knows at what hour of the day the clock began to run.
                    Point::Day(day) if period.by_clock() => {
                        Point::At(calendar.day_span(day).latest.plus(-1))
                    }
                    Point::Day(_) | Point::At(_) => anchor.last,
                };
                Moment {
                    first: calendar.add_from_anchor(anchor.first, *period, number),
                    last: calendar.add_from_anchor(last, *period, number),
                }
            }
            Schedule::Yearly(day) => Moment::exactly(Point::Day(in_year(*day, number))),
        }
    }

    fn reckoning(&self, calendar: &Calendar, number: u32, due: Moment) -> String {
        let shown = iso_moment(due, calendar);
        match self {
            Schedule::From { anchor, period } | Schedule::FirstBy { anchor, period }
                if number > 0 && anchor.first == anchor.last =>
            {
                let times = if number == 1 {
                    String::new()
                } else {
                    format!("{number} × ")
                };
                format!(
                    "{} + {times}{period} = {shown}",
                    iso(anchor.first, calendar)
                )
            }
            Schedule::From { .. } | Schedule::FirstBy { .. } | Schedule::Yearly(_) => shown,
        }
    }
}

/// Gives a day of a year; 29 February is 28 February where there is none.
fn in_year(day: MonthDay, year: u32) -> Day {
    let year = i16::try_from(year).unwrap_or(i16::MAX).min(9999);
    let last = days_in_month(year, day.month).unwrap_or(28);
    Day::new(year, day.month, day.day.min(last)).unwrap_or(Day::MAX)
}

fn after(point: Point) -> Point {
    match point {
        Point::Day(day) => Point::Day(add_days(day, 1)),
        Point::At(instant) => Point::At(instant.plus(1)),
    }
}

/// Gives the smallest number from `low` on for which a test holds that goes on holding; `LAST_PERIOD` where there is none.
fn search(low: u32, holds: impl Fn(u32) -> bool) -> u32 {
    let (mut low, mut high) = (low, LAST_PERIOD);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

impl<'a> Context<'a> {
    /// Gives the periods of an instance at a standard; none where its beginning is not known.
    fn turns_of(
        &self,
        pledge: &'a Pledge,
        sentence: &'a Sentence,
        lane: &Lane<'a>,
        standard: usize,
    ) -> Option<Vec<Turn<'a>>> {
        let opening = self
            .opening(pledge, sentence, &lane.env, standard)
            .known()?;
        let closes = self.closing(pledge, sentence, &lane.env, standard);
        if per::is_minimum_per_period(sentence) {
            let window = (opening, closes);
            return minimum::buckets(self, sentence, &lane.env, window, standard);
        }
        let ask = Ask::at(&lane.env, trigger_lens(sentence.obligor), self.now());
        let known = |found: [Found; 4]| found.get(standard).copied().and_then(Found::known);
        let schedule = match &sentence.window.deadline.as_ref()?.value {
            Deadline::EveryStarting { period, starting } => Schedule::From {
                anchor: known(self.moments(starting, &ask))?,
                period: *period,
            },
            Deadline::EveryFirstBy { period, first_by } => Schedule::FirstBy {
                anchor: known(self.moments(first_by, &ask))?,
                period: *period,
            },
            Deadline::EveryYearBy(day) => Schedule::Yearly(*day),
            Deadline::By(_)
            | Deadline::Before(_)
            | Deadline::On(_)
            | Deadline::Within { .. }
            | Deadline::AtLeastBefore { .. }
            | Deadline::Between { .. }
            | Deadline::Open { .. } => return None,
        };
        Some(self.scheduled(&schedule, opening, closes))
    }

    fn scheduled(&self, schedule: &Schedule, opening: Moment, closes: When) -> Vec<Turn<'a>> {
        let calendar = self.calendar;
        let now = self.clocks.as_of;
        let begins = calendar.start_of(opening.first);
        let (least, anchored) = schedule.first(calendar, opening, now);
        let open = |number: u32| {
            let raw = if number == least {
                anchored
            } else {
                let end = schedule.end(calendar, number.saturating_sub(1));
                Some(Moment {
                    first: after(end.first),
                    last: after(end.last),
                })
            };
            raw.map_or(opening, |raw| later(calendar, raw, opening))
        };
        let unbounded = begins == Instant::MIN && matches!(schedule, Schedule::Yearly(_));
        let begins = if unbounded { now.plus(-1) } else { begins };
        let first = search(least, |number| {
            calendar.end_of(schedule.end(calendar, number).last) > begins
        });
        let beyond = search(first, |number| {
            let ahead = number > first && calendar.start_of(open(number).first) >= now;
            let end = schedule.end(calendar, number);
            // Where the calendar ends, all periods end on its last day.
            let over = number > first && end == schedule.end(calendar, number - 1);
            ahead || over || calendar.end_of(end.first) > closes.latest
        });
        let from = first.max(beyond.saturating_sub(MOST_PERIODS));
        (from..beyond)
            .map(|number| {
                let end = schedule.end(calendar, number);
                let due = Moment {
                    first: calendar.roll(end.first),
                    last: calendar.roll(end.last),
                };
                Turn {
                    number,
                    opens: open(number),
                    due,
                    reckoning: if number == from && from > first {
                        format!(
                            "{}, the earliest of those shown",
                            schedule.reckoning(calendar, number, due)
                        )
                    } else {
                        schedule.reckoning(calendar, number, due)
                    },
                    acts: None,
                }
            })
            .collect()
    }
}

fn later(calendar: &Calendar, a: Moment, b: Moment) -> Moment {
    let pick = |a: Point, b: Point| {
        if calendar.start_of(b) > calendar.start_of(a) {
            b
        } else {
            a
        }
    };
    Moment {
        first: pick(a.first, b.first),
        last: pick(a.last, b.last),
    }
}
