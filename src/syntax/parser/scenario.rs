//! Scenarios: little records and what is expected of them.

use nom::Parser;
use nom::sequence::preceded;

use super::cursor::{Cursor, Res};
use super::header::level;
use super::moment::{day, duration, moment, reference};
use super::pattern::call;
use super::recovery::{
    block, keyword, leading, list, name, name_as, opt_after, soft, spanned, text, token, want, word,
};
use super::term::number;
use crate::source::Spanned;
use crate::syntax::ast::{
    Ground, Lateness, LineKind, Outcome, Remark, Scenario, ScenarioLine, When,
};
use crate::syntax::token::{Keyword as K, TokenKind};

/// `TEXT as of MOMENT [known by DATE] [at LEVEL] { line* }`, behind `scenario`.
pub(super) fn scenario(input: Cursor<'_>) -> Res<'_, Scenario> {
    let as_of = preceded((keyword(K::AS, "`as of`"), keyword(K::OF, "`of`")), moment);
    let (input, (title, as_of)) = (text, as_of).parse(input)?;
    let known_by = preceded(keyword(K::BY, "`by`"), day);
    let (input, (known_by, at)) = (
        opt_after(K::KNOWN, known_by),
        opt_after(K::AT, spanned(level)),
    )
        .parse(input)?;
    let hole = |span| ScenarioLine {
        kind: LineKind::Error,
        span,
    };
    let (input, lines) = block(input, starts_line, line, hole)?;
    Ok((
        input,
        Scenario {
            title,
            as_of,
            known_by,
            at,
            lines,
        },
    ))
}

fn starts_line(input: Cursor<'_>) -> bool {
    let dated = is_date(input) && input.peek(1).kind == TokenKind::Colon;
    dated || input.is(K::EXPECT) || input.is(K::OBSERVED)
}

fn is_date(input: Cursor<'_>) -> bool {
    match input.kind() {
        TokenKind::When | TokenKind::Date | TokenKind::Month | TokenKind::Instant => true,
        TokenKind::Number => input.text().len() == 4,
        _ => false,
    }
}

/// Reads a date in the EDTF subset, as written.
fn when(input: Cursor<'_>) -> Res<'_, When> {
    if !is_date(input) {
        return Err(
            input.expected("a date such as `2021-06-18`, `2021-06` or `2021-06-18/2021-06-20`")
        );
    }
    Ok((
        input.advance(),
        Spanned::new(input.text().to_owned(), input.span()),
    ))
}

fn line(input: Cursor<'_>) -> Res<'_, ScenarioLine> {
    let (rest, kind) = line_kind(input)?;
    Ok((
        rest,
        ScenarioLine {
            kind,
            span: rest.span_since(input),
        },
    ))
}

fn line_kind(input: Cursor<'_>) -> Res<'_, LineKind> {
    if is_date(input) {
        return dated_line(input);
    }
    match leading(input, &[K::OBSERVED, K::EXPECT], |_| true) {
        Some((rest, K::OBSERVED)) => observed(rest),
        Some((rest, _)) => expect(rest),
        None => Err(input.expected("a line that begins with a date, `observed` or `expect`")),
    }
}

fn dated_line(input: Cursor<'_>) -> Res<'_, LineKind> {
    let (input, when) = when(input)?;
    let input = want(input, TokenKind::Colon);
    if input.is(K::DENIED) || input.is(K::RETRACTED) {
        return against(when, input);
    }
    let (mut input, call) = call(input)?;
    let mut value = None;
    if input.kind() == TokenKind::Equal {
        let (rest, read) = number(input.advance())?;
        (input, value) = (rest, Some(read));
    }
    let mut remarks = Vec::new();
    while input.at_any(&[K::SAID, K::AT, K::KNOWN, K::AS]) {
        let (rest, remark) = spanned(remark)(input)?;
        remarks.push(remark);
        input = rest;
    }
    Ok((
        input,
        LineKind::Record {
            when,
            call,
            value,
            remarks,
        },
    ))
}

fn against(when_it_was: When, input: Cursor<'_>) -> Res<'_, LineKind> {
    let retracted = input.is(K::RETRACTED);
    let by = preceded(keyword(K::BY, "`by`"), name_as("who says so"));
    let (rest, (by, known)) = (by, opt_after(K::KNOWN, when)).parse(input.advance())?;
    Ok((
        rest,
        LineKind::Against {
            when: when_it_was,
            retracted,
            by,
            known,
        },
    ))
}

fn remark(input: Cursor<'_>) -> Res<'_, Remark> {
    let rest = input.advance();
    match input.keyword() {
        Some(K::SAID) => preceded(keyword(K::BY, "`by`"), name_as("who says so"))
            .map(Remark::SaidBy)
            .parse(rest),
        Some(K::AT) => level.map(Remark::At).parse(rest),
        Some(K::KNOWN) => when.map(Remark::Known).parse(rest),
        _ => text.map(Remark::Incident).parse(rest),
    }
}

fn observed(input: Cursor<'_>) -> Res<'_, LineKind> {
    let (input, (kinds, place)) = (list(name), opt_after(K::IN, name)).parse(input)?;
    let (input, by) = preceded(keyword(K::BY, "`by`"), name_as("who observed")).parse(input)?;
    let (input, from) = preceded(keyword(K::FROM, "`from`"), when).parse(input)?;
    let (input, until) = preceded(keyword(K::UNTIL, "`until`"), when).parse(input)?;
    Ok((
        input,
        LineKind::Observed {
            kinds,
            place,
            by,
            from,
            until,
        },
    ))
}

fn expect(input: Cursor<'_>) -> Res<'_, LineKind> {
    let (input, reference) = reference(input)?;
    let input = want(input, TokenKind::Colon);
    let (input, outcome) = outcome(input)?;
    Ok((input, LineKind::Expect { reference, outcome }))
}

fn outcome(input: Cursor<'_>) -> Res<'_, Outcome> {
    if starts_line(input) {
        return Err(input.expected("a status such as `fulfilled` or `breached`"));
    }
    let (rest, status) = spanned(word).parse(input)?;
    let status = Spanned::new(status.value.text, status.span);
    let (rest, by) = opt_after(K::BY, lateness)(rest)?;
    let (rest, reason) = opt_reason(rest)?;
    let (mut rest, ground) = opt_ground(rest);
    let (mut late_by, mut on) = (None, None);
    loop {
        if rest.is_word("late") {
            let by = keyword(K::BY, "`by` and a time, or the one word `fulfilled-late`");
            let (after, lateness) = preceded((soft("late", "`late`"), by), lateness).parse(rest)?;
            (rest, late_by) = (after, Some(lateness));
        } else if rest.is(K::ON) {
            let (after, date) = when(rest.advance())?;
            (rest, on) = (after, Some(date));
        } else {
            break;
        }
    }
    let (rest, at) = opt_after(K::AT, spanned(level))(rest)?;
    Ok((
        rest,
        Outcome {
            status,
            by,
            reason,
            ground,
            late_by,
            on,
            at,
            span: rest.span_since(input),
        },
    ))
}

fn opt_reason(input: Cursor<'_>) -> Res<'_, Option<Spanned<String>>> {
    if input.kind() != TokenKind::LeftParen {
        return Ok((input, None));
    }
    let (rest, reason) = word(input.advance())?;
    let (rest, _) = token(TokenKind::RightParen, "`)`")(rest)?;
    Ok((rest, Some(Spanned::new(reason.text, reason.span))))
}

fn opt_ground(input: Cursor<'_>) -> (Cursor<'_>, Option<Spanned<Ground>>) {
    let ground = match input.text() {
        "presumed" => Ground::Presumed,
        "established" => Ground::Established,
        _ => return (input, None),
    };
    (input.advance(), Some(Spanned::new(ground, input.span())))
}

fn lateness(input: Cursor<'_>) -> Res<'_, Lateness> {
    (duration, opt_after(K::TO, duration))
        .map(|(least, most)| Lateness { least, most })
        .parse(input)
}
