//! What became of a pledge: when it is due, the verdict, and by whose word.

use super::{Latest, Said};
use crate::ide::Reading;
use crate::project::Part;
use crate::report::account::{account, due};
use crate::report::{View, table, wording};
use crate::source::Span;
use crate::verdict::{InstanceAssessment, PledgeAssessment};

/// How many instances and how many records of each are told.
const INSTANCES: usize = 3;
const RECORDS: usize = 3;

pub(super) fn told(reading: &Reading, latest: Option<Latest<'_>>, declared: Span) -> Vec<Said> {
    let Some(latest) = latest else {
        return vec![Said::Text("The verdict is being worked out.".to_owned())];
    };
    // Verdicts on an older text know the pledge at another place of it.
    let name = reading.project.sources.get(declared.source).slice(declared);
    let mut said = Vec::new();
    for part in &latest.judged.parts {
        let view = part.view();
        for (pledge, assessment) in view.pledges() {
            let is_it = pledge.name_span.source == declared.source && pledge.name == name;
            if is_it {
                let who = table::obligor(&view, pledge);
                said.push(Said::Text(verdict(
                    part,
                    &view,
                    assessment,
                    &who,
                    latest.current,
                )));
                break;
            }
        }
    }
    said.dedup();
    said
}

fn verdict(
    part: &Part,
    view: &View<'_>,
    assessment: &PledgeAssessment,
    who: &str,
    current: bool,
) -> String {
    let calendar = &part.agreement.calendar;
    let standard = view.standard();
    let day = wording::point(crate::time::Point::Day(view.as_of_day()), calendar);
    let age = if current {
        ""
    } else {
        ", before the last change"
    };
    let mut lines = vec![format!(
        "Owed by `{who}`. As of {day} at `{}`{age}:",
        standard.word()
    )];
    for instance in assessment.instances.iter().take(INSTANCES) {
        let words = match instance.verdict(standard) {
            Some(verdict) => wording::verdict(verdict, standard, calendar),
            None => "nothing on file can show it".to_owned(),
        };
        lines.push(format!("- {}{words}", bindings(instance)));
        let due = due(view, instance);
        if !due.is_empty() {
            lines.push(format!("  {due}"));
        }
        lines.extend(records(view, instance).take(RECORDS));
    }
    let more = assessment.instances.len().saturating_sub(INSTANCES);
    if more > 0 {
        lines.push(format!("- and {more} more"));
    }
    lines.join("\n")
}

fn bindings(instance: &InstanceAssessment) -> String {
    let values = instance.bindings.iter();
    let values: Vec<String> = values
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    if values.is_empty() {
        String::new()
    } else {
        format!("`{}`: ", values.join(", "))
    }
}

fn records<'a>(
    view: &'a View<'_>,
    instance: &'a InstanceAssessment,
) -> impl Iterator<Item = String> + 'a {
    instance.evidence.iter().filter_map(move |evidence| {
        let record = view.records.records.get(evidence.record.0 as usize)?;
        let sign = if evidence.counts { "+" } else { "o" };
        Some(format!("  {sign} {}", account(view, record, evidence)))
    })
}
