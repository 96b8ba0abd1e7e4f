//! Which tables a run reads, and the mapping of each: those of the command line, else the `[[import]]` of the settings.

use crate::disk::folder::has_extension;
use crate::disk::trail::Trail;
use crate::project::{Import, Project, join};
use crate::record::table::is_table_name;

use super::output::Output;

/// A table and its mapping, by their paths.
pub(super) type Pair = (String, String);

/// Takes the tables out of the record files that were given, each with its mapping. One mapping is for all tables; several go with as many
/// tables, in their order.
///
/// # Errors
///
/// What cannot be paired, and what to do.
pub(super) fn given(
    records: &mut Vec<String>,
    mappings: &[String],
) -> Result<Vec<Pair>, (String, &'static str)> {
    // Without a mapping only what is surely a table is one: records may come from a pipe, under any name.
    let is_table = |path: &String| match mappings {
        [] => is_table_name(path),
        [_, ..] => !has_extension(path, "toml") && !has_extension(path, "treaty"),
    };
    let tables: Vec<String> = records
        .iter()
        .filter(|path| is_table(path))
        .cloned()
        .collect();
    records.retain(|path| !is_table(path));
    match (tables.as_slice(), mappings) {
        ([], []) => Ok(Vec::new()),
        ([], [mapping, ..]) => Err((
            format!("the mapping `{mapping}` has no table to explain"),
            "name the table with `--records`",
        )),
        ([table, ..], []) => Err((
            format!("no mapping says what the columns of `{table}` mean"),
            "name one with `--mapping FILE`, or in `[[import]]` of servanda.toml; docs/records.md shows how it is written",
        )),
        (_, [mapping]) => Ok(tables
            .into_iter()
            .map(|table| (table, mapping.clone()))
            .collect()),
        (tables, mappings) if tables.len() == mappings.len() => Ok(tables
            .iter()
            .cloned()
            .zip(mappings.iter().cloned())
            .collect()),
        (tables, mappings) => Err((
            format!(
                "{} tables and {} mappings do not pair up",
                tables.len(),
                mappings.len()
            ),
            "give one mapping for all tables, or one for each in their order; `[[import]]` of servanda.toml can say more",
        )),
    }
}

/// Gives the tables that the settings at `settings` import.
pub(super) fn imported(
    imports: &[Import],
    settings: &str,
    trail: &mut Trail,
    output: &mut Output,
) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for import in imports {
        let mapping = join(settings, &import.mapping.value);
        for pattern in &import.files {
            let pattern = join(settings, &pattern.value);
            let files = if crate::project::glob::is_pattern(&pattern) {
                let found: Vec<String> = trail.files_of(&pattern).into_iter().collect();
                if found.is_empty() {
                    output.warning(&format!(
                        "no file matches `{pattern}`, which an `[[import]]` of {settings} names"
                    ));
                }
                found
            } else {
                vec![pattern]
            };
            pairs.extend(files.into_iter().map(|file| (file, mapping.clone())));
        }
    }
    pairs
}

/// Opens tables and their mappings; says whether one could not be read.
pub(super) fn add(
    project: &mut Project,
    pairs: &[Pair],
    trail: &mut Trail,
    output: &mut Output,
) -> bool {
    let mut unread = false;
    for (table, mapping) in pairs {
        let added = project.add_table(table, mapping, &mut |path| trail.read(path));
        if let Err(reason) = added {
            output.error(&format!("cannot read {reason}"), None);
            unread = true;
        }
    }
    unread
}
