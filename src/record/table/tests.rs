//! The cases in `tests/tables`: folders with tables, the mapping that explains them, and what is read from them, in terms of the rules of
//! `tests/records`.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failing test should stop"
)]

use std::fmt::Write;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::*;
use crate::diagnostic::Severity;
use crate::record::toml::tests::{contents, problems, rules};
use crate::record::toml::{Reading, read};
use crate::source::Sources;

#[test]
fn good_tables_give_records() {
    for folder in cases("good") {
        check(&folder, |sources, reading| {
            let is_error = |one: &Diagnostic| one.severity == Severity::Error;
            let faults = problems(sources, reading);
            let good = !reading.diagnostics.iter().any(is_error);
            assert!(good, "{}: {faults}", folder.display());
            let told = tallies(sources, reading);
            format!("{faults}{told}{}", contents(sources, reading))
        });
    }
}

#[test]
fn bad_tables_give_every_problem_at_its_place() {
    for folder in cases("bad") {
        check(&folder, |sources, reading| {
            assert!(!reading.diagnostics.is_empty(), "{}", folder.display());
            let told = tallies(sources, reading);
            format!("{}{told}", problems(sources, reading))
        });
    }
}

fn cases(folder: &str) -> Vec<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tables");
    let paths = inside(&here.join(folder)).into_iter();
    let folders: Vec<PathBuf> = paths.filter(|path| path.is_dir()).collect();
    assert!(!folders.is_empty());
    folders
}

