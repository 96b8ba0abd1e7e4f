//! The program as a user meets it: each case in `tests/cli` is a list of commands, its snapshot what they wrote and how they ended.

#![expect(
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing test should stop"
)]

use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::support;

#[test]
fn commands_say_what_they_find() {
    support::cases("cli", "run", run);
}

/// Runs each line of a case in a fresh copy of `tests/cli/files`: `servanda …`, with `< FILE` for standard input, or `cat FILE`.
fn run(case: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    copy(&here("tests/cli/files"), folder.path());
    let mut place = folder.path().to_path_buf();
    let mut out = String::new();
    for line in case.lines().filter(|line| !line.trim().is_empty()) {
        writeln!(out, "$ {line}").unwrap();
        if let Some(comment) = line.strip_prefix('#') {
            let _ = comment;
            continue;
        }
        let mut words = split(line);
        let program = words.remove(0);
        match program.as_str() {
            "cd" => place = place.join(words.concat()),
            "cat" => out.push_str(&std::fs::read_to_string(place.join(words.concat())).unwrap()),
            "servanda" => show(&mut out, &servanda(&place, words)),
            other => unreachable!("{other} is no command of a case"),
        }
    }
    out.replace(&folder.path().display().to_string(), "<FOLDER>")
}

fn servanda(place: &Path, mut words: Vec<String>) -> Output {
    let input = words.iter().position(|word| word == "<").map(|at| {
        let name = words.remove(at + 1);
        words.remove(at);
        std::fs::File::open(place.join(name)).unwrap()
    });
    program(place)
        .args(words)
        .stdin(input.map_or(Stdio::null(), Stdio::from))
        .output()
        .unwrap()
}

pub(crate) fn program(place: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_servanda"));
    command
        .current_dir(place)
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE");
    command
}

fn show(out: &mut String, output: &Output) {
    let (result, problems) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    if !problems.is_empty() {
        writeln!(out, "--- stderr\n{}", problems.trim_end()).unwrap();
    }
    if !result.is_empty() {
        writeln!(out, "--- stdout\n{}", result.trim_end()).unwrap();
    }
    writeln!(out, "--- status {}\n", output.status.code().unwrap()).unwrap();
}

