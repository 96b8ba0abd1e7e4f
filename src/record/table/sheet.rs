//! Tables of cells as text: CSV with any delimiter. Every row and cell has its place.

use std::borrow::Cow;
use std::ops::Range;

use crate::source::SourceFile;

/// A cell.
#[derive(Clone, Debug)]
pub(super) struct Cell<'f> {
    pub(super) text: Cow<'f, str>,
    /// Unit: bytes of the file.
    pub(super) place: Range<usize>,
}

/// A row; a cell is missing where JSON has no such key.
#[derive(Clone, Debug)]
pub(super) struct Row<'f> {
    pub(super) place: Range<usize>,
    pub(super) cells: Vec<Option<Cell<'f>>>,
}

/// A row that cannot be used.
#[derive(Clone, Debug)]
pub(super) struct BadRow {
    pub(super) place: Range<usize>,
    pub(super) message: String,
    pub(super) help: &'static str,
}

/// A table.
pub(super) struct Sheet<'f> {
    /// The names of the columns, in order.
    pub(super) columns: Vec<String>,
    /// Where they are named.
    pub(super) header: Range<usize>,
    pub(super) rows: Box<dyn Iterator<Item = Result<Row<'f>, BadRow>> + 'f>,
}

/// Opens a table by the end of its name.
///
/// # Errors
///
/// There is nothing in it that could be a table.
pub(super) fn open(file: &SourceFile, delimiter: Option<u8>) -> Result<Sheet<'_>, BadRow> {
    let name = plain_name(file.name());
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension {
        "jsonl" | "ndjson" => super::json::open(file, true),
        "json" | "geojson" => super::json::open(file, false),
        "tsv" => separated(file, delimiter.unwrap_or(b'\t')),
        _ => separated(file, delimiter.unwrap_or(b',')),
    }
}

/// Gives the name without what only says how the file is packed, in small letters.
fn plain_name(name: &str) -> String {
    let name = name.to_lowercase();
    let packed = [".gz", ".zst"];
    let bare = packed.iter().find_map(|end| name.strip_suffix(end));
    bare.unwrap_or(&name).to_owned()
}

fn separated(file: &SourceFile, delimiter: u8) -> Result<Sheet<'_>, BadRow> {
    let text = file.text();
    let mark = text.len() - text.trim_start_matches('\u{feff}').len();
    let body = text.get(mark..).unwrap_or_default();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(body.as_bytes());
    let mut header = csv::StringRecord::new();
    let found = reader.read_record(&mut header).unwrap_or(false);
    if !found {
        return Err(BadRow {
            place: 0..0,
            message: format!("`{}` is empty", file.name()),
            help: "A table begins with a row that names its columns.",
        });
    }
    let columns: Vec<String> = header.iter().map(str::to_owned).collect();
    let place = mark..mark + at(reader.position());
    let rows = Rows {
        reader,
        text,
        mark,
        delimiter,
        columns: columns.len(),
        record: csv::StringRecord::new(),
    };
    Ok(Sheet {
        columns,
        header: place.start..place.start + text.get(place).map_or(0, |row| row.trim_end().len()),
        rows: Box::new(rows),
    })
}

fn at(position: &csv::Position) -> usize {
    usize::try_from(position.byte()).unwrap_or(usize::MAX)
}

struct Rows<'f> {
    reader: csv::Reader<&'f [u8]>,
    text: &'f str,
    /// Where the table begins, behind a byte-order mark.
    mark: usize,
    delimiter: u8,
    columns: usize,
    record: csv::StringRecord,
}

impl<'f> Iterator for Rows<'f> {
    type Item = Result<Row<'f>, BadRow>;

    fn next(&mut self) -> Option<Self::Item> {
        // The text is UTF-8 and any number of cells will do, so that reading it cannot fail.
        if !self.reader.read_record(&mut self.record).ok()? {
            return None;
        }
        let start = self.record.position().map_or(0, at) + self.mark;
        let end = at(self.reader.position()) + self.mark;
        let written = self.text.get(start..end).unwrap_or_default();
        // Blank lines before a row are no part of it, nor is the end of its line.
        let blank = written.len() - written.trim_start_matches(['\r', '\n']).len();
        let written = written.trim_matches(['\r', '\n']);
        let start = start + blank;
        Some(self.row(written, start))
    }
}

impl<'f> Rows<'f> {
    fn row(&self, written: &str, start: usize) -> Result<Row<'f>, BadRow> {
        let place = start..start + written.len();
        let (places, open) = cells(written, self.delimiter);
        let bad = |message: String, help| {
            Err(BadRow {
                place: place.clone(),
                message,
                help,
            })
        };
        if let Some(open) = open {
            return Err(BadRow {
                place: start + open..start + open + 1,
                message: "the file ends inside a quoted cell".to_owned(),
                help: "It may have been cut off, or this quote has no partner.",
            });
        }
        if written.contains('\0') {
            return bad(
                "this row holds a NUL byte".to_owned(),
                "The file is damaged, or is no text; fetch it anew.",
            );
        }
        if self.record.len() != self.columns {
            let message = format!(
                "this row has {} cells, the header names {} columns",
                self.record.len(),
                self.columns
            );
            return bad(
                message,
                "A delimiter inside a cell needs quotes around the cell.",
            );
        }
        let known = places.len() == self.record.len();
        let cells = self.record.iter().enumerate().map(|(at, text)| {
            let inner = places.get(at).filter(|_| known);
            let place = inner.map_or(place.clone(), |inner| {
                start + inner.start..start + inner.end
            });
            Some(Cell {
                text: Cow::Owned(text.to_owned()),
                place,
            })
        });
        Ok(Row {
            cells: cells.collect(),
            place: place.clone(),
        })
    }
}

/// Gives the places of the cells of a row, without their quotes, and that of a quote that is never closed.
fn cells(row: &str, delimiter: u8) -> (Vec<Range<usize>>, Option<usize>) {
    let bytes = row.as_bytes();
    let mut places = Vec::new();
    let mut start = 0;
    loop {
        if bytes.get(start) != Some(&b'"') {
            let rest = bytes.get(start..).unwrap_or_default();
            let length = rest.iter().position(|byte| *byte == delimiter);
            places.push(start..start + length.unwrap_or(rest.len()));
            match length {
                Some(length) => start += length + 1,
                None => return (places, None),
            }
            continue;
        }
        let Some(end) = closing(bytes, start + 1) else {
            return (places, Some(start));
        };
        places.push(start + 1..end);
        let rest = bytes.get(end..).unwrap_or_default();
        match rest.iter().position(|byte| *byte == delimiter) {
            Some(length) => start = end + length + 1,
            None => return (places, None),
        }
    }
}

/// Finds the quote that closes a cell; two in a row stand for one inside it.
fn closing(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let rest = bytes.get(at..)?;
        at += rest.iter().position(|byte| *byte == b'"')?;
        if bytes.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}
