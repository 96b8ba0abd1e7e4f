//! Where a cursor stands in a text that is half written: what is open around it, and the words to its left.
//!
//! Only tokens are looked at. A tree has nothing to say of a clause that is being typed.

use crate::source::{SourceFile, Span};
use crate::syntax::Parse;
use crate::syntax::token::{Keyword, Token, TokenKind};

/// Something that was opened and not closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// Braces, behind the word that begins the declaration.
    Block(Keyword),
    /// The parentheses behind a name.
    Call(Call),
    /// Other parentheses.
    Group,
    /// The brackets behind the name of a pledge.
    Brackets(String),
}

/// The parentheses behind a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The name.
    pub name: String,
    /// Whether the name is declared here, so that types stand behind the labels.
    pub declares: bool,
    /// Whether it is the act of a sentence, whose doer stands before it.
    pub has_doer: bool,
    /// The labels that stand before the cursor, the one that it is behind last.
    pub labels: Vec<String>,
    /// Whether the cursor is behind the colon of the last of them.
    pub in_value: bool,
}

/// A place in a text.
#[derive(Debug)]
pub struct Cursor<'a> {
    file: &'a SourceFile,
    /// The tokens before the word that is being typed.
    before: Vec<Token>,
    /// What is open, the innermost last.
    pub frames: Vec<Frame>,
    /// The part of the word before the cursor; empty between words.
    pub typed: Span,
    /// Whether the word stands first on its line.
    pub begins_line: bool,
}

/// Finds what surrounds a place; none in a comment, a text or a number.
#[must_use]
pub fn cursor<'a>(file: &'a SourceFile, parse: &Parse, offset: u32) -> Option<Cursor<'a>> {
    let inside = |start: u32, end: u32| start < offset && offset <= end;
    if parse.comments.iter().any(|it| inside(it.start, it.end)) {
        return None;
    }
    let touched = parse.tokens.iter().find(|it| inside(it.start, it.end));
    let typed = match touched.map(|token| (token.kind, token.start, token.end)) {
        Some((TokenKind::Word | TokenKind::Keyword(_), start, _)) => start,
        Some((TokenKind::Text, _, end)) if offset < end => return None,
        Some((
            TokenKind::Number
            | TokenKind::Percent
            | TokenKind::Date
            | TokenKind::Month
            | TokenKind::MonthDay
            | TokenKind::Instant
            | TokenKind::When,
            ..,
        )) => return None,
        Some(_) | None => offset,
    };
    let before: Vec<Token> = parse
        .tokens
        .iter()
        .filter(|token| token.end <= typed && token.kind != TokenKind::End)
        .copied()
        .collect();
    let mut cursor = Cursor {
        file,
        frames: Vec::new(),
        typed: Span::new(file.id(), typed as usize, offset as usize),
        begins_line: begins_line(file, typed),
        before,
    };
    cursor.frames = cursor.open();
    Some(cursor)
}

fn begins_line(file: &SourceFile, at: u32) -> bool {
    let line = file.line_span(file.line_of(at));
    let before = Span { end: at, ..line };
    file.slice(before).trim().is_empty()
}

