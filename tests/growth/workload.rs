//! Agreements and record files that grow: a shape for each place where a careless evaluator multiplies records by instances.
//!
//! Every shape is written for a number of records; instances grow with it, so that records times instances would show as a square.

use std::fmt::Write as _;

use servanda::agreement::{Agreement, Standing};
use servanda::diagnostic::Severity;
use servanda::eval::{Question, evaluate};
use servanda::evidence::Clocks;
use servanda::project::{Project, Text};
use servanda::record::Records;
use servanda::record::toml::read;
use servanda::resolve::resolve;
use servanda::time::Instant;
use servanda::verdict::Assessment;

/// A shape of rules and records.
pub(crate) struct Shape {
    /// What grows, in a few words.
    pub(crate) name: &'static str,
    /// Writes the rules and the records for about so many records.
    pub(crate) write: fn(usize) -> (String, String),
}

/// A shape of a certain size, read and ready to be judged.
pub(crate) struct Job {
    agreement: Agreement,
    records: Records,
    as_of: Instant,
}

impl Job {
    /// Writes and reads a shape.
    ///
    /// # Panics
    ///
    /// Where its files have a mistake.
    pub(crate) fn of(shape: &Shape, size: usize) -> Job {
        let (rules, records) = (shape.write)(size);
        let mut project = Project::default();
        let text = |text: String| Text::from_bytes(text.into_bytes());
        project.add_root("rules.treaty", text(rules), &mut |_| Err("none".to_owned()));
        project
            .add_records("records.toml", &mut |_| Ok(text(records.clone())))
            .unwrap();
        let root = *project.roots.first().unwrap();
        let resolved = resolve(&project.unit(root));
        let files: Vec<_> = project
            .records
            .iter()
            .map(|&id| project.sources.get(id))
            .collect();
        let reading = read(&files, &[], &resolved.agreement);
        let problems: Vec<_> = project.syntax_problems().collect();
        assert!(problems.is_empty(), "{}: {problems:#?}", shape.name);
        // Made records look alike, which is advised of and is no mistake.
        let found = resolved.diagnostics.iter().chain(&reading.diagnostics);
        let error = found.clone().find(|one| one.severity == Severity::Error);
        assert!(error.is_none(), "{}: {error:#?}", shape.name);
        Job {
            agreement: resolved.agreement,
            records: reading.records,
            // Late enough for every act of every shape: their years are shorter than real ones.
            as_of: Instant(946_684_800 + (i64::try_from(size).unwrap() + 100) * 95_000),
        }
    }

    /// Judges it.
    ///
    /// # Panics
    ///
    /// Where something in it is not evaluated.
    pub(crate) fn run(&self) -> Assessment {
        let question = Question {
            clocks: Clocks {
                as_of: self.as_of,
                known_by: Instant::MAX,
            },
            standard: Standing::Reported,
            proof_of: None,
        };
        let evaluation = evaluate(&self.agreement, &self.records, question);
        assert!(
            evaluation.diagnostics.is_empty(),
            "{:#?}",
            evaluation.diagnostics
        );
        evaluation.assessment
    }
}

