//! Which diagnostics each file has been told to show, so that what became clean is told too, and nothing twice.

use std::collections::{BTreeMap, BTreeSet};

use lsp_types::notification::PublishDiagnostics;
use lsp_types::{Diagnostic, Position, PublishDiagnosticsParams, Range};

use super::capabilities::Way;
use super::convert;
use super::documents::Edit;
use super::session::Session;

/// Diagnostics by path.
pub(super) type ByPath = BTreeMap<String, Vec<Diagnostic>>;

/// What is known to be wrong in the files of a home, by how soon after an edit it is known.
#[derive(Debug, Default)]
pub(super) struct Layers {
    /// Of the text and the names of rule files and settings: always up to date.
    pub(super) rules: ByPath,
    /// Of record files.
    pub(super) records: ByPath,
    /// Of verdicts, and whatever else needs every file.
    pub(super) verdicts: ByPath,
}

impl Layers {
    /// Gives everything that is to be shown, by path.
    pub(super) fn all(&self) -> ByPath {
        let mut all = ByPath::new();
        for layer in [&self.rules, &self.records, &self.verdicts] {
            for (path, diagnostics) in layer {
                let known = all.entry(path.clone()).or_default();
                known.extend(diagnostics.iter().cloned());
            }
        }
        for diagnostics in all.values_mut() {
            diagnostics.sort_by_key(|found| {
                let (start, end) = (found.range.start, found.range.end);
                (start.line, start.character, end.line, end.character)
            });
        }
        all
    }

    /// Moves what is not worked out anew along with an edit; what was edited itself is dropped.
    pub(super) fn edited(&mut self, path: &str, edit: Option<Edit>) {
        for layer in [&mut self.records, &mut self.verdicts] {
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

impl Session<'_> {
    /// Tells every file what it is to show, if that has changed; the file that was edited last first.
    pub(super) fn publish(&mut self) {
        if self.client.diagnostics != Way::Told {
            return;
        }
        let mut all = ByPath::new();
        for state in self.homes.values() {
            for (path, diagnostics) in state.layers.all() {
                let known = all.entry(path).or_default();
                for diagnostic in diagnostics {
                    if !known.contains(&diagnostic) {
                        known.push(diagnostic);
                    }
                }
            }
        }
        let mut paths: BTreeSet<String> = all.keys().cloned().collect();
        paths.extend(self.shown.keys().cloned());
        paths.extend(self.documents.paths().map(str::to_owned));
        let mut paths: Vec<String> = paths.into_iter().collect();
        paths.sort_by_key(|path| Some(path) != self.edited.as_ref());
        for path in paths {
            let shown = Shown {
                version: self.documents.get(&path).map(|document| document.version),
                diagnostics: all.remove(&path).unwrap_or_default(),
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
        let note = PublishDiagnosticsParams {
            uri,
            diagnostics: shown.diagnostics.clone(),
            version: shown.version,
        };
        self.tell::<PublishDiagnostics>(note);
        if shown.version.is_none() && shown.diagnostics.is_empty() {
            self.shown.remove(&path);
        } else {
            self.shown.insert(path, shown);
        }
    }
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
