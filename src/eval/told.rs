//! The times for which a clause lets the obligor off, where there are many: each is reckoned once, and an instance looks at those near it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::evidence::Truth;
use crate::time::{Instant, Point, When};
use crate::verdict::Status;

use super::Context;
use super::bearing::MOST_SHOWN;
use super::excuse::{Edge, Stretch};
use super::found::Kept;
use super::instance::Case;
use super::times::Times;

/// What the matches of a clause let off, by position; none for those that are not shown.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) stretches: Vec<Option<Stretch>>,
    /// From when until when each may run, in the order of the positions.
    times: Times,
    /// Those that run now and of which one speaks for the others.
    running: Vec<usize>,
}

/// The clauses reckoned so far.
#[derive(Debug, Default)]
pub(super) struct Clauses {
    told: RefCell<BTreeMap<Key, Rc<Told>>>,
}

/// What the times of a clause hang on: its matches and those of its ending, by where they lie in memory, and the standards.
pub(super) type Key = (usize, usize, Status, [usize; 2]);

impl Clauses {
    /// Gives the times of a clause.
    pub(super) fn get(&self, key: Key, make: impl FnOnce() -> Told) -> Rc<Told> {
        if let Some(told) = self.told.borrow().get(&key) {
            return Rc::clone(told);
        }
        let told = Rc::new(make());
        self.told.borrow_mut().insert(key, Rc::clone(&told));
        told
    }
}

impl Told {
    /// Sorts out the times of a clause.
    pub(super) fn of(
        context: &Context<'_>,
        kept: &Kept<'_>,
        stretches: Vec<Option<Stretch>>,
    ) -> Told {
        let now = context.now();
        let when = |(found, stretch): (&super::matching::Match<'_>, &Option<Stretch>)| {
            let to = stretch.as_ref().map_or(Some(found.when.latest), |stretch| {
                stretch.to.as_ref().map(|to: &Edge| to.latest)
            });
            When {
                earliest: found.when.earliest,
                latest: to.unwrap_or(Instant::MAX).max(found.when.latest),
            }
        };
        let times = Times::new(kept.list.iter().zip(&stretches).map(when).collect());
        let last = |relaxed: bool| {
            let runs = |stretch: &Stretch| {
                let read = relaxed.then(|| stretch.at_most());
                read.as_ref().unwrap_or(stretch).covers(now) == Truth::True
            };
            stretches
                .iter()
                .enumerate()
                .filter_map(|(position, stretch)| Some((position, stretch.as_ref()?)))
                .filter(|(_, stretch)| runs(stretch))
                .max_by_key(|(_, stretch)| stretch.order())
                .map(|(position, _)| position)
        };
        Told {
            running: [last(false), last(true)].into_iter().flatten().collect(),
            stretches,
            times,
        }
    }

    /// Gives the positions of those that bear on a case whose window ends at `horizon`, moving it on where one of them moves the deadline.
    pub(super) fn bearing(
        &self,
        case: &Case<'_, '_>,
        kept: &Kept<'_>,
        horizon: &mut Horizon,
    ) -> BTreeSet<usize> {
        let opens = case.opens.earliest.min(case.context.clocks.as_of);
        let mut positions: BTreeSet<usize> = self.running.iter().copied().collect();
        let mut shown = 0;
        for position in self.times.first_after(opens)..kept.list.len() {
            let Some(found) = kept.list.get(position) else {
                break;
            };
            if found.when.earliest >= horizon.at() {
                break;
            }
            match self.stretches.get(position).and_then(Option::as_ref) {
                Some(stretch) if stretch.ends_after(opens) => {
                    positions.insert(position);
                    horizon.reach(case, stretch);
                }
                None if found.when.latest > opens && shown < MOST_SHOWN => {
                    positions.insert(position);
                    shown += 1;
                }
                Some(_) | None => {}
            }
        }
        positions
    }
}

/// Until when a time may begin and still bear on a duty.
#[derive(Clone, Copy, Debug)]
pub(super) struct Horizon {
    at: Instant,
    /// How far the round before came.
    least: Instant,
    /// The end of the stated deadline: days lost after it are not added.
    due: Instant,
}

impl Horizon {
    /// Starts with the deadline; for a standing duty with the end of its window.
    pub(super) fn of(case: &Case<'_, '_>) -> Horizon {
        let calendar = case.context.calendar;
        let due = case
            .due
            .map_or(Instant::MAX, |due| calendar.end_of(due.last));
        let at = case.due.map_or(case.closes.latest, |_| due);
        Horizon {
            at,
            least: Instant::MIN,
            due,
        }
    }

    /// Starts again, knowing how far it came.
    pub(super) fn again(self, case: &Case<'_, '_>) -> Horizon {
        Horizon {
            least: self.at(),
            ..Horizon::of(case)
        }
    }

    pub(super) fn at(self) -> Instant {
        self.at.max(self.least)
    }

    /// Moves on by as much as a time may move the deadline: by its days, where they toll, or to its end.
    fn reach(&mut self, case: &Case<'_, '_>, stretch: &Stretch) {
        if case.due.is_none() {
            return;
        }
        let calendar = case.context.calendar;
        if stretch.tolling && stretch.from.earliest < self.due {
            let to = stretch
                .to
                .as_ref()
                .map_or(self.due, |to| to.latest.min(self.due));
            let from = stretch.from.earliest.max(case.opens.earliest);
            let lost = to.0.saturating_sub(from.0).max(0);
            self.at = self.at.plus(lost.saturating_add(3 * 86_400));
        }
        if let Some(ended) = stretch.ended {
            let end = calendar.end_of(Point::At(ended.latest));
            let end = end.max(calendar.end_of(calendar.moment_of(ended).last));
            self.at = self.at.max(end);
        }
    }
}

/// Gives where the matches of a pattern lie in memory, for as long as they are kept.
pub(super) fn place_of(kept: &Rc<Kept<'_>>) -> usize {
    Rc::as_ptr(kept).addr()
}
