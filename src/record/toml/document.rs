//! A record file as TOML sees it: its blocks, its keys and their places.
//!
//! Nothing is understood here. What is no TOML is reported here, once; what stands on the same line is not reported again further up.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

use toml::de::{DeTable, DeValue, Error as TomlError};

use super::problems::Problems;
use super::value;
use crate::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::source::{SourceFile, Span};
use crate::time::parse_edtf;

/// Sections written `[[name]]`.
const LISTS: [&str; 5] = ["event", "reading", "coverage", "finding", "relation"];
/// Sections written `[name.KEY]`.
const REGISTERS: [&str; 5] = ["sources", "actors", "parties", "groups", "places"];

/// A record file.
#[derive(Debug)]
pub(in crate::record) struct Document<'f> {
    pub(in crate::record) file: &'f SourceFile,
    table: DeTable<'f>,
    /// Lines with something that is no TOML, in order.
    broken_lines: Vec<usize>,
    /// Lines that begin with a bracket, in order; only where some line is broken.
    headers: Vec<usize>,
    /// Whether it was made from a table, whose names are taken as they come.
    is_table: bool,
    /// Blocks that are written in a way that no block is.
    pub(in crate::record) malformed: usize,
}

/// A block or a register entry.
#[derive(Clone, Copy, Debug)]
pub(in crate::record) struct Block<'d> {
    document: &'d Document<'d>,
    table: &'d DeTable<'d>,
    /// The header, or the whole of an inline table.
    pub(in crate::record) header: Span,
}

/// A key and its value.
#[derive(Clone, Copy, Debug)]
pub(in crate::record) struct Entry<'d> {
    pub(in crate::record) key: &'d str,
    pub(in crate::record) key_span: Span,
    pub(in crate::record) value: &'d DeValue<'d>,
    pub(in crate::record) span: Span,
    document: &'d Document<'d>,
}

/// The keys of a block, of which some are taken.
#[derive(Debug)]
pub(in crate::record) struct Keys<'d> {
    pub(in crate::record) block: Block<'d>,
    taken: Vec<&'d str>,
}

/// What stands for a header in single brackets while the rest of the file is read; shorter than each of them.
const SINGLE: &str = "[[_]]";

/// Gives the text to read: the file's own, or where one header `[event]` would hide every `[[event]]`, the text without it.
///
/// Places stay what they are.
pub(in crate::record) fn readable(file: &SourceFile) -> Cow<'_, str> {
    let text = file.text();
    let lines: Vec<usize> = (0..file.line_count())
        .filter(|&line| is_single(header_on(file, line)))
        .collect();
    if lines.is_empty() || DeTable::parse_recoverable(text).1.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut mended = String::with_capacity(text.len());
    let mut reached = 0;
    for line in lines {
        let span = file.line_span(line).range();
        mended.push_str(text.get(reached..span.start).unwrap_or_default());
        let _ = write!(mended, "{SINGLE:<width$}", width = span.len());
        reached = span.end;
    }
    mended.push_str(text.get(reached..).unwrap_or_default());
    Cow::Owned(mended)
}

fn header_on(file: &SourceFile, line: usize) -> &str {
    file.slice(file.line_span(line)).trim_end()
}

fn is_single(header: &str) -> bool {
    let name = header
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'));
    name.is_some_and(|name| LISTS.contains(&name))
}

/// Reads the TOML of a file from its [`readable`] text.
pub(in crate::record) fn parse<'f>(
    file: &'f SourceFile,
    text: &'f str,
    problems: &mut Problems,
) -> Document<'f> {
    let mut document = parse_any(file, text, problems);
    document.malformed = check_sections(&document, problems);
    document
}

/// Reads a TOML file whose sections are somebody else's matter.
pub(in crate::record) fn parse_any<'f>(
    file: &'f SourceFile,
    text: &'f str,
    problems: &mut Problems,
) -> Document<'f> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut document = Document::of(file, table.into_inner());
    for (line, (span, error)) in worst_of_each_line(file, &errors) {
        document.broken_lines.push(line);
        problems.push(not_toml(file, span, error.message()));
    }
    if !document.broken_lines.is_empty() {
        document.headers = header_lines(file);
    }
    document
}

/// Gives the lines that begin with a bracket, as headers of blocks do.
fn header_lines(file: &SourceFile) -> Vec<usize> {
    let starts = |&line: &usize| {
        let text = file.slice(file.line_span(line));
        text.trim_start().starts_with('[')
    };
    (0..file.line_count()).filter(starts).collect()
}

