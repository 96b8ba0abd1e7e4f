//! Tables of the calendar, through the whole program: the text of a rule in, its due moment and verdicts out.
//!
//! Each file of `tests/calendar` is a list of rows. `rule` is a sentence about `alpha`; `zone`, `header` and `items` set up the agreement,
//! `upon` is when the trigger happened, `asked` when something else did that the rule speaks of, `opens` picks a period of a recurring duty.
//!
//! | Key | What is expected |
//! |---|---|
//! | `due` | the due moment, as the report writes it |
//! | `first`, `good` | an act then fulfils; `good` is the last moment that does |
//! | `soon` | an act then does not count |
//! | `open` | an act then may be in time and may be late |
//! | `late` with `days` or `seconds`, `later` with `later-days` or `later-seconds` | an act then fulfils, late by so much; `days-most` where the least and the most differ |
//! | `missed` | an act then comes too late for ever |
//! | `last`, `free` | for a prohibition: an act then breaks it; an act then does not |

use std::fmt::Write as _;
use std::path::Path;

use servanda::diagnostic::Severity;
use servanda::project::{Project, Request, Text, assess};
use servanda::source::Spanned;
use servanda::time::{Day, Instant, iso_moment};
use servanda::verdict::{InstanceAssessment, Range, Status};

/// Applies every row of every table.
pub(crate) fn all() {
    let mut wrong = String::new();
    let mut count = 0;
    for path in super::files("calendar", "toml") {
        let text = std::fs::read_to_string(&path).unwrap();
        let table: toml::Table = text.parse().unwrap();
        for row in table["row"].as_array().unwrap() {
            count += 1;
            check(&path, row.as_table().unwrap(), &mut wrong);
        }
    }
    assert!(count >= 170, "only {count} rows");
    assert!(wrong.is_empty(), "moments that differ:\n{wrong}");
}

fn check(path: &Path, row: &toml::Table, wrong: &mut String) {
    let text = |key: &str| row.get(key).map(|value| value.as_str().unwrap());
    let number = |key: &str| row.get(key).map(|value| value.as_integer().unwrap());
    let mut differ = |what: String| {
        let name = path.file_stem().unwrap().to_string_lossy();
        let (rule, why) = (text("rule").unwrap(), text("why").unwrap());
        writeln!(wrong, "  {name}: {rule}: {what} ({why})").unwrap();
    };
    for key in row.keys() {
        assert!(KEYS.contains(&key.as_str()), "{}: {key}", path.display());
    }
    if let Some(due) = text("due") {
        let (found, _) = judge(row, None);
        if found != due {
            differ(format!("expected due {due}, found {found}"));
        }
    }
    for (key, expected, lateness) in [
        ("first", Status::Fulfilled, None),
        ("good", Status::Fulfilled, None),
        ("soon", Status::Overdue, None),
        ("open", Status::FulfilledTimingUnknown, None),
        ("late", Status::FulfilledLate, Some(("days", "seconds"))),
        (
            "later",
            Status::FulfilledLate,
            Some(("later-days", "later-seconds")),
        ),
        ("missed", Status::Breached, None),
        ("last", Status::Breached, None),
        ("free", Status::Held, None),
    ] {
        let Some(when) = text(key) else { continue };
        let (_, found) = judge(row, Some(when));
        let verdict = &found.profile.reported;
        // A fixed day that was missed is lost whatever came too soon.
        let lost = key == "soon" && verdict.status == Status::Breached;
        if verdict.status != expected && !lost {
            differ(format!("an act of {when}: {:?}", verdict.status));
        }
        let Some((days, seconds)) = lateness else {
            continue;
        };
        let most = number("days-most").filter(|_| key == "late");
        for (least, most, found) in [
            (number(days), most, verdict.days_late),
            (number(seconds), None, verdict.seconds_late),
        ] {
            let Some(least) = least else { continue };
            let most = most.unwrap_or(least);
            if found != Some(Range { least, most }) {
                differ(format!("an act of {when}: late by {found:?}"));
            }
        }
    }
}

