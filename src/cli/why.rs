//! `servanda why`: the proof of a verdict, and what would change it.

use std::collections::BTreeSet;

use clap::Args;

use crate::agreement::{PledgeId, Standing};
use crate::diagnostic::{Diagnostic, Severity};
use crate::project::{Part, matching, proof_of, without};
use crate::record::RecordId;
use crate::report::proof::{Pivot, Proof, render};
use crate::report::{View, terminal, wording};
use crate::verdict::{EvidenceRole, InstanceAssessment, PledgeAssessment};

use super::Exit;
use super::check::{judge, refuse_mapping, unknown_pledge};
use super::input::{self, Input};
use super::options::Inputs;
use super::output::Output;

/// The options of `why`.
#[derive(Args, Debug)]
pub(super) struct WhyOptions {
    /// The pledge: `ID`, `AGREEMENT/ID`, or an instance, `ID[p = q]`
    #[arg(value_name = "PLEDGE")]
    pledge: String,
    /// Rule files, or folders of them; those of `servanda.toml` where none are given, `-` for standard input
    #[arg(value_name = "RULES")]
    rules: Vec<String>,
    #[command(flatten)]
    inputs: Inputs,
}

/// How many records are left out one after the other to see which decide.
const TRIED: usize = 50;

/// Runs the command.
pub(super) fn run(options: &WhyOptions, output: &mut Output) -> Exit {
    if let Err(exit) = refuse_mapping(&options.inputs, output) {
        return exit;
    }
    let (name, bindings) = match selector(&options.pledge) {
        Ok(selector) => selector,
        Err(message) => {
            output.error(&message, Some("an instance is written `PLEDGE[p = q]`"));
            return Exit::Usage;
        }
    };
    let mut input = match input::open(&options.rules, &options.inputs, output) {
        Ok(input) => input,
        Err(exit) => return exit,
    };
    let mut outcome = judge(&mut input, &options.inputs);
    let found = match matching(&outcome.parts, &input.project.sources, &name) {
        Ok(found) => found,
        Err(near) => {
            show_errors(&input, &outcome.diagnostics, output);
            unknown_pledge(&name, near, output);
            return Exit::Usage;
        }
    };
    show_errors(&input, &outcome.diagnostics, output);
    let mut shown = false;
    for (index, pledge) in found {
        if let Some(part) = outcome.parts.get_mut(index) {
            part.assessment = proof_of(part, pledge);
            if let Some(text) = prove(&input, part, pledge, &bindings, output) {
                output.result(&if shown { format!("\n{text}") } else { text });
                shown = true;
            }
        }
    }
    if !shown {
        let message = format!("`{}` has no such instance", options.pledge);
        output.error(
            &message,
            Some(&format!("`servanda why {name}` shows them all")),
        );
        return Exit::Usage;
    }
    match (input.incomplete, has_errors(&outcome.diagnostics)) {
        (true, _) => Exit::Usage,
        (false, true) => Exit::Broken,
        (false, false) => Exit::Clean,
    }
}

/// Says whether a file has an error.
pub(super) fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics
        .iter()
        .any(|diagnostic| diagnostic.severity == Severity::Error)
}

/// Shows what is wrong in the files, errors only.
pub(super) fn show_errors(input: &Input, diagnostics: &[Diagnostic], output: &mut Output) {
    let errors: Vec<Diagnostic> = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
        .cloned()
        .collect();
    let screen = output.error_screen();
    output.problem(&terminal::problems(&input.project.sources, &errors, screen));
}

/// Splits `ID[p = q, r = s]`.
pub(super) fn selector(text: &str) -> Result<(String, Vec<(String, String)>), String> {
    let Some((name, rest)) = text.split_once('[') else {
        return Ok((text.trim().to_owned(), Vec::new()));
    };
    let Some(rest) = rest.trim_end().strip_suffix(']') else {
        return Err(format!("`{text}` lacks its closing bracket"));
    };
    let mut bindings = Vec::new();
    for pair in rest.split(',').filter(|pair| !pair.trim().is_empty()) {
        let Some((variable, value)) = pair.split_once('=') else {
            return Err(format!("`{}` is no `name = value`", pair.trim()));
        };
        bindings.push((variable.trim().to_owned(), value.trim().to_owned()));
    }
    Ok((name.trim().to_owned(), bindings))
}

