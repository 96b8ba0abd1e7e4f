//! The files that belong together, as the editor sees them: those of the nearest `servanda.toml`, or a rule file that stands alone.

use std::collections::BTreeSet;

use crate::disk::folder::{self, has_extension};
use crate::disk::{self, SETTINGS};
use crate::ide::Reading;
use crate::project::glob::{is_pattern, matches};
use crate::project::{AsOf, Project, Request, Settings, join, settings};
use crate::source::Spanned;

use super::capabilities::Wishes;
use super::documents::Documents;

/// Where a set of files lives.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Home {
    /// The folder that names are relative to, without a slash at its end.
    pub(super) folder: String,
    /// The only rule file, where there is no `servanda.toml`.
    pub(super) alone: Option<String>,
}

impl Home {
    /// Finds the home of a file: the nearest folder above with a `servanda.toml`; else the file stands alone.
    pub(super) fn of(path: &str, documents: &Documents) -> Home {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let mut above = folder;
        loop {
            let settings = format!("{above}/{SETTINGS}");
            if documents.get(&settings).is_some() || disk::is_file(&settings) {
                return Home {
                    folder: above.to_owned(),
                    alone: None,
                };
            }
            match above.rsplit_once('/') {
                Some((next, _)) => above = next,
                None => break,
            }
        }
        Home {
            folder: folder.to_owned(),
            alone: Some(name.to_owned()),
        }
    }

    /// Gives the path of a file of this home.
    pub(super) fn path(&self, name: &str) -> String {
        if name.starts_with('/') {
            name.to_owned()
        } else {
            crate::project::normal(&format!("{}/{name}", self.folder))
        }
    }

    /// Gives the name that a file has here.
    pub(super) fn name(&self, path: &str) -> String {
        path.strip_prefix(&self.folder)
            .and_then(|rest| rest.strip_prefix('/'))
            .unwrap_or(path)
            .to_owned()
    }

    /// Reads and understands the files of this home as they stand now.
    ///
    /// What is as it was `before` is not looked at again.
    pub(super) fn read(
        &self,
        documents: &mut Documents,
        found: &Found,
        wishes: Wishes,
        before: &Reading,
    ) -> Reading {
        let mut project = Project::following(&before.project);
        let settings = self.settings(&mut project, documents);
        if let Some(day) = wishes.as_of {
            project.sources.add(WISHES, day.to_string());
        }
        let mut read = |name: &str| documents.read(&self.path(name));
        for name in &found.rules {
            // What is not there any more is no longer part of the project.
            let _ = project.add_rules(name, &mut read);
        }
        for name in &found.records {
            let _ = project.add_records(name, &mut read);
        }
        for (table, mapping) in &found.tables {
            let _ = project.add_table(table, mapping, &mut read);
        }
        project.loaded();
        Reading::new(project, settings, before)
    }

    fn settings(&self, project: &mut Project, documents: &mut Documents) -> Settings {
        if self.alone.is_some() {
            return Settings::default();
        }
        let Ok(text) = documents.read(&self.path(SETTINGS)) else {
            return Settings::default();
        };
        let id = project.sources.add(SETTINGS, text.text);
        settings(project.sources.get(id))
    }

    /// Finds the files that belong here: those on disk, and those that are open and not saved yet.
    pub(super) fn find(&self, documents: &mut Documents) -> Found {
        if let Some(alone) = &self.alone {
            let mut found = Found::default();
            if alone.ends_with(".treaty") {
                found.rules.push(alone.clone());
            }
            return found;
        }
        let settings = self.settings(&mut Project::default(), documents);
        // What is named in the wrong list is not read, as on the command line.
        let mut rules = self.named(&settings.rules, "treaty", |_| true, documents);
        rules.retain(|name| !has_extension(name, "toml"));
        let of_folder = folder::may_hold_records;
        let mut records = self.named(&settings.records, "toml", of_folder, documents);
        records.retain(|name| !has_extension(name, "treaty"));
        let mut found = Found {
            rules,
            records,
            ..Found::default()
        };
        for import in &settings.imports {
            let mapping = join(SETTINGS, &import.mapping.value);
            for table in self.named(&import.files, "csv", |_| true, documents) {
                if disk::size(&self.path(&table)) > LARGEST_TABLE {
                    found.too_large.insert(table);
                } else {
                    found.tables.push((table, mapping.clone()));
                }
            }
        }
        found
    }

    fn named(
        &self,
        patterns: &[Spanned<String>],
        extension: &str,
        of_folder: fn(&str) -> bool,
        documents: &Documents,
    ) -> Vec<String> {
        let mut names = Vec::new();
        for pattern in patterns {
            let pattern = join(SETTINGS, &pattern.value);
            if !is_pattern(&pattern) {
                match folder::files(&self.path(&pattern), extension) {
                    Ok(below) => {
                        let below = below.iter().filter(|path| of_folder(path));
                        names.extend(below.map(|path| self.name(path)));
                    }
                    Err(_) => names.push(pattern),
                }
                continue;
            }
            let on_disk = disk::files_of(&self.path(&pattern));
            let open = documents.paths().map(|path| self.name(path));
            let all: BTreeSet<String> = on_disk
                .iter()
                .map(|path| self.name(path))
                .chain(open.filter(|name| matches(&pattern, name)))
                .collect();
            names.extend(all);
        }
        let mut seen = BTreeSet::new();
        names.retain(|name| seen.insert(name.clone()));
        names
    }
}

/// The names of the files of a home.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    pub(super) rules: Vec<String>,
    pub(super) records: Vec<String>,
    /// Tables, each with its mapping.
    pub(super) tables: Vec<(String, String)>,
    /// Tables that are left to the command line.
    pub(super) too_large: BTreeSet<String>,
}

/// The largest table that is read while somebody types. Unit: bytes. Picked by gut feeling.
const LARGEST_TABLE: u64 = 8 << 20;

/// The name of the text that holds the wished as-of date, so that a message can point to it.
const WISHES: &str = "settings of the editor";

/// Gives what is asked: what is wished for in the editor, else what the settings of the project say.
pub(super) fn request(reading: &Reading, wishes: Wishes) -> Request {
    let settings = &reading.settings;
    let stated = settings.as_of.and_then(|as_of| match as_of.value {
        AsOf::Today => None,
        AsOf::Day(day) => Some(Spanned::new(day, as_of.span)),
    });
    let day = wishes
        .as_of
        .zip(reading.file(WISHES))
        .map(|(day, file)| Spanned::new(day, file.span()));
    Request {
        now: disk::now(),
        as_of: day.or(stated),
        known_by: None,
        standard: wishes.standard.or(settings.standard),
    }
}
