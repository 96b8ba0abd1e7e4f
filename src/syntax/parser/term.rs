//! Numbers with their units, and terms.

use std::str::FromStr;

use nom::Parser;
use nom::sequence::preceded;
use rust_decimal::Decimal;

use super::cursor::{Cursor, Res};
use super::moment::read_day;
use super::recovery::{enclosed, keyword, name, nearly, word};
use crate::syntax::ast::{Atom, AtomKind, Instant, Name, Number, NumberUnit, Term};
use crate::syntax::lexer::{decode, read_instant};
use crate::syntax::token::{Keyword as K, TokenKind};

/// Reads a number with its unit, or a percentage.
pub(super) fn number(input: Cursor<'_>) -> Res<'_, Number> {
    let percent = input.kind() == TokenKind::Percent;
    if !percent && input.kind() != TokenKind::Number {
        return Err(input.expected("a number"));
    }
    let value = value(input);
    let rest = input.advance();
    if percent {
        return Ok((
            rest,
            Number {
                value,
                unit: NumberUnit::Percent,
                span: input.span(),
            },
        ));
    }
    let (rest, unit) = opt_unit(rest)?;
    let unit = unit.map_or(NumberUnit::None, NumberUnit::Named);
    Ok((
        rest,
        Number {
            value,
            unit,
            span: rest.span_since(input),
        },
    ))
}

/// Reads a number that can have no unit.
pub(super) fn plain_number(input: Cursor<'_>) -> Res<'_, Number> {
    if input.kind() != TokenKind::Number {
        return Err(input.expected("a number"));
    }
    Ok((
        input.advance(),
        Number {
            value: value(input),
            unit: NumberUnit::None,
            span: input.span(),
        },
    ))
}

/// Gives the value of the number here; one that was reported counts as zero.
fn value(input: Cursor<'_>) -> Decimal {
    let digits = input.text().trim_end_matches('%').replace('_', "");
    Decimal::from_str(&digits).unwrap_or_default()
}

/// Reads the name of a unit where one stands.
///
/// A name before `must`, `should` or `may` begins a sentence and is never a unit; neither is a misspelt keyword that begins a line.
pub(super) fn opt_unit(input: Cursor<'_>) -> Res<'_, Option<Name>> {
    let begins_sentence = input
        .keyword_at(1)
        .is_some_and(|keyword| K::MODALS.contains(&keyword));
    if input.kind() != TokenKind::Word || begins_sentence || begins_line_misspelt(input) {
        return Ok((input, None));
    }
    name.map(Some).parse(input)
}

fn begins_line_misspelt(input: Cursor<'_>) -> bool {
    let followed = matches!(input.peek(1).kind, TokenKind::Word | TokenKind::Text);
    input.token().first_on_line
        && followed
        && [K::ITEMS, K::CLAUSES, K::HEADERS]
            .iter()
            .any(|words| nearly(input, words).is_some())
}

/// `atom (or atom)*`.
pub(super) fn term(input: Cursor<'_>) -> Res<'_, Term> {
    let (mut rest, first) = argument_atom(input)?;
    let mut atoms = vec![first];
    while rest.is(K::OR) {
        let (after, next) = argument_atom(rest.advance())?;
        rest = after;
        atoms.push(next);
    }
    Ok((
        rest,
        Term {
            atoms,
            span: rest.span_since(input),
        },
    ))
}

/// Inside parentheses a reserved word directly before `,` or `)` is the parameter of that name.
fn argument_atom(input: Cursor<'_>) -> Res<'_, Atom> {
    let closes = matches!(input.peek(1).kind, TokenKind::Comma | TokenKind::RightParen);
    let literal = input.is(K::TRUE) || input.is(K::FALSE);
    if input.keyword().is_some() && closes && !literal {
        return word
            .map(|name| Atom {
                span: name.span,
                kind: AtomKind::Name(name),
            })
            .parse(input);
    }
    atom(input)
}

/// Reads a single term.
pub(super) fn atom(input: Cursor<'_>) -> Res<'_, Atom> {
    let (rest, kind) = atom_kind(input)?;
    Ok((
        rest,
        Atom {
            kind,
            span: rest.span_since(input),
        },
    ))
}

fn atom_kind(input: Cursor<'_>) -> Res<'_, AtomKind> {
    let rest = input.advance();
    match input.keyword() {
        Some(K::EXACTLY) => return name.map(AtomKind::Exactly).parse(rest),
        Some(K::PART) => {
            return preceded(keyword(K::OF, "`of`"), name)
                .map(AtomKind::PartOf)
                .parse(rest);
        }
        Some(K::OTHER) => {
            return preceded(keyword(K::THAN, "`than`"), others)
                .map(AtomKind::OtherThan)
                .parse(rest);
        }
        Some(K::TRUE) => return Ok((rest, AtomKind::Flag(true))),
        Some(K::FALSE) => return Ok((rest, AtomKind::Flag(false))),
        _ => {}
    }
    literal(input).unwrap_or_else(|| name_or_field(input))
}

/// Reads a number, a text, a date or an instant; one that was reported is a hole.
fn literal(input: Cursor<'_>) -> Option<Res<'_, AtomKind>> {
    let rest = input.advance();
    let token = input.token();
    let kind = match token.kind {
        TokenKind::Number | TokenKind::Percent => {
            let kept = |number| {
                if token.spoilt {
                    AtomKind::Error
                } else {
                    AtomKind::Number(number)
                }
            };
            return Some(number.map(kept).parse(input));
        }
        TokenKind::Text => AtomKind::Text(decode(input.text())),
        TokenKind::Date | TokenKind::When => {
            read_day(input.text()).map_or(AtomKind::Error, AtomKind::Date)
        }
        TokenKind::Instant => instant(input).map_or(AtomKind::Error, AtomKind::Instant),
        _ => return None,
    };
    Some(Ok((rest, kind)))
}

/// Gives the instant here, unless it was reported.
pub(super) fn instant(input: Cursor<'_>) -> Option<Instant> {
    read_instant(input.text()).map(|(seconds, offset_minutes)| Instant {
        seconds,
        offset_minutes,
    })
}

fn name_or_field(input: Cursor<'_>) -> Res<'_, AtomKind> {
    let (rest, (owner, field)) = owner_and_field(input)?;
    Ok((
        rest,
        match field {
            Some(field) => AtomKind::FieldOf { owner, field },
            None => AtomKind::Name(owner),
        },
    ))
}

/// `NAME` or `NAME.WORD`.
pub(super) fn owner_and_field(input: Cursor<'_>) -> Res<'_, (Name, Option<Name>)> {
    let (input, owner) = name(input)?;
    if input.kind() != TokenKind::Dot {
        return Ok((input, (owner, None)));
    }
    let (input, field) = word(input.advance())?;
    Ok((input, (owner, Some(field))))
}

/// The names behind `other than`.
fn others(input: Cursor<'_>) -> Res<'_, Vec<Name>> {
    if input.kind() != TokenKind::LeftParen {
        return name.map(|name| vec![name]).parse(input);
    }
    let (mut rest, first) = name(input.advance())?;
    let mut names = vec![first];
    while rest.is(K::OR) {
        let (after, next) = name(rest.advance())?;
        rest = after;
        names.push(next);
    }
    Ok((super::recovery::want(rest, TokenKind::RightParen), names))
}

/// Reads `(element, …)`.
pub(super) fn in_parens<'a, T>(
    element: impl FnMut(Cursor<'a>) -> Res<'a, T>,
) -> impl FnMut(Cursor<'a>) -> Res<'a, Vec<T>> {
    enclosed(
        (TokenKind::LeftParen, TokenKind::RightParen),
        "`(`",
        element,
    )
}
