//! Text literals: where one ends, and what it says.

use crate::syntax::token::Keyword;

/// How far a text literal reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::syntax) struct Reach {
    /// Bytes, quotes included.
    pub(in crate::syntax) length: usize,
    /// Whether its closing quote is there.
    pub(in crate::syntax) closed: bool,
}

/// What a text literal says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::syntax) struct Decoded {
    /// The text, escapes resolved.
    pub(in crate::syntax) value: String,
    /// The escapes that the language does not know, as they stand.
    pub(in crate::syntax) bad_escapes: Vec<String>,
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

/// Reads the text literal `raw`, which has its quotes (the closing one may be missing).
pub(in crate::syntax) fn decode(raw: &str) -> Decoded {
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

fn unescape(body: &str) -> Decoded {
    let mut decoded = Decoded::default();
    let mut rest = body;
    while let Some((plain, escaped)) = rest.split_once('\\') {
        decoded.value.push_str(plain);
        let length = escape(escaped, &mut decoded);
        rest = escaped.get(length..).unwrap_or("");
    }
    decoded.value.push_str(rest);
    decoded
}

/// Reads what stands behind a backslash and gives its length in bytes.
fn escape(rest: &str, decoded: &mut Decoded) -> usize {
    let Some(first) = rest.chars().next() else {
        decoded.bad_escapes.push("\\".to_owned());
        return 0;
    };
    let plain = match first {
        '"' | '\\' => Some(first),
        'n' => Some('\n'),
        _ => None,
    };
    if let Some(plain) = plain {
        decoded.value.push(plain);
        return 1;
    }
    let braced = rest
        .strip_prefix("u{")
        .and_then(|body| body.split_once('}'))
        .map(|(digits, _)| digits);
    if let Some(digits) = braced.filter(|digits| digits.len() <= 6)
        && let Some(character) = u32::from_str_radix(digits, 16)
            .ok()
            .and_then(char::from_u32)
    {
        decoded.value.push(character);
        return digits.len() + 3;
    }
    decoded.bad_escapes.push(format!("\\{first}"));
    decoded.value.push(first);
    first.len_utf8()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_read() {
        assert_eq!(decode(r#""a\"b\\c\nd\u{644}""#).value, "a\"b\\c\ndل");
        assert_eq!(
            decode(r#""\q\u{110000}\u{""#).bad_escapes,
            ["\\q", "\\u", "\\u"]
        );
    }

    #[test]
    fn common_indentation_is_removed() {
        assert_eq!(
            decode("\"\"\"\n    a\n      b\r\n\n    c\n  \"\"\"").value,
            "a\n  b\n\nc"
        );
        assert_eq!(decode("\"\"\"a\n    b\"\"\"").value, "a\nb");
        assert_eq!(decode("\"\"\"\"\"\"").value, "");
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
