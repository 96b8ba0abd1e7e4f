//! The sentence of a pledge: who, the modal word, the act and its timing.

use nom::Parser;
use nom::sequence::preceded;

use super::advice::AN_ANCHOR;
use super::condition::condition;
use super::cursor::{Cursor, Res};
use super::moment::{duration, moment};
use super::pattern::{inner, pattern};
use super::pledge::starts_clause;
use super::recovery::{keyword, leading, misspelt, name_as, nearly, opt_after, recover, soft};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Spanned;
use crate::syntax::ast::{
    Act, ActKind, CalendarPeriod, Modal, MonthDay, Sentence, Timing, TimingKind,
};
use crate::syntax::token::{Keyword as K, TokenKind};

const DUTIES: &[K] = &[
    K::ENSURE,
    K::REACH,
    K::KEEP,
    K::NOT,
    K::PREVENT,
    K::ENDEAVOUR,
];

/// Says whether a sentence begins here: `each of`, or a name before a modal word, which may be misspelt.
pub(super) fn starts_sentence(input: Cursor<'_>) -> bool {
    if input.is(K::EACH) {
        return true;
    }
    let name =
        input.kind() == TokenKind::Word || input.keyword().is_some() && !input.at_any(K::CLAUSES);
    name && starts_modal(input.advance(), input.kind() == TokenKind::Word)
}

fn starts_modal(input: Cursor<'_>, may_be_misspelt: bool) -> bool {
    let long_enough = input.text().len() > 2;
    input.at_any(K::MODALS) || may_be_misspelt && long_enough && nearly(input, K::MODALS).is_some()
}

/// `(NAME | each of NAME) MODAL act timing*`.
pub(super) fn sentence(input: Cursor<'_>) -> Res<'_, Sentence> {
    let each_of = input.is(K::EACH);
    let (rest, who) = if each_of {
        preceded(keyword(K::OF, "`of`"), name_as("a group")).parse(input.advance())?
    } else {
        name_as("who is bound")(input)?
    };
    let Some((after, word)) = leading(rest, K::MODALS, |_| true) else {
        return Err(rest.expected("`must`, `should` or `may`"));
    };
    let modal = match word {
        K::MUST => Modal::Must,
        K::SHOULD => Modal::Should,
        _ => Modal::May,
    };
    let modal = Spanned::new(modal, rest.span());
    let (rest, modal) = may_not(after, modal);
    let read = |at| {
        if modal.value == Modal::May {
            pattern.map(ActKind::Do).parse(at)
        } else {
            duty(at)
        }
    };
    let (rest, act) = act(rest, read);
    let (rest, timings) = timings(rest);
    Ok((
        rest,
        Sentence {
            who,
            each_of,
            modal,
            act,
            timings,
            span: rest.span_since(input),
        },
    ))
}

/// Reports `may not`, and takes it for `must not`.
fn may_not(input: Cursor<'_>, modal: Spanned<Modal>) -> (Cursor<'_>, Spanned<Modal>) {
    if modal.value != Modal::May || !input.is(K::NOT) {
        return (input, modal);
    }
    let span = modal.span.to(input.span());
    let problem = Diagnostic::new(Code::MayNot, span, "`may not` can forbid or leave free")
        .help("Write `must not` for a prohibition; what is left free needs no pledge.")
        .fix("write `must not`", span, "must not");
    input.report(problem);
    (input, Spanned::new(Modal::Must, modal.span))
}

/// Reads the act; what cannot be understood is a hole, and the timing behind it still counts.
fn act<'a>(input: Cursor<'a>, read: impl Fn(Cursor<'a>) -> Res<'a, ActKind>) -> (Cursor<'a>, Act) {
    let placed = |at: Cursor<'a>| {
        let (rest, kind) = read(at)?;
        Ok((
            rest,
            Act {
                kind,
                span: rest.span_since(at),
            },
        ))
    };
    let ends = |at: Cursor<'_>| starts_timing(at) || starts_clause(at);
    if ends(input) || matches!(input.kind(), TokenKind::RightBrace | TokenKind::End) {
        let what =
            "what is to be done: a kind such as `attack(…)`, or `reach`, `keep`, `not`, `ensure`";
        let message = format!("expected {what}, found {}", input.found());
        input.report(Diagnostic::new(Code::UnexpectedWord, input.gap(), message));
        return (
            input,
            Act {
                kind: ActKind::Error,
                span: input.gap(),
            },
        );
    }
    recover(input, placed, ends, |span| Act {
        kind: ActKind::Error,
        span,
    })
}

