//! Runs the scenarios of rule files.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::agreement::{Agreement, Scenario, Standing};
use crate::diagnostic::{self, Diagnostic, Severity};
use crate::eval::{Question, evaluate};
use crate::evidence::Clocks;
use crate::record::Records;
use crate::record::scenario::{records_of, standing};
use crate::report::View;
use crate::report::trials::{Check, Trial};
use crate::resolve::resolve;
use crate::source::{Sources, Span, Spanned};
use crate::syntax::ast::{LineKind, ScenarioLine};
use crate::time::{Instant, Point};
use crate::verdict::Assessment;

use super::expectation::{self, Expectation};
use super::load::Project;
use super::run::{ahead_of_knowledge, leave_out_mistaken};

/// What the scenarios of a project showed.
#[derive(Clone, Debug, Default)]
pub struct Rehearsal {
    /// The agreements, in the order in which they were asked for.
    pub agreements: Vec<Agreement>,
    /// The scenarios, by agreement.
    pub trials: Vec<Trial>,
    /// What is wrong in the files, sorted, nothing twice.
    pub diagnostics: Vec<Diagnostic>,
}

/// Runs every scenario of the rule files that were asked for; those of used files are run with those files.
#[must_use]
pub fn rehearse(project: &Project) -> Rehearsal {
    let mut diagnostics: Vec<Diagnostic> = project.diagnostics.clone();
    diagnostics.extend(project.syntax_problems().cloned());
    let mut agreements = Vec::new();
    for &root in &project.roots {
        let resolved = resolve(&project.unit(root));
        diagnostics.extend(resolved.diagnostics);
        agreements.push(Arc::new(resolved.agreement));
    }
    for agreement in &mut agreements {
        leave_out_mistaken(agreement, &diagnostics);
    }
    let errors: Vec<Span> = diagnostics
        .iter()
        .filter(|found| found.severity == Severity::Error)
        .map(|found| found.primary.span)
        .collect();
    let mut trials = Vec::new();
    for (index, agreement) in agreements.iter().enumerate() {
        for scenario in &agreement.scenarios {
            let broken = errors.iter().any(|&error| inside(error, scenario.span));
            let trial = Rehearser {
                agreement,
                scenario,
                sources: &project.sources,
                diagnostics: &mut diagnostics,
            }
            .trial(index, !broken);
            trials.push(trial);
        }
    }
    diagnostic::sort(&mut diagnostics);
    diagnostics.dedup();
    Rehearsal {
        agreements: agreements.into_iter().map(Arc::unwrap_or_clone).collect(),
        trials,
        diagnostics,
    }
}

fn inside(place: Span, whole: Span) -> bool {
    place.source == whole.source && whole.start <= place.start && place.start < whole.end
}

/// One scenario with what it is run against.
struct Rehearser<'a> {
    agreement: &'a Agreement,
    scenario: &'a Scenario,
    sources: &'a Sources,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Rehearser<'_> {
    fn trial(&mut self, agreement: usize, is_sound: bool) -> Trial {
        let tree = &self.scenario.tree;
        let calendar = &self.agreement.calendar;
        let as_of = self
            .scenario
            .as_of
            .map(|moment| calendar.end_of(moment.last));
        let mut trial = Trial {
            agreement,
            title: tree.title.value.clone(),
            span: tree.title.span,
            as_of: as_of.map(|as_of| calendar.day_of(as_of.plus(-1))),
            known_by: tree.known_by.map(|day| day.value),
            is_run: false,
            checks: Vec::new(),
        };
        if let Some(as_of) = as_of.filter(|_| is_sound) {
            if let (Some(stated), Some(known)) = (trial.as_of, tree.known_by)
                && stated > known.value
            {
                let stated = Spanned::new(stated, tree.as_of.span);
                self.diagnostics.push(ahead_of_knowledge(stated, known));
            }
            trial.is_run = true;
            trial.checks = self.checks(as_of);
        }
        trial
    }

    fn checks(&mut self, as_of: Instant) -> Vec<Check> {
        let records = records_of(self.scenario, self.agreement);
        let mut assessments = BTreeMap::new();
        let lines = &self.scenario.tree.lines;
        lines
            .iter()
            .filter_map(|line| self.check(line, as_of, &records, &mut assessments))
            .collect()
    }

    fn check(
        &mut self,
        line: &ScenarioLine,
        as_of: Instant,
        records: &Records,
        assessments: &mut BTreeMap<Standing, Assessment>,
    ) -> Option<Check> {
        let LineKind::Expect { reference, outcome } = &line.kind else {
            return None;
        };
        let agreement = self.agreement;
        let named = |pledge: &&crate::agreement::Pledge| pledge.name == reference.name.text;
        let pledge = agreement.pledges.iter().find(named)?;
        let of_scenario = self.scenario.tree.at.map(|at| standing(at.value));
        let standard = expectation::standard(outcome, of_scenario, pledge, agreement.standards.all);
        let expectation = Expectation {
            reference,
            outcome,
            pledge,
            standard,
            by_role: outcome.at.is_none() && of_scenario.is_none(),
            selected: &self.scenario.selected,
        };
        let assessment = assessments
            .entry(standard)
            .or_insert_with(|| self.assess(as_of, standard, records));
        let view = View {
            agreement,
            records,
            assessment,
        };
        let (found, failure) = expectation::check(expectation, &view, self.sources);
        Some(Check {
            span: outcome.span,
            reference: expectation::written(self.sources, reference.span),
            expected: expectation::written(self.sources, outcome.span),
            pledge: pledge.id,
            status: expectation::status(outcome)?,
            standard,
            found,
            failure,
        })
    }

    fn assess(&mut self, as_of: Instant, standard: Standing, records: &Records) -> Assessment {
        let calendar = &self.agreement.calendar;
        let known_by = self
            .scenario
            .tree
            .known_by
            .map_or(Instant::MAX, |day| calendar.end_of(Point::Day(day.value)));
        let question = Question {
            clocks: Clocks {
                as_of: as_of.min(known_by),
                known_by,
            },
            standard,
            proof_of: None,
        };
        let evaluation = evaluate(self.agreement, records, question);
        self.diagnostics.extend(evaluation.diagnostics);
        evaluation.assessment
    }
}
