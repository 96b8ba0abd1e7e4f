//! Which acts bear on an achievement, where many might: those that decide, and the first ones of the window for the proof.
//!
//! A duty that any of a thousand acts would discharge is discharged by the first of them. What comes after it changes nothing, so it is not
//! looked at; the verdict is the same as if it were.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::agreement::{Pattern, Value};
use crate::evidence::{Favours, Truth};
use crate::time::{Instant, When};

use super::Context;
use super::achieve::{certainly_inside, in_window, is_punctual};
use super::found::{Kept, rebased};
use super::instance::Case;
use super::matching::{Match, Purpose};
use super::times::Times;

/// Picked by gut feeling: as many as a person reads before she stops. So many acts of a window are shown, whatever they decide.
pub(super) const MOST_SHOWN: usize = 20;

/// The matches of a pattern by what they say at each standard.
#[derive(Debug)]
pub(super) struct Orders {
    /// All of them.
    all: Order,
    /// Those that name no other record.
    free: Order,
    /// Those that name records, by the names.
    named: BTreeMap<String, Vec<usize>>,
}

/// Positions in the list of matches, in order of time.
#[derive(Debug)]
struct Order {
    any: Row,
    shown: [Row; 4],
    contested: [Row; 4],
    refuted: [Row; 4],
}

#[derive(Debug, Default)]
struct Row {
    positions: Vec<usize>,
    times: Times,
}

impl Orders {
    /// Sorts out the matches.
    pub(super) fn of(context: &Context<'_>, list: &[Match<'_>]) -> Orders {
        let mut named: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut free = Vec::new();
        for (position, found) in list.iter().enumerate() {
            let mut told = BTreeSet::new();
            for record in context.live_records(found.incident) {
                told.extend(record.fields.iter().flatten().filter_map(name));
            }
            if told.is_empty() {
                free.push(position);
            }
            for name in told {
                named.entry(name).or_default().push(position);
            }
        }
        Orders {
            all: Order::of(list, (0..list.len()).collect()),
            free: Order::of(list, free),
            named,
        }
    }
}

fn name(field: &crate::record::FieldValue) -> Option<String> {
    match &field.value {
        Value::Record(name) => Some(name.clone()),
        Value::Thing(_) | Value::Number(_) | Value::Date(_) | Value::Text(_) | Value::Flag(_) => {
            None
        }
    }
}

impl Orders {
    /// Gives, of the matches that begin at or after a moment and pass, the first that is shown at a standard, and the first before it that is
    /// contested.
    pub(super) fn next<'l, 'a>(
        &self,
        list: &'l [Match<'a>],
        standard: usize,
        from: Instant,
        passes: impl Fn(&Match<'a>) -> bool,
    ) -> (Option<&'l Match<'a>>, Option<&'l Match<'a>>) {
        let first = |rows: &[Row; 4]| -> Option<usize> {
            let row = rows.get(standard)?;
            let before = |position: &usize| {
                let found = list.get(*position);
                found.is_some_and(|found| found.when.earliest < from)
            };
            let later = row.positions.partition_point(before);
            let mut later = row.positions.iter().skip(later).copied();
            later.find(|position| list.get(*position).is_some_and(&passes))
        };
        let shown = first(&self.all.shown);
        let contested = first(&self.all.contested);
        let contested = contested.filter(|position| shown.is_none_or(|shown| *position < shown));
        let at = |position: Option<usize>| list.get(position?);
        (at(shown), at(contested))
    }
}