fn prove(
    input: &Input,
    part: &Part,
    pledge: PledgeId,
    bindings: &[(String, String)],
    output: &Output,
) -> Option<String> {
    let view = part.view();
    let assessment = assessment_of(&view, pledge)?;
    let instances: Vec<usize> = assessment
        .instances
        .iter()
        .enumerate()
        .filter(|(_, instance)| bindings.iter().all(|pair| instance.bindings.contains(pair)))
        .map(|(index, _)| index)
        .collect();
    if instances.is_empty() && !(bindings.is_empty() && assessment.instances.is_empty()) {
        return None;
    }
    let pivots = pivots(part, pledge, assessment, &instances);
    let proof = Proof {
        sources: &input.project.sources,
        view,
        pledge: view.pledge(pledge)?,
        assessment,
        instances: &instances,
        pivots: pivots.as_deref(),
    };
    Some(render(&proof, output.screen().width))
}

fn assessment_of<'a>(view: &View<'a>, pledge: PledgeId) -> Option<&'a PledgeAssessment> {
    view.assessment
        .pledges
        .iter()
        .find(|assessment| assessment.pledge == pledge)
}

/// Leaves out each record that bears on the instances, and keeps those without which the verdict would be another.
fn pivots(
    part: &Part,
    pledge: PledgeId,
    assessment: &PledgeAssessment,
    instances: &[usize],
) -> Option<Vec<Pivot>> {
    let records: BTreeSet<RecordId> = instances
        .iter()
        .filter_map(|&index| assessment.instances.get(index))
        .flat_map(|instance| &instance.evidence)
        .filter(|evidence| evidence.role != EvidenceRole::NoMatch)
        .map(|evidence| evidence.record)
        .collect();
    if records.len() > TRIED {
        return None;
    }
    let before = summary(part, assessment, instances);
    let mut pivots = Vec::new();
    for record in records {
        let then = without(part, record);
        let view = View {
            assessment: &then,
            ..part.view()
        };
        let after = assessment_of(&view, pledge)
            .map(|other| same_instances(assessment, other, instances))
            .map(|others| words(part, &others));
        let after = after.unwrap_or_default();
        if after != before {
            let then = if after.is_empty() {
                "there would be nothing to judge".to_owned()
            } else {
                after
            };
            pivots.push(Pivot { record, then });
        }
    }
    Some(pivots)
}

fn summary(part: &Part, assessment: &PledgeAssessment, instances: &[usize]) -> String {
    let chosen: Vec<&InstanceAssessment> = instances
        .iter()
        .filter_map(|&index| assessment.instances.get(index))
        .collect();
    words(part, &chosen)
}

/// Finds the instances of another assessment that have the bindings of the chosen ones.
fn same_instances<'a>(
    assessment: &PledgeAssessment,
    other: &'a PledgeAssessment,
    instances: &[usize],
) -> Vec<&'a InstanceAssessment> {
    instances
        .iter()
        .filter_map(|&index| assessment.instances.get(index))
        .filter_map(|chosen| {
            other.instances.iter().find(|instance| {
                instance.bindings == chosen.bindings && instance.trigger == chosen.trigger
            })
        })
        .collect()
}

/// Says the verdicts of instances at the standard of the run.
fn words(part: &Part, instances: &[&InstanceAssessment]) -> String {
    let standard: Standing = part.assessment.standard;
    let calendar = &part.agreement.calendar;
    let words: Vec<String> = instances
        .iter()
        .filter_map(|instance| instance.verdict(standard))
        .map(|verdict| wording::verdict(verdict, standard, calendar))
        .collect();
    words.join("; ")
}
