//! What one instance of a pledge is while it is judged, and what comes out.

use std::collections::BTreeSet;

use crate::agreement::{Condition, Pledge, PledgeStatus, Sentence};
use crate::evidence::{Favours, IncidentId, Truth};
use crate::record::RecordId;
use crate::time::{Moment, When};
use crate::verdict::{Evidence, EvidenceRole, Ground, Note, Status, Verdict, Why};

use super::bindings::Env;
use super::broken::Spells;
use super::condition::Ask;
use super::excuse::Stretch;
use super::index::Index;
use super::matching::Lens;
use super::permit::Covered;
use super::recur::Turn;
use super::roles::Roles;
use super::{Context, Truths};

/// A pledge, judged.
#[derive(Clone, Debug)]
pub(super) struct PledgeResult<'a> {
    pub(super) instances: Vec<InstanceResult<'a>>,
    pub(super) index: Index,
}

/// An instance, judged.
#[derive(Clone, Debug)]
pub(super) struct InstanceResult<'a> {
    pub(super) lanes: [LaneResult<'a>; 4],
    /// With each role at the standard that the pledge states for it; none where it states none.
    pub(super) own: Option<LaneResult<'a>>,
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
    /// When it may have been fulfilled that is not known to have been.
    pub(super) perhaps_fulfilled: Option<When>,
    /// The acts that broke it, in order of time; none where it is not acts that did, or no single ones.
    pub(super) acts: Vec<BreakingAct>,
    /// When it was broken, in order of time.
    pub(super) broken: Vec<Broken>,
    pub(super) spells: Spells,
    /// For a permission: the acts that it covers.
    pub(super) covered: Vec<Covered>,
}

