//! Widening a selection: word, what is in brackets, clause, declaration, article, file.

use crate::source::{SourceFile, Span};
use crate::syntax::Parse;
use crate::syntax::ast::{ClauseKind, Item, ItemKind};
use crate::syntax::token::TokenKind;

/// Gives the spans around an offset, the narrowest first; each lies in the next.
#[must_use]
pub fn selection(file: &SourceFile, parse: &Parse, offset: u32) -> Vec<Span> {
    let mut spans = vec![file.span()];
    within(&parse.tree.items, offset, &mut spans);
    spans.extend(brackets(file, parse, offset));
    let touched = parse
        .tokens
        .iter()
        .filter(|token| token.start <= offset && offset <= token.end && token.start < token.end);
    spans.extend(touched.map(|token| Span {
        source: file.id(),
        start: token.start,
        end: token.end,
    }));
    spans.sort_by_key(|span| (span.end - span.start, span.start));
    spans.dedup();
    nested(&spans)
}

/// Keeps the spans that lie in each other, from the narrowest.
fn nested(spans: &[Span]) -> Vec<Span> {
    let mut kept: Vec<Span> = Vec::new();
    for span in spans {
        match kept.last() {
            Some(last) if span.start > last.start || span.end < last.end => {}
            Some(_) | None => kept.push(*span),
        }
    }
    kept
}

fn within(items: &[Item], offset: u32, spans: &mut Vec<Span>) {
    let Some(item) = items.iter().find(|item| item.span.touches(offset)) else {
        return;
    };
    spans.push(item.span);
    match &item.kind {
        ItemKind::Article(article) => within(&article.items, offset, spans),
        ItemKind::Pledge(pledge) => {
            let clauses = pledge.clauses.iter();
            for clause in clauses.filter(|clause| clause.span.touches(offset)) {
                spans.push(clause.span);
                if let ClauseKind::Sentence(sentence) = &clause.kind {
                    spans.push(sentence.act.span);
                    spans.extend(sentence.timings.iter().map(|timing| timing.span));
                }
            }
        }
        ItemKind::Use(_)
        | ItemKind::Agreement(_)
        | ItemKind::Date { .. }
        | ItemKind::Unit { .. }
        | ItemKind::Holiday { .. }
        | ItemKind::Thing(_)
        | ItemKind::Category { .. }
        | ItemKind::Event(_)
        | ItemKind::Measure(_)
        | ItemKind::Given(_)
        | ItemKind::State(_)
        | ItemKind::Relation(_)
        | ItemKind::Scenario(_)
        | ItemKind::InForce(_)
        | ItemKind::Error => {}
    }
    spans.retain(|span| span.touches(offset));
}

/// Gives what stands between the brackets around an offset, without and with them.
fn brackets(file: &SourceFile, parse: &Parse, offset: u32) -> Vec<Span> {
    let mut found = Vec::new();
    let mut open = Vec::new();
    for token in &parse.tokens {
        let closing = matches!(
            token.kind,
            TokenKind::RightBrace | TokenKind::RightParen | TokenKind::RightBracket
        );
        if matches!(
            token.kind,
            TokenKind::LeftBrace | TokenKind::LeftParen | TokenKind::LeftBracket
        ) {
            open.push(token);
        } else if closing
            && let Some(from) = open.pop()
            && from.end <= offset
            && offset <= token.start
        {
            let span = |start, end| Span {
                source: file.id(),
                start,
                end,
            };
            found.push(span(from.end, token.start));
            found.push(span(from.start, token.end));
        }
    }
    found
}
