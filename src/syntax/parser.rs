//! From tokens to the tree.
//!
//! Grammar functions are named after their productions: `pledge` must find one, `opt_period` may find nothing. They give what they read,
//! or what was expected and where. A production is chosen by its first token (never by trying), so that a reported problem stands.
//! Only `recovery` reports what was expected, and at most once for a token.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a production names the tokens it takes; any other one, also a future one, is a mistake of the author"
)]

mod advice;
mod cursor;
mod recovery;

mod condition;
mod header;
mod moment;
mod pattern;
mod pledge;
mod quantity;
mod scenario;
mod sentence;
mod term;
mod thing;
mod vocabulary;

use nom::Parser;
use nom::sequence::preceded;

use crate::diagnostic::{Code, Diagnostic};
use crate::source::SourceFile;
use crate::syntax::ast::{Article, Item, ItemKind, Tree};
use crate::syntax::token::{Comment, Keyword, Token, TokenKind};

use cursor::{Cursor, Desk, Res};
use recovery::{block, declared_name, leading, opt_text, recover, starts_item, text, token};

/// Builds the tree of a file from its tokens; adds to `diagnostics` what is wrong with it.
pub(super) fn file(
    file: &SourceFile,
    tokens: &[Token],
    comments: &[Comment],
    diagnostics: &mut Vec<Diagnostic>,
) -> Tree {
    let desk = Desk::new(file, comments, std::mem::take(diagnostics));
    let items = items(Cursor::new(tokens, &desk));
    *diagnostics = desk.into_diagnostics();
    Tree {
        source: file.id(),
        items,
    }
}

fn items(mut input: Cursor<'_>) -> Vec<Item> {
    let mut items = Vec::new();
    while input.kind() != TokenKind::End {
        if input.kind() == TokenKind::RightBrace {
            input = stray_braces(input);
            continue;
        }
        let (rest, value) = recover(input, item, starts_item, |span| Item {
            kind: ItemKind::Error,
            docs: Vec::new(),
            span,
        });
        let broken = value.kind == ItemKind::Error;
        items.push(value);
        // The block of something that could not be understood may end here.
        input = if broken { skip_braces(rest) } else { rest };
    }
    items
}

fn skip_braces(mut input: Cursor<'_>) -> Cursor<'_> {
    while input.kind() == TokenKind::RightBrace {
        input = input.advance();
    }
    input
}

fn stray_braces(input: Cursor<'_>) -> Cursor<'_> {
    let problem = Diagnostic::new(
        Code::StrayBrace,
        input.span(),
        "expected a declaration, found `}`, which closes nothing",
    )
    .help("A block before it may be closed too early.");
    input.report(problem);
    skip_braces(input)
}

/// Reads a declaration with the documentation above it.
fn item(input: Cursor<'_>) -> Res<'_, Item> {
    let (rest, kind) = item_kind(input)?;
    Ok((
        rest,
        Item {
            kind,
            docs: docs(input),
            span: rest.span_since(input),
        },
    ))
}

fn item_kind(input: Cursor<'_>) -> Res<'_, ItemKind> {
    use Keyword as K;
    let named = |at: Cursor<'_>| {
        let name = matches!(
            at.kind(),
            TokenKind::Word | TokenKind::Text | TokenKind::Date
        );
        name && input.token().first_on_line
    };
    let Some((rest, keyword)) = leading(input, Keyword::ITEMS, named) else {
        return Err(input.expected(advice::A_DECLARATION));
    };
    match keyword {
        K::USE => text.map(ItemKind::Use).parse(rest),
        K::AGREEMENT => header::agreement.map(ItemKind::Agreement).parse(rest),
        K::DATE => date(rest),
        K::UNIT => unit(rest),
        K::HOLIDAY => holiday(rest),
        K::PARTY | K::ACTOR | K::GROUP | K::PLACE => thing::thing(input.span(), keyword, rest),
        K::CATEGORY => vocabulary::category(rest),
        K::EVENT => vocabulary::event.map(ItemKind::Event).parse(rest),
        K::MEASURE => vocabulary::measure.map(ItemKind::Measure).parse(rest),
        K::GIVEN => vocabulary::given.map(ItemKind::Given).parse(rest),
        K::STATE => vocabulary::state.map(ItemKind::State).parse(rest),
        K::RELATION => vocabulary::relation.map(ItemKind::Relation).parse(rest),
        K::ARTICLE => article.map(ItemKind::Article).parse(rest),
        K::PLEDGE => pledge::pledge.map(ItemKind::Pledge).parse(rest),
        _ => scenario::scenario.map(ItemKind::Scenario).parse(rest),
    }
}

/// Gives the `##` lines directly above a declaration.
fn docs(input: Cursor<'_>) -> Vec<String> {
    if !input.token().first_on_line {
        return Vec::new();
    }
    let file = input.file();
    let start = input.token().start;
    let above = input
        .comments()
        .partition_point(|comment| comment.start < start);
    let mut line = file.line_of(start);
    let mut docs = Vec::new();
    for comment in input
        .comments()
        .get(..above)
        .unwrap_or_default()
        .iter()
        .rev()
    {
        let span =
            crate::source::Span::new(file.id(), comment.start as usize, comment.end as usize);
        let Some(text) = file
            .slice(span)
            .strip_prefix("##")
            .filter(|_| comment.first_on_line)
        else {
            break;
        };
        if file.line_of(comment.start) + 1 != line {
            break;
        }
        line -= 1;
        docs.push(text.strip_prefix(' ').unwrap_or(text).to_owned());
    }
    docs.reverse();
    docs
}

fn date(input: Cursor<'_>) -> Res<'_, ItemKind> {
    let value = preceded(token(TokenKind::Equal, "`=`"), moment::moment);
    (declared_name, value)
        .map(|(name, moment)| ItemKind::Date { name, moment })
        .parse(input)
}

fn unit(input: Cursor<'_>) -> Res<'_, ItemKind> {
    let (input, name) = declared_name(input)?;
    if input.kind() != TokenKind::Equal {
        return Ok((input, ItemKind::Unit { name, value: None }));
    }
    let (input, value) = term::number(input.advance())?;
    Ok((
        input,
        ItemKind::Unit {
            name,
            value: Some(value),
        },
    ))
}

fn holiday(input: Cursor<'_>) -> Res<'_, ItemKind> {
    (moment::day, opt_text)
        .map(|(date, title)| ItemKind::Holiday { date, title })
        .parse(input)
}

fn article(input: Cursor<'_>) -> Res<'_, Article> {
    let (input, (number, title)) = (text, opt_text).parse(input)?;
    let starts = |at: Cursor<'_>| at.is(Keyword::IN) || starts_item(at);
    let hole = |span| Item {
        kind: ItemKind::Error,
        docs: Vec::new(),
        span,
    };
    let (input, items) = block(input, starts, article_item, hole)?;
    Ok((
        input,
        Article {
            number,
            title,
            items,
        },
    ))
}

fn article_item(input: Cursor<'_>) -> Res<'_, Item> {
    if !input.is(Keyword::IN) {
        return item(input);
    }
    let (rest, kind) = header::in_force.map(ItemKind::InForce).parse(input)?;
    Ok((
        rest,
        Item {
            kind,
            docs: docs(input),
            span: rest.span_since(input),
        },
    ))
}
