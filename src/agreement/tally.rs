//! The counts and sums in a condition, and whether more of them makes it true or false.
//!
//! `per` is said of such conditions: in each period the counts and sums of that period stand for them.

use super::expression::{Condition, ConditionKind, Pattern, Quantity, QuantityKind};
use crate::quantity::Comparison;
use crate::source::Span;

/// A count or a sum in a condition.
#[derive(Clone, Copy, Debug)]
pub struct Tally<'a> {
    /// Where it stands; one that `between` compares twice stands at one place.
    pub span: Span,
    /// What is counted.
    pub pattern: &'a Pattern,
    /// The field that is added up; none where acts are counted.
    pub field: Option<usize>,
    /// Whether it has a time of its own (`in the last …`, `during …`).
    pub has_time: bool,
    /// What more of it does to the condition.
    pub effect: Effect,
}

/// What more of something does to a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It can only make it true: a minimum.
    Helps,
    /// It can only make it false: a limit.
    Hurts,
    /// Either.
    Both,
}

impl Effect {
    fn reversed(self) -> Effect {
        match self {
            Effect::Helps => Effect::Hurts,
            Effect::Hurts => Effect::Helps,
            Effect::Both => Effect::Both,
        }
    }
}

/// Gives the counts and sums of a condition in the order of the text; the place of a test that counts nothing instead, where there is one.
///
/// # Errors
///
/// The place of the first test that counts nothing.
pub fn tallies(condition: &Condition) -> Result<Vec<Tally<'_>>, Span> {
    let mut found = Vec::new();
    in_condition(condition, Effect::Helps, &mut found)?;
    Ok(found)
}

/// Gives the counts and sums of each comparison that must hold by itself, those of a comparison together; tests that count nothing are left out.
#[must_use]
pub fn compared(condition: &Condition) -> Vec<Vec<Tally<'_>>> {
    match &condition.kind {
        ConditionKind::And(parts) => parts.iter().flat_map(compared).collect(),
        ConditionKind::Or(_) | ConditionKind::Not(_) | ConditionKind::Compare { .. } => {
            tallies(condition).into_iter().collect()
        }
        ConditionKind::State { .. }
        | ConditionKind::Relation { .. }
        | ConditionKind::Once { .. }
        | ConditionKind::Within { .. }
        | ConditionKind::Is { .. }
        | ConditionKind::Pledge { .. }
        | ConditionKind::Order { .. }
        | ConditionKind::Error => Vec::new(),
    }
}

/// Says whether a condition counts or adds up acts anywhere.
#[must_use]
pub fn counts_acts(condition: &Condition) -> bool {
    match &condition.kind {
        ConditionKind::And(parts) | ConditionKind::Or(parts) => parts.iter().any(counts_acts),
        ConditionKind::Not(inner) => counts_acts(inner),
        ConditionKind::Compare { left, right, .. } => {
            let mut found = Vec::new();
            in_quantity(left, Effect::Both, &mut found);
            in_quantity(right, Effect::Both, &mut found);
            !found.is_empty()
        }
        ConditionKind::State { .. }
        | ConditionKind::Relation { .. }
        | ConditionKind::Once { .. }
        | ConditionKind::Within { .. }
        | ConditionKind::Is { .. }
        | ConditionKind::Pledge { .. }
        | ConditionKind::Order { .. }
        | ConditionKind::Error => false,
    }
}

fn in_condition<'a>(
    condition: &'a Condition,
    effect: Effect,
    found: &mut Vec<Tally<'a>>,
) -> Result<(), Span> {
    match &condition.kind {
        ConditionKind::And(parts) | ConditionKind::Or(parts) => parts
            .iter()
            .try_for_each(|part| in_condition(part, effect, found)),
        ConditionKind::Not(inner) => in_condition(inner, effect.reversed(), found),
        ConditionKind::Compare {
            left,
            comparison,
            right,
        } => {
            let before = found.len();
            let of_left = match comparison {
                Comparison::Greater | Comparison::GreaterOrEqual => effect,
                Comparison::Less | Comparison::LessOrEqual => effect.reversed(),
                Comparison::Equal | Comparison::NotEqual => Effect::Both,
            };
            in_quantity(left, of_left, found);
            in_quantity(right, of_left.reversed(), found);
            if found.len() == before {
                Err(condition.span)
            } else {
                Ok(())
            }
        }
        // It was reported.
        ConditionKind::Error => Ok(()),
        ConditionKind::State { .. }
        | ConditionKind::Relation { .. }
        | ConditionKind::Once { .. }
        | ConditionKind::Within { .. }
        | ConditionKind::Is { .. }
        | ConditionKind::Pledge { .. }
        | ConditionKind::Order { .. } => Err(condition.span),
    }
}

fn in_quantity<'a>(quantity: &'a Quantity, effect: Effect, found: &mut Vec<Tally<'a>>) {
    let mut add = |pattern, field, has_time| {
        found.push(Tally {
            span: quantity.span,
            pattern,
            field,
            has_time,
            effect,
        });
    };
    match &quantity.kind {
        QuantityKind::Count { pattern, over } => add(pattern, None, over.is_some()),
        QuantityKind::Sum {
            slot,
            pattern,
            over,
        } => add(pattern, Some(*slot), over.is_some()),
        // Quantities of treaties are not negative, so a product grows with its factors.
        QuantityKind::Add(a, b) | QuantityKind::Multiply(a, b) => {
            in_quantity(a, effect, found);
            in_quantity(b, effect, found);
        }
        QuantityKind::Subtract(a, b) => {
            in_quantity(a, effect, found);
            in_quantity(b, effect.reversed(), found);
        }
        QuantityKind::Share { of, .. } => in_quantity(of, effect, found),
        QuantityKind::Number(_)
        | QuantityKind::Variable(_)
        | QuantityKind::Field(_)
        | QuantityKind::TriggerField(_)
        | QuantityKind::Measure { .. }
        | QuantityKind::Given { .. }
        | QuantityKind::Error => {}
    }
}
