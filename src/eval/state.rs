//! States of affairs that events begin and end, and rows of relations.

use crate::agreement::{
    Argument, RelationId, State, StateId, TermKind, Transition, TransitionCause, Value,
};
use crate::evidence::{Answer, Favours, Truth};
use crate::time::When;

use super::bindings::Env;
use super::condition::Ask;
use super::history::Change;
use super::matching::{Lens, Purpose};
use super::moment::Found;
use super::{Context, Truths, always};

impl<'a> Context<'a> {
    /// Gives the truths of "this state holds now".
    pub(super) fn state_truths(
        &self,
        state: StateId,
        arguments: &'a [Argument],
        ask: &Ask<'_, 'a>,
    ) -> Truths {
        let env = self.state_env(self.vocabulary().state(state), arguments, ask);
        self.history(state, &env, ask).at(ask.moment)
    }

    pub(super) fn changes(
        &self,
        transitions: &'a [Transition],
        env: &Env<'a>,
        lens: Lens,
        ask: &Ask<'_, 'a>,
    ) -> Vec<Change> {
        let mut changes = Vec::new();
        for transition in transitions {
            match &transition.cause {
                TransitionCause::Pattern(pattern) => {
                    for found in self.find(pattern, env, lens, Purpose::Other) {
                        changes.push(Change {
                            cause: found.when,
                            effect: self.effect_of(transition, found.when),
                            truths: found.truths,
                        });
                    }
                }
                TransitionCause::Moment(moment) => {
                    for (index, found) in self.moments(moment, ask).into_iter().enumerate() {
                        if let Found::At(moment) = found {
                            let start = self.calendar.start_of(moment.first);
                            let cause = When {
                                earliest: start,
                                latest: self.calendar.start_of(moment.last).plus(1),
                            };
                            let mut truths = always(Truth::NotShown);
                            if let Some(truth) = truths.get_mut(index) {
                                *truth = Truth::True;
                            }
                            changes.push(Change {
                                cause,
                                effect: self.effect_of(transition, cause),
                                truths,
                            });
                        }
                    }
                }
            }
        }
        changes
    }

    /// Gives when a beginning or an ending takes effect.
    pub(super) fn effect_of(&self, transition: &Transition, cause: When) -> When {
        let Some(after) = transition.after else {
            return cause;
        };
        let moment = self
            .calendar
            .shift(self.calendar.moment_of(cause), after, false);
        // A delay in days runs out at the end of its last day.
        if after.by_clock() {
            self.calendar.span_of(moment)
        } else {
            When {
                earliest: self.calendar.end_of(moment.first),
                latest: self.calendar.end_of(moment.last).plus(1),
            }
        }
    }

    /// Gives the values that a call `state(a: x, …)` gives to the fields of the state.
    pub(super) fn state_env(
        &self,
        state: &State,
        arguments: &[Argument],
        ask: &Ask<'_, 'a>,
    ) -> Env<'a> {
        let mut env = Env::with_size(state.fields.len());
        for argument in arguments {
            let Ok(slot) = u16::try_from(argument.slot) else {
                continue;
            };
            let value = argument
                .terms
                .first()
                .and_then(|term| self.term_value(&term.kind, ask));
            if let (Some(value), 1) = (value, argument.terms.len()) {
                env.bind(crate::agreement::VariableId(slot), value);
            }
        }
        env
    }

    pub(super) fn term_value(&self, term: &TermKind, ask: &Ask<'_, 'a>) -> Option<Value> {
        match term {
            TermKind::Thing { id, .. } => Some(Value::Thing(*id)),
            TermKind::Variable { id, .. } => ask.env.get(*id).cloned(),
            TermKind::TriggerField(slot) => self.trigger_field(ask.env, *slot),
            TermKind::Number(number) => {
                Some(Value::Number(crate::quantity::Estimate::exactly(*number)))
            }
            TermKind::Text(text) => Some(Value::Text(text.clone())),
            TermKind::Date(point) => Some(Value::Date(
                self.calendar.span_of(crate::time::Moment::exactly(*point)),
            )),
            TermKind::Flag(flag) => Some(Value::Flag(*flag)),
            TermKind::OtherThan { .. } => None,
        }
    }

    /// Gives the environments that the rows of a relation allow: variables without a value get one.
    pub(super) fn relation_rows(
        &self,
        relation: RelationId,
        arguments: &[Argument],
        env: &Env<'a>,
        moment: When,
    ) -> Vec<Env<'a>> {
        let mut found = Vec::new();
        for row in &self.vocabulary().relation(relation).rows {
            let in_time = row.when.overlaps(moment) || moment == When::ALWAYS;
            if !in_time || row.known >= self.clocks.known_by {
                continue;
            }
            let mut env = env.clone();
            let fits = arguments.iter().all(|argument| {
                row.values
                    .get(argument.slot)
                    .is_some_and(|value| self.row_value_fits(argument, value, moment, &mut env))
            });
            if fits {
                found.push(env);
            }
        }
        found
    }

    pub(super) fn row_value_fits(
        &self,
        argument: &Argument,
        value: &Value,
        moment: When,
        env: &mut Env<'a>,
    ) -> bool {
        argument.terms.iter().any(|term| {
            if let TermKind::Variable { id, .. } = term.kind
                && env.get(id).is_none()
            {
                env.bind(id, value.clone());
                return true;
            }
            self.value_answer(term, value, moment, env) == Answer::Affirms
        })
    }
}

/// A lens for facts that are nobody's duty.
pub(super) const NOBODY: Lens = Lens {
    obligor: None,
    favours: Favours::Others,
};
