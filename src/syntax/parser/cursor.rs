//! The place where the parser stands: a small copyable cursor over the tokens, with a desk beside it for what is to be reported.

use std::cell::{Cell, RefCell};
use std::iter::{Copied, Enumerate};
use std::slice::Iter;

use nom::error::{ErrorKind, ParseError};
use nom::{IResult, Input, Needed};

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{SourceFile, Span};
use crate::syntax::token::{Comment, Keyword, Token, TokenKind};

/// How deep blocks and parentheses may nest. Picked by gut feeling; no treaty comes near it.
pub(super) const MAX_DEPTH: u8 = 16;

/// How many signs may stand in one sum or product, each of which makes the tree one level deeper. Picked by gut feeling too.
pub(super) const MAX_SIGNS: usize = 40;

/// What is expected where the depth is reached.
pub(super) const LESS_NESTING: &str = "less nesting";

/// What all cursors of one run share.
pub(super) struct Desk<'a> {
    pub(super) file: &'a SourceFile,
    pub(super) comments: &'a [Comment],
    diagnostics: RefCell<Vec<Diagnostic>>,
    /// The token of the last report: a second one there would be noise.
    last: Cell<Option<u32>>,
}

impl<'a> Desk<'a> {
    pub(super) fn new(
        file: &'a SourceFile,
        comments: &'a [Comment],
        diagnostics: Vec<Diagnostic>,
    ) -> Self {
        Desk {
            file,
            comments,
            diagnostics: RefCell::new(diagnostics),
            last: Cell::new(None),
        }
    }

    pub(super) fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.diagnostics.into_inner()
    }
}

/// The tokens still to be read.
///
/// # Invariants
///
/// The last token is [`TokenKind::End`], and no grammar function steps over it.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    tokens: &'a [Token],
    /// Where the token before ends.
    before: u32,
    depth: u8,
    desk: &'a Desk<'a>,
}

/// A grammar function's result: the tokens behind what it read, or what was expected and where.
pub(super) type Res<'a, T> = IResult<Cursor<'a>, T, Expected<'a>>;

/// What had to stand at a place and did not.
#[derive(Clone, Copy)]
pub(super) struct Expected<'a> {
    pub(super) at: Cursor<'a>,
    pub(super) what: &'static str,
}

impl<'a> ParseError<Cursor<'a>> for Expected<'a> {
    fn from_error_kind(at: Cursor<'a>, _: ErrorKind) -> Self {
        Expected {
            at,
            what: "something else",
        }
    }

    fn append(_: Cursor<'a>, _: ErrorKind, other: Self) -> Self {
        other
    }
}

impl<'a> Cursor<'a> {
    pub(super) fn new(tokens: &'a [Token], desk: &'a Desk<'a>) -> Self {
        Cursor {
            tokens,
            before: 0,
            depth: 0,
            desk,
        }
    }

