//! Conditions whose answer the text alone gives: always true, or always false, whatever is on file.
//!
//! Only what is certain is said. Two tests speak of the same thing where they are written with the same words side by side.

use std::collections::{BTreeMap, BTreeSet};

use super::bounds::{Range, exact, opposite, turned};
use crate::agreement::{Belongs, Condition, ConditionKind, Operand, OperandKind, Pledge, Quantity};
use crate::quantity::{Comparison, Decimal};
use crate::resolve::Resolver;
use crate::source::Span;
use crate::time::When;

/// A part of a condition that has one answer only.
pub(super) struct Constant {
    /// The part.
    pub(super) span: Span,
    /// Its answer.
    pub(super) truth: bool,
    /// Why, as a fragment.
    pub(super) why: String,
}

/// A comparison of something with a number, as `something COMPARISON bound`.
struct Bounded<'c> {
    quantity: &'c Quantity,
    comparison: Comparison,
    bound: Decimal,
}

impl Resolver<'_> {
    /// Gives the answer of a condition where it has one only, and adds the parts that make it so.
    pub(super) fn truth(
        &self,
        condition: &Condition,
        pledges: &[Pledge],
        found: &mut Vec<Constant>,
    ) -> Option<bool> {
        match &condition.kind {
            ConditionKind::And(parts) => {
                let truths = self.truths(parts, pledges, found);
                if truths.contains(&Some(false)) {
                    return Some(false);
                }
                self.joined(condition, parts, true, &truths, found)
            }
            ConditionKind::Or(parts) => {
                let truths = self.truths(parts, pledges, found);
                if truths.contains(&Some(true)) {
                    return Some(true);
                }
                self.joined(condition, parts, false, &truths, found)
            }
            ConditionKind::Not(inner) if is_joined(inner) => {
                self.truth(inner, pledges, found).map(|truth| !truth)
            }
            ConditionKind::Not(inner) => {
                let (truth, why) = self.leaf(inner, pledges)?;
                found.push(Constant {
                    span: condition.span,
                    truth: !truth,
                    why,
                });
                Some(!truth)
            }
            ConditionKind::State { .. }
            | ConditionKind::Relation { .. }
            | ConditionKind::Once { .. }
            | ConditionKind::Within { .. }
            | ConditionKind::Is { .. }
            | ConditionKind::Pledge { .. }
            | ConditionKind::Order { .. }
            | ConditionKind::Compare { .. }
            | ConditionKind::Error => {
                let (truth, why) = self.leaf(condition, pledges)?;
                found.push(Constant {
                    span: condition.span,
                    truth,
                    why,
                });
                Some(truth)
            }
        }
    }

    fn truths(
        &self,
        parts: &[Condition],
        pledges: &[Pledge],
        found: &mut Vec<Constant>,
    ) -> Vec<Option<bool>> {
        let truth = |part| self.truth(part, pledges, found);
        parts.iter().map(truth).collect()
    }

    /// Joins the answers of parts, none of which decides alone: all are the neutral one, or the parts exclude each other.
    fn joined(
        &self,
        whole: &Condition,
        parts: &[Condition],
        all: bool,
        truths: &[Option<bool>],
        found: &mut Vec<Constant>,
    ) -> Option<bool> {
        if truths.iter().all(|truth| *truth == Some(all)) {
            return Some(all);
        }
        if !self.exclude(parts, all) {
            return None;
        }
        let why = if all {
            "its parts exclude each other"
        } else {
            "its parts leave out nothing but what is not known"
        };
        found.push(Constant {
            span: whole.span,
            truth: !all,
            why: why.to_owned(),
        });
        Some(!all)
    }

    /// Says whether no case is left in which all parts are true; or all are false, where `sign` is false.
    fn exclude(&self, parts: &[Condition], sign: bool) -> bool {
        let mut ranges: BTreeMap<String, Range> = BTreeMap::new();
        let mut said: BTreeSet<(String, bool)> = BTreeSet::new();
        for part in parts {
            let (leaf, sign) = bare(part, sign);
            if let Some(bounded) = bounded(leaf) {
                let comparison = if sign {
                    bounded.comparison
                } else {
                    opposite(bounded.comparison)
                };
                let range = ranges
                    .entry(self.words_at(bounded.quantity.span))
                    .or_insert_with(|| Range::of(bounded.quantity));
                range.narrow(comparison, bounded.bound);
            } else if !is_joined(leaf) {
                said.insert((self.said(leaf), sign));
            }
        }
        let opposed = said
            .iter()
            .any(|(text, sign)| *sign && said.contains(&(text.clone(), false)));
        opposed || ranges.values().any(Range::is_empty)
    }

    /// Gives what a test asks, in its own words; both ways of writing `is not` ask what `is` asks.
    fn said(&self, leaf: &Condition) -> String {
        match &leaf.kind {
            ConditionKind::Is { left, right } => format!(
                "{} is {}",
                self.words_at(left.span),
                self.words_at(right.span)
            ),
            ConditionKind::Within { operand, group } => {
                format!("{} in {}", self.words_at(operand.span), group.0)
            }
            ConditionKind::Pledge { reference, status } => {
                format!("{} is {status:?}", self.words_at(reference.span))
            }
            ConditionKind::And(_)
            | ConditionKind::Or(_)
            | ConditionKind::Not(_)
            | ConditionKind::State { .. }
            | ConditionKind::Relation { .. }
            | ConditionKind::Once { .. }
            | ConditionKind::Order { .. }
            | ConditionKind::Compare { .. }
            | ConditionKind::Error => self.words_at(leaf.span),
        }
    }

    /// Gives the text at a place, with one blank between its words.
    pub(super) fn words_at(&self, span: Span) -> String {
        let file = self.files.iter().find(|file| file.file.id() == span.source);
        let text = file.map_or("", |file| file.file.slice(span));
        let words: Vec<&str> = text.split_whitespace().collect();
        words.join(" ")
    }

    /// Gives the answer of a single test where it has one only, and why.
    fn leaf(&self, condition: &Condition, pledges: &[Pledge]) -> Option<(bool, String)> {
        match &condition.kind {
            ConditionKind::Compare {
                left,
                comparison,
                right,
            } => self.compared(left, *comparison, right),
            ConditionKind::Is { left, right } => self.identical(left, right),
            ConditionKind::Within { operand, group } => {
                let OperandKind::Thing { id, .. } = operand.kind else {
                    return None;
                };
                let inside = self.vocabulary.belongs(id, *group, When::ALWAYS) == Belongs::Yes;
                let group = &self.vocabulary.thing(*group).name;
                let why = format!("`{}` is always in `{group}`", self.words_at(operand.span));
                inside.then_some((true, why))
            }
            ConditionKind::Order {
                operand,
                after,
                moment,
            } => {
                let OperandKind::Date(date) = &operand.kind else {
                    return None;
                };
                let date = self.calendar.span_of(self.constant(date)?);
                let bound = self.calendar.span_of(self.constant(moment)?);
                let (first, second) = if *after { (bound, date) } else { (date, bound) };
                let why = "both days are fixed by the text".to_owned();
                if first.latest <= second.earliest {
                    return Some((true, why));
                }
                let denied = second.latest <= first.earliest || second == first;
                denied.then_some((false, why))
            }
            ConditionKind::Pledge { reference, status } => {
                let target = pledges.get(reference.pledge.0 as usize)?;
                let why = super::trigger::never(target, *status)?;
                Some((false, why))
            }
            ConditionKind::And(_)
            | ConditionKind::Or(_)
            | ConditionKind::Not(_)
            | ConditionKind::State { .. }
            | ConditionKind::Relation { .. }
            | ConditionKind::Once { .. }
            | ConditionKind::Error => None,
        }
    }

    fn compared(
        &self,
        left: &Quantity,
        comparison: Comparison,
        right: &Quantity,
    ) -> Option<(bool, String)> {
        let numbers = (exact(left), exact(right));
        if let (None, None) = numbers {
            let same = self.words_at(left.span) == self.words_at(right.span);
            let equal = matches!(
                comparison,
                Comparison::Equal | Comparison::LessOrEqual | Comparison::GreaterOrEqual
            );
            return same.then(|| (equal, "both sides are the same".to_owned()));
        }
        let (quantity, comparison, bound) = match numbers {
            (_, Some(bound)) => (left, comparison, bound),
            (Some(bound), None) => (right, turned(comparison), bound),
            (None, None) => return None,
        };
        let fits = |comparison| {
            let mut range = Range::of(quantity);
            range.narrow(comparison, bound);
            !range.is_empty()
        };
        let why = if exact(quantity).is_some() {
            "both numbers are fixed by the text"
        } else {
            "what is counted is never less than nothing"
        };
        match (fits(comparison), fits(opposite(comparison))) {
            (true, false) => Some((true, why.to_owned())),
            (false, true) => Some((false, why.to_owned())),
            (true, true) | (false, false) => None,
        }
    }

    fn identical(&self, left: &Operand, right: &Operand) -> Option<(bool, String)> {
        let fixed = "both sides are fixed by the text".to_owned();
        match (&left.kind, &right.kind) {
            (OperandKind::Flag(left), OperandKind::Flag(right)) => Some((left == right, fixed)),
            (OperandKind::Number(left), OperandKind::Number(right)) => Some((left == right, fixed)),
            (OperandKind::Text(left), OperandKind::Text(right)) => Some((left == right, fixed)),
            (OperandKind::Thing { id, .. }, OperandKind::Thing { id: other, exactly })
                if id == other
                    || !exactly
                        && self.vocabulary.belongs(*id, *other, When::ALWAYS) == Belongs::Yes =>
            {
                Some((true, fixed))
            }
            (_, _) if self.words_at(left.span) == self.words_at(right.span) => {
                Some((true, "both sides are the same".to_owned()))
            }
            (_, _) => None,
        }
    }
}

/// Gives a test without the `not` before it, and whether it is to be true.
fn bare(mut condition: &Condition, mut sign: bool) -> (&Condition, bool) {
    while let ConditionKind::Not(inner) = &condition.kind {
        (condition, sign) = (inner, !sign);
    }
    (condition, sign)
}

fn bounded(condition: &Condition) -> Option<Bounded<'_>> {
    let ConditionKind::Compare {
        left,
        comparison,
        right,
    } = &condition.kind
    else {
        return None;
    };
    match (exact(left), exact(right)) {
        (None, Some(bound)) => Some(Bounded {
            quantity: left,
            comparison: *comparison,
            bound,
        }),
        (Some(bound), None) => Some(Bounded {
            quantity: right,
            comparison: turned(*comparison),
            bound,
        }),
        (Some(_), Some(_)) | (None, None) => None,
    }
}

fn is_joined(condition: &Condition) -> bool {
    matches!(
        condition.kind,
        ConditionKind::And(_) | ConditionKind::Or(_) | ConditionKind::Not(_)
    )
}
