//! How an incident of one kind counts as another: the bridges of derived kinds, followed once.

use crate::agreement::{KindId, Pattern, Term, TermKind, VariableId, Vocabulary};
use crate::source::Span;

/// How an incident of one kind counts as another: which field is which, and what else must hold.
#[derive(Debug)]
pub(super) struct Route<'a> {
    /// The kind of the records.
    pub(super) kind: KindId,
    /// For each slot of the kind asked for, the slot of the records.
    pub(super) slots: Vec<Option<usize>>,
    /// The patterns of the bridges crossed, each with the slots of its own kind in the records.
    pub(super) bridges: Vec<(&'a Pattern, Vec<Option<usize>>, Span)>,
}

/// The routes to every kind, by kind: the kind itself first, then what counts as it.
#[derive(Debug)]
pub(super) struct Routes<'a> {
    by_kind: Vec<Vec<Route<'a>>>,
}

impl<'a> Routes<'a> {
    /// Follows the bridges of every derived kind. `resolve` has cut circular derivations; the depth is bounded all the same.
    pub(super) fn of(vocabulary: &'a Vocabulary) -> Routes<'a> {
        let by_kind = (0u32..)
            .zip(&vocabulary.kinds)
            .map(|(index, _)| routes_to(vocabulary, KindId(index), 0))
            .collect();
        Routes { by_kind }
    }

    pub(super) fn to(&self, kind: KindId) -> &[Route<'a>] {
        self.by_kind.get(kind.0 as usize).map_or(&[], Vec::as_slice)
    }
}

const DEEPEST_DERIVATION: usize = 16;

fn routes_to(vocabulary: &Vocabulary, kind: KindId, depth: usize) -> Vec<Route<'_>> {
    let fields = vocabulary.kind(kind).fields.len();
    let mut routes = vec![Route {
        kind,
        slots: (0..fields).map(Some).collect(),
        bridges: Vec::new(),
    }];
    if depth == DEEPEST_DERIVATION {
        return routes;
    }
    for bridge in &vocabulary.kind(kind).bridges {
        for below in routes_to(vocabulary, bridge.pattern.kind, depth + 1) {
            let slots = (0..fields).map(|slot| {
                mapped(&bridge.pattern, slot)
                    .and_then(|from| below.slots.get(from).copied().flatten())
            });
            let slots = slots.collect();
            let mut bridges = vec![(&bridge.pattern, below.slots, bridge.span)];
            bridges.extend(below.bridges);
            routes.push(Route {
                kind: below.kind,
                slots,
                bridges,
            });
        }
    }
    routes
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
