//! Instances of a pledge: one for each binding and trigger, judged at each standard.

use crate::agreement::{
    Body, Cause, Condition, ConditionKind, Deadline, Domain, Duty, Modal, Obligor, Pledge,
    PledgeId, PledgeStatus, Reference, Sentence, Sort, ThingId, Value, VariableId,
};
use crate::evidence::{Favours, IncidentId, Truth};
use crate::time::{Moment, When};
use crate::verdict::{Evidence, EvidenceRole, Ground, Note, Status, Verdict, Why};

use super::bindings::{Env, TriggerAt};
use super::condition::Ask;
use super::matching::{Lens, Match, Purpose, obligor_of};
use super::moment::{Due, Found, trigger_lens};
use super::{Context, Truths, achieve, always, keep, means, refrain};

/// A pledge, judged.
#[derive(Clone, Debug)]
pub(super) struct PledgeResult<'a> {
    pub(super) instances: Vec<InstanceResult<'a>>,
}

/// An instance, judged.
#[derive(Clone, Debug)]
pub(super) struct InstanceResult<'a> {
    pub(super) lanes: [LaneResult<'a>; 4],
    pub(super) evidence: Vec<Evidence>,
    pub(super) notes: Vec<Note>,
}

impl<'a> InstanceResult<'a> {
    /// Gives the values of the instance; where the standards differ (an `upon` whose first time differs), those of the weakest.
    pub(super) fn env(&self) -> &Env<'a> {
        let [weakest, ..] = &self.lanes;
        &weakest.env
    }
}

/// An instance at one standard.
#[derive(Clone, Debug)]
pub(super) struct LaneResult<'a> {
    pub(super) env: Env<'a>,
    pub(super) opens: Option<Moment>,
    pub(super) due: Option<Moment>,
    pub(super) reckoning: Option<String>,
    pub(super) verdict: Verdict,
    pub(super) fulfilled: Option<When>,
    /// When it was broken, in order of time.
    pub(super) broken: Vec<Broken>,
}

/// A time for which a pledge was broken or overdue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broken {
    pub(super) since: When,
    /// The first moment at which it was not any more.
    pub(super) until: Option<When>,
    /// Whether it is a missed date rather than a forbidden act.
    pub(super) overdue: bool,
}

impl LaneResult<'_> {
    /// Says whether the instance had a status strictly before a moment.
    pub(super) fn is(&self, status: PledgeStatus, moment: When) -> Truth {
        let broken = |overdue: Option<bool>| {
            let those = self
                .broken
                .iter()
                .filter(|broken| overdue.is_none_or(|overdue| broken.overdue == overdue));
            those
                .map(|broken| broken_before(broken, moment))
                .max()
                .unwrap_or(Truth::False)
        };
        let unclear = self.verdict.status == Status::Undetermined;
        let answer = match status {
            PledgeStatus::Breached => broken(None),
            PledgeStatus::Overdue => broken(Some(true)),
            PledgeStatus::Fulfilled => self
                .fulfilled
                .map_or(Truth::False, |when| before(when, moment)),
            PledgeStatus::Holding => match self.verdict.status {
                Status::Holding | Status::Held | Status::Breached => broken(None).not(),
                _ => Truth::False,
            },
            PledgeStatus::Pending => match self.verdict.status {
                Status::Dormant | Status::Ended | Status::Waived => Truth::False,
                _ => broken(None)
                    .max(
                        self.fulfilled
                            .map_or(Truth::False, |when| before(when, moment)),
                    )
                    .not(),
            },
        };
        if unclear && answer == Truth::False {
            Truth::Contested
        } else {
            answer
        }
    }
}

fn before(when: When, moment: When) -> Truth {
    if when.latest <= moment.earliest {
        Truth::True
    } else if when.earliest < moment.earliest {
        Truth::Contested
    } else {
        Truth::False
    }
}

fn broken_before(broken: &Broken, moment: When) -> Truth {
    let cured = broken
        .until
        .map_or(Truth::False, |until| before(until, moment));
    before(broken.since, moment).min(cured.not())
}

