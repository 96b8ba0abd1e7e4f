//! The report as a terminal shows it: the answer, a block for each finding with the clause and the records marked, the table.
//!
//! The only file that names miette, which draws the snippets. Colours are always written; whoever prints takes them out where they are
//! not wanted.

use std::collections::BTreeSet;
use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode, SourceSpan};

use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::source::{SourceId, Sources, Span};
use crate::verdict::Status;

use super::excerpt::{Excerpt, excerpts, wrap};
use super::findings::by_gravity;
use super::headline::{headline, nothing_on_file, totals};
use super::table::{Cell, Table, pad, table};
use super::{Report, wording};

/// How many blocks are drawn before the rest is only counted.
const BLOCKS: usize = 100;

/// What the reader's screen can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Columns.
    pub width: usize,
    /// How lines are drawn.
    pub lines: Lines,
}

/// How lines are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Lines {
    Box,
    Ascii,
}

/// How much of the report is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Everything.
    Full,
    /// The answer and what is broken, overdue, missed or said to be broken.
    Quiet,
}

/// Draws what is wrong in the files. Advice of one kind is drawn once, with the other places named.
#[must_use]
pub fn problems(sources: &Sources, diagnostics: &[Diagnostic], screen: Screen) -> String {
    let mut text = String::new();
    let mut advised = BTreeSet::new();
    let mut drawn = 0;
    let mut left = 0;
    for diagnostic in diagnostics {
        let advice = diagnostic.severity == Severity::Advice;
        if advice && !advised.insert(diagnostic.code) {
            continue;
        }
        if drawn == BLOCKS {
            left += 1;
            continue;
        }
        drawn += 1;
        block(&mut text, sources, diagnostic, screen, Code::Shown);
        if advice {
            elsewhere(&mut text, sources, diagnostic, diagnostics, screen);
        }
        text.push('\n');
    }
    more(&mut text, left);
    text
}

/// Names the other places of an advice.
fn elsewhere(
    text: &mut String,
    sources: &Sources,
    first: &Diagnostic,
    diagnostics: &[Diagnostic],
    screen: Screen,
) {
    let places: Vec<Span> = diagnostics
        .iter()
        .filter(|other| other.code == first.code && *other != first)
        .map(|other| other.primary.span)
        .collect();
    if !places.is_empty() {
        let words = format!("the same in {}", lines_of(sources, &places).join("; "));
        indented(text, &words, screen, "", Style::new());
    }
}

/// Names places by file and lines: `a.treaty, lines 3, 5 and 8`; beyond a dozen lines of a file the rest is counted.
fn lines_of(sources: &Sources, places: &[Span]) -> Vec<String> {
    let mut files: Vec<(&str, Vec<String>)> = Vec::new();
    for span in places {
        let file = sources.get(span.source);
        let line = file.position(span.start).line.to_string();
        match files.iter_mut().find(|(name, _)| *name == file.name()) {
            Some((_, lines)) => lines.push(line),
            None => files.push((file.name(), vec![line])),
        }
    }
    let name = |(name, mut lines): (&str, Vec<String>)| {
        let more = lines.len().saturating_sub(12);
        lines.truncate(12);
        if more > 0 {
            lines.push(format!("{more} more"));
        }
        let noun = if lines.len() == 1 { "line" } else { "lines" };
        format!("{name}, {noun} {}", wording::list(&lines))
    };
    files.into_iter().map(name).collect()
}

