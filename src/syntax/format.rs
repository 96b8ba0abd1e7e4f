//! The one layout of a rule file.
//!
//! The tokens are written out in their order, never changed; the tree says where lines begin. Comments stay where they are between the
//! tokens. What depends on the author: a blank line between clauses and between one-line declarations is kept (one at most).

mod breaks;
mod line;

use std::borrow::Cow;

use crate::source::{SourceFile, Span};
use crate::syntax::Parse;
use crate::syntax::token::{Comment, Token, TokenKind};

use breaks::{Break, Breaks, breaks};
use line::Line;

/// How far the inside of a block stands in.
const INDENT: usize = 2;

/// Lays a rule file out, or gives nothing where it has syntax errors: a broken file is not touched.
#[must_use]
pub fn format(file: &SourceFile, parse: &Parse) -> Option<String> {
    if !parse.diagnostics.is_empty() {
        return None;
    }
    let mut layout = Layout {
        file,
        comments: &parse.comments,
        breaks: breaks(&parse.tree.items, &parse.tokens),
        next_break: 0,
        out: String::with_capacity(file.text().len()),
        line: Line::default(),
        before: None,
        reached: 0,
        blocks: vec![Block::default()],
    };
    for (index, token) in parse.tokens.iter().enumerate() {
        layout.token(*token, parse.tokens.get(index + 1).copied());
    }
    Some(layout.out)
}

struct Layout<'a> {
    file: &'a SourceFile,
    /// The comments not yet written.
    comments: &'a [Comment],
    breaks: Breaks,
    next_break: usize,
    out: String,
    line: Line,
    /// The token before.
    before: Option<TokenKind>,
    /// The byte of the source behind what was written last.
    reached: u32,
    /// The blocks that are open, the file itself first.
    blocks: Vec<Block>,
}

/// What is known of an open block.
#[derive(Clone, Copy, Debug, Default)]
struct Block {
    /// Whether something was written in it.
    begun: bool,
    /// Whether the declaration before goes over several lines, so that a blank line follows it.
    wants_distance: bool,
    /// Whether its braces stay on the line.
    inline: bool,
}

