//! The instances of a pledge: one for each binding of `for each` and for each trigger.

use std::collections::{BTreeMap, BTreeSet};

use crate::agreement::{
    Argument, Cause, Condition, ConditionKind, Domain, Obligor, Pledge, Reference, RelationId,
    Sentence, Sort, ThingId, Trigger, Value, VariableId,
};
use crate::evidence::{IncidentId, Truth};
use crate::time::When;
use crate::verdict::Status;

use super::bindings::{Env, TriggerAt};
use super::condition::Ask;
use super::instance::LaneResult;
use super::matching::{Match, Purpose};
use super::moment::trigger_lens;
use super::recur::Turn;
use super::{Context, Truths, acts, always, either};

/// What set a pledge off: the values that each gives, and how well it is shown.
type Triggers<'a> = Vec<(Env<'a>, Truths)>;

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

/// Gives the instances: members and rows of `for each`, then one for each trigger, then one for each combination of values that only the acts of a
/// prohibition or a limit give.
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
        if pledge.triggers.is_empty() {
            all.push(each_time(&env, always(Truth::True)));
        } else {
            all.extend(context.triggered_instances(pledge, sentence, &env));
        }
    }
    acts::split_by_act(context, sentence, all)
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
fn first_time<'a>(untriggered: &Env<'a>, triggers: &Triggers<'a>) -> Lanes<'a> {
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

/// Leaves out of an instance of `whenever` the standards at which the instance of `upon` has the same trigger; none where nothing is left.
fn apart_from<'a>(first: &Lanes<'a>, mut lanes: Lanes<'a>) -> Option<Lanes<'a>> {
    let incident = |lane: &Lane<'a>| Some(lane.env.trigger?.incident?.0);
    for (lane, first) in lanes.lanes.iter_mut().zip(&first.lanes) {
        let same = first.triggered.is_some() && incident(first) == incident(lane);
        if same && incident(lane).is_some() {
            lane.triggered = None;
        }
    }
    let left = lanes.lanes.iter().any(|lane| lane.triggered.is_some());
    left.then_some(lanes)
}

/// Gives when an instance was fulfilled; where that is open, when it may have been.
fn fulfilments_of(lane: &LaneResult<'_>) -> Vec<(When, Truth)> {
    let shown = lane.fulfilled.map(|when| (when, Truth::True));
    let possible = lane.perhaps_fulfilled.map(|when| (when, Truth::Contested));
    shown.or(possible).into_iter().collect()
}

/// Takes the triggers of several clauses together, in order of time; one event that fits two of them is one trigger.
fn together<'a>(all: Vec<Triggers<'a>>) -> Triggers<'a> {
    let mut found: Triggers<'a> = Vec::new();
    let mut by_incident: BTreeMap<IncidentId, Vec<usize>> = BTreeMap::new();
    for (env, truths) in all.into_iter().flatten() {
        let incident = env.trigger.and_then(|trigger| Some(trigger.incident?.0));
        let Some(incident) = incident else {
            found.push((env, truths));
            continue;
        };
        let places = by_incident.entry(incident).or_default();
        let same = |at: &&usize| {
            let other = found.get(**at);
            other.is_some_and(|(other, _)| other.agrees_with(&env))
        };
        if let Some((_, other)) = places.iter().find(same).and_then(|at| found.get_mut(*at)) {
            *other = either(*other, truths);
        } else {
            places.push(found.len());
            found.push((env, truths));
        }
    }
    found.sort_by_key(|(env, _)| env.trigger.map(|trigger| trigger.when));
    found
}

