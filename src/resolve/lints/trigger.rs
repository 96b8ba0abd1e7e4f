//! Pledges that can never be owed: what they wait for cannot come, or their time is over before it begins.

use std::collections::BTreeSet;

use super::constant::Constant;
use super::walk::{self, Place};
use crate::agreement::{
    Body, Cause, Duty, MembershipRule, MomentExpr, Pledge, PledgeId, PledgeStatus, Reference,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::Resolver;
use crate::source::{Span, Spanned};
use crate::time;

impl Resolver<'_> {
    /// Warns of tests with one answer only, of pledges that nothing can trigger, and of exceptions that leave nothing.
    pub(super) fn lint_conditions(&mut self, pledges: &[Pledge]) {
        let mut problems = Vec::new();
        walk::vocabulary(&self.vocabulary, &mut |condition, _| {
            let mut found = Vec::new();
            self.truth(condition, pledges, &mut found);
            problems.extend(found.iter().map(constant));
        });
        for pledge in pledges.iter().filter(|pledge| is_sound(pledge)) {
            walk::pledge(pledge, &mut |condition, place| {
                let mut found = Vec::new();
                let truth = self.truth(condition, pledges, &mut found);
                let why = found.first().map(|found| found.why.clone());
                match (place, truth) {
                    (Place::Gate, Some(false)) => {
                        problems.push(closed(pledge, condition.span, why));
                    }
                    (Place::Exception, Some(true)) => {
                        problems.push(super::conflict::swallowed(pledge, condition.span, why));
                    }
                    (Place::Gate | Place::Exception | Place::Elsewhere, _) => {
                        problems.extend(found.iter().map(constant));
                    }
                }
            });
        }
        self.diagnostics.extend(problems);
    }

    /// Warns of triggers that no verdict can give, and of windows outside the time in force.
    pub(super) fn lint_triggers(&mut self, pledges: &[Pledge], rules: &[Spanned<MembershipRule>]) {
        let mut problems: Vec<Diagnostic> = pledges
            .iter()
            .filter(|pledge| is_sound(pledge))
            .filter_map(|pledge| hopeless(pledge, pledges))
            .collect();
        problems.extend(rings(pledges));
        let may_last = rules.iter().any(|rule| match rule.value {
            MembershipRule::Renews { .. } | MembershipRule::Extended(_) => true,
            MembershipRule::Ends { .. }
            | MembershipRule::Joins { .. }
            | MembershipRule::Leaves { .. } => false,
        });
        let sound = pledges.iter().filter(|pledge| is_sound(pledge));
        problems.extend(sound.filter_map(|pledge| self.outside_the_term(pledge, may_last)));
        self.diagnostics.extend(problems);
    }

    /// Reports a pledge whose time lies outside the time in force. Deadlines are looked at where windows are.
    fn outside_the_term(&self, pledge: &Pledge, may_last: bool) -> Option<Diagnostic> {
        let Body::Sentence(sentence) = &pledge.body else {
            return None;
        };
        let here = pledge.span.source == self.root;
        let article = &pledge.article_term;
        let own = (
            sentence.window.from.as_ref(),
            sentence.window.until.as_ref(),
        );
        let end = self.term.until.as_ref().filter(|_| here && !may_last);
        let begin = self.term.from.as_ref().filter(|_| here);
        // A term that ends before it begins has been reported.
        let broken = |from: Option<&MomentExpr>, until: Option<&MomentExpr>| {
            let both = from.zip(until);
            both.is_some_and(|(from, until)| self.apart(from, until).is_some())
        };
        if broken(begin, self.term.until.as_ref())
            || broken(article.from.as_ref(), article.until.as_ref())
        {
            return None;
        }
        let pairs = [
            (own.0, article.until.as_ref(), "its article"),
            (own.0, end, "the agreement"),
            (article.from.as_ref(), end, "the agreement"),
        ];
        for (opens, closes, whose) in pairs {
            let Some((opens, closes)) = opens.zip(closes) else {
                continue;
            };
            if let Some((first, last)) = self.apart(opens, closes) {
                let message = format!(
                    "`{}` can never be owed: it begins on {first}, after the end of {whose} on {last}",
                    pledge.name
                );
                let problem = Diagnostic::new(Code::NeverTriggered, opens.span, message);
                return Some(problem.related(closes.span, "it ends here"));
            }
        }
        let pairs = [
            (article.from.as_ref(), own.1, "its article"),
            (begin, own.1, "the agreement"),
            (begin, article.until.as_ref(), "the agreement"),
        ];
        for (opens, closes, whose) in pairs {
            // Without a `from` of its own the window opens with the term, and its order has been checked.
            let Some((opens, closes)) = opens.zip(closes).filter(|_| own.0.is_some()) else {
                continue;
            };
            if let Some((first, last)) = self.apart(opens, closes) {
                let message = format!(
                    "`{}` can never be owed: it ends on {last}, before {whose} is in force from {first}",
                    pledge.name
                );
                let problem = Diagnostic::new(Code::NeverTriggered, closes.span, message);
                return Some(problem.related(opens.span, "in force from here"));
            }
        }
        None
    }

    /// Gives both days where the calendar puts the beginning after the end.
    fn apart(&self, opens: &MomentExpr, closes: &MomentExpr) -> Option<(String, String)> {
        let (first, last) = (self.constant(opens)?, self.constant(closes)?);
        let show = |moment| time::iso_moment(moment, &self.calendar);
        let apart = self.calendar.start_of(first.first) >= self.calendar.end_of(last.last);
        apart.then(|| (show(first), show(last)))
    }
}

fn is_sound(pledge: &Pledge) -> bool {
    !matches!(pledge.body, Body::Error)
}