/// All shapes.
pub(crate) const SHAPES: &[Shape] = &[
    Shape {
        name: "acts that name their trigger",
        write: named,
    },
    Shape {
        name: "acts joined to their trigger by a field",
        write: joined,
    },
    Shape {
        name: "acts with no link to their trigger",
        write: unlinked,
    },
    Shape {
        name: "acts of which no trigger is told, never shown",
        write: never_shown,
    },
    Shape {
        name: "a prohibition for each party, in two hundred places",
        write: places,
    },
    Shape {
        name: "a report every month",
        write: monthly,
    },
    Shape {
        name: "limits and minima per period",
        write: limits,
    },
    Shape {
        name: "limits and prohibitions for each pair that acts name",
        write: pairs,
    },
    Shape {
        name: "denials, echoes and retractions",
        write: disputes,
    },
    Shape {
        name: "many records of one occurrence",
        write: one_occurrence,
    },
    Shape {
        name: "long chains of echoes",
        write: chains,
    },
    Shape {
        name: "a few reports for each of many parties",
        write: by_party,
    },
    Shape {
        name: "a state asked for each trigger",
        write: states,
    },
    Shape {
        name: "a prohibition while a state holds",
        write: while_state,
    },
    Shape {
        name: "once, asked for each trigger",
        write: once,
    },
    Shape {
        name: "breaches of a pledge, one duty for each",
        write: breaches,
    },
    Shape {
        name: "breaches of the instances of a pledge",
        write: breaches_by_instance,
    },
    Shape {
        name: "excuses without a link to the duty",
        write: excuses,
    },
    Shape {
        name: "excuses joined to the duty",
        write: joined_excuses,
    },
    Shape {
        name: "suspensions with an end each",
        write: suspensions,
    },
    Shape {
        name: "extensions joined to the duty",
        write: extensions,
    },
    Shape {
        name: "permissions for many acts",
        write: permissions,
    },
    Shape {
        name: "findings, one for each instance",
        write: findings,
    },
    Shape {
        name: "watches of a day each, and overdue duties",
        write: watches,
    },
];

/// Gives a day, in order of numbers; every month has 28.
fn day(number: usize) -> String {
    format!(
        "{:04}-{:02}-{:02}",
        2000 + number / 336,
        number / 28 % 12 + 1,
        number % 28 + 1
    )
}

/// A record file while it is written.
struct File {
    text: String,
}

impl File {
    fn new() -> File {
        let text = "[sources.one]\nreliability = \"B\"\n[sources.two]\nreliability = \"C\"\n\
                    [sources.rumour]\nreliability = \"E\"\n";
        File {
            text: text.to_owned(),
        }
    }

    /// Adds an event that the good source saw.
    fn event(&mut self, id: &str, kind: &str, when: &str, rest: &str) {
        self.event_by("one", id, kind, when, rest);
    }

    fn event_by(&mut self, source: &str, id: &str, kind: &str, when: &str, rest: &str) {
        writeln!(
            self.text,
            "[[event]]\nid = \"{id}\"\nkind = \"{kind}\"\nwhen = {when}\nsource = \"{source}\"\nbasis = \"observed\"\n{rest}"
        )
        .unwrap();
    }

    fn block(&mut self, text: &str) {
        writeln!(self.text, "{text}").unwrap();
    }
}

fn rules(rest: &str) -> String {
    format!(
        "agreement growth \"Growth\" {{\n  in force from 2000-01-01\n}}\nparty a\nparty b\n{rest}"
    )
}

fn named(size: usize) -> (String, String) {
    let mut file = File::new();
    for n in 0..size / 2 {
        file.event(&format!("r{n}"), "request", &day(n), "by = \"a\"");
        let answer = format!("by = \"b\"\nto = \"r{n}\"");
        file.event(&format!("a{n}"), "answer", &day(n + n % 20), &answer);
    }
    let rules = rules(
        "event request(by: actor)\nevent answer(by: actor, to: event)\n\
         pledge reply {\n  whenever request(by: a) as t\n  b must answer(to: t) within 14 days\n}\n\
         pledge any-reply {\n  whenever request(by: a)\n  b must answer() within 14 days\n}\n",
    );
    (rules, file.text)
}

fn joined(size: usize) -> (String, String) {
    let mut file = File::new();
    for n in 0..size / 2 {
        let request = format!("by = \"a\"\nfile = \"f{n}\"\nnumber = {n}");
        file.event(&format!("r{n}"), "request", &day(n), &request);
        let answer = format!("by = \"b\"\nfile = \"f{n}\"\nnumber = {n}");
        file.event(&format!("a{n}"), "answer", &day(n + n % 20), &answer);
    }
    let rules = rules(
        "event request(by: actor, file: text, number: number)\nevent answer(by: actor, file: text, number: number)\n\
         pledge by-text {\n  whenever request(by: a, file: f)\n  b must answer(file: f) within 14 days\n}\n\
         pledge by-number {\n  whenever request(by: a, number: n)\n  b must answer(number: n) within 14 days\n}\n",
    );
    (rules, file.text)
}

