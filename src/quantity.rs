//! Exact decimals, units that convert, and estimates of three numbers.
//!
//! No floating-point number takes part in a verdict. A quantity is held in the base unit of its dimension, so that quantities that can
//! be compared at all are compared as plain numbers.

mod units;

use std::fmt;

pub use rust_decimal::Decimal;
pub use units::Units;

/// A unit of the vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitId(pub u32);

/// An estimate: what a source says a number is at least, at best, at most.
///
/// In the base unit of its dimension. A missing end is not known: "at least 60" has only `low`. `low <= best <= high` where given;
/// a plain number has all three alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

    /// Says whether `low <= best <= high`, of the ends that are given.
    #[must_use]
    pub fn is_ordered(self) -> bool {
        let given = [self.low, self.best, self.high];
        given.into_iter().flatten().is_sorted()
    }

    /// Gives the sum; an end that either lacks is not known. Nothing where a number grows too large.
    #[must_use]
    pub fn checked_add(self, other: Estimate) -> Option<Estimate> {
        Some(Estimate {
            low: both(self.low, other.low, Decimal::checked_add)?,
            best: both(self.best, other.best, Decimal::checked_add)?,
            high: both(self.high, other.high, Decimal::checked_add)?,
        })
    }

    /// Gives the difference: the least is this one's low less the other's high. Nothing where a number grows too large.
    #[must_use]
    pub fn checked_sub(self, other: Estimate) -> Option<Estimate> {
        Some(Estimate {
            low: both(self.low, other.high, Decimal::checked_sub)?,
            best: both(self.best, other.best, Decimal::checked_sub)?,
            high: both(self.high, other.low, Decimal::checked_sub)?,
        })
    }

    /// Gives the multiple; a negative factor turns the ends round. Nothing where a number grows too large.
    #[must_use]
    pub fn scale(self, factor: Decimal) -> Option<Estimate> {
        let factor_is_negative = factor < Decimal::ZERO;
        let (low, high) = if factor_is_negative {
            (self.high, self.low)
        } else {
            (self.low, self.high)
        };
        let factor = Some(factor);
        Some(Estimate {
            low: both(low, factor, Decimal::checked_mul)?,
            best: both(self.best, factor, Decimal::checked_mul)?,
            high: both(high, factor, Decimal::checked_mul)?,
        })
    }
}

/// Gives `Some(None)` where an operand is not known, and nothing where the result is too large.
#[expect(
    clippy::option_option,
    reason = "not known and too large are two things, told apart for one line"
)]
fn both(
    a: Option<Decimal>,
    b: Option<Decimal>,
    operation: impl Fn(Decimal, Decimal) -> Option<Decimal>,
) -> Option<Option<Decimal>> {
    match (a, b) {
        (Some(a), Some(b)) => operation(a, b).map(Some),
        (None, _) | (_, None) => Some(None),
    }
}

/// Writes it for people: `8,600`, `8,000–9,000`, `at least 60`, `at most 9`, `unknown`.
impl fmt::Display for Estimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.low, self.high, self.best) {
            (Some(low), Some(high), _) if low == high => f.write_str(&grouped(low)),
            (Some(low), Some(high), _) => write!(f, "{}–{}", grouped(low), grouped(high)),
            (Some(low), None, _) => write!(f, "at least {}", grouped(low)),
            (None, Some(high), _) => write!(f, "at most {}", grouped(high)),
            (None, None, Some(best)) => write!(f, "about {}", grouped(best)),
            (None, None, None) => f.write_str("unknown"),
        }
    }
}

/// Writes a number without trailing zeros: `3.5`, `8600`.
#[must_use]
pub fn plain(value: Decimal) -> String {
    value.normalize().to_string()
}

