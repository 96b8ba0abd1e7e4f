//! The truth of a condition at a moment, at every standard.
//!
//! Each leaf gets its truth first; then `and` takes the least and `or` the greatest in refuted < not shown < contested < shown, and `not` swaps
//! shown and refuted only (docs/semantics.md, Conditions). What hangs on a date that is not known exactly enough is contested.

use crate::agreement::{
    Belongs, Condition, ConditionKind, MomentExpr, Operand, OperandKind, Pattern, PledgeStatus,
    Reference, ThingId, Value,
};
use crate::evidence::{Answer, IncidentId, Truth};
use crate::quantity::Estimate;
use crate::record::Record;
use crate::time::{Period, When};

use super::answer::{field, same};
use super::bindings::Env;
use super::except::Spared;
use super::matching::{Lens, Purpose};
use super::sums::Existence;
use super::{Context, Truths, always, both, definitely, either, truths_of};

/// What a condition is asked about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ask<'q, 'a> {
    pub(super) env: &'q Env<'a>,
    pub(super) lens: Lens,
    /// The moment considered; roughly known where the act is.
    pub(super) moment: When,
    /// The act around the condition: the slots of its kind in the records, and the incident.
    pub(super) act: Option<(&'q [Option<usize>], IncidentId)>,
    /// From when things are counted where the rule names no time.
    pub(super) counted_from: When,
    /// Whether only what is said of the moment itself may contradict: a reading of an earlier day is no evidence against a newer one.
    pub(super) fresh: bool,
    /// Whether only what affirms is heard: asks whether anybody says so at all.
    pub(super) affirmed: bool,
    /// The acts that an exception takes out of what is counted.
    pub(super) spared: Option<&'q Spared<'q, 'a>>,
}

impl<'q, 'a> Ask<'q, 'a> {
    /// Asks about a moment.
    pub(super) fn at(env: &'q Env<'a>, lens: Lens, moment: When) -> Ask<'q, 'a> {
        Ask {
            env,
            lens,
            moment,
            act: None,
            counted_from: When::ALWAYS,
            fresh: false,
            affirmed: false,
            spared: None,
        }
    }

    /// Asks about an act.
    pub(super) fn of_act(
        env: &'q Env<'a>,
        lens: Lens,
        moment: When,
        act: (&'q [Option<usize>], IncidentId),
    ) -> Ask<'q, 'a> {
        Ask {
            act: Some(act),
            ..Ask::at(env, lens, moment)
        }
    }

    pub(super) fn negated(self) -> Ask<'q, 'a> {
        Ask {
            lens: self.lens.opposite(),
            ..self
        }
    }
}

impl<'a> Context<'a> {
    /// Gives the truths of a condition.
    pub(super) fn truths(&self, condition: &'a Condition, ask: &Ask<'_, 'a>) -> Truths {
        match &condition.kind {
            ConditionKind::And(parts) => parts
                .iter()
                .map(|part| self.truths(part, ask))
                .fold(definitely(true), both),
            ConditionKind::Or(parts) => parts
                .iter()
                .map(|part| self.truths(part, ask))
                .fold(definitely(false), either),
            ConditionKind::Not(inner) => self.truths(inner, &ask.negated()).map(Truth::not),
            ConditionKind::State { state, arguments } => self.state_truths(*state, arguments, ask),
            ConditionKind::Relation {
                relation,
                arguments,
            } => {
                let rows = self.relation_rows(*relation, arguments, ask.env, ask.moment);
                definitely(!rows.is_empty())
            }
            ConditionKind::Once { pattern, last } => self.once(pattern, *last, ask),
            ConditionKind::Within { operand, group } => self.within(operand, *group, ask),
            ConditionKind::Is { left, right } => self.is(left, right, ask),
            ConditionKind::Pledge { reference, status } => {
                self.pledge_status(reference, *status, ask)
            }
            ConditionKind::Order {
                operand,
                after,
                moment,
            } => self.order(operand, *after, moment, ask),
            ConditionKind::Compare {
                left,
                comparison,
                right,
            } => self.compare(left, *comparison, right, ask),
            ConditionKind::Error => always(Truth::NotShown),
        }
    }

