//! Quantities at a moment: measures, counts and sums, compared with a bound.
//!
//! A comparison of a measure or a field with a bound is a proposition with its own standings: figures in conflict are never averaged. Where
//! quantities are added up, each standard has a range from what is certain to what is possible, and a comparison that the range does not decide
//! is contested.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::agreement::{
    Argument, Holds, MeasureId, Over, Pattern, Quantity, QuantityKind, Standing, Value,
};
use crate::evidence::{Answer, Truth};
use crate::quantity::{Comparison, Decimal, Estimate};
use crate::time::{Instant, Moment, When};

use super::bounds::{Bounds, decide, hull, value_bounds};
use super::condition::Ask;
use super::given::is_plain_measure;
use super::matching::{Match, Purpose};
use super::series::{Reading, Said};
use super::sums::{Item, Sums};
use super::{Context, Truths, always, truths_of};

/// A reading that is in force at a moment, with what it says to the question.
#[derive(Clone, Copy)]
struct Active<'r> {
    reading: &'r Reading,
    holds: bool,
    said: &'r Said,
}

impl<'a> Context<'a> {
    pub(super) fn compare(
        &self,
        left: &'a Quantity,
        comparison: Comparison,
        right: &'a Quantity,
        ask: &Ask<'_, 'a>,
    ) -> Truths {
        if speaks(&left.kind) {
            self.compare_spoken(left, comparison, right, ask)
        } else if speaks(&right.kind) {
            self.compare_spoken(right, mirrored(comparison), left, ask)
        } else {
            // Acts that are counted against an upper bound are bad for whom the bound binds.
            let few = is_upper(comparison, right);
            let (on_left, on_right) = if few {
                (ask.negated(), *ask)
            } else {
                (*ask, ask.negated())
            };
            let (left, right) = (self.ranges(left, &on_left), self.ranges(right, &on_right));
            let mut truths = always(Truth::NotShown);
            for (truth, (left, right)) in truths.iter_mut().zip(left.into_iter().zip(right)) {
                *truth = decide(left, comparison, right);
            }
            truths
        }
    }

    /// Compares what records speak about (a field of the act, a measure) with a bound.
    fn compare_spoken(
        &self,
        spoken: &'a Quantity,
        comparison: Comparison,
        bound: &'a Quantity,
        ask: &Ask<'_, 'a>,
    ) -> Truths {
        let bounds = self.ranges(bound, ask);
        let mut truths = always(Truth::NotShown);
        let mut asked: BTreeMap<Decimal, Truths> = BTreeMap::new();
        for (index, bound) in bounds.into_iter().enumerate() {
            let found = match bound.point() {
                Some(point) => *asked
                    .entry(point)
                    .or_insert_with(|| self.ask_records(spoken, comparison, point, ask)),
                None => self
                    .ranges(spoken, ask)
                    .map(|range| decide(range, comparison, bound)),
            };
            if let (Some(truth), Some(found)) = (truths.get_mut(index), found.get(index)) {
                *truth = *found;
            }
        }
        truths
    }

    fn ask_records(
        &self,
        spoken: &'a Quantity,
        comparison: Comparison,
        bound: Decimal,
        ask: &Ask<'_, 'a>,
    ) -> Truths {
        match &spoken.kind {
            QuantityKind::Field(slot) => match ask.act {
                Some((slots, incident)) => {
                    self.field_truths(*slot, slots, incident, ask, &|_, value| {
                        number_answer(value, comparison, bound)
                    })
                }
                None => always(Truth::NotShown),
            },
            QuantityKind::Measure {
                measure,
                arguments,
                as_of: None,
                ..
            } => self.measure_truths(*measure, arguments, comparison, bound, ask),
            QuantityKind::Measure {
                measure,
                arguments,
                as_of: Some(moment),
                ..
            } => {
                let moments = self.moments(moment, ask);
                [0usize, 1, 2, 3].map(|standard| {
                    self.past(moments.get(standard).copied(), ask)
                        .map(|then| {
                            self.measure_truths(*measure, arguments, comparison, bound, &then)
                        })
                        .and_then(|truths| truths.get(standard).copied())
                        .unwrap_or(Truth::NotShown)
                })
            }
            QuantityKind::Number(_)
            | QuantityKind::Variable(_)
            | QuantityKind::TriggerField(_)
            | QuantityKind::Given { .. }
            | QuantityKind::Count { .. }
            | QuantityKind::Sum { .. }
            | QuantityKind::Add(..)
            | QuantityKind::Subtract(..)
            | QuantityKind::Multiply(..)
            | QuantityKind::Share { .. }
            | QuantityKind::Error => always(Truth::NotShown),
        }
    }

