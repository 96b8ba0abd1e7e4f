//! `pledge` and its clauses, the sentence apart.

use nom::Parser;
use nom::sequence::preceded;

use super::advice::A_CLAUSE;
use super::condition::condition;
use super::cursor::{Cursor, Res};
use super::header::{extension, standard};
use super::moment::reference;
use super::pattern::pattern;
use super::recovery::{
    block, declared_name, flag, keyword, leading, list, name_as, opt_after, opt_text, recover,
    spanned, text, token,
};
use super::sentence::{sentence, starts_sentence};
use super::vocabulary::field_type;
use crate::syntax::ast::{Binder, Clause, ClauseKind, Domain, Pledge, Trigger};
use crate::syntax::token::{Keyword as K, TokenKind};

/// `NAME TEXT? { clause* }`, behind `pledge`.
pub(super) fn pledge(input: Cursor<'_>) -> Res<'_, Pledge> {
    let (input, (name, title)) = (declared_name, opt_text).parse(input)?;
    let hole = |span| Clause {
        kind: ClauseKind::Error,
        span,
    };
    let (input, clauses) = block(input, starts_clause, clause, hole)?;
    Ok((
        input,
        Pledge {
            name,
            title,
            clauses,
        },
    ))
}

/// Says whether a clause begins here: where the parser picks up again.
pub(super) fn starts_clause(input: Cursor<'_>) -> bool {
    let label = input.peek(1).kind == TokenKind::Colon;
    let word = match input.keyword() {
        Some(K::FOR) => input.keyword_at(1) == Some(K::EACH),
        Some(keyword) => K::CLAUSES.contains(&keyword),
        None => false,
    };
    word && !label || starts_sentence(input)
}

fn clause(input: Cursor<'_>) -> Res<'_, Clause> {
    let (rest, kind) = if starts_sentence(input) {
        sentence.map(ClauseKind::Sentence).parse(input)?
    } else {
        worded_clause(input)?
    };
    Ok((
        rest,
        Clause {
            kind,
            span: rest.span_since(input),
        },
    ))
}

fn worded_clause(input: Cursor<'_>) -> Res<'_, ClauseKind> {
    let Some((rest, word)) = leading(input, K::CLAUSES, |_| true) else {
        return Err(input.expected(A_CLAUSE));
    };
    match word {
        K::CITES => text.map(ClauseKind::Cites).parse(rest),
        K::QUOTE => text.map(ClauseKind::Quote).parse(rest),
        K::NOTE => text.map(ClauseKind::Note).parse(rest),
        K::FOR => for_each(rest),
        K::UPON => trigger_clause(false, rest),
        K::WHENEVER => trigger_clause(true, rest),
        K::IF => condition.map(ClauseKind::If).parse(rest),
        K::WHILE => condition.map(ClauseKind::While).parse(rest),
        K::PROVIDED => provided(rest),
        K::UNJUDGED => text.map(ClauseKind::Unjudged).parse(rest),
        K::EXCEPT => preceded(keyword(K::WHERE, "`where`"), condition)
            .map(ClauseKind::Except)
            .parse(rest),
        K::EXCUSED => excused(rest),
        K::SUSPENDED => suspended(rest),
        K::WAIVED => preceded(keyword(K::BY, "`by`"), pattern)
            .map(ClauseKind::Waived)
            .parse(rest),
        K::EXTENDED => extension.map(ClauseKind::Extended).parse(rest),
        _ => standard.map(ClauseKind::Standard).parse(rest),
    }
}

fn for_each(input: Cursor<'_>) -> Res<'_, ClauseKind> {
    let (input, _) = keyword(K::EACH, "`each`")(input)?;
    (list(binder), opt_after(K::WHERE, condition))
        .map(|(binders, condition)| ClauseKind::ForEach { binders, condition })
        .parse(input)
}

fn binder(input: Cursor<'_>) -> Res<'_, Binder> {
    let (input, name) = declared_name(input)?;
    if input.is(K::IN) {
        return name_as("a group")
            .map(|group| Binder {
                name: name.clone(),
                domain: Domain::Group(group),
            })
            .parse(input.advance());
    }
    let (input, _) = token(TokenKind::Colon, "`in` and a group, or `:` and a type")(input)?;
    spanned(field_type)
        .map(|ty| Binder {
            name: name.clone(),
            domain: Domain::Type(ty),
        })
        .parse(input)
}

fn trigger_clause(each: bool, input: Cursor<'_>) -> Res<'_, ClauseKind> {
    let sync = |at: Cursor<'_>| at.is(K::AS) || starts_clause(at);
    if starts_clause(input) || input.kind() == TokenKind::RightBrace {
        return Err(input.expected(
            "what is waited for: a kind such as `attack(…)`, `breach of` or `fulfilment of`",
        ));
    }
    let (input, trigger) = recover(input, trigger, sync, Trigger::Error);
    opt_after(K::AS, declared_name)
        .map(|alias| ClauseKind::Trigger {
            each,
            trigger: trigger.clone(),
            alias,
        })
        .parse(input)
}

fn trigger(input: Cursor<'_>) -> Res<'_, Trigger> {
    let of_reference = |rest| preceded(keyword(K::OF, "`of`"), reference).parse(rest);
    match input.keyword() {
        Some(K::BREACH) => of_reference.map(Trigger::Breach).parse(input.advance()),
        Some(K::FULFILMENT) => of_reference.map(Trigger::Fulfilment).parse(input.advance()),
        _ => pattern.map(Trigger::Pattern).parse(input),
    }
}

fn provided(input: Cursor<'_>) -> Res<'_, ClauseKind> {
    (reference, keyword(K::HOLDS, "`holds`"))
        .map(|(reference, _)| ClauseKind::Provided(reference))
        .parse(input)
}

fn excused(input: Cursor<'_>) -> Res<'_, ClauseKind> {
    let by = preceded(keyword(K::BY, "`by`"), pattern);
    (by, opt_after(K::UNTIL, pattern), flag(K::TOLLING))
        .map(|(by, until, tolling)| ClauseKind::Excused { by, until, tolling })
        .parse(input)
}

fn suspended(input: Cursor<'_>) -> Res<'_, ClauseKind> {
    let (input, by) = preceded(keyword(K::BY, "`by`"), pattern).parse(input)?;
    let breach_of = (keyword(K::BREACH, "`breach`"), keyword(K::OF, "`of`"));
    let (input, breach_of) = if input.is(K::FOR) && input.keyword_at(1) != Some(K::EACH) {
        preceded(breach_of, reference)
            .map(Some)
            .parse(input.advance())?
    } else {
        (input, None)
    };
    let (input, (until, tolling)) =
        (opt_after(K::UNTIL, pattern), flag(K::TOLLING)).parse(input)?;
    Ok((
        input,
        ClauseKind::Suspended {
            by,
            breach_of,
            until,
            tolling,
        },
    ))
}
