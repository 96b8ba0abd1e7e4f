//! Exact decimals, units that convert, and estimates of three numbers.
//!
//! No floating-point number takes part in a verdict. A quantity is held in the base unit of its dimension, so that quantities that can
//! be compared at all are compared as plain numbers.

pub use rust_decimal::Decimal;

/// A unit of the vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitId(pub u32);

/// An estimate: what a source says a number is at least, at best, at most.
///
/// In the base unit of its dimension. A missing end is not known: "at least 60" has only `low`. `low <= best <= high` where given;
/// a plain number has all three alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// At least this.
    pub low: Option<Decimal>,
    /// The source's own best figure.
    pub best: Option<Decimal>,
    /// At most this.
    pub high: Option<Decimal>,
}

impl Estimate {
    /// Gives the estimate of a plain number.
    #[must_use]
    pub fn exactly(value: Decimal) -> Estimate {
        Estimate {
            low: Some(value),
            best: Some(value),
            high: Some(value),
        }
    }
}

/// How a quantity is compared with a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are the comparisons")]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    /// Says what an estimate tells about `estimate COMPARISON bound`: true, false, or nothing.
    ///
    /// Source: an estimate whose low end passes a bound affirms "more than the bound", one whose high end stays below denies it,
    /// anything else is silent (docs/semantics.md, Quantities).
    #[must_use]
    pub fn holds(self, estimate: Estimate, bound: Decimal) -> Option<bool> {
        match self {
            Comparison::Greater => above(estimate, |low| low > bound, |high| high <= bound),
            Comparison::GreaterOrEqual => above(estimate, |low| low >= bound, |high| high < bound),
            Comparison::LessOrEqual => Comparison::Greater.holds(estimate, bound).map(|held| !held),
            Comparison::Less => Comparison::GreaterOrEqual
                .holds(estimate, bound)
                .map(|held| !held),
            Comparison::Equal => equal(estimate, bound),
            Comparison::NotEqual => equal(estimate, bound).map(|held| !held),
        }
    }
}

fn above(
    estimate: Estimate,
    low_passes: impl Fn(Decimal) -> bool,
    high_stays: impl Fn(Decimal) -> bool,
) -> Option<bool> {
    if estimate.low.is_some_and(low_passes) {
        Some(true)
    } else if estimate.high.is_some_and(high_stays) {
        Some(false)
    } else {
        None
    }
}

fn equal(estimate: Estimate, bound: Decimal) -> Option<bool> {
    if estimate.low == Some(bound) && estimate.high == Some(bound) {
        Some(true)
    } else if estimate.low.is_some_and(|low| low > bound)
        || estimate.high.is_some_and(|high| high < bound)
    {
        Some(false)
    } else {
        None
    }
}

/// The table of units and their conversion.
#[derive(Clone, Debug, Default)]
pub struct Units {}
