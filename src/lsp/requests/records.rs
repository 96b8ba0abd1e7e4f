//! What may be written next in a record file or in the settings, and what stands there.

use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionParams, CompletionResponse, CompletionTextEdit,
    Documentation, Hover, HoverContents, HoverParams, MarkupContent, MarkupKind, TextEdit,
};

use crate::agreement::Named;
use crate::disk;
use crate::ide::records::complete::{Offer, OfferSort, offers};
use crate::ide::records::hover::{self, needs_verdicts};
use crate::time::{Calendar, Day};

use super::super::session::Session;
use super::{Given, Place, cursor};

pub(super) fn completion(
    session: &Session<'_>,
    params: &CompletionParams,
) -> Given<Option<CompletionResponse>> {
    let found = cursor(session, &params.text_document_position).and_then(|(place, at)| {
        let toml = place.toml()?;
        let reading = &place.state.reading;
        let offers = offers(reading, place.file, &toml, at, today(&place));
        let items = offers.iter().enumerate();
        let items = items.map(|(number, offer)| item(number, offer, &place));
        Some(CompletionResponse::Array(items.collect()))
    });
    Given::Value(found)
}

/// Says what stands under the pointer. Whoever asks of a record wants to know what rests on it, and waits for it.
pub(super) fn hover(session: &Session<'_>, params: &HoverParams) -> Given<Option<Hover>> {
    let found = cursor(session, &params.text_document_position_params);
    let Some((place, at, toml)) = found.and_then(|(place, at)| {
        let toml = place.toml()?;
        Some((place, at, toml))
    }) else {
        return Given::Value(None);
    };
    let judged = place.state.judged();
    if judged.is_none() && needs_verdicts(&toml, at) {
        return Given::Verdicts;
    }
    let reading = &place.state.reading;
    let judged = judged.map(|(_, judged)| judged);
    let told = hover::hover(reading, judged, place.file, &toml, at);
    Given::Value(told.map(|told| Hover {
        contents: HoverContents::Markup(MarkupContent {
            kind: MarkupKind::Markdown,
            value: told.value,
        }),
        range: Some(place.lines.range(told.span)),
    }))
}

/// Gives the day of today where the agreement is kept.
fn today(place: &Place<'_>) -> Day {
    let agreements = &place.state.reading.understood.agreements;
    let calendar = agreements.first().map(|agreement| &agreement.calendar);
    match calendar {
        Some(calendar) => calendar.day_of(disk::now()),
        None => Calendar::default().day_of(disk::now()),
    }
}

fn item(number: usize, offer: &Offer, place: &Place<'_>) -> CompletionItem {
    let docs = MarkupContent {
        kind: MarkupKind::Markdown,
        value: offer.docs.clone(),
    };
    CompletionItem {
        label: offer.label.clone(),
        kind: Some(kind(offer.sort)),
        detail: (!offer.detail.is_empty()).then(|| offer.detail.clone()),
        documentation: (!offer.docs.is_empty()).then_some(Documentation::MarkupContent(docs)),
        sort_text: Some(format!("{number:05}")),
        filter_text: Some(offer.label.clone()),
        text_edit: Some(CompletionTextEdit::Edit(TextEdit {
            range: place.lines.range(offer.replaced),
            new_text: offer.text.clone(),
        })),
        ..CompletionItem::default()
    }
}

fn kind(sort: OfferSort) -> CompletionItemKind {
    match sort {
        OfferSort::Section => CompletionItemKind::MODULE,
        OfferSort::Key => CompletionItemKind::PROPERTY,
        OfferSort::Label => CompletionItemKind::FIELD,
        OfferSort::Word => CompletionItemKind::ENUM_MEMBER,
        OfferSort::Date => CompletionItemKind::VALUE,
        OfferSort::File => CompletionItemKind::FILE,
        OfferSort::Name(named) => match named {
            Named::Thing => CompletionItemKind::CLASS,
            Named::Kind => CompletionItemKind::EVENT,
            Named::Measure | Named::Given => CompletionItemKind::FUNCTION,
            Named::State | Named::Relation => CompletionItemKind::STRUCT,
            Named::Label => CompletionItemKind::FIELD,
            Named::Unit => CompletionItemKind::UNIT,
            Named::Date => CompletionItemKind::CONSTANT,
            Named::Pledge => CompletionItemKind::METHOD,
            Named::Variable => CompletionItemKind::VARIABLE,
            Named::Source => CompletionItemKind::INTERFACE,
            Named::Record => CompletionItemKind::REFERENCE,
        },
    }
}
