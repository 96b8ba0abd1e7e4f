//! What another way of counting a period would give.

use crate::agreement::{Body, Deadline, MomentExpr, MomentKind, Pledge, PledgeId, Standing};
use crate::time::{Calendar, MonthEnds, Rollover};
use crate::verdict::Convention;

use super::Context;
use super::instance::{InstanceResult, PledgeResult};
use super::order::references;
use super::ring::judge_part;
use super::rollup::worst_instance;

/// The pledges whose due day may differ under another convention, judged under it.
pub(super) type Results<'a> = Vec<Option<PledgeResult<'a>>>;

/// Judges every pledge again that another way of counting touches: those whose deadline has months or falls on a day off, and those
/// that hang on such a one.
pub(super) fn under<'a>(
    context: &'a Context<'a>,
    calendar: &'a Calendar,
    order: &[Vec<PledgeId>],
) -> Results<'a> {
    let mut other = Context {
        agreement: context.agreement,
        evidence: context.evidence,
        routes: context.routes,
        lookup: context.lookup,
        store: super::found::Store::default(),
        histories: super::history::Histories::default(),
        clauses: super::told::Clauses::default(),
        permissions: context.permissions.clone(),
        findings: super::finding::Index::default(),
        calendar,
        clocks: context.clocks,
        standard: context.standard,
        term: context.term,
        bound: context.bound.clone(),
        results: vec![None; context.results.len()],
        base: Some(&context.results),
        memo: super::memo::Memo::default(),
    };
    for part in order {
        if part.iter().any(|id| touched(context, &other, *id)) {
            judge_part(&mut other, part);
        }
    }
    other.results
}

fn touched(context: &Context<'_>, other: &Context<'_>, id: PledgeId) -> bool {
    let (Some(pledge), Some(result)) = (
        context.agreement.pledges.get(id.0 as usize),
        context.result(id),
    ) else {
        return false;
    };
    let dues = || {
        result
            .instances
            .iter()
            .flat_map(|instance| instance.lanes.iter().filter_map(|lane| lane.due))
    };
    let months = context.calendar.month_ends != other.calendar.month_ends
        && counts_months(pledge)
        && dues().next().is_some();
    let days_off = context.calendar.rollover != other.calendar.rollover
        && dues().any(|due| context.calendar.roll(due.first) != other.calendar.roll(due.first));
    let hangs = || {
        references(context.agreement, id).iter().any(|id| {
            other
                .results
                .get(id.0 as usize)
                .is_some_and(Option::is_some)
        })
    };
    months || days_off || hangs()
}

/// Says whether the deadline is counted in months or years.
fn counts_months(pledge: &Pledge) -> bool {
    let Body::Sentence(sentence) = &pledge.body else {
        return false;
    };
    let Some(deadline) = &sentence.window.deadline else {
        return false;
    };
    match &deadline.value {
        Deadline::Within { period, of } => {
            period.whole_months() > 0 || of.as_ref().is_some_and(shifts_months)
        }
        Deadline::By(moment) | Deadline::Before(moment) | Deadline::On(moment) => {
            shifts_months(moment)
        }
        Deadline::Open { review_by } => review_by.as_ref().is_some_and(shifts_months),
        Deadline::AtLeastBefore { period, moment } => {
            period.whole_months() > 0 || moment.as_ref().is_some_and(shifts_months)
        }
        Deadline::Between { least, most, after } => {
            least.whole_months() > 0 || most.whole_months() > 0 || shifts_months(after)
        }
        Deadline::EveryStarting {
            period,
            starting: anchor,
        }
        | Deadline::EveryFirstBy {
            period,
            first_by: anchor,
        } => period.whole_months() > 0 || shifts_months(anchor),
        Deadline::EveryYearBy(_) => false,
    }
}

