//! The answer in a sentence or two, and the counts at the end: shared by the forms that people read.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::agreement::Body;
use crate::agreement::{PledgeId, Standing};
use crate::diagnostic::{Code, Severity};
use crate::time::format_day;
use crate::verdict::{EvidenceRole, InstanceAssessment, Status};

use super::findings::{Finding, broken_below};
use super::{Report, wording};

/// Gives the answer: what is broken or overdue, at which standard, as of which day.
#[must_use]
pub fn headline(report: &Report<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    if judged(report) == 0 {
        lines.push("There is no pledge to judge.".to_owned());
        return lines;
    }
    lines.push(format!("{}: {}.", clocks(report), broken(report)));
    lines.extend(said(report));
    let errors = report
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
        .count();
    if errors > 0 {
        let errors = wording::count(i64::try_from(errors).unwrap_or(i64::MAX), "error");
        lines.push(format!(
            "There {} {errors} in the files: some verdicts are missing or not to be trusted.",
            if errors == "1 error" { "is" } else { "are" }
        ));
    }
    lines.extend(unjudged(report));
    lines
}

/// As many names as the line of unjudged pledges spells out.
const MOST_NAMES: usize = 10;

/// Names the pledges that are left without a verdict for a mistake in them.
fn unjudged(report: &Report<'_>) -> Option<String> {
    let pledges = report.views.iter().flat_map(|view| &view.agreement.pledges);
    let names: Vec<String> = pledges
        .filter(|pledge| matches!(pledge.body, Body::Error))
        .map(|pledge| format!("`{}`", pledge.name))
        .collect();
    let more = names.len().saturating_sub(MOST_NAMES);
    let mut shown: Vec<String> = names.into_iter().take(MOST_NAMES).collect();
    if more > 0 {
        shown.push(format!("{more} more"));
    }
    let list = wording::list(&shown);
    (!shown.is_empty()).then(|| format!("Left without a verdict for a mistake in them: {list}."))
}

/// Names what is past its date without any record bearing on it: a line for duties, a line for goals.
#[must_use]
pub fn nothing_on_file(report: &Report<'_>) -> Vec<String> {
    [
        (Code::Overdue, "Past their date, no performance on file"),
        (Code::Missed, "Goals missed, no performance on file"),
    ]
    .into_iter()
    .filter_map(|(code, title)| {
        let names: Vec<String> = report
            .findings
            .iter()
            .filter(|finding| finding.bare && finding.diagnostic.code == code)
            .filter_map(|finding| name_of(report, finding))
            .collect();
        (!names.is_empty()).then(|| format!("{title}: {}", some_of(names)))
    })
    .collect()
}

/// Joins names; beyond forty the rest is counted.
fn some_of(mut names: Vec<String>) -> String {
    let more = names.len().saturating_sub(40);
    names.truncate(40);
    let names = names.join(", ");
    match more {
        0 => names,
        more => format!("{names} and {more} more"),
    }
}

fn name_of(report: &Report<'_>, finding: &Finding) -> Option<String> {
    let pledge = report.views.get(finding.view)?.pledge(finding.pledge)?;
    let name = report.pledge_name(finding.view, pledge);
    let bindings = instance_of(report, finding).map_or_else(String::new, super::bindings);
    Some(format!("{name}{bindings}"))
}

/// Gives the counts of records, and where to read on.
#[must_use]
pub fn totals(report: &Report<'_>) -> String {
    let counts = report.records;
    let read = i64::try_from(counts.read).unwrap_or(i64::MAX);
    let mut text = format!(
        "{} read, {} used",
        wording::count(read, "record"),
        counts.used()
    );
    if counts.left_out > 0 {
        let _ = write!(
            text,
            ", {} left out because they could not be understood",
            counts.left_out
        );
    }
    text.push('.');
    if let Some(name) = worth_reading(report) {
        let _ = write!(text, " `servanda why {name}` shows the proof.");
    }
    text
}

