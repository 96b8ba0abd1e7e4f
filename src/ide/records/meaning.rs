//! What the sections and keys of record files and of `servanda.toml` mean: one table, the published schema of record files.

use std::sync::OnceLock;

use serde_json::{Map, Value};

/// The schema that programs read, and whose descriptions are shown to people.
const SCHEMA: &str = include_str!("../../../docs/schema/records.schema.json");

/// The keys of `servanda.toml` and what they mean.
pub const SETTINGS: [(&str, &str); 5] = [
    (
        "rules",
        "The rule files: names or patterns, relative to this file.",
    ),
    (
        "records",
        "The record files: names or patterns, relative to this file.",
    ),
    (
        "as-of",
        "The date for which verdicts are given: \"today\", or a day such as 2021-09-03.",
    ),
    (
        "standard",
        "How well something must be shown to count: \"claimed\", \"reported\", \"corroborated\" or \"verified\".",
    ),
    (
        "lints",
        "How diagnostics on rules and records are taken, by code: \"allow\", \"warn\" or \"deny\".",
    ),
];

/// The levels of a lint and what they mean.
pub const LEVELS: [(&str, &str); 3] = [
    ("allow", "Say nothing."),
    ("warn", "A warning."),
    ("deny", "An error."),
];

/// A key of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyMeaning {
    /// The key.
    pub name: &'static str,
    /// What it means; empty for what needs no words.
    pub meaning: &'static str,
    /// The words that it takes, where these are fixed.
    pub choices: Vec<&'static str>,
    /// Whether it takes a date.
    pub is_date: bool,
    /// Whether it takes `true` or `false`.
    pub is_flag: bool,
}

/// A section of a record file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub meaning: &'static str,
    /// Whether its blocks begin with two brackets.
    pub is_list: bool,
}

fn schema() -> &'static Value {
    static READ: OnceLock<Value> = OnceLock::new();
    READ.get_or_init(|| serde_json::from_str(SCHEMA).unwrap_or_default())
}

fn properties(of: &'static Value) -> impl Iterator<Item = (&'static str, &'static Value)> {
    let map: Option<&Map<String, Value>> = of.get("properties").and_then(Value::as_object);
    map.into_iter()
        .flatten()
        .map(|(name, value)| (name.as_str(), value))
}

fn text(of: &'static Value, key: &str) -> &'static str {
    of.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// Gives the sections of a record file.
pub fn sections() -> impl Iterator<Item = Section> {
    properties(schema()).map(|(name, value)| Section {
        name,
        meaning: text(value, "description"),
        is_list: text(value, "type") == "array",
    })
}

/// Finds a section.
#[must_use]
pub fn section(name: &str) -> Option<Section> {
    sections().find(|section| section.name == name)
}

/// Gives the keys of the blocks of a section; with a path those of the table in a value, such as `in` or `value`.
#[must_use]
pub fn keys(section: &str, path: &[&str]) -> Vec<KeyMeaning> {
    let found = properties(schema()).find(|(name, _)| *name == section);
    let Some((_, mut level)) = found else {
        return Vec::new();
    };
    level = inner(level);
    for part in path {
        match properties(level).find(|(name, _)| name == part) {
            Some((_, next)) => level = inner(next),
            // A label: the only table that it takes is an estimate.
            None => level = definition("quantity").unwrap_or(level),
        }
    }
    let level = with_table(level);
    properties(level)
        .map(|(name, value)| key(name, value))
        .collect()
}

/// Goes from a list or a table of blocks to the block.
fn inner(level: &'static Value) -> &'static Value {
    let level = resolved(level);
    let items = level.get("items");
    let blocks = level
        .get("additionalProperties")
        .filter(|it| it.is_object());
    items.or(blocks).map_or(level, resolved)
}

fn resolved(level: &'static Value) -> &'static Value {
    let name = level.get("$ref").and_then(Value::as_str);
    let name = name.and_then(|name| name.strip_prefix("#/$defs/"));
    name.and_then(definition).unwrap_or(level)
}

fn definition(name: &str) -> Option<&'static Value> {
    schema().get("$defs")?.get(name)
}

/// Gives the choice that is a table, where a value may be one.
fn with_table(level: &'static Value) -> &'static Value {
    if level.get("properties").is_some() {
        return level;
    }
    let choices = ["oneOf", "anyOf"]
        .iter()
        .find_map(|key| level.get(key)?.as_array());
    let table = choices
        .into_iter()
        .flatten()
        .map(resolved)
        .find(|it| it.get("properties").is_some());
    table.unwrap_or(level)
}

fn key(name: &'static str, value: &'static Value) -> KeyMeaning {
    let own = text(value, "description");
    let target = resolved(value);
    let words = target.get("enum").and_then(Value::as_array);
    KeyMeaning {
        name,
        meaning: if own.is_empty() {
            text(target, "description")
        } else {
            own
        },
        choices: words
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect(),
        is_date: text(value, "$ref").ends_with("date")
            || matches!(name, "when" | "until" | "from" | "reported" | "known"),
        is_flag: text(target, "type") == "boolean",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_and_key_has_a_meaning() {
        assert_eq!(sections().count(), 10);
        for section in sections() {
            assert!(!section.meaning.is_empty(), "{section:?}");
            let keys = keys(section.name, &[]);
            assert!(keys.len() >= 3, "{section:?} {keys:?}");
            let silent: Vec<_> = keys.iter().filter(|key| key.meaning.is_empty()).collect();
            assert!(silent.is_empty(), "{section:?}: {silent:?}");
        }
    }

    #[test]
    fn tables_in_values_have_keys_too() {
        let names = |section, path: &[&str]| -> Vec<&str> {
            keys(section, path).iter().map(|key| key.name).collect()
        };
        assert_eq!(names("actors", &["in"]), ["group", "from", "until"]);
        assert_eq!(names("parties", &["bound"]), ["from", "until"]);
        assert_eq!(
            names("reading", &["value"]),
            ["low", "best", "high", "unit"]
        );
        assert_eq!(names("event", &["killed"]), ["low", "best", "high", "unit"]);
    }

    #[test]
    fn fixed_words_are_known() {
        let choices = |section, name: &str| -> Vec<&str> {
            let all = keys(section, &[]);
            all.into_iter()
                .filter(|key| key.name == name)
                .flat_map(|key| key.choices)
                .collect()
        };
        assert_eq!(
            choices("event", "basis"),
            ["observed", "documented", "told", "none-given"]
        );
        assert_eq!(choices("coverage", "extent"), ["full", "partial"]);
        assert_eq!(
            choices("finding", "finding"),
            ["breached", "kept", "fulfilled"]
        );
        assert_eq!(
            choices("sources", "reliability"),
            ["A", "B", "C", "D", "E", "F"]
        );
    }
}
