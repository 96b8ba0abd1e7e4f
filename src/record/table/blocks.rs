//! Rows made into blocks.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use toml::Spanned as At;
use toml::de::{DeArray, DeTable, DeValue};

use super::mapping::{Mapping, Plan};
use super::sheet::{self, BadRow, Row, Sheet};
use super::spec::{self, Columns, Making};
use super::{Table, Tally};
use crate::agreement::{Vocabulary, Word};
use crate::diagnostic::{Code, Diagnostic};
use crate::record::toml::document::Document;
use crate::record::toml::problems::Problems;
use crate::source::Span;

/// A table as blocks, and what became of its rows.
#[derive(Debug)]
pub(in crate::record) struct Made<'f> {
    pub(in crate::record) document: Document<'f>,
    pub(in crate::record) tally: Tally,
}

/// Makes blocks of the rows of a table. Rows that cannot be read are reported, and counted as blocks that are left out.
pub(in crate::record) fn make<'f, 'm: 'f>(
    table: Table<'f>,
    mapping: &'m Document<'m>,
    vocabulary: &Vocabulary,
    problems: &mut Problems,
) -> Made<'f> {
    let mapping = &Mapping::read(mapping, vocabulary, problems);
    let mut maker = Maker {
        table,
        vocabulary,
        sections: BTreeMap::new(),
        tally: Tally::default(),
        chosen: vec![0; mapping.blocks.len()],
    };
    match sheet::open(table.data, mapping.delimiter) {
        Ok(sheet) => maker.sheet(sheet, mapping, problems),
        Err(bad) => maker.bad_row(bad, problems),
    }
    let mut document = DeTable::new();
    for (section, blocks) in maker.sections {
        let key = At::new(0..0, Cow::Borrowed(section));
        document.insert(key, At::new(0..0, DeValue::Array(blocks)));
    }
    Made {
        document: Document::of_table(table.data, document, maker.tally.bad),
        tally: maker.tally,
    }
}

struct Maker<'a, 'f> {
    table: Table<'f>,
    vocabulary: &'a Vocabulary,
    sections: BTreeMap<&'static str, DeArray<'f>>,
    tally: Tally,
    /// How many rows each plan took.
    chosen: Vec<usize>,
}

