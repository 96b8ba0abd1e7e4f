//! Diagnostics as data: what is wrong or broken, where, and what to do about it.
//!
//! A pass builds these; it does not format, colour or print. The terminal, the JSON report and the editor show the same value.

pub mod code;

use crate::source::{Span, Spanned};

pub use code::{Class, Code};

/// How grave a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Advice,
    /// Probably not what the author meant, or something said against a party at a weaker standing than asked for.
    Warning,
    /// A file that cannot be used as it is, or a pledge that is broken.
    Error,
}

impl Severity {
    /// Gives the word used in every output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Severity::Advice => "advice",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A place and what is to be said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// A short fragment; empty where the message says it all.
    pub text: String,
}

/// A mechanical change that mends the trouble.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What the change does, as an imperative: "write `taliban`".
    pub title: String,
    /// The replacements; they do not overlap.
    pub edits: Vec<Spanned<String>>,
}

/// One thing to tell the user.
///
/// Messages are lowercase fragments without a final period or a line break; the user's words stand in backticks; what was expected comes
/// before what was found. Advice goes into `help`, places into labels, a mechanical change into `fix`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The row of the table of codes.
    pub code: Code,
    /// The gravity; the table's own unless a lint setting changed it.
    pub severity: Severity,
    /// What is the matter.
    pub message: String,
    /// Where.
    pub primary: Label,
    /// Other places that belong to it, in any file.
    pub related: Vec<Label>,
    /// What to do instead; whole sentences allowed, several lines allowed.
    pub help: Option<String>,
    /// A change that an editor can make.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// Builds a diagnostic with the severity of its code and an empty label at `span`. Line breaks in words of the user become blanks.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Diagnostic {
            code,
            severity: code.severity(),
            message: one_line(message.into()),
            primary: Label {
                span,
                text: String::new(),
            },
            related: Vec::new(),
            help: None,
            fix: None,
        }
    }

    /// Puts a text at the main place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn related(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Sets the help.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Sets a fix that replaces `span` by `text`.
    #[must_use]
    pub fn fix(mut self, title: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        self.fix = Some(Fix {
            title: title.into(),
            edits: vec![Spanned::new(text.into(), span)],
        });
        self
    }
}

fn one_line(message: String) -> String {
    if !message.contains(['\n', '\r']) {
        return message;
    }
    let lines = message.split(['\n', '\r']).map(str::trim);
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    lines.join(" ")
}

/// Puts diagnostics in the order in which they are shown: by file, then place, then code.
pub fn sort(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by(|a, b| {
        (a.primary.span, a.code.name(), &a.message).cmp(&(
            b.primary.span,
            b.code.name(),
            &b.message,
        ))
    });
}

/// Finds the known name that is nearest to a misspelt one, if one is near enough to be meant.
///
/// Near enough: an edit distance (swapped neighbours are one edit) of at most a third of the longer word's letters, at least one, but never all of
/// them: `p` is not meant by `q`. Of equally near names the first in alphabetical order is taken, so that the answer does not
/// depend on the order of `known`.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let own = word.chars().count();
    if own > LONGEST_MEANT {
        return None;
    }
    let lower = word.to_lowercase();
    let near = |name: &'a str| {
        // Four bytes are a letter at most, so this needs no look at the letters of a very long name.
        if name.len() > 8 * LONGEST_MEANT || name == word {
            return None;
        }
        let letters = name.chars().count();
        let longer = own.max(letters);
        let allowed = (longer / 3).max(1).min(longer.saturating_sub(1));
        if own.abs_diff(letters) > allowed {
            return None;
        }
        let distance = strsim::osa_distance(&lower, &name.to_lowercase());
        (distance <= allowed).then_some((distance, name))
    };
    known
        .into_iter()
        .filter_map(near)
        .min()
        .map(|(_, name)| name)
}

/// The longest word that can be a misspelling. Picked by gut feeling.
const LONGEST_MEANT: usize = 100;

/// A bound on the search for names that were meant.
///
/// Each search looks at every known name, so a file of many unknown names beside many known ones would take the product of the two.
/// Nobody reads that many suggestions: once the bound is used up, none are made.
#[derive(Clone, Copy, Debug)]
pub struct Suggestions {
    /// How many more names are compared.
    left: usize,
}

impl Default for Suggestions {
    fn default() -> Suggestions {
        // Picked by gut feeling: it takes less than a second.
        Suggestions { left: 300_000 }
    }
}

impl Suggestions {
    /// Gives how many known names are worth gathering for [`Suggestions::nearest`]: any number, or none once the bound is used up.
    #[must_use]
    pub fn room(&self) -> usize {
        if self.left == 0 { 0 } else { usize::MAX }
    }

    /// Finds the name that was meant, as [`did_you_mean`] does, within the bound.
    pub fn nearest<'a>(
        &mut self,
        word: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Option<&'a str> {
        if self.left == 0 {
            return None;
        }
        let mut compared = 0;
        let near = did_you_mean(word, known.into_iter().inspect(|_| compared += 1));
        self.left = self.left.saturating_sub(compared);
        near
    }
}
