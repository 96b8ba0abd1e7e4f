//! What is answered to each request.

use std::panic::{AssertUnwindSafe, catch_unwind};

use lsp_server::{ErrorCode, Request, Response};
use lsp_types::request::{
    CodeActionRequest, CodeLensRequest, DocumentDiagnosticRequest, DocumentLinkRequest,
    DocumentSymbolRequest, ExecuteCommand, FoldingRangeRequest, Formatting, InlayHintRequest,
    Request as Method, SelectionRangeRequest, SemanticTokensFullRequest, WorkspaceSymbolRequest,
};
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeLens, Command, DocumentDiagnosticReport,
    DocumentDiagnosticReportResult, DocumentLink, DocumentSymbol, DocumentSymbolResponse,
    FoldingRange, FoldingRangeKind, FullDocumentDiagnosticReport, InlayHint, InlayHintLabel,
    InlayHintTooltip, RelatedFullDocumentDiagnosticReport, SelectionRange, SemanticToken,
    SemanticTokens, SemanticTokensResult, SymbolInformation, SymbolKind, TextEdit, Uri,
    WorkspaceEdit, WorkspaceSymbolResponse,
};

use crate::diagnostic::Diagnostic;
use crate::ide::folding::FoldKind;
use crate::ide::lenses::{Lens, LensAct};
use crate::ide::links::Target;
use crate::ide::outline::{Symbol, SymbolSort};
use crate::ide::{self, Reading};
use crate::source::SourceFile;
use crate::syntax::{self, Parse};

use super::capabilities::number_of;
use super::commands::{self, Done};
use super::convert::{self, Lines};
use super::home::Home;
use super::places::Places;
use super::session::{Answer, Session};
use super::state::State;

/// Answers a request. Whatever goes wrong in it stays in it.
pub(super) fn answer(session: &Session<'_>, request: &Request) -> Answer {
    let answered = catch_unwind(AssertUnwindSafe(|| route(session, request)));
    answered.unwrap_or_else(|_| {
        let message = format!(
            "`{}` failed: this is a mistake of the program",
            request.method
        );
        refuse(request, ErrorCode::InternalError, message)
    })
}

fn refuse(request: &Request, code: ErrorCode, message: String) -> Answer {
    Answer::Now(Response::new_err(request.id.clone(), code as i32, message))
}

/// What a handler gives: an answer, or that it needs verdicts that are not there yet.
enum Given<T> {
    Value(T),
    Verdicts,
}

fn route(session: &Session<'_>, request: &Request) -> Answer {
    match request.method.as_str() {
        DocumentSymbolRequest::METHOD => give::<DocumentSymbolRequest>(session, request, symbols),
        WorkspaceSymbolRequest::METHOD => {
            give::<WorkspaceSymbolRequest>(session, request, all_symbols)
        }
        FoldingRangeRequest::METHOD => give::<FoldingRangeRequest>(session, request, folds),
        SelectionRangeRequest::METHOD => {
            give::<SelectionRangeRequest>(session, request, selections)
        }
        SemanticTokensFullRequest::METHOD => {
            give::<SemanticTokensFullRequest>(session, request, tokens)
        }
        Formatting::METHOD => give::<Formatting>(session, request, format),
        DocumentLinkRequest::METHOD => give::<DocumentLinkRequest>(session, request, links),
        CodeActionRequest::METHOD => give::<CodeActionRequest>(session, request, actions),
        CodeLensRequest::METHOD => give::<CodeLensRequest>(session, request, lenses),
        InlayHintRequest::METHOD => give::<InlayHintRequest>(session, request, hints),
        DocumentDiagnosticRequest::METHOD => {
            give::<DocumentDiagnosticRequest>(session, request, diagnostics)
        }
        ExecuteCommand::METHOD => execute(session, request),
        other => refuse(
            request,
            ErrorCode::MethodNotFound,
            format!("`{other}` is not offered"),
        ),
    }
}

