//! `servanda explain`: the page of a diagnostic code, or the list of all.

use std::fmt::Write;

use clap::Args;

use crate::diagnostic::{Class, Code, did_you_mean};

use super::Exit;
use super::output::Output;

/// The options of `explain`.
#[derive(Args, Debug)]
pub(super) struct ExplainOptions {
    /// The code, as it stands in brackets behind a diagnostic
    code: Option<String>,
}

/// Runs the command.
pub(super) fn run(options: &ExplainOptions, output: &mut Output) -> Exit {
    let Some(name) = &options.code else {
        output.result(&list());
        return Exit::Clean;
    };
    if let Some(code) = Code::from_name(name) {
        output.result(code.page());
        return Exit::Clean;
    }
    let near = did_you_mean(name, Code::ALL.iter().map(|code| code.name()));
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`servanda explain` lists them all".to_owned(),
    };
    output.error(&format!("no diagnostic is called `{name}`"), Some(&help));
    Exit::Usage
}

fn list() -> String {
    let width = Code::ALL
        .iter()
        .map(|code| code.name().len())
        .max()
        .unwrap_or(0);
    let mut text = String::new();
    for (class, title) in [
        (Class::Rules, "In rule files"),
        (Class::Records, "In record files"),
        (Class::Lint, "Worth a thought"),
        (Class::Finding, "Verdicts"),
    ] {
        if !text.is_empty() {
            text.push('\n');
        }
        let _ = writeln!(text, "{title}:");
        for code in Code::ALL.iter().filter(|code| code.class() == class) {
            let name = code.name();
            let _ = writeln!(text, "  {name:<width$}  {}", code.summary());
        }
    }
    text
}
