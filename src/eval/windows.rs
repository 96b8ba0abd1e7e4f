//! Conditions per period that are more than comparisons of one count with a bound: sums of counts, `or`, `not`, `!=`
//! (docs/semantics.md, So many per period).
//!
//! In each window every count has a range, from what certainly lies in it to what possibly does; the condition is worked out with these ranges.

use std::collections::BTreeMap;

use crate::agreement::tally::{Effect, Tally, tallies};
use crate::agreement::{Condition, ConditionKind, Quantity, QuantityKind};
use crate::evidence::{Favours, Truth};
use crate::quantity::Decimal;
use crate::source::Span;
use crate::time::When;
use crate::verdict::{Note, Why};

use super::bounds::{Bounds, decide};
use super::condition::Ask;
use super::instance::{Case, Judged, Witnesses};
use super::limit::{Counted, Finding, Series, conclude, counted, whole_windows};
use super::tally::Ruler;

/// What each count of a condition comes to, by its place.
pub(super) type Totals = BTreeMap<Span, Bounds>;

/// The acts of one count.
struct Column<'a> {
    span: Span,
    acts: Vec<Counted<'a>>,
}

/// Gives whose word on a count is good for the obligor: more of it may help or hurt.
pub(super) fn favours(effect: Effect) -> Favours {
    match effect {
        Effect::Helps => Favours::Obligor,
        Effect::Hurts | Effect::Both => Favours::Others,
    }
}

/// Judges a condition that must hold in each window.
pub(super) fn judge<'a>(
    case: &Case<'_, 'a>,
    condition: &'a Condition,
    ruler: &Ruler<'_>,
    evidence: &mut Witnesses,
    notes: &mut Vec<Note>,
) -> Judged {
    let mut columns: Vec<Column<'a>> = Vec::new();
    for tally in tallies(condition).unwrap_or_default() {
        if columns.iter().all(|column| column.span != tally.span) {
            columns.push(column(case, &tally, ruler, evidence, notes));
        }
    }
    let whole = whole(case, ruler, &columns);
    let mut ends = whole.clone();
    let positions = columns.iter().flat_map(|column| &column.acts);
    ends.extend(positions.flat_map(|act| [act.first, act.last]));
    ends.sort_unstable();
    ends.dedup();
    let windows = ends.iter().map(|end| Window {
        begin: ruler.start(*end),
        end: *end,
        whole: whole.binary_search(end).is_ok(),
    });
    let mut findings: Vec<Finding> = Vec::new();
    let mut failing: Option<Finding> = None;
    let mut open = None;
    for window in windows {
        let found = fails(case, condition, ruler, &columns, &window);
        match found {
            Outcome::Fails(since) if failing.is_none() || !ruler.slides() => {
                findings.extend(failing.take());
                failing = Some(finding(case, ruler, &window, since));
            }
            Outcome::Open(since, why) => open = open.or(Some((since, why))),
            Outcome::Fails(_) | Outcome::Holds => {}
        }
        if !matches!(found, Outcome::Fails(_))
            && let Some(mut over) = failing.take()
        {
            if ruler.slides() {
                over.until = Some(case.after(ruler, window.end));
            }
            findings.push(over);
        }
    }
    findings.extend(failing);
    findings.sort_by_key(|finding| finding.since);
    conclude(case, &findings, open, notes)
}

fn column<'a>(
    case: &Case<'_, 'a>,
    tally: &Tally<'a>,
    ruler: &Ruler<'_>,
    evidence: &mut Witnesses,
    notes: &mut Vec<Note>,
) -> Column<'a> {
    let series = Series {
        pattern: tally.pattern,
        field: tally.field,
        favours: favours(tally.effect),
    };
    Column {
        span: tally.span,
        acts: counted(case, series, ruler, evidence, notes),
    }
}

/// Gives the ends of the windows that lie wholly inside the window of the duty and are over.
fn whole(case: &Case<'_, '_>, ruler: &Ruler<'_>, columns: &[Column<'_>]) -> Vec<i64> {
    let mut ends: Vec<i64> = columns
        .iter()
        .flat_map(|column| whole_windows(case, ruler, &column.acts))
        .collect();
    ends.sort_unstable();
    ends.dedup();
    ends
}