fn worth_reading(report: &Report<'_>) -> Option<String> {
    let finding = super::findings::by_gravity(&report.findings)
        .into_iter()
        .find(|finding| !finding.bare)?;
    let pledge = report.views.get(finding.view)?.pledge(finding.pledge)?;
    Some(report.pledge_name(finding.view, pledge))
}

fn judged(report: &Report<'_>) -> usize {
    report.views.iter().map(|view| view.pledges().count()).sum()
}

fn clocks(report: &Report<'_>) -> String {
    let standards: BTreeSet<Standing> = views(report).map(super::View::standard).collect();
    let standards: Vec<String> = standards
        .into_iter()
        .map(|standard| format!("`{}`", standard.word()))
        .collect();
    let days: BTreeSet<_> = views(report).map(super::View::as_of_day).collect();
    let days: Vec<String> = days.into_iter().map(format_day).collect();
    let known: BTreeSet<_> = views(report)
        .filter_map(super::View::known_by_day)
        .collect();
    let known: Vec<String> = known.into_iter().map(format_day).collect();
    let known = if known.is_empty() || known == days {
        String::new()
    } else {
        format!(", as known by {}", wording::list(&known))
    };
    let each = match standards.as_slice() {
        [_] => "At the standard ",
        _ => "At each agreement's own standard, ",
    };
    format!(
        "{each}{}, as of {}{known}",
        wording::list(&standards),
        wording::list(&days)
    )
}

fn views<'a>(report: &'a Report<'_>) -> impl Iterator<Item = &'a super::View<'a>> {
    report
        .views
        .iter()
        .filter(|view| !view.assessment.pledges.is_empty())
}

fn broken(report: &Report<'_>) -> String {
    let breached = pledges(report, |finding| finding.diagnostic.code == Code::Breached);
    let at_claimed = views(report).all(|view| view.standard() == Standing::Claimed);
    let mut parts = Vec::new();
    if !breached.is_empty() {
        let said = if at_claimed { "said to be " } else { "" };
        parts.push(phrase(breached.len(), "pledge", &format!("{said}broken")));
    }
    let overdue = counted(report, "duty", |finding| {
        finding.diagnostic.code == Code::Overdue && !finding.bare
    });
    parts.extend(overdue.as_ref().map(|(are, _)| format!("{are} overdue")));
    let bare = counted(report, "duty", |finding| {
        finding.diagnostic.code == Code::Overdue && finding.bare
    });
    parts.extend(bare.map(|(are, number)| past(&are, number, overdue.is_some())));
    let missed = counted(report, "goal", |finding| {
        finding.diagnostic.code == Code::Missed
    });
    parts.extend(missed.map(|(are, _)| format!("{are} missed")));
    if parts.is_empty() {
        "no breach is shown and no duty is overdue".to_owned()
    } else {
        parts.join(", ")
    }
}

/// Says what is said below the standard, and whether only by interested parties.
fn said(report: &Report<'_>) -> Vec<String> {
    let weaker = [
        Standing::Corroborated,
        Standing::Reported,
        Standing::Claimed,
    ];
    weaker
        .into_iter()
        .filter_map(|standard| {
            let said = pledges(report, |finding| {
                finding.diagnostic.code == Code::SaidBroken
                    && level(report, finding) == Some(standard)
            });
            let interested = report
                .findings
                .iter()
                .filter(|finding| said.contains(&(finding.view, finding.pledge)))
                .filter(|finding| finding.diagnostic.code == Code::SaidBroken)
                .all(|finding| only_interested(report, finding));
            let by = match (interested && standard == Standing::Claimed, said.len()) {
                (false, _) => "",
                (true, 1) => ", by an interested party",
                (true, _) => ", each by interested parties",
            };
            let is = match (said.len(), standard) {
                (0, _) => return None,
                (_, Standing::Claimed) => "said to be broken",
                (
                    _,
                    Standing::None
                    | Standing::Reported
                    | Standing::Corroborated
                    | Standing::Verified,
                ) => "broken",
            };
            let only = if standard == Standing::Claimed {
                " only"
            } else {
                ""
            };
            Some(format!(
                "At `{}`{only}: {}{by}.",
                standard.word(),
                phrase(said.len(), "pledge", is)
            ))
        })
        .collect()
}

