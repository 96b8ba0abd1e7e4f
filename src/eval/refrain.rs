//! Prohibitions: an act that is shown breaks them, silence never shows that they were kept (docs/semantics.md, Prohibitions).

use crate::agreement::{Pattern, Standing, TermKind, ThingId, Value};
use crate::evidence::{self, Favours, IncidentId, Truth};
use crate::record::{Ends, Record, Subject};
use crate::time::{Instant, When};
use crate::verdict::{EvidenceRole, Form, Ground, Note, Observed, Status, Verdict, Why};

use super::condition::Ask;
use super::excuse::Cover;
use super::instance::{BreakingAct, Broken, Case, Judged, Witnesses, add_accounts};
use super::matching::{Match, Purpose};

/// An act that is or may be a breach.
pub(super) struct Breach<'a> {
    pub(super) found: Match<'a>,
    pub(super) truth: Truth,
    pub(super) why: Why,
}

/// Judges a prohibition.
pub(super) fn judge<'a>(
    case: &Case<'_, 'a>,
    pattern: &'a Pattern,
    evidence: &mut Witnesses,
    notes: &mut Vec<Note>,
) -> Judged {
    let breaches = breaches(case, pattern, evidence, notes);
    let shown: Vec<&Breach<'_>> = breaches
        .iter()
        .filter(|breach| breach.truth == Truth::True)
        .collect();
    if !shown.is_empty() {
        return breached(case, &shown);
    }
    if let Some(judged) = left_open(&breaches) {
        return judged;
    }
    standing_verdict(case, pattern)
}

/// Judges acts none of which is shown to be a breach and some of which may be: the first reason of the list decides, not the first act.
pub(super) fn left_open(breaches: &[Breach<'_>]) -> Option<Judged> {
    let open = || {
        breaches
            .iter()
            .filter(|breach| breach.truth == Truth::Contested)
    };
    let mut judged = Judged::undetermined(open().map(|breach| breach.why).min()?);
    judged.verdict.since = open().map(|breach| breach.found.when).min();
    Some(judged)
}

/// Finds the acts that fall under the prohibition, with the truth that each is a breach.
pub(super) fn breaches<'a>(
    case: &Case<'_, 'a>,
    pattern: &'a Pattern,
    evidence: &mut Witnesses,
    notes: &mut Vec<Note>,
) -> Vec<Breach<'a>> {
    let mut breaches = Vec::new();
    let cover = Cover::of(case.stretches);
    for found in case.context.find(
        pattern,
        case.env,
        case.lens(Favours::Others),
        Purpose::Other,
    ) {
        if case.triggered_by(found.incident) {
            continue;
        }
        let Some(placed) = placed(case, found.incident, found.when) else {
            continue;
        };
        let (excepted, exception_claimed) = excepted(case, &found);
        let permitted = case.context.permitted(found.incident, case.roles.excuse);
        let excepted = excepted.max(permitted);
        if permitted == Truth::True {
            let note = Note {
                span: pattern.span,
                text: "an act on file is covered by a permission of the agreement".to_owned(),
            };
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
        let in_force = case.in_force(found.when);
        let let_off = cover.lets_off(found.when);
        let acted = case.truth(found.truths);
        let truth = acted
            .min(placed)
            .min(in_force)
            .min(let_off.not())
            .min(excepted.not().max(if excepted == Truth::NotShown {
                Truth::True
            } else {
                Truth::False
            }));
        let con = if acted == Truth::Contested {
            found.pro
        } else {
            Standing::Claimed
        };
        let role = if excepted == Truth::True || let_off == Truth::True {
            EvidenceRole::Excepted
        } else {
            EvidenceRole::Breach
        };
        add_accounts(evidence, &found.accounts, role, found.pro, con);
        if exception_claimed && matches!(excepted, Truth::NotShown) {
            notes.push(Note {
                span: pattern.span,
                text: "an exception is claimed and not shown".to_owned(),
            });
        }
        let why = if acted == Truth::Contested && found.straddles {
            Why::Straddles
        } else if acted == Truth::Contested {
            Why::Contested
        } else if placed == Truth::Contested {
            Why::Straddles
        } else {
            Why::Condition
        };
        case.note_match(&found, Favours::Others, notes);
        breaches.push(Breach { found, truth, why });
    }
    breaches
}

