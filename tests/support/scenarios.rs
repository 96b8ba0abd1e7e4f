//! Checks of scenarios: the page of `servanda test` on one rule file.

use servanda::diagnostic::{Diagnostic, Severity};
use servanda::project::{Project, Text, rehearse};
use servanda::report::terminal::{Lines, Screen};
use servanda::report::trials::{End, Trials, json, junit, render};

use super::short;

/// Gives the page of a file whose scenarios all pass.
pub(crate) fn good(text: &str) -> String {
    let (page, ends) = run(text);
    assert!(ends.iter().all(|end| *end == End::Passed), "{page}");
    page
}

/// Gives the page of a file of which some scenario does not pass.
pub(crate) fn bad(text: &str) -> String {
    let (page, ends) = run(text);
    assert!(ends.iter().any(|end| *end != End::Passed), "{page}");
    page
}

fn run(text: &str) -> (String, Vec<End>) {
    let mut project = Project::default();
    let text = Text::from_bytes(text.as_bytes().to_vec());
    project.add_root("case.treaty", text, &mut |_| Err("no such file".to_owned()));
    let rehearsal = rehearse(&project);
    let errors: Vec<Diagnostic> = rehearsal
        .diagnostics
        .iter()
        .filter(|found| found.severity == Severity::Error)
        .cloned()
        .collect();
    let trials = Trials {
        sources: &project.sources,
        agreements: &rehearsal.agreements,
        trials: &rehearsal.trials,
        diagnostics: &errors,
    };
    well_formed(&junit::render(&trials));
    serde_json::from_str::<serde_json::Value>(&json::render(&trials)).unwrap();
    let screen = Screen {
        width: 80,
        lines: Lines::Ascii,
    };
    let page = render(&trials, screen);
    let page = anstream::adapter::strip_str(&page).to_string();
    let ends = rehearsal
        .trials
        .iter()
        .map(servanda::report::trials::Trial::end)
        .collect();
    (short(&project.sources, &errors) + &page, ends)
}

/// Checks that every element is closed by its own name, and that no text holds a bare mark.
fn well_formed(xml: &str) {
    let mut open: Vec<&str> = Vec::new();
    let body = xml.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    for part in body.unwrap().split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap();
        assert!(!text.contains('>'), "a bare `>`: {part}");
        for piece in part.split('&').skip(1) {
            let entity = piece.split_once(';').unwrap().0;
            let known = ["amp", "lt", "gt", "quot", "apos", "#10", "#9"];
            assert!(known.contains(&entity), "no entity: {entity}");
        }
        let name = tag.trim_matches('/').split(' ').next().unwrap();
        assert_eq!(tag.matches('"').count() % 2, 0, "an open quote: {tag}");
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "closed out of order: {xml}");
        } else if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "left open: {open:?}");
}

/// Runs the scenarios of the repository's own rules.
pub(crate) fn rules() {
    let mut project = Project::default();
    let mut read = |path: &str| {
        std::fs::read(path)
            .map(Text::from_bytes)
            .map_err(|error| error.to_string())
    };
    for path in super::files("../rules", "treaty") {
        project
            .add_rules(&path.to_string_lossy(), &mut read)
            .unwrap();
    }
    let rehearsal = rehearse(&project);
    assert!(!rehearsal.trials.is_empty(), "no scenario in rules");
    for trial in &rehearsal.trials {
        let failures: Vec<&str> = trial
            .checks
            .iter()
            .filter_map(|check| Some(check.failure.as_ref()?.message.as_str()))
            .collect();
        assert_eq!(trial.end(), End::Passed, "{}: {failures:#?}", trial.title);
    }
}
