//! Rule files with everything that they use, and record files: each text once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic};
use crate::record::table::{Encoding, Unpacked, encoding, is_packed_name, unpack};
use crate::resolve::{Unit, UnitFile, UseTarget};
use crate::source::{SourceFile, SourceId, Sources, Span};
use crate::syntax::{Parse, ast::ItemKind, parse};

/// What a file holds.
#[derive(Clone, Debug, Default)]
pub struct Text {
    /// The text; bytes that are no text have become U+FFFD.
    pub text: Arc<str>,
    /// The first byte that is no UTF-8.
    pub damaged_at: Option<usize>,
    /// The bytes, where the text is not all that they say.
    pub bytes: Option<Arc<[u8]>>,
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        Text {
            text: text.into(),
            ..Text::default()
        }
    }
}

impl Text {
    /// Reads bytes as UTF-8.
    #[must_use]
    pub fn from_bytes(bytes: Vec<u8>) -> Text {
        match String::from_utf8(bytes) {
            Ok(text) => Text {
                text: text.into(),
                ..Text::default()
            },
            Err(error) => Text {
                damaged_at: Some(error.utf8_error().valid_up_to()),
                text: String::from_utf8_lossy(error.as_bytes()).into(),
                bytes: Some(error.into_bytes().into()),
            },
        }
    }

    /// Keeps bytes that are no text before somebody unpacks them.
    #[must_use]
    pub fn packed(bytes: Vec<u8>) -> Text {
        Text {
            bytes: Some(bytes.into()),
            ..Text::default()
        }
    }

    /// Gives the text of a table that is packed by the end of its name, and encoded as its mapping says.
    fn of_table(self, path: &str, encoding: Encoding) -> Result<Text, String> {
        if encoding == Encoding::Utf8 && self.bytes.is_none() && !is_packed_name(path) {
            return Ok(self);
        }
        let bytes = self.bytes.as_deref().unwrap_or(self.text.as_bytes());
        let Unpacked { text, damaged_at } = unpack(path, bytes, encoding)?;
        Ok(Text {
            text: text.into(),
            damaged_at,
            bytes: None,
        })
    }
}

const SAVE_AS_TEXT: &str = "save the file as UTF-8; the rest of it was read";

/// The files of a run.
#[derive(Debug, Default)]
pub struct Project {
    /// Every text.
    pub sources: Sources,
    /// The rule files that were asked for.
    pub roots: Vec<SourceId>,
    /// The record files.
    pub records: Vec<SourceId>,
    /// The tables, each with its mapping before it.
    pub tables: Vec<(SourceId, SourceId)>,
    /// What is wrong with texts before anything reads them.
    pub diagnostics: Vec<Diagnostic>,
    rules: BTreeMap<SourceId, RuleFile>,
    paths: BTreeMap<String, SourceId>,
    before: Before,
}

/// What was read before and may not have changed.
#[derive(Debug, Default)]
struct Before {
    sources: Sources,
    parses: BTreeMap<SourceId, Arc<Parse>>,
}

#[derive(Debug)]
struct RuleFile {
    parse: Arc<Parse>,
    uses: Vec<UseTarget>,
}

/// Reads the text at a path; the error is a fragment such as "no such file".
type Reader<'a> = dyn FnMut(&str) -> Result<Text, String> + 'a;

impl Project {
    /// Starts a project that looks only at the texts that are not those of `before`, for as long as it is being loaded.
    #[must_use]
    pub fn following(before: &Project) -> Project {
        let parses = before.rules.iter();
        Project {
            before: Before {
                sources: before.sources.clone(),
                parses: parses
                    .map(|(&id, rules)| (id, Arc::clone(&rules.parse)))
                    .collect(),
            },
            ..Project::default()
        }
    }

    /// Lets go of what was read before, once everything is loaded.
    pub fn loaded(&mut self) {
        self.before = Before::default();
    }

    /// Says whether a rule file with everything that it uses is the very same as in another project.
    #[must_use]
    pub fn shares_unit(&self, other: &Project, root: SourceId) -> bool {
        self.unit_files(root).into_iter().all(|id| {
            let both = self.rules.get(&id).zip(other.rules.get(&id));
            both.is_some_and(|(own, other)| {
                Arc::ptr_eq(&own.parse, &other.parse) && own.uses == other.uses
            }) && self.sources.shares(&other.sources, id)
        })
    }

