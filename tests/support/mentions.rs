//! Every name of a rule file is known: where it stands, and which declaration it means.

use std::path::{Path, PathBuf};

use servanda::agreement::{Mention, Named};
use servanda::diagnostic::Severity;
use servanda::project::{Project, Text, understand};
use servanda::source::{SourceFile, Span};
use servanda::syntax::Parse;
use servanda::syntax::ast::ItemKind;
use servanda::syntax::token::{Token, TokenKind};

/// Words that are no names: they stand behind a fixed word, or name a day of the week.
const FREE: [&str; 38] = [
    "claimed",
    "reported",
    "corroborated",
    "verified",
    "performance",
    "excuse",
    "condition",
    "breached",
    "fulfilled",
    "holding",
    "pending",
    "text",
    "flag",
    "number",
    "clamp",
    "stick",
    "none",
    "next-working-day",
    "last",
    "least",
    "late",
    "it",
    "review",
    "quarter",
    "presumed",
    "established",
    "friday",
    "saturday",
    "sunday",
    "thursday",
    "overdue",
    "force",
    "undetermined",
    "contested",
    "monday",
    "tuesday",
    "wednesday",
    "straddles",
];

/// Holds every word of every valid rule file against what is known of its names.
pub(crate) fn every_word() {
    let mut wrong = Vec::new();
    let mut files = 0;
    for folder in [
        "rules",
        "examples",
        "tests/verdicts",
        "tests/scenarios/good",
        "tests/resolve/good",
    ] {
        for path in rule_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)) {
            files += usize::from(check(&path, &mut wrong));
        }
    }
    assert!(files > 500, "only {files} valid rule files");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn rule_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(rule_files(&path));
        } else if path
            .extension()
            .is_some_and(|extension| extension == "treaty")
        {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Checks a file; gives whether it is valid.
fn check(path: &Path, wrong: &mut Vec<String>) -> bool {
    let mut project = Project::default();
    let mut read = |path: &str| {
        std::fs::read(path)
            .map(Text::from_bytes)
            .map_err(|error| error.to_string())
    };
    project
        .add_rules(&path.to_string_lossy(), &mut read)
        .unwrap();
    let understood = understand(&project);
    if understood
        .diagnostics
        .iter()
        .any(|found| found.severity == Severity::Error)
    {
        return false;
    }
    let (file, parse) = project.parsed(project.roots[0]).unwrap();
    let mut say = |at: Span, what: &str| {
        let place = file.position(at.start);
        wrong.push(format!(
            "{}:{place}: {} {what}",
            path.display(),
            file.slice(at)
        ));
    };
    for token in &parse.tokens {
        if !is_word(token) {
            continue;
        }
        let span = span(file, token);
        let here: Vec<&Mention> = understood
            .mentions
            .iter()
            .filter(|it| it.at == span)
            .collect();
        if here.is_empty() && !is_free(file, parse, span) {
            say(span, "is not known");
        }
        if here.len() > 1 && !may_mean_two(&here) {
            say(span, &format!("means {here:?}"));
        }
        for mention in here {
            let declared = project
                .sources
                .get(mention.declared.source)
                .slice(mention.declared);
            let built_in = ["parties", "who"].contains(&file.slice(span));
            if declared != file.slice(span) && !built_in {
                say(span, &format!("is declared as `{declared}`"));
            }
        }
    }
    for mention in understood
        .mentions
        .iter()
        .filter(|it| it.at.source == file.id())
    {
        if !parse
            .tokens
            .iter()
            .any(|token| span(file, token) == mention.at)
        {
            say(mention.at, "is no word");
        }
    }
    true
}

fn is_word(token: &Token) -> bool {
    token.kind == TokenKind::Word
}

fn span(file: &SourceFile, token: &Token) -> Span {
    Span {
        source: file.id(),
        start: token.start,
        end: token.end,
    }
}

fn is_free(file: &SourceFile, parse: &Parse, at: Span) -> bool {
    let word = file.slice(at);
    let mut agreements = parse.tree.items.iter().filter_map(|item| {
        let ItemKind::Agreement(agreement) = &item.kind else {
            return None;
        };
        Some(agreement.name.span)
    });
    FREE.contains(&word) || agreements.any(|name| name == at) || is_outcome(file, parse, at)
}

/// Says whether a word is what a scenario expects: a status or its reason, behind the colon of an `expect`.
fn is_outcome(file: &SourceFile, parse: &Parse, at: Span) -> bool {
    let line = file.line_of(at.start);
    let before: Vec<&str> = parse
        .tokens
        .iter()
        .filter(|token| token.start < at.start && file.line_of(token.start) == line)
        .map(|token| file.slice(span(file, token)))
        .collect();
    before.contains(&"expect") && before.contains(&":")
}

/// A label alone is the label of the one and the variable of the other; a field of alternative triggers is a label of each.
fn may_mean_two(here: &[&Mention]) -> bool {
    let labels = here.iter().filter(|it| it.sort == Named::Label).count();
    let variables = here.iter().filter(|it| it.sort == Named::Variable).count();
    labels + variables == here.len() && variables <= 1
}
