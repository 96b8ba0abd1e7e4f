//! Record files as written by hand: TOML, every value with its place, every problem of a file at once.

use super::Records;
use crate::agreement::Agreement;
use crate::diagnostic::Diagnostic;
use crate::source::SourceFile;

/// What was read from the record files of a run.
#[derive(Debug, Default)]
pub struct Reading {
    /// The records, in terms of the agreement.
    pub records: Records,
    /// Every problem of every file.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads record files in the terms of `agreement`.
///
/// Registers and sources of all files are read first, so that the order of the files does not matter for them. A link (`denies`,
/// `echoes`, …) may point to a record of any of the files.
#[must_use]
pub fn read(_files: &[&SourceFile], _agreement: &Agreement) -> Reading {
    Reading::default()
}
