//! The changes that mend what is wrong at a selection.

use lsp_types::{CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams};

use crate::diagnostic::Diagnostic;
use crate::ide::actions::{actions as fixes, all_certain, allow, at};
use crate::source::Spanned;

use super::super::session::Session;
use super::names::workspace_edit;
use super::{Given, Place, place};

pub(super) fn actions(
    session: &Session<'_>,
    params: &CodeActionParams,
) -> Given<Option<Vec<CodeActionOrCommand>>> {
    let found = place(session, &params.text_document.uri).map(|place| {
        let asked = Asked {
            session,
            params,
            known: known(&place),
            place,
        };
        let mut offered: Vec<CodeActionOrCommand> = Vec::new();
        for action in asked.mending().into_iter().chain(asked.mending_all()) {
            let action = CodeActionOrCommand::CodeAction(action);
            if !offered.contains(&action) {
                offered.push(action);
            }
        }
        offered
    });
    Given::Value(found)
}

/// Gives what is wrong in the texts as they stand, as far as that is known by now.
fn known(place: &Place<'_>) -> Vec<Diagnostic> {
    let reading = &place.state.reading;
    let mut known: Vec<Diagnostic> = reading.understood.diagnostics.clone();
    known.extend(reading.settings.diagnostics.iter().cloned());
    let told = reading.told().diagnostics.clone();
    known.extend(reading.settings.lints.apply(told));
    if let Some((_, judged)) = place.state.judged() {
        known.extend(judged.problems.iter().cloned());
    }
    known
}

struct Asked<'a> {
    session: &'a Session<'a>,
    params: &'a CodeActionParams,
    place: Place<'a>,
    known: Vec<Diagnostic>,
}

impl Asked<'_> {
    /// Says whether a kind of action is wanted: all are, unless the client says which.
    fn wants(&self, kind: &CodeActionKind, otherwise: bool) -> bool {
        let Some(only) = &self.params.context.only else {
            return otherwise;
        };
        let within = |wanted: &CodeActionKind| {
            let rest = kind.as_str().strip_prefix(wanted.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        only.iter().any(within)
    }

    fn mending(&self) -> Vec<CodeAction> {
        if !self.wants(&CodeActionKind::QUICKFIX, true) {
            return Vec::new();
        }
        let range = self.params.range;
        let (start, end) = (self.place.offset(range.start), self.place.offset(range.end));
        let file = self.place.file.id();
        let mut offered = Vec::new();
        for action in fixes(&self.known, file, start, end) {
            let mut offer = self.action(&action.fix.title, &action.fix.edits, Some(action.mends));
            offer.is_preferred = Some(true);
            offered.push(offer);
        }
        for found in at(&self.known, file, start, end) {
            if let Some(fix) = allow(&self.place.state.reading, found) {
                offered.push(self.action(&fix.title, &fix.edits, Some(found)));
            }
        }
        offered
    }

    /// Gives the action that mends the whole file; only for whoever asks for it.
    fn mending_all(&self) -> Option<CodeAction> {
        if !self.wants(&CodeActionKind::SOURCE_FIX_ALL, false) {
            return None;
        }
        let edits = all_certain(&self.known, self.place.file.id());
        if edits.is_empty() {
            return None;
        }
        let mut action = self.action("mend whatever is certain", &edits, None);
        action.kind = Some(CodeActionKind::SOURCE_FIX_ALL);
        Some(action)
    }

    fn action(
        &self,
        title: &str,
        edits: &[Spanned<String>],
        mends: Option<&Diagnostic>,
    ) -> CodeAction {
        let shown = mends.map(|mends| {
            let range = self.place.lines.range(mends.primary.span);
            let shown = self.params.context.diagnostics.iter();
            shown
                .filter(|shown| shown.range == range)
                .cloned()
                .collect()
        });
        CodeAction {
            title: title.to_owned(),
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: shown,
            edit: Some(workspace_edit(self.session, &self.place, edits)),
            ..CodeAction::default()
        }
    }
}
