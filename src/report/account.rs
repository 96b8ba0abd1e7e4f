//! What a record says, when a duty is due, what another way of counting gives: the fragments that findings and proofs share.

use crate::record::{Record, Stance};
use crate::source::Span;
use crate::time::{Point, format_day};
use crate::verdict::{Convention, Evidence, EvidenceRole, InstanceAssessment, PledgeAssessment};

use super::{View, wording};

/// Says what another convention of counting would give.
#[must_use]
pub fn convention_line(view: &View<'_>, convention: &Convention) -> String {
    let calendar = &view.agreement.calendar;
    let verdict = wording::verdict(&convention.verdict, view.standard(), calendar);
    let verdict = verdict
        .split_once(": no performance")
        .map_or(verdict.as_str(), |(short, _)| short);
    format!(
        "counted with `{}` it is due {}: {verdict}",
        convention.name,
        wording::moment(convention.due, calendar),
    )
}

/// Gives what other conventions of counting would give for an instance, the agreement's own first.
///
/// They are known for the worst instance only; of another one nothing is given, because they would not be about it.
#[must_use]
pub fn conventions<'a>(
    view: &View<'_>,
    assessment: &'a PledgeAssessment,
    instance: &InstanceAssessment,
) -> &'a [Convention] {
    let chosen = assessment.conventions.iter().find(|known| known.chosen);
    let about_it = chosen.is_none_or(|chosen| {
        let verdict = instance.profile.at(view.standard());
        Some(chosen.due) == instance.due
            && verdict.is_some_and(|verdict| {
                verdict.status == chosen.verdict.status
                    && verdict.days_late == chosen.verdict.days_late
            })
    });
    if about_it {
        &assessment.conventions
    } else {
        &[]
    }
}

/// Says when an instance is due and how that was counted: `2020-02-29 + 14 months = 29 April 2021`.
#[must_use]
pub fn due(view: &View<'_>, instance: &InstanceAssessment) -> String {
    let calendar = &view.agreement.calendar;
    match (&instance.reckoning, instance.due) {
        (Some(reckoning), Some(due)) => match (due.first, due.last) {
            (Point::Day(day), Point::Day(last)) if day == last => {
                match reckoning.strip_suffix(&day.to_string()) {
                    Some("") => format!("due {}", format_day(day)),
                    Some(sum) => format!("{sum}{}", format_day(day)),
                    None => reckoning.clone(),
                }
            }
            (Point::Day(_) | Point::At(_), _) => reckoning.clone(),
        },
        (Some(reckoning), None) => reckoning.clone(),
        (None, Some(due)) => format!("due {}", wording::moment(due, calendar)),
        (None, None) => String::new(),
    }
}

/// Says what a record says, who says it, and why that counts or does not.
#[must_use]
pub fn account(view: &View<'_>, record: &Record, evidence: &Evidence) -> String {
    let who = wording::informant(view, record);
    let grade = wording::grade(view, record);
    let says = says(record, evidence);
    let date = if record.dated && !matches!(record.stance, Stance::Denies(_) | Stance::Retracts(_))
    {
        let calendar = &view.agreement.calendar;
        format!(" for {}", wording::when(record.when, calendar)).replace("for between", "between")
    } else {
        String::new()
    };
    let because = match evidence.because.split_once(": ") {
        _ if evidence.because.is_empty() => String::new(),
        Some(_) => format!("; {}", evidence.because),
        None => format!(": {}", evidence.because),
    };
    format!("{who} ({grade}) {says}{date}{because}")
}

fn says(record: &Record, evidence: &Evidence) -> String {
    match (record.stance, record.value) {
        (Stance::Denies(_), _) if !evidence.affirms => "denies it".to_owned(),
        (Stance::Retracts(_), _) => "takes it back".to_owned(),
        (Stance::Ends(_), _) => "says that it ended".to_owned(),
        (_, Some(value)) => format!("gives {}", wording::estimate(value)),
        (
            Stance::Affirms | Stance::Denies(_) | Stance::Corrects(_) | Stance::Supersedes(_),
            None,
        ) => match (evidence.role, evidence.affirms) {
            (EvidenceRole::NoMatch, _) => "speaks".to_owned(),
            (_, true) => "says so".to_owned(),
            (_, false) => "says otherwise".to_owned(),
        },
    }
}

/// Gives the part of a record to point at: the value of a reading, else what it is about.
#[must_use]
pub fn place(record: &Record) -> Span {
    record
        .places
        .value
        .or(record.places.link)
        .unwrap_or(record.places.subject)
}
