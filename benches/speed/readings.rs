//! Quantities and states over time: how the cost of one pledge grows with the readings and events that it looks at.

use std::fmt::Write as _;

use servanda::agreement::PledgeId;
use servanda::project::{Project, Request, Text, assess, history};

use super::{growth, median};

const SIZES: [usize; 4] = [250, 500, 1_000, 2_000];

/// A pledge, and the records it is judged by.
struct Shape {
    what: &'static str,
    /// What the rule file has beside the declarations below.
    rules: &'static str,
    record: fn(usize) -> String,
}

const DECLARATIONS: &str = "agreement bench \"Bench\" {\n  in force from 2021-01-01\n}\ngroup members\nparty a in members\nparty b in members\n\
     measure troops(of: actor) persons\nmeasure camp(of: actor) persons lasts 30 days\n\
     event attack(by: actor, killed: number persons)\nevent declare(by: actor)\nevent revoke(by: actor)\n\
     state truce(of: actor) {\n  begins declare(by: of)\n  ends revoke(by: of)\n}\n";

const SHAPES: [Shape; 13] = [
    Shape {
        what: "keep within a limit, one source",
        rules: "a must keep troops(of: a) <= 100 persons",
        record: |n| reading(n, "troops", "a", n % 120, 1, &day(n)),
    },
    Shape {
        what: "keep within a limit, three sources",
        rules: "a must keep troops(of: a) <= 100 persons",
        record: |n| reading(n, "troops", "a", n % 120, 3, &day(n)),
    },
    Shape {
        what: "reach a level, three sources",
        rules: "a must reach troops(of: a) <= 100 persons by 2040-01-01",
        record: |n| reading(n, "troops", "a", 200 + n % 120, 3, &day(n)),
    },
    Shape {
        what: "readings that last",
        rules: "a must keep camp(of: a) <= 100 persons",
        record: |n| reading(n, "camp", "a", n % 120, 3, &day(n)),
    },
    Shape {
        what: "readings of uncertain days",
        rules: "a must keep troops(of: a) <= 100 persons",
        record: |n| {
            let when = format!("\"{}/{}\"", day(n), day(n + 5));
            reading(n, "troops", "a", n % 120, 3, &when)
        },
    },
    Shape {
        what: "readings denied, retracted or corrected",
        rules: "a must keep troops(of: a) <= 100 persons",
        record: |n| reading(n, "troops", "a", n % 120, 3, &day(n)) + &answer(n),
    },
    Shape {
        what: "a share of another measure",
        rules: "a must keep troops(of: a) <= 150% of troops(of: b)",
        record: |n| {
            let of = if n % 10 == 0 { "b" } else { "a" };
            reading(n, "troops", of, 50 + n % 40, 3, &day(n))
        },
    },
    Shape {
        what: "a share of what it was",
        rules: "a must keep troops(of: a) <= 150% of troops(of: a) as of 2021-01-01",
        record: |n| reading(n, "troops", "a", 50 + n % 40, 3, &day(n)),
    },
    Shape {
        what: "a total over two members",
        rules: "a must keep total troops(of: members) <= 100 persons",
        record: |n| {
            reading(
                n,
                "troops",
                if n % 2 == 0 { "a" } else { "b" },
                n % 60,
                3,
                &day(n),
            )
        },
    },
    Shape {
        what: "a count in the last days",
        rules: "b must keep count of attack(by: b) in the last 30 days <= 20",
        record: |n| event(n, "attack", "killed = 1\n"),
    },
    Shape {
        what: "a sum reached",
        rules: "b must reach sum of killed of attack(by: b) >= 1000000 persons by 2040-01-01",
        record: |n| event(n, "attack", "killed = 1\n"),
    },
    Shape {
        what: "a state that must last",
        rules: "b must keep truce(of: b)",
        record: |n| event(n, if n % 2 == 0 { "declare" } else { "revoke" }, ""),
    },
    Shape {
        what: "forbidden while a state lasts",
        rules: "while truce(of: b)\n  b must not attack(by: b)",
        record: |n| match n % 4 {
            0 => event(n, "declare", ""),
            2 => event(n, "revoke", ""),
            _ => event(n, "attack", "killed = 1\n"),
        },
    },
];

/// Times every shape.
pub(crate) fn all() {
    for shape in &SHAPES {
        growth(shape.what, &SIZES, "records", |count| {
            let project = project(shape, count);
            median(|| {
                std::hint::black_box(assess(&project, &request()));
            })
        });
    }
    growth("history", &[50, 100, 200], "days", |count| {
        let outcome = assess(&project(&SHAPES[1], count), &request());
        let part = outcome.parts.first().unwrap();
        median(|| {
            std::hint::black_box(history(part, PledgeId(0), &[]));
        })
    });
}

fn request() -> Request {
    Request {
        now: servanda::time::Instant(2_000_000_000),
        as_of: None,
        known_by: None,
        standard: None,
    }
}

fn project(shape: &Shape, count: usize) -> Project {
    let rules = format!("{DECLARATIONS}pledge p {{\n  {}\n}}\n", shape.rules);
    let mut records = String::new();
    for source in 0..3 {
        writeln!(records, "[sources.s{source}]\nreliability = \"B\"").unwrap();
    }
    for n in 0..count {
        records += &(shape.record)(n);
    }
    let mut project = Project::default();
    project.add_root(
        "rules.treaty",
        Text::from_bytes(rules.into_bytes()),
        &mut |_| Err("none".to_owned()),
    );
    let text = |_: &str| Ok(Text::from_bytes(records.clone().into_bytes()));
    project
        .add_records("records.toml", &mut |path| text(path))
        .unwrap();
    project
}

fn reading(n: usize, measure: &str, of: &str, value: usize, sources: usize, when: &str) -> String {
    let source = n % sources;
    format!(
        "[[reading]]\nid = \"r{n}\"\nmeasure = \"{measure}\"\nof = \"{of}\"\nvalue = {value}\nwhen = {when}\nsource = \"s{source}\"\n\
         basis = \"observed\"\nreported = {}\n",
        day(n)
    )
}

fn event(n: usize, kind: &str, more: &str) -> String {
    let (source, day) = (n % 3, day(n));
    format!(
        "[[event]]\nid = \"e{n}\"\nkind = \"{kind}\"\nby = \"b\"\nwhen = {day}\nsource = \"s{source}\"\nbasis = \"observed\"\nreported = {day}\n{more}"
    )
}

/// Denies, retracts or corrects a reading.
fn answer(n: usize) -> String {
    let (own, other, day) = (n % 3, (n + 1) % 3, day(n + 1));
    match n % 3 {
        0 => format!(
            "[[reading]]\ndenies = \"r{n}\"\nsource = \"s{other}\"\nbasis = \"observed\"\nreported = {day}\n"
        ),
        1 => format!("[[reading]]\nretracts = \"r{n}\"\nsource = \"s{own}\"\nreported = {day}\n"),
        _ => format!(
            "[[reading]]\ncorrects = \"r{n}\"\nof = \"a\"\nvalue = 20\nwhen = {}\nsource = \"s{own}\"\nbasis = \"observed\"\nreported = {day}\n",
            self::day(n)
        ),
    }
}

/// Gives one of many days, each once.
fn day(n: usize) -> String {
    format!(
        "{}-{:02}-{:02}",
        2021 + n / 336,
        n / 28 % 12 + 1,
        n % 28 + 1
    )
}
