//! What a scenario expects, held against a verdict.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::agreement::{Pledge, Standing, Value};
use crate::diagnostic::{Code, Diagnostic};
use crate::eval::value_name;
use crate::record::Record;
use crate::record::scenario::standing;
use crate::report::account::{account, due, place};
use crate::report::{View, bindings, wording};
use crate::source::{Sources, Span};
use crate::syntax::ast::{
    Duration, Ground as Said, Lateness, Outcome, Reference, Selector, TimeUnit,
};
use crate::time::{
    Calendar, Instant, Moment, Period, Point, When, days_between, iso_moment, parse_edtf,
};
use crate::verdict::{
    EvidenceRole, Ground, InstanceAssessment, OwnVerdict, PledgeAssessment, Profile, Range, Status,
    Verdict,
};

/// An expectation with its pledge.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expectation<'a> {
    pub(super) reference: &'a Reference,
    pub(super) outcome: &'a Outcome,
    pub(super) pledge: &'a Pledge,
    pub(super) standard: Standing,
    /// Whether neither the expectation nor its scenario names a standard, so that the pledge's roles keep theirs.
    pub(super) by_role: bool,
    /// What stands in brackets, by its place.
    pub(super) selected: &'a [(Span, Value)],
}

/// Verdicts that the expectation speaks of, and the instance that they are of.
#[derive(Clone, Copy)]
struct Picked<'v> {
    profile: &'v Profile,
    own: Option<&'v OwnVerdict>,
    instance: Option<&'v InstanceAssessment>,
}

impl<'v> Picked<'v> {
    /// Gives the verdict that is meant: with each role at its own standard where the pledge states some and nobody names another.
    fn verdict(self, expectation: Expectation<'_>) -> Option<&'v Verdict> {
        match self.own {
            Some(own) if expectation.by_role => Some(&own.verdict),
            Some(_) | None => self.profile.at(expectation.standard),
        }
    }
}

/// Gives the standard of an expectation: its own, the scenario's, the pledge's, the agreement's.
pub(super) fn standard(
    outcome: &Outcome,
    scenario: Option<Standing>,
    pledge: &Pledge,
    agreement: Option<Standing>,
) -> Standing {
    let own = outcome.at.as_ref().map(|at| standing(at.value));
    own.or(scenario)
        .or(pledge.standards.all)
        .or(agreement)
        .unwrap_or(Standing::Reported)
}

/// Gives the status that is expected; `fulfilled late by …` is a status of its own.
pub(super) fn status(outcome: &Outcome) -> Option<Status> {
    let word = outcome.status.value.as_str();
    if word == Status::Fulfilled.word() && outcome.late_by.is_some() {
        return Some(Status::FulfilledLate);
    }
    Status::ALL.into_iter().find(|status| status.word() == word)
}

/// Compares the expectation with the verdicts; gives the verdict that was found, and what is wrong.
///
/// Without brackets the pledge's own verdict is meant, that of its worst instance. With them every instance that they pick is meant.
pub(super) fn check(
    expectation: Expectation<'_>,
    view: &View<'_>,
    sources: &Sources,
) -> (Option<Verdict>, Option<Diagnostic>) {
    let of = |found: &&PledgeAssessment| found.pledge == expectation.pledge.id;
    let Some(assessment) = view.assessment.pledges.iter().find(of) else {
        let failure = failed(expectation, sources, "no verdict")
            .label("the pledge cannot be judged as it is written");
        return (None, Some(failure));
    };
    let expectation = Expectation {
        by_role: expectation.by_role && assessment.own.is_some(),
        ..expectation
    };
    let picked = pick(expectation, view, assessment);
    let calendar = &view.agreement.calendar;
    if picked.is_empty() {
        return (None, Some(no_instance(expectation, sources, assessment)));
    }
    for &one in &picked {
        let Some(verdict) = one.verdict(expectation) else {
            let failure = failed(expectation, sources, "no verdict")
                .label("nothing in the scenario can verify it");
            return (None, Some(failure));
        };
        if !fits(expectation.outcome, verdict, one.instance, calendar) {
            let failure = explain(expectation, view, sources, one, verdict);
            return (Some(verdict.clone()), Some(failure));
        }
    }
    let found = picked.first().and_then(|one| one.verdict(expectation));
    (found.cloned(), None)
}

fn pick<'v>(
    expectation: Expectation<'_>,
    view: &View<'_>,
    assessment: &'v PledgeAssessment,
) -> Vec<Picked<'v>> {
    let selectors = &expectation.reference.selectors;
    if selectors.is_empty() {
        let whole = Picked {
            profile: &assessment.profile,
            own: assessment.own.as_ref(),
            instance: None,
        };
        let speaks = |one: &Picked<'_>| one.verdict(expectation) == whole.verdict(expectation);
        let mut instances = assessment.instances.iter().map(of_instance);
        let worst = instances.find(speaks).and_then(|one| one.instance);
        return vec![Picked {
            instance: worst,
            ..whole
        }];
    }
    let picked = |instance: &&InstanceAssessment| {
        selectors
            .iter()
            .all(|selector| selects(expectation, selector, instance, view))
    };
    let instances = assessment.instances.iter().filter(picked);
    instances.map(of_instance).collect()
}