fn constant(found: &Constant) -> Diagnostic {
    let answer = if found.truth { "true" } else { "false" };
    let message = format!("this condition is always {answer}: {}", found.why);
    Diagnostic::new(Code::ConstantCondition, found.span, message)
        .help("Leave it out, or write what it was meant to ask.")
}

fn closed(pledge: &Pledge, span: Span, why: Option<String>) -> Diagnostic {
    let message = format!(
        "`{}` can never be owed: this condition is always false",
        pledge.name
    );
    let mut problem = Diagnostic::new(Code::NeverTriggered, span, message);
    if let Some(why) = why {
        problem = problem.label(why);
    }
    problem.help("Write what the condition was meant to ask; a pledge that nobody can check is `unjudged \"why\"`.")
}

/// Reports a trigger that waits for a verdict which the other pledge never has.
fn hopeless(pledge: &Pledge, pledges: &[Pledge]) -> Option<Diagnostic> {
    let (reference, status) = verdict_of(pledge)?;
    let target = pledges.get(reference.pledge.0 as usize)?;
    let why = never(target, status)?;
    let message = format!("`{}` can never be triggered: {why}", pledge.name);
    let problem = Diagnostic::new(Code::NeverTriggered, reference.span, message);
    Some(problem.related(
        target.name_span,
        format!("`{}` is declared here", target.name),
    ))
}

/// Gives the verdict that triggers a pledge, and whose.
fn verdict_of(pledge: &Pledge) -> Option<(&Reference, PledgeStatus)> {
    // Of several triggers another one may still come.
    let [trigger] = pledge.triggers.as_slice() else {
        return None;
    };
    match &trigger.cause {
        Cause::Breach(reference) => Some((reference, PledgeStatus::Breached)),
        Cause::Fulfilment(reference) => Some((reference, PledgeStatus::Fulfilled)),
        Cause::Pattern(_) => None,
    }
}

/// Says why a pledge never has a status, as a fragment; nothing where it may have it.
pub(super) fn never(target: &Pledge, status: PledgeStatus) -> Option<String> {
    let name = &target.name;
    let sentence = match &target.body {
        Body::Sentence(sentence) => sentence,
        Body::Unjudged(_) => return Some(format!("`{name}` is unjudged, so it has no verdict")),
        Body::Error => return None,
    };
    match (&sentence.duty, status) {
        (
            Duty::Permit(_),
            PledgeStatus::Breached
            | PledgeStatus::Overdue
            | PledgeStatus::Fulfilled
            | PledgeStatus::Pending,
        ) => Some(format!(
            "`{name}` is a permission, which nobody can break or fulfil"
        )),
        (
            Duty::Refrain(_) | Duty::NotAllow(_) | Duty::Prevent { .. } | Duty::Keep(_),
            PledgeStatus::Fulfilled,
        ) => Some(format!(
            "`{name}` is kept as long as it lasts, and never fulfilled"
        )),
        (
            Duty::Refrain(_) | Duty::NotAllow(_) | Duty::Prevent { .. } | Duty::Keep(_),
            PledgeStatus::Overdue,
        ) => Some(format!("`{name}` has no deadline that could pass")),
        (
            Duty::Do(_)
            | Duty::Ensure(_)
            | Duty::Reach(_)
            | Duty::Keep(_)
            | Duty::Refrain(_)
            | Duty::NotAllow(_)
            | Duty::Prevent { .. }
            | Duty::Endeavour { .. }
            | Duty::Permit(_),
            PledgeStatus::Breached
            | PledgeStatus::Overdue
            | PledgeStatus::Fulfilled
            | PledgeStatus::Holding
            | PledgeStatus::Pending,
        ) => None,
    }
}

/// Reports pledges that wait for each other's verdicts in a ring, so that none of them can be the first; each ring once.
fn rings(pledges: &[Pledge]) -> Vec<Diagnostic> {
    let mut settled: BTreeSet<PledgeId> = BTreeSet::new();
    let mut problems = Vec::new();
    for pledge in pledges {
        // Every pledge waits for one other at most, so a walk that meets itself has found its ring.
        let mut way: Vec<&Pledge> = Vec::new();
        let mut met: BTreeSet<PledgeId> = BTreeSet::new();
        let mut next = Some(pledge);
        while let Some(at) = next {
            if settled.contains(&at.id) {
                break;
            }
            if !met.insert(at.id) {
                let ring = way.iter().skip_while(|other| other.id != at.id);
                let ring: Vec<&Pledge> = ring.copied().collect();
                problems.extend(ring_problem(&ring));
                break;
            }
            way.push(at);
            next = verdict_of(at).and_then(|(to, _)| pledges.get(to.pledge.0 as usize));
        }
        settled.extend(way.iter().map(|pledge| pledge.id));
    }
    problems
}

fn ring_problem(ring: &[&Pledge]) -> Option<Diagnostic> {
    let (first, others) = ring.split_first()?;
    if ring.iter().any(|pledge| !is_sound(pledge)) {
        return None;
    }
    let span = first.triggers.first()?.span;
    let message = if others.is_empty() {
        format!(
            "`{}` can never be triggered: it waits for itself",
            first.name
        )
    } else {
        format!(
            "`{}` can never be triggered: it waits for pledges that wait for it",
            first.name
        )
    };
    let mut problem = Diagnostic::new(Code::NeverTriggered, span, message);
    for other in others.iter().take(5) {
        let span = other.triggers.first().map_or(other.name_span, |t| t.span);
        problem = problem.related(span, format!("`{}` waits here", other.name));
    }
    Some(problem.help("Give one of them a trigger of its own, such as an event, or a date."))
}
