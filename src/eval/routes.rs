//! How an incident of one kind counts as another: the bridges of derived kinds, followed once.

use std::sync::OnceLock;

use crate::agreement::extent::too_wide;
use crate::agreement::{Bridge, KindId, Pattern, Term, TermKind, VariableId, Vocabulary};
use crate::source::Span;

/// How an incident of one kind counts as another: which field is which, and what else must hold.
#[derive(Clone, Debug)]
pub(super) struct Route<'a> {
    /// The kind of the records.
    pub(super) kind: KindId,
    /// For each slot of the kind asked for, the slot of the records.
    pub(super) slots: Vec<Option<usize>>,
    /// The bridges crossed, from the kind asked for down to that of the records.
    pub(super) bridges: Vec<Crossed<'a>>,
}

/// A bridge on a route.
#[derive(Clone, Debug)]
pub(super) struct Crossed<'a> {
    /// The kind that it leads to.
    pub(super) derived: KindId,
    /// What counts as it.
    pub(super) pattern: &'a Pattern,
    /// For each slot of the pattern's kind, the slot of the records.
    pub(super) slots: Vec<Option<usize>>,
    /// Where the bridge is written.
    pub(super) span: Span,
}

/// The routes to every kind, by kind: the kind itself first, then what counts as it. Each kind's are found when they are first asked for.
#[derive(Debug)]
pub(super) struct Routes<'a> {
    vocabulary: &'a Vocabulary,
    by_kind: Vec<OnceLock<Vec<Route<'a>>>>,
    too_wide: Vec<bool>,
}

impl<'a> Routes<'a> {
    /// Prepares to follow the bridges of every derived kind.
    pub(super) fn of(vocabulary: &'a Vocabulary) -> Routes<'a> {
        Routes {
            vocabulary,
            by_kind: vocabulary.kinds.iter().map(|_| OnceLock::new()).collect(),
            too_wide: too_wide(vocabulary),
        }
    }

    /// Gives the routes to a kind. Of one with more than can be followed only the kind itself: `resolve` has reported it.
    pub(super) fn to(&self, kind: KindId) -> &[Route<'a>] {
        let Some(place) = self.by_kind.get(kind.0 as usize) else {
            return &[];
        };
        place.get_or_init(|| {
            let own = (0..self.vocabulary.kind(kind).fields.len())
                .map(Some)
                .collect();
            let start = Route {
                kind,
                slots: own,
                bridges: Vec::new(),
            };
            let wide = self.too_wide.get(kind.0 as usize) == Some(&true);
            if wide {
                vec![start]
            } else {
                follow(self.vocabulary, start)
            }
        })
    }
}

/// Gives a route and all that lead on from it. `resolve` has cut circular derivations, so the walk ends.
fn follow<'a>(vocabulary: &'a Vocabulary, start: Route<'a>) -> Vec<Route<'a>> {
    let mut found = Vec::new();
    let mut waiting = vec![start];
    while let Some(route) = waiting.pop() {
        for bridge in vocabulary.kind(route.kind).bridges.iter().rev() {
            waiting.push(onward(vocabulary, &route, bridge));
        }
        found.push(route);
    }
    found
}

/// Extends a route by one bridge: every slot is now looked up in the bridge's own kind.
fn onward<'a>(vocabulary: &'a Vocabulary, route: &Route<'a>, bridge: &'a Bridge) -> Route<'a> {
    let through = |slots: &[Option<usize>]| -> Vec<Option<usize>> {
        slots
            .iter()
            .map(|slot| slot.and_then(|slot| mapped(&bridge.pattern, slot)))
            .collect()
    };
    let crossed = |crossed: &Crossed<'a>| Crossed {
        slots: through(&crossed.slots),
        ..crossed.clone()
    };
    let own = (0..vocabulary.kind(bridge.pattern.kind).fields.len())
        .map(Some)
        .collect();
    let mut bridges: Vec<Crossed<'a>> = route.bridges.iter().map(crossed).collect();
    bridges.push(Crossed {
        derived: route.kind,
        pattern: &bridge.pattern,
        slots: own,
        span: bridge.span,
    });
    Route {
        kind: bridge.pattern.kind,
        slots: through(&route.slots),
        bridges,
    }
}

/// Gives the slot of the bridge's kind that fills `slot` of the derived kind.
pub(super) fn mapped(pattern: &Pattern, slot: usize) -> Option<usize> {
    let wanted = u16::try_from(slot).ok()?;
    let fills = |term: &Term| matches!(term.kind, TermKind::Variable { id: VariableId(n), .. } if n == wanted);
    pattern
        .arguments
        .iter()
        .find(|argument| argument.terms.iter().any(fills))
        .map(|argument| argument.slot)
}