fn of_instance(instance: &InstanceAssessment) -> Picked<'_> {
    Picked {
        profile: &instance.profile,
        own: instance.own.as_ref(),
        instance: Some(instance),
    }
}

fn selects(
    expectation: Expectation<'_>,
    selector: &Selector,
    instance: &InstanceAssessment,
    view: &View<'_>,
) -> bool {
    let calendar = &view.agreement.calendar;
    match selector {
        Selector::Binding { name, value } => {
            let mut selected = expectation.selected.iter();
            let wanted = selected
                .find(|(place, _)| *place == value.span)
                .map(|(_, value)| value_name(value, &view.records.vocabulary, calendar));
            instance.bindings.iter().any(|(variable, value)| {
                *variable == name.text && Some(value.as_str()) == wanted.as_deref()
            })
        }
        Selector::OnDate(date) => triggered(instance, calendar.day_span(date.value), view),
        Selector::OnInstant(instant) => {
            let at = When::at(Instant(instant.value.seconds));
            triggered(instance, at, view)
        }
    }
}

/// Says whether an instance was triggered then; of one without a trigger, whether its window was open then: from its first day to the one on which it is due.
fn triggered(instance: &InstanceAssessment, on: When, view: &View<'_>) -> bool {
    let record = instance
        .trigger
        .and_then(|id| view.records.records.get(id.0 as usize));
    match (record, instance.opens) {
        (Some(record), _) => record.when.overlaps(on),
        (None, Some(opens)) => {
            let last = instance.due.map_or(opens.last, |due| due.last);
            let first = opens.first;
            let open = Moment { first, last };
            view.agreement.calendar.span_of(open).overlaps(on)
        }
        (None, None) => false,
    }
}

fn fits(
    outcome: &Outcome,
    verdict: &Verdict,
    instance: Option<&InstanceAssessment>,
    calendar: &Calendar,
) -> bool {
    let due = instance.and_then(|instance| instance.due);
    let late = |lateness: &Lateness| lateness_fits(lateness, verdict, due, calendar);
    let said = |said: Said| match said {
        Said::Presumed => verdict.ground == Ground::Presumed,
        Said::Established => verdict.ground == Ground::Established,
    };
    let on = |on: &crate::source::Spanned<String>| {
        let date = parse_edtf(&on.value).ok().map(|date| date.span(calendar));
        date.zip(day_of(verdict))
            .is_some_and(|(date, found)| date.covers(found))
    };
    let reason = |reason: &str| verdict.reason.is_some_and(|why| why.word() == reason);
    status_fits(outcome, verdict)
        && outcome.by.as_ref().is_none_or(late)
        && outcome.late_by.as_ref().is_none_or(late)
        && outcome.ground.is_none_or(|ground| said(ground.value))
        && outcome.on.as_ref().is_none_or(on)
        && outcome
            .reason
            .as_ref()
            .is_none_or(|word| reason(&word.value))
}

/// Gives when it was that a verdict speaks of: the performance, else since when it is so.
fn day_of(verdict: &Verdict) -> Option<When> {
    match verdict.status {
        // Late since the deadline, until it was done.
        Status::FulfilledLate => verdict.until.or(verdict.since),
        Status::Dormant
        | Status::Pending
        | Status::Fulfilled
        | Status::FulfilledTimingUnknown
        | Status::Overdue
        | Status::Missed
        | Status::Holding
        | Status::Held
        | Status::Breached
        | Status::Contingent
        | Status::Suspended
        | Status::Excused
        | Status::Waived
        | Status::Ended
        | Status::Undetermined
        | Status::Unjudged => verdict.since,
    }
}

fn status_fits(outcome: &Outcome, verdict: &Verdict) -> bool {
    let Some(expected) = status(outcome) else {
        return false;
    };
    // `fulfilled late by 0 days to 4 days` says that it may have been in time.
    let open = expected == Status::FulfilledLate
        && outcome.status.value == Status::Fulfilled.word()
        && verdict.status == Status::FulfilledTimingUnknown;
    expected == verdict.status || open
}

