//! A mapping file: how the columns of a table become the keys of blocks.

use std::collections::BTreeSet;

use toml::de::DeValue;

use super::constants;
use super::filter::{self, Filter};
use super::packing::ENCODINGS;
use super::spec::{self, Spec};
use crate::agreement::{Vocabulary, Word};
use crate::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::record::Subject;
use crate::record::toml::block::known_keys;
use crate::record::toml::document::{Block, Document, Entry};
use crate::record::toml::draft::linking_keys;
use crate::record::toml::problems::{Problems, listed};
use crate::record::toml::value::{choice, refuse, text};
use crate::source::{SourceId, Span};

/// Blocks that a row may become: those of record files, and the entries of registers, one for each row.
const SECTIONS: [&str; 10] = [
    "event", "reading", "coverage", "finding", "relation", "actor", "party", "group", "place",
    "member",
];

/// Keys of a mapping as a whole.
const KEYS: [&str; 5] = ["source", "missing", "delimiter", "encoding", "sorted"];

/// A mapping, as far as it could be understood.
#[derive(Debug)]
pub(in crate::record) struct Mapping<'m> {
    pub(in crate::record) file: SourceId,
    /// Where it promises that no row is earlier than the one before it.
    pub(super) sorted: Option<Span>,
    pub(super) delimiter: Option<u8>,
    pub(super) blocks: Vec<Plan<'m>>,
}

/// How a row becomes a block.
#[derive(Debug)]
pub(super) struct Plan<'m> {
    pub(super) section: &'static str,
    pub(super) header: Span,
    pub(super) only: Vec<Filter<'m>>,
    pub(super) missing: Vec<&'m str>,
    pub(super) keys: Vec<Key<'m>>,
}

/// A key of the block and what it is made of.
#[derive(Debug)]
pub(super) struct Key<'m> {
    pub(super) entry: Entry<'m>,
    pub(super) spec: Spec<'m>,
}

impl<'m> Key<'m> {
    pub(super) fn name(&self) -> &'m str {
        self.entry.key
    }
}

impl<'m> Plan<'m> {
    /// Gives the columns that it reads, each with the place to blame.
    pub(super) fn columns(&self) -> Vec<(&'m str, Entry<'m>)> {
        let of_keys = self.keys.iter().flat_map(|key| key.spec.columns());
        let of_filters = self.only.iter().map(|only| (only.column.key, only.column));
        of_keys.chain(of_filters).collect()
    }

    /// Gives what its blocks are about, where that is the same for every row.
    pub(super) fn subject(&self) -> Option<Entry<'m>> {
        let key = constants::subject_key(self.section)?;
        let mut keys = self.keys.iter();
        keys.find(|about| about.name() == key)
            .map(|about| about.entry)
    }

    /// Says whether its blocks are records, not entries of registers.
    pub(super) fn makes_records(&self) -> bool {
        matches!(self.section, "event" | "reading" | "coverage" | "finding")
    }
}

impl<'m> Mapping<'m> {
    /// Reads a mapping in the terms of a vocabulary.
    pub(in crate::record) fn read(
        document: &'m Document<'m>,
        vocabulary: &Vocabulary,
        problems: &mut Problems,
    ) -> Mapping<'m> {
        let top = document.top();
        let mut own = Problems::default();
        let mapping = Mapping::of(document, vocabulary, &mut own);
        if mapping.blocks.is_empty() && !own.is_grave() && !document.is_broken() {
            let message = "this mapping makes no record of a row";
            let report = Diagnostic::new(Code::MissingKey, top.header, message);
            own.push(report.help(
                "Add a block `[[event]]` with `kind` and the columns that its keys come from.",
            ));
        }
        problems.append(own);
        mapping
    }

    fn of(
        document: &'m Document<'m>,
        vocabulary: &Vocabulary,
        problems: &mut Problems,
    ) -> Mapping<'m> {
        let top = document.top();
        check_sections(top, problems);
        let mut keys = top.keys();
        let source = keys.take("source");
        let missing = spec::markers(keys.take("missing"), problems);
        let delimiter = keys
            .take("delimiter")
            .and_then(|entry| delimiter(entry, problems));
        if let Some(entry) = keys.take("encoding") {
            // The file was decoded by it before; here a slip in it is told.
            choice(entry, &ENCODINGS, problems);
        }
        let sorted = keys
            .take("sorted")
            .and_then(|entry| sorted(entry, problems));
        let defaults = Defaults { source, missing };
        let mut blocks: Vec<Plan<'m>> = Vec::new();
        for section in SECTIONS {
            for block in document.blocks(section) {
                blocks.extend(plan(section, block, &defaults, vocabulary, problems));
            }
        }
        blocks.sort_by_key(|plan| plan.header);
        Mapping {
            file: document.file.id(),
            sorted,
            delimiter,
            blocks,
        }
    }
}

