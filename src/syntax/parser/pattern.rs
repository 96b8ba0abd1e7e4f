//! Calls, arguments and patterns.

use nom::Parser;

use super::condition::condition;
use super::cursor::{Cursor, Res};
use super::recovery::{name_as, opt_after, want, word};
use super::term::{in_parens, term};
use crate::syntax::ast::{Argument, Call, Pattern};
use crate::syntax::token::{Keyword as K, TokenKind};

/// `KIND(…) [where CONDITION]`.
pub(super) fn pattern(input: Cursor<'_>) -> Res<'_, Pattern> {
    let (rest, (call, condition)) = (call, opt_after(K::WHERE, condition)).parse(input)?;
    Ok((
        rest,
        Pattern {
            call,
            condition: condition.map(Box::new),
            span: rest.span_since(input),
        },
    ))
}

/// A pattern inside a condition, a moment or an `endeavour`: with `where` only in parentheses.
pub(super) fn inner(input: Cursor<'_>) -> Res<'_, Pattern> {
    if input.kind() == TokenKind::LeftParen {
        let (rest, pattern) = pattern(input.advance())?;
        return Ok((want(rest, TokenKind::RightParen), pattern));
    }
    let (rest, call) = call(input)?;
    Ok((
        rest,
        Pattern {
            call,
            condition: None,
            span: rest.span_since(input),
        },
    ))
}

/// `NAME(argument, …)`.
pub(super) fn call(input: Cursor<'_>) -> Res<'_, Call> {
    let (rest, (name, arguments)) =
        (name_as("a kind such as `attack(…)`"), in_parens(argument)).parse(input)?;
    Ok((
        rest,
        Call {
            name,
            arguments,
            span: rest.span_since(input),
        },
    ))
}

fn argument(input: Cursor<'_>) -> Res<'_, Argument> {
    let (rest, label) = if is_labelled(input) {
        let (rest, label) = word(input)?;
        (want(rest, TokenKind::Colon), Some(label))
    } else {
        (input, None)
    };
    let (rest, term) = term(rest)?;
    Ok((
        rest,
        Argument {
            label,
            term,
            span: rest.span_since(input),
        },
    ))
}

/// A word with a colon behind it, or one with a term behind it whose colon was forgotten.
fn is_labelled(input: Cursor<'_>) -> bool {
    let next = input.peek(1).kind;
    let begins_term = input.at_any(&[K::EXACTLY, K::OTHER, K::PART, K::TRUE, K::FALSE]);
    let is_word = input.kind() == TokenKind::Word || input.keyword().is_some();
    is_word
        && (next == TokenKind::Colon
            || !begins_term
                && matches!(next, TokenKind::Word | TokenKind::Text | TokenKind::Number))
}
