//! From text to tokens and comments.
//!
//! Every byte belongs to a token, a comment, a blank, or a run of stray characters that is reported. Lexing never fails.

mod number;
mod text;

use nom::bytes::complete::{take_till, take_while, take_while1};
use nom::character::complete::{char, satisfy};
use nom::combinator::recognize;
use nom::multi::many0_count;
use nom::{IResult, Parser};

use crate::diagnostic::{Code, Diagnostic, Label};
use crate::source::{SourceFile, Span};
use crate::syntax::token::{Comment, Keyword, Token, TokenKind};

pub(super) use number::read_instant;
pub(super) use text::decode;

use number::{Numeral, numeral, when};
use text::{reach, unknown_escapes};

/// The tokens of a file, its comments and what is wrong with its characters.
#[derive(Debug)]
pub(super) struct Lexed {
    /// All tokens; the last one is [`TokenKind::End`].
    pub(super) tokens: Vec<Token>,
    /// All comments.
    pub(super) comments: Vec<Comment>,
    /// Problems, in order of their places.
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// Cuts a file into tokens and comments.
pub(super) fn lex(file: &SourceFile) -> Lexed {
    let mut lexer = Lexer {
        file,
        at: 0,
        first_on_line: true,
        stray: None,
        stray_report: None,
        region: Region::Outside,
        triple_closes: true,
        lexed: Lexed {
            tokens: Vec::new(),
            comments: Vec::new(),
            diagnostics: Vec::new(),
        },
    };
    lexer.run();
    lexer.lexed
}

struct Lexer<'a> {
    file: &'a SourceFile,
    at: usize,
    first_on_line: bool,
    /// The run of stray characters just read.
    stray: Option<Stray>,
    /// The report of stray characters on this line, to which others on it are added.
    stray_report: Option<usize>,
    region: Region,
    triple_closes: bool,
    lexed: Lexed,
}

/// A run of stray characters.
#[derive(Clone, Copy)]
struct Stray {
    start: usize,
    end: usize,
    /// The report of an earlier run on the line it begins on.
    report: Option<usize>,
}

/// Where the lexer stands with respect to scenarios, in which dates may be uncertain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Region {
    Outside,
    /// Between the word `scenario` and its brace.
    Title,
    /// In its block, so many braces and parentheses deep.
    Lines {
        braces: u32,
        parens: u32,
    },
}

type Lexeme<'a> = IResult<&'a str, &'a str>;

fn is_word_character(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Blanks, line ends and the byte-order mark.
fn blanks(input: &str) -> Lexeme<'_> {
    take_while(|c: char| c.is_whitespace() || c == '\u{feff}').parse(input)
}

fn comment(input: &str) -> Lexeme<'_> {
    recognize((char('#'), take_till(|c| c == '\n'))).parse(input)
}

/// A letter, then letters, digits and `_`, and hyphens between two of them.
fn word(input: &str) -> Lexeme<'_> {
    let inner = (char('-'), take_while1(is_word_character));
    recognize((
        satisfy(char::is_alphabetic),
        take_while(is_word_character),
        many0_count(inner),
    ))
    .parse(input)
}

impl<'a> Lexer<'a> {
    fn run(&mut self) {
        loop {
            self.skip_blanks();
            let Some(first) = self.rest().chars().next() else {
                break;
            };
            match first {
                '#' => self.take_comment(),
                '"' => self.take_text(),
                _ if first.is_alphabetic() => self.take_word(),
                _ if first.is_ascii_digit() => self.take_numeral(),
                _ => self.take_mark(first),
            }
        }
        self.push(TokenKind::End, 0);
    }

