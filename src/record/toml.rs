//! Record files as written by hand: TOML, every value with its place, every problem of a file at once.
//!
//! A record with a problem is left out and counted; so is one that denies or repeats a record that was left out. A problem is reported
//! once, at its place. Nothing is judged here: what a denial or an echo is worth is for those who weigh evidence.

mod advice;
pub(super) mod block;
mod coverage;
pub(super) mod document;
pub(super) mod draft;
mod finding;
mod informant;
mod kept;
mod link;
pub(super) mod names;
pub(super) mod problems;
pub(super) mod register;
pub(super) mod value;

#[cfg(test)]
pub(super) mod tests;

use std::collections::BTreeMap;

use super::Records;
use crate::agreement::{Agreement, Mention, Vocabulary};
use crate::diagnostic::{self, Diagnostic, Suggestions};
use crate::source::{SourceFile, SourceId};

use super::table::mapping::Mapping;
use super::table::{self, Table, Tally};
use block::Tables;
use document::Document;
use kept::Kept;
use names::Names;
use problems::Problems;

/// What was read from the record files of a run.
#[derive(Debug, Default)]
pub struct Reading {
    /// The records, in terms of the agreement.
    pub records: Records,
    /// Every problem of every file.
    pub diagnostics: Vec<Diagnostic>,
    /// What the names in the files stand for, in order of the places. A record without an id is declared by its header.
    pub mentions: Vec<Mention>,
    /// What became of the rows of each table, in the order of the tables.
    pub tallies: Vec<Tally>,
}

/// Reads record files and tables in the terms of `agreement`.
///
/// Registers and sources of all files are read first, so that the order of the files does not matter for them. A link (`denies`,
/// `echoes`, …) may point to a record of any of the files.
#[must_use]
pub fn read(files: &[&SourceFile], tables: &[Table<'_>], agreement: &Agreement) -> Reading {
    let mut problems = Problems::default();
    let texts: Vec<_> = files.iter().map(|file| document::readable(file)).collect();
    let mut documents: Vec<Document<'_>> = files
        .iter()
        .zip(&texts)
        .map(|(file, text)| document::parse(file, text, &mut problems))
        .collect();
    let explained = table::mappings(tables, &mut problems);
    let mappings: Vec<Mapping<'_>> = explained
        .iter()
        .map(|file| Mapping::read(file, &agreement.vocabulary, &mut problems))
        .collect();
    let mut tallies = Vec::new();
    for (table, stem) in tables.iter().zip(table::stems(tables)) {
        let mut mappings = mappings.iter();
        let of_table = mappings.find(|mapping| mapping.file == table.mapping.id());
        if let Some(mapping) = of_table {
            let made = table::make(*table, &stem, mapping, agreement, &mut problems);
            tallies.push(made.tally);
            documents.push(made.document);
        }
    }
    let files = Files {
        documents: &documents,
        explained: &explained,
        mappings: &mappings,
    };
    let mut vocabulary = register::read(files.documents, agreement, &mut problems);
    let Told {
        records,
        kept,
        sources,
    } = read_records(files, agreement, &vocabulary, &mut problems);
    for ((table, name), count) in kept.join(&mut vocabulary) {
        if let Some(tally) = tally_of(&mut tallies, table) {
            *tally.unmatched.entry(name).or_default() += count;
        }
    }
    for ((table, name), count) in sources {
        if let Some(tally) = tally_of(&mut tallies, table) {
            *tally.sources.entry(name).or_default() += count;
        }
    }
    let records = Records {
        vocabulary,
        ..records
    };
    let mut diagnostics = table::capped(problems.diagnostics, &tallies);
    let in_tables = tallies.iter().map(|tally| tally.table).collect();
    diagnostics.extend(advice::advice(&records, agreement, &in_tables));
    diagnostic::sort(&mut diagnostics);
    let mut mentions = problems.mentions;
    mentions.sort_unstable();
    mentions.dedup();
    Reading {
        records,
        diagnostics,
        mentions,
        tallies,
    }
}

fn tally_of(tallies: &mut [Tally], table: SourceId) -> Option<&mut Tally> {
    tallies.iter_mut().find(|tally| tally.table == table)
}

/// What blocks are taken from, and mappings, whose sources speak in the tables.
#[derive(Clone, Copy)]
struct Files<'d> {
    documents: &'d [Document<'d>],
    explained: &'d [Document<'d>],
    mappings: &'d [Mapping<'d>],
}

/// What the blocks say, and whom tables name that nobody declares.
struct Told {
    records: Records,
    kept: Kept,
    sources: BTreeMap<(SourceId, String), usize>,
}

/// Reads everything but the registers, which are in `vocabulary`.
fn read_records(
    Files {
        documents,
        explained,
        mappings,
    }: Files<'_>,
    agreement: &Agreement,
    vocabulary: &Vocabulary,
    problems: &mut Problems,
) -> Told {
    let calendar = &agreement.calendar;
    let names = Names::new(vocabulary, calendar, None);
    let informants = informant::read(documents, explained, &names, problems);
    table::check_constants(mappings, &names, problems);
    let mut drafts = draft::outline(documents, agreement, &names);
    let windows = coverage::ids(documents, problems);
    let ids = draft::index(&mut drafts, &windows);
    draft::link_up(&mut drafts, &ids, &windows);
    draft::inherit_subjects(&mut drafts);
    let record_keys = draft::keys_of(&drafts);
    draft::mention(&mut drafts, &record_keys);
    let names = names.knowing(&record_keys);
    let tables = Tables {
        names: &names,
        informants: &informants,
        ids: &ids,
        windows: &windows,
    };
    let mut suggestions = Suggestions::default();
    for draft in &mut drafts {
        draft.problems.suggestions = suggestions;
        block::fill(tables, draft);
        suggestions = draft.problems.suggestions;
    }
    link::drop_dependents(&mut drafts);
    let (coverage, windows_read) = coverage::read(documents, tables, problems);
    let malformed: usize = documents.iter().map(|document| document.malformed).sum();
    let read = drafts.len() + windows_read + malformed;
    for draft in &mut drafts {
        problems.append(std::mem::take(&mut draft.problems));
    }
    let numbered = link::number(drafts);
    for diagnostic in link::check(&numbered, &informants) {
        problems.push(diagnostic);
    }
    let records: Vec<_> = numbered
        .into_iter()
        .map(|numbered| numbered.record)
        .collect();
    let left_out = read - records.len() - coverage.len();
    Told {
        kept: names.into_kept(),
        sources: informants.taken,
        records: Records {
            vocabulary: Vocabulary::default(),
            left_out,
            informants: informants.list,
            records,
            coverage,
            read,
        },
    }
}