/// Everything that judging one instance at one standard needs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Case<'c, 'a> {
    pub(super) context: &'c Context<'a>,
    pub(super) pledge: &'a Pledge,
    pub(super) sentence: &'a Sentence,
    pub(super) env: &'c Env<'a>,
    /// The standard, by position in `Standing::STANDARDS`.
    pub(super) standard: usize,
    /// When the window opens: from the earliest to the latest moment at which it may.
    pub(super) opens: When,
    /// When it closes, exclusive.
    pub(super) closes: When,
    pub(super) due: Option<Moment>,
    /// Whether the deadline is one that was not reached yet in the chain (none) or is unclear.
    pub(super) due_unclear: bool,
}

impl<'a> Case<'_, 'a> {
    pub(super) fn lens(&self, favours: Favours) -> Lens {
        Lens {
            obligor: Some(self.sentence.obligor),
            favours,
        }
    }

    pub(super) fn truth(&self, truths: Truths) -> Truth {
        truths
            .get(self.standard)
            .copied()
            .unwrap_or(Truth::NotShown)
    }

    /// Asks whether a condition of the pledge holds at a moment.
    pub(super) fn ask(&self, condition: &'a Condition, favours: Favours, moment: When) -> Truth {
        let ask = Ask {
            counted_from: self.opens,
            ..Ask::at(self.env, self.lens(favours), moment)
        };
        self.truth(self.context.truths(condition, &ask))
    }

    /// Says whether `while` and `provided` let the duty be in force at a moment.
    pub(super) fn in_force(&self, moment: When) -> Truth {
        let during = self
            .pledge
            .during
            .as_ref()
            .map_or(Truth::True, |condition| {
                self.ask(condition, Favours::Others, moment)
            });
        during.min(self.provided(moment))
    }

    /// Says whether the pledge that this one is conditional on holds strictly before a moment.
    pub(super) fn provided(&self, moment: When) -> Truth {
        let Some(reference) = &self.pledge.provided else {
            return Truth::True;
        };
        let ask = Ask::at(self.env, self.lens(Favours::Others), moment);
        let meant = self.context.instances_meant(reference, &ask);
        let lanes = meant
            .iter()
            .filter_map(|instance| instance.lanes.get(self.standard));
        lanes
            .map(|lane| lane.is(PledgeStatus::Breached, moment))
            .max()
            .unwrap_or(Truth::False)
            .not()
    }

    pub(super) fn as_of_day(&self) -> crate::time::Day {
        self.context
            .calendar
            .day_of(self.context.clocks.as_of.plus(-1))
    }

    /// Whether the trigger is this very incident: an event never discharges or breaks the duty that it triggers itself.
    pub(super) fn triggered_by(&self, incident: IncidentId) -> bool {
        self.env
            .trigger
            .and_then(|trigger| trigger.incident)
            .is_some_and(|(own, _)| own == incident)
    }
}

/// What a form of duty says of one instance at one standard.
#[derive(Clone, Debug)]
pub(super) struct Judged {
    pub(super) verdict: Verdict,
    pub(super) fulfilled: Option<When>,
    pub(super) broken: Vec<Broken>,
}

impl Judged {
    pub(super) fn plain(verdict: Verdict) -> Judged {
        Judged {
            verdict,
            fulfilled: None,
            broken: Vec::new(),
        }
    }

    pub(super) fn dormant(why: Why) -> Judged {
        let mut verdict = Verdict::new(Status::Dormant, Ground::Established);
        verdict.reason = Some(why);
        Judged::plain(verdict)
    }

    pub(super) fn undetermined(why: Why) -> Judged {
        let mut verdict = Verdict::new(Status::Undetermined, Ground::Presumed);
        verdict.reason = Some(why);
        Judged::plain(verdict)
    }

    /// Turns a verdict that hangs on something contested into a contingent one.
    fn contingent(self) -> Judged {
        let mut verdict = Verdict::new(Status::Contingent, Ground::Presumed);
        verdict.reason = Some(Why::Contested);
        verdict.if_established = Some(Box::new(self.verdict));
        Judged::plain(verdict)
    }
}