fn give<M: Method>(
    session: &Session<'_>,
    request: &Request,
    handler: impl Fn(&Session<'_>, &M::Params) -> Given<M::Result>,
) -> Answer {
    let params: M::Params = match serde_json::from_value(request.params.clone()) {
        Ok(params) => params,
        Err(error) => return refuse(request, ErrorCode::InvalidParams, error.to_string()),
    };
    match handler(session, &params) {
        Given::Value(value) => Answer::Now(Response::new_ok(request.id.clone(), value)),
        Given::Verdicts => Answer::Later,
    }
}

fn execute(session: &Session<'_>, request: &Request) -> Answer {
    let params = match serde_json::from_value(request.params.clone()) {
        Ok(params) => params,
        Err(error) => return refuse(request, ErrorCode::InvalidParams, error.to_string()),
    };
    match commands::execute(session, &params) {
        Done::Page(page) => Answer::Now(Response::new_ok(request.id.clone(), page)),
        Done::NeedsVerdicts => Answer::Later,
        Done::Unknown => {
            let message = format!("no command is called `{}`", params.command);
            refuse(request, ErrorCode::InvalidParams, message)
        }
    }
}

/// A file that was asked about, in the home that it belongs to.
struct Place<'a> {
    home: &'a Home,
    state: &'a State,
    file: &'a SourceFile,
    lines: Lines<'a>,
}

impl<'a> Place<'a> {
    fn rules(&self) -> Option<&'a Parse> {
        self.state
            .reading
            .rules(self.file.id())
            .map(|(_, parse)| parse)
    }

    fn places(&self, session: &'a Session<'_>) -> Places<'a> {
        Places {
            home: self.home,
            reading: &self.state.reading,
            client: &session.client,
            documents: &session.documents,
        }
    }
}

/// Finds a file; the home that asks for it as a rule file or record file of its own goes first.
fn place<'a>(session: &'a Session<'_>, uri: &Uri) -> Option<Place<'a>> {
    let path = convert::path(uri)?;
    session.homes.iter().find_map(|(home, state)| {
        let file = state.reading.file(&home.name(&path))?;
        Some(Place {
            home,
            state,
            file,
            lines: Lines::new(file.text(), session.client.encoding),
        })
    })
}

