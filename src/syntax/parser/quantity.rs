//! Quantities, and what else can stand on one side of a test.

use nom::Parser;

use super::condition::{comparison, condition};
use super::cursor::{Cursor, Res};
use super::moment::{duration, moment, point};
use super::pattern::{call, inner};
use super::recovery::{keyword, name_as, opt_after, soft, want, word};
use super::term::{atom, number, owner_and_field};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{Duration, Expr, ExprKind, Moment, Over, Point};
use crate::syntax::token::{Keyword as K, TokenKind};

/// `product ((+|-) product)*`.
pub(super) fn quantity(input: Cursor<'_>) -> Res<'_, Expr> {
    let (mut rest, mut left) = product(input)?;
    let mut signs = 0;
    while matches!(rest.kind(), TokenKind::Plus | TokenKind::Minus) {
        let minus = rest.kind() == TokenKind::Minus;
        let (after, right) = product(rest.over_sign(signs)?)?;
        rest = after;
        signs += 1;
        let (left_side, right) = (Box::new(left), Box::new(right));
        let kind = ExprKind::Sum {
            left: left_side,
            minus,
            right,
        };
        left = Expr {
            kind,
            span: rest.span_since(input),
        };
    }
    Ok((rest, left))
}

/// `factor (* factor)*`.
fn product(input: Cursor<'_>) -> Res<'_, Expr> {
    let (mut rest, mut left) = factor(input)?;
    let mut signs = 0;
    while rest.kind() == TokenKind::Star {
        let (after, right) = factor(rest.over_sign(signs)?)?;
        rest = after;
        signs += 1;
        let (left_side, right) = (Box::new(left), Box::new(right));
        let kind = ExprKind::Product {
            left: left_side,
            right,
        };
        left = Expr {
            kind,
            span: rest.span_since(input),
        };
    }
    Ok((rest, left))
}

fn factor(input: Cursor<'_>) -> Res<'_, Expr> {
    let (rest, kind) = match input.keyword() {
        Some(keyword) => worded_factor(keyword, input)?,
        None => plain_factor(input)?,
    };
    Ok((
        rest,
        Expr {
            kind,
            span: rest.span_since(input),
        },
    ))
}

const A_CONDITION: &str = "a condition or a quantity";

fn plain_factor(input: Cursor<'_>) -> Res<'_, ExprKind> {
    let token = input.token();
    match token.kind {
        TokenKind::LeftParen => parenthesis(input),
        TokenKind::Word if input.peek(1).kind == TokenKind::LeftParen => measured(false, input),
        TokenKind::Word => owner_and_field
            .map(|(owner, field)| match field {
                Some(field) => ExprKind::FieldOf { owner, field },
                None => ExprKind::Name(owner),
            })
            .parse(input),
        TokenKind::Percent if input.keyword_at(1) == Some(K::OF) => percent_of(input),
        TokenKind::Number | TokenKind::Percent if token.spoilt => {
            number.map(|_| ExprKind::Error).parse(input)
        }
        TokenKind::Number | TokenKind::Percent => number.map(ExprKind::Number).parse(input),
        TokenKind::Month | TokenKind::MonthDay => Ok((unspaced(input), ExprKind::Error)),
        TokenKind::Text | TokenKind::Date | TokenKind::Instant | TokenKind::When => {
            atom.map(ExprKind::Literal).parse(input)
        }
        _ => Err(input.expected(A_CONDITION)),
    }
}

fn unspaced(input: Cursor<'_>) -> Cursor<'_> {
    let spaced = input.text().replace('-', " - ");
    let message = format!(
        "`{}` has a hyphen between numbers without blanks",
        input.text()
    );
    let problem = Diagnostic::new(Code::UnspacedSubtraction, input.span(), message)
        .help(format!(
            "A subtraction has blanks around its sign: `{spaced}`."
        ))
        .fix(format!("write `{spaced}`"), input.span(), spaced);
    input.report(problem);
    input.advance()
}

fn worded_factor(keyword_here: K, input: Cursor<'_>) -> Res<'_, ExprKind> {
    let rest = input.advance();
    match keyword_here {
        K::TOTAL => measured(true, rest),
        K::COUNT => count_of(rest),
        K::SUM => sum_of(rest),
        K::ONCE => once(rest),
        K::EXACTLY | K::PART | K::OTHER | K::TRUE | K::FALSE => {
            atom.map(ExprKind::Literal).parse(input)
        }
        _ if comparison(rest.kind()).is_some() || rest.is(K::IS) => keyword_tested(input),
        _ if rest.kind() == TokenKind::LeftParen => measured(false, input),
        _ => name_as(A_CONDITION).map(ExprKind::Name).parse(input),
    }
}

/// Reports a bare field whose name is a reserved word, and takes it for the field.
fn keyword_tested(input: Cursor<'_>) -> Res<'_, ExprKind> {
    let text = input.text();
    let message = format!("expected the name of a field, found the keyword `{text}`");
    let problem = Diagnostic::new(Code::KeywordAsName, input.span(), message).help(format!(
        "A field that is tested needs a name that is no keyword, or stands behind the name of its event: `t.{text}`."
    ));
    input.report(problem);
    word.map(ExprKind::Name).parse(input)
}

fn parenthesis(input: Cursor<'_>) -> Res<'_, ExprKind> {
    let (rest, inner) = condition(input.advance())?;
    Ok((
        want(rest, TokenKind::RightParen),
        ExprKind::Paren(Box::new(inner)),
    ))
}

fn percent_of(input: Cursor<'_>) -> Res<'_, ExprKind> {
    let (rest, percent) = number(input)?;
    let (after, of) = factor(rest.advance().deeper()?)?;
    Ok((
        after.back_to(input),
        ExprKind::PercentOf {
            percent,
            of: Box::new(of),
        },
    ))
}

/// A call, with the moment as of which it is read.
fn measured(total: bool, input: Cursor<'_>) -> Res<'_, ExprKind> {
    let (rest, call) = call(input)?;
    if !(rest.is(K::AS) && rest.keyword_at(1) == Some(K::OF)) {
        return Ok((
            rest,
            if total {
                ExprKind::Total(call)
            } else {
                ExprKind::Call(call)
            },
        ));
    }
    let rest = rest.advance().advance();
    let (rest, moment) = if rest.kind() == TokenKind::LeftParen {
        let (rest, moment) = moment(rest.advance())?;
        (want(rest, TokenKind::RightParen), moment)
    } else {
        point
            .map(|point: Point| Moment {
                span: point.span,
                point,
                shifts: Vec::new(),
            })
            .parse(rest)?
    };
    Ok((
        rest,
        ExprKind::AsOf {
            call,
            total,
            moment,
        },
    ))
}

fn count_of(input: Cursor<'_>) -> Res<'_, ExprKind> {
    let (rest, _) = keyword(K::OF, "`of`")(input)?;
    (inner, opt_over)
        .map(|(pattern, over)| ExprKind::Count {
            pattern: Box::new(pattern),
            over,
        })
        .parse(rest)
}

fn sum_of(input: Cursor<'_>) -> Res<'_, ExprKind> {
    let (rest, (_, field, _)) =
        (keyword(K::OF, "`of`"), word, keyword(K::IN, "`in`")).parse(input)?;
    let (rest, (pattern, over)) = (inner, opt_over).parse(rest)?;
    Ok((
        rest,
        ExprKind::SumOf {
            field,
            pattern: Box::new(pattern),
            over,
        },
    ))
}

fn once(input: Cursor<'_>) -> Res<'_, ExprKind> {
    (inner, opt_last)
        .map(|(pattern, last)| ExprKind::Once {
            pattern: Box::new(pattern),
            last,
        })
        .parse(input)
}

/// `in the last D`, where it is there.
fn opt_last(input: Cursor<'_>) -> Res<'_, Option<Duration>> {
    if !(input.is(K::IN) && input.keyword_at(1) == Some(K::THE)) {
        return Ok((input, None));
    }
    let (rest, _) = soft("last", "`last`")(input.advance().advance())?;
    duration.map(Some).parse(rest)
}

/// `in the last D` or `during M to M`, where it is there.
fn opt_over(input: Cursor<'_>) -> Res<'_, Option<Over>> {
    if !input.is(K::DURING) {
        return opt_last.map(|last| last.map(Over::Last)).parse(input);
    }
    let (rest, (from, to)) = (moment, opt_after(K::TO, moment)).parse(input.advance())?;
    match to {
        Some(to) => Ok((rest, Some(Over::During { from, to }))),
        None => Err(rest.expected("`to`")),
    }
}
