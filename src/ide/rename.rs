//! Giving a name another spelling, at all its places at once, and only where nothing else changes its meaning.

use std::collections::{BTreeMap, BTreeSet};

use super::Reading;
use super::names::{Names, is_short};
use super::toml::is_toml;
use crate::agreement::{Mention, Named};
use crate::diagnostic::{Diagnostic, Severity};
use crate::project::{Project, Text};
use crate::source::{SourceFile, SourceId, Sources, Span, Spanned};
use crate::syntax::parse;
use crate::syntax::token::TokenKind;

/// Gives the name at a place that can be renamed; the error says why none can.
///
/// # Errors
///
/// Why there is nothing to rename, as a sentence fragment for whoever asked.
pub fn prepare(reading: &Reading, file: SourceId, offset: u32) -> Result<Spanned<String>, String> {
    let names = reading.names();
    let mention = chosen(names, file, offset)?;
    if mention.sort == Named::Record && names.sort_of(mention.declared).is_none() {
        return Err("the record has no `id` of its own that could be renamed".to_owned());
    }
    let sources = &reading.project.sources;
    let written = sources.get(file).slice(mention.at).to_owned();
    let declared = sources.get(mention.declared.source).slice(mention.declared);
    if built_in(&written, declared, mention) {
        return Err(format!("`{written}` is built in and keeps its name"));
    }
    Ok(Spanned::new(declared.to_owned(), mention.at))
}

/// `parties` has no declaration; `who` is declared by the name of the group that it stands for.
fn built_in(written: &str, declared: &str, mention: Mention) -> bool {
    declared.is_empty()
        || written == "who" && declared != written && mention.sort == Named::Variable
}

fn chosen(names: &Names, file: SourceId, offset: u32) -> Result<Mention, String> {
    let here = names.at(file, offset);
    // A label alone stands for a value as well, and that is what is meant by it.
    let variable = here.iter().find(|it| it.sort == Named::Variable);
    let mention = variable.or(here.first()).copied();
    mention.ok_or_else(|| "no name stands here that is declared anywhere".to_owned())
}

/// Gives the edits that rename what stands at a place, in order of the places.
///
/// # Errors
///
/// Why the name cannot be had: it is no name, is reserved or taken, or would change what other names mean.
pub fn rename(
    reading: &Reading,
    file: SourceId,
    offset: u32,
    new: &str,
) -> Result<Vec<Spanned<String>>, String> {
    let old = prepare(reading, file, offset)?.value;
    let names = reading.names();
    let mention = chosen(names, file, offset)?;
    check_word(names, mention, new)?;
    if old == new {
        return Ok(Vec::new());
    }
    let group = names.renamed_together(mention.declared);
    let edits = edits(reading, names, &group, &old, new);
    unchanged(reading, names, &edits, &old, new)?;
    Ok(edits.into_iter().map(|edit| edit.text).collect())
}

/// Says whether a word can be a name at all.
fn check_word(names: &Names, mention: Mention, new: &str) -> Result<(), String> {
    let sort = names.sort_of(mention.declared).unwrap_or(mention.sort);
    if matches!(sort, Named::Source | Named::Record) {
        let plain = !new.is_empty() && !new.contains(['"', '\'', '\\', '\n', '\r']);
        return if plain {
            Ok(())
        } else {
            Err(format!("`{new}` cannot be the name of a source or record"))
        };
    }
    let mut sources = Sources::default();
    let id = sources.add("", new.to_owned());
    let parsed = parse(sources.get(id));
    let [word, _] = parsed.tokens.as_slice() else {
        return Err(no_word(new));
    };
    let is_keyword = matches!(word.kind, TokenKind::Keyword(_));
    let is_whole = word.start == 0 && word.end as usize == new.len();
    if !is_whole || !(is_keyword || word.kind == TokenKind::Word) {
        Err(no_word(new))
    } else if is_keyword && sort != Named::Label {
        // Labels stand before a colon, where no other word can.
        Err(format!("`{new}` is a word of the language"))
    } else {
        Ok(())
    }
}

fn no_word(new: &str) -> String {
    format!(
        "`{new}` is no name: a name begins with a letter and goes on with letters, digits, `_` and single `-`"
    )
}

