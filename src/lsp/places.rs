//! From places of a reading to places of the protocol: which file it is, and where in it.

use std::collections::BTreeMap;

use lsp_types::{Location, Uri};

use crate::ide::Reading;
use crate::ide::published::Published;
use crate::source::{SourceFile, Span};

use super::capabilities::Client;
use super::convert::{self, Lines};
use super::documents::Documents;
use super::home::Home;
use super::publish::ByPath;

/// Turns places of a reading into places of the protocol.
pub(super) struct Places<'a> {
    pub(super) home: &'a Home,
    pub(super) reading: &'a Reading,
    pub(super) client: &'a Client,
    pub(super) documents: &'a Documents,
}

impl Places<'_> {
    pub(super) fn location(&self, span: Span) -> Option<Location> {
        let file = self.reading.project.sources.get(span.source);
        Some(Location {
            uri: self.uri(file)?,
            range: Lines::new(file.text(), self.client.encoding).range(span),
        })
    }

    pub(super) fn uri(&self, file: &SourceFile) -> Option<Uri> {
        let path = self.home.path(file.name());
        match self.documents.get(&path) {
            Some(document) => Some(document.uri.clone()),
            None => convert::uri(&path),
        }
    }

    pub(super) fn by_path<'p>(&self, published: impl IntoIterator<Item = &'p Published>) -> ByPath {
        let mut lines: BTreeMap<String, Lines<'_>> = BTreeMap::new();
        let mut found = ByPath::new();
        for one in published {
            let file = self.reading.project.sources.get(one.span.source);
            let path = self.home.path(file.name());
            let lines = lines
                .entry(path.clone())
                .or_insert_with(|| Lines::new(file.text(), self.client.encoding));
            let locate = |span| {
                self.client
                    .shows_related
                    .then(|| self.location(span))
                    .flatten()
            };
            let diagnostic = convert::diagnostic(one, lines.range(one.span), locate);
            found.entry(path).or_default().push(diagnostic);
        }
        found
    }
}
