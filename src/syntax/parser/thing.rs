//! `party`, `actor`, `group` and `place`.

use nom::Parser;
use nom::sequence::preceded;

use super::cursor::{Cursor, Res};
use super::moment::{opt_period, period};
use super::recovery::{
    declared_name, keyword, list, misspelt, name, nearly, opt_text, recover, starts_item, text,
};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{Attribute, ItemKind, Thing, ThingSort};
use crate::syntax::token::{Keyword as K, TokenKind};

const ATTRIBUTES: &[K] = &[K::IN, K::KNOWN, K::ADVERSE, K::ALLIED, K::BOUND];

/// `NAME TEXT? attribute*`, behind the word that says which sort it is.
pub(super) fn thing(place: Span, sort: K, input: Cursor<'_>) -> Res<'_, ItemKind> {
    let sort = match sort {
        K::PARTY => ThingSort::Party,
        K::ACTOR => ThingSort::Actor,
        K::GROUP => ThingSort::Group,
        _ => ThingSort::Place,
    };
    let (mut input, (name, title)) = (declared_name, opt_text).parse(input)?;
    let mut attributes = Vec::new();
    while let Some((behind, keyword)) = attribute_word(input) {
        let sync = |at| attribute_word(at).is_some() || starts_item(at);
        let hole = |span| Spanned::new(Attribute::Error, span);
        let read = |at: Cursor<'_>| -> Res<'_, Spanned<Attribute>> {
            let (rest, value) = attribute(keyword, behind)?;
            Ok((rest, Spanned::new(value, rest.span_since(at))))
        };
        let (rest, value) = recover(input, read, sync, hole);
        attributes.push(value);
        input = rest;
    }
    Ok((
        input,
        ItemKind::Thing(Thing {
            sort: Spanned::new(sort, place),
            name,
            title,
            attributes,
        }),
    ))
}

/// Finds the word that begins an attribute; a misspelt one is known by the word that must follow it.
fn attribute_word(input: Cursor<'_>) -> Option<(Cursor<'_>, K)> {
    let rest = input.advance();
    if let Some(keyword) = input.keyword() {
        let in_force = keyword == K::IN && rest.is(K::FORCE);
        return (ATTRIBUTES.contains(&keyword) && !in_force).then_some((rest, keyword));
    }
    let keyword = nearly(input, ATTRIBUTES)?;
    let follows = match keyword {
        K::KNOWN => rest.is(K::AS),
        K::ADVERSE | K::ALLIED => rest.is(K::TO),
        K::BOUND => rest.is(K::FROM) || rest.is(K::UNTIL),
        _ => false,
    };
    (follows && input.kind() == TokenKind::Word && misspelt(input, keyword))
        .then_some((rest, keyword))
}

fn attribute(keyword_read: K, input: Cursor<'_>) -> Res<'_, Attribute> {
    let to = keyword(K::TO, "`to`");
    match keyword_read {
        K::IN => (list(name), opt_period)
            .map(|(names, period)| Attribute::In { names, period })
            .parse(input),
        K::KNOWN => preceded(keyword(K::AS, "`as`"), (list(text), opt_period))
            .map(|(texts, period)| Attribute::KnownAs { texts, period })
            .parse(input),
        K::ADVERSE => preceded(to, list(name))
            .map(Attribute::AdverseTo)
            .parse(input),
        K::ALLIED => preceded(to, list(name))
            .map(Attribute::AlliedTo)
            .parse(input),
        _ => period.map(Attribute::Bound).parse(input),
    }
}
