//! The instances of a pledge: one for each binding of `for each` and for each trigger.

use std::collections::BTreeMap;

use crate::agreement::{
    Cause, Condition, ConditionKind, Domain, Obligor, Pledge, Reference, Sentence, Sort, ThingId,
    Trigger, Value, VariableId,
};
use crate::evidence::Truth;
use crate::time::When;
use crate::verdict::Status;

use super::bindings::{Env, TriggerAt};
use super::condition::Ask;
use super::instance::LaneResult;
use super::matching::{Match, Purpose};
use super::moment::trigger_lens;
use super::recur::Turn;
use super::{Context, Truths, always, refrain};

/// One instance before judging: at each standard its values and its trigger.
#[derive(Clone, Debug)]
pub(super) struct Lanes<'a> {
    pub(super) lanes: [Lane<'a>; 4],
}

#[derive(Clone, Debug)]
pub(super) struct Lane<'a> {
    pub(super) env: Env<'a>,
    /// The truth of the trigger; none where the pledge waits for it in vain.
    pub(super) triggered: Option<Truth>,
    /// The period, for a recurring duty.
    pub(super) turn: Option<Turn<'a>>,
}

/// Gives the instances: members and rows of `for each`, then one for each trigger, then one for each doer of a prohibition without a named one.
pub(super) fn instances<'a>(
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
                    turn: None,
                }),
            }),
            Some(trigger) => {
                let triggers = context.triggers(trigger, &env, sentence.obligor);
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
        lanes: lanes.map(|(env, triggered)| Lane {
            env,
            triggered,
            turn: None,
        }),
    })
    .collect()
}

