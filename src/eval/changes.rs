//! What a condition hangs on: the moments at which its truth may change, and the records that speak to it.

use crate::agreement::{
    Argument, Condition, ConditionKind, Pattern, Quantity, QuantityKind, Reference, Standing,
    StateId, TransitionCause,
};
use crate::evidence::{Account, Answer, Favours, IncidentId, Weight};
use crate::time::{Instant, Period, When};
use crate::verdict::EvidenceRole;

use super::Context;
use super::condition::Ask;
use super::instance::{Case, Witnesses, add_accounts};
use super::matching::{Lens, Purpose};

impl<'a> Context<'a> {
    /// Gives the moments at which a condition may change, each as roughly known as what changes it.
    pub(super) fn changes_of(
        &self,
        condition: &'a Condition,
        ask: &Ask<'_, 'a>,
        into: &mut Vec<When>,
    ) {
        match &condition.kind {
            ConditionKind::And(parts) | ConditionKind::Or(parts) => parts
                .iter()
                .for_each(|part| self.changes_of(part, ask, into)),
            ConditionKind::Not(inner) => self.changes_of(inner, ask, into),
            ConditionKind::State { state, arguments } => {
                self.changes_of_state(*state, arguments, ask, into);
            }
            ConditionKind::Once { pattern, last } => {
                let mut times = Vec::new();
                self.times_of(pattern, ask, &mut times);
                if let Some(period) = last {
                    into.extend(self.dropped_out(*period, &times));
                }
                into.extend(times);
            }
            ConditionKind::Compare { left, right, .. } => {
                self.changes_of_quantity(left, ask, into);
                self.changes_of_quantity(right, ask, into);
            }
            ConditionKind::Order { moment, .. } => {
                let found = self
                    .moments(moment, ask)
                    .into_iter()
                    .filter_map(super::moment::Found::known);
                into.extend(found.map(|moment| self.calendar.span_of(moment)));
            }
            ConditionKind::Pledge { reference, .. } => {
                self.changes_of_pledge(reference, ask, into);
            }
            ConditionKind::Relation { relation, .. } => {
                let rows = &self.vocabulary().relation(*relation).rows;
                let ends = rows
                    .iter()
                    .flat_map(|row| [row.when.earliest, row.when.latest]);
                let known = ends.filter(|end| *end != Instant::MIN && *end != Instant::MAX);
                into.extend(known.map(When::at));
            }
            ConditionKind::Within { .. } | ConditionKind::Is { .. } | ConditionKind::Error => {}
        }
    }

    /// Gives the moments at which another pledge was broken, cured or fulfilled. Its verdict is read strictly before the moment asked about, so
    /// what changed is seen right after.
    pub(super) fn changes_of_pledge(
        &self,
        reference: &'a Reference,
        ask: &Ask<'_, 'a>,
        into: &mut Vec<When>,
    ) {
        for instance in self.instances_meant(reference, ask) {
            for lane in &instance.lanes {
                let broken = lane.broken.iter();
                let broken = broken.flat_map(|broken| [Some(broken.since), broken.until]);
                for when in broken.flatten().chain(lane.fulfilled) {
                    into.extend([when, self.right_after(when)]);
                }
            }
        }
    }

    /// Gives the moments at which something has dropped out of a window of the last days.
    pub(super) fn dropped_out(&self, period: Period, times: &[When]) -> Vec<When> {
        let out = |when: &When| {
            let last = self
                .calendar
                .shift(self.calendar.moment_of(*when), period, false)
                .last;
            self.right_after(When {
                earliest: when.earliest,
                latest: self.calendar.end_of(last),
            })
        };
        times.iter().map(out).collect()
    }

    fn times_of(&self, pattern: &'a Pattern, ask: &Ask<'_, 'a>, into: &mut Vec<When>) {
        if let Some(kept) = self.kept(pattern, ask.env, ask.lens, Purpose::Other) {
            into.extend(kept.list.iter().map(|found| found.when));
            return;
        }
        let matches = self.found(pattern, ask.env, ask.lens, Purpose::Other);
        into.extend(matches.found.iter().map(|found| found.when));
    }

    fn changes_of_state(
        &self,
        state: StateId,
        arguments: &'a [Argument],
        ask: &Ask<'_, 'a>,
        into: &mut Vec<When>,
    ) {
        let state = self.vocabulary().state(state);
        let env = self.state_env(state, arguments, ask);
        let fresh = ask.fresh;
        let lens = ask.lens.settled(ask.env);
        let ask = Ask {
            env: &env,
            ..Ask::at(&env, lens, ask.moment)
        };
        for transition in state.begins.iter().chain(&state.ends) {
            let mut causes = Vec::new();
            match &transition.cause {
                TransitionCause::Pattern(pattern) => self.times_of(pattern, &ask, &mut causes),
                TransitionCause::Moment(moment) => {
                    causes.extend(
                        self.moments(moment, &ask)
                            .into_iter()
                            .filter_map(super::moment::Found::known)
                            .map(|moment| self.calendar.span_of(moment)),
                    );
                }
            }
            for cause in causes {
                let effect = self.effect_of(transition, cause);
                let over = state.limit.map(|limit| {
                    let from = self.calendar.moment_of(effect);
                    self.calendar
                        .span_of(self.calendar.shift(from, limit, false))
                });
                into.push(cause);
                into.extend([effect].into_iter().chain(over));
                if !fresh {
                    // Within a stretch of time a change is open; at its end it has come about.
                    into.push(When::at(cause.latest.plus(-1)));
                    into.push(When::at(effect.latest.plus(-1)));
                    into.extend(over.map(|over| When::at(over.latest)));
                }
            }
        }
    }

