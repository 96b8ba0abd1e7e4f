//! Sources: who says things, how reliable they are, and on whose side.

use std::collections::BTreeMap;

use super::document::{Block, Document, Entry};
use super::names::Names;
use super::problems::Problems;
use super::value::{choice, owned_text, text, texts};
use crate::agreement::{Named, Type};
use crate::diagnostic::{Code, Diagnostic};
use crate::record::{Informant, InformantId, Reliability};
use crate::source::Span;
use crate::time::When;

/// The declared sources, and where to find them by name.
#[derive(Debug, Default)]
pub(super) struct Informants {
    pub(super) list: Vec<Informant>,
    by_name: BTreeMap<String, InformantId>,
}

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
    for document in documents.iter().chain(mappings) {
        for (name, span, block) in document.register("sources") {
            if let Some(first) = informants.find(name) {
                let first = informants.span(first).unwrap_or(span);
                let message = format!("the source `{name}` is declared twice");
                problems.push(
                    Diagnostic::new(Code::DuplicateRecord, span, message)
                        .related(first, "the first declaration"),
                );
                continue;
            }
            informants.add(informant(name, span, block, names, problems));
            problems.mention(span, span, Named::Source);
        }
    }
    mention_owners(documents, &informants, problems);
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

    /// Takes the sources that a table names and nobody declares as they come: nothing is known of them.
    fn take_from_table(&mut self, document: &Document<'_>) {
        let sections = ["event", "reading", "coverage", "finding"];
        let blocks = sections.iter().flat_map(|section| document.blocks(section));
        for block in blocks.filter(|_| document.is_table()) {
            let Some(entry) = block.keys().take("source") else {
                continue;
            };
            let Some(name) = text(entry, &mut Problems::default()) else {
                continue;
            };
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
