//! The variables that the acts of a limit give values to: there is an instance for each combination that is on file.
//!
//! Acts that are missing give no values, so a minimum binds nothing; and what is counted together must be counted for the same variables.

use std::collections::BTreeSet;

use super::Resolver;
use super::scope::{Origin, Scope};
use crate::agreement::tally::{Effect, Tally, compared};
use crate::agreement::{Condition, VariableId};
use crate::diagnostic::{Code, Diagnostic};

impl Resolver<'_> {
    /// Reports variables that only the acts of a minimum would bind, and counts of one limit that leave one out.
    pub(super) fn check_counted(&mut self, scope: &mut Scope, condition: &Condition) {
        let comparisons = compared(condition);
        let all: BTreeSet<VariableId> = comparisons
            .iter()
            .flatten()
            .flat_map(|tally| counted_apart(scope, tally))
            .collect();
        if all.is_empty() {
            return;
        }
        let limits = |tallies: &[Tally<'_>]| tallies.iter().any(|one| one.effect == Effect::Hurts);
        let problem = comparisons
            .iter()
            .find(|tallies| !limits(tallies))
            .and_then(|tallies| minimum(scope, tallies))
            .or_else(|| {
                let counts = comparisons.iter().flatten();
                let mut counts = counts.filter(|tally| tally.effect == Effect::Hurts);
                counts.find_map(|tally| left_out(scope, tally, &all))
            });
        if let Some(problem) = problem {
            self.report(problem);
            scope.broken = true;
        }
    }
}

/// Gives the variables that a counted act gives values to.
fn counted_apart(scope: &Scope, tally: &Tally<'_>) -> Vec<VariableId> {
    let is_counted = |id: &VariableId| {
        let bound = scope.variables.get(usize::from(id.0));
        bound.is_some_and(|bound| bound.origin == Origin::Counted)
    };
    let arguments = tally.pattern.arguments.iter();
    arguments
        .filter_map(crate::agreement::Argument::only_variable)
        .filter(is_counted)
        .collect()
}

fn name(scope: &Scope, id: VariableId) -> &str {
    let bound = scope.variables.get(usize::from(id.0));
    bound.map_or("", |bound| bound.name.as_str())
}

fn minimum(scope: &Scope, tallies: &[Tally<'_>]) -> Option<Diagnostic> {
    let (tally, id) = tallies.iter().find_map(|tally| {
        let id = counted_apart(scope, tally).into_iter().next()?;
        Some((tally, id))
    })?;
    let message = format!(
        "nothing gives the variable `{}` a value: this asks for acts, and those that are missing name nobody",
        name(scope, id)
    );
    let help = "Bind it: `for each x in GROUP`, a field of the trigger, or a relation in `while` or `if`. Only a limit (`<=`) takes values from the acts that it counts.";
    Some(Diagnostic::new(Code::UnboundVariable, tally.span, message).help(help))
}

fn left_out(scope: &Scope, tally: &Tally<'_>, all: &BTreeSet<VariableId>) -> Option<Diagnostic> {
    let here = counted_apart(scope, tally);
    let id = all.iter().find(|id| !here.contains(id))?;
    let bound = scope.variables.get(usize::from(id.0))?;
    let message = format!(
        "another part of the limit is counted for each `{}`, and this is not",
        bound.name
    );
    Some(
        Diagnostic::new(Code::UnboundVariable, tally.span, message)
            .related(bound.span, "counted for each of these")
            .help("Give it the same variable, or write a pledge of its own."),
    )
}
