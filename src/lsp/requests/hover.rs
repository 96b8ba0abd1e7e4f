//! What is known of the word under the cursor.

use lsp_types::{Hover, HoverContents, HoverParams, MarkupContent, MarkupKind};

use crate::ide::hover::{self, Said};

use super::super::session::Session;
use super::{Given, cursor, place, records};

pub(super) fn hover(session: &Session<'_>, params: &HoverParams) -> Given<Option<Hover>> {
    let at = &params.text_document_position_params.text_document;
    if place(session, &at.uri).is_some_and(|place| place.toml().is_some()) {
        return records::hover(session, params);
    }
    let found = cursor(session, &params.text_document_position_params).and_then(|(place, at)| {
        let latest = place.state.latest();
        let found = hover::hover(&place.state.reading, latest, place.file.id(), at)?;
        Some(Hover {
            contents: HoverContents::Markup(written(&found.parts, session.client.reads_markdown)),
            range: Some(place.lines.range(found.span)),
        })
    });
    Given::Value(found)
}

/// Writes words for the client as it can show them.
pub(super) fn written(parts: &[Said], markdown: bool) -> MarkupContent {
    if markdown {
        MarkupContent {
            kind: MarkupKind::Markdown,
            value: hover::markdown(parts),
        }
    } else {
        MarkupContent {
            kind: MarkupKind::PlainText,
            value: hover::plain(parts),
        }
    }
}
