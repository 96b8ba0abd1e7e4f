//! Other people's tables as records: through a mapping, which says how the columns of a row become the keys of a block.
//!
//! A row becomes the same block that somebody could have written by hand, with every value at the place of its cell; whoever reads
//! record files reads it from there. So a table means what a record file means, and its faults are told as precisely.

pub(super) mod mapping;

mod blocks;
mod columns;
mod constants;
mod filter;
mod json;
mod making;
mod packing;
pub(super) mod register;
mod separated;
mod sheet;
mod spec;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::toml::document::{self, Document};
use super::toml::problems::Problems;
use crate::diagnostic::{self, Code, Diagnostic};
use crate::source::{SourceFile, SourceId};

pub use packing::{Encoding, Unpacked, encoding, is_packed_name, is_table_name, unpack};

pub(super) use blocks::make;
pub(super) use constants::check as check_constants;

/// A table and the mapping that explains it.
#[derive(Clone, Copy, Debug)]
pub struct Table<'f> {
    /// The mapping file.
    pub mapping: &'f SourceFile,
    /// The table.
    pub data: &'f SourceFile,
}

/// What became of the rows of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// The table.
    pub table: SourceId,
    /// How many rows it has.
    pub rows: usize,
    /// How many of them could not be read, or not as a whole.
    pub bad: usize,
    /// How many records were made of them; what is wrong with a record is found later.
    pub records: usize,
    /// How many rows no block of the mapping asks for.
    pub passed_over: usize,
    /// How many estimates were put in order.
    pub sorted: usize,
    /// Kinds and measures that the rules do not declare, with how many rows tell of each.
    pub undeclared: BTreeMap<String, usize>,
    /// Names that no declaration and no spelling covers, with how often each is met.
    pub unmatched: BTreeMap<String, usize>,
    /// Sources that nobody declares, with how many records each has.
    pub sources: BTreeMap<String, usize>,
}

impl Tally {
    fn of(table: SourceId) -> Tally {
        Tally {
            table,
            rows: 0,
            bad: 0,
            records: 0,
            passed_over: 0,
            sorted: 0,
            undeclared: BTreeMap::new(),
            unmatched: BTreeMap::new(),
            sources: BTreeMap::new(),
        }
    }
}

/// Gives what the records of each table are named after: the last part of its path, or the whole where two have that in common; with an
/// ordinal where one table is read through several mappings.
pub(super) fn stems(tables: &[Table<'_>]) -> Vec<String> {
    let last = |path: &'_ str| path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned();
    let stem = |(at, table): (usize, &Table<'_>)| {
        let path = table.data.name();
        let name = last(path);
        let same = |other: &Table<'_>| last(other.data.name()) == name && other.data.name() != path;
        let name = if tables.iter().any(same) {
            path.to_owned()
        } else {
            name
        };
        let before = tables.iter().take(at);
        let before = before.filter(|other| other.data.id() == table.data.id());
        match before.count() {
            0 => name,
            before => format!("{name}({})", before + 1),
        }
    };
    tables.iter().enumerate().map(stem).collect()
}

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
pub(super) fn capped(mut found: Vec<Diagnostic>, tables: &[Tally]) -> Vec<Diagnostic> {
    diagnostic::sort(&mut found);
    let tables: BTreeSet<SourceId> = tables.iter().map(|tally| tally.table).collect();
    let mut counts: BTreeMap<(SourceId, Code), (usize, usize)> = BTreeMap::new();
    let mut kept: Vec<Diagnostic> = Vec::new();
    for one in found {
        let source = one.primary.span.source;
        if !tables.contains(&source) {
            kept.push(one);
            continue;
        }
        let (count, last) = counts.entry((source, one.code)).or_default();
        *count += 1;
        if *count <= TOLD {
            *last = kept.len();
            // Nobody mends the published table by hand.
            kept.push(Diagnostic { fix: None, ..one });
        }
    }
    for (count, last) in counts.into_values() {
        if let Some(last) = kept.get_mut(last).filter(|_| count > TOLD) {
            let more = match count - TOLD {
                1 => "There is 1 more such problem in this table.".to_owned(),
                more => format!("There are {more} more such problems in this table."),
            };
            last.help = Some(match last.help.take() {
                Some(help) => format!("{help} {more}"),
                None => more,
            });
        }
    }
    kept
}