impl Cursor<'_> {
    /// Gives the token so many to the left, the nearest being 0, with its text.
    #[must_use]
    pub fn left(&self, number: usize) -> Option<(TokenKind, &str)> {
        let at = self.before.len().checked_sub(number + 1)?;
        let token = self.before.get(at)?;
        Some((token.kind, self.text(token)))
    }

    /// Gives the reserved word so many to the left; empty where another token stands there.
    #[must_use]
    pub fn word(&self, number: usize) -> &str {
        match self.left(number) {
            Some((TokenKind::Keyword(_), text)) => text,
            Some(_) | None => "",
        }
    }

    /// Gives the tokens of the declaration that the cursor is in, with their texts.
    pub fn own(&self) -> impl Iterator<Item = (TokenKind, &str)> {
        let is_head = |token: &Token| token.kind == TokenKind::Keyword(Keyword::PLEDGE);
        let start = self.before.iter().rposition(is_head).unwrap_or(0);
        let tokens = self.before.iter().skip(start);
        tokens.map(|token| (token.kind, self.text(token)))
    }

    /// Gives the name of the pattern whose `where` the cursor is behind.
    #[must_use]
    pub fn pattern_before_where(&self) -> Option<&str> {
        let is_where = |token: &Token| token.kind == TokenKind::Keyword(Keyword::WHERE);
        let at = self.before.iter().rposition(is_where)?;
        let margin = self.file.line_of(self.before.get(at)?.start);
        if self.file.line_of(self.typed.start) > margin + 1 {
            return None;
        }
        let mut depth = 0_usize;
        for token in self.before.get(..at)?.iter().rev() {
            if token.kind == TokenKind::RightParen {
                depth += 1;
            } else if token.kind == TokenKind::LeftParen {
                depth = depth.saturating_sub(1);
            } else if depth == 0 {
                return (token.kind == TokenKind::Word).then(|| self.text(token));
            }
        }
        None
    }

    /// Gives the block around the cursor.
    #[must_use]
    pub fn block(&self) -> Option<Keyword> {
        self.frames.iter().rev().find_map(|frame| match frame {
            Frame::Block(keyword) => Some(*keyword),
            Frame::Call(_) | Frame::Group | Frame::Brackets(_) => None,
        })
    }

    fn text(&self, token: &Token) -> &str {
        let span = Span::new(self.file.id(), token.start as usize, token.end as usize);
        self.file.slice(span)
    }

    fn open(&self) -> Vec<Frame> {
        let mut frames: Vec<Frame> = Vec::new();
        let mut head = Keyword::USE;
        for (at, token) in self.before.iter().enumerate() {
            if let TokenKind::Keyword(keyword) = token.kind
                && Keyword::ITEMS.contains(&keyword)
                && token.first_on_line
            {
                let margin = self.file.line_span(self.file.line_of(token.start)).start;
                // What begins at the margin is a declaration, whatever was left open above.
                if margin == token.start {
                    frames.clear();
                }
                if matches!(frames.last(), None | Some(Frame::Block(Keyword::ARTICLE))) {
                    head = keyword;
                }
            }
            self.step(&mut frames, head, at, token);
        }
        frames
    }

    fn step(&self, frames: &mut Vec<Frame>, head: Keyword, at: usize, token: &Token) {
        let left = |number: usize| {
            let at = at.checked_sub(number)?;
            let token = self.before.get(at)?;
            Some((token.kind, self.text(token)))
        };
        match token.kind {
            TokenKind::LeftBrace => frames.push(Frame::Block(head)),
            TokenKind::LeftParen => frames.push(match left(1) {
                Some((TokenKind::Word, name)) => Frame::Call(Call {
                    name: name.to_owned(),
                    declares: matches!(
                        left(2),
                        Some((
                            TokenKind::Keyword(
                                Keyword::EVENT
                                    | Keyword::MEASURE
                                    | Keyword::STATE
                                    | Keyword::RELATION,
                            ),
                            _
                        ))
                    ),
                    has_doer: match left(2).map(|(_, text)| text) {
                        Some("must" | "should" | "may") => true,
                        Some("not") => matches!(left(3), Some((_, "must" | "should"))),
                        Some(_) | None => false,
                    },
                    labels: Vec::new(),
                    in_value: false,
                }),
                Some(_) | None => Frame::Group,
            }),
            TokenKind::LeftBracket => {
                let name = left(1).map_or("", |(_, name)| name);
                frames.push(Frame::Brackets(name.to_owned()));
            }
            TokenKind::RightBrace => {
                while let Some(frame) = frames.pop() {
                    if matches!(frame, Frame::Block(_)) {
                        break;
                    }
                }
            }
            TokenKind::RightParen => {
                if matches!(frames.last(), Some(Frame::Call(_) | Frame::Group)) {
                    frames.pop();
                }
            }
            TokenKind::RightBracket => {
                if matches!(frames.last(), Some(Frame::Brackets(_))) {
                    frames.pop();
                }
            }
            TokenKind::Colon => {
                if let (Some(Frame::Call(call)), Some((_, label))) = (frames.last_mut(), left(1)) {
                    call.labels.push(label.to_owned());
                    call.in_value = true;
                }
            }
            TokenKind::Comma => {
                if let Some(Frame::Call(call)) = frames.last_mut() {
                    call.in_value = false;
                }
            }
            TokenKind::Word
            | TokenKind::Keyword(_)
            | TokenKind::Number
            | TokenKind::Percent
            | TokenKind::Date
            | TokenKind::Month
            | TokenKind::MonthDay
            | TokenKind::Instant
            | TokenKind::When
            | TokenKind::Text
            | TokenKind::Dot
            | TokenKind::Plus
            | TokenKind::Minus
            | TokenKind::Star
            | TokenKind::Equal
            | TokenKind::NotEqual
            | TokenKind::Less
            | TokenKind::LessOrEqual
            | TokenKind::Greater
            | TokenKind::GreaterOrEqual
            | TokenKind::End => {}
        }
    }
}
