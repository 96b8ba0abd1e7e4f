//! `servanda completions`: what a shell needs to complete commands and options.

use clap::Args;
use clap_complete::{Shell, generate};

use super::Exit;
use super::output::Output;

/// The options of `completions`.
#[derive(Args, Debug)]
pub(super) struct CompletionsOptions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Runs the command.
pub(super) fn run(options: &CompletionsOptions, output: &mut Output) -> Exit {
    let mut script = Vec::new();
    generate(
        options.shell,
        &mut super::command(),
        "servanda",
        &mut script,
    );
    output.result(&String::from_utf8_lossy(&script));
    Exit::Clean
}
