//! Scenarios as build servers read them: `JUnit` XML, a suite for each rule file and a case for each scenario.

use std::fmt::Write;

use super::{End, Trial, Trials};
use crate::agreement::Agreement;
use crate::diagnostic::Diagnostic;
use crate::source::Sources;

/// Writes the whole run.
#[must_use]
pub fn render(trials: &Trials<'_>) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        text,
        "<testsuites name=\"servanda\" tests=\"{}\" failures=\"{}\" skipped=\"{}\">",
        trials.trials.len(),
        trials.count(End::Failed),
        trials.count(End::NotRun)
    );
    for (index, agreement) in trials.agreements.iter().enumerate() {
        let of: Vec<&Trial> = trials
            .trials
            .iter()
            .filter(|trial| trial.agreement == index)
            .collect();
        if !of.is_empty() {
            suite(&mut text, trials, agreement, &of);
        }
    }
    text.push_str("</testsuites>\n");
    text
}

fn suite(text: &mut String, trials: &Trials<'_>, agreement: &Agreement, of: &[&Trial]) {
    let count = |end: End| of.iter().filter(|trial| trial.end() == end).count();
    let file = escape(trials.file_of(agreement));
    let _ = writeln!(
        text,
        "  <testsuite name=\"{file}\" tests=\"{}\" failures=\"{}\" skipped=\"{}\">",
        of.len(),
        count(End::Failed),
        count(End::NotRun)
    );
    for trial in of {
        case(text, trials.sources, &file, trial);
    }
    text.push_str("  </testsuite>\n");
}

fn case(text: &mut String, sources: &Sources, file: &str, trial: &Trial) {
    let line = sources
        .get(trial.span.source)
        .position(trial.span.start)
        .line;
    let _ = write!(
        text,
        "    <testcase classname=\"{file}\" name=\"{}\" file=\"{file}\" line=\"{line}\"",
        escape(&trial.title)
    );
    match trial.end() {
        End::Passed => text.push_str("/>\n"),
        End::NotRun => {
            text.push_str(
                ">\n      <skipped message=\"it has a mistake of its own\"/>\n    </testcase>\n",
            );
        }
        End::Failed => {
            text.push_str(">\n");
            let failures = trial
                .checks
                .iter()
                .filter_map(|check| check.failure.as_ref());
            for failure in failures {
                self::failure(text, sources, failure);
            }
            text.push_str("    </testcase>\n");
        }
    }
}

fn failure(text: &mut String, sources: &Sources, found: &Diagnostic) {
    let mut lines = Vec::new();
    for label in std::iter::once(&found.primary).chain(&found.related) {
        let file = sources.get(label.span.source);
        let place = file.position(label.span.start);
        lines.push(format!("{}:{place}: {}", file.name(), label.text));
    }
    lines.extend(
        found
            .help
            .iter()
            .flat_map(|help| help.lines())
            .map(str::to_owned),
    );
    let _ = writeln!(
        text,
        "      <failure type=\"{}\" message=\"{}\">{}</failure>",
        found.code.name(),
        escape(&found.message),
        escape(&lines.join("\n"))
    );
}

/// Makes a text safe inside an attribute or an element. What XML cannot hold at all becomes U+FFFD.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            other if other.is_control() => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_can_leave_its_attribute() {
        assert_eq!(
            escape("a\"<b>&'\u{0}\n\u{ffff}"),
            "a&quot;&lt;b&gt;&amp;&apos;\u{fffd}&#10;\u{fffd}"
        );
    }
}
