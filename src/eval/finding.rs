//! Findings: a body's own determination about a pledge, put beside what the acts on file show (docs/semantics.md, Findings).

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::agreement::{PledgeId, Standing, Value, VariableId};
use crate::evidence::{Favours, IncidentId, Truth};
use crate::record::{FindingVerdict, Record, Subject};
use crate::source::Span;
use crate::time::When;
use crate::verdict::{EvidenceRole, Ground, Note, Range, Status, Verdict};

use super::Context;
use super::instance::{Broken, Case, Judged, Witnesses, add_accounts};

/// Applies the findings about this instance that stand at the standard to what was judged from acts.
///
/// A finding settles what the acts leave open; it never takes back an act that is shown at the same standard.
pub(super) fn apply(
    case: &Case<'_, '_>,
    mut judged: Judged,
    evidence: &mut Witnesses,
    notes: &mut Vec<Note>,
) -> Judged {
    let context = case.context;
    for incident in context.findings_about(case) {
        let found = context
            .live_records(incident)
            .find(|record| is_about(case, record));
        let Some((record, verdict)) =
            found.and_then(|record| Some((record, record.finding.as_ref()?.verdict)))
        else {
            continue;
        };
        if !speaks_of(verdict, judged.verdict.status) {
            let (truth, _) = weigh(case, incident, verdict, &mut Witnesses::default());
            if truth == Truth::True {
                note(notes, record.places.block, verdict, judged.verdict.status);
            }
            continue;
        }
        let (truth, when) = weigh(case, incident, verdict, evidence);
        if truth == Truth::True {
            judged = settled(case, judged, verdict, when);
        }
    }
    judged
}

/// The findings about each pledge, by a value that their brackets ask for; made when first asked for.
#[derive(Debug, Default)]
pub(super) struct Index {
    pledges: RefCell<BTreeMap<PledgeId, Rc<Findings>>>,
}

#[derive(Debug, Default)]
struct Findings {
    by_value: BTreeMap<VariableId, BTreeMap<Value, Vec<IncidentId>>>,
    /// Those that are about every instance.
    of_all: Vec<IncidentId>,
}

impl<'a> Context<'a> {
    /// Gives the findings that may be about an instance, in order.
    fn findings_about(&self, case: &Case<'_, 'a>) -> BTreeSet<IncidentId> {
        let findings = self.findings_of(case.pledge.id);
        let mut found: BTreeSet<IncidentId> = findings.of_all.iter().copied().collect();
        for (variable, by_value) in &findings.by_value {
            match case.env.get(*variable) {
                Some(value) => found.extend(by_value.get(value).into_iter().flatten()),
                None => found.extend(by_value.values().flatten()),
            }
        }
        found
    }

    fn findings_of(&self, pledge: PledgeId) -> Rc<Findings> {
        if let Some(findings) = self.findings.pledges.borrow().get(&pledge) {
            return Rc::clone(findings);
        }
        let mut findings = Findings::default();
        for incident in self.evidence.incidents_of(Subject::Finding(pledge)) {
            for record in self.live_records(incident) {
                let mut bindings = record.finding.iter().flat_map(|finding| &finding.bindings);
                match bindings.next() {
                    Some((variable, value)) => findings
                        .by_value
                        .entry(*variable)
                        .or_default()
                        .entry(value.clone())
                        .or_default()
                        .push(incident),
                    None => findings.of_all.push(incident),
                }
            }
        }
        let findings = Rc::new(findings);
        let mut pledges = self.findings.pledges.borrow_mut();
        pledges.insert(pledge, Rc::clone(&findings));
        findings
    }
}

/// Says whether a finding settles or confirms what the acts on file say.
fn speaks_of(finding: FindingVerdict, status: Status) -> bool {
    match finding {
        FindingVerdict::Breached => matches!(
            status,
            Status::Holding
                | Status::Held
                | Status::Undetermined
                | Status::Pending
                | Status::Overdue
                | Status::Missed
                | Status::Breached
        ),
        FindingVerdict::Kept => matches!(status, Status::Holding | Status::Held),
        FindingVerdict::Fulfilled => matches!(
            status,
            Status::Pending
                | Status::Overdue
                | Status::Missed
                | Status::Undetermined
                | Status::Fulfilled
                | Status::FulfilledLate
                | Status::FulfilledTimingUnknown
        ),
    }
}