    fn rest(&self) -> &'a str {
        self.file.text().get(self.at..).unwrap_or("")
    }

    fn span(&self, length: usize) -> Span {
        Span::new(self.file.id(), self.at, self.at + length)
    }

    fn skip_blanks(&mut self) {
        let skipped = blanks(self.rest()).map_or("", |(_, skipped)| skipped);
        if skipped.contains('\n') {
            self.first_on_line = true;
            self.stray_report = None;
        }
        self.at += skipped.len();
    }

    /// Adds the next `length` bytes as a token.
    fn push(&mut self, kind: TokenKind, length: usize) {
        self.push_token(kind, length, false);
    }

    fn push_token(&mut self, kind: TokenKind, length: usize, spoilt: bool) {
        let after_stray = self.report_stray();
        let span = self.span(length);
        let first_on_line = self.first_on_line;
        self.lexed.tokens.push(Token {
            kind,
            start: span.start,
            end: span.end,
            first_on_line,
            spoilt,
            after_stray,
        });
        self.region = self.region.after(kind, first_on_line);
        self.first_on_line = false;
        self.at += length;
    }

    fn take_comment(&mut self) {
        let text = comment(self.rest()).map_or("", |(_, text)| text);
        let kept = self.span(text.trim_end().len());
        let first_on_line = self.first_on_line;
        self.lexed.comments.push(Comment {
            start: kept.start,
            end: kept.end,
            first_on_line,
        });
        self.first_on_line = false;
        self.at += text.len();
    }

    fn take_word(&mut self) {
        let word = word(self.rest()).map_or("", |(_, word)| word);
        let kind = Keyword::from_word(word).map_or(TokenKind::Word, TokenKind::Keyword);
        self.push(kind, word.len());
    }

    fn take_text(&mut self) {
        let rest = self.rest();
        let reach = reach(rest, &mut self.triple_closes);
        let raw = rest.get(..reach.length).unwrap_or(rest);
        if !reach.closed {
            let quotes = if raw.starts_with("\"\"\"") { 3 } else { 1 };
            let quote = "\"".repeat(quotes);
            let end = self.span(reach.length).after();
            let mut unclosed = Diagnostic::new(Code::UnclosedText, self.span(quotes), "the text that begins here has no closing quote")
                .help(format!("Put `{quote}` where the text ends; a text over several lines stands between `\"\"\"`."));
            // A quote that nothing stands behind closes a text rather than opens one.
            if !raw.trim_matches('"').trim().is_empty() {
                unclosed =
                    unclosed.fix(format!("add `{quote}` at the end of the line"), end, quote);
            }
            self.lexed.diagnostics.push(unclosed);
            self.doubt_line();
        } else if raw.contains('\\') {
            self.check_escapes(raw);
        }
        self.push_token(TokenKind::Text, reach.length, !reach.closed);
    }

    /// Where a line has a quote too few, what stands behind its first text may be text itself: nothing more is said of it.
    fn doubt_line(&mut self) {
        if self.first_on_line {
            return;
        }
        let tokens = &mut self.lexed.tokens;
        let line = tokens
            .iter()
            .rposition(|token| token.first_on_line)
            .unwrap_or(0);
        let on_line = tokens.get_mut(line..).unwrap_or_default();
        for token in on_line
            .iter_mut()
            .skip_while(|token| token.kind != TokenKind::Text)
            .skip(1)
        {
            token.after_stray = true;
        }
    }

    /// Reports the escapes of a text that are not known: a token has one problem, which points to each of them.
    fn check_escapes(&mut self, raw: &str) {
        let token = self.span(raw.len());
        let mut problem: Option<Diagnostic> = None;
        for place in unknown_escapes(raw) {
            let written = raw.get(place.clone()).unwrap_or("").trim_end();
            let start = token.start as usize + place.start;
            let span = Span::new(token.source, start, start + written.len());
            problem = Some(match problem {
                Some(problem) => problem.related(span, "here too"),
                None => unknown_escape(written, span),
            });
        }
        self.lexed.diagnostics.extend(problem);
    }

    fn take_numeral(&mut self) {
        let rest = self.rest();
        let numeral = self.uncertain_date(rest).unwrap_or_else(|| numeral(rest));
        self.push_numeral(numeral);
    }

    fn push_numeral(&mut self, numeral: Numeral) {
        let span = self.span(numeral.length);
        let spoilt = numeral.trouble.is_some();
        if let Some(trouble) = numeral.trouble {
            let mut problem =
                Diagnostic::new(trouble.code, span, trouble.message).help(trouble.help);
            if let Some(instead) = trouble.instead {
                problem = problem.fix(format!("write `{instead}`"), span, instead);
            }
            self.lexed.diagnostics.push(problem);
        }
        self.push_token(numeral.kind, numeral.length, spoilt);
    }

    /// Reads an uncertain date where a scenario can have one.
    ///
    /// Not inside parentheses, not as the value of a reading; and four digits alone are a year only before a colon or behind a word
    /// that a date must follow.
    fn uncertain_date(&self, rest: &str) -> Option<Numeral> {
        if !matches!(
            self.region,
            Region::Lines {
                braces: 1,
                parens: 0
            }
        ) {
            return None;
        }
        let previous = self.lexed.tokens.last().map(|token| token.kind);
        if previous == Some(TokenKind::Equal) {
            return None;
        }
        let numeral = when(rest);
        let (text, after) = rest.split_at_checked(numeral.length)?;
        let dated = [Keyword::KNOWN, Keyword::FROM, Keyword::UNTIL, Keyword::ON]
            .map(|keyword| Some(TokenKind::Keyword(keyword)))
            .contains(&previous);
        let number_like = text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.');
        let year = text.len() == 4 && (dated || after.trim_start().starts_with(':'));
        (!number_like || year).then_some(numeral)
    }

    fn take_mark(&mut self, first: char) {
        let second = self.rest().chars().nth(1);
        let kind = match (first, second) {
            ('!', Some('=')) => TokenKind::NotEqual,
            ('<', Some('=')) => TokenKind::LessOrEqual,
            ('>', Some('=')) => TokenKind::GreaterOrEqual,
            ('.', Some('.')) if matches!(self.region, Region::Lines { .. }) => {
                return self.push_numeral(when(self.rest()));
            }
            _ => match mark(first) {
                Some(kind) => kind,
                None => return self.take_stray(first),
            },
        };
        let wide = matches!(
            kind,
            TokenKind::NotEqual | TokenKind::LessOrEqual | TokenKind::GreaterOrEqual
        );
        self.push(kind, if wide { 2 } else { 1 });
    }

    /// Adds a character to the run of stray characters, which is reported as one.
    fn take_stray(&mut self, first: char) {
        let run = self.stray.unwrap_or(Stray {
            start: self.at,
            end: self.at,
            report: self.stray_report,
        });
        self.at += first.len_utf8();
        self.stray = Some(Stray {
            end: self.at,
            ..run
        });
        self.first_on_line = false;
    }

    /// Reports the run of stray characters just read, if there is one: once for a line.
    fn report_stray(&mut self) -> bool {
        let Some(Stray { start, end, report }) = self.stray.take() else {
            return false;
        };
        let span = Span::new(self.file.id(), start, end);
        let index = report.unwrap_or(self.lexed.diagnostics.len());
        if let Some(problem) = self.lexed.diagnostics.get_mut(index) {
            let text = "and here".to_owned();
            problem.related.push(Label { span, text });
        } else {
            self.lexed
                .diagnostics
                .push(stray_problem(span, self.file.slice(span)));
        }
        self.stray_report = Some(index).filter(|_| !self.first_on_line);
        true
    }
}

