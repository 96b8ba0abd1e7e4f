//! Goals that are reached before anything is done: an upper bound on what is counted from the first day.

use super::bounds::{exact, turned};
use crate::agreement::{
    Body, Condition, ConditionKind, Duty, Over, Pledge, Quantity, QuantityKind,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::quantity::{Comparison, Decimal};
use crate::resolve::Resolver;

impl Resolver<'_> {
    /// Warns of `reach` with a bound that is met while nothing has been counted yet.
    pub(super) fn lint_reach(&mut self, pledges: &[Pledge]) {
        for pledge in pledges {
            let Body::Sentence(sentence) = &pledge.body else {
                continue;
            };
            let Duty::Reach(condition) = &sentence.duty else {
                continue;
            };
            if sentence.window.per.is_none() && met_by_nothing(condition) {
                let message = format!(
                    "`{}` is fulfilled on its first day: nothing has been counted then, and that is within the bound",
                    pledge.name
                );
                let problem = Diagnostic::new(Code::ReachedAtStart, condition.span, message)
                    .help("A limit is kept, not reached: write `must keep` with `until`, or `per` and the period of the limit.");
                self.report(problem);
            }
        }
    }
}

/// Says whether a condition is true where nothing of what it counts is on file.
fn met_by_nothing(condition: &Condition) -> bool {
    match &condition.kind {
        ConditionKind::And(parts) => !parts.is_empty() && parts.iter().all(met_by_nothing),
        ConditionKind::Or(parts) => parts.iter().any(met_by_nothing),
        ConditionKind::Compare {
            left,
            comparison,
            right,
        } => match (exact(left), exact(right)) {
            (None, Some(bound)) => is_counted(left) && allows_none(*comparison, bound),
            (Some(bound), None) => is_counted(right) && allows_none(turned(*comparison), bound),
            (Some(_), Some(_)) | (None, None) => false,
        },
        ConditionKind::Not(_)
        | ConditionKind::State { .. }
        | ConditionKind::Relation { .. }
        | ConditionKind::Once { .. }
        | ConditionKind::Within { .. }
        | ConditionKind::Is { .. }
        | ConditionKind::Pledge { .. }
        | ConditionKind::Order { .. }
        | ConditionKind::Error => false,
    }
}

/// Says whether a quantity is counted from the opening of the window; what is counted backwards may have been more before.
fn is_counted(quantity: &Quantity) -> bool {
    match &quantity.kind {
        QuantityKind::Count { over, .. } | QuantityKind::Sum { over, .. } => match over {
            None => true,
            Some(Over::Last(_) | Over::During { .. }) => false,
        },
        QuantityKind::Add(left, right) => is_counted(left) && is_counted(right),
        QuantityKind::Share { of, .. } => is_counted(of),
        QuantityKind::Number(_)
        | QuantityKind::Variable(_)
        | QuantityKind::Field(_)
        | QuantityKind::TriggerField(_)
        | QuantityKind::Measure { .. }
        | QuantityKind::Given { .. }
        | QuantityKind::Subtract(..)
        | QuantityKind::Multiply(..)
        | QuantityKind::Error => false,
    }
}

/// Says whether an upper bound is met by nothing at all.
fn allows_none(comparison: Comparison, bound: Decimal) -> bool {
    match comparison {
        Comparison::Equal => bound == Decimal::ZERO,
        Comparison::LessOrEqual => bound >= Decimal::ZERO,
        Comparison::Less => bound > Decimal::ZERO,
        Comparison::NotEqual | Comparison::Greater | Comparison::GreaterOrEqual => false,
    }
}
