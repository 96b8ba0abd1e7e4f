//! The order in which pledges are judged: those that others refer to come first.

use crate::agreement::{
    Agreement, Body, Cause, Condition, ConditionKind, Deadline, Duty, MomentExpr, MomentKind,
    Pattern, Pledge, PledgeId, Quantity, QuantityKind, Reference,
};
use crate::diagnostic::{Code, Diagnostic};

/// Gives the supported pledges so that every pledge comes after those that it refers to.
///
/// Pledges that refer to each other in a ring cannot be put in order; they are named by a diagnostic and left out.
pub(super) fn of(
    agreement: &Agreement,
    supported: &[bool],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<PledgeId> {
    let mut visit = Visit {
        agreement,
        supported,
        permissions: permissions(agreement),
        marks: vec![Mark::New; agreement.pledges.len()],
        order: Vec::new(),
        rings: Vec::new(),
    };
    for pledge in &agreement.pledges {
        visit.pledge(pledge);
    }
    for id in &visit.rings {
        if let Some(pledge) = agreement.pledges.get(id.0 as usize) {
            let message = format!(
                "pledges that hang on each other are not evaluated by this version: `{}`",
                pledge.name
            );
            diagnostics.push(
                Diagnostic::new(Code::NotEvaluated, pledge.name_span, message)
                    .label("its verdict hangs on its own, through the pledges it refers to")
                    .help("the other pledges of the file are judged; this one is left without a verdict"),
            );
        }
    }
    let rings = visit.rings;
    visit
        .order
        .into_iter()
        .filter(|id| !rings.contains(id))
        .collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    New,
    Open,
    Done,
}

struct Visit<'a> {
    agreement: &'a Agreement,
    supported: &'a [bool],
    permissions: Vec<PledgeId>,
    marks: Vec<Mark>,
    order: Vec<PledgeId>,
    rings: Vec<PledgeId>,
}

