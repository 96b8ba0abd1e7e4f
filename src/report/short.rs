//! One line for each thing to say: `file:line:col: severity[code]: text`.

use std::fmt::Write;

use crate::diagnostic::Diagnostic;
use crate::source::Sources;

use super::{Report, wording};

/// Writes the findings, a line each.
#[must_use]
pub fn render(report: &Report<'_>) -> String {
    let mut text = String::new();
    for finding in &report.findings {
        line(&mut text, report.sources, &finding.diagnostic);
    }
    text
}

/// Writes what is wrong in the files, a line each.
#[must_use]
pub fn problems(sources: &Sources, diagnostics: &[Diagnostic]) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics {
        line(&mut text, sources, diagnostic);
    }
    text
}

fn line(text: &mut String, sources: &Sources, diagnostic: &Diagnostic) {
    let span = diagnostic.primary.span;
    let file = sources.get(span.source);
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "{}:{}: {}[{}]: {}",
        wording::harmless(file.name()),
        file.position(span.start),
        diagnostic.severity.word(),
        diagnostic.code.name(),
        wording::harmless(&diagnostic.message)
    );
}
