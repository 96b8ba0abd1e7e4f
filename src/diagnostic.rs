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
    /// Builds a diagnostic with the severity of its code and an empty label at `span`.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Diagnostic {
            code,
            severity: code.severity(),
            message: message.into(),
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
/// Near enough: a Damerau-Levenshtein distance of at most a third of the longer word's letters, at least one, but never all of
/// them: `p` is not meant by `q`. Of equally near names the first in alphabetical order is taken, so that the answer does not
/// depend on the order of `known`.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = |name: &str| {
        let letters = word.chars().count().max(name.chars().count());
        (letters / 3).max(1).min(letters.saturating_sub(1))
    };
    known
        .into_iter()
        .filter(|name| *name != word)
        .map(|name| {
            (
                strsim::damerau_levenshtein(&word.to_lowercase(), &name.to_lowercase()),
                name,
            )
        })
        .filter(|&(distance, name)| distance <= allowed(name))
        .min()
        .map(|(_, name)| name)
}
