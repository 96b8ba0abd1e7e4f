//! Finds the incidents that match a pattern, with the standing of the match and the values it gives to variables.
//!
//! Occurrence, attribution and characterisation are separate propositions: each argument of a pattern is weighed by itself, the match stands as
//! well as its weakest part and is denied as much as its most denied part (docs/semantics.md, Standing).

use std::collections::BTreeSet;

use crate::agreement::{
    Argument, Obligor, Pattern, Standing, TermKind, ThingId, Value, VariableId,
};
use crate::evidence::{Account, Answer, Favours, IncidentId, Truth, Viewpoint};
use crate::record::{Record, RecordId, Subject};
use crate::source::Span;
use crate::time::{Instant, When};
use crate::verdict::Note;

use super::answer::field;
use super::bindings::Env;
use super::condition::Ask;
use super::instance::Case;
use super::lookup::telling;
use super::routes::{Crossed, Route, mapped};
use super::{Context, Truths, both, either, truths_of};

/// Whose duty is asked about, and what a match is for the obligor.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lens {
    pub(super) obligor: Option<Obligor>,
    pub(super) favours: Favours,
}

impl Lens {
    pub(super) fn viewpoint(self, env: &Env<'_>) -> Viewpoint {
        Viewpoint {
            obligor: self.obligor.and_then(|obligor| obligor_of(obligor, env)),
            favours: self.favours,
        }
    }

    /// Gives it with the obligor that the values name, so that it can be asked with other values: those of a state or a derived kind.
    pub(super) fn settled(self, env: &Env<'_>) -> Lens {
        let obligor = self.obligor.and_then(|obligor| obligor_of(obligor, env));
        Lens {
            obligor: obligor.map(Obligor::Thing),
            ..self
        }
    }

    pub(super) fn opposite(self) -> Lens {
        Lens {
            favours: self.favours.opposite(),
            ..self
        }
    }
}

/// Gives the thing that answers, where it is known.
pub(super) fn obligor_of(obligor: Obligor, env: &Env<'_>) -> Option<ThingId> {
    let variable = match obligor {
        Obligor::Thing(id) => return Some(id),
        Obligor::Variable(id) | Obligor::EachOf { who: id, .. } => id,
    };
    match env.get(variable) {
        Some(Value::Thing(id)) => Some(*id),
        Some(
            Value::Number(_) | Value::Date(_) | Value::Text(_) | Value::Flag(_) | Value::Record(_),
        )
        | None => None,
    }
}

/// What a match is for: whether a place must cover the named place or lie in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A single act that discharges a duty: leaving one pier is not leaving the governorate.
    Discharge,
    /// Anything else.
    Other,
    /// Anything else, where a membership that holds for a part of this time is enough: the act may have fallen into that part.
    Possibly(When),
}

/// An incident that matches a pattern.
#[derive(Clone, Debug)]
pub(super) struct Match<'a> {
    pub(super) incident: IncidentId,
    pub(super) route: &'a Route<'a>,
    pub(super) env: Env<'a>,
    pub(super) pro: Standing,
    pub(super) truths: Truths,
    pub(super) when: When,
    /// Whether the date of the act straddles a change of a membership that it hangs on.
    pub(super) straddles: bool,
    pub(super) accounts: Vec<Account>,
}

