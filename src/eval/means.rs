//! Due diligence and best efforts: the result is no test of them (docs/semantics.md, Prevention and endeavour).

use crate::agreement::Pattern;
use crate::evidence::{Favours, Truth};
use crate::time::When;
use crate::verdict::{EvidenceRole, Form, Ground, Note, Status, Verdict, Why};

use super::achieve;
use super::instance::{BreakingAct, Broken, Case, Judged, Witnesses, add_accounts};
use super::matching::{Match, Purpose};
use super::refrain::{Breach, breaches, left_open, over_or_holding, placed, standing_verdict};

/// Judges a duty to prevent: an occurrence is undetermined until failure is shown.
pub(super) fn prevent<'a>(
    case: &Case<'_, 'a>,
    pattern: &'a Pattern,
    shown_by: Option<&'a Pattern>,
    evidence: &mut Witnesses,
    notes: &mut Vec<Note>,
) -> Judged {
    let occurrences = breaches(case, pattern, evidence, notes);
    let mut open: Option<(Why, When)> = None;
    for occurrence in &occurrences {
        let why = match occurrence.truth {
            Truth::True => Why::Conduct,
            Truth::Contested => occurrence.why,
            Truth::NotShown | Truth::False => continue,
        };
        let failure = shown_by.map_or(Truth::NotShown, |pattern| {
            failure(case, pattern, occurrence, evidence)
        });
        if occurrence.truth.min(failure) == Truth::True {
            return broken_once(&occurrence.found);
        }
        // Several occurrences may leave it open; the first reason of the list is given.
        let found = (why, occurrence.found.when);
        open = Some(open.map_or(found, |known| known.min(found)));
    }
    let Some((why, since)) = open else {
        return standing_verdict(case, pattern);
    };
    let mut judged = Judged::undetermined(why);
    judged.verdict.since = Some(since);
    judged
}

fn broken_once(found: &Match<'_>) -> Judged {
    let since = found.when;
    let mut verdict = Verdict::new(Status::Breached, Ground::Established);
    verdict.since = Some(since);
    verdict.form = Some(Form::OneOff);
    Judged {
        verdict,
        fulfilled: None,
        perhaps_fulfilled: None,
        acts: vec![BreakingAct {
            incident: found.incident,
            since,
            until: None,
        }],
        broken: vec![Broken {
            since,
            until: None,
            overdue: false,
        }],
    }
}

/// Says whether a failure to prevent this occurrence is shown.
fn failure<'a>(
    case: &Case<'_, 'a>,
    shown_by: &'a Pattern,
    occurrence: &Breach<'a>,
    evidence: &mut Witnesses,
) -> Truth {
    let mut answer = Truth::NotShown;
    for found in case.context.find(
        shown_by,
        &occurrence.found.env,
        case.lens(Favours::Others),
        Purpose::Other,
    ) {
        add_accounts(
            evidence,
            &found.accounts,
            EvidenceRole::Breach,
            found.pro,
            crate::agreement::Standing::Claimed,
        );
        let in_window = placed(case, found.incident, found.when).unwrap_or(Truth::NotShown);
        answer = answer.max(case.truth(found.truths).min(in_window));
    }
    answer
}

/// Judges best efforts: with a date as an achievement, without one as a continuing duty that an effort on file establishes.
pub(super) fn endeavour<'a>(
    case: &Case<'_, 'a>,
    efforts: &'a [Pattern],
    broken_by: Option<&'a Pattern>,
    evidence: &mut Witnesses,
    notes: &mut Vec<Note>,
) -> Judged {
    if let Some(pattern) = broken_by {
        let given_up = breaches(&case.within_turn().for_breach(), pattern, evidence, notes);
        if let Some(shown) = given_up.iter().find(|breach| breach.truth == Truth::True) {
            return broken_once(&shown.found);
        }
        if let Some(judged) = left_open(&given_up) {
            return judged;
        }
    }
    let patterns: Vec<&Pattern> = efforts.iter().collect();
    let by_date = achieve::by_act(case, &patterns, evidence, notes);
    if case.sentence.window.deadline.is_some() {
        return by_date;
    }
    if matches!(
        case.in_force(case.context.now()),
        Truth::False | Truth::NotShown
    ) {
        return Judged::dormant(Why::Condition);
    }
    let ground = if by_date.verdict.status == Status::Fulfilled {
        Ground::Established
    } else {
        Ground::Presumed
    };
    Judged::plain(Verdict::new(over_or_holding(case), ground))
}