fn stray_problem(span: Span, text: &str) -> Diagnostic {
    const SHOWN: usize = 12;
    let mut shown: String = text
        .chars()
        .take(SHOWN)
        .flat_map(char::escape_debug)
        .collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    let message = format!("expected a word, a number, a text or a mark, found `{shown}`");
    let problem = Diagnostic::new(Code::StrayCharacter, span, message);
    if text.contains(['“', '”', '„', '«', '»', '\'', '‘', '’']) {
        problem.help("A text stands between straight double quotes: `\"…\"`.")
    } else if text.contains(';') {
        problem.help("Nothing ends a clause: leave the mark out.")
    } else if text.starts_with("//") || text.starts_with("/*") {
        problem.help("A comment stands behind `#`, to the end of its line.")
    } else {
        problem
    }
}

fn mark(character: char) -> Option<TokenKind> {
    Some(match character {
        '{' => TokenKind::LeftBrace,
        '}' => TokenKind::RightBrace,
        '(' => TokenKind::LeftParen,
        ')' => TokenKind::RightParen,
        '[' => TokenKind::LeftBracket,
        ']' => TokenKind::RightBracket,
        ',' => TokenKind::Comma,
        ':' => TokenKind::Colon,
        '.' => TokenKind::Dot,
        '+' => TokenKind::Plus,
        '-' => TokenKind::Minus,
        '*' => TokenKind::Star,
        '=' => TokenKind::Equal,
        '<' => TokenKind::Less,
        '>' => TokenKind::Greater,
        _ => return None,
    })
}

impl Region {
    /// Gives the region behind a token.
    ///
    /// A word that begins an item, at the start of a line and outside parentheses, ends a scenario whose brace was forgotten.
    fn after(self, kind: TokenKind, first_on_line: bool) -> Region {
        let outside_parens = !matches!(self, Region::Lines { parens: 1.., .. });
        match (self, kind) {
            (_, TokenKind::Keyword(Keyword::SCENARIO)) if outside_parens => Region::Title,
            (_, TokenKind::Keyword(keyword))
                if first_on_line && outside_parens && Keyword::ITEMS.contains(&keyword) =>
            {
                Region::Outside
            }
            (Region::Title, TokenKind::LeftBrace) => Region::Lines {
                braces: 1,
                parens: 0,
            },
            (Region::Lines { braces, parens }, _) => {
                Region::in_lines(braces, parens, kind, first_on_line)
            }
            (region, _) => region,
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "all other tokens leave the depth as it is"
    )]
    fn in_lines(braces: u32, parens: u32, kind: TokenKind, first_on_line: bool) -> Region {
        let (braces, parens) = match kind {
            TokenKind::LeftBrace => (braces + 1, parens),
            TokenKind::RightBrace if braces == 1 => return Region::Outside,
            TokenKind::RightBrace => (braces - 1, parens),
            TokenKind::LeftParen | TokenKind::LeftBracket => (braces, parens + 1),
            TokenKind::RightParen | TokenKind::RightBracket => (braces, parens.saturating_sub(1)),
            TokenKind::Keyword(Keyword::OBSERVED | Keyword::EXPECT) if first_on_line => (braces, 0),
            _ => (braces, parens),
        };
        Region::Lines { braces, parens }
    }
}

fn unknown_escape(written: &str, span: Span) -> Diagnostic {
    let message = if written == "\\" {
        "a text has a backslash with no letter behind it".to_owned()
    } else {
        format!("a text has the escape `{written}`, which the language does not know")
    };
    Diagnostic::new(Code::BadEscape, span, message)
        .help("The escapes are `\\\"`, `\\\\`, `\\n` and `\\u{…}` with the number of a character.")
}
