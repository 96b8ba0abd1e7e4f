//! What this version understands but does not evaluate yet: each is named at its clause, and the pledge is left without a verdict.

use crate::agreement::pledge::Per;
use crate::agreement::{
    Agreement, Belongs, Body, Condition, ConditionKind, Deadline, Domain, Duty, MomentExpr,
    MomentKind, Pattern, Pledge, Quantity, QuantityKind, ThingId,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::time::When;

use super::per;
use super::routes::Routes;

/// Names what is not evaluated; gives for each pledge whether it can be judged.
pub(super) fn check(
    agreement: &Agreement,
    routes: &Routes<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<bool> {
    for id in routes.cut() {
        let kind = agreement.vocabulary.kind(*id);
        // What is derived from such a kind is cut for its sake, and once is enough.
        let mut below = kind.bridges.iter().map(|bridge| bridge.pattern.kind);
        if below.any(|below| routes.cut().binary_search(&below).is_ok()) {
            continue;
        }
        diagnostics.push(not_evaluated(
            kind.span,
            &format!("the whole derivation of `{}`", kind.name),
            "and what counts as it only through more than 16 steps or 1,000 ways is not found",
        ));
    }
    let mut supported = Vec::with_capacity(agreement.pledges.len());
    for pledge in &agreement.pledges {
        let mut found: Vec<(Span, &'static str)> = Vec::new();
        pledge_clauses(pledge, &mut found);
        found.extend(too_many(agreement, pledge));
        supported.push(found.is_empty() && !matches!(pledge.body, Body::Error));
        for (span, construct) in found {
            diagnostics.push(not_evaluated(
                span,
                construct,
                &format!("so `{}` is left without a verdict", pledge.name),
            ));
        }
    }
    supported
}

/// The most combinations of members that a `for each` may have. Picked by gut feeling: some hundred megabytes.
const MOST_COMBINATIONS: usize = 200_000;

/// Names a `for each` whose groups have more combinations than can be judged one by one.
fn too_many(agreement: &Agreement, pledge: &Pledge) -> Option<(Span, &'static str)> {
    let mut combinations = 1_usize;
    for binder in &pledge.binders {
        let Domain::Group(group) = binder.domain else {
            continue;
        };
        let things = (0u32..)
            .zip(&agreement.vocabulary.things)
            .map(|(index, _)| ThingId(index));
        let inside =
            |id: &ThingId| agreement.vocabulary.belongs(*id, group, When::ALWAYS) != Belongs::No;
        combinations = combinations.saturating_mul(things.filter(inside).count().max(1));
        if combinations > MOST_COMBINATIONS {
            return Some((
                binder.span,
                "`for each` over more than 200,000 combinations of members",
            ));
        }
    }
    None
}

fn not_evaluated(span: Span, construct: &str, consequence: &str) -> Diagnostic {
    Diagnostic::new(
        Code::NotEvaluated,
        span,
        format!("{construct} is not evaluated by this version"),
    )
    .label("understood, but not evaluated yet")
    .help(format!(
        "the clause is read and checked, {consequence}; every other pledge is judged"
    ))
}

fn pledge_clauses(pledge: &Pledge, found: &mut Vec<(Span, &'static str)>) {
    let conditions = [&pledge.precedent, &pledge.during, &pledge.binder_condition]
        .into_iter()
        .flatten();
    conditions
        .chain(&pledge.exceptions)
        .for_each(|part| condition(part, found));
    super::order::patterns_of(pledge).for_each(|part| pattern(part, found));
    if let Body::Sentence(sentence) = &pledge.body {
        let due = sentence.window.deadline.as_ref();
        deadline(due.map(|deadline| &deadline.value), found);
        if let Some(per) = &sentence.window.per {
            if !per::is_supported(sentence) {
                found.push((per.span, "this use of `per`"));
            } else if let Per::Calendar {
                starting: Some(part),
                ..
            } = &per.value
            {
                moment(part, found);
            }
        }
        [&sentence.window.from, &sentence.window.until]
            .into_iter()
            .flatten()
            .for_each(|part| moment(part, found));
        duty(&sentence.duty, found);
    }
}

fn duty(duty: &Duty, found: &mut Vec<(Span, &'static str)>) {
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

fn deadline(deadline: Option<&Deadline>, found: &mut Vec<(Span, &'static str)>) {
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

fn pattern(part: &Pattern, found: &mut Vec<(Span, &'static str)>) {
    part.condition
        .iter()
        .for_each(|part| condition(part, found));
}

fn condition(part: &Condition, found: &mut Vec<(Span, &'static str)>) {
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
        ConditionKind::State { .. }
        | ConditionKind::Relation { .. }
        | ConditionKind::Within { .. }
        | ConditionKind::Is { .. }
        | ConditionKind::Pledge { .. }
        | ConditionKind::Error => {}
    }
}

fn quantity(part: &Quantity, found: &mut Vec<(Span, &'static str)>) {
    match &part.kind {
        QuantityKind::Measure {
            as_of: Some(part), ..
        } => moment(part, found),
        QuantityKind::Add(a, b) | QuantityKind::Subtract(a, b) | QuantityKind::Multiply(a, b) => {
            quantity(a, found);
            quantity(b, found);
        }
        QuantityKind::Share { of, .. } => quantity(of, found),
        QuantityKind::Count { pattern: part, .. } | QuantityKind::Sum { pattern: part, .. } => {
            pattern(part, found);
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

fn moment(part: &MomentExpr, found: &mut Vec<(Span, &'static str)>) {
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
