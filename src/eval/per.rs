//! What `per` can be said of: comparisons of one count or one sum with a bound.

use crate::agreement::pledge::Per;
use crate::agreement::{Condition, ConditionKind, Duty, Pattern, Quantity, QuantityKind, Sentence};
use crate::evidence::Favours;
use crate::quantity::Comparison;

/// A comparison of a count or a sum with a bound.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'a> {
    pub(super) pattern: &'a Pattern,
    /// The field that is added up; none where acts are counted.
    pub(super) field: Option<usize>,
    pub(super) comparison: Comparison,
    pub(super) bound: &'a Quantity,
}

impl Part<'_> {
    pub(super) fn is_minimum(&self) -> bool {
        matches!(
            self.comparison,
            Comparison::Greater | Comparison::GreaterOrEqual
        )
    }

    pub(super) fn favours(&self) -> Favours {
        if self.is_minimum() {
            Favours::Obligor
        } else {
            Favours::Others
        }
    }
}

/// Takes a condition apart into comparisons of one count or sum with a bound each; none where it is not made of such.
pub(super) fn parts(condition: &Condition) -> Option<Vec<Part<'_>>> {
    match &condition.kind {
        ConditionKind::And(all) => {
            let found: Option<Vec<Vec<Part<'_>>>> = all.iter().map(parts).collect();
            found.map(|found| found.into_iter().flatten().collect())
        }
        ConditionKind::Compare {
            left,
            comparison,
            right,
        } => part(left, *comparison, right)
            .or_else(|| part(right, super::quantity::mirrored(*comparison), left)),
        ConditionKind::Or(_)
        | ConditionKind::Not(_)
        | ConditionKind::State { .. }
        | ConditionKind::Relation { .. }
        | ConditionKind::Once { .. }
        | ConditionKind::Within { .. }
        | ConditionKind::Is { .. }
        | ConditionKind::Pledge { .. }
        | ConditionKind::Order { .. }
        | ConditionKind::Error => None,
    }
}

fn part<'a>(
    counted: &'a Quantity,
    comparison: Comparison,
    bound: &'a Quantity,
) -> Option<Vec<Part<'a>>> {
    let (pattern, field) = match &counted.kind {
        QuantityKind::Count {
            pattern,
            over: None,
        } => (pattern, None),
        QuantityKind::Sum {
            slot,
            pattern,
            over: None,
        } => (pattern, Some(*slot)),
        QuantityKind::Count { over: Some(_), .. }
        | QuantityKind::Sum { over: Some(_), .. }
        | QuantityKind::Number(_)
        | QuantityKind::Variable(_)
        | QuantityKind::Field(_)
        | QuantityKind::TriggerField(_)
        | QuantityKind::Measure { .. }
        | QuantityKind::Given { .. }
        | QuantityKind::Add(..)
        | QuantityKind::Subtract(..)
        | QuantityKind::Multiply(..)
        | QuantityKind::Share { .. }
        | QuantityKind::Error => return None,
    };
    let with = |comparison| Part {
        pattern,
        field,
        comparison,
        bound,
    };
    if counts(bound) {
        return None;
    }
    match comparison {
        Comparison::Equal => Some(vec![
            with(Comparison::LessOrEqual),
            with(Comparison::GreaterOrEqual),
        ]),
        Comparison::NotEqual => None,
        Comparison::Less
        | Comparison::LessOrEqual
        | Comparison::Greater
        | Comparison::GreaterOrEqual => Some(vec![with(comparison)]),
    }
}

fn counts(quantity: &Quantity) -> bool {
    match &quantity.kind {
        QuantityKind::Count { .. } | QuantityKind::Sum { .. } => true,
        QuantityKind::Add(a, b) | QuantityKind::Subtract(a, b) | QuantityKind::Multiply(a, b) => {
            counts(a) || counts(b)
        }
        QuantityKind::Share { of, .. } => counts(of),
        QuantityKind::Number(_)
        | QuantityKind::Variable(_)
        | QuantityKind::Field(_)
        | QuantityKind::TriggerField(_)
        | QuantityKind::Measure { .. }
        | QuantityKind::Given { .. }
        | QuantityKind::Error => false,
    }
}

/// Says whether a duty is a minimum in each calendar period: then each period is an instance of its own.
pub(super) fn is_minimum_per_period(sentence: &Sentence) -> bool {
    let per = sentence.window.per.as_ref().map(|per| &per.value);
    matches!(&sentence.duty, Duty::Reach(_)) && matches!(per, Some(Per::Calendar { .. }))
}
