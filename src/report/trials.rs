//! Scenarios that were run: what each expected, what was found, and what no scenario speaks of.

pub mod json;
pub mod junit;

use std::collections::BTreeSet;
use std::fmt::Write;

use anstyle::{AnsiColor, Style};

use crate::agreement::{Agreement, Body, PledgeId, Standing};
use crate::diagnostic::Diagnostic;
use crate::source::{Sources, Span};
use crate::time::Day;
use crate::verdict::{Status, Verdict};

use super::excerpt::wrap;
use super::terminal::{self, Screen};
use super::wording;

/// Everything that a run of scenarios found.
#[derive(Clone, Debug)]
pub struct Trials<'a> {
    /// The texts.
    pub sources: &'a Sources,
    /// The agreements, in the order in which they were asked for.
    pub agreements: &'a [Agreement],
    /// The scenarios, by agreement, in the order of the file.
    pub trials: &'a [Trial],
    /// What is wrong in the files, sorted.
    pub diagnostics: &'a [Diagnostic],
}

/// A scenario.
#[derive(Clone, Debug)]
pub struct Trial {
    /// Its agreement, by position.
    pub agreement: usize,
    /// The title.
    pub title: String,
    /// Where it stands.
    pub span: Span,
    /// The as-of day; none where the scenario does not say a fixed one.
    pub as_of: Option<Day>,
    /// The known-by day, where stated.
    pub known_by: Option<Day>,
    /// Whether it was run; one with a mistake of its own is not.
    pub is_run: bool,
    /// What it expects.
    pub checks: Vec<Check>,
}

/// An expectation held against a verdict.
#[derive(Clone, Debug)]
pub struct Check {
    /// Where it stands.
    pub span: Span,
    /// The pledge, and the instance, as written.
    pub reference: String,
    /// What is expected, as written.
    pub expected: String,
    /// The pledge.
    pub pledge: PledgeId,
    /// The status that is expected.
    pub status: Status,
    /// The standard at which it is expected.
    pub standard: Standing,
    /// What was found; none where there is no such verdict.
    pub found: Option<Verdict>,
    /// What is wrong with it, where it failed.
    pub failure: Option<Diagnostic>,
}

/// How a scenario ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum End {
    Passed,
    Failed,
    /// It has a mistake of its own.
    NotRun,
}

impl Trial {
    /// Says how it ended.
    #[must_use]
    pub fn end(&self) -> End {
        if !self.is_run {
            End::NotRun
        } else if self.failed() > 0 {
            End::Failed
        } else {
            End::Passed
        }
    }

    fn failed(&self) -> usize {
        let failed = |check: &&Check| check.failure.is_some();
        self.checks.iter().filter(failed).count()
    }
}

/// What no scenario expects anything of.
#[derive(Clone, Debug, Default)]
pub struct Gaps {
    /// The pledges of the files that no scenario names, by agreement.
    pub pledges: Vec<Vec<String>>,
    /// How many pledges there are to speak of.
    pub of: usize,
    /// The statuses that no scenario expects.
    pub statuses: Vec<Status>,
}

