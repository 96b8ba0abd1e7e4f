//! What the editor says that it did: files opened, edited, closed and saved, and settings changed.

use std::collections::BTreeSet;

use lsp_server::Notification;
use lsp_types::Uri;
use lsp_types::notification::{
    DidChangeConfiguration, DidChangeTextDocument, DidChangeWatchedFiles, DidCloseTextDocument,
    DidOpenTextDocument, DidSaveTextDocument, Notification as _,
};
use serde::de::DeserializeOwned;

use super::capabilities::Wishes;
use super::convert;
use super::documents::Document;
use super::home::Home;
use super::session::Session;
use super::state::Changed;

impl Session<'_> {
    pub(super) fn notified(&mut self, note: Notification) {
        match note.method.as_str() {
            DidOpenTextDocument::METHOD => {
                if let Some(params) = read::<DidOpenTextDocument>(note) {
                    let document = params.text_document;
                    self.opened(document.uri, document.version, document.text);
                }
            }
            DidChangeTextDocument::METHOD => {
                if let Some(params) = read::<DidChangeTextDocument>(note) {
                    self.edited(params);
                }
            }
            DidCloseTextDocument::METHOD => {
                if let Some(params) = read::<DidCloseTextDocument>(note) {
                    self.closed(&params.text_document.uri);
                }
            }
            DidSaveTextDocument::METHOD => {
                if let Some(params) = read::<DidSaveTextDocument>(note)
                    && let Some(path) = convert::path(&params.text_document.uri)
                {
                    self.documents.forget(&path);
                }
            }
            DidChangeWatchedFiles::METHOD => {
                if let Some(params) = read::<DidChangeWatchedFiles>(note) {
                    for change in params.changes {
                        if let Some(path) = convert::path(&change.uri) {
                            self.documents.forget(&path);
                        }
                    }
                    self.everything_changed();
                }
            }
            DidChangeConfiguration::METHOD => {
                if let Some(params) = read::<DidChangeConfiguration>(note) {
                    let settings = params.settings.get("servanda").unwrap_or(&params.settings);
                    self.client.wishes = Wishes::read(settings);
                    self.everything_changed();
                }
            }
            // What is not known here may be left alone, as the protocol allows for notifications.
            _ => {}
        }
    }

    fn opened(&mut self, uri: Uri, version: i32, text: String) {
        let Some(path) = convert::path(&uri) else {
            return;
        };
        let document = Document {
            uri,
            version,
            text: text.into(),
        };
        self.documents.open(path.clone(), document);
        let home = Home::of(&path, &self.documents);
        self.settle_in(home);
        self.changed(&path);
        self.touched.insert(path.clone());
        self.edited = Some(path);
        self.files_changed();
    }

    fn edited(&mut self, params: lsp_types::DidChangeTextDocumentParams) {
        let document = params.text_document;
        let Some(path) = convert::path(&document.uri) else {
            return;
        };
        let encoding = self.client.encoding;
        let changes = params.content_changes;
        let edits = self
            .documents
            .change(&path, document.version, changes, encoding);
        for edit in edits {
            for state in self.homes.values_mut() {
                state.layers.edited(&path, edit);
            }
        }
        self.changed(&path);
        self.touched.insert(path.clone());
        self.edited = Some(path);
        // Whoever goes on typing does not want verdicts yet.
        self.due = None;
    }

    fn closed(&mut self, uri: &Uri) {
        let Some(path) = convert::path(uri) else {
            return;
        };
        self.documents.close(&path);
        // What was shown for a home that is left now is shown no more.
        self.touched.extend(self.shown.keys().cloned());
        let homes: BTreeSet<Home> = self
            .documents
            .paths()
            .map(|path| Home::of(path, &self.documents))
            .collect();
        let documents = &self.documents;
        self.homes.retain(|home, _| match &home.alone {
            Some(name) => documents.get(&home.path(name)).is_some(),
            None => homes.contains(home),
        });
        self.files_changed();
    }

    /// Says that the files of every home are to be looked for again, and those that changed read again.
    fn files_changed(&mut self) {
        for state in self.homes.values_mut() {
            state.changed.files = true;
        }
    }

    fn everything_changed(&mut self) {
        for state in self.homes.values_mut() {
            state.changed = Changed::FILES;
        }
    }

    /// Says that a text changed, to the homes that it may belong to.
    fn changed(&mut self, path: &str) {
        for (home, state) in &mut self.homes {
            state.text_changed(home, path);
        }
    }
}

fn read<N>(note: Notification) -> Option<N::Params>
where
    N: lsp_types::notification::Notification,
    N::Params: DeserializeOwned,
{
    serde_json::from_value(note.params).ok()
}
