//! What is told of the place under the pointer in a record file or in `servanda.toml`: what a name stands for, what a key means, what
//! rests on a record.

use std::fmt::Write as _;

use super::complete::type_words;
use super::meaning::{self, SETTINGS};
use crate::agreement::{Mention, Named, Vocabulary};
use crate::diagnostic::Code;
use crate::disk::SETTINGS as SETTINGS_FILE;
use crate::ide::toml::{Block, Entry, Toml, ValueKind, is_toml};
use crate::ide::{Judged, Reading};
use crate::project::Part;
use crate::record::{Record, Stance};
use crate::report::account::account;
use crate::report::{View, wording};
use crate::source::{SourceFile, Spanned};
use crate::verdict::{Evidence, EvidenceRole, InstanceAssessment};

/// Says whether verdicts are needed to tell of a place: it is the header of a block.
#[must_use]
pub fn needs_verdicts(toml: &Toml, offset: u32) -> bool {
    let block = toml.block_at(offset);
    let header = block.and_then(|block| block.header.as_ref());
    header.is_some_and(|header| header.is_list && header.span.touches(offset))
}

/// Gives what is to be told of a place, in Markdown, and the place that it is about.
#[must_use]
pub fn hover(
    reading: &Reading,
    judged: Option<&Judged>,
    file: &SourceFile,
    toml: &Toml,
    offset: u32,
) -> Option<Spanned<String>> {
    if let Some(name) = named(reading, file, offset) {
        return Some(name);
    }
    let block = toml.block_at(offset)?;
    if let Some(header) = block.header.as_ref().filter(|it| it.span.touches(offset)) {
        let text = of_header(reading, judged, file, block);
        return text.map(|text| Spanned::new(text, header.span));
    }
    of_key(file, block, &block.entries, &[], offset)
}

fn named(reading: &Reading, file: &SourceFile, offset: u32) -> Option<Spanned<String>> {
    let here = reading.names().at(file.id(), offset);
    let first = here.first()?;
    // The same name may be declared by several rule files.
    let told: Vec<String> = here
        .iter()
        .map(|mention| declared(reading, mention))
        .collect();
    Some(Spanned::new(told.join("\n\n---\n\n"), first.at))
}

/// Shows how a name is declared, and what its documentation says.
fn declared(reading: &Reading, mention: &Mention) -> String {
    let file = reading.project.sources.get(mention.declared.source);
    let line = file.line_span(file.line_of(mention.declared.start));
    let code = file.slice(line).trim();
    let language = if is_toml(file) { "toml" } else { "treaty" };
    let mut text = format!("```{language}\n{code}\n```");
    for vocabulary in &reading.told().vocabularies {
        let told = of_declaration(vocabulary, mention);
        if let Some(told) = told.filter(|told| !told.is_empty()) {
            let _ = write!(text, "\n\n{told}");
            break;
        }
    }
    if matches!(mention.sort, Named::Record | Named::Source) {
        let toml = crate::ide::toml::read(file);
        let outline = super::outline::outline(file, &toml);
        let own = outline
            .into_iter()
            .find(|it| it.name_span == mention.declared || it.span == mention.declared);
        if let Some(detail) = own.and_then(|own| own.detail) {
            let _ = write!(text, "\n\n{}", wording::harmless(&detail));
        }
    }
    let line = file.position(mention.declared.start).line;
    let _ = write!(text, "\n\n{}, line {line}", file.name());
    text
}

