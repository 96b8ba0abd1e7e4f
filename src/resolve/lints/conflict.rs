//! Pledges that undo each other: a duty that only a breach can discharge, and a prohibition of which its exceptions leave nothing.

use std::collections::BTreeSet;

use super::cover::{Act, Index, sentence_of};
use crate::agreement::{
    Belongs, Condition, ConditionKind, Duty, KindId, Modal, OperandKind, Pattern, Pledge, TermKind,
    ThingId,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::Resolver;
use crate::source::Span;
use crate::time::When;

impl Resolver<'_> {
    /// Warns of acts that must be done and must not be done at the same time.
    pub(super) fn lint_conflicts(&mut self, pledges: &[Pledge]) {
        let permitted = self.permitted(pledges);
        let owed = |duty: &Duty| matches!(duty, Duty::Do(_) | Duty::Ensure(_));
        let mut owed = Index::of(acts(pledges, owed).filter(is_strict));
        let mut reported = BTreeSet::new();
        let mut problems = Vec::new();
        for forbidden in acts(pledges, is_prohibition).filter(is_strict) {
            for duty in self.covered(forbidden, &mut owed) {
                let kinds = [forbidden.pattern.kind, duty.pattern.kind];
                let excused = kinds.iter().any(|kind| permitted.contains(kind));
                if !excused && reported.insert(duty.pledge.id) {
                    problems.push(conflict(duty, forbidden));
                }
            }
        }
        self.diagnostics.extend(problems);
    }

    /// Warns of prohibitions of which a permission or an exception leaves nothing.
    pub(super) fn lint_exceptions(&mut self, pledges: &[Pledge]) {
        let mut problems = Vec::new();
        let mut forbidden = Index::of(acts(pledges, is_prohibition));
        let mut reported = BTreeSet::new();
        for permit in acts(pledges, |duty| matches!(duty, Duty::Permit(_))) {
            for act in self.covered(permit, &mut forbidden) {
                if reported.insert(act.pledge.id) {
                    problems.push(permitted_away(act, permit));
                }
            }
        }
        for act in acts(pledges, is_prohibition) {
            for exception in &act.pledge.exceptions {
                let mut constant = Vec::new();
                let told = self.truth(exception, pledges, &mut constant) == Some(true);
                if !told && self.implied(exception, act.pattern) {
                    let why = "every act that the prohibition speaks of is such a one".to_owned();
                    problems.push(swallowed(act.pledge, exception.span, Some(why)));
                }
            }
        }
        self.diagnostics.extend(problems);
    }

    /// Gives the kinds of which a permission speaks, with all that counts as them.
    fn permitted(&self, pledges: &[Pledge]) -> BTreeSet<KindId> {
        let permits = acts(pledges, |duty| matches!(duty, Duty::Permit(_)));
        let mut open: Vec<KindId> = permits.map(|act| act.pattern.kind).collect();
        let mut kinds = BTreeSet::new();
        while let Some(kind) = open.pop() {
            if kinds.insert(kind) {
                let bridges = &self.vocabulary.kind(kind).bridges;
                open.extend(bridges.iter().map(|bridge| bridge.pattern.kind));
            }
        }
        kinds
    }

    /// Says whether every act of a pattern meets a condition, as far as the pattern itself says so.
    fn implied(&self, condition: &Condition, pattern: &Pattern) -> bool {
        let stated = pattern.condition.as_ref();
        if stated.is_some_and(|stated| self.states(stated, condition)) {
            return true;
        }
        match &condition.kind {
            ConditionKind::And(parts) => parts.iter().all(|part| self.implied(part, pattern)),
            ConditionKind::Or(parts) => parts.iter().any(|part| self.implied(part, pattern)),
            ConditionKind::Within { operand, group } => {
                self.field_is_in(&operand.kind, *group, pattern)
            }
            ConditionKind::Is { left, right } => match right.kind {
                OperandKind::Thing { id, exactly: false } => {
                    self.field_is_in(&left.kind, id, pattern)
                }
                OperandKind::Thing { .. }
                | OperandKind::Variable(_)
                | OperandKind::Field(_)
                | OperandKind::TriggerField(_)
                | OperandKind::Number(_)
                | OperandKind::Text(_)
                | OperandKind::Date(_)
                | OperandKind::Flag(_) => false,
            },
            ConditionKind::Not(_)
            | ConditionKind::State { .. }
            | ConditionKind::Relation { .. }
            | ConditionKind::Once { .. }
            | ConditionKind::Pledge { .. }
            | ConditionKind::Order { .. }
            | ConditionKind::Compare { .. }
            | ConditionKind::Error => false,
        }
    }

    /// Says whether a condition is, or has among the parts that must all hold, another one in the same words.
    fn states(&self, stated: &Condition, condition: &Condition) -> bool {
        if self.same_text(stated.span, condition.span) {
            return true;
        }
        match &stated.kind {
            ConditionKind::And(parts) => parts.iter().any(|part| self.states(part, condition)),
            ConditionKind::Or(_)
            | ConditionKind::Not(_)
            | ConditionKind::State { .. }
            | ConditionKind::Relation { .. }
            | ConditionKind::Once { .. }
            | ConditionKind::Within { .. }
            | ConditionKind::Is { .. }
            | ConditionKind::Pledge { .. }
            | ConditionKind::Order { .. }
            | ConditionKind::Compare { .. }
            | ConditionKind::Error => false,
        }
    }

    fn field_is_in(&self, operand: &OperandKind, container: ThingId, pattern: &Pattern) -> bool {
        let OperandKind::Field(slot) = operand else {
            return false;
        };
        let mut arguments = pattern.arguments.iter();
        let given = arguments.find(|argument| argument.slot == *slot);
        given.is_some_and(|given| {
            given.terms.iter().all(|term| match term.kind {
                TermKind::Thing { id, .. } => {
                    self.vocabulary.belongs(id, container, When::ALWAYS) == Belongs::Yes
                }
                TermKind::Variable { .. }
                | TermKind::OtherThan { .. }
                | TermKind::TriggerField(_)
                | TermKind::Number(_)
                | TermKind::Text(_)
                | TermKind::Date(_)
                | TermKind::Flag(_) => false,
            })
        })
    }
}

