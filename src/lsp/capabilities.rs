//! What the client can do, and what is offered to it.

use std::time::Duration;

use lsp_types::{
    ClientCapabilities, CodeActionKind, CodeActionOptions, CodeActionProviderCapability,
    CodeLensOptions, CompletionOptions, DiagnosticOptions, DiagnosticServerCapabilities,
    DocumentLinkOptions, ExecuteCommandOptions, FoldingRangeProviderCapability,
    HoverProviderCapability, InitializeParams, InitializeResult, MarkupKind, OneOf,
    PositionEncodingKind, RenameOptions, SelectionRangeProviderCapability, SemanticTokenModifier,
    SemanticTokenType, SemanticTokensFullOptions, SemanticTokensLegend, SemanticTokensOptions,
    ServerCapabilities, ServerInfo, SignatureHelpOptions, TextDocumentSyncCapability,
    TextDocumentSyncKind, TextDocumentSyncOptions, TextDocumentSyncSaveOptions,
};
use serde_json::Value;

use crate::agreement::Standing;
use crate::ide::tokens::WordKind;
use crate::time::Day;

use super::commands;
use super::convert::Encoding;

/// What is known of the client.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the client announces each ability by a flag of its own"
)]
pub(super) struct Client {
    pub(super) encoding: Encoding,
    /// Whether a diagnostic may point to other places.
    pub(super) shows_related: bool,
    /// Whether changes of several files may say which version of each they speak of.
    pub(super) takes_versions: bool,
    /// Whether a hover may be Markdown.
    pub(super) reads_markdown: bool,
    /// Whether a completion may leave places to fill in.
    pub(super) takes_snippets: bool,
    /// Whether the client can be asked to watch files.
    pub(super) watches: bool,
    /// Whether the client can be asked to fetch hints anew.
    pub(super) refreshes_hints: bool,
    /// Whether the client can be asked to fetch lenses anew.
    pub(super) refreshes_lenses: bool,
    /// Whether the client shows that something takes its time.
    pub(super) shows_progress: bool,
    /// How the client comes by diagnostics.
    pub(super) diagnostics: Way,
    pub(super) wishes: Wishes,
}

/// How a client comes by diagnostics: one way only, for one that went both would show each of them twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// It is told. Whoever can be told is: only so do files that are not open show what rests on them, and mistakes come before verdicts.
    Told,
    /// It asks, because it takes nothing unasked.
    Asks {
        /// Whether it can be told that it is time to ask again.
        again: bool,
    },
}

/// What whoever works with the editor has set there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Wishes {
    /// The as-of date; the project's own where there is none.
    pub(super) as_of: Option<Day>,
    /// The standard; the project's own where there is none.
    pub(super) standard: Option<Standing>,
    /// How long nobody must have typed before verdicts are worked out; our own choice where there is none.
    pub(super) pause: Option<Duration>,
}

/// The longest pause that can be wished for. Unit: milliseconds.
const LONGEST_PAUSE: u64 = 60_000;

impl Wishes {
    /// Reads `{ "asOf": "2021-09-03", "standard": "reported", "verdictsAfter": 150 }`; what cannot be read is as if it were not there.
    pub(super) fn read(value: &Value) -> Wishes {
        let text = |key: &str| value.get(key).and_then(Value::as_str);
        Wishes {
            as_of: text("asOf").and_then(|day| day.parse().ok()),
            standard: text("standard").and_then(|word| {
                Standing::STANDARDS
                    .into_iter()
                    .find(|standard| standard.word() == word)
            }),
            pause: value
                .get("verdictsAfter")
                .and_then(Value::as_u64)
                .map(|pause| Duration::from_millis(pause.min(LONGEST_PAUSE))),
        }
    }
}

