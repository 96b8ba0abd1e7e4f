//! Where names stand and what they mean there, noted wherever one is declared or looked up.

use super::Resolver;
use super::scope::Scope;
use crate::agreement::{Mention, Named, ThingId, VariableId, Word};
use crate::source::Span;
use crate::syntax::ast::Name;

impl<'a> Resolver<'a> {
    pub(super) fn mention(&mut self, at: Span, declared: Span, sort: Named) {
        self.mentions.push(Mention { at, declared, sort });
    }

    pub(super) fn declares_name(&mut self, name: &Name, sort: Named) {
        self.mention(name.span, name.span, sort);
    }

    pub(super) fn mention_thing(&mut self, name: &Name, id: ThingId) {
        let declared = self.vocabulary.thing(id).span;
        self.mention(name.span, declared, Named::Thing);
    }

    pub(super) fn mention_word(&mut self, name: &Name, word: Word) {
        let sort = match word {
            Word::Kind(_) => Named::Kind,
            Word::Measure(_) => Named::Measure,
            Word::Given(_) => Named::Given,
            Word::State(_) => Named::State,
            Word::Relation(_) => Named::Relation,
        };
        self.mention(name.span, self.word_span(word), sort);
    }

    pub(super) fn mention_label(&mut self, label: &Name, word: Word, slot: usize) {
        let declared = match word {
            Word::Given(id) => {
                let labels = self.given_labels.get(id.0 as usize);
                labels.and_then(|labels| labels.get(slot)).copied()
            }
            Word::Kind(_) | Word::Measure(_) | Word::State(_) | Word::Relation(_) => {
                self.fields(word).get(slot).map(|field| field.span)
            }
        };
        if let Some(declared) = declared {
            self.mention(label.span, declared, Named::Label);
        }
    }

    pub(super) fn mention_variable(&mut self, scope: &Scope, name: &Name, id: VariableId) {
        if let Some(bound) = scope.variables.get(usize::from(id.0)) {
            self.mention(name.span, bound.declared, Named::Variable);
        }
    }

    pub(super) fn mention_date(&mut self, name: &Name) {
        if let Some(date) = self.dates.get(name.text.as_str()) {
            self.mention(name.span, date.name.span, Named::Date);
        }
    }

    pub(super) fn mention_unit(&mut self, name: &Name) {
        if let Some(&declared) = self.vocabulary.unit_names.get(&name.text) {
            self.mention(name.span, declared, Named::Unit);
        }
    }

    pub(super) fn mention_pledge(&mut self, name: &Name) {
        if let Some(&declared) = self.found.pledge_spans.get(name.text.as_str()) {
            self.mention(name.span, declared, Named::Pledge);
        }
    }

    /// Notes who speaks in a scenario: an actor of the rules, else a source that is declared where the file first names it.
    pub(super) fn mention_voice(&mut self, name: &'a Name) {
        if let Some(&id) = self.vocabulary.thing_names.get(&name.text)
            && self.fits(id, crate::agreement::Type::Actor)
        {
            self.mention_thing(name, id);
            return;
        }
        let voice = (name.span.source, name.text.as_str());
        let declared = *self.voices.entry(voice).or_insert(name.span);
        self.mention(name.span, declared, Named::Source);
    }

    /// Says where each unit is declared: by its own item, else where it is first named, in the file that the others use.
    pub(super) fn declare_unit_names(&mut self) {
        for (name, &span) in &self.found.unit_spans {
            self.vocabulary.unit_names.insert((*name).to_owned(), span);
        }
        let mut implied: Vec<&'a Name> = Vec::new();
        for (_, measure) in &self.found.measures {
            implied.extend(&measure.unit);
            implied.extend(measure.fields.iter().filter_map(super::units::field_unit));
        }
        for (_, event) in &self.found.events {
            implied.extend(event.fields.iter().filter_map(super::units::field_unit));
        }
        let files = &self.files;
        let order = |name: &&Name| {
            let source = name.span.source;
            let file = files.iter().position(|file| file.file.id() == source);
            (file, name.span.start)
        };
        implied.sort_by_cached_key(order);
        for name in implied {
            let names = &mut self.vocabulary.unit_names;
            names.entry(name.text.clone()).or_insert(name.span);
        }
    }

    /// Notes that a variable stands for that of another pledge because both have one name.
    pub(super) fn tie(&mut self, own: Span, other: Span) {
        if own != other {
            self.ties.push((own, other));
        }
    }
}
