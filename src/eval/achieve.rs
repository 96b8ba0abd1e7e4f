//! Duties to achieve something: done on time, late, overdue, or not due at all (docs/semantics.md, Achieving something by a date).

use crate::agreement::{
    Condition, ConditionKind, Deadline, Pattern, Quantity, QuantityKind, Standing, ThingId,
};
use crate::evidence::{Answer, Favours, IncidentId, Truth};
use crate::record::Subject;
use crate::time::{Day, Instant, Moment, Point, When, add_days, days_between};
use crate::verdict::{EvidenceRole, Ground, Note, Range, Status, Verdict, Why};

use super::Context;
use super::bearing;
use super::bindings::Env;
use super::condition::Ask;
use super::instance::{Broken, Case, Judged, Witnesses, add_accounts};
use super::matching::Match;
use super::refrain::place_of;

/// Something that may have discharged the duty.
#[derive(Clone, Copy, Debug)]
struct Act {
    when: When,
    /// Whether it happened at all.
    happened: Truth,
    /// Whether it happened in the window.
    truth: Truth,
}

/// What somebody has to watch for, and where, for whom it is shown that there was no performance.
#[derive(Debug, Default)]
pub(super) struct Sought {
    subjects: Vec<Subject>,
    place: Option<ThingId>,
}

impl Sought {
    /// Gives what a condition looks at, wherever it is.
    pub(super) fn by(condition: &Condition) -> Sought {
        let mut sought = Sought::default();
        subjects_of(condition, &mut sought.subjects);
        sought
    }
}

/// Judges a duty that an act of one of these kinds discharges.
pub(super) fn by_act<'a>(
    case: &Case<'_, 'a>,
    patterns: &[&'a Pattern],
    evidence: &mut Witnesses,
    notes: &mut Vec<Note>,
) -> Judged {
    let mut acts = Vec::new();
    if let Some(dealt) = case.turn.and_then(|turn| turn.acts.as_ref()) {
        for performance in dealt {
            acts.push(account(
                case,
                &performance.found,
                performance.truth,
                evidence,
                notes,
            ));
        }
    } else {
        for pattern in patterns {
            for found in bearing::acts(case, pattern) {
                if case.triggered_by(found.incident)
                    || !in_window(case, found.when)
                    || answers_another(case.context, case.env, found.incident)
                {
                    continue;
                }
                let truth = certainly_inside(case, found.when, case.truth(found.truths));
                acts.push(account(case, &found, truth, evidence, notes));
            }
        }
    }
    let subjects = patterns.iter().map(|pattern| Subject::Kind(pattern.kind));
    let sought = Sought {
        subjects: subjects.collect(),
        place: match patterns {
            [pattern] => place_of(case, pattern),
            _ => None,
        },
    };
    conclude(case, &acts, &sought, notes)
}

/// Takes an act into account, with the records that tell of it.
fn account<'a>(
    case: &Case<'_, 'a>,
    found: &Match<'a>,
    truth: Truth,
    evidence: &mut Witnesses,
    notes: &mut Vec<Note>,
) -> Act {
    let con = found
        .accounts
        .iter()
        .any(|account| !account.affirms && account.counts);
    add_accounts(
        evidence,
        &found.accounts,
        EvidenceRole::Performance,
        found.pro,
        if con {
            Standing::Reported
        } else {
            Standing::Claimed
        },
    );
    case.note_match(found, Favours::Obligor, notes);
    Act {
        when: found.when,
        happened: case.truth(found.truths),
        truth,
    }
}