/// Draws the whole report, without what is wrong in the files.
#[must_use]
pub fn render(report: &Report<'_>, screen: Screen, detail: Detail) -> String {
    let mut text = String::new();
    for line in headline(report) {
        paragraph(&mut text, &line, screen, bold());
    }
    let shown: Vec<_> = by_gravity(&report.findings)
        .into_iter()
        .filter(|finding| !finding.bare)
        .filter(|finding| detail == Detail::Full || finding.diagnostic.severity > Severity::Advice)
        .collect();
    if !shown.is_empty() {
        text.push('\n');
    }
    let mut seen = BTreeSet::new();
    for finding in shown.iter().take(BLOCKS) {
        let mut diagnostic = finding.diagnostic.clone();
        let again = take_known(&mut diagnostic, &mut seen);
        block(&mut text, report.sources, &diagnostic, screen, Code::Hidden);
        as_above(&mut text, report.sources, &again, screen);
        text.push('\n');
    }
    more(&mut text, shown.len().saturating_sub(BLOCKS));
    if shown.is_empty() {
        text.push('\n');
    }
    for line in nothing_on_file(report) {
        paragraph(&mut text, &line, screen, Style::new());
        text.push('\n');
    }
    if detail == Detail::Full {
        tables(&mut text, report, screen);
        paragraph(&mut text, &totals(report), screen, Style::new());
        for line in super::tables::lines(report) {
            paragraph(&mut text, &line, screen, Style::new());
        }
    }
    text
}

/// Takes out the records that were shown before under the same words, and gives their places.
fn take_known(diagnostic: &mut Diagnostic, seen: &mut BTreeSet<(Span, String)>) -> Vec<Span> {
    let (known, new) = std::mem::take(&mut diagnostic.related)
        .into_iter()
        .partition::<Vec<Label>, _>(|label| seen.contains(&(label.span, label.text.clone())));
    seen.extend(new.iter().map(|label| (label.span, label.text.clone())));
    diagnostic.related = new;
    known.into_iter().map(|label| label.span).collect()
}

fn as_above(text: &mut String, sources: &Sources, again: &[Span], screen: Screen) {
    for lines in lines_of(sources, again) {
        let words = format!("rests on {lines}, as above");
        indented(text, &words, screen, "", Style::new());
    }
}

/// Whether a block names its code; a finding says in words what it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Code {
    Shown,
    Hidden,
}

fn more(text: &mut String, left: usize) {
    if left > 0 {
        let _ = writeln!(text, "… and {left} more\n");
    }
}

fn bold() -> Style {
    Style::new().bold()
}

fn paragraph(text: &mut String, words: &str, screen: Screen, style: Style) {
    for line in wrap(&wording::harmless(words), screen.width) {
        let _ = writeln!(text, "{style}{line}{style:#}");
    }
}

fn block(
    text: &mut String,
    sources: &Sources,
    diagnostic: &Diagnostic,
    screen: Screen,
    code: Code,
) {
    title(text, diagnostic, screen, code);
    for (source, labels) in by_source(diagnostic) {
        let file = sources.get(source);
        let name = wording::harmless(file.name());
        for excerpt in excerpts(file, &labels, screen.width) {
            snippet(text, &name, &excerpt, screen);
        }
    }
    if let Some(help) = &diagnostic.help {
        let style = AnsiColor::Cyan.on_default();
        indented(text, help, screen, "help: ", style);
    }
}

fn title(text: &mut String, diagnostic: &Diagnostic, screen: Screen, code: Code) {
    let (mark, style) = match (diagnostic.severity, screen.lines) {
        (Severity::Error, Lines::Box) => ("× ", AnsiColor::Red.on_default().bold()),
        (Severity::Error, Lines::Ascii) => ("x ", AnsiColor::Red.on_default().bold()),
        (Severity::Warning, _) => ("! ", AnsiColor::Yellow.on_default().bold()),
        (Severity::Advice, _) => ("> ", AnsiColor::Cyan.on_default().bold()),
    };
    match code {
        Code::Shown => {
            let word = diagnostic.severity.word();
            let message = format!(
                "{word}: {} [{}]",
                diagnostic.message,
                diagnostic.code.name()
            );
            for (number, line) in wrap(&wording::harmless(&message), screen.width)
                .iter()
                .enumerate()
            {
                let _ = match line.strip_prefix(word).filter(|_| number == 0) {
                    Some(rest) => writeln!(text, "{style}{word}{style:#}{rest}"),
                    None => writeln!(text, "  {line}"),
                };
            }
        }
        Code::Hidden => indented(text, &diagnostic.message, screen, mark, style),
    }
}

