//! Places as programs outside take them: a region that no line beyond the last one is part of, and texts that are no file.

use crate::source::{Position, SourceFile, Span};

/// The name of the text that came in on standard input.
const STANDARD_INPUT: &str = "<stdin>";
/// The name of the text that the options of the run make up.
const COMMAND_LINE: &str = "command line";

/// A stretch of a text. The end does not belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) start: Position,
    pub(super) end: Position,
}

/// Gives the region of a span.
///
/// A text that ends with a line end has no line after it: the place at its very end is that after the line end, in the last line.
pub(super) fn region(file: &SourceFile, span: Span) -> Region {
    Region {
        start: position(file, span.start),
        end: position(file, span.end.max(span.start)),
    }
}

fn position(file: &SourceFile, offset: u32) -> Position {
    let length = file.span().end;
    if offset < length || !file.text().ends_with('\n') {
        return file.position(offset);
    }
    let line_end = file.position(length.saturating_sub(1));
    Position {
        column: line_end.column.saturating_add(1),
        ..line_end
    }
}

/// Says whether a text stands in a file, so that a program outside can open it.
pub(super) fn is_file(file: &SourceFile) -> bool {
    !matches!(file.name(), STANDARD_INPUT | COMMAND_LINE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    fn shown(text: &str, start: usize, end: usize) -> String {
        let mut sources = Sources::default();
        let id = sources.add("x", text);
        let region = region(sources.get(id), Span::new(id, start, end));
        format!("{}-{}", region.start, region.end)
    }

    #[test]
    fn the_end_of_a_text_is_in_its_last_line() {
        assert_eq!(shown("ab\ncd\n", 6, 6), "2:4-2:4");
        assert_eq!(shown("ab\r\n", 4, 4), "1:5-1:5");
        assert_eq!(shown("ab\ncd", 5, 5), "2:3-2:3");
        assert_eq!(shown("", 0, 0), "1:1-1:1");
        assert_eq!(shown("\n", 1, 1), "1:2-1:2");
    }

    #[test]
    fn a_line_with_its_end_reaches_to_the_next() {
        assert_eq!(shown("ab\ncd\n", 0, 3), "1:1-2:1");
        assert_eq!(shown("ab\ncd\n", 3, 6), "2:1-2:4");
    }

    #[test]
    fn columns_are_characters() {
        assert_eq!(shown("\u{feff}x", 3, 4), "1:1-1:2");
        assert_eq!(shown("\u{feff}\n", 4, 4), "1:2-1:2");
        assert_eq!(shown("中🙂\tx", 7, 9), "1:3-1:5");
    }
}
