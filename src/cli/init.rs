//! `servanda init`: a project that runs.

use std::fmt::Write;
use std::io::ErrorKind;
use std::path::Path;

use clap::Args;

use super::Exit;
use super::output::Output;

/// The options of `init`.
#[derive(Args, Debug)]
pub(super) struct InitOptions {
    /// The folder; made where it is not there
    #[arg(value_name = "DIR", default_value = ".")]
    folder: String,
}

/// The files of a new project.
const FILES: [(&str, &str); 3] = [
    ("servanda.toml", include_str!("init/servanda.toml")),
    ("rules/example.treaty", include_str!("init/example.treaty")),
    ("records/example.toml", include_str!("init/example.toml")),
];

/// Runs the command.
pub(super) fn run(options: &InitOptions, output: &mut Output) -> Exit {
    let folder = Path::new(&options.folder);
    let there: Vec<&str> = FILES
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| folder.join(name).symlink_metadata().is_ok())
        .collect();
    if !there.is_empty() {
        let message = format!("already there: {}", there.join(", "));
        output.error(&message, Some("nothing was written; choose another folder"));
        return Exit::Usage;
    }
    for (name, text) in FILES {
        if let Err(error) = write(&folder.join(name), text) {
            let shown = folder.join(name);
            let reason = if error.kind() == ErrorKind::PermissionDenied {
                "no permission to write there".to_owned()
            } else {
                error.to_string()
            };
            output.error(
                &format!("cannot write `{}`: {reason}", shown.display()),
                None,
            );
            return Exit::Usage;
        }
    }
    let mut text = String::new();
    for (name, _) in FILES {
        let _ = writeln!(text, "wrote {}", folder.join(name).display());
    }
    let next = match options.folder.as_str() {
        "." => "servanda check".to_owned(),
        folder => format!("cd {folder} && servanda check"),
    };
    let _ = writeln!(text, "Next: {next}");
    output.result(&text);
    Exit::Clean
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)?;
    std::io::Write::write_all(&mut file, text.as_bytes())
}
