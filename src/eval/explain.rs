//! What is on file about the actors of a pledge and does not speak to it, with where it differs: a proof shows what was looked at and set aside.

use std::collections::BTreeSet;

use crate::agreement::{Body, Duty, Obligor, Pattern, Pledge, Standing, ThingId, Value};
use crate::evidence::Answer;
use crate::record::{Record, Subject};
use crate::time::{Moment, Point, format_day};
use crate::verdict::{Evidence, EvidenceRole, InstanceAssessment};

use super::Context;
use super::bindings::Env;
use super::matching::{Purpose, is_constant};
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
    let opens = instance.opens;
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
            because: why_not(context, pledge, opens, record, (&counted, &asked)),
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
    pledge: &Pledge,
    opens: Option<Moment>,
    record: &Record,
    (counted, asked): (&BTreeSet<Subject>, &[Subject]),
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
        return too_early_or_late(context, pledge, opens, record)
            .or_else(|| other_part(context, pledge, record))
            .unwrap_or_else(|| "of the right kind, but who, what, where or when it tells of is not what the pledge asks about".to_owned());
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

/// Says what a record of the right kind came before or after, where the time alone leaves it out.
fn too_early_or_late(
    context: &Context<'_>,
    pledge: &Pledge,
    opens: Option<Moment>,
    record: &Record,
) -> Option<String> {
    let calendar = context.calendar;
    let Body::Sentence(sentence) = &pledge.body else {
        return None;
    };
    let say = |point: Moment| wording_of(context, point);
    let from = context.term.from;
    if let Some(from) = from.filter(|from| record.when.latest <= calendar.start_of(from.first)) {
        return Some(format!(
            "of the right kind, but from before the agreement was in force, from {} on",
            say(from)
        ));
    }
    if record.when.earliest >= context.term.closes(calendar).latest {
        return Some("of the right kind, but from after the end of the agreement".to_owned());
    }
    if let Obligor::Thing(id) = sentence.obligor
        && let Some(times) = context.bound_times(Some(id))
        && !times
            .iter()
            .any(|(from, to)| record.when.latest > *from && record.when.earliest < *to)
    {
        let name = &context.vocabulary().thing(id).name;
        let later = times.iter().find(|(from, _)| *from >= record.when.latest);
        return Some(match later {
            Some((from, _)) => format!(
                "of the right kind, but from before `{name}` was bound, from {} on",
                say(calendar.moment_of(calendar.day_span(calendar.day_of(*from))))
            ),
            None => format!("of the right kind, but from after `{name}` ceased to be bound"),
        });
    }
    let opens = opens.filter(|opens| record.when.latest <= calendar.start_of(opens.first))?;
    Some(format!(
        "of the right kind, but from before the window opens, on {}",
        say(opens)
    ))
}

fn wording_of(context: &Context<'_>, moment: Moment) -> String {
    let day = |point: Point| match point {
        Point::Day(day) => day,
        Point::At(instant) => context.calendar.day_of(instant),
    };
    format_day(day(moment.first))
}

/// Names the fields in which a record of the right kind is not what the pledge asks for.
fn other_part(context: &Context<'_>, pledge: &Pledge, record: &Record) -> Option<String> {
    let Body::Sentence(sentence) = &pledge.body else {
        return None;
    };
    let Subject::Kind(kind) = record.subject else {
        return None;
    };
    let (patterns, purpose): (Vec<&Pattern>, Purpose) = match &sentence.duty {
        Duty::Do(pattern) | Duty::Ensure(pattern) => (vec![pattern], Purpose::Discharge),
        Duty::Refrain(pattern) | Duty::NotAllow(pattern) | Duty::Permit(pattern) => {
            (vec![pattern], Purpose::Other)
        }
        Duty::Prevent { pattern, .. } => (vec![pattern], Purpose::Other),
        Duty::Endeavour { efforts, .. } => (efforts.iter().collect(), Purpose::Discharge),
        Duty::Reach(_) | Duty::Keep(_) => return None,
    };
    let fields = &context.vocabulary().kind(kind).fields;
    // What stands for a variable differs from instance to instance, so only what the rule names is asked.
    let env = Env::with_size(pledge.variables.len());
    for pattern in patterns {
        for route in context.routes.to(pattern.kind) {
            if route.kind != kind {
                continue;
            }
            let own = pattern
                .arguments
                .iter()
                .map(|argument| (argument, &route.slots));
            let crossed = route.bridges.iter().flat_map(|crossed| {
                let arguments = crossed.pattern.arguments.iter();
                let constant = arguments.filter(|argument| is_constant(argument));
                constant.map(|argument| (argument, &crossed.slots))
            });
            let differing: BTreeSet<String> = own
                .chain(crossed)
                .filter(|(argument, slots)| {
                    context.answer(argument, slots, record, &env, purpose) == Answer::Denies
                })
                .filter_map(|(argument, slots)| slots.get(argument.slot).copied().flatten())
                .filter_map(|slot| fields.get(slot))
                .map(|field| format!("`{}`", field.label))
                .collect();
            if !differing.is_empty() {
                let labels: Vec<String> = differing.into_iter().collect();
                return Some(format!(
                    "of the right kind, but its {} is not what the pledge asks about",
                    labels.join(" and its ")
                ));
            }
        }
    }
    None
}
