//! The command line: one file for each command. The only floor that opens files, prints, and looks at the clock.

mod check;
mod completions;
mod ended;
mod explain;
mod fmt;
mod history;
mod init;
mod input;
mod man;
mod options;
mod output;
mod tables;
mod test;
mod watch;
mod why;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use options::CheckOptions;
use output::{Color, Output};

/// What a run says to whoever started it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Nothing was found.
    Clean = 0,
    /// A pledge is broken, a duty overdue, or a file is not laid out.
    Found = 1,
    /// The command or the settings cannot be followed.
    Usage = 2,
    /// A rule or record file has errors, so that some verdicts are missing or not to be trusted.
    Broken = 3,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

/// Checks whether treaty commitments are kept.
#[derive(Parser, Debug)]
#[command(name = "servanda", version, about, max_term_width = 100)]
#[command(after_help = "\
Exit status: 0 nothing found; 1 a breach or an overdue duty at the standard, or a
failed scenario; 2 usage or settings; 3 a rule or record file has errors.")]
struct Arguments {
    /// When to use colours; `auto` is on a terminal, unless `NO_COLOR` is set
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    color: Color,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Judge pledges by records: diagnostics, then the verdicts
    Check(CheckOptions),
    /// Show the proof of a verdict, and what would change it
    Why(why::WhyOptions),
    /// Show how a verdict changed as things became known
    History(history::HistoryOptions),
    /// Run the scenarios of rule files
    Test(test::TestOptions),
    /// Lay out rule files in the one layout
    Fmt(fmt::FmtOptions),
    /// Explain a diagnostic code, or list them all
    Explain(explain::ExplainOptions),
    /// Start a project that runs: rules, records and settings
    Init(init::InitOptions),
    /// Serve an editor: the language server, on standard input and output
    Lsp(LspOptions),
    /// Write the completions for a shell
    Completions(completions::CompletionsOptions),
    /// Write the manual page
    Man,
}

/// The options of `lsp`.
#[derive(clap::Args, Debug)]
struct LspOptions {
    /// Nothing else is spoken; some editors say it all the same
    #[arg(long, hide = true)]
    stdio: bool,
}

/// What the arguments ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Run {
    /// A command, which has run.
    Done(Exit),
    /// The language server, which is for the caller to start.
    Serve,
}

/// Runs the command that the arguments name.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Run {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => return Run::Done(refuse(&error)),
    };
    let mut output = Output::new(arguments.color);
    let exit = match arguments.command {
        Command::Lsp(LspOptions { stdio: _ }) => return Run::Serve,
        Command::Check(options) => check::run(&options, &mut output),
        Command::Why(options) => why::run(&options, &mut output),
        Command::History(options) => history::run(&options, &mut output),
        Command::Test(options) => test::run(&options, &mut output),
        Command::Fmt(options) => fmt::run(&options, &mut output),
        Command::Explain(options) => explain::run(&options, &mut output),
        Command::Init(options) => init::run(&options, &mut output),
        Command::Completions(options) => completions::run(&options, &mut output),
        Command::Man => man::run(&mut output),
    };
    // Without its results no run has succeeded.
    Run::Done(if output.is_lost() {
        exit.max(Exit::Usage)
    } else {
        exit
    })
}

/// Gives the whole command line, for completions and the manual page.
fn command() -> clap::Command {
    <Arguments as clap::CommandFactory>::command()
}

/// Shows help, the version, or what is wrong with the arguments.
fn refuse(error: &clap::Error) -> Exit {
    // A reader that has gone away is no error.
    let _ = error.print();
    if error.use_stderr() {
        Exit::Usage
    } else {
        Exit::Clean
    }
}
