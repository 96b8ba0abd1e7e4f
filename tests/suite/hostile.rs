//! Input that nobody should write, tried on the program itself: what is wrong is said once, at its place, with status 3 or 2; nothing
//! hangs, and nothing is dropped in silence.
//!
//! Where each kind of bad input is tried; what has no other place is in this file:
//!
//! | input | tried in |
//! |---|---|
//! | misspelt pledge keyword, kind, label, party, unit | `MISTAKES`; `syntax/bad/misspelt_item`, `resolve/bad/misspelt_*` |
//! | missing brace, unclosed text, 2021-02-30 | `MISTAKES`; `syntax/bad/missing_brace`, `unclosed_*`, `impossible_date` |
//! | a cycle of groups, two pledges of one name | `MISTAKES`; `resolve/bad/cycle_of_groups`, `duplicate_declaration` |
//! | a deadline before its window, months compared with days | `MISTAKES`; `resolve/bad/deadline_before_window`, `months_against_days` |
//! | 5 MB of random bytes, as rules and as records | `random_bytes_are_read_to_their_end` |
//! | 100,000 open braces | `deep_nesting_is_said_once`; `syntax/bad/nested_too_deep` |
//! | an empty file | `an_empty_rule_file_is_said_to_be_empty`; `syntax/good/empty_file` |
//! | CRLF, BOM, tabs, Arabic and Chinese text with their columns | `columns_count_characters_in_every_script`; `syntax/*/crlf_*`, `byte_order_mark`, `arabic_and_chinese` |
//! | a record with an unknown kind, label, actor, date, `low > best` | `RECORD_MISTAKES`; `records/bad/names`, `keys`, `dates`, `estimates` |
//! | control characters and direction overrides, in texts and file names | `nothing_in_a_file_steers_the_terminal` |
//! | a few words, lines or blocks of the project's own files spoilt | `mutants`; random bytes at length: `tests/fuzz` |
//! | a missing file, a directory, no permission | `files_that_cannot_be_read_are_named` |
//! | a closed pipe | `cli::a_reader_that_goes_away_is_no_error` |
//! | a full disk | `results_that_cannot_be_written_are_no_success` |
//! | long chains, crowded incidents, many unknown names | `long_chains_are_followed_in_linear_time` |

use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use super::cli::program;

/// Vocabulary and one pledge; its mistakes stand on line 8.
const RULES: &str = "\
agreement a \"A\" { in force from 2020-01-01 }
party us \"US\"
party them \"They\"
actor third
place land
event host(by: actor, guest: actor, in: place)
measure troops(of: actor, in: place) persons
";

/// A mistake on line 8 below [`RULES`], and what is said of it: column, code and a part of the text.
const MISTAKES: &[(&str, &str)] = &[
    (
        "plege p { us must not host(guest: them) }",
        "8:1: error[misspelt-keyword]",
    ),
    (
        "pledge p { us must not hots(guest: them) }",
        "8:24: error[unknown-name]: no event is called `hots`",
    ),
    (
        "pledge p { us must not host(gest: them) }",
        "8:29: error[unknown-label]: `host` has no label `gest`",
    ),
    (
        "pledge p { us must not host(guest: thme) }",
        "8:36: error[unknown-name]: nothing is called `thme`",
    ),
    (
        "pledge p { us must keep troops(of: us) <= 3 perons until 2021-01-01 }",
        "8:45: error[undeclared-unit]",
    ),
    (
        "pledge p { us must not host(guest: them)\npledge q { them must not host(guest: us) }",
        "error[missing-brace]",
    ),
    (
        "pledge p { cites \"para. 3\n us must not host(guest: them) }",
        "8:18: error[unclosed-text]",
    ),
    (
        "pledge p { us must host(guest: them) by 2021-02-30 }",
        "8:41: error[impossible-date]: `2021-02-30`",
    ),
    (
        "group one in two\ngroup two in one\nactor x in one",
        "error[declaration-cycle]",
    ),
    (
        "pledge p { us must not host(guest: them) }\npledge p { us must not host(guest: us) }",
        "9:8: error[duplicate-declaration]: `p`",
    ),
    (
        "pledge p { us must host(guest: them) from 2021-03-01 by 2021-02-01 }",
        "error[deadline-before-window]",
    ),
    (
        "pledge p { us must host(guest: them) between 1 month and 40 days after 2021-01-01 }",
        "error[months-against-days]",
    ),
    (
        "pledge p { us must host(guest: them) within 1.5 months of 2021-01-01 }",
        "8:45: error[bad-duration]",
    ),
    (
        "pledge p { us must host(guest: them) within 999999999 months of 2021-01-01 }",
        "8:45: error[bad-duration]",
    ),
    ("use \"no\\n such.treaty\"", "8:5: error[missing-file]: "),
    ("use \"rules.treaty\"", "8:5: error[declaration-cycle]"),
    ("use \"..\"", "8:5: error[missing-file]"),
];