    /// Adds the records that speak to a condition to the evidence of an instance.
    pub(super) fn evidence_of(
        &self,
        case: &Case<'_, 'a>,
        condition: &'a Condition,
        role: EvidenceRole,
        favours: Favours,
        evidence: &mut Witnesses,
    ) {
        let ask = Ask {
            counted_from: case.opens,
            ..Ask::at(case.env, case.lens(favours), self.now())
        };
        self.evidence_by(condition, role, &ask, evidence);
    }

    /// Adds what speaks to a condition asked in a way of its own.
    pub(super) fn evidence_by(
        &self,
        condition: &'a Condition,
        role: EvidenceRole,
        ask: &Ask<'_, 'a>,
        evidence: &mut Witnesses,
    ) {
        match &condition.kind {
            ConditionKind::And(parts) | ConditionKind::Or(parts) => parts
                .iter()
                .for_each(|part| self.evidence_by(part, role, ask, evidence)),
            ConditionKind::Not(inner) => {
                let negated = Ask {
                    lens: Lens {
                        favours: ask.lens.favours.opposite(),
                        ..ask.lens
                    },
                    ..*ask
                };
                self.evidence_by(inner, role, &negated, evidence);
            }
            ConditionKind::Once { pattern, .. } => {
                self.acts_as_evidence(pattern, role, ask, evidence);
            }
            ConditionKind::Compare {
                left,
                comparison,
                right,
            } => {
                let bound = self.ranges(right, ask).into_iter().next();
                let says = |value: Option<crate::quantity::Estimate>| match (
                    value,
                    bound.and_then(super::bounds::Bounds::point),
                ) {
                    (Some(value), Some(bound)) => comparison.holds(value, bound),
                    _ => None,
                };
                self.quantity_as_evidence(left, role, &says, ask, evidence);
            }
            ConditionKind::State { .. }
            | ConditionKind::Relation { .. }
            | ConditionKind::Within { .. }
            | ConditionKind::Is { .. }
            | ConditionKind::Pledge { .. }
            | ConditionKind::Order { .. }
            | ConditionKind::Error => {}
        }
    }

    fn acts_as_evidence(
        &self,
        pattern: &'a Pattern,
        role: EvidenceRole,
        ask: &Ask<'_, 'a>,
        evidence: &mut Witnesses,
    ) {
        let matches = self.found(pattern, ask.env, ask.lens, Purpose::Other);
        for found in &matches.found {
            let taken_out = ask.spared.is_some_and(|spared| spared.takes_out(found));
            add_accounts(
                evidence,
                &found.accounts,
                if taken_out {
                    EvidenceRole::Excepted
                } else {
                    role
                },
                found.pro,
                Standing::Claimed,
            );
        }
    }

    fn quantity_as_evidence(
        &self,
        quantity: &'a Quantity,
        role: EvidenceRole,
        says: &dyn Fn(Option<crate::quantity::Estimate>) -> Option<bool>,
        ask: &Ask<'_, 'a>,
        evidence: &mut Witnesses,
    ) {
        match &quantity.kind {
            QuantityKind::Measure {
                measure, arguments, ..
            } => {
                for &incident in self.reading_incidents(*measure, arguments, ask).iter() {
                    let answer = |record: &crate::record::Record| match says(record.value) {
                        Some(true) => Answer::Affirms,
                        Some(false) => Answer::Denies,
                        None => Answer::Silent,
                    };
                    let weight =
                        self.evidence
                            .weigh(incident, ask.lens.viewpoint(ask.env), &answer);
                    self.readings_as_evidence(incident, weight, role, ask, evidence);
                }
            }
            QuantityKind::Count { pattern, .. } | QuantityKind::Sum { pattern, .. } => {
                self.acts_as_evidence(pattern, role, ask, evidence);
            }
            QuantityKind::Add(a, b)
            | QuantityKind::Subtract(a, b)
            | QuantityKind::Multiply(a, b) => {
                self.quantity_as_evidence(a, role, says, ask, evidence);
                self.quantity_as_evidence(b, role, says, ask, evidence);
            }
            QuantityKind::Share { of, .. } => {
                self.quantity_as_evidence(of, role, says, ask, evidence);
            }
            QuantityKind::Number(_)
            | QuantityKind::Variable(_)
            | QuantityKind::Field(_)
            | QuantityKind::TriggerField(_)
            | QuantityKind::Given { .. }
            | QuantityKind::Error => {}
        }
    }

    /// Adds the records of a reading: those that show what is asked, those that deny the reading, and those that read otherwise.
    fn readings_as_evidence(
        &self,
        incident: IncidentId,
        weight: Weight,
        role: EvidenceRole,
        ask: &Ask<'_, 'a>,
        evidence: &mut Witnesses,
    ) {
        let (affirming, other): (Vec<Account>, Vec<Account>) = weight
            .accounts
            .into_iter()
            .partition(|account| account.affirms);
        if !affirming.is_empty() {
            let whole = self
                .evidence
                .occurrence(incident, ask.lens.viewpoint(ask.env));
            let denials: Vec<Account> = whole
                .accounts
                .into_iter()
                .filter(|account| !account.affirms)
                .collect();
            add_accounts(evidence, &affirming, role, weight.pro, weight.con);
            add_accounts(evidence, &denials, role, whole.pro, whole.con);
        }
        // A reading of another day that says otherwise is no evidence against this one; it is shown as what it is.
        let read = |account: Account| match self.records().record(account.record).value {
            Some(value) if self.evidence.is_live(account.record) => Account {
                because: format!("reads {value}, which does not show it"),
                counts: false,
                ..account
            },
            Some(_) | None => account,
        };
        let other: Vec<Account> = other.into_iter().map(read).collect();
        add_accounts(
            evidence,
            &other,
            EvidenceRole::NoMatch,
            weight.pro,
            weight.con,
        );
    }
}
