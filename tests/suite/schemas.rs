//! The schemas of what `test` and `history` write for programs, held against what they write.

#![expect(clippy::panic, reason = "a failing test should stop")]

use serde_json::Value;

use crate::cli::{here, program};

fn schema(name: &str) -> Value {
    let text = std::fs::read_to_string(here("docs/schema").join(name)).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn errors(schema: &Value, json: &Value) -> Vec<String> {
    let validator = jsonschema::draft202012::new(schema).unwrap();
    let errors = validator.iter_errors(json);
    errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

/// Runs a command in a folder of the repository.
fn written(folder: &str, words: &[&str]) -> Value {
    let output = program(&here(folder))
        .args(words)
        .args(["--format", "json"])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{words:?}: {error}: {text}"))
}

#[test]
fn the_json_of_scenarios_follows_its_schema() {
    let schema = schema("test.schema.json");
    let runs = [
        ("tests/cli/files", "scenarios/river.treaty"),
        ("tests/cli/files", "scenarios/broken.treaty"),
        ("tests/cli/files", "scenarios/ahead.treaty"),
        ("tests/cli/files", "river/rules"),
        (".", "examples"),
        (".", "tests/scenarios/good"),
        (".", "tests/scenarios/bad"),
    ];
    for (folder, rules) in runs {
        let json = written(folder, &["test", rules]);
        let errors = errors(&schema, &json);
        assert!(errors.is_empty(), "{rules}: {errors:#?}");
    }
}

#[test]
fn the_json_of_a_history_follows_its_schema() {
    let schema = schema("history.schema.json");
    let late = [
        "rules.treaty",
        "-r",
        "records.toml",
        "--as-of",
        "2021-12-31",
    ];
    let doha = ["rules", "-r", "examples/doha-2020", "--as-of", "2021-12-31"];
    let runs: [(&str, &str, &[&str]); 6] = [
        ("tests/cli/files/river", "gates", &[]),
        (
            "tests/cli/files/river",
            "no-dam",
            &["--standard", "claimed"],
        ),
        (
            "tests/cli/files/river",
            "gates",
            &["--known-by", "2024-03-01"],
        ),
        ("tests/cli/files/late", "no-fire", &late),
        ("tests/cli/files/late", "no-fire[p = b]", &late),
        (".", "full-withdrawal", &doha),
    ];
    for (folder, pledge, options) in runs {
        let mut words = vec!["history", pledge];
        words.extend(options);
        let json = written(folder, &words);
        let errors = errors(&schema, &json);
        assert!(errors.is_empty(), "{words:?}: {errors:#?}");
        assert!(!json["histories"][0]["steps"].is_null(), "{words:?}");
    }
}

#[test]
fn the_schemas_refuse_what_is_something_else() {
    let mut json = written("tests/cli/files", &["test", "scenarios/river.treaty"]);
    json["scenarios"][0]["result"] = "lost".into();
    assert!(!errors(&schema("test.schema.json"), &json).is_empty());
    let mut json = written("tests/cli/files/river", &["history", "gates"]);
    json["histories"][0]["steps"][0]["verdict"]["status"] = "obeyed".into();
    assert!(!errors(&schema("history.schema.json"), &json).is_empty());
}

#[test]
fn what_the_schemas_share_is_the_same_in_each() {
    let report = schema("report.schema.json");
    for name in ["test.schema.json", "history.schema.json"] {
        let other = schema(name);
        let shared = other["$defs"].as_object().unwrap();
        assert!(shared.contains_key("verdict"), "{name}");
        for (part, shape) in shared {
            assert_eq!(*shape, report["$defs"][part], "{part} in {name}");
        }
    }
}