const KEYS: [&str; 23] = [
    "rule",
    "zone",
    "header",
    "items",
    "upon",
    "asked",
    "opens",
    "due",
    "first",
    "good",
    "soon",
    "late",
    "days",
    "days-most",
    "open",
    "seconds",
    "later",
    "later-days",
    "later-seconds",
    "missed",
    "last",
    "free",
    "why",
];

/// Gives the due moment and the instance that the row is about, where an act happened at `when`.
fn judge(row: &toml::Table, when: Option<&str>) -> (String, InstanceAssessment) {
    let text = |key: &str| row.get(key).map(|value| value.as_str().unwrap());
    let mut project = Project::default();
    let rules = Text::from_bytes(rules(row).into_bytes());
    project.add_root("rules.treaty", rules, &mut |_| Err(String::new()));
    let asked = text("upon").or(text("asked"));
    let mut records = String::from("[sources.n1]\nreliability = \"B\"\n");
    for (kind, by, when) in [("ask", "beta", asked), ("act", "alpha", when)] {
        if let Some(when) = when {
            write!(
                records,
                "[[event]]\nkind = \"{kind}\"\nby = \"{by}\"\nwhen = \"{when}\"\nsource = \"n1\"\nbasis = \"observed\"\n"
            )
            .unwrap();
        }
    }
    let records = Text::from_bytes(records.into_bytes());
    project
        .add_records("records.toml", &mut |_| Ok(records.clone()))
        .unwrap();
    let years = [when, text("due")].into_iter().flatten();
    let years = years.map(|moment| moment.split('-').next().unwrap().parse::<i16>().unwrap());
    let year = years.max().unwrap();
    let span = project.sources.get(project.roots[0]).span();
    let day = Some(Spanned::new(Day::constant(year + 1, 12, 31), span));
    let request = Request {
        now: Instant(0),
        as_of: day,
        known_by: None,
        standard: None,
    };
    let outcome = assess(&project, &request);
    let rule = text("rule").unwrap();
    for found in &outcome.diagnostics {
        let about_rules = found.primary.span.source == span.source;
        let finding = ["breached", "overdue"].contains(&found.code.name());
        assert!(
            found.severity != Severity::Error || finding,
            "{rule}: {about_rules} {}",
            found.message
        );
    }
    let part = &outcome.parts[0];
    let calendar = &part.agreement.calendar;
    let pledge = part
        .agreement
        .pledges
        .iter()
        .find(|pledge| pledge.name == "duty");
    let pledge = pledge.unwrap_or_else(|| panic!("{rule} is no pledge"));
    let assessed = part.assessment.pledges.iter();
    let assessed = assessed.filter(|found| found.pledge == pledge.id);
    let mut instances = assessed.flat_map(|found| &found.instances);
    let opens = text("opens");
    let instance = instances.find(|instance| {
        opens.is_none_or(|opens| {
            instance
                .opens
                .is_some_and(|found| iso_moment(found, calendar) == opens)
        })
    });
    let instance = instance.unwrap_or_else(|| panic!("{rule}: no instance {opens:?}"));
    let due = instance.due.map(|due| iso_moment(due, calendar));
    (due.unwrap_or_default(), instance.clone())
}

fn rules(row: &toml::Table) -> String {
    let text = |key: &str| row.get(key).map_or("", |value| value.as_str().unwrap());
    let zone = row.get("zone").map_or("UTC", |zone| zone.as_str().unwrap());
    let items = row.get("items").and_then(|items| items.as_array());
    let items = items
        .into_iter()
        .flatten()
        .map(|item| item.as_str().unwrap());
    let items: Vec<&str> = items.collect();
    let trigger = if row.contains_key("upon") {
        "upon ask(by: beta)"
    } else {
        ""
    };
    format!(
        "agreement sample {{ in force from 1890-01-01 timezone \"{zone}\" {} }}\n\
         party alpha \"Alpha\"\nparty beta \"Beta\"\n\
         event act(by: actor)\nevent act-first(by: actor)\nevent ask(by: actor)\n\
         {}\npledge duty {{ {trigger} {} }}\n",
        text("header"),
        items.join("\n"),
        text("rule"),
    )
}
