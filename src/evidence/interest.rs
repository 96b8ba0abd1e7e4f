//! On whose side a source is: its own, an ally's, an adversary's, or nobody's.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::agreement::{Sort, ThingId, Vocabulary};
use crate::time::{Instant, When};

/// How a side stands to an obligor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Alignment {
    /// It is the obligor, inside it, around it, or of the same party.
    Own,
    /// It is declared allied to it.
    Allied,
    /// Neither.
    Neutral,
    /// It is declared adverse to it, or another party and not allied.
    Adverse,
}

/// How a side stands over a time in which memberships may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Alignments {
    /// By the memberships that hold throughout.
    pub(super) certain: Alignment,
    /// By all memberships that may hold.
    pub(super) possible: Alignment,
}

/// Whether memberships must hold throughout a time, or may hold somewhere in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holding {
    /// Throughout.
    Certain,
    /// Somewhere.
    Possible,
}

type Asked = (ThingId, ThingId, When);

/// The sides of a vocabulary.
#[derive(Debug)]
pub(super) struct Sides<'a> {
    vocabulary: &'a Vocabulary,
    known_by: Instant,
    dated: bool,
    memo: RefCell<BTreeMap<Asked, Alignments>>,
}

impl<'a> Sides<'a> {
    /// Prepares the sides as they are known at `known_by`.
    pub(super) fn new(vocabulary: &'a Vocabulary, known_by: Instant) -> Sides<'a> {
        let dated = vocabulary
            .things
            .iter()
            .any(|thing| thing.parents.iter().any(|up| up.when != When::ALWAYS));
        Sides {
            vocabulary,
            known_by,
            dated,
            memo: RefCell::new(BTreeMap::new()),
        }
    }

    /// Says whether any membership has a time.
    pub(super) fn is_dated(&self) -> bool {
        self.dated
    }

    /// Gives how `side` stands to `obligor` during `when`.
    pub(super) fn align(&self, side: ThingId, obligor: ThingId, when: When) -> Alignments {
        let when = if self.dated { when } else { When::ALWAYS };
        if let Some(&known) = self.memo.borrow().get(&(side, obligor, when)) {
            return known;
        }
        let alignments = Alignments {
            certain: self.align_by(side, obligor, when, Holding::Certain),
            possible: self.align_by(side, obligor, when, Holding::Possible),
        };
        self.memo
            .borrow_mut()
            .insert((side, obligor, when), alignments);
        alignments
    }

    /// Says whether one is the other or inside it.
    pub(super) fn of_one_side(&self, a: ThingId, b: ThingId, when: When, holding: Holding) -> bool {
        a == b
            || self.above(a, when, holding).contains_key(&b)
            || self.above(b, when, holding).contains_key(&a)
    }

    /// Says whether `inner` is `outer` or inside it throughout `when`.
    pub(super) fn is_inside(&self, inner: ThingId, outer: ThingId, when: When) -> bool {
        self.above(inner, when, Holding::Certain)
            .contains_key(&outer)
    }

    /// Says whether a side is a party or may belong to one.
    pub(super) fn is_of_a_party(&self, side: ThingId, when: When) -> bool {
        !self.parties(side, when, Holding::Possible).is_empty()
    }

    fn align_by(&self, side: ThingId, obligor: ThingId, when: When, holding: Holding) -> Alignment {
        let over = self.above(side, when, holding);
        let over_obligor = self.above(obligor, when, holding);
        if over.contains_key(&obligor) || over_obligor.contains_key(&side) {
            return Alignment::Own;
        }
        let parties = self.parties(side, when, holding);
        let others = self.parties(obligor, when, holding);
        if parties.intersection(&others).next().is_some() {
            return Alignment::Own;
        }
        self.declared(&over, &over_obligor)
            .unwrap_or(if parties.is_empty() || others.is_empty() {
                Alignment::Neutral
            } else {
                Alignment::Adverse
            })
    }

    /// Gives the nearest declaration between two sides or what is above them; of two equally near ones, enmity.
    fn declared(
        &self,
        over: &BTreeMap<ThingId, usize>,
        over_other: &BTreeMap<ThingId, usize>,
    ) -> Option<Alignment> {
        let mut found: Option<(usize, bool)> = None;
        let mut note = |steps: Option<usize>, allied: bool| {
            if let Some(steps) = steps {
                found = Some(found.map_or((steps, allied), |best| best.min((steps, allied))));
            }
        };
        for (from, to) in [(over, over_other), (over_other, over)] {
            for (&thing, &steps) in from {
                let declared = self.vocabulary.thing(thing);
                for other in &declared.adverse {
                    note(to.get(other).map(|more| more + steps), false);
                }
                for other in &declared.allied {
                    note(to.get(other).map(|more| more + steps), true);
                }
            }
        }
        found.map(|(_, allied)| {
            if allied {
                Alignment::Allied
            } else {
                Alignment::Adverse
            }
        })
    }

    /// Gives the nearest parties at or above a thing.
    fn parties(&self, thing: ThingId, when: When, holding: Holding) -> BTreeSet<ThingId> {
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::from([thing]);
        let mut open = vec![thing];
        while let Some(at) = open.pop() {
            if self.vocabulary.thing(at).sort == Sort::Party {
                found.insert(at);
            } else {
                open.extend(
                    self.parents(at, when, holding)
                        .filter(|&up| seen.insert(up)),
                );
            }
        }
        found
    }

    /// Gives a thing and everything above it, each with its distance.
    fn above(&self, thing: ThingId, when: When, holding: Holding) -> BTreeMap<ThingId, usize> {
        let mut found = BTreeMap::from([(thing, 0)]);
        let mut level = vec![thing];
        let mut steps = 0;
        while !level.is_empty() {
            steps += 1;
            let mut next = Vec::new();
            for at in level {
                for up in self.parents(at, when, holding) {
                    found.entry(up).or_insert_with(|| {
                        next.push(up);
                        steps
                    });
                }
            }
            level = next;
        }
        found
    }

    fn parents(
        &self,
        thing: ThingId,
        when: When,
        holding: Holding,
    ) -> impl Iterator<Item = ThingId> + '_ {
        self.vocabulary
            .thing(thing)
            .parents
            .iter()
            .filter(move |up| up.known < self.known_by || self.known_by == Instant::MAX)
            .filter(move |up| match holding {
                Holding::Certain => up.when.covers(when),
                Holding::Possible => up.when.overlaps(when),
            })
            .map(|up| up.parent)
    }
}
