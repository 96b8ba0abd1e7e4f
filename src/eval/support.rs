//! What is too much to try: pledges that ask for more combinations or more ways of counting as a kind than are looked at. They are left without
//! a verdict; `resolve` has named the rule, and what only the registers have made too much is named here.

use crate::agreement::extent::{too_many, too_wide};
use crate::agreement::pledge::Per;
use crate::agreement::{
    Agreement, Body, Cause, Condition, ConditionKind, Deadline, Duty, KindId, MomentExpr,
    MomentKind, Over, Pattern, Pledge, Quantity, QuantityKind, StateId, TransitionCause,
    Vocabulary,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// Gives for each pledge whether it can be judged; `vocabulary` has what the registers add.
pub(super) fn check(
    agreement: &Agreement,
    vocabulary: &Vocabulary,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<bool> {
    let wide = too_wide(vocabulary);
    let none_wide = !wide.contains(&true);
    let judged = |pledge: &Pledge, diagnostics: &mut Vec<Diagnostic>| {
        if matches!(pledge.body, Body::Error) {
            return false;
        }
        if let Some(span) = too_many(vocabulary, pledge) {
            diagnostics.push(too_many_members(span, pledge));
            return false;
        }
        none_wide || !asks_for(pledge, vocabulary, &wide)
    };
    let pledges = agreement.pledges.iter();
    pledges.map(|pledge| judged(pledge, diagnostics)).collect()
}

fn too_many_members(span: Span, pledge: &Pledge) -> Diagnostic {
    let message = format!(
        "with the members that the registers add, `for each` of `{}` has more than 200,000 combinations",
        pledge.name
    );
    Diagnostic::new(Code::TooManyCombinations, span, message).help(
        "Tie the variables together by a relation (`where neighbours(a: p, b: q)`); until then the pledge is left without a verdict.",
    )
}

/// Says whether a pledge asks for a kind as which too much counts.
fn asks_for(pledge: &Pledge, vocabulary: &Vocabulary, wide: &[bool]) -> bool {
    let mut found = Found {
        vocabulary,
        kinds: Vec::new(),
        states: Vec::new(),
    };
    pledge_clauses(pledge, &mut found);
    let is_wide = |kind: &KindId| wide.get(kind.0 as usize) == Some(&true);
    found.kinds.iter().any(is_wide)
}

/// The kinds that a pledge asks for, and the states whose transitions have been looked at.
struct Found<'a> {
    vocabulary: &'a Vocabulary,
    kinds: Vec<KindId>,
    states: Vec<StateId>,
}

fn pledge_clauses(pledge: &Pledge, found: &mut Found<'_>) {
    let conditions = [&pledge.precedent, &pledge.during, &pledge.binder_condition]
        .into_iter()
        .flatten();
    conditions
        .chain(&pledge.exceptions)
        .for_each(|part| condition(part, found));
    for trigger in &pledge.triggers {
        match &trigger.cause {
            Cause::Pattern(part) => pattern(part, found),
            Cause::Breach(_) | Cause::Fulfilment(_) => {}
        }
    }
    super::order::patterns_of(pledge).for_each(|part| pattern(part, found));
    if let Body::Sentence(sentence) = &pledge.body {
        let due = sentence.window.deadline.as_ref();
        deadline(due.map(|deadline| &deadline.value), found);
        if let Some(Per::Calendar {
            starting: Some(part),
            ..
        }) = sentence.window.per.as_ref().map(|per| &per.value)
        {
            moment(part, found);
        }
        [&sentence.window.from, &sentence.window.until]
            .into_iter()
            .flatten()
            .for_each(|part| moment(part, found));
        duty(&sentence.duty, found);
    }
}

fn duty(duty: &Duty, found: &mut Found<'_>) {
    match duty {
        Duty::Do(part)
        | Duty::Ensure(part)
        | Duty::Refrain(part)
        | Duty::NotAllow(part)
        | Duty::Permit(part) => {
            pattern(part, found);
        }
        Duty::Reach(part) | Duty::Keep(part) => condition(part, found),
        Duty::Prevent {
            pattern: part,
            shown_by,
        } => {
            pattern(part, found);
            if let Some(part) = shown_by {
                pattern(part, found);
            }
        }
        Duty::Endeavour { efforts, broken_by } => efforts
            .iter()
            .chain(broken_by)
            .for_each(|part| pattern(part, found)),
    }
}

fn deadline(deadline: Option<&Deadline>, found: &mut Found<'_>) {
    let Some(deadline) = deadline else {
        return;
    };
    match deadline {
        Deadline::By(part) | Deadline::Before(part) | Deadline::On(part) => moment(part, found),
        Deadline::Within { of, .. } => of.iter().for_each(|part| moment(part, found)),
        Deadline::Open { review_by } => review_by.iter().for_each(|part| moment(part, found)),
        Deadline::AtLeastBefore {
            moment: moment_of_notice,
            ..
        } => {
            if let Some(part) = moment_of_notice {
                moment(part, found);
            }
        }
        Deadline::Between { after, .. } => moment(after, found),
        Deadline::EveryStarting {
            starting: anchor, ..
        }
        | Deadline::EveryFirstBy {
            first_by: anchor, ..
        } => moment(anchor, found),
        Deadline::EveryYearBy(_) => {}
    }
}

fn pattern(part: &Pattern, found: &mut Found<'_>) {
    found.kinds.push(part.kind);
    part.condition
        .iter()
        .for_each(|part| condition(part, found));
}

fn state(id: StateId, found: &mut Found<'_>) {
    if found.states.contains(&id) {
        return;
    }
    found.states.push(id);
    let declared = found.vocabulary.state(id);
    for transition in declared.begins.iter().chain(&declared.ends) {
        match &transition.cause {
            TransitionCause::Pattern(part) => pattern(part, found),
            TransitionCause::Moment(part) => moment(part, found),
        }
    }
}

fn condition(part: &Condition, found: &mut Found<'_>) {
    match &part.kind {
        ConditionKind::And(parts) | ConditionKind::Or(parts) => {
            for part in parts {
                condition(part, found);
            }
        }
        ConditionKind::Not(inner) => condition(inner, found),
        ConditionKind::Once { pattern: part, .. } => pattern(part, found),
        ConditionKind::Order { moment: part, .. } => moment(part, found),
        ConditionKind::Compare { left, right, .. } => {
            quantity(left, found);
            quantity(right, found);
        }
        ConditionKind::State { state: part, .. } => state(*part, found),
        ConditionKind::Relation { .. }
        | ConditionKind::Within { .. }
        | ConditionKind::Is { .. }
        | ConditionKind::Pledge { .. }
        | ConditionKind::Error => {}
    }
}

fn quantity(part: &Quantity, found: &mut Found<'_>) {
    match &part.kind {
        QuantityKind::Measure {
            as_of: Some(part), ..
        } => moment(part, found),
        QuantityKind::Add(a, b) | QuantityKind::Subtract(a, b) | QuantityKind::Multiply(a, b) => {
            quantity(a, found);
            quantity(b, found);
        }
        QuantityKind::Share { of, .. } => quantity(of, found),
        QuantityKind::Count {
            pattern: part,
            over,
        }
        | QuantityKind::Sum {
            pattern: part,
            over,
            ..
        } => {
            pattern(part, found);
            if let Some(Over::During { from, to }) = over {
                moment(from, found);
                moment(to, found);
            }
        }
        QuantityKind::Measure { as_of: None, .. }
        | QuantityKind::Given { .. }
        | QuantityKind::Number(_)
        | QuantityKind::Variable(_)
        | QuantityKind::Field(_)
        | QuantityKind::TriggerField(_)
        | QuantityKind::Error => {}
    }
}

fn moment(part: &MomentExpr, found: &mut Found<'_>) {
    match &part.kind {
        MomentKind::First(part) => pattern(part, found),
        MomentKind::EarlierOf(parts) | MomentKind::LaterOf(parts) => {
            for part in parts {
                moment(part, found);
            }
        }
        MomentKind::Shifted { base, .. } => moment(base, found),
        MomentKind::EntryIntoForce { .. }
        | MomentKind::Fixed(_)
        | MomentKind::Variable(_)
        | MomentKind::Trigger
        | MomentKind::TriggerField(_)
        | MomentKind::Field(_)
        | MomentKind::EndOfAgreement
        | MomentKind::DeadlineOf(_)
        | MomentKind::FulfilmentOf(_)
        | MomentKind::BreachOf(_)
        | MomentKind::Error => {}
    }
}