/// Gives one error for each line that has some, for what follows a slip on its line is seldom one of its own: the first that has a place
/// within the line, else the first, shown as the whole line.
fn worst_of_each_line<'e>(
    file: &SourceFile,
    errors: &'e [TomlError],
) -> BTreeMap<usize, (Span, &'e TomlError)> {
    let mut worst = BTreeMap::new();
    let placed = |error: &TomlError| {
        let range = error.span().unwrap_or_default();
        Span::new(file.id(), range.start, range.end)
    };
    let (exact, empty): (Vec<_>, Vec<_>) = errors
        .iter()
        .map(|error| (placed(error), error))
        .partition(|(span, _)| span.start < span.end);
    for (span, error) in exact.into_iter().chain(empty) {
        let line = file.line_of(span.start);
        let whole = file.line_span(line);
        let shown = if span.start < span.end || whole.start == whole.end {
            span
        } else {
            whole
        };
        worst.entry(line).or_insert((shown, error));
    }
    worst
}

/// A date without quotes that TOML does not know is a matter of dates, not of TOML.
fn not_toml(file: &SourceFile, span: Span, message: &str) -> Diagnostic {
    let text = file.slice(span);
    let like_date = text.len() > "2021-".len()
        && text
            .char_indices()
            .all(|(at, letter)| letter.is_ascii_digit() || (at >= 4 && !letter.is_control()));
    if !like_date {
        return bad_toml(span, text, message);
    }
    match parse_edtf(text) {
        Err(error) => {
            let diagnostic = Diagnostic::new(Code::BadDate, span, error.message).help(error.help);
            match value::date_meant(text) {
                Some(meant) => diagnostic.fix(format!("write `{meant}`"), span, meant),
                None => diagnostic,
            }
        }
        Ok(_) => Diagnostic::new(
            Code::BadDate,
            span,
            format!("`{text}` needs quotes: a bare date has a year, a month and a day"),
        )
        .fix("put it in quotes", span, format!("\"{text}\"")),
    }
}

fn bad_toml(span: Span, text: &str, message: &str) -> Diagnostic {
    if text.trim_end().ends_with('=') {
        return Diagnostic::new(Code::BadToml, span, "expected a value after `=`");
    }
    let diagnostic = Diagnostic::new(Code::BadToml, span, message);
    let bare = !text.is_empty() && !text.contains(['"', '\'', '\\', '\n']);
    if bare && message.starts_with("string values must be quoted") {
        return diagnostic.help(format!("Write `\"{text}\"`.")).fix(
            "put it in quotes",
            span,
            format!("\"{text}\""),
        );
    }
    diagnostic
}

/// Reports sections that do not exist or are written in the wrong way; gives how many blocks that makes unreadable.
fn check_sections(document: &Document<'_>, problems: &mut Problems) -> usize {
    let mut malformed = 0;
    let top = Block {
        document,
        table: &document.table,
        header: document.file.span(),
    };
    for entry in top.entries() {
        if let Some(headers) = single_headers(entry) {
            for header in &headers {
                // A relation is a register, not a record.
                malformed += usize::from(document.file.slice(*header) != "[relation]");
                problems.push(single_header(document.file, *header));
            }
        } else if LISTS.contains(&entry.key) {
            let misshapen = misshapen_list(entry, problems);
            // A relation is a register, not a record.
            malformed += if entry.key == "relation" {
                0
            } else {
                misshapen
            };
        } else if REGISTERS.contains(&entry.key) {
            check_register(entry, problems);
        } else if !entry.reported() {
            let known = LISTS.into_iter().chain(REGISTERS);
            problems.push(unknown_section(entry, did_you_mean(entry.key, known)));
        }
    }
    malformed
}

/// Gives the headers in single brackets that [`readable`] took out; nothing for a section that was written so.
fn single_headers(entry: Entry<'_>) -> Option<Vec<Span>> {
    let file = entry.document.file;
    let headers = entry.items()?.map(|item| {
        let header = header_on(file, file.line_of(item.span.start));
        let end = item.span.start as usize + header.len();
        let span = Span::new(item.span.source, item.span.start as usize, end);
        is_single(header).then_some(span)
    });
    (entry.key == "_").then(|| headers.collect())?
}

