//! The layout of a file, and where its texts lead.

use lsp_types::{DocumentLink, TextEdit};

use crate::ide;
use crate::ide::links::Target;
use crate::syntax;

use super::super::convert;
use super::super::session::Session;
use super::{Given, place};

pub(super) fn format(
    session: &Session<'_>,
    params: &lsp_types::DocumentFormattingParams,
) -> Given<Option<Vec<TextEdit>>> {
    let found = place(session, &params.text_document.uri).and_then(|place| {
        let formatted = syntax::format(place.file, place.rules()?)?;
        if formatted == place.file.text() {
            return Some(Vec::new());
        }
        Some(vec![TextEdit {
            range: place.lines.whole(),
            new_text: formatted,
        }])
    });
    Given::Value(found)
}

pub(super) fn format_range(
    session: &Session<'_>,
    params: &lsp_types::DocumentRangeFormattingParams,
) -> Given<Option<Vec<TextEdit>>> {
    let found = place(session, &params.text_document.uri).and_then(|place| {
        let (start, end) = (
            place.offset(params.range.start),
            place.offset(params.range.end),
        );
        let edit = ide::layout::format_range(place.file, place.rules()?, start, end)?;
        let edit = TextEdit {
            range: place.lines.range(edit.span),
            new_text: edit.value,
        };
        Some(vec![edit])
    });
    Given::Value(found)
}

pub(super) fn links(
    session: &Session<'_>,
    params: &lsp_types::DocumentLinkParams,
) -> Given<Option<Vec<DocumentLink>>> {
    let found = place(session, &params.text_document.uri).and_then(|place| {
        let links = match place.toml() {
            Some(toml) => {
                let project = &place.state.reading.project;
                ide::records::layout::links(project, place.file, &toml)
            }
            None => ide::links::links(place.file, &place.rules()?.tree.items),
        };
        let link = |link: &ide::links::Link| DocumentLink {
            range: place.lines.range(link.span),
            target: match &link.target {
                Target::File(name) => convert::uri(&place.home.path(name)),
                Target::Address(address) => address.parse().ok(),
            },
            tooltip: None,
            data: None,
        };
        Some(links.iter().map(link).collect())
    });
    Given::Value(found)
}
