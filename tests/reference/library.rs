//! Asks the library for its answer to a case.

use std::collections::BTreeMap;

use servanda::diagnostic::Severity;
use servanda::project::{Project, Request, Text, assess};
use servanda::source::Spanned;
use servanda::time::{Day, Instant, Moment, Point};
use servanda::verdict::{Ground, Profile, Verdict};

use super::model::{self, Case};
use super::print;

/// What the library says of one instance at one standard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) status: &'static str,
    pub(crate) established: bool,
    pub(crate) reason: Option<&'static str>,
    pub(crate) late: Option<(i64, i64)>,
}

/// For each pledge, for each trigger (by the record's name), period or target, the answers at the four standards.
pub(crate) type Answers = Vec<BTreeMap<Option<String>, [Option<Found>; 4]>>;

/// Asks with the records in the order in which they were made.
pub(crate) fn ask(case: &Case) -> Answers {
    let order: Vec<usize> = (0..case.records.len()).collect();
    ask_in_order(case, &order)
}

/// Asks with the records in some order.
pub(crate) fn ask_in_order(case: &Case, order: &[usize]) -> Answers {
    ask_texts(
        &print::treaty(case),
        &print::records(case, order),
        case.as_of,
        case.known_by,
    )
}

/// Asks with the texts as they are.
pub(crate) fn ask_texts(treaty: &str, records: &str, as_of: i64, known_by: Option<i64>) -> Answers {
    let mut project = Project::default();
    let text = |text: &str| Text {
        text: text.into(),
        damaged_at: None,
        bytes: None,
    };
    project.add_root("case.treaty", text(treaty), &mut |_| {
        Err("no file".to_owned())
    });
    project
        .add_records("case.toml", &mut |_| Ok(text(records)))
        .unwrap();
    let span = project.sources.get(project.roots[0]).span();
    let day = |day: i64| Spanned::new(model::iso(day).parse::<Day>().unwrap(), span);
    let request = Request {
        now: Instant(0),
        as_of: Some(day(as_of)),
        known_by: known_by.map(day),
        standard: None,
    };
    let outcome = assess(&project, &request);
    let errors: Vec<String> = outcome
        .diagnostics
        .iter()
        .filter(|found| found.severity == Severity::Error)
        .map(|found| format!("{}: {}", found.code, found.message))
        .collect();
    assert!(errors.is_empty(), "{errors:?}\n{treaty}\n{records}");
    let part = &outcome.parts[0];
    let pledges = part.assessment.pledges.iter().map(|pledge| {
        let instances = pledge.instances.iter().map(|instance| {
            let trigger = instance
                .trigger
                .map(|id| part.records.records[id.0 as usize].name.clone());
            let day = |due: Moment| match due.first {
                Point::Day(day) => Some(format!("due {day}")),
                Point::At(_) => None,
            };
            let several = pledge.instances.len() > 1;
            let due = || instance.due.filter(|_| several).and_then(day);
            let apart = instance.bindings.iter().find(|(name, _)| name == "y");
            let apart = || apart.map(|(_, value)| format!("on {value}"));
            let name = trigger.or_else(due).or_else(apart);
            (name, at_all(&instance.profile))
        });
        instances.collect()
    });
    pledges.collect()
}

fn at_all(profile: &Profile) -> [Option<Found>; 4] {
    [
        Some(found(&profile.claimed)),
        Some(found(&profile.reported)),
        Some(found(&profile.corroborated)),
        profile.verified.as_ref().map(found),
    ]
}

fn found(verdict: &Verdict) -> Found {
    Found {
        status: verdict.status.word(),
        established: verdict.ground == Ground::Established,
        reason: verdict.reason.map(servanda::verdict::Why::word),
        late: verdict
            .days_late
            .map(|days| (days.least, if days.most > 100_000 { -1 } else { days.most })),
    }
}