fn single_header(file: &SourceFile, span: Span) -> Diagnostic {
    let header = file.slice(span);
    let message = format!("expected `[{header}]`, found `{header}`");
    Diagnostic::new(Code::BadValue, span, message)
        .help("Each block begins with a line in double brackets.")
        .fix(format!("write `[{header}]`"), span, format!("[{header}]"))
}

fn unknown_section(entry: Entry<'_>, nearest: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::UnknownKey,
        entry.key_span,
        format!("there is no section `{}`", entry.key),
    );
    match nearest {
        Some(nearest) => diagnostic.help(format!("Did you mean `{nearest}`?")).fix(
            format!("write `{nearest}`"),
            entry.key_span,
            nearest,
        ),
        None => diagnostic.help(format!(
            "A record file has [[{}]] and [{}.NAME].",
            LISTS.join("]], [["),
            REGISTERS.join(".NAME], [")
        )),
    }
}

fn misshapen_list(entry: Entry<'_>, problems: &mut Problems) -> usize {
    let key = entry.key;
    let DeValue::Array(items) = entry.value else {
        problems.push(
            Diagnostic::new(
                Code::BadValue,
                entry.span,
                format!("expected `[[{key}]]`, found {}", found(entry.value)),
            )
            .help(format!(
                "Each {key} begins with a line `[[{key}]]`, in double brackets."
            )),
        );
        return 1;
    };
    let mut count = 0;
    for item in items {
        if !matches!(item.get_ref(), DeValue::Table(_)) {
            let span = entry.document.span(item.span());
            let message = format!("expected a block, found {}", found(item.get_ref()));
            problems.push(Diagnostic::new(Code::BadValue, span, message));
            count += 1;
        }
    }
    count
}

fn check_register(entry: Entry<'_>, problems: &mut Problems) {
    let key = entry.key;
    let expected = |span, value| {
        Diagnostic::new(
            Code::BadValue,
            span,
            format!("expected `[{key}.NAME]`, found {}", found(value)),
        )
        .help(format!(
            "Each of the {key} begins with a line `[{key}.NAME]`."
        ))
    };
    let DeValue::Table(table) = entry.value else {
        problems.push(expected(entry.span, entry.value));
        return;
    };
    for (name, value) in table {
        if !matches!(value.get_ref(), DeValue::Table(_)) {
            let span = entry.document.span(name.span());
            problems.push(expected(span, value.get_ref()));
        }
    }
}

/// Names what a value is, for messages.
pub(in crate::record) fn found(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(true) => "`true`",
        DeValue::Boolean(false) => "`false`",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

impl<'f> Document<'f> {
    fn of(file: &'f SourceFile, table: DeTable<'f>) -> Document<'f> {
        Document {
            file,
            table,
            broken_lines: Vec::new(),
            headers: Vec::new(),
            is_table: false,
            malformed: 0,
        }
    }

    /// Gives the blocks that were made of a table; `bad` rows of it could not be read.
    pub(in crate::record) fn of_table(
        file: &'f SourceFile,
        table: DeTable<'f>,
        bad: usize,
    ) -> Document<'f> {
        Document {
            is_table: true,
            malformed: bad,
            ..Document::of(file, table)
        }
    }
}

