//! Tables as text, one row on each line: CSV with any delimiter. Every row and cell has its place.
//!
//! A cell may stand in quotes, and then holds delimiters and line ends; two quotes inside it are one. This is what RFC 4180 has, and what
//! is published beyond it: any line ends, blank lines, a quote in the middle of a cell, text behind the closing quote.

use std::borrow::Cow;
use std::ops::Range;

use super::sheet::{BadRow, Cell, Numbering, Row, Sheet};
use crate::source::SourceFile;

/// Opens a table whose cells are divided by a byte.
pub(super) fn open(file: &SourceFile, delimiter: u8) -> Result<Sheet<'_>, BadRow> {
    let text = file.text();
    let mark = text.len() - text.trim_start_matches('\u{feff}').len();
    let mut rows = Rows {
        text,
        at: mark,
        delimiter,
        columns: 0,
    };
    let Some(header) = rows.written_row() else {
        return Err(BadRow {
            place: mark..mark,
            message: format!("`{}` is empty", file.name()),
            help: "A table begins with a row that names its columns.".to_owned(),
        });
    };
    rows.sound(&header)?;
    rows.columns = header.cells.len();
    let names = header.cells.iter().map(|cell| cell.text.trim().to_owned());
    Ok(Sheet {
        columns: names.collect(),
        header: header.place,
        numbering: Numbering::Lines,
        rows: Box::new(rows),
    })
}

struct Rows<'f> {
    text: &'f str,
    /// Unit: bytes of the file.
    at: usize,
    delimiter: u8,
    /// How many the header names.
    columns: usize,
}

/// A row as it is written.
struct Scanned<'f> {
    cells: Vec<Cell<'f>>,
    place: Range<usize>,
    /// A quote that is never closed.
    open: Option<usize>,
}

impl<'f> Iterator for Rows<'f> {
    type Item = Result<Row<'f>, BadRow>;

    fn next(&mut self) -> Option<Self::Item> {
        let row = self.written_row()?;
        Some(self.row(row))
    }
}

impl<'f> Rows<'f> {
    fn row(&self, row: Scanned<'f>) -> Result<Row<'f>, BadRow> {
        self.sound(&row)?;
        let found = row.cells.len();
        if found != self.columns {
            let last = row.cells.get(self.columns).or(row.cells.last());
            return Err(BadRow {
                place: last.map_or(row.place.start, |cell| cell.place.start)..row.place.end,
                message: format!(
                    "this row has {found} {}, the header names {}",
                    if found == 1 { "cell" } else { "cells" },
                    self.columns
                ),
                help: if found > self.columns {
                    "A cell that holds the delimiter stands in quotes.".to_owned()
                } else {
                    "The row may have been cut off, or a line end in a cell lacks its quotes."
                        .to_owned()
                },
            });
        }
        Ok(Row {
            place: row.place,
            cells: row.cells.into_iter().map(Some).collect(),
        })
    }

    /// Says what is wrong with a row whatever its columns are.
    fn sound(&self, row: &Scanned<'f>) -> Result<(), BadRow> {
        if let Some(open) = row.open {
            let swallowed = self.text.get(open..).unwrap_or_default().lines().count();
            return Err(BadRow {
                place: open..open + 1,
                message: "the file ends inside a quoted cell".to_owned(),
                help: match swallowed {
                    0 | 1 => "It may have been cut off, or this quote has no partner.".to_owned(),
                    lines => format!(
                        "It may have been cut off, or this quote has no partner; the last {lines} lines could not be read for it."
                    ),
                },
            });
        }
        let damaged = row.cells.iter().find(|cell| cell.text.contains('\0'));
        match damaged {
            Some(cell) => Err(BadRow {
                place: cell.place.clone(),
                message: "this cell holds a NUL byte".to_owned(),
                help: "The file is damaged, or is no text; fetch it anew.".to_owned(),
            }),
            None => Ok(()),
        }
    }

    /// Reads the next row that is not blank.
    fn written_row(&mut self) -> Option<Scanned<'f>> {
        let bytes = self.text.as_bytes();
        let is_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
        let rest = bytes.get(self.at..)?;
        self.at += rest.iter().position(|byte| !is_end(byte))?;
        let start = self.at;
        let mut cells = Vec::new();
        loop {
            let Some(cell) = self.cell() else {
                let open = self.at;
                self.at = bytes.len();
                return Some(Scanned {
                    cells,
                    place: start..bytes.len(),
                    open: Some(open),
                });
            };
            cells.push(cell);
            if bytes.get(self.at) == Some(&self.delimiter) {
                self.at += 1;
                continue;
            }
            return Some(Scanned {
                cells,
                place: start..self.at,
                open: None,
            });
        }
    }