impl<'f> Maker<'_, 'f> {
    fn sheet<'m: 'f>(&mut self, sheet: Sheet<'f>, mapping: &Mapping<'m>, problems: &mut Problems) {
        let columns = Columns {
            places: (sheet.columns.iter().cloned()).zip(0..).collect(),
        };
        let header = self.span(sheet.header.clone());
        let plans = self.usable(&sheet, &columns, mapping, header, problems);
        for row in sheet.rows {
            self.tally.rows += 1;
            match row {
                Ok(row) => self.row(&row, &columns, &plans, problems),
                Err(bad) => self.bad_row(bad, problems),
            }
        }
        for (at, plan) in plans {
            if self.chosen.get(at) == Some(&0) && self.tally.rows > self.tally.bad {
                problems.push(self.nothing_chosen(plan));
            }
        }
    }

    /// Gives the plans whose columns are all there, and reports those that are not.
    fn usable<'p, 'm>(
        &self,
        sheet: &Sheet<'f>,
        columns: &Columns,
        mapping: &'p Mapping<'m>,
        header: Span,
        problems: &mut Problems,
    ) -> Vec<(usize, &'p Plan<'m>)> {
        let mut seen = BTreeSet::new();
        let twice: BTreeSet<&str> = (sheet.columns.iter())
            .filter(|name| !seen.insert(name.as_str()))
            .map(String::as_str)
            .collect();
        let mut usable = Vec::new();
        let mut told = BTreeSet::new();
        for (at, plan) in mapping.blocks.iter().enumerate() {
            let of_keys = plan.keys.iter().flat_map(|key| key.spec.columns());
            let of_filters = plan.only.iter().map(|only| (only.column.key, only.column));
            let mut whole = true;
            for (name, entry) in of_keys.chain(of_filters) {
                let report = if twice.contains(name) {
                    two_columns(name, entry.span, header)
                } else if columns.places.contains_key(name) {
                    continue;
                } else {
                    spec::no_column(name, entry, columns, self.table.data.name(), problems)
                };
                whole = false;
                if told.insert((name.to_owned(), entry.span)) {
                    problems.push(report);
                }
            }
            if whole {
                usable.push((at, plan));
            }
        }
        usable
    }

    fn row<'m: 'f>(
        &mut self,
        row: &Row<'f>,
        columns: &Columns,
        plans: &[(usize, &Plan<'m>)],
        problems: &mut Problems,
    ) {
        let mut taken = 0;
        for (at, plan) in plans {
            if !plan.only.iter().all(|only| only.holds(row, columns)) {
                continue;
            }
            taken += 1;
            if let Some(chosen) = self.chosen.get_mut(*at) {
                *chosen += 1;
            }
            self.block(row, columns, plan, taken, problems);
        }
        self.tally.passed_over += usize::from(taken == 0);
    }

    fn block<'m: 'f>(
        &mut self,
        row: &Row<'f>,
        columns: &Columns,
        plan: &Plan<'m>,
        ordinal: usize,
        problems: &mut Problems,
    ) {
        let mut making = Making {
            row,
            columns,
            missing: &plan.missing,
            sorted: 0,
            wrong: Vec::new(),
        };
        let mut block = DeTable::new();
        for key in &plan.keys {
            if let Some(value) = key.spec.value(&mut making) {
                let name = At::new(value.span(), Cow::Borrowed(key.name));
                block.insert(name, value);
            }
        }
        self.tally.sorted += making.sorted;
        if let Some((place, message, help)) = making.wrong.into_iter().next() {
            let report = Diagnostic::new(Code::BadDate, self.span(place), message);
            problems.push(report.help(help));
            self.tally.bad += 1;
            return;
        }
        if self.is_of_no_kind(plan, &block) {
            return;
        }
        self.name(row, plan, ordinal, &mut block);
        let empty = DeArray::new();
        let blocks = self.sections.entry(plan.section).or_insert(empty);
        blocks.push(At::new(row.place.clone(), DeValue::Table(block)));
    }

    /// Says whether a row tells of a kind that the rules do not know, which is no mistake of the table; it is counted.
    fn is_of_no_kind(&mut self, plan: &Plan<'_>, block: &DeTable<'_>) -> bool {
        let key = match plan.section {
            "event" => "kind",
            "reading" => "measure",
            _ => return false,
        };
        let Some(DeValue::String(name)) = block.get(key).map(At::get_ref) else {
            return false;
        };
        let known = match self.vocabulary.words.get(name.as_ref()) {
            Some(Word::Kind(_)) => key == "kind",
            Some(Word::Measure(_)) => key == "measure",
            Some(Word::Given(_) | Word::State(_) | Word::Relation(_)) | None => false,
        };
        if !known {
            *self.tally.undeclared.entry(name.to_string()).or_default() += 1;
        }
        !known
    }

    /// Gives a record its place in the table for a name, where the mapping gives none.
    fn name(&self, row: &Row<'f>, plan: &Plan<'_>, ordinal: usize, block: &mut DeTable<'f>) {
        let named = matches!(plan.section, "event" | "reading" | "finding");
        if !named || block.contains_key("id") {
            return;
        }
        let file = self.table.data;
        let line = file.line_of(u32::try_from(row.place.start).unwrap_or(u32::MAX)) + 1;
        let stem = file.name().rsplit('/').next().unwrap_or_default();
        let name = match ordinal {
            1 => format!("{stem}:{line}"),
            more => format!("{stem}:{line}#{more}"),
        };
        let place = row.place.clone();
        let key = At::new(place.clone(), Cow::Borrowed("id"));
        block.insert(key, At::new(place, DeValue::String(Cow::Owned(name))));
    }

    fn bad_row(&mut self, bad: BadRow, problems: &mut Problems) {
        self.tally.bad += 1;
        let span = self.span(bad.place);
        problems.push(Diagnostic::new(Code::BadRow, span, bad.message).help(bad.help));
    }

    fn nothing_chosen(&self, plan: &Plan<'_>) -> Diagnostic {
        let message = format!(
            "no row of `{}` is chosen for this block",
            self.table.data.name()
        );
        let filters: Vec<&str> = plan.only.iter().map(|only| only.column.key).collect();
        let help = format!(
            "Compare `only` with what stands in {}.",
            crate::record::toml::problems::listed(&filters)
        );
        Diagnostic::new(Code::NothingChosen, plan.header, message).help(help)
    }

    fn span(&self, place: Range<usize>) -> Span {
        Span::new(self.table.data.id(), place.start, place.end)
    }
}

fn two_columns(name: &str, place: Span, header: Span) -> Diagnostic {
    let message = format!("two columns are called `{name}`");
    Diagnostic::new(Code::UnknownColumn, place, message)
        .related(header, "in this row of names")
        .help("Give one of them another name in a copy of the table, or leave it out.")
}