    pub(super) fn file(self) -> &'a SourceFile {
        self.desk.file
    }

    pub(super) fn comments(self) -> &'a [Comment] {
        self.desk.comments
    }

    /// Gives the token `ahead` of the next one; past the end it is the end.
    pub(super) fn peek(self, ahead: usize) -> Token {
        let end = Token {
            kind: TokenKind::End,
            start: self.before,
            end: self.before,
            first_on_line: false,
            spoilt: false,
            after_stray: false,
        };
        self.tokens
            .get(ahead)
            .or(self.tokens.last())
            .copied()
            .unwrap_or(end)
    }

    pub(super) fn token(self) -> Token {
        self.peek(0)
    }

    pub(super) fn kind(self) -> TokenKind {
        self.token().kind
    }

    /// Gives the reserved word that stands here.
    pub(super) fn keyword(self) -> Option<Keyword> {
        self.keyword_at(0)
    }

    pub(super) fn keyword_at(self, ahead: usize) -> Option<Keyword> {
        match self.peek(ahead).kind {
            TokenKind::Keyword(keyword) => Some(keyword),
            _ => None,
        }
    }

    pub(super) fn is(self, keyword: Keyword) -> bool {
        self.keyword() == Some(keyword)
    }

    pub(super) fn at_any(self, keywords: &[Keyword]) -> bool {
        self.keyword()
            .is_some_and(|keyword| keywords.contains(&keyword))
    }

    /// Says whether a word stands here that is not reserved and reads `word`.
    pub(super) fn is_word(self, word: &str) -> bool {
        self.kind() == TokenKind::Word && self.text() == word
    }

    pub(super) fn span(self) -> Span {
        self.span_of(self.token())
    }

    pub(super) fn span_of(self, token: Token) -> Span {
        Span::new(
            self.desk.file.id(),
            token.start as usize,
            token.end as usize,
        )
    }

    /// Gives the place from `start`'s next token to the last token read here.
    pub(super) fn span_since(self, start: Cursor<'a>) -> Span {
        let first = start.token().start;
        Span::new(
            self.desk.file.id(),
            first as usize,
            self.before.max(first) as usize,
        )
    }

    /// Gives the empty place behind the last token read.
    pub(super) fn gap(self) -> Span {
        Span::new(
            self.desk.file.id(),
            self.before as usize,
            self.before as usize,
        )
    }

    pub(super) fn text(self) -> &'a str {
        self.text_at(0)
    }

    pub(super) fn text_at(self, ahead: usize) -> &'a str {
        self.desk.file.slice(self.span_of(self.peek(ahead)))
    }

    pub(super) fn advance(self) -> Self {
        if self.kind() == TokenKind::End {
            self
        } else {
            self.take_from(1)
        }
    }

    /// Steps one level deeper, or reports that this is deep enough.
    pub(super) fn deeper(self) -> Result<Self, nom::Err<Expected<'a>>> {
        if self.depth >= MAX_DEPTH {
            return Err(self.too_deep(format!("nested more than {MAX_DEPTH} deep")));
        }
        Ok(Cursor {
            depth: self.depth + 1,
            ..self
        })
    }

    /// Steps over the sign of a sum or a product that has had so many, or reports that these are enough.
    pub(super) fn over_sign(self, signs: usize) -> Result<Self, nom::Err<Expected<'a>>> {
        if signs >= MAX_SIGNS {
            return Err(self.too_deep(format!("more than {MAX_SIGNS} signs in one sum or product")));
        }
        Ok(self.advance())
    }

    fn too_deep(self, message: String) -> nom::Err<Expected<'a>> {
        self.report(Diagnostic::new(Code::NestedTooDeep, self.span(), message));
        self.expected(LESS_NESTING)
    }

    /// Takes the depth of `outer` again.
    pub(super) fn back_to(self, outer: Cursor<'a>) -> Self {
        Cursor {
            depth: outer.depth,
            ..self
        }
    }

    /// Says whether the other cursor stands at the same token.
    pub(super) fn same_place(self, other: Cursor<'a>) -> bool {
        self.tokens.len() == other.tokens.len()
    }

    /// Gives whichever of the two stands further on.
    pub(super) fn further(self, other: Cursor<'a>) -> Self {
        if other.tokens.len() < self.tokens.len() {
            other
        } else {
            self
        }
    }

    pub(super) fn expected(self, what: &'static str) -> nom::Err<Expected<'a>> {
        nom::Err::Error(Expected { at: self, what })
    }

    /// Reports a problem with the token that stands here, unless one was reported there already.
    pub(super) fn report(self, diagnostic: Diagnostic) {
        let token = self.token();
        let seen = token.spoilt || token.after_stray || self.desk.last.get() == Some(token.start);
        self.desk.last.set(Some(token.start));
        if !seen {
            self.desk.diagnostics.borrow_mut().push(diagnostic);
        }
    }

    /// Says what stands here, for a message.
    pub(super) fn found(self) -> String {
        match self.kind() {
            TokenKind::End => "the end of the file".to_owned(),
            TokenKind::Text => "a text".to_owned(),
            _ => format!("`{}`", clipped(self.text(), 40)),
        }
    }
}

/// Gives at most so many characters of a text.
pub(super) fn clipped(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((cut, _)) => format!("{}…", text.get(..cut).unwrap_or("")),
        None => text.to_owned(),
    }
}

impl<'a> Input for Cursor<'a> {
    type Item = Token;
    type Iter = Copied<Iter<'a, Token>>;
    type IterIndices = Enumerate<Self::Iter>;

    fn input_len(&self) -> usize {
        self.tokens.len()
    }

    fn take(&self, index: usize) -> Self {
        Cursor {
            tokens: self.tokens.get(..index).unwrap_or(self.tokens),
            ..*self
        }
    }

    fn take_from(&self, index: usize) -> Self {
        let before = match index.checked_sub(1).and_then(|last| self.tokens.get(last)) {
            Some(last) => last.end,
            None => self.before,
        };
        Cursor {
            tokens: self.tokens.get(index..).unwrap_or_default(),
            before,
            ..*self
        }
    }

    fn take_split(&self, index: usize) -> (Self, Self) {
        (self.take_from(index), self.take(index))
    }

    fn position<P: Fn(Token) -> bool>(&self, predicate: P) -> Option<usize> {
        self.tokens.iter().position(|&token| predicate(token))
    }

    fn iter_elements(&self) -> Self::Iter {
        self.tokens.iter().copied()
    }

    fn iter_indices(&self) -> Self::IterIndices {
        self.iter_elements().enumerate()
    }

    fn slice_index(&self, count: usize) -> Result<usize, Needed> {
        if count <= self.tokens.len() {
            Ok(count)
        } else {
            Err(Needed::new(count - self.tokens.len()))
        }
    }
}