/// Gives the documentation of what is declared at a place, and the type of a label.
fn of_declaration(vocabulary: &Vocabulary, mention: &Mention) -> Option<String> {
    let at = mention.declared;
    match mention.sort {
        Named::Thing => {
            let thing = vocabulary.things.iter().find(|thing| thing.span == at)?;
            let spellings: Vec<String> = thing
                .spellings
                .iter()
                .map(|it| format!("“{}”", it.text))
                .collect();
            let mut text = thing.docs.clone();
            if !spellings.is_empty() {
                let _ = write!(text, "\n\nalso written {}", spellings.join(", "));
            }
            Some(text.trim().to_owned())
        }
        Named::Kind => Some(
            vocabulary
                .kinds
                .iter()
                .find(|it| it.span == at)?
                .docs
                .clone(),
        ),
        Named::Measure => Some(
            vocabulary
                .measures
                .iter()
                .find(|it| it.span == at)?
                .docs
                .clone(),
        ),
        Named::Relation => Some(
            vocabulary
                .relations
                .iter()
                .find(|it| it.span == at)?
                .docs
                .clone(),
        ),
        Named::Label => {
            let kinds = vocabulary.kinds.iter().flat_map(|it| &it.fields);
            let measures = vocabulary.measures.iter().flat_map(|it| &it.fields);
            let relations = vocabulary.relations.iter().flat_map(|it| &it.fields);
            let mut fields = kinds.chain(measures).chain(relations);
            let field = fields.find(|field| field.span == at)?;
            Some(format!(
                "`{}` takes {}",
                field.label,
                type_words(field.ty, vocabulary)
            ))
        }
        Named::Given
        | Named::State
        | Named::Unit
        | Named::Date
        | Named::Pledge
        | Named::Variable
        | Named::Source
        | Named::Record => None,
    }
}

fn of_key(
    file: &SourceFile,
    block: &Block,
    entries: &[Entry],
    path: &[&str],
    offset: u32,
) -> Option<Spanned<String>> {
    let entry = entries.iter().find(|entry| entry.span.touches(offset))?;
    if let Some(key) = entry.keys.iter().find(|key| key.span.touches(offset)) {
        let text = meaning_of(file, block, path, &key.text)?;
        return Some(Spanned::new(text, key.span));
    }
    let mut inner = path.to_vec();
    inner.push(entry.name());
    let mut values = vec![entry.value.as_ref()?];
    while let Some(value) = values.pop() {
        match &value.kind {
            ValueKind::List(items) => values.extend(items),
            ValueKind::Table(entries) if value.span.touches(offset) => {
                return of_key(file, block, entries, &inner, offset);
            }
            ValueKind::Table(_) | ValueKind::Text { .. } | ValueKind::Plain => {}
        }
    }
    None
}

fn meaning_of(file: &SourceFile, block: &Block, path: &[&str], key: &str) -> Option<String> {
    if file.name() == SETTINGS_FILE {
        if block.section() == "lints" {
            return Code::from_name(key).map(|code| code.page().to_owned());
        }
        let (_, docs) = SETTINGS.iter().find(|(name, _)| *name == key)?;
        return Some(format!("**{key}**\n\n{docs}"));
    }
    let keys = meaning::keys(block.section(), path);
    let known = keys.into_iter().find(|known| known.name == key)?;
    let mut text = format!("**{key}**\n\n{}", known.meaning);
    if !known.choices.is_empty() {
        let words: Vec<String> = known
            .choices
            .iter()
            .map(|word| format!("`{word}`"))
            .collect();
        let _ = write!(text, "\n\nOne of {}.", words.join(", "));
    }
    Some(text)
}

fn of_header(
    reading: &Reading,
    judged: Option<&Judged>,
    file: &SourceFile,
    block: &Block,
) -> Option<String> {
    if file.name() == SETTINGS_FILE {
        let (_, docs) = SETTINGS.iter().find(|(name, _)| *name == block.section())?;
        return Some((*docs).to_owned());
    }
    let section = meaning::section(block.section())?;
    let mut text = section.meaning.to_owned();
    let header = block.header.as_ref()?.span;
    let parts = judged.map_or(&[][..], |judged| judged.parts.as_slice());
    let known: Vec<(&Part, &Record)> = parts
        .iter()
        .filter_map(|part| {
            let mut records = part.records.records.iter();
            let record = records.find(|it| {
                it.places.block.source == header.source && it.places.block.start == header.start
            })?;
            Some((part, record))
        })
        .collect();
    if let Some((part, record)) = known.first() {
        let _ = write!(text, "\n\n{}", word(part, record));
        let _ = write!(text, "\n\n{}", resting(reading, &known));
    }
    Some(text)
}

