//! The columns of a table by name, and what is wrong with the names that a mapping uses.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::sheet::{BadRow, Cell, Row, Sheet};
use super::spec::column_name;
use crate::diagnostic::{Code, Diagnostic};
use crate::record::toml::document::Entry;
use crate::record::toml::problems::{Problems, listed};
use crate::source::{SourceFile, Span};

/// How many columns a message lists. Picked by gut feeling.
const SHOWN: usize = 20;

/// The columns of a table.
#[derive(Debug)]
pub(super) struct Columns<'f> {
    file: &'f SourceFile,
    header: Range<usize>,
    places: BTreeMap<String, usize>,
    /// Names that several columns have.
    twice: BTreeSet<String>,
}

impl<'f> Columns<'f> {
    pub(super) fn of(sheet: &Sheet<'f>, file: &'f SourceFile) -> Columns<'f> {
        let mut places = BTreeMap::new();
        let mut twice = BTreeSet::new();
        for (at, name) in sheet.columns.iter().enumerate() {
            if places.insert(name.clone(), at).is_some() {
                twice.insert(name.clone());
            }
        }
        Columns {
            file,
            header: sheet.header.clone(),
            places,
            twice,
        }
    }

    /// Gives the cell of a column, where the row has one.
    pub(super) fn cell<'r, 'c>(&self, row: &'r Row<'c>, name: &str) -> Option<&'r Cell<'c>> {
        let at = *self.places.get(name)?;
        row.cells.get(at)?.as_ref()
    }

    /// Says why the header is one cell, where another delimiter would divide it.
    pub(super) fn undivided(&self) -> Option<BadRow> {
        let name = self.places.keys().next()?;
        let others = [(';', ";"), ('\t', "\\t"), ('|', "|"), (',', ",")];
        let (_, written) = others.iter().find(|(sign, _)| name.contains(*sign))?;
        (self.places.len() == 1).then(|| BadRow {
            place: self.header.clone(),
            message: format!(
                "the first line of `{}`, which names the columns, is one cell",
                self.file.name()
            ),
            help: format!(
                "Its cells seem to be divided by `{written}`: add `delimiter = \"{written}\"` to the mapping."
            ),
        })
    }

    /// Gives the report on a column that cannot be used; nothing for one that can.
    pub(super) fn problem(
        &self,
        name: &str,
        entry: Entry<'_>,
        problems: &mut Problems,
    ) -> Option<Diagnostic> {
        if self.twice.contains(name) {
            return Some(self.two(name, entry));
        }
        (!self.places.contains_key(name)).then(|| self.none(name, entry, problems))
    }

    fn two(&self, name: &str, entry: Entry<'_>) -> Diagnostic {
        let header = Span::new(self.file.id(), self.header.start, self.header.end);
        let message = format!("two columns of `{}` are called `{name}`", self.file.name());
        Diagnostic::new(Code::UnknownColumn, entry.span, message)
            .related(header, "the names of the columns")
            .help("Use another column, or give one of the two another name in a copy of the table.")
    }

    fn none(&self, name: &str, entry: Entry<'_>, problems: &mut Problems) -> Diagnostic {
        let message = format!("`{}` has no column `{name}`", self.file.name());
        // A filter has the column for its key, everything else for its value.
        let place = if entry.key == name {
            entry.key_span
        } else {
            entry.span
        };
        let known = self.places.keys().map(String::as_str);
        let mut report = problems.unknown(Code::UnknownColumn, place, message, name, known);
        // Within a text with columns in it, the quotes hold more than the name; a bare key has none.
        if column_name(entry) != Some(name) {
            report.fix = None;
        }
        if report.help.is_none() {
            let all: Vec<&str> = self.places.keys().map(String::as_str).take(SHOWN).collect();
            let more = self.places.len() - all.len();
            report.help = Some(match more {
                0 => format!("It has {}.", listed(&all)),
                _ => format!("It has `{}` and {more} more.", all.join("`, `")),
            });
        }
        report
    }
}