/// Judges a duty to make a condition true at some moment of the window.
pub(super) fn by_condition<'a>(
    case: &Case<'_, 'a>,
    condition: &'a Condition,
    evidence: &mut Witnesses,
    notes: &mut Vec<Note>,
) -> Judged {
    let ask = Ask {
        counted_from: case.opens,
        ..Ask::at(case.env, case.lens(Favours::Obligor), case.opens)
    };
    let mut changes = Vec::new();
    let fresh = Ask { fresh: true, ..ask };
    case.context.changes_of(condition, &fresh, &mut changes);
    changes.retain(|when| in_window(case, *when) && when.earliest < case.context.clocks.as_of);
    changes.sort();
    changes.dedup();
    let opening = When {
        earliest: case.opens.earliest,
        latest: case.opens.latest.plus(1),
    };
    let mut acts = Vec::new();
    let truth_at = |moment: When, fresh: bool| {
        let ask = Ask {
            moment,
            fresh,
            ..ask
        };
        case.truth(case.context.truths(condition, &ask))
    };
    let mut look = |moment: When, fresh: bool| {
        let mut truth = truth_at(moment, fresh);
        // What comes about some time in a stretch is open in it, and settled at its end.
        if fresh && truth == Truth::Contested {
            let end = truth_at(When::at(moment.latest.plus(-1)), false);
            if end == Truth::True {
                truth = end;
            }
        }
        // What somebody says and others refute is kept: it shows that the duty is not only presumed undone.
        let affirmed = || {
            case.context.truths(
                condition,
                &Ask {
                    moment,
                    fresh,
                    affirmed: true,
                    ..ask
                },
            )
        };
        let refuted = || truth == Truth::False && affirmed().first() == Some(&Truth::True);
        if matches!(truth, Truth::True | Truth::Contested) || refuted() {
            acts.push(Act {
                when: moment,
                happened: truth,
                truth: certainly_inside(case, moment, truth),
            });
        }
    };
    look(opening, false);
    for moment in changes {
        look(moment, true);
    }
    case.context.evidence_of(
        case,
        condition,
        EvidenceRole::Performance,
        Favours::Obligor,
        evidence,
    );
    conclude(case, &acts, &Sought::by(condition), notes)
}

/// Says whether an act says itself that it answers another trigger than this one, in a field of type `event`.
pub(super) fn answers_another(context: &Context<'_>, env: &Env<'_>, incident: IncidentId) -> bool {
    if env.trigger.is_none_or(|trigger| trigger.incident.is_none()) {
        return false;
    }
    let mut named = context
        .live_records(incident)
        .flat_map(|record| record.fields.iter().flatten())
        .map(|field| context.names_trigger(&field.value, env))
        .filter(|answer| *answer != Answer::Silent)
        .peekable();
    named.peek().is_some() && named.all(|answer| answer == Answer::Denies)
}

/// Says whether something may lie inside the window.
pub(super) fn in_window(case: &Case<'_, '_>, when: When) -> bool {
    when.latest > case.opens.earliest && when.earliest < case.closes.latest
}

/// Weakens what may lie outside the window. What is dated to the very day on which the window opens counts as after its opening.
pub(super) fn certainly_inside(case: &Case<'_, '_>, when: When, truth: Truth) -> Truth {
    let calendar = case.context.calendar;
    let opening_day = calendar.day_of(case.opens.earliest);
    let same_day =
        calendar.day_span(opening_day) == when && calendar.day_of(case.opens.latest) == opening_day;
    let inside =
        (when.earliest >= case.opens.latest || same_day) && when.latest <= case.closes.earliest;
    if inside {
        truth
    } else {
        truth.min(Truth::Contested)
    }
}

fn conclude(case: &Case<'_, '_>, acts: &[Act], sought: &Sought, notes: &mut Vec<Note>) -> Judged {
    let shown: Vec<When> = acts
        .iter()
        .filter(|act| act.truth == Truth::True)
        .map(|act| act.when)
        .collect();
    let gate = gate(case, &shown);
    if matches!(gate, Truth::False | Truth::NotShown) {
        if !shown.is_empty() {
            note(
                case,
                notes,
                "performed though not due: the condition of the duty did not hold at its date",
            );
        }
        return Judged::dormant(Why::Condition);
    }
    let mut judged = decide(case, acts, &shown, sought);
    judged.perhaps_fulfilled = perhaps_done(case, acts, &judged);
    if gate == Truth::Contested
        && !matches!(judged.verdict.status, Status::Fulfilled | Status::Pending)
    {
        let mut contingent = Verdict::new(Status::Contingent, Ground::Presumed);
        contingent.reason = Some(Why::Condition);
        contingent.if_established = Some(Box::new(judged.verdict));
        return Judged::plain(contingent);
    }
    judged
}

/// Gives when it may have been done, where no performance is shown and one is contested: for what waits for it, that is a contested trigger.
fn perhaps_done(case: &Case<'_, '_>, acts: &[Act], judged: &Judged) -> Option<When> {
    if !matches!(
        judged.verdict.status,
        Status::Pending | Status::Undetermined
    ) {
        return None;
    }
    let on_the_day = case
        .due
        .filter(|_| is_punctual(case))
        .map(|due| case.context.calendar.span_of(due));
    let open = acts.iter().filter(|act| {
        act.truth == Truth::Contested && on_the_day.is_none_or(|day| day.overlaps(act.when))
    });
    let times: Vec<When> = open.map(|act| act.when).collect();
    first_done(&times)
}