fn unlinked(size: usize) -> (String, String) {
    let mut file = File::new();
    for n in 0..size / 2 {
        file.event(&format!("r{n}"), "request", &day(n), "by = \"a\"");
        file.event(&format!("a{n}"), "answer", &day(n + n % 20), "by = \"b\"");
    }
    let rules = rules(
        "event request(by: actor)\nevent answer(by: actor)\n\
         pledge reply {\n  whenever request(by: a)\n  b must answer() within 14 days\n}\n",
    );
    (rules, file.text)
}

fn never_shown(size: usize) -> (String, String) {
    let mut file = File::new();
    for n in 0..size / 2 {
        file.event(&format!("r{n}"), "request", &day(n), "by = \"a\"");
        let source = if n % 3 == 0 { "two" } else { "rumour" };
        file.event_by(
            source,
            &format!("a{n}"),
            "answer",
            &day(n + n % 20),
            "by = \"b\"",
        );
        if n % 3 == 0 {
            file.block(&format!(
                "[[event]]\nid = \"d{n}\"\ndenies = \"a{n}\"\nreported = {}\nsource = \"one\"",
                day(n + 20)
            ));
        }
    }
    let rules = rules(
        "event request(by: actor)\nevent answer(by: actor)\n\
         pledge reply {\n  whenever request(by: a)\n  b must answer() within 14 days\n}\n",
    );
    (rules, file.text)
}

fn places(size: usize) -> (String, String) {
    let mut file = File::new();
    let parties = size / 20;
    let mut text = String::from("place land\n");
    for n in 0..200 {
        writeln!(text, "place town{n} in land").unwrap();
    }
    for n in 0..parties {
        writeln!(text, "party p{n}").unwrap();
    }
    for n in 0..size {
        let attack = format!("by = \"p{}\"\nin = \"town{}\"", n % parties, n % 200);
        file.event(&format!("e{n}"), "attack", &day(n), &attack);
    }
    text.push_str(
        "event attack(by: actor, in: place)\n\
         pledge peace {\n  for each p in parties\n  p must not attack(in: land)\n}\n",
    );
    (rules(&text), file.text)
}

fn monthly(size: usize) -> (String, String) {
    let mut file = File::new();
    for n in 0..size {
        file.event(&format!("e{n}"), "report", &day(n), "by = \"a\"");
    }
    let rules = rules(
        "event report(by: actor)\n\
         pledge monthly {\n  a must report() every 1 month starting 2000-01-01\n}\n\
         pledge yearly {\n  a must report() every year by 03-31\n}\n",
    );
    (rules, file.text)
}

fn limits(size: usize) -> (String, String) {
    let mut file = File::new();
    for n in 0..size {
        file.event(&format!("e{n}"), "visit", &day(n), "by = \"a\"\nsize = 2");
    }
    let rules = rules(
        "event visit(by: actor, size: number)\n\
         pledge sliding {\n  a must keep count of visit(by: a) <= 3 per any 30 days\n}\n\
         pledge calendar {\n  a must keep count of visit(by: a) <= 3 per month\n}\n\
         pledge sums {\n  a must keep sum of size in visit(by: a) <= 100 per any 30 days\n}\n\
         pledge minimum {\n  a must reach count of visit(by: a) >= 40 per month\n}\n\
         pledge enough {\n  a must keep count of visit(by: a) >= 20 per any 30 days\n}\n",
    );
    (rules, file.text)
}

