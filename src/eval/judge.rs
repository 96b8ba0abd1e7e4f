//! Judges a pledge: each instance at each standard, through its trigger, its window and its conditions, by the form of its duty.

use crate::agreement::{Body, Duty, Modal, Obligor, Pledge, PledgeId, Sentence, ThingId};
use crate::evidence::{Favours, Truth};
use crate::time::{Moment, When};
use crate::verdict::{EvidenceRole, Ground, Note, Status, Verdict, Why};

use super::bindings::Env;
use super::broken::Spells;
use super::condition::Ask;
use super::instance::{
    Case, InstanceResult, Judged, LaneResult, PledgeResult, Witnesses, add_accounts,
};
use super::instances::{Lane, Lanes, instances};
use super::matching::obligor_of;
use super::moment::{Found, trigger_lens};
use super::roles::Roles;
use super::window::{is_prior, is_standing, needs_due};
use super::{
    Context, achieve, excuse, extension, finding, keep, limit, means, membership, permit, recur,
    refrain,
};

/// Judges a pledge.
pub(super) fn judge<'a>(context: &Context<'a>, id: PledgeId) -> PledgeResult<'a> {
    let agreement = context.agreement;
    let Some(pledge) = agreement.pledges.get(id.0 as usize) else {
        return PledgeResult::new(Vec::new());
    };
    let sentence = match &pledge.body {
        Body::Sentence(sentence) => sentence,
        Body::Unjudged(_) | Body::Error => {
            return PledgeResult::new(vec![unjudged(pledge)]);
        }
    };
    let mut instances: Vec<InstanceResult<'a>> = instances(context, pledge, sentence)
        .into_iter()
        .flat_map(|lanes| recur::turns(context, pledge, sentence, lanes))
        .map(|lanes| judge_instance(context, pledge, sentence, &lanes))
        .collect();
    if instances.is_empty() {
        instances.push(nothing_owed(context, pledge, sentence));
    }
    PledgeResult::new(instances)
}

fn constant_instance<'a>(pledge: &Pledge, judged: &Judged) -> InstanceResult<'a> {
    let lane = |()| LaneResult {
        env: Env::with_size(pledge.variables.len()),
        opens: None,
        due: None,
        reckoning: None,
        verdict: judged.verdict.clone(),
        fulfilled: None,
        perhaps_fulfilled: None,
        acts: Vec::new(),
        broken: Vec::new(),
        spells: Spells::default(),
        covered: Vec::new(),
    };
    InstanceResult {
        lanes: [(); 4].map(lane),
        own: None,
        evidence: Vec::new(),
        notes: Vec::new(),
    }
}

fn unjudged<'a>(pledge: &Pledge) -> InstanceResult<'a> {
    constant_instance(
        pledge,
        &Judged::plain(Verdict::new(Status::Unjudged, Ground::Established)),
    )
}

/// The row of a pledge that nobody can owe yet: no trigger, nobody in the group, or no act that a limit is counted for.
fn nothing_owed<'a>(
    context: &Context<'a>,
    pledge: &'a Pledge,
    sentence: &Sentence,
) -> InstanceResult<'a> {
    let uncounted = || {
        matches!(sentence.duty, Duty::Keep(_))
            && pledge.binder_condition.is_none()
            && !context.members(pledge, sentence.obligor).is_empty()
    };
    let why = if pledge.triggers.is_empty() && !uncounted() {
        Why::NotBound
    } else {
        Why::Trigger
    };
    constant_instance(pledge, &Judged::dormant(why))
}

fn judge_instance<'a>(
    context: &Context<'a>,
    pledge: &'a Pledge,
    sentence: &'a Sentence,
    lanes: &Lanes<'a>,
) -> InstanceResult<'a> {
    let mut evidence = Witnesses::default();
    let mut notes = Vec::new();
    let results = [0usize, 1, 2, 3].map(|standard| {
        let lane = lanes.lanes.get(standard).unwrap_or(&lanes.lanes[0]);
        judge_lane(
            context,
            pledge,
            sentence,
            lane,
            Roles::all(standard),
            &mut evidence,
            &mut notes,
        )
    });
    let own = Roles::of(
        pledge.standards,
        context.agreement.standards,
        context.standard,
    )
    .map(|roles| {
        let lane = by_role(lanes, roles);
        judge_lane(
            context,
            pledge,
            sentence,
            &lane,
            roles,
            &mut evidence,
            &mut notes,
        )
    });
    context.trigger_evidence(&results, &mut evidence);
    notes.dedup();
    InstanceResult {
        lanes: results,
        own,
        evidence: evidence.in_order(),
        notes,
    }
}

/// Gives the instance as its conditions have it at their standard, with the acts that answer for a period at the standard of performance.
fn by_role<'a>(lanes: &Lanes<'a>, roles: Roles) -> Lane<'a> {
    let at = |standard: usize| lanes.lanes.get(standard).unwrap_or(&lanes.lanes[0]);
    let mut lane = at(roles.condition).clone();
    if let (Some(turn), Some(dealt)) = (&mut lane.turn, &at(roles.performance).turn) {
        turn.acts.clone_from(&dealt.acts);
    }
    lane
}