/// Splits a line into words; single quotes hold a word together.
pub(crate) fn split(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for letter in line.chars() {
        match letter {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            other => words.last_mut().unwrap().push(other),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

pub(crate) fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Gives the report on a project of the cases as JSON, with the status of the run.
fn report(folder: &str, options: &[&str]) -> (serde_json::Value, i32) {
    let output = program(&here(folder))
        .args(["check", "--format", "json"])
        .args(options)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let json = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    (json, output.status.code().unwrap())
}

#[test]
fn the_json_report_follows_its_schema() {
    let schema = std::fs::read_to_string(here("docs/schema/report.schema.json")).unwrap();
    let schema = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let runs: [(&str, &[&str]); 5] = [
        ("tests/cli/files/tables", &[]),
        ("tests/cli/files/river", &[]),
        ("tests/cli/files/river", &["--standard", "verified"]),
        ("tests/cli/files/river", &["--as-of", "2024-03-01"]),
        (
            "tests/cli/files",
            &["broken/rules.treaty", "-r", "broken/records.toml"],
        ),
    ];
    for (folder, options) in runs {
        let (json, _) = report(folder, options);
        let errors: Vec<String> = validator
            .iter_errors(&json)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{folder} {options:?}: {errors:#?}");
    }
}

#[test]
fn the_schema_refuses_what_is_no_report() {
    let schema = std::fs::read_to_string(here("docs/schema/report.schema.json")).unwrap();
    let schema = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let (mut json, _) = report("tests/cli/files/river", &[]);
    assert!(validator.is_valid(&json));
    json["pledges"][0]["verdict"]["status"] = "obeyed".into();
    assert!(!validator.is_valid(&json));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = program(&here("tests/cli/files/river"))
        .args(["check", "--format", "json", "--as-of", "2024-04-02"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let status = child.wait().unwrap();
    let mut problems = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut problems)
        .unwrap();
    assert_eq!((status.code(), problems.as_str()), (Some(1), ""));
}

#[test]
fn bytes_that_are_no_text_are_reported_and_the_rest_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = std::fs::File::create(folder.path().join("x.treaty")).unwrap();
    file.write_all(b"party a\n# \xff\xfe\npledg p { }\n")
        .unwrap();
    let output = program(folder.path())
        .args(["check", "x.treaty", "--format", "short"])
        .output()
        .unwrap();
    let problems = String::from_utf8(output.stderr).unwrap();
    assert!(
        problems.contains("x.treaty:2:3: error[not-text]"),
        "{problems}"
    );
    assert!(
        problems.contains("x.treaty:3:1: error[misspelt-keyword]"),
        "{problems}"
    );
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn garbage_is_reported_in_bounded_space() {
    let folder = tempfile::tempdir().unwrap();
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let bytes: Vec<u8> = (0..200_000)
        .map(|_| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            u8::try_from(seed & 0xff).unwrap()
        })
        .collect();
    std::fs::write(folder.path().join("x.treaty"), bytes).unwrap();
    let output = program(folder.path())
        .args(["check", "x.treaty"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(output.stderr.len() < 200_000, "{}", output.stderr.len());
    let shown = String::from_utf8(output.stderr).unwrap();
    let control = shown
        .chars()
        .find(|letter| letter.is_control() && *letter != '\n');
    assert_eq!(control, None);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("closed.treaty");
    std::fs::write(&path, "party a\n").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::File::open(&path).is_ok() {
        // Whoever runs the test may read everything.
        return;
    }
    let output = program(folder.path())
        .args(["check", "closed.treaty"])
        .output()
        .unwrap();
    let problems = String::from_utf8(output.stderr).unwrap();
    assert!(
        problems.contains("cannot read the rule file `closed.treaty`"),
        "{problems}"
    );
    assert_eq!(output.status.code(), Some(2));
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_written_to_is_told_without_the_name_of_a_new_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let closed = folder.path().join("closed");
    std::fs::create_dir(&closed).unwrap();
    std::fs::write(closed.join("x.treaty"), "party  a\n").unwrap();
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o555)).unwrap();
    if tempfile::NamedTempFile::new_in(&closed).is_ok() {
        // Whoever runs the test may write everywhere.
        return;
    }
    let output = program(folder.path())
        .args(["fmt", "closed/x.treaty"])
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "error: cannot write `closed/x.treaty`: no permission to write into its folder\n"
    );
    assert_eq!(output.status.code(), Some(2));
}

#[cfg(unix)]
#[test]
fn a_name_with_control_characters_steers_no_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let name = "a\u{1b}[2J\nb\u{202e}.treaty";
    std::fs::write(folder.path().join(name), "party  a\n").unwrap();
    let output = program(folder.path())
        .args(["fmt", "--check", name])
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "a\u{fffd}[2J\u{fffd}b\u{fffd}.treaty\n"
    );
    assert_eq!(output.status.code(), Some(1));
}

/// Gives the proof of a verdict on the examples, with all blanks alike.
fn proof(pledge: &str, records: &str) -> String {
    let output = program(&here("."))
        .args(["why", pledge, "rules/doha-2020.treaty", "--records"])
        .args([records, "--as-of", "2021-09-03"])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_proof_names_what_does_not_match() {
    let text = proof("no-use-of-soil", "examples/panjshir-2021/records.toml");
    for part in [
        "tweet-al-qaeda-joins, agency-carries-the-tweet: each tells of `join`, which does not count as `use-soil`",
        "34-resistance-killed, 350-taliban-killed: each tells of `battle-toll`",
    ] {
        assert!(text.contains(part), "no `{part}` in: {text}");
    }
}

#[test]
fn a_proof_lists_the_ways_of_counting() {
    let text = proof("full-withdrawal", "examples/doha-2020/records.toml");
    for part in [
        "2020-02-29 + 14 months = 29 April 2021",
        "`month-ends clamp` it is due 29 April 2021: fulfilled late by 123 days",
        "`month-ends stick` it is due 30 April 2021: fulfilled late by 122 days",
    ] {
        assert!(text.contains(part), "no `{part}` in: {text}");
    }
}
