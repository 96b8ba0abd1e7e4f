//! A TOML file as somebody who types it sees it: blocks, keys and values with their places, also where the text is no TOML yet.
//!
//! Nothing is refused here, and nothing is reported: a text without its closing quote ends with its line, a list or table without its
//! bracket where the next key or header begins. What the values mean is for others.

use std::path::Path;

use crate::source::{SourceFile, SourceId, Span};

/// A file.
#[derive(Clone, Debug, Default)]
pub struct Toml {
    /// The blocks in order; the first is what stands before any header.
    pub blocks: Vec<Block>,
    /// The comments, from `#` to the end of the line.
    pub comments: Vec<Span>,
}

/// A header with the keys below it.
#[derive(Clone, Debug)]
pub struct Block {
    /// The header; none for what stands before the first.
    pub header: Option<Header>,
    /// The keys.
    pub entries: Vec<Entry>,
    /// From the header to the last value.
    pub span: Span,
    /// Where the next header begins, or the file ends.
    pub until: u32,
}

/// `[sources.unmt]` or `[[event]]`.
#[derive(Clone, Debug)]
pub struct Header {
    /// With the brackets.
    pub span: Span,
    /// The names in it.
    pub keys: Vec<Key>,
    /// Whether it has two brackets.
    pub is_list: bool,
}

/// A key, or a part of one with dots.
#[derive(Clone, Debug)]
pub struct Key {
    /// Without quotes.
    pub span: Span,
    /// The name, escapes as written.
    pub text: String,
}

/// A key and what stands behind it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key; several where it has dots.
    pub keys: Vec<Key>,
    /// The place behind the `=`, where one is there.
    pub equals: Option<u32>,
    /// The value, where one is there.
    pub value: Option<Value>,
    /// From the key to the end of the value.
    pub span: Span,
}

/// A value.
#[derive(Clone, Debug)]
pub struct Value {
    /// The whole of it, with quotes and brackets.
    pub span: Span,
    /// What it is.
    pub kind: ValueKind,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum ValueKind {
    /// A text.
    Text {
        /// Without quotes.
        bare: Span,
        /// Whether the closing quote is there.
        is_closed: bool,
    },
    /// A list.
    List(Vec<Value>),
    /// `{ … }`.
    Table(Vec<Entry>),
    /// A number, a date, `true`, or half a word.
    Plain,
}

impl Entry {
    /// Gives the name of the key, the last part where it has dots.
    #[must_use]
    pub fn name(&self) -> &str {
        self.keys.last().map_or("", |key| key.text.as_str())
    }
}

impl Value {
    /// Gives the place of the text without quotes; of the whole for what is no text.
    #[must_use]
    pub fn bare(&self) -> Span {
        match self.kind {
            ValueKind::Text { bare, .. } => bare,
            ValueKind::List(_) | ValueKind::Table(_) | ValueKind::Plain => self.span,
        }
    }
}

impl Block {
    /// Gives the section: the first name of the header, empty before the first header.
    #[must_use]
    pub fn section(&self) -> &str {
        let keys = self.header.as_ref().map(|header| header.keys.as_slice());
        let first = keys.and_then(|keys| keys.first());
        first.map_or("", |key| key.text.as_str())
    }

    /// Finds a key.
    #[must_use]
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name() == name)
    }

    /// Gives the text of a key, as written between the quotes.
    #[must_use]
    pub fn text<'f>(&self, name: &str, file: &'f SourceFile) -> Option<&'f str> {
        let value = self.entry(name)?.value.as_ref()?;
        Some(file.slice(value.bare()))
    }
}

impl Toml {
    /// Finds the block around a place.
    #[must_use]
    pub fn block_at(&self, offset: u32) -> Option<&Block> {
        let after = |block: &&Block| block.span.start <= offset;
        self.blocks.iter().take_while(after).last()
    }
}

/// Says whether a file is TOML: a record file or the settings.
#[must_use]
pub fn is_toml(file: &SourceFile) -> bool {
    let extension = Path::new(file.name()).extension();
    extension.is_some_and(|extension| extension == "toml")
}

