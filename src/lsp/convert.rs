//! The only place that turns our types into those of the protocol, and back.

use std::fmt::Write;
use std::str::FromStr;

use lsp_types::{
    Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString,
    Position, Range, Uri,
};

use crate::diagnostic::Severity;
use crate::ide::published::Published;
use crate::source::Span;

/// In what a column is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Bytes.
    Utf8,
    /// Units of UTF-16, which every client understands.
    Utf16,
}

impl Encoding {
    fn width(self, letter: char) -> usize {
        match self {
            Encoding::Utf8 => letter.len_utf8(),
            Encoding::Utf16 => letter.len_utf16(),
        }
    }
}

/// The lines of a text as the protocol counts them: `\n`, `\r\n` and a lone `\r` end one.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
    encoding: Encoding,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str, encoding: Encoding) -> Lines<'a> {
        let bytes = text.as_bytes();
        let mut starts: Vec<usize> = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        // Few texts have any.
        let returns = text.match_indices('\r').map(|(at, _)| at + 1);
        let before = starts.len();
        starts.extend(returns.filter(|&next| bytes.get(next) != Some(&b'\n')));
        if starts.len() > before {
            starts.sort_unstable();
        }
        Lines {
            text,
            starts,
            encoding,
        }
    }

    /// Gives the place of a byte; past the end it is the end.
    pub(super) fn position(&self, offset: usize) -> Position {
        let offset = self.boundary(offset);
        let line = self
            .starts
            .partition_point(|&start| start <= offset)
            .saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or(0);
        let before = self.text.get(start..offset).unwrap_or_default();
        let column = self.width(before);
        Position::new(narrow(line), narrow(column))
    }

    /// Gives the byte at a place; past the end of a line it is the end of the line, as the protocol asks.
    pub(super) fn offset(&self, position: Position) -> usize {
        let line = position.line as usize;
        let Some(&start) = self.starts.get(line) else {
            return self.text.len();
        };
        let end = self
            .starts
            .get(line + 1)
            .copied()
            .unwrap_or(self.text.len());
        let text = self.text.get(start..end).unwrap_or_default();
        let text = text.trim_end_matches(['\n', '\r']);
        let mut column = 0;
        for (at, letter) in text.char_indices() {
            if column >= position.character as usize {
                return start + at;
            }
            column += self.encoding.width(letter);
        }
        start + text.len()
    }

    fn width(&self, text: &str) -> usize {
        if text.is_ascii() {
            return text.len();
        }
        text.chars().map(|letter| self.encoding.width(letter)).sum()
    }

    pub(super) fn range(&self, span: Span) -> Range {
        Range {
            start: self.position(span.start as usize),
            end: self.position(span.end as usize),
        }
    }

    /// Gives the place behind the last letter.
    pub(super) fn whole(&self) -> Range {
        Range {
            start: Position::new(0, 0),
            end: self.position(self.text.len()),
        }
    }

    fn boundary(&self, offset: usize) -> usize {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }
}

fn narrow(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// Gives a diagnostic; `locate` knows where the other places are.
pub(super) fn diagnostic(
    published: &Published,
    range: Range,
    locate: impl Fn(Span) -> Option<Location>,
) -> Diagnostic {
    let related: Vec<DiagnosticRelatedInformation> = published
        .related
        .iter()
        .filter_map(|(span, text)| {
            let message = if text.is_empty() { "here" } else { text };
            Some(DiagnosticRelatedInformation {
                location: locate(*span)?,
                message: message.to_owned(),
            })
        })
        .collect();
    Diagnostic {
        range,
        severity: Some(severity(published.severity)),
        code: Some(NumberOrString::String(published.code.to_owned())),
        code_description: None,
        source: Some("servanda".to_owned()),
        message: published.message.clone(),
        related_information: (!related.is_empty()).then_some(related),
        tags: None,
        data: published
            .mirrored
            .then(|| serde_json::json!({ "mirrors": true })),
    }
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Advice => DiagnosticSeverity::INFORMATION,
    }
}

/// Gives the path that an address means; none where it is no file of this machine.
pub(super) fn path(uri: &Uri) -> Option<String> {
    let rest = uri.as_str().strip_prefix("file://")?;
    let rest = rest.strip_prefix("localhost").unwrap_or(rest);
    let mut bytes = Vec::with_capacity(rest.len());
    let mut letters = rest.bytes();
    while let Some(byte) = letters.next() {
        if byte == b'%' {
            let high = letters.next()?;
            let low = letters.next()?;
            bytes.push(hex(high)? << 4 | hex(low)?);
        } else {
            bytes.push(byte);
        }
    }
    let path = String::from_utf8(bytes).ok()?;
    path.starts_with('/').then(|| crate::project::normal(&path))
}

fn hex(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}

/// Gives the address of a file.
pub(super) fn uri(path: &str) -> Option<Uri> {
    let mut text = String::from("file://");
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
    Uri::from_str(&text).ok()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test should stop")]
    use super::*;

    /// A line and a column.
    type At = (u32, u32);

    /// Text, byte, and its place in UTF-16 and in UTF-8.
    const PLACES: [(&str, usize, At, At); 9] = [
        ("ab\ncd", 4, (1, 1), (1, 1)),
        ("طالبان x", 13, (0, 7), (0, 13)),
        ("中文 x", 7, (0, 3), (0, 7)),
        ("😀x", 4, (0, 2), (0, 4)),
        ("\tx", 1, (0, 1), (0, 1)),
        ("a\r\nx", 3, (1, 0), (1, 0)),
        ("a\rx", 2, (1, 0), (1, 0)),
        ("e\u{301}x", 3, (0, 2), (0, 3)),
        ("", 0, (0, 0), (0, 0)),
    ];

    #[test]
    fn columns_are_counted_as_agreed_upon() {
        for (text, byte, utf16, utf8) in PLACES {
            for (encoding, (line, column)) in [(Encoding::Utf16, utf16), (Encoding::Utf8, utf8)] {
                let lines = Lines::new(text, encoding);
                let place = Position::new(line, column);
                assert_eq!(lines.position(byte), place, "{text:?} {encoding:?}");
                assert_eq!(lines.offset(place), byte, "{text:?} {encoding:?}");
            }
        }
    }

    #[test]
    fn a_place_past_the_end_is_the_end() {
        let lines = Lines::new("ab\r\nc", Encoding::Utf16);
        assert_eq!(lines.offset(Position::new(0, 99)), 2);
        assert_eq!(lines.offset(Position::new(9, 0)), 5);
    }

    #[test]
    fn addresses_lead_to_paths_and_back() {
        for path in ["/a/b c.treaty", "/ü/中文.toml", "/a%20b#?.toml"] {
            assert_eq!(super::path(&uri(path).unwrap()).unwrap(), path);
        }
        let foreign = Uri::from_str("untitled:Untitled-1").unwrap();
        assert_eq!(super::path(&foreign), None);
    }
}
