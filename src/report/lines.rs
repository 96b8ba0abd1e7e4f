//! JSON Lines: a line for each instance and, before it, one for each act that broke it, or one for the breach where no single act did.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::agreement::Pledge;
use crate::record::RecordId;
use crate::time::{Calendar, Moment, When, iso_moment};
use crate::verdict::{EvidenceRole, InstanceAssessment, Range, Status, Verdict};

use super::json::{ground, record_name};
use super::{Report, View};

#[derive(Clone, Serialize)]
struct Line<'a> {
    #[serde(rename = "line")]
    kind: &'static str,
    agreement: &'a str,
    pledge: &'a str,
    bindings: BTreeMap<&'a str, &'a str>,
    trigger: Option<&'a str>,
    incident: Option<&'a str>,
    status: &'static str,
    ground: &'static str,
    standard: &'static str,
    since: Option<String>,
    until: Option<String>,
    due: Option<String>,
    days_late: Option<Days>,
    evidence: Vec<&'a str>,
}

#[derive(Clone, Copy, Serialize)]
struct Days {
    least: i64,
    most: i64,
}

/// Writes the verdicts at the standard, a line each.
#[must_use]
pub fn render(report: &Report<'_>) -> String {
    let mut text = String::new();
    for view in &report.views {
        for (pledge, assessment) in view.pledges() {
            for instance in &assessment.instances {
                let Some(verdict) = instance.verdict(view.standard()) else {
                    continue;
                };
                let whole = line(report, view, pledge, instance, verdict);
                if verdict.status == Status::Breached {
                    push_breaches(&mut text, view, instance, &whole);
                }
                push(&mut text, &whole);
            }
        }
    }
    text
}

fn push_breaches<'a>(
    text: &mut String,
    view: &View<'a>,
    instance: &'a InstanceAssessment,
    whole: &Line<'a>,
) {
    let record = |id: RecordId| view.records.records.get(id.0 as usize);
    if instance.acts.is_empty() {
        let mut evidence = instance.evidence.iter();
        let breach = evidence.find(|evidence| evidence.role == EvidenceRole::Breach);
        let incident = breach.and_then(|evidence| record(evidence.record));
        push(
            text,
            &Line {
                kind: "breach",
                incident: incident.map(|record| record.incident.as_str()),
                ..whole.clone()
            },
        );
        return;
    }
    // What tells of each act, found in one pass: an instance may have thousands.
    let mut told: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let counted = instance
        .evidence
        .iter()
        .filter(|evidence| evidence.role == EvidenceRole::Breach);
    for evidence in counted {
        if let (Some(record), Some(name)) =
            (record(evidence.record), record_name(view, evidence.record))
        {
            told.entry(record.incident.as_str()).or_default().push(name);
        }
    }
    let calendar = &view.agreement.calendar;
    for act in &instance.acts {
        let incident = record(act.record).map(|record| record.incident.as_str());
        push(
            text,
            &Line {
                kind: "breach",
                incident,
                since: Some(span(act.since, calendar)),
                until: act.until.map(|until| span(until, calendar)),
                evidence: incident
                    .and_then(|incident| told.get(incident).cloned())
                    .unwrap_or_default(),
                ..whole.clone()
            },
        );
    }
}

fn push(text: &mut String, line: &Line<'_>) {
    let json = serde_json::to_string(line);
    debug_assert!(json.is_ok(), "every part of a line has a JSON form");
    text.push_str(&json.unwrap_or_default());
    text.push('\n');
}

fn line<'a>(
    report: &'a Report<'a>,
    view: &View<'a>,
    pledge: &'a Pledge,
    instance: &'a InstanceAssessment,
    verdict: &Verdict,
) -> Line<'a> {
    let calendar = &view.agreement.calendar;
    Line {
        kind: "instance",
        agreement: view.name(report.sources),
        pledge: &pledge.name,
        bindings: instance
            .bindings
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect(),
        trigger: instance.trigger.and_then(|id| record_name(view, id)),
        incident: None,
        status: verdict.status.word(),
        ground: ground(verdict.ground),
        standard: view.standard().word(),
        since: verdict.since.map(|since| span(since, calendar)),
        until: verdict.until.map(|until| span(until, calendar)),
        due: instance.due.map(|due: Moment| iso_moment(due, calendar)),
        days_late: verdict.days_late.map(|range: Range| Days {
            least: range.least,
            most: range.most,
        }),
        evidence: instance
            .evidence
            .iter()
            .filter(|evidence| evidence.role != EvidenceRole::NoMatch)
            .filter_map(|evidence| record_name(view, evidence.record))
            .collect(),
    }
}

fn span(when: When, calendar: &Calendar) -> String {
    iso_moment(calendar.moment_of(when), calendar)
}
