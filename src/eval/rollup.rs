//! From instances to pledges, and to the assessment: the worst instance speaks for the pledge, with counts of all.

use crate::agreement::{Body, Pledge, PledgeId, Standing};
use crate::record::Subject;
use crate::verdict::{
    Assessment, BreakingAct, Ground, InstanceAssessment, OwnVerdict, PledgeAssessment, Profile,
    Status, Verdict,
};

use super::bindings::value_name;
use super::instance::{InstanceResult, LaneResult, PledgeResult};
use super::moment::deadline_span;
use super::roles::{self, Roles};
use super::{Context, Question, achieve, convention, explain};

/// Writes what was judged as data.
pub(super) fn assessment(
    context: &Context<'_>,
    question: Question,
    others: &[(&'static str, convention::Results<'_>)],
) -> Assessment {
    let pledges = context.agreement.pledges.iter().filter_map(|pledge| {
        let result = context.result(pledge.id)?;
        Some(pledge_assessment(context, question, pledge, result, others))
    });
    let in_force = (context.term.from.is_some() || context.term.until.is_some())
        .then_some((context.term.from, context.term.until));
    Assessment {
        as_of: question.clocks.as_of,
        known_by: (question.clocks.known_by != crate::time::Instant::MAX)
            .then_some(question.clocks.known_by),
        standard: question.standard,
        in_force,
        pledges: pledges.collect(),
    }
}

fn pledge_assessment(
    context: &Context<'_>,
    question: Question,
    pledge: &Pledge,
    result: &PledgeResult<'_>,
    others: &[(&'static str, convention::Results<'_>)],
) -> PledgeAssessment {
    let verifiable = context.evidence.verifiable(&subjects(pledge)) || found_on(context, pledge.id);
    let mut instances: Vec<InstanceAssessment> = result
        .instances
        .iter()
        .map(|instance| assess(context, question, pledge, instance, verifiable))
        .collect();
    if question.proof_of == Some(pledge.id)
        && let Some(first) = instances.first_mut()
    {
        explain::add_what_does_not_match(context, pledge, first);
    }
    let worst = |standard: Standing| {
        let verdicts = instances
            .iter()
            .filter_map(|instance| instance.profile.at(standard));
        verdicts
            .max_by(|a, b| {
                gravity(a)
                    .cmp(&gravity(b))
                    .then(std::cmp::Ordering::Greater)
            })
            .cloned()
    };
    let or_dormant = |verdict: Option<Verdict>| {
        verdict.unwrap_or_else(|| Verdict::new(Status::Dormant, Ground::Established))
    };
    let profile = Profile {
        claimed: or_dormant(worst(Standing::Claimed)),
        reported: or_dormant(worst(Standing::Reported)),
        corroborated: or_dormant(worst(Standing::Corroborated)),
        verified: worst(Standing::Verified),
    };
    let own = instances
        .iter()
        .filter_map(|instance| instance.own.as_ref())
        .rev()
        .max_by_key(|own| gravity(&own.verdict))
        .cloned();
    let conventions = convention::alternatives(context, question.standard, pledge, result, others);
    PledgeAssessment {
        pledge: pledge.id,
        profile,
        own,
        instances,
        conventions,
    }
}

fn found_on(context: &Context<'_>, pledge: PledgeId) -> bool {
    context
        .evidence
        .incidents_of(Subject::Finding(pledge))
        .next()
        .is_some()
}

fn assess(
    context: &Context<'_>,
    question: Question,
    pledge: &Pledge,
    instance: &InstanceResult<'_>,
    verifiable: bool,
) -> InstanceAssessment {
    let [claimed, reported, corroborated, verified] = &instance.lanes;
    let at = roles::position(question.standard);
    let uniform = instance.lanes.get(at).unwrap_or(reported);
    let shown = instance.own.as_ref().unwrap_or(uniform);
    let name = |(id, value): (crate::agreement::VariableId, &crate::agreement::Value)| {
        let variable = pledge.variables.get(usize::from(id.0))?;
        Some((
            variable.name.clone(),
            value_name(value, context.vocabulary(), context.calendar),
        ))
    };
    let (obligor, span) = match &pledge.body {
        Body::Sentence(sentence) => (
            context.obligor_name(sentence.obligor, &shown.env),
            deadline_span(sentence),
        ),
        Body::Unjudged(_) | Body::Error => (String::new(), None),
    };
    let trigger = shown
        .env
        .trigger
        .and_then(|trigger| trigger.incident)
        .and_then(|(incident, _)| {
            context
                .live_records(incident)
                .next()
                .map(|record| record.id)
        });
    InstanceAssessment {
        bindings: shown.env.bound().filter_map(name).collect(),
        obligor,
        trigger,
        opens: shown
            .opens
            .filter(|moment| moment.first != crate::time::Point::At(crate::time::Instant::MIN)),
        due: shown.due,
        reckoning: shown.reckoning.clone(),
        deadline_span: span,
        profile: Profile {
            claimed: claimed.verdict.clone(),
            reported: reported.verdict.clone(),
            corroborated: corroborated.verdict.clone(),
            verified: verifiable.then(|| verified.verdict.clone()),
        },
        own: own_verdict(context, pledge, instance),
        acts: acts(context, shown),
        evidence: instance.evidence.clone(),
        notes: instance.notes.clone(),
    }
}