/// A window on the ruler, both ends included.
struct Window {
    begin: i64,
    end: i64,
    /// Whether it is owed whole and over; else only what can't get better any more is said of it.
    whole: bool,
}

#[derive(Clone, Copy)]
enum Outcome {
    Holds,
    /// It does not hold; since the act that made it so, where one did.
    Fails(Option<When>),
    Open(When, Why),
}

fn fails<'a>(
    case: &Case<'_, 'a>,
    condition: &'a Condition,
    ruler: &Ruler<'_>,
    columns: &[Column<'a>],
    window: &Window,
) -> Outcome {
    let certain = |act: &&Counted<'a>| {
        act.truth == Truth::True && act.first >= window.begin && act.last <= window.end
    };
    let possible = |act: &&Counted<'a>| act.last >= window.begin && act.first <= window.end;
    let least = |acts: &mut dyn Iterator<Item = &Counted<'a>>| -> Decimal {
        acts.map(|act| act.amount.low.unwrap_or(Decimal::ZERO))
            .sum()
    };
    let mut now = Totals::new();
    let mut at_most = Totals::new();
    for column in columns {
        let low = least(&mut column.acts.iter().filter(certain));
        let all = column.acts.iter().filter(possible);
        let high = all
            .map(|act| act.amount.high)
            .reduce(|a, b| a?.checked_add(b?));
        let high = high.unwrap_or(Some(Decimal::ZERO));
        now.insert(
            column.span,
            Bounds {
                low: Some(low),
                high: if window.whole { high } else { None },
            },
        );
        at_most.insert(
            column.span,
            Bounds {
                low: high,
                high: None,
            },
        );
    }
    let moment = last_moment(ruler, window.end);
    match case.per_window(condition, &now, moment) {
        Truth::False => Outcome::Fails(sufficing(case, condition, columns, window)),
        Truth::True => Outcome::Holds,
        Truth::Contested | Truth::NotShown if window.whole => {
            let acts: Vec<&Counted<'a>> = columns
                .iter()
                .flat_map(|column| column.acts.iter().filter(possible))
                .collect();
            Outcome::Open(moment, why(&acts))
        }
        Truth::Contested | Truth::NotShown => {
            // A window that is not over is open only where what is possible by now would break it whatever comes.
            match case.per_window(condition, &at_most, moment) {
                Truth::False => {
                    let acts: Vec<&Counted<'a>> = columns
                        .iter()
                        .flat_map(|column| column.acts.iter().filter(possible))
                        .collect();
                    let since = acts.iter().map(|act| act.found.when).max();
                    Outcome::Open(since.unwrap_or(moment), why(&acts))
                }
                Truth::True | Truth::Contested | Truth::NotShown => Outcome::Holds,
            }
        }
    }
}

