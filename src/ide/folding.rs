//! What can be folded: blocks in braces or parentheses, runs of comments and of `use`, texts over several lines.

use crate::source::{SourceFile, Span};
use crate::syntax::Parse;
use crate::syntax::ast::{Item, ItemKind};
use crate::syntax::token::TokenKind;

/// Lines that can be folded into the first of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold {
    /// What is folded; it begins on one line and ends on a later one.
    pub span: Span,
    /// What it is.
    pub kind: FoldKind,
}

/// What is folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum FoldKind {
    Block,
    Comment,
    Uses,
}

/// Gives what can be folded, in order of the places.
#[must_use]
pub fn folding(file: &SourceFile, parse: &Parse) -> Vec<Fold> {
    let mut folds = blocks(file, parse);
    folds.extend(comments(file, parse));
    folds.extend(uses(&parse.tree.items));
    folds.retain(|fold| file.line_of(fold.span.start) < file.line_of(fold.span.end));
    folds.sort_by_key(|fold| (fold.span.start, fold.span.end));
    folds
}

fn blocks(file: &SourceFile, parse: &Parse) -> Vec<Fold> {
    let mut folds = Vec::new();
    let mut open = Vec::new();
    let mut fold = |start: u32, end: u32| {
        let span = Span {
            source: file.id(),
            start,
            end,
        };
        folds.push(Fold {
            span,
            kind: FoldKind::Block,
        });
    };
    for token in &parse.tokens {
        match token.kind {
            TokenKind::LeftBrace | TokenKind::LeftParen => open.push(token.start),
            TokenKind::RightBrace | TokenKind::RightParen => {
                if let Some(start) = open.pop() {
                    fold(start, token.start);
                }
            }
            TokenKind::Text => fold(token.start, token.end),
            TokenKind::Word
            | TokenKind::Keyword(_)
            | TokenKind::Number
            | TokenKind::Percent
            | TokenKind::Date
            | TokenKind::Month
            | TokenKind::MonthDay
            | TokenKind::Instant
            | TokenKind::When
            | TokenKind::LeftBracket
            | TokenKind::RightBracket
            | TokenKind::Comma
            | TokenKind::Colon
            | TokenKind::Dot
            | TokenKind::Plus
            | TokenKind::Minus
            | TokenKind::Star
            | TokenKind::Equal
            | TokenKind::NotEqual
            | TokenKind::Less
            | TokenKind::LessOrEqual
            | TokenKind::Greater
            | TokenKind::GreaterOrEqual
            | TokenKind::End => {}
        }
    }
    folds
}

/// Comments that stand alone on lines that follow each other.
fn comments(file: &SourceFile, parse: &Parse) -> Vec<Fold> {
    let mut folds: Vec<Fold> = Vec::new();
    for comment in parse
        .comments
        .iter()
        .filter(|comment| comment.first_on_line)
    {
        let line = file.line_of(comment.start);
        match folds.last_mut() {
            Some(last) if file.line_of(last.span.end) + 1 == line => last.span.end = comment.end,
            Some(_) | None => folds.push(Fold {
                span: Span {
                    source: file.id(),
                    start: comment.start,
                    end: comment.end,
                },
                kind: FoldKind::Comment,
            }),
        }
    }
    folds
}

fn uses(items: &[Item]) -> Option<Fold> {
    let mut uses = items
        .iter()
        .take_while(|item| matches!(item.kind, ItemKind::Use(_)));
    let first = uses.next()?;
    let last = uses.last()?;
    Some(Fold {
        span: first.span.to(last.span),
        kind: FoldKind::Uses,
    })
}