    /// Reads a cell up to its delimiter, the end of its line or of the file; nothing where it has no closing quote.
    fn cell(&mut self) -> Option<Cell<'f>> {
        let start = self.at;
        if self.text.as_bytes().get(start) != Some(&b'"') {
            self.at = self.end(start);
            let place = start..self.at;
            let text = self.text.get(place.clone()).unwrap_or_default();
            return Some(Cell {
                text: Cow::Borrowed(text),
                place,
            });
        }
        let close = self.closing(start + 1)?;
        let place = start + 1..close;
        let inner = self.text.get(place.clone()).unwrap_or_default();
        self.at = self.end(close + 1);
        let behind = self.text.get(close + 1..self.at).unwrap_or_default();
        let text = if inner.contains('"') || !behind.is_empty() {
            Cow::Owned(inner.replace("\"\"", "\"") + behind)
        } else {
            Cow::Borrowed(inner)
        };
        Some(Cell { text, place })
    }

    /// Finds where a cell without quotes ends that begins at a place.
    fn end(&self, from: usize) -> usize {
        let rest = self.text.as_bytes().get(from..).unwrap_or_default();
        let ends = |byte: &u8| *byte == self.delimiter || matches!(byte, b'\r' | b'\n');
        from + rest.iter().position(ends).unwrap_or(rest.len())
    }

    /// Finds the quote that closes a cell.
    fn closing(&self, mut at: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        loop {
            at += bytes.get(at..)?.iter().position(|byte| *byte == b'"')?;
            if bytes.get(at + 1) != Some(&b'"') {
                return Some(at);
            }
            at += 2;
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::string_slice,
        reason = "a failing test should stop"
    )]
    use super::*;
    use crate::source::Sources;
    use proptest::prelude::*;

    /// Gives the rows of a text by another reader of CSV.
    fn theirs(text: &str) -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new();
        let reader = reader.has_headers(false).flexible(true);
        let mut reader = reader.from_reader(text.as_bytes());
        let rows = reader.records().map(|row| {
            let row = row.unwrap();
            row.iter().map(str::to_owned).collect()
        });
        rows.collect()
    }

    fn ours(text: &str) -> Option<Vec<Vec<String>>> {
        let mut rows = Rows {
            text,
            at: 0,
            delimiter: b',',
            columns: 0,
        };
        let mut all = Vec::new();
        while let Some(row) = rows.written_row() {
            if row.open.is_some() {
                return None;
            }
            all.push(row.cells.iter().map(|cell| cell.text.to_string()).collect());
        }
        Some(all)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn rows_are_those_that_another_reader_finds(text in "[ab\",\"\r\n\"é]{0,40}") {
            if let Some(rows) = ours(&text) {
                prop_assert_eq!(rows, theirs(&text));
            }
        }
    }

    #[test]
    fn a_place_is_that_of_the_cell_without_its_quotes() {
        let mut sources = Sources::default();
        let id = sources.add("x.csv", "\u{feff}a, b\r\n\r\n\"1,\"\"2\"\"\",\"x\ny\"\r\n");
        let sheet = open(sources.get(id), b',').ok().unwrap();
        assert_eq!(sheet.columns, ["a", "b"]);
        let rows: Vec<_> = sheet.rows.map(Result::unwrap).collect();
        assert_eq!(rows.len(), 1);
        let cells: Vec<_> = rows[0].cells.iter().flatten().collect();
        let text = sources.get(id).text();
        assert_eq!(cells[0].text, "1,\"2\"");
        assert_eq!(&text[cells[0].place.clone()], "1,\"\"2\"\"");
        assert_eq!(&text[cells[1].place.clone()], "x\ny");
    }
}
