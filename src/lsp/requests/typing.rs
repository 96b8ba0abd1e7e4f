//! What helps while typing: completions, and the labels of the parentheses around the cursor.

use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionList, CompletionParams, CompletionResponse,
    CompletionTextEdit, Documentation, InsertTextFormat, ParameterInformation, ParameterLabel,
    SignatureHelp, SignatureHelpParams, SignatureInformation, TextEdit,
};

use crate::ide::completion::{Completion, CompletionSort, completions};
use crate::ide::hover::Said;
use crate::ide::signature::signature;

use super::super::session::Session;
use super::hover::written;
use super::{Given, cursor, place, records};

pub(super) fn complete(
    session: &Session<'_>,
    params: &CompletionParams,
) -> Given<Option<CompletionResponse>> {
    let file = &params.text_document_position.text_document;
    if place(session, &file.uri).is_some_and(|place| place.toml().is_some()) {
        return records::completion(session, params);
    }
    let asked = params.context.as_ref();
    let trigger = asked.and_then(|context| context.trigger_character.as_deref());
    // Some letters ask in record files only.
    if trigger.is_some_and(|letter| ["\"", "'", "=", " "].contains(&letter)) {
        return Given::Value(None);
    }
    let found = cursor(session, &params.text_document_position).and_then(|(place, at)| {
        let found = completions(&place.state.reading, place.file.id(), at);
        let range = place.lines.range(found.typed?);
        let items = found
            .items
            .into_iter()
            .filter(|item| session.client.takes_snippets || item.sort != CompletionSort::Snippet);
        let items = items.map(|item| {
            let text = item.snippet.clone().unwrap_or_else(|| item.label.clone());
            let edit = TextEdit {
                range,
                new_text: text,
            };
            one(session, item, edit)
        });
        Some(CompletionResponse::List(CompletionList {
            is_incomplete: found.cut,
            items: items.collect(),
        }))
    });
    Given::Value(found)
}

fn one(session: &Session<'_>, item: Completion, edit: TextEdit) -> CompletionItem {
    let is_snippet = item.sort == CompletionSort::Snippet;
    let docs = match (item.docs.is_empty(), item.sort) {
        (true, _) => None,
        (false, CompletionSort::Keyword) => Some(Said::Code(item.docs)),
        (false, _) => Some(Said::Text(item.docs)),
    };
    CompletionItem {
        sort_text: Some(format!("{}{}", item.rank, item.label)),
        filter_text: Some(item.label.clone()),
        kind: Some(kind(item.sort)),
        detail: (!item.detail.is_empty()).then_some(item.detail),
        documentation: docs.map(|docs| {
            Documentation::MarkupContent(written(&[docs], session.client.reads_markdown))
        }),
        insert_text_format: is_snippet.then_some(InsertTextFormat::SNIPPET),
        text_edit: Some(CompletionTextEdit::Edit(edit)),
        label: item.label,
        ..CompletionItem::default()
    }
}

fn kind(sort: CompletionSort) -> CompletionItemKind {
    match sort {
        CompletionSort::Keyword => CompletionItemKind::KEYWORD,
        CompletionSort::Thing => CompletionItemKind::CLASS,
        CompletionSort::Kind => CompletionItemKind::EVENT,
        CompletionSort::Measure | CompletionSort::State => CompletionItemKind::FUNCTION,
        CompletionSort::Label => CompletionItemKind::PROPERTY,
        CompletionSort::Unit => CompletionItemKind::UNIT,
        CompletionSort::Date => CompletionItemKind::CONSTANT,
        CompletionSort::Pledge => CompletionItemKind::METHOD,
        CompletionSort::Variable => CompletionItemKind::VARIABLE,
        CompletionSort::Snippet => CompletionItemKind::SNIPPET,
    }
}

pub(super) fn signatures(
    session: &Session<'_>,
    params: &SignatureHelpParams,
) -> Given<Option<SignatureHelp>> {
    let found = cursor(session, &params.text_document_position_params).and_then(|(place, at)| {
        let found = signature(&place.state.reading, place.file.id(), at)?;
        let active = found.active.and_then(|at| u32::try_from(at).ok());
        let labels = found.labels.iter();
        let parameters = labels.map(|label| ParameterInformation {
            label: ParameterLabel::Simple(label.clone()),
            documentation: None,
        });
        let docs = (!found.docs.is_empty()).then(|| {
            let said = [Said::Text(found.docs.clone())];
            Documentation::MarkupContent(written(&said, session.client.reads_markdown))
        });
        Some(SignatureHelp {
            signatures: vec![SignatureInformation {
                label: format!("{}({})", found.name, found.labels.join(", ")),
                documentation: docs,
                parameters: Some(parameters.collect()),
                active_parameter: active,
            }],
            active_signature: Some(0),
            active_parameter: active,
        })
    });
    Given::Value(found)
}
