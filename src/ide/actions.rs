//! The changes that mend what diagnostics complain of.

use crate::diagnostic::{Diagnostic, Fix};
use crate::source::{SourceId, Span};

/// A change and the diagnostic that it mends.
#[derive(Clone, Copy, Debug)]
pub struct Action<'a> {
    /// The change.
    pub fix: &'a Fix,
    /// What it mends.
    pub mends: &'a Diagnostic,
}

/// Gives the changes for what is wrong at a selection of one file.
pub fn actions(
    diagnostics: &[Diagnostic],
    file: SourceId,
    start: u32,
    end: u32,
) -> impl Iterator<Item = Action<'_>> {
    let meets = move |span: Span| span.source == file && span.start <= end && start <= span.end;
    diagnostics
        .iter()
        .filter(move |found| meets(found.primary.span))
        .filter_map(|mends| {
            let fix = mends.fix.as_ref()?;
            Some(Action { fix, mends })
        })
}
