//! Which diagnostics each file has been told to show, so that what became clean is told too, and nothing twice.

use std::collections::{BTreeMap, BTreeSet};

use lsp_server::Notification;
use lsp_types::notification::{Notification as _, PublishDiagnostics};
use lsp_types::{Diagnostic, Position, Range, Uri};
use serde::Serialize;

use super::capabilities::Way;
use super::convert;
use super::documents::Edit;
use super::session::Session;

/// Diagnostics by path.
pub(super) type ByPath = BTreeMap<String, Vec<Diagnostic>>;

/// What is known to be wrong in the files of a home, by how soon after an edit it is known.
#[derive(Debug, Default)]
pub(super) struct Layers {
    layers: [ByPath; 3],
    /// The files of which something else is known than was told last.
    touched: BTreeSet<String>,
}

/// How soon something is known.
#[derive(Clone, Copy, Debug)]
pub(super) enum Layer {
    /// Of the text and the names of rule files and settings: always up to date.
    Rules,
    /// Of record files.
    Records,
    /// Of verdicts, and whatever else needs every file.
    Verdicts,
}

impl Layers {
    /// Puts what was found in the place of what was known.
    pub(super) fn put(&mut self, layer: Layer, found: ByPath) {
        let [rules, records, verdicts] = &mut self.layers;
        let known = match layer {
            Layer::Rules => rules,
            Layer::Records => records,
            Layer::Verdicts => verdicts,
        };
        let gone = known.keys().filter(|path| !found.contains_key(*path));
        self.touched.extend(gone.cloned());
        let new = found
            .iter()
            .filter(|(path, list)| known.get(*path) != Some(list));
        self.touched.extend(new.map(|(path, _)| path.clone()));
        *known = found;
    }

    /// Gives the paths of the files that are to show something.
    pub(super) fn paths(&self) -> impl Iterator<Item = &String> {
        self.layers.iter().flat_map(BTreeMap::keys)
    }

    /// Gives everything that a file is to show, in order.
    pub(super) fn at(&self, path: &str) -> Vec<Diagnostic> {
        let layers = self.layers.iter().filter_map(|layer| layer.get(path));
        in_order(layers.flatten().cloned().collect())
    }

    /// Moves what is not worked out anew along with an edit; what was edited itself is dropped.
    pub(super) fn edited(&mut self, path: &str, edit: Option<Edit>) {
        let [_, records, verdicts] = &mut self.layers;
        for layer in [records, verdicts] {
            let Some(diagnostics) = layer.get_mut(path) else {
                continue;
            };
            match edit {
                None => diagnostics.clear(),
                Some(edit) => diagnostics.retain_mut(|found| {
                    let moved = moved(found.range, edit);
                    if let Some(range) = moved {
                        found.range = range;
                    }
                    moved.is_some()
                }),
            }
        }
    }
}

/// What a file has been told to show.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Shown {
    version: Option<i32>,
    diagnostics: Vec<Diagnostic>,
}

/// The parameters of a note, without a copy of what it tells.
#[derive(Serialize)]
struct Told<'a> {
    uri: Uri,
    diagnostics: &'a [Diagnostic],
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<i32>,
}

impl Session<'_> {
    /// Tells every file what it is to show, if that has changed; the file that was edited last first.
    pub(super) fn publish(&mut self) {
        if self.client.diagnostics != Way::Told {
            return;
        }
        let mut paths = std::mem::take(&mut self.touched);
        for state in self.homes.values_mut() {
            paths.append(&mut state.layers.touched);
        }
        let mut paths: Vec<String> = paths.into_iter().collect();
        paths.sort_by_key(|path| Some(path) != self.edited.as_ref());
        for path in paths {
            let known = self.homes.values().map(|state| state.layers.at(&path));
            let mut known = known.filter(|known| !known.is_empty());
            let first = known.next().unwrap_or_default();
            let others: Vec<Diagnostic> = known.flatten().collect();
            let shown = Shown {
                version: self.documents.get(&path).map(|document| document.version),
                diagnostics: if others.is_empty() {
                    first
                } else {
                    in_order([first, others].concat())
                },
            };
            self.show(path, shown);
        }
    }

    fn show(&mut self, path: String, shown: Shown) {
        if self.shown.get(&path) == Some(&shown) {
            return;
        }
        let open = self.documents.get(&path);
        let Some(uri) = open
            .map(|open| open.uri.clone())
            .or_else(|| convert::uri(&path))
        else {
            return;
        };
        let told = Told {
            uri,
            diagnostics: &shown.diagnostics,
            version: shown.version,
        };
        let method = PublishDiagnostics::METHOD.to_owned();
        self.send(Notification::new(method, told));
        if shown.version.is_none() && shown.diagnostics.is_empty() {
            self.shown.remove(&path);
        } else {
            self.shown.insert(path, shown);
        }
    }
}

/// Puts what a file shows in order, nothing twice.
fn in_order(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let place = |found: &Diagnostic| {
        let Range { start, end } = found.range;
        (start.line, start.character, end.line, end.character)
    };
    diagnostics.sort_by_key(place);
    let mut kept: Vec<Diagnostic> = Vec::with_capacity(diagnostics.len());
    for found in diagnostics {
        let same_place = kept.iter().rev();
        let mut same_place = same_place.take_while(|known| known.range == found.range);
        if !same_place.any(|known| *known == found) {
            kept.push(found);
        }
    }
    kept
}

fn moved(range: Range, edit: Edit) -> Option<Range> {
    if range.end <= edit.replaced.start {
        return Some(range);
    }
    if range.start < edit.replaced.end {
        return None;
    }
    Some(Range {
        start: behind(range.start, edit),
        end: behind(range.end, edit),
    })
}

/// Moves a place that stands behind an edit.
fn behind(place: Position, edit: Edit) -> Position {
    let old = edit.replaced.end;
    let line = (place.line - old.line).saturating_add(edit.end.line);
    let character = if place.line == old.line {
        (place.character - old.character).saturating_add(edit.end.character)
    } else {
        place.character
    };
    Position { line, character }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(a: u32, b: u32, c: u32, d: u32) -> Range {
        Range::new(Position::new(a, b), Position::new(c, d))
    }

    #[test]
    fn what_stands_behind_an_edit_moves_with_it() {
        // "x" put in the place of (1:2)-(1:4), and a line end after it.
        let edit = Edit {
            replaced: range(1, 2, 1, 4),
            end: Position::new(2, 0),
        };
        assert_eq!(moved(range(0, 5, 1, 1), edit), Some(range(0, 5, 1, 1)));
        assert_eq!(moved(range(1, 3, 1, 6), edit), None);
        assert_eq!(moved(range(1, 4, 1, 6), edit), Some(range(2, 0, 2, 2)));
        assert_eq!(moved(range(3, 1, 3, 2), edit), Some(range(4, 1, 4, 2)));
    }
}
