//! The things that a pledge names.

use crate::agreement::{
    Argument, Body, Cause, Condition, ConditionKind, Duty, Obligor, Pattern, Pledge, Quantity,
    QuantityKind, TermKind, ThingId,
};

/// Gives every thing that the sentence and the trigger of a pledge name.
pub(super) fn things_of(pledge: &Pledge) -> Vec<ThingId> {
    let mut found = Vec::new();
    for trigger in &pledge.triggers {
        match &trigger.cause {
            Cause::Pattern(pattern) => of_arguments(&pattern.arguments, &mut found),
            Cause::Breach(_) | Cause::Fulfilment(_) => {}
        }
    }
    let Body::Sentence(sentence) = &pledge.body else {
        return found;
    };
    if let Obligor::Thing(id) | Obligor::EachOf { group: id, .. } = sentence.obligor {
        found.push(id);
    }
    match &sentence.duty {
        Duty::Do(pattern)
        | Duty::Ensure(pattern)
        | Duty::Refrain(pattern)
        | Duty::NotAllow(pattern)
        | Duty::Permit(pattern) => {
            of_arguments(&pattern.arguments, &mut found);
        }
        Duty::Reach(condition) | Duty::Keep(condition) => of_condition(condition, &mut found),
        Duty::Prevent { pattern, shown_by } => of_patterns(
            [Some(pattern), shown_by.as_ref()].into_iter().flatten(),
            &mut found,
        ),
        Duty::Endeavour { efforts, broken_by } => {
            of_patterns(efforts.iter().chain(broken_by), &mut found);
        }
    }
    found
}

fn of_patterns<'a>(patterns: impl Iterator<Item = &'a Pattern>, found: &mut Vec<ThingId>) {
    patterns.for_each(|pattern| of_arguments(&pattern.arguments, found));
}

fn of_arguments(arguments: &[Argument], found: &mut Vec<ThingId>) {
    for term in arguments.iter().flat_map(|argument| &argument.terms) {
        if let TermKind::Thing { id, .. } = term.kind {
            found.push(id);
        }
    }
}

fn of_condition(condition: &Condition, found: &mut Vec<ThingId>) {
    match &condition.kind {
        ConditionKind::And(parts) | ConditionKind::Or(parts) => {
            for part in parts {
                of_condition(part, found);
            }
        }
        ConditionKind::Not(inner) => of_condition(inner, found),
        ConditionKind::State { arguments, .. } | ConditionKind::Relation { arguments, .. } => {
            of_arguments(arguments, found);
        }
        ConditionKind::Once { pattern, .. } => of_arguments(&pattern.arguments, found),
        ConditionKind::Compare { left, right, .. } => {
            of_quantity(left, found);
            of_quantity(right, found);
        }
        ConditionKind::Within { group, .. } => found.push(*group),
        ConditionKind::Is { .. }
        | ConditionKind::Pledge { .. }
        | ConditionKind::Order { .. }
        | ConditionKind::Error => {}
    }
}

fn of_quantity(quantity: &Quantity, found: &mut Vec<ThingId>) {
    match &quantity.kind {
        QuantityKind::Measure { arguments, .. } | QuantityKind::Given { arguments, .. } => {
            of_arguments(arguments, found);
        }
        QuantityKind::Count { pattern, .. } | QuantityKind::Sum { pattern, .. } => {
            of_arguments(&pattern.arguments, found);
        }
        QuantityKind::Add(a, b) | QuantityKind::Subtract(a, b) | QuantityKind::Multiply(a, b) => {
            of_quantity(a, found);
            of_quantity(b, found);
        }
        QuantityKind::Share { of, .. } => of_quantity(of, found),
        QuantityKind::Number(_)
        | QuantityKind::Variable(_)
        | QuantityKind::Field(_)
        | QuantityKind::TriggerField(_)
        | QuantityKind::Error => {}
    }
}
