//! While something has once happened: what a condition is worth at an act, and on a day.

use super::judge::Judge;
use super::model::{DAY, Pattern};
use super::standing::{Question, Rung, Value};

/// From when on something has once happened: not before one moment, by another one at the latest.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Since {
    pub(crate) value: Value,
    pub(crate) earliest: i64,
    pub(crate) latest: i64,
}

/// What must hold for a duty to be in force; nothing, where there is no condition.
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    pub(crate) since: Option<Vec<Since>>,
}

impl Gate {
    pub(crate) fn open() -> Gate {
        Gate { since: None }
    }

    /// The value of the condition at something that happened within a span.
    ///
    /// What is dated to the same day as the beginning comes after it; what may come before it is contested.
    pub(crate) fn at(&self, (low, high): (i64, i64)) -> Value {
        let Some(since) = &self.since else {
            return Value::Shown;
        };
        let values = since.iter().map(|since| {
            if since.latest <= low {
                since.value
            } else if high <= since.earliest {
                Value::NotShown
            } else {
                since.value.min(Value::Contested)
            }
        });
        values.max().unwrap_or(Value::NotShown)
    }
}

impl Judge<'_> {
    /// Since when an act of a pattern has once happened, for each incident that may be one.
    pub(crate) fn since(
        &self,
        pattern: &Pattern,
        question: Question,
        standard: Rung,
    ) -> Vec<Since> {
        let matches = self.matches(pattern, question, standard).into_iter();
        let possible = matches.filter(|found| found.value >= Value::Contested);
        let since = possible.map(|found| Since {
            value: found.value,
            earliest: found.span.0,
            latest: (found.span.1 - 1).div_euclid(DAY) * DAY,
        });
        since.collect()
    }
}
