//! Ranges of quantities, and what they decide.

use crate::agreement::Value;
use crate::evidence::Truth;
use crate::quantity::{Comparison, Decimal, Estimate};

/// From at least to at most; an end that is missing is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bounds {
    pub(super) low: Option<Decimal>,
    pub(super) high: Option<Decimal>,
}

impl Bounds {
    pub(super) const UNKNOWN: Bounds = Bounds {
        low: None,
        high: None,
    };

    pub(super) fn exactly(value: Decimal) -> Bounds {
        Bounds {
            low: Some(value),
            high: Some(value),
        }
    }

    pub(super) fn point(self) -> Option<Decimal> {
        if self.low == self.high {
            self.low
        } else {
            None
        }
    }

    pub(super) fn of(estimate: Estimate) -> Bounds {
        Bounds {
            low: estimate.low,
            high: estimate.high,
        }
    }

    /// Combines both ends. What is too large for a number is at least the largest one, and has no upper end.
    pub(super) fn combine(
        self,
        other: Bounds,
        with: impl Fn(Decimal, Decimal) -> Option<Decimal>,
    ) -> Bounds {
        let beyond = |a: Decimal, b: Decimal| {
            (!a.is_sign_negative() && !b.is_sign_negative()).then_some(Decimal::MAX)
        };
        let low = self.low.zip(other.low);
        let high = self.high.zip(other.high);
        Bounds {
            low: low.and_then(|(a, b)| with(a, b).or_else(|| beyond(a, b))),
            high: high.and_then(|(a, b)| with(a, b)),
        }
    }

    /// Leaves the upper end open.
    pub(super) fn at_least(self) -> Bounds {
        Bounds { high: None, ..self }
    }

    /// Adds an amount that is certain, or only possible.
    pub(super) fn with(self, amount: Bounds, truth: Truth) -> Bounds {
        let least = amount.low.filter(|_| truth == Truth::True);
        let low = self
            .low
            .and_then(|low| low.checked_add(least.unwrap_or(Decimal::ZERO)));
        let high = match truth {
            Truth::True | Truth::Contested => self
                .high
                .zip(amount.high)
                .and_then(|(a, b)| a.checked_add(b)),
            Truth::False | Truth::NotShown => self.high,
        };
        Bounds { low, high }
    }

    pub(super) fn minus(self, other: Bounds) -> Bounds {
        self.combine(
            Bounds {
                low: other.high,
                high: other.low,
            },
            Decimal::checked_sub,
        )
    }

    pub(super) fn times(self, other: Bounds) -> Bounds {
        // Quantities of treaties are not negative; where one might be, the product is not known.
        let natural = [self.low, other.low]
            .iter()
            .all(|low| low.is_some_and(|low| !low.is_sign_negative()));
        if natural {
            self.combine(other, Decimal::checked_mul)
        } else {
            Bounds::UNKNOWN
        }
    }
}

/// Gives the range of a value; unknown where it is no number.
pub(super) fn value_bounds(value: Option<&Value>) -> Bounds {
    match value {
        Some(Value::Number(estimate)) => Bounds::of(*estimate),
        Some(
            Value::Thing(_) | Value::Date(_) | Value::Text(_) | Value::Flag(_) | Value::Record(_),
        )
        | None => Bounds::UNKNOWN,
    }
}

/// Gives the smallest range that holds both.
pub(super) fn hull(a: Bounds, b: Bounds) -> Bounds {
    Bounds {
        low: a.low.zip(b.low).map(|(a, b)| a.min(b)),
        high: a.high.zip(b.high).map(|(a, b)| a.max(b)),
    }
}

/// Says what two ranges decide: nothing known is not shown, an overlap that decides nothing is contested.
pub(super) fn decide(left: Bounds, comparison: Comparison, right: Bounds) -> Truth {
    let certainly =
        |a: Option<Decimal>, b: Option<Decimal>, holds: fn(&Decimal, &Decimal) -> bool| {
            a.zip(b).is_some_and(|(a, b)| holds(&a, &b))
        };
    let (yes, no) = match comparison {
        Comparison::Less => (
            certainly(left.high, right.low, Decimal::lt),
            certainly(left.low, right.high, Decimal::ge),
        ),
        Comparison::LessOrEqual => (
            certainly(left.high, right.low, Decimal::le),
            certainly(left.low, right.high, Decimal::gt),
        ),
        Comparison::Greater => (
            certainly(left.low, right.high, Decimal::gt),
            certainly(left.high, right.low, Decimal::le),
        ),
        Comparison::GreaterOrEqual => (
            certainly(left.low, right.high, Decimal::ge),
            certainly(left.high, right.low, Decimal::lt),
        ),
        Comparison::Equal => equal_ranges(left, right),
        Comparison::NotEqual => {
            let (yes, no) = equal_ranges(left, right);
            (no, yes)
        }
    };
    let open = |bounds: Bounds| bounds.low.is_none() || bounds.high.is_none();
    match (yes, no) {
        (true, _) => Truth::True,
        (_, true) => Truth::False,
        // What an end that nobody has told might decide is not shown.
        _ if open(left) || open(right) => Truth::NotShown,
        _ => Truth::Contested,
    }
}

fn equal_ranges(left: Bounds, right: Bounds) -> (bool, bool) {
    let yes = left.point().is_some() && left.point() == right.point();
    let apart = |a: Option<Decimal>, b: Option<Decimal>| a.zip(b).is_some_and(|(a, b)| a < b);
    (
        yes,
        apart(left.high, right.low) || apart(right.high, left.low),
    )
}