fn each_time<'a>(env: &Env<'a>, truths: Truths) -> Lanes<'a> {
    Lanes {
        lanes: truths.map(|truth| Lane {
            env: env.clone(),
            triggered: Some(truth),
            turn: None,
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
                turn: None,
            },
            None => Lane {
                env: untriggered.clone(),
                triggered: None,
                turn: None,
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
    ///
    /// What belongs to a member, as an organ does to its party, is no member of its own: it owes nothing and is counted with it.
    pub(super) fn members_of(&self, group: ThingId) -> Vec<ThingId> {
        (0u32..)
            .zip(&self.vocabulary().things)
            .filter(|(_, thing)| thing.sort != Sort::Group)
            .map(|(index, _)| ThingId(index))
            .filter(|id| *id != group && self.is_member(*id, group, 0))
            .collect()
    }

    /// Says whether a thing was ever in a group by the as-of day, or in a group inside it.
    fn is_member(&self, thing: ThingId, group: ThingId, depth: usize) -> bool {
        let until_now = When {
            earliest: crate::time::Instant::MIN,
            latest: self.clocks.as_of,
        };
        let vocabulary = self.vocabulary();
        // INVARIANT: declared cycles are reported and cut by `resolve`; registers could still close one, so the climb is bounded.
        depth <= vocabulary.things.len()
            && vocabulary.thing(thing).parents.iter().any(|membership| {
                let parent = membership.parent;
                let inside = || {
                    vocabulary.thing(parent).sort == Sort::Group
                        && self.is_member(parent, group, depth + 1)
                };
                membership.when.overlaps(until_now) && (parent == group || inside())
            })
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
            ConditionKind::Or(_)
            | ConditionKind::Not(_)
            | ConditionKind::State { .. }
            | ConditionKind::Once { .. }
            | ConditionKind::Within { .. }
            | ConditionKind::Is { .. }
            | ConditionKind::Pledge { .. }
            | ConditionKind::Order { .. }
            | ConditionKind::Compare { .. }
            | ConditionKind::Error => {
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
            ConditionKind::Or(_)
            | ConditionKind::Not(_)
            | ConditionKind::State { .. }
            | ConditionKind::Once { .. }
            | ConditionKind::Within { .. }
            | ConditionKind::Is { .. }
            | ConditionKind::Pledge { .. }
            | ConditionKind::Order { .. }
            | ConditionKind::Compare { .. }
            | ConditionKind::Error => envs,
        }
    }

    /// Gives the first moment after something: the next day where it ends with a day.
    pub(super) fn right_after(&self, when: When) -> When {
        let next = self.calendar.day_span(self.calendar.day_of(when.latest));
        if next.earliest == when.latest {
            next
        } else {
            When::at(when.latest)
        }
    }

    /// The last second of the as-of day.
    pub(super) fn now(&self) -> When {
        When::at(self.clocks.as_of.plus(-1))
    }

    /// Gives every trigger with its values, in order of time.
    fn triggers(
        &self,
        trigger: &'a Trigger,
        env: &Env<'a>,
        obligor: Obligor,
    ) -> Vec<(Env<'a>, Truths)> {
        match &trigger.cause {
            Cause::Pattern(pattern) => {
                let found = self.find(pattern, env, trigger_lens(obligor), Purpose::Other);
                found
                    .into_iter()
                    .filter(|found| super::matching::matters(found.truths))
                    .map(|found| Self::triggered(found, trigger.alias))
                    .collect()
            }
            Cause::Breach(reference) => self.triggers_of(reference, env, obligor, breaches),
            Cause::Fulfilment(reference) => self.triggers_of(reference, env, obligor, |lane| {
                let fulfilled = lane.fulfilled.into_iter();
                fulfilled.map(|when| (when, Truth::True)).collect()
            }),
        }
    }

    /// Gives the environment that a trigger sets up; its time is cut to the term in force by the window, not here.
    fn triggered(found: Match<'a>, alias: Option<VariableId>) -> (Env<'a>, Truths) {
        let mut env = found.env;
        env.trigger = Some(TriggerAt {
            incident: Some((found.incident, found.route)),
            when: found.when,
            alias,
        });
        (env, found.truths)
    }

    fn triggers_of(
        &self,
        reference: &'a Reference,
        env: &Env<'a>,
        obligor: Obligor,
        read: impl Fn(&LaneResult<'a>) -> Vec<(When, Truth)>,
    ) -> Vec<(Env<'a>, Truths)> {
        let ask = Ask::at(env, trigger_lens(obligor), self.now());
        let mut found: Vec<(When, Env<'a>, Truths)> = Vec::new();
        let mut places: BTreeMap<When, Vec<usize>> = BTreeMap::new();
        for instance in self.instances_meant(reference, &ask) {
            for (standard, lane) in instance.lanes.iter().enumerate() {
                for (when, read) in read(lane) {
                    let mut env = Self::bind_reference(reference, env, &instance.lanes[0].env);
                    env.trigger = Some(TriggerAt {
                        incident: None,
                        when,
                        alias: None,
                    });
                    let same = |place: &usize| {
                        let other = found.get(*place);
                        other.is_some_and(|(_, other, _)| other.agrees_with(&env))
                    };
                    let there = places.entry(when).or_default();
                    let known = there.iter().copied().find(same);
                    let place = known.unwrap_or(found.len());
                    if known.is_none() {
                        there.push(place);
                        found.push((when, env, always(Truth::NotShown)));
                    }
                    let Some((_, _, truths)) = found.get_mut(place) else {
                        continue;
                    };
                    if let Some(truth) = truths.get_mut(standard) {
                        *truth = (*truth).max(read);
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
    fn bind_reference(reference: &Reference, env: &Env<'a>, theirs: &Env<'a>) -> Env<'a> {
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

/// Gives when an instance was broken; where that is undetermined, when it may have been.
fn breaches(lane: &LaneResult<'_>) -> Vec<(When, Truth)> {
    let certain = lane.broken.iter();
    let mut found: Vec<(When, Truth)> = certain.map(|broken| (broken.since, Truth::True)).collect();
    if lane.verdict.status == Status::Undetermined && found.is_empty() {
        let open = lane.verdict.since;
        found.extend(open.map(|when| (when, Truth::Contested)));
    }
    found
}