/// What holds for every block that says nothing else.
struct Defaults<'m> {
    source: Option<Entry<'m>>,
    missing: Vec<&'m str>,
}

fn check_sections(top: Block<'_>, problems: &mut Problems) {
    for entry in top.entries() {
        let known = SECTIONS.contains(&entry.key) || KEYS.contains(&entry.key);
        if known || entry.key == "sources" || entry.reported() {
            continue;
        }
        let message = format!("a mapping has no `{}`", entry.key);
        let report = Diagnostic::new(Code::UnknownKey, entry.key_span, message);
        let all = SECTIONS.into_iter().chain(KEYS).chain(["sources"]);
        problems.push(match did_you_mean(entry.key, all) {
            Some(nearest) => report.help(format!("Did you mean `{nearest}`?")).fix(
                format!("write `{nearest}`"),
                entry.key_span,
                nearest,
            ),
            None => report.help(format!(
                "It has [[{}]], [sources.NAME] and {}.",
                SECTIONS.join("]], [["),
                listed(&KEYS)
            )),
        });
    }
}

fn delimiter(entry: Entry<'_>, problems: &mut Problems) -> Option<u8> {
    let written = text(entry, problems)?;
    match written.as_bytes() {
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Some(*byte),
        _ => {
            refuse(
                entry,
                format!("`{written}` is no delimiter"),
                "It is one character: `\",\"`, `\";\"`, `\"\\t\"` or `\"|\"`.",
                problems,
            );
            None
        }
    }
}

fn sorted(entry: Entry<'_>, problems: &mut Problems) -> Option<Span> {
    let key = text(entry, problems)?;
    if key == "when" {
        return Some(entry.span);
    }
    refuse(
        entry,
        format!("a table cannot be sorted by `{key}`"),
        "`sorted = \"when\"` promises that no row is earlier than the one before it.",
        problems,
    );
    None
}

fn plan<'m>(
    section: &'static str,
    block: Block<'m>,
    defaults: &Defaults<'m>,
    vocabulary: &Vocabulary,
    problems: &mut Problems,
) -> Option<Plan<'m>> {
    let mut keys = block.keys();
    let only = keys.take("only");
    let only = only.map_or_else(Vec::new, |only| filter::read(only, problems));
    let missing = match keys.take("missing") {
        Some(own) => spec::markers(Some(own), problems),
        None => defaults.missing.clone(),
    };
    let allowed = allowed(section, block, vocabulary, problems)?;
    let mut made: Vec<Key<'m>> = Vec::new();
    let mut whole = true;
    for entry in block.entries() {
        if matches!(entry.key, "only" | "missing") {
            continue;
        }
        if let Some(allowed) = &allowed
            && !allowed.contains(entry.key)
        {
            whole = false;
            problems.push(unknown(entry, section, allowed));
            continue;
        }
        match spec::read(entry, problems)
            .filter(|spec| constants::is_sound(spec, section, block, vocabulary, problems))
        {
            Some(spec) => made.push(Key { entry, spec }),
            None => whole = false,
        }
    }
    let takes_source = matches!(section, "event" | "reading" | "coverage" | "finding");
    let has_source = made.iter().any(|key| key.name() == "source");
    if let Some(source) = defaults.source.filter(|_| takes_source && !has_source) {
        made.push(Key {
            entry: source,
            spec: spec::read(source, problems)?,
        });
    }
    // A block with a mistake would leave something out of every row.
    whole.then_some(Plan {
        section,
        header: block.header,
        only,
        missing,
        keys: made,
    })
}

