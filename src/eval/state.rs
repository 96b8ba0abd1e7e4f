//! States of affairs that events begin and end, and rows of relations.

use crate::agreement::{
    Argument, RelationId, State, StateId, TermKind, Transition, TransitionCause, Value,
};
use crate::evidence::{Answer, Favours, Truth};
use crate::time::When;

use super::bindings::Env;
use super::condition::Ask;
use super::matching::{Lens, Purpose};
use super::moment::Found;
use super::{Context, Truths, always};

/// A beginning or an ending that took effect, with how sure that is at each standard.
struct Change {
    cause: When,
    effect: When,
    truths: Truths,
}

impl<'a> Context<'a> {
    /// Gives the truths of "this state holds now".
    ///
    /// It holds if some beginning has taken effect and no ending that came after that beginning has; an ending inside the delay of a beginning
    /// cancels it. At the very moment of the ending the state is off. With no beginning on file it is not shown.
    pub(super) fn state_truths(
        &self,
        state: StateId,
        arguments: &'a [Argument],
        ask: &Ask<'_, 'a>,
    ) -> Truths {
        let state = self.vocabulary().state(state);
        let env = self.state_env(state, arguments, ask);
        let begins = self.changes(&state.begins, &env, ask.lens, ask);
        let ends = self.changes(&state.ends, &env, ask.lens.opposite(), ask);
        let mut truths = always(Truth::NotShown);
        for (index, truth) in truths.iter_mut().enumerate() {
            *truth = self.holds_at(state, &begins, &ends, index, ask.moment);
        }
        truths
    }

    fn holds_at(
        &self,
        state: &State,
        begins: &[Change],
        ends: &[Change],
        standard: usize,
        moment: When,
    ) -> Truth {
        let at = |change: &Change| {
            change
                .truths
                .get(standard)
                .copied()
                .unwrap_or(Truth::NotShown)
        };
        let mut answer = Truth::NotShown;
        for begin in begins {
            let begun = match at(begin) {
                Truth::NotShown | Truth::False => continue,
                truth @ (Truth::Contested | Truth::True) => {
                    truth.min(taken_effect(begin.effect, moment))
                }
            };
            let ended_by = |end: &Change| match at(end) {
                Truth::NotShown | Truth::False => Truth::False,
                truth @ (Truth::Contested | Truth::True) => truth
                    .min(after(end.cause, begin.cause))
                    .min(taken_effect(end.effect, moment)),
            };
            let mut ended = ends.iter().map(ended_by).max().unwrap_or(Truth::False);
            if let Some(limit) = state.limit {
                let over = self
                    .calendar
                    .shift(self.calendar.moment_of(begin.effect), limit, false);
                ended = ended.max(taken_effect(self.calendar.span_of(over), moment));
            }
            let holds = if begun == Truth::False {
                Truth::False
            } else {
                begun.min(ended.not())
            };
            answer = if answer == Truth::NotShown {
                holds
            } else {
                answer.max(holds)
            };
        }
        answer
    }

    fn changes(
        &self,
        transitions: &'a [Transition],
        env: &Env<'a>,
        lens: Lens,
        ask: &Ask<'_, 'a>,
    ) -> Vec<Change> {
        let mut changes = Vec::new();
        for transition in transitions {
            let delayed = |cause: When| match transition.after {
                None => cause,
                Some(after) => {
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
            };
            match &transition.cause {
                TransitionCause::Pattern(pattern) => {
                    for found in self.find(pattern, env, lens, Purpose::Other) {
                        changes.push(Change {
                            cause: found.when,
                            effect: delayed(found.when),
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
                                effect: delayed(cause),
                                truths,
                            });
                        }
                    }
                }
            }
        }
        changes
    }

    /// Gives the values that a call `state(a: x, …)` gives to the fields of the state.
    fn state_env(&self, state: &State, arguments: &[Argument], ask: &Ask<'_, 'a>) -> Env<'a> {
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
            TermKind::OtherThan(_) | TermKind::OtherThanVariable(_) => None,
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

/// Says whether a change has taken effect at a moment.
fn taken_effect(effect: When, moment: When) -> Truth {
    if effect.latest <= moment.earliest.plus(1) {
        Truth::True
    } else if effect.earliest < moment.latest {
        Truth::Contested
    } else {
        Truth::False
    }
}

/// Says whether an ending came after a beginning.
fn after(end: When, begin: When) -> Truth {
    if end.earliest >= begin.latest {
        Truth::True
    } else if end.latest > begin.earliest.plus(1) {
        Truth::Contested
    } else {
        Truth::False
    }
}

/// A lens for facts that are nobody's duty.
pub(super) const NOBODY: Lens = Lens {
    obligor: None,
    favours: Favours::Others,
};