    /// Says whether something has once happened; at a moment known to several days only, by the first and by the last of them.
    fn once(&self, pattern: &'a Pattern, last: Option<Period>, ask: &Ask<'_, 'a>) -> Truths {
        let mut truths = self.once_by(pattern, last, ask, ask.moment);
        let within = |day| self.calendar.day_span(day).intersect(ask.moment);
        let first = within(self.calendar.day_of(ask.moment.earliest));
        let end = within(self.calendar.day_of(ask.moment.latest.plus(-1)));
        if let (Some(first), Some(end)) = (first, end)
            && first != end
        {
            for part in [first, end] {
                let then = self.once_by(pattern, last, ask, part);
                for (truth, then) in truths.iter_mut().zip(then) {
                    if *truth == Truth::True && then != Truth::True {
                        *truth = Truth::Contested;
                    }
                }
            }
        }
        truths
    }

    fn once_by(
        &self,
        pattern: &'a Pattern,
        last: Option<Period>,
        ask: &Ask<'_, 'a>,
        moment: When,
    ) -> Truths {
        let from = last.map(|period| self.before(moment, period));
        if let Some(kept) = self.kept(pattern, ask.env, ask.lens, Purpose::Other) {
            return kept.happened_by(moment, from);
        }
        let matches = self.found(pattern, ask.env, ask.lens, Purpose::Other);
        let existence = matches.existence.get_or_init(|| {
            let found = matches.found.iter();
            Existence::of(
                &found
                    .map(|found| (found.when, found.truths))
                    .collect::<Vec<_>>(),
            )
        });
        existence.between(from.unwrap_or(When::ALWAYS), moment)
    }

    /// Gives the moment that lies `period` before another, as roughly known as that one.
    pub(super) fn before(&self, moment: When, period: Period) -> When {
        self.calendar.span_of(
            self.calendar
                .shift(self.calendar.moment_of(moment), period, true),
        )
    }

    fn within(&self, operand: &'a Operand, group: ThingId, ask: &Ask<'_, 'a>) -> Truths {
        self.about(operand, ask, &|value, when| match value {
            Value::Thing(thing) => match self.vocabulary().belongs(*thing, group, when) {
                Belongs::Yes => Answer::Affirms,
                Belongs::No => Answer::Denies,
                Belongs::Unsure => Answer::Silent,
            },
            Value::Number(_)
            | Value::Date(_)
            | Value::Text(_)
            | Value::Flag(_)
            | Value::Record(_) => Answer::Silent,
        })
    }

    fn is(&self, left: &'a Operand, right: &'a Operand, ask: &Ask<'_, 'a>) -> Truths {
        // Where only the right side is a field of the act, that is the one the records speak about.
        let (left, right) = match (&left.kind, &right.kind) {
            (OperandKind::Field(_), _) | (_, OperandKind::Thing { .. }) => (left, right),
            (_, OperandKind::Field(_)) => (right, left),
            _ => (left, right),
        };
        let exactly = matches!(right.kind, OperandKind::Thing { exactly: true, .. });
        let Some(wanted) = self.operand_value(right, ask) else {
            return always(Truth::NotShown);
        };
        self.about(left, ask, &|value, when| {
            self.is_answer(value, &wanted, exactly, when)
        })
    }

    fn is_answer(&self, value: &Value, wanted: &Value, exactly: bool, when: When) -> Answer {
        match (value, wanted) {
            (Value::Thing(found), Value::Thing(wanted)) if !exactly => match self
                .vocabulary()
                .belongs(*found, *wanted, when)
            {
                Belongs::Yes => Answer::Affirms,
                Belongs::Unsure => Answer::Silent,
                Belongs::No if self.vocabulary().belongs(*wanted, *found, when) != Belongs::No => {
                    Answer::Silent
                }
                Belongs::No => Answer::Denies,
            },
            _ => same(value, wanted),
        }
    }