/// One instance before judging: at each standard its values and its trigger.
#[derive(Clone, Debug)]
struct Lanes<'a> {
    lanes: [Lane<'a>; 4],
}

#[derive(Clone, Debug)]
struct Lane<'a> {
    env: Env<'a>,
    /// The truth of the trigger; none where the pledge waits for it in vain.
    triggered: Option<Truth>,
}

/// Judges a pledge.
pub(super) fn judge<'a>(context: &Context<'a>, id: PledgeId) -> PledgeResult<'a> {
    let agreement = context.agreement;
    let Some(pledge) = agreement.pledges.get(id.0 as usize) else {
        return PledgeResult {
            instances: Vec::new(),
        };
    };
    let sentence = match &pledge.body {
        Body::Sentence(sentence) => sentence,
        Body::Unjudged(_) | Body::Error => {
            return PledgeResult {
                instances: vec![unjudged(pledge)],
            };
        }
    };
    let mut instances: Vec<InstanceResult<'a>> = instances(context, pledge, sentence)
        .into_iter()
        .map(|lanes| judge_instance(context, pledge, sentence, &lanes))
        .collect();
    if instances.is_empty() {
        instances.push(nothing_owed(pledge));
    }
    PledgeResult { instances }
}

fn constant_instance<'a>(pledge: &Pledge, judged: &Judged) -> InstanceResult<'a> {
    let lane = |()| LaneResult {
        env: Env::with_size(pledge.variables.len()),
        opens: None,
        due: None,
        reckoning: None,
        verdict: judged.verdict.clone(),
        fulfilled: None,
        broken: Vec::new(),
    };
    InstanceResult {
        lanes: [(); 4].map(lane),
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

/// The row of a pledge that nobody can owe yet: no trigger, or nobody in the group.
fn nothing_owed<'a>(pledge: &Pledge) -> InstanceResult<'a> {
    let why = if pledge.trigger.is_some() {
        Why::Trigger
    } else {
        Why::NotBound
    };
    constant_instance(pledge, &Judged::dormant(why))
}

/// Gives the instances: members and rows of `for each`, then one for each trigger, then one for each doer of a prohibition without a named one.
fn instances<'a>(
    context: &Context<'a>,
    pledge: &'a Pledge,
    sentence: &'a Sentence,
) -> Vec<Lanes<'a>> {
    let mut envs = context.members(pledge, sentence.obligor);
    if let Some(condition) = &pledge.binder_condition {
        envs = context.extend(envs, condition, sentence.obligor);
    }
    for condition in pledge.during.iter().chain(&pledge.precedent) {
        envs = context.extend_by_facts(envs, condition);
    }
    let mut all: Vec<Lanes<'a>> = Vec::new();
    for env in envs {
        match &pledge.trigger {
            None => all.push(Lanes {
                lanes: [(); 4].map(|()| Lane {
                    env: env.clone(),
                    triggered: Some(Truth::True),
                }),
            }),
            Some(trigger) => {
                let triggers = context.triggers(&trigger.cause, &env, sentence.obligor);
                if trigger.each {
                    all.extend(
                        triggers
                            .into_iter()
                            .map(|(env, truths)| each_time(&env, truths)),
                    );
                } else {
                    all.push(first_time(&env, &triggers));
                }
            }
        }
    }
    refrain::split_by_doer(
        context,
        sentence,
        all.into_iter()
            .map(|lanes| lanes.lanes.map(|lane| (lane.env, lane.triggered)))
            .collect(),
    )
    .into_iter()
    .map(|lanes| Lanes {
        lanes: lanes.map(|(env, triggered)| Lane { env, triggered }),
    })
    .collect()
}

fn each_time<'a>(env: &Env<'a>, truths: Truths) -> Lanes<'a> {
    Lanes {
        lanes: truths.map(|truth| Lane {
            env: env.clone(),
            triggered: Some(truth),
        }),
    }
}

