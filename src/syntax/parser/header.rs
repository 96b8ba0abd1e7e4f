//! `agreement`, its header clauses, and the clauses that articles and pledges share with it.

use nom::Parser;
use nom::sequence::preceded;

use super::cursor::{Cursor, Res};
use super::moment::{duration, moment};
use super::pattern::pattern;
use super::recovery::{
    block, declared_name, keyword, leading, list, name, opt_after, opt_text, soft, spanned, text,
    word,
};
use super::term::plain_number;
use crate::source::Spanned;
use crate::syntax::ast::{
    Agreement, ByWhat, Extension, Header, InForce, Level, MonthEnds, Role, Rollover, Standard,
};
use crate::syntax::token::{Keyword as K, TokenKind};

/// `NAME TEXT? { header* }`.
pub(super) fn agreement(input: Cursor<'_>) -> Res<'_, Agreement> {
    let (input, (name, title)) = (declared_name, opt_text).parse(input)?;
    let starts = |at: Cursor<'_>| at.at_any(K::HEADERS);
    let (input, headers) = block(input, starts, spanned(header), |span| {
        Spanned::new(Header::Error, span)
    })?;
    Ok((
        input,
        Agreement {
            name,
            title,
            headers,
        },
    ))
}

fn header(input: Cursor<'_>) -> Res<'_, Header> {
    let Some((rest, keyword)) = leading(input, K::HEADERS, |_| true) else {
        return Err(input.expected("a header clause such as `in force`, `timezone` or `cites`"));
    };
    match keyword {
        K::IN => in_force_from.map(Header::InForce).parse(rest),
        K::ENDS => by_clause(ByWhat::Ends, rest),
        K::JOINS => by_clause(ByWhat::Joins, rest),
        K::LEAVES => by_clause(ByWhat::Leaves, rest),
        K::RENEWS => renews(rest),
        K::EXTENDED => extension.map(Header::Extended).parse(rest),
        K::WEEKEND => list(name).map(Header::Weekend).parse(rest),
        K::TIMEZONE => text.map(Header::Timezone).parse(rest),
        K::MONTH_ENDS => spanned(month_ends).map(Header::MonthEnds).parse(rest),
        K::ROLLOVER => spanned(rollover).map(Header::Rollover).parse(rest),
        K::STANDARD => standard.map(Header::Standard).parse(rest),
        K::CORROBORATION => plain_number.map(Header::Corroboration).parse(rest),
        K::CITES => text.map(Header::Cites).parse(rest),
        _ => text.map(Header::Source).parse(rest),
    }
}

/// `in force from MOMENT [until MOMENT]`.
pub(super) fn in_force(input: Cursor<'_>) -> Res<'_, InForce> {
    preceded(keyword(K::IN, "`in force`"), in_force_from).parse(input)
}

fn in_force_from(input: Cursor<'_>) -> Res<'_, InForce> {
    let (input, _) = (keyword(K::FORCE, "`force`"), keyword(K::FROM, "`from`")).parse(input)?;
    let (input, (from, until)) = (moment, opt_after(K::UNTIL, moment)).parse(input)?;
    Ok((input, InForce { from, until }))
}

fn by_clause(what: ByWhat, input: Cursor<'_>) -> Res<'_, Header> {
    let (input, _) = keyword(K::BY, "`by`")(input)?;
    let (input, (pattern, after)) = (pattern, opt_after(K::AFTER, duration)).parse(input)?;
    Ok((
        input,
        Header::By {
            what,
            pattern,
            after,
        },
    ))
}

fn renews(input: Cursor<'_>) -> Res<'_, Header> {
    let term = preceded(keyword(K::FOR, "`for`"), duration);
    let notice = preceded(keyword(K::UNLESS, "`unless`"), pattern);
    (term, notice)
        .map(|(duration, unless)| Header::Renews { duration, unless })
        .parse(input)
}

fn month_ends(input: Cursor<'_>) -> Res<'_, MonthEnds> {
    if input.is_word("clamp") {
        return Ok((input.advance(), MonthEnds::Clamp));
    }
    soft("stick", "`clamp` or `stick`")
        .map(|_| MonthEnds::Stick)
        .parse(input)
}

fn rollover(input: Cursor<'_>) -> Res<'_, Rollover> {
    if input.is_word("none") {
        return Ok((input.advance(), Rollover::None));
    }
    soft("next-working-day", "`none` or `next-working-day`")
        .map(|_| Rollover::NextWorkingDay)
        .parse(input)
}

/// `extended by PATTERN to FIELD [with effect from FIELD]`, behind its first word.
pub(super) fn extension(input: Cursor<'_>) -> Res<'_, Extension> {
    let (input, by) = preceded(keyword(K::BY, "`by`"), pattern).parse(input)?;
    let (input, to) = preceded(
        keyword(K::TO, "`to` and the field that holds the new date"),
        word,
    )
    .parse(input)?;
    let effect = (keyword(K::EFFECT, "`effect`"), keyword(K::FROM, "`from`"));
    let (input, effect_from) = opt_after(K::WITH, preceded(effect, word))(input)?;
    Ok((
        input,
        Extension {
            by,
            to,
            effect_from,
        },
    ))
}

/// `LEVEL` or `ROLE LEVEL, …`, behind `standard`.
pub(super) fn standard(input: Cursor<'_>) -> Res<'_, Standard> {
    if role(input).is_ok() {
        list(|at| (spanned(role), spanned(level)).parse(at))
            .map(Standard::PerRole)
            .parse(input)
    } else {
        spanned(level).map(Standard::All).parse(input)
    }
}

fn role(input: Cursor<'_>) -> Res<'_, Role> {
    let free = input.kind() == TokenKind::Word;
    let role = match input.text() {
        "breach" => Role::Breach,
        "performance" if free => Role::Performance,
        "excuse" if free => Role::Excuse,
        "condition" if free => Role::Condition,
        _ => return Err(input.expected("a role: `breach`, `performance`, `excuse` or `condition`")),
    };
    Ok((input.advance(), role))
}

/// Reads a rung of the ladder of standings.
pub(super) fn level(input: Cursor<'_>) -> Res<'_, Level> {
    let level = match input.text() {
        "claimed" => Level::Claimed,
        "reported" => Level::Reported,
        "corroborated" => Level::Corroborated,
        "verified" => Level::Verified,
        _ => {
            return Err(
                input.expected("a standing: `claimed`, `reported`, `corroborated` or `verified`")
            );
        }
    };
    Ok((input.advance(), level))
}
