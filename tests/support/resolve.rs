//! Checks of names and types.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use servanda::agreement::{Agreement, Body};
use servanda::diagnostic::{Code, Severity};
use servanda::resolve::{Unit, UnitFile, UseTarget, resolve};
use servanda::source::{SourceId, Sources};
use servanda::syntax::ast::{ItemKind, Text};
use servanda::syntax::{self, Parse};

use super::short;

/// Gives the warnings and advice of a file without mistakes, and what was understood.
pub(crate) fn good(text: &str) -> String {
    let (problems, agreement, worst) = run(text);
    assert!(worst < Some(Severity::Error), "{problems}");
    for pledge in &agreement.pledges {
        assert!(
            !matches!(pledge.body, Body::Error),
            "{} is lost",
            pledge.name
        );
    }
    format!("{problems}{}", summary(&agreement))
}

/// Gives the diagnostics of a file with mistakes, and which of its pledges are left without a body.
pub(crate) fn bad(text: &str) -> String {
    let (problems, agreement, worst) = run(text);
    assert_eq!(worst, Some(Severity::Error), "{problems}");
    format!("{problems}{}", summary(&agreement))
}

fn summary(agreement: &Agreement) -> String {
    let mut out = String::new();
    for pledge in &agreement.pledges {
        let body = match &pledge.body {
            Body::Sentence(_) => "understood",
            Body::Unjudged(_) => "unjudged",
            Body::Error => "left out",
        };
        let variables: Vec<String> = pledge
            .variables
            .iter()
            .map(|variable| format!("{}: {:?}", variable.name, variable.ty))
            .collect();
        write!(out, "pledge {}: {body}", pledge.name).unwrap();
        if !variables.is_empty() {
            write!(out, " [{}]", variables.join(", ")).unwrap();
        }
        out.push('\n');
    }
    out
}

#[test]
fn the_pages_of_names_and_types_show_them() {
    let codes = Code::ALL
        .iter()
        .skip_while(|&&code| code != Code::UnknownName)
        .take_while(|&&code| code != Code::BadToml)
        .chain(&[
            Code::NoDeadline,
            Code::UnusedVariable,
            Code::EmptyGroup,
            Code::UnusedName,
            Code::NeverTriggered,
            Code::ConflictingPledges,
            Code::ConstantCondition,
            Code::ExceptionCoversAll,
            Code::ReachedAtStart,
        ]);
    for code in codes {
        let blocks: Vec<&str> = code.page().split("```treaty\n").skip(1).collect();
        let output = |block: usize| run(blocks.get(block).unwrap().split("```").next().unwrap());
        let (problems, ..) = output(0);
        assert!(
            problems.contains(&format!("[{code}]")),
            "{code}: {problems}"
        );
        let (problems, _, worst) = output(1);
        assert!(worst < Some(Severity::Error), "{code}: {problems}");
        assert!(
            !problems.contains(&format!("[{code}]")),
            "{code}: {problems}"
        );
    }
}

/// Parses a text and what it uses, and resolves it all.
fn run(text: &str) -> (String, Agreement, Option<Severity>) {
    let mut loader = Loader::default();
    let root = loader.load("case.treaty", text);
    let unit = Unit {
        root,
        files: loader.files(),
    };
    let resolved = resolve(&unit);
    let mut diagnostics: Vec<_> = loader
        .parses
        .iter()
        .flat_map(|(_, parse)| parse.diagnostics.clone())
        .collect();
    diagnostics.extend(resolved.diagnostics);
    servanda::diagnostic::sort(&mut diagnostics);
    let worst = diagnostics
        .iter()
        .map(|diagnostic| diagnostic.severity)
        .max();
    (
        short(&loader.sources, &diagnostics),
        resolved.agreement,
        worst,
    )
}

/// Reads used files from `tests/resolve/used`.
#[derive(Default)]
struct Loader {
    sources: Sources,
    parses: Vec<(SourceId, Parse)>,
    known: BTreeMap<String, SourceId>,
    uses: BTreeMap<SourceId, Vec<UseTarget>>,
}

impl Loader {
    fn load(&mut self, name: &str, text: &str) -> SourceId {
        let id = self.sources.add(name, text);
        self.known.insert(name.to_owned(), id);
        let parse = syntax::parse(self.sources.get(id));
        let used: Vec<Text> = parse
            .tree
            .items
            .iter()
            .filter_map(|item| {
                if let ItemKind::Use(text) = &item.kind {
                    Some(text.clone())
                } else {
                    None
                }
            })
            .collect();
        self.parses.push((id, parse));
        let targets = used
            .into_iter()
            .map(|text| UseTarget {
                span: text.span,
                target: self.target(&text.value),
            })
            .collect();
        self.uses.insert(id, targets);
        id
    }

    fn target(&mut self, name: &str) -> Result<SourceId, String> {
        if let Some(&id) = self.known.get(name) {
            return Ok(id);
        }
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/resolve/used")
            .join(name);
        let text = std::fs::read_to_string(path).map_err(|_| "no such file".to_owned())?;
        Ok(self.load(name, &text))
    }

    fn files(&self) -> Vec<UnitFile<'_>> {
        self.parses
            .iter()
            .map(|(id, parse)| UnitFile {
                file: self.sources.get(*id),
                tree: &parse.tree,
                uses: self.uses.get(id).cloned().unwrap(),
            })
            .collect()
    }
}