    /// Gives the truths of "this measure compares so with the bound" at the moment asked about.
    ///
    /// Each voice's last reading holds until its next, or for as long as the measure `lasts`. A reading gives way to a newer one that says
    /// otherwise and stands at least as well.
    fn measure_truths(
        &self,
        measure: MeasureId,
        arguments: &[Argument],
        comparison: Comparison,
        bound: Decimal,
        ask: &Ask<'_, 'a>,
    ) -> Truths {
        let question = |value: Estimate| comparison.holds(value, bound);
        let series = self.series(measure, arguments, ask);
        let active = undisplaced(&series.at(ask.moment), &question);
        let affirming = active.iter().filter(|active| active.holds);
        let against = active.iter().filter(|active| {
            !active.holds && (!ask.fresh || active.reading.when.overlaps(ask.moment))
        });
        let pro = self
            .evidence
            .standing(affirming.clone().map(|active| &active.said.voices));
        let denied = affirming
            .filter(|active| active.reading.con >= active.said.standing)
            .map(|active| active.reading.con)
            .max();
        let con = self
            .evidence
            .standing(against.map(|active| &active.said.voices))
            .max(denied.unwrap_or(Standing::None));
        truths_of(pro, if ask.affirmed { Standing::None } else { con })
    }

    /// Gives the range of a quantity at each standard.
    pub(super) fn ranges(&self, quantity: &'a Quantity, ask: &Ask<'_, 'a>) -> [Bounds; 4] {
        match &quantity.kind {
            QuantityKind::Number(value) => [Bounds::exactly(*value); 4],
            QuantityKind::Variable(id) => [value_bounds(ask.env.get(*id)); 4],
            QuantityKind::TriggerField(slot) => {
                [value_bounds(self.trigger_field(ask.env, *slot).as_ref()); 4]
            }
            QuantityKind::Field(slot) => {
                let value = ask
                    .act
                    .and_then(|(slots, incident)| self.field_value(incident, slots, *slot));
                [value_bounds(value.as_ref()); 4]
            }
            QuantityKind::Measure {
                measure,
                arguments,
                total,
                as_of,
            } => match as_of {
                None => self.measure_at(*measure, arguments, *total, ask),
                Some(moment) => self.measure_as_of(*measure, arguments, *total, moment, ask),
            },
            QuantityKind::Count { pattern, over } => self.tally(pattern, over.as_ref(), ask, None),
            QuantityKind::Sum {
                slot,
                pattern,
                over,
            } => self.tally(pattern, over.as_ref(), ask, Some(*slot)),
            QuantityKind::Add(a, b) => {
                self.pairwise(a, b, ask, |a, b| a.combine(b, Decimal::checked_add))
            }
            QuantityKind::Subtract(a, b) => self.pairwise(a, b, ask, Bounds::minus),
            QuantityKind::Multiply(a, b) => self.pairwise(a, b, ask, Bounds::times),
            QuantityKind::Share { factor, of } => self
                .ranges(of, ask)
                .map(|range| range.times(Bounds::exactly(*factor))),
            QuantityKind::Given { given, arguments } => self.given_ranges(*given, arguments, ask),
            QuantityKind::Error => [Bounds::UNKNOWN; 4],
        }
    }

    fn pairwise(
        &self,
        a: &'a Quantity,
        b: &'a Quantity,
        ask: &Ask<'_, 'a>,
        with: impl Fn(Bounds, Bounds) -> Bounds,
    ) -> [Bounds; 4] {
        let mut ranges = self.ranges(a, ask);
        for (left, right) in ranges.iter_mut().zip(self.ranges(b, ask)) {
            *left = with(*left, right);
        }
        ranges
    }