impl<'a> Context<'a> {
    /// Finds every match of `pattern` that may have happened by the as-of date, in order of time.
    ///
    /// A match that nobody affirms is not among them; one that is refuted or contested is.
    pub(super) fn find(
        &self,
        pattern: &'a Pattern,
        env: &Env<'a>,
        lens: Lens,
        purpose: Purpose,
    ) -> Vec<Match<'a>> {
        self.find_until(pattern, env, lens, purpose, self.clocks.as_of)
    }

    /// Looks for every match of `pattern` that may have happened before a moment, in order of time.
    pub(super) fn search(
        &self,
        pattern: &'a Pattern,
        env: &Env<'a>,
        lens: Lens,
        purpose: Purpose,
        until: Instant,
    ) -> Vec<Match<'a>> {
        let mut found = Vec::new();
        for route in self.routes.to(pattern.kind) {
            let mut look = |incident| {
                if self.evidence.incident(incident).when.earliest < until {
                    self.match_incident(pattern, route, incident, env, lens, purpose, &mut found);
                }
            };
            match self.candidates(pattern, route, env, purpose) {
                Some(few) => few.into_iter().for_each(&mut look),
                None => self
                    .evidence
                    .incidents_before(Subject::Kind(route.kind), until)
                    .for_each(&mut look),
            }
        }
        found.retain(|found| found.when.earliest < until);
        found.sort_by(|a, b| {
            (a.when, &self.evidence.incident(a.incident).key)
                .cmp(&(b.when, &self.evidence.incident(b.incident).key))
        });
        once_each(found)
    }

    /// Gives the names under which a record may speak of an incident: its key, and the ids of its records.
    pub(super) fn names_of_incident(&self, incident: IncidentId) -> BTreeSet<&'a str> {
        let records = self.records();
        let evidence: &'a crate::evidence::Evidence<'a> = self.evidence;
        let incident = evidence.incident(incident);
        let names = incident
            .records
            .iter()
            .map(|id| records.record(*id).name.as_str());
        names.chain([incident.key.as_str()]).collect()
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the parts of one question; a struct would only rename them"
    )]
    fn match_incident(
        &self,
        pattern: &'a Pattern,
        route: &'a Route<'a>,
        incident: IncidentId,
        env: &Env<'a>,
        lens: Lens,
        purpose: Purpose,
        found: &mut Vec<Match<'a>>,
    ) {
        for env in self.bindings(pattern, route, incident, env) {
            let viewpoint = lens.viewpoint(&env);
            let sieved = |purpose| self.sieve(pattern, route, incident, &env, purpose);
            let straddles = !sieved(purpose);
            if straddles && !self.may_straddle(incident, viewpoint, purpose, &sieved) {
                continue;
            }
            let whole = self.evidence.occurrence(incident, viewpoint);
            let (purpose, of_bridges) = if straddles {
                (Purpose::Possibly(whole.when), Purpose::Possibly(whole.when))
            } else {
                (purpose, Purpose::Other)
            };
            let (mut pro, mut con, mut accounts) = (whole.pro, whole.con, whole.accounts);
            let asked = pattern
                .arguments
                .iter()
                .map(|argument| (argument, &route.slots, purpose));
            let crossed = route.bridges.iter().flat_map(|crossed| {
                crossed
                    .pattern
                    .arguments
                    .iter()
                    .filter(|argument| is_constant(argument))
                    .map(move |argument| (argument, &crossed.slots, of_bridges))
            });
            for (argument, slots, purpose) in asked.chain(crossed) {
                let part = self.evidence.weigh(incident, viewpoint, &|record| {
                    self.answer(argument, slots, record, &env, purpose)
                });
                pro = pro.min(part.pro);
                con = con.max(part.con);
                add_denials(&mut accounts, part.accounts);
            }
            if pro == Standing::None {
                continue;
            }
            let truths = both(
                truths_of(pro, con),
                self.where_truths(pattern, route, incident, &env, lens, whole.when),
            );
            let truths = if straddles {
                truths.map(|truth| truth.min(Truth::Contested))
            } else {
                truths
            };
            found.push(Match {
                incident,
                route,
                env,
                pro,
                truths,
                when: whole.when,
                straddles,
                accounts,
            });
        }
    }

    /// Says whether an act matches on some of the days on which it may have happened. What discharges a duty has to match for certain.
    fn may_straddle(
        &self,
        incident: IncidentId,
        viewpoint: Viewpoint,
        purpose: Purpose,
        sieved: &dyn Fn(Purpose) -> bool,
    ) -> bool {
        match purpose {
            Purpose::Discharge | Purpose::Possibly(_) => return false,
            Purpose::Other => {}
        }
        // The stretch of all records is cheap and holds the one that is credible.
        sieved(Purpose::Possibly(self.evidence.incident(incident).when))
            && sieved(Purpose::Possibly(
                self.evidence.occurrence(incident, viewpoint).when,
            ))
    }

    /// Gives the truths of the `where` of the pattern and of every bridge crossed.
    pub(super) fn where_truths(
        &self,
        pattern: &'a Pattern,
        route: &'a Route<'a>,
        incident: IncidentId,
        env: &Env<'a>,
        lens: Lens,
        when: When,
    ) -> Truths {
        let ask = Ask::of_act(env, lens, when, (&route.slots, incident));
        let mut truths = pattern
            .condition
            .as_deref()
            .map_or(super::definitely(true), |condition| {
                self.truths(condition, &ask)
            });
        for crossed in &route.bridges {
            if let Some(condition) = crossed.pattern.condition.as_deref() {
                let own = self.derived_env(crossed, incident);
                let lens = lens.settled(env);
                let ask = Ask::of_act(&own, lens, when, (&crossed.slots, incident));
                truths = both(truths, self.truths(condition, &ask));
            }
        }
        truths
    }

    /// Gives the fields of a derived kind, which are the variables of what counts as it, the values on file; none where they differ.
    fn derived_env(&self, crossed: &Crossed<'a>, incident: IncidentId) -> Env<'a> {
        let fields = self.vocabulary().kind(crossed.derived).fields.len();
        let mut env = Env::with_size(fields);
        for (slot, variable) in (0..fields).zip(0u16..) {
            let Some(own) = mapped(crossed.pattern, slot) else {
                continue;
            };
            let mut told = self
                .live_records(incident)
                .filter_map(|record| field(record, &crossed.slots, own));
            if let Some(first) = told.next()
                && told.all(|other| other == first)
            {
                env.bind(VariableId(variable), first.clone());
            }
        }
        env
    }

    /// Gives the environments in which every variable of the pattern that had no value has one of those on file.
    fn bindings(
        &self,
        pattern: &Pattern,
        route: &Route<'_>,
        incident: IncidentId,
        env: &Env<'a>,
    ) -> Vec<Env<'a>> {
        let mut envs = vec![env.clone()];
        for argument in &pattern.arguments {
            let alias = env.trigger.and_then(|trigger| trigger.alias);
            let Some(variable) = argument.only_variable().filter(|id| alias != Some(*id)) else {
                continue;
            };
            envs = envs
                .into_iter()
                .flat_map(|env| self.bind_from(variable, argument.slot, route, incident, env))
                .collect();
        }
        envs
    }

    fn bind_from(
        &self,
        variable: VariableId,
        slot: usize,
        route: &Route<'_>,
        incident: IncidentId,
        env: Env<'a>,
    ) -> Vec<Env<'a>> {
        if env.get(variable).is_some() {
            return vec![env];
        }
        let mut values: Vec<Value> = Vec::new();
        for record in self.live_records(incident) {
            if let Some(value) = field(record, &route.slots, slot)
                && !values.contains(value)
            {
                values.push(value.clone());
            }
        }
        let bind = |value| {
            let mut env = env.clone();
            env.bind(variable, value);
            env
        };
        values.into_iter().map(bind).collect()
    }

    /// Says whether, for each argument, some live record affirms it: the cheap question before the weighing.
    fn sieve(
        &self,
        pattern: &Pattern,
        route: &Route<'_>,
        incident: IncidentId,
        env: &Env<'_>,
        purpose: Purpose,
    ) -> bool {
        pattern.arguments.iter().all(|argument| {
            self.live_records(incident).any(|record| {
                self.answer(argument, &route.slots, record, env, purpose) == Answer::Affirms
            })
        })
    }

    /// Gives the live records that tell of the incident; those that deny it tell nothing of their own.
    pub(super) fn live_records(
        &self,
        incident: IncidentId,
    ) -> impl Iterator<Item = &'a Record> + '_ {
        telling(self.evidence, incident)
    }
}

