//! `servanda fmt`: the one layout of rule files.

use std::io::Write;
use std::path::Path;

use clap::Args;

use crate::diagnostic::{Diagnostic, Severity};
use crate::disk::{read, read_standard_input};
use crate::project::Text;
use crate::report::terminal;
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
    let changed = formatted != text.text;
    match (path, check, changed) {
        ("-", false, _) => {
            output.result(&formatted);
            Exit::Clean
        }
        (_, _, false) => Exit::Clean,
        (_, true, true) => {
            output.result(&format!("{path}\n"));
            Exit::Found
        }
        (_, false, true) => match replace(Path::new(path), &formatted) {
            Ok(()) => Exit::Clean,
            Err(error) => {
                output.error(&format!("cannot write `{path}`: {error}"), None);
                Exit::Usage
            }
        },
    }
}

/// Gives the text in the one layout; none where it has errors, which are shown.
fn layout(path: &str, text: &Text, output: &mut Output) -> Option<String> {
    let mut sources = Sources::default();
    let name = if path == "-" { "<stdin>" } else { path };
    let id = sources.add(name, text.text.as_str());
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
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let path = path.canonicalize()?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let permissions = std::fs::metadata(&path)?.permissions();
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().set_permissions(permissions)?;
    file.as_file().sync_all()?;
    file.persist(&path).map_err(|error| error.error)?;
    Ok(())
}
