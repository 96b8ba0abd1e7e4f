//! What a client may ask to be done: show a proof, run scenarios. The answer is a text under a title, for the client to show.

use lsp_types::{ExecuteCommandParams, Uri};
use serde::Serialize;
use serde_json::Value;

use crate::project::{matching, proof_of, prove, rehearse};
use crate::report::terminal::{Lines, Screen};
use crate::report::trials::{Trials, render};

use super::convert;
use super::home::Home;
use super::session::Session;
use super::state::State;

/// The names under which the commands are offered.
pub(super) const WHY: &str = "servanda.why";
pub(super) const RUN: &str = "servanda.runScenario";

/// The width of a page in an editor.
const WIDTH: usize = 90;

/// A text to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Page {
    title: String,
    text: String,
}

/// What a command came to.
pub(super) enum Done {
    /// A text; none where there is nothing of that name.
    Page(Option<Page>),
    /// It needs verdicts that are not there yet.
    NeedsVerdicts,
    /// Nothing is called so.
    Unknown,
}

/// Does what is asked.
pub(super) fn execute(session: &Session<'_>, params: &ExecuteCommandParams) -> Done {
    let argument = params.arguments.first().unwrap_or(&Value::Null);
    let uri: Option<Uri> = argument
        .get("uri")
        .and_then(|uri| serde_json::from_value(uri.clone()).ok());
    let Some((home, state)) = uri.as_ref().and_then(|uri| home_of(session, uri)) else {
        return Done::Page(None);
    };
    let text = |key: &str| argument.get(key).and_then(Value::as_str);
    match params.command.as_str() {
        WHY => why(state, text("agreement"), text("pledge").unwrap_or_default()),
        RUN => {
            let name = uri.as_ref().and_then(convert::path);
            let name = name.map(|path| home.name(&path)).unwrap_or_default();
            Done::Page(run(state, &name, text("scenario")))
        }
        _ => Done::Unknown,
    }
}

fn home_of<'s>(session: &'s Session<'_>, uri: &Uri) -> Option<(&'s Home, &'s State)> {
    let path = convert::path(uri)?;
    let mut homes = session.homes.iter();
    homes.find(|(home, state)| state.reading.file(&home.name(&path)).is_some())
}

fn why(state: &State, agreement: Option<&str>, pledge: &str) -> Done {
    let Some((reading, judged)) = state.judged() else {
        return Done::NeedsVerdicts;
    };
    let sources = &reading.project.sources;
    let name = agreement.map_or_else(|| pledge.to_owned(), |of| format!("{of}/{pledge}"));
    let Ok(found) = matching(&judged.parts, sources, &name) else {
        return Done::Page(None);
    };
    let mut text = String::new();
    for (index, id) in found {
        if let Some(part) = judged.parts.get(index) {
            let mut part = part.clone();
            part.assessment = proof_of(&part, id);
            let proof = prove(sources, &part, id, &[], WIDTH).unwrap_or_default();
            text.push_str(&plain(&proof));
        }
    }
    Done::Page((!text.is_empty()).then(|| Page {
        title: format!("{pledge}: proof"),
        text,
    }))
}

/// Runs the scenarios of a file, or the one of that title.
fn run(state: &State, file: &str, wanted: Option<&str>) -> Option<Page> {
    let project = &state.reading.project;
    let source = project.sources.iter().find(|known| known.name() == file)?;
    let mut rehearsal = rehearse(project);
    rehearsal.trials.retain(|trial| {
        trial.span.source == source.id() && wanted.is_none_or(|wanted| trial.title == wanted)
    });
    let trials = Trials {
        sources: &project.sources,
        agreements: &rehearsal.agreements,
        trials: &rehearsal.trials,
        diagnostics: &rehearsal.diagnostics,
    };
    let screen = Screen {
        width: WIDTH,
        lines: Lines::Ascii,
    };
    Some(Page {
        title: wanted.map_or_else(|| format!("{file}: scenarios"), str::to_owned),
        text: plain(&render(&trials, screen)),
    })
}

/// Gives a text without the marks that a terminal colours by.
fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}