impl Case<'_, '_> {
    /// Notes what a match rests on beside its records: each bridge that it crosses, and who watched and did not report it.
    pub(super) fn note_match(&self, found: &Match<'_>, favours: Favours, notes: &mut Vec<Note>) {
        let vocabulary = self.context.vocabulary();
        let mut add = |span: Span, text: String| {
            let note = Note { span, text };
            if !notes.contains(&note) {
                notes.push(note);
            }
        };
        let mut counted = vocabulary.kind(found.route.kind).name.as_str();
        for bridge in found.route.bridges.iter().rev() {
            add(
                bridge.span,
                format!(
                    "`{counted}` counts as `{}`",
                    vocabulary.kind(bridge.derived).name
                ),
            );
            counted = &vocabulary.kind(bridge.derived).name;
        }
        for silence in self
            .context
            .evidence
            .silences(found.incident, self.lens(favours).viewpoint(&found.env))
        {
            if let Some(coverage) = self.context.records().coverage.get(silence.coverage) {
                add(coverage.span, silence.because);
            }
        }
    }
}

pub(super) fn is_constant(argument: &Argument) -> bool {
    argument.terms.iter().all(|term| match &term.kind {
        TermKind::Variable { .. } => false,
        TermKind::OtherThan { variables, .. } => variables.is_empty(),
        TermKind::Thing { .. }
        | TermKind::TriggerField(_)
        | TermKind::Number(_)
        | TermKind::Text(_)
        | TermKind::Date(_)
        | TermKind::Flag(_) => true,
    })
}

/// Makes one match of those by which one incident fits with the same values, where it counts as the kind on several ways.
fn once_each(found: Vec<Match<'_>>) -> Vec<Match<'_>> {
    let mut kept: Vec<Match<'_>> = Vec::with_capacity(found.len());
    for found in found {
        // Matches of one incident follow each other.
        let mut same = kept
            .iter_mut()
            .rev()
            .take_while(|other| other.incident == found.incident);
        match same.find(|other| other.env.agrees_with(&found.env)) {
            Some(other) => {
                other.pro = other.pro.max(found.pro);
                other.truths = either(other.truths, found.truths);
                add_denials(&mut other.accounts, found.accounts);
            }
            None => kept.push(found),
        }
    }
    kept
}

/// Adds the accounts that deny a part of a match to those of the whole, each record once.
fn add_denials(accounts: &mut Vec<Account>, part: Vec<Account>) {
    let denials = |account: &Account| (!account.affirms).then_some(account.record);
    let mut known: BTreeSet<RecordId> = accounts.iter().filter_map(denials).collect();
    for account in part {
        if !account.affirms && known.insert(account.record) {
            accounts.push(account);
        }
    }
}

/// Says whether anything is shown or contested at some standard.
pub(super) fn matters(truths: Truths) -> bool {
    truths
        .iter()
        .any(|truth| matches!(truth, Truth::True | Truth::Contested))
}