impl Document<'_> {
    /// Says whether something in it is no TOML.
    pub(in crate::record) fn is_broken(&self) -> bool {
        !self.broken_lines.is_empty()
    }

    /// Says whether it was made from a table.
    pub(in crate::record) fn is_table(&self) -> bool {
        self.is_table
    }

    /// Gives the whole file as one block of keys and sections.
    pub(in crate::record) fn top(&self) -> Block<'_> {
        Block {
            document: self,
            table: &self.table,
            header: self.file.span(),
        }
    }

    /// Gives the blocks `[[section]]`, in the order of the file.
    pub(in crate::record) fn blocks<'d>(&'d self, section: &str) -> Vec<Block<'d>> {
        let Some(DeValue::Array(items)) = self.table.get(section).map(toml::Spanned::get_ref)
        else {
            return Vec::new();
        };
        items
            .iter()
            .filter_map(|item| match item.get_ref() {
                DeValue::Table(table) => Some(Block {
                    document: self,
                    table,
                    header: self.span(item.span()),
                }),
                DeValue::String(_)
                | DeValue::Integer(_)
                | DeValue::Float(_)
                | DeValue::Boolean(_)
                | DeValue::Datetime(_)
                | DeValue::Array(_) => None,
            })
            .collect()
    }

    /// Gives the entries `[section.NAME]` with name and place of the name without quotes, in the order of the file.
    pub(in crate::record) fn register<'d>(
        &'d self,
        section: &str,
    ) -> Vec<(&'d str, Span, Block<'d>)> {
        let Some(DeValue::Table(table)) = self.table.get(section).map(toml::Spanned::get_ref)
        else {
            return Vec::new();
        };
        let mut entries: Vec<_> = table
            .iter()
            .filter_map(|(name, value)| {
                let DeValue::Table(table) = value.get_ref() else {
                    return None;
                };
                let block = Block {
                    document: self,
                    table,
                    header: self.span(value.span()),
                };
                let span = self.bare(self.span(name.span()));
                Some((name.get_ref().as_ref(), span, block))
            })
            .collect();
        entries.sort_by_key(|&(_, span, _)| span);
        entries
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file.id(), range.start, range.end)
    }

    /// Gives what stands between the quotes at a place; where none are there, the place itself.
    fn bare(&self, span: Span) -> Span {
        const QUOTES: [&str; 4] = ["\"\"\"", "'''", "\"", "'"];
        let written = self.file.slice(span);
        let bare = QUOTES.into_iter().find_map(|quotes| {
            let inner = written.strip_prefix(quotes)?.strip_suffix(quotes)?;
            // A line end right behind three quotes does not belong to the text.
            let kept = match quotes.len() {
                3 => inner.strip_prefix("\r\n").or(inner.strip_prefix('\n')),
                _ => None,
            };
            let end = span.end as usize - quotes.len();
            let start = end - kept.unwrap_or(inner).len();
            Some(Span::new(span.source, start, end))
        });
        bare.unwrap_or(span)
    }

    /// Says whether what stands at a place was reported as no TOML; what has no place was made up to stand for it.
    fn reported(&self, span: Span) -> bool {
        let line = || self.file.line_of(span.start);
        !self.broken_lines.is_empty()
            && (span.start == span.end || self.broken_lines.binary_search(&line()).is_ok())
    }
}

impl<'d> Block<'d> {
    /// Gives all keys, in alphabetical order.
    pub(in crate::record) fn entries(self) -> impl Iterator<Item = Entry<'d>> {
        let document = self.document;
        self.table.iter().map(move |(key, value)| Entry {
            key: key.get_ref().as_ref(),
            key_span: document.span(key.span()),
            value: value.get_ref(),
            span: document.span(value.span()),
            document,
        })
    }

    /// Says whether it was made from a row of a table.
    pub(in crate::record) fn is_of_table(self) -> bool {
        self.document.is_table
    }

    /// Gives the block from its header to its last value.
    pub(in crate::record) fn whole(self) -> Span {
        self.entries().fold(self.header, |span, entry| {
            span.to(entry.key_span).to(entry.last())
        })
    }

    /// Says whether something in it is no TOML, so that keys may be missing or wrong for that reason only.
    pub(in crate::record) fn is_broken(self) -> bool {
        let lines = &self.document.broken_lines;
        if lines.is_empty() {
            return false;
        }
        let file = self.document.file;
        let whole = self.whole();
        let first = file.line_of(whole.start);
        let last = file.line_of(whole.end);
        let headers = &self.document.headers;
        let next_header = headers
            .get(headers.partition_point(|&line| line <= last))
            .copied()
            .unwrap_or(file.line_count());
        lines
            .get(lines.partition_point(|&line| line < first))
            .is_some_and(|&line| line < next_header)
    }

    /// Gives where a key can be added, and the text that adds it. Its value is left empty, which is a mistake until somebody fills it in:
    /// nothing is made up.
    fn room_for(self, key: &str) -> (Span, String) {
        let file = self.document.file;
        let key = super::problems::key(key);
        if file.slice(self.header).starts_with('{') {
            let start = self.header.start as usize + 1;
            let comma = if self.table.is_empty() { " " } else { "," };
            let place = Span::new(self.header.source, start, start);
            return (place, format!(" {key} = \"\"{comma}"));
        }
        let line = file.line_span(file.line_of(self.header.start));
        let value = if key == "kinds" { "[\"\"]" } else { "\"\"" };
        (line.after(), format!("\n{key} = {value}"))
    }

    /// Begins to take keys.
    pub(in crate::record) fn keys(self) -> Keys<'d> {
        Keys {
            block: self,
            taken: Vec::new(),
        }
    }
}