impl<'a> Visit<'a> {
    /// Walks references with a stack of its own, since a chain may be as long as the file.
    fn pledge(&mut self, first: &'a Pledge) {
        let mut stack: Vec<(&'a Pledge, Vec<PledgeId>)> = vec![(first, self.references(first))];
        if self.mark(first.id) != Mark::New {
            return;
        }
        self.set(first.id, Mark::Open);
        while let Some((pledge, pending)) = stack.last_mut() {
            let pledge = *pledge;
            match pending
                .pop()
                .and_then(|id| self.agreement.pledges.get(id.0 as usize))
            {
                Some(next) => match self.mark(next.id) {
                    Mark::New => {
                        self.set(next.id, Mark::Open);
                        stack.push((next, self.references(next)));
                    }
                    Mark::Open => {
                        let ring = stack
                            .iter()
                            .map(|(pledge, _)| pledge.id)
                            .skip_while(|id| *id != next.id);
                        let ring: Vec<PledgeId> =
                            ring.filter(|id| !self.rings.contains(id)).collect();
                        self.rings.extend(ring);
                    }
                    Mark::Done => {}
                },
                None if pending.is_empty() => {
                    self.set(pledge.id, Mark::Done);
                    if self
                        .supported
                        .get(pledge.id.0 as usize)
                        .copied()
                        .unwrap_or(false)
                    {
                        self.order.push(pledge.id);
                    }
                    stack.pop();
                }
                None => {}
            }
        }
    }

    /// Gives the pledges that must be judged first: those referred to and, for a prohibition, every permission.
    fn references(&self, pledge: &Pledge) -> Vec<PledgeId> {
        let mut found = references(pledge);
        if let Body::Sentence(sentence) = &pledge.body
            && matches!(
                sentence.duty,
                Duty::Refrain(_)
                    | Duty::NotAllow(_)
                    | Duty::Prevent { .. }
                    | Duty::Endeavour { .. }
            )
        {
            found.extend(&self.permissions);
        }
        found
    }

    fn mark(&self, id: PledgeId) -> Mark {
        self.marks.get(id.0 as usize).copied().unwrap_or(Mark::Done)
    }

    fn set(&mut self, id: PledgeId, mark: Mark) {
        if let Some(place) = self.marks.get_mut(id.0 as usize) {
            *place = mark;
        }
    }
}

fn permissions(agreement: &Agreement) -> Vec<PledgeId> {
    let permits = |pledge: &&Pledge| matches!(&pledge.body, Body::Sentence(sentence) if matches!(sentence.duty, Duty::Permit(_)));
    agreement
        .pledges
        .iter()
        .filter(permits)
        .map(|pledge| pledge.id)
        .collect()
}

/// Gives the pledges that a pledge refers to.
pub(super) fn references(pledge: &Pledge) -> Vec<PledgeId> {
    let mut found = Vec::new();
    let mut add = |reference: &Reference| found.push(reference.pledge);
    walk_pledge(pledge, &mut add);
    found
}

fn walk_pledge(pledge: &Pledge, add: &mut dyn FnMut(&Reference)) {
    let conditions = [&pledge.precedent, &pledge.during, &pledge.binder_condition]
        .into_iter()
        .flatten();
    conditions
        .chain(&pledge.exceptions)
        .for_each(|condition| walk_condition(condition, add));
    pledge.provided.iter().for_each(&mut *add);
    if let Some(trigger) = &pledge.trigger {
        match &trigger.cause {
            Cause::Breach(reference) | Cause::Fulfilment(reference) => add(reference),
            Cause::Pattern(pattern) => pattern
                .condition
                .iter()
                .for_each(|condition| walk_condition(condition, add)),
        }
    }
    patterns_of(pledge)
        .filter_map(|pattern| pattern.condition.as_ref())
        .for_each(|condition| walk_condition(condition, add));
    pledge
        .suspensions
        .iter()
        .filter_map(|suspension| suspension.breach_of.as_ref())
        .for_each(&mut *add);
    let Body::Sentence(sentence) = &pledge.body else {
        return;
    };
    match &sentence.duty {
        Duty::Reach(condition) | Duty::Keep(condition) => walk_condition(condition, add),
        Duty::Do(pattern)
        | Duty::Ensure(pattern)
        | Duty::Refrain(pattern)
        | Duty::NotAllow(pattern)
        | Duty::Permit(pattern) => {
            pattern
                .condition
                .iter()
                .for_each(|condition| walk_condition(condition, add));
        }
        Duty::Prevent { pattern, .. } => pattern
            .condition
            .iter()
            .for_each(|condition| walk_condition(condition, add)),
        Duty::Endeavour { efforts, .. } => {
            efforts
                .iter()
                .filter_map(|pattern| pattern.condition.as_ref())
                .for_each(|condition| walk_condition(condition, add));
        }
    }
    [&sentence.window.from, &sentence.window.until]
        .into_iter()
        .flatten()
        .for_each(|moment| walk_moment(moment, add));
    if let Some(deadline) = &sentence.window.deadline {
        for moment in moments_of(&deadline.value) {
            walk_moment(moment, add);
        }
    }
}

/// Gives the patterns of excuses, suspensions, waivers and extensions.
pub(super) fn patterns_of(pledge: &Pledge) -> impl Iterator<Item = &Pattern> {
    let excuses = pledge
        .excuses
        .iter()
        .flat_map(|excuse| [Some(&excuse.by), excuse.until.as_ref()]);
    let suspensions = pledge
        .suspensions
        .iter()
        .flat_map(|suspension| [Some(&suspension.by), suspension.until.as_ref()]);
    let extensions = pledge.extensions.iter().map(|extension| &extension.by);
    excuses
        .chain(suspensions)
        .flatten()
        .chain(&pledge.waivers)
        .chain(extensions)
}

fn moments_of(deadline: &Deadline) -> Vec<&MomentExpr> {
    match deadline {
        Deadline::By(moment) | Deadline::Before(moment) | Deadline::On(moment) => vec![moment],
        Deadline::Within { of, .. } => of.iter().collect(),
        Deadline::AtLeastBefore { moment, .. } => moment.iter().collect(),
        Deadline::Between { after, .. } => vec![after],
        Deadline::EveryStarting { starting, .. } => vec![starting],
        Deadline::EveryFirstBy { first_by, .. } => vec![first_by],
        Deadline::EveryYearBy(_) => Vec::new(),
        Deadline::Open { review_by } => review_by.iter().collect(),
    }
}

fn walk_condition(condition: &Condition, add: &mut dyn FnMut(&Reference)) {
    match &condition.kind {
        ConditionKind::And(parts) | ConditionKind::Or(parts) => {
            for part in parts {
                walk_condition(part, add);
            }
        }
        ConditionKind::Not(inner) => walk_condition(inner, add),
        ConditionKind::Pledge { reference, .. } => add(reference),
        ConditionKind::Order { moment, .. } => walk_moment(moment, add),
        ConditionKind::Compare { left, right, .. } => {
            walk_quantity(left, add);
            walk_quantity(right, add);
        }
        ConditionKind::Once { pattern, .. } => pattern
            .condition
            .iter()
            .for_each(|condition| walk_condition(condition, add)),
        ConditionKind::State { .. }
        | ConditionKind::Relation { .. }
        | ConditionKind::Within { .. }
        | ConditionKind::Is { .. }
        | ConditionKind::Error => {}
    }
}

fn walk_quantity(quantity: &Quantity, add: &mut dyn FnMut(&Reference)) {
    match &quantity.kind {
        QuantityKind::Add(a, b) | QuantityKind::Subtract(a, b) | QuantityKind::Multiply(a, b) => {
            walk_quantity(a, add);
            walk_quantity(b, add);
        }
        QuantityKind::Share { of, .. } => walk_quantity(of, add),
        QuantityKind::Measure { as_of, .. } => {
            if let Some(moment) = as_of {
                walk_moment(moment, add);
            }
        }
        QuantityKind::Count { pattern, over } | QuantityKind::Sum { pattern, over, .. } => {
            pattern
                .condition
                .iter()
                .for_each(|condition| walk_condition(condition, add));
            if let Some(crate::agreement::Over::During { from, to }) = over {
                walk_moment(from, add);
                walk_moment(to, add);
            }
        }
        QuantityKind::Number(_)
        | QuantityKind::Variable(_)
        | QuantityKind::Field(_)
        | QuantityKind::TriggerField(_)
        | QuantityKind::Given { .. }
        | QuantityKind::Error => {}
    }
}

fn walk_moment(moment: &MomentExpr, add: &mut dyn FnMut(&Reference)) {
    match &moment.kind {
        MomentKind::DeadlineOf(reference)
        | MomentKind::FulfilmentOf(reference)
        | MomentKind::BreachOf(reference) => add(reference),
        MomentKind::EarlierOf(parts) | MomentKind::LaterOf(parts) => {
            for part in parts {
                walk_moment(part, add);
            }
        }
        MomentKind::Shifted { base, .. } => walk_moment(base, add),
        MomentKind::First(pattern) => pattern
            .condition
            .iter()
            .for_each(|condition| walk_condition(condition, add)),
        MomentKind::Fixed(_)
        | MomentKind::Variable(_)
        | MomentKind::Trigger
        | MomentKind::TriggerField(_)
        | MomentKind::Field(_)
        | MomentKind::EntryIntoForce { .. }
        | MomentKind::EndOfAgreement
        | MomentKind::Error => {}
    }
}
