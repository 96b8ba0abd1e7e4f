//! Other people's tables as records: through a mapping, which says how the columns of a row become the keys of a block.
//!
//! A row becomes the same block that somebody could have written by hand, with every value at the place of its cell; whoever reads
//! record files reads it from there. So a table means what a record file means, and its faults are told as precisely.

mod blocks;
mod filter;
mod json;
mod mapping;
pub(super) mod register;
mod sheet;
mod spec;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::toml::document::{self, Document};
use super::toml::problems::Problems;
use crate::diagnostic::{self, Code, Diagnostic};
use crate::source::{SourceFile, SourceId};

pub(super) use blocks::make;

/// A table and the mapping that explains it.
#[derive(Clone, Copy, Debug)]
pub struct Table<'f> {
    /// The mapping file.
    pub mapping: &'f SourceFile,
    /// The table.
    pub data: &'f SourceFile,
}

/// What became of the rows of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many rows it has.
    pub rows: usize,
    /// How many of them could not be read.
    pub bad: usize,
    /// How many rows no block of the mapping asks for.
    pub passed_over: usize,
    /// How many estimates were put in order.
    pub sorted: usize,
    /// Kinds and measures that the rules do not declare, with how many rows tell of each.
    pub undeclared: BTreeMap<String, usize>,
    /// Names that no declaration and no spelling covers, with how often each is met.
    pub unmatched: BTreeMap<String, usize>,
}

/// The tallies of a run, by table.
pub type Tallies = BTreeMap<SourceId, Tally>;

/// Reads the mapping files of tables, each once.
pub(super) fn mappings<'f>(tables: &[Table<'f>], problems: &mut Problems) -> Vec<Document<'f>> {
    let files: BTreeMap<SourceId, &'f SourceFile> = tables
        .iter()
        .map(|table| (table.mapping.id(), table.mapping))
        .collect();
    let files = files.into_values();
    files
        .map(|file| document::parse_any(file, file.text(), problems))
        .collect()
}

/// How many problems of one code are told of a table before the rest is counted. Picked by gut feeling.
const TOLD: usize = 5;

/// Leaves out what repeats itself in a table: after some rows with one problem, the last that is told says how many more have it.
pub(super) fn capped(mut found: Vec<Diagnostic>, tables: &Tallies) -> Vec<Diagnostic> {
    diagnostic::sort(&mut found);
    let mut counts: BTreeMap<(SourceId, Code), (usize, usize)> = BTreeMap::new();
    let mut kept: Vec<Diagnostic> = Vec::new();
    for one in found {
        let source = one.primary.span.source;
        if !tables.contains_key(&source) {
            kept.push(one);
            continue;
        }
        let (count, last) = counts.entry((source, one.code)).or_default();
        *count += 1;
        if *count <= TOLD {
            *last = kept.len();
            kept.push(one);
        }
    }
    for (count, last) in counts.into_values() {
        if let Some(last) = kept.get_mut(last).filter(|_| count > TOLD) {
            let more = format!(
                "{} more rows of this table have such a problem.",
                count - TOLD
            );
            last.help = Some(match last.help.take() {
                Some(help) => format!("{help} {more}"),
                None => more,
            });
        }
    }
    kept
}