fn pairs(size: usize) -> (String, String) {
    // Few actors, so that each takes part in many pairs and each pair has few acts.
    let actors = 2 * size.isqrt();
    let mut text = String::new();
    for n in 0..actors {
        writeln!(text, "actor p{n}").unwrap();
    }
    let mut file = File::new();
    for n in 0..size {
        let (by, on) = (n % actors, (n / actors * 7 + n) % actors);
        let attack = format!("by = \"p{by}\"\non = \"p{on}\"");
        file.event(&format!("e{n}"), "attack", &day(n), &attack);
        if n % 4 == 0 {
            let truce = format!("by = \"p{on}\"\nwith = \"p{by}\"");
            file.event(&format!("c{n}"), "ceasefire", &day(n), &truce);
        }
    }
    text.push_str(
        "event attack(by: actor, on: actor)\nevent ceasefire(by: actor, with: actor)\n\
         state truce(a: actor, b: actor) {\n  begins ceasefire(by: a, with: b) after 2 days\n}\n\
         pledge sliding {\n  for each x: actor, y: actor\n  x must keep count of attack(by: x, on: y) <= 3 per any 30 days\n}\n\
         pledge ever {\n  for each x: actor, y: actor\n  x must keep count of attack(by: x, on: y) <= 3\n}\n\
         pledge peace {\n  for each x: actor, y: actor\n  while truce(a: x, b: y) or truce(a: y, b: x)\n  x must not attack(on: y)\n}\n",
    );
    (rules(&text), file.text)
}

fn disputes(size: usize) -> (String, String) {
    let mut file = File::new();
    for n in 0..size / 4 {
        let (first, later) = (day(n), day(n + 3));
        file.event(&format!("e{n}"), "attack", &first, "by = \"a\"");
        file.block(&format!(
            "[[event]]\nid = \"o{n}\"\nkind = \"attack\"\nwhen = {first}\nby = \"a\"\nsource = \"two\"\nechoes = [\"e{n}\"]\n\
             [[event]]\nid = \"d{n}\"\ndenies = \"e{n}\"\nreported = {later}\nsource = \"two\"\n\
             [[event]]\nid = \"t{n}\"\nretracts = \"{}{n}\"\nreported = {later}\nsource = \"{}\"",
            if n % 2 == 0 { "e" } else { "d" },
            if n % 2 == 0 { "one" } else { "two" },
        ));
    }
    let rules = rules(
        "event attack(by: actor)\n\
         pledge peace {\n  a must not attack()\n}\n\
         pledge regret {\n  whenever attack(by: a)\n  b must not attack() until 2090-01-01\n}\n",
    );
    (rules, file.text)
}

fn one_occurrence(size: usize) -> (String, String) {
    let mut file = File::new();
    for n in 0..size / 2 {
        let attack = "by = \"a\"\nincident = \"x\"";
        file.event(&format!("e{n}"), "attack", &day(10), attack);
        file.block(&format!(
            "[[event]]\nid = \"d{n}\"\ndenies = \"e{n}\"\nreported = {}\nsource = \"two\"",
            day(12)
        ));
    }
    let rules = rules("event attack(by: actor)\npledge peace {\n  a must not attack()\n}\n");
    (rules, file.text)
}

fn chains(size: usize) -> (String, String) {
    let mut file = File::new();
    for n in 0..size / 2 {
        let once = match n {
            0 => "by = \"a\"".to_owned(),
            n => format!("by = \"a\"\nechoes = [\"c{}\"]", n - 1),
        };
        file.event(&format!("c{n}"), "attack", &day(n / 8), &once);
        let twice = match n {
            0 => "by = \"b\"".to_owned(),
            1 => "by = \"b\"\nechoes = [\"s0\"]".to_owned(),
            n => format!("by = \"b\"\nechoes = [\"s{}\", \"s{}\"]", n - 1, n - 2),
        };
        file.event(&format!("s{n}"), "attack", &day(n / 8), &twice);
    }
    let rules = rules(
        "event attack(by: actor)\npledge peace {\n  a must not attack()\n}\npledge more {\n  b must not attack()\n}\n",
    );
    (rules, file.text)
}