/// Gives the acts of the pledges whose duty is of a kind.
fn acts(pledges: &[Pledge], wanted: impl Fn(&Duty) -> bool) -> impl Iterator<Item = Act<'_>> {
    pledges.iter().filter_map(move |pledge| {
        let sentence = sentence_of(pledge)?;
        let pattern = match &sentence.duty {
            Duty::Do(pattern)
            | Duty::Ensure(pattern)
            | Duty::Refrain(pattern)
            | Duty::NotAllow(pattern)
            | Duty::Prevent { pattern, .. }
            | Duty::Permit(pattern) => pattern,
            Duty::Reach(_) | Duty::Keep(_) | Duty::Endeavour { .. } => return None,
        };
        wanted(&sentence.duty).then_some(Act {
            pledge,
            sentence,
            pattern,
        })
    })
}

fn is_prohibition(duty: &Duty) -> bool {
    matches!(duty, Duty::Refrain(_) | Duty::NotAllow(_))
}

fn is_strict(act: &Act<'_>) -> bool {
    act.sentence.modal == Modal::Must
}

fn conflict(duty: Act<'_>, forbidden: Act<'_>) -> Diagnostic {
    let (own, other) = (&duty.pledge.name, &forbidden.pledge.name);
    let message = format!("`{own}` can be fulfilled only by breaking `{other}`");
    Diagnostic::new(Code::ConflictingPledges, duty.sentence.act_span, message)
        .label("must be done")
        .related(
            forbidden.sentence.act_span,
            "must not be done, at any time when it is owed",
        )
        .help(format!(
            "Say which of them gives way: `except where …` in `{other}`, or a time for each. If the text itself contradicts itself, say so in a `note`."
        ))
}

fn permitted_away(forbidden: Act<'_>, permit: Act<'_>) -> Diagnostic {
    let (own, other) = (&forbidden.pledge.name, &permit.pledge.name);
    let message = format!("`{own}` forbids nothing: `{other}` permits every act of it");
    Diagnostic::new(Code::ExceptionCoversAll, permit.sentence.act_span, message)
        .related(forbidden.sentence.act_span, "this is what is forbidden")
        .help("Say what is permitted more narrowly: by whom, where, when, or `where …`.")
}

/// Reports an exception that every act of the prohibition meets.
pub(super) fn swallowed(pledge: &Pledge, span: Span, why: Option<String>) -> Diagnostic {
    let message = format!(
        "`{}` forbids nothing: this exception covers every act of it",
        pledge.name
    );
    let problem = Diagnostic::new(Code::ExceptionCoversAll, span, message);
    let problem = match why {
        Some(why) => problem.label(why),
        None => problem,
    };
    problem.help("Say in the exception what sets the excepted acts apart from the others.")
}
