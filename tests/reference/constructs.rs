//! Which constructs a case contains, so that a run can say what it has tried.

use std::collections::BTreeSet;

use super::model::{Case, Duty, HARM, LOSS, NOTIFY, Pattern, Pledge, Timing, What, When};
use super::place::Form;

/// Names the constructs of a case.
pub(crate) fn of(case: &Case) -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    for pledge in &case.pledges {
        found.insert(duty(&pledge.duty));
        found.extend(clauses(pledge));
        for pattern in patterns(pledge) {
            found.extend(words(pattern));
        }
    }
    for record in &case.records {
        found.extend(record.echoes.map(|_| "echo of a record"));
        found.extend(record.repeats.map(|_| "echo of a source"));
        found.extend(record.grade.map(|_| "grade"));
        found.insert(match record.what {
            What::Event(event) | What::Corrects { event, .. }
                if !matches!(event.when, When::Days(first, last) if first == last) =>
            {
                "uncertain date"
            }
            What::Event(_) => "event",
            What::Corrects { .. } => "correction",
            What::Reading { .. } => "reading",
            What::Denies { .. } => "denial",
            What::Retracts { .. } => "retraction",
        });
    }
    if case.until.is_some() {
        found.insert("in force until");
    }
    if !case.coverage.is_empty() {
        found.insert("coverage");
    }
    found
}

fn duty(duty: &Duty) -> &'static str {
    match duty {
        Duty::Do(_, Timing::Open) => "do, no deadline",
        Duty::Do(..) => "do by a deadline",
        Duty::Refrain { .. } => "must not",
        Duty::Prevent { .. } => "prevent",
        Duty::Endeavour { .. } => "endeavour",
        Duty::Keep { .. } => "keep a limit",
        Duty::Reach { .. } => "reach a level",
        Duty::Every(..) => "every",
        Duty::Limit(..) => "at most, per",
        Duty::Minimum(..) => "at least, per",
    }
}

fn clauses(pledge: &Pledge) -> Vec<&'static str> {
    let excepted = matches!(
        pledge.duty,
        Duty::Refrain {
            unless_flag: Some(_),
            ..
        }
    );
    let all = [
        (pledge.trigger.is_some() && !pledge.first, "whenever"),
        (pledge.apart, "at most, for each target"),
        (pledge.for_others, "ensure, not allow"),
        (pledge.first, "upon"),
        (pledge.after_breach.is_some(), "upon breach of"),
        (pledge.asked_at_first.is_some(), "if once"),
        (pledge.from.is_some(), "from"),
        (pledge.condition.is_some(), "while once"),
        (pledge.provided.is_some(), "provided"),
        (pledge.goal, "should"),
        (excepted, "except"),
    ];
    let excuse = super::excuse::name(pledge);
    let extended = pledge.extended.map(|_| "extended");
    all.into_iter()
        .filter_map(|(has, name)| has.then_some(name))
        .chain(excuse)
        .chain(extended)
        .collect()
}

fn patterns(pledge: &Pledge) -> Vec<&Pattern> {
    let (act, other) = match &pledge.duty {
        Duty::Do(pattern, _)
        | Duty::Every(pattern, _)
        | Duty::Limit(pattern, _)
        | Duty::Minimum(pattern, _)
        | Duty::Refrain { pattern, .. } => (Some(pattern), None),
        Duty::Prevent { pattern, shown } => (Some(pattern), shown.as_ref()),
        Duty::Endeavour { pattern, broken } => (Some(pattern), broken.as_ref()),
        Duty::Keep { .. } | Duty::Reach { .. } => (None, None),
    };
    let asked = pledge.trigger.as_ref().into_iter().chain(&pledge.condition);
    act.into_iter().chain(other).chain(asked).collect()
}

fn words(pattern: &Pattern) -> Vec<&'static str> {
    let place = pattern.place.map(|(form, _)| match form {
        Form::Exactly => "place, exactly",
        Form::PartOf => "place, part of",
        Form::Inside | Form::Cover => "place",
    });
    let kind = match pattern.kind {
        HARM => Some("derived kind"),
        LOSS => Some("boast"),
        NOTIFY => Some("declared"),
        _ => None,
    };
    place.into_iter().chain(kind).collect()
}
