//! `servanda check`: diagnostics, then the verdicts.

use crate::diagnostic::{Class, Diagnostic, Severity};
use crate::disk::trail::Trail;
use crate::project::{Outcome, Part, assess, matching};
use crate::report::terminal::Detail;
use crate::report::{Report, github, json, lines, plain, sarif, short, tables, terminal};
use crate::source::{Sources, Span};

use super::Exit;
use super::ended::{ended, working_folder};
use super::input::{self, Input};
use super::options::{CheckOptions, Format, Inputs};
use super::output::Output;
use super::watch;

/// Runs the command.
pub(super) fn run(options: &CheckOptions, output: &mut Output) -> Exit {
    if options.watch {
        watch::run(options, output)
    } else {
        once(options, &mut Trail::default(), output)
    }
}

/// Checks, and remembers where it looked.
pub(super) fn once(options: &CheckOptions, trail: &mut Trail, output: &mut Output) -> Exit {
    let mut input = match input::open(&options.rules, &options.inputs, trail, output) {
        Ok(input) => input,
        Err(exit) => return exit,
    };
    let mut outcome = judge(&mut input, &options.inputs);
    if let Err(exit) = select(&mut outcome.parts, &input, &options.pledge, output) {
        return exit;
    }
    if !options.pledge.is_empty() {
        leave_out_others(&mut outcome);
    }
    let sources = &input.project.sources;
    let views = outcome.parts.iter().map(Part::view).collect();
    let mut report = Report::new(sources, views, &outcome.diagnostics, outcome.records);
    report.tables = &outcome.tables;
    show_problems(sources, &outcome.diagnostics, options, output);
    let exit = exit(&report, options, input.incomplete);
    show(&report, options, exit, output);
    exit
}

/// Judges the input by the options and the settings.
pub(super) fn judge(input: &mut Input, inputs: &Inputs) -> Outcome {
    let request = input::request(input, inputs);
    let mut outcome = assess(&input.project, &request);
    outcome.diagnostics = input.settings.lints.apply(outcome.diagnostics);
    outcome
}

/// Keeps only the pledges that were asked for.
fn select(
    parts: &mut [Part],
    input: &Input,
    wanted: &[String],
    output: &mut Output,
) -> Result<(), Exit> {
    if wanted.is_empty() {
        return Ok(());
    }
    let mut kept = Vec::new();
    for name in wanted {
        match matching(parts, &input.project.sources, name) {
            Ok(found) => kept.extend(found),
            Err(near) => {
                unknown_pledge(name, near, output);
                return Err(Exit::Usage);
            }
        }
    }
    for (index, part) in parts.iter_mut().enumerate() {
        part.assessment
            .pledges
            .retain(|pledge| kept.contains(&(index, pledge.pledge)));
    }
    Ok(())
}

/// Leaves out what is only advised about pledges that were not asked for; errors stay, since they may concern all.
fn leave_out_others(outcome: &mut Outcome) {
    let parts = &outcome.parts;
    let others: Vec<Span> = parts
        .iter()
        .flat_map(|part| {
            let shown = |id| {
                part.assessment
                    .pledges
                    .iter()
                    .any(|found| found.pledge == id)
            };
            let pledges = part.agreement.pledges.iter();
            pledges
                .filter(move |pledge| !shown(pledge.id))
                .map(|pledge| pledge.span)
        })
        .collect();
    let inside = |place: Span| {
        others.iter().any(|whole| {
            whole.source == place.source && whole.start <= place.start && place.start < whole.end
        })
    };
    outcome
        .diagnostics
        .retain(|found| found.severity == Severity::Error || !inside(found.primary.span));
}

/// Says that no pledge has that name.
pub(super) fn unknown_pledge(name: &str, near: Option<String>, output: &mut Output) {
    let help = near.map(|near| format!("did you mean `{near}`?"));
    output.error(&format!("no pledge is called `{name}`"), help.as_deref());
}

fn show_problems(
    sources: &Sources,
    diagnostics: &[Diagnostic],
    options: &CheckOptions,
    output: &mut Output,
) {
    let told = |found: &&Diagnostic| !options.quiet || found.severity == Severity::Error;
    let wanted: Vec<Diagnostic> = diagnostics.iter().filter(told).cloned().collect();
    let text = match options.format {
        Format::Human => terminal::problems(sources, &wanted, output.error_screen()),
        Format::Plain => plain::problems(sources, &wanted),
        Format::Short | Format::Jsonl => short::problems(sources, &wanted),
        // The results hold them.
        Format::Json | Format::Sarif | Format::Github => return,
    };
    output.problem(&text);
}

fn show(report: &Report<'_>, options: &CheckOptions, exit: Exit, output: &mut Output) {
    let detail = if options.quiet {
        Detail::Quiet
    } else {
        Detail::Full
    };
    let text = match options.format {
        Format::Human | Format::Plain | Format::Short if options.unmatched => {
            tables::unmatched(report)
        }
        Format::Human => terminal::render(report, output.screen(), detail),
        Format::Plain => plain::render(report),
        Format::Short => short::render(report),
        Format::Json => json::render(report) + "\n",
        Format::Jsonl => lines::render(report),
        Format::Sarif => {
            let folder = working_folder();
            sarif::render(report, ended(exit, folder.as_deref()))
        }
        Format::Github => github::render(report.sources, annotated(report, options)),
    };
    match options.format {
        Format::Json | Format::Jsonl | Format::Sarif => output.data(&text),
        Format::Human | Format::Plain | Format::Short | Format::Github => output.result(&text),
    }
}

/// Gives what is worth an annotation; with `--quiet` what the other forms show then.
fn annotated<'a>(
    report: &'a Report<'_>,
    options: &CheckOptions,
) -> impl Iterator<Item = &'a Diagnostic> {
    let quiet = options.quiet;
    report.all().filter(move |found| {
        let least = match found.code.class() {
            Class::Finding => Severity::Warning,
            Class::Rules | Class::Records | Class::Lint => Severity::Error,
        };
        !quiet || found.severity >= least
    })
}

fn exit(report: &Report<'_>, options: &CheckOptions, incomplete: bool) -> Exit {
    if incomplete {
        Exit::Usage
    } else if options.exit_zero {
        Exit::Clean
    } else if report.has_errors() {
        Exit::Broken
    } else if report.has_breach() || (options.strict && report.has_undetermined()) {
        Exit::Found
    } else {
        Exit::Clean
    }
}