/// A mistake in a record, line 5 and below, and what is said of it.
const RECORD_MISTAKES: &[(&str, &str)] = &[
    ("[[event]]\nkind = \"hots\"", "6:8: error[unknown-kind]"),
    (
        "[[event]]\nkind = \"host\"\ngest = \"us\"",
        "7:1: error[unknown-key]: `host` has no key `gest`",
    ),
    (
        "[[event]]\nkind = \"host\"\nguest = \"thme\"",
        "7:9: error[unknown-actor]",
    ),
    (
        "[[event]]\nkind = \"host\"\nwhen = \"2021-02-30\"",
        "7:8: error[bad-date]",
    ),
    (
        "[[event]]\nkind = \"host\"\nwhen = 2021-02-30",
        "7:8: error[bad-date]",
    ),
    (
        "[[reading]]\nmeasure = \"troops\"\nwhen = 2021-01-01\nvalue = { low = 9, best = 3 }",
        "8:9: error[estimate-order]",
    ),
    (
        "[[event]]\nkind = \"\"\"ho\n\n  st\"\"\"",
        "6:8: error[unknown-kind]: the rules declare no kind or measure `ho st`",
    ),
    (
        "[[event]]\nkind = \"host\"\nby = \"u\\r\\ns\"",
        "7:6: error[unknown-actor]: neither the rules nor a register declares `u s`",
    ),
    (
        "[event]\nkind = \"host\"\n[[event]]\nkind = \"host\"\nwhen = 2021-01-01\nsource = \"s\"",
        "5:1: error[bad-value]: expected `[[event]]`, found `[event]`",
    ),
];

/// How a run ended.
struct Run {
    status: Option<i32>,
    results: String,
    problems: String,
    seconds: u64,
}

/// Checks rules by records in a folder of their own.
fn check(rules: impl AsRef<[u8]>, records: impl AsRef<[u8]>, format: &str) -> Run {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("rules.treaty"), rules).unwrap();
    std::fs::write(folder.path().join("records.toml"), records).unwrap();
    let arguments = "check rules.treaty -r records.toml --as-of 2022-01-01 --format";
    run(folder.path(), &format!("{arguments} {format}"))
}

fn run(place: &Path, arguments: &str) -> Run {
    let start = Instant::now();
    let output = program(place)
        .args(arguments.split(' '))
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    Run {
        status: output.status.code(),
        results: String::from_utf8(output.stdout).unwrap(),
        problems: String::from_utf8(output.stderr).unwrap(),
        seconds: start.elapsed().as_secs(),
    }
}

#[test]
fn a_mistake_in_rules_is_said_once_at_its_place() {
    for (mistake, said) in MISTAKES {
        let run = check(format!("{RULES}{mistake}\n"), "", "short");
        let errors = run
            .problems
            .lines()
            .filter(|line| line.contains(": error["));
        assert_eq!(errors.count(), 1, "{mistake}: {}", run.problems);
        assert!(run.problems.contains(said), "{mistake}: {}", run.problems);
        assert_eq!(run.status, Some(3), "{mistake}");
    }
}

#[test]
fn a_mistake_in_a_record_is_said_once_at_its_place() {
    let source = "[sources.s]\nname = \"S\"\nreliability = \"B\"\n\n";
    for (mistake, said) in RECORD_MISTAKES {
        let run = check(RULES, format!("{source}{mistake}\n"), "short");
        let errors = run
            .problems
            .lines()
            .filter(|line| line.contains(": error["));
        assert_eq!(errors.count(), 1, "{mistake}: {}", run.problems);
        assert!(run.problems.contains(said), "{mistake}: {}", run.problems);
        assert_eq!(run.status, Some(3), "{mistake}");
    }
}

