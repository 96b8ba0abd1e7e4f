//! Tells Zed how to start the language server: the `servanda` of the path, or the one that the settings name.

use zed_extension_api::settings::LspSettings;
use zed_extension_api::{Command, Extension, LanguageServerId, Result, Worktree, register_extension};

struct Servanda;

impl Extension for Servanda {
    fn new() -> Self {
        Servanda
    }

    fn language_server_command(&mut self, server: &LanguageServerId, worktree: &Worktree) -> Result<Command> {
        let named = LspSettings::for_worktree(server.as_ref(), worktree)
            .ok()
            .and_then(|settings| settings.binary)
            .and_then(|binary| binary.path);
        let command = named
            .or_else(|| worktree.which("servanda"))
            .ok_or("there is no `servanda` on the path; install it, or name it in the setting lsp.servanda.binary.path")?;
        Ok(Command { command, args: vec!["lsp".to_owned()], env: worktree.shell_env() })
    }
}

register_extension!(Servanda);