/// Reads a file.
#[must_use]
pub fn read(file: &SourceFile) -> Toml {
    let mut reader = Reader {
        text: file.text(),
        source: file.id(),
        at: 0,
        comments: Vec::new(),
    };
    let mut blocks = vec![reader.block(None)];
    while !reader.is_at_end() {
        let before = reader.at;
        let header = reader.header();
        blocks.push(reader.block(Some(header)));
        debug_assert!(reader.at > before, "a header has at least its bracket");
    }
    // Gaps before a line that ends a list are passed over twice.
    reader.comments.sort_unstable();
    reader.comments.dedup();
    Toml {
        blocks,
        comments: reader.comments,
    }
}

/// How deep lists and tables are looked into; what is deeper is taken for plain text. Picked by gut feeling: records need three.
const DEEPEST: usize = 32;

struct Reader<'t> {
    text: &'t str,
    source: SourceId,
    at: usize,
    comments: Vec<Span>,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn is_at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn span(&self, start: usize) -> Span {
        Span::new(self.source, start, self.at)
    }

    /// Takes letters as long as they are wanted.
    fn take_while(&mut self, wanted: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.find(|letter| !wanted(letter)).unwrap_or(rest.len());
    }

    fn take(&mut self, what: &str) -> bool {
        let is_there = self.rest().starts_with(what);
        self.at += if is_there { what.len() } else { 0 };
        is_there
    }

    fn blanks(&mut self) {
        self.take_while(|letter| letter == ' ' || letter == '\t');
    }

    fn skip_line(&mut self) {
        self.take_while(|letter| letter != '\n' && letter != '\r');
    }

    /// Passes over blanks, line ends and comments.
    fn gaps(&mut self) {
        loop {
            self.take_while(|letter| letter.is_whitespace() || letter == '\u{feff}');
            if !self.comment() {
                return;
            }
        }
    }

    fn comment(&mut self) -> bool {
        if self.peek() != Some('#') {
            return false;
        }
        let start = self.at;
        self.skip_line();
        let comment = self.span(start);
        self.comments.push(comment);
        true
    }

    /// Passes over whatever else stands on the line.
    fn rest_of_line(&mut self) {
        self.take_while(|letter| letter != '#' && letter != '\n' && letter != '\r');
        self.comment();
    }

    fn block(&mut self, header: Option<Header>) -> Block {
        let start = header.as_ref().map_or(self.span(self.at), |it| it.span);
        let mut entries: Vec<Entry> = Vec::new();
        self.gaps();
        while !self.is_at_end() && self.peek() != Some('[') {
            let entry = self.entry(0);
            self.rest_of_line();
            entries.push(entry);
            self.gaps();
        }
        let whole = entries
            .iter()
            .fold(start, |whole, entry| whole.to(entry.span));
        Block {
            header,
            entries,
            span: whole,
            until: u32::try_from(self.at).unwrap_or(u32::MAX),
        }
    }

    fn header(&mut self) -> Header {
        let start = self.at;
        let is_list = self.take("[[") || !self.take("[");
        let keys = self.keys();
        self.blanks();
        let _ = self.take(if is_list { "]]" } else { "]" }) || self.take("]");
        let span = self.span(start);
        self.rest_of_line();
        Header {
            span,
            keys,
            is_list,
        }
    }

    /// Reads a key and its parts; a word that is no key is taken for one, so that something is always read.
    fn keys(&mut self) -> Vec<Key> {
        let mut keys = Vec::new();
        loop {
            self.blanks();
            keys.extend(self.key());
            self.blanks();
            if !self.take(".") {
                return keys;
            }
        }
    }

    fn key(&mut self) -> Option<Key> {
        let quote = self.peek().filter(|letter| matches!(letter, '"' | '\''));
        let span = if let Some(quote) = quote {
            self.quoted(quote).0
        } else {
            let start = self.at;
            let ends = |letter: char| " \t\r\n=.#[]{},\"'".contains(letter);
            self.take_while(|letter| !ends(letter));
            self.span(start)
        };
        let text = self.text.get(span.range()).unwrap_or_default().to_owned();
        (quote.is_some() || !text.is_empty()).then_some(Key { span, text })
    }

    /// Reads a text on one line; gives what stands between the quotes, and whether the second one is there.
    fn quoted(&mut self, quote: char) -> (Span, bool) {
        self.at += quote.len_utf8();
        let start = self.at;
        let mut is_escaped = false;
        for (at, letter) in self.rest().char_indices() {
            match letter {
                '\n' | '\r' => {
                    self.at += at;
                    return (self.span(start), false);
                }
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = quote == '"',
                _ if letter == quote => {
                    self.at += at;
                    let bare = self.span(start);
                    self.at += quote.len_utf8();
                    return (bare, true);
                }
                _ => {}
            }
        }
        self.at = self.text.len();
        (self.span(start), false)
    }

    fn entry(&mut self, depth: usize) -> Entry {
        let start = self.at;
        let keys = self.keys();
        if keys.is_empty() && !self.rest().starts_with('=') {
            // A letter that begins nothing.
            let stray = self.peek().map_or(0, char::len_utf8);
            self.at += stray;
        }
        let key_end = self.span(start);
        self.blanks();
        let mut entry = Entry {
            keys,
            equals: None,
            value: None,
            span: key_end,
        };
        if self.take("=") {
            entry.equals = u32::try_from(self.at).ok();
            entry.span = self.span(start);
            self.blanks();
            entry.value = self.value(depth);
        }
        if let Some(value) = &entry.value {
            entry.span = entry.span.to(value.span);
        }
        entry
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        let start = self.at;
        let kind = match self.peek()? {
            '\n' | '\r' | '#' | ',' | ']' | '}' => return None,
            '[' if depth < DEEPEST => ValueKind::List(self.list(depth)),
            '{' if depth < DEEPEST => ValueKind::Table(self.table(depth)),
            quote @ ('"' | '\'') => {
                let (bare, is_closed) = self.text(quote);
                ValueKind::Text { bare, is_closed }
            }
            _ => {
                self.take_while(|letter| !",]}#\n\r".contains(letter));
                let taken = self.text.get(start..self.at).unwrap_or_default();
                self.at = start + taken.trim_end().len();
                ValueKind::Plain
            }
        };
        Some(Value {
            span: self.span(start),
            kind,
        })
    }

    fn text(&mut self, quote: char) -> (Span, bool) {
        let triple = if quote == '"' { "\"\"\"" } else { "'''" };
        let inner = self.rest().strip_prefix(triple);
        let Some(end) = inner.and_then(|inner| inner.find(triple)) else {
            return self.quoted(quote);
        };
        self.at += triple.len();
        let first = self.at;
        let skipped = self.take("\r\n") || self.take("\n");
        let start = if skipped { self.at } else { first };
        self.at = first + end;
        let bare = self.span(start.min(self.at));
        self.at += triple.len();
        (bare, true)
    }

    fn list(&mut self, depth: usize) -> Vec<Value> {
        self.take("[");
        let mut items = Vec::new();
        loop {
            let before = self.at;
            self.gaps();
            if self.begins_anew() {
                self.at = before;
                return items;
            }
            if self.is_at_end() || self.take("]") {
                return items;
            }
            if self.take(",") {
                continue;
            }
            match self.value(depth + 1) {
                Some(item) => items.push(item),
                // A bracket that belongs to something further out.
                None => return items,
            }
        }
    }

    fn table(&mut self, depth: usize) -> Vec<Entry> {
        self.take("{");
        let mut entries = Vec::new();
        let mut wants_more = true;
        loop {
            let line = self.at;
            self.gaps();
            let is_next_line = self
                .text
                .get(line..self.at)
                .is_some_and(|gap| gap.contains('\n'));
            if self.take("}") {
                return entries;
            }
            let is_over = is_next_line && !wants_more && self.peek() != Some(',');
            let is_outer = matches!(self.peek(), None | Some(']' | '['));
            if is_over || is_outer {
                self.at = line;
                return entries;
            }
            if self.take(",") {
                wants_more = true;
                continue;
            }
            wants_more = false;
            entries.push(self.entry(depth + 1));
        }
    }

    /// Says whether a line begins here that no list goes on with: a header, or a key with its `=`.
    fn begins_anew(&self) -> bool {
        let before = self.text.get(..self.at).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        if !line.trim().is_empty() {
            return false;
        }
        let rest = self.rest().lines().next().unwrap_or_default();
        let word = rest
            .trim_start_matches(|letter: char| letter.is_alphanumeric() || "-_.".contains(letter));
        let is_key = word.len() < rest.len() && word.trim_start().starts_with('=');
        is_key || self.begins_block()
    }

    fn begins_block(&self) -> bool {
        let rest = self.rest();
        let inner = rest.strip_prefix("[[").or(rest.strip_prefix('['));
        inner.is_some_and(|inner| inner.starts_with(char::is_alphabetic))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test should stop")]
    use proptest::prelude::*;

    use super::*;
    use crate::source::Sources;

    fn shown(text: &str) -> String {
        let mut sources = Sources::default();
        let id = sources.add("x.toml", text);
        let file = sources.get(id);
        let mut out = String::new();
        for block in read(file).blocks {
            if let Some(header) = &block.header {
                out.push_str(file.slice(header.span));
            }
            out.push('(');
            out.push_str(&entries(&block.entries, file));
            out.push(')');
        }
        out
    }

    fn entries(entries: &[Entry], file: &SourceFile) -> String {
        let one = |entry: &Entry| {
            let keys: Vec<&str> = entry.keys.iter().map(|key| key.text.as_str()).collect();
            let value = entry.value.as_ref().map(|value| self::value(value, file));
            format!("{}={}", keys.join("."), value.unwrap_or_default())
        };
        let all: Vec<String> = entries.iter().map(one).collect();
        all.join(" ")
    }

    fn value(value: &Value, file: &SourceFile) -> String {
        match &value.kind {
            ValueKind::Text { bare, is_closed } => format!(
                "{:?}{}",
                file.slice(*bare),
                if *is_closed { "" } else { "…" }
            ),
            ValueKind::List(items) => {
                let items: Vec<String> = items.iter().map(|item| self::value(item, file)).collect();
                format!("[{}]", items.join(" "))
            }
            ValueKind::Table(inner) => format!("{{{}}}", entries(inner, file)),
            ValueKind::Plain => file.slice(value.span).to_owned(),
        }
    }

    #[test]
    fn what_is_written_is_read() {
        for (text, wanted) in [
            (
                "a = 1 # c\n[[event]]\nkind = \"x\"\n",
                "(a=1)[[event]](kind=\"x\")",
            ),
            (
                "[sources.\"a b\"]\nn.m = 'x'",
                "()[sources.\"a b\"](n.m=\"x\")",
            ),
            (
                "a = [\n 1, # c\n { b = 2021-01-02 10:00, c = [\"x\"] },\n]\nd = 2",
                "(a=[1 {b=2021-01-02 10:00 c=[\"x\"]}] d=2)",
            ),
            ("a = \"\"\"\nx\n[y]\"\"\"\nb = 1", "(a=\"x\\n[y]\" b=1)"),
            (
                "a = \"x\\\"y\" \r\nb = {\n c = 1,\n d = 2\n}\n",
                "(a=\"x\\\\\\\"y\" b={c=1 d=2})",
            ),
        ] {
            assert_eq!(shown(text), wanted, "{text}");
        }
    }

    #[test]
    fn what_is_half_typed_ends_where_the_next_begins() {
        for (text, wanted) in [
            ("[[event]]\nkind = \nwhen = 1", "()[[event]](kind= when=1)"),
            ("[[event]]\nkin\nwhen = 1", "()[[event]](kin= when=1)"),
            (
                "[[event]]\nkind = \"bu\nwhen = 1",
                "()[[event]](kind=\"bu\"… when=1)",
            ),
            (
                "kinds = [\"a\", \nfrom = 1\n[[event]]\n",
                "(kinds=[\"a\"] from=1)[[event]]()",
            ),
            ("value = { low = 1\nwhen = 2", "(value={low=1} when=2)"),
            ("value = { low = \n[[event]]", "(value={low=})[[event]]()"),
            ("note = \"\"\"\nx\n[[event]]\n", "(note=\"\" x=)[[event]]()"),
            ("[[eve\n[sources.\nx = 1", "()[[eve()[sources.(x=1)"),
            ("] = }\n= 2\n", "(= =2)"),
        ] {
            assert_eq!(shown(text), wanted, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_with_places_in_order(text in "([\\[\\]{}=,.#\"'\\\\\n\r a1طé😀-]|\"\"\"|event){0,60}") {
            let mut sources = Sources::default();
            let id = sources.add("x.toml", text.clone());
            let toml = read(sources.get(id));
            let mut last = 0;
            for block in &toml.blocks {
                prop_assert!(block.span.start >= last);
                for entry in &block.entries {
                    prop_assert!(entry.span.start >= last && entry.span.end >= entry.span.start);
                    last = entry.span.end;
                    prop_assert!(text.is_char_boundary(last as usize));
                }
            }
            prop_assert!(toml.blocks.last().unwrap().until as usize == text.len());
        }
    }
}
