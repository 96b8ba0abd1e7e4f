//! Conditions: tests and what joins them.
//!
//! Both are one family of expressions here: what stands in parentheses, and a name or a call alone, may be either. Which it is, is
//! settled by `resolve`.

use nom::Parser;

use super::cursor::{Cursor, Res, clipped};
use super::moment::{moment, reference, starts_duration};
use super::quantity::quantity;
use super::recovery::{keyword, name};
use super::term::atom;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{
    Atom, AtomKind, Comparison, Expr, ExprKind, IsRight, Operand, StatusWord,
};
use crate::syntax::token::{Keyword as K, TokenKind};

/// `negation ((and negation)+ | (or negation)+)?`.
pub(super) fn condition(input: Cursor<'_>) -> Res<'_, Expr> {
    let (mut rest, first) = negation(input.deeper()?)?;
    let mut parts = vec![first];
    let mut joints: Vec<(Cursor<'_>, K)> = Vec::new();
    while let Some(joint) = rest
        .keyword()
        .filter(|joint| [K::AND, K::OR].contains(joint))
    {
        joints.push((rest, joint));
        let (after, part) = negation(rest.advance())?;
        rest = after;
        parts.push(part);
    }
    let rest = rest.back_to(input);
    Ok((rest, joined(parts, &joints, rest.span_since(input))))
}

/// Joins the parts of a condition; where `and` and `or` are mixed, reports it and goes on as if `and` bound tighter.
fn joined(mut parts: Vec<Expr>, joints: &[(Cursor<'_>, K)], span: Span) -> Expr {
    let Some(&(_, first)) = joints.first() else {
        return parts.pop().unwrap_or(Expr {
            kind: ExprKind::Error,
            span,
        });
    };
    match joints.iter().position(|&(_, joint)| joint != first) {
        None if first == K::AND => Expr {
            kind: ExprKind::And(parts),
            span,
        },
        None => Expr {
            kind: ExprKind::Or(parts),
            span,
        },
        Some(mixed) => {
            if let Some(&(at, _)) = joints.get(mixed) {
                report_mixed(&parts, mixed, at);
            }
            let alternatives = grouped(parts, joints, K::AND);
            let kind = alternatives.into_iter().map(|mut group| {
                match (group.len(), group.first(), group.last()) {
                    (2.., Some(first), Some(last)) => {
                        let span = first.span.to(last.span);
                        Expr {
                            kind: ExprKind::And(group),
                            span,
                        }
                    }
                    _ => group.pop().unwrap_or(Expr {
                        kind: ExprKind::Error,
                        span,
                    }),
                }
            });
            Expr {
                kind: ExprKind::Or(kind.collect()),
                span,
            }
        }
    }
}

/// Groups the parts that `tight` joins.
fn grouped<T>(parts: Vec<T>, joints: &[(Cursor<'_>, K)], tight: K) -> Vec<Vec<T>> {
    let mut groups: Vec<Vec<T>> = Vec::new();
    let before = std::iter::once(None).chain(joints.iter().map(|&(_, joint)| Some(joint)));
    for (part, joint) in parts.into_iter().zip(before) {
        match groups.last_mut() {
            Some(group) if joint == Some(tight) => group.push(part),
            _ => groups.push(vec![part]),
        }
    }
    groups
}

/// Reports `and` beside `or`, with the two readings of the three tests around the place where they meet.
fn report_mixed(parts: &[Expr], mixed: usize, at: Cursor<'_>) {
    let text = |index: usize| {
        let text = parts
            .get(index)
            .map_or("", |part| at.file().slice(part.span));
        clipped(&text.split_whitespace().collect::<Vec<_>>().join(" "), 60)
    };
    let (one, two, three) = (text(mixed.saturating_sub(1)), text(mixed), text(mixed + 1));
    let (first, second) = if at.is(K::OR) {
        ("and", "or")
    } else {
        ("or", "and")
    };
    let message = format!(
        "`and` and `or` are mixed: this can be read as `({one} {first} {two}) {second} {three}` or as `{one} {first} ({two} {second} {three})`"
    );
    let problem = Diagnostic::new(Code::MixedAndOr, at.span(), message)
        .help("Put parentheses around the reading that is meant.");
    at.report(problem);
}

/// `not negation` or a test.
fn negation(input: Cursor<'_>) -> Res<'_, Expr> {
    if !input.is(K::NOT) {
        return test(input);
    }
    let (rest, negated) = negation(input.advance().deeper()?)?;
    let rest = rest.back_to(input);
    Ok((
        rest,
        Expr {
            kind: ExprKind::Not(Box::new(negated)),
            span: rest.span_since(input),
        },
    ))
}

/// A single test: an expression, with what it is compared with.
fn test(input: Cursor<'_>) -> Res<'_, Expr> {
    if input.kind() == TokenKind::Word && input.peek(1).kind == TokenKind::LeftBracket {
        let (rest, reference) = reference(input)?;
        if !rest.is(K::IS) {
            return Err(rest.expected("`is`"));
        }
        return is_test(input, rest, Operand::Reference(reference));
    }
    let (rest, left) = quantity(input)?;
    if let Some(comparison) = comparison(rest.kind()) {
        let comparison = Spanned::new(comparison, rest.span());
        let (rest, right) = quantity(rest.advance())?;
        let kind = ExprKind::Compare {
            left: Box::new(left),
            comparison,
            right: Box::new(right),
        };
        return Ok((
            rest,
            Expr {
                kind,
                span: rest.span_since(input),
            },
        ));
    }
    match rest.keyword() {
        Some(K::BETWEEN) if !starts_duration(rest.advance()) => between(input, rest, left),
        Some(K::IN) => in_test(input, rest, left),
        Some(K::IS) => {
            let left = as_atom(left).ok_or_else(|| {
                rest.expected(
                    "a comparison such as `=`, because only a name or a field can be before `is`",
                )
            })?;
            is_test(input, rest, Operand::Atom(left))
        }
        _ => Ok((rest, left)),
    }
}

pub(super) fn comparison(kind: TokenKind) -> Option<Comparison> {
    Some(match kind {
        TokenKind::Equal => Comparison::Equal,
        TokenKind::NotEqual => Comparison::NotEqual,
        TokenKind::Less => Comparison::Less,
        TokenKind::LessOrEqual => Comparison::LessOrEqual,
        TokenKind::Greater => Comparison::Greater,
        TokenKind::GreaterOrEqual => Comparison::GreaterOrEqual,
        _ => return None,
    })
}

fn between<'a>(start: Cursor<'a>, input: Cursor<'a>, left: Expr) -> Res<'a, Expr> {
    let (input, low) = quantity(input.advance())?;
    let (rest, _) = keyword(K::AND, "`and`")(input)?;
    let (rest, high) = quantity(rest)?;
    let kind = ExprKind::Between {
        quantity: Box::new(left),
        low: Box::new(low),
        high: Box::new(high),
    };
    Ok((
        rest,
        Expr {
            kind,
            span: rest.span_since(start),
        },
    ))
}

fn in_test<'a>(start: Cursor<'a>, input: Cursor<'a>, left: Expr) -> Res<'a, Expr> {
    let Some(atom) = as_atom(left) else {
        return Err(input.expected(
            "a comparison such as `=`, because only a name or a field can be before `in`",
        ));
    };
    let (rest, group) = name(input.advance())?;
    Ok((
        rest,
        Expr {
            kind: ExprKind::In { atom, group },
            span: rest.span_since(start),
        },
    ))
}

/// Takes an expression for a term, where it can be one.
fn as_atom(expr: Expr) -> Option<Atom> {
    let kind = match expr.kind {
        ExprKind::Name(name) => AtomKind::Name(name),
        ExprKind::FieldOf { owner, field } => AtomKind::FieldOf { owner, field },
        ExprKind::Number(number) => AtomKind::Number(number),
        ExprKind::Literal(atom) => return Some(atom),
        ExprKind::Error => AtomKind::Error,
        ExprKind::And(_)
        | ExprKind::Or(_)
        | ExprKind::Not(_)
        | ExprKind::Paren(_)
        | ExprKind::Call(_)
        | ExprKind::Once { .. }
        | ExprKind::In { .. }
        | ExprKind::Is { .. }
        | ExprKind::Order { .. }
        | ExprKind::Compare { .. }
        | ExprKind::Between { .. }
        | ExprKind::Sum { .. }
        | ExprKind::Product { .. }
        | ExprKind::PercentOf { .. }
        | ExprKind::Total(_)
        | ExprKind::AsOf { .. }
        | ExprKind::Count { .. }
        | ExprKind::SumOf { .. } => return None,
    };
    Some(Atom {
        kind,
        span: expr.span,
    })
}

/// What stands from `is` on.
fn is_test<'a>(start: Cursor<'a>, input: Cursor<'a>, left: Operand) -> Res<'a, Expr> {
    let input = input.advance();
    if let (Some(order @ (K::BEFORE | K::AFTER)), Operand::Atom(atom)) = (input.keyword(), &left) {
        let (rest, moment) = moment(input.advance())?;
        let kind = ExprKind::Order {
            atom: atom.clone(),
            after: order == K::AFTER,
            moment,
        };
        return Ok((
            rest,
            Expr {
                kind,
                span: rest.span_since(start),
            },
        ));
    }
    let negated = input.is(K::NOT);
    let input = if negated { input.advance() } else { input };
    let (rest, right) = match status(input) {
        Some(status) => (
            input.advance(),
            IsRight::Status(Spanned::new(status, input.span())),
        ),
        None => atom.map(IsRight::Atom).parse(input)?,
    };
    Ok((
        rest,
        Expr {
            kind: ExprKind::Is {
                left,
                negated,
                right,
            },
            span: rest.span_since(start),
        },
    ))
}

fn status(input: Cursor<'_>) -> Option<StatusWord> {
    Some(match input.text() {
        "breached" => StatusWord::Breached,
        "overdue" => StatusWord::Overdue,
        "fulfilled" => StatusWord::Fulfilled,
        "holding" => StatusWord::Holding,
        "pending" => StatusWord::Pending,
        _ => return None,
    })
}
