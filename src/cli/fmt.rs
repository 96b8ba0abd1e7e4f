//! `servanda fmt`: the one layout of rule files.

use std::io::{ErrorKind, Write};
use std::path::Path;

use clap::Args;
use tempfile::NamedTempFile;

use crate::diagnostic::{Diagnostic, Severity};
use crate::disk::{read, read_standard_input};
use crate::project::Text;
use crate::report::terminal;
use crate::report::wording::harmless;
use crate::source::Sources;
use crate::syntax;

use super::Exit;
use super::input::rule_paths;
use super::output::Output;

/// The options of `fmt`.
#[derive(Args, Debug)]
pub(super) struct FmtOptions {
    /// Change nothing; name the files that would change
    #[arg(long)]
    check: bool,
    /// Rule files, or folders of them; those of `servanda.toml` where none are given, `-` from standard input to standard output
    #[arg(value_name = "FILES")]
    files: Vec<String>,
}

/// Runs the command.
pub(super) fn run(options: &FmtOptions, output: &mut Output) -> Exit {
    let rules = match rule_paths(&options.files, output) {
        Ok(rules) => rules,
        Err(exit) => return exit,
    };
    let mut worst = if rules.incomplete {
        Exit::Usage
    } else {
        Exit::Clean
    };
    for path in rules.paths {
        worst = worst.max(file(&path, options.check, output));
    }
    worst
}

fn file(path: &str, check: bool, output: &mut Output) -> Exit {
    let text = if path == "-" {
        read_standard_input()
    } else {
        read(path)
    };
    let text = match text {
        Ok(text) => text,
        Err(reason) => {
            output.error(&format!("cannot read `{path}`: {reason}"), None);
            return Exit::Usage;
        }
    };
    if text.damaged_at.is_some() {
        output.error(
            &format!("`{path}` is no UTF-8 text; it was left alone"),
            None,
        );
        return Exit::Broken;
    }
    let Some(formatted) = layout(path, &text, output) else {
        return Exit::Broken;
    };
    let changed = *formatted != *text.text;
    match (path, check, changed) {
        ("-", false, _) => {
            output.data(&formatted);
            Exit::Clean
        }
        (_, _, false) => Exit::Clean,
        (_, true, true) => {
            // One line for each file, whatever its name is.
            let name = harmless(path).replace('\n', "\u{fffd}");
            output.result(&format!("{name}\n"));
            Exit::Found
        }
        (_, false, true) => match replace(Path::new(path), &formatted) {
            Ok(()) => Exit::Clean,
            Err(reason) => {
                output.error(&format!("cannot write `{path}`: {reason}"), None);
                Exit::Usage
            }
        },
    }
}

/// Gives the text in the one layout; none where it has errors, which are shown.
fn layout(path: &str, text: &Text, output: &mut Output) -> Option<String> {
    let mut sources = Sources::default();
    let name = if path == "-" { "<stdin>" } else { path };
    let id = sources.add(name, &*text.text);
    let parse = syntax::parse(sources.get(id));
    if let Some(formatted) = syntax::format(sources.get(id), &parse) {
        return Some(formatted);
    }
    let errors: Vec<Diagnostic> = parse
        .diagnostics
        .into_iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
        .collect();
    let screen = output.error_screen();
    output.problem(&terminal::problems(&sources, &errors, screen));
    output.error(&format!("`{name}` has errors; it was left alone"), None);
    None
}

/// Writes a file whole or not at all, with the permissions that it had; a link stays a link.
///
/// # Errors
///
/// Why it cannot be written, as a fragment for people.
fn replace(path: &Path, text: &str) -> Result<(), String> {
    let path = path.canonicalize().map_err(|error| reason(&error))?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let file = NamedTempFile::new_in(folder).map_err(|error| {
        if error.kind() == ErrorKind::PermissionDenied {
            "no permission to write into its folder".to_owned()
        } else {
            reason(&error)
        }
    })?;
    fill(file, &path, text).map_err(|error| reason(&error))
}

/// Fills a new file, and puts it in the place of the old one.
fn fill(mut file: NamedTempFile, path: &Path, text: &str) -> std::io::Result<()> {
    let permissions = std::fs::metadata(path)?.permissions();
    file.write_all(text.as_bytes())?;
    file.as_file().set_permissions(permissions)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Says what went wrong. The words of an error may name the new file, of which nobody has heard; its kind does not.
fn reason(error: &std::io::Error) -> String {
    error.kind().to_string()
}
