//! What may stand where somebody is typing: words of the language, names that fit, labels that are not given yet, beginnings of declarations.
//!
//! What fits is told from the words to the left of the cursor ([`super::cursor`]), since the text to its right is not written yet.

mod wants;

use std::collections::{BTreeMap, BTreeSet};

use super::Reading;
use super::cursor::{Cursor, cursor};
use super::hover::type_words;
use super::keywords::explained;
use super::signature::{agreement_of, docs, labels};
use crate::agreement::{Agreement, Sort, Thing, Type, Word};
use crate::source::{SourceId, Span};
use crate::syntax::token::TokenKind;

use wants::{Want, wants};

/// What can be put at the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completions {
    /// What it replaces: the part of a word before the cursor.
    pub typed: Option<Span>,
    /// What fits, the likeliest first.
    pub items: Vec<Completion>,
    /// Whether more would fit than are listed.
    pub cut: bool,
}

/// Something that fits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Completion {
    /// How near it is: the smaller, the likelier.
    pub rank: u8,
    /// What it is called, and what is written where nothing else is said.
    pub label: String,
    /// What it is.
    pub sort: CompletionSort,
    /// A few words on it.
    pub detail: String,
    /// What is written instead of the label; `${1:…}` are places to fill in.
    pub snippet: Option<String>,
    /// More on it.
    pub docs: String,
}

/// What is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say it")]
pub enum CompletionSort {
    Keyword,
    Thing,
    Kind,
    Measure,
    State,
    Label,
    Unit,
    Date,
    Pledge,
    Variable,
    Snippet,
}

/// How many are listed at most: more than anybody reads, and few enough for a client to sort.
const MOST: usize = 200;

/// Gives what may stand at a place of a rule file.
#[must_use]
pub fn completions(reading: &Reading, file: SourceId, offset: u32) -> Completions {
    let Some((cursor, agreement)) = reading.rules(file).and_then(|(text, parse)| {
        let cursor = cursor(text, parse, offset)?;
        Some((cursor, agreement_of(reading, file)?))
    }) else {
        return Completions::default();
    };
    let mut offer = Offer {
        reading,
        agreement,
        file,
        cursor: &cursor,
        items: BTreeMap::new(),
    };
    for want in wants(&cursor, agreement) {
        offer.want(&want);
    }
    let typed = reading.project.sources.get(file).slice(cursor.typed);
    let mut items: Vec<Completion> = offer.items.into_values().collect();
    items.sort();
    let cut = items.len() > MOST;
    if cut {
        let near = |item: &Completion| item.label.to_lowercase().contains(&typed.to_lowercase());
        items.retain(near);
        items.truncate(MOST);
    }
    Completions {
        typed: Some(cursor.typed),
        items,
        cut,
    }
}

struct Offer<'a> {
    reading: &'a Reading,
    agreement: &'a Agreement,
    file: SourceId,
    cursor: &'a Cursor<'a>,
    /// By what they are called.
    items: BTreeMap<String, Completion>,
}

