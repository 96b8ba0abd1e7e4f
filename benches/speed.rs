//! How long the main jobs take, and whether the cost grows with the size: `cargo bench`.
//!
//! Prints milliseconds (the median of several runs) and the ratio to the size before. Times on a shared machine are noisy: read the ratios.

#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot start should stop"
)]
#![expect(clippy::print_stdout, reason = "printing is its job")]

#[path = "speed/readings.rs"]
mod readings;

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use servanda::project::{Project, Request, Text, assess};
use servanda::resolve::resolve;

fn main() {
    whole_process();
    growth(
        "parse and resolve",
        &[1_250, 2_500, 5_000, 10_000],
        "lines",
        |lines| {
            let text = rules(lines);
            median(|| {
                let mut project = Project::default();
                project.add_root(
                    "rules.treaty",
                    Text::from_bytes(text.clone().into_bytes()),
                    &mut |_| Err("none".to_owned()),
                );
                let root = *project.roots.first().unwrap();
                std::hint::black_box(resolve(&project.unit(root)));
            })
        },
    );
    growth(
        "check",
        &[1_250, 2_500, 5_000, 10_000],
        "records",
        |count| {
            let (rules, records) = (rules(200), records(count));
            median(|| {
                let mut project = Project::default();
                project.add_root(
                    "rules.treaty",
                    Text::from_bytes(rules.clone().into_bytes()),
                    &mut |_| Err("none".to_owned()),
                );
                project
                    .add_records("records.toml", &mut |_| {
                        Ok(Text::from_bytes(records.clone().into_bytes()))
                    })
                    .unwrap();
                let request = Request {
                    now: servanda::time::Instant(1_700_000_000),
                    as_of: None,
                    known_by: None,
                    standard: None,
                };
                std::hint::black_box(assess(&project, &request));
            })
        },
    );
    readings::all();
}

/// The Doha example as a user runs it, from starting the process to its end.
fn whole_process() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let run = || {
        Command::new(env!("CARGO_BIN_EXE_servanda"))
            .current_dir(root)
            .args([
                "check",
                "rules/doha-2020.treaty",
                "--records",
                "examples/doha-2020/records.toml",
                "--as-of",
                "2021-09-03",
            ])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
    };
    println!(
        "check of the Doha example, whole process: {:.1} ms",
        median(run).as_secs_f64() * 1e3
    );
}

fn growth(what: &str, sizes: &[usize], unit: &str, mut time: impl FnMut(usize) -> Duration) {
    let mut before: Option<Duration> = None;
    for &size in sizes {
        let took = time(size);
        let ratio = before.map_or(String::new(), |before| {
            format!(
                "  ({:.2} times the size before)",
                took.as_secs_f64() / before.as_secs_f64()
            )
        });
        println!(
            "{what}, {size} {unit}: {:.1} ms{ratio}",
            took.as_secs_f64() * 1e3
        );
        before = Some(took);
    }
}

fn median(mut run: impl FnMut()) -> Duration {
    run();
    let mut times: Vec<Duration> = (0..9)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    times.sort();
    *times.get(times.len() / 2).unwrap()
}

/// Writes a rule file of about `lines` lines: pledges of every common form, five lines each.
fn rules(lines: usize) -> String {
    let mut out = String::from(
        "agreement bench \"Bench\" {\n  in force from 2020-01-01\n}\nparty a\nparty b\nplace land\n\
         event attack(by: actor, on: actor, in: place, killed: number persons)\nevent leave(by: actor, from: place)\n\
         measure troops(of: actor, in: place) persons\n",
    );
    for n in 0..lines.saturating_sub(9) / 5 {
        let sentence = match n % 4 {
            0 => "a must not attack(on: b, in: land) where killed >= 1 persons",
            1 => "b must leave(from: land) within 14 months of 2020-02-29",
            2 => "a must reach troops(of: a, in: land) <= 8600 persons by 2020-07-13",
            _ => "b must keep troops(of: b, in: land) <= 100 persons",
        };
        writeln!(out, "pledge p{n} \"Pledge {n}\" {{\n  cites \"art. {n}\"\n  note \"as agreed\"\n  {sentence}\n}}").unwrap();
    }
    out
}

/// Writes a record file of `count` events, one a day, by two sources.
fn records(count: usize) -> String {
    let mut out =
        String::from("[sources.one]\nreliability = \"B\"\n[sources.two]\nreliability = \"C\"\n");
    for n in 0..count {
        let (by, on, source) = if n % 2 == 0 {
            ("a", "b", "one")
        } else {
            ("b", "a", "two")
        };
        let day = format!(
            "20{:02}-{:02}-{:02}",
            20 + n / 336 % 60,
            n / 28 % 12 + 1,
            n % 28 + 1
        );
        writeln!(
            out,
            "[[event]]\nid = \"e{n}\"\nkind = \"attack\"\nwhen = {day}\nby = \"{by}\"\non = \"{on}\"\nin = \"land\"\nkilled = {}\nsource = \"{source}\"\nbasis = \"observed\"\nreported = {day}",
            n % 3
        )
        .unwrap();
    }
    out
}
