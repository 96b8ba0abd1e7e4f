//! Pledges that hang on each other, on one timeline (docs/semantics.md, Pledges that hang on each other).
//!
//! Each pledge reads the others strictly before the moment it asks about. So what is right up to one moment makes right what happens at the
//! next: judging the ring again and again, each time by what came out before, is right for one more moment each time, and is done when
//! nothing changes any more.

use crate::agreement::PledgeId;
use crate::verdict::{Ground, Status, Verdict, Why};

use super::Context;
use super::instance::{LaneResult, PledgeResult};
use super::judge::judge;
use super::order::references;

/// Picked so that no file of a person's own writing reaches it.
const MOST_ROUNDS: usize = 400;

/// Judges the pledges of a part, which comes after every part that it refers to.
pub(super) fn judge_part(context: &mut Context<'_>, part: &[PledgeId]) {
    if let [id] = part
        && !refers_to_itself(context, *id)
    {
        let judged = judge(context, *id);
        put(context, *id, Some(judged));
        return;
    }
    let rounds = (context.records().records.len() * 2 + part.len() + 4).min(MOST_ROUNDS);
    for _ in 0..rounds {
        if !round(context, part) {
            return;
        }
    }
    unsettled(context, part);
}

fn refers_to_itself(context: &Context<'_>, id: PledgeId) -> bool {
    references(context.agreement, id).contains(&id)
}

/// Judges each by what came out of the round before; says whether anything changed.
fn round(context: &mut Context<'_>, part: &[PledgeId]) -> bool {
    let judged: Vec<_> = part.iter().map(|id| judge(context, *id)).collect();
    let mut changed = false;
    for (id, judged) in part.iter().zip(judged) {
        let before = context.results.get(id.0 as usize).and_then(Option::as_ref);
        changed |= before.is_none_or(|before| !alike(before, &judged));
        put(context, *id, Some(judged));
    }
    changed
}

fn put<'a>(context: &mut Context<'a>, id: PledgeId, judged: Option<PledgeResult<'a>>) {
    context.memo.forget_verdicts();
    if let Some(place) = context.results.get_mut(id.0 as usize) {
        *place = judged;
    }
}

fn alike(a: &PledgeResult<'_>, b: &PledgeResult<'_>) -> bool {
    let lanes = |a: &LaneResult<'_>, b: &LaneResult<'_>| {
        a.verdict == b.verdict
            && a.fulfilled == b.fulfilled
            && a.broken == b.broken
            && a.due == b.due
            && a.covered == b.covered
    };
    a.instances.len() == b.instances.len()
        && a.instances.iter().zip(&b.instances).all(|(a, b)| {
            a.lanes.iter().zip(&b.lanes).all(|(a, b)| lanes(a, b))
                && match (&a.own, &b.own) {
                    (Some(a), Some(b)) => lanes(a, b),
                    (None, None) => true,
                    (Some(_), None) | (None, Some(_)) => false,
                }
        })
}

/// Dates that overlap may leave two pledges each hanging on the other for ever: what still changes then is contingent.
fn unsettled(context: &mut Context<'_>, part: &[PledgeId]) {
    let before: Vec<_> = part.iter().map(|id| context.result(*id).cloned()).collect();
    round(context, part);
    for (id, before) in part.iter().zip(before) {
        let Some(Some(result)) = context.results.get_mut(id.0 as usize) else {
            continue;
        };
        if before.is_some_and(|before| alike(&before, result)) {
            continue;
        }
        for lane in result
            .instances
            .iter_mut()
            .flat_map(|instance| instance.lanes.iter_mut().chain(&mut instance.own))
        {
            let mut verdict = Verdict::new(Status::Contingent, Ground::Presumed);
            verdict.reason = Some(Why::Contingent);
            verdict.if_established = Some(Box::new(lane.verdict.clone()));
            lane.verdict = verdict;
        }
    }
}