impl Layout<'_> {
    fn token(&mut self, token: Token, next: Option<Token>) {
        let found = self.take_break(token.start);
        let held = self.comments_before(token.start);
        let empty = self.before == Some(TokenKind::LeftBrace) && held.is_empty();
        let closes = token.kind == TokenKind::RightBrace && !self.block().inline && !empty;
        let new_line =
            closes || token.kind == TokenKind::End || matches!(found, Some(Break::Line { .. }));
        self.write_comments(&held, token, found, new_line);
        if new_line {
            self.end_line();
            self.line.continued = false;
        }
        if token.kind == TokenKind::End {
            return;
        }
        self.begin(token, found);
        let blank = self.blank_before(token.kind, next);
        match found {
            Some(Break::Phrase) if blank => self.line.begin_phrase(),
            Some(Break::Piece) if blank => self.line.begin_piece(),
            Some(_) | None => {}
        }
        let text = self.file.slice(Span::new(
            self.file.id(),
            token.start as usize,
            token.end as usize,
        ));
        self.line.push(blank, &with_plain_line_ends(text));
        self.reached = token.end;
        self.before = Some(token.kind);
        if token.kind == TokenKind::LeftBrace {
            let inline = self.is_inline(token);
            self.blocks.push(Block {
                inline,
                ..Block::default()
            });
        }
    }

    fn block(&self) -> Block {
        self.blocks.last().copied().unwrap_or_default()
    }

    fn block_mut(&mut self) -> Option<&mut Block> {
        self.blocks.last_mut()
    }

    fn take_break(&mut self, place: u32) -> Option<Break> {
        let &(at, kind) = self.breaks.places.get(self.next_break)?;
        (at == place).then(|| {
            self.next_break += 1;
            kind
        })
    }

    fn comments_before(&mut self, place: u32) -> Vec<Comment> {
        let count = self
            .comments
            .iter()
            .take_while(|comment| comment.start < place)
            .count();
        let (held, rest) = self.comments.split_at_checked(count).unwrap_or_default();
        self.comments = rest;
        held.to_vec()
    }

    /// Writes the comments in front of a token, and the blank line where one belongs before them or the token.
    fn write_comments(
        &mut self,
        held: &[Comment],
        token: Token,
        found: Option<Break>,
        new_line: bool,
    ) {
        let mut forced = self.needs_blank(found) && !self.has_blank(held, token.start);
        for comment in held {
            let span = Span::new(self.file.id(), comment.start as usize, comment.end as usize);
            if comment.first_on_line {
                self.end_line();
                if new_line {
                    self.write_blank(comment.start, std::mem::take(&mut forced));
                    self.mark_begun();
                }
                let indent = if new_line {
                    self.depth()
                } else {
                    self.line.continuation()
                };
                self.out.extend(std::iter::repeat_n(' ', indent));
            } else {
                self.line.write(&mut self.out);
                self.out.push(' ');
            }
            self.out.push_str(self.file.slice(span));
            self.out.push('\n');
            self.line.continued = !new_line;
            self.reached = comment.end;
        }
        if matches!(found, Some(Break::Line { .. })) {
            self.end_line();
            self.write_blank(token.start, forced);
        }
    }

    /// Writes a blank line where the author left one or the layout wants one, except at the beginning of a block.
    fn write_blank(&mut self, place: u32, forced: bool) {
        if self.block().begun && (forced || self.blank_between(self.reached, place)) {
            self.out.push('\n');
        }
    }

    fn blank_between(&self, from: u32, to: u32) -> bool {
        let between = self
            .file
            .slice(Span::new(self.file.id(), from as usize, to as usize));
        between.matches('\n').count() > 1
    }

    fn has_blank(&self, held: &[Comment], place: u32) -> bool {
        let mut from = self.reached;
        for comment in held {
            if self.blank_between(from, comment.start) {
                return true;
            }
            from = comment.end;
        }
        self.blank_between(from, place)
    }

    /// Says whether a blank line stands before a declaration: it has a block, or the one before it has.
    fn needs_blank(&self, found: Option<Break>) -> bool {
        matches!(found, Some(Break::Line { block }) if block || self.block().wants_distance)
    }

    fn mark_begun(&mut self) {
        if let Some(block) = self.block_mut() {
            block.begun = true;
        }
    }

    fn depth(&self) -> usize {
        let open = self
            .blocks
            .iter()
            .skip(1)
            .filter(|block| !block.inline)
            .count();
        open * INDENT
    }

    fn end_line(&mut self) {
        if !self.line.is_empty() {
            self.line.write(&mut self.out);
            self.out.push('\n');
        }
    }

    /// Gets ready for a token: closes a block, begins a line.
    fn begin(&mut self, token: Token, found: Option<Break>) {
        if token.kind == TokenKind::RightBrace {
            self.blocks.pop();
        }
        if let Some(Break::Line { block: is_block }) = found
            && let Some(block) = self.block_mut()
        {
            block.begun = true;
            block.wants_distance = is_block;
        }
        if self.line.is_empty() && !self.line.continued {
            self.line.indent = self.depth();
        }
    }

    /// Says whether the brace here belongs to a declaration that keeps its braces on the line.
    fn is_inline(&self, token: Token) -> bool {
        let spans = &self.breaks.inline;
        let begun = spans.partition_point(|span| span.start <= token.start);
        begun
            .checked_sub(1)
            .and_then(|last| spans.get(last))
            .is_some_and(|span| token.start < span.end)
    }

    /// Says whether a blank stands between the token before and this one.
    fn blank_before(&self, kind: TokenKind, next: Option<Token>) -> bool {
        use TokenKind as T;
        let Some(before) = self.before else {
            return false;
        };
        let is_reason =
            || next.is_some_and(|next| self.breaks.reasons.binary_search(&next.start).is_ok());
        let clings = matches!(
            kind,
            T::Comma | T::RightParen | T::LeftBracket | T::RightBracket | T::Colon | T::Dot
        );
        let holds = matches!(before, T::LeftParen | T::LeftBracket | T::Dot);
        match (before, kind) {
            _ if clings || holds => false,
            (T::LeftBrace, T::RightBrace) => false,
            (T::Word, T::LeftParen) => is_reason(),
            _ => true,
        }
    }
}

/// Gives a token's text with the line ends of the layout.
fn with_plain_line_ends(text: &str) -> Cow<'_, str> {
    if !text.contains("\r\n") {
        return Cow::Borrowed(text);
    }
    let lines = text.split('\n').map(|line| line.trim_end_matches('\r'));
    Cow::Owned(lines.collect::<Vec<_>>().join("\n"))
}
