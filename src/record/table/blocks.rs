//! Rows made into blocks.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use toml::Spanned as At;
use toml::de::{DeArray, DeTable, DeValue};

use super::columns::Columns;
use super::filter::Filter;
use super::making::{Fits, Making, Wrong};
use super::mapping::{Mapping, Plan};
use super::sheet::{self, BadRow, Numbering, Row, Sheet};
use super::{Table, Tally};
use crate::agreement::{Agreement, Word};
use crate::diagnostic::{Code, Diagnostic};
use crate::record::toml::document::Document;
use crate::record::toml::problems::Problems;
use crate::source::Span;
use crate::time::{Instant, parse_edtf};

/// A table as blocks, and what became of its rows.
#[derive(Debug)]
pub(in crate::record) struct Made<'f> {
    pub(in crate::record) document: Document<'f>,
    pub(in crate::record) tally: Tally,
}

/// Makes blocks of the rows of a table; those that have no id are named after `stem`.
///
/// Rows that cannot be read are reported, and counted as blocks that are left out.
pub(in crate::record) fn make<'f, 'm: 'f>(
    table: Table<'f>,
    stem: &str,
    mapping: &Mapping<'m>,
    agreement: &Agreement,
    problems: &mut Problems,
) -> Made<'f> {
    let mut maker = Maker {
        table,
        stem,
        mapping,
        agreement,
        numbering: Numbering::Lines,
        sections: BTreeMap::new(),
        tally: Tally::of(table.data.id()),
        left_out: 0,
        chosen: vec![0; mapping.blocks.len()],
        fits: Fits::default(),
        wrong: Vec::new(),
        last: None,
    };
    match sheet::open(table.data, mapping.delimiter) {
        Ok(sheet) => maker.sheet(sheet, problems),
        Err(bad) => maker.bad_row(bad, problems),
    }
    let mut document = DeTable::new();
    for (section, blocks) in maker.sections {
        let key = At::new(0..0, Cow::Borrowed(section));
        document.insert(key, At::new(0..0, DeValue::Array(blocks)));
    }
    Made {
        document: Document::of_table(table.data, document, maker.left_out),
        tally: maker.tally,
    }
}

struct Maker<'a, 'm, 'f> {
    table: Table<'f>,
    stem: &'a str,
    mapping: &'a Mapping<'m>,
    agreement: &'a Agreement,
    numbering: Numbering,
    sections: BTreeMap<&'static str, DeArray<'f>>,
    tally: Tally,
    /// Records that could not be made.
    left_out: usize,
    /// How many rows each plan took.
    chosen: Vec<usize>,
    fits: Fits,
    /// Reports that wait until it is known whether their format fits any cell.
    wrong: Vec<(Option<Span>, Diagnostic)>,
    /// The date of the row before, where the mapping promises an order.
    last: Option<(Instant, Span)>,
}

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Made,
    /// It tells of something that the rules do not know.
    NotMeant,
    Wrong,
}

