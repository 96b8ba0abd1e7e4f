//! The proof of a verdict, with the records on which it hangs.

use std::collections::BTreeSet;

use crate::agreement::{PledgeId, Standing};
use crate::record::RecordId;
use crate::report::proof::{Pivot, Proof, render};
use crate::report::{View, wording};
use crate::source::Sources;
use crate::verdict::{EvidenceRole, InstanceAssessment, PledgeAssessment};

use super::run::{Part, without};

/// How many records are left out one after the other to see which decide.
const TRIED: usize = 50;

/// Writes the proof of the instances of a pledge that have these bindings, `width` columns wide; none where there is no such instance.
///
/// The part holds the assessment that [`proof_of`](super::proof_of) gives for the pledge.
#[must_use]
pub fn prove(
    sources: &Sources,
    part: &Part,
    pledge: PledgeId,
    bindings: &[(String, String)],
    width: usize,
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
        sources,
        view,
        pledge: view.pledge(pledge)?,
        assessment,
        instances: &instances,
        pivots: pivots.as_deref(),
    };
    Some(render(&proof, width))
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
