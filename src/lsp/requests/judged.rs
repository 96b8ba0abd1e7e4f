//! What needs verdicts: lenses, hints, the diagnostics of a file on request.

use lsp_types::{
    CodeLens, Command, DocumentDiagnosticReport, DocumentDiagnosticReportResult,
    FullDocumentDiagnosticReport, InlayHint, InlayHintLabel, InlayHintTooltip,
    RelatedFullDocumentDiagnosticReport, Uri,
};

use crate::ide;
use crate::ide::lenses::{Lens, LensAct};

use super::super::commands;
use super::super::session::Session;
use super::{Given, place};

pub(super) fn lenses(
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

pub(super) fn hints(
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

pub(super) fn diagnostics(
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
        place.state.layers.at(&path)
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
