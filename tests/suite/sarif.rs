//! Logs for other programs: every one follows the schema of the standard, and its places hold what they are said to hold.

#![expect(clippy::panic, reason = "a failing test should stop")]

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::cli::{copy, here, program};

/// Runs a command in a folder and gives the log, held against the schema.
fn log(place: &Path, words: &[&str]) -> Value {
    let output = program(place)
        .args(words)
        .args(["--format", "sarif"])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let log: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let errors = against_schema(&log);
    assert!(errors.is_empty(), "{words:?}: {errors:#?}");
    consistent(&log);
    let run = &log["runs"][0];
    assert_eq!(
        run["invocations"][0]["exitCode"].as_i64(),
        output.status.code().map(i64::from)
    );
    log
}

fn against_schema(log: &Value) -> Vec<String> {
    let schema = include_str!("../sarif/sarif-schema-2.1.0.json");
    let mut schema: Value = serde_json::from_str(schema).unwrap();
    // One pattern has a bracket too many; the errata of the standard mend it so.
    for part in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][part]["properties"]["language"];
        language["pattern"] = "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$".into();
    }
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap();
    let errors = validator.iter_errors(log);
    errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

/// Holds what the schema cannot say: indices lead to what they are said to lead to, and places are in order.
fn consistent(log: &Value) {
    let run = &log["runs"][0];
    for result in run["results"].as_array().unwrap() {
        let rule = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][rule]["id"], result["ruleId"]);
        for location in places(result) {
            let named = &location["artifactLocation"];
            let index = usize::try_from(named["index"].as_u64().unwrap()).unwrap();
            let artifact = &run["artifacts"][index]["location"];
            assert_eq!(artifact, named);
            if let Some(base) = named["uriBaseId"].as_str() {
                assert!(run["originalUriBaseIds"][base].is_object(), "{base}");
            }
            let region = &location["region"];
            let at = |line, column| (region[line].as_u64(), region[column].as_u64());
            assert!(at("startLine", "startColumn") <= at("endLine", "endColumn"));
            assert!(at("startLine", "startColumn") >= (Some(1), Some(1)));
        }
    }
}

fn places(result: &Value) -> Vec<&Value> {
    let related = result["relatedLocations"].as_array();
    let locations = result["locations"].as_array().into_iter().chain(related);
    locations
        .flatten()
        .map(|location| &location["physicalLocation"])
        .collect()
}

fn results(log: &Value) -> &Vec<Value> {
    log["runs"][0]["results"].as_array().unwrap()
}

/// Gives what stands in a region, as the standard counts it: lines end with their line end, columns are characters, a mark at the start is none.
fn region<'a>(text: &'a str, region: &Value) -> &'a str {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let offset = |line: &str, column: &str| {
        let line = usize::try_from(region[line].as_u64().unwrap()).unwrap();
        let column = usize::try_from(region[column].as_u64().unwrap()).unwrap();
        let before: usize = text
            .split_inclusive('\n')
            .take(line - 1)
            .map(str::len)
            .sum();
        let rest = &text[before..];
        let within: usize = rest.chars().take(column - 1).map(char::len_utf8).sum();
        assert!(
            rest.chars().count() >= column - 1,
            "column {column} of {rest:?}"
        );
        before + within
    };
    &text[offset("startLine", "startColumn")..offset("endLine", "endColumn")]
}

