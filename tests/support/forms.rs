//! The forms of commitment: `docs/forms.md` held against the rule files in `examples/forms`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use servanda::diagnostic::{Diagnostic, Severity};
use servanda::project::{Project, Text, rehearse};
use servanda::report::trials::End;
use servanda::syntax;

const PAGE: &str = include_str!("../../docs/forms.md");

/// The forms that stand alone; the others are combinations.
const FORMS: usize = 29;

fn files() -> Vec<PathBuf> {
    super::files("../examples/forms", "treaty")
}

/// Checks that every file is in its layout, without mistakes, and tried by at least three scenarios that pass.
pub(crate) fn scenarios() {
    for path in files() {
        let text = std::fs::read_to_string(&path).unwrap();
        let mut project = Project::default();
        let text = Text::from_bytes(text.into_bytes());
        let mut none = |_: &str| Err("no such file".to_owned());
        project.add_root(&path.to_string_lossy(), text, &mut none);
        let (file, parse) = project.parsed(project.roots[0]).unwrap();
        let formatted = syntax::format(file, parse);
        assert_eq!(
            formatted.as_deref(),
            Some(file.text()),
            "{}",
            path.display()
        );
        let rehearsal = rehearse(&project);
        let doubts: Vec<&Diagnostic> = rehearsal
            .diagnostics
            .iter()
            .filter(|found| found.severity != Severity::Advice)
            .collect();
        assert!(doubts.is_empty(), "{}: {doubts:#?}", path.display());
        assert!(rehearsal.trials.len() >= 3, "{}", path.display());
        for trial in &rehearsal.trials {
            let failures: Vec<&str> = trial
                .checks
                .iter()
                .filter_map(|check| Some(check.failure.as_ref()?.message.as_str()))
                .collect();
            let title = &trial.title;
            assert_eq!(trial.end(), End::Passed, "{title}: {failures:#?}");
        }
    }
}

/// Checks that each file has one row and one section, that rows tell only verdicts that a scenario expects, and that every excerpt is in its file.
pub(crate) fn page() {
    let names: BTreeSet<String> = files().iter().map(|path| stem(path)).collect();
    let rows: Vec<Vec<&str>> = PAGE.lines().filter_map(row).collect();
    let told: Vec<String> = rows.iter().map(|cells| link(cells[6])).collect();
    assert_eq!(told.len(), names.len(), "a row for each file");
    assert_eq!(told.iter().cloned().collect::<BTreeSet<_>>(), names);
    let alone = |name: &&String| !name.starts_with("combined-");
    assert_eq!(names.iter().filter(alone).count(), FORMS);
    for (cells, name) in rows.iter().zip(&told) {
        let text = text_of(name);
        for verdict in cells[3..6].iter().flat_map(|cell| quoted(cell)) {
            let expected = text.lines().any(|line| expects(line, verdict));
            assert!(expected, "{name}: no scenario expects `{verdict}`");
        }
        let title = cells[0].split(']').next().unwrap().trim_start_matches('[');
        let section = PAGE.split(&format!("\n### {title}\n\n")).nth(1);
        let section = section.unwrap_or_else(|| panic!("no section {title}"));
        let section = section.split("\n#").next().unwrap();
        let place = format!("[{name}.treaty](../examples/forms/{name}.treaty)");
        assert!(section.contains(&place), "{title} names its file");
        let excerpts = excerpts(section);
        assert!(!excerpts.is_empty(), "{title} has an excerpt");
        for excerpt in excerpts {
            assert!(text.contains(excerpt), "{name} has not: {excerpt}");
        }
    }
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}

fn text_of(name: &str) -> String {
    let path = format!(
        "{}/examples/forms/{name}.treaty",
        env!("CARGO_MANIFEST_DIR")
    );
    std::fs::read_to_string(path).unwrap()
}

/// Gives the cells of a row that names a form.
fn row(line: &str) -> Option<Vec<&str>> {
    let inner = line.strip_prefix("| [")?;
    let inner = inner.strip_suffix(" |")?;
    let cells: Vec<&str> = inner.split(" | ").collect();
    assert_eq!(cells.len(), 7, "{line}");
    Some(cells)
}

/// Gives the name of the file that a cell links to.
fn link(cell: &str) -> String {
    let name = cell.trim_start_matches('[').split(']').next().unwrap();
    assert_eq!(cell, format!("[{name}](../examples/forms/{name}.treaty)"));
    name.to_owned()
}

fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// Says whether a line expects a verdict, in these words or more of them.
fn expects(line: &str, verdict: &str) -> bool {
    let outcome = line.trim_start().strip_prefix("expect ");
    let outcome = outcome
        .and_then(|line| line.split_once(": "))
        .map(|(_, outcome)| outcome);
    outcome.is_some_and(|outcome| {
        let rest = outcome.strip_prefix(verdict);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    })
}

fn excerpts(section: &str) -> Vec<&str> {
    let fences = section.split("```treaty\n").skip(1);
    let pledges = fences.flat_map(|fence| fence.split("```").next().unwrap().split("\n\n"));
    pledges.filter(|pledge| !pledge.trim().is_empty()).collect()
}