/// Says that a finding stands and changes nothing.
fn note(notes: &mut Vec<Note>, span: Span, finding: FindingVerdict, status: Status) {
    let finding = match finding {
        FindingVerdict::Breached => "breached",
        FindingVerdict::Kept => "kept",
        FindingVerdict::Fulfilled => "fulfilled",
    };
    let text = format!(
        "the finding `{finding}` changes nothing: it does not speak of what is {}",
        status.word()
    );
    let note = Note { span, text };
    if !notes.contains(&note) {
        notes.push(note);
    }
}

/// Says whether the brackets of a finding fit the values of this instance.
fn is_about(case: &Case<'_, '_>, record: &Record) -> bool {
    record.finding.iter().all(|finding| {
        let mut bindings = finding.bindings.iter();
        finding.on.is_none_or(|day| is_of(case, day))
            && bindings
                .all(|(variable, value)| case.env.get(*variable).is_none_or(|own| own == value))
    })
}

/// Says whether a day lies in the period of this instance or is the one on which it was set off, as `on` does in rules.
fn is_of(case: &Case<'_, '_>, day: When) -> bool {
    let calendar = case.context.calendar;
    let in_period = case.turn.is_some_and(|turn| {
        let period = When {
            earliest: calendar.start_of(turn.opens.first),
            latest: calendar.end_of(turn.due.last),
        };
        period.overlaps(day)
    });
    let trigger = case.env.trigger;
    in_period || trigger.is_some_and(|trigger| trigger.when.overlaps(day))
}

fn weigh(
    case: &Case<'_, '_>,
    incident: IncidentId,
    verdict: FindingVerdict,
    evidence: &mut Witnesses,
) -> (Truth, When) {
    let favours = match verdict {
        FindingVerdict::Breached => Favours::Others,
        FindingVerdict::Kept | FindingVerdict::Fulfilled => Favours::Obligor,
    };
    let weight = case
        .context
        .evidence
        .occurrence(incident, case.lens(favours).viewpoint(case.env));
    add_accounts(
        evidence,
        &weight.accounts,
        EvidenceRole::Finding,
        weight.pro,
        weight.con,
    );
    let standard = Standing::STANDARDS
        .get(case.standard)
        .copied()
        .unwrap_or(Standing::Verified);
    (Truth::at(standard, weight.pro, weight.con), weight.when)
}

fn settled(case: &Case<'_, '_>, judged: Judged, finding: FindingVerdict, when: When) -> Judged {
    // What the finding speaks of happened at some time from the opening of the window to the day of the finding.
    let span = When {
        earliest: case.opens.earliest.min(when.latest.plus(-1)),
        latest: when.latest,
    };
    match (finding, judged.verdict.status) {
        (
            FindingVerdict::Breached,
            Status::Holding | Status::Held | Status::Undetermined | Status::Pending,
        ) => {
            let mut verdict = Verdict::new(Status::Breached, Ground::Established);
            verdict.since = Some(span);
            Judged {
                verdict,
                fulfilled: None,
                perhaps_fulfilled: None,
                acts: Vec::new(),
                broken: vec![Broken {
                    since: span,
                    until: None,
                    overdue: false,
                }],
            }
        }
        (FindingVerdict::Breached, Status::Overdue | Status::Missed)
        | (FindingVerdict::Kept, Status::Holding | Status::Held) => established(judged),
        (
            FindingVerdict::Fulfilled,
            Status::Pending | Status::Overdue | Status::Missed | Status::Undetermined,
        ) => fulfilled(case, span),
        (FindingVerdict::Breached | FindingVerdict::Kept | FindingVerdict::Fulfilled, _) => judged,
    }
}

fn established(mut judged: Judged) -> Judged {
    judged.verdict.ground = Ground::Established;
    judged
}

/// A finding dates the determination, not the performance: done by then, on time only if the finding came by the deadline.
fn fulfilled(case: &Case<'_, '_>, span: When) -> Judged {
    let calendar = case.context.calendar;
    let late = case
        .due
        .filter(|due| span.latest > calendar.end_of(due.first))
        .map(|due| {
            let due_day = calendar.day_of(calendar.end_of(due.first).plus(-1));
            crate::time::days_between(due_day, calendar.day_of(span.latest.plus(-1)))
        });
    let status = if late.is_some() {
        Status::FulfilledTimingUnknown
    } else {
        Status::Fulfilled
    };
    let mut verdict = Verdict::new(status, Ground::Established);
    verdict.since = Some(span);
    verdict.days_late = late.map(|most| Range { least: 0, most });
    Judged {
        verdict,
        fulfilled: Some(span),
        perhaps_fulfilled: None,
        acts: Vec::new(),
        broken: Vec::new(),
    }
}
