//! Record files against their JSON Schema.

use std::path::PathBuf;

use serde_json::Value;

/// Gives the record files of a folder with their texts.
pub(crate) fn files(folder: &str) -> Vec<(PathBuf, String)> {
    let paths = super::files(folder, "toml").into_iter();
    paths
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            (path, text)
        })
        .collect()
}

/// Says what the schema of record files has against a file; nothing where it accepts it.
pub(crate) fn against_schema(text: &str) -> Vec<String> {
    let schema = include_str!("../../docs/schema/records.schema.json");
    let schema: Value = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let table: toml::Table = text.parse().unwrap();
    validator
        .iter_errors(&json(toml::Value::Table(table)))
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

/// Gives a TOML value as JSON: a date becomes its text.
fn json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::from(text),
        toml::Value::Integer(number) => Value::from(number),
        toml::Value::Float(number) => Value::from(number),
        toml::Value::Boolean(flag) => Value::from(flag),
        toml::Value::Datetime(date) => Value::from(date.to_string()),
        toml::Value::Array(items) => items.into_iter().map(json).collect(),
        toml::Value::Table(table) => {
            let entries = table.into_iter().map(|(key, value)| (key, json(value)));
            Value::Object(entries.collect())
        }
    }
}
