//! From verdicts to what people and programs read: findings as diagnostics, and the forms of output.
//!
//! Everything here gives a value or a string. Nothing is printed, no clock is read; only `terminal` knows how a terminal draws a snippet.

pub mod excerpt;
pub mod wording;

pub mod account;

pub mod findings;
pub mod headline;
pub mod table;
pub mod tables;

mod place;

pub mod github;
pub mod history;
pub mod json;
pub mod lines;
pub mod plain;
pub mod proof;
pub mod sarif;
pub mod short;
pub mod terminal;
pub mod trials;

use crate::agreement::{Agreement, Pledge, PledgeId, Standing};
use crate::diagnostic::{Diagnostic, Severity};
use crate::record::Records;
use crate::record::table::Tally;
use crate::source::Sources;
use crate::time::Day;
use crate::verdict::{Assessment, InstanceAssessment, PledgeAssessment, Status};

pub use findings::{Finding, findings};

/// One agreement, the records in its terms, and the verdicts on it.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The agreement.
    pub agreement: &'a Agreement,
    /// The records in its terms.
    pub records: &'a Records,
    /// The verdicts.
    pub assessment: &'a Assessment,
}

impl<'a> View<'a> {
    /// Gives a pledge; none where the identifier is of another agreement.
    #[must_use]
    pub fn pledge(&self, id: PledgeId) -> Option<&'a Pledge> {
        self.agreement.pledges.get(id.0 as usize)
    }

    /// Gives the standard of the run.
    #[must_use]
    pub fn standard(&self) -> Standing {
        self.assessment.standard
    }

    /// Gives the as-of day in the agreement's zone.
    #[must_use]
    pub fn as_of_day(&self) -> Day {
        let last_second = self.assessment.as_of.plus(-1);
        self.agreement.calendar.day_of(last_second)
    }

    /// Gives the known-by day in the agreement's zone; none where everything on file is known.
    #[must_use]
    pub fn known_by_day(&self) -> Option<Day> {
        let known_by = self.assessment.known_by?;
        Some(self.agreement.calendar.day_of(known_by.plus(-1)))
    }

    /// Gives the name of the agreement; that of its file where it has none.
    #[must_use]
    pub fn name(&self, sources: &'a Sources) -> &'a str {
        match &self.agreement.name {
            Some(name) => &name.value,
            None => sources.get(self.agreement.source).name(),
        }
    }

    /// Gives the pledges with their verdicts, in the order of the agreement.
    pub fn pledges(&self) -> impl Iterator<Item = (&'a Pledge, &'a PledgeAssessment)> + use<'a> {
        let view = *self;
        view.assessment
            .pledges
            .iter()
            .filter_map(move |verdict| Some((view.pledge(verdict.pledge)?, verdict)))
    }
}

/// How many blocks of the record files were read, and how many of them no agreement understood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the report's")]
pub struct RecordCounts {
    pub read: usize,
    pub left_out: usize,
}

impl RecordCounts {
    /// Gives the number of blocks that were understood.
    #[must_use]
    pub fn used(self) -> usize {
        self.read.saturating_sub(self.left_out)
    }
}

/// Everything that a run found.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    /// The texts.
    pub sources: &'a Sources,
    /// The agreements, in the order in which they were asked for.
    pub views: Vec<View<'a>>,
    /// What is wrong in the files, sorted.
    pub diagnostics: &'a [Diagnostic],
    /// What the verdicts say, in the order of the agreements.
    pub findings: Vec<Finding>,
    /// The blocks of the record files.
    pub records: RecordCounts,
    /// What became of the rows of each table; none until somebody fills it in.
    pub tables: &'a [Tally],
}

impl<'a> Report<'a> {
    /// Gathers the findings of all views.
    #[must_use]
    pub fn new(
        sources: &'a Sources,
        views: Vec<View<'a>>,
        diagnostics: &'a [Diagnostic],
        records: RecordCounts,
    ) -> Self {
        let findings = views
            .iter()
            .enumerate()
            .flat_map(|(index, view)| findings(index, view))
            .collect();
        Report {
            sources,
            views,
            diagnostics,
            findings,
            records,
            tables: &[],
        }
    }

    /// Gives everything there is to say: what is wrong in the files, then the findings.
    pub fn all(&self) -> impl Iterator<Item = &Diagnostic> {
        let findings = self.findings.iter().map(|finding| &finding.diagnostic);
        self.diagnostics.iter().chain(findings)
    }

    /// Says whether a file has an error, so that some verdicts are missing or not to be trusted.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics
            .iter()
            .any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Says whether a pledge is broken or a duty overdue at the standard.
    #[must_use]
    pub fn has_breach(&self) -> bool {
        self.any_status(|status| matches!(status, Status::Breached | Status::Overdue))
    }

    /// Says whether a verdict is undetermined at the standard.
    #[must_use]
    pub fn has_undetermined(&self) -> bool {
        self.any_status(|status| status == Status::Undetermined)
    }

    fn any_status(&self, wanted: impl Fn(Status) -> bool) -> bool {
        self.views.iter().any(|view| {
            view.assessment
                .pledges
                .iter()
                .flat_map(|pledge| &pledge.instances)
                .filter_map(|instance| instance.verdict(view.standard()))
                .any(|verdict| wanted(verdict.status))
        })
    }

    /// Gives the name of a pledge as the user can type it: with the agreement where two agreements have one of that name.
    #[must_use]
    pub fn pledge_name(&self, view: usize, pledge: &Pledge) -> String {
        let of_that_name = self
            .views
            .iter()
            .filter(|other| {
                other
                    .agreement
                    .pledges
                    .iter()
                    .any(|known| known.name == pledge.name)
            })
            .count();
        match self.views.get(view) {
            Some(view) if of_that_name > 1 => {
                format!("{}/{}", view.name(self.sources), pledge.name)
            }
            Some(_) | None => pledge.name.clone(),
        }
    }
}

/// Writes the bindings of an instance as a reference has them: `[p = us]`; nothing where there are none.
#[must_use]
pub fn bindings(instance: &InstanceAssessment) -> String {
    if instance.bindings.is_empty() {
        return String::new();
    }
    let pairs: Vec<String> = instance
        .bindings
        .iter()
        .map(|(variable, value)| format!("{variable} = {value}"))
        .collect();
    format!("[{}]", pairs.join(", "))
}