fn duty(input: Cursor<'_>) -> Res<'_, ActKind> {
    let not_a_kind = |at: Cursor<'_>| at.kind() != TokenKind::LeftParen;
    let Some((rest, word)) = leading(input, DUTIES, not_a_kind) else {
        return pattern.map(ActKind::Do).parse(input);
    };
    match word {
        K::ENSURE => pattern.map(ActKind::Ensure).parse(rest),
        K::REACH => condition.map(ActKind::Reach).parse(rest),
        K::KEEP => condition.map(ActKind::Keep).parse(rest),
        K::NOT if rest.is(K::ALLOW) => pattern.map(ActKind::NotAllow).parse(rest.advance()),
        K::NOT => pattern.map(ActKind::NotDo).parse(rest),
        K::PREVENT => (pattern, shown_by)
            .map(|(pattern, shown_by)| ActKind::Prevent { pattern, shown_by })
            .parse(rest),
        _ => endeavour(rest),
    }
}

fn shown_by(input: Cursor<'_>) -> Res<'_, Option<crate::syntax::ast::Pattern>> {
    opt_after(K::SHOWN, preceded(keyword(K::BY, "`by`"), pattern))(input)
}

fn endeavour(input: Cursor<'_>) -> Res<'_, ActKind> {
    let (mut rest, first) = inner(input)?;
    let mut efforts = vec![first];
    while rest.is(K::OR) {
        let (after, effort) = inner(rest.advance())?;
        rest = after;
        efforts.push(effort);
    }
    let (rest, broken_by) = opt_after(K::BROKEN, preceded(keyword(K::BY, "`by`"), inner))(rest)?;
    Ok((rest, ActKind::Endeavour { efforts, broken_by }))
}

/// Says whether a timing phrase begins here.
fn starts_timing(input: Cursor<'_>) -> bool {
    input.at_any(K::TIMINGS) && input.peek(1).kind != TokenKind::Colon
}

fn timings(mut input: Cursor<'_>) -> (Cursor<'_>, Vec<Timing>) {
    let mut timings = Vec::new();
    while starts_timing(input) || misspelt_timing(input) {
        let ends = |at: Cursor<'_>| starts_timing(at) || starts_clause(at);
        let (rest, timing) = recover(input, timing, ends, |span| Timing {
            kind: TimingKind::Error,
            span,
        });
        timings.push(timing);
        input = rest;
    }
    (input, timings)
}

/// A free word behind the act that does not begin another sentence and is nearly the beginning of a timing phrase.
fn misspelt_timing(input: Cursor<'_>) -> bool {
    !starts_clause(input)
        && !input.token().first_on_line
        && nearly(input, K::TIMINGS).is_some_and(|meant| misspelt(input, meant))
}

fn timing(input: Cursor<'_>) -> Res<'_, Timing> {
    let (rest, kind) = timing_kind(input)?;
    Ok((
        rest,
        Timing {
            kind,
            span: rest.span_since(input),
        },
    ))
}

fn timing_kind(input: Cursor<'_>) -> Res<'_, TimingKind> {
    let Some((rest, word)) = leading(input, K::TIMINGS, |_| true) else {
        return Err(input.expected("a time such as `by` or `within`"));
    };
    match word {
        K::BY => moment.map(TimingKind::By).parse(rest),
        K::BEFORE => moment.map(TimingKind::Before).parse(rest),
        K::ON => moment.map(TimingKind::On).parse(rest),
        K::FROM => moment.map(TimingKind::From).parse(rest),
        K::UNTIL => moment.map(TimingKind::Until).parse(rest),
        K::WITHIN => (duration, opt_after(K::OF, moment))
            .map(|(duration, of)| TimingKind::Within { duration, of })
            .parse(rest),
        K::AT => at_least(rest),
        K::BETWEEN => between(rest),
        K::EVERY => every(rest),
        K::PER => per(rest),
        _ => with_no_deadline(rest),
    }
}

fn at_least(input: Cursor<'_>) -> Res<'_, TimingKind> {
    let (input, _) = soft("least", "`least`")(input)?;
    let (input, (duration, _)) = (duration, keyword(K::BEFORE, "`before`")).parse(input)?;
    if input.is_word("it") {
        return Ok((
            input.advance(),
            TimingKind::AtLeastBefore {
                duration,
                moment: None,
            },
        ));
    }
    moment
        .map(|moment| TimingKind::AtLeastBefore {
            duration: duration.clone(),
            moment: Some(moment),
        })
        .parse(input)
}

fn between(input: Cursor<'_>) -> Res<'_, TimingKind> {
    let (input, (least, _, most)) = (duration, keyword(K::AND, "`and`"), duration).parse(input)?;
    let (input, after) = preceded(keyword(K::AFTER, "`after`"), moment).parse(input)?;
    Ok((input, TimingKind::Between { least, most, after }))
}

fn every(input: Cursor<'_>) -> Res<'_, TimingKind> {
    if input.is(K::YEAR) {
        return preceded(keyword(K::BY, "`by`"), month_day)
            .map(TimingKind::EveryYearBy)
            .parse(input.advance());
    }
    let (input, duration) = duration(input)?;
    if input.is(K::FIRST) {
        let first_by = preceded(keyword(K::BY, "`by`"), moment);
        let mut timing = first_by.map(|first_by| TimingKind::EveryFirstBy {
            duration: duration.clone(),
            first_by,
        });
        return timing.parse(input.advance());
    }
    let starting = preceded(keyword(K::STARTING, AN_ANCHOR), moment);
    let mut timing = starting.map(|starting| TimingKind::EveryStarting {
        duration: duration.clone(),
        starting,
    });
    timing.parse(input)
}

fn month_day(input: Cursor<'_>) -> Res<'_, Spanned<MonthDay>> {
    let parts = input
        .text()
        .split_once('-')
        .filter(|_| input.kind() == TokenKind::MonthDay);
    let read = parts.and_then(|(month, day)| {
        Some(MonthDay {
            month: month.parse().ok()?,
            day: day.parse().ok()?,
        })
    });
    match read.filter(|_| !input.token().spoilt) {
        Some(day) => Ok((input.advance(), Spanned::new(day, input.span()))),
        None => Err(input.expected("a day of the year such as `04-30`")),
    }
}

fn per(input: Cursor<'_>) -> Res<'_, TimingKind> {
    let rest = input.advance();
    let period = match input.keyword() {
        Some(K::ANY) => return duration.map(TimingKind::PerAny).parse(rest),
        Some(K::DAY) => CalendarPeriod::Day,
        Some(K::WEEK) => CalendarPeriod::Week,
        Some(K::MONTH) => CalendarPeriod::Month,
        Some(K::YEAR) => CalendarPeriod::Year,
        _ if input.is_word("quarter") => CalendarPeriod::Quarter,
        _ => return Err(input.expected("`day`, `week`, `month`, `quarter`, `year` or `any`")),
    };
    let period = Spanned::new(period, input.span());
    opt_after(K::STARTING, moment)
        .map(|starting| TimingKind::Per { period, starting })
        .parse(rest)
}

fn with_no_deadline(input: Cursor<'_>) -> Res<'_, TimingKind> {
    let (input, _) = (
        keyword(K::NO, "`no deadline`"),
        keyword(K::DEADLINE, "`deadline`"),
    )
        .parse(input)?;
    if input.kind() != TokenKind::Comma {
        return Ok((input, TimingKind::WithNoDeadline { review_by: None }));
    }
    let (input, _) = (soft("review", "`review`"), keyword(K::BY, "`by`")).parse(input.advance())?;
    moment
        .map(|moment| TimingKind::WithNoDeadline {
            review_by: Some(moment),
        })
        .parse(input)
}