/// An act that broke a pledge: by itself, or by being one too many.
#[derive(Clone, Copy, Debug)]
pub(super) struct BreakingAct {
    pub(super) incident: IncidentId,
    pub(super) since: When,
    /// The first moment at which it was over; none while it goes on.
    pub(super) until: Option<When>,
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
        let broken = |overdue_only| self.spells.before(&self.broken, overdue_only, moment);
        let unclear = self.verdict.status == Status::Undetermined;
        let answer = match status {
            PledgeStatus::Breached => broken(false),
            PledgeStatus::Overdue => broken(true),
            PledgeStatus::Fulfilled => self
                .fulfilled
                .map_or(Truth::False, |when| before(when, moment)),
            PledgeStatus::Holding => match self.verdict.status {
                Status::Holding | Status::Held | Status::Breached => broken(false).not(),
                Status::Dormant
                | Status::Pending
                | Status::Fulfilled
                | Status::FulfilledLate
                | Status::FulfilledTimingUnknown
                | Status::Overdue
                | Status::Missed
                | Status::Contingent
                | Status::Suspended
                | Status::Excused
                | Status::Waived
                | Status::Ended
                | Status::Undetermined
                | Status::Unjudged => Truth::False,
            },
            PledgeStatus::Pending => match self.verdict.status {
                Status::Dormant | Status::Ended | Status::Waived => Truth::False,
                Status::Pending
                | Status::Fulfilled
                | Status::FulfilledLate
                | Status::FulfilledTimingUnknown
                | Status::Overdue
                | Status::Missed
                | Status::Holding
                | Status::Held
                | Status::Breached
                | Status::Contingent
                | Status::Suspended
                | Status::Excused
                | Status::Undetermined
                | Status::Unjudged => broken(false)
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

/// Everything that judging one instance at one standard needs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Case<'c, 'a> {
    pub(super) context: &'c Context<'a>,
    pub(super) pledge: &'a Pledge,
    pub(super) sentence: &'a Sentence,
    pub(super) env: &'c Env<'a>,
    /// The standard of the duty itself, by position in `Standing::STANDARDS`.
    pub(super) standard: usize,
    /// The standard of each role.
    pub(super) roles: Roles,
    /// When the window opens: from the earliest to the latest moment at which it may.
    pub(super) opens: When,
    /// When it closes, exclusive.
    pub(super) closes: When,
    pub(super) due: Option<Moment>,
    /// Whether the deadline is one that was not reached yet in the chain (none) or is unclear.
    pub(super) due_unclear: bool,
    /// The period, for a recurring duty.
    pub(super) turn: Option<&'c Turn<'a>>,
    /// The times for which the duty is not owed.
    pub(super) stretches: &'c [Stretch],
}

impl<'a> Case<'_, 'a> {
    pub(super) fn lens(&self, favours: Favours) -> Lens {
        Lens {
            obligor: Some(self.sentence.obligor),
            favours,
        }
    }

    pub(super) fn truth(&self, truths: Truths) -> Truth {
        at(truths, self.standard)
    }

    /// Gives the same case with forbidden acts, not performances, as what is asked.
    pub(super) fn for_breach(self) -> Self {
        Case {
            standard: self.roles.breach,
            ..self
        }
    }

    /// Asks whether a condition of the pledge holds at a moment.
    pub(super) fn ask(&self, condition: &'a Condition, favours: Favours, moment: When) -> Truth {
        let ask = Ask {
            counted_from: self.opens,
            ..Ask::at(self.env, self.lens(favours), moment)
        };
        at(self.context.truths(condition, &ask), self.roles.condition)
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
            .filter_map(|instance| instance.lanes.get(self.roles.condition));
        lanes
            .map(|lane| lane.is(PledgeStatus::Breached, moment))
            .max()
            .unwrap_or(Truth::False)
            .not()
    }

    /// Closes the window with the period, for a recurring duty.
    pub(super) fn within_turn(&self) -> Self {
        let calendar = self.context.calendar;
        let closes = self.turn.map_or(self.closes, |turn| When {
            earliest: self.closes.earliest.min(calendar.end_of(turn.due.first)),
            latest: self.closes.latest.min(calendar.end_of(turn.due.last)),
        });
        Case { closes, ..*self }
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

/// Gives the truth at one standard, by position.
pub(super) fn at(truths: Truths, standard: usize) -> Truth {
    truths.get(standard).copied().unwrap_or(Truth::NotShown)
}

/// What a form of duty says of one instance at one standard.
#[derive(Clone, Debug)]
pub(super) struct Judged {
    pub(super) verdict: Verdict,
    pub(super) fulfilled: Option<When>,
    /// When it may have been fulfilled that is not known to have been.
    pub(super) perhaps_fulfilled: Option<When>,
    /// The acts that broke it, in order of time.
    pub(super) acts: Vec<BreakingAct>,
    pub(super) broken: Vec<Broken>,
}

impl Judged {
    pub(super) fn plain(verdict: Verdict) -> Judged {
        Judged {
            verdict,
            fulfilled: None,
            perhaps_fulfilled: None,
            acts: Vec::new(),
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
    pub(super) fn contingent(self) -> Judged {
        let mut verdict = Verdict::new(Status::Contingent, Ground::Presumed);
        verdict.reason = Some(Why::Contested);
        verdict.if_established = Some(Box::new(self.verdict));
        Judged::plain(verdict)
    }
}

/// The records that bear on an instance, each once in a role.
#[derive(Debug, Default)]
pub(super) struct Witnesses {
    found: Vec<Evidence>,
    /// What is in `found`, so that many records are not looked up one by one.
    seen: BTreeSet<(RecordId, EvidenceRole)>,
}

impl Witnesses {
    /// Gives them in the order in which they are shown.
    pub(super) fn in_order(mut self) -> Vec<Evidence> {
        self.found
            .sort_by_key(|item| (!item.counts, item.role, item.record));
        self.found
    }
}

/// Adds the records of a weight to the evidence, each once in a role.
pub(super) fn add_accounts(
    evidence: &mut Witnesses,
    accounts: &[crate::evidence::Account],
    role: EvidenceRole,
    pro: crate::agreement::Standing,
    con: crate::agreement::Standing,
) {
    for account in accounts {
        if !evidence.seen.insert((account.record, role)) {
            continue;
        }
        evidence.found.push(Evidence {
            record: account.record,
            role,
            counts: account.counts,
            affirms: account.affirms,
            standing: if account.affirms { pro } else { con },
            because: account.because.clone(),
        });
    }
}