#[test]
fn a_duration_that_cannot_be_counted_gives_no_verdict() {
    for wrong in [
        "1.5 months",
        "5 days 5 days",
        "99999999999 days",
        "15 days 9 months",
    ] {
        let pledge =
            format!("pledge p {{ us must host(guest: them) within {wrong} of 2020-02-01 }}");
        let run = check(format!("{RULES}{pledge}\n"), "", "short");
        assert!(run.results.is_empty(), "{wrong}: {}", run.results);
        assert_eq!(run.status, Some(3), "{wrong}");
    }
}

#[test]
fn every_key_that_a_block_lacks_is_told_for_several_agreements() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path();
    let pledges = "pledge p { us must not host(guest: them) }\npledge q { us must reach troops(of: us) = 0 persons by 2021-01-01 }\n";
    let rules = format!("{RULES}{pledges}");
    std::fs::write(place.join("one.treaty"), &rules).unwrap();
    std::fs::write(
        place.join("two.treaty"),
        rules.replace("agreement a", "agreement b"),
    )
    .unwrap();
    std::fs::write(place.join("r.toml"), "[[coverage]]\nhours = \"x\"\n").unwrap();
    let one = run(place, "check one.treaty -r r.toml --format short");
    let two = run(
        place,
        "check one.treaty two.treaty -r r.toml --format short",
    );
    assert!(
        one.problems.matches("error[missing-key]").count() > 1,
        "{}",
        one.problems
    );
    assert_eq!(one.problems, two.problems);
}

#[test]
fn an_empty_rule_file_is_said_to_be_empty() {
    for (rules, format) in [("", "short"), ("\u{feff}", "human"), ("# to do\n", "plain")] {
        let run = check(rules, "", format);
        assert_eq!(run.status, Some(3), "{}", run.problems);
        assert!(
            run.problems.contains("holds no declaration"),
            "{}",
            run.problems
        );
    }
}

#[test]
fn a_for_each_over_too_many_is_named() {
    let members: Vec<String> = (0..70).map(|n| format!("actor a{n} in many")).collect();
    let members = members.join("\n");
    let rules = format!(
        "agreement t {{ in force from 2021-01-01 }}\ngroup many\n{members}\nevent hit(by: actor, on: actor, at: actor)\n\
         pledge p {{ for each a in many, b in many, c in many\n a must not hit(on: b, at: c) }}\n"
    );
    let run = check(&rules, "", "short");
    assert_eq!(run.status, Some(3), "{}", run.problems);
    assert!(
        run.problems.contains("200,000 combinations"),
        "{}",
        run.problems
    );
}

