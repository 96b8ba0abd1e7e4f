//! Source texts and places in them.
//!
//! A place is a [`Span`]: bytes, half-open, with the source they belong to. Lines and columns are made from spans only where something
//! is shown to a person or a program outside. This module reads no files: whoever opens a file hands its text to [`Sources::add`].

use std::fmt;
use std::sync::Arc;

/// Names one source text of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(u32);

impl SourceId {
    /// Gives the position of the source in its [`Sources`].
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A place in a source text.
///
/// Unit: bytes; half-open, `start` belongs to it and `end` does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The source this place is in.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
}

impl Span {
    /// Builds a span from byte offsets; offsets beyond 4 GiB are held at the largest one.
    #[must_use]
    pub fn new(source: SourceId, start: usize, end: usize) -> Self {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Span {
            source,
            start: clamp(start),
            end: clamp(end),
        }
    }

    /// Gives the smallest span that holds both; `other` must be of the same source.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        debug_assert_eq!(
            self.source, other.source,
            "a span never crosses two sources"
        );
        Span {
            source: self.source,
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// Gives the empty place right after this one.
    #[must_use]
    pub fn after(self) -> Span {
        Span {
            start: self.end,
            ..self
        }
    }

    /// Says whether the byte `offset` lies in this span, its end included (where a cursor may stand).
    #[must_use]
    pub fn touches(self, offset: u32) -> bool {
        self.start <= offset && offset <= self.end
    }

    /// Gives the bytes as a range, for slicing.
    #[must_use]
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A value and the place it was written at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Puts `value` at `span`.
    pub fn new(value: T, span: Span) -> Self {
        Spanned { value, span }
    }
}

/// A line and a column as people count them.
///
/// Unit: lines from 1; columns from 1 in characters (Unicode scalar values). A tab is one column, a byte-order mark is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// One text with its name and its lines.
#[derive(Clone, Debug)]
pub struct SourceFile {
    id: SourceId,
    name: String,
    text: Arc<str>,
    line_starts: Vec<u32>,
    /// How many characters stand before every [`STRIDE`]th byte, so that a column in a very long line is soon counted.
    characters: Vec<u32>,
}

/// Unit: bytes.
const STRIDE: usize = 1024;

impl SourceFile {
    /// Gives the handle of this source.
    #[must_use]
    pub fn id(&self) -> SourceId {
        self.id
    }

    /// Gives the name to show: usually the path as the user wrote it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Gives the whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Gives the span of the whole text.
    #[must_use]
    pub fn span(&self) -> Span {
        Span::new(self.id, 0, self.text.len())
    }

    /// Gives the text at `span`, or nothing where the span does not fit the text.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// Gives the line and column of a byte offset; past the end it is the end.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        let line = self.line_of(offset);
        let start = self.line_starts.get(line).copied().unwrap_or(0) as usize;
        let offset = self.floor_boundary(offset as usize);
        let mark = usize::from(start == 0 && offset > 0 && self.text.starts_with('\u{feff}'));
        let column = self.characters_before(offset) - self.characters_before(start) - mark;
        Position {
            line: narrow(line) + 1,
            column: narrow(column) + 1,
        }
    }

    /// Gives the index from 0 of the line that holds the byte `offset`.
    #[must_use]
    pub fn line_of(&self, offset: u32) -> usize {
        self.line_starts
            .partition_point(|&start| start <= offset)
            .saturating_sub(1)
    }

    /// Gives the number of lines; an empty text has one.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.line_starts.len()
    }

    /// Gives the bytes of line `index` (from 0) without its line end.
    #[must_use]
    pub fn line_span(&self, index: usize) -> Span {
        let start = self
            .line_starts
            .get(index)
            .map_or(self.text.len(), |&start| start as usize);
        let end = self
            .line_starts
            .get(index + 1)
            .map_or(self.text.len(), |&next| next as usize);
        let line = self.text.get(start..end).unwrap_or("");
        let length = line.trim_end_matches(['\n', '\r']).len();
        Span::new(self.id, start, start + length)
    }

    /// Counts the characters before a byte.
    fn characters_before(&self, offset: usize) -> usize {
        let stride = offset / STRIDE;
        let counted = self.characters.get(stride).copied().unwrap_or(0);
        let rest = self.text.as_bytes().get(stride * STRIDE..offset);
        counted as usize + characters(rest.unwrap_or(&[]))
    }

    fn floor_boundary(&self, offset: usize) -> usize {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }
}

