//! Annotations of GitHub Actions: a workflow command for each thing to say, which is shown at its line of the change.
//!
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>

use std::fmt::Write;

use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::source::Sources;

use super::place::{is_file, region};
use super::wording::harmless;

/// Writes a command for each diagnostic.
#[must_use]
pub fn render<'a>(
    sources: &Sources,
    diagnostics: impl IntoIterator<Item = &'a Diagnostic>,
) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics {
        let command = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Advice => "notice",
        };
        let properties = properties(sources, diagnostic).join(",");
        let message = data(&message(sources, diagnostic));
        // Writing to a String cannot fail.
        let _ = writeln!(text, "::{command} {properties}::{message}");
    }
    text
}

fn properties(sources: &Sources, diagnostic: &Diagnostic) -> Vec<String> {
    let file = sources.get(diagnostic.primary.span.source);
    let title = format!(
        "title={}",
        property(&format!("servanda ({})", diagnostic.code))
    );
    if !is_file(file) {
        return vec![title];
    }
    let region = region(file, diagnostic.primary.span);
    let mut found = vec![
        format!("file={}", property(file.name())),
        format!("line={}", region.start.line),
        format!("endLine={}", region.end.line),
    ];
    // Columns are taken only within one line.
    if region.start.line == region.end.line {
        found.push(format!("col={}", region.start.column));
        found.push(format!("endColumn={}", region.end.column));
    }
    found.push(title);
    found
}

fn message(sources: &Sources, diagnostic: &Diagnostic) -> String {
    let mut lines = vec![diagnostic.message.clone()];
    if !is_file(sources.get(diagnostic.primary.span.source)) {
        lines.push(place(sources, &diagnostic.primary));
    } else if !diagnostic.primary.text.is_empty() {
        lines.push(diagnostic.primary.text.clone());
    }
    lines.extend(diagnostic.related.iter().map(|label| place(sources, label)));
    if let Some(help) = &diagnostic.help {
        lines.push(format!("help: {help}"));
    }
    lines.join("\n")
}

fn place(sources: &Sources, label: &Label) -> String {
    let file = sources.get(label.span.source);
    let start = region(file, label.span).start;
    match label.text.as_str() {
        "" => format!("{}:{start}", file.name()),
        text => format!("{}:{start}: {text}", file.name()),
    }
}

/// Writes a text so that it stays in its line.
fn data(text: &str) -> String {
    let text = text.replace('%', "%25");
    harmless(&text.replace('\r', "%0D").replace('\n', "%0A"))
}

/// Writes a text so that it stays in its property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_stays_in_its_line() {
        assert_eq!(data("50% a:b,\r\n::error::x"), "50%25 a:b,%0D%0A::error::x");
        assert_eq!(data("a\u{1b}[2J"), "a\u{fffd}[2J");
    }

    #[test]
    fn a_property_stays_in_its_place() {
        assert_eq!(property("a,b:c%\n"), "a%2Cb%3Ac%25%0A");
    }
}
