//! Quantities at a moment: measures, counts and sums, compared with a bound.
//!
//! A comparison of a measure or a field with a bound is a proposition with its own standings: figures in conflict are never averaged. Where
//! quantities are added up, each standard has a range from what is certain to what is possible, and a comparison that the range does not decide
//! is contested.

use std::collections::BTreeMap;

use crate::agreement::{
    Argument, Holds, MeasureId, Over, Pattern, Quantity, QuantityKind, Standing, Value,
};
use crate::evidence::{Answer, IncidentId, Truth};
use crate::quantity::{Comparison, Decimal, Estimate};
use crate::record::{RecordId, Subject};
use crate::time::{Moment, When};

use super::bounds::{Bounds, decide, hull, value_bounds};
use super::condition::{Ask, happened_by};
use super::given::is_plain_measure;
use super::matching::{Match, Purpose};
use super::{Context, Truths, always, truths_of};

/// A reading that is in force at a moment.
struct Active {
    record: RecordId,
    when: When,
    pro: Standing,
    con: Standing,
    /// What it says to the question; none where its range lies around the bound.
    holds: Option<bool>,
    /// Whether it is of the moment itself.
    fresh: bool,
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
        let question =
            |value: Option<Estimate>| value.and_then(|value| comparison.holds(value, bound));
        let active = self.active_readings(measure, arguments, &question, ask);
        let affirming: Vec<RecordId> = active
            .iter()
            .filter(|reading| reading.holds == Some(true))
            .map(|reading| reading.record)
            .collect();
        let against = active
            .iter()
            .filter(|reading| reading.holds == Some(false) && (reading.fresh || !ask.fresh));
        let denying: Vec<RecordId> = against.map(|reading| reading.record).collect();
        let pro = self.evidence.level(&affirming, ask.lens.viewpoint(ask.env));
        let denied = active
            .iter()
            .filter(|reading| reading.holds == Some(true) && reading.con >= reading.pro)
            .map(|reading| reading.con)
            .max();
        let con = self
            .evidence
            .level(&denying, ask.lens.opposite().viewpoint(ask.env))
            .max(denied.unwrap_or(Standing::None));
        truths_of(pro, if ask.affirmed { Standing::None } else { con })
    }

    fn active_readings(
        &self,
        measure: MeasureId,
        arguments: &[Argument],
        question: &dyn Fn(Option<Estimate>) -> Option<bool>,
        ask: &Ask<'_, 'a>,
    ) -> Vec<Active> {
        // Of one voice the newest reading stands, whatever it says; of several of one time, all.
        let mut last: BTreeMap<String, Vec<Active>> = BTreeMap::new();
        for reading in self.readings(measure, arguments, question, ask) {
            let known = last.entry(self.voice_of(reading.record)).or_default();
            let newest = known.first().map(|known| known.when.latest);
            if newest.is_some_and(|newest| newest > reading.when.latest) {
                continue;
            }
            if newest != Some(reading.when.latest) {
                known.clear();
            }
            known.push(reading);
        }
        let readings: Vec<Active> = last.into_values().flatten().collect();
        let displaced: Vec<bool> = readings
            .iter()
            .map(|reading| readings.iter().any(|other| displaces(other, reading)))
            .collect();
        readings
            .into_iter()
            .zip(displaced)
            .filter(|(reading, displaced)| !displaced && reading.holds.is_some())
            .map(|(reading, _)| reading)
            .collect()
    }

    /// Gives the readings that hold at the moment asked about, one for each record that answers the question.
    fn readings(
        &self,
        measure: MeasureId,
        arguments: &[Argument],
        question: &dyn Fn(Option<Estimate>) -> Option<bool>,
        ask: &Ask<'_, 'a>,
    ) -> Vec<Active> {
        let mut found = Vec::new();
        for incident in self.reading_incidents(measure, arguments, ask) {
            let whole = self
                .evidence
                .occurrence(incident, ask.lens.viewpoint(ask.env));
            if whole.con > whole.pro || !self.in_force_at(measure, whole.when, ask.moment) {
                continue;
            }
            let fresh = whole.when.overlaps(ask.moment);
            for record in self.live_records(incident) {
                let holds = question(record.value);
                let lens = if holds == Some(false) {
                    ask.lens.opposite()
                } else {
                    ask.lens
                };
                let pro = self.evidence.level(&[record.id], lens.viewpoint(ask.env));
                found.push(Active {
                    record: record.id,
                    when: whole.when,
                    pro,
                    con: whole.con,
                    holds,
                    fresh,
                });
            }
        }
        found
    }

    /// Gives the incidents of readings that match the arguments, in order of time.
    pub(super) fn reading_incidents(
        &self,
        measure: MeasureId,
        arguments: &[Argument],
        ask: &Ask<'_, 'a>,
    ) -> Vec<IncidentId> {
        let slots: Vec<Option<usize>> = (0..self.vocabulary().measure(measure).fields.len())
            .map(Some)
            .collect();
        let matches = |incident: &IncidentId| {
            arguments.iter().all(|argument| {
                self.live_records(*incident).any(|record| {
                    self.answer(argument, &slots, record, ask.env, Purpose::Other)
                        == Answer::Affirms
                })
            })
        };
        self.evidence
            .incidents_of(Subject::Measure(measure))
            .filter(|incident| matches(incident))
            .collect()
    }

    fn in_force_at(&self, measure: MeasureId, read: When, moment: When) -> bool {
        let measure = self.vocabulary().measure(measure);
        let begun = read.latest <= moment.latest || read.overlaps(moment);
        let lasted = match (measure.holds, measure.lasts) {
            (Holds::Point, _) => read.overlaps(moment),
            (Holds::Step, None) => true,
            (Holds::Step, Some(lasts)) => {
                let over = self
                    .calendar
                    .shift(self.calendar.moment_of(read), lasts, false);
                moment.earliest < self.calendar.end_of(over.last)
            }
        };
        begun && lasted && read.earliest < self.clocks.as_of
    }

    fn voice_of(&self, record: RecordId) -> String {
        let record = self.records().record(record);
        record.informant.map_or_else(
            || record.name.clone(),
            |id| self.records().informant(id).owner.clone(),
        )
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
            QuantityKind::Count { pattern, over } => {
                self.tally(pattern, over.as_ref(), ask, &|_| {
                    Bounds::exactly(Decimal::ONE)
                })
            }
            QuantityKind::Sum {
                slot,
                pattern,
                over,
            } => self.tally(pattern, over.as_ref(), ask, &|found| {
                let slots = &found.route.slots;
                self.figure(found.incident, slots, *slot, ask.lens, &found.env)
            }),
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
        let active = self.active_readings(measure, arguments, &|value| value.map(|_| true), ask);
        Standing::STANDARDS.map(|standard| {
            let newest = active
                .iter()
                .filter(|reading| reading.pro >= standard)
                .map(|reading| reading.when.latest)
                .max();
            active
                .iter()
                .filter(|reading| {
                    reading.pro >= standard
                        && newest.is_some_and(|newest| reading.when.latest == newest)
                })
                .filter_map(|reading| self.records().record(reading.record).value)
                .map(Bounds::of)
                .reduce(hull)
                .unwrap_or(Bounds::UNKNOWN)
        })
    }

    /// Adds up what each matching incident gives: at least what is certain, at most what is possible.
    fn tally(
        &self,
        pattern: &'a Pattern,
        over: Option<&'a Over>,
        ask: &Ask<'_, 'a>,
        amount: &dyn Fn(&Match<'a>) -> Bounds,
    ) -> [Bounds; 4] {
        let mut totals = [Bounds::exactly(Decimal::ZERO); 4];
        let spans = self.spans(over, ask);
        for found in self.find(pattern, ask.env, ask.lens, Purpose::Other) {
            let each = amount(&found);
            for (index, total) in totals.iter_mut().enumerate() {
                let Some((from, by)) = spans.get(index).copied().flatten() else {
                    *total = Bounds::UNKNOWN;
                    continue;
                };
                let truth = found.truths.get(index).copied().unwrap_or(Truth::NotShown);
                let inside = happened_by(found.when, by, Some(from));
                match truth {
                    Truth::True if inside == Truth::True => {
                        *total = total.combine(each, Decimal::checked_add);
                    }
                    Truth::True | Truth::Contested if inside != Truth::False => {
                        let possible = total
                            .high
                            .zip(each.high)
                            .and_then(|(a, b)| a.checked_add(b));
                        *total = Bounds {
                            high: possible,
                            ..*total
                        };
                    }
                    Truth::True | Truth::Contested | Truth::False | Truth::NotShown => {}
                }
            }
        }
        totals
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
                for incident in self.reading_incidents(*measure, arguments, ask) {
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
            QuantityKind::Count { pattern, .. } | QuantityKind::Sum { pattern, .. } => {
                into.extend(
                    self.find(pattern, ask.env, ask.lens, Purpose::Other)
                        .iter()
                        .map(|found| found.when),
                );
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

/// Says whether a newer reading takes the place of an older one.
fn displaces(newer: &Active, older: &Active) -> bool {
    newer.when.earliest >= older.when.latest
        && newer.holds.is_some()
        && older.holds.is_some()
        && newer.holds != older.holds
        && newer.pro >= older.pro
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
