//! `servanda man`: the manual page, in the form that `man` reads.

use super::Exit;
use super::output::Output;

/// Runs the command.
pub(super) fn run(output: &mut Output) -> Exit {
    let mut page = Vec::new();
    match clap_mangen::Man::new(super::command()).render(&mut page) {
        Ok(()) => {
            output.result(&String::from_utf8_lossy(&page));
            Exit::Clean
        }
        Err(error) => {
            output.error(&format!("cannot write the manual page: {error}"), None);
            Exit::Usage
        }
    }
}
