//! The combinators of the grammar: single tokens and words, lists, blocks, and how the parser picks up again after a mistake.
//!
//! A function here either reads what its name says or gives back what was expected; only [`recover`], [`want`] and [`block`] report.

use nom::Parser;

use super::advice::advice;
use super::cursor::{Cursor, LESS_NESTING, Res};
use crate::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{Name, Text};
use crate::syntax::lexer::decode;
use crate::syntax::token::{Keyword, TokenKind};

/// Reads a token of a kind; `what` names it in the message.
pub(super) fn token<'a>(
    kind: TokenKind,
    what: &'static str,
) -> impl Fn(Cursor<'a>) -> Res<'a, Span> {
    move |input| {
        if input.kind() == kind {
            Ok((input.advance(), input.span()))
        } else {
            Err(input.expected(what))
        }
    }
}

/// Reads a reserved word; a word that is nearly it is reported and taken for it.
pub(super) fn keyword<'a>(
    keyword: Keyword,
    what: &'static str,
) -> impl Fn(Cursor<'a>) -> Res<'a, Span> {
    move |input| {
        let there = input.is(keyword)
            || nearly(input, &[keyword]).is_some_and(|meant| misspelt(input, meant));
        if there {
            Ok((input.advance(), input.span()))
        } else {
            Err(input.expected(what))
        }
    }
}

/// Reads one of several reserved words; a word that is nearly one is reported and taken for it where `plausible` says so of what
/// follows.
pub(super) fn leading<'a>(
    input: Cursor<'a>,
    keywords: &[Keyword],
    plausible: impl Fn(Cursor<'a>) -> bool,
) -> Option<(Cursor<'a>, Keyword)> {
    let rest = input.advance();
    match input.keyword() {
        Some(keyword) => keywords.contains(&keyword).then_some((rest, keyword)),
        None => nearly(input, keywords)
            .filter(|_| plausible(rest))
            .filter(|&keyword| misspelt(input, keyword))
            .map(|keyword| (rest, keyword)),
    }
}

/// Finds the reserved word that the free word here is nearly.
pub(super) fn nearly(input: Cursor<'_>, keywords: &[Keyword]) -> Option<Keyword> {
    const LONGEST: usize = 24;
    let word = input.text();
    if input.kind() != TokenKind::Word || input.token().after_stray || word.len() > LONGEST {
        return None;
    }
    // A slip keeps the first or the last letter; asking for one saves measuring most words of a file that is no rule file.
    let alike = |text: &&str| {
        let first = text.bytes().next().map(|byte| byte.to_ascii_lowercase())
            == word.bytes().next().map(|byte| byte.to_ascii_lowercase());
        first || text.bytes().last() == word.bytes().last()
    };
    let meant = did_you_mean(
        word,
        keywords.iter().map(|keyword| keyword.text()).filter(alike),
    )?;
    Keyword::from_word(meant)
}

/// Reports that the word here was meant to be a reserved one; always true, so that it can end a condition.
pub(super) fn misspelt(input: Cursor<'_>, meant: Keyword) -> bool {
    let (word, meant) = (input.text(), meant.text());
    let problem = Diagnostic::new(
        Code::MisspeltKeyword,
        input.span(),
        format!("expected a keyword, found `{word}`"),
    )
    .help(format!("Did you mean `{meant}`?"))
    .fix(format!("write `{meant}`"), input.span(), meant);
    input.report(problem);
    true
}

/// Reads a word that is reserved only where it stands, such as `late`.
pub(super) fn soft<'a>(
    word: &'static str,
    what: &'static str,
) -> impl Fn(Cursor<'a>) -> Res<'a, Span> {
    move |input| {
        if input.is_word(word) {
            Ok((input.advance(), input.span()))
        } else {
            Err(input.expected(what))
        }
    }
}

/// Applies a parser behind a reserved word, where the word is there.
pub(super) fn opt_after<'a, T>(
    keyword: Keyword,
    mut parser: impl Parser<Cursor<'a>, Output = T, Error = super::cursor::Expected<'a>>,
) -> impl FnMut(Cursor<'a>) -> Res<'a, Option<T>> {
    move |input| {
        if !input.is(keyword) {
            return Ok((input, None));
        }
        let (input, value) = parser.parse(input.advance())?;
        Ok((input, Some(value)))
    }
}

/// Reads a reserved word where it is there, and says whether it was.
pub(super) fn flag<'a>(keyword: Keyword) -> impl Fn(Cursor<'a>) -> Res<'a, bool> {
    move |input| {
        if input.is(keyword) {
            Ok((input.advance(), true))
        } else {
            Ok((input, false))
        }
    }
}

