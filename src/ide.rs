//! What an editor asks of the files of a project, answered in offsets and strings.
//!
//! Nothing here knows the protocol that an editor speaks, and nothing is read from disk: the texts, saved or not, come with the project.
//! What depends on the text alone is at hand after every edit ([`Reading`]); verdicts come later ([`Judged`]).

pub mod actions;
pub mod completion;
pub mod cursor;
pub mod folding;
pub mod hints;
pub mod hover;
pub mod keywords;
pub mod layout;
pub mod lenses;
pub mod links;
pub mod names;
pub mod outline;
pub mod published;
pub mod records;
pub mod rename;
pub mod selection;
pub mod signature;
pub mod tokens;
pub mod toml;

#[cfg(test)]
mod tests;

use std::sync::OnceLock;

use crate::diagnostic::{Code, Diagnostic};
use crate::project::{
    Outcome, Part, Project, Request, Settings, Told, Understood, judge, tell,
    understand_what_changed,
};
use crate::report::{Finding, View, findings};
use crate::source::{SourceFile, SourceId};
use crate::syntax::Parse;

use names::Names;

/// The files of a project as they stand, understood but not judged.
#[derive(Debug, Default)]
pub struct Reading {
    /// The files.
    pub project: Project,
    /// What `servanda.toml` says.
    pub settings: Settings,
    /// The rule files.
    pub understood: Understood,
    /// The record files, read when they are asked for first.
    told: OnceLock<Told>,
    names: OnceLock<Names>,
}

impl Reading {
    /// Understands the rule files of a project, those of the reading `before` that did not change only once.
    #[must_use]
    pub fn new(project: Project, settings: Settings, before: &Reading) -> Reading {
        let mut understood = understand_what_changed(&project, &before.project, &before.understood);
        understood.diagnostics = settings.lints.apply(understood.diagnostics);
        Reading {
            project,
            settings,
            understood,
            told: OnceLock::new(),
            names: OnceLock::new(),
        }
    }

    /// Gives what the record files say.
    pub fn told(&self) -> &Told {
        self.told
            .get_or_init(|| tell(&self.project, &self.understood))
    }

    /// Gives what is wrong with the rule files, whatever the records say: that nothing uses a name or is in a group is not known before
    /// they are read.
    pub fn certain(&self) -> impl Iterator<Item = &Diagnostic> {
        let found = self.understood.diagnostics.iter();
        found.filter(|found| !matches!(found.code, Code::UnusedName | Code::EmptyGroup))
    }

    /// Gives every name of the files at its place.
    pub fn names(&self) -> &Names {
        self.names.get_or_init(|| {
            let rules = self.understood.mentions.iter();
            let mentions = rules.chain(&self.told().mentions).copied();
            Names::new(mentions, self.understood.ties.clone())
        })
    }

    /// Finds a file by the name that it has in the project.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<&SourceFile> {
        self.project.sources.iter().find(|file| file.name() == name)
    }

    /// Gives a rule file with its tree.
    #[must_use]
    pub fn rules(&self, id: SourceId) -> Option<(&SourceFile, &Parse)> {
        self.project.parsed(id)
    }
}

/// The verdicts on a project.
#[derive(Debug)]
pub struct Judged {
    /// The agreements with their records and verdicts.
    pub parts: Vec<Part>,
    /// What is wrong in the files.
    pub problems: Vec<Diagnostic>,
    /// What the verdicts say.
    pub findings: Vec<Finding>,
}

/// Judges what was read.
#[must_use]
pub fn judged(reading: &Reading, request: &Request) -> Judged {
    let Outcome {
        parts, diagnostics, ..
    } = judge(&reading.project, reading.understood.clone(), request);
    let problems = reading.settings.lints.apply(diagnostics);
    let views: Vec<View<'_>> = parts.iter().map(Part::view).collect();
    let told = views
        .iter()
        .enumerate()
        .flat_map(|(index, view)| findings(index, view))
        .collect();
    Judged {
        problems,
        findings: told,
        parts,
    }
}