fn note(case: &Case<'_, '_>, notes: &mut Vec<Note>, text: &str) {
    let note = Note {
        span: case.sentence.span,
        text: text.to_owned(),
    };
    if !notes.contains(&note) {
        notes.push(note);
    }
}

/// Says whether the duty was in force: when it was performed, else at its deadline, else now.
fn gate(case: &Case<'_, '_>, shown: &[When]) -> Truth {
    if case.pledge.during.is_none() && case.pledge.provided.is_none() {
        return Truth::True;
    }
    let calendar = case.context.calendar;
    let now = case.context.clocks.as_of;
    let due = case
        .due
        .map_or(now, |due| calendar.end_of(due.first).min(now));
    let asked = When::at(due.plus(-1));
    let by_then = shown
        .iter()
        .filter(|when| when.latest <= due)
        .map(|when| case.in_force(*when));
    by_then.fold(case.in_force(asked), Truth::max)
}

/// The rules for a deadline `D = [first, last]`, in the order of docs/semantics.md.
fn decide(case: &Case<'_, '_>, acts: &[Act], shown: &[When], sought: &Sought) -> Judged {
    let now = case.context.clocks.as_of;
    let open = why_open(acts.iter());
    let Some(due) = case.due else {
        return without_deadline(case, shown, open);
    };
    let deadline = Deadlines::of(case, due);
    if is_punctual(case) {
        return punctual(case, acts, shown, due);
    }
    if let Some(done) = first_by(shown, deadline.earliest) {
        return fulfilled(done);
    }
    if let Some(done) = first_done(shown) {
        return late_or_unknown(case, acts, shown, done, &deadline);
    }
    if now <= deadline.earliest {
        return pending(case, &deadline, open);
    }
    if now <= deadline.latest {
        return Judged::undetermined(open.map_or(Why::Deadline, |why| why.min(Why::Deadline)));
    }
    if let Some(why) = open {
        return Judged::undetermined(why);
    }
    overdue(case, acts, sought, &deadline)
}

/// Says why acts leave the performance open, if they do: whether they happened is contested, or else whether they lie in the window is not known.
fn why_open<'c>(acts: impl Iterator<Item = &'c Act>) -> Option<Why> {
    let open = acts.filter(|act| act.truth == Truth::Contested);
    open.map(|act| {
        if act.happened == Truth::Contested {
            Why::Contested
        } else {
            Why::Straddles
        }
    })
    .min()
}

/// The two ends of a deadline, exclusive, with the civil days that people count from.
struct Deadlines {
    earliest: Instant,
    latest: Instant,
    first_day: Day,
    last_day: Day,
    by_clock: bool,
}

impl Deadlines {
    fn of(case: &Case<'_, '_>, due: Moment) -> Deadlines {
        let calendar = case.context.calendar;
        let day = |point: Point| match point {
            Point::Day(day) => day,
            Point::At(instant) => calendar.day_of(instant),
        };
        Deadlines {
            earliest: calendar.end_of(due.first),
            latest: calendar.end_of(due.last),
            first_day: day(due.first),
            last_day: day(due.last),
            by_clock: matches!(due.first, Point::At(_)),
        }
    }

    /// Counts the days by which something misses the deadline: from the last due day to the first possible day, and from the first to the last.
    fn days(&self, case: &Case<'_, '_>, done: When) -> Range {
        let calendar = case.context.calendar;
        let least = days_between(self.last_day, calendar.day_of(done.earliest)).max(0);
        let most = days_between(self.first_day, calendar.day_of(done.latest.plus(-1))).max(least);
        Range { least, most }
    }

    fn seconds(&self, done: When) -> Option<Range> {
        let least = done
            .earliest
            .0
            .saturating_sub(self.latest.0)
            .saturating_add(1)
            .max(0);
        let most = done.latest.0.saturating_sub(self.earliest.0).max(least);
        self.by_clock.then_some(Range { least, most })
    }

    /// Gives when the duty became overdue as people say it: on the day after the due day, or at the moment after the due moment.
    fn since(&self, case: &Case<'_, '_>) -> When {
        if self.by_clock {
            return self.passed();
        }
        let calendar = case.context.calendar;
        let after = |day| calendar.day_span(add_days(day, 1));
        When {
            earliest: after(self.first_day).earliest,
            latest: after(self.last_day).latest,
        }
    }

