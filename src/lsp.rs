//! The language server: messages in, messages out, on standard input and output.
//!
//! One loop owns everything. After each message, once none is waiting, the files that changed are understood anew and what is wrong with
//! them is told; verdicts are worked out beside the loop, once nobody has typed for a moment. A request that fails, fails alone.

mod capabilities;
mod commands;
mod convert;
mod documents;
mod home;
mod notices;
mod places;
mod progress;
mod publish;
mod requests;
mod session;
mod state;
mod worker;

use std::process::ExitCode;

use lsp_server::Connection;

use session::Session;

/// Serves an editor until it says goodbye.
///
/// The status is 0 after an orderly end, and 1 where the editor went away without `shutdown`, as the protocol asks.
#[must_use]
pub fn serve() -> ExitCode {
    let (connection, threads) = Connection::stdio();
    let orderly = converse(&connection);
    drop(connection);
    let joined = threads.join();
    if orderly && joined.is_ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Says hello and listens; gives whether the editor ended it as the protocol asks.
fn converse(connection: &Connection) -> bool {
    let Ok((id, params)) = connection.initialize_start() else {
        return false;
    };
    let client = capabilities::client(params);
    let hello = capabilities::hello(&client);
    if connection.initialize_finish(id, hello).is_err() {
        return false;
    }
    Session::new(connection, client).listen()
}
