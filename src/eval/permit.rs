//! Permissions: the acts that a `may` covers break no prohibition of the agreement (docs/semantics.md, Permissions).

use crate::agreement::{Duty, Pattern, Standing};
use crate::evidence::{Favours, IncidentId, Truth};
use crate::time::When;
use crate::verdict::{EvidenceRole, Ground, Verdict};

use super::Context;
use super::instance::{Case, Judged, Witnesses, add_accounts, at};
use super::matching::{Match, Purpose};
use super::refrain::{over_or_holding, placed};
use super::{both, truths_of};

/// An act that a permission covers, with the truth that it does.
pub(super) type Covered = (IncidentId, Truth);

/// Judges a permission: nobody owes it, so it holds while its window is open and its conditions hold.
pub(super) fn judge(case: &Case<'_, '_>, evidence: &mut Witnesses) -> Judged {
    if matches!(
        case.in_force(case.context.now()),
        Truth::False | Truth::NotShown
    ) {
        return Judged::dormant(crate::verdict::Why::Condition);
    }
    let mut verdict = Verdict::new(over_or_holding(case), Ground::Established);
    // Since when it has been used.
    for (act, truth) in uses(case) {
        match truth {
            Truth::True => verdict.since = verdict.since.or(Some(act.when)),
            Truth::Contested => {}
            Truth::False | Truth::NotShown => continue,
        }
        let role = EvidenceRole::Performance;
        add_accounts(evidence, &act.accounts, role, act.pro, Standing::Claimed);
    }
    Judged::plain(verdict)
}

/// Gives the acts that an instance of a permission covers: in its window, while it was in force.
pub(super) fn covered(case: &Case<'_, '_>) -> Vec<Covered> {
    let uses = uses(case).into_iter();
    uses.map(|(act, truth)| (act.incident, truth)).collect()
}

/// Gives the acts with the truth that the permission covers them, in order of time.
fn uses<'a>(case: &Case<'_, 'a>) -> Vec<(Match<'a>, Truth)> {
    let Duty::Permit(pattern) = &case.sentence.duty else {
        return Vec::new();
    };
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
    let mut found = Vec::new();
    let lens = case.lens(Favours::Others);
    for act in case.context.find(pattern, case.env, lens, Purpose::Other) {
        if let Some(placed) = placed(case, act.incident, act.when) {
            let truth = fits(case, pattern, &act)
                .min(placed)
                .min(precedent)
                .min(case.in_force(act.when));
            found.push((act, truth));
        }
    }
    found
}

/// Says whether the act is of the permitted kind. That it was done is bad for the doer, that it was done in a permitted way is good.
fn fits<'a>(case: &Case<'_, 'a>, pattern: &'a Pattern, act: &Match<'a>) -> Truth {
    let context = case.context;
    let lens = case.lens(Favours::Obligor);
    let viewpoint = lens.viewpoint(&act.env);
    let doer = context.vocabulary().kind(pattern.kind).by;
    let mut truths = act.truths;
    for argument in pattern
        .arguments
        .iter()
        .filter(|argument| Some(argument.slot) != doer)
    {
        let part = context.evidence.weigh(act.incident, viewpoint, &|record| {
            context.answer(argument, &act.route.slots, record, &act.env, Purpose::Other)
        });
        truths = both(truths, truths_of(part.pro, part.con));
    }
    let told = context.where_truths(pattern, act.route, act.incident, &act.env, lens, act.when);
    at(both(truths, told), case.roles.excuse)
}

impl Context<'_> {
    /// Says whether a permission of the agreement covers an act.
    pub(super) fn permitted(&self, incident: IncidentId, standard: usize) -> Truth {
        self.permissions
            .iter()
            .filter_map(|id| self.result(*id))
            .map(|result| result.covers(incident, standard))
            .max()
            .unwrap_or(Truth::False)
    }
}