fn inside(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// Reads every table of a folder through its `mapping.toml`, with its `records.toml` where it has one.
fn check(folder: &Path, show: impl Fn(&Sources, &Reading) -> String) {
    let mut sources = Sources::default();
    let agreement = rules::agreement(&mut sources);
    let mut add = |path: &Path| {
        let text = std::fs::read_to_string(path).unwrap();
        sources.add(path.file_name().unwrap().to_str().unwrap(), text)
    };
    let mapping = add(&folder.join("mapping.toml"));
    let mut records = Vec::new();
    let mut tables = Vec::new();
    for path in inside(folder) {
        match path.file_name().unwrap().to_str().unwrap() {
            "mapping.toml" => {}
            "records.toml" => records.push(add(&path)),
            _ => tables.push(add(&path)),
        }
    }
    let records: Vec<_> = records.into_iter().map(|id| sources.get(id)).collect();
    let tables = tables.into_iter().map(|data| Table {
        mapping: sources.get(mapping),
        data: sources.get(data),
    });
    let reading = read(&records, &tables.collect::<Vec<_>>(), &agreement);
    insta::with_settings!({
        snapshot_path => folder.parent().unwrap(),
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        let name = folder.file_name().unwrap().to_str().unwrap();
        insta::assert_snapshot!(name, show(&sources, &reading));
    });
}

fn tallies(sources: &Sources, reading: &Reading) -> String {
    let mut out = String::new();
    for tally in &reading.tallies {
        let name = sources.get(tally.table).name();
        writeln!(
            out,
            "{name}: {} rows, {} records, {} bad, {} passed over, {} sorted; undeclared {:?}; unmatched {:?}, {:?}",
            tally.rows,
            tally.records,
            tally.bad,
            tally.passed_over,
            tally.sorted,
            tally.undeclared,
            tally.unmatched,
            tally.sources
        )
        .unwrap();
    }
    out
}

/// Reads a table, or the records that say the same by hand.
fn reading(table: (&str, &str), mapping: &str, records: Option<&str>) -> (Sources, Reading) {
    let mut sources = Sources::default();
    let agreement = rules::agreement(&mut sources);
    let explained = sources.add("x.mapping.toml", mapping);
    let data = sources.add(table.0, table.1);
    let by_hand = records.map(|text| sources.add("records.toml", text));
    let files: Vec<_> = by_hand.into_iter().map(|id| sources.get(id)).collect();
    let tables = [Table {
        mapping: sources.get(explained),
        data: sources.get(data),
    }];
    let tables = if files.is_empty() { &tables[..] } else { &[] };
    let reading = read(&files, tables, &agreement);
    (sources, reading)
}

const HEADER: &str = "id,from,until,reported,by,on,low,best,high,defence,origins,note\n";

const ATTACKS: &str = r#"
[sources.x]

[[event]]
kind = "attack"
id = "{id}"
when = { from = "from", until = "until", format = "%d.%m.%Y" }
reported = { column = "reported", format = "%s" }
by = { column = "by", map = { "1" = "us", "2" = "taliban" } }
on = { column = "on" }
killed = { low = "low", best = "best", high = "high" }
self-defence = { column = "defence" }
origins = { column = "origins" }
note = { column = "note" }
source = "x"
"#;

type Parts = (u8, u8, u8, u16, bool, String);

/// One attack, as a row of a table and as a block of a record file.
fn attack(number: usize, (day, length, who, killed, defence, note): &Parts) -> (String, String) {
    let (first, last) = (1 + day % 20, 1 + day % 20 + length % 8);
    let (code, by) = [("1", "us"), ("2", "taliban")][usize::from(who % 2)];
    let on = ["AQ", "nrf", "United States"][usize::from(who % 3)];
    let (best, high) = (u32::from(*killed), u32::from(*killed) + 7);
    let origins = 1 + who % 4;
    let cell = format!("\"{}\"", note.replace('"', "\"\""));
    let reported = 1_620_000_000 + i64::try_from(number).unwrap();
    let row = format!(
        "{number},{first:02}.05.2021,{last:02}.05.2021,{reported},{code},{on},,{best},{high},{defence},{origins},{cell}\n"
    );
    let when = if first == last {
        format!("2021-05-{first:02}")
    } else {
        format!("2021-05-{first:02}/2021-05-{last:02}")
    };
    let reported = jiff::Timestamp::from_second(reported).unwrap();
    let note = match note.trim() {
        "" => String::new(),
        note => format!("note = {note:?}\n"),
    };
    let block = format!(
        r#"
[[event]]
kind = "attack"
id = "{number}"
when = "{when}"
reported = {reported}
by = "{by}"
on = "{on}"
killed = {{ best = {best}, high = {high} }}
self-defence = {defence}
origins = {origins}
source = "x"
{note}"#
    );
    (row, block)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_table_says_what_a_record_file_says(
        attacks in proptest::collection::vec((any::<u8>(), any::<u8>(), any::<u8>(), any::<u16>(), any::<bool>(), "[a-z ,;\"\né]{0,12}"), 1..8),
    ) {
        let mut table = HEADER.to_owned();
        let mut records = "[sources.x]\n".to_owned();
        for (number, parts) in attacks.iter().enumerate() {
            let (row, block) = attack(number, parts);
            table.push_str(&row);
            records.push_str(&block);
        }
        let (tabled, ours) = reading(("x.csv", &table), ATTACKS, None);
        let (written, theirs) = reading(("x.csv", &table), ATTACKS, Some(&records));
        let problems = |reading: &Reading| -> Vec<String> {
            let all = reading.diagnostics.iter();
            all.filter(|one| one.code != Code::PossibleDuplicate).map(|one| one.message.clone()).collect()
        };
        prop_assert_eq!(problems(&theirs), Vec::<String>::new());
        prop_assert_eq!(problems(&ours), Vec::<String>::new());
        prop_assert_eq!(contents(&tabled, &ours), contents(&written, &theirs));
        let notes = |reading: &Reading| -> Vec<Option<String>> {
            reading.records.records.iter().map(|record| record.note.clone()).collect()
        };
        prop_assert_eq!(notes(&ours), notes(&theirs));
    }

    #[test]
    fn a_damaged_table_is_read_and_counted(
        case in 0_usize..1_000, at in 0_usize..2_000, gone in 0_usize..60, junk in "[\",;\t\r\n\\[\\]{}=0-9a-z.\u{0}é-]{0,16}",
    ) {
        let folders: Vec<PathBuf> = cases("good").into_iter().chain(cases("bad")).collect();
        let folder = &folders[case % folders.len()];
        let mapping = std::fs::read_to_string(folder.join("mapping.toml")).unwrap();
        for path in inside(folder) {
            let name = path.file_name().unwrap().to_str().unwrap();
            if name == "mapping.toml" || name == "records.toml" {
                continue;
            }
            let text: Vec<char> = std::fs::read_to_string(&path).unwrap().chars().collect();
            let at = at % (text.len() + 1);
            let rest = text.iter().skip(at + gone);
            let damaged: String = text.iter().take(at).copied().chain(junk.chars()).chain(rest.copied()).collect();
            let (_, reading) = reading((name, &damaged), &mapping, None);
            let records = &reading.records;
            prop_assert_eq!(records.read, records.records.len() + records.coverage.len() + records.left_out);
            prop_assert!(records.left_out == 0 || !reading.diagnostics.is_empty());
            let tally = &reading.tallies[0];
            prop_assert!(tally.bad + tally.passed_over <= tally.rows.max(1));
        }
    }
}

#[test]
fn the_order_of_columns_is_of_no_matter() {
    let one = format!("{HEADER}1,01.05.2021,,0,1,nrf,1,2,3,yes,1,x\n");
    let other = "more,note,origins,defence,high,best,low,on,by,reported,until,from,id\n,x,1,yes,3,2,1,nrf,1,0,,01.05.2021,1\n";
    let (sources, first) = reading(("x.csv", &one), ATTACKS, None);
    let (others, second) = reading(("x.csv", other), ATTACKS, None);
    assert_eq!(first.records.records.len(), 1);
    assert_eq!(contents(&sources, &first), contents(&others, &second));
}

#[test]
fn a_cell_of_a_hundred_megabytes_is_told_shortly() {
    let long = "9".repeat(100 << 20);
    for row in [
        format!("1,01.05.2021,,0,1,nrf,,{long},,yes,1,x\n"),
        format!("1,{long},,0,1,nrf,,1,,yes,1,x\n2,01.05.2021,,0,1,nrf,,1,,yes,1,\"x\n"),
    ] {
        let (_, reading) = reading(("x.csv", &format!("{HEADER}{row}")), ATTACKS, None);
        let longest = reading.diagnostics.iter().map(|one| one.message.len());
        assert!(longest.max().unwrap() < 500);
    }
}

#[test]
fn tables_of_one_name_do_not_share_ids() {
    let mut sources = Sources::default();
    let agreement = rules::agreement(&mut sources);
    let explained = r#"
        [sources.x]
        [[event]]
        kind = "join"
        source = "x"
        when = { column = "date" }
    "#;
    let [one, other] =
        ["x.mapping.toml", "y.mapping.toml"].map(|name| sources.add(name, explained));
    let data = ["2020/x.csv", "2021/x.csv", "y.csv"].map(|name| sources.add(name, "date\n2020\n"));
    let tables = [(one, 0), (one, 1), (one, 2), (other, 2)].map(|(mapping, at)| Table {
        mapping: sources.get(mapping),
        data: sources.get(data[at]),
    });
    let reading = read(&[], &tables, &agreement);
    assert_eq!(reading.records.left_out, 0, "{:#?}", reading.diagnostics);
    let names = reading.records.records.iter().map(|record| &*record.name);
    let names: Vec<&str> = names.collect();
    assert_eq!(
        names,
        ["2020/x.csv:2", "2021/x.csv:2", "y.csv:2", "y.csv(2):2"]
    );
}