    fn passed(&self) -> When {
        When {
            earliest: self.earliest,
            latest: self.latest.plus(1),
        }
    }
}

pub(super) fn is_punctual(case: &Case<'_, '_>) -> bool {
    matches!(
        case.sentence
            .window
            .deadline
            .as_ref()
            .map(|deadline| &deadline.value),
        Some(Deadline::On(_))
    )
}

fn without_deadline(case: &Case<'_, '_>, shown: &[When], open: Option<Why>) -> Judged {
    if case.due_unclear {
        return Judged::undetermined(Why::Deadline);
    }
    if let Some(done) = first_done(shown) {
        return fulfilled(done);
    }
    let mut verdict = Verdict::new(Status::Pending, Ground::Presumed);
    let calendar = case.context.calendar;
    verdict.age_days = (case.opens.earliest != Instant::MIN)
        .then(|| days_between(calendar.day_of(case.opens.earliest), case.as_of_day()));
    verdict.reason = open;
    Judged::plain(verdict)
}

/// `on`: what is not done then is missed for good.
fn punctual(case: &Case<'_, '_>, acts: &[Act], shown: &[When], due: Moment) -> Judged {
    let calendar = case.context.calendar;
    let certain = When {
        earliest: calendar.start_of(due.last),
        latest: calendar.end_of(due.first),
    };
    let possible = calendar.span_of(due);
    if let Some(done) = shown.iter().find(|when| certain.covers(**when)) {
        return fulfilled(*done);
    }
    if let Some(done) = shown.iter().find(|when| possible.overlaps(**when)) {
        let mut verdict = Verdict::new(Status::FulfilledTimingUnknown, Ground::Established);
        verdict.since = Some(*done);
        verdict.days_late = Some(Deadlines::of(case, due).days(case, *done));
        return Judged {
            verdict,
            fulfilled: Some(*done),
            perhaps_fulfilled: None,
            acts: Vec::new(),
            broken: Vec::new(),
        };
    }
    if case.context.clocks.as_of <= possible.latest {
        let open = why_open(acts.iter().filter(|act| possible.overlaps(act.when)));
        return pending(case, &Deadlines::of(case, due), open);
    }
    if let Some(why) = why_open(acts.iter().filter(|act| possible.overlaps(act.when))) {
        return Judged::undetermined(why);
    }
    let since = Deadlines::of(case, due).passed();
    let mut verdict = Verdict::new(Status::Breached, Ground::Presumed);
    verdict.since = Some(Deadlines::of(case, due).since(case));
    verdict.form = Some(crate::verdict::Form::OneOff);
    Judged {
        verdict,
        fulfilled: None,
        perhaps_fulfilled: None,
        acts: Vec::new(),
        broken: vec![Broken {
            since,
            until: None,
            overdue: false,
        }],
    }
}

/// Gives the interval of the first performance: from the least `earliest` to the least `latest` of all.
fn first_done(shown: &[When]) -> Option<When> {
    let earliest = shown.iter().map(|when| when.earliest).min()?;
    let latest = shown.iter().map(|when| when.latest).min()?;
    Some(When { earliest, latest })
}

fn first_by(shown: &[When], deadline: Instant) -> Option<When> {
    first_done(shown).filter(|done| done.latest <= deadline)
}

fn fulfilled(done: When) -> Judged {
    let mut verdict = Verdict::new(Status::Fulfilled, Ground::Established);
    verdict.since = Some(done);
    Judged {
        verdict,
        fulfilled: Some(done),
        perhaps_fulfilled: None,
        acts: Vec::new(),
        broken: Vec::new(),
    }
}

