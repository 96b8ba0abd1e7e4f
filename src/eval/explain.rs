//! What is on file about the actors of a pledge and does not speak to it, with where it differs: a proof shows what was looked at and set aside.

use std::collections::BTreeSet;

use crate::agreement::{Pledge, Standing, ThingId, Value};
use crate::record::{Record, Subject};
use crate::verdict::{Evidence, EvidenceRole, InstanceAssessment};

use super::Context;
use super::rollup::subjects;

/// Picked by gut feeling: as many as a person reads before she stops.
const MOST_SHOWN: usize = 40;

/// Adds the records that name somebody the pledge is about, of another kind or not matching.
pub(super) fn add_what_does_not_match(
    context: &Context<'_>,
    pledge: &Pledge,
    instance: &mut InstanceAssessment,
) {
    let seen: BTreeSet<_> = instance.evidence.iter().map(|item| item.record).collect();
    let asked: Vec<Subject> = subjects(pledge);
    let counted: BTreeSet<Subject> = asked
        .iter()
        .flat_map(|subject| counting_as(context, *subject))
        .collect();
    let people = people_of(context, pledge);
    let about = |record: &&Record| {
        let named = record
            .fields
            .iter()
            .flatten()
            .any(|field| matches!(field.value, Value::Thing(id) if people.contains(&id)));
        !seen.contains(&record.id) && (counted.contains(&record.subject) || named)
    };
    let known = context
        .records()
        .records
        .iter()
        .filter(|record| record.known < context.clocks.known_by);
    for record in known.filter(about).take(MOST_SHOWN) {
        instance.evidence.push(Evidence {
            record: record.id,
            role: EvidenceRole::NoMatch,
            counts: false,
            affirms: false,
            standing: Standing::None,
            because: why_not(context, record, &counted, &asked),
        });
    }
}

fn counting_as(context: &Context<'_>, subject: Subject) -> Vec<Subject> {
    match subject {
        Subject::Kind(kind) => context
            .routes
            .to(kind)
            .iter()
            .map(|route| Subject::Kind(route.kind))
            .collect(),
        Subject::Measure(_) | Subject::Finding(_) => vec![subject],
    }
}

/// Gives the actors and groups that the pledge names, with everything inside them.
fn people_of(context: &Context<'_>, pledge: &Pledge) -> BTreeSet<ThingId> {
    let vocabulary = context.vocabulary();
    let named: BTreeSet<ThingId> = super::names::things_of(pledge)
        .into_iter()
        .filter(|id| vocabulary.thing(*id).sort != crate::agreement::Sort::Place)
        .collect();
    (0u32..)
        .zip(&vocabulary.things)
        .map(|(index, _)| ThingId(index))
        .filter(|id| {
            named.iter().any(|named| {
                vocabulary.belongs(*id, *named, crate::time::When::ALWAYS)
                    != crate::agreement::Belongs::No
            })
        })
        .collect()
}

fn why_not(
    context: &Context<'_>,
    record: &Record,
    counted: &BTreeSet<Subject>,
    asked: &[Subject],
) -> String {
    let vocabulary = context.vocabulary();
    let name = |subject: Subject| match subject {
        Subject::Kind(kind) => vocabulary.kind(kind).name.clone(),
        Subject::Measure(measure) => vocabulary.measure(measure).name.clone(),
        Subject::Finding(_) => "finding".to_owned(),
    };
    if let Some(out) = context.evidence.status_of(record.id) {
        return out;
    }
    if record.when.earliest >= context.clocks.as_of {
        return "happened after the as-of date".to_owned();
    }
    if counted.contains(&record.subject) {
        return "of the right kind, but who, what, where or when it tells of is not what the pledge asks about".to_owned();
    }
    let wanted: Vec<String> = asked
        .iter()
        .map(|subject| format!("`{}`", name(*subject)))
        .collect();
    format!(
        "tells of `{}`, which does not count as {}",
        name(record.subject),
        wanted.join(" or ")
    )
}