#[test]
fn every_log_follows_the_schema_of_the_standard() {
    let files = here("tests/cli/files");
    let runs: [(&str, &[&str]); 8] = [
        ("river", &["check"]),
        ("river", &["check", "--standard", "verified"]),
        (
            "river",
            &["check", "--as-of", "2024-03-01", "--pledge", "no-dam"],
        ),
        (
            "river",
            &["check", "--as-of", "2031-01-01", "--known-by", "2024-01-01"],
        ),
        (
            ".",
            &["check", "broken/rules.treaty", "-r", "broken/records.toml"],
        ),
        (
            ".",
            &[
                "check",
                "mistakes/rules.treaty",
                "-r",
                "mistakes/records.toml",
            ],
        ),
        (".", &["test", "scenarios"]),
        (".", &["check", "nowhere.treaty"]),
    ];
    for (folder, words) in runs {
        let log = log(&files.join(folder), words);
        let is_empty = ["nowhere.treaty", "2024-03-01"]
            .iter()
            .any(|word| words.contains(word));
        assert_eq!(results(&log).is_empty(), is_empty, "{words:?}");
    }
    for example in ["doha-2020", "panjshir-2021"] {
        let records = format!("examples/{example}/records.toml");
        let words = [
            "check",
            "rules",
            "-r",
            records.as_str(),
            "--as-of",
            "2021-09-03",
        ];
        let log = log(&here("."), &words);
        assert!(!results(&log).is_empty());
    }
}

#[test]
fn the_schema_refuses_what_is_no_log() {
    let mut log = log(&here("tests/cli/files/river"), &["check"]);
    log["runs"][0]["results"][0]["level"] = "advice".into();
    assert!(!against_schema(&log).is_empty());
}

#[test]
fn a_log_says_the_same_as_the_report() {
    let place = here("tests/cli/files");
    let words = ["check", "broken/rules.treaty", "-r", "broken/records.toml"];
    let output = program(&place)
        .args(words)
        .args(["--format", "json"])
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let told: Vec<_> = report["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| {
            let label = &found["labels"][0];
            (
                found["code"].clone(),
                label["file"].clone(),
                label["start"]["line"].clone(),
                label["start"]["column"].clone(),
            )
        })
        .collect();
    let log = log(&place, &words);
    let logged: Vec<_> = results(&log)
        .iter()
        .map(|result| {
            let place = places(result)[0];
            (
                result["ruleId"].clone(),
                place["artifactLocation"]["uri"].clone(),
                place["region"]["startLine"].clone(),
                place["region"]["startColumn"].clone(),
            )
        })
        .collect();
    assert_eq!(logged, told);
}

/// A file with letters of many kinds before its mistakes, a mark at the start, and line ends of two characters.
const ODD: &str = "\u{feff}# 条约 🙂\r\nparty north \"الشمال\" known as \"北\u{10000}\"\r\nevent go(by: actor)\r\n\tpledge p \"🙂🙂\" { nort must go() by 2024-01-01 }\r\npledge q {\r\n  north must go() by 2024-01-01\r\n";

#[test]
fn a_region_holds_the_words_that_it_is_about() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("odd.treaty"), ODD).unwrap();
    let log = log(folder.path(), &["check", "odd.treaty"]);
    let of = |code: &str| {
        let result = results(&log)
            .iter()
            .find(|result| result["ruleId"] == code)
            .unwrap_or_else(|| panic!("no {code} in {log:#}"));
        region(ODD, &places(result)[0]["region"])
    };
    assert_eq!(of("unknown-name"), "nort");
    assert_eq!(log["runs"][0]["columnKind"], "unicodeCodePoints");
    // The brace is missing at the very end, and a log knows no line after the last line end.
    let brace = results(&log)
        .iter()
        .find(|result| result["ruleId"] == "missing-brace")
        .unwrap();
    for place in places(brace) {
        assert!(place["region"]["endLine"].as_u64().unwrap() <= 6);
        let _ = region(ODD, &place["region"]);
    }
}