    /// Gives the range of a measure at each standard: the hull of the readings that stand well enough.
    pub(super) fn measure_ranges(
        &self,
        measure: MeasureId,
        arguments: &[Argument],
        ask: &Ask<'_, 'a>,
    ) -> [Bounds; 4] {
        let series = self.series(measure, arguments, ask);
        let mut active = series.at(ask.moment);
        active.retain(|reading| reading.value.is_some());
        Standing::STANDARDS.map(|standard| {
            let standing = |reading: &&&Reading| reading.affirming.standing >= standard;
            let those = active.iter().filter(standing);
            let newest = those.clone().map(|reading| reading.when.latest).max();
            those
                .filter(|reading| newest == Some(reading.when.latest))
                .filter_map(|reading| reading.value)
                .map(Bounds::of)
                .reduce(hull)
                .unwrap_or(Bounds::UNKNOWN)
        })
    }

    /// Adds up what each matching incident gives in a field, or counts them: at least what is certain, at most what is possible.
    fn tally(
        &self,
        pattern: &'a Pattern,
        over: Option<&'a Over>,
        ask: &Ask<'_, 'a>,
        slot: Option<usize>,
    ) -> [Bounds; 4] {
        let sums = self.sums(pattern, ask, slot);
        let spans = self.spans(over, ask);
        [0usize, 1, 2, 3].map(|standard| {
            let span = spans.get(standard).copied().flatten();
            span.map_or(Bounds::UNKNOWN, |(from, by)| {
                sums.between(standard, from, by)
            })
        })
    }

    /// Gives what matches a pattern, ready to be added up over any time.
    fn sums(&self, pattern: &'a Pattern, ask: &Ask<'_, 'a>, slot: Option<usize>) -> Rc<Sums> {
        let matches = self.found(pattern, ask.env, ask.lens, Purpose::Other);
        let summed = |truths: &dyn Fn(&Match<'a>) -> Truths| {
            let items = matches.found.iter().map(|found| Item {
                when: found.when,
                truths: truths(found),
                amount: match slot {
                    None => Bounds::exactly(Decimal::ONE),
                    Some(slot) => {
                        let slots = &found.route.slots;
                        self.figure(found.incident, slots, slot, ask.lens, &found.env)
                    }
                },
            });
            Rc::new(Sums::of(&items.collect::<Vec<_>>()))
        };
        if let Some(spared) = ask.spared {
            let of = (std::ptr::from_ref(pattern).addr(), slot, ask.lens.favours);
            return spared.sums(of, || summed(&|found| spared.truths(found)));
        }
        let known = matches.sums.borrow().get(&slot).cloned();
        known.unwrap_or_else(|| {
            let sums = summed(&|found| found.truths);
            matches.sums.borrow_mut().insert(slot, Rc::clone(&sums));
            sums
        })
    }

    /// Gives the time over which something is counted, at each standard.
    fn spans(&self, over: Option<&'a Over>, ask: &Ask<'_, 'a>) -> [Option<(When, When)>; 4] {
        match over {
            None => [Some((ask.counted_from, ask.moment)); 4],
            Some(Over::Last(period)) => [Some((self.before(ask.moment, *period), ask.moment)); 4],
            Some(Over::During { from, to }) => {
                let (from, to) = (self.moments(from, ask), self.moments(to, ask));
                [0usize, 1, 2, 3].map(|index| {
                    let at = |found: &[super::moment::Found; 4]| {
                        found.get(index).and_then(|found| found.known())
                    };
                    let span = |moment: Moment| self.calendar.span_of(moment);
                    at(&from)
                        .zip(at(&to))
                        .map(|(from, to)| (span(from), up_to(span(to), ask.moment)))
                })
            }
        }
    }

