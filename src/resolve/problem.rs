//! Reporting: how things, types and names are called in messages, and which name was probably meant.

use super::Resolver;
use crate::agreement::{Sort, ThingId, Type, Word};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::source::Span;
use crate::syntax::ast::Name;

impl Resolver<'_> {
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Gives a mark for [`Resolver::failed_since`].
    pub(super) fn mark(&self) -> usize {
        self.diagnostics.len()
    }

    /// Says whether an error was reported since the mark was taken.
    pub(super) fn failed_since(&self, mark: usize) -> bool {
        self.diagnostics
            .iter()
            .skip(mark)
            .any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Gives the known name that is nearest, as long as the run still looks for suggestions.
    pub(super) fn suggest(&mut self, word: &str, known: &[String]) -> Option<String> {
        let near = known
            .iter()
            .map(String::as_str)
            .filter(|name| may_be_near(word, name));
        self.suggestions.nearest(word, near).map(str::to_owned)
    }

    /// Says whether the run still looks for suggestions, so that nobody collects names for nothing.
    pub(super) fn still_suggests(&self) -> bool {
        self.suggestions.room() > 0
    }

    /// Reports a name that nothing declares, unless the declaration may have been lost in an item that could not be parsed.
    pub(super) fn report_unknown(&mut self, what: &str, name: &Name, known: &[String], none: &str) {
        if self.lost.contains(name.text.as_str()) {
            return;
        }
        let message = format!("no {what} is called `{}`", name.text);
        let diagnostic = Diagnostic::new(Code::UnknownName, name.span, message);
        let diagnostic = self.with_suggestion(diagnostic, name, known, none);
        self.report(diagnostic);
    }

    /// Adds "did you mean" and its fix where a known name is near, else the help for when none is.
    pub(super) fn with_suggestion(
        &mut self,
        diagnostic: Diagnostic,
        name: &Name,
        known: &[String],
        none: &str,
    ) -> Diagnostic {
        match self.suggest(&name.text, known) {
            Some(near) => diagnostic.help(format!("Did you mean `{near}`?")).fix(
                format!("write `{near}`"),
                name.span,
                near,
            ),
            None if none.is_empty() => diagnostic,
            None => diagnostic.help(none),
        }
    }

    pub(super) fn report_wrong_kind(&mut self, name: &Name, message: String, help: &str) {
        let mut diagnostic = Diagnostic::new(Code::WrongKindOfName, name.span, message);
        if let Some((span, what)) = self.declared_at(&name.text) {
            diagnostic = diagnostic.related(span, format!("`{}` is {what}", name.text));
        }
        if !help.is_empty() {
            diagnostic = diagnostic.help(help);
        }
        self.report(diagnostic);
    }

    /// Gives where a thing, date or kind of occurrence is declared, and what it is.
    fn declared_at(&self, name: &str) -> Option<(Span, &'static str)> {
        if let Some(&id) = self.vocabulary.thing_names.get(name) {
            let thing = self.vocabulary.thing(id);
            let built_in = self.vocabulary.parties == Some(id);
            return (!built_in).then(|| (thing.span, sort_name(thing.sort)));
        }
        if let Some(date) = self.dates.get(name) {
            return Some((date.name.span, "a date"));
        }
        let &word = self.vocabulary.words.get(name)?;
        Some((self.word_span(word), word_name(word)))
    }

    pub(super) fn word_span(&self, word: Word) -> Span {
        match word {
            Word::Kind(id) => self.vocabulary.kind(id).span,
            Word::Measure(id) => self.vocabulary.measure(id).span,
            Word::Given(id) => self.vocabulary.given(id).span,
            Word::State(id) => self.vocabulary.state(id).span,
            Word::Relation(id) => self.vocabulary.relation(id).span,
        }
    }

    /// Says what a type asks for: "an actor", "a number of persons".
    pub(super) fn type_name(&self, ty: Type) -> String {
        match ty {
            Type::Actor => "an actor".to_owned(),
            Type::Group => "a group".to_owned(),
            Type::Place => "a place".to_owned(),
            Type::Category(root) => format!("a kind of `{}`", self.vocabulary.thing(root).name),
            Type::Number(Some(unit)) => {
                format!("a number of {}", self.vocabulary.units.name(unit))
            }
            Type::Number(None) => "a number".to_owned(),
            Type::Date => "a date".to_owned(),
            Type::Text => "a text".to_owned(),
            Type::Flag => "`true` or `false`".to_owned(),
            Type::Event => "another record".to_owned(),
        }
    }

    /// Says what a thing is: "a party", "a kind of `weapon`".
    pub(super) fn thing_name(&self, id: ThingId) -> &'static str {
        sort_name(self.vocabulary.thing(id).sort)
    }
}

/// Says at little cost whether two words can be near: one edit changes the length by one and the letters in use by two at most.
fn may_be_near(a: &str, b: &str) -> bool {
    let letters = |word: &str| {
        word.bytes()
            .map(|byte| byte.to_ascii_lowercase())
            .fold((0_u64, 0_u32), |(seen, count), byte| {
                (seen | 1 << (byte % 64), count + 1)
            })
    };
    let ascii = a.is_ascii() && b.is_ascii();
    let ((a, a_count), (b, b_count)) = (letters(a), letters(b));
    // A letter beyond ASCII is up to four bytes, all of which one edit may change.
    let width = if ascii { 1 } else { 4 };
    let edits = (a_count.max(b_count) / 3).max(1) * width;
    a_count.abs_diff(b_count) <= edits && (a ^ b).count_ones() <= edits * 2
}

/// Names a sort with its article.
pub(super) fn sort_name(sort: Sort) -> &'static str {
    match sort {
        Sort::Party => "a party",
        Sort::Actor => "an actor",
        Sort::Group => "a group",
        Sort::Place => "a place",
        Sort::Category => "a category",
    }
}

/// Names a kind of occurrence with its article.
pub(super) fn word_name(word: Word) -> &'static str {
    match word {
        Word::Kind(_) => "an event",
        Word::Measure(_) => "a measure",
        Word::Given(_) => "a given quantity",
        Word::State(_) => "a state",
        Word::Relation(_) => "a relation",
    }
}
