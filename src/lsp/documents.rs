//! The texts: those that are open in the editor, and those on disk, each read once until it is said to have changed.

use std::collections::BTreeMap;
use std::sync::Arc;

use lsp_types::{TextDocumentContentChangeEvent, Uri};

use crate::disk;
use crate::project::Text;

use super::convert::{Encoding, Lines};

/// A text that is open in the editor.
#[derive(Debug)]
pub(super) struct Document {
    /// Its address as the client writes it.
    pub(super) uri: Uri,
    pub(super) version: i32,
    pub(super) text: Arc<str>,
}

/// A change of a text, for what is known by place to move along.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edit {
    /// What was replaced.
    pub(super) replaced: lsp_types::Range,
    /// Where the new text ends.
    pub(super) end: lsp_types::Position,
}

/// All texts, by path.
#[derive(Debug, Default)]
pub(super) struct Documents {
    open: BTreeMap<String, Document>,
    saved: BTreeMap<String, Result<Text, String>>,
}

impl Documents {
    pub(super) fn open(&mut self, path: String, document: Document) {
        self.open.insert(path, document);
    }

    pub(super) fn close(&mut self, path: &str) {
        self.open.remove(path);
        self.forget(path);
    }

    /// Forgets what was read from disk at a path.
    pub(super) fn forget(&mut self, path: &str) {
        self.saved.remove(path);
    }

    pub(super) fn get(&self, path: &str) -> Option<&Document> {
        self.open.get(path)
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.open.keys().map(String::as_str)
    }

    /// Changes a text that is open; gives what moved.
    pub(super) fn change(
        &mut self,
        path: &str,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) -> Vec<Option<Edit>> {
        let Some(document) = self.open.get_mut(path) else {
            return Vec::new();
        };
        document.version = version;
        let mut text = document.text.to_string();
        let mut edits = Vec::new();
        for change in changes {
            edits.push(apply(&mut text, change, encoding));
        }
        document.text = text.into();
        edits
    }

    /// Gives the text at a path: as it stands in the editor, else as saved.
    pub(super) fn read(&mut self, path: &str) -> Result<Text, String> {
        if let Some(document) = self.open.get(path) {
            return Ok(Text {
                text: Arc::clone(&document.text),
                damaged_at: None,
                bytes: None,
            });
        }
        if let Some(known) = self.saved.get(path) {
            return known.clone();
        }
        let read = disk::read(path);
        self.saved.insert(path.to_owned(), read.clone());
        read
    }
}

/// Changes a text; gives none where the whole was replaced.
fn apply(
    text: &mut String,
    change: TextDocumentContentChangeEvent,
    encoding: Encoding,
) -> Option<Edit> {
    let Some(range) = change.range else {
        *text = change.text;
        return None;
    };
    let lines = Lines::new(text, encoding);
    let start = lines.offset(range.start);
    let end = lines.offset(range.end).max(start);
    text.replace_range(start..end, &change.text);
    let end = Lines::new(text, encoding).position(start + change.text.len());
    Some(Edit {
        replaced: range,
        end,
    })
}
