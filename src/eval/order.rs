//! The order in which pledges are judged: those that others refer to come first.

use std::collections::BTreeSet;

use crate::agreement::{
    Agreement, Body, Cause, Condition, ConditionKind, Deadline, Duty, MomentExpr, MomentKind,
    Pattern, Pledge, PledgeId, Quantity, QuantityKind, Reference, TransitionCause,
};

/// Gives the supported pledges in parts, so that every pledge comes after those that it refers to.
///
/// A part of several pledges is a ring: they hang on each other. Source: Tarjan, Depth-first search and linear graph algorithms (1972).
pub(super) fn of(agreement: &Agreement, supported: &[bool]) -> Vec<Vec<PledgeId>> {
    let mut visit = Visit {
        agreement,
        permissions: permissions(agreement),
        marks: vec![Mark::default(); agreement.pledges.len()],
        next: 0,
        open: Vec::new(),
        parts: Vec::new(),
    };
    for pledge in &agreement.pledges {
        visit.pledge(pledge);
    }
    let known = |id: &PledgeId| supported.get(id.0 as usize).copied().unwrap_or(false);
    let mut parts = visit.parts;
    for part in &mut parts {
        part.retain(known);
        part.sort();
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Leaves of the parts those that a pledge hangs on, and its own.
pub(super) fn keep_needed(agreement: &Agreement, parts: &mut Vec<Vec<PledgeId>>, pledge: PledgeId) {
    let permissions = permissions(agreement);
    let mut needed = BTreeSet::from([pledge]);
    needed.extend(referred_to_by_definitions(agreement));
    // INVARIANT: a part comes after those that it refers to, so whatever needs a part has been met when its turn comes.
    for part in parts.iter_mut().rev() {
        if !part.iter().any(|id| needed.contains(id)) {
            part.clear();
        }
        for id in part.iter() {
            if let Some(pledge) = agreement.pledges.get(id.0 as usize) {
                needed.extend(all_references(pledge, &permissions));
            }
        }
    }
    parts.retain(|part| !part.is_empty());
}

/// Gives the pledges that states and formulas refer to, which belong to no pledge.
fn referred_to_by_definitions(agreement: &Agreement) -> Vec<PledgeId> {
    let mut found = Vec::new();
    let mut add = |reference: &Reference| found.push(reference.pledge);
    for state in &agreement.vocabulary.states {
        for transition in state.begins.iter().chain(&state.ends) {
            match &transition.cause {
                TransitionCause::Pattern(pattern) => pattern
                    .condition
                    .iter()
                    .for_each(|condition| walk_condition(condition, &mut add)),
                TransitionCause::Moment(moment) => walk_moment(moment, &mut add),
            }
        }
    }
    for given in &agreement.vocabulary.givens {
        for line in &given.lines {
            walk_quantity(&line.value, &mut add);
        }
    }
    found
}

/// Gives the pledges that must be judged before another: those referred to and, for a prohibition, every permission.
fn all_references(pledge: &Pledge, permissions: &[PledgeId]) -> Vec<PledgeId> {
    let mut found = references(pledge);
    if let Body::Sentence(sentence) = &pledge.body
        && matches!(
            sentence.duty,
            Duty::Refrain(_) | Duty::NotAllow(_) | Duty::Prevent { .. } | Duty::Endeavour { .. }
        )
    {
        found.extend(permissions);
    }
    found
}

/// What the walk knows of a pledge.
#[derive(Clone, Copy, Default)]
struct Mark {
    /// When it was reached; none before.
    reached: Option<usize>,
    /// The earliest one still open that can be reached from it.
    lowest: usize,
    open: bool,
}

struct Visit<'a> {
    agreement: &'a Agreement,
    permissions: Vec<PledgeId>,
    marks: Vec<Mark>,
    next: usize,
    open: Vec<PledgeId>,
    parts: Vec<Vec<PledgeId>>,
}

impl<'a> Visit<'a> {
    /// Walks references with a stack of its own, since a chain may be as long as the file.
    fn pledge(&mut self, first: &'a Pledge) {
        if self.mark(first.id).reached.is_some() {
            return;
        }
        let mut stack = vec![(first.id, self.enter(first))];
        while let Some((id, pending)) = stack.last_mut() {
            let id = *id;
            let next = pending
                .pop()
                .map(|next| self.agreement.pledges.get(next.0 as usize));
            match next {
                Some(Some(next)) => match self.mark(next.id) {
                    Mark { reached: None, .. } => stack.push((next.id, self.enter(next))),
                    Mark {
                        reached: Some(at),
                        open: true,
                        ..
                    } => self.lower(id, at),
                    Mark { .. } => {}
                },
                Some(None) => {}
                None => {
                    stack.pop();
                    self.leave(id);
                    if let Some((around, _)) = stack.last() {
                        self.lower(*around, self.mark(id).lowest);
                    }
                }
            }
        }
    }

    fn enter(&mut self, pledge: &Pledge) -> Vec<PledgeId> {
        if let Some(mark) = self.marks.get_mut(pledge.id.0 as usize) {
            *mark = Mark {
                reached: Some(self.next),
                lowest: self.next,
                open: true,
            };
        }
        self.next += 1;
        self.open.push(pledge.id);
        self.references(pledge)
    }

    /// Closes the part that begins with a pledge, where one does.
    fn leave(&mut self, id: PledgeId) {
        let mark = self.mark(id);
        if mark.reached != Some(mark.lowest) {
            return;
        }
        let mut part = Vec::new();
        while let Some(last) = self.open.pop() {
            if let Some(mark) = self.marks.get_mut(last.0 as usize) {
                mark.open = false;
            }
            part.push(last);
            if last == id {
                break;
            }
        }
        self.parts.push(part);
    }

    fn lower(&mut self, id: PledgeId, to: usize) {
        if let Some(mark) = self.marks.get_mut(id.0 as usize) {
            mark.lowest = mark.lowest.min(to);
        }
    }

    fn references(&self, pledge: &Pledge) -> Vec<PledgeId> {
        all_references(pledge, &self.permissions)
    }

    fn mark(&self, id: PledgeId) -> Mark {
        self.marks.get(id.0 as usize).copied().unwrap_or_default()
    }
}

pub(super) fn permissions(agreement: &Agreement) -> Vec<PledgeId> {
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
    for trigger in &pledge.triggers {
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