/// Reads what the client says of itself; a client that says nothing can do nothing.
pub(super) fn client(params: Value) -> Client {
    let params: InitializeParams = serde_json::from_value(params).unwrap_or_default();
    let can = params.capabilities;
    Client {
        encoding: encoding(&can),
        shows_related: can
            .text_document
            .as_ref()
            .and_then(|document| document.publish_diagnostics.as_ref())
            .and_then(|publish| publish.related_information)
            .unwrap_or(false),
        reads_markdown: can
            .text_document
            .as_ref()
            .and_then(|document| document.hover.as_ref())
            .and_then(|hover| hover.content_format.as_ref())
            .is_some_and(|formats| formats.contains(&MarkupKind::Markdown)),
        takes_snippets: can
            .text_document
            .as_ref()
            .and_then(|document| document.completion.as_ref())
            .and_then(|completion| completion.completion_item.as_ref())
            .and_then(|item| item.snippet_support)
            .unwrap_or(false),
        takes_versions: can
            .workspace
            .as_ref()
            .and_then(|workspace| workspace.workspace_edit.as_ref())
            .and_then(|edit| edit.document_changes)
            .unwrap_or(false),
        watches: can
            .workspace
            .as_ref()
            .and_then(|workspace| workspace.did_change_watched_files.as_ref())
            .and_then(|watched| watched.dynamic_registration)
            .unwrap_or(false),
        refreshes_hints: can
            .workspace
            .as_ref()
            .and_then(|workspace| workspace.inlay_hint.as_ref())
            .and_then(|hints| hints.refresh_support)
            .unwrap_or(false),
        refreshes_lenses: can
            .workspace
            .as_ref()
            .and_then(|workspace| workspace.code_lens.as_ref())
            .and_then(|lenses| lenses.refresh_support)
            .unwrap_or(false),
        shows_progress: can
            .window
            .as_ref()
            .and_then(|window| window.work_done_progress)
            .unwrap_or(false),
        diagnostics: way(&can),
        wishes: params
            .initialization_options
            .as_ref()
            .map(Wishes::read)
            .unwrap_or_default(),
    }
}

/// A client that says nothing of diagnostics is told of them, as before there was another way.
fn way(can: &ClientCapabilities) -> Way {
    let document = can.text_document.as_ref();
    let is_told = document.is_some_and(|document| document.publish_diagnostics.is_some());
    let asks = document.is_some_and(|document| document.diagnostic.is_some());
    if is_told || !asks {
        return Way::Told;
    }
    let workspace = can.workspace.as_ref();
    let refresh = workspace
        .and_then(|workspace| workspace.diagnostic.as_ref())
        .and_then(|diagnostic| diagnostic.refresh_support);
    Way::Asks {
        again: refresh.unwrap_or(false),
    }
}

/// UTF-16 unless the client lists UTF-8.
fn encoding(can: &ClientCapabilities) -> Encoding {
    let listed = can
        .general
        .as_ref()
        .and_then(|general| general.position_encodings.as_ref());
    match listed {
        Some(listed) if listed.contains(&PositionEncodingKind::UTF8) => Encoding::Utf8,
        Some(_) | None => Encoding::Utf16,
    }
}