fn level(report: &Report<'_>, finding: &Finding) -> Option<Standing> {
    let view = report.views.get(finding.view)?;
    broken_below(instance_of(report, finding)?, view.standard())
}

fn instance_of<'a>(report: &Report<'a>, finding: &Finding) -> Option<&'a InstanceAssessment> {
    report
        .views
        .get(finding.view)?
        .assessment
        .pledges
        .iter()
        .find(|assessment| assessment.pledge == finding.pledge)?
        .instances
        .get(finding.instance)
}

/// Says whether everybody whose own word breaks the pledge speaks for a side.
fn only_interested(report: &Report<'_>, finding: &Finding) -> bool {
    let (Some(view), Some(instance)) =
        (report.views.get(finding.view), instance_of(report, finding))
    else {
        return false;
    };
    let mut voices = instance
        .evidence
        .iter()
        .filter(|evidence| evidence.role == EvidenceRole::Breach && evidence.affirms)
        .filter_map(|evidence| view.records.records.get(evidence.record.0 as usize))
        .filter(|record| record.echoes.is_empty())
        .peekable();
    voices.peek().is_some()
        && voices.all(|record| {
            wording::source_of(view, record).is_some_and(|source| source.speaks_for.is_some())
        })
}

fn pledges(report: &Report<'_>, wanted: impl Fn(&Finding) -> bool) -> BTreeSet<(usize, PledgeId)> {
    report
        .findings
        .iter()
        .filter(|finding| wanted(finding))
        .map(|finding| (finding.view, finding.pledge))
        .collect()
}

fn phrase(number: usize, noun: &str, is: &str) -> String {
    match number {
        1 => format!("1 {noun} is {is}"),
        _ => format!("{number} {noun}s are {is}"),
    }
}

/// Counts duties or goals, each instance of a pledge for itself as the blocks and lines below do: `4 duties of 1 pledge are`.
fn counted(
    report: &Report<'_>,
    noun: &str,
    wanted: impl Fn(&Finding) -> bool,
) -> Option<(String, usize)> {
    let number = report
        .findings
        .iter()
        .filter(|finding| wanted(finding))
        .count();
    let pledges = pledges(report, wanted).len();
    let plural = if noun == "duty" { "duties" } else { "goals" };
    let text = match (number, pledges) {
        (0, _) => return None,
        (1, _) => format!("1 {noun} is"),
        (_, 1) => format!("{number} {plural} of 1 pledge are"),
        (_, _) if number == pledges => format!("{number} {plural} are"),
        (_, _) => format!("{number} {plural} of {pledges} pledges are"),
    };
    Some((text, number))
}

/// Says of duties on which nothing is on file that they are past their date.
fn past(are: &str, number: usize, more: bool) -> String {
    let their = if number == 1 { "its" } else { "their" };
    let are = match (more, number) {
        (false, _) => are.to_owned(),
        (true, 1) => "1 more is".to_owned(),
        (true, _) => format!("{number} more are"),
    };
    format!("{are} past {their} date with no performance on file")
}

/// Counts the pledges by status at the standard of their run.
#[must_use]
pub fn summary(report: &Report<'_>) -> Vec<(Status, usize)> {
    Status::ALL
        .into_iter()
        .map(|status| {
            let number = report
                .views
                .iter()
                .flat_map(|view| {
                    view.assessment
                        .pledges
                        .iter()
                        .filter_map(|pledge| pledge.verdict(view.standard()))
                })
                .filter(|verdict| verdict.status == status)
                .count();
            (status, number)
        })
        .collect()
}