fn by_party(size: usize) -> (String, String) {
    let mut file = File::new();
    let mut text = String::new();
    for n in 0..size / 4 {
        writeln!(text, "party p{n}").unwrap();
        for month in 0..4 {
            let report = format!("by = \"p{n}\"");
            let when = day(month * 28 + n % 20);
            file.event(&format!("e{n}-{month}"), "report", &when, &report);
        }
    }
    text.push_str(
        "event report(by: actor)\n\
         pledge yearly {\n  for each p in parties\n  p must report() every 1 month starting 2000-01-01 until 2000-05-01\n}\n\
         pledge all {\n  each of parties must report() by 2000-02-01\n}\n",
    );
    (rules(&text), file.text)
}

fn states(size: usize) -> (String, String) {
    let mut file = File::new();
    for n in 0..size / 3 {
        let party = if n % 2 == 0 { "begin" } else { "finish" };
        file.event(&format!("s{n}"), party, &day(n), "by = \"a\"");
        file.event(&format!("r{n}"), "request", &day(n), "by = \"a\"");
        file.event(&format!("a{n}"), "answer", &day(n + 3), "by = \"b\"");
    }
    let rules = rules(
        "event begin(by: actor)\nevent finish(by: actor)\nevent request(by: actor)\nevent answer(by: actor)\n\
         state truce(a: actor) {\n  begins begin(by: a) after 2 days\n  ends finish(by: a)\n}\n\
         pledge reply-if {\n  whenever request(by: a)\n  if truce(a: a)\n  b must answer() within 14 days\n}\n\
         pledge reply-while {\n  whenever request(by: a)\n  while truce(a: a)\n  b must answer() within 14 days\n}\n",
    );
    (rules, file.text)
}

fn while_state(size: usize) -> (String, String) {
    let mut file = File::new();
    for n in 0..size / 2 {
        let kind = if n % 2 == 0 { "begin" } else { "finish" };
        file.event(&format!("s{n}"), kind, &day(n), "by = \"a\"");
        file.event(&format!("e{n}"), "attack", &day(n + 1), "by = \"a\"");
    }
    let rules = rules(
        "event begin(by: actor)\nevent finish(by: actor)\nevent attack(by: actor)\n\
         state truce(a: actor) {\n  begins begin(by: a) after 2 days\n  ends finish(by: a)\n}\n\
         pledge peace {\n  while truce(a: a)\n  a must not attack()\n}\n\
         pledge quiet {\n  while truce(a: a)\n  b must not attack()\n}\n",
    );
    (rules, file.text)
}

fn once(size: usize) -> (String, String) {
    let mut file = File::new();
    for n in 0..size / 3 {
        let source = if n % 2 == 0 { "one" } else { "rumour" };
        file.event_by(source, &format!("w{n}"), "warn", &day(n), "by = \"a\"");
        file.event(&format!("r{n}"), "request", &day(n), "by = \"a\"");
        file.event(&format!("a{n}"), "answer", &day(n + 3), "by = \"b\"");
    }
    let rules = rules(
        "event warn(by: actor)\nevent request(by: actor)\nevent answer(by: actor)\n\
         pledge ever {\n  whenever request(by: a)\n  if once warn(by: a)\n  b must answer() within 14 days\n}\n\
         pledge lately {\n  whenever request(by: a)\n  if once warn(by: a) in the last 10 days\n  b must answer() within 14 days\n}\n\
         pledge never {\n  whenever request(by: a)\n  if not once warn(by: b)\n  b must answer() within 14 days\n}\n\
         pledge from-first {\n  whenever request(by: a)\n  b must answer() within 14 days of first warn(by: a)\n}\n",
    );
    (rules, file.text)
}

fn breaches(size: usize) -> (String, String) {
    let mut file = File::new();
    for n in 0..size / 2 {
        file.event(&format!("e{n}"), "attack", &day(n), "by = \"a\"");
        file.event(&format!("a{n}"), "pay", &day(n + n % 20), "by = \"a\"");
    }
    let rules = rules(
        "event attack(by: actor)\nevent pay(by: actor)\n\
         pledge peace {\n  a must not attack()\n}\n\
         pledge amends {\n  whenever breach of peace\n  a must pay() within 10 days\n}\n\
         pledge truce {\n  provided peace holds\n  b must not attack()\n}\n",
    );
    (rules, file.text)
}

