//! From places of a reading to places of the protocol: which file it is, and where in it.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use lsp_types::{Diagnostic, Location, Range, Uri};

use crate::ide::Reading;
use crate::ide::published::Published;
use crate::source::{SourceFile, SourceId, Span};

use super::capabilities::Client;
use super::convert::{self, Lines};
use super::documents::Documents;
use super::home::Home;
use super::publish::ByPath;

/// Turns places of a reading into places of the protocol.
pub(super) struct Places<'a> {
    pub(super) home: &'a Home,
    pub(super) reading: &'a Reading,
    client: &'a Client,
    documents: &'a Documents,
    /// The lines of the texts in which something was looked for, by the number of the text.
    lines: Vec<OnceCell<Lines<'a>>>,
}

impl<'a> Places<'a> {
    pub(super) fn new(
        home: &'a Home,
        reading: &'a Reading,
        client: &'a Client,
        documents: &'a Documents,
    ) -> Places<'a> {
        let texts = reading.project.sources.iter();
        Places {
            home,
            reading,
            client,
            documents,
            lines: texts.map(|_| OnceCell::new()).collect(),
        }
    }

    pub(super) fn location(&self, span: Span) -> Option<Location> {
        let file = self.reading.project.sources.get(span.source);
        Some(Location {
            uri: self.uri(file)?,
            range: self.range(span),
        })
    }

    pub(super) fn uri(&self, file: &SourceFile) -> Option<Uri> {
        let path = self.home.path(file.name());
        match self.documents.get(&path) {
            Some(document) => Some(document.uri.clone()),
            None => convert::uri(&path),
        }
    }

    pub(super) fn range(&self, span: Span) -> Range {
        let file = self.reading.project.sources.get(span.source);
        let lines = || Lines::new(file.text(), self.client.encoding);
        match self.lines.get(span.source.index()) {
            Some(known) => known.get_or_init(lines).range(span),
            None => lines().range(span),
        }
    }

    pub(super) fn by_path<'p>(&self, published: impl IntoIterator<Item = &'p Published>) -> ByPath {
        let mut found: BTreeMap<SourceId, Vec<Diagnostic>> = BTreeMap::new();
        for one in published {
            let locate = |span| {
                self.client
                    .shows_related
                    .then(|| self.location(span))
                    .flatten()
            };
            let diagnostic = convert::diagnostic(one, self.range(one.span), locate);
            found.entry(one.span.source).or_default().push(diagnostic);
        }
        let path = |file| {
            self.home
                .path(self.reading.project.sources.get(file).name())
        };
        let found = found.into_iter();
        found.map(|(file, list)| (path(file), list)).collect()
    }
}