/// Picks the first trigger at each standard; a contested one before it makes the duty contingent.
fn first_time<'a>(untriggered: &Env<'a>, triggers: &[(Env<'a>, Truths)]) -> Lanes<'a> {
    let lane = |standard: usize| {
        let truth = |truths: &Truths| truths.get(standard).copied().unwrap_or(Truth::NotShown);
        let first = |wanted: Truth| triggers.iter().find(|(_, truths)| truth(truths) == wanted);
        match first(Truth::True)
            .map(|found| (found, Truth::True))
            .or_else(|| first(Truth::Contested).map(|found| (found, Truth::Contested)))
        {
            Some(((env, _), truth)) => Lane {
                env: env.clone(),
                triggered: Some(truth),
            },
            None => Lane {
                env: untriggered.clone(),
                triggered: None,
            },
        }
    };
    Lanes {
        lanes: [lane(0), lane(1), lane(2), lane(3)],
    }
}

impl<'a> Context<'a> {
    /// Gives one environment for each combination of members of the binders' groups; different binders of one group bind different things.
    fn members(&self, pledge: &'a Pledge, obligor: Obligor) -> Vec<Env<'a>> {
        let mut envs = vec![Env::with_size(pledge.variables.len())];
        let mut bound: Vec<(VariableId, ThingId)> = Vec::new();
        let groups = pledge
            .binders
            .iter()
            .filter_map(|binder| match binder.domain {
                Domain::Group(group) => Some((binder.variable, group)),
                Domain::Type(_) => None,
            });
        let each_of = match obligor {
            Obligor::EachOf { group, who } => Some((who, group)),
            Obligor::Thing(_) | Obligor::Variable(_) => None,
        };
        for (variable, group) in groups.chain(each_of) {
            let members = self.members_of(group);
            let earlier: Vec<VariableId> = bound
                .iter()
                .filter(|(_, other)| *other == group)
                .map(|(variable, _)| *variable)
                .collect();
            let taken = |env: &Env<'a>, member: ThingId| {
                earlier
                    .iter()
                    .any(|variable| env.get(*variable) == Some(&Value::Thing(member)))
            };
            let bind = |env: &Env<'a>, member: ThingId| {
                let mut env = env.clone();
                env.bind(variable, Value::Thing(member));
                env
            };
            envs = envs
                .iter()
                .flat_map(|env| {
                    members
                        .iter()
                        .filter(|member| !taken(env, **member))
                        .map(|member| bind(env, *member))
                        .collect::<Vec<_>>()
                })
                .collect();
            bound.push((variable, group));
        }
        envs
    }

    /// Gives the members of a group that are no groups themselves, in order of declaration.
    pub(super) fn members_of(&self, group: ThingId) -> Vec<ThingId> {
        let until_now = When {
            earliest: crate::time::Instant::MIN,
            latest: self.clocks.as_of,
        };
        (0u32..)
            .zip(&self.vocabulary().things)
            .filter(|(_, thing)| thing.sort != Sort::Group)
            .map(|(index, _)| ThingId(index))
            .filter(|id| {
                *id != group
                    && self.vocabulary().belongs(*id, group, until_now)
                        != crate::agreement::Belongs::No
            })
            .collect()
    }

    /// Extends environments by the rows that a condition finds, and drops those for which it certainly does not hold.
    fn extend(
        &self,
        envs: Vec<Env<'a>>,
        condition: &'a Condition,
        obligor: Obligor,
    ) -> Vec<Env<'a>> {
        match &condition.kind {
            ConditionKind::And(parts) => parts
                .iter()
                .fold(envs, |envs, part| self.extend(envs, part, obligor)),
            ConditionKind::Relation {
                relation,
                arguments,
            } => envs
                .iter()
                .flat_map(|env| self.relation_rows(*relation, arguments, env, When::ALWAYS))
                .collect(),
            _ => {
                let holds = |env: &Env<'a>| {
                    let ask = Ask::at(env, trigger_lens(obligor), self.now());
                    super::matching::matters(self.truths(condition, &ask))
                };
                envs.into_iter().filter(holds).collect()
            }
        }
    }

    /// Extends environments by the rows of relations that `while` and `if` name; their truth is asked later, at its own moment.
    fn extend_by_facts(&self, envs: Vec<Env<'a>>, condition: &'a Condition) -> Vec<Env<'a>> {
        match &condition.kind {
            ConditionKind::And(parts) => parts
                .iter()
                .fold(envs, |envs, part| self.extend_by_facts(envs, part)),
            ConditionKind::Relation {
                relation,
                arguments,
            } => {
                let rows = |env: &Env<'a>| {
                    let found = self.relation_rows(*relation, arguments, env, When::ALWAYS);
                    if found.is_empty() {
                        vec![env.clone()]
                    } else {
                        found
                    }
                };
                envs.iter().flat_map(rows).collect()
            }
            _ => envs,
        }
    }

    /// The last second of the as-of day.
    pub(super) fn now(&self) -> When {
        When::at(self.clocks.as_of.plus(-1))
    }

    /// Gives every trigger with its values, in order of time.
    fn triggers(
        &self,
        cause: &'a Cause,
        env: &Env<'a>,
        obligor: Obligor,
    ) -> Vec<(Env<'a>, Truths)> {
        match cause {
            Cause::Pattern(pattern) => {
                let found = self.find(pattern, env, trigger_lens(obligor), Purpose::Other);
                found
                    .into_iter()
                    .filter(|found| super::matching::matters(found.truths))
                    .map(|found| self.triggered(found))
                    .collect()
            }
            Cause::Breach(reference) => self.triggers_of(reference, env, obligor, |lane| {
                lane.broken.iter().map(|broken| broken.since).collect()
            }),
            Cause::Fulfilment(reference) => self.triggers_of(reference, env, obligor, |lane| {
                lane.fulfilled.into_iter().collect()
            }),
        }
    }

    /// Gives the environment that a trigger sets up; its time is cut to the term in force by the window, not here.
    fn triggered(&self, found: Match<'a>) -> (Env<'a>, Truths) {
        let mut env = found.env;
        env.trigger = Some(TriggerAt {
            incident: Some((found.incident, found.route)),
            when: found.when,
        });
        (env, found.truths)
    }

    fn triggers_of(
        &self,
        reference: &'a Reference,
        env: &Env<'a>,
        obligor: Obligor,
        read: impl Fn(&LaneResult<'a>) -> Vec<When>,
    ) -> Vec<(Env<'a>, Truths)> {
        let ask = Ask::at(env, trigger_lens(obligor), self.now());
        let mut found: Vec<(When, Env<'a>, Truths)> = Vec::new();
        for instance in self.instances_meant(reference, &ask) {
            for (standard, lane) in instance.lanes.iter().enumerate() {
                for when in read(lane) {
                    let mut env = self.bind_reference(reference, env, &instance.lanes[0].env);
                    env.trigger = Some(TriggerAt {
                        incident: None,
                        when,
                    });
                    let known = found
                        .iter_mut()
                        .find(|(at, other, _)| *at == when && other.agrees_with(&env));
                    let truths = match known {
                        Some((_, _, truths)) => truths,
                        None => {
                            found.push((when, env, always(Truth::NotShown)));
                            match found.last_mut() {
                                Some((_, _, truths)) => truths,
                                None => continue,
                            }
                        }
                    };
                    if let Some(truth) = truths.get_mut(standard) {
                        *truth = Truth::True;
                    }
                }
            }
        }
        found.sort_by_key(|(when, _, _)| *when);
        found
            .into_iter()
            .map(|(_, env, truths)| (env, truths))
            .collect()
    }

    /// Gives the variables of this pledge that a reference ties to variables of the other the values of that instance.
    fn bind_reference(&self, reference: &Reference, env: &Env<'a>, theirs: &Env<'a>) -> Env<'a> {
        let mut env = env.clone();
        for (variable, operand) in &reference.bindings {
            if let (crate::agreement::OperandKind::Variable(own), Some(value)) =
                (&operand.kind, theirs.get(*variable))
                && env.get(*own).is_none()
            {
                env.bind(*own, value.clone());
            }
        }
        env
    }
}

