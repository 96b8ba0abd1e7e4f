//! The roof: hands the arguments to the command line and returns its exit status.

use std::process::ExitCode;

use servanda::cli::{self, Run};
use servanda::lsp;

fn main() -> ExitCode {
    match cli::run(std::env::args_os()) {
        Run::Done(exit) => exit.into(),
        Run::Serve => lsp::serve(),
    }
}