fn indented(text: &mut String, words: &str, screen: Screen, mark: &str, style: Style) {
    let indent = " ".repeat(mark.len());
    let indent = if mark.is_ascii() {
        indent
    } else {
        "  ".to_owned()
    };
    let room = screen.width.saturating_sub(2 + indent.len());
    for (number, line) in wrap(&wording::harmless(words), room)
        .into_iter()
        .enumerate()
    {
        let _ = if number == 0 {
            writeln!(text, "  {style}{mark}{style:#}{line}")
        } else {
            writeln!(text, "  {indent}{line}")
        };
    }
}

/// Gathers the labels by file: the main place's file first, then in order of mention.
fn by_source(diagnostic: &Diagnostic) -> Vec<(SourceId, Vec<&Label>)> {
    let mut files: Vec<(SourceId, Vec<&Label>)> = Vec::new();
    for label in std::iter::once(&diagnostic.primary).chain(&diagnostic.related) {
        let source = label.span.source;
        match files.iter_mut().find(|(known, _)| *known == source) {
            Some((_, labels)) => labels.push(label),
            None => files.push((source, vec![label])),
        }
    }
    files
}

fn snippet(text: &mut String, name: &str, excerpt: &Excerpt, screen: Screen) {
    let Some(at) = excerpt.at else { return };
    let drawn = draw(name, excerpt, screen);
    let Some(drawn) = drawn.filter(|_| !excerpt.text.is_empty()) else {
        let _ = writeln!(text, "    at {name}:{at}");
        return;
    };
    let drawn = drawn.trim_end();
    text.push_str(drawn);
    let gutter = (excerpt.first_line + excerpt.text.matches('\n').count())
        .to_string()
        .len()
        + 7;
    let indent = " ".repeat(gutter);
    let room = screen.width.saturating_sub(gutter + 1);
    let mut lines = excerpt.below.iter().flat_map(|below| wrap(below, room));
    if let Some(first) = lines.next() {
        let _ = write!(text, " {first}");
    }
    text.push('\n');
    for line in lines {
        let _ = writeln!(text, "{indent} {line}");
    }
}

/// Draws one excerpt; miette wants a message above it, which is cut away.
fn draw(name: &str, excerpt: &Excerpt, screen: Screen) -> Option<String> {
    let (theme, corner) = match screen.lines {
        Lines::Box => (GraphicalTheme::unicode(), "╭─["),
        Lines::Ascii => (GraphicalTheme::ascii(), ",-["),
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(usize::MAX / 2)
        .with_context_lines(0)
        .without_cause_chain()
        .without_syntax_highlighting();
    let code = Text { name, excerpt };
    let snippet = Snippet { code: &code };
    let mut drawn = String::new();
    handler.render_report(&mut drawn, &snippet).ok()?;
    let at = drawn.find(corner)?;
    let start = drawn.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
    drawn.get(start..).map(str::to_owned)
}

/// An excerpt as miette reads it: always the whole of it, under the real line and column.
#[derive(Debug)]
struct Text<'a> {
    name: &'a str,
    excerpt: &'a Excerpt,
}

impl SourceCode for Text<'_> {
    fn read_span<'b>(
        &'b self,
        span: &SourceSpan,
        _before: usize,
        _after: usize,
    ) -> Result<Box<dyn miette::SpanContents<'b> + 'b>, miette::MietteError> {
        let text = &self.excerpt.text;
        let first = self.excerpt.first_line.saturating_sub(1);
        let column = self
            .excerpt
            .at
            .map_or(0, |at| at.column.saturating_sub(1) as usize);
        let _ = span;
        Ok(Box::new(miette::MietteSpanContents::new_named(
            self.name.to_owned(),
            text.as_bytes(),
            (0, text.len()).into(),
            first,
            column,
            text.matches('\n').count() + 1,
        )))
    }
}

/// A message without words, for its snippet.
#[derive(Debug)]
struct Snippet<'a> {
    code: &'a Text<'a>,
}

impl std::fmt::Display for Snippet<'_> {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Snippet<'_> {}

impl miette::Diagnostic for Snippet<'_> {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.code)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let labels = self.code.excerpt.marks.iter().map(|mark| {
            let text = (!mark.text.is_empty()).then(|| mark.text.clone());
            LabeledSpan::new(text, mark.start, mark.end.saturating_sub(mark.start))
        });
        Some(Box::new(labels))
    }
}

