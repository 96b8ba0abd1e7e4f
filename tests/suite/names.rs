//! Every name in a record file that can be read is known by what it stands for.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use servanda::agreement::{Mention, Named, Type};
use servanda::project::{Project, Text, understand};
use servanda::record::toml::{Reading, read};
use servanda::source::{SourceFile, Span};
use toml::de::{DeTable, DeValue};

/// Keys whose texts are no names.
const FREE: [&str; 21] = [
    "name",
    "note",
    "link",
    "title",
    "basis",
    "grade",
    "reliability",
    "extent",
    "hours",
    "finding",
    "owner",
    "unit",
    "when",
    "until",
    "from",
    "reported",
    "known",
    "low",
    "best",
    "high",
    "value",
];

#[test]
fn every_name_in_a_record_file_is_known() {
    let mut seen = 0;
    let mut sorts: BTreeMap<Named, usize> = BTreeMap::new();
    for (rules, records) in projects() {
        let project = project(&rules, &records);
        for agreement in understand(&project).agreements {
            let file = project.sources.get(project.records[0]);
            let reading = read(&[file], &[], &agreement);
            if reading.records.left_out > 0 || reading.diagnostics.iter().any(is_error) {
                continue;
            }
            seen += 1;
            for mention in &reading.mentions {
                *sorts.entry(mention.sort).or_default() += 1;
            }
            let missing = unknown(file, &reading);
            assert!(missing.is_empty(), "{}: {missing:#?}", records.display());
        }
    }
    assert!(seen > 300, "{seen}");
    let all = [
        Named::Thing,
        Named::Kind,
        Named::Measure,
        Named::Label,
        Named::Relation,
        Named::Pledge,
        Named::Variable,
        Named::Source,
        Named::Record,
    ];
    for sort in all {
        assert!(sorts.contains_key(&sort), "{sort:?} is met nowhere");
    }
}

#[test]
fn a_name_is_known_by_its_declaration_however_it_is_written() {
    let rules = "party north known as \"N.\"\nplace delta\nevent dam(by: actor, in: place, of: event)\nagreement a {}\npledge p {\n  each q in parties must not dam(by: q)\n}\n";
    let records = r#"
[sources."the paper"]
owner = 'radio'
[sources.radio]
[[event]]
id = "one"
"kind" = '''
dam'''
"by" = "N."
in = "d\u0065lta"
incident = "flood"
source = "the paper"
[[event]]
kind = """dam"""
by = 'north'
of = "flood"
echoes = [
  "one", "radio",
]
when = 2024-01-01
[[finding]]
pledge = "a/p[ q = north ]"
finding = "breached"
when = 2024-01-01
[parties.north]
known-as = ["Nordland"]
"#;
    let text = |name: &str| match name {
        "rules.treaty" => rules,
        _ => records,
    };
    let mut project = Project::default();
    let mut reader = |name: &str| Ok(Text::from_bytes(text(name).as_bytes().to_vec()));
    project.add_rules("rules.treaty", &mut reader).unwrap();
    project.add_records("r.toml", &mut reader).unwrap();
    let agreement = understand(&project).agreements.remove(0);
    let reading = read(&[project.sources.get(project.records[0])], &[], &agreement);
    let at = |span: Span| {
        let file = project.sources.get(span.source);
        format!("{} `{}`", file.position(span.start), file.slice(span))
    };
    let shown: Vec<String> = reading
        .mentions
        .iter()
        .map(|mention: &Mention| {
            format!(
                "{} -> {:?} {}",
                at(mention.at),
                mention.sort,
                at(mention.declared)
            )
        })
        .collect();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../records");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("names", shown.join("\n")));
}

fn is_error(found: &servanda::diagnostic::Diagnostic) -> bool {
    found.severity == servanda::diagnostic::Severity::Error
}

/// Gives rule files with a record file that goes with each.
fn projects() -> Vec<(PathBuf, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found: Vec<(PathBuf, PathBuf)> = std::fs::read_dir(root.join("tests/verdicts"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|folder| (folder.join("rules.treaty"), folder.join("records.toml")))
        .filter(|(rules, records)| rules.exists() && records.exists())
        .collect();
    found.sort();
    for example in ["doha-2020", "panjshir-2021"] {
        let records = root.join("examples").join(example).join("records.toml");
        for rules in ["doha-2020", "taliban-statements-2021"] {
            let rules = root.join("rules").join(rules).with_extension("treaty");
            found.push((rules, records.clone()));
        }
    }
    for records in crate::support::files("records/good", "toml") {
        found.push((root.join("tests/records/rules.treaty"), records));
    }
    found
}

fn project(rules: &Path, records: &Path) -> Project {
    let mut project = Project::default();
    let mut reader = |path: &str| {
        let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
        Ok(Text::from_bytes(bytes))
    };
    project
        .add_rules(&rules.to_string_lossy(), &mut reader)
        .unwrap();
    project
        .add_records(&records.to_string_lossy(), &mut reader)
        .unwrap();
    project
}

/// Gives the texts of a file that ought to be names and are not known as such.
fn unknown(file: &SourceFile, reading: &Reading) -> Vec<String> {
    let table = DeTable::parse(file.text()).unwrap();
    let mut open: Vec<(String, toml::Spanned<DeValue<'_>>)> = Vec::new();
    let mut missing = Vec::new();
    for (key, value) in table.into_inner() {
        open.push((key.into_inner().into_owned(), value));
    }
    let known = |start: usize, end: usize| {
        reading.mentions.iter().any(|mention| {
            let Span {
                start: from,
                end: to,
                ..
            } = mention.at;
            start <= from as usize && to as usize <= end
        })
    };
    while let Some((key, value)) = open.pop() {
        let span = value.span();
        match value.into_inner() {
            DeValue::String(text) => {
                let free = FREE.contains(&&*key) || is_free_label(&key, reading);
                let relation = key == "name" && known(span.start, span.end);
                if !free && !relation && !known(span.start, span.end) {
                    missing.push(format!("{key} = {text:?}"));
                }
            }
            DeValue::Array(items) => {
                open.extend(items.into_iter().map(|item| (key.clone(), item)));
            }
            DeValue::Table(table) => {
                // The names in the headers of registers and sources.
                let is_register =
                    ["sources", "actors", "parties", "groups", "places"].contains(&&*key);
                for (name, value) in table {
                    let place = name.span();
                    if is_register && !known(place.start, place.end) {
                        missing.push(format!("[{key}.{}]", name.get_ref()));
                    }
                    open.push((name.into_inner().into_owned(), value));
                }
            }
            DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_) => {}
        }
    }
    missing
}

/// Says whether every label of that name takes something other than a name.
fn is_free_label(key: &str, reading: &Reading) -> bool {
    let vocabulary = &reading.records.vocabulary;
    let kinds = vocabulary.kinds.iter().flat_map(|kind| &kind.fields);
    let measures = vocabulary
        .measures
        .iter()
        .flat_map(|measure| &measure.fields);
    let relations = vocabulary
        .relations
        .iter()
        .flat_map(|relation| &relation.fields);
    let mut fields = kinds
        .chain(measures)
        .chain(relations)
        .filter(|field| field.label == key)
        .peekable();
    fields.peek().is_some()
        && fields.any(|field| {
            matches!(
                field.ty,
                Type::Text | Type::Number(_) | Type::Date | Type::Flag
            )
        })
}
