//! Which act answers for which period of a recurring duty (docs/semantics.md, Again and again).

use std::rc::Rc;

use crate::evidence::Truth;
use crate::time::{Calendar, Instant, Moment, When};

use super::Context;
use super::matching::Match;
use super::recur::{Performance, Turn};

/// A period while acts are dealt out.
struct Place {
    starts: When,
    ends: When,
    /// The latest end of this period and those before it: an excuse may lengthen one beyond the next.
    reach: Instant,
    own: Option<usize>,
    late: Option<usize>,
    possible: Vec<(usize, Truth)>,
}

impl Place {
    fn free(&self) -> bool {
        self.own.is_none() && self.late.is_none()
    }
}

/// Deals the acts out to the periods, each of which is open until the moment beside it: each to the earliest open period whose window contains it, one beyond those to an overdue period.
///
/// An act that may lie in several periods, or that is contested, stays possible in each of them that no other act certainly discharges.
pub(super) fn deal<'a>(
    context: &Context<'a>,
    (turns, until): (&mut [Turn<'a>], Vec<Moment>),
    found: &[Rc<Match<'a>>],
    standard: usize,
) {
    let calendar = context.calendar;
    let mut reach = Instant::MIN;
    let mut places: Vec<Place> = turns
        .iter()
        .zip(until)
        .map(|(turn, until)| {
            let ends = When {
                earliest: calendar.end_of(until.first),
                latest: calendar.end_of(until.last),
            };
            reach = reach.max(ends.latest);
            Place {
                starts: When {
                    earliest: calendar.start_of(turn.opens.first),
                    latest: calendar.start_of(turn.opens.last),
                },
                ends,
                reach,
                own: None,
                late: None,
                possible: Vec::new(),
            }
        })
        .collect();
    let truth = |found: &Match<'_>| {
        found
            .truths
            .get(standard)
            .copied()
            .unwrap_or(Truth::NotShown)
    };
    let (mut beyond, mut open) = (Vec::new(), Vec::new());
    for (index, act) in found.iter().enumerate() {
        match truth(act) {
            Truth::True => place(
                calendar,
                &mut places,
                index,
                act.when,
                &mut beyond,
                &mut open,
            ),
            Truth::Contested | Truth::False => open.push(index),
            Truth::NotShown => {}
        }
    }
    place_late(&mut places, found, beyond);
    for index in open {
        if let Some(act) = found.get(index) {
            place_open(&mut places, index, act.when, truth(act));
        }
    }
    for (turn, place) in turns.iter_mut().zip(places) {
        let certain = [place.own, place.late].into_iter().flatten();
        let all = certain
            .map(|index| (index, Truth::True))
            .chain(place.possible);
        let acts = all.filter_map(|(index, truth)| {
            let found = Rc::clone(found.get(index)?);
            Some(Performance {
                found,
                truth,
                tally: None,
            })
        });
        turn.acts = Some(acts.collect());
    }
}

/// Gives the positions of the periods in which something may have been.
fn around(places: &[Place], when: When) -> std::ops::Range<usize> {
    let first = places.partition_point(|place| place.reach <= when.earliest);
    let last = places.partition_point(|place| place.starts.earliest < when.latest);
    first..last.max(first)
}

/// Puts an act that is shown into the earliest open period that certainly contains it.
fn place(
    calendar: &Calendar,
    places: &mut [Place],
    index: usize,
    when: When,
    beyond: &mut Vec<usize>,
    open: &mut Vec<usize>,
) {
    let range = around(places, when);
    let last = range.end;
    let after_all = last == places.len() && range.is_empty() && !places.is_empty();
    let mut contained = false;
    for place in places.get_mut(range.clone()).unwrap_or_default() {
        // What is dated to the very day on which the period opens counts as after its opening.
        let opening_day = calendar.day_of(place.starts.earliest);
        let same_day = calendar.day_span(opening_day) == when
            && calendar.day_of(place.starts.latest) == opening_day;
        if (when.earliest >= place.starts.latest || same_day) && when.latest <= place.ends.earliest
        {
            contained = true;
            if place.own.is_none() {
                place.own = Some(index);
                return;
            }
        }
    }
    if contained || after_all {
        beyond.push(index);
    } else if !range.is_empty() {
        open.push(index);
    }
}

/// Lets each act beyond those that a period asked for discharge the earliest period that was overdue by then.
fn place_late(places: &mut [Place], found: &[Rc<Match<'_>>], beyond: Vec<usize>) {
    let mut overdue = places.iter_mut().filter(|place| place.free()).peekable();
    for index in beyond {
        let Some(act) = found.get(index) else {
            continue;
        };
        if let Some(place) = overdue.next_if(|place| place.ends.latest <= act.when.earliest) {
            place.late = Some(index);
        }
    }
}

fn place_open(places: &mut [Place], index: usize, when: When, truth: Truth) {
    let truth = truth.min(Truth::Contested);
    let range = around(places, when);
    let mut taken = false;
    for place in places.get_mut(range.clone()).unwrap_or_default() {
        if place.own.is_none() && place.ends.latest > when.earliest {
            place.possible.push((index, truth));
            taken = true;
        }
    }
    if taken {
        return;
    }
    let earlier = places.get_mut(..range.end).unwrap_or_default();
    let overdue = earlier
        .iter_mut()
        .find(|place| place.free() && place.ends.earliest < when.latest);
    if let Some(place) = overdue {
        place.possible.push((index, truth));
    }
}