/// Says whose word a record is, and what it does with others.
fn word(part: &Part, record: &Record) -> String {
    let view = part.view();
    let who = wording::informant(&view, record);
    let grade = wording::grade(&view, record);
    let mut text = format!("The word of {who} ({grade}).");
    if let Some((verb, other)) = stance(&view, record) {
        let _ = write!(text, " It {verb} `{}`.", wording::harmless(&other));
    }
    text
}

/// Says which verdicts rest on a record, by agreement where it plays a part in several.
fn resting(reading: &Reading, known: &[(&Part, &Record)]) -> String {
    let lists: Vec<(String, String)> = known
        .iter()
        .filter_map(|(part, record)| {
            let name = part.view().name(&reading.project.sources).to_owned();
            Some((name, list(part, record)?))
        })
        .collect();
    match lists.as_slice() {
        [] => "No verdict rests on it.".to_owned(),
        [(_, only)] => only.clone(),
        several => {
            let told = several
                .iter()
                .map(|(name, list)| format!("In `{name}`:\n\n{list}"));
            told.collect::<Vec<String>>().join("\n\n")
        }
    }
}

/// Lists the verdicts of one agreement that rest on a record; none where none does.
fn list(part: &Part, record: &Record) -> Option<String> {
    let view = part.view();
    let mut lines: Vec<String> = Vec::new();
    for (pledge, assessment) in view.pledges() {
        for instance in &assessment.instances {
            let own = instance.evidence.iter().find(|it| it.record == record.id);
            let Some(evidence) = own else {
                continue;
            };
            lines.push(rests(&view, pledge, instance, record, evidence));
        }
    }
    let more = lines.len().saturating_sub(SHOWN);
    lines.truncate(SHOWN);
    if more > 0 {
        lines.push(format!("- and {more} more"));
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// How many verdicts are told of one record. Picked by gut feeling: what can be read at a glance.
const SHOWN: usize = 8;

fn rests(
    view: &View<'_>,
    pledge: &crate::agreement::Pledge,
    instance: &InstanceAssessment,
    record: &Record,
    evidence: &Evidence,
) -> String {
    let bound: Vec<String> = instance
        .bindings
        .iter()
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    let bound = if bound.is_empty() {
        String::new()
    } else {
        format!("[{}]", bound.join(", "))
    };
    let calendar = &view.agreement.calendar;
    let verdict = instance.verdict(view.standard());
    let verdict = verdict.map(|it| wording::of_pledge(pledge, it, view.standard(), calendar));
    let role = match evidence.role {
        EvidenceRole::Trigger => "sets it off",
        EvidenceRole::Performance => "performance",
        EvidenceRole::Breach => "breach",
        EvidenceRole::Condition => "condition",
        EvidenceRole::Excepted => "covered by an exception",
        EvidenceRole::Excuse => "excuse",
        EvidenceRole::Finding => "finding",
        EvidenceRole::NoMatch => "does not match",
    };
    let counts = if evidence.counts {
        "counts"
    } else {
        "does not count"
    };
    let told = account(view, record, evidence);
    wording::harmless(&format!(
        "- `{}{bound}`: {} – {role}, {counts}, {}: {told}",
        pledge.name,
        verdict.unwrap_or_default(),
        evidence.standing.word(),
    ))
}

fn stance(view: &View<'_>, record: &Record) -> Option<(&'static str, String)> {
    let (verb, other) = match record.stance {
        Stance::Affirms => return None,
        Stance::Denies(other) => ("denies", other),
        Stance::Retracts(other) => ("retracts", other),
        Stance::Corrects(other) => ("corrects", other),
        Stance::Supersedes(other) => ("supersedes", other),
        Stance::Ends(other) => ("ends", other),
    };
    Some((verb, view.records.record(other).name.clone()))
}