impl Trials<'_> {
    /// Counts the scenarios that ended so.
    #[must_use]
    pub fn count(&self, end: End) -> usize {
        let same = |trial: &&Trial| trial.end() == end;
        self.trials.iter().filter(same).count()
    }

    /// Gives the failed expectations.
    pub fn failures(&self) -> impl Iterator<Item = &Diagnostic> {
        let checks = self.trials.iter().flat_map(|trial| &trial.checks);
        checks.filter_map(|check| check.failure.as_ref())
    }

    /// Gives everything there is to say: what is wrong in the files, then the expectations that failed.
    pub fn all(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().chain(self.failures())
    }

    /// Gives what no scenario covers. Pledges of used files belong to those files; what the text says cannot be checked needs no scenario.
    #[must_use]
    pub fn gaps(&self) -> Gaps {
        let mut gaps = Gaps::default();
        for (index, agreement) in self.agreements.iter().enumerate() {
            let covered: BTreeSet<PledgeId> = self
                .checks_of(index)
                .map(|(_, check)| check.pledge)
                .collect();
            let own: Vec<_> = agreement
                .pledges
                .iter()
                .filter(|pledge| pledge.span.source == agreement.source)
                .filter(|pledge| matches!(pledge.body, Body::Sentence(_)))
                .collect();
            gaps.of += own.len();
            let left = own.iter().filter(|pledge| !covered.contains(&pledge.id));
            gaps.pledges
                .push(left.map(|pledge| pledge.name.clone()).collect());
        }
        let expected: BTreeSet<Status> = self
            .trials
            .iter()
            .flat_map(|trial| trial.checks.iter().map(|check| check.status))
            .collect();
        let left = Status::ALL
            .into_iter()
            .filter(|status| !expected.contains(status));
        gaps.statuses = left.filter(|status| *status != Status::Unjudged).collect();
        gaps
    }

    fn checks_of(&self, agreement: usize) -> impl Iterator<Item = (&Trial, &Check)> {
        let of = self
            .trials
            .iter()
            .filter(move |trial| trial.agreement == agreement);
        of.flat_map(|trial| trial.checks.iter().map(move |check| (trial, check)))
    }

    fn file_of(&self, agreement: &Agreement) -> &str {
        self.sources.get(agreement.source).name()
    }

    /// Says how many passed and failed: `3 passed, 1 failed`.
    #[must_use]
    pub fn totals(&self) -> String {
        let mut text = format!(
            "{} passed, {} failed",
            self.count(End::Passed),
            self.count(End::Failed)
        );
        let left = self.count(End::NotRun);
        if left > 0 {
            let _ = write!(text, ", {left} not run");
        }
        text
    }
}

/// Draws a line for each scenario, a block for each failed expectation, the totals, and what is not covered.
#[must_use]
pub fn render(trials: &Trials<'_>, screen: Screen) -> String {
    let mut text = String::new();
    for (index, agreement) in trials.agreements.iter().enumerate() {
        let mut of = trials
            .trials
            .iter()
            .filter(|trial| trial.agreement == index)
            .peekable();
        if of.peek().is_none() {
            continue;
        }
        let _ = writeln!(text, "{}", wording::harmless(trials.file_of(agreement)));
        for trial in of {
            line(&mut text, trial);
        }
        text.push('\n');
    }
    let failures: Vec<Diagnostic> = trials.failures().cloned().collect();
    text.push_str(&terminal::problems(trials.sources, &failures, screen));
    let bold = Style::new().bold();
    let _ = writeln!(text, "{bold}{}{bold:#}", trials.totals());
    if trials.trials.is_empty() {
        text.push_str("These files have no scenario.\n");
        return text;
    }
    for words in uncovered(trials) {
        for line in wrap(&wording::harmless(&words), screen.width) {
            let _ = writeln!(text, "{line}");
        }
    }
    text
}

fn line(text: &mut String, trial: &Trial) {
    let (word, style) = match trial.end() {
        End::Passed => ("passed ", AnsiColor::Green.on_default()),
        End::Failed => ("failed ", AnsiColor::Red.on_default().bold()),
        End::NotRun => ("not run", AnsiColor::Yellow.on_default()),
    };
    let more = match trial.end() {
        End::Passed if trial.checks.is_empty() => " (expects nothing)".to_owned(),
        End::Passed => String::new(),
        End::Failed => format!(
            " ({} of {})",
            trial.failed(),
            wording::count(
                i64::try_from(trial.checks.len()).unwrap_or(i64::MAX),
                "expectation"
            )
        ),
        End::NotRun => " (it has a mistake of its own)".to_owned(),
    };
    let title = wording::harmless(&trial.title);
    let _ = writeln!(text, "  {style}{word}{style:#}  {title}{more}");
}

/// Says which pledges and statuses no scenario speaks of.
fn uncovered(trials: &Trials<'_>) -> Vec<String> {
    let gaps = trials.gaps();
    let mut lines = Vec::new();
    let left: Vec<String> = gaps.pledges.iter().flatten().cloned().collect();
    if !left.is_empty() {
        lines.push(format!(
            "No scenario expects anything of {} of {} pledges: {}.",
            left.len(),
            gaps.of,
            wording::list(&left)
        ));
    }
    let words: Vec<String> = gaps
        .statuses
        .iter()
        .map(|status| status.word().to_owned())
        .collect();
    if !words.is_empty() {
        lines.push(format!("No scenario expects: {}.", wording::list(&words)));
    }
    lines
}