impl Offer<'_> {
    fn want(&mut self, want: &Want) {
        match want {
            Want::Words(words) => {
                for word in *words {
                    self.keyword(word);
                }
            }
            Want::Snippets => self.snippets(),
            Want::Kinds => self.words(|word| matches!(word, Word::Kind(_))),
            Want::Observed => self.words(|word| matches!(word, Word::Kind(_) | Word::Measure(_))),
            Want::Quantities => {
                self.words(|word| matches!(word, Word::Measure(_) | Word::Given(_)));
            }
            Want::States => self.words(|word| matches!(word, Word::State(_) | Word::Relation(_))),
            Want::Labels { of, given } => self.labels(*of, given),
            Want::BareLabels(of) => self.bare_labels(*of),
            Want::Things(sorts) => self.things(|thing| sorts.contains(&thing.sort)),
            Want::Value(ty) => self.values(*ty),
            Want::Dates => self.dates(),
            Want::Pledges => self.pledges(),
            Want::VariablesOf(pledge) => self.variables_of(pledge),
            Want::Units => self.units(),
            Want::Variables => self.variables(),
        }
    }

    fn add(&mut self, rank: u8, label: &str, sort: CompletionSort, detail: String, docs: &str) {
        let item = Completion {
            rank,
            label: label.to_owned(),
            sort,
            detail,
            snippet: None,
            docs: docs.to_owned(),
        };
        self.items.entry(label.to_owned()).or_insert(item);
    }

    fn keyword(&mut self, word: &str) {
        let first = word.split(' ').next().unwrap_or(word);
        let (text, example) = explained(word).or(explained(first)).unwrap_or_default();
        let rank = if self.cursor.begins_line { 2 } else { 3 };
        self.add(
            rank,
            word,
            CompletionSort::Keyword,
            text.to_owned(),
            example,
        );
    }

    fn snippets(&mut self) {
        for (label, detail, text) in SNIPPETS {
            let item = Completion {
                rank: 4,
                label: (*label).to_owned(),
                sort: CompletionSort::Snippet,
                detail: (*detail).to_owned(),
                snippet: Some((*text).to_owned()),
                docs: String::new(),
            };
            self.items.insert(format!("{label} …"), item);
        }
    }

    /// Gives names of this file before those of others.
    fn rank(&self, declared: Span) -> u8 {
        u8::from(declared.source != self.file)
    }

    fn words(&mut self, wanted: impl Fn(Word) -> bool) {
        let vocabulary = &self.agreement.vocabulary;
        for (name, &word) in &vocabulary.words {
            if !wanted(word) {
                continue;
            }
            let (sort, declared) = match word {
                Word::Kind(id) => (CompletionSort::Kind, vocabulary.kind(id).span),
                Word::Measure(id) => (CompletionSort::Measure, vocabulary.measure(id).span),
                Word::Given(id) => (CompletionSort::Measure, vocabulary.given(id).span),
                Word::State(id) => (CompletionSort::State, vocabulary.state(id).span),
                Word::Relation(id) => (CompletionSort::State, vocabulary.relation(id).span),
            };
            let written: Vec<String> = labels(vocabulary, word)
                .into_iter()
                .map(|(label, ty)| ty.map_or(label.clone(), |ty| format!("{label}: {ty}")))
                .collect();
            let detail = format!("({})", written.join(", "));
            let rank = self.rank(declared);
            self.add(rank, name, sort, detail, &docs(vocabulary, word));
        }
    }

    fn labels(&mut self, of: Word, given: &[String]) {
        for (label, ty) in labels(&self.agreement.vocabulary, of) {
            if given.contains(&label) {
                continue;
            }
            let detail = ty.unwrap_or_default();
            let item = Completion {
                rank: 0,
                snippet: Some(format!("{label}: ")),
                label: label.clone(),
                sort: CompletionSort::Label,
                detail,
                docs: String::new(),
            };
            self.items.insert(label, item);
        }
    }

    fn bare_labels(&mut self, of: Word) {
        for (label, ty) in labels(&self.agreement.vocabulary, of) {
            self.add(0, &label, CompletionSort::Label, ty.unwrap_or_default(), "");
        }
    }

    fn things(&mut self, wanted: impl Fn(&Thing) -> bool) {
        for thing in &self.agreement.vocabulary.things {
            if wanted(thing) {
                let title = thing.title.clone().unwrap_or_default();
                let rank = self.rank(thing.span);
                self.add(rank, &thing.name, CompletionSort::Thing, title, &thing.docs);
            }
        }
    }

    fn values(&mut self, ty: Type) {
        match ty {
            Type::Actor => self.things(|thing| ACTORS.contains(&thing.sort)),
            Type::Group => self.things(|thing| thing.sort == Sort::Group),
            Type::Place => self.things(|thing| thing.sort == Sort::Place),
            Type::Category(root) => {
                let vocabulary = &self.agreement.vocabulary;
                let kinds: BTreeSet<&str> = (0..vocabulary.things.len())
                    .filter_map(|at| u32::try_from(at).ok())
                    .map(crate::agreement::ThingId)
                    .filter(|&id| {
                        let always = crate::time::When::ALWAYS;
                        vocabulary.belongs(id, root, always) == crate::agreement::Belongs::Yes
                    })
                    .map(|id| vocabulary.thing(id).name.as_str())
                    .collect();
                self.things(|thing| kinds.contains(thing.name.as_str()));
            }
            Type::Date => self.dates(),
            Type::Flag => {
                for word in ["true", "false"] {
                    self.keyword(word);
                }
            }
            Type::Number(_) | Type::Text | Type::Event => {}
        }
        if matches!(
            ty,
            Type::Actor | Type::Group | Type::Place | Type::Category(_)
        ) {
            for word in ["exactly", "other than"] {
                self.keyword(word);
            }
        }
        if ty == Type::Place {
            self.keyword("part of");
        }
        self.variables();
    }

    /// Gives the names that are declared by `date`, from the tree of every file.
    fn dates(&mut self) {
        let sources = &self.reading.project.sources;
        let mentions = self.reading.understood.mentions.iter();
        let dates = mentions.filter(|it| it.sort == crate::agreement::Named::Date);
        let declared: Vec<Span> = dates
            .filter(|it| it.at == it.declared)
            .map(|it| it.at)
            .collect();
        for at in declared {
            let file = sources.get(at.source);
            let line = file.slice(file.line_span(file.line_of(at.start))).trim();
            let rank = self.rank(at);
            self.add(
                rank,
                file.slice(at),
                CompletionSort::Date,
                line.to_owned(),
                "",
            );
        }
    }

    fn pledges(&mut self) {
        for pledge in &self.agreement.pledges {
            let title = pledge.title.clone().unwrap_or_default();
            let rank = self.rank(pledge.name_span);
            self.add(
                rank,
                &pledge.name,
                CompletionSort::Pledge,
                title,
                &pledge.docs,
            );
        }
    }

    fn variables_of(&mut self, name: &str) {
        let mut pledges = self.agreement.pledges.iter();
        let Some(pledge) = pledges.find(|pledge| pledge.name == name) else {
            return;
        };
        for variable in &pledge.variables {
            let ty = type_words(&self.agreement.vocabulary, variable.ty);
            self.add(0, &variable.name, CompletionSort::Variable, ty, "");
        }
    }

    fn units(&mut self) {
        for name in self.agreement.vocabulary.units.names() {
            self.add(1, name, CompletionSort::Unit, "unit".to_owned(), "");
        }
    }

    /// Gives what the pledge around the cursor binds, as far as its words show it.
    fn variables(&mut self) {
        let tokens: Vec<(TokenKind, &str)> = self.cursor.own().collect();
        for triple in tokens.windows(3) {
            let [(_, before), (kind, name), (_, after)] = triple else {
                continue;
            };
            let bound = matches!(*before, "each" | "as")
                || *before == ":" && matches!(*after, "," | ")")
                || *before == "," && matches!(*after, "in" | ":");
            let vocabulary = &self.agreement.vocabulary;
            if *kind == TokenKind::Word && bound && !vocabulary.thing_names.contains_key(*name) {
                self.add(0, name, CompletionSort::Variable, "variable".to_owned(), "");
            }
        }
    }
}

const ACTORS: [Sort; 3] = [Sort::Party, Sort::Actor, Sort::Group];

const SNIPPETS: &[(&str, &str, &str)] = &[
    (
        "pledge",
        "a pledge with its sentence",
        "pledge ${1:name} \"${2:Title}\" {\n  cites \"${3:Article 1}\"\n  ${4:who} must ${5:act}() by ${6:2030-12-31}\n}",
    ),
    (
        "event",
        "a kind of event with its labels",
        "event ${1:name}(by: actor${2:, in: place})",
    ),
    (
        "scenario",
        "a scenario with a record and what is expected",
        "scenario \"${1:title}\" as of ${2:2030-12-31} {\n  ${3:2030-01-01}: ${4:event}()\n  expect ${5:pledge}: ${6:fulfilled}\n}",
    ),
];