/// A change, and how far the names at its place move.
struct Edit {
    text: Spanned<String>,
    /// Where the variable of a short argument comes to stand, or a key without its quotes, from the beginning of the change.
    inside: usize,
}

impl Edit {
    /// Says whether a key gets quotes that it did not have.
    fn is_quoted(&self) -> bool {
        self.text.value.starts_with('"')
    }
}

fn edits(
    reading: &Reading,
    names: &Names,
    group: &BTreeSet<Span>,
    old: &str,
    new: &str,
) -> Vec<Edit> {
    let sources = &reading.project.sources;
    let mut edits = Vec::new();
    for place in names.places(group) {
        // Another spelling of the name, as data has it, stays.
        if sources.get(place.at.source).slice(place.at) != old {
            continue;
        }
        let here = names.at(place.at.source, place.at.start);
        let ours = |sort| {
            here.iter()
                .any(|it| it.sort == sort && group.contains(&it.declared))
        };
        if is_bare_key(sources.get(place.at.source), place) && !can_be_bare(new) {
            edits.push(Edit {
                text: Spanned::new(format!("\"{new}\""), place.at),
                inside: 1,
            });
            continue;
        }
        let (text, inside) = match (is_short(here), ours(Named::Label), ours(Named::Variable)) {
            (true, true, false) => (format!("{new}: {old}"), new.len() + 2),
            (true, false, true) => (format!("{old}: {new}"), old.len() + 2),
            (true | false, _, _) => (new.to_owned(), 0),
        };
        edits.push(Edit {
            text: Spanned::new(text, place.at),
            inside,
        });
    }
    edits
}

/// Says whether a name is a key without quotes in a record file: a label, or the name in a header.
fn is_bare_key(file: &SourceFile, place: &Mention) -> bool {
    if !is_toml(file) {
        return false;
    }
    let line = file.line_span(file.line_of(place.at.start));
    let before = Span {
        end: place.at.start,
        ..line
    };
    let before = file.slice(before);
    matches!(place.sort, Named::Label | Named::Thing | Named::Source)
        && !before.contains(['"', '\'', '='])
}

/// Says whether TOML takes a name as a key without quotes.
fn can_be_bare(name: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    !name.is_empty() && name.chars().all(plain)
}

/// Says that every name means what it meant, and that nothing new is wrong, once the changes are made.
fn unchanged(
    reading: &Reading,
    names: &Names,
    edits: &[Edit],
    old: &str,
    new: &str,
) -> Result<(), String> {
    let changed = Reading::new(after(reading, edits), reading.settings.clone(), reading);
    let refused = |why: &str| Err(format!("`{old}` cannot be renamed to `{new}`: {why}"));
    if let Some(problem) = new_problem(reading, &changed) {
        return refused(&problem.message);
    }
    let moves = Moves::new(edits);
    let now = changed.names();
    let all = names.all().iter();
    let wanted: BTreeSet<Known<'_>> = all
        .map(|it| {
            let at = moves.name(it.at, it.sort);
            known(reading, it, at, moves.declaration(it.declared))
        })
        .collect();
    let found: BTreeSet<Known<'_>> = now
        .all()
        .iter()
        .map(|it| known(&changed, it, it.at.start, it.declared.start))
        .collect();
    if let Some((name, at, ..)) = wanted.symmetric_difference(&found).next() {
        let line = changed.file(name).map_or(0, |file| file.line_of(*at) + 1);
        return refused(&format!(
            "a name in line {line} of `{name}` would mean something else"
        ));
    }
    let place = |span: &Span| moves.place(*span);
    let ties = |ties: &[(Span, Span)], place: &dyn Fn(&Span) -> u32| -> BTreeSet<(u32, u32)> {
        ties.iter()
            .map(|(one, other)| (place(one), place(other)))
            .collect()
    };
    let before = ties(&reading.understood.ties, &place);
    if before != ties(&changed.understood.ties, &|span| span.start) {
        return refused("variables of two pledges would stand for each other, or no longer do so");
    }
    Ok(())
}

/// A mention by the names of files, which stay when texts change.
type Known<'a> = (&'a str, u32, &'a str, u32, Named);

fn known<'a>(reading: &'a Reading, mention: &Mention, at: u32, declared: u32) -> Known<'a> {
    let name = |span: Span| reading.project.sources.get(span.source).name();
    (
        name(mention.at),
        at,
        name(mention.declared),
        declared,
        mention.sort,
    )
}

