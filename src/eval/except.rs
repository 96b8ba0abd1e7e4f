//! The acts that the exceptions of a limit take out of what it counts (docs/semantics.md, Keeping within a limit).

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::evidence::{Favours, Truth};

use super::Truths;
use super::instance::Case;
use super::matching::Match;
use super::refrain::excepted;
use super::sums::Sums;

/// What is added up: which pattern, by where it lies in memory, which field of it, and for whom it is good.
pub(super) type Added = (usize, Option<usize>, Favours);

/// The exceptions of one case, with what was found of them.
///
/// The sums are kept here and not with the matches: other pledges may count the same acts without these exceptions.
#[derive(Debug)]
pub(super) struct Spared<'c, 'a> {
    case: Case<'c, 'a>,
    sums: RefCell<BTreeMap<Added, Rc<Sums>>>,
    contested: Cell<bool>,
}

impl<'c, 'a> Spared<'c, 'a> {
    pub(super) fn new(case: &Case<'c, 'a>) -> Spared<'c, 'a> {
        Spared {
            case: *case,
            sums: RefCell::default(),
            contested: Cell::new(false),
        }
    }

    /// Gives itself where the pledge has an exception at all.
    pub(super) fn any(&self) -> Option<&Self> {
        (!self.case.pledge.exceptions.is_empty()).then_some(self)
    }

    /// Gives the truths that an act happened and counts, at the standards of the case.
    pub(super) fn truths(&self, found: &Match<'a>) -> Truths {
        let (except, _) = excepted(&self.case, found);
        let kept = match except {
            Truth::True => Truth::False,
            Truth::Contested => Truth::Contested,
            // One that is only claimed does not help, as with a prohibition.
            Truth::False | Truth::NotShown => Truth::True,
        };
        let happened = self.case.truth(found.truths);
        if kept == Truth::Contested && happened == Truth::True {
            self.contested.set(true);
        }
        found.truths.map(|truth| truth.min(kept))
    }

    /// Says whether an exception takes the act out.
    pub(super) fn takes_out(&self, found: &Match<'a>) -> bool {
        excepted(&self.case, found).0 == Truth::True
    }

    /// Gives the sums of what is added up, made once.
    pub(super) fn sums(&self, of: Added, make: impl FnOnce() -> Rc<Sums>) -> Rc<Sums> {
        if let Some(known) = self.sums.borrow().get(&of) {
            return Rc::clone(known);
        }
        let sums = make();
        self.sums.borrow_mut().insert(of, Rc::clone(&sums));
        sums
    }

    /// Says whether it is contested of any act whether an exception covers it.
    pub(super) fn is_contested(&self) -> bool {
        self.contested.get()
    }
}