    /// Adds a rule file and everything that it uses.
    ///
    /// # Errors
    ///
    /// Why the file itself cannot be read. A used file that cannot be read is a diagnostic of the file that uses it.
    pub fn add_rules(&mut self, path: &str, read: &mut Reader<'_>) -> Result<(), String> {
        let path = normal(path);
        let id = if let Some(&id) = self.paths.get(&path) {
            id
        } else {
            let text = read(&path)?;
            self.add_rule_text(&path, text, read)
        };
        if !self.roots.contains(&id) {
            self.roots.push(id);
        }
        Ok(())
    }

    /// Adds a rule file whose text is at hand, as one that was asked for.
    pub fn add_root(&mut self, name: &str, text: Text, read: &mut Reader<'_>) {
        let id = self.add_rule_text(name, text, read);
        self.roots.push(id);
    }

    /// Adds a record file.
    ///
    /// # Errors
    ///
    /// Why the file cannot be read.
    pub fn add_records(&mut self, path: &str, read: &mut Reader<'_>) -> Result<(), String> {
        let path = normal(path);
        if self.paths.contains_key(&path) {
            return Ok(());
        }
        let text = read(&path)?;
        let id = self.add_text(&path, text);
        self.records.push(id);
        Ok(())
    }

    /// Adds a table and the mapping that explains it.
    ///
    /// # Errors
    ///
    /// Which of the two cannot be read, and why.
    pub fn add_table(
        &mut self,
        path: &str,
        mapping: &str,
        read: &mut Reader<'_>,
    ) -> Result<(), String> {
        let mapping = self.add_once(&normal(mapping), read, None)?;
        let encoding = encoding(self.sources.get(mapping));
        let table = self.add_once(&normal(path), read, Some(encoding))?;
        if !self.tables.contains(&(mapping, table)) {
            self.tables.push((mapping, table));
        }
        Ok(())
    }

    /// Adds a mapping, or a table with the encoding that its mapping names.
    fn add_once(
        &mut self,
        path: &str,
        read: &mut Reader<'_>,
        table: Option<Encoding>,
    ) -> Result<SourceId, String> {
        if let Some(&known) = self.paths.get(path) {
            return Ok(known);
        }
        let text = read(path).and_then(|text| match table {
            None => Ok(text),
            Some(encoding) => text.of_table(path, encoding),
        });
        let text = text.map_err(|reason| format!("`{path}`: {reason}"))?;
        let help = match table {
            None => SAVE_AS_TEXT,
            Some(Encoding::Utf8) => {
                "say in the mapping how it is encoded: `encoding = \"latin-1\"`, `\"windows-1252\"` or `\"utf-16\"`; the rest of it was read"
            }
            Some(Encoding::Utf16 | Encoding::Latin1 | Encoding::Windows1252) => {
                "the mapping may name the wrong `encoding`; the rest of it was read"
            }
        };
        Ok(self.add_text_or(path, text, help))
    }

    /// Gives a rule file's text and tree.
    #[must_use]
    pub fn parsed(&self, id: SourceId) -> Option<(&SourceFile, &Parse)> {
        let rules = self.rules.get(&id)?;
        Some((self.sources.get(id), &rules.parse))
    }

    /// Gives what is wrong with the text of the rule files.
    pub fn syntax_problems(&self) -> impl Iterator<Item = &Diagnostic> {
        self.rules
            .values()
            .flat_map(|rules| &rules.parse.diagnostics)
    }

