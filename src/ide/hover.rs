//! What is known of the word under the cursor: its declaration, its documentation, and what became of it.

mod pledge;
mod words;

use super::hints::hints;
use super::keywords::explained;
use super::{Judged, Reading};
use crate::agreement::{Mention, Named};
use crate::record::Subject;
use crate::source::{SourceFile, SourceId, Span};
use crate::syntax::Parse;
use crate::syntax::ast::{Item, ItemKind};
use crate::syntax::token::{Token, TokenKind};

pub use words::type_words;

/// What is shown for a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// The word.
    pub span: Span,
    /// What is said, part by part.
    pub parts: Vec<Said>,
}

/// A part of what is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// Lines of a rule file.
    Code(String),
    /// Words; names in backticks.
    Text(String),
}

/// The latest verdicts, which may be on older texts than those that are open.
#[derive(Clone, Copy, Debug)]
pub struct Latest<'a> {
    /// The verdicts.
    pub judged: &'a Judged,
    /// Whether they are on the texts as they stand.
    pub current: bool,
}

/// Gives what is known of the word at a place of any file.
#[must_use]
pub fn hover(
    reading: &Reading,
    latest: Option<Latest<'_>>,
    file: SourceId,
    offset: u32,
) -> Option<Hover> {
    let here = reading.names().at(file, offset);
    if let Some(first) = here.first() {
        let mut parts = Vec::new();
        for mention in here {
            parts.extend(named(reading, latest, mention));
        }
        parts.dedup();
        return (!parts.is_empty()).then_some(Hover {
            span: first.at,
            parts,
        });
    }
    let (file, parse) = reading.rules(file)?;
    let reckoned = latest
        .filter(|latest| latest.current)
        .and_then(|latest| reckoned(latest.judged, file, offset));
    match (keyword(file, parse, offset), reckoned) {
        (Some(mut word), Some((_, day))) => {
            word.parts.insert(0, day);
            Some(word)
        }
        (None, Some((span, day))) => Some(Hover {
            span,
            parts: vec![day],
        }),
        (word, None) => word,
    }
}

/// Gives the day that a deadline comes to, where the place is inside its clause.
fn reckoned(judged: &Judged, file: &SourceFile, offset: u32) -> Option<(Span, Said)> {
    let hints = hints(&judged.parts, file);
    let hint = hints.into_iter().find(|hint| hint.span.touches(offset))?;
    let day = hint.reckoning.unwrap_or(hint.text);
    Some((hint.span, Said::Text(format!("Due: {day}"))))
}

/// Writes what is said as Markdown.
#[must_use]
pub fn markdown(parts: &[Said]) -> String {
    let part = |part: &Said| match part {
        Said::Code(code) => format!("```treaty\n{code}\n```"),
        Said::Text(text) => escaped(text),
    };
    parts.iter().map(part).collect::<Vec<_>>().join("\n\n")
}

/// Writes what is said as plain text.
#[must_use]
pub fn plain(parts: &[Said]) -> String {
    let part = |part: &Said| match part {
        Said::Code(text) | Said::Text(text) => text.clone(),
    };
    parts.iter().map(part).collect::<Vec<_>>().join("\n\n")
}

/// Keeps the analyst's stars, underlines and angle brackets from becoming markup; what stands in backticks is left alone.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_code = false;
    for letter in text.chars() {
        in_code ^= letter == '`';
        if !in_code && "*_<>[]\\".contains(letter) {
            out.push('\\');
        }
        out.push(letter);
    }
    out.replace('\n', "  \n")
}

fn keyword(file: &SourceFile, parse: &Parse, offset: u32) -> Option<Hover> {
    let touches = |token: &&Token| token.start <= offset && offset <= token.end;
    let is_keyword = |token: &&Token| matches!(token.kind, TokenKind::Keyword(_));
    // Of two that touch each other there, the one behind.
    let token = parse
        .tokens
        .iter()
        .rev()
        .find(|token| touches(token) && is_keyword(token))?;
    let span = Span::new(file.id(), token.start as usize, token.end as usize);
    let word = file.slice(span);
    let (text, example) = explained(word)?;
    Some(Hover {
        span,
        parts: vec![
            Said::Text(format!("`{word}`: {text}")),
            Said::Code(example.to_owned()),
        ],
    })
}

