//! What may be written at the place of a cursor in a TOML file, half typed or not.

use crate::ide::toml::{Block, Entry, Toml, Value, ValueKind};
use crate::source::{SourceFile, Span};

/// Where a cursor stands.
#[derive(Clone, Debug)]
pub enum Spot<'t> {
    /// In a header.
    Header {
        /// The header as far as it is typed.
        replaced: Span,
    },
    /// Where a key stands, or may.
    Key {
        /// The block.
        block: &'t Block,
        /// The keys of the tables around it, outermost first.
        path: Vec<&'t str>,
        /// The key as far as it is typed.
        replaced: Span,
        /// The keys that are there already.
        present: Vec<&'t str>,
        /// Whether its `=` is there.
        has_equals: bool,
    },
    /// Where a value stands, or may.
    Value {
        /// The block.
        block: &'t Block,
        /// The key that it belongs to, behind those of the tables around it.
        path: Vec<&'t str>,
        /// The value as far as it is typed, without quotes.
        replaced: Span,
        /// How it is quoted.
        quotes: Quotes,
    },
}

/// How a text is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quotes {
    /// Not at all.
    None,
    /// The first quote is there.
    Open,
    /// Both are there.
    Closed,
}

/// Finds where a cursor stands; nothing in a comment, or behind a value.
#[must_use]
pub fn spot<'t>(file: &SourceFile, toml: &'t Toml, offset: u32) -> Option<Spot<'t>> {
    let in_comment = |comment: &&Span| comment.start < offset && offset <= comment.end;
    let block = toml.block_at(offset).or(toml.blocks.first())?;
    let header = block.header.as_ref().filter(|it| it.span.touches(offset));
    if let Some(header) = header {
        return Some(Spot::Header {
            replaced: header.span,
        });
    }
    if toml.comments.iter().any(|comment| in_comment(&comment)) {
        return None;
    }
    let within = Within {
        file,
        block,
        offset,
    };
    within.entries(&block.entries, Vec::new(), true)
}

/// A cursor in a block.
#[derive(Clone, Copy)]
struct Within<'f, 't> {
    file: &'f SourceFile,
    block: &'t Block,
    offset: u32,
}

impl<'t> Within<'_, 't> {
    /// `by_lines` says that keys end with their line, which they do not within braces.
    fn entries(self, entries: &'t [Entry], path: Vec<&'t str>, by_lines: bool) -> Option<Spot<'t>> {
        let offset = self.offset;
        let last = entries
            .iter()
            .take_while(|entry| entry.span.start <= offset)
            .last();
        let last = last.filter(|entry| {
            let same_line = self.file.line_of(entry.span.end) == self.file.line_of(offset);
            !by_lines || same_line || offset <= entry.span.end
        });
        let Some(entry) = last else {
            return Some(self.new_key(entries, path));
        };
        if let Some(key) = entry.keys.iter().find(|key| key.span.touches(offset)) {
            let mut spot = self.new_key(entries, path);
            if let Spot::Key {
                replaced,
                present,
                has_equals,
                ..
            } = &mut spot
            {
                *replaced = key.span;
                present.retain(|name| *name != key.text);
                *has_equals = entry.equals.is_some();
            }
            return Some(spot);
        }
        let equals = entry.equals.filter(|equals| *equals <= offset);
        if equals.is_none() {
            return (entry.keys.is_empty() && by_lines).then(|| self.new_key(entries, path));
        }
        let mut path = path;
        path.push(entry.name());
        match &entry.value {
            None => Some(self.new_value(path)),
            Some(value) if value.span.touches(offset) => self.value(value, path),
            Some(value) if offset < value.span.start => Some(self.new_value(path)),
            Some(value) if self.is_open(value) => match &value.kind {
                ValueKind::List(_) => Some(self.new_value(path)),
                ValueKind::Table(inner) => self.entries(inner, path, false),
                ValueKind::Text { .. } | ValueKind::Plain => None,
            },
            Some(_) if by_lines => None,
            Some(_) => {
                path.pop();
                Some(self.new_key(entries, path))
            }
        }
    }

    fn value(self, value: &'t Value, path: Vec<&'t str>) -> Option<Spot<'t>> {
        let inside = value.span.start < self.offset;
        match &value.kind {
            ValueKind::Text { bare, is_closed } => {
                bare.touches(self.offset).then_some(Spot::Value {
                    block: self.block,
                    path,
                    replaced: *bare,
                    quotes: if *is_closed {
                        Quotes::Closed
                    } else {
                        Quotes::Open
                    },
                })
            }
            ValueKind::Plain => Some(Spot::Value {
                block: self.block,
                path,
                replaced: value.span,
                quotes: Quotes::None,
            }),
            ValueKind::List(items) => {
                match items.iter().find(|item| item.span.touches(self.offset)) {
                    Some(item) => self.value(item, path),
                    None => inside.then(|| self.new_value(path)),
                }
            }
            ValueKind::Table(entries) => inside.then(|| self.entries(entries, path, false))?,
        }
    }

    /// Says whether a list or table lacks its bracket, so that whatever comes next belongs to it.
    fn is_open(self, value: &Value) -> bool {
        let text = self.file.slice(value.span);
        match value.kind {
            ValueKind::List(_) => !text.ends_with(']'),
            ValueKind::Table(_) => !text.ends_with('}'),
            ValueKind::Text { .. } | ValueKind::Plain => false,
        }
    }

    fn nothing(self) -> Span {
        Span {
            source: self.file.id(),
            start: self.offset,
            end: self.offset,
        }
    }

    fn new_key(self, entries: &'t [Entry], path: Vec<&'t str>) -> Spot<'t> {
        Spot::Key {
            block: self.block,
            path,
            replaced: self.nothing(),
            present: entries.iter().map(Entry::name).collect(),
            has_equals: false,
        }
    }

    fn new_value(self, path: Vec<&'t str>) -> Spot<'t> {
        Spot::Value {
            block: self.block,
            path,
            replaced: self.nothing(),
            quotes: Quotes::None,
        }
    }
}
