//! What is known of a quantity before anything is on file: its exact value, or that it is never negative.

use std::cmp::Ordering;

use crate::agreement::{Quantity, QuantityKind};
use crate::quantity::{Comparison, Decimal};

/// The values that a quantity can have; an end that is missing is open. `true` beside an end says that it belongs to them.
#[derive(Clone, Debug, Default)]
pub(super) struct Range {
    low: Option<(Decimal, bool)>,
    high: Option<(Decimal, bool)>,
    not: Vec<Decimal>,
}

impl Range {
    /// Gives the values that a quantity can have, whatever is on file.
    pub(super) fn of(quantity: &Quantity) -> Range {
        Range {
            low: least(quantity).map(|low| (low, true)),
            high: exact(quantity).map(|high| (high, true)),
            not: Vec::new(),
        }
    }

    /// Leaves those values for which a comparison with `bound` is true.
    pub(super) fn narrow(&mut self, comparison: Comparison, bound: Decimal) {
        match comparison {
            Comparison::Equal => {
                self.from(bound, true);
                self.to(bound, true);
            }
            Comparison::NotEqual => self.not.push(bound),
            Comparison::Less => self.to(bound, false),
            Comparison::LessOrEqual => self.to(bound, true),
            Comparison::Greater => self.from(bound, false),
            Comparison::GreaterOrEqual => self.from(bound, true),
        }
    }

    /// Says whether no value is left.
    pub(super) fn is_empty(&self) -> bool {
        let (Some((low, from)), Some((high, to))) = (self.low, self.high) else {
            return false;
        };
        match low.cmp(&high) {
            Ordering::Less => false,
            Ordering::Equal => !from || !to || self.not.contains(&low),
            Ordering::Greater => true,
        }
    }

    fn from(&mut self, bound: Decimal, included: bool) {
        let higher = self
            .low
            .is_none_or(|(low, inside)| bound > low || bound == low && inside);
        if higher {
            self.low = Some((bound, included));
        }
    }

    fn to(&mut self, bound: Decimal, included: bool) {
        let lower = self
            .high
            .is_none_or(|(high, inside)| bound < high || bound == high && inside);
        if lower {
            self.high = Some((bound, included));
        }
    }
}

/// Gives the value of a quantity that the text alone fixes.
pub(super) fn exact(quantity: &Quantity) -> Option<Decimal> {
    match &quantity.kind {
        QuantityKind::Number(number) => Some(*number),
        QuantityKind::Add(left, right) => exact(left)?.checked_add(exact(right)?),
        QuantityKind::Subtract(left, right) => exact(left)?.checked_sub(exact(right)?),
        QuantityKind::Multiply(left, right) => exact(left)?.checked_mul(exact(right)?),
        QuantityKind::Share { factor, of } => exact(of)?.checked_mul(*factor),
        QuantityKind::Variable(_)
        | QuantityKind::Field(_)
        | QuantityKind::TriggerField(_)
        | QuantityKind::Measure { .. }
        | QuantityKind::Given { .. }
        | QuantityKind::Count { .. }
        | QuantityKind::Sum { .. }
        | QuantityKind::Error => None,
    }
}

/// Gives the least that a quantity can be: nothing less than zero is ever counted.
fn least(quantity: &Quantity) -> Option<Decimal> {
    match &quantity.kind {
        QuantityKind::Count { .. } => Some(Decimal::ZERO),
        QuantityKind::Add(left, right) => least(left)?.checked_add(least(right)?),
        QuantityKind::Share { factor, of } if *factor >= Decimal::ZERO => {
            least(of)?.checked_mul(*factor)
        }
        QuantityKind::Number(_)
        | QuantityKind::Subtract(..)
        | QuantityKind::Multiply(..)
        | QuantityKind::Share { .. } => exact(quantity),
        QuantityKind::Variable(_)
        | QuantityKind::Field(_)
        | QuantityKind::TriggerField(_)
        | QuantityKind::Measure { .. }
        | QuantityKind::Given { .. }
        | QuantityKind::Sum { .. }
        | QuantityKind::Error => None,
    }
}

/// Gives the comparison that is true where the other is false.
pub(super) fn opposite(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Equal => Comparison::NotEqual,
        Comparison::NotEqual => Comparison::Equal,
        Comparison::Less => Comparison::GreaterOrEqual,
        Comparison::LessOrEqual => Comparison::Greater,
        Comparison::Greater => Comparison::LessOrEqual,
        Comparison::GreaterOrEqual => Comparison::Less,
    }
}

/// Gives the comparison with its sides exchanged.
pub(super) fn turned(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Equal => Comparison::Equal,
        Comparison::NotEqual => Comparison::NotEqual,
        Comparison::Less => Comparison::Greater,
        Comparison::LessOrEqual => Comparison::GreaterOrEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterOrEqual => Comparison::LessOrEqual,
    }
}
