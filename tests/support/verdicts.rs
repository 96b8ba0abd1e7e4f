//! Checks of verdicts: rules, records and, for each pledge and date, the verdict at each standard, worked by hand.
//!
//! A case is a folder with `expect.toml`; its rules and records stand beside it unless it names others of the repository. An expectation is a
//! status, then any of: days (late, or left), a reason in parentheses, the ground, `since DATE`. What it does not say is not compared.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use servanda::project::{Outcome, Project, Request, Text, assess, matching};
use servanda::source::Spanned;
use servanda::time::{Calendar, Day, Instant, Moment, iso_moment};
use servanda::verdict::{InstanceAssessment, Profile, Status, Verdict};

const STANDARDS: [&str; 4] = ["claimed", "reported", "corroborated", "verified"];

/// Applies every case of `tests/verdicts`.
pub(crate) fn all() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders: Vec<PathBuf> = std::fs::read_dir(root.join("tests/verdicts"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("expect.toml").exists())
        .collect();
    folders.sort();
    assert!(!folders.is_empty(), "no verdict cases");
    let mut wrong = String::new();
    for folder in &folders {
        check(root, folder, &mut wrong);
    }
    assert!(wrong.is_empty(), "verdicts that differ:\n{wrong}");
}

fn check(root: &Path, folder: &Path, wrong: &mut String) {
    let text = std::fs::read_to_string(folder.join("expect.toml")).unwrap();
    let case: toml::Table = text
        .parse()
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let files = |key: &str, own: &str| match case.get(key) {
        Some(list) => list
            .as_array()
            .unwrap()
            .iter()
            .map(|file| root.join(file.as_str().unwrap()))
            .collect(),
        None => vec![folder.join(own)],
    };
    let (rules, records) = (
        files("rules", "rules.treaty"),
        files("records", "records.toml"),
    );
    for expectation in case["expect"].as_array().unwrap() {
        let expectation = expectation.as_table().unwrap();
        for problem in differences(&rules, &records, expectation) {
            writeln!(
                wrong,
                "  {}: {problem}",
                folder.file_name().unwrap().to_string_lossy()
            )
            .unwrap();
        }
    }
}

fn differences(rules: &[PathBuf], records: &[PathBuf], expectation: &toml::Table) -> Vec<String> {
    let text = |key: &str| {
        expectation
            .get(key)
            .map(|value| value.as_str().unwrap_or_else(|| panic!("{key} is no text")))
    };
    let pledge = text("pledge").unwrap();
    let as_of = text("as-of").unwrap();
    let known_by = text("known-by").unwrap_or(as_of);
    let outcome = run(rules, records, as_of, known_by);
    let at = |what: &str| format!("`{pledge}` as of {as_of}, known by {known_by}: {what}");
    let errors = outcome
        .outcome
        .diagnostics
        .iter()
        .filter(|found| found.severity == servanda::diagnostic::Severity::Error);
    let mut problems: Vec<String> = errors
        .map(|error| at(&format!("{}: {}", error.code, error.message)))
        .collect();
    let Some((profile, instance, calendar, conventions)) = outcome.find(pledge) else {
        problems.push(at("no such pledge or instance"));
        return problems;
    };
    for standard in STANDARDS {
        if let Some(expected) = text(standard) {
            let found = verdict_at(&profile, standard);
            if let Some(problem) = compare(expected, found, &calendar) {
                problems.push(at(&format!(
                    "{standard}: expected {expected}, found {problem}"
                )));
            }
        }
    }
    if let Some(expected) = text("verdict") {
        let found = instance
            .as_ref()
            .and_then(|instance| instance.own.as_ref())
            .map(|own| &own.verdict);
        if let Some(problem) = compare(expected, found, &calendar) {
            problems.push(at(&format!(
                "verdict: expected {expected}, found {problem}"
            )));
        }
    }
    let due = instance
        .as_ref()
        .and_then(|instance| instance.due)
        .map_or("none".to_owned(), |due| iso_moment(due, &calendar));
    if text("due").is_some_and(|expected| expected != due) {
        problems.push(at(&format!(
            "due: expected {}, found {due}",
            text("due").unwrap()
        )));
    }
    if let Some(expected) = expectation.get("conventions") {
        let expected: Vec<&str> = expected
            .as_array()
            .unwrap()
            .iter()
            .map(|line| line.as_str().unwrap())
            .collect();
        let alike = expected.len() == conventions.len()
            && expected
                .iter()
                .zip(&conventions)
                .all(|(expected, found)| found.starts_with(expected));
        if !alike {
            problems.push(at(&format!(
                "conventions: expected {expected:?}, found {conventions:?}"
            )));
        }
    }
    problems
}

struct Run {
    project: Project,
    outcome: Outcome,
}

