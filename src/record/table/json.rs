//! Tables as JSON: one object on each line, a list of objects, or the features of a `GeoJSON` file.
//!
//! What is nested has a name with dots (`geometry.coordinates.0`); the `properties` of a feature stand for themselves. A list within a
//! list is one cell: outlines of places are no columns.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::sheet::{BadRow, Cell, Numbering, Row, Sheet};
use crate::source::SourceFile;

/// How deep objects are followed, and how far lists are: no published table needs more. What lies beyond is one cell.
const DEEPEST: usize = 8;
const LONGEST: usize = 32;

/// How objects stand in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// Each on a line of its own.
    Lines,
    /// In one list.
    List,
}

#[derive(Deserialize)]
struct Features<'f> {
    #[serde(borrow)]
    features: Vec<&'f RawValue>,
}

/// Opens a JSON file.
pub(super) fn open(file: &SourceFile, layout: Layout) -> Result<Sheet<'_>, BadRow> {
    let text = file.text();
    let body = text.trim_start_matches('\u{feff}');
    let objects = match layout {
        Layout::Lines => {
            let lines = body.lines().map(str::trim);
            lines.filter(|line| !line.is_empty()).collect()
        }
        Layout::List => listed(file, body)?,
    };
    if objects.is_empty() {
        return Err(BadRow {
            place: 0..0,
            message: format!("`{}` is empty", file.name()),
            help: "A row of such a table is an object: `{\"date\": \"2021-08-31\", …}`.".to_owned(),
        });
    }
    let mut columns: BTreeMap<String, usize> = BTreeMap::new();
    let rows: Vec<_> = (objects.into_iter())
        .map(|object| row(object, text, &mut columns))
        .collect();
    let width = columns.len();
    let mut names = vec![String::new(); width];
    for (name, at) in columns {
        if let Some(slot) = names.get_mut(at) {
            *slot = name;
        }
    }
    let rows = rows.into_iter().map(move |row| {
        row.map(|mut row: Row<'_>| {
            row.cells.resize(width, None);
            row
        })
    });
    Ok(Sheet {
        columns: names,
        header: 0..0,
        numbering: match layout {
            Layout::Lines => Numbering::Lines,
            Layout::List => Numbering::Rows,
        },
        rows: Box::new(rows),
    })
}

/// Gives the objects of a list.
fn listed<'f>(file: &'f SourceFile, body: &'f str) -> Result<Vec<&'f str>, BadRow> {
    let list = if body.trim_start().starts_with('[') {
        serde_json::from_str::<Vec<&RawValue>>(body)
    } else {
        serde_json::from_str::<Features<'_>>(body).map(|found| found.features)
    };
    match list {
        Ok(list) => Ok(list.into_iter().map(RawValue::get).collect()),
        Err(error) => {
            let (reason, at) = told(&error, body);
            let start = part_of(file.text(), body).start + at;
            Err(BadRow {
                place: start..start,
                message: format!("`{}` is no list of JSON objects: {reason}", file.name()),
                help: "Such a table is `[{…}, …]`, a GeoJSON FeatureCollection, or one object on each line (`.jsonl`).".to_owned(),
            })
        }
    }
}

/// Gives what is wrong without its place, and the byte of the text where it is.
fn told(error: &serde_json::Error, text: &str) -> (String, usize) {
    let whole = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let reason = whole.strip_suffix(&place).unwrap_or(&whole).to_owned();
    let lines = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1));
    let before: usize = lines.map(str::len).sum();
    let mut at = (before + error.column().saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    (reason, at)
}

type Object<'f> = BTreeMap<Cow<'f, str>, &'f RawValue>;

fn row<'f>(
    object: &'f str,
    text: &'f str,
    columns: &mut BTreeMap<String, usize>,
) -> Result<Row<'f>, BadRow> {
    let place = part_of(text, object);
    let found = serde_json::from_str::<Object<'f>>(object).map_err(|error| {
        let (reason, at) = told(&error, object);
        BadRow {
            place: place.start + at..place.end,
            message: format!("expected a JSON object: {reason}"),
            help: "Each row is an object: `{\"date\": \"2021-08-31\", …}`.".to_owned(),
        }
    })?;
    let mut row = Row {
        place,
        cells: Vec::new(),
    };
    let mut reader = Reader {
        text,
        columns,
        row: &mut row,
    };
    for (key, value) in found {
        reader.value(&key, value.get(), 0);
    }
    Ok(row)
}

/// Gives the place of a part of a text.
fn part_of(text: &str, part: &str) -> Range<usize> {
    let start = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    start..start + part.len()
}

struct Reader<'r, 'f> {
    text: &'f str,
    columns: &'r mut BTreeMap<String, usize>,
    row: &'r mut Row<'f>,
}

impl<'f> Reader<'_, 'f> {
    fn value(&mut self, name: &str, raw: &'f str, depth: usize) {
        let nested = |key: &str| match name {
            "properties" if depth == 0 => key.to_owned(),
            _ => format!("{name}.{key}"),
        };
        if raw == "null" {
            return;
        }
        if depth < DEEPEST {
            if raw.starts_with('{')
                && let Ok(object) = serde_json::from_str::<Object<'f>>(raw)
            {
                for (key, value) in object {
                    self.value(&nested(&key), value.get(), depth + 1);
                }
                return;
            }
            if let Some(list) = flat_list(raw) {
                for (at, value) in list.into_iter().enumerate() {
                    self.value(&nested(&at.to_string()), value, depth + 1);
                }
                return;
            }
        }
        let text = match serde_json::from_str::<Cow<'f, str>>(raw) {
            Ok(text) => text,
            Err(_) => Cow::Borrowed(raw),
        };
        self.put(name, text, raw);
    }

    fn put(&mut self, name: &str, text: Cow<'f, str>, raw: &'f str) {
        let next = self.columns.len();
        let at = *self.columns.entry(name.to_owned()).or_insert(next);
        if self.row.cells.len() <= at {
            self.row.cells.resize(at + 1, None);
        }
        let place = part_of(self.text, raw);
        if let Some(slot) = self.row.cells.get_mut(at) {
            *slot = Some(Cell { text, place });
        }
    }
}

/// Gives the items of a short list that has no lists in it.
fn flat_list(raw: &str) -> Option<Vec<&str>> {
    if !raw.starts_with('[') {
        return None;
    }
    let list: Vec<&RawValue> = serde_json::from_str(raw).ok()?;
    let items: Vec<&str> = list.into_iter().map(RawValue::get).collect();
    let flat = items.len() <= LONGEST && items.iter().all(|item| !item.starts_with('['));
    flat.then_some(items)
}
