//! What the checks have in common: finding cases, and holding an output against the snapshot beside its case.

pub(crate) mod calendar;
pub(crate) mod forms;
pub(crate) mod house;
pub(crate) mod laws;
pub(crate) mod mentions;
pub(crate) mod mutants;
pub(crate) mod records;
pub(crate) mod resolve;
pub(crate) mod scenarios;
pub(crate) mod syntax;
pub(crate) mod verdicts;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use servanda::diagnostic::Diagnostic;
use servanda::source::Sources;

/// Applies `check` to the text of every case in `tests/FOLDER`, and compares with the snapshot beside it.
///
/// All cases are tried before the first difference stops the test.
pub(crate) fn cases(folder: &str, extension: &str, check: impl Fn(&str) -> String) {
    let paths = files(folder, extension);
    assert!(!paths.is_empty(), "no cases in {folder}");
    let mut failed = Vec::new();
    for path in paths {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(path.parent().unwrap());
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let compare = || {
            let output = check(&text);
            settings.bind(|| insta::assert_snapshot!(name.as_str(), output));
        };
        if std::panic::catch_unwind(std::panic::AssertUnwindSafe(compare)).is_err() {
            failed.push(name);
        }
    }
    assert!(failed.is_empty(), "in {folder}: {failed:?}");
}

/// Lists the files of `tests/FOLDER` with an extension, in alphabetical order.
pub(crate) fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(folder);
    let entries = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    paths.sort();
    paths
}

/// Shows diagnostics as `line:column: severity[code]: message`, each with its other places, its help and its fix below.
pub(crate) fn short(sources: &Sources, diagnostics: &[Diagnostic]) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        let place = |span: servanda::source::Span| sources.get(span.source).position(span.start);
        let (at, severity) = (place(diagnostic.primary.span), diagnostic.severity.word());
        writeln!(
            out,
            "{at}: {severity}[{}]: {}",
            diagnostic.code, diagnostic.message
        )
        .unwrap();
        for label in &diagnostic.related {
            writeln!(out, "    {}: {}", place(label.span), label.text).unwrap();
        }
        if let Some(help) = &diagnostic.help {
            writeln!(out, "    help: {help}").unwrap();
        }
        if let Some(fix) = &diagnostic.fix {
            writeln!(out, "    fix: {}", fix.title).unwrap();
        }
    }
    out
}
