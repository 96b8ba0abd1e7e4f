//! Duties to keep something so: the truth of a condition over the whole window, from one change to the next
//! (docs/semantics.md, Keeping within a limit).

use crate::agreement::Condition;
use crate::agreement::tally::counts_acts;
use crate::evidence::{Favours, Truth};
use crate::time::When;
use crate::verdict::{EvidenceRole, Form, Ground, Note, Status, Verdict, Why};

use super::condition::Ask;
use super::except::Spared;
use super::excuse::{edges, lets_off};
use super::instance::{Broken, Case, Judged, Witnesses};
use super::refrain::over_or_holding;

/// A stretch of time over which the condition has one truth.
struct Segment {
    starts: When,
    truth: Truth,
    /// Whether what begins it is refuted, and came before the end of the window or after it.
    straddles: bool,
}

/// Judges a duty to keep a condition true.
pub(super) fn judge<'a>(
    case: &Case<'_, 'a>,
    condition: &'a Condition,
    evidence: &mut Witnesses,
    _notes: &mut Vec<Note>,
) -> Judged {
    let spared = Spared::new(case);
    let segments = segments(case, condition, &spared);
    let ask = Ask {
        counted_from: case.opens,
        spared: spared.any(),
        ..Ask::at(case.env, case.lens(Favours::Obligor), case.context.now())
    };
    case.context
        .evidence_by(condition, EvidenceRole::Breach, &ask, evidence);
    let broken = broken(&segments);
    if let Some(first) = broken.first() {
        let mut verdict = Verdict::new(Status::Breached, Ground::Established);
        verdict.since = Some(first.since);
        verdict.until = if broken.iter().any(|broken| broken.until.is_none()) {
            None
        } else {
            broken.iter().filter_map(|broken| broken.until).max()
        };
        verdict.form = Some(if counts_acts(condition) {
            Form::Composite
        } else {
            Form::Continuing
        });
        return Judged {
            verdict,
            fulfilled: None,
            perhaps_fulfilled: None,
            acts: Vec::new(),
            broken,
        };
    }
    if let Some(open) = segments
        .iter()
        .find(|segment| segment.truth == Truth::Contested)
    {
        let mut judged = Judged::undetermined(if open.straddles {
            Why::Straddles
        } else if spared.is_contested() {
            Why::Contested
        } else if counts_acts(condition) {
            Why::Quantity
        } else {
            Why::Contested
        });
        judged.verdict.since = Some(open.starts);
        return judged;
    }
    if matches!(
        case.in_force(case.context.now()),
        Truth::False | Truth::NotShown
    ) {
        return Judged::dormant(Why::Condition);
    }
    let shown = !segments.is_empty()
        && segments.iter().all(|segment| segment.truth == Truth::True)
        && !counts_acts(condition);
    Judged::plain(Verdict::new(
        over_or_holding(case),
        if shown {
            Ground::Established
        } else {
            Ground::Presumed
        },
    ))
}

/// Cuts the window at every moment at which the condition may change.
fn segments<'c, 'a>(
    case: &Case<'c, 'a>,
    condition: &'a Condition,
    spared: &Spared<'c, 'a>,
) -> Vec<Segment> {
    let end = case.closes.earliest.min(case.context.clocks.as_of);
    let opening = When {
        earliest: case.opens.earliest,
        latest: case.opens.latest.plus(1),
    };
    let ask = Ask {
        counted_from: opening,
        spared: spared.any(),
        ..Ask::at(case.env, case.lens(Favours::Obligor), opening)
    };
    let mut changes = vec![opening];
    case.context.changes_of(condition, &ask, &mut changes);
    changes_in_force(case, opening, &mut changes);
    changes.extend(edges(case.stretches));
    changes.retain(|when| when.latest > opening.earliest && when.earliest < end);
    changes.sort_by_key(|when| (when.latest, when.earliest));
    changes.dedup();
    let mut segments: Vec<Segment> = Vec::new();
    for starts in changes {
        let owed = case
            .in_force(starts)
            .min(lets_off(case.stretches, starts).not());
        let asked = || {
            let ask = Ask {
                moment: starts,
                ..ask
            };
            case.truth(case.context.truths(condition, &ask))
        };
        let truth = match owed {
            Truth::True | Truth::Contested => match asked() {
                // Whether the duty is owed matters only where it is not kept.
                Truth::False => owed.not(),
                kept @ (Truth::NotShown | Truth::Contested | Truth::True) => kept,
            },
            Truth::NotShown | Truth::False => Truth::NotShown,
        };
        let straddles = truth == Truth::False && starts.latest > case.closes.earliest;
        let segment = Segment {
            starts,
            truth: if straddles { Truth::Contested } else { truth },
            straddles,
        };
        add(&mut segments, segment);
    }
    segments
}

/// Adds a segment, unless nothing changed. What is open within a stretch of time and decided at its end was decided somewhere in it.
fn add(segments: &mut Vec<Segment>, mut next: Segment) {
    let decided = |last: &mut Segment| {
        last.truth == Truth::Contested && last.starts.latest == next.starts.latest
    };
    if let Some(open) = segments.pop_if(decided) {
        next.starts = open.starts;
    }
    if segments.last().is_none_or(|last| last.truth != next.truth) {
        segments.push(next);
    }
}

/// Gives the moments at which `while` and `provided` may begin or cease to hold: then, too, the duty may begin to be broken.
fn changes_in_force(case: &Case<'_, '_>, opening: When, changes: &mut Vec<When>) {
    let ask = Ask {
        counted_from: case.opens,
        ..Ask::at(case.env, case.lens(Favours::Others), opening)
    };
    if let Some(during) = &case.pledge.during {
        case.context.changes_of(during, &ask, changes);
    }
    if let Some(reference) = &case.pledge.provided {
        case.context.changes_of_pledge(reference, &ask, changes);
    }
}

/// Gives the stretches over which the condition is refuted.
fn broken(segments: &[Segment]) -> Vec<Broken> {
    let mut broken = Vec::new();
    for (index, segment) in segments.iter().enumerate() {
        if segment.truth == Truth::False {
            let until = segments
                .get(index + 1)
                .filter(|next| next.truth == Truth::True)
                .map(|next| next.starts);
            // What is open within a stretch of time and refuted at its end became so somewhere in it.
            let open = index.checked_sub(1).and_then(|before| segments.get(before));
            let open = open.filter(|open| {
                open.truth == Truth::Contested && open.starts.latest == segment.starts.latest
            });
            broken.push(Broken {
                since: open.unwrap_or(segment).starts,
                until,
                overdue: false,
            });
        }
    }
    broken
}