fn here(input: Cursor<'_>) -> Name {
    Name {
        text: input.text().to_owned(),
        span: input.span(),
    }
}

/// Reads a word, reserved or not.
pub(super) fn word(input: Cursor<'_>) -> Res<'_, Name> {
    if input.kind() == TokenKind::Word || input.keyword().is_some() {
        Ok((input.advance(), here(input)))
    } else {
        Err(input.expected("a word"))
    }
}

/// Reads a name that refers to something declared elsewhere.
pub(super) fn name(input: Cursor<'_>) -> Res<'_, Name> {
    name_as("a name")(input)
}

/// Reads a name; `what` names it in the message.
///
/// A reserved word is reported and taken for the name, unless it looks like the beginning of what follows.
pub(super) fn name_as<'a>(what: &'static str) -> impl Fn(Cursor<'a>) -> Res<'a, Name> {
    move |input| match input.keyword() {
        None if input.kind() == TokenKind::Word => Ok((input.advance(), here(input))),
        Some(keyword) if !connects(keyword) && !input.token().first_on_line => declared_name(input),
        _ => Err(input.expected(what)),
    }
}

/// Words that go on with the phrase, so that the name before them is missing rather than badly chosen.
fn connects(keyword: Keyword) -> bool {
    use Keyword as K;
    const CONNECTIVES: &[Keyword] = &[
        K::KNOWN,
        K::ADVERSE,
        K::ALLIED,
        K::BOUND,
        K::AS,
        K::AND,
        K::OR,
        K::WHERE,
        K::IN,
        K::TO,
        K::OF,
        K::IS,
        K::NOT,
    ];
    [
        CONNECTIVES,
        Keyword::TIMINGS,
        Keyword::CLAUSES,
        Keyword::MODALS,
    ]
    .iter()
    .any(|words| words.contains(&keyword))
}

/// Reads the name that a declaration gives.
pub(super) fn declared_name(input: Cursor<'_>) -> Res<'_, Name> {
    let Some(keyword) = input.keyword().filter(|_| !input.token().first_on_line) else {
        return if input.kind() == TokenKind::Word {
            Ok((input.advance(), here(input)))
        } else {
            Err(input.expected("a name"))
        };
    };
    let word = keyword.text();
    let problem = Diagnostic::new(
        Code::KeywordAsName,
        input.span(),
        format!("expected a name, found the keyword `{word}`"),
    )
    .help(format!(
        "Choose a longer name, such as `the-{word}` or `{word}-1`."
    ));
    input.report(problem);
    Ok((input.advance(), here(input)))
}

/// Reads a text literal.
pub(super) fn text(input: Cursor<'_>) -> Res<'_, Text> {
    if input.kind() != TokenKind::Text {
        return Err(input.expected("a text in double quotes"));
    }
    Ok((
        input.advance(),
        Spanned::new(decode(input.text()), input.span()),
    ))
}

/// Reads a text literal where there is one.
pub(super) fn opt_text(input: Cursor<'_>) -> Res<'_, Option<Text>> {
    if input.kind() == TokenKind::Text {
        text.map(Some).parse(input)
    } else {
        Ok((input, None))
    }
}

/// Gives what a parser reads together with its place.
pub(super) fn spanned<'a, T>(
    mut parser: impl Parser<Cursor<'a>, Output = T, Error = super::cursor::Expected<'a>>,
) -> impl FnMut(Cursor<'a>) -> Res<'a, Spanned<T>> {
    move |input| {
        let (rest, value) = parser.parse(input)?;
        Ok((rest, Spanned::new(value, rest.span_since(input))))
    }
}

/// Reads one or more, separated by commas.
pub(super) fn list<'a, T>(
    mut parser: impl FnMut(Cursor<'a>) -> Res<'a, T>,
) -> impl FnMut(Cursor<'a>) -> Res<'a, Vec<T>> {
    move |input| {
        let (mut input, first) = parser(input)?;
        let mut values = vec![first];
        while input.kind() == TokenKind::Comma {
            let (rest, value) = parser(input.advance())?;
            input = rest;
            values.push(value);
        }
        Ok((input, values))
    }
}

/// Reads what stands between an opening and a closing token, separated by commas, the last of which may be there or not.
///
/// Each element picks up again at the next comma or at the end of the list.
pub(super) fn enclosed<'a, T>(
    (open, close): (TokenKind, TokenKind),
    what: &'static str,
    mut element: impl FnMut(Cursor<'a>) -> Res<'a, T>,
) -> impl FnMut(Cursor<'a>) -> Res<'a, Vec<T>> {
    move |input| {
        let (mut inner, _) = token(open, what)(input)?;
        let mut values = Vec::new();
        let stops = |at: Cursor<'a>| at.kind() == close || at.kind() == TokenKind::Comma;
        while !closes_list(inner) {
            let (rest, value) = recover(
                inner,
                |at| element(at).map(|(rest, value)| (rest, Some(value))),
                stops,
                |_| None,
            );
            values.extend(value);
            if rest.kind() != TokenKind::Comma {
                inner = rest;
                break;
            }
            inner = rest.advance();
        }
        Ok((want(inner, close), values))
    }
}

/// Says whether a list can have no further element here.
fn closes_list(input: Cursor<'_>) -> bool {
    let closing = matches!(
        input.kind(),
        TokenKind::End | TokenKind::RightBrace | TokenKind::RightParen
    );
    closing || input.token().first_on_line && starts_item(input)
}

/// Steps over a token that must be here, or reports at the end of the token before that it is missing.
pub(super) fn want(input: Cursor<'_>, kind: TokenKind) -> Cursor<'_> {
    if input.kind() == kind {
        return input.advance();
    }
    let mark = match kind {
        TokenKind::LeftBrace => "{",
        TokenKind::RightBrace => "}",
        TokenKind::RightParen => ")",
        TokenKind::RightBracket => "]",
        TokenKind::Colon => ":",
        _ => ",",
    };
    let message = format!("expected `{mark}`, found {}", input.found());
    let problem = Diagnostic::new(Code::UnexpectedWord, input.gap(), message);
    let beside = input.kind() == TokenKind::Word
        && !input.token().first_on_line
        && !Keyword::MODALS.contains(&input.keyword_at(1).unwrap_or(Keyword::USE));
    // What is missing before the end of a line, or before a bracket of another shape, is more than the mark.
    let is_more = match kind {
        TokenKind::Colon => input.token().first_on_line,
        TokenKind::RightParen => input.kind() == TokenKind::RightBracket,
        _ => false,
    };
    let problem = if kind == TokenKind::LeftBrace && beside {
        problem
            .help("A name is one word, joined by hyphens: `first-step`. A title stands in quotes.")
    } else if is_more {
        problem
    } else {
        problem.fix(format!("add `{mark}`"), input.gap(), mark)
    };
    input.report(problem);
    input
}

/// Applies a parser; where it fails, reports what was expected, goes on to a token that `sync` knows, and puts a hole in the tree.
///
/// At least one token is used up, the end of the file apart.
pub(super) fn recover<'a, T>(
    input: Cursor<'a>,
    mut parser: impl FnMut(Cursor<'a>) -> Res<'a, T>,
    sync: impl Fn(Cursor<'a>) -> bool,
    hole: impl FnOnce(Span) -> T,
) -> (Cursor<'a>, T) {
    let (at, what) = match parser(input) {
        Ok(read) => return read,
        Err(nom::Err::Error(expected) | nom::Err::Failure(expected)) => {
            (expected.at, expected.what)
        }
        Err(nom::Err::Incomplete(_)) => (input, "something else"),
    };
    let message = format!("expected {what}, found {}", at.found());
    // What is missing at the end of a line is missing behind its last token, not before the next line.
    let place = if at.token().first_on_line && !at.same_place(input) || at.kind() == TokenKind::End
    {
        at.gap()
    } else {
        at.span()
    };
    let mut problem = Diagnostic::new(Code::UnexpectedWord, place, message);
    problem.help = advice(at, what).map(str::to_owned);
    at.report(problem);
    let from = at.further(input).back_to(input);
    let from = if what == LESS_NESTING {
        skip_block(from)
    } else {
        from
    };
    let rest = skip(input, from, sync);
    (rest, hole(rest.span_since(input)))
}

/// Goes on to the next token that `sync` knows, that closes what is open, or that begins an item; blocks in between are stepped over.
fn skip<'a>(start: Cursor<'a>, from: Cursor<'a>, sync: impl Fn(Cursor<'a>) -> bool) -> Cursor<'a> {
    let mut at = from;
    let mut blocks = 0_u32;
    loop {
        let moved = !at.same_place(start);
        match at.kind() {
            TokenKind::End => return at,
            TokenKind::RightBrace if blocks == 0 => return at,
            TokenKind::RightBrace => blocks -= 1,
            TokenKind::LeftBrace => blocks += 1,
            _ if moved && starts_item(at) && (blocks == 0 || at.token().first_on_line) => {
                return at;
            }
            _ if moved && blocks == 0 && sync(at) => return at,
            _ => {}
        }
        at = at.advance();
    }
}

/// Steps over a whole block, whatever is in it.
fn skip_block(mut at: Cursor<'_>) -> Cursor<'_> {
    let mut blocks = 0_u32;
    loop {
        match at.kind() {
            TokenKind::LeftBrace => blocks += 1,
            TokenKind::RightBrace if blocks > 1 => blocks -= 1,
            TokenKind::RightBrace if blocks == 1 => return at.advance(),
            _ if blocks == 0 => return at,
            TokenKind::End => return at,
            _ => {}
        }
        at = at.advance();
    }
}

/// Says whether a declaration begins here; a misspelt one is known only at the start of a line.
pub(super) fn starts_item(input: Cursor<'_>) -> bool {
    let (first, next) = (input.token().first_on_line, input.peek(1).kind);
    let named = matches!(next, TokenKind::Word | TokenKind::Text);
    let label = matches!(
        next,
        TokenKind::Colon | TokenKind::Comma | TokenKind::RightParen | TokenKind::RightBracket
    );
    if input.at_any(Keyword::ITEMS) {
        return named || next == TokenKind::Date || first && !label;
    }
    first && named && nearly(input, Keyword::ITEMS).is_some()
}

/// Reads `{ element* }`.
///
/// `starts` knows the beginnings of an element: they are where an element picks up again. A block that is not closed ends before the
/// next declaration; one that is not opened is read on where an element follows.
pub(super) fn block<'a, T>(
    input: Cursor<'a>,
    starts: impl Fn(Cursor<'a>) -> bool,
    mut element: impl FnMut(Cursor<'a>) -> Res<'a, T>,
    hole: impl Fn(Span) -> T,
) -> Res<'a, Vec<T>> {
    let open = input.span();
    let opened = input.kind() == TokenKind::LeftBrace;
    let mut inner = want(input.deeper()?, TokenKind::LeftBrace);
    let mut elements = Vec::new();
    if !opened && !starts(inner) {
        // What the block holds is not known, so nobody shall say that it holds too little.
        elements.push(hole(input.gap()));
        return Ok((inner.back_to(input), elements));
    }
    loop {
        if inner.kind() == TokenKind::RightBrace {
            return Ok((inner.advance().back_to(input), elements));
        }
        if inner.kind() == TokenKind::End || starts_item(inner) && !starts(inner) {
            missing_brace(inner, open);
            return Ok((inner.back_to(input), elements));
        }
        let (rest, value) = recover(inner, &mut element, &starts, &hole);
        elements.push(value);
        inner = if rest.same_place(inner) {
            rest.advance()
        } else {
            rest
        };
    }
}

fn missing_brace(input: Cursor<'_>, open: Span) {
    let message = format!("expected `}}`, found {}", input.found());
    let problem = Diagnostic::new(Code::MissingBrace, input.gap(), message)
        .related(open, "the block begins here")
        .fix("add `}`", input.gap(), "\n}");
    input.report(problem);
}