/// Says whether an act lies in the window: shown, contested where its date straddles an end, none where it lies outside.
pub(super) fn placed(case: &Case<'_, '_>, incident: IncidentId, when: When) -> Option<Truth> {
    let affair = affair(case, incident, when);
    let until = affair.map_or(when.latest, |affair| {
        affair.until.map_or(Instant::MAX, |until| until.latest)
    });
    if until <= case.opens.earliest || when.earliest >= case.closes.latest {
        return None;
    }
    // A state of affairs need not have begun in the window; an act must lie in it.
    let inside = match affair {
        Some(affair) => affair.since.latest <= case.closes.earliest,
        None => when.earliest >= case.opens.latest && when.latest <= case.closes.earliest,
    };
    Some(if inside {
        Truth::True
    } else {
        Truth::Contested
    })
}

/// Says whether an exception covers the act, and whether anybody claims so.
pub(super) fn excepted<'a>(case: &Case<'_, 'a>, found: &Match<'a>) -> (Truth, bool) {
    let mut answer = Truth::False;
    let mut claimed = false;
    if case.pledge.exceptions.is_empty() {
        return (answer, claimed);
    }
    answer = Truth::NotShown;
    for exception in &case.pledge.exceptions {
        let ask = Ask::of_act(
            &found.env,
            case.lens(Favours::Obligor),
            found.when,
            (&found.route.slots, found.incident),
        );
        let truths = case.context.truths(exception, &ask);
        claimed |= super::matching::matters(truths);
        answer = answer.max(super::instance::at(truths, case.roles.excuse));
    }
    (answer, claimed)
}

/// A state of affairs rather than a single act.
#[derive(Clone, Copy)]
pub(super) struct Affair {
    since: When,
    /// None while nothing shows that it ended: what goes on goes on.
    pub(super) until: Option<When>,
}

/// Gives the state of affairs that an incident is, if its records tell of one: an end, an open end, or a time throughout which it lasted.
pub(super) fn affair(case: &Case<'_, '_>, incident: IncidentId, when: When) -> Option<Affair> {
    let viewpoint = case.lens(Favours::Others).viewpoint(case.env);
    let standard = Standing::STANDARDS
        .get(case.standard)
        .copied()
        .unwrap_or(Standing::Verified);
    if let Some(ending) = case.context.evidence.end_of(incident, viewpoint) {
        let shown = Truth::at(standard, ending.pro, ending.con) == Truth::True;
        return Some(Affair {
            since: when,
            until: shown.then_some(ending.when),
        });
    }
    let told = |test: fn(&Record) -> bool| case.context.live_records(incident).any(test);
    if told(|record| record.until == Some(Ends::Open)) {
        return Some(Affair {
            since: when,
            until: None,
        });
    }
    let lasting = Affair {
        since: When::at(when.earliest),
        until: Some(When::at(when.latest)),
    };
    told(|record| record.throughout).then_some(lasting)
}

