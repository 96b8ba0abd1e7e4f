//! A project as large as the largest that people keep: many chapters, each with its own names, pledges and records.

use std::fmt::Write as _;

/// How many lines a chapter of the rules has.
pub(crate) const CHAPTER: usize = 50;

/// Writes a rule file of about `lines` lines: chapters with a place, an event, a measure and nine pledges each.
pub(crate) fn rules(lines: usize) -> String {
    let mut out = String::from(
        "agreement bench \"Bench\" {\n  in force from 2020-01-01\n}\nparty a\nparty b\n\n",
    );
    for n in 0..lines / CHAPTER {
        chapter(&mut out, n);
    }
    out
}

fn chapter(out: &mut String, n: usize) {
    writeln!(
        out,
        "place land_{n}\nevent attack_{n}(by: actor, on: actor, in: place, killed: number persons)\n\
         event leave_{n}(by: actor, from: place)\nmeasure troops_{n}(of: actor, in: place) persons\n"
    )
    .unwrap();
    let sentences = [
        format!("a must not attack_{n}(on: b, in: land_{n}) where killed >= 2 persons"),
        format!("b must leave_{n}(from: land_{n}) within 14 months of 2020-02-29"),
        format!("a must reach troops_{n}(of: a, in: land_{n}) <= 8600 persons by 2020-07-13"),
        format!("b must keep troops_{n}(of: b, in: land_{n}) <= 100 persons"),
        format!("b must not attack_{n}(on: a)"),
        format!("a must leave_{n}(from: land_{n}) by 2021-05-01"),
        format!("b must reach troops_{n}(of: b, in: land_{n}) <= 40 persons by 2021-07-13"),
        format!(
            "upon attack_{n}(by: b, on: a, in: land_{n})\n  b must leave_{n}(from: land_{n}) within 30 days"
        ),
    ];
    for (k, sentence) in sentences.iter().enumerate() {
        writeln!(
            out,
            "pledge p_{n}_{k} \"Pledge {k} of chapter {n}\" {{\n  cites \"art. {n}.{k}\"\n  {sentence}\n}}\n"
        )
        .unwrap();
    }
}

/// Writes a record file of `count` events and readings on the chapters in turn, by two sources.
pub(crate) fn records(count: usize, chapters: usize) -> String {
    let mut out =
        String::from("[sources.one]\nreliability = \"B\"\n[sources.two]\nreliability = \"C\"\n");
    for number in 0..count {
        let (n, turn) = (number % chapters, number / chapters);
        let day = format!(
            "20{:02}-{:02}-{:02}",
            20 + turn / 336 % 60,
            turn / 28 % 12 + 1,
            turn % 28 + 1
        );
        let (by, on, source) = if turn % 2 == 0 {
            ("a", "b", "one")
        } else {
            ("b", "a", "two")
        };
        let tail = format!("source = \"{source}\"\nbasis = \"observed\"\nreported = {day}\n");
        match turn % 4 {
            0 | 1 => writeln!(
                out,
                "[[event]]\nid = \"e{number}\"\nkind = \"attack_{n}\"\nwhen = {day}\nby = \"{by}\"\non = \"{on}\"\n\
                 in = \"land_{n}\"\nkilled = {}\n{tail}",
                turn % 3
            ),
            2 => writeln!(
                out,
                "[[event]]\nid = \"e{number}\"\nkind = \"leave_{n}\"\nwhen = {day}\nby = \"{by}\"\n\
                 from = \"land_{n}\"\n{tail}"
            ),
            _ => writeln!(
                out,
                "[[reading]]\nid = \"e{number}\"\nmeasure = \"troops_{n}\"\nwhen = {day}\nof = \"{by}\"\n\
                 in = \"land_{n}\"\nvalue = {}\n{tail}",
                40 + turn
            ),
        }
        .unwrap();
    }
    out
}
