//! Whether something was broken before a moment, where it was broken many times.

use std::cell::OnceCell;

use crate::evidence::Truth;
use crate::time::{Instant, When};

use super::instance::Broken;
use super::times::Times;

/// The times for which a pledge was broken, by what is asked of them; made when first asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Spells {
    all: OnceCell<Spell>,
    overdue: OnceCell<Spell>,
}

#[derive(Clone, Debug)]
struct Spell {
    /// From when on it certainly was, and until when it certainly still was.
    certain: Times,
    /// From when on it may have been, and until when it may still have been.
    possible: Times,
}

impl Spells {
    /// Says whether one of them was before a moment and not over by then.
    pub(super) fn before(&self, broken: &[Broken], overdue_only: bool, moment: When) -> Truth {
        let spell = if overdue_only {
            self.overdue
                .get_or_init(|| Spell::of(broken.iter().filter(|broken| broken.overdue)))
        } else {
            self.all.get_or_init(|| Spell::of(broken.iter()))
        };
        let at = moment.earliest;
        if spell.certain.any_around(at, at) {
            Truth::True
        } else if spell.possible.any_touching(at, at) {
            Truth::Contested
        } else {
            Truth::False
        }
    }
}

impl Spell {
    fn of<'b>(broken: impl Iterator<Item = &'b Broken> + Clone) -> Spell {
        let certain = broken.clone().map(|broken| When {
            earliest: broken.since.latest,
            latest: broken.until.map_or(Instant::MAX, |until| until.earliest),
        });
        let possible = broken.map(|broken| When {
            earliest: broken.since.earliest,
            latest: broken.until.map_or(Instant::MAX, |until| until.latest),
        });
        Spell {
            certain: Times::new(certain.collect()),
            possible: Times::new(possible.collect()),
        }
    }
}
