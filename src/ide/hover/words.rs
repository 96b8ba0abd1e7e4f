//! Types, labels, variables and units in words.

use super::{Said, line};
use crate::agreement::{Agreement, Field, Type, Vocabulary};
use crate::ide::Reading;
use crate::quantity::Decimal;
use crate::source::Span;

/// Writes a type as a rule file has it.
#[must_use]
pub fn type_words(vocabulary: &Vocabulary, ty: Type) -> String {
    match ty {
        Type::Actor => "actor".to_owned(),
        Type::Group => "group".to_owned(),
        Type::Place => "place".to_owned(),
        Type::Category(root) => vocabulary.thing(root).name.clone(),
        Type::Number(Some(unit)) => format!("number {}", vocabulary.units.name(unit)),
        Type::Number(None) => "number".to_owned(),
        Type::Date => "date".to_owned(),
        Type::Text => "text".to_owned(),
        Type::Flag => "flag".to_owned(),
        Type::Event => "event".to_owned(),
    }
}

pub(super) fn label(reading: &Reading, declared: Span) -> Said {
    let found = reading.understood.agreements.iter().find_map(|agreement| {
        let vocabulary = &agreement.vocabulary;
        let (owner, field) = owned(vocabulary).find(|(_, field)| field.span == declared)?;
        let ty = type_words(vocabulary, field.ty);
        Some(format!("{}: {ty}    # of {owner}", field.label))
    });
    let file = reading.project.sources.get(declared.source);
    Said::Code(found.unwrap_or_else(|| line(file, declared)))
}

fn owned(vocabulary: &Vocabulary) -> impl Iterator<Item = (&str, &Field)> {
    let kinds = vocabulary.kinds.iter().map(|it| (&it.name, &it.fields));
    let measures = vocabulary.measures.iter().map(|it| (&it.name, &it.fields));
    let states = vocabulary.states.iter().map(|it| (&it.name, &it.fields));
    let relations = vocabulary.relations.iter().map(|it| (&it.name, &it.fields));
    let all = kinds.chain(measures).chain(states).chain(relations);
    all.flat_map(|(name, fields)| fields.iter().map(move |field| (name.as_str(), field)))
}

pub(super) fn variable(reading: &Reading, declared: Span) -> Vec<Said> {
    let file = reading.project.sources.get(declared.source);
    let name = file.slice(declared);
    let mut said = Vec::new();
    let typed = |agreement: &Agreement| {
        let pledges = agreement.pledges.iter();
        let mut variables = pledges.flat_map(|pledge| &pledge.variables);
        let variable = variables.find(|variable| variable.span == declared)?;
        Some(format!(
            "{}: {}",
            variable.name,
            type_words(&agreement.vocabulary, variable.ty)
        ))
    };
    let mut agreements = reading.understood.agreements.iter();
    match agreements.find_map(|agreement| typed(agreement)) {
        Some(typed) => said.push(Said::Code(typed)),
        None => said.push(Said::Code(name.to_owned())),
    }
    let place = file.line_of(declared.start) + 1;
    let bound = line(file, declared);
    said.push(Said::Text(format!(
        "A variable, which gets its value in line {place}:"
    )));
    said.push(Said::Code(bound.trim().to_owned()));
    said
}

/// Says what one of a unit is in the unit that it is counted in.
pub(super) fn unit(reading: &Reading, name: &str) -> Option<Said> {
    reading.understood.agreements.iter().find_map(|agreement| {
        let units = &agreement.vocabulary.units;
        let unit = units.find(name)?;
        let base = units.base(unit);
        let worth = units.to_base(Decimal::ONE, unit)?;
        (base != unit).then(|| {
            Said::Text(format!(
                "1 `{name}` = {} `{}`",
                worth.normalize(),
                units.name(base)
            ))
        })
    })
}