/// Says what is offered.
pub(super) fn hello(client: &Client) -> Value {
    let result = InitializeResult {
        capabilities: offered(client),
        server_info: Some(ServerInfo {
            name: "servanda".to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
    };
    serde_json::to_value(result).unwrap_or_default()
}

fn offered(client: &Client) -> ServerCapabilities {
    let encoding = match client.encoding {
        Encoding::Utf8 => PositionEncodingKind::UTF8,
        Encoding::Utf16 => PositionEncodingKind::UTF16,
    };
    ServerCapabilities {
        position_encoding: Some(encoding),
        text_document_sync: Some(TextDocumentSyncCapability::Options(
            TextDocumentSyncOptions {
                open_close: Some(true),
                change: Some(TextDocumentSyncKind::INCREMENTAL),
                save: Some(TextDocumentSyncSaveOptions::Supported(true)),
                ..TextDocumentSyncOptions::default()
            },
        )),
        document_symbol_provider: Some(OneOf::Left(true)),
        workspace_symbol_provider: Some(OneOf::Left(true)),
        folding_range_provider: Some(FoldingRangeProviderCapability::Simple(true)),
        selection_range_provider: Some(SelectionRangeProviderCapability::Simple(true)),
        signature_help_provider: Some(SignatureHelpOptions {
            trigger_characters: Some(["(", ",", ":"].map(str::to_owned).to_vec()),
            ..SignatureHelpOptions::default()
        }),
        document_range_formatting_provider: Some(OneOf::Left(true)),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        document_highlight_provider: Some(OneOf::Left(true)),
        rename_provider: Some(OneOf::Right(RenameOptions {
            prepare_provider: Some(true),
            work_done_progress_options: lsp_types::WorkDoneProgressOptions::default(),
        })),
        document_formatting_provider: Some(OneOf::Left(true)),
        inlay_hint_provider: Some(OneOf::Left(true)),
        code_lens_provider: Some(CodeLensOptions {
            resolve_provider: Some(false),
        }),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![
                CodeActionKind::QUICKFIX,
                CodeActionKind::SOURCE_FIX_ALL,
            ]),
            ..CodeActionOptions::default()
        })),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(TRIGGERS.map(str::to_owned).to_vec()),
            ..CompletionOptions::default()
        }),
        document_link_provider: Some(DocumentLinkOptions {
            resolve_provider: Some(false),
            work_done_progress_options: lsp_types::WorkDoneProgressOptions::default(),
        }),
        semantic_tokens_provider: Some(
            SemanticTokensOptions {
                legend: legend(),
                full: Some(SemanticTokensFullOptions::Bool(true)),
                ..SemanticTokensOptions::default()
            }
            .into(),
        ),
        diagnostic_provider: match client.diagnostics {
            Way::Told => None,
            Way::Asks { .. } => Some(DiagnosticServerCapabilities::Options(DiagnosticOptions {
                identifier: Some("servanda".to_owned()),
                inter_file_dependencies: true,
                workspace_diagnostics: false,
                ..DiagnosticOptions::default()
            })),
        },
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: [commands::WHY, commands::RUN].map(str::to_owned).to_vec(),
            ..ExecuteCommandOptions::default()
        }),
        ..ServerCapabilities::default()
    }
}

/// The letters behind which something is offered unasked: in records quotes, `[`, `=` and blanks, in rules what stands in calls.
const TRIGGERS: [&str; 9] = ["\"", "'", "[", "=", " ", "(", ",", ":", "."];

/// The kinds of word under the names that editors colour by; the order is that of the numbers on the wire.
const LEGEND: [(WordKind, SemanticTokenType); 20] = [
    (WordKind::Keyword, SemanticTokenType::KEYWORD),
    (WordKind::Comment, SemanticTokenType::COMMENT),
    (WordKind::Documentation, SemanticTokenType::COMMENT),
    (WordKind::Text, SemanticTokenType::STRING),
    (WordKind::Number, SemanticTokenType::NUMBER),
    (WordKind::Date, SemanticTokenType::NUMBER),
    (WordKind::Operator, SemanticTokenType::OPERATOR),
    (WordKind::Label, SemanticTokenType::PROPERTY),
    (WordKind::Actor, SemanticTokenType::CLASS),
    (WordKind::Place, SemanticTokenType::NAMESPACE),
    (WordKind::Category, SemanticTokenType::ENUM_MEMBER),
    (WordKind::Event, SemanticTokenType::EVENT),
    (WordKind::Measure, SemanticTokenType::FUNCTION),
    (WordKind::State, SemanticTokenType::FUNCTION),
    (WordKind::Pledge, SemanticTokenType::METHOD),
    (WordKind::Unit, SemanticTokenType::TYPE),
    (WordKind::NamedDate, SemanticTokenType::VARIABLE),
    (WordKind::Variable, SemanticTokenType::PARAMETER),
    (WordKind::Source, SemanticTokenType::INTERFACE),
    (WordKind::Record, SemanticTokenType::VARIABLE),
];

fn legend() -> SemanticTokensLegend {
    SemanticTokensLegend {
        token_types: LEGEND.into_iter().map(|(_, name)| name).collect(),
        token_modifiers: vec![
            SemanticTokenModifier::DECLARATION,
            SemanticTokenModifier::DOCUMENTATION,
        ],
    }
}

/// Gives the number of a kind of word in the legend.
pub(super) fn number_of(kind: WordKind) -> u32 {
    let at = LEGEND.iter().position(|(known, _)| *known == kind);
    at.and_then(|at| u32::try_from(at).ok()).unwrap_or(0)
}