fn judge_lane<'a>(
    context: &Context<'a>,
    pledge: &'a Pledge,
    sentence: &'a Sentence,
    lane: &Lane<'a>,
    roles: Roles,
    evidence: &mut Witnesses,
    notes: &mut Vec<Note>,
) -> LaneResult<'a> {
    let result = |judged: Judged,
                  opens: Option<Moment>,
                  due: Option<Moment>,
                  reckoning: Option<String>| LaneResult {
        env: lane.env.clone(),
        opens,
        due,
        reckoning,
        verdict: judged.verdict,
        fulfilled: judged.fulfilled,
        perhaps_fulfilled: judged.perhaps_fulfilled,
        acts: judged.acts,
        broken: judged.broken,
        spells: Spells::default(),
        covered: Vec::new(),
    };
    let Some(triggered) = lane
        .triggered
        .filter(|truth| matches!(truth, Truth::True | Truth::Contested))
    else {
        return result(Judged::dormant(Why::Trigger), None, None, None);
    };
    let standard = roles.condition;
    let closes = context.closing(pledge, sentence, &lane.env, standard);
    let (opens, due) = match &lane.turn {
        Some(turn) => turn.window(),
        None => (
            context.opening(pledge, sentence, &lane.env, standard),
            context.due(sentence, &lane.env, standard),
        ),
    };
    let (opens, due_moment) = match (opens, due.found) {
        (Found::At(opens), found) => (opens, found.known()),
        (Found::NotYet | Found::Unclear, _) => {
            return result(Judged::dormant(Why::Trigger), None, None, None);
        }
    };
    if let (Found::Unclear, Some(deadline)) = (due.found, &sentence.window.deadline) {
        let ask = Ask::at(&lane.env, trigger_lens(sentence.obligor), context.now());
        if context.beyond_calendar(&deadline.value, &ask, standard) {
            notes.push(Note {
                span: deadline.span,
                text: "the deadline lies beyond the year 9999, where the calendar ends".to_owned(),
            });
        }
    }
    if due.found == Found::NotYet && needs_due(sentence) {
        return result(Judged::dormant(Why::Trigger), Some(opens), None, None);
    }
    let span = When {
        earliest: context.calendar.start_of(opens.first),
        latest: context.calendar.start_of(opens.last),
    };
    let case = Case {
        context,
        pledge,
        sentence,
        env: &lane.env,
        standard: roles.of_duty(sentence),
        roles,
        opens: span,
        closes,
        due: due_moment,
        due_unclear: due.found == Found::Unclear && needs_due(sentence),
        turn: lane.turn.as_ref(),
        stretches: &[],
    };
    let opens = membership::opening(&case, opens);
    let Some(case) = membership::cut(case) else {
        return result(
            Judged::dormant(Why::NotBound),
            Some(opens),
            due_moment,
            due.reckoning,
        );
    };
    let (mut judged, due_moment, reckoning) = with_changes(case, due.reckoning, evidence, notes);
    if triggered == Truth::Contested {
        judged = judged.contingent();
    }
    LaneResult {
        covered: permit::covered(&case),
        ..result(judged, Some(opens), due_moment, reckoning)
    }
}

/// Judges the duty with the extensions, excuses, suspensions and waivers on file.
fn with_changes(
    case: Case<'_, '_>,
    reckoning: Option<String>,
    evidence: &mut Witnesses,
    notes: &mut Vec<Note>,
) -> (Judged, Option<Moment>, Option<String>) {
    let mut reckoning = reckoning;
    let mut case = case;
    case.closes = extension::extended_end(&case, evidence, notes);
    if let Some(stated) = case.due {
        let extended = extension::extended(&case, stated, evidence, notes);
        case.due = Some(extended.due);
        reckoning = extended.text.or(reckoning);
    }
    let mut found = excuse::stretches(&case, evidence, notes);
    found.extend(membership::gaps(&case));
    let (certain, possible) = excuse::readings(found);
    let (judged, moved, text) = let_off(case, &certain, evidence, notes);
    let judged = match possible {
        Some(all) => {
            let (other, _, _) = let_off(case, &all, &mut Witnesses::default(), &mut Vec::new());
            if other.verdict.status == judged.verdict.status {
                judged
            } else {
                Judged::undetermined(Why::Contested)
            }
        }
        None => judged,
    };
    (judged, moved, text.or(reckoning))
}