impl<'a> Context<'a> {
    /// Gives the instances that the triggers of a pledge set off: one for the first of all that `upon` names, one for each time of `whenever`.
    fn triggered_instances(
        &self,
        pledge: &'a Pledge,
        sentence: &'a Sentence,
        env: &Env<'a>,
    ) -> Vec<Lanes<'a>> {
        let all = |each: bool| -> Vec<Triggers<'a>> {
            let those = pledge
                .triggers
                .iter()
                .filter(|trigger| trigger.each == each);
            those
                .map(|trigger| self.triggers(trigger, env, sentence.obligor))
                .collect()
        };
        let each: Vec<Lanes<'a>> = together(all(true))
            .into_iter()
            .map(|(env, truths)| each_time(&env, truths))
            .collect();
        if pledge.triggers.iter().all(|trigger| trigger.each) {
            return each;
        }
        let first = first_time(env, &together(all(false)));
        let waits = first.lanes.iter().all(|lane| lane.triggered.is_none());
        let others: Vec<Lanes<'a>> = each
            .into_iter()
            .filter_map(|lanes| apart_from(&first, lanes))
            .collect();
        if waits && !others.is_empty() {
            return others;
        }
        std::iter::once(first).chain(others).collect()
    }

    /// Gives one environment for each combination of members of the binders' groups; different binders of one group bind different things.
    pub(super) fn members(&self, pledge: &'a Pledge, obligor: Obligor) -> Vec<Env<'a>> {
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
            let ties: Vec<_> = pledge
                .relations()
                .into_iter()
                .filter(|(_, arguments)| {
                    let here = |argument: &Argument| argument.only_variable() == Some(variable);
                    arguments.iter().any(here)
                })
                .collect();
            let mut next = Vec::new();
            for env in &envs {
                let named: Vec<BTreeSet<ThingId>> = ties
                    .iter()
                    .map(|(relation, arguments)| self.named_by(*relation, arguments, env, variable))
                    .collect();
                let fits = |member: &ThingId| named.iter().all(|named| named.contains(member));
                let free = members.iter().filter(|member| !taken(env, **member));
                next.extend(
                    free.filter(|member| fits(member))
                        .map(|member| bind(env, *member)),
                );
            }
            envs = next;
            bound.push((variable, group));
        }
        envs
    }

    /// Gives the things that the rows of a relation name for a variable, with everything around them: the only ones for which the relation holds.
    fn named_by(
        &self,
        relation: RelationId,
        arguments: &'a [Argument],
        env: &Env<'a>,
        variable: VariableId,
    ) -> BTreeSet<ThingId> {
        let rows = self.relation_rows(relation, arguments, env, When::ALWAYS);
        let values = rows.iter().filter_map(|row| match row.get(variable) {
            Some(Value::Thing(id)) => Some(*id),
            _ => None,
        });
        let mut named = BTreeSet::new();
        let mut waiting: Vec<ThingId> = values.collect();
        while let Some(id) = waiting.pop() {
            if named.insert(id) {
                let parents = &self.vocabulary().thing(id).parents;
                waiting.extend(parents.iter().map(|membership| membership.parent));
            }
        }
        named
    }

    /// Gives the members of a group that are no groups themselves, in order of declaration.
    ///
    /// What belongs to a member, as an organ does to its party, is no member of its own: it owes nothing and is counted with it.
    pub(super) fn members_of(&self, group: ThingId) -> Vec<ThingId> {
        (0u32..)
            .zip(&self.vocabulary().things)
            .filter(|(_, thing)| thing.sort != Sort::Group)
            .map(|(index, _)| ThingId(index))
            .filter(|id| {
                let joined = self.vocabulary().parties == Some(group) && self.has_joined(*id);
                *id != group && (joined || self.is_member(*id, group))
            })
            .collect()
    }

    /// Says whether a thing was ever in a group by the as-of day, or in a group inside it.
    fn is_member(&self, thing: ThingId, group: ThingId) -> bool {
        let until_now = When {
            earliest: crate::time::Instant::MIN,
            latest: self.clocks.as_of,
        };
        let vocabulary = self.vocabulary();
        let mut waiting = vec![thing];
        // A group may be reached on many ways, and is looked at once.
        let mut seen = BTreeSet::new();
        while let Some(thing) = waiting.pop() {
            let parents = vocabulary.thing(thing).parents.iter();
            for membership in parents.filter(|membership| membership.when.overlaps(until_now)) {
                let parent = membership.parent;
                if parent == group {
                    return true;
                }
                if vocabulary.thing(parent).sort == Sort::Group && seen.insert(parent) {
                    waiting.push(parent);
                }
            }
        }
        false
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
    fn triggers(&self, trigger: &'a Trigger, env: &Env<'a>, obligor: Obligor) -> Triggers<'a> {
        let mut found = self.causes(trigger, env, obligor);
        for (env, _) in &mut found {
            if let Some(at) = &mut env.trigger {
                at.alias = trigger.alias;
                at.fields = &trigger.fields;
            }
        }
        found
    }

    fn causes(&self, trigger: &'a Trigger, env: &Env<'a>, obligor: Obligor) -> Triggers<'a> {
        match &trigger.cause {
            Cause::Pattern(pattern) => {
                let found = self.find(pattern, env, trigger_lens(obligor), Purpose::Other);
                found
                    .into_iter()
                    .filter(|found| super::matching::matters(found.truths))
                    .map(Self::triggered)
                    .collect()
            }
            Cause::Breach(reference) => {
                self.triggers_of(reference, env, obligor, |lane| self.breaches_of(lane))
            }
            Cause::Fulfilment(reference) => {
                self.triggers_of(reference, env, obligor, fulfilments_of)
            }
        }
    }

    /// Gives the environment that a trigger sets up; its time is cut to the term in force by the window, not here.
    fn triggered(found: Match<'a>) -> (Env<'a>, Truths) {
        let mut env = found.env;
        env.trigger = Some(TriggerAt {
            incident: Some((found.incident, found.route)),
            when: found.when,
            alias: None,
            fields: &[],
        });
        (env, found.truths)
    }

    fn triggers_of(
        &self,
        reference: &'a Reference,
        env: &Env<'a>,
        obligor: Obligor,
        read: impl Fn(&LaneResult<'a>) -> Vec<(When, Truth)>,
    ) -> Triggers<'a> {
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
                        fields: &[],
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

    /// Gives when an instance was broken; where that is undetermined, when it may have been.
    fn breaches_of(&self, lane: &LaneResult<'_>) -> Vec<(When, Truth)> {
        let certain = lane.broken.iter();
        let found: Vec<(When, Truth)> = certain.map(|broken| (broken.since, Truth::True)).collect();
        if found.is_empty() {
            let possible = self.possible_breach(lane).into_iter();
            return possible.map(|when| (when, Truth::Contested)).collect();
        }
        found
    }

    /// Gives when an instance may have been broken that is not known to have been: where what it did is open, or where it was done perhaps too late.
    pub(super) fn possible_breach(&self, lane: &LaneResult<'_>) -> Option<When> {
        let missed = || {
            let due = lane.due?;
            let passed = When {
                earliest: self.calendar.end_of(due.first),
                latest: self.calendar.end_of(due.last).plus(1),
            };
            (passed.earliest < self.clocks.as_of).then_some(passed)
        };
        match lane.verdict.status {
            Status::Undetermined => lane.verdict.since.or_else(missed),
            Status::FulfilledTimingUnknown => missed(),
            Status::Dormant
            | Status::Pending
            | Status::Fulfilled
            | Status::FulfilledLate
            | Status::Overdue
            | Status::Missed
            | Status::Holding
            | Status::Held
            | Status::Breached
            | Status::Contingent
            | Status::Suspended
            | Status::Excused
            | Status::Waived
            | Status::Ended
            | Status::Unjudged => None,
        }
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