impl<'m: 'f, 'f> Maker<'_, 'm, 'f> {
    fn sheet(&mut self, sheet: Sheet<'f>, problems: &mut Problems) {
        let columns = Columns::of(&sheet, self.table.data);
        let mapping = self.mapping;
        let plans = mapping.blocks.iter().enumerate();
        let named = plans.clone().flat_map(|(_, plan)| plan.columns());
        let misses = named
            .map(|(name, _)| name)
            .any(|name| !sheet.columns.iter().any(|column| column == name));
        if let Some(undivided) = columns.undivided().filter(|_| misses) {
            self.bad_row(undivided, problems);
            return;
        }
        self.numbering = sheet.numbering;
        let header = self.span(sheet.header);
        let mut told = BTreeSet::new();
        let usable: Vec<(usize, &Plan<'m>)> = plans
            .filter(|(_, plan)| is_usable(plan, &columns, &mut told, problems))
            .collect();
        for row in sheet.rows {
            self.tally.rows += 1;
            match row {
                Ok(row) => self.row(&row, &columns, &usable, problems),
                Err(bad) => self.bad_row(bad, problems),
            }
        }
        self.tell_wrong(problems);
        if self.tally.rows == 0 {
            problems.push(self.no_rows(header));
        } else if self.tally.rows > self.tally.bad {
            for (at, plan) in usable {
                if self.chosen.get(at) == Some(&0) {
                    problems.push(self.nothing_chosen(plan, &columns));
                }
            }
        }
    }

    fn row(
        &mut self,
        row: &Row<'f>,
        columns: &Columns<'f>,
        plans: &[(usize, &Plan<'m>)],
        problems: &mut Problems,
    ) {
        let mut taken = 0;
        let mut wrong = false;
        for (at, plan) in plans {
            if !plan.only.iter().all(|only| only.holds(row, columns)) {
                continue;
            }
            taken += 1;
            if let Some(chosen) = self.chosen.get_mut(*at) {
                *chosen += 1;
            }
            wrong |= self.block(row, columns, plan, taken, problems) == Fate::Wrong;
        }
        self.tally.passed_over += usize::from(taken == 0);
        self.tally.bad += usize::from(wrong);
    }

    fn block(
        &mut self,
        row: &Row<'f>,
        columns: &Columns<'f>,
        plan: &Plan<'m>,
        ordinal: usize,
        problems: &mut Problems,
    ) -> Fate {
        let mut making = Making {
            row,
            columns,
            missing: &plan.missing,
            fits: &mut self.fits,
            sorted: 0,
            wrong: None,
        };
        let mut block = DeTable::new();
        for key in &plan.keys {
            if let Some(value) = key.spec.value(&mut making) {
                let name = At::new(value.span(), Cow::Borrowed(key.name()));
                block.insert(name, value);
            }
        }
        let Making { sorted, wrong, .. } = making;
        if let Some(wrong) = wrong {
            self.wrong_cell(wrong);
            self.left_out += usize::from(plan.makes_records());
            return Fate::Wrong;
        }
        if self.is_of_no_kind(plan, &block) {
            return Fate::NotMeant;
        }
        self.tally.sorted += sorted;
        self.tally.records += usize::from(plan.makes_records());
        self.check_order(&block, problems);
        self.name(row, plan, ordinal, &mut block);
        let block = At::new(row.place.clone(), DeValue::Table(block));
        if let Some(blocks) = self.sections.get_mut(plan.section) {
            blocks.push(block);
        } else {
            let mut blocks = DeArray::new();
            blocks.push(block);
            self.sections.insert(plan.section, blocks);
        }
        Fate::Made
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
        let known = match self.agreement.vocabulary.words.get(name.as_ref()) {
            Some(Word::Kind(_)) => key == "kind",
            Some(Word::Measure(_)) => key == "measure",
            Some(Word::Given(_) | Word::State(_) | Word::Relation(_)) | None => false,
        };
        if !known {
            *self.tally.undeclared.entry(name.to_string()).or_default() += 1;
        }
        !known
    }

    /// Holds a row against the promise that the table is sorted.
    fn check_order(&mut self, block: &DeTable<'_>, problems: &mut Problems) {
        let (Some(promise), Some(value)) = (self.mapping.sorted, block.get("when")) else {
            return;
        };
        let DeValue::String(date) = value.get_ref() else {
            return;
        };
        let Ok(date) = parse_edtf(date) else {
            return;
        };
        let own = date.span(&self.agreement.calendar).earliest;
        let place = self.span(value.span());
        if let Some((last, before)) = self.last
            && own < last
        {
            let message = "this row is earlier than the one before it";
            let report = Diagnostic::new(Code::OutOfOrder, place, message)
                .related(before, "the row before")
                .related(promise, "the mapping promises an order");
            problems.push(report.help(
                "It is read all the same. Take `sorted` out of the mapping, or sort the table.",
            ));
        }
        self.last = Some((own, place));
    }

    /// Gives a record its place in the table for a name, where the mapping gives none.
    fn name(&self, row: &Row<'f>, plan: &Plan<'_>, ordinal: usize, block: &mut DeTable<'f>) {
        let named = matches!(plan.section, "event" | "reading" | "finding");
        if !named || block.contains_key("id") {
            return;
        }
        let stem = self.stem;
        let name = match self.numbering {
            Numbering::Lines => {
                let start = u32::try_from(row.place.start).unwrap_or(u32::MAX);
                format!("{stem}:{}", self.table.data.line_of(start) + 1)
            }
            Numbering::Rows => format!("{stem}#{}", self.tally.rows),
        };
        let name = match ordinal {
            1 => name,
            more => format!("{name}/{more}"),
        };
        let place = row.place.clone();
        let key = At::new(place.clone(), Cow::Borrowed("id"));
        block.insert(key, At::new(place, DeValue::String(Cow::Owned(name))));
    }

    fn bad_row(&mut self, bad: BadRow, problems: &mut Problems) {
        self.tally.bad += 1;
        self.left_out += 1;
        let span = self.span(bad.place);
        problems.push(Diagnostic::new(Code::BadRow, span, bad.message).help(bad.help));
    }

    fn wrong_cell(&mut self, wrong: Wrong) {
        let span = self.span(wrong.place);
        let report = Diagnostic::new(Code::BadDate, span, wrong.message).help(wrong.help);
        self.wrong.push((wrong.format, report));
    }

    /// Tells what is wrong with cells; where a format fits none of them, that once.
    fn tell_wrong(&mut self, problems: &mut Problems) {
        for (format, report) in std::mem::take(&mut self.wrong) {
            if !format.is_some_and(|format| self.fits.fits_none(format)) {
                problems.push(report);
            }
        }
        for report in self.fits.reports() {
            problems.push(report);
        }
    }

    fn no_rows(&self, header: Span) -> Diagnostic {
        let message = format!("`{}` has no rows", self.table.data.name());
        Diagnostic::new(Code::NothingChosen, header, message)
            .help("It names columns and nothing more. Was it cut off?")
    }

    /// Tells which filter holds for no row; the block, where none alone is to blame.
    fn nothing_chosen(&self, plan: &Plan<'_>, columns: &Columns<'_>) -> Diagnostic {
        let table = self.table.data.name();
        for only in &plan.only {
            let Some(found) = self.values_beside(only, columns) else {
                continue;
            };
            let column = only.column.key;
            let message = format!("no row of `{table}` has such a `{column}`");
            return Diagnostic::new(Code::NothingChosen, only.column.span, message)
                .help(only.advice(&found));
        }
        let message = format!("no row of `{table}` is chosen for this block");
        Diagnostic::new(Code::NothingChosen, plan.header, message)
            .help("Each condition of `only` holds for some row, but never all of them for one.")
    }

    /// Gives what stands in the column of a filter that chooses no row at all.
    fn values_beside(&self, only: &Filter<'_>, columns: &Columns<'_>) -> Option<BTreeSet<String>> {
        const ENOUGH: usize = 1_000;
        let sheet = sheet::open(self.table.data, self.mapping.delimiter).ok()?;
        let mut found = BTreeSet::new();
        for row in sheet.rows.filter_map(Result::ok) {
            if only.holds(&row, columns) {
                return None;
            }
            if found.len() < ENOUGH {
                found.insert(only.text(&row, columns).to_owned());
            }
        }
        Some(found)
    }

    fn span(&self, place: Range<usize>) -> Span {
        Span::new(self.table.data.id(), place.start, place.end)
    }
}

/// Says whether the columns of a plan are all there, and reports those that are not.
fn is_usable<'m>(
    plan: &Plan<'m>,
    columns: &Columns<'_>,
    told: &mut BTreeSet<(&'m str, Span)>,
    problems: &mut Problems,
) -> bool {
    let mut whole = true;
    for (name, entry) in plan.columns() {
        let Some(report) = columns.problem(name, entry, problems) else {
            continue;
        };
        whole = false;
        if told.insert((name, entry.span)) {
            problems.push(report);
        }
    }
    whole
}