/// Says whether the lateness is the one that is expected: of a range both ends.
fn lateness_fits(
    lateness: &Lateness,
    verdict: &Verdict,
    due: Option<Moment>,
    calendar: &Calendar,
) -> bool {
    let most = lateness.most.as_ref().unwrap_or(&lateness.least);
    let clock = [&lateness.least, most]
        .into_iter()
        .any(|duration| period(duration).hours > 0 || period(duration).minutes > 0);
    let found = if clock {
        verdict.seconds_late
    } else {
        verdict.days_late
    };
    let length = |duration: &Duration| {
        if clock {
            seconds(duration)
        } else {
            days(duration, due, calendar)
        }
    };
    let expected = length(&lateness.least).zip(length(most));
    found.is_some_and(|found| expected == Some((found.least, found.most)))
}

fn period(duration: &Duration) -> Period {
    let mut period = Period::default();
    for part in &duration.parts {
        let field = match part.unit {
            TimeUnit::Minutes => &mut period.minutes,
            TimeUnit::Hours => &mut period.hours,
            TimeUnit::Days => &mut period.days,
            TimeUnit::WorkingDays => &mut period.working_days,
            TimeUnit::Weeks => &mut period.weeks,
            TimeUnit::Months => &mut period.months,
            TimeUnit::Years => &mut period.years,
        };
        *field = field.saturating_add(part.count);
    }
    period
}

/// Unit: seconds. Nothing for what has no fixed length.
fn seconds(duration: &Duration) -> Option<i64> {
    let period = period(duration);
    if period.years > 0 || period.months > 0 || period.working_days > 0 {
        return None;
    }
    let days = i64::from(period.weeks) * 7 + i64::from(period.days);
    Some((days * 24 + i64::from(period.hours)) * 3_600 + i64::from(period.minutes) * 60)
}

/// Unit: calendar days; months and years are counted from the due day.
fn days(duration: &Duration, due: Option<Moment>, calendar: &Calendar) -> Option<i64> {
    let period = period(duration);
    if period.years == 0 && period.months == 0 && period.working_days == 0 {
        return Some(i64::from(period.weeks) * 7 + i64::from(period.days));
    }
    let day = |point| match point {
        Point::Day(day) => day,
        Point::At(instant) => calendar.day_of(instant),
    };
    let start = day(due?.last);
    let end = day(calendar.add(Point::Day(start), period));
    Some(days_between(start, end))
}

fn failed(expectation: Expectation<'_>, sources: &Sources, found: &str) -> Diagnostic {
    let at = if expectation.by_role {
        " with each role at its standard".to_owned()
    } else if expectation.outcome.at.is_some() {
        String::new()
    } else {
        format!(" at `{}`", expectation.standard.word())
    };
    let message = format!(
        "`{}`: expected `{}`{at}, found {found}",
        written(sources, expectation.reference.span),
        written(sources, expectation.outcome.span)
    );
    Diagnostic::new(Code::FailedExpectation, expectation.outcome.span, message)
}

/// Gives the words of a place on one line.
pub(super) fn written(sources: &Sources, span: Span) -> String {
    let words: Vec<&str> = sources.slice(span).split_whitespace().collect();
    words.join(" ")
}

fn no_instance(
    expectation: Expectation<'_>,
    sources: &Sources,
    assessment: &PledgeAssessment,
) -> Diagnostic {
    let instances = &assessment.instances;
    let mut selectors: Vec<String> = instances.iter().map(bindings).collect();
    let different: BTreeSet<&String> = selectors.iter().collect();
    if different.len() < instances.len() || different.iter().all(|words| words.is_empty()) {
        selectors = instances.iter().map(selector).collect();
    }
    let there: Vec<String> = selectors
        .iter()
        .filter(|selector| !selector.is_empty())
        .map(|selector| format!("`{}{selector}`", expectation.pledge.name))
        .collect();
    let failure = failed(expectation, sources, "no such instance")
        .label("the scenario has no instance that the brackets pick");
    if there.is_empty() {
        failure.help("without brackets the pledge's own verdict is meant")
    } else {
        failure.help(format!("there are {}", wording::list(&there)))
    }
}

/// Writes the brackets that pick an instance among those of the same variables.
fn selector(instance: &InstanceAssessment) -> String {
    let words = bindings(instance);
    let Some(Moment {
        first: Point::Day(day),
        last: Point::Day(last),
    }) = instance.opens
    else {
        return words;
    };
    if day != last {
        return words;
    }
    match words.strip_suffix(']') {
        Some(words) => format!("{words}, on {day}]"),
        None => format!("[on {day}]"),
    }
}

