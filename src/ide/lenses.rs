//! What stands above a pledge or a scenario: the verdict, and what can be run.

use std::collections::BTreeMap;

use crate::agreement::Standing;
use crate::project::Part;
use crate::report::wording;
use crate::source::{SourceId, Span};
use crate::syntax::ast::{Item, ItemKind};
use crate::verdict::Status;

/// A line above a declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lens {
    /// The name of the declaration.
    pub span: Span,
    /// What it says.
    pub title: String,
    /// What it does when it is chosen.
    pub act: LensAct,
}

/// What a lens does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LensAct {
    /// Shows the proof of a verdict.
    Why {
        /// The agreement; its file where it has no name.
        agreement: String,
        /// The pledge.
        pledge: String,
    },
    /// Runs the scenario at the place of the lens.
    Run {
        /// Its title.
        scenario: String,
    },
}

/// Gives the verdict of each pledge that a file declares.
#[must_use]
pub fn verdicts(parts: &[Part], file: SourceId, name_of: impl Fn(&Part) -> String) -> Vec<Lens> {
    let mut lenses = Vec::new();
    for part in parts {
        let view = part.view();
        let standard = view.standard();
        for (pledge, assessment) in view.pledges() {
            if pledge.name_span.source != file {
                continue;
            }
            let mut counts: BTreeMap<Status, usize> = BTreeMap::new();
            for instance in &assessment.instances {
                if let Some(verdict) = instance.verdict(standard) {
                    *counts.entry(verdict.status).or_default() += 1;
                }
            }
            let title = match (
                assessment.instances.as_slice(),
                assessment.verdict(standard),
            ) {
                ([_], Some(verdict)) => {
                    let words = wording::verdict(verdict, standard, &part.agreement.calendar);
                    at_standard(&words, standard)
                }
                (_, None) => at_standard("nothing on file can show it", standard),
                (_, Some(_)) => at_standard(&several(&counts), standard),
            };
            lenses.push(Lens {
                span: pledge.name_span,
                title,
                act: LensAct::Why {
                    agreement: name_of(part),
                    pledge: pledge.name.clone(),
                },
            });
        }
    }
    lenses
}

fn at_standard(words: &str, standard: Standing) -> String {
    format!("{words} (at {})", standard.word())
}

fn several(counts: &BTreeMap<Status, usize>) -> String {
    let parts: Vec<String> = counts
        .iter()
        .map(|(status, number)| format!("{number} {}", status.word()))
        .collect();
    parts.join(", ")
}

/// Gives what can be run of the scenarios that a file holds.
#[must_use]
pub fn scenarios(items: &[Item]) -> Vec<Lens> {
    let mut lenses = Vec::new();
    for item in items {
        if let ItemKind::Scenario(scenario) = &item.kind {
            lenses.push(Lens {
                span: scenario.title.span,
                title: "run this scenario".to_owned(),
                act: LensAct::Run {
                    scenario: scenario.title.value.clone(),
                },
            });
        }
    }
    lenses
}
