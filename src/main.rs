//! The roof: hands the arguments to the command line and returns its exit status.

use std::process::ExitCode;

fn main() -> ExitCode {
    servanda::cli::run(std::env::args_os()).into()
}
