//! The way to every condition of a rule: those that stand as clauses, and those behind the `where` of a pattern.

use crate::agreement::{
    Body, Cause, Condition, ConditionKind, Duty, Pattern, Pledge, Quantity, QuantityKind, Sentence,
    TransitionCause, Vocabulary,
};

/// Where a condition stands, as far as it matters what follows where it is always true or always false.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Nothing is owed unless it is true: `for each … where`, `if`, `while`, the `where` of the trigger.
    Gate,
    /// `except where`.
    Exception,
    /// Anywhere else.
    Elsewhere,
}

type Visit<'v, 'p> = &'v mut dyn FnMut(&'p Condition, Place);

/// Visits the conditions of a pledge, each once; the parts of a condition are not visited apart.
pub(super) fn pledge<'p>(pledge: &'p Pledge, visit: Visit<'_, 'p>) {
    for trigger in &pledge.triggers {
        match &trigger.cause {
            Cause::Pattern(trigger) => pattern(trigger, Place::Gate, visit),
            Cause::Breach(_) | Cause::Fulfilment(_) => {}
        }
    }
    let gates = pledge.binder_condition.iter().chain(&pledge.precedent);
    for gate in gates.chain(&pledge.during) {
        condition(gate, Place::Gate, visit);
    }
    for exception in &pledge.exceptions {
        condition(exception, Place::Exception, visit);
    }
    if let Body::Sentence(body) = &pledge.body {
        sentence(body, visit);
    }
    let excuses = pledge.excuses.iter();
    let excuses = excuses.flat_map(|excuse| std::iter::once(&excuse.by).chain(&excuse.until));
    let suspensions = pledge.suspensions.iter();
    let suspensions =
        suspensions.flat_map(|clause| std::iter::once(&clause.by).chain(&clause.until));
    let extensions = pledge.extensions.iter().map(|extension| &extension.by);
    let reliefs = excuses.chain(suspensions).chain(&pledge.waivers);
    for relief in reliefs.chain(extensions) {
        pattern(relief, Place::Elsewhere, visit);
    }
}

/// Visits the conditions of derived kinds and of states.
pub(super) fn vocabulary<'p>(vocabulary: &'p Vocabulary, visit: Visit<'_, 'p>) {
    for bridge in vocabulary.kinds.iter().flat_map(|kind| &kind.bridges) {
        pattern(&bridge.pattern, Place::Elsewhere, visit);
    }
    for state in &vocabulary.states {
        for transition in state.begins.iter().chain(&state.ends) {
            if let TransitionCause::Pattern(cause) = &transition.cause {
                pattern(cause, Place::Elsewhere, visit);
            }
        }
    }
}

fn sentence<'p>(sentence: &'p Sentence, visit: Visit<'_, 'p>) {
    match &sentence.duty {
        Duty::Do(act)
        | Duty::Ensure(act)
        | Duty::Refrain(act)
        | Duty::NotAllow(act)
        | Duty::Permit(act) => pattern(act, Place::Elsewhere, visit),
        Duty::Reach(aim) | Duty::Keep(aim) => condition(aim, Place::Elsewhere, visit),
        Duty::Prevent {
            pattern: act,
            shown_by,
        } => {
            for act in std::iter::once(act).chain(shown_by) {
                pattern(act, Place::Elsewhere, visit);
            }
        }
        Duty::Endeavour { efforts, broken_by } => {
            for act in efforts.iter().chain(broken_by) {
                pattern(act, Place::Elsewhere, visit);
            }
        }
    }
}

fn pattern<'p>(pattern: &'p Pattern, place: Place, visit: Visit<'_, 'p>) {
    if let Some(inner) = &pattern.condition {
        condition(inner, place, visit);
    }
}

fn condition<'p>(whole: &'p Condition, place: Place, visit: Visit<'_, 'p>) {
    visit(whole, place);
    within(whole, visit);
}

/// Visits the conditions of the patterns inside a condition.
fn within<'p>(whole: &'p Condition, visit: Visit<'_, 'p>) {
    match &whole.kind {
        ConditionKind::And(parts) | ConditionKind::Or(parts) => {
            for part in parts {
                within(part, visit);
            }
        }
        ConditionKind::Not(inner) => within(inner, visit),
        ConditionKind::Once { pattern: act, .. } => pattern(act, Place::Elsewhere, visit),
        ConditionKind::Compare { left, right, .. } => {
            quantity(left, visit);
            quantity(right, visit);
        }
        ConditionKind::State { .. }
        | ConditionKind::Relation { .. }
        | ConditionKind::Within { .. }
        | ConditionKind::Is { .. }
        | ConditionKind::Pledge { .. }
        | ConditionKind::Order { .. }
        | ConditionKind::Error => {}
    }
}

fn quantity<'p>(whole: &'p Quantity, visit: Visit<'_, 'p>) {
    match &whole.kind {
        QuantityKind::Count { pattern: act, .. } | QuantityKind::Sum { pattern: act, .. } => {
            pattern(act, Place::Elsewhere, visit);
        }
        QuantityKind::Add(left, right)
        | QuantityKind::Subtract(left, right)
        | QuantityKind::Multiply(left, right) => {
            quantity(left, visit);
            quantity(right, visit);
        }
        QuantityKind::Share { of, .. } => quantity(of, visit),
        QuantityKind::Number(_)
        | QuantityKind::Variable(_)
        | QuantityKind::Field(_)
        | QuantityKind::TriggerField(_)
        | QuantityKind::Measure { .. }
        | QuantityKind::Given { .. }
        | QuantityKind::Error => {}
    }
}
