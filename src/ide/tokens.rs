//! What each word of a rule file is, for colouring: from the tokens and from what the names stand for.

use std::collections::BTreeSet;

use crate::agreement::{Agreement, Sort, Word};
use crate::source::{SourceFile, Span};
use crate::syntax::Parse;
use crate::syntax::token::{Token, TokenKind};

use super::outline::{Symbol, outline};

/// A word and what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coloured {
    /// The word; a text may go over several lines.
    pub span: Span,
    /// What it is.
    pub kind: WordKind,
    /// Whether it is declared here.
    pub declares: bool,
}

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say it")]
pub enum WordKind {
    Keyword,
    Comment,
    Documentation,
    Text,
    Number,
    Date,
    Operator,
    Label,
    Actor,
    Place,
    Category,
    Event,
    Measure,
    State,
    Pledge,
    Unit,
    NamedDate,
    Variable,
    Source,
    Record,
}

/// Gives every word and comment of a file with what it is, in order of the places.
#[must_use]
pub fn tokens(file: &SourceFile, parse: &Parse, agreement: Option<&Agreement>) -> Vec<Coloured> {
    let declared = declared(&outline(&parse.tree.items));
    let mut found: Vec<Coloured> = Vec::new();
    for (index, token) in parse.tokens.iter().enumerate() {
        let next = parse.tokens.get(index + 1).map(|next| next.kind);
        let Some(kind) = kind(file, *token, next, agreement) else {
            continue;
        };
        found.push(Coloured {
            span: span(file, token.start, token.end),
            kind,
            declares: declared.contains(&token.start),
        });
    }
    for comment in &parse.comments {
        let span = span(file, comment.start, comment.end);
        let kind = if file.slice(span).starts_with("##") {
            WordKind::Documentation
        } else {
            WordKind::Comment
        };
        found.push(Coloured {
            span,
            kind,
            declares: false,
        });
    }
    found.sort_by_key(|word| word.span.start);
    found
}

fn span(file: &SourceFile, start: u32, end: u32) -> Span {
    Span {
        source: file.id(),
        start,
        end,
    }
}

/// Gives where the names begin that the file declares.
fn declared(symbols: &[Symbol]) -> BTreeSet<u32> {
    let mut places = BTreeSet::new();
    let mut waiting: Vec<&Symbol> = symbols.iter().collect();
    while let Some(symbol) = waiting.pop() {
        places.insert(symbol.name_span.start);
        waiting.extend(&symbol.children);
    }
    places
}

fn kind(
    file: &SourceFile,
    token: Token,
    next: Option<TokenKind>,
    agreement: Option<&Agreement>,
) -> Option<WordKind> {
    let word = || file.slice(span(file, token.start, token.end));
    match token.kind {
        TokenKind::Keyword(_) if next == Some(TokenKind::Colon) => Some(WordKind::Label),
        TokenKind::Keyword(_) => Some(WordKind::Keyword),
        TokenKind::Word => Some(meaning(word(), next, agreement)),
        TokenKind::Number | TokenKind::Percent => Some(WordKind::Number),
        TokenKind::Date
        | TokenKind::Month
        | TokenKind::MonthDay
        | TokenKind::Instant
        | TokenKind::When => Some(WordKind::Date),
        TokenKind::Text => Some(WordKind::Text),
        TokenKind::Plus
        | TokenKind::Minus
        | TokenKind::Star
        | TokenKind::Equal
        | TokenKind::NotEqual
        | TokenKind::Less
        | TokenKind::LessOrEqual
        | TokenKind::Greater
        | TokenKind::GreaterOrEqual => Some(WordKind::Operator),
        TokenKind::LeftBrace
        | TokenKind::RightBrace
        | TokenKind::LeftParen
        | TokenKind::RightParen
        | TokenKind::LeftBracket
        | TokenKind::RightBracket
        | TokenKind::Comma
        | TokenKind::Colon
        | TokenKind::Dot
        | TokenKind::End => None,
    }
}

/// Says what a word that is not reserved stands for: pledges, kinds, things, dates and units have a name space each.
fn meaning(word: &str, next: Option<TokenKind>, agreement: Option<&Agreement>) -> WordKind {
    let Some(agreement) = agreement else {
        return WordKind::Variable;
    };
    let vocabulary = &agreement.vocabulary;
    let is_call = next == Some(TokenKind::LeftParen);
    if let Some(known) = vocabulary.words.get(word)
        && (is_call || !vocabulary.thing_names.contains_key(word))
        && next != Some(TokenKind::Colon)
    {
        return match known {
            Word::Kind(_) => WordKind::Event,
            Word::Measure(_) | Word::Given(_) => WordKind::Measure,
            Word::State(_) | Word::Relation(_) => WordKind::State,
        };
    }
    let is_pledge = agreement.pledges.iter().any(|pledge| pledge.name == word);
    if is_pledge && !is_call {
        return WordKind::Pledge;
    }
    if next == Some(TokenKind::Colon) {
        return WordKind::Label;
    }
    if let Some(&id) = vocabulary.thing_names.get(word) {
        return match vocabulary.thing(id).sort {
            Sort::Party | Sort::Actor | Sort::Group => WordKind::Actor,
            Sort::Place => WordKind::Place,
            Sort::Category => WordKind::Category,
        };
    }
    if vocabulary.units.find(word).is_some() {
        return WordKind::Unit;
    }
    WordKind::Variable
}