/// Gives the acts that broke the pledge by the first record that tells of each.
fn acts(context: &Context<'_>, shown: &LaneResult<'_>) -> Vec<BreakingAct> {
    let told = |act: &super::instance::BreakingAct| {
        let record = context.live_records(act.incident).next()?;
        Some(BreakingAct {
            record: record.id,
            since: act.since,
            until: act.until,
        })
    };
    shown.acts.iter().filter_map(told).collect()
}

/// Gives the verdict with each role at its own standard; `verified` that nothing can reach is not met.
fn own_verdict(
    context: &Context<'_>,
    pledge: &Pledge,
    instance: &InstanceResult<'_>,
) -> Option<OwnVerdict> {
    let roles = Roles::of(
        pledge.standards,
        context.agreement.standards,
        context.standard,
    )?;
    let Body::Sentence(sentence) = &pledge.body else {
        return None;
    };
    Some(OwnVerdict {
        verdict: instance.own.as_ref()?.verdict.clone(),
        standard: Standing::STANDARDS
            .get(roles.of_duty(sentence))
            .copied()
            .unwrap_or(context.standard),
    })
}

/// Gives the kinds and measures whose verification would verify the pledge.
pub(super) fn subjects(pledge: &Pledge) -> Vec<Subject> {
    use crate::agreement::Duty;
    let Body::Sentence(sentence) = &pledge.body else {
        return Vec::new();
    };
    let mut found = Vec::new();
    match &sentence.duty {
        Duty::Do(pattern)
        | Duty::Ensure(pattern)
        | Duty::Refrain(pattern)
        | Duty::NotAllow(pattern)
        | Duty::Permit(pattern) => {
            found.push(Subject::Kind(pattern.kind));
        }
        Duty::Reach(condition) | Duty::Keep(condition) => {
            achieve::subjects_of(condition, &mut found);
        }
        Duty::Prevent { pattern, shown_by } => {
            found.extend(
                [Some(pattern), shown_by.as_ref()]
                    .into_iter()
                    .flatten()
                    .map(|pattern| Subject::Kind(pattern.kind)),
            );
        }
        Duty::Endeavour { efforts, broken_by } => found.extend(
            efforts
                .iter()
                .chain(broken_by)
                .map(|pattern| Subject::Kind(pattern.kind)),
        ),
    }
    found
}

/// Orders verdicts by how much they matter to who reads one line for a pledge.
pub(super) fn gravity(verdict: &Verdict) -> u8 {
    match (verdict.status, verdict.ground) {
        (Status::Breached, _) if verdict.until.is_none() => 16,
        (Status::Overdue, _) => 15,
        (Status::Breached, _) => 14,
        (Status::Missed, _) => 13,
        (Status::Undetermined, _) => 12,
        (Status::FulfilledTimingUnknown, _) => 11,
        (Status::FulfilledLate, _) => 10,
        (Status::Contingent, _) => 9,
        (Status::Suspended | Status::Excused | Status::Waived, _) => 8,
        (Status::Pending, _) => 7,
        (Status::Holding, _) => 6,
        (Status::Held, Ground::Presumed) => 5,
        (Status::Held, Ground::Established) => 4,
        (Status::Fulfilled, _) => 3,
        (Status::Unjudged, _) => 2,
        (Status::Ended, _) => 1,
        (Status::Dormant, _) => 0,
    }
}

/// Gives the instance that speaks for the pledge at a standard.
pub(super) fn worst_instance<'r, 'a>(
    result: &'r PledgeResult<'a>,
    standard: usize,
) -> Option<&'r InstanceResult<'a>> {
    let grave = |instance: &&InstanceResult<'a>| {
        instance
            .lanes
            .get(standard)
            .map_or(0, |lane| gravity(&lane.verdict))
    };
    result.instances.iter().rev().max_by_key(grave)
}