fn breaches_by_instance(size: usize) -> (String, String) {
    let mut file = File::new();
    for n in 0..size / 3 {
        let request = format!("by = \"a\"\nfile = \"f{n}\"");
        file.event(&format!("r{n}"), "request", &day(n), &request);
        let answer = format!("by = \"b\"\nfile = \"f{n}\"");
        file.event(&format!("a{n}"), "answer", &day(n + n % 20), &answer);
        file.event(&format!("p{n}"), "pay", &day(n + n % 30), &answer);
    }
    let rules = rules(
        "event request(by: actor, file: text)\nevent answer(by: actor, file: text)\nevent pay(by: actor, file: text)\n\
         pledge reply {\n  whenever request(by: a, file: f)\n  b must answer(file: f) within 14 days\n}\n\
         pledge amends {\n  whenever breach of reply[f = f]\n  b must pay(file: f) within 10 days\n}\n\
         pledge thanks {\n  whenever fulfilment of reply[f = f]\n  a must pay(file: f) within 10 days\n}\n\
         pledge afterwards {\n  whenever request(by: a, file: f)\n  if reply[f = f] is not overdue\n  b must pay(file: f) within 10 days of deadline of reply[f = f]\n}\n",
    );
    (rules, file.text)
}

fn excuses(size: usize) -> (String, String) {
    let mut file = File::new();
    for n in 0..size / 3 {
        file.event(&format!("r{n}"), "request", &day(n), "by = \"a\"");
        file.event(&format!("a{n}"), "answer", &day(n + n % 20), "by = \"b\"");
        // Floods without a pause would move every deadline on to the last of them.
        if n % 10 == 0 {
            let until = format!("until = {}", day(n + 2));
            file.event(&format!("f{n}"), "flood", &day(n), &until);
        }
    }
    let rules = rules(
        "event request(by: actor)\nevent answer(by: actor)\nevent flood()\n\
         pledge reply {\n  whenever request(by: a)\n  b must answer() within 5 days\n  excused by flood() tolling\n}\n\
         pledge silence {\n  b must not answer()\n  excused by flood()\n}\n",
    );
    (rules, file.text)
}

fn joined_excuses(size: usize) -> (String, String) {
    let mut file = File::new();
    for n in 0..size / 3 {
        let request = format!("by = \"a\"\nfile = \"f{n}\"");
        file.event(&format!("r{n}"), "request", &day(n), &request);
        let answer = format!("by = \"b\"\nfile = \"f{n}\"");
        file.event(&format!("a{n}"), "answer", &day(n + n % 20), &answer);
        let flood = format!("file = \"f{n}\"\nuntil = {}", day(n + 2));
        file.event(&format!("f{n}"), "flood", &day(n), &flood);
    }
    let rules = rules(
        "event request(by: actor, file: text)\nevent answer(by: actor, file: text)\nevent flood(file: text)\n\
         pledge reply {\n  whenever request(by: a, file: f)\n  b must answer(file: f) within 5 days\n  excused by flood(file: f) tolling\n}\n",
    );
    (rules, file.text)
}

fn suspensions(size: usize) -> (String, String) {
    let mut file = File::new();
    for n in 0..size / 4 {
        file.event(&format!("r{n}"), "request", &day(2 * n), "by = \"a\"");
        file.event(
            &format!("a{n}"),
            "answer",
            &day(2 * n + n % 20),
            "by = \"b\"",
        );
        file.event(&format!("n{n}"), "notice", &day(2 * n), "by = \"a\"");
        file.event(&format!("w{n}"), "withdraw", &day(2 * n + 1), "by = \"a\"");
    }
    let rules = rules(
        "event request(by: actor)\nevent answer(by: actor)\nevent notice(by: actor) declared\nevent withdraw(by: actor) declared\n\
         pledge reply {\n  whenever request(by: a)\n  b must answer() within 5 days\n  suspended by notice(by: a) until withdraw(by: a)\n}\n\
         pledge silence {\n  b must not answer()\n  suspended by notice(by: a) until withdraw(by: a)\n}\n",
    );
    (rules, file.text)
}

