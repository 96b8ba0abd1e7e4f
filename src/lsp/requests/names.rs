//! Where a name is declared, where else it stands, and giving it another spelling.

use lsp_types::{
    DocumentChanges, DocumentHighlight, DocumentHighlightKind, GotoDefinitionParams,
    GotoDefinitionResponse, Location, OneOf, OptionalVersionedTextDocumentIdentifier,
    PrepareRenameResponse, Range, ReferenceParams, RenameParams, TextDocumentEdit,
    TextDocumentPositionParams, TextEdit, Uri, WorkspaceEdit,
};

use crate::agreement::Mention;
use crate::ide::links::{Target, links};
use crate::ide::rename;
use crate::source::{Span, Spanned};

use super::super::convert;
use super::super::session::Session;
use super::{Given, Place, cursor};

pub(super) fn definition(
    session: &Session<'_>,
    params: &GotoDefinitionParams,
) -> Given<Option<GotoDefinitionResponse>> {
    let found = cursor(session, &params.text_document_position_params).and_then(|(place, at)| {
        if let Some(file) = used(&place, at) {
            return Some(GotoDefinitionResponse::Scalar(file));
        }
        let names = place.state.reading.names();
        let places = place.places(session);
        let here = names.at(place.file.id(), at);
        let mut found: Vec<Location> = Vec::new();
        // What is built in is declared nowhere.
        for declared in here
            .iter()
            .map(|it| it.declared)
            .filter(|at| at.start < at.end)
        {
            let location = places.location(declared)?;
            if !found.contains(&location) {
                found.push(location);
            }
        }
        match found.as_slice() {
            [] => None,
            [one] => Some(GotoDefinitionResponse::Scalar(one.clone())),
            _ => Some(GotoDefinitionResponse::Array(found)),
        }
    });
    Given::Value(found)
}

/// Gives the file that a `use` at the cursor leads to.
fn used(place: &Place<'_>, at: u32) -> Option<Location> {
    let parse = place.rules()?;
    let links = links(place.file, &parse.tree.items);
    let link = links.iter().find(|link| link.span.touches(at))?;
    match &link.target {
        Target::File(name) => Some(Location {
            uri: convert::uri(&place.home.path(name))?,
            range: Range::default(),
        }),
        Target::Address(_) => None,
    }
}

pub(super) fn references(
    session: &Session<'_>,
    params: &ReferenceParams,
) -> Given<Option<Vec<Location>>> {
    let found = cursor(session, &params.text_document_position).map(|(place, at)| {
        let names = place.state.reading.names();
        let places = place.places(session);
        let declared = names.declarations(names.at(place.file.id(), at));
        let wanted = |it: &&Mention| params.context.include_declaration || it.at != it.declared;
        let all = names.places(&declared).filter(wanted);
        all.filter_map(|it| places.location(it.at)).collect()
    });
    Given::Value(found)
}

pub(super) fn highlights(
    session: &Session<'_>,
    params: &lsp_types::DocumentHighlightParams,
) -> Given<Option<Vec<DocumentHighlight>>> {
    let found = cursor(session, &params.text_document_position_params).map(|(place, at)| {
        let names = place.state.reading.names();
        let declared = names.declarations(names.at(place.file.id(), at));
        let here = names.places(&declared);
        here.filter(|it| it.at.source == place.file.id())
            .map(|it| DocumentHighlight {
                range: place.lines.range(it.at),
                kind: Some(if it.at == it.declared {
                    DocumentHighlightKind::WRITE
                } else {
                    DocumentHighlightKind::READ
                }),
            })
            .collect()
    });
    Given::Value(found)
}

pub(super) fn prepare(
    session: &Session<'_>,
    params: &TextDocumentPositionParams,
) -> Given<Option<PrepareRenameResponse>> {
    let Some((place, at)) = cursor(session, params) else {
        return Given::Value(None);
    };
    match rename::prepare(&place.state.reading, place.file.id(), at) {
        Ok(name) => Given::Value(Some(PrepareRenameResponse::RangeWithPlaceholder {
            range: place.lines.range(name.span),
            placeholder: name.value,
        })),
        Err(why) => Given::Refused(why),
    }
}

pub(super) fn rename(session: &Session<'_>, params: &RenameParams) -> Given<Option<WorkspaceEdit>> {
    let Some((place, at)) = cursor(session, &params.text_document_position) else {
        return Given::Value(None);
    };
    let reading = &place.state.reading;
    match rename::rename(reading, place.file.id(), at, &params.new_name) {
        Ok(edits) => Given::Value(Some(workspace_edit(session, &place, &edits))),
        Err(why) => Given::Refused(why),
    }
}

/// Gives changes of several files, with the versions that they speak of where the client takes them.
pub(super) fn workspace_edit(
    session: &Session<'_>,
    place: &Place<'_>,
    edits: &[Spanned<String>],
) -> WorkspaceEdit {
    let mut files: Vec<(Uri, Span, Vec<TextEdit>)> = Vec::new();
    let places = place.places(session);
    for edit in edits {
        let Some(location) = places.location(edit.span) else {
            continue;
        };
        let text = TextEdit {
            range: location.range,
            new_text: edit.value.clone(),
        };
        match files.iter_mut().find(|(uri, ..)| *uri == location.uri) {
            Some((_, _, texts)) => texts.push(text),
            None => files.push((location.uri, edit.span, vec![text])),
        }
    }
    if !session.client.takes_versions {
        let changes = files.into_iter().map(|(uri, _, edits)| (uri, edits));
        return WorkspaceEdit {
            changes: Some(changes.collect()),
            ..WorkspaceEdit::default()
        };
    }
    let sources = &place.state.reading.project.sources;
    let changes = files.into_iter().map(|(uri, span, edits)| {
        let path = place.home.path(sources.get(span.source).name());
        let open = session.documents.get(&path);
        let text_document = OptionalVersionedTextDocumentIdentifier {
            uri,
            version: open.map(|open| open.version),
        };
        TextDocumentEdit {
            text_document,
            edits: edits.into_iter().map(OneOf::Left).collect(),
        }
    });
    WorkspaceEdit {
        document_changes: Some(DocumentChanges::Edits(changes.collect())),
        ..WorkspaceEdit::default()
    }
}