    /// Gives the moments at which a condition may change, from the records that it looks at: each with how roughly it is known.
    pub(super) fn changes_of_quantity(
        &self,
        quantity: &'a Quantity,
        ask: &Ask<'_, 'a>,
        into: &mut Vec<When>,
    ) {
        match &quantity.kind {
            QuantityKind::Measure {
                measure,
                arguments,
                as_of,
                total,
            } => {
                if *total {
                    self.changes_of_membership(arguments, into);
                }
                if let Some(moment) = as_of {
                    let known = self.moments(moment, ask).into_iter();
                    let known = known.filter_map(super::moment::Found::known);
                    into.extend(known.map(|moment| self.calendar.span_of(moment)));
                }
                for &incident in self.reading_incidents(*measure, arguments, ask).iter() {
                    let when = self
                        .evidence
                        .occurrence(incident, ask.lens.viewpoint(ask.env))
                        .when;
                    into.push(when);
                    let measure = self.vocabulary().measure(*measure);
                    match (measure.holds, measure.lasts) {
                        // To reach something is to be read: that an old reading runs out shows nothing new.
                        _ if ask.fresh => {}
                        (Holds::Point, _) => into.push(When::at(when.latest)),
                        (Holds::Step, Some(lasts)) => {
                            let over =
                                self.calendar
                                    .shift(self.calendar.moment_of(when), lasts, false);
                            into.push(When::at(self.calendar.end_of(over.last)));
                        }
                        (Holds::Step, None) => {}
                    }
                }
            }
            QuantityKind::Count { pattern, over } | QuantityKind::Sum { pattern, over, .. } => {
                let matches = self.found(pattern, ask.env, ask.lens, Purpose::Other);
                let times: Vec<When> = matches.found.iter().map(|found| found.when).collect();
                if let Some(Over::Last(period)) = over {
                    into.extend(self.dropped_out(*period, &times));
                }
                into.extend(times);
            }
            QuantityKind::Add(a, b)
            | QuantityKind::Subtract(a, b)
            | QuantityKind::Multiply(a, b) => {
                self.changes_of_quantity(a, ask, into);
                self.changes_of_quantity(b, ask, into);
            }
            QuantityKind::Share { of, .. } => self.changes_of_quantity(of, ask, into),
            QuantityKind::Number(_)
            | QuantityKind::Variable(_)
            | QuantityKind::Field(_)
            | QuantityKind::TriggerField(_)
            | QuantityKind::Error => {}
            QuantityKind::Given { given, arguments } => {
                self.changes_of_given(*given, arguments, ask, into);
            }
        }
    }
}

/// Gives the end of a span, or the moment asked about where that comes first.
fn up_to(end: When, moment: When) -> When {
    if moment.latest < end.latest {
        moment
    } else {
        end
    }
}

/// Says whether a comparison bounds its left side from above; `= 0` does.
fn is_upper(comparison: Comparison, right: &Quantity) -> bool {
    match comparison {
        Comparison::Less | Comparison::LessOrEqual => true,
        Comparison::Greater | Comparison::GreaterOrEqual | Comparison::NotEqual => false,
        Comparison::Equal => matches!(right.kind, QuantityKind::Number(number) if number.is_zero()),
    }
}

/// Says whether records speak about this quantity directly.
fn speaks(kind: &QuantityKind) -> bool {
    matches!(kind, QuantityKind::Field(_)) || is_plain_measure(kind)
}

fn number_answer(value: &Value, comparison: Comparison, bound: Decimal) -> Answer {
    match value {
        Value::Number(estimate) => match comparison.holds(*estimate, bound) {
            Some(true) => Answer::Affirms,
            Some(false) => Answer::Denies,
            None => Answer::Silent,
        },
        Value::Thing(_) | Value::Date(_) | Value::Text(_) | Value::Flag(_) | Value::Record(_) => {
            Answer::Silent
        }
    }
}

/// Gives the readings that answer a question, without those that give way to a newer one that says otherwise and stands at least as well.
fn undisplaced<'r>(
    readings: &[&'r Reading],
    question: &dyn Fn(Estimate) -> Option<bool>,
) -> Vec<Active<'r>> {
    let answer = |reading: &&'r Reading| {
        let holds = question(reading.value?)?;
        let said = if holds {
            &reading.affirming
        } else {
            &reading.denying
        };
        Some(Active {
            reading,
            holds,
            said,
        })
    };
    let mut active: Vec<Active<'r>> = readings.iter().filter_map(answer).collect();
    let mut newest: BTreeMap<(bool, Standing), Instant> = BTreeMap::new();
    for one in &active {
        let begun = newest.entry((one.holds, one.said.standing));
        let begun = begun.or_insert(Instant::MIN);
        *begun = (*begun).max(one.reading.when.earliest);
    }
    active.retain(|one| {
        let otherwise = (!one.holds, one.said.standing)..=(!one.holds, Standing::Verified);
        let mut otherwise = newest.range(otherwise);
        !otherwise.any(|(_, begun)| *begun >= one.reading.when.latest)
    });
    active
}

pub(super) fn mirrored(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Equal | Comparison::NotEqual => comparison,
        Comparison::Less => Comparison::Greater,
        Comparison::LessOrEqual => Comparison::GreaterOrEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterOrEqual => Comparison::LessOrEqual,
    }
}