fn extensions(size: usize) -> (String, String) {
    let mut file = File::new();
    for n in 0..size / 3 {
        let request = format!("by = \"a\"\nfile = \"f{n}\"");
        file.event(&format!("r{n}"), "request", &day(n), &request);
        let answer = format!("by = \"b\"\nfile = \"f{n}\"");
        file.event(&format!("a{n}"), "answer", &day(n + n % 20), &answer);
        let more = format!("file = \"f{n}\"\nto = {}", day(n + 16));
        file.event(&format!("m{n}"), "extend", &day(n + 1), &more);
    }
    let rules = rules(
        "event request(by: actor, file: text)\nevent answer(by: actor, file: text)\nevent extend(file: text, to: date)\n\
         pledge reply {\n  whenever request(by: a, file: f)\n  b must answer(file: f) within 5 days\n  extended by extend(file: f) to to\n}\n",
    );
    (rules, file.text)
}

fn permissions(size: usize) -> (String, String) {
    let mut file = File::new();
    for n in 0..size / 2 {
        let permit = format!("by = \"b\"\nfile = \"f{n}\"");
        file.event(&format!("g{n}"), "grant", &day(n), &permit);
        let flight = format!("by = \"a\"\nfile = \"f{}\"", n + n % 2);
        file.event(&format!("e{n}"), "fly", &day(n + 1), &flight);
    }
    let rules = rules(
        "event grant(by: actor, file: text)\nevent fly(by: actor, file: text)\n\
         pledge no-flights {\n  a must not fly()\n}\n\
         pledge allowed {\n  whenever grant(by: b, file: f)\n  a may fly(file: f)\n}\n",
    );
    (rules, file.text)
}

fn findings(size: usize) -> (String, String) {
    let mut file = File::new();
    for n in 0..size / 3 {
        let request = format!("by = \"a\"\nfile = \"f{n}\"");
        file.event(&format!("r{n}"), "request", &day(n), &request);
        let answer = format!("by = \"b\"\nfile = \"f{n}\"");
        file.event(&format!("a{n}"), "answer", &day(n + n % 20), &answer);
        file.block(&format!(
            "[[finding]]\nid = \"v{n}\"\npledge = \"growth/reply[f = \\\"f{n}\\\"]\"\nfinding = \"breached\"\nwhen = {}\nsource = \"one\"",
            day(n + 30)
        ));
    }
    let rules = rules(
        "event request(by: actor, file: text)\nevent answer(by: actor, file: text)\n\
         pledge reply {\n  whenever request(by: a, file: f)\n  b must answer(file: f) within 14 days\n}\n",
    );
    (rules, file.text)
}

fn watches(size: usize) -> (String, String) {
    let mut file = File::new();
    file.block(&format!(
        "[[coverage]]\nsource = \"one\"\nkinds = [\"answer\"]\nfrom = {}\nuntil = {}\nextent = \"full\"",
        day(0),
        day(size)
    ));
    for n in 0..size / 3 {
        file.event(&format!("r{n}"), "request", &day(n), "by = \"a\"");
        file.event(&format!("e{n}"), "attack", &day(n), "by = \"a\"");
        file.block(&format!(
            "[[coverage]]\nsource = \"two\"\nkinds = [\"answer\", \"attack\"]\nfrom = {}\nuntil = {}\nextent = \"full\"\nbasis = \"observed\"",
            day(2 * n),
            day(2 * n)
        ));
    }
    let rules = rules(
        "event request(by: actor)\nevent answer(by: actor)\nevent attack(by: actor)\n\
         pledge reply {\n  whenever request(by: a)\n  b must answer() within 14 days\n}\n\
         pledge peace {\n  whenever request(by: a)\n  b must not attack()\n}\n",
    );
    (rules, file.text)
}
