//! Sources: who says things, how reliable they are, and on whose side.

use std::collections::BTreeMap;

use toml::de::DeValue;

use super::document::{Block, Document, Entry};
use super::names::Names;
use super::problems::Problems;
use super::value::{choice, owned_text, text, texts};
use crate::agreement::{Named, Type};
use crate::diagnostic::{Code, Diagnostic};
use crate::record::{Informant, InformantId, Reliability};
use crate::source::{SourceId, Span};
use crate::time::When;

/// The declared sources, and where to find them by name.
#[derive(Debug, Default)]
pub(super) struct Informants {
    pub(super) list: Vec<Informant>,
    by_name: BTreeMap<String, InformantId>,
    /// Sources that a table names and nobody declares, with how many of its records each has.
    pub(super) taken: BTreeMap<(SourceId, String), usize>,
}

/// Sections whose blocks have a source.
const SPOKEN: [&str; 4] = ["event", "reading", "coverage", "finding"];

pub(super) const LETTERS: [(&str, Reliability); 6] = [
    ("A", Reliability::A),
    ("B", Reliability::B),
    ("C", Reliability::C),
    ("D", Reliability::D),
    ("E", Reliability::E),
    ("F", Reliability::F),
];

/// Reads the sources of all files. One that has a problem is there all the same, so that its records are not blamed.
pub(super) fn read(
    documents: &[Document<'_>],
    mappings: &[Document<'_>],
    names: &Names<'_>,
    problems: &mut Problems,
) -> Informants {
    let mut informants = Informants::default();
    let from_mapping = |span: Span| {
        let mut files = mappings.iter().map(|mapping| mapping.file.id());
        files.any(|file| file == span.source)
    };
    for document in documents.iter().chain(mappings) {
        for (name, span, block) in document.register("sources") {
            let informant = informant(name, span, block, names, problems);
            if let Some(first) = informants.find(name).and_then(|id| informants.get(id)) {
                // Several mappings may be published with the source that they are for.
                if from_mapping(span) && same(first, &informant) {
                    continue;
                }
                let first = first.span;
                let message = format!("the source `{name}` is declared twice");
                problems.push(
                    Diagnostic::new(Code::DuplicateRecord, span, message)
                        .related(first, "the first declaration"),
                );
                continue;
            }
            informants.add(informant);
            problems.mention(span, span, Named::Source);
        }
    }
    mention_owners(documents, &informants, problems);
    for mapping in mappings {
        informants.check_constants(mapping, problems);
    }
    for document in documents {
        informants.take_from_table(document);
    }
    informants
}

/// An owner may be a source itself, declared further down or in another file.
fn mention_owners(documents: &[Document<'_>], informants: &Informants, problems: &mut Problems) {
    for document in documents {
        for (_, _, block) in document.register("sources") {
            let owner = block.keys().take("owner");
            let named = owner.and_then(|entry| {
                let name = text(entry, &mut Problems::default())?;
                Some((entry, informants.find(name)?))
            });
            if let Some((entry, owner)) = named {
                informants.mention(entry, owner, problems);
            }
        }
    }
}

fn informant(
    name: &str,
    span: Span,
    block: Block<'_>,
    names: &Names<'_>,
    problems: &mut Problems,
) -> Informant {
    let mut keys = block.keys();
    let title = owned_text(keys.take("name"), problems);
    let reliability = keys
        .take("reliability")
        .and_then(|entry| choice(entry, &LETTERS, problems));
    let speaks_for = keys
        .take("speaks-for")
        .and_then(|entry| names.thing(entry, Type::Actor, When::ALWAYS, problems));
    let owner = owned_text(keys.take("owner"), problems);
    let verifies = texts(keys.take("verifies"), problems)
        .into_iter()
        .filter_map(|(item, _)| names.subject(item, problems))
        .collect();
    let known = ["name", "reliability", "speaks-for", "owner", "verifies"];
    keys.finish("a source", &known, problems);
    Informant {
        name: name.to_owned(),
        title,
        reliability: reliability.unwrap_or_default(),
        speaks_for,
        owner: owner.unwrap_or_else(|| name.to_owned()),
        verifies,
        span,
    }
}

/// Says whether two declarations say the same.
fn same(one: &Informant, other: &Informant) -> bool {
    let placed = Informant {
        span: other.span,
        ..one.clone()
    };
    placed == *other
}

impl Informants {
    pub(super) fn find(&self, name: &str) -> Option<InformantId> {
        self.by_name.get(name).copied()
    }

    pub(super) fn get(&self, id: InformantId) -> Option<&Informant> {
        self.list.get(usize::try_from(id.0).ok()?)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(String::as_str)
    }

    /// Reads the name of a source in a record.
    pub(super) fn named(&self, entry: Entry<'_>, problems: &mut Problems) -> Option<InformantId> {
        let name = text(entry, problems)?;
        let found = self.find(name);
        if found.is_none() {
            let message = format!("there is no source `{name}`");
            let mut diagnostic =
                problems.unknown(Code::UnknownSource, entry.span, message, name, self.names());
            if diagnostic.help.is_none() {
                let header = format!("[sources.{}]", super::problems::key(name));
                let end = entry.end_of_file();
                diagnostic = diagnostic.help(format!("Declare it: `{header}`.")).fix(
                    format!("declare `{header}`"),
                    end,
                    format!("\n{header}\n"),
                );
            }
            problems.push(diagnostic);
        }
        if let Some(found) = found {
            self.mention(entry, found, problems);
        }
        found
    }

    /// Notes that a text names a source.
    pub(super) fn mention(&self, entry: Entry<'_>, named: InformantId, problems: &mut Problems) {
        if let Some(declared) = self.span(named) {
            problems.mention(entry.bare(), declared, Named::Source);
        }
    }

    /// Reports sources that a mapping itself names and nobody declares; those of cells are taken as they come.
    fn check_constants(&self, mapping: &Document<'_>, problems: &mut Problems) {
        let blocks = SPOKEN.iter().flat_map(|section| mapping.blocks(section));
        for block in std::iter::once(mapping.top()).chain(blocks) {
            let source = block.keys().take("source");
            let constant = source.filter(|entry| match entry.value {
                DeValue::String(name) => !name.contains('{'),
                DeValue::Integer(_)
                | DeValue::Float(_)
                | DeValue::Boolean(_)
                | DeValue::Datetime(_)
                | DeValue::Array(_)
                | DeValue::Table(_) => false,
            });
            if let Some(entry) = constant {
                self.named(entry, problems);
            }
        }
    }

    /// Takes the sources that a table names and nobody declares as they come: nothing is known of them.
    fn take_from_table(&mut self, document: &Document<'_>) {
        let blocks = SPOKEN.iter().flat_map(|section| document.blocks(section));
        for block in blocks.filter(|_| document.is_table()) {
            let Some(entry) = block.keys().take("source") else {
                continue;
            };
            let Some(name) = text(entry, &mut Problems::default()) else {
                continue;
            };
            let known = self.find(name).and_then(|id| self.get(id));
            // One that was taken before is declared nowhere but in the cell that named it first.
            if let Some(known) = known
                && !self
                    .taken
                    .contains_key(&(known.span.source, name.to_owned()))
            {
                continue;
            }
            let taken = (entry.span.source, name.to_owned());
            *self.taken.entry(taken).or_default() += 1;
            if self.find(name).is_none() {
                self.add(Informant {
                    name: name.to_owned(),
                    title: None,
                    reliability: Reliability::default(),
                    speaks_for: None,
                    owner: name.to_owned(),
                    verifies: Vec::new(),
                    span: entry.span,
                });
            }
        }
    }

    fn span(&self, id: InformantId) -> Option<Span> {
        self.get(id).map(|informant| informant.span)
    }

    fn add(&mut self, informant: Informant) {
        let id = InformantId(u32::try_from(self.list.len()).unwrap_or(u32::MAX));
        self.by_name.insert(informant.name.clone(), id);
        self.list.push(informant);
    }
}
