//! Record files as written by hand: TOML, every value with its place, every problem of a file at once.
//!
//! A record with a problem is left out and counted; so is one that denies or repeats a record that was left out. A problem is reported
//! once, at its place. Nothing is judged here: what a denial or an echo is worth is for those who weigh evidence.

mod advice;
mod block;
mod coverage;
mod document;
mod draft;
mod finding;
mod informant;
mod link;
mod names;
mod problems;
mod register;
mod value;

#[cfg(test)]
mod tests;

use super::Records;
use crate::agreement::{Agreement, Mention, Vocabulary};
use crate::diagnostic::{self, Diagnostic, Suggestions};
use crate::source::SourceFile;

use block::Tables;
use document::Document;
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
}

/// Reads record files in the terms of `agreement`.
///
/// Registers and sources of all files are read first, so that the order of the files does not matter for them. A link (`denies`,
/// `echoes`, …) may point to a record of any of the files.
#[must_use]
pub fn read(files: &[&SourceFile], agreement: &Agreement) -> Reading {
    let mut problems = Problems::default();
    let texts: Vec<_> = files.iter().map(|file| document::readable(file)).collect();
    let documents: Vec<Document<'_>> = files
        .iter()
        .zip(&texts)
        .map(|(file, text)| document::parse(file, text, &mut problems))
        .collect();
    let vocabulary = register::read(&documents, agreement, &mut problems);
    let records = read_records(&documents, agreement, &vocabulary, &mut problems);
    let records = Records {
        vocabulary,
        ..records
    };
    let mut diagnostics = problems.diagnostics;
    diagnostics.extend(advice::advice(&records, agreement));
    diagnostic::sort(&mut diagnostics);
    let mut mentions = problems.mentions;
    mentions.sort_unstable();
    mentions.dedup();
    Reading {
        records,
        diagnostics,
        mentions,
    }
}

/// Reads everything but the registers, which are in `vocabulary`.
fn read_records(
    documents: &[Document<'_>],
    agreement: &Agreement,
    vocabulary: &Vocabulary,
    problems: &mut Problems,
) -> Records {
    let calendar = &agreement.calendar;
    let names = Names::new(vocabulary, calendar, None);
    let informants = informant::read(documents, &names, problems);
    let mut drafts = draft::outline(documents, agreement, &names);
    let windows = coverage::ids(documents, problems);
    let ids = draft::index(&mut drafts, &windows);
    draft::link_up(&mut drafts, &ids, &windows);
    draft::inherit_subjects(&mut drafts);
    let record_keys = draft::keys_of(&drafts);
    draft::mention(&mut drafts, &record_keys);
    let names = Names::new(vocabulary, calendar, Some(&record_keys));
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
    Records {
        vocabulary: Vocabulary::default(),
        left_out: read - records.len() - coverage.len(),
        informants: informants.list,
        records,
        coverage,
        read,
    }
}
