//! At which standard each part of a verdict is asked.

use crate::agreement::{Duty, Sentence, Standards, Standing};

/// The standard of each role, by position in `Standing::STANDARDS`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Roles {
    /// A forbidden act, or a limit that was not kept.
    pub(super) breach: usize,
    /// What discharges a duty.
    pub(super) performance: usize,
    /// Exceptions, excuses, suspensions, waivers and extensions.
    pub(super) excuse: usize,
    /// Triggers, conditions, and the dates that they give.
    pub(super) condition: usize,
}

impl Roles {
    /// Asks everything at one standard.
    pub(super) fn all(standard: usize) -> Roles {
        Roles {
            breach: standard,
            performance: standard,
            excuse: standard,
            condition: standard,
        }
    }

    /// Gives the roles of a pledge that states some; a role that is not stated is asked at the standard of the run.
    ///
    /// A pledge whose one standard differs from the agreement's keeps it too.
    pub(super) fn of(standards: Standards, agreement: Standards, run: Standing) -> Option<Roles> {
        let Standards {
            all,
            breach,
            performance,
            excuse,
            condition,
        } = standards;
        let stated = [breach, performance, excuse, condition];
        let own = all.filter(|_| all != agreement.all);
        let at = |role: Option<Standing>| position(role.or(own).unwrap_or(run));
        (own.is_some() || stated.iter().any(Option::is_some)).then(|| Roles {
            breach: at(breach),
            performance: at(performance),
            excuse: at(excuse),
            condition: at(condition),
        })
    }

    /// Gives the standard that a duty of this form is judged at, before anything else is asked.
    pub(super) fn of_duty(self, sentence: &Sentence) -> usize {
        match &sentence.duty {
            Duty::Do(_) | Duty::Ensure(_) | Duty::Reach(_) | Duty::Endeavour { .. } => {
                self.performance
            }
            Duty::Keep(_)
            | Duty::Refrain(_)
            | Duty::NotAllow(_)
            | Duty::Prevent { .. }
            | Duty::Permit(_) => self.breach,
        }
    }
}

/// Gives the position of a standard among the four; that of `reported` for none.
pub(super) fn position(standing: Standing) -> usize {
    Standing::STANDARDS
        .iter()
        .position(|known| *known == standing)
        .unwrap_or(1)
}
