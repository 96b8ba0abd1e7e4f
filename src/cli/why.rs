//! `servanda why`: the proof of a verdict, and what would change it.

use clap::Args;

use crate::diagnostic::{Diagnostic, Severity};
use crate::disk::trail::Trail;
use crate::project::{matching, proof_of, prove};
use crate::report::terminal;

use super::Exit;
use super::check::{judge, unknown_pledge};
use super::input::{self, Input};
use super::options::Inputs;
use super::output::Output;

/// The options of `why`.
#[derive(Args, Debug)]
pub(super) struct WhyOptions {
    /// The pledge: `ID`, `AGREEMENT/ID`, or an instance, `ID[p = q]`
    #[arg(value_name = "PLEDGE")]
    pledge: String,
    /// Rule files, or folders of them; those of `servanda.toml` where none are given, `-` for standard input
    #[arg(value_name = "RULES")]
    rules: Vec<String>,
    #[command(flatten)]
    inputs: Inputs,
}

/// Runs the command.
pub(super) fn run(options: &WhyOptions, output: &mut Output) -> Exit {
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
    let mut outcome = judge(&mut input, &options.inputs);
    let found = match matching(&outcome.parts, &input.project.sources, &name) {
        Ok(found) => found,
        Err(near) => {
            show_errors(&input, &outcome.diagnostics, output);
            unknown_pledge(&name, near, output);
            return Exit::Usage;
        }
    };
    show_errors(&input, &outcome.diagnostics, output);
    let mut shown = false;
    for (index, pledge) in found {
        if let Some(part) = outcome.parts.get_mut(index) {
            part.assessment = proof_of(part, pledge);
            let width = output.screen().width;
            let sources = &input.project.sources;
            if let Some(text) = prove(sources, part, pledge, &bindings, width) {
                output.result(&if shown { format!("\n{text}") } else { text });
                shown = true;
            }
        }
    }
    if !shown {
        let message = format!("`{}` has no such instance", options.pledge);
        output.error(
            &message,
            Some(&format!("`servanda why {name}` shows them all")),
        );
        return Exit::Usage;
    }
    match (input.incomplete, has_errors(&outcome.diagnostics)) {
        (true, _) => Exit::Usage,
        (false, true) => Exit::Broken,
        (false, false) => Exit::Clean,
    }
}

/// Says whether a file has an error.
pub(super) fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics
        .iter()
        .any(|diagnostic| diagnostic.severity == Severity::Error)
}

/// Shows what is wrong in the files, errors only.
pub(super) fn show_errors(input: &Input, diagnostics: &[Diagnostic], output: &mut Output) {
    let errors: Vec<Diagnostic> = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
        .cloned()
        .collect();
    let screen = output.error_screen();
    output.problem(&terminal::problems(&input.project.sources, &errors, screen));
}

/// Splits `ID[p = q, r = s]`.
pub(super) fn selector(text: &str) -> Result<(String, Vec<(String, String)>), String> {
    let Some((name, rest)) = text.split_once('[') else {
        return Ok((text.trim().to_owned(), Vec::new()));
    };
    let Some(rest) = rest.trim_end().strip_suffix(']') else {
        return Err(format!("`{text}` lacks its closing bracket"));
    };
    let mut bindings = Vec::new();
    for pair in rest.split(',').filter(|pair| !pair.trim().is_empty()) {
        let Some((variable, value)) = pair.split_once('=') else {
            return Err(format!("`{}` is no `name = value`", pair.trim()));
        };
        bindings.push((variable.trim().to_owned(), value.trim().to_owned()));
    }
    Ok((name.trim().to_owned(), bindings))
}