fn let_off(
    case: Case<'_, '_>,
    stretches: &[excuse::Stretch],
    evidence: &mut Witnesses,
    notes: &mut Vec<Note>,
) -> (Judged, Option<Moment>, Option<String>) {
    let (due, text) = case.due.map_or((None, None), |due| {
        let (moved, text) = excuse::moved(&case, due, stretches);
        (Some(moved), text)
    });
    let case = Case {
        due,
        stretches,
        ..case
    };
    let judged = excuse::settled(&case, stretches, gated(&case, evidence, notes));
    (membership::ended(&case, judged), due, text)
}

/// Asks `if`, then the duty itself, and puts the end of the agreement beside it.
fn gated(case: &Case<'_, '_>, evidence: &mut Witnesses, notes: &mut Vec<Note>) -> Judged {
    // What must be done may have been done since the earliest opening; what must not be is forbidden only once the window is open.
    let opens = if is_standing(&case.sentence.duty) {
        case.opens.latest
    } else {
        case.opens.earliest
    };
    if opens >= case.context.clocks.as_of {
        return not_yet_open(case);
    }
    let opening = When {
        earliest: case.opens.earliest,
        latest: case.opens.latest.plus(1),
    };
    // A duty arises with its trigger, also where a prior notice has a window that opens before; with `from` it arises on that day.
    let by_trigger = is_prior(case.sentence) || case.sentence.window.from.is_none();
    let arises = case
        .env
        .trigger
        .filter(|trigger| by_trigger && trigger.when.latest > case.opens.earliest)
        .map_or(opening, |trigger| trigger.when);
    let precedent = case
        .pledge
        .precedent
        .as_ref()
        .map_or(Truth::True, |condition| {
            case.ask(condition, Favours::Others, arises)
        });
    match precedent {
        Truth::NotShown | Truth::False => return Judged::dormant(Why::Condition),
        Truth::True | Truth::Contested => {}
    }
    let judged = finding::apply(case, dispatch(case, evidence, notes), evidence, notes);
    let judged = if case.sentence.modal == Modal::Should {
        as_goal(judged)
    } else {
        judged
    };
    if precedent == Truth::Contested {
        judged.contingent()
    } else {
        judged
    }
}

/// A window that a date will open is pending; nothing is owed before.
fn not_yet_open(case: &Case<'_, '_>) -> Judged {
    let mut verdict = Verdict::new(Status::Pending, Ground::Established);
    verdict.days_left = case.due.map(|due| {
        let day = case
            .context
            .calendar
            .day_of(case.context.calendar.start_of(due.first));
        crate::time::days_between(case.as_of_day(), day)
    });
    Judged::plain(verdict)
}

fn dispatch(case: &Case<'_, '_>, evidence: &mut Witnesses, notes: &mut Vec<Note>) -> Judged {
    match &case.sentence.duty {
        Duty::Do(pattern) | Duty::Ensure(pattern) => {
            achieve::by_act(case, &[pattern], evidence, notes)
        }
        Duty::Reach(condition) | Duty::Keep(condition) if case.sentence.window.per.is_some() => {
            limit::judge(case, condition, evidence, notes)
        }
        Duty::Reach(condition) => achieve::by_condition(case, condition, evidence, notes),
        Duty::Keep(condition) => keep::judge(case, condition, evidence, notes),
        Duty::Refrain(pattern) | Duty::NotAllow(pattern) => {
            refrain::judge(case, pattern, evidence, notes)
        }
        Duty::Prevent { pattern, shown_by } => {
            means::prevent(case, pattern, shown_by.as_ref(), evidence, notes)
        }
        Duty::Endeavour { efforts, broken_by } => {
            means::endeavour(case, efforts, broken_by.as_ref(), evidence, notes)
        }
        Duty::Permit(_) => permit::judge(case, evidence),
    }
}

/// A goal that is not reached is missed, never breached.
fn as_goal(mut judged: Judged) -> Judged {
    if matches!(judged.verdict.status, Status::Overdue | Status::Breached) {
        judged.verdict.status = Status::Missed;
    }
    judged
}

impl<'a> Context<'a> {
    /// Adds the records of the trigger to the evidence.
    fn trigger_evidence(&self, lanes: &[LaneResult<'a>; 4], evidence: &mut Witnesses) {
        for lane in lanes {
            let Some((incident, _)) = lane.env.trigger.and_then(|trigger| trigger.incident) else {
                continue;
            };
            let viewpoint = super::state::NOBODY.viewpoint(&lane.env);
            let weight = self.evidence.occurrence(incident, viewpoint);
            add_accounts(
                evidence,
                &weight.accounts,
                EvidenceRole::Trigger,
                weight.pro,
                weight.con,
            );
        }
    }

    pub(super) fn obligor_name(&self, obligor: Obligor, env: &Env<'_>) -> String {
        let name = |id: ThingId| self.vocabulary().thing(id).name.clone();
        match (obligor_of(obligor, env), obligor) {
            (Some(id), _) | (None, Obligor::Thing(id)) => name(id),
            (None, Obligor::EachOf { group, .. }) => name(group),
            (None, Obligor::Variable(_)) => String::new(),
        }
    }
}
