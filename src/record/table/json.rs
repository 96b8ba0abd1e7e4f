//! Tables as JSON: one object on each line, a list of objects, or the features of a `GeoJSON` file.
//!
//! What is nested has a name with dots (`geometry.coordinates.0`); the `properties` of a feature stand for themselves.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::sheet::{BadRow, Cell, Row, Sheet};
use crate::source::SourceFile;

/// How deep objects are followed, and how far lists are: no published table needs more.
const DEEPEST: usize = 8;
const LONGEST: usize = 32;

#[derive(Deserialize)]
struct Features<'f> {
    #[serde(borrow)]
    features: Vec<&'f RawValue>,
}

/// Opens a JSON file; `lines` where each line is an object of its own.
pub(super) fn open(file: &SourceFile, lines: bool) -> Result<Sheet<'_>, BadRow> {
    let text = file.text();
    let body = text.trim_start_matches('\u{feff}');
    let objects: Vec<&str> = if lines {
        let lines = body.lines().map(str::trim);
        lines.filter(|line| !line.is_empty()).collect()
    } else {
        listed(body).map_err(|error| BadRow {
            place: place_of(text, text.trim()),
            message: format!("`{}` is no list of JSON objects: {error}", file.name()),
            help: "A table in JSON is `[{…}, …]`, a GeoJSON FeatureCollection, or one object on each line (`.jsonl`).",
        })?
    };
    let mut columns: BTreeMap<String, usize> = BTreeMap::new();
    let mut rows = Vec::new();
    for object in objects {
        rows.push(row(object, text, &mut columns));
    }
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
        rows: Box::new(rows),
    })
}

fn listed(body: &str) -> Result<Vec<&str>, serde_json::Error> {
    let list: Vec<&RawValue> = if body.trim_start().starts_with('[') {
        serde_json::from_str(body)?
    } else {
        serde_json::from_str::<Features<'_>>(body)?.features
    };
    Ok(list.into_iter().map(RawValue::get).collect())
}

fn row<'f>(
    object: &'f str,
    text: &'f str,
    columns: &mut BTreeMap<String, usize>,
) -> Result<Row<'f>, BadRow> {
    let place = place_of(text, object);
    let mut row = Row {
        place: place.clone(),
        cells: Vec::new(),
    };
    let mut reader = Reader {
        text,
        columns,
        row: &mut row,
    };
    match serde_json::from_str::<BTreeMap<Cow<'f, str>, &'f RawValue>>(object) {
        Ok(map) => {
            for (key, value) in map {
                reader.value(&key, value.get(), 0);
            }
            Ok(row)
        }
        Err(error) => Err(BadRow {
            place,
            message: format!("expected a JSON object: {error}"),
            help: "Each row is an object: `{\"date\": \"2021-08-31\", …}`.",
        }),
    }
}

/// Gives the place of a part of a text.
fn place_of(text: &str, part: &str) -> Range<usize> {
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
        if depth < DEEPEST
            && let Ok(map) = serde_json::from_str::<BTreeMap<Cow<'f, str>, &'f RawValue>>(raw)
        {
            for (key, value) in map {
                self.value(&nested(&key), value.get(), depth + 1);
            }
            return;
        }
        if depth < DEEPEST
            && let Ok(list) = serde_json::from_str::<Vec<&'f RawValue>>(raw)
        {
            for (at, value) in list.into_iter().take(LONGEST).enumerate() {
                self.value(&nested(&at.to_string()), value.get(), depth + 1);
            }
            return;
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
        let place = place_of(self.text, raw);
        if let Some(slot) = self.row.cells.get_mut(at) {
            *slot = Some(Cell { text, place });
        }
    }
}
