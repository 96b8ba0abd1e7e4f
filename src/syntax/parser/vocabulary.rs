//! Categories, events, measures, givens, states and relations.

use nom::Parser;
use nom::sequence::preceded;

use super::cursor::{Cursor, Res};
use super::moment::{duration, moment, opt_period};
use super::pattern::{call, pattern};
use super::quantity::quantity;
use super::recovery::{
    block, declared_name, enclosed, keyword, leading, name_as, opt_after, spanned, token, want,
    word,
};
use super::term::{atom, in_parens, opt_unit};
use crate::source::Spanned;
use crate::syntax::ast::{
    CategoryKind, Cause, Event, EventMark, Field, FieldType, Given, Holds, ItemKind, Measure,
    Relation, Row, State, Transition,
};
use crate::syntax::token::{Keyword as K, TokenKind};

/// `NAME { kind, … }`, behind `category`.
pub(super) fn category(input: Cursor<'_>) -> Res<'_, ItemKind> {
    (declared_name, kinds)
        .map(|(name, kinds)| ItemKind::Category { name, kinds })
        .parse(input)
}

fn kinds(input: Cursor<'_>) -> Res<'_, Vec<CategoryKind>> {
    let braces = (TokenKind::LeftBrace, TokenKind::RightBrace);
    let (rest, kinds) = enclosed(braces, "`{`", kind)(input.deeper()?)?;
    Ok((rest.back_to(input), kinds))
}

fn kind(input: Cursor<'_>) -> Res<'_, CategoryKind> {
    let (input, name) = declared_name(input)?;
    if input.kind() != TokenKind::LeftBrace {
        return Ok((
            input,
            CategoryKind {
                name,
                kinds: Vec::new(),
            },
        ));
    }
    let (input, kinds) = kinds(input)?;
    Ok((input, CategoryKind { name, kinds }))
}

fn fields(input: Cursor<'_>) -> Res<'_, Vec<Field>> {
    in_parens(field)(input)
}

fn field(input: Cursor<'_>) -> Res<'_, Field> {
    let (input, label) = word(input)?;
    let input = want(input, TokenKind::Colon);
    spanned(field_type)
        .map(|ty| Field {
            label: label.clone(),
            ty,
        })
        .parse(input)
}

/// Reads the type of a field or of a binder.
pub(super) fn field_type(input: Cursor<'_>) -> Res<'_, FieldType> {
    let rest = input.advance();
    let ty = match input.text() {
        "actor" => FieldType::Actor,
        "group" => FieldType::Group,
        "place" => FieldType::Place,
        "date" => FieldType::Date,
        "text" => FieldType::Text,
        "flag" => FieldType::Flag,
        "event" => FieldType::Event,
        "number" => return opt_unit.map(FieldType::Number).parse(rest),
        _ => {
            return name_as("a type such as `actor`, `place` or `number`")
                .map(FieldType::Category)
                .parse(input);
        }
    };
    Ok((rest, ty))
}

/// `NAME(fields) [boast|declared] [{ counts … }]`, behind `event`.
pub(super) fn event(input: Cursor<'_>) -> Res<'_, Event> {
    let (input, (name, fields)) = (declared_name, fields).parse(input)?;
    let (input, mark) = opt_mark(input);
    let event = |counts| Event {
        name,
        fields,
        mark,
        counts,
    };
    if input.kind() != TokenKind::LeftBrace {
        return Ok((input, event(Vec::new())));
    }
    let starts = |at: Cursor<'_>| at.is(K::COUNTS);
    let bridge = preceded(keyword(K::COUNTS, "`counts`"), pattern).map(Some);
    let mut bridge = bridge;
    let (input, counts) = block(input, starts, |at| bridge.parse(at), |_| None)?;
    Ok((input, event(counts.into_iter().flatten().collect())))
}

fn opt_mark(input: Cursor<'_>) -> (Cursor<'_>, Option<Spanned<EventMark>>) {
    let mark = match input.keyword() {
        Some(K::BOAST) => EventMark::Boast,
        Some(K::DECLARED) => EventMark::Declared,
        _ => match leading(input, &[K::BOAST, K::DECLARED], |at| {
            at.kind() == TokenKind::End || at.token().first_on_line
        }) {
            Some((_, K::BOAST)) => EventMark::Boast,
            Some(_) => EventMark::Declared,
            None => return (input, None),
        },
    };
    (input.advance(), Some(Spanned::new(mark, input.span())))
}

/// `NAME(fields) [UNIT] [lasts D] [step|point]`, behind `measure`.
pub(super) fn measure(input: Cursor<'_>) -> Res<'_, Measure> {
    let (input, (name, fields)) = (declared_name, fields).parse(input)?;
    let (input, (unit, lasts)) = (opt_unit, opt_after(K::LASTS, duration)).parse(input)?;
    let holds = match input.keyword() {
        Some(K::STEP) => Some(Holds::Step),
        Some(K::POINT) => Some(Holds::Point),
        _ => None,
    };
    let rest = if holds.is_some() {
        input.advance()
    } else {
        input
    };
    Ok((
        rest,
        Measure {
            name,
            fields,
            unit,
            lasts,
            holds: holds.map(|holds| Spanned::new(holds, input.span())),
        },
    ))
}

/// `NAME(…) = QUANTITY [period]`, behind `given`.
pub(super) fn given(input: Cursor<'_>) -> Res<'_, Given> {
    let value = preceded(token(TokenKind::Equal, "`=`"), quantity);
    (call, value, opt_period)
        .map(|(call, value, period)| Given {
            call,
            value,
            period,
        })
        .parse(input)
}

/// `NAME(fields) { begins … ends … }`, behind `state`.
pub(super) fn state(input: Cursor<'_>) -> Res<'_, State> {
    let (input, (name, fields)) = (declared_name, fields).parse(input)?;
    let starts = |at: Cursor<'_>| at.is(K::BEGINS) || at.is(K::ENDS);
    let hole = |span| Spanned::new(Transition::Error, span);
    let (input, transitions) = block(input, starts, spanned(transition), hole)?;
    Ok((
        input,
        State {
            name,
            fields,
            transitions,
        },
    ))
}

fn transition(input: Cursor<'_>) -> Res<'_, Transition> {
    let Some((rest, word)) = leading(input, &[K::BEGINS, K::ENDS], |_| true) else {
        return Err(input.expected("`begins` or `ends`"));
    };
    if word == K::ENDS && rest.is(K::AFTER) {
        return duration.map(Transition::EndsAfter).parse(rest.advance());
    }
    let (rest, (cause, after)) = (cause, opt_after(K::AFTER, duration)).parse(rest)?;
    Ok((
        rest,
        if word == K::BEGINS {
            Transition::Begins { cause, after }
        } else {
            Transition::Ends { cause, after }
        },
    ))
}

fn cause(input: Cursor<'_>) -> Res<'_, Cause> {
    if input.peek(1).kind == TokenKind::LeftParen && input.kind() == TokenKind::Word {
        pattern.map(Cause::Pattern).parse(input)
    } else {
        moment.map(Cause::Moment).parse(input)
    }
}

/// `NAME(fields) [{ row* }]`, behind `relation`.
pub(super) fn relation(input: Cursor<'_>) -> Res<'_, Relation> {
    let (input, (name, fields)) = (declared_name, fields).parse(input)?;
    if input.kind() != TokenKind::LeftBrace {
        return Ok((
            input,
            Relation {
                name,
                fields,
                rows: Vec::new(),
            },
        ));
    }
    let starts = |at: Cursor<'_>| at.kind() == TokenKind::LeftParen;
    let mut row = row.map(Some);
    let (input, rows) = block(input, starts, |at| row.parse(at), |_| None)?;
    Ok((
        input,
        Relation {
            name,
            fields,
            rows: rows.into_iter().flatten().collect(),
        },
    ))
}

fn row(input: Cursor<'_>) -> Res<'_, Row> {
    let (rest, (values, period)) = (in_parens(atom), opt_period).parse(input)?;
    Ok((
        rest,
        Row {
            values,
            period,
            span: rest.span_since(input),
        },
    ))
}
