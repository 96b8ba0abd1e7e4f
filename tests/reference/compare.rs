//! Holds the library's answers against those of the reference.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::judge::{Answer, Judge, Key};
use super::library::{self, Found};
use super::model::{ACTORS, Case, Duty, Pledge, counts_as, iso};
use super::{constructs, generate, print, shrink};

/// How many cases the normal run tries.
const CASES: u64 = 1500;
const STANDARDS: [&str; 4] = ["claimed", "reported", "corroborated", "verified"];

/// How often each status was reached.
type Counts = BTreeMap<String, usize>;

/// Tries the cases of the first seeds, or the one of `SERVANDA_SEED`.
pub(crate) fn all() {
    let mut counts = Counts::new();
    let mut kinds: BTreeMap<String, (usize, u64)> = BTreeMap::new();
    let mut constructs = BTreeMap::new();
    for seed in seeds(CASES) {
        for construct in constructs::of(&generate::case(seed)) {
            *constructs.entry(construct).or_insert(0) += 1;
        }
        if let Some(difference) = differences(&generate::case(seed), &mut counts).first() {
            let kind = kinds.entry(difference.kind()).or_insert((0, seed));
            kind.0 += 1;
        }
    }
    show(&counts, &constructs);
    let mut wrong = String::new();
    for (kind, (times, seed)) in kinds.iter().take(20) {
        writeln!(wrong, "=== {times} times: {kind}, first in seed {seed}\n").unwrap();
        wrong += &smallest(*seed, kind);
    }
    assert!(kinds.is_empty(), "the evaluators differ\n{wrong}");
}

/// Gives the seeds to try: the one asked for, or as many as are wanted.
pub(crate) fn seeds(usual: u64) -> std::ops::Range<u64> {
    let number = |name: &str| {
        let text = std::env::var(name).ok()?;
        Some(text.parse::<u64>().unwrap())
    };
    match number("SERVANDA_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("SERVANDA_CASES").unwrap_or(usual),
    }
}

#[expect(
    clippy::print_stdout,
    reason = "a run shows what it tried and what it reached"
)]
fn show(counts: &Counts, constructs: &BTreeMap<&str, usize>) {
    for (construct, cases) in constructs {
        println!("{cases:8} cases with {construct}");
    }
    if std::env::var("SERVANDA_CASES").is_ok() {
        for (status, count) in counts {
            println!("{count:8} {status}");
        }
    }
}

fn smallest(seed: u64, kind: &str) -> String {
    let differs = |case: &Case| {
        let found = differences(case, &mut Counts::new());
        found.first().is_some_and(|found| found.kind() == kind)
    };
    let case = shrink::shrink(&generate::case(seed), differs);
    let order: Vec<usize> = (0..case.records.len()).collect();
    let mut out = format!(
        "{}{}# as of {}, known by {:?}\n",
        print::treaty(&case),
        print::records(&case, &order),
        iso(case.as_of),
        case.known_by.map(iso)
    );
    for difference in differences(&case, &mut Counts::new()).iter().take(3) {
        writeln!(out, "  {}", difference.line()).unwrap();
    }
    out.push('\n');
    out
}

/// An instance of a pledge that the two judge differently at a standard.
struct Difference {
    pledge: String,
    standard: &'static str,
    expected: Option<Answer>,
    found: Option<Found>,
}

impl Difference {
    /// What one case of a kind shows, the others show again.
    fn kind(&self) -> String {
        let expected = self.expected.as_ref().map(|answer| {
            (
                answer.status,
                answer.reason.unwrap_or(""),
                answer.established,
            )
        });
        let found = self
            .found
            .as_ref()
            .map(|found| (found.status, found.reason.unwrap_or(""), found.established));
        format!("expected {expected:?}, found {found:?}")
    }

    fn line(&self) -> String {
        format!(
            "{} at {}: expected {:?}\n    found {:?}",
            self.pledge, self.standard, self.expected, self.found
        )
    }
}

fn differences(case: &Case, counts: &mut Counts) -> Vec<Difference> {
    let answers = library::ask(case);
    let judge = Judge::new(case);
    let mut out = Vec::new();
    for (index, pledge) in case.pledges.iter().enumerate() {
        let verifiable = case.sources.iter().any(|source| verifies(source, pledge));
        let mut waiting = judge.keys(pledge);
        for (trigger, found) in &answers[index] {
            let key = key(&judge, pledge, trigger.as_deref());
            waiting.retain(|&waiting| waiting != key);
            for (rung, standard) in (1..=4).zip(STANDARDS) {
                let expected = (rung < 4 || verifiable).then(|| judge.pledge(pledge, key, rung));
                if let Some(expected) = &expected {
                    let reason = expected.reason.unwrap_or("");
                    *counts
                        .entry(format!("{} {reason}", expected.status))
                        .or_default() += 1;
                }
                let found = found[usize::from(rung) - 1].clone();
                if !agree(expected.as_ref(), found.as_ref()) {
                    out.push(Difference {
                        pledge: format!("p{index} {trigger:?}"),
                        standard,
                        expected,
                        found,
                    });
                }
            }
        }
        out.extend(waiting.into_iter().map(|key| Difference {
            pledge: format!("p{index} {key:?}"),
            standard: "claimed",
            expected: Some(judge.pledge(pledge, key, 1)),
            found: None,
        }));
    }
    out
}

/// Which instance a name of the library's means.
fn key(judge: &Judge, pledge: &Pledge, name: Option<&str>) -> Key {
    let Some(name) = name else {
        let periods = judge.dues(pledge);
        return if periods.is_empty() {
            Key::Only
        } else {
            Key::Period(0)
        };
    };
    if let Some(target) = name.strip_prefix("on ") {
        let place = ACTORS.iter().position(|actor| *actor == target);
        return place.map_or(Key::Only, Key::Target);
    }
    match name.strip_prefix("due ") {
        Some(day) => {
            let due = judge.dues(pledge);
            let place = due.iter().position(|&due| iso(due) == day);
            place.map_or(Key::Only, Key::Period)
        }
        None => Key::Trigger(judge.file.incident(name[1..].parse().unwrap())),
    }
}

/// Whether a source verifies the act of a pledge; where none does, that standard has no verdict.
fn verifies(source: &super::model::Source, pledge: &Pledge) -> bool {
    match &pledge.duty {
        Duty::Do(pattern, _)
        | Duty::Refrain { pattern, .. }
        | Duty::Prevent { pattern, .. }
        | Duty::Every(pattern, _)
        | Duty::Limit(pattern, _)
        | Duty::Minimum(pattern, _)
        | Duty::Endeavour { pattern, .. } => source
            .verifies
            .iter()
            .any(|&kind| counts_as(kind, pattern.kind)),
        Duty::Keep { .. } | Duty::Reach { .. } => false,
    }
}

fn agree(expected: Option<&Answer>, found: Option<&Found>) -> bool {
    let (Some(expected), Some(found)) = (expected, found) else {
        return expected.is_none() && found.is_none();
    };
    let late = expected.late == found.late;
    if expected.status == "left open" {
        return true;
    }
    let ground = |established: bool| established == found.established;
    expected.status == found.status
        && expected.established.is_none_or(ground)
        && (expected.reason == Some("*") || expected.reason == found.reason)
        && late
}