fn symbols(
    session: &Session<'_>,
    params: &lsp_types::DocumentSymbolParams,
) -> Given<Option<DocumentSymbolResponse>> {
    let found = place(session, &params.text_document.uri).and_then(|place| {
        let parse = place.rules()?;
        let outline = ide::outline::outline(&parse.tree.items);
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
    }
}

/// Gives the declarations of every home whose name or title holds the letters that were asked for.
#[expect(deprecated, reason = "the protocol's type still has the field")]
fn all_symbols(
    session: &Session<'_>,
    params: &lsp_types::WorkspaceSymbolParams,
) -> Given<Option<WorkspaceSymbolResponse>> {
    let wanted = params.query.to_lowercase();
    let mut found: Vec<SymbolInformation> = Vec::new();
    for (home, state) in &session.homes {
        let places = Places {
            home,
            reading: &state.reading,
            client: &session.client,
            documents: &session.documents,
        };
        for symbol in declared(&state.reading) {
            let title = symbol.detail.as_deref().unwrap_or_default();
            let says = |text: &str| text.to_lowercase().contains(&wanted);
            if !says(&symbol.name) && !says(title) {
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
        let Some((_, parse)) = reading.rules(file.id()) else {
            continue;
        };
        let mut waiting = ide::outline::outline(&parse.tree.items);
        while let Some(mut symbol) = waiting.pop() {
            waiting.append(&mut symbol.children);
            all.push(symbol);
        }
    }
    all.sort_by_key(|symbol| symbol.name_span);
    all
}

fn folds(
    session: &Session<'_>,
    params: &lsp_types::FoldingRangeParams,
) -> Given<Option<Vec<FoldingRange>>> {
    let found = place(session, &params.text_document.uri).and_then(|place| {
        let parse = place.rules()?;
        let folds = ide::folding::folding(place.file, parse);
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

fn selections(
    session: &Session<'_>,
    params: &lsp_types::SelectionRangeParams,
) -> Given<Option<Vec<SelectionRange>>> {
    let found = place(session, &params.text_document.uri).and_then(|place| {
        let parse = place.rules()?;
        let widened = params.positions.iter().map(|&position| {
            let offset = u32::try_from(place.lines.offset(position)).unwrap_or(u32::MAX);
            let spans = ide::selection::selection(place.file, parse, offset);
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
        Some(widened.collect())
    });
    Given::Value(found)
}

fn tokens(
    session: &Session<'_>,
    params: &lsp_types::SemanticTokensParams,
) -> Given<Option<SemanticTokensResult>> {
    let found = place(session, &params.text_document.uri).and_then(|place| {
        let parse = place.rules()?;
        let agreements = &place.state.reading.understood.agreements;
        let own = agreements
            .iter()
            .find(|agreement| agreement.source == place.file.id());
        let words = ide::tokens::tokens(place.file, parse, own.or(agreements.first()));
        Some(SemanticTokensResult::Tokens(SemanticTokens {
            result_id: None,
            data: encoded(place.file, &place.lines, &words),
        }))
    });
    Given::Value(found)
}

/// Writes words as the protocol has them: each by its distance from the one before, a word over several lines as one for each line.
fn encoded(
    file: &SourceFile,
    lines: &Lines<'_>,
    words: &[ide::tokens::Coloured],
) -> Vec<SemanticToken> {
    let mut data = Vec::new();
    let (mut line, mut column) = (0, 0);
    for word in words {
        let mut start = word.span.start as usize;
        for piece in file.slice(word.span).split_inclusive('\n') {
            let shown = piece.trim_end_matches(['\n', '\r']);
            let from = lines.position(start);
            let to = lines.position(start + shown.len());
            start += piece.len();
            if to.character <= from.character {
                continue;
            }
            let modifiers = u32::from(word.declares)
                | u32::from(word.kind == ide::tokens::WordKind::Documentation) << 1;
            data.push(SemanticToken {
                delta_line: from.line - line,
                delta_start: if from.line == line {
                    from.character - column
                } else {
                    from.character
                },
                length: to.character - from.character,
                token_type: number_of(word.kind),
                token_modifiers_bitset: modifiers,
            });
            (line, column) = (from.line, from.character);
        }
    }
    data
}

fn format(
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

fn links(
    session: &Session<'_>,
    params: &lsp_types::DocumentLinkParams,
) -> Given<Option<Vec<DocumentLink>>> {
    let found = place(session, &params.text_document.uri).and_then(|place| {
        let parse = place.rules()?;
        let links = ide::links::links(place.file, &parse.tree.items);
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

fn actions(
    session: &Session<'_>,
    params: &lsp_types::CodeActionParams,
) -> Given<Option<Vec<CodeActionOrCommand>>> {
    let found = place(session, &params.text_document.uri).map(|place| {
        let offset = |at| u32::try_from(place.lines.offset(at)).unwrap_or(u32::MAX);
        let (start, end) = (offset(params.range.start), offset(params.range.end));
        let mut known: Vec<Diagnostic> = place.state.reading.understood.diagnostics.clone();
        if let Some((_, judged)) = place.state.judged() {
            known.extend(judged.problems.iter().cloned());
            known.dedup();
        }
        let file = place.file.id();
        let mut offered: Vec<CodeActionOrCommand> = Vec::new();
        for action in ide::actions::actions(&known, file, start, end) {
            let shown = params
                .context
                .diagnostics
                .iter()
                .filter(|shown| shown.range == place.lines.range(action.mends.primary.span));
            let Some(edit) = edit(session, &place, action.fix) else {
                continue;
            };
            let action = CodeActionOrCommand::CodeAction(CodeAction {
                title: action.fix.title.clone(),
                kind: Some(CodeActionKind::QUICKFIX),
                diagnostics: Some(shown.cloned().collect()),
                edit: Some(edit),
                is_preferred: Some(true),
                ..CodeAction::default()
            });
            if !offered.contains(&action) {
                offered.push(action);
            }
        }
        offered
    });
    Given::Value(found)
}

fn edit(
    session: &Session<'_>,
    place: &Place<'_>,
    fix: &crate::diagnostic::Fix,
) -> Option<WorkspaceEdit> {
    let places = place.places(session);
    let mut changes: Vec<(Uri, Vec<TextEdit>)> = Vec::new();
    for change in &fix.edits {
        let location = places.location(change.span)?;
        let text = TextEdit {
            range: location.range,
            new_text: change.value.clone(),
        };
        match changes.iter_mut().find(|(uri, _)| *uri == location.uri) {
            Some((_, edits)) => edits.push(text),
            None => changes.push((location.uri, vec![text])),
        }
    }
    Some(WorkspaceEdit {
        changes: Some(changes.into_iter().collect()),
        ..WorkspaceEdit::default()
    })
}

fn lenses(
    session: &Session<'_>,
    params: &lsp_types::CodeLensParams,
) -> Given<Option<Vec<CodeLens>>> {
    let Some(place) = place(session, &params.text_document.uri) else {
        return Given::Value(None);
    };
    let Some(parse) = place.rules() else {
        return Given::Value(None);
    };
    let Some((reading, judged)) = place.state.judged() else {
        return Given::Verdicts;
    };
    let sources = &reading.project.sources;
    let name_of = |part: &crate::project::Part| part.view().name(sources).to_owned();
    let mut found = ide::lenses::verdicts(&judged.parts, place.file.id(), name_of);
    found.extend(ide::lenses::scenarios(&parse.tree.items));
    let lens = |lens: &Lens| CodeLens {
        range: place.lines.range(lens.span),
        command: Some(command(lens, &params.text_document.uri)),
        data: None,
    };
    Given::Value(Some(found.iter().map(lens).collect()))
}

fn command(lens: &Lens, uri: &Uri) -> Command {
    let (command, arguments) = match &lens.act {
        LensAct::Why { agreement, pledge } => (
            commands::WHY,
            serde_json::json!({ "uri": uri, "agreement": agreement, "pledge": pledge }),
        ),
        LensAct::Run { scenario } => (
            commands::RUN,
            serde_json::json!({ "uri": uri, "scenario": scenario }),
        ),
    };
    Command {
        title: lens.title.clone(),
        command: command.to_owned(),
        arguments: Some(vec![arguments]),
    }
}

fn hints(
    session: &Session<'_>,
    params: &lsp_types::InlayHintParams,
) -> Given<Option<Vec<InlayHint>>> {
    let Some(place) = place(session, &params.text_document.uri) else {
        return Given::Value(None);
    };
    let Some((reading, judged)) = place.state.judged() else {
        return Given::Verdicts;
    };
    let Some(file) = reading.file(place.file.name()) else {
        return Given::Value(None);
    };
    let hints = ide::hints::hints(&judged.parts, file);
    let shown = hints.iter().filter_map(|hint| {
        let position = place.lines.range(hint.span).end;
        let inside = params.range.start <= position && position <= params.range.end;
        inside.then(|| InlayHint {
            position,
            label: InlayHintLabel::String(hint.text.clone()),
            kind: None,
            text_edits: None,
            tooltip: hint.reckoning.clone().map(InlayHintTooltip::String),
            padding_left: Some(true),
            padding_right: None,
            data: None,
        })
    });
    Given::Value(Some(shown.collect()))
}

fn diagnostics(
    session: &Session<'_>,
    params: &lsp_types::DocumentDiagnosticParams,
) -> Given<DocumentDiagnosticReportResult> {
    let place = place(session, &params.text_document.uri);
    if let Some(place) = &place
        && place.state.judged().is_none()
    {
        return Given::Verdicts;
    }
    let items = place.map_or_else(Vec::new, |place| {
        let path = place.home.path(place.file.name());
        place.state.layers.all().remove(&path).unwrap_or_default()
    });
    let full = RelatedFullDocumentDiagnosticReport {
        related_documents: None,
        full_document_diagnostic_report: FullDocumentDiagnosticReport {
            result_id: None,
            items,
        },
    };
    Given::Value(DocumentDiagnosticReport::Full(full).into())
}
