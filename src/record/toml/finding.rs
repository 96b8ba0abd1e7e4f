//! Findings: which pledge and which instance of it a body has judged.

use super::document::Entry;
use super::names::Names;
use super::problems::Problems;
use super::value::{refuse, text};
use crate::agreement::{Agreement, Body, Deadline, Duty, Named, Pledge, Type, Value, VariableId};
use crate::diagnostic::{Code, Diagnostic};
use crate::quantity::{Decimal, Estimate};
use crate::record::{Finding, FindingVerdict, Subject};
use crate::time::{When, parse_edtf};

pub(super) const VERDICTS: [(&str, FindingVerdict); 3] = [
    ("breached", FindingVerdict::Breached),
    ("kept", FindingVerdict::Kept),
    ("fulfilled", FindingVerdict::Fulfilled),
];

/// Reads `agreement/pledge[p = japan, on 2021-01-15]`; what was found is said by another key.
pub(super) fn pledge(
    entry: Entry<'_>,
    agreement: &Agreement,
    names: &Names<'_>,
    problems: &mut Problems,
) -> Option<(Subject, Finding)> {
    let written = text(entry, problems)?;
    let (path, selectors) = match written.split_once('[') {
        Some((path, rest)) => {
            let Some(selectors) = rest.trim_end().strip_suffix(']') else {
                refuse(
                    entry,
                    format!("expected `]` at the end of `{written}`"),
                    "An instance is written `agreement/pledge[p = japan]`.",
                    problems,
                );
                return None;
            };
            (path.trim(), Some(selectors))
        }
        None => (written.trim(), None),
    };
    let pledge = find(entry, path, agreement, problems)?;
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    problems.mention(entry.part(name), pledge.name_span, Named::Pledge);
    let selectors: Vec<&str> = selectors.map_or_else(Vec::new, |text| text.split(',').collect());
    let mut finding = Finding {
        verdict: FindingVerdict::Breached,
        bindings: Vec::new(),
        on: None,
    };
    for selector in selectors {
        match selector.trim().strip_prefix("on ") {
            Some(date) if !date.contains('=') => {
                finding.on = Some(day(entry, date.trim(), pledge, names, problems)?);
            }
            Some(_) | None => {
                let bound = binding(entry, selector, pledge, names, problems)?;
                finding.bindings.push(bound);
            }
        }
    }
    Some((Subject::Finding(pledge.id), finding))
}

/// Reads the day that picks out a period, or the instance that something set off then.
fn day(
    entry: Entry<'_>,
    written: &str,
    pledge: &Pledge,
    names: &Names<'_>,
    problems: &mut Problems,
) -> Option<When> {
    let calendar = names.calendar;
    let read = parse_edtf(written).ok().map(|date| date.span(calendar));
    let one_day = |when: &When| {
        calendar
            .day_span(calendar.day_of(when.earliest))
            .covers(*when)
    };
    let Some(day) = read.filter(one_day) else {
        let message = format!("`{written}` is not a day");
        let help = "A period is chosen by a day in it: `[on 2021-01-15]`.";
        refuse(entry, message, help, problems);
        return None;
    };
    if !has_times(pledge) {
        let message = format!("`{}` has no periods and waits for nothing", pledge.name);
        let help = "Leave `on` out: nothing tells its instances apart by a day.";
        refuse(entry, message, help, problems);
        return None;
    }
    Some(day)
}

/// Says whether a pledge has an instance for each period or for what set it off.
fn has_times(pledge: &Pledge) -> bool {
    let recurs = match &pledge.body {
        Body::Sentence(sentence) => {
            let deadline = sentence.window.deadline.as_ref();
            let every = matches!(
                deadline.map(|deadline| &deadline.value),
                Some(
                    Deadline::EveryStarting { .. }
                        | Deadline::EveryFirstBy { .. }
                        | Deadline::EveryYearBy(_)
                )
            );
            every || (matches!(sentence.duty, Duty::Reach(_)) && sentence.window.per.is_some())
        }
        Body::Unjudged(_) | Body::Error => false,
    };
    recurs || !pledge.triggers.is_empty()
}