/// Writes a number for people, with its thousands apart: `8,600`.
#[must_use]
pub fn grouped(value: Decimal) -> String {
    let text = plain(value);
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text.as_str(), None),
    };
    let (sign, digits) = match whole.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", whole),
    };
    let mut out = String::from(sign);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
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

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test should stop")]
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn estimate(low: &str, best: &str, high: &str) -> Estimate {
        let end = |text: &str| (!text.is_empty()).then(|| decimal(text));
        Estimate {
            low: end(low),
            best: end(best),
            high: end(high),
        }
    }

    #[test]
    fn numbers_are_written_without_noise() {
        let cases = [
            ("8600", "8600", "8,600"),
            ("8600.00", "8600", "8,600"),
            ("3.670", "3.67", "3.67"),
            ("0", "0", "0"),
            ("0.0", "0", "0"),
            ("-1234567.5", "-1234567.5", "-1,234,567.5"),
            ("999", "999", "999"),
            ("1000", "1000", "1,000"),
            ("-100", "-100", "-100"),
            ("1234.5678", "1234.5678", "1,234.5678"),
        ];
        for (value, for_programs, for_people) in cases {
            assert_eq!(plain(decimal(value)), for_programs);
            assert_eq!(grouped(decimal(value)), for_people);
        }
    }

    #[test]
    fn an_estimate_is_written_by_what_it_knows() {
        let cases = [
            (Estimate::exactly(decimal("8600")), "8,600"),
            (estimate("8000", "8600", "9000"), "8,000–9,000"),
            (estimate("60", "", ""), "at least 60"),
            (estimate("", "", "9"), "at most 9"),
            (estimate("", "7", ""), "about 7"),
            (estimate("", "", ""), "unknown"),
        ];
        for (estimate, written) in cases {
            assert_eq!(estimate.to_string(), written);
        }
    }

    #[test]
    fn order_is_asked_of_the_ends_that_are_given() {
        assert!(estimate("1", "2", "3").is_ordered());
        assert!(estimate("2", "2", "2").is_ordered());
        assert!(estimate("1", "", "3").is_ordered());
        assert!(estimate("", "", "").is_ordered());
        assert!(!estimate("3", "", "1").is_ordered());
        assert!(!estimate("1", "3", "2").is_ordered());
        assert!(!estimate("2", "1", "").is_ordered());
    }

    #[test]
    fn arithmetic_keeps_what_is_not_known_unknown() {
        let ten = estimate("8", "10", "12");
        let some = estimate("1", "", "");
        assert_eq!(ten.checked_add(some), Some(estimate("9", "", "")));
        assert_eq!(ten.checked_sub(some), Some(estimate("", "", "11")));
        assert_eq!(ten.checked_sub(ten), Some(estimate("-4", "0", "4")));
        assert_eq!(
            ten.scale(decimal("0.5")),
            Some(estimate("4.0", "5.0", "6.0"))
        );
        assert_eq!(ten.scale(decimal("-1")), Some(estimate("-12", "-10", "-8")));
    }

    #[test]
    fn what_grows_too_large_is_nothing() {
        let huge = Estimate::exactly(Decimal::MAX);
        assert_eq!(huge.checked_add(huge), None);
        assert_eq!(huge.scale(decimal("2")), None);
        assert_eq!(Estimate::exactly(Decimal::MIN).checked_sub(huge), None);
    }

    #[test]
    fn a_bound_is_affirmed_denied_or_left_open() {
        let rough = estimate("8000", "8600", "9000");
        let bound = |text| decimal(text);
        assert_eq!(Comparison::Greater.holds(rough, bound("7999")), Some(true));
        assert_eq!(Comparison::Greater.holds(rough, bound("8000")), None);
        assert_eq!(Comparison::Greater.holds(rough, bound("9000")), Some(false));
        assert_eq!(
            Comparison::LessOrEqual.holds(rough, bound("9000")),
            Some(true)
        );
        assert_eq!(Comparison::Less.holds(rough, bound("9000")), None);
        assert_eq!(Comparison::Equal.holds(rough, bound("8600")), None);
        assert_eq!(Comparison::Equal.holds(rough, bound("9001")), Some(false));
        assert_eq!(Comparison::NotEqual.holds(rough, bound("9001")), Some(true));
    }
}
