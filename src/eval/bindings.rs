//! Values of variables while a pledge is judged.

use crate::agreement::{Value, VariableId, Vocabulary};
use crate::evidence::IncidentId;
use crate::time::When;

use super::routes::Route;

/// Values of the variables of one scope, and the trigger.
#[derive(Clone, Debug, Default)]
pub(super) struct Env<'a> {
    values: Vec<Option<Value>>,
    pub(super) trigger: Option<TriggerAt<'a>>,
    /// The number of the period, for a recurring duty.
    pub(super) period: Option<u32>,
}

/// What set a duty off.
#[derive(Clone, Copy, Debug)]
pub(super) struct TriggerAt<'a> {
    /// The incident and the way it counts as the kind asked for; none where another pledge's breach or fulfilment is the trigger.
    pub(super) incident: Option<(IncidentId, &'a Route<'a>)>,
    /// When it was.
    pub(super) when: When,
    /// The name that the pledge gives it.
    pub(super) alias: Option<VariableId>,
    /// For each field that the rule may name, the field of this trigger's kind; empty where they are the same.
    pub(super) fields: &'a [Option<usize>],
}

impl<'a> Env<'a> {
    pub(super) fn with_size(size: usize) -> Env<'a> {
        Env {
            values: vec![None; size],
            trigger: None,
            period: None,
        }
    }

    pub(super) fn get(&self, id: VariableId) -> Option<&Value> {
        self.values.get(usize::from(id.0)).and_then(Option::as_ref)
    }

    pub(super) fn bind(&mut self, id: VariableId, value: Value) {
        let index = usize::from(id.0);
        if self.values.len() <= index {
            self.values.resize(index + 1, None);
        }
        if let Some(place) = self.values.get_mut(index) {
            *place = Some(value);
        }
    }

    /// Gives the bound values by position.
    pub(super) fn bound(&self) -> impl Iterator<Item = (VariableId, &Value)> {
        (0u16..)
            .zip(&self.values)
            .filter_map(|(index, value)| value.as_ref().map(|value| (VariableId(index), value)))
    }

    /// Says whether both are the same in everything that a question can depend on.
    pub(super) fn is_same(&self, other: &Env<'_>) -> bool {
        let trigger = |env: &Env<'_>| {
            env.trigger.map(|trigger| {
                let incident = trigger.incident;
                let incident = incident.map(|(id, route)| (id, std::ptr::from_ref(route).addr()));
                (incident, trigger.when, trigger.alias)
            })
        };
        self.values == other.values
            && self.period == other.period
            && trigger(self) == trigger(other)
    }

    /// Says whether both give the same value to every variable that both bind.
    pub(super) fn agrees_with(&self, other: &Env<'_>) -> bool {
        self.values
            .iter()
            .zip(&other.values)
            .all(|(a, b)| match (a, b) {
                (Some(a), Some(b)) => a == b,
                (None, _) | (_, None) => true,
            })
    }
}

/// Gives the name of a value as the files spell it.
pub(crate) fn value_name(
    value: &Value,
    vocabulary: &Vocabulary,
    calendar: &crate::time::Calendar,
) -> String {
    match value {
        Value::Thing(id) => vocabulary.thing(*id).name.clone(),
        Value::Number(estimate) => match (estimate.best, estimate.low, estimate.high) {
            (Some(best), _, _) => best.normalize().to_string(),
            (None, Some(low), Some(high)) => format!("{}–{}", low.normalize(), high.normalize()),
            (None, Some(low), None) => format!("at least {}", low.normalize()),
            (None, None, Some(high)) => format!("at most {}", high.normalize()),
            (None, None, None) => "unknown".to_owned(),
        },
        Value::Date(when) => crate::time::iso_moment(calendar.moment_of(*when), calendar),
        Value::Text(text) | Value::Record(text) => text.clone(),
        Value::Flag(flag) => flag.to_string(),
    }
}
