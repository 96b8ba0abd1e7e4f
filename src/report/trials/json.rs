//! Scenarios for programs: one JSON object.

use serde::Serialize;

use super::{Check, End, Trial, Trials};
use crate::report::json;

#[derive(Serialize)]
struct Page<'a> {
    schema: &'static str,
    scenarios: Vec<Scenario<'a>>,
    uncovered: Uncovered,
    diagnostics: Vec<json::shape::Diagnostic<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Scenario<'a> {
    agreement: &'a str,
    title: &'a str,
    at: json::shape::Place<'a>,
    as_of: Option<String>,
    known_by: Option<String>,
    result: &'static str,
    expectations: Vec<Expectation<'a>>,
}

#[derive(Serialize)]
struct Expectation<'a> {
    pledge: &'a str,
    expected: &'a str,
    standard: &'static str,
    at: json::shape::Place<'a>,
    passed: bool,
    found: Option<json::shape::Verdict>,
    failure: Option<json::shape::Diagnostic<'a>>,
}

#[derive(Serialize)]
struct Uncovered {
    pledges: Vec<String>,
    statuses: Vec<&'static str>,
}

#[derive(Serialize)]
struct Summary {
    passed: usize,
    failed: usize,
    not_run: usize,
}

/// Writes the whole run.
#[must_use]
pub fn render(trials: &Trials<'_>) -> String {
    let gaps = trials.gaps();
    let page = Page {
        schema: "servanda-test/1",
        scenarios: trials
            .trials
            .iter()
            .map(|trial| scenario(trials, trial))
            .collect(),
        uncovered: Uncovered {
            pledges: trials
                .agreements
                .iter()
                .zip(gaps.pledges)
                .flat_map(|(agreement, pledges)| {
                    let name = match &agreement.name {
                        Some(name) => name.value.clone(),
                        None => trials.file_of(agreement).to_owned(),
                    };
                    let full = move |pledge| format!("{name}/{pledge}");
                    pledges.into_iter().map(full)
                })
                .collect(),
            statuses: gaps.statuses.iter().map(|status| status.word()).collect(),
        },
        diagnostics: trials
            .diagnostics
            .iter()
            .map(|found| json::diagnostic(trials.sources, found))
            .collect(),
        summary: Summary {
            passed: trials.count(End::Passed),
            failed: trials.count(End::Failed),
            not_run: trials.count(End::NotRun),
        },
    };
    let text = serde_json::to_string_pretty(&page);
    // INVARIANT: the shapes hold only texts, numbers, lists and maps with text keys, which always have a JSON form.
    debug_assert!(text.is_ok(), "every part of the page has a JSON form");
    text.unwrap_or_default()
}

fn scenario<'a>(trials: &'a Trials<'a>, trial: &'a Trial) -> Scenario<'a> {
    let agreement = trials.agreements.get(trial.agreement);
    let name = agreement.and_then(|agreement| agreement.name.as_ref());
    Scenario {
        agreement: name.map_or_else(
            || trials.sources.get(trial.span.source).name(),
            |name| name.value.as_str(),
        ),
        title: &trial.title,
        at: json::place(trials.sources, trial.span),
        as_of: trial.as_of.map(|day| day.to_string()),
        known_by: trial.known_by.map(|day| day.to_string()),
        result: match trial.end() {
            End::Passed => "passed",
            End::Failed => "failed",
            End::NotRun => "not-run",
        },
        expectations: trial
            .checks
            .iter()
            .map(|check| expectation(trials, trial, check))
            .collect(),
    }
}

fn expectation<'a>(trials: &'a Trials<'a>, trial: &Trial, check: &'a Check) -> Expectation<'a> {
    let agreement = trials.agreements.get(trial.agreement);
    Expectation {
        pledge: &check.reference,
        expected: &check.expected,
        standard: check.standard.word(),
        at: json::place(trials.sources, check.span),
        passed: check.failure.is_none(),
        found: agreement
            .zip(check.found.as_ref())
            .map(|(agreement, found)| json::verdict(found, &agreement.calendar)),
        failure: check
            .failure
            .as_ref()
            .map(|failure| json::diagnostic(trials.sources, failure)),
    }
}