fn named(reading: &Reading, latest: Option<Latest<'_>>, mention: &Mention) -> Vec<Said> {
    let mut parts = Vec::new();
    let declared = mention.declared;
    let file = reading.project.sources.get(declared.source);
    if declared.start == declared.end {
        let text = "`parties`: the built-in group of everybody who is bound by the agreement";
        return vec![Said::Text(text.to_owned())];
    }
    let sort = reading.names().sort_of(declared).unwrap_or(mention.sort);
    match sort {
        Named::Label => {
            parts.push(words::label(reading, declared));
            return parts;
        }
        Named::Variable => {
            parts.extend(words::variable(reading, declared));
            return parts;
        }
        Named::Thing
        | Named::Kind
        | Named::Measure
        | Named::Given
        | Named::State
        | Named::Relation
        | Named::Unit
        | Named::Date
        | Named::Pledge
        | Named::Source
        | Named::Record => {}
    }
    match item_at(reading, declared) {
        Some(item) => {
            let whole = matches!(item.kind, ItemKind::Pledge(_));
            parts.push(Said::Code(excerpt(file, item.span, whole)));
            if !item.docs.is_empty() {
                let docs: Vec<&str> = item.docs.iter().map(|line| line.trim()).collect();
                parts.push(Said::Text(docs.join("\n")));
            }
        }
        None => parts.push(Said::Code(line(file, declared))),
    }
    match sort {
        Named::Pledge => parts.extend(pledge::told(reading, latest, declared)),
        Named::Kind => parts.extend(told_of(latest, declared)),
        Named::Unit => parts.extend(words::unit(reading, file.slice(declared))),
        Named::Thing
        | Named::Measure
        | Named::Given
        | Named::State
        | Named::Relation
        | Named::Label
        | Named::Date
        | Named::Variable
        | Named::Source
        | Named::Record => {}
    }
    parts
}

/// Says how many records tell of an event kind.
fn told_of(latest: Option<Latest<'_>>, declared: Span) -> Option<Said> {
    let parts = &latest?.judged.parts;
    let (part, kind) = parts.iter().find_map(|part| {
        let kinds = &part.agreement.vocabulary.kinds;
        let at = kinds.iter().position(|kind| kind.span == declared)?;
        Some((part, crate::agreement::KindId(u32::try_from(at).ok()?)))
    })?;
    let records = part.records.records.iter();
    let number = records
        .filter(|record| record.subject == Subject::Kind(kind))
        .count();
    Some(Said::Text(match number {
        0 => "No record tells of it.".to_owned(),
        1 => "1 record tells of it.".to_owned(),
        more => format!("{more} records tell of it."),
    }))
}

/// Finds the declaration around a place, the innermost one.
fn item_at(reading: &Reading, at: Span) -> Option<&Item> {
    let (_, parse) = reading.rules(at.source)?;
    let mut items = &parse.tree.items;
    loop {
        let item = items
            .iter()
            .find(|item| item.span.start <= at.start && at.end <= item.span.end)?;
        let ItemKind::Article(article) = &item.kind else {
            return Some(item);
        };
        items = &article.items;
    }
}

/// How many lines of a declaration are shown.
const LINES: usize = 14;

/// Gives a declaration as written: its first line, or more of it where all of it says what it is.
fn excerpt(file: &SourceFile, span: Span, whole: bool) -> String {
    let text = file.slice(span);
    let most = if whole { LINES } else { LINES / 2 };
    let lines: Vec<&str> = text.lines().collect();
    let margin = indentation(&line(file, span));
    let cut = |line: &&str| {
        let stands = indentation(line).min(margin);
        line.get(stands..).unwrap_or(line).trim_end().to_owned()
    };
    let mut shown: Vec<String> = lines.iter().take(most).map(cut).collect();
    if lines.len() > most {
        shown.push("…".to_owned());
    }
    shown.join("\n")
}

fn indentation(line: &str) -> usize {
    line.bytes().take_while(u8::is_ascii_whitespace).count()
}

/// Gives the line on which a place begins.
fn line(file: &SourceFile, span: Span) -> String {
    let index = file.line_of(span.start);
    file.slice(file.line_span(index)).trim_end().to_owned()
}