fn breached(case: &Case<'_, '_>, shown: &[&Breach<'_>]) -> Judged {
    let mut broken: Vec<Broken> = Vec::new();
    let mut acts: Vec<BreakingAct> = Vec::new();
    let mut continuing = false;
    for breach in shown {
        let when = breach.found.when;
        let affair = affair(case, breach.found.incident, when);
        continuing |= affair.is_some();
        // A single act is over at once, but nothing cures it: whoever may rely on the breach may go on doing so.
        let since = affair.map_or(when, |affair| affair.since);
        broken.push(Broken {
            since,
            until: affair.and_then(|affair| affair.until),
            overdue: false,
        });
        acts.push(BreakingAct {
            incident: breach.found.incident,
            since,
            until: affair.map_or(Some(case.context.right_after(when)), |affair| affair.until),
        });
    }
    broken.sort_by_key(|broken| broken.since);
    let mut verdict = Verdict::new(Status::Breached, Ground::Established);
    verdict.since = broken.first().map(|broken| broken.since);
    let ends = acts.iter().map(|act| act.until);
    verdict.until = ends.reduce(|a, b| Some(a?.max(b?))).flatten();
    verdict.form = Some(if continuing {
        Form::Continuing
    } else {
        Form::OneOff
    });
    Judged {
        verdict,
        fulfilled: None,
        perhaps_fulfilled: None,
        acts,
        broken,
    }
}

/// The verdict while no breach is shown: holding or held, established only where somebody watched all the time.
pub(super) fn standing_verdict(case: &Case<'_, '_>, pattern: &Pattern) -> Judged {
    let now = case.context.clocks.as_of;
    let window = When {
        earliest: case.opens.earliest,
        latest: case.closes.latest.min(now),
    };
    let stretches = in_force_within(case, window);
    let over = case.closes.earliest <= now;
    let current = if over {
        stretches
            .iter()
            .map(|(_, truth)| *truth)
            .max()
            .unwrap_or(Truth::False)
    } else {
        case.in_force(case.context.now())
    };
    if matches!(current, Truth::False | Truth::NotShown) {
        return Judged::dormant(Why::Condition);
    }
    let (mut days, mut of, mut complete) = (0, 0, window.earliest != Instant::MIN);
    if complete {
        for (stretch, truth) in &stretches {
            if matches!(truth, Truth::False | Truth::NotShown) {
                continue;
            }
            let watch = watched(case, pattern, *stretch);
            days += watch.days;
            of += watch.of;
            complete &= watch.complete;
        }
    }
    let ground = if complete {
        Ground::Established
    } else {
        Ground::Presumed
    };
    let mut verdict = Verdict::new(over_or_holding(case), ground);
    verdict.observed = (window.earliest != Instant::MIN).then_some(Observed { days, of });
    let judged = Judged::plain(verdict);
    if current == Truth::Contested {
        judged.contingent()
    } else {
        judged
    }
}

fn watched(case: &Case<'_, '_>, pattern: &Pattern, window: When) -> evidence::Observed {
    let viewpoint = case.lens(Favours::Others).viewpoint(case.env);
    let standard = Standing::STANDARDS
        .get(case.standard)
        .copied()
        .unwrap_or(Standing::Verified);
    let subjects = [Subject::Kind(pattern.kind)];
    case.context.evidence.observed(
        &subjects,
        place_of(case, pattern),
        window,
        viewpoint,
        standard,
    )
}

/// Cuts a window where `while` and `provided` may change, and says of each part whether the duty was in force.
fn in_force_within(case: &Case<'_, '_>, window: When) -> Vec<(When, Truth)> {
    let mut cuts: Vec<Instant> = Vec::new();
    if let Some(condition) = &case.pledge.during {
        let mut changes = Vec::new();
        let ask = Ask::at(case.env, case.lens(Favours::Others), case.context.now());
        case.context.changes_of(condition, &ask, &mut changes);
        cuts.extend(
            changes
                .iter()
                .flat_map(|change| [change.earliest, change.latest]),
        );
    }
    if let Some(reference) = &case.pledge.provided {
        let ask = Ask::at(case.env, case.lens(Favours::Others), case.context.now());
        let meant = case.context.instances_meant(reference, &ask);
        let broken = meant
            .iter()
            .filter_map(|instance| instance.lanes.get(case.standard))
            .flat_map(|lane| &lane.broken);
        cuts.extend(
            broken
                .flat_map(|broken| [Some(broken.since), broken.until])
                .flatten()
                .map(|when| when.latest),
        );
    }
    cuts.retain(|cut| window.earliest < *cut && *cut < window.latest);
    cuts.extend([window.earliest, window.latest]);
    cuts.sort();
    cuts.dedup();
    let parts = cuts.iter().zip(cuts.iter().skip(1)).map(|(from, to)| When {
        earliest: *from,
        latest: *to,
    });
    parts
        .map(|part| (part, case.in_force(When::at(part.latest.plus(-1)))))
        .collect()
}

/// Tells a window that its own `until` closed from one that the end of the agreement closed.
pub(super) fn over_or_holding(case: &Case<'_, '_>) -> Status {
    let context = case.context;
    if case.closes.latest > context.clocks.as_of {
        Status::Holding
    } else if case.closes == context.term.closes(context.calendar) {
        Status::Ended
    } else {
        Status::Held
    }
}

/// Gives the place that the pattern names, where it names one.
pub(super) fn place_of(case: &Case<'_, '_>, pattern: &Pattern) -> Option<ThingId> {
    let vocabulary = case.context.vocabulary();
    let thing = |term: &crate::agreement::Term| match &term.kind {
        TermKind::Thing { id, .. } => Some(*id),
        TermKind::Variable { id, .. } => match case.env.get(*id) {
            Some(Value::Thing(id)) => Some(*id),
            _ => None,
        },
        TermKind::OtherThan { .. }
        | TermKind::TriggerField(_)
        | TermKind::Number(_)
        | TermKind::Text(_)
        | TermKind::Date(_)
        | TermKind::Flag(_) => None,
    };
    let mut places = pattern
        .arguments
        .iter()
        .filter(|argument| argument.terms.len() == 1)
        .flat_map(|argument| argument.terms.iter().filter_map(thing));
    places.find(|id| vocabulary.thing(*id).sort == crate::agreement::Sort::Place)
}
