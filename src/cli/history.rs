//! `servanda history`: how a verdict changed as things became known.

use clap::{Args, ValueEnum};

use crate::agreement::PledgeId;
use crate::disk::trail::Trail;
use crate::project::{Outcome, history, matching};
use crate::report::history::{History, Step, render, to_json};

use super::Exit;
use super::check::{judge, unknown_pledge};
use super::input::{self, Input};
use super::options::Inputs;
use super::output::Output;
use super::why::{has_errors, selector, show_errors};

/// The options of `history`.
#[derive(Args, Debug)]
pub(super) struct HistoryOptions {
    /// The pledge: `ID`, `AGREEMENT/ID`, or an instance, `ID[p = q]`
    #[arg(value_name = "PLEDGE")]
    pledge: String,
    /// Rule files, or folders of them; those of `servanda.toml` where none are given, `-` for standard input
    #[arg(value_name = "RULES")]
    rules: Vec<String>,
    #[command(flatten)]
    inputs: Inputs,
    /// How to say it
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// The forms of output.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    /// For people at a terminal
    Human,
    /// One JSON object
    Json,
}

/// Runs the command.
pub(super) fn run(options: &HistoryOptions, output: &mut Output) -> Exit {
    let (name, bindings) = match selector(&options.pledge) {
        Ok(selector) => selector,
        Err(message) => {
            output.error(&message, Some("an instance is written `PLEDGE[p = q]`"));
            return Exit::Usage;
        }
    };
    let mut input = match input::open(
        &options.rules,
        &options.inputs,
        &mut Trail::default(),
        output,
    ) {
        Ok(input) => input,
        Err(exit) => return exit,
    };
    let outcome = judge(&mut input, &options.inputs);
    show_errors(&input, &outcome.diagnostics, output);
    let found = match matching(&outcome.parts, &input.project.sources, &name) {
        Ok(found) => found,
        Err(near) => {
            unknown_pledge(&name, near, output);
            return Exit::Usage;
        }
    };
    let mut told = tell(&outcome, &found, &bindings);
    told.retain(|(_, steps)| steps.iter().any(|step| step.profile.is_some()));
    if told.is_empty() {
        let message = format!("`{}` has no such instance, or no verdict", options.pledge);
        let help = format!("`servanda why {name}` shows what there is");
        output.error(&message, Some(&help));
        return Exit::Usage;
    }
    show(&input, &outcome, &told, &bindings, options.format, output);
    match (input.incomplete, has_errors(&outcome.diagnostics)) {
        (true, _) => Exit::Usage,
        (false, true) => Exit::Broken,
        (false, false) => Exit::Clean,
    }
}

/// A pledge of a part, and its changes.
type Told = ((usize, PledgeId), Vec<Step>);

fn tell(
    outcome: &Outcome,
    found: &[(usize, PledgeId)],
    bindings: &[(String, String)],
) -> Vec<Told> {
    let one = |&(index, pledge): &(usize, PledgeId)| {
        let part = outcome.parts.get(index)?;
        Some(((index, pledge), history(part, pledge, bindings)))
    };
    found.iter().filter_map(one).collect()
}

fn show(
    input: &Input,
    outcome: &Outcome,
    told: &[Told],
    bindings: &[(String, String)],
    format: Format,
    output: &mut Output,
) {
    let histories: Vec<History<'_>> = told
        .iter()
        .filter_map(|((index, pledge), steps)| {
            let view = outcome.parts.get(*index)?.view();
            Some(History {
                sources: &input.project.sources,
                view,
                pledge: view.pledge(*pledge)?,
                bindings,
                steps,
            })
        })
        .collect();
    let width = output.screen().width;
    let text = match format {
        Format::Human => {
            let pages: Vec<String> = histories
                .iter()
                .map(|history| render(history, width))
                .collect();
            pages.join("\n")
        }
        Format::Json => to_json(&histories) + "\n",
    };
    match format {
        Format::Human => output.result(&text),
        Format::Json => output.data(&text),
    }
}