#[test]
fn columns_count_characters_in_every_script() {
    let rules =
        "\u{feff}place a\r\n# طالبان\r\n\tactor طالبان \"é中文\" in zzz\r\nactor 中文 in yyy\r\n";
    let records = "\u{feff}[[event]]\r\n\t# 中文\r\nkind = 'h' # طالبان\r\n\t'known' = \"中\"\r\n";
    let run = check(rules, records, "short");
    for place in ["rules.treaty:3:24", "rules.treaty:4:13", "records.toml:3:8"] {
        assert!(run.problems.contains(place), "{place}: {}", run.problems);
    }
    let json = check(rules, records, "json").results;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let label = &json["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .find(|found| found["message"].as_str().unwrap().contains("zzz"))
        .unwrap()["labels"][0];
    assert_eq!(label["start"]["column"], 24);
    assert_eq!(label["end"]["column"], 27);
}

#[test]
fn nothing_in_a_file_steers_the_terminal() {
    let evil = "x\u{7}\u{1b}]0;y\u{202e}z";
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path();
    let rules = format!(
        "agreement a \"A {evil}\" {{ in force from 2020-01-01 }}\nparty us \"US {evil}\"\nparty them \"{evil}\"\n\
         event host(by: actor, guest: actor)\n\
         pledge p \"{evil}\" {{ cites \"{evil}\" us must not host(guest: them) }}\n\
         pledge q {{ us must host(guest: us) by 2021-01-01 }}\n\
         scenario \"{evil}\" as of 2021-01-01 {{ expect p: breached }}\n"
    );
    let name = "[sources.s]\nname = \"X\"\nreliability = \"B\"\n[[event]]\nid = \"X\"\nkind = \"host\"\nby = \"us\"\nguest = \"them\"\n\
                when = 2021-01-01\nsource = \"s\"\nbasis = \"observed\"\nnote = \"X\"\nlink = \"X\"\nincident = \"X\"\n";
    let name = name.replace('X', "x\\u0007\\u001b]0;y\\u202Ez");
    let wrong = format!("actor {evil}\nplege \"{evil}\"\n[[{evil}]]\n");
    for (file, text) in [
        ("r.treaty", &rules),
        ("r.toml", &name),
        ("w.treaty", &wrong),
        ("w.toml", &wrong),
        (
            "\u{202e}\u{7}.treaty",
            &rules.replace("agreement a", "agreement b"),
        ),
        ("\u{202e}\u{7}wrong.treaty", &wrong),
    ] {
        std::fs::write(place.join(file), text).unwrap();
    }
    for arguments in [
        "check r.treaty -r r.toml --as-of 2022-01-01 --format",
        "check w.treaty r.treaty -r w.toml --as-of 2022-01-01 --format",
        "check \u{202e}\u{7}.treaty r.treaty \u{202e}\u{7}wrong.treaty -r r.toml --format",
        "check \u{202e}\u{7}none.treaty --format",
    ] {
        for format in ["human", "plain", "short", "human --color always"] {
            harmless(&run(place, &format!("{arguments} {format}")), arguments);
        }
    }
    for arguments in [
        "why p r.treaty -r r.toml --color always",
        "history p r.treaty -r r.toml --color always",
        "test r.treaty \u{202e}\u{7}.treaty --color always",
        "test r.treaty \u{202e}\u{7}.treaty --format short",
        "fmt --check w.treaty \u{202e}\u{7}wrong.treaty",
    ] {
        harmless(&run(place, arguments), arguments);
    }
}

fn harmless(run: &Run, arguments: &str) {
    let shown = format!("{}{}", run.results, run.problems);
    assert!(shown.contains(' '), "{arguments} says nothing");
    let harmful = |letter: char| {
        matches!(letter, '\u{202e}' | '\u{7}')
            || letter.is_control() && !"\n\t\u{1b}".contains(letter)
    };
    assert!(
        !shown.contains(harmful) && !shown.contains("\u{1b}]"),
        "{arguments}: {shown:?}"
    );
}

#[test]
#[cfg(unix)]
fn a_record_file_named_on_two_ways_counts_once() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path();
    std::fs::write(
        place.join("a.treaty"),
        RULES.to_owned() + "pledge p { us must host() by 2021-01-31 }\n",
    )
    .unwrap();
    std::fs::write(
        place.join("r.toml"),
        "[sources.n1]\nname = \"N\"\nreliability = \"B\"\n",
    )
    .unwrap();
    std::os::unix::fs::symlink(place.join("r.toml"), place.join("again.toml")).unwrap();
    let run = program(place)
        .args([
            "check",
            "a.treaty",
            "-r",
            "r.toml",
            "-r",
            "again.toml",
            "--as-of",
            "2021-01-15",
        ])
        .output()
        .unwrap();
    let problems = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(0), "{problems}");
}

#[test]
fn a_circle_of_many_groups_is_told_in_a_few_lines() {
    let mut groups = String::new();
    for n in 0..2_000 {
        let _ = writeln!(groups, "group g{n} in g{}", (n + 1) % 2_000);
    }
    let run = check(&groups, "", "short");
    let told = |line: &&str| line.contains("declaration-cycle");
    let line = run.problems.lines().find(told).unwrap();
    assert!(line.contains("more) …"), "{line}");
    assert!(run.problems.len() < 2_000, "{}", run.problems.len());
}