/// Says what was found instead, and why.
fn explain(
    expectation: Expectation<'_>,
    view: &View<'_>,
    sources: &Sources,
    picked: Picked<'_>,
    verdict: &Verdict,
) -> Diagnostic {
    let Picked {
        profile,
        own,
        instance,
    } = picked;
    let by_role = own.filter(|_| expectation.by_role);
    let calendar = &view.agreement.calendar;
    let found = format!("`{}`", notation(expectation.outcome, verdict, calendar));
    let standard = by_role.map_or(expectation.standard, |own| own.standard);
    let label = wording::verdict(verdict, standard, calendar);
    let mut failure = failed(expectation, sources, &found).label(label);
    let mut help = Vec::new();
    if let Some(instance) = instance {
        failure = with_evidence(failure, view, expectation, instance);
        if !expectation.reference.selectors.is_empty() {
            let which = bindings(instance);
            if !which.is_empty() {
                help.push(format!("it is `{}{which}`", expectation.pledge.name));
            }
        }
        if instance.evidence.is_empty() {
            help.push("no record of the scenario bears on it".to_owned());
        }
        help.extend(instance.notes.iter().take(2).map(|note| note.text.clone()));
    }
    let elsewhere: Vec<String> = Standing::STANDARDS
        .into_iter()
        .filter(|&standard| {
            profile
                .at(standard)
                .is_some_and(|found| fits(expectation.outcome, found, instance, calendar))
        })
        .map(|standard| format!("`{}`", standard.word()))
        .collect();
    if !elsewhere.is_empty() {
        help.push(format!("it is so at {}", wording::list(&elsewhere)));
    }
    if help.is_empty() {
        failure
    } else {
        failure.help(help.join("\n"))
    }
}

/// How many records are shown with a failed expectation.
const SHOWN: usize = 3;

/// Points at the clause and at the lines that decide.
fn with_evidence(
    mut failure: Diagnostic,
    view: &View<'_>,
    expectation: Expectation<'_>,
    instance: &InstanceAssessment,
) -> Diagnostic {
    let clause = instance
        .deadline_span
        .unwrap_or(expectation.pledge.name_span);
    let reckoned = due(view, instance);
    let words = if reckoned.is_empty() {
        "the pledge".to_owned()
    } else {
        reckoned
    };
    failure = failure.related(clause, words);
    let deciding = instance
        .evidence
        .iter()
        .filter(|evidence| evidence.role != EvidenceRole::NoMatch)
        .take(SHOWN);
    for evidence in deciding {
        if let Some(record) = view.records.records.get(evidence.record.0 as usize) {
            let words = if is_named(view, record) {
                account(view, record, evidence)
            } else {
                format!("{}, {}", evidence.role.word(), evidence.standing.word())
            };
            failure = failure.related(place(record), words);
        }
    }
    failure
}

/// Says whether a line names who says it.
fn is_named(view: &View<'_>, record: &Record) -> bool {
    // Names of rule files have no blanks; those that stand for a standing have.
    wording::source_of(view, record).is_some_and(|source| !source.name.contains(' '))
}

/// Writes a verdict as an expectation has it, as finely as the expectation is.
fn notation(outcome: &Outcome, verdict: &Verdict, calendar: &Calendar) -> String {
    let late = verdict.status == Status::FulfilledLate;
    let mut text = if late {
        Status::Fulfilled.word().to_owned()
    } else {
        verdict.status.word().to_owned()
    };
    if verdict.status == Status::Overdue {
        text.push_str(&lateness(" by", verdict));
    }
    if let (Status::Undetermined, Some(why)) = (verdict.status, verdict.reason) {
        let _ = write!(text, " ({})", why.word());
    }
    if outcome.ground.is_some() {
        text.push_str(match verdict.ground {
            Ground::Established => " established",
            Ground::Presumed => " presumed",
        });
    }
    if late || verdict.status == Status::FulfilledTimingUnknown {
        text.push_str(&lateness(" late by", verdict));
    }
    if let (Some(_), Some(found)) = (&outcome.on, day_of(verdict)) {
        let _ = write!(
            text,
            " on {}",
            iso_moment(calendar.moment_of(found), calendar)
        );
    }
    text
}

fn lateness(word: &str, verdict: &Verdict) -> String {
    let (range, write): (Option<Range>, fn(i64) -> String) =
        match (verdict.seconds_late, verdict.days_late) {
            (Some(range), _) => (Some(range), wording::clock),
            (None, range) => (range, |days| wording::count(days, "day")),
        };
    match range {
        Some(range) if range.least == range.most => format!("{word} {}", write(range.least)),
        Some(range) => format!("{word} {} to {}", write(range.least), write(range.most)),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use crate::resolve::scenarios::{REASONS, STATUSES};
    use crate::verdict::{Status, Why};

    #[test]
    fn scenarios_know_the_words_of_the_report() {
        let words = Status::ALL.map(Status::word);
        assert_eq!(STATUSES, words);
        let reasons = [
            Why::Contested,
            Why::Quantity,
            Why::Attribution,
            Why::Straddles,
            Why::Deadline,
            Why::Conduct,
            Why::Condition,
        ];
        assert_eq!(REASONS, reasons.map(Why::word));
    }
}