    /// Gives a rule file with everything that it uses, directly or not.
    #[must_use]
    pub fn unit(&self, root: SourceId) -> Unit<'_> {
        let ids = self.unit_files(root);
        let files = ids.into_iter().filter_map(|id| {
            let rules = self.rules.get(&id)?;
            Some(UnitFile {
                file: self.sources.get(id),
                tree: &rules.parse.tree,
                uses: rules.uses.clone(),
            })
        });
        Unit {
            root,
            files: files.collect(),
        }
    }

    fn unit_files(&self, root: SourceId) -> Vec<SourceId> {
        let mut files = Vec::new();
        let mut seen = BTreeSet::from([root]);
        let mut waiting = vec![root];
        while let Some(id) = waiting.pop() {
            let Some(rules) = self.rules.get(&id) else {
                continue;
            };
            for target in rules
                .uses
                .iter()
                .filter_map(|used| used.target.as_ref().ok())
            {
                if seen.insert(*target) {
                    waiting.push(*target);
                }
            }
            files.push(id);
        }
        files
    }

    fn add_text(&mut self, path: &str, text: Text) -> SourceId {
        self.add_text_or(path, text, SAVE_AS_TEXT)
    }

    /// Adds a text; `help` says what to do where it is none.
    fn add_text_or(&mut self, path: &str, text: Text, help: &str) -> SourceId {
        let known = self.sources.counterpart(&self.before.sources).cloned();
        let known = known.filter(|file| file.name() == path && *file.text() == *text.text);
        let id = known
            .and_then(|file| self.sources.add_again(&file))
            .unwrap_or_else(|| self.sources.add(path, text.text));
        self.paths.insert(path.to_owned(), id);
        if let Some(at) = text.damaged_at {
            let span = Span::new(id, at, at + '\u{fffd}'.len_utf8());
            self.diagnostics.push(
                Diagnostic::new(Code::NotText, span, "this byte is no UTF-8 text").help(help),
            );
        }
        id
    }

    fn parse(&self, id: SourceId) -> Arc<Parse> {
        let known = self.before.parses.get(&id);
        match known.filter(|_| self.sources.shares(&self.before.sources, id)) {
            Some(known) => Arc::clone(known),
            None => Arc::new(parse(self.sources.get(id))),
        }
    }

    fn add_rule_text(&mut self, path: &str, text: Text, read: &mut Reader<'_>) -> SourceId {
        let root = self.add_text(path, text);
        let mut waiting = vec![root];
        while let Some(id) = waiting.pop() {
            let parsed = self.parse(id);
            let wanted: Vec<(Span, String)> = parsed
                .tree
                .items
                .iter()
                .filter_map(|item| {
                    let ItemKind::Use(text) = &item.kind else {
                        return None;
                    };
                    Some((text.span, text.value.clone()))
                })
                .collect();
            let mut targets = Vec::new();
            for (span, target) in wanted {
                let path = join(self.sources.get(id).name(), &target);
                let target = match self.paths.get(&path) {
                    Some(&known) => Ok(known),
                    None => read(&path).map(|text| {
                        let used = self.add_text(&path, text);
                        waiting.push(used);
                        used
                    }),
                };
                targets.push(UseTarget { span, target });
            }
            self.rules.insert(
                id,
                RuleFile {
                    parse: parsed,
                    uses: targets,
                },
            );
        }
        root
    }
}

/// Gives the path that `target` means in the file at `user`.
#[must_use]
pub fn join(user: &str, target: &str) -> String {
    if target.starts_with('/') {
        return normal(target);
    }
    match user.rsplit_once('/') {
        Some((folder, _)) => normal(&format!("{folder}/{target}")),
        None => normal(target),
    }
}

/// Takes `.` and `..` out of a path as far as that can be done without looking at the disk.
#[must_use]
pub fn normal(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut names: Vec<&str> = Vec::new();
    for name in path.split('/') {
        match (name, names.last()) {
            ("" | ".", _) => {}
            ("..", Some(&above)) if above != ".." => {
                names.pop();
            }
            ("..", None) if rooted => {}
            (other, _) => names.push(other),
        }
    }
    let joined = names.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_file_that_uses_them() {
        assert_eq!(
            join("rules/doha.treaty", "common/a.treaty"),
            "rules/common/a.treaty"
        );
        assert_eq!(
            join("rules/common/a.treaty", "../b.treaty"),
            "rules/b.treaty"
        );
        assert_eq!(join("a.treaty", "../b.treaty"), "../b.treaty");
        assert_eq!(join("/x/a.treaty", "/y/b.treaty"), "/y/b.treaty");
        assert_eq!(join("<stdin>", "b.treaty"), "b.treaty");
        assert_eq!(normal("./a/./b/../c"), "a/c");
    }

    #[test]
    fn damage_is_found_at_its_first_byte() {
        let text = Text::from_bytes(b"ab\xff\xfec".to_vec());
        assert_eq!(text.damaged_at, Some(2));
        assert_eq!(*text.text, *"ab\u{fffd}\u{fffd}c");
    }
}