fn judge_instance<'a>(
    context: &Context<'a>,
    pledge: &'a Pledge,
    sentence: &'a Sentence,
    lanes: &Lanes<'a>,
) -> InstanceResult<'a> {
    let mut evidence = Vec::new();
    let mut notes = Vec::new();
    let results = [0usize, 1, 2, 3].map(|standard| {
        let lane = lanes.lanes.get(standard).unwrap_or(&lanes.lanes[0]);
        judge_lane(
            context,
            pledge,
            sentence,
            lane,
            standard,
            &mut evidence,
            &mut notes,
        )
    });
    context.trigger_evidence(&results, &mut evidence);
    evidence.sort_by_key(|item| (!item.counts, item.role, item.record));
    notes.dedup();
    InstanceResult {
        lanes: results,
        evidence,
        notes,
    }
}

fn judge_lane<'a>(
    context: &Context<'a>,
    pledge: &'a Pledge,
    sentence: &'a Sentence,
    lane: &Lane<'a>,
    standard: usize,
    evidence: &mut Vec<Evidence>,
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
        broken: judged.broken,
    };
    let Some(triggered) = lane
        .triggered
        .filter(|truth| matches!(truth, Truth::True | Truth::Contested))
    else {
        return result(Judged::dormant(Why::Trigger), None, None, None);
    };
    let opens = context.opening(pledge, sentence, &lane.env, standard);
    let closes = context.closing(pledge, sentence, &lane.env, standard);
    let due = context.due(sentence, &lane.env, standard);
    let (opens, due_moment) = match (opens, due.found) {
        (Found::At(opens), found) => (opens, found.known()),
        (Found::NotYet | Found::Unclear, _) => {
            return result(Judged::dormant(Why::Trigger), None, None, None);
        }
    };
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
        standard,
        opens: span,
        closes,
        due: due_moment,
        due_unclear: due.found == Found::Unclear && needs_due(sentence),
    };
    let mut judged = gated(&case, evidence, notes);
    if triggered == Truth::Contested {
        judged = judged.contingent();
    }
    result(judged, Some(opens), due_moment, due.reckoning)
}

