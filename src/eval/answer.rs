//! What a record answers to "this field matches one of these terms": that it does, that it does not, or nothing.

use crate::agreement::{Argument, Belongs, Sort, Term, TermKind, ThingId, Value, VariableId};
use crate::evidence::{Answer, IncidentId};
use crate::record::Record;
use crate::time::When;

use super::Context;
use super::bindings::Env;
use super::matching::Purpose;

impl Context<'_> {
    /// Says what a record answers to "this field matches one of these terms".
    pub(super) fn answer(
        &self,
        argument: &Argument,
        slots: &[Option<usize>],
        record: &Record,
        env: &Env<'_>,
        purpose: Purpose,
    ) -> Answer {
        let Some(value) = field(record, slots, argument.slot) else {
            return Answer::Silent;
        };
        let mut answer = Answer::Denies;
        for term in &argument.terms {
            match self.term_answer(term, value, record.when, env, purpose) {
                Answer::Affirms => return Answer::Affirms,
                Answer::Silent => answer = Answer::Silent,
                Answer::Denies => {}
            }
        }
        answer
    }

    pub(super) fn value_answer(
        &self,
        term: &Term,
        value: &Value,
        when: When,
        env: &Env<'_>,
    ) -> Answer {
        self.term_answer(term, value, when, env, Purpose::Other)
    }

    fn term_answer(
        &self,
        term: &Term,
        value: &Value,
        when: When,
        env: &Env<'_>,
        purpose: Purpose,
    ) -> Answer {
        match &term.kind {
            TermKind::Thing {
                id,
                exactly,
                part_of,
            } => self.thing_answer(value, *id, *exactly, *part_of, when, purpose),
            TermKind::OtherThan { things, variables } => {
                self.other_than(value, things, variables, when, env)
            }
            TermKind::Variable {
                id,
                exactly,
                part_of,
            } => match env.get(*id) {
                None => self.is_trigger(*id, value, env),
                Some(Value::Thing(thing)) => {
                    self.thing_answer(value, *thing, *exactly, *part_of, when, purpose)
                }
                Some(other) => same(value, other),
            },
            TermKind::TriggerField(slot) => match self.trigger_field(env, *slot) {
                Some(Value::Thing(thing)) => {
                    self.thing_answer(value, thing, false, false, when, purpose)
                }
                Some(other) => same(value, &other),
                None => Answer::Silent,
            },
            TermKind::Number(number) => same(
                value,
                &Value::Number(crate::quantity::Estimate::exactly(*number)),
            ),
            TermKind::Text(text) => same(value, &Value::Text(text.clone())),
            TermKind::Date(point) => same(
                value,
                &Value::Date(self.calendar.span_of(crate::time::Moment::exactly(*point))),
            ),
            TermKind::Flag(flag) => same(value, &Value::Flag(*flag)),
        }
    }

    fn thing_answer(
        &self,
        value: &Value,
        wanted: ThingId,
        exactly: bool,
        part_of: bool,
        when: When,
        purpose: Purpose,
    ) -> Answer {
        let Value::Thing(found) = value else {
            return Answer::Silent;
        };
        let vocabulary = self.vocabulary();
        if exactly {
            return if *found == wanted {
                Answer::Affirms
            } else {
                Answer::Denies
            };
        }
        let must_cover = self.must_cover(wanted, part_of, purpose);
        let (inner, outer) = if must_cover {
            (wanted, *found)
        } else {
            (*found, wanted)
        };
        let (when, possibly) = match purpose {
            Purpose::Possibly(whole) => (whole, true),
            Purpose::Discharge | Purpose::Other => (when, false),
        };
        match vocabulary.belongs(inner, outer, when) {
            Belongs::Yes => Answer::Affirms,
            Belongs::Unsure if possibly => Answer::Affirms,
            Belongs::Unsure => Answer::Silent,
            // The record speaks of something wider than what is asked for: it may have been inside, and may not.
            Belongs::No
                if !must_cover && vocabulary.belongs(wanted, *found, when) != Belongs::No =>
            {
                Answer::Silent
            }
            Belongs::No => Answer::Denies,
        }
    }

    /// Says whether a value names the trigger, where the variable is the trigger's name.
    fn is_trigger(&self, id: VariableId, value: &Value, env: &Env<'_>) -> Answer {
        match env.trigger {
            Some(trigger) if trigger.alias == Some(id) => self.names_trigger(value, env),
            Some(_) | None => Answer::Silent,
        }
    }

    /// Says whether a value names the trigger: by the key of its incident, or by the id of one of its records.
    pub(super) fn names_trigger(&self, value: &Value, env: &Env<'_>) -> Answer {
        let Value::Record(name) = value else {
            return Answer::Silent;
        };
        let Some((incident, _)) = env.trigger.and_then(|trigger| trigger.incident) else {
            return Answer::Silent;
        };
        let incident = self.evidence.incident(incident);
        let by_record = || {
            incident
                .records
                .iter()
                .any(|id| self.records().record(*id).name == *name)
        };
        if incident.key == *name || by_record() {
            Answer::Affirms
        } else {
            Answer::Denies
        }
    }

    fn other_than(
        &self,
        value: &Value,
        things: &[ThingId],
        variables: &[VariableId],
        when: When,
        env: &Env<'_>,
    ) -> Answer {
        let thing = |id: ThingId| self.thing_answer(value, id, false, false, when, Purpose::Other);
        let variable = |id: &VariableId| match env.get(*id) {
            Some(Value::Thing(id)) => thing(*id),
            Some(other) => same(value, other),
            None => Answer::Silent,
        };
        let excluded = things
            .iter()
            .map(|id| thing(*id))
            .chain(variables.iter().map(variable));
        let mut answer = Answer::Affirms;
        for is_that in excluded {
            match is_that {
                Answer::Affirms => return Answer::Denies,
                Answer::Silent => answer = Answer::Silent,
                Answer::Denies => {}
            }
        }
        answer
    }

    /// Gives a field of the trigger, as its credible records say, else as any live record says.
    pub(super) fn trigger_field(&self, env: &Env<'_>, slot: usize) -> Option<Value> {
        let trigger = env.trigger?;
        let (incident, route) = trigger.incident?;
        let slot = match trigger.fields {
            [] => slot,
            fields => fields.get(slot).copied().flatten()?,
        };
        self.field_value(incident, &route.slots, slot)
    }

    /// Gives what the records of an incident say of a field; of several values the first in the order of the files.
    pub(super) fn field_value(
        &self,
        incident: IncidentId,
        slots: &[Option<usize>],
        slot: usize,
    ) -> Option<Value> {
        self.live_records(incident)
            .find_map(|record| field(record, slots, slot))
            .cloned()
    }

    /// Says whether what discharges the duty must cover a place, rather than lie in it.
    pub(super) fn must_cover(&self, id: ThingId, part_of: bool, purpose: Purpose) -> bool {
        purpose == Purpose::Discharge && !part_of && self.vocabulary().thing(id).sort == Sort::Place
    }
}

