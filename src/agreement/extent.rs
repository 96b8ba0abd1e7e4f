//! How much there is to try: the ways in which something counts as a kind, and the combinations that a `for each` has.
//!
//! Both are bounded, since a few lines can ask for more than any machine can look at.

use std::collections::BTreeMap;

use super::{Argument, Belongs, Domain, KindId, Pledge, Sort, ThingId, VariableId, Vocabulary};
use crate::source::Span;
use crate::time::When;

/// The most ways of counting as one kind that are followed. Picked by gut feeling: far beyond what a text needs.
const MOST_WAYS: u64 = 10_000;
/// The most steps that all the ways of one kind may have together. Picked by gut feeling: some hundred megabytes.
const MOST_STEPS: u64 = 1_000_000;
/// The most combinations of members that a `for each` may have. Picked by gut feeling: some hundred megabytes.
const MOST_COMBINATIONS: usize = 200_000;

/// Says of each kind whether more counts as it than is followed.
///
/// Derivations are not circular: `resolve` has cut those that were.
#[must_use]
pub fn too_wide(vocabulary: &Vocabulary) -> Vec<bool> {
    let mut known: Vec<Option<(u64, u64)>> = vec![None; vocabulary.kinds.len()];
    for (start, _) in (0u32..).zip(&vocabulary.kinds) {
        let mut way = vec![KindId(start)];
        // A way of its own instead of recursion, since a chain may be as long as a file.
        while let Some(&kind) = way.last() {
            match counted(vocabulary, kind, &known, way.len()) {
                Ok(found) => {
                    if let Some(place) = known.get_mut(kind.0 as usize) {
                        *place = Some(found);
                    }
                    way.pop();
                }
                Err(below) => way.push(below),
            }
        }
    }
    let wide = |(ways, steps): (u64, u64)| ways > MOST_WAYS || steps > MOST_STEPS;
    known
        .into_iter()
        .map(|known| known.is_some_and(wide))
        .collect()
}

/// Counts the ways to a kind and their steps, the kind itself included; or gives the kind that must be counted first.
fn counted(
    vocabulary: &Vocabulary,
    kind: KindId,
    known: &[Option<(u64, u64)>],
    depth: usize,
) -> Result<(u64, u64), KindId> {
    let (mut ways, mut steps) = (1_u64, 0_u64);
    for bridge in &vocabulary.kind(kind).bridges {
        let below = bridge.pattern.kind;
        let (below_ways, below_steps) = match known.get(below.0 as usize).copied().flatten() {
            Some(found) => found,
            // INVARIANT: circles are cut before; the depth bounds the walk all the same.
            None if depth > vocabulary.kinds.len() => (0, 0),
            None => return Err(below),
        };
        ways = ways.saturating_add(below_ways);
        steps = steps.saturating_add(below_steps).saturating_add(below_ways);
    }
    Ok((ways, steps))
}

/// Gives the binder with which a `for each` has more combinations than are judged one by one; none where it has not.
///
/// Members that a relation of the condition ties together are as many as its rows.
#[must_use]
pub fn too_many(vocabulary: &Vocabulary, pledge: &Pledge) -> Option<Span> {
    let relations: Vec<_> = pledge
        .relations()
        .into_iter()
        .map(|(relation, arguments)| {
            let rows = vocabulary.relation(relation).rows.len();
            let variables: Vec<VariableId> = arguments
                .iter()
                .filter_map(Argument::only_variable)
                .collect();
            (rows, variables)
        })
        .collect();
    let mut tied: Vec<VariableId> = Vec::new();
    let mut used: Vec<usize> = Vec::new();
    let mut combinations = 1_usize;
    let mut bound: BTreeMap<ThingId, usize> = BTreeMap::new();
    for binder in &pledge.binders {
        let Domain::Group(group) = binder.domain else {
            continue;
        };
        let times = if tied.contains(&binder.variable) {
            1
        } else {
            let taken = bound.entry(group).or_default();
            let members = members(vocabulary, group).saturating_sub(*taken);
            *taken += 1;
            let by_relation = (0..).zip(&relations).find(|(at, (_, variables))| {
                !used.contains(at) && variables.contains(&binder.variable)
            });
            match by_relation {
                Some((at, (rows, variables))) if variables.len() > 1 || *rows < members => {
                    used.push(at);
                    tied.extend(variables);
                    (*rows).min(members.saturating_mul(*rows))
                }
                Some(_) | None => members,
            }
        };
        combinations = combinations.saturating_mul(times);
        if combinations > MOST_COMBINATIONS {
            return Some(binder.span);
        }
    }
    None
}

fn members(vocabulary: &Vocabulary, group: ThingId) -> usize {
    let things = (0u32..).zip(&vocabulary.things);
    let inside = things.filter(|(index, thing)| {
        thing.sort != Sort::Group
            && vocabulary.belongs(ThingId(*index), group, When::ALWAYS) != Belongs::No
    });
    inside.count()
}
