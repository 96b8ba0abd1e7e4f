//! `servanda test`: runs the scenarios of rule files.

use clap::{Args, ValueEnum};

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::project::rehearse;
use crate::report::trials::{End, Trials, json, junit, render};
use crate::report::{github, sarif, short, terminal};

use super::Exit;
use super::ended::{ended, working_folder};
use super::input;
use super::output::Output;

/// The options of `test`.
#[derive(Args, Debug)]
pub(super) struct TestOptions {
    /// Rule files, or folders of them; those of `servanda.toml` where none are given, `-` for standard input
    #[arg(value_name = "RULES")]
    rules: Vec<String>,
    /// How to say it
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// The forms of output.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    /// For people at a terminal
    Human,
    /// A line for each failed expectation: `file:line:col: severity[code]: text`
    Short,
    /// One JSON object
    Json,
    /// `JUnit` XML, for build servers
    Junit,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
    /// Annotations of GitHub Actions
    Github,
}

/// Runs the command.
pub(super) fn run(options: &TestOptions, output: &mut Output) -> Exit {
    let input = match input::open_rules(&options.rules, output) {
        Ok(input) => input,
        Err(exit) => return exit,
    };
    let mut rehearsal = rehearse(&input.project);
    rehearsal.diagnostics = input.settings.lints.apply(rehearsal.diagnostics);
    // What is only advised about the rules is told by `check`; that another day was asked about bears on the scenario itself.
    let problems: Vec<Diagnostic> = rehearsal
        .diagnostics
        .iter()
        .filter(|found| found.severity == Severity::Error || found.code == Code::FutureKnowledge)
        .cloned()
        .collect();
    let sources = &input.project.sources;
    let trials = Trials {
        sources,
        agreements: &rehearsal.agreements,
        trials: &rehearsal.trials,
        diagnostics: &problems,
    };
    let text = match options.format {
        Format::Human | Format::Junit => {
            terminal::problems(sources, &problems, output.error_screen())
        }
        Format::Short => short::problems(sources, &problems),
        // The results hold them.
        Format::Json | Format::Sarif | Format::Github => String::new(),
    };
    output.problem(&text);
    let exit = exit(&trials, input.incomplete);
    let text = shown(&trials, options.format, exit, output);
    match options.format {
        Format::Json | Format::Sarif => output.data(&text),
        Format::Human | Format::Short | Format::Junit | Format::Github => output.result(&text),
    }
    exit
}

fn exit(trials: &Trials<'_>, incomplete: bool) -> Exit {
    let is_error = |found: &Diagnostic| found.severity == Severity::Error;
    if incomplete {
        Exit::Usage
    } else if trials.diagnostics.iter().any(is_error) {
        Exit::Broken
    } else if trials.count(End::Failed) > 0 {
        Exit::Found
    } else {
        Exit::Clean
    }
}

fn shown(trials: &Trials<'_>, format: Format, exit: Exit, output: &Output) -> String {
    match format {
        Format::Human => render(trials, output.screen()),
        Format::Short => {
            let failures: Vec<Diagnostic> = trials.failures().cloned().collect();
            let lines = short::problems(trials.sources, &failures);
            format!("{lines}{}\n", trials.totals())
        }
        Format::Json => json::render(trials) + "\n",
        Format::Junit => junit::render(trials),
        Format::Sarif => sarif::trials(trials, ended(exit, working_folder().as_deref())),
        Format::Github => github::render(trials.sources, trials.all()),
    }
}
