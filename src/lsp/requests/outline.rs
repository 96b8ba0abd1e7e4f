//! What a file is made of: symbols, folds, wider selections.

use lsp_types::{
    DocumentSymbol, DocumentSymbolResponse, FoldingRange, FoldingRangeKind, SelectionRange,
    SymbolInformation, SymbolKind, WorkspaceSymbolResponse,
};

use crate::ide::folding::FoldKind;
use crate::ide::outline::{Symbol, SymbolSort};
use crate::ide::{self, Reading};

use super::super::convert::Lines;
use super::super::places::Places;
use super::super::session::Session;
use super::{Given, place};

pub(super) fn symbols(
    session: &Session<'_>,
    params: &lsp_types::DocumentSymbolParams,
) -> Given<Option<DocumentSymbolResponse>> {
    let found = place(session, &params.text_document.uri).and_then(|place| {
        let outline = match place.toml() {
            Some(toml) => ide::records::outline::outline(place.file, &toml),
            None => ide::outline::outline(&place.rules()?.tree.items),
        };
        let symbols = outline.iter().map(|symbol| nested(symbol, &place.lines));
        Some(DocumentSymbolResponse::Nested(symbols.collect()))
    });
    Given::Value(found)
}

#[expect(deprecated, reason = "the protocol's type still has the field")]
fn nested(symbol: &Symbol, lines: &Lines<'_>) -> DocumentSymbol {
    let children: Vec<_> = symbol
        .children
        .iter()
        .map(|child| nested(child, lines))
        .collect();
    DocumentSymbol {
        name: symbol.name.clone(),
        detail: symbol.detail.clone(),
        kind: symbol_kind(symbol.sort),
        tags: None,
        deprecated: None,
        range: lines.range(symbol.span),
        selection_range: lines.range(symbol.name_span),
        children: (!children.is_empty()).then_some(children),
    }
}

fn symbol_kind(sort: SymbolSort) -> SymbolKind {
    match sort {
        SymbolSort::Agreement => SymbolKind::MODULE,
        SymbolSort::Article => SymbolKind::NAMESPACE,
        SymbolSort::Pledge => SymbolKind::METHOD,
        SymbolSort::Scenario => SymbolKind::CONSTRUCTOR,
        SymbolSort::Party | SymbolSort::Actor => SymbolKind::CLASS,
        SymbolSort::Group => SymbolKind::INTERFACE,
        SymbolSort::Place => SymbolKind::PACKAGE,
        SymbolSort::Category => SymbolKind::ENUM,
        SymbolSort::Event => SymbolKind::EVENT,
        SymbolSort::Measure | SymbolSort::Given => SymbolKind::FUNCTION,
        SymbolSort::State => SymbolKind::BOOLEAN,
        SymbolSort::Relation => SymbolKind::STRUCT,
        SymbolSort::Date => SymbolKind::CONSTANT,
        SymbolSort::Unit => SymbolKind::TYPE_PARAMETER,
        SymbolSort::Record => SymbolKind::OBJECT,
        SymbolSort::Source => SymbolKind::FILE,
        SymbolSort::Setting => SymbolKind::PROPERTY,
    }
}

/// Gives the declarations of every home whose name or title holds the letters that were asked for.
#[expect(deprecated, reason = "the protocol's type still has the field")]
pub(super) fn all_symbols(
    session: &Session<'_>,
    params: &lsp_types::WorkspaceSymbolParams,
) -> Given<Option<WorkspaceSymbolResponse>> {
    let wanted = params.query.to_lowercase();
    let mut found: Vec<SymbolInformation> = Vec::new();
    for (home, state) in &session.homes {
        let places = Places::new(home, &state.reading, &session.client, &session.documents);
        for symbol in declared(&state.reading) {
            let title = symbol.detail.as_deref().unwrap_or_default();
            let says = |text: &str| text.to_lowercase().contains(&wanted);
            if !says(&symbol.name) && !says(title) {
                continue;
            }
            // Whoever asks for everything does not want thousands of records.
            if wanted.is_empty() && symbol.sort == SymbolSort::Record {
                continue;
            }
            let Some(location) = places.location(symbol.name_span) else {
                continue;
            };
            let one = SymbolInformation {
                name: symbol.name,
                kind: symbol_kind(symbol.sort),
                tags: None,
                deprecated: None,
                location,
                container_name: symbol.detail,
            };
            if !found.contains(&one) {
                found.push(one);
            }
        }
    }
    Given::Value(Some(WorkspaceSymbolResponse::Flat(found)))
}

/// Gives every declaration of a reading, those in articles too.
fn declared(reading: &Reading) -> Vec<Symbol> {
    let mut all = Vec::new();
    for file in reading.project.sources.iter() {
        let mut waiting = if reading.project.records.contains(&file.id()) {
            ide::records::outline::outline(file, &ide::toml::read(file))
        } else if let Some((_, parse)) = reading.rules(file.id()) {
            ide::outline::outline(&parse.tree.items)
        } else {
            continue;
        };
        while let Some(mut symbol) = waiting.pop() {
            waiting.append(&mut symbol.children);
            all.push(symbol);
        }
    }
    all.sort_by_key(|symbol| symbol.name_span);
    all
}

pub(super) fn folds(
    session: &Session<'_>,
    params: &lsp_types::FoldingRangeParams,
) -> Given<Option<Vec<FoldingRange>>> {
    let found = place(session, &params.text_document.uri).and_then(|place| {
        let folds = match place.toml() {
            Some(toml) => ide::records::layout::folding(place.file, &toml),
            None => ide::folding::folding(place.file, place.rules()?),
        };
        let range = |fold: &ide::folding::Fold| {
            let range = place.lines.range(fold.span);
            FoldingRange {
                start_line: range.start.line,
                start_character: Some(range.start.character),
                end_line: range.end.line,
                end_character: Some(range.end.character),
                kind: match fold.kind {
                    FoldKind::Block => None,
                    FoldKind::Comment => Some(FoldingRangeKind::Comment),
                    FoldKind::Uses => Some(FoldingRangeKind::Imports),
                },
                collapsed_text: None,
            }
        };
        Some(folds.iter().map(range).collect())
    });
    Given::Value(found)
}

pub(super) fn selections(
    session: &Session<'_>,
    params: &lsp_types::SelectionRangeParams,
) -> Given<Option<Vec<SelectionRange>>> {
    let found = place(session, &params.text_document.uri).map(|place| {
        let toml = place.toml();
        let around = |offset| match &toml {
            Some(toml) => Some(ide::records::layout::selection(place.file, toml, offset)),
            None => Some(ide::selection::selection(
                place.file,
                place.rules()?,
                offset,
            )),
        };
        let widened = params.positions.iter().map(|&position| {
            let offset = place.offset(position);
            let spans = around(offset).unwrap_or_default();
            let outermost: Option<SelectionRange> = None;
            let whole = spans.iter().rev().fold(outermost, |around, span| {
                Some(SelectionRange {
                    range: place.lines.range(*span),
                    parent: around.map(Box::new),
                })
            });
            whole.unwrap_or(SelectionRange {
                range: place.lines.whole(),
                parent: None,
            })
        });
        widened.collect()
    });
    Given::Value(found)
}
