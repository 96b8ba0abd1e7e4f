//! The order in which pledges are judged: those that others hang on come first.
//!
//! A pledge hangs on another also through what it names on the way: a state that begins by a breach of it, a formula that reads the day of its
//! fulfilment, a kind that something counts as only after it. So what is ordered are pledges, kinds, states and formulas together.

use std::collections::BTreeSet;

use crate::agreement::{
    Agreement, Body, Cause, Condition, ConditionKind, Deadline, Duty, GivenId, KindId, MomentExpr,
    MomentKind, Operand, OperandKind, Over, Pattern, Pledge, PledgeId, Quantity, QuantityKind,
    Reference, State, StateId, TransitionCause, pledge::Per,
};

/// Gives the supported pledges in parts, so that every pledge comes after those that it hangs on.
///
/// A part of several pledges is a ring: they hang on each other. Source: Tarjan, Depth-first search and linear graph algorithms (1972).
pub(super) fn of(agreement: &Agreement, supported: &[bool]) -> Vec<Vec<PledgeId>> {
    let graph = Graph::of(agreement);
    let mut visit = Visit {
        marks: vec![Mark::default(); graph.size()],
        graph,
        next: 0,
        open: Vec::new(),
        parts: Vec::new(),
    };
    for pledge in &agreement.pledges {
        visit.from(Node::Pledge(pledge.id));
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
    let graph = Graph::of(agreement);
    let mut needed = BTreeSet::from([Node::Pledge(pledge)]);
    let mut waiting = vec![Node::Pledge(pledge)];
    while let Some(node) = waiting.pop() {
        let next = graph.named_by(node).into_iter();
        waiting.extend(next.filter(|next| needed.insert(*next)));
    }
    parts.retain(|part| part.iter().any(|id| needed.contains(&Node::Pledge(*id))));
}

/// Gives the pledges that a pledge hangs on without another pledge between them; of permissions those that it names.
pub(super) fn references(agreement: &Agreement, pledge: PledgeId) -> BTreeSet<PledgeId> {
    let graph = Graph {
        agreement,
        permissions: Vec::new(),
    };
    let mut seen = BTreeSet::new();
    let mut found = BTreeSet::new();
    let mut waiting = graph.named_by(Node::Pledge(pledge));
    while let Some(node) = waiting.pop() {
        match node {
            Node::Pledge(id) => {
                found.insert(id);
            }
            Node::Kind(_) | Node::State(_) | Node::Given(_) => {
                if seen.insert(node) {
                    waiting.extend(graph.named_by(node));
                }
            }
        }
    }
    found
}

/// What may be named and may itself name pledges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Pledge(PledgeId),
    Kind(KindId),
    State(StateId),
    Given(GivenId),
}

/// Pledges and declarations, each with what it names.
struct Graph<'a> {
    agreement: &'a Agreement,
    permissions: Vec<PledgeId>,
}

impl<'a> Graph<'a> {
    fn of(agreement: &'a Agreement) -> Graph<'a> {
        Graph {
            agreement,
            permissions: permissions(agreement),
        }
    }

    fn size(&self) -> usize {
        self.place(Node::Given(GivenId(0))) + self.agreement.vocabulary.givens.len()
    }

    /// Numbers the nodes: pledges, then kinds, states and formulas.
    fn place(&self, node: Node) -> usize {
        let vocabulary = &self.agreement.vocabulary;
        let kinds = self.agreement.pledges.len();
        let states = kinds + vocabulary.kinds.len();
        let givens = states + vocabulary.states.len();
        match node {
            Node::Pledge(id) => id.0 as usize,
            Node::Kind(id) => kinds + id.0 as usize,
            Node::State(id) => states + id.0 as usize,
            Node::Given(id) => givens + id.0 as usize,
        }
    }

    fn named_by(&self, node: Node) -> Vec<Node> {
        let vocabulary = &self.agreement.vocabulary;
        let mut found = Vec::new();
        let mut add = |node| found.push(node);
        match node {
            Node::Pledge(id) => {
                if let Some(pledge) = self.agreement.pledges.get(id.0 as usize) {
                    walk_pledge(pledge, &mut add);
                    found.extend(self.permits(pledge).iter().copied().map(Node::Pledge));
                }
            }
            Node::Kind(id) => {
                let bridges = vocabulary.kind(id).bridges.iter();
                bridges.for_each(|bridge| walk_pattern(&bridge.pattern, &mut add));
            }
            Node::State(id) => walk_state(vocabulary.state(id), &mut add),
            Node::Given(id) => {
                let lines = vocabulary.given(id).lines.iter();
                lines.for_each(|line| walk_quantity(&line.value, &mut add));
            }
        }
        found
    }

    /// Gives the permissions that are judged before a pledge: all of them before a prohibition.
    fn permits(&self, pledge: &Pledge) -> &[PledgeId] {
        let Body::Sentence(sentence) = &pledge.body else {
            return &[];
        };
        match sentence.duty {
            Duty::Refrain(_)
            | Duty::NotAllow(_)
            | Duty::Prevent { .. }
            | Duty::Endeavour { .. } => &self.permissions,
            Duty::Do(_) | Duty::Ensure(_) | Duty::Reach(_) | Duty::Keep(_) | Duty::Permit(_) => &[],
        }
    }
}

/// What the walk knows of a node.
#[derive(Clone, Copy, Default)]
struct Mark {
    /// When it was reached; none before.
    reached: Option<usize>,
    /// The earliest one still open that can be reached from it.
    lowest: usize,
    open: bool,
}

struct Visit<'a> {
    graph: Graph<'a>,
    marks: Vec<Mark>,
    next: usize,
    open: Vec<Node>,
    parts: Vec<Vec<PledgeId>>,
}