fn shifts_months(moment: &MomentExpr) -> bool {
    match &moment.kind {
        MomentKind::Shifted { base, period, .. } => {
            period.whole_months() > 0 || shifts_months(base)
        }
        MomentKind::EarlierOf(parts) | MomentKind::LaterOf(parts) => {
            parts.iter().any(shifts_months)
        }
        MomentKind::Fixed(_)
        | MomentKind::Variable(_)
        | MomentKind::Trigger
        | MomentKind::TriggerField(_)
        | MomentKind::Field(_)
        | MomentKind::EntryIntoForce { .. }
        | MomentKind::EndOfAgreement
        | MomentKind::First(_)
        | MomentKind::DeadlineOf(_)
        | MomentKind::FulfilmentOf(_)
        | MomentKind::BreachOf(_)
        | MomentKind::Error => false,
    }
}

/// Gives the verdict on the worst instance under each convention whose due day differs, the agreement's own first.
///
/// Empty where the due day is the same whichever way one counts.
pub(super) fn alternatives(
    context: &Context<'_>,
    standard: Standing,
    pledge: &Pledge,
    result: &PledgeResult<'_>,
    others: &[(&'static str, Results<'_>)],
) -> Vec<Convention> {
    let standard = Standing::STANDARDS
        .iter()
        .position(|known| *known == standard)
        .unwrap_or(1);
    let Some(worst) = worst_instance(result, standard) else {
        return Vec::new();
    };
    let Some(own) = row(worst, standard, own_name(context.calendar), true) else {
        return Vec::new();
    };
    let mut rows = vec![own];
    for (name, results) in others {
        let Some(Some(other)) = results.get(pledge.id.0 as usize) else {
            continue;
        };
        let found = other
            .instances
            .iter()
            .find(|instance| same_instance(instance, worst, standard));
        if let Some(found) = found.and_then(|instance| row(instance, standard, name, false))
            && rows.iter().all(|known| known.due != found.due)
        {
            rows.push(found);
        }
    }
    if rows.len() == 1 { Vec::new() } else { rows }
}

fn same_instance(a: &InstanceResult<'_>, b: &InstanceResult<'_>, standard: usize) -> bool {
    match (a.lanes.get(standard), b.lanes.get(standard)) {
        (Some(a), Some(b)) => a.env.bound().eq(b.env.bound()) && same_trigger(&a.env, &b.env),
        (None, _) | (_, None) => false,
    }
}

fn own_name(calendar: &Calendar) -> &'static str {
    match (calendar.month_ends, calendar.rollover) {
        (MonthEnds::Clamp, Rollover::None) => "month-ends clamp",
        (MonthEnds::Stick, Rollover::None) => "month-ends stick",
        (MonthEnds::Clamp, Rollover::NextWorkingDay) => {
            "month-ends clamp, rollover next-working-day"
        }
        (MonthEnds::Stick, Rollover::NextWorkingDay) => {
            "month-ends stick, rollover next-working-day"
        }
    }
}

/// Gives the other ways of counting that are tried, each with its name.
pub(super) fn others(calendar: &Calendar) -> [(&'static str, Calendar); 2] {
    let mut months = calendar.clone();
    let months_name = match calendar.month_ends {
        MonthEnds::Clamp => {
            months.month_ends = MonthEnds::Stick;
            "month-ends stick"
        }
        MonthEnds::Stick => {
            months.month_ends = MonthEnds::Clamp;
            "month-ends clamp"
        }
    };
    let mut rolled = calendar.clone();
    let rolled_name = match calendar.rollover {
        Rollover::None => {
            rolled.rollover = Rollover::NextWorkingDay;
            "rollover next-working-day"
        }
        Rollover::NextWorkingDay => {
            rolled.rollover = Rollover::None;
            "rollover none"
        }
    };
    [(months_name, months), (rolled_name, rolled)]
}

fn same_trigger(a: &super::bindings::Env<'_>, b: &super::bindings::Env<'_>) -> bool {
    let at = |env: &super::bindings::Env<'_>| {
        env.trigger
            .map(|trigger| (trigger.when, trigger.incident.map(|(incident, _)| incident)))
            .map_or((None, env.period), |trigger| (Some(trigger), env.period))
    };
    at(a) == at(b)
}

fn row(
    instance: &InstanceResult<'_>,
    standard: usize,
    name: &str,
    chosen: bool,
) -> Option<Convention> {
    let lane = instance.lanes.get(standard)?;
    Some(Convention {
        name: name.to_owned(),
        chosen,
        due: lane.due?,
        verdict: lane.verdict.clone(),
    })
}
