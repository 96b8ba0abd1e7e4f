//! Whether a state holds, where it began and ended many times: each beginning is asked once how long it lasts, each moment finds those that
//! last until then.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::agreement::{MomentKind, State, StateId, ThingId, TransitionCause, Value, VariableId};
use crate::evidence::{Favours, Truth};
use crate::time::{Calendar, Instant, When};

use super::bindings::Env;
use super::condition::Ask;
use super::times::Times;
use super::{Context, Truths};

/// A beginning or an ending that took effect, with how sure that is at each standard.
pub(super) struct Change {
    pub(super) cause: When,
    pub(super) effect: When,
    pub(super) truths: Truths,
}

/// When a state held, at each standard.
#[derive(Debug)]
pub(super) struct History {
    standards: [Held; 4],
}

#[derive(Debug)]
struct Held {
    begun: bool,
    /// From when on it certainly held, and until when it certainly still did.
    certain: Times,
    /// From when on it may have held, and until when it may still have.
    possible: Times,
}

impl History {
    /// Puts beginnings and endings together.
    ///
    /// It holds if some beginning has taken effect and no ending that came after that beginning has; an ending inside the delay of a beginning
    /// cancels it. At the very moment of the ending the state is off. With no beginning on file it is not shown.
    pub(super) fn of(
        calendar: &Calendar,
        state: &State,
        begins: &[Change],
        ends: &[Change],
    ) -> History {
        History {
            standards: [0, 1, 2, 3].map(|at| Held::of(calendar, state, begins, ends, at)),
        }
    }

    /// Gives the truths of "it holds at this moment".
    pub(super) fn at(&self, moment: When) -> Truths {
        self.standards.each_ref().map(|held| held.at(moment))
    }
}

impl Held {
    fn of(
        calendar: &Calendar,
        state: &State,
        begins: &[Change],
        ends: &[Change],
        standard: usize,
    ) -> Held {
        let truth = |change: &Change| {
            let truth = change.truths.get(standard).copied();
            truth.filter(|truth| matches!(truth, Truth::Contested | Truth::True))
        };
        let shown = |end: &&Change| truth(end) == Some(Truth::True);
        let told = |end: &&Change| truth(end).is_some();
        let perhaps_over = Least::of(
            ends.iter()
                .filter(told)
                .map(|end| (end.cause.latest, end.effect.earliest)),
        );
        let surely_over = Least::of(
            ends.iter()
                .filter(shown)
                .map(|end| (end.cause.earliest, end.effect.latest)),
        );
        let (mut certain, mut possible) = (Vec::new(), Vec::new());
        for begin in begins {
            let Some(truth) = truth(begin) else { continue };
            let limit = state.limit.map_or(NEVER, |limit| {
                let from = calendar.moment_of(begin.effect);
                calendar.span_of(calendar.shift(from, limit, false))
            });
            if truth == Truth::True {
                certain.push(When {
                    earliest: begin.effect.latest.plus(-1),
                    latest: limit
                        .earliest
                        .min(perhaps_over.from(begin.cause.earliest.plus(2))),
                });
            }
            possible.push(When {
                earliest: begin.effect.earliest,
                latest: limit.latest.min(surely_over.from(begin.cause.latest)),
            });
        }
        Held {
            begun: !possible.is_empty(),
            certain: Times::new(certain),
            possible: Times::new(possible),
        }
    }

    fn at(&self, moment: When) -> Truth {
        if !self.begun {
            Truth::NotShown
        } else if self.certain.any_around(moment.earliest, moment.latest) {
            Truth::True
        } else if self
            .possible
            .any_touching(moment.earliest.plus(1), moment.latest)
        {
            Truth::Contested
        } else {
            Truth::False
        }
    }
}

const NEVER: When = When {
    earliest: Instant::MAX,
    latest: Instant::MAX,
};

/// The least of some moments among those whose keys are not below a bound.
struct Least {
    /// By key, each with the least from there on.
    items: Vec<(Instant, Instant)>,
}

impl Least {
    fn of(items: impl Iterator<Item = (Instant, Instant)>) -> Least {
        let mut items: Vec<_> = items.collect();
        items.sort_unstable();
        let mut least = Instant::MAX;
        for (_, moment) in items.iter_mut().rev() {
            least = least.min(*moment);
            *moment = least;
        }
        Least { items }
    }

    fn from(&self, bound: Instant) -> Instant {
        let first = self.items.partition_point(|(key, _)| *key < bound);
        self.items
            .get(first)
            .map_or(Instant::MAX, |(_, least)| *least)
    }
}

/// The histories made so far.
#[derive(Debug, Default)]
pub(super) struct Histories {
    made: RefCell<BTreeMap<Asked, Rc<History>>>,
}

/// What a history hangs on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Asked {
    state: StateId,
    values: Vec<(VariableId, Value)>,
    obligor: Option<ThingId>,
    favours: Favours,
}

impl<'a> Context<'a> {
    /// Gives the history of a state with these values, kept where it hangs on nothing else.
    pub(super) fn history(&self, id: StateId, env: &Env<'a>, ask: &Ask<'_, 'a>) -> Rc<History> {
        let state = self.vocabulary().state(id);
        // The obligor is named by the values of the pledge, which are not those of the state.
        let lens = ask.lens.settled(ask.env);
        let reckon = || {
            let begins = self.changes(&state.begins, env, lens, ask);
            let ends = self.changes(&state.ends, env, lens.opposite(), ask);
            Rc::new(History::of(self.calendar, state, &begins, &ends))
        };
        if !self.is_plain(state) {
            return reckon();
        }
        let asked = Asked {
            state: id,
            values: env
                .bound()
                .map(|(variable, value)| (variable, value.clone()))
                .collect(),
            obligor: lens.viewpoint(env).obligor,
            favours: lens.favours,
        };
        if let Some(history) = self.histories.made.borrow().get(&asked) {
            return Rc::clone(history);
        }
        let history = reckon();
        let mut known = self.histories.made.borrow_mut();
        known.insert(asked, Rc::clone(&history));
        history
    }

    fn is_plain(&self, state: &'a State) -> bool {
        let mut transitions = state.begins.iter().chain(&state.ends);
        transitions.all(|transition| match &transition.cause {
            TransitionCause::Pattern(pattern) => self.is_kept(pattern),
            TransitionCause::Moment(moment) => matches!(moment.kind, MomentKind::Fixed(_)),
        })
    }
}