    /// Asks a question about the value of an operand: of the records, where it is a field of the act; of the value itself elsewhere.
    fn about(
        &self,
        operand: &'a Operand,
        ask: &Ask<'_, 'a>,
        question: &dyn Fn(&Value, When) -> Answer,
    ) -> Truths {
        if let (OperandKind::Field(slot), Some((slots, incident))) = (&operand.kind, ask.act) {
            return self.field_truths(*slot, slots, incident, ask, &|record, value| {
                question(value, record.when)
            });
        }
        match self
            .operand_value(operand, ask)
            .map(|value| question(&value, ask.moment))
        {
            Some(Answer::Affirms) => definitely(true),
            Some(Answer::Denies) => definitely(false),
            Some(Answer::Silent) | None => always(Truth::NotShown),
        }
    }

    /// Gives the truths of a question that the records of the act answer by one of their fields.
    pub(super) fn field_truths(
        &self,
        slot: usize,
        slots: &[Option<usize>],
        incident: IncidentId,
        ask: &Ask<'_, 'a>,
        question: &dyn Fn(&Record, &Value) -> Answer,
    ) -> Truths {
        let answer = |record: &Record| {
            field(record, slots, slot).map_or(Answer::Silent, |value| question(record, value))
        };
        let weight = self
            .evidence
            .weigh(incident, ask.lens.viewpoint(ask.env), &answer);
        truths_of(weight.pro, weight.con)
    }

    /// Gives the value of an operand outside any record, or as the records of the act give it.
    pub(super) fn operand_value(&self, operand: &'a Operand, ask: &Ask<'_, 'a>) -> Option<Value> {
        match &operand.kind {
            OperandKind::Thing { id, .. } => Some(Value::Thing(*id)),
            OperandKind::Variable(id) => ask.env.get(*id).cloned(),
            OperandKind::Field(slot) => ask
                .act
                .and_then(|(slots, incident)| self.field_value(incident, slots, *slot)),
            OperandKind::TriggerField(slot) => self.trigger_field(ask.env, *slot),
            OperandKind::Number(number) => Some(Value::Number(Estimate::exactly(*number))),
            OperandKind::Text(text) => Some(Value::Text(text.clone())),
            OperandKind::Date(moment) => self.known_moment(moment, ask).map(Value::Date),
            OperandKind::Flag(flag) => Some(Value::Flag(*flag)),
        }
    }

    /// Gives a moment that is the same at every standard; none where it is not.
    fn known_moment(&self, moment: &'a MomentExpr, ask: &Ask<'_, 'a>) -> Option<When> {
        let [first, rest @ ..] = self.moments(moment, ask).map(super::moment::Found::known);
        rest.iter()
            .all(|other| *other == first)
            .then_some(first)
            .flatten()
            .map(|moment| self.calendar.span_of(moment))
    }

    fn order(
        &self,
        operand: &'a Operand,
        after: bool,
        moment: &'a MomentExpr,
        ask: &Ask<'_, 'a>,
    ) -> Truths {
        let bounds = self
            .moments(moment, ask)
            .map(|found| found.known().map(|moment| self.calendar.span_of(moment)));
        let judge = |when: When, bound: When| {
            let (first, second) = if after { (bound, when) } else { (when, bound) };
            if first.latest <= second.earliest {
                Answer::Affirms
            } else if second.latest <= first.earliest || second == first {
                Answer::Denies
            } else {
                Answer::Silent
            }
        };
        let mut truths = always(Truth::NotShown);
        for (index, bound) in bounds.into_iter().enumerate() {
            let Some(bound) = bound else { continue };
            let at_all = self.about(operand, ask, &|value, _| match value {
                Value::Date(when) => judge(*when, bound),
                Value::Thing(_)
                | Value::Number(_)
                | Value::Text(_)
                | Value::Flag(_)
                | Value::Record(_) => Answer::Silent,
            });
            if let (Some(place), Some(truth)) = (truths.get_mut(index), at_all.get(index)) {
                *place = *truth;
            }
        }
        truths
    }

    /// Reads another pledge's verdict strictly before the moment considered.
    fn pledge_status(
        &self,
        reference: &'a Reference,
        status: PledgeStatus,
        ask: &Ask<'_, 'a>,
    ) -> Truths {
        let mut truths = always(Truth::False);
        for instance in self.instances_meant(reference, ask) {
            for (truth, lane) in truths.iter_mut().zip(&instance.lanes) {
                *truth = (*truth).max(lane.is(status, ask.moment));
            }
        }
        truths
    }
}
