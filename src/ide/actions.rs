//! The changes that mend what diagnostics complain of, or say that a project does not mind.

use crate::diagnostic::{Diagnostic, Fix};
use crate::project::settings::can_be_set;
use crate::source::{SourceFile, SourceId, Span, Spanned};

use super::Reading;
use super::toml;

/// A change and the diagnostic that it mends.
#[derive(Clone, Copy, Debug)]
pub struct Action<'a> {
    /// The change.
    pub fix: &'a Fix,
    /// What it mends.
    pub mends: &'a Diagnostic,
}

/// Gives the diagnostics at a selection of one file.
pub fn at(
    diagnostics: &[Diagnostic],
    file: SourceId,
    start: u32,
    end: u32,
) -> impl Iterator<Item = &Diagnostic> {
    let meets = move |span: Span| span.source == file && span.start <= end && start <= span.end;
    diagnostics
        .iter()
        .filter(move |found| meets(found.primary.span))
}

/// Gives the changes for what is wrong at a selection of one file.
pub fn actions(
    diagnostics: &[Diagnostic],
    file: SourceId,
    start: u32,
    end: u32,
) -> impl Iterator<Item = Action<'_>> {
    at(diagnostics, file, start, end).filter_map(|mends| {
        let fix = mends.fix.as_ref()?;
        Some(Action { fix, mends })
    })
}

/// Gives the edits of every change of a file that leaves nothing to guess and nothing to fill in, those left out that touch another.
#[must_use]
pub fn all_certain(diagnostics: &[Diagnostic], file: SourceId) -> Vec<Spanned<String>> {
    let certain = |found: &&Diagnostic| {
        let help = found.help.as_deref().unwrap_or_default();
        let title = found.fix.as_ref().map_or("", |fix| fix.title.as_str());
        !help.starts_with("Did you mean")
            && !title.starts_with("add ")
            && !title.starts_with("declare ")
    };
    let found = diagnostics
        .iter()
        .filter(|found| found.primary.span.source == file);
    let fixes = found.filter(certain).filter_map(|found| found.fix.as_ref());
    let mut edits: Vec<Spanned<String>> = Vec::new();
    for fix in fixes {
        let meets = |edit: &Spanned<String>| {
            let mut kept = edits.iter().map(|kept| kept.span);
            kept.any(|kept| kept.touches(edit.span.start) || edit.span.touches(kept.start))
        };
        if !fix.edits.iter().any(meets) {
            edits.extend(fix.edits.iter().cloned());
        }
    }
    edits.sort_by_key(|edit| edit.span);
    edits
}

/// Gives the change of the settings by which a project says that it does not mind a lint; nothing where there are no settings.
#[must_use]
pub fn allow(reading: &Reading, found: &Diagnostic) -> Option<Fix> {
    let file = reading
        .file(crate::disk::SETTINGS)
        .filter(|_| can_be_set(found.code))?;
    let code = found.code.name();
    Some(Fix {
        title: format!("allow `{code}` in {}", file.name()),
        edits: vec![allowed(file, code)],
    })
}

fn allowed(file: &SourceFile, code: &str) -> Spanned<String> {
    let toml = toml::read(file);
    let lints = toml.blocks.iter().find(|block| block.section() == "lints");
    let line = format!("{code} = \"allow\"");
    let Some(block) = lints else {
        let gap = if file.text().is_empty() || file.text().ends_with('\n') {
            ""
        } else {
            "\n"
        };
        return Spanned::new(format!("{gap}\n[lints]\n{line}\n"), file.span().after());
    };
    if let Some(entry) = block.entry(code) {
        return Spanned::new(line, entry.span);
    }
    let last = file.line_span(file.line_of(block.span.end));
    Spanned::new(format!("\n{line}"), last.after())
}
