//! The instances of prohibitions and limits whose variables only the act itself gives values to: one for each combination that is on file
//! (docs/semantics.md, Prohibitions, So many per period).
//!
//! The acts are found once, and the values that they give are put together as they stand on file, never tried out.

use std::collections::BTreeSet;

use crate::agreement::tally::{Effect, compared};
use crate::agreement::{Argument, Duty, Pattern, Sentence, Value, VariableId};
use crate::evidence::Favours;

use super::Context;
use super::bindings::Env;
use super::instances::Lanes;
use super::matching::{Lens, Purpose};

/// The values of the variables in hand, in their order.
type Key = Vec<Option<Value>>;

/// Makes one instance for each combination of values that the forbidden or counted acts on file give to variables that have none.
///
/// A prohibition that nobody has acted against stays one instance, without those values; of a limit nothing is counted then, and there is none.
pub(super) fn split_by_act<'a>(
    context: &Context<'a>,
    sentence: &'a Sentence,
    all: Vec<Lanes<'a>>,
) -> Vec<Lanes<'a>> {
    let (patterns, stays) = match &sentence.duty {
        Duty::Refrain(pattern) | Duty::NotAllow(pattern) | Duty::Prevent { pattern, .. } => {
            (vec![pattern], true)
        }
        Duty::Keep(condition) => {
            let counts = compared(condition).into_iter().flatten();
            let limits = counts.filter(|tally| tally.effect == Effect::Hurts);
            (limits.map(|tally| tally.pattern).collect(), false)
        }
        Duty::Do(_)
        | Duty::Ensure(_)
        | Duty::Reach(_)
        | Duty::Endeavour { .. }
        | Duty::Permit(_) => return all,
    };
    let lens = Lens {
        obligor: Some(sentence.obligor),
        favours: Favours::Others,
    };
    let mut split = Vec::new();
    for lanes in all {
        let [lane, ..] = &lanes.lanes;
        let open = open_variables(&patterns, &lane.env);
        if open.is_empty() {
            split.push(lanes);
            continue;
        }
        let keys = context.keys(&patterns, &open, &lane.env, lens);
        if keys.is_empty() && stays {
            split.push(lanes);
            continue;
        }
        split.extend(keys.into_iter().map(|key| with_values(&lanes, &open, &key)));
    }
    split
}

/// Gives the variables that the arguments of the acts name and that have no value, each once.
fn open_variables(patterns: &[&Pattern], env: &Env<'_>) -> Vec<VariableId> {
    let alias = env.trigger.and_then(|trigger| trigger.alias);
    let arguments = patterns.iter().flat_map(|pattern| &pattern.arguments);
    let named: BTreeSet<VariableId> = arguments.filter_map(Argument::only_variable).collect();
    named
        .into_iter()
        .filter(|id| env.get(*id).is_none() && alias != Some(*id))
        .collect()
}

impl<'a> Context<'a> {
    /// Gives the combinations of values that acts on file have, each once, in order of the first act of each.
    fn keys(
        &self,
        patterns: &[&'a Pattern],
        open: &[VariableId],
        env: &Env<'a>,
        lens: Lens,
    ) -> Vec<Key> {
        let mut known: BTreeSet<Key> = BTreeSet::new();
        let mut keys = Vec::new();
        for pattern in patterns {
            for found in self.find(pattern, env, lens, Purpose::Other) {
                let values = open.iter().map(|id| found.env.get(*id).cloned());
                let key: Key = values.collect();
                if known.insert(key.clone()) {
                    keys.push(key);
                }
            }
        }
        keys
    }
}

fn with_values<'a>(lanes: &Lanes<'a>, open: &[VariableId], key: &Key) -> Lanes<'a> {
    let mut lanes = lanes.clone();
    for lane in &mut lanes.lanes {
        for (id, value) in open.iter().zip(key) {
            if let (None, Some(value)) = (lane.env.get(*id), value) {
                lane.env.bind(*id, value.clone());
            }
        }
    }
    lanes
}
