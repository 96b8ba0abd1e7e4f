//! What comes to light while a file is read: its problems, whether they leave something out, and what its names stand for.

use std::borrow::Cow;

use crate::agreement::{Mention, Named};
use crate::diagnostic::{Code, Diagnostic, Severity, Suggestions};
use crate::source::Span;

/// A list of problems that knows whether one of them is grave, and the names that were understood on the way.
#[derive(Debug, Default)]
pub(in crate::record) struct Problems {
    pub(in crate::record) diagnostics: Vec<Diagnostic>,
    pub(in crate::record) mentions: Vec<Mention>,
    grave: bool,
    /// What is left of the search for names that were meant; it goes from one record to the next.
    pub(in crate::record) suggestions: Suggestions,
}

impl Problems {
    pub(in crate::record) fn push(&mut self, diagnostic: Diagnostic) {
        self.grave |= diagnostic.severity == Severity::Error;
        self.diagnostics.push(diagnostic);
    }

    /// Notes what a name at a place stands for.
    pub(in crate::record) fn mention(&mut self, at: Span, declared: Span, sort: Named) {
        self.mentions.push(Mention { at, declared, sort });
    }

    /// Notes a problem that has been reported elsewhere.
    pub(in crate::record) fn known(&mut self) {
        self.grave = true;
    }

    /// Says whether what was read cannot be used.
    pub(in crate::record) fn is_grave(&self) -> bool {
        self.grave
    }

    pub(in crate::record) fn append(&mut self, other: Problems) {
        self.grave |= other.grave;
        self.diagnostics.extend(other.diagnostics);
        self.mentions.extend(other.mentions);
    }

    /// Reports a name that nothing declares, with the nearest known one; `span` is the quoted value.
    pub(in crate::record) fn push_unknown<'a>(
        &mut self,
        code: Code,
        span: Span,
        message: String,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) {
        let report = self.unknown(code, span, message, name, known);
        self.push(report);
    }

    /// Builds the report of a name that nothing declares and that is a part of a text; `span` is the name without quotes.
    pub(super) fn unknown_part<'a>(
        &mut self,
        code: Code,
        (span, part): (Span, Span),
        message: String,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Diagnostic {
        let mut diagnostic = self.unknown(code, span, message, name, known);
        if part.start > span.start + 1 || part.end + 1 < span.end {
            for edit in diagnostic.fix.iter_mut().flat_map(|fix| &mut fix.edits) {
                edit.span = part;
                edit.value = edit.value.trim_matches('"').to_owned();
            }
        }
        diagnostic
    }

    /// Builds the report of a name that nothing declares, with the nearest known one; `span` is the quoted value.
    pub(in crate::record) fn unknown<'a>(
        &mut self,
        code: Code,
        span: Span,
        message: String,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Diagnostic {
        let diagnostic = Diagnostic::new(code, span, message);
        match self.suggestions.nearest(name, known) {
            Some(nearest) => diagnostic.help(format!("Did you mean `{nearest}`?")).fix(
                format!("write `{nearest}`"),
                span,
                quoted(nearest),
            ),
            None => diagnostic,
        }
    }
}

/// Writes a key, in quotes where TOML needs them.
pub(super) fn key(name: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    if !name.is_empty() && name.chars().all(plain) {
        name.to_owned()
    } else {
        quoted(name)
    }
}

/// Writes a text as a TOML string.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Lists names for a sentence: `` `a`, `b` and `c` ``.
pub(in crate::record) fn listed(names: &[&str]) -> String {
    let mut text = String::new();
    for (at, name) in names.iter().enumerate() {
        text.push_str(match (at, at + 1 == names.len()) {
            (0, _) => "",
            (_, true) => " and ",
            (_, false) => ", ",
        });
        text.push('`');
        text.push_str(name);
        text.push('`');
    }
    text
}

/// How many letters of a text a message repeats. Picked by gut feeling.
const SHOWN: usize = 80;

/// Gives a text as a message repeats it: a cell may be as long as a file.
pub(in crate::record) fn clipped(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(SHOWN) {
        None => Cow::Borrowed(text),
        Some((end, _)) => Cow::Owned(format!("{}…", text.get(..end).unwrap_or_default())),
    }
}