fn tables(text: &mut String, report: &Report<'_>, screen: Screen) {
    let several = report
        .views
        .iter()
        .filter(|view| view.pledges().next().is_some())
        .count()
        > 1;
    for view in &report.views {
        if view.pledges().next().is_none() {
            continue;
        }
        if several {
            let name = view.name(report.sources);
            let line = match &view.agreement.title {
                Some(title) => format!("{name}: {title}"),
                None => name.to_owned(),
            };
            paragraph(text, &line, screen, bold());
        }
        draw_table(text, &table(view, screen.width), screen);
        text.push('\n');
    }
}

fn draw_table(text: &mut String, table: &Table, screen: Screen) {
    let dim = Style::new().dimmed();
    let head: Vec<Cell> = table
        .head
        .iter()
        .map(|name| Cell {
            text: name.clone(),
            status: None,
        })
        .collect();
    row(text, &head, &table.widths, Some(dim));
    for cells in &table.rows {
        row(text, cells, &table.widths, None);
    }
    if let Some(legend) = &table.legend {
        paragraph(text, legend, screen, dim);
    }
}

fn row(text: &mut String, cells: &[Cell], widths: &[usize], style: Option<Style>) {
    let last = cells.len().saturating_sub(1);
    for (index, (cell, &width)) in cells.iter().zip(widths).enumerate() {
        let style = style.unwrap_or_else(|| cell.status.map_or(Style::new(), colour));
        let padded = if index == last {
            cell.text.clone()
        } else {
            pad(&cell.text, width + 2)
        };
        let words = padded.trim_end();
        let blanks = padded.len() - words.len();
        let _ = write!(text, "{style}{words}{style:#}{}", " ".repeat(blanks));
    }
    text.push('\n');
}

fn colour(status: Status) -> Style {
    match status {
        Status::Breached | Status::Overdue => AnsiColor::Red.on_default(),
        Status::Missed | Status::FulfilledLate | Status::Undetermined => {
            AnsiColor::Yellow.on_default()
        }
        Status::Fulfilled | Status::Held => AnsiColor::Green.on_default(),
        Status::Dormant
        | Status::Pending
        | Status::FulfilledTimingUnknown
        | Status::Holding
        | Status::Contingent
        | Status::Suspended
        | Status::Excused
        | Status::Waived
        | Status::Ended
        | Status::Unjudged => Style::new(),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test should stop")]
    use super::*;
    use crate::diagnostic::Code as DiagnosticCode;

    fn drawn(text: &str, needle: &str, label: &str) -> String {
        let mut sources = Sources::default();
        let id = sources.add("a.treaty", text);
        let start = text.find(needle).unwrap();
        let span = Span::new(id, start, start + needle.len());
        let found = Diagnostic::new(DiagnosticCode::UnknownName, span, "nothing is called so");
        let screen = Screen {
            width: 60,
            lines: Lines::Ascii,
        };
        let drawn = problems(&sources, &[found.label(label)], screen);
        anstream::adapter::strip_str(&drawn).to_string()
    }

    #[test]
    fn wide_characters_take_two_columns() {
        let expected = "\
error: nothing is called so [unknown-name]
   ,-[a.treaty:2:12]
 2 | party \"南国\" wrong
   :              ^^|^^
   :                `-- here
   `----

";
        assert_eq!(
            drawn("x\nparty \"南国\" wrong\n", "wrong", "here"),
            expected
        );
    }

    #[test]
    fn columns_are_those_of_the_characters() {
        let text = drawn("party \"الجنوب\" wrong\n", "wrong", "");
        assert!(text.contains("a.treaty:1:16]"), "{text}");
    }

    #[test]
    fn a_place_past_the_end_is_still_shown() {
        let mut sources = Sources::default();
        let id = sources.add("a.treaty", "");
        let found = Diagnostic::new(
            DiagnosticCode::MissingBrace,
            Span::new(id, 9, 9),
            "expected `}`",
        );
        let screen = Screen {
            width: 60,
            lines: Lines::Box,
        };
        let drawn = problems(&sources, &[found], screen);
        assert!(drawn.contains("at a.treaty:1:1"), "{drawn}");
    }
}
