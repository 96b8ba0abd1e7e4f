//! Text literals: where one ends, and what it says.

use std::ops::Range;

use crate::syntax::token::Keyword;

/// How far a text literal reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::syntax) struct Reach {
    /// Bytes, quotes included.
    pub(in crate::syntax) length: usize,
    /// Whether its closing quote is there.
    pub(in crate::syntax) closed: bool,
}

const TRIPLE: &str = "\"\"\"";

/// Finds the end of the text literal that `rest` begins with.
///
/// A text that is not closed reaches to the end of its line, without a brace, parenthesis or comma that closes the line: those were
/// meant as what they are. `triple_closes` says whether a `"""` can still follow at all, so that a file full of openings is not
/// searched to its end for each of them.
pub(in crate::syntax) fn reach(rest: &str, triple_closes: &mut bool) -> Reach {
    if let Some(body) = rest.strip_prefix(TRIPLE) {
        if *triple_closes && let Some(length) = closing(body, TRIPLE, false) {
            return Reach {
                length: length + 2 * TRIPLE.len(),
                closed: true,
            };
        }
        *triple_closes = false;
        return unclosed_lines(rest);
    }
    match closing(rest.get(1..).unwrap_or(""), "\"", true) {
        Some(length) => Reach {
            length: length + 2,
            closed: true,
        },
        None => unclosed(rest, 1),
    }
}

fn closing(body: &str, quote: &str, one_line: bool) -> Option<usize> {
    let bytes = body.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let escapes_line_end = byte == b'\\' && bytes.get(at + 1) == Some(&b'\n');
        if one_line && (byte == b'\n' || escapes_line_end) {
            return None;
        }
        if byte == b'"'
            && bytes
                .get(at..)
                .is_some_and(|rest| rest.starts_with(quote.as_bytes()))
        {
            return Some(at);
        }
        at += if byte == b'\\' { 2 } else { 1 };
    }
    None
}

/// A text of several lines that is not closed reaches to the first line that looks like one of the rules again.
fn unclosed_lines(rest: &str) -> Reach {
    let mut lines = rest.split_inclusive('\n');
    let opening = lines.next().map_or(0, str::len);
    let inside: usize = lines.take_while(|line| !is_rule(line)).map(str::len).sum();
    let text = rest.get(..opening + inside).unwrap_or(rest);
    Reach {
        length: text.trim_end().len().max(TRIPLE.len()),
        closed: false,
    }
}

fn is_rule(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let (first, second) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    let begins = |word, tables: &[&[Keyword]]| {
        Keyword::from_word(word)
            .is_some_and(|keyword| tables.iter().any(|table| table.contains(&keyword)))
    };
    first.starts_with('}')
        || begins(first, &[Keyword::ITEMS, Keyword::CLAUSES, Keyword::HEADERS])
        || begins(second, &[Keyword::MODALS])
}

fn unclosed(rest: &str, opening: usize) -> Reach {
    let line = rest.split('\n').next().unwrap_or("");
    let length = line
        .trim_end_matches([' ', '\t', '\r', '{', '}', '(', ')', ','])
        .len();
    Reach {
        length: length.max(opening),
        closed: false,
    }
}

/// Reads the text literal `raw`, which has its quotes (the closing one may be missing); its escapes are resolved.
pub(in crate::syntax) fn decode(raw: &str) -> String {
    if let Some(body) = raw.strip_prefix(TRIPLE) {
        let body = body.strip_suffix(TRIPLE).unwrap_or(body);
        return unescape(&without_indentation(body));
    }
    let body = raw.strip_prefix('"').unwrap_or(raw);
    unescape(body.strip_suffix('"').unwrap_or(body))
}