fn why(acts: &[&Counted<'_>]) -> Why {
    if acts.iter().any(|act| act.happened == Truth::Contested) {
        Why::Contested
    } else if acts
        .iter()
        .any(|act| act.truth == Truth::True && act.amount.point().is_none())
    {
        Why::Quantity
    } else {
        Why::Straddles
    }
}

/// Gives the act that made it certain, whatever came after it, that the condition does not hold in a window; none where only its end did.
fn sufficing<'a>(
    case: &Case<'_, 'a>,
    condition: &'a Condition,
    columns: &[Column<'a>],
    window: &Window,
) -> Option<When> {
    let mut acts: Vec<(Span, &Counted<'a>)> = Vec::new();
    let mut totals = Totals::new();
    for column in columns {
        totals.insert(column.span, Bounds::exactly(Decimal::ZERO).at_least());
        let inside = column.acts.iter().filter(|act| {
            act.truth == Truth::True && act.first >= window.begin && act.last <= window.end
        });
        acts.extend(inside.map(|act| (column.span, act)));
    }
    acts.sort_by_key(|(_, act)| (act.found.when.latest, act.found.when.earliest));
    for (span, act) in acts {
        if let Some(total) = totals.get_mut(&span) {
            *total = total.with(act.amount, Truth::True).at_least();
        }
        if case.per_window(condition, &totals, act.found.when) == Truth::False {
            return Some(act.found.when);
        }
    }
    None
}

fn finding(
    case: &Case<'_, '_>,
    ruler: &Ruler<'_>,
    window: &Window,
    since: Option<When>,
) -> Finding {
    let calendar = case.context.calendar;
    let after = case.after(ruler, window.end.saturating_add(1));
    let day = |when: When| crate::time::iso_moment(calendar.moment_of(when), calendar);
    let text = match since {
        Some(since) => format!(
            "what must hold in each window did not from {} on",
            day(since)
        ),
        None => format!(
            "what must hold in each window did not in the one that ended on {}",
            day(last_moment(ruler, window.end))
        ),
    };
    let until = match since {
        _ if ruler.slides() => None,
        Some(_) => (after.earliest <= case.context.clocks.as_of).then_some(after),
        None => Some(case.context.right_after(after)),
    };
    Finding {
        since: since.unwrap_or(after),
        until,
        text,
    }
}

/// Gives the last moment of a position.
fn last_moment(ruler: &Ruler<'_>, position: i64) -> When {
    When::at(ruler.opens(position.saturating_add(1)).plus(-1))
}

impl<'a> Case<'_, 'a> {
    /// Gives the moment at which a position begins, as people say it.
    fn after(&self, ruler: &Ruler<'_>, position: i64) -> When {
        let opens = ruler.opens(position);
        self.context.right_after(When {
            earliest: opens.plus(-1),
            latest: opens,
        })
    }

    /// Works out a condition with the counts of one window.
    pub(super) fn per_window(
        &self,
        condition: &'a Condition,
        totals: &Totals,
        moment: When,
    ) -> Truth {
        let all = |parts: &'a [Condition]| -> Vec<Truth> {
            let parts = parts.iter();
            parts
                .map(|part| self.per_window(part, totals, moment))
                .collect()
        };
        match &condition.kind {
            ConditionKind::And(parts) => all(parts).into_iter().min().unwrap_or(Truth::True),
            ConditionKind::Or(parts) => all(parts).into_iter().max().unwrap_or(Truth::False),
            ConditionKind::Not(inner) => self.per_window(inner, totals, moment).not(),
            ConditionKind::Compare {
                left,
                comparison,
                right,
            } => decide(
                self.with_totals(left, totals, moment),
                *comparison,
                self.with_totals(right, totals, moment),
            ),
            // `resolve` lets `per` stand with comparisons only.
            ConditionKind::State { .. }
            | ConditionKind::Relation { .. }
            | ConditionKind::Once { .. }
            | ConditionKind::Within { .. }
            | ConditionKind::Is { .. }
            | ConditionKind::Pledge { .. }
            | ConditionKind::Order { .. }
            | ConditionKind::Error => Truth::NotShown,
        }
    }

    fn with_totals(&self, quantity: &'a Quantity, totals: &Totals, moment: When) -> Bounds {
        let part = |part: &'a Quantity| self.with_totals(part, totals, moment);
        match &quantity.kind {
            QuantityKind::Count { .. } | QuantityKind::Sum { .. } => totals
                .get(&quantity.span)
                .copied()
                .unwrap_or(Bounds::UNKNOWN),
            QuantityKind::Add(a, b) => part(a).combine(part(b), Decimal::checked_add),
            QuantityKind::Subtract(a, b) => part(a).minus(part(b)),
            QuantityKind::Multiply(a, b) => part(a).times(part(b)),
            QuantityKind::Share { factor, of } => part(of).times(Bounds::exactly(*factor)),
            QuantityKind::Number(_)
            | QuantityKind::Variable(_)
            | QuantityKind::Field(_)
            | QuantityKind::TriggerField(_)
            | QuantityKind::Measure { .. }
            | QuantityKind::Given { .. }
            | QuantityKind::Error => {
                let ask = Ask::at(self.env, self.lens(Favours::Others), moment);
                let ranges = self.context.ranges(quantity, &ask);
                let found = ranges.get(self.standard).copied();
                found.unwrap_or(Bounds::UNKNOWN)
            }
        }
    }
}
