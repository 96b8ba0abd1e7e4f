//! What each word of a TOML file is, for colouring.

use std::collections::BTreeMap;

use crate::agreement::{Named, Sort, Vocabulary};
use crate::ide::Reading;
use crate::ide::tokens::{Coloured, WordKind};
use crate::ide::toml::{Entry, Toml, Value, ValueKind};
use crate::source::{SourceFile, Span};

/// Gives every key, value and comment of a file with what it is, in order of the places.
#[must_use]
pub fn colours(reading: &Reading, file: &SourceFile, toml: &Toml) -> Vec<Coloured> {
    let mut words = Words {
        file,
        named: named(reading, file),
        found: Vec::new(),
    };
    for block in &toml.blocks {
        let keys = block.header.iter().flat_map(|header| &header.keys);
        for (index, key) in keys.enumerate() {
            let kind = if index == 0 {
                WordKind::Keyword
            } else {
                WordKind::Label
            };
            words.name(key.span, kind);
        }
        words.entries(&block.entries);
    }
    for &comment in &toml.comments {
        words.plain(comment, WordKind::Comment);
    }
    let mut found = words.found;
    found.retain(|word| word.span.start < word.span.end);
    found.sort_by_key(|word| (word.span.start, word.span.end));
    found
}

/// Gives what the names of a file are, by their places, and whether each is declared there.
fn named(reading: &Reading, file: &SourceFile) -> BTreeMap<Span, (WordKind, bool)> {
    let vocabularies = &reading.told().vocabularies;
    let mut sorts: BTreeMap<Span, Sort> = BTreeMap::new();
    for thing in vocabularies
        .iter()
        .flat_map(|vocabulary: &Vocabulary| &vocabulary.things)
    {
        sorts.insert(thing.span, thing.sort);
    }
    let names = reading.names().of(file.id()).iter();
    names
        .map(|it| {
            let sort = sorts.get(&it.declared).copied();
            (it.at, (word_kind(it.sort, sort), it.at == it.declared))
        })
        .collect()
}

fn word_kind(named: Named, sort: Option<Sort>) -> WordKind {
    match (named, sort) {
        (Named::Thing, Some(Sort::Place)) => WordKind::Place,
        (Named::Thing, Some(Sort::Category)) => WordKind::Category,
        (Named::Thing, _) => WordKind::Actor,
        (Named::Kind, _) => WordKind::Event,
        (Named::Measure | Named::Given, _) => WordKind::Measure,
        (Named::State | Named::Relation, _) => WordKind::State,
        (Named::Label, _) => WordKind::Label,
        (Named::Unit, _) => WordKind::Unit,
        (Named::Date, _) => WordKind::NamedDate,
        (Named::Pledge, _) => WordKind::Pledge,
        (Named::Variable, _) => WordKind::Variable,
        (Named::Source, _) => WordKind::Source,
        (Named::Record, _) => WordKind::Record,
    }
}

struct Words<'f> {
    file: &'f SourceFile,
    named: BTreeMap<Span, (WordKind, bool)>,
    found: Vec<Coloured>,
}

impl Words<'_> {
    fn plain(&mut self, span: Span, kind: WordKind) {
        self.found.push(Coloured {
            span,
            kind,
            declares: false,
        });
    }

    /// Colours a word by what it names, else as what it looks like.
    fn name(&mut self, span: Span, otherwise: WordKind) {
        let (kind, declares) = self.named.get(&span).copied().unwrap_or((otherwise, false));
        self.found.push(Coloured {
            span,
            kind,
            declares,
        });
    }

    fn entries(&mut self, entries: &[Entry]) {
        for entry in entries {
            for key in &entry.keys {
                self.plain(key.span, WordKind::Label);
            }
            if let Some(value) = &entry.value {
                self.value(value);
            }
        }
    }

    fn value(&mut self, value: &Value) {
        match &value.kind {
            ValueKind::Text { bare, .. } if self.named.contains_key(bare) => {
                self.name(*bare, WordKind::Text);
            }
            ValueKind::Text { bare, .. } => self.text(value.span, *bare),
            ValueKind::List(items) => items.iter().for_each(|item| self.value(item)),
            ValueKind::Table(entries) => self.entries(entries),
            ValueKind::Plain => {
                let kind = self.plain_kind(value.span);
                self.plain(value.span, kind);
            }
        }
    }

    /// Colours a text, the names within it by what they are.
    fn text(&mut self, whole: Span, bare: Span) {
        let inside = self.named.range(bare..);
        let inside: Vec<Span> = inside
            .map(|(span, _)| *span)
            .take_while(|span| span.start < bare.end)
            .collect();
        let mut from = whole.start;
        for span in inside {
            self.plain(
                Span {
                    start: from,
                    end: span.start,
                    ..whole
                },
                WordKind::Text,
            );
            self.name(span, WordKind::Text);
            from = span.end;
        }
        self.plain(
            Span {
                start: from,
                ..whole
            },
            WordKind::Text,
        );
    }

    fn plain_kind(&self, span: Span) -> WordKind {
        let text = self.file.slice(span);
        if matches!(text, "true" | "false") {
            return WordKind::Keyword;
        }
        let is_date = text.get(4..5) == Some("-") || text.get(2..3) == Some(":");
        if is_date {
            WordKind::Date
        } else {
            WordKind::Number
        }
    }
}