#[test]
fn members_in_nested_diamonds_are_found_once() {
    let mut rules = String::from(
        "agreement t { in force from 2021-01-01 }\nparty us\nevent hit(by: actor, on: actor)\ngroup g0\n",
    );
    for n in 1..=60 {
        let _ = writeln!(
            rules,
            "group a{n} in g{0}\ngroup b{n} in g{0}\ngroup g{n} in a{n}, b{n}",
            n - 1
        );
    }
    rules.push_str("actor them in g60\nactor third\npledge p { us must not hit(on: g0) }\n");
    rules.push_str("group others\nactor fourth in others\npledge q { each of others must not hit(on: them) }\n");
    let records = "[[event]]\nkind = \"hit\"\nwhen = 2021-02-01\nby = \"us\"\non = \"third\"\n";
    let begun = Instant::now();
    let run = check(&rules, records, "short");
    assert_eq!(run.status, Some(0), "{}", run.problems);
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path();
    std::fs::write(place.join("good.treaty"), RULES).unwrap();
    std::fs::write(place.join("good.toml"), "").unwrap();
    std::fs::create_dir(place.join("folder")).unwrap();
    for (arguments, said) in [
        (
            "check none.treaty",
            "cannot read the rule file `none.treaty`: no such file",
        ),
        (
            "check folder",
            "no rule file (*.treaty) in the folder `folder`",
        ),
        // Below a file nobody may read anything; a test that runs as the superuser can read all else.
        (
            "check good.treaty/x",
            "cannot read the rule file `good.treaty/x`: part of its path is a file",
        ),
        (
            "check good.treaty -r none.toml",
            "cannot read the record file `none.toml`: no such file",
        ),
        (
            "check good.treaty -r folder",
            "no record file (*.toml) in the folder `folder`",
        ),
        (
            "check good.treaty -r good.treaty",
            "expected a record file, found the rule file `good.treaty`",
        ),
        (
            "check good.toml",
            "expected a rule file, found the record file `good.toml`",
        ),
        (
            "check good.treaty --as-of 10000-01-01",
            "which ends with the year 9999",
        ),
        (
            "fmt folder",
            "no rule file (*.treaty) in the folder `folder`",
        ),
    ] {
        let run = run(place, arguments);
        assert!(run.problems.contains(said), "{arguments}: {}", run.problems);
        assert_eq!(run.status, Some(2), "{arguments}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn results_that_cannot_be_written_are_no_success() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("r.treaty"), RULES).unwrap();
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = program(folder.path())
        .args(["check", "r.treaty", "--exit-zero"])
        .stdout(full)
        .output()
        .unwrap();
    let problems = String::from_utf8(output.stderr).unwrap();
    assert!(problems.contains("cannot write the results"), "{problems}");
    assert_eq!(output.status.code(), Some(2));
}

fn random(length: usize) -> Vec<u8> {
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let next = || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        u8::try_from(seed >> 56).unwrap()
    };
    std::iter::repeat_with(next).take(length).collect()
}

#[test]
fn random_bytes_are_read_to_their_end() {
    let noise = random(5_000_000);
    let lines = noise.split(|&byte| byte == b'\n').count();
    for (run, name) in [
        (check(&noise, "", "short"), "rules.treaty"),
        (check(RULES, &noise, "short"), "records.toml"),
    ] {
        assert_eq!(run.status, Some(3), "{name}");
        assert!(run.problems.contains("error[not-text]"), "{name}");
        // The last lines are looked at too.
        let last = run.problems.lines().filter_map(|line| {
            let place = line.strip_prefix(name)?.strip_prefix(':')?;
            place.split(':').next()?.parse::<usize>().ok()
        });
        assert!(last.max().unwrap() > lines - lines / 20, "{name}");
        assert!(run.seconds < LIMIT, "{name} takes {} s", run.seconds);
    }
}

#[test]
fn deep_nesting_is_said_once() {
    let many = 100_000;
    for opening in [
        "{",
        "article \"a\" {",
        "given a() = (",
        "pledge a { if not (",
    ] {
        let (head, last) = opening.split_at(opening.len() - 1);
        let text = if opening.starts_with("article") {
            opening.repeat(many)
        } else {
            head.to_owned() + &last.repeat(many)
        };
        let run = check(text, "", "short");
        let deep = run.problems.matches("error[nested-too-deep]").count();
        assert!(
            deep <= 1 && run.problems.lines().count() <= 2,
            "{opening}: {}",
            run.problems
        );
        assert_eq!(run.status, Some(3), "{opening}");
    }
    for opening in ["a = ", "a."] {
        let text = if opening == "a." {
            "a.".repeat(many) + "a = 1"
        } else {
            "a = ".to_owned() + &"[".repeat(many)
        };
        let run = check(RULES, text, "short");
        assert!(
            run.problems.contains("error[bad-toml]"),
            "{opening}: {}",
            run.problems
        );
        assert_eq!(run.status, Some(3), "{opening}");
    }
}

/// Unit: seconds. A debug build under load takes a tenth of it; what is quadratic takes many times as long.
const LIMIT: u64 = 60;

/// Gives records of one act, each with more keys made from its number.
fn records(count: usize, keys: impl Fn(usize) -> String) -> String {
    let mut text = "[sources.s]\nname = \"S\"\nreliability = \"B\"\n".to_owned();
    for at in 0..count {
        writeln!(
            text,
            "[[event]]\nid = \"e{at}\"\nkind = \"host\"\nby = \"us\"\nguest = \"them\"\nwhen = 2021-01-01\nsource = \"s\"\nbasis = \"observed\"\nreported = 2021-01-02\n{}",
            keys(at)
        )
        .unwrap();
    }
    text
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (1..=count).map(|at| line(at) + "\n").collect()
}

#[test]
fn long_chains_of_rules_are_followed_in_linear_time() {
    let ban = "pledge p { us must not host(guest: g0) }\n";
    let act = records(1, |_| String::new());
    let many = 3_000;
    for (what, rules, status) in [
        (
            "groups in groups",
            format!(
                "group g0\n{}actor x in g{many}\n{ban}",
                lines(many, |at| format!("group g{at} in g{}", at - 1))
            ),
            0,
        ),
        (
            "two ways at each step",
            format!(
                "group g0\n{}actor x in g2000\n{ban}",
                lines(2000, |at| format!(
                    "group a{at} in g{0}\ngroup b{at} in g{0}\ngroup g{at} in a{at}, b{at}",
                    at - 1
                ))
            ),
            0,
        ),
        (
            "deadlines of deadlines",
            "pledge p0 { us must host(guest: them) by 2020-02-01 }\n".to_owned()
                + &lines(2000, |at| {
                    format!(
                        "pledge p{at} {{ us must host(guest: them) within 1 day of deadline of p{} }}",
                        at - 1
                    )
                }),
            0,
        ),
        (
            "kinds that count as kinds",
            format!(
                "event k0(by: actor)\n{}pledge p {{ us must not k{many}() }}\n",
                lines(many, |at| format!(
                    "event k{at}(by: actor) {{ counts k{}(by) }}",
                    at - 1
                ))
            ),
            3,
        ),
        (
            "unknown groups on one line",
            lines(10_000, |at| format!("actor x{at} in zzz{at}")).replace('\n', " "),
            3,
        ),
    ] {
        let run = check(format!("{RULES}{rules}"), &act, "short");
        assert_eq!(run.status, Some(status), "{what}: {:.500}", run.problems);
        assert!(run.seconds < LIMIT, "{what} takes {} s", run.seconds);
    }
}

#[test]
fn long_chains_of_records_are_followed_in_linear_time() {
    let rules = format!("{RULES}pledge p {{ us must not host(guest: them) }}\n");
    let linked = |key: &'static str| {
        move |at: usize| {
            at.checked_sub(1)
                .map_or(String::new(), |before| format!("{key} = \"e{before}\""))
        }
    };
    for (what, text, status) in [
        (
            "corrections of corrections",
            records(8_000, linked("corrects")),
            1,
        ),
        (
            "echoes of echoes",
            records(10_000, |at| {
                at.checked_sub(1)
                    .map_or(String::new(), |before| format!("echoes = [\"e{before}\"]"))
            }),
            1,
        ),
        (
            "one incident",
            records(10_000, |_| "incident = \"one\"".to_owned()),
            1,
        ),
        (
            "registers",
            "[groups.g0]\n".to_owned()
                + &lines(5_000, |at| {
                    format!("[groups.g{at}]\nin = [{{ group = \"g{}\" }}]", at - 1)
                }),
            0,
        ),
        (
            "unknown names beside many known ones",
            lines(10_000, |at| format!("[actors.actor{at}]"))
                + &records(10_000, |_| String::new()).replace("\"them\"", "\"acter\""),
            3,
        ),
    ] {
        let run = check(&rules, text, "short");
        assert_eq!(run.status, Some(status), "{what}: {:.500}", run.problems);
        assert!(run.seconds < LIMIT, "{what} takes {} s", run.seconds);
    }
}
