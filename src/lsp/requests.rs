//! What is answered to each request; a file of its own for each subject.

mod actions;
mod colours;
mod hover;
mod judged;
mod names;
mod outline;
mod records;
mod texts;
mod typing;

use std::panic::{AssertUnwindSafe, catch_unwind};

use lsp_server::{ErrorCode, Request, Response};
use lsp_types::request::{
    CodeActionRequest, CodeLensRequest, Completion, DocumentDiagnosticRequest,
    DocumentHighlightRequest, DocumentLinkRequest, DocumentSymbolRequest, ExecuteCommand,
    FoldingRangeRequest, Formatting, GotoDefinition, HoverRequest, InlayHintRequest,
    PrepareRenameRequest, RangeFormatting, References, Rename, Request as Method,
    SelectionRangeRequest, SemanticTokensFullRequest, SignatureHelpRequest, WorkspaceSymbolRequest,
};
use lsp_types::{Position, TextDocumentPositionParams, Uri};

use crate::ide::toml::{Toml, is_toml};
use crate::source::SourceFile;
use crate::syntax::Parse;

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

/// What a handler gives: an answer, that it needs verdicts that are not there yet, or why there is none.
enum Given<T> {
    Value(T),
    Verdicts,
    /// It cannot be done, and why.
    Refused(String),
}

fn route(session: &Session<'_>, request: &Request) -> Answer {
    match request.method.as_str() {
        DocumentSymbolRequest::METHOD => {
            give::<DocumentSymbolRequest>(session, request, outline::symbols)
        }
        WorkspaceSymbolRequest::METHOD => {
            give::<WorkspaceSymbolRequest>(session, request, outline::all_symbols)
        }
        FoldingRangeRequest::METHOD => {
            give::<FoldingRangeRequest>(session, request, outline::folds)
        }
        SelectionRangeRequest::METHOD => {
            give::<SelectionRangeRequest>(session, request, outline::selections)
        }
        SemanticTokensFullRequest::METHOD => {
            give::<SemanticTokensFullRequest>(session, request, colours::tokens)
        }
        Formatting::METHOD => give::<Formatting>(session, request, texts::format),
        RangeFormatting::METHOD => give::<RangeFormatting>(session, request, texts::format_range),
        Completion::METHOD => give::<Completion>(session, request, typing::complete),
        SignatureHelpRequest::METHOD => {
            give::<SignatureHelpRequest>(session, request, typing::signatures)
        }
        DocumentLinkRequest::METHOD => give::<DocumentLinkRequest>(session, request, texts::links),
        CodeActionRequest::METHOD => give::<CodeActionRequest>(session, request, actions::actions),
        CodeLensRequest::METHOD => give::<CodeLensRequest>(session, request, judged::lenses),
        InlayHintRequest::METHOD => give::<InlayHintRequest>(session, request, judged::hints),
        DocumentDiagnosticRequest::METHOD => {
            give::<DocumentDiagnosticRequest>(session, request, judged::diagnostics)
        }
        GotoDefinition::METHOD => give::<GotoDefinition>(session, request, names::definition),
        HoverRequest::METHOD => give::<HoverRequest>(session, request, hover::hover),
        References::METHOD => give::<References>(session, request, names::references),
        DocumentHighlightRequest::METHOD => {
            give::<DocumentHighlightRequest>(session, request, names::highlights)
        }
        PrepareRenameRequest::METHOD => {
            give::<PrepareRenameRequest>(session, request, names::prepare)
        }
        Rename::METHOD => give::<Rename>(session, request, names::rename),
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
        Given::Refused(why) => refuse(request, ErrorCode::RequestFailed, why),
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

    /// Gives the byte at a place of the protocol.
    fn offset(&self, position: Position) -> u32 {
        u32::try_from(self.lines.offset(position)).unwrap_or(u32::MAX)
    }

    /// Gives the file as TOML, if it is a record file or the settings.
    fn toml(&self) -> Option<Toml> {
        is_toml(self.file).then(|| crate::ide::toml::read(self.file))
    }

    fn places(&self, session: &'a Session<'_>) -> Places<'a> {
        Places::new(
            self.home,
            &self.state.reading,
            &session.client,
            &session.documents,
        )
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

/// Finds the file and the byte that a cursor stands at.
fn cursor<'a>(
    session: &'a Session<'_>,
    at: &TextDocumentPositionParams,
) -> Option<(Place<'a>, u32)> {
    let place = place(session, &at.text_document.uri)?;
    let offset = place.offset(at.position);
    Some((place, offset))
}