fn find<'a>(
    entry: Entry<'_>,
    path: &str,
    agreement: &'a Agreement,
    problems: &mut Problems,
) -> Option<&'a Pledge> {
    let (of, name) = match path.rsplit_once('/') {
        Some((of, name)) => (Some(of), name),
        None => (None, path),
    };
    let own = agreement.name.as_ref().map(|name| name.value.as_str());
    if let Some(of) = of
        && own != Some(of)
    {
        let message = format!("there is no agreement `{of}`");
        let report = unknown_part(entry, message, of, name, own, problems);
        problems.push(report);
        return None;
    }
    let found = agreement.pledges.iter().find(|pledge| pledge.name == name);
    if found.is_none() {
        let message = format!("there is no pledge `{name}`");
        let known = agreement.pledges.iter().map(|pledge| pledge.name.as_str());
        let places = (entry.span, entry.part(name));
        let report = problems.unknown_part(Code::UnknownName, places, message, name, known);
        problems.push(report);
    }
    found
}

fn unknown_part(
    entry: Entry<'_>,
    message: String,
    of: &str,
    pledge: &str,
    own: Option<&str>,
    problems: &mut Problems,
) -> Diagnostic {
    let places = (entry.span, entry.part(of));
    let mut diagnostic = problems.unknown_part(Code::UnknownName, places, message, of, own);
    if let (None, Some(own)) = (&diagnostic.help, own) {
        diagnostic.help = Some(format!("The rules are `{own}`: write `{own}/{pledge}`."));
    }
    diagnostic
}

fn binding(
    entry: Entry<'_>,
    selector: &str,
    pledge: &Pledge,
    names: &Names<'_>,
    problems: &mut Problems,
) -> Option<(VariableId, Value)> {
    let Some((variable, value)) = selector.split_once('=') else {
        let help = "An instance is chosen by its variables, `[p = japan]`, or by a day: `[on 2021-01-15]`.";
        let message = format!(
            "expected `VARIABLE = VALUE` or `on DATE`, found `{}`",
            selector.trim()
        );
        refuse(entry, message, help, problems);
        return None;
    };
    let (variable, value) = (variable.trim(), value.trim().trim_matches('"'));
    let found = (0..)
        .map(VariableId)
        .zip(&pledge.variables)
        .find(|(_, candidate)| candidate.name == variable);
    let Some((id, declared)) = found else {
        let message = format!("`{}` has no variable `{variable}`", pledge.name);
        let known = pledge.variables.iter().map(|known| known.name.as_str());
        let places = (entry.span, entry.part(variable));
        let report = problems.unknown_part(Code::UnknownName, places, message, variable, known);
        problems.push(report);
        return None;
    };
    problems.mention(entry.part(variable), declared.span, Named::Variable);
    Some((id, selected(entry, value, declared.ty, names, problems)?))
}

fn selected(
    entry: Entry<'_>,
    value: &str,
    ty: Type,
    names: &Names<'_>,
    problems: &mut Problems,
) -> Option<Value> {
    let read = match ty {
        Type::Actor | Type::Group | Type::Place | Type::Category(_) => {
            return names
                .thing_named(value, entry, ty, When::ALWAYS, problems)
                .map(Value::Thing);
        }
        Type::Number(unit) => Decimal::from_str_exact(value)
            .ok()
            .and_then(|number| match unit {
                Some(unit) => names.vocabulary.units.to_base(number, unit),
                None => Some(number),
            })
            .map(|number| Value::Number(Estimate::exactly(number))),
        Type::Date => parse_edtf(value)
            .ok()
            .map(|date| Value::Date(date.span(names.calendar))),
        Type::Flag => value.parse().ok().map(Value::Flag),
        Type::Text => Some(Value::Text(value.to_owned())),
        Type::Event => Some(Value::Record(value.to_owned())),
    };
    if read.is_none() {
        let message = format!("`{value}` is not a value that this variable can have");
        let help = "Write a name, a number, a date, or `true` or `false`.";
        refuse(entry, message, help, problems);
    }
    read
}
