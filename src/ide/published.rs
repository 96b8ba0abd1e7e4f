//! What is shown in each file while somebody works on it: the same diagnostics as on the command line, and verdicts at the records too.

use crate::diagnostic::{Diagnostic, Severity};
use crate::report::wording::harmless;
use crate::source::{SourceId, Span};

use super::Judged;

/// A diagnostic at its place in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// The place.
    pub span: Span,
    /// The gravity.
    pub severity: Severity,
    /// The code.
    pub code: &'static str,
    /// The whole message: what is the matter, the label, the help.
    pub message: String,
    /// Other places and what is to be said of them.
    pub related: Vec<(Span, String)>,
    /// Whether it only mirrors, at a record, what is said at a pledge.
    pub mirrored: bool,
}

/// Gives what is shown of diagnostics of files.
#[must_use]
pub fn problems<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>) -> Vec<Published> {
    diagnostics.into_iter().map(published).collect()
}

/// Gives what is shown of verdicts: at the pledge, and at each record that it rests on.
#[must_use]
pub fn verdicts(judged: &Judged, is_records: impl Fn(SourceId) -> bool) -> Vec<Published> {
    let mut shown = Vec::new();
    for finding in &judged.findings {
        let diagnostic = &finding.diagnostic;
        shown.push(published(diagnostic));
        let at_records = diagnostic.related.iter();
        for label in at_records.filter(|label| is_records(label.span.source)) {
            shown.push(Published {
                span: label.span,
                severity: Severity::Advice,
                code: diagnostic.code.name(),
                message: harmless(&join(&[&label.text, &diagnostic.message])),
                related: vec![(diagnostic.primary.span, harmless(&diagnostic.message))],
                mirrored: true,
            });
        }
    }
    shown
}

fn published(diagnostic: &Diagnostic) -> Published {
    let help = diagnostic.help.as_ref().map(|help| format!("help: {help}"));
    let parts = [
        diagnostic.message.as_str(),
        diagnostic.primary.text.as_str(),
        help.as_deref().unwrap_or_default(),
    ];
    Published {
        span: diagnostic.primary.span,
        severity: diagnostic.severity,
        code: diagnostic.code.name(),
        message: join(&parts.map(harmless).each_ref().map(String::as_str)),
        related: diagnostic
            .related
            .iter()
            .map(|label| (label.span, harmless(&label.text)))
            .collect(),
        mirrored: false,
    }
}

/// Puts the parts that say something on lines of their own.
fn join(parts: &[&str]) -> String {
    let said: Vec<&str> = parts
        .iter()
        .copied()
        .filter(|part| !part.is_empty())
        .collect();
    said.join("\n")
}
