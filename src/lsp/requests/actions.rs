//! The changes that mend what is wrong at a selection.

use lsp_types::{CodeAction, CodeActionKind, CodeActionOrCommand, TextEdit, Uri, WorkspaceEdit};

use crate::diagnostic::{Diagnostic, Fix};
use crate::ide;

use super::super::session::Session;
use super::{Given, Place, place};

pub(super) fn actions(
    session: &Session<'_>,
    params: &lsp_types::CodeActionParams,
) -> Given<Option<Vec<CodeActionOrCommand>>> {
    let found = place(session, &params.text_document.uri).map(|place| {
        let (start, end) = (
            place.offset(params.range.start),
            place.offset(params.range.end),
        );
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

fn edit(session: &Session<'_>, place: &Place<'_>, fix: &Fix) -> Option<WorkspaceEdit> {
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