/// Removes the indentation that all lines have in common, an empty first line and a blank last one.
fn without_indentation(body: &str) -> String {
    let mut lines: Vec<&str> = body
        .split('\n')
        .map(|line| line.trim_end_matches('\r'))
        .collect();
    let first_is_empty =
        lines.len() > 1 && lines.first().is_some_and(|line| line.trim().is_empty());
    if first_is_empty {
        lines.remove(0);
    }
    let skip = usize::from(!first_is_empty);
    let blank_width = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let common = lines
        .iter()
        .skip(skip)
        .filter(|line| !line.trim().is_empty())
        .map(|line| blank_width(line))
        .min()
        .unwrap_or(0);
    if lines.len() > 1 && lines.last().is_some_and(|line| line.trim().is_empty()) {
        lines.pop();
    }
    let cut = |(index, line): (usize, &&str)| {
        let width = if index < skip {
            0
        } else {
            common.min(blank_width(line))
        };
        line.get(width..).unwrap_or("").to_owned()
    };
    lines
        .iter()
        .enumerate()
        .map(cut)
        .collect::<Vec<_>>()
        .join("\n")
}

fn unescape(body: &str) -> String {
    let mut text = String::new();
    let mut rest = body;
    while let Some((plain, behind)) = rest.split_once('\\') {
        text.push_str(plain);
        let escape = escape(behind);
        // An escape that the language does not know stands for its letter.
        text.extend(escape.meant.or(behind.chars().next()));
        rest = behind.get(escape.length..).unwrap_or("");
    }
    text.push_str(rest);
    text
}

/// Finds the escapes that the language does not know in a text literal: their places in it, backslash included.
pub(in crate::syntax) fn unknown_escapes(raw: &str) -> Vec<Range<usize>> {
    let mut unknown = Vec::new();
    let mut at = 0;
    while let Some((plain, behind)) = raw.get(at..).unwrap_or("").split_once('\\') {
        let start = at + plain.len();
        let escape = escape(behind);
        at = start + 1 + escape.length;
        if escape.meant.is_none() {
            unknown.push(start..at);
        }
    }
    unknown
}

/// What stands behind a backslash.
struct Escape {
    /// The character; none where the language does not know the escape.
    meant: Option<char>,
    /// Unit: bytes, without the backslash.
    length: usize,
}

fn escape(behind: &str) -> Escape {
    let first = behind.chars().next();
    let plain = match first {
        Some('"' | '\\') => first,
        Some('n') => Some('\n'),
        Some(_) | None => None,
    };
    let braced = behind
        .strip_prefix("u{")
        .and_then(|body| body.split_once('}'))
        .map(|(digits, _)| digits)
        .filter(|digits| digits.len() <= 6 && !digits.starts_with('+'));
    let number = braced.and_then(|digits| u32::from_str_radix(digits, 16).ok());
    match (number.and_then(char::from_u32), braced) {
        (Some(character), Some(digits)) => Escape {
            meant: Some(character),
            length: digits.len() + "u{}".len(),
        },
        (_, _) => Escape {
            meant: plain,
            length: first.map_or(0, char::len_utf8),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_read() {
        let good = r#""a\"b\\c\nd\u{644}""#;
        assert_eq!(decode(good), "a\"b\\c\ndل");
        assert!(unknown_escapes(good).is_empty());
        assert_eq!(
            unknown_escapes(r#""\q\u{110000}ل\u{\ل""#),
            [1..3, 3..5, 15..17, 18..21]
        );
    }

    #[test]
    fn common_indentation_is_removed() {
        assert_eq!(
            decode("\"\"\"\n    a\n      b\r\n\n    c\n  \"\"\""),
            "a\n  b\n\nc"
        );
        assert_eq!(decode("\"\"\"a\n    b\"\"\""), "a\nb");
        assert_eq!(decode("\"\"\"\"\"\""), "");
    }

    #[test]
    fn a_plain_text_ends_with_its_line() {
        let length = |text| reach(text, &mut true);
        assert_eq!(
            length("\"a\\\"b\" c"),
            Reach {
                length: 6,
                closed: true
            }
        );
        assert_eq!(
            length("\"Title {\n}"),
            Reach {
                length: 6,
                closed: false
            }
        );
        assert_eq!(
            length("\"a\\\nb\""),
            Reach {
                length: 3,
                closed: false
            }
        );
    }
}