impl Visit<'_> {
    /// Walks what is named with a stack of its own, since a chain may be as long as the file.
    fn from(&mut self, first: Node) {
        if self.mark(first).reached.is_some() {
            return;
        }
        let mut stack = vec![(first, self.enter(first))];
        while let Some((node, pending)) = stack.last_mut() {
            let node = *node;
            let Some(next) = pending.pop() else {
                stack.pop();
                self.leave(node);
                if let Some((around, _)) = stack.last() {
                    self.lower(*around, self.mark(node).lowest);
                }
                continue;
            };
            match self.mark(next) {
                Mark { reached: None, .. } => stack.push((next, self.enter(next))),
                Mark {
                    reached: Some(at),
                    open: true,
                    ..
                } => self.lower(node, at),
                Mark { .. } => {}
            }
        }
    }

    fn enter(&mut self, node: Node) -> Vec<Node> {
        let place = self.graph.place(node);
        if let Some(mark) = self.marks.get_mut(place) {
            *mark = Mark {
                reached: Some(self.next),
                lowest: self.next,
                open: true,
            };
        }
        self.next += 1;
        self.open.push(node);
        self.graph.named_by(node)
    }

    /// Closes the part that begins with a node, where one does.
    fn leave(&mut self, node: Node) {
        let mark = self.mark(node);
        if mark.reached != Some(mark.lowest) {
            return;
        }
        let mut part = Vec::new();
        while let Some(last) = self.open.pop() {
            let place = self.graph.place(last);
            if let Some(mark) = self.marks.get_mut(place) {
                mark.open = false;
            }
            if let Node::Pledge(id) = last {
                part.push(id);
            }
            if last == node {
                break;
            }
        }
        self.parts.push(part);
    }

    fn lower(&mut self, node: Node, to: usize) {
        let place = self.graph.place(node);
        if let Some(mark) = self.marks.get_mut(place) {
            mark.lowest = mark.lowest.min(to);
        }
    }

    fn mark(&self, node: Node) -> Mark {
        let mark = self.marks.get(self.graph.place(node));
        mark.copied().unwrap_or_default()
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

fn walk_pledge(pledge: &Pledge, add: &mut dyn FnMut(Node)) {
    let conditions = [&pledge.precedent, &pledge.during, &pledge.binder_condition]
        .into_iter()
        .flatten();
    conditions
        .chain(&pledge.exceptions)
        .for_each(|condition| walk_condition(condition, add));
    let provided = pledge.provided.iter();
    provided.for_each(|reference| walk_reference(reference, add));
    for trigger in &pledge.triggers {
        match &trigger.cause {
            Cause::Breach(reference) | Cause::Fulfilment(reference) => {
                walk_reference(reference, add);
            }
            Cause::Pattern(pattern) => walk_pattern(pattern, add),
        }
    }
    patterns_of(pledge).for_each(|pattern| walk_pattern(pattern, add));
    pledge
        .suspensions
        .iter()
        .filter_map(|suspension| suspension.breach_of.as_ref())
        .for_each(|reference| walk_reference(reference, add));
    let term = [&pledge.article_term.from, &pledge.article_term.until];
    for moment in term.into_iter().flatten() {
        walk_moment(moment, add);
    }
    let Body::Sentence(sentence) = &pledge.body else {
        return;
    };
    walk_duty(&sentence.duty, add);
    let window = &sentence.window;
    [&window.from, &window.until]
        .into_iter()
        .flatten()
        .for_each(|moment| walk_moment(moment, add));
    if let Some(deadline) = &window.deadline {
        for moment in moments_of(&deadline.value) {
            walk_moment(moment, add);
        }
    }
    match window.per.as_ref().map(|per| &per.value) {
        Some(Per::Calendar { starting, .. }) => {
            if let Some(moment) = starting {
                walk_moment(moment, add);
            }
        }
        Some(Per::Sliding(_)) | None => {}
    }
}

fn walk_duty(duty: &Duty, add: &mut dyn FnMut(Node)) {
    match duty {
        Duty::Reach(condition) | Duty::Keep(condition) => walk_condition(condition, add),
        Duty::Do(pattern)
        | Duty::Ensure(pattern)
        | Duty::Refrain(pattern)
        | Duty::NotAllow(pattern)
        | Duty::Permit(pattern) => walk_pattern(pattern, add),
        Duty::Prevent { pattern, shown_by } => {
            let patterns = [pattern].into_iter().chain(shown_by);
            patterns.for_each(|pattern| walk_pattern(pattern, add));
        }
        Duty::Endeavour { efforts, broken_by } => {
            let patterns = efforts.iter().chain(broken_by);
            patterns.for_each(|pattern| walk_pattern(pattern, add));
        }
    }
}

fn walk_state(state: &State, add: &mut dyn FnMut(Node)) {
    for transition in state.begins.iter().chain(&state.ends) {
        match &transition.cause {
            TransitionCause::Pattern(pattern) => walk_pattern(pattern, add),
            TransitionCause::Moment(moment) => walk_moment(moment, add),
        }
    }
}

fn walk_pattern(pattern: &Pattern, add: &mut dyn FnMut(Node)) {
    add(Node::Kind(pattern.kind));
    if let Some(condition) = &pattern.condition {
        walk_condition(condition, add);
    }
}

fn walk_reference(reference: &Reference, add: &mut dyn FnMut(Node)) {
    add(Node::Pledge(reference.pledge));
    let operands = reference.bindings.iter().map(|(_, operand)| operand);
    operands.for_each(|operand| walk_operand(operand, add));
}

fn walk_operand(operand: &Operand, add: &mut dyn FnMut(Node)) {
    match &operand.kind {
        OperandKind::Date(moment) => walk_moment(moment, add),
        OperandKind::Thing { .. }
        | OperandKind::Variable(_)
        | OperandKind::Field(_)
        | OperandKind::TriggerField(_)
        | OperandKind::Number(_)
        | OperandKind::Text(_)
        | OperandKind::Flag(_) => {}
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

fn walk_condition(condition: &Condition, add: &mut dyn FnMut(Node)) {
    match &condition.kind {
        ConditionKind::And(parts) | ConditionKind::Or(parts) => {
            for part in parts {
                walk_condition(part, add);
            }
        }
        ConditionKind::Not(inner) => walk_condition(inner, add),
        ConditionKind::State { state, .. } => add(Node::State(*state)),
        ConditionKind::Pledge { reference, .. } => walk_reference(reference, add),
        ConditionKind::Order {
            operand, moment, ..
        } => {
            walk_operand(operand, add);
            walk_moment(moment, add);
        }
        ConditionKind::Is { left, right } => {
            walk_operand(left, add);
            walk_operand(right, add);
        }
        ConditionKind::Within { operand, .. } => walk_operand(operand, add),
        ConditionKind::Compare { left, right, .. } => {
            walk_quantity(left, add);
            walk_quantity(right, add);
        }
        ConditionKind::Once { pattern, .. } => walk_pattern(pattern, add),
        ConditionKind::Relation { .. } | ConditionKind::Error => {}
    }
}

fn walk_quantity(quantity: &Quantity, add: &mut dyn FnMut(Node)) {
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
        QuantityKind::Given { given, .. } => add(Node::Given(*given)),
        QuantityKind::Count { pattern, over } | QuantityKind::Sum { pattern, over, .. } => {
            walk_pattern(pattern, add);
            if let Some(Over::During { from, to }) = over {
                walk_moment(from, add);
                walk_moment(to, add);
            }
        }
        QuantityKind::Number(_)
        | QuantityKind::Variable(_)
        | QuantityKind::Field(_)
        | QuantityKind::TriggerField(_)
        | QuantityKind::Error => {}
    }
}

fn walk_moment(moment: &MomentExpr, add: &mut dyn FnMut(Node)) {
    match &moment.kind {
        MomentKind::DeadlineOf(reference)
        | MomentKind::FulfilmentOf(reference)
        | MomentKind::BreachOf(reference) => walk_reference(reference, add),
        MomentKind::EarlierOf(parts) | MomentKind::LaterOf(parts) => {
            for part in parts {
                walk_moment(part, add);
            }
        }
        MomentKind::Shifted { base, .. } => walk_moment(base, add),
        MomentKind::First(pattern) => walk_pattern(pattern, add),
        MomentKind::EntryIntoForce { of } => {
            if let Some(operand) = of {
                walk_operand(operand, add);
            }
        }
        MomentKind::Fixed(_)
        | MomentKind::Variable(_)
        | MomentKind::Trigger
        | MomentKind::TriggerField(_)
        | MomentKind::Field(_)
        | MomentKind::EndOfAgreement
        | MomentKind::Error => {}
    }
}
