//! The report as prose, for screen readers and for quoting: no table, no drawing, no marks that must be seen.

use std::fmt::Write;

use crate::agreement::{Pledge, Standing};
use crate::diagnostic::{Diagnostic, Label};
use crate::source::Sources;
use crate::verdict::PledgeAssessment;

use super::findings::by_gravity;
use super::headline::{headline, nothing_on_file, totals};
use super::{Report, View, tables, wording};

/// Writes the whole report, without what is wrong in the files.
#[must_use]
pub fn render(report: &Report<'_>) -> String {
    let mut text = String::new();
    for line in headline(report) {
        let _ = writeln!(text, "{}", wording::harmless(&line));
    }
    text.push('\n');
    for finding in by_gravity(&report.findings) {
        if !finding.bare {
            paragraph(&mut text, report.sources, &finding.diagnostic);
        }
    }
    for line in nothing_on_file(report) {
        let _ = writeln!(text, "{line}.\n");
    }
    for view in &report.views {
        profiles(&mut text, report, view);
    }
    let _ = writeln!(text, "{}", totals(report));
    for line in tables::lines(report) {
        let _ = writeln!(text, "{}", wording::harmless(&line));
    }
    text
}

/// Writes what is wrong in the files, a paragraph each.
#[must_use]
pub fn problems(sources: &Sources, diagnostics: &[Diagnostic]) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics {
        paragraph(&mut text, sources, diagnostic);
    }
    text
}

fn paragraph(text: &mut String, sources: &Sources, diagnostic: &Diagnostic) {
    let severity = wording::severity(diagnostic.severity);
    let message = wording::harmless(&diagnostic.message);
    let _ = writeln!(text, "{severity}: {message} ({}).", diagnostic.code.name());
    for label in std::iter::once(&diagnostic.primary).chain(&diagnostic.related) {
        place(text, sources, label);
    }
    if let Some(help) = &diagnostic.help {
        for line in help.lines() {
            let _ = writeln!(
                text,
                "Help: {}.",
                wording::harmless(line).trim_end_matches('.')
            );
        }
    }
    text.push('\n');
}

fn place(text: &mut String, sources: &Sources, label: &Label) {
    let file = sources.get(label.span.source);
    let position = file.position(label.span.start);
    let quote = quote(file.slice(label.span));
    let says = if label.text.is_empty() {
        String::new()
    } else {
        format!(". {}", wording::sentence(&wording::harmless(&label.text)))
    };
    let _ = writeln!(
        text,
        "In {}, line {}, column {}{quote}{says}.",
        wording::harmless(file.name()),
        position.line,
        position.column
    );
}

fn quote(words: &str) -> String {
    let words: Vec<&str> = words.split_whitespace().collect();
    let words = wording::harmless(&words.join(" "));
    match words.chars().count() {
        0 => String::new(),
        1..=160 => format!(": {words}"),
        _ => {
            let short: String = words.chars().take(160).collect();
            format!(": {short}…")
        }
    }
}

fn profiles(text: &mut String, report: &Report<'_>, view: &View<'_>) {
    if view.pledges().next().is_none() {
        return;
    }
    let title = match &view.agreement.title {
        Some(title) => format!(", {title}"),
        None => String::new(),
    };
    let head = format!("The pledges of {}{title}:", view.name(report.sources));
    let _ = writeln!(text, "{}", wording::harmless(&head));
    for (pledge, assessment) in view.pledges() {
        let line = profile(view, pledge, assessment);
        let _ = writeln!(text, "{line}");
    }
    text.push('\n');
}

fn profile(view: &View<'_>, pledge: &Pledge, assessment: &PledgeAssessment) -> String {
    let owed = super::table::obligor(view, pledge);
    let owed = match owed.as_str() {
        "–" => String::new(),
        _ => format!(", owed by {owed}"),
    };
    let instances = match assessment.instances.len() {
        0 | 1 => String::new(),
        many => format!(", the worst of {many} instances"),
    };
    let parts: Vec<String> = runs(view, pledge, assessment)
        .into_iter()
        .map(|(standards, words)| format!("at {standards}, {words}"))
        .collect();
    format!("{}{owed}{instances}: {}.", pledge.name, parts.join("; "))
}

/// Gives the verdicts over the standards, neighbours with one verdict together.
fn runs(view: &View<'_>, pledge: &Pledge, assessment: &PledgeAssessment) -> Vec<(String, String)> {
    let calendar = &view.agreement.calendar;
    let mut runs: Vec<(Vec<String>, String)> = Vec::new();
    for standard in Standing::STANDARDS {
        let Some(verdict) = assessment.profile.at(standard) else {
            continue;
        };
        let words = wording::of_pledge(pledge, verdict, standard, calendar);
        match runs.last_mut() {
            Some((standards, known)) if *known == words => {
                standards.push(standard.word().to_owned());
            }
            Some(_) | None => runs.push((vec![standard.word().to_owned()], words)),
        }
    }
    runs.into_iter()
        .map(|(standards, words)| (wording::list(&standards), words))
        .collect()
}
