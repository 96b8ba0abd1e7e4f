//! A table of cells as text, whatever file it comes from. Every row and cell has its place.

use std::borrow::Cow;
use std::ops::Range;

use super::packing::bare_name;
use super::{json, separated};
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
    pub(super) help: String,
}

/// What tells rows apart that have no id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Numbering {
    /// The line on which a row begins.
    Lines,
    /// Its ordinal: several may stand on one line.
    Rows,
}

/// A table.
pub(super) struct Sheet<'f> {
    /// The names of the columns, in order.
    pub(super) columns: Vec<String>,
    /// Where they are named.
    pub(super) header: Range<usize>,
    pub(super) numbering: Numbering,
    pub(super) rows: Box<dyn Iterator<Item = Result<Row<'f>, BadRow>> + 'f>,
}

/// Opens a table by the end of its name.
///
/// # Errors
///
/// There is nothing in it that could be a table.
pub(super) fn open(file: &SourceFile, delimiter: Option<u8>) -> Result<Sheet<'_>, BadRow> {
    if u32::try_from(file.text().len()).is_err() {
        return Err(BadRow {
            place: 0..0,
            message: format!("`{}` is larger than 4 GiB", file.name()),
            help: "Cut it into smaller tables; one mapping explains them all.".to_owned(),
        });
    }
    let name = bare_name(file.name());
    match name.rsplit_once('.').map_or("", |(_, end)| end) {
        "jsonl" | "ndjson" => json::open(file, json::Layout::Lines),
        "json" | "geojson" => json::open(file, json::Layout::List),
        "tsv" | "tab" => separated::open(file, delimiter.unwrap_or(b'\t')),
        _ => separated::open(file, delimiter.unwrap_or(b',')),
    }
}