impl<'d> Keys<'d> {
    /// Takes a key, if it is there.
    pub(in crate::record) fn take(&mut self, key: &str) -> Option<Entry<'d>> {
        let document = self.block.document;
        let (key, value) = self.block.table.get_key_value(key)?;
        let name: &'d str = key.get_ref().as_ref();
        self.taken.push(name);
        Some(Entry {
            key: name,
            key_span: document.span(key.span()),
            value: value.get_ref(),
            span: document.span(value.span()),
            document,
        })
    }

    /// Reports a key that must be there and is not.
    pub(in crate::record) fn missing(&self, key: &str, why: &str, problems: &mut Problems) {
        if self.block.is_broken() {
            problems.known();
            return;
        }
        let (place, line) = self.block.room_for(key);
        problems.push(
            Diagnostic::new(
                Code::MissingKey,
                self.block.header,
                format!("`{key}` is missing"),
            )
            .help(why)
            .fix(format!("add `{key}`, to be filled in"), place, line),
        );
    }

    /// Reports every key that nobody took.
    pub(in crate::record) fn finish(self, what: &str, labels: &[&str], problems: &mut Problems) {
        for entry in self.block.entries() {
            if self.taken.contains(&entry.key) {
                continue;
            }
            if entry.reported() {
                problems.known();
                continue;
            }
            problems.push(unknown_key(entry, what, labels));
        }
    }
}

fn unknown_key(entry: Entry<'_>, what: &str, known: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::UnknownKey,
        entry.key_span,
        format!("{what} has no key `{}`", entry.key),
    );
    match did_you_mean(entry.key, known.iter().copied()) {
        Some(nearest) => diagnostic.help(format!("Did you mean `{nearest}`?")).fix(
            format!("write `{nearest}`"),
            entry.key_span,
            nearest,
        ),
        None => diagnostic.help(format!("It has {}.", super::problems::listed(known))),
    }
}

impl<'d> Entry<'d> {
    /// Says whether it is a cell of a table: a text, whatever it means.
    pub(in crate::record) fn is_cell(self) -> bool {
        self.document.is_table
    }

    /// Says whether a problem of this line was reported as no TOML.
    pub(in crate::record) fn reported(self) -> bool {
        self.document.reported(self.span)
    }

    /// Gives the place behind everything in the file.
    pub(super) fn end_of_file(self) -> Span {
        self.document.file.span().after()
    }

    /// Gives the place of the key, without quotes.
    pub(in crate::record) fn bare_key(self) -> Span {
        self.document.bare(self.key_span)
    }

    /// Gives the place of a text, without quotes.
    pub(in crate::record) fn bare(self) -> Span {
        self.document.bare(self.span)
    }

    /// Gives the place of a part of a text that the reader found in it; the whole text where it is written with escapes.
    pub(in crate::record) fn part(self, part: &str) -> Span {
        let bare = self.bare();
        let DeValue::String(text) = self.value else {
            return bare;
        };
        let whole: &str = text.as_ref();
        // The part is a slice of the text, so the distance of their first bytes says where in it.
        let offset = (part.as_ptr() as usize).wrapping_sub(whole.as_ptr() as usize);
        let end = offset.saturating_add(part.len());
        if self.document.file.slice(bare) != whole || whole.get(offset..end) != Some(part) {
            return bare;
        }
        let start = bare.start as usize + offset;
        Span::new(bare.source, start, start + part.len())
    }

    /// Gives the value as it is written.
    pub(in crate::record) fn written(self) -> &'d str {
        self.document.file.slice(self.span)
    }

    /// Gives the values of a list, each as an entry of the same key.
    pub(in crate::record) fn items(self) -> Option<impl Iterator<Item = Entry<'d>>> {
        let DeValue::Array(items) = self.value else {
            return None;
        };
        Some(items.iter().map(move |item| Entry {
            value: item.get_ref(),
            span: self.document.span(item.span()),
            ..self
        }))
    }

    /// Gives the keys of a table.
    pub(in crate::record) fn table(self) -> Option<Keys<'d>> {
        let DeValue::Table(table) = self.value else {
            return None;
        };
        let block = Block {
            document: self.document,
            table,
            header: self.span,
        };
        Some(block.keys())
    }

    /// Gives the place up to the last value inside.
    fn last(self) -> Span {
        match self.table() {
            Some(keys) => keys.block.whole(),
            None if self.span.start == self.span.end => self.key_span,
            None => self.span,
        }
    }
}