/// How far what stands behind each change moves.
struct Moves<'e> {
    edits: &'e [Edit],
    /// By how many bytes everything behind each change moves, those before it in its file counted.
    added: Vec<i64>,
}

impl<'e> Moves<'e> {
    fn new(edits: &'e [Edit]) -> Moves<'e> {
        let mut added: Vec<i64> = Vec::with_capacity(edits.len());
        let mut last: Option<(SourceId, i64)> = None;
        for edit in edits {
            let place = edit.text.span;
            let before = last.filter(|(source, _)| *source == place.source);
            let longer = i64::try_from(edit.text.value.len()).unwrap_or(0);
            let sum =
                before.map_or(0, |(_, sum)| sum) + longer - i64::from(place.end - place.start);
            last = Some((place.source, sum));
            added.push(sum);
        }
        Moves { edits, added }
    }

    /// Gives where a name comes to stand.
    fn name(&self, at: Span, sort: Named) -> u32 {
        let inside = match (self.edit(at), sort) {
            (Some(edit), Named::Variable) => edit.inside,
            (Some(edit), _) if edit.is_quoted() => edit.inside,
            (Some(_) | None, _) => 0,
        };
        self.place(at) + u32::try_from(inside).unwrap_or(0)
    }

    /// Gives where a declaration comes to stand.
    fn declaration(&self, at: Span) -> u32 {
        let quoted = self.edit(at).filter(|edit| edit.is_quoted());
        let inside = quoted.map_or(0, |edit| edit.inside);
        self.place(at) + u32::try_from(inside).unwrap_or(0)
    }

    fn edit(&self, at: Span) -> Option<&'e Edit> {
        let found = self.edits.binary_search_by_key(&at, |edit| edit.text.span);
        self.edits.get(found.ok()?)
    }

    fn place(&self, at: Span) -> u32 {
        let before = self.edits.partition_point(|edit| {
            (edit.text.span.source, edit.text.span.end) <= (at.source, at.start)
        });
        let last = before.checked_sub(1);
        let edit = last.and_then(|last| self.edits.get(last));
        let same = edit.is_some_and(|edit| edit.text.span.source == at.source);
        let added = last.filter(|_| same).and_then(|last| self.added.get(last));
        let start = i64::from(at.start) + added.copied().unwrap_or(0);
        u32::try_from(start).unwrap_or(0)
    }
}

/// Gives the files as they would be.
fn after(reading: &Reading, edits: &[Edit]) -> Project {
    let sources = &reading.project.sources;
    let mut texts: BTreeMap<&str, String> = BTreeMap::new();
    for file in sources.iter() {
        let mut text = file.text().to_owned();
        let own = edits
            .iter()
            .filter(|edit| edit.text.span.source == file.id());
        for edit in own.rev() {
            text.replace_range(edit.text.span.range(), &edit.text.value);
        }
        texts.insert(file.name(), text);
    }
    let mut read = |name: &str| {
        let text = texts.get(name).cloned();
        text.map(|text| Text {
            text: text.into(),
            damaged_at: None,
            bytes: None,
        })
        .ok_or_else(|| "no such file".to_owned())
    };
    let mut project = Project::default();
    for &root in &reading.project.roots {
        // Every file is at hand, since it was read before.
        let _ = project.add_rules(sources.get(root).name(), &mut read);
    }
    for &records in &reading.project.records {
        let _ = project.add_records(sources.get(records).name(), &mut read);
    }
    project
}

/// Gives an error that was not there before, the messages apart from the names in them.
fn new_problem<'c>(before: &Reading, after: &'c Reading) -> Option<&'c Diagnostic> {
    let errors = |reading: &'c Reading| {
        let all = reading.understood.diagnostics.iter();
        all.filter(|found| found.severity == Severity::Error)
    };
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    let known = before.understood.diagnostics.iter();
    for found in known.filter(|found| found.severity == Severity::Error) {
        *left.entry(found.code.name()).or_default() += 1;
    }
    errors(after).find(|found| {
        let known = left.entry(found.code.name()).or_default();
        let is_new = *known == 0;
        *known = known.saturating_sub(1);
        is_new
    })
}