/// Gives the keys that a block may have; no list where only the row shows what it is about. Nothing where it is about nothing known.
#[expect(
    clippy::option_option,
    reason = "a block without a list and a block that cannot be used are two things"
)]
fn allowed<'v>(
    section: &str,
    block: Block<'_>,
    vocabulary: &'v Vocabulary,
    problems: &mut Problems,
) -> Option<Option<BTreeSet<&'v str>>> {
    let key = match section {
        "event" => "kind",
        "reading" => "measure",
        "relation" => "name",
        "member" => {
            return Some(Some(BTreeSet::from([
                "name", "in", "from", "until", "known",
            ])));
        }
        "coverage" | "finding" => return Some(None),
        _ => {
            let keys = ["name", "title", "in", "known-as", "from", "until", "known"];
            return Some(Some(BTreeSet::from(keys)));
        }
    };
    let mut keys = block.keys();
    let Some(about) = keys.take(key) else {
        // What speaks of another record is about what that one is about.
        if section != "relation" && linking_keys().any(|link| keys.take(link).is_some()) {
            return Some(None);
        }
        let why =
            format!("Say what a row is about: `{key} = \"…\"` or `{key} = {{ column = \"…\" }}`.");
        keys.missing(key, &why, problems);
        return None;
    };
    let DeValue::String(name) = about.value else {
        return Some(None);
    };
    if name.contains('{') {
        return Some(None);
    }
    let name: &str = name.as_ref();
    let labels = match (section, vocabulary.words.get(name)) {
        ("event", Some(Word::Kind(kind))) => known_keys(vocabulary, Subject::Kind(*kind)),
        ("reading", Some(Word::Measure(measure))) => {
            known_keys(vocabulary, Subject::Measure(*measure))
        }
        ("relation", Some(Word::Relation(relation))) => {
            let fields = vocabulary.relation(*relation).fields.iter();
            let labels = fields.map(|field| field.label.as_str());
            labels.chain(["name", "from", "until", "known"]).collect()
        }
        (_, _) => {
            undeclared(section, about, name, vocabulary, problems);
            return None;
        }
    };
    Some(Some(labels.into_iter().collect()))
}

fn undeclared(
    section: &str,
    about: Entry<'_>,
    name: &str,
    vocabulary: &Vocabulary,
    problems: &mut Problems,
) {
    let what = match section {
        "event" => "kind",
        "reading" => "measure",
        _ => "relation",
    };
    let known = vocabulary.words.iter().filter(|(_, word)| match word {
        Word::Kind(_) => section == "event",
        Word::Measure(_) => section == "reading",
        Word::Relation(_) => section == "relation",
        Word::Given(_) | Word::State(_) => false,
    });
    let message = format!("the rules declare no {what} `{name}`");
    let known = known.map(|(name, _)| name.as_str());
    problems.push_unknown(Code::UnknownKind, about.span, message, name, known);
}

fn unknown(entry: Entry<'_>, section: &str, allowed: &BTreeSet<&str>) -> Diagnostic {
    let message = format!("this `[[{section}]]` has no key `{}`", entry.key);
    let report = Diagnostic::new(Code::UnknownKey, entry.key_span, message);
    if let Some(nearest) = did_you_mean(entry.key, allowed.iter().copied()) {
        return report.help(format!("Did you mean `{nearest}`?")).fix(
            format!("write `{nearest}`"),
            entry.key_span,
            nearest,
        );
    }
    let all: Vec<&str> = allowed.iter().copied().collect();
    report.help(format!("It has {}, `only` and `missing`.", listed(&all)))
}
