//! How an incident of one kind counts as another: the bridges of derived kinds, followed once.

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

/// The routes to every kind, by kind: the kind itself first, then what counts as it.
#[derive(Debug)]
pub(super) struct Routes<'a> {
    by_kind: Vec<Vec<Route<'a>>>,
    /// Kinds whose derivation is longer or wider than is followed.
    cut: Vec<KindId>,
}

/// The longest chain of derivations that is followed; far beyond what a text needs.
const LONGEST: usize = 16;
/// The most routes to one kind that are followed.
const WIDEST: usize = 1_000;

impl<'a> Routes<'a> {
    /// Follows the bridges of every derived kind. `resolve` has cut circular derivations; length and width are bounded all the same.
    pub(super) fn of(vocabulary: &'a Vocabulary) -> Routes<'a> {
        let mut routes = Routes {
            by_kind: Vec::new(),
            cut: Vec::new(),
        };
        for (index, _) in (0u32..).zip(&vocabulary.kinds) {
            let mut found = Vec::new();
            let own = (0..vocabulary.kind(KindId(index)).fields.len())
                .map(Some)
                .collect();
            let start = Route {
                kind: KindId(index),
                slots: own,
                bridges: Vec::new(),
            };
            if follow(vocabulary, start, &mut found) {
                routes.cut.push(KindId(index));
            }
            routes.by_kind.push(found);
        }
        routes
    }

    pub(super) fn to(&self, kind: KindId) -> &[Route<'a>] {
        self.by_kind.get(kind.0 as usize).map_or(&[], Vec::as_slice)
    }

    /// Gives the kinds whose derivation is not followed to its end.
    pub(super) fn cut(&self) -> &[KindId] {
        &self.cut
    }
}

/// Adds a route and all that lead on from it; says whether something was left out.
fn follow<'a>(vocabulary: &'a Vocabulary, start: Route<'a>, found: &mut Vec<Route<'a>>) -> bool {
    let mut waiting = vec![start];
    let mut cut = false;
    while let Some(route) = waiting.pop() {
        if found.len() == WIDEST {
            return true;
        }
        for bridge in vocabulary.kind(route.kind).bridges.iter().rev() {
            if route.bridges.len() == LONGEST {
                cut = true;
                break;
            }
            waiting.push(onward(vocabulary, &route, bridge));
        }
        found.push(route);
    }
    cut
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
fn mapped(pattern: &Pattern, slot: usize) -> Option<usize> {
    let wanted = u16::try_from(slot).ok()?;
    let fills = |term: &Term| matches!(term.kind, TermKind::Variable { id: VariableId(n), .. } if n == wanted);
    pattern
        .arguments
        .iter()
        .find(|argument| argument.terms.iter().any(fills))
        .map(|argument| argument.slot)
}