fn needs_due(sentence: &Sentence) -> bool {
    match sentence
        .window
        .deadline
        .as_ref()
        .map(|deadline| &deadline.value)
    {
        Some(Deadline::Open { .. }) | None => false,
        Some(_) => true,
    }
}

/// Asks `if`, then the duty itself, and puts the end of the agreement beside it.
fn gated(case: &Case<'_, '_>, evidence: &mut Vec<Evidence>, notes: &mut Vec<Note>) -> Judged {
    if case.opens.latest >= case.context.clocks.as_of {
        return not_yet_open(case);
    }
    let arises = When {
        earliest: case.opens.earliest,
        latest: case.opens.latest.plus(1),
    };
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
    let judged = dispatch(case, evidence, notes);
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

fn dispatch(case: &Case<'_, '_>, evidence: &mut Vec<Evidence>, notes: &mut Vec<Note>) -> Judged {
    match &case.sentence.duty {
        Duty::Do(pattern) | Duty::Ensure(pattern) => {
            achieve::by_act(case, &[pattern], evidence, notes)
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
        Duty::Permit(_) => Judged::dormant(Why::Condition),
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
    /// Reckons when the window opens: `from`, else the trigger, else the entry into force of the article or agreement, and never before that.
    fn opening(
        &self,
        pledge: &'a Pledge,
        sentence: &'a Sentence,
        env: &Env<'a>,
        standard: usize,
    ) -> Found {
        let ask = Ask::at(env, trigger_lens(sentence.obligor), self.now());
        let force = super::moment::reckon_term(self, &pledge.article_term)
            .from
            .or(self.term.from);
        let own = match (&sentence.window.from, env.trigger) {
            (Some(from), _) => self
                .moments(from, &ask)
                .get(standard)
                .copied()
                .unwrap_or(Found::Unclear),
            (None, Some(trigger)) => self.found_at(trigger.when),
            (None, None) => {
                return force.map_or(
                    Found::At(Moment::exactly(crate::time::Point::At(
                        crate::time::Instant::MIN,
                    ))),
                    Found::At,
                );
            }
        };
        match (own, force) {
            (Found::At(own), Some(force))
                if self.calendar.start_of(force.last) > self.calendar.start_of(own.first) =>
            {
                Found::At(force)
            }
            (own, _) => own,
        }
    }

    /// Reckons when the window closes, exclusive: `until`, or `before` on a prohibition, else the end of the article or agreement.
    fn closing(
        &self,
        pledge: &'a Pledge,
        sentence: &'a Sentence,
        env: &Env<'a>,
        standard: usize,
    ) -> When {
        let ask = Ask::at(env, trigger_lens(sentence.obligor), self.now());
        let article = super::moment::reckon_term(self, &pledge.article_term);
        let term = if article.until.is_some() {
            article.closes(self.calendar)
        } else {
            self.term.closes(self.calendar)
        };
        let at = |moment| {
            self.moments(moment, &ask)
                .get(standard)
                .copied()
                .and_then(Found::known)
        };
        let own = sentence
            .window
            .until
            .as_ref()
            .and_then(at)
            .map(|moment| When {
                earliest: self.calendar.end_of(moment.first),
                latest: self.calendar.end_of(moment.last),
            });
        let before = match sentence
            .window
            .deadline
            .as_ref()
            .map(|deadline| &deadline.value)
        {
            Some(Deadline::Before(moment)) if is_standing(&sentence.duty) => {
                at(moment).map(|moment| When {
                    earliest: self.calendar.start_of(moment.first),
                    latest: self.calendar.start_of(moment.last),
                })
            }
            _ => None,
        };
        [own, before].into_iter().flatten().fold(term, |a, b| When {
            earliest: a.earliest.min(b.earliest),
            latest: a.latest.min(b.latest),
        })
    }

    fn due(&self, sentence: &'a Sentence, env: &Env<'a>, standard: usize) -> Due {
        let none = Due {
            found: Found::NotYet,
            reckoning: None,
        };
        if is_standing(&sentence.duty) {
            return none;
        }
        let Some(deadline) = &sentence.window.deadline else {
            return none;
        };
        let ask = Ask::at(env, trigger_lens(sentence.obligor), self.now());
        let [a, b, c, d] = self.dues(&deadline.value, &ask);
        [a, b, c, d].into_iter().nth(standard).unwrap_or(none)
    }

    /// Adds the records of the trigger to the evidence.
    fn trigger_evidence(&self, lanes: &[LaneResult<'a>; 4], evidence: &mut Vec<Evidence>) {
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
            (Some(id), _) => name(id),
            (None, Obligor::EachOf { group, .. }) => name(group),
            (None, Obligor::Thing(id)) => name(id),
            (None, Obligor::Variable(_)) => String::new(),
        }
    }
}

/// Says whether a duty is owed all the time of its window rather than once in it.
fn is_standing(duty: &Duty) -> bool {
    match duty {
        Duty::Keep(_)
        | Duty::Refrain(_)
        | Duty::NotAllow(_)
        | Duty::Prevent { .. }
        | Duty::Permit(_) => true,
        Duty::Do(_) | Duty::Ensure(_) | Duty::Reach(_) | Duty::Endeavour { .. } => false,
    }
}

/// Adds the records of a weight to the evidence, each once in a role.
pub(super) fn add_accounts(
    evidence: &mut Vec<Evidence>,
    accounts: &[crate::evidence::Account],
    role: EvidenceRole,
    pro: crate::agreement::Standing,
    con: crate::agreement::Standing,
) {
    for account in accounts {
        if evidence
            .iter()
            .any(|known| known.record == account.record && known.role == role)
        {
            continue;
        }
        evidence.push(Evidence {
            record: account.record,
            role,
            counts: account.counts,
            affirms: account.affirms,
            standing: if account.affirms { pro } else { con },
            because: account.because.clone(),
        });
    }
}