/// Counts the characters that begin in some bytes of a text: every byte but those that continue one.
fn characters(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .filter(|&&byte| byte & 0b1100_0000 != 0b1000_0000)
        .count()
}

fn narrow(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// The texts of a run, in the order in which they were added.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// Shared between the runs of an editor, of which each differs from the one before in one text.
    files: Vec<Arc<SourceFile>>,
}

impl Sources {
    /// Adds a text under the name to show for it.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>) -> SourceId {
        let id = SourceId(narrow(self.files.len()));
        let text: Arc<str> = text.into();
        let line_starts = std::iter::once(0)
            .chain(
                text.bytes()
                    .enumerate()
                    .filter(|&(_, byte)| byte == b'\n')
                    .map(|(at, _)| narrow(at + 1)),
            )
            .collect();
        let mut counted = 0;
        let mut before = vec![0];
        for stride in text.as_bytes().chunks_exact(STRIDE) {
            counted += characters(stride);
            before.push(narrow(counted));
        }
        self.files.push(Arc::new(SourceFile {
            id,
            name: name.into(),
            text,
            line_starts,
            characters: before,
        }));
        id
    }

    /// Adds a text of other sources without looking at it again, if it would have the same handle here.
    pub fn add_again(&mut self, file: &Arc<SourceFile>) -> Option<SourceId> {
        let fits = file.id.index() == self.files.len();
        fits.then(|| {
            self.files.push(Arc::clone(file));
            file.id
        })
    }

    /// Gives the source that has the next handle, in sources that may be longer than these.
    #[must_use]
    pub fn counterpart<'o>(&self, other: &'o Sources) -> Option<&'o Arc<SourceFile>> {
        other.files.get(self.files.len())
    }

    /// Says whether a source is the very same in both.
    #[must_use]
    pub fn shares(&self, other: &Sources, id: SourceId) -> bool {
        let both = self.files.get(id.index()).zip(other.files.get(id.index()));
        both.is_some_and(|(own, other)| Arc::ptr_eq(own, other))
    }

    /// Gives a source by its handle.
    ///
    /// # Invariants
    ///
    /// Handles come from [`Sources::add`] of the same value, so the source is there; a foreign handle gives the first source in a
    /// release build, and stops a debug build.
    #[must_use]
    #[expect(
        clippy::indexing_slicing,
        reason = "a handle is made only by `add`, which puts the file at that index"
    )]
    pub fn get(&self, id: SourceId) -> &SourceFile {
        &self.files[id.index()]
    }

    /// Gives all sources, in order of addition.
    pub fn iter(&self) -> impl Iterator<Item = &SourceFile> {
        self.files.iter().map(Arc::as_ref)
    }

    /// Gives the text at a span.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.get(span.source).slice(span)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test should stop")]
    use super::*;

    fn position(text: &str, needle: &str) -> String {
        let mut sources = Sources::default();
        let id = sources.add("x", text);
        let offset = text.find(needle).unwrap();
        sources
            .get(id)
            .position(u32::try_from(offset).unwrap())
            .to_string()
    }

    #[test]
    fn columns_count_characters() {
        assert_eq!(position("ab\ncd", "d"), "2:2");
        assert_eq!(position("party \"طالبان\" x", "x"), "1:16");
        assert_eq!(position("中文 x", "x"), "1:4");
        assert_eq!(position("\tx", "x"), "1:2");
        assert_eq!(position("a\r\nx", "x"), "2:1");
    }

    #[test]
    fn a_byte_order_mark_is_no_column() {
        assert_eq!(position("\u{feff}x", "x"), "1:1");
    }

    #[test]
    fn columns_of_a_long_line_are_exact() {
        let line = "\u{feff}".to_owned() + &"طx中".repeat(3000) + "!";
        assert_eq!(position(&line, "!"), "1:9001");
        assert_eq!(
            position(&format!("ab\n{}", line.replace('\u{feff}', "")), "!"),
            "2:9001"
        );
    }

    #[test]
    fn a_line_has_no_line_end() {
        let mut sources = Sources::default();
        let id = sources.add("x", "a\r\nb\n");
        let file = sources.get(id);
        assert_eq!(file.line_count(), 3);
        assert_eq!(file.slice(file.line_span(0)), "a");
        assert_eq!(file.slice(file.line_span(1)), "b");
    }
}
