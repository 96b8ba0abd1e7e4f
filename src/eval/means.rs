//! Due diligence and best efforts: the result is no test of them (docs/semantics.md, Prevention and endeavour).

use crate::agreement::Pattern;
use crate::evidence::{Favours, Truth};
use crate::verdict::{EvidenceRole, Form, Ground, Note, Status, Verdict, Why};

use super::achieve;
use super::instance::{Broken, Case, Judged, Witnesses, add_accounts};
use super::matching::Purpose;
use super::refrain::{Breach, breaches, over_or_holding, standing_verdict};

/// Judges a duty to prevent: an occurrence is undetermined until failure is shown.
pub(super) fn prevent<'a>(
    case: &Case<'_, 'a>,
    pattern: &'a Pattern,
    shown_by: Option<&'a Pattern>,
    evidence: &mut Witnesses,
    notes: &mut Vec<Note>,
) -> Judged {
    let occurrences = breaches(case, pattern, evidence, notes);
    let mut open: Option<&Breach<'_>> = None;
    for occurrence in occurrences
        .iter()
        .filter(|occurrence| matches!(occurrence.truth, Truth::True | Truth::Contested))
    {
        let failure = shown_by.map_or(Truth::NotShown, |pattern| {
            failure(case, pattern, occurrence, evidence)
        });
        if occurrence.truth.min(failure) == Truth::True {
            let since = occurrence.found.when;
            let mut verdict = Verdict::new(Status::Breached, Ground::Established);
            verdict.since = Some(since);
            verdict.form = Some(Form::OneOff);
            return Judged {
                verdict,
                fulfilled: None,
                broken: vec![Broken {
                    since,
                    until: None,
                    overdue: false,
                }],
            };
        }
        open = open.or(Some(occurrence));
    }
    match open {
        Some(occurrence) => {
            let mut judged = Judged::undetermined(if occurrence.truth == Truth::True {
                Why::Conduct
            } else {
                occurrence.why
            });
            judged.verdict.since = Some(occurrence.found.when);
            judged
        }
        None => standing_verdict(case, pattern),
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
        answer = answer.max(case.truth(found.truths));
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
            let since = shown.found.when;
            let mut verdict = Verdict::new(Status::Breached, Ground::Established);
            verdict.since = Some(since);
            verdict.form = Some(Form::OneOff);
            return Judged {
                verdict,
                fulfilled: None,
                broken: vec![Broken {
                    since,
                    until: None,
                    overdue: false,
                }],
            };
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