fn late_or_unknown(
    case: &Case<'_, '_>,
    acts: &[Act],
    shown: &[When],
    done: When,
    deadline: &Deadlines,
) -> Judged {
    if shown.iter().any(|when| when.earliest < deadline.latest) {
        let mut verdict = Verdict::new(Status::FulfilledTimingUnknown, Ground::Established);
        let days = deadline.days(case, done);
        verdict.days_late = Some(Range {
            least: 0,
            most: days.most,
        });
        verdict.reason = Some(Why::Straddles);
        verdict.since = Some(done);
        return Judged {
            verdict,
            fulfilled: Some(done),
            perhaps_fulfilled: None,
            acts: Vec::new(),
            broken: Vec::new(),
        };
    }
    // A contested performance before the certain one: it may have been that early.
    let open = || {
        acts.iter()
            .filter(|act| act.truth == Truth::Contested && act.when.earliest < done.earliest)
    };
    let earliest = open()
        .map(|act| act.when.earliest)
        .fold(done.earliest, Instant::min);
    let mut verdict = Verdict::new(Status::FulfilledLate, Ground::Established);
    verdict.days_late = Some(deadline.days(case, When { earliest, ..done }));
    verdict.seconds_late = deadline.seconds(When { earliest, ..done });
    verdict.reason = why_open(open());
    verdict.since = Some(deadline.since(case));
    verdict.until = Some(done);
    let broken = Broken {
        since: deadline.passed(),
        until: Some(done),
        overdue: true,
    };
    Judged {
        verdict,
        fulfilled: Some(done),
        perhaps_fulfilled: None,
        acts: Vec::new(),
        broken: vec![broken],
    }
}

fn pending(case: &Case<'_, '_>, deadline: &Deadlines, open: Option<Why>) -> Judged {
    let mut verdict = Verdict::new(Status::Pending, Ground::Established);
    verdict.days_left = Some(days_between(case.as_of_day(), deadline.first_day));
    verdict.reason = open;
    Judged::plain(verdict)
}

fn overdue(case: &Case<'_, '_>, acts: &[Act], sought: &Sought, deadline: &Deadlines) -> Judged {
    let refuted = acts.iter().any(|act| act.happened == Truth::False);
    let ground = if refuted || watched(case, sought) {
        Ground::Established
    } else {
        Ground::Presumed
    };
    let mut verdict = Verdict::new(Status::Overdue, ground);
    let now = case.context.now();
    verdict.days_late = Some(deadline.days(case, now));
    verdict.seconds_late = deadline.seconds(now);
    verdict.since = Some(deadline.since(case));
    let broken = Broken {
        since: deadline.passed(),
        until: None,
        overdue: true,
    };
    Judged {
        verdict,
        fulfilled: None,
        perhaps_fulfilled: None,
        acts: Vec::new(),
        broken: vec![broken],
    }
}

/// Says whether somebody whose silence counts watched the whole window for the performance.
pub(super) fn watched(case: &Case<'_, '_>, sought: &Sought) -> bool {
    if sought.subjects.is_empty() || case.opens.earliest == Instant::MIN {
        return false;
    }
    let Some(standard) = Standing::STANDARDS.get(case.standard) else {
        return false;
    };
    let window = When {
        earliest: case.opens.earliest,
        latest: case.context.clocks.as_of,
    };
    let viewpoint = case.lens(Favours::Obligor).viewpoint(case.env);
    case.context
        .evidence
        .observed(&sought.subjects, sought.place, window, viewpoint, *standard)
        .complete
}

/// Gives the kinds and measures that a condition looks at.
pub(super) fn subjects_of(condition: &Condition, into: &mut Vec<Subject>) {
    match &condition.kind {
        ConditionKind::And(parts) | ConditionKind::Or(parts) => {
            for part in parts {
                subjects_of(part, into);
            }
        }
        ConditionKind::Not(inner) => subjects_of(inner, into),
        ConditionKind::Once { pattern, .. } => into.push(Subject::Kind(pattern.kind)),
        ConditionKind::Compare { left, right, .. } => {
            subjects_of_quantity(left, into);
            subjects_of_quantity(right, into);
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

fn subjects_of_quantity(quantity: &Quantity, into: &mut Vec<Subject>) {
    match &quantity.kind {
        QuantityKind::Measure { measure, .. } => into.push(Subject::Measure(*measure)),
        QuantityKind::Count { pattern, .. } | QuantityKind::Sum { pattern, .. } => {
            into.push(Subject::Kind(pattern.kind));
        }
        QuantityKind::Add(a, b) | QuantityKind::Subtract(a, b) | QuantityKind::Multiply(a, b) => {
            subjects_of_quantity(a, into);
            subjects_of_quantity(b, into);
        }
        QuantityKind::Share { of, .. } => subjects_of_quantity(of, into),
        QuantityKind::Number(_)
        | QuantityKind::Variable(_)
        | QuantityKind::Field(_)
        | QuantityKind::TriggerField(_)
        | QuantityKind::Given { .. }
        | QuantityKind::Error => {}
    }
}