#[test]
fn the_fixes_of_a_log_mend_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("odd.treaty");
    std::fs::write(&path, ODD).unwrap();
    let before = log(folder.path(), &["check", "odd.treaty"]);
    let mut edits = BTreeMap::new();
    for result in results(&before) {
        for change in result["fixes"].as_array().into_iter().flatten() {
            for change in change["artifactChanges"].as_array().unwrap() {
                assert_eq!(change["artifactLocation"]["uri"], "odd.treaty");
                for edit in change["replacements"].as_array().unwrap() {
                    let text = ODD.strip_prefix('\u{feff}').unwrap();
                    let place = region(ODD, &edit["deletedRegion"]);
                    let start = place.as_ptr() as usize - text.as_ptr() as usize;
                    let new = edit["insertedContent"]["text"].as_str().unwrap();
                    edits.insert(start, (place.len(), new.to_owned()));
                }
            }
        }
    }
    assert!(edits.len() >= 2, "{edits:?}");
    let mut text = ODD.strip_prefix('\u{feff}').unwrap().to_owned();
    for (start, (length, new)) in edits.into_iter().rev() {
        text.replace_range(start..start + length, &new);
    }
    std::fs::write(&path, &text).unwrap();
    let after = log(folder.path(), &["check", "odd.treaty"]);
    let errors = |log: &Value| {
        let results = results(log).iter();
        let wrong =
            results.filter(|found| found["level"] == "error" && found["ruleId"] != "overdue");
        wrong.count()
    };
    assert_eq!(
        (errors(&before) > 0, errors(&after)),
        (true, 0),
        "{text}\n{after:#}"
    );
}

#[test]
fn a_path_is_a_uri_that_leads_to_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let names = [
        "a b.treaty",
        "50%.treaty",
        "a:b?c#d.treaty",
        "条约.treaty",
        "x,y&z.treaty",
    ];
    for name in names {
        std::fs::write(folder.path().join(name), "party a\npledg b { }\n").unwrap();
    }
    let shown = |place: &Path, paths: &[&str]| {
        let mut words = vec!["check"];
        words.extend(paths);
        let log = log(place, &words);
        results(&log)
            .iter()
            .map(|result| {
                let place = &places(result)[0]["artifactLocation"];
                (
                    place["uri"].as_str().unwrap().to_owned(),
                    place["uriBaseId"].as_str().map(str::to_owned),
                )
            })
            .collect::<Vec<_>>()
    };
    let mut found = shown(folder.path(), &names);
    found.dedup();
    let uris: Vec<&str> = found.iter().map(|(uri, _)| uri.as_str()).collect();
    assert_eq!(
        uris,
        [
            "a%20b.treaty",
            "50%25.treaty",
            "a%3Ab%3Fc%23d.treaty",
            "%E6%9D%A1%E7%BA%A6.treaty",
            "x%2Cy%26z.treaty"
        ]
    );
    assert!(
        found
            .iter()
            .all(|(_, base)| base.as_deref() == Some("SRCROOT"))
    );

    // What lies outside of the folder of the run has no base.
    std::fs::create_dir(folder.path().join("in")).unwrap();
    let outside = shown(&folder.path().join("in"), &["../a b.treaty"]);
    let whole = folder.path().canonicalize().unwrap();
    let (uri, base) = &outside[0];
    assert_eq!(*uri, format!("file://{}/a%20b.treaty", whole.display()));
    assert_eq!(*base, None);
}

#[test]
fn a_result_is_known_by_the_same_identity_after_lines_were_added_and_days_have_passed() {
    let folder = tempfile::tempdir().unwrap();
    copy(&here("tests/cli/files"), folder.path());
    let identities = |words: &[&str]| {
        let log = log(folder.path(), words);
        let results = results(&log).iter();
        let mut found: Vec<String> = results
            .map(|result| {
                let identity = &result["partialFingerprints"]["servandaIdentity/v1"];
                format!("{} {}", result["ruleId"], identity.as_str().unwrap())
            })
            .collect();
        found.sort();
        found
    };
    let words = |day| {
        [
            "check",
            "broken/rules.treaty",
            "river/rules/river.treaty",
            "-r",
            "river/records/river.toml",
            "--as-of",
            day,
        ]
    };
    let before = identities(&words("2024-06-01"));
    let mut once = before.clone();
    once.dedup();
    assert_eq!(once, before, "each has its own");
    for name in [
        "broken/rules.treaty",
        "river/rules/river.treaty",
        "river/records/river.toml",
    ] {
        let path = folder.path().join(name);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, format!("# a line\n\n{text}")).unwrap();
    }
    assert_eq!(identities(&words("2024-06-02")), before);
}