/// Gives a field of a record through the slots of a route.
pub(super) fn field<'r>(
    record: &'r Record,
    slots: &[Option<usize>],
    slot: usize,
) -> Option<&'r Value> {
    let slot = slots.get(slot).copied().flatten()?;
    record.fields.get(slot)?.as_ref().map(|field| &field.value)
}

/// Compares two values that are no things.
pub(super) fn same(found: &Value, wanted: &Value) -> Answer {
    let yes = |equal: bool| {
        if equal {
            Answer::Affirms
        } else {
            Answer::Denies
        }
    };
    match (found, wanted) {
        (Value::Thing(a), Value::Thing(b)) => yes(a == b),
        (Value::Number(a), Value::Number(b)) => match b
            .best
            .map(|bound| crate::quantity::Comparison::Equal.holds(*a, bound))
        {
            Some(Some(equal)) => yes(equal),
            Some(None) | None => Answer::Silent,
        },
        (Value::Date(a), Value::Date(b)) => {
            if b.covers(*a) {
                Answer::Affirms
            } else if a.overlaps(*b) {
                Answer::Silent
            } else {
                Answer::Denies
            }
        }
        (Value::Text(a) | Value::Record(a), Value::Text(b) | Value::Record(b)) => yes(a == b),
        (Value::Flag(a), Value::Flag(b)) => yes(a == b),
        (
            Value::Thing(_)
            | Value::Number(_)
            | Value::Date(_)
            | Value::Text(_)
            | Value::Flag(_)
            | Value::Record(_),
            Value::Thing(_)
            | Value::Number(_)
            | Value::Date(_)
            | Value::Text(_)
            | Value::Flag(_)
            | Value::Record(_),
        ) => Answer::Silent,
    }
}