impl Order {
    fn of(list: &[Match<'_>], positions: Vec<usize>) -> Order {
        let by = |wanted: Truth| {
            [0usize, 1, 2, 3].map(|standard| {
                let those = positions.iter().copied().filter(|position| {
                    let found = list.get(*position);
                    found.and_then(|found| found.truths.get(standard)) == Some(&wanted)
                });
                Row::of(list, those.collect())
            })
        };
        Order {
            shown: by(Truth::True),
            contested: by(Truth::Contested),
            refuted: by(Truth::False),
            any: Row::of(list, positions),
        }
    }
}

impl Row {
    fn of(list: &[Match<'_>], positions: Vec<usize>) -> Row {
        let when = |position: &usize| list.get(*position).map(|found| found.when);
        Row {
            times: Times::new(positions.iter().filter_map(when).collect()),
            positions,
        }
    }

    /// Gives those that may lie in a time, in order.
    fn within<'r, 'a>(
        &'r self,
        list: &'r [Match<'a>],
        opens: Instant,
        closes: Instant,
    ) -> impl Iterator<Item = (usize, &'r Match<'a>)> {
        self.positions
            .iter()
            .skip(self.times.first_after(opens))
            .filter_map(|position| Some((*position, list.get(*position)?)))
            .take_while(move |(_, found)| found.when.earliest < closes)
            .filter(move |(_, found)| found.when.latest > opens)
    }
}

/// Finds the acts that bear on the duty, in order of time.
pub(super) fn acts<'a>(case: &Case<'_, 'a>, pattern: &'a Pattern) -> Vec<Match<'a>> {
    let (context, lens) = (case.context, case.lens(Favours::Obligor));
    let Some(kept) = context.kept(pattern, case.env, lens, Purpose::Discharge) else {
        return context.find(pattern, case.env, lens, Purpose::Discharge);
    };
    let positions: BTreeSet<usize> = if kept.list.len() <= MOST_SHOWN {
        (0..kept.list.len()).collect()
    } else {
        positions(case, &kept)
    };
    positions
        .into_iter()
        .filter_map(|position| kept.list.get(position))
        .map(|found| rebased(found, case.env))
        .collect()
}

fn positions<'a>(case: &Case<'_, 'a>, kept: &Rc<Kept<'a>>) -> BTreeSet<usize> {
    let orders = kept.orders(case.context);
    let mut positions = BTreeSet::new();
    let trigger = case.env.trigger.and_then(|trigger| trigger.incident);
    let order = match trigger {
        None => &orders.all,
        Some((incident, _)) => {
            for name in case.context.names_of_incident(incident) {
                positions.extend(orders.named.get(name).into_iter().flatten());
            }
            &orders.free
        }
    };
    positions.extend(deciding(case, kept, order));
    positions
}

/// Gives the positions of the acts of an order that decide, and of the first ones.
fn deciding<'a>(case: &Case<'_, 'a>, kept: &Kept<'a>, order: &Order) -> BTreeSet<usize> {
    let mut positions = BTreeSet::new();
    let own = |found: &Match<'a>| case.triggered_by(found.incident);
    let within = |row: &Row| -> Vec<usize> {
        let first = row.within(&kept.list, case.opens.earliest, case.closes.latest);
        let others = first.filter(|(_, found)| !own(found));
        others.map(|(position, _)| position).take(1).collect()
    };
    let any = order
        .any
        .within(&kept.list, case.opens.earliest, case.closes.latest);
    positions.extend(any.map(|(position, _)| position).take(MOST_SHOWN));
    for rows in [&order.contested, &order.refuted] {
        positions.extend(rows.get(case.standard).map(within).unwrap_or_default());
    }
    let Some(shown) = order.shown.get(case.standard) else {
        return positions;
    };
    // What is shown before the duty is certainly done may be what discharges it, or what shows that it was in force.
    let gated = gated_until(case);
    let mut done: Option<Instant> = None;
    for (position, found) in shown.within(&kept.list, case.opens.earliest, case.closes.latest) {
        let when = found.when;
        if done.is_some_and(|done| when.earliest >= done) && when.earliest >= gated {
            break;
        }
        positions.insert(position);
        let inside = in_window(case, when)
            && !own(found)
            && certainly_inside(case, when, Truth::True) == Truth::True;
        if inside {
            done = Some(done.map_or(when.latest, |done| done.min(when.latest)));
        }
    }
    positions.extend(punctual(case, kept, order));
    positions
}

/// Gives until when an act may show that the duty was in force; the beginning of time where that is known without one.
fn gated_until(case: &Case<'_, '_>) -> Instant {
    if case.pledge.during.is_none() && case.pledge.provided.is_none() {
        return Instant::MIN;
    }
    let calendar = case.context.calendar;
    let now = case.context.clocks.as_of;
    case.due
        .map_or(now, |due| calendar.end_of(due.first).min(now))
}

/// Gives the positions of all that may lie on the day of a duty that is due on one.
fn punctual<'a>(case: &Case<'_, 'a>, kept: &Kept<'a>, order: &Order) -> Vec<usize> {
    let Some(due) = case.due.filter(|_| is_punctual(case)) else {
        return Vec::new();
    };
    let When { earliest, latest } = case.context.calendar.span_of(due);
    let there = order.any.within(&kept.list, earliest, latest);
    there.map(|(position, _)| position).collect()
}