fn run(rules: &[PathBuf], records: &[PathBuf], as_of: &str, known_by: &str) -> Run {
    let mut project = Project::default();
    let mut read = |path: &str| {
        std::fs::read(path)
            .map(Text::from_bytes)
            .map_err(|error| error.to_string())
    };
    for file in rules {
        project
            .add_rules(&file.to_string_lossy(), &mut read)
            .unwrap();
    }
    for file in records {
        project
            .add_records(&file.to_string_lossy(), &mut read)
            .unwrap();
    }
    let span = project.sources.get(project.roots[0]).span();
    let day = |text: &str| Some(Spanned::new(text.parse::<Day>().unwrap(), span));
    let request = Request {
        now: Instant(0),
        as_of: day(as_of),
        known_by: day(known_by),
        standard: None,
    };
    let outcome = assess(&project, &request);
    Run { project, outcome }
}

impl Run {
    fn find(
        &self,
        name: &str,
    ) -> Option<(Profile, Option<InstanceAssessment>, Calendar, Vec<String>)> {
        let (pledge, selector) = name.split_once('[').map_or((name, None), |(pledge, rest)| {
            (pledge, Some(rest.trim_end_matches(']')))
        });
        let (part, id) = *matching(&self.outcome.parts, &self.project.sources, pledge)
            .ok()?
            .first()?;
        let part = &self.outcome.parts[part];
        let found = part
            .assessment
            .pledges
            .iter()
            .find(|found| found.pledge == id)?;
        let calendar = part.agreement.calendar.clone();
        let convention = |convention: &servanda::verdict::Convention| {
            format!(
                "{}: {} {}",
                convention.name,
                iso_moment(convention.due, &calendar),
                show(&convention.verdict, &calendar)
            )
        };
        let conventions = found.conventions.iter().map(convention).collect();
        match selector {
            None => Some((
                found.profile.clone(),
                found.instances.first().cloned(),
                calendar,
                conventions,
            )),
            Some(selector) => {
                let wanted: Vec<(String, String)> = selector
                    .split(',')
                    .map(|pair| {
                        pair.split_once('=')
                            .unwrap_or(("on", pair.trim().trim_start_matches("on ")))
                    })
                    .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
                    .collect();
                let fits = |instance: &&InstanceAssessment| {
                    wanted.iter().all(|pair| match pair.0.as_str() {
                        "on" => instance
                            .opens
                            .is_some_and(|opens| iso_moment(opens, &calendar).starts_with(&pair.1)),
                        _ => instance.bindings.contains(pair),
                    })
                };
                let instance = found.instances.iter().find(fits)?;
                Some((
                    instance.profile.clone(),
                    Some(instance.clone()),
                    calendar.clone(),
                    conventions,
                ))
            }
        }
    }
}

fn verdict_at<'p>(profile: &'p Profile, standard: &str) -> Option<&'p Verdict> {
    match standard {
        "claimed" => Some(&profile.claimed),
        "reported" => Some(&profile.reported),
        "corroborated" => Some(&profile.corroborated),
        _ => profile.verified.as_ref(),
    }
}

/// Compares word by word; gives what was found where it differs.
fn compare(expected: &str, found: Option<&Verdict>, calendar: &Calendar) -> Option<String> {
    let Some(found) = found else {
        return (expected != "null").then(|| "null".to_owned());
    };
    let shown = show(found, calendar);
    let words: Vec<&str> = shown.split(' ').collect();
    let mut expected_words = expected.split(' ');
    if expected_words.next() != words.first().copied() {
        return Some(shown);
    }
    let fits = expected_words.all(|word| words.contains(&word));
    (!fits).then_some(shown)
}

/// Shows a verdict as expectations are written: `overdue 63 presumed since 2021-04-30`.
fn show(verdict: &Verdict, calendar: &Calendar) -> String {
    let mut out = verdict.status.word().to_owned();
    if let Some(days) = verdict.days_late {
        let range = if days.least == days.most {
            days.least.to_string()
        } else {
            format!("{}-{}", days.least, days.most)
        };
        write!(out, " {range}").unwrap();
    }
    if let Some(days) = verdict
        .days_left
        .filter(|_| verdict.status == Status::Pending)
    {
        write!(out, " {days}").unwrap();
    }
    if let Some(why) = verdict.reason {
        write!(out, " ({})", why.word()).unwrap();
    }
    let ground = match verdict.ground {
        servanda::verdict::Ground::Established => "established",
        servanda::verdict::Ground::Presumed => "presumed",
    };
    write!(out, " {ground}").unwrap();
    if let Some(since) = verdict.since {
        write!(
            out,
            " since {}",
            since_text(calendar.moment_of(since), calendar)
        )
        .unwrap();
    }
    out
}

fn since_text(moment: Moment, calendar: &Calendar) -> String {
    iso_moment(moment, calendar)
}
