//! The lines of a file around some labels, cut to a width and made safe to show.
//!
//! It knows nothing of how they are drawn. Positions inside an excerpt are bytes of its own text.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::diagnostic::Label;
use crate::source::{Position, SourceFile};

use super::wording;

/// How much of a line is looked at on either side of a label; a line may be as long as a file.
const REACH: usize = 400;

/// How much room a text beside its mark needs at least; else it stands below.
const BESIDE: usize = 44;

/// Some lines that follow each other, with marks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// The number of the first line, from 1.
    pub first_line: usize,
    /// Where the first mark stands in the file.
    pub at: Option<Position>,
    /// The lines.
    pub text: String,
    /// What is marked.
    pub marks: Vec<Mark>,
    /// Texts of marks that have no room beside them.
    pub below: Vec<String>,
}

/// A marked place of an excerpt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// First byte in the excerpt.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
    /// What is said there; several lines where it needs them.
    pub text: String,
}

/// Cuts out the lines that `labels`, all of `file`, stand on. `width` is in columns.
#[must_use]
pub fn excerpts(file: &SourceFile, labels: &[&Label], width: usize) -> Vec<Excerpt> {
    let mut placed: Vec<Placed> = labels.iter().map(|label| place(file, label)).collect();
    placed.sort_by_key(|place| (place.line, place.start));
    let last = placed.last().map_or(0, |place| place.line + 1);
    let gutter = last.to_string().len() + 4;
    let room = width.saturating_sub(gutter).max(20);
    let mut groups: Vec<Vec<Placed>> = Vec::new();
    for place in placed {
        match groups.last_mut() {
            Some(group)
                if group
                    .last()
                    .is_some_and(|before| place.line <= before.line + 1) =>
            {
                group.push(place);
            }
            Some(_) | None => groups.push(vec![place]),
        }
    }
    groups
        .iter()
        .map(|group| excerpt(file, group, room))
        .collect()
}

/// A label on one line: bytes of that line.
struct Placed {
    line: usize,
    start: usize,
    end: usize,
    text: String,
}

fn place(file: &SourceFile, label: &Label) -> Placed {
    let text = file.text();
    let mut start = (label.span.start as usize).min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    if label.span.start >= label.span.end {
        start = visible(text, start);
    }
    let line = file.line_of(u32::try_from(start).unwrap_or(u32::MAX));
    let bounds = file.line_span(line).range();
    let start = start.clamp(bounds.start, bounds.end);
    let end = (label.span.end as usize).clamp(start, bounds.end);
    let end = end
        .max(next_boundary(text, start))
        .min(bounds.end.max(start));
    Placed {
        line,
        start: start - bounds.start,
        end: end - bounds.start,
        text: wording::harmless(&label.text),
    }
}

/// Moves a place of no width at the end of a line or file onto the last visible character before it.
fn visible(text: &str, start: usize) -> usize {
    let after = text.get(start..).and_then(|rest| rest.chars().next());
    if after.is_some_and(|letter| !letter.is_whitespace()) {
        return start;
    }
    let before = text.get(..start).unwrap_or("");
    before
        .char_indices()
        .rev()
        .find(|(_, letter)| !letter.is_whitespace())
        .map_or(start, |(at, _)| at)
}

fn next_boundary(text: &str, start: usize) -> usize {
    let length = text
        .get(start..)
        .and_then(|rest| rest.chars().next())
        .map_or(0, char::len_utf8);
    start + length
}

fn excerpt(file: &SourceFile, group: &[Placed], room: usize) -> Excerpt {
    let Some(first) = group.first() else {
        return Excerpt::default();
    };
    let bounds = file.line_span(first.line);
    let offset = bounds.range().start + first.start;
    let mut excerpt = Excerpt {
        first_line: first.line + 1,
        at: Some(file.position(u32::try_from(offset).unwrap_or(u32::MAX))),
        ..Excerpt::default()
    };
    let lines: Vec<usize> = group.iter().map(|place| place.line).collect();
    let indent = lines
        .iter()
        .map(|&line| leading_blanks(file.slice(file.line_span(line))))
        .min()
        .unwrap_or(0);
    let mut done = None;
    for place in group {
        if done == Some(place.line) {
            continue;
        }
        done = Some(place.line);
        let marked: Vec<&Placed> = group
            .iter()
            .filter(|other| other.line == place.line)
            .collect();
        add_line(&mut excerpt, file, &marked, indent, room);
    }
    excerpt
}

fn leading_blanks(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t', '\u{feff}']).len()
}

fn add_line(
    excerpt: &mut Excerpt,
    file: &SourceFile,
    marked: &[&Placed],
    indent: usize,
    room: usize,
) {
    let Some(first) = marked.first() else { return };
    let line = file.slice(file.line_span(first.line));
    let end = marked.iter().map(|place| place.end).max().unwrap_or(0);
    let cut = Cut::new(line, indent.min(first.start), first.start, end, room);
    if !excerpt.text.is_empty() {
        excerpt.text.push('\n');
    }
    let base = excerpt.text.len();
    excerpt.text.push_str(&cut.text);
    for place in marked {
        let (start, end) = (cut.position(place.start), cut.position(place.end));
        let column = cut.text.get(..start).unwrap_or("").width();
        let shown = cut.text.get(start..end).unwrap_or("").width();
        let space = room.saturating_sub(column + shown / 2 + 4);
        let beside = marked.len() == 1 && (space >= BESIDE || place.text.width() <= space);
        let text = if beside {
            wrap(&place.text, space).join("\n")
        } else {
            if !place.text.is_empty() {
                excerpt.below.push(place.text.clone());
            }
            String::new()
        };
        excerpt.marks.push(Mark {
            start: base + start,
            end: base + end,
            text,
        });
    }
}

/// A line cut to the room there is.
struct Cut {
    text: String,
    /// Byte in the line, byte in `text`, ascending; characters that are not shown stand where they would begin.
    map: Vec<(usize, usize)>,
}

impl Cut {
    fn new(line: &str, indent: usize, start: usize, end: usize, room: usize) -> Cut {
        let from = boundary(line, start.saturating_sub(REACH).max(indent));
        let to = boundary(line, (end + REACH).min(line.len()));
        let letters = letters(line, from, to);
        let total: usize = letters.iter().map(|letter| letter.width).sum();
        let column = |at: usize| -> usize {
            letters
                .iter()
                .filter(|letter| letter.at < at)
                .map(|letter| letter.width)
                .sum()
        };
        let whole = total <= room && from <= indent && to == line.len();
        let (first, last) = if whole {
            (0, total)
        } else {
            at_blank(
                &letters,
                window(column(start), column(end), total, room),
                column(start),
            )
        };
        let mut cut = Cut {
            text: String::new(),
            map: Vec::new(),
        };
        if first > 0 || from > indent {
            cut.text.push('…');
        }
        let mut column = 0;
        for letter in &letters {
            cut.map.push((letter.at, cut.text.len()));
            if column >= first && column + letter.width <= last {
                cut.text.push_str(&letter.shown);
            }
            column += letter.width;
        }
        cut.map.push((to, cut.text.len()));
        if last < total || to < line.len() {
            cut.text.push('…');
        }
        cut
    }

    fn position(&self, at: usize) -> usize {
        let index = self.map.partition_point(|&(from, _)| from < at);
        let found = self.map.get(index).or(self.map.last());
        found.map_or(0, |&(_, to)| to)
    }
}

/// Chooses the columns to show so that the marked ones are among them, with the beginning of the line if it fits.
fn window(start: usize, end: usize, total: usize, room: usize) -> (usize, usize) {
    let room = room.saturating_sub(2);
    if end <= room {
        return (0, room);
    }
    let first = (end.saturating_sub(room)).min(start);
    (first, (first + room).min(total))
}

/// Moves the beginning of a window to the next blank, if one is near and before the mark.
fn at_blank(letters: &[Letter], (first, last): (usize, usize), mark: usize) -> (usize, usize) {
    if first == 0 {
        return (first, last);
    }
    let mut column = 0;
    for letter in letters {
        if column >= first && letter.shown == " " && column <= mark && column < first + 16 {
            return (column, last);
        }
        column += letter.width;
    }
    (first, last)
}

struct Letter {
    at: usize,
    shown: String,
    width: usize,
}

fn letters(line: &str, from: usize, to: usize) -> Vec<Letter> {
    let text = line.get(from..to).unwrap_or("");
    text.char_indices()
        .map(|(at, letter)| {
            let shown = match letter {
                '\u{feff}' => String::new(),
                '\t' => "    ".to_owned(),
                other if wording::is_harmful(other) => "\u{fffd}".to_owned(),
                other => other.to_string(),
            };
            let width = match letter {
                '\u{feff}' => 0,
                '\t' => 4,
                other => other.width().unwrap_or(1),
            };
            Letter {
                at: from + at,
                shown,
                width,
            }
        })
        .collect()
}

fn boundary(line: &str, at: usize) -> usize {
    let mut at = at.min(line.len());
    while !line.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Breaks a text into lines of at most `width` columns, at blanks; a longer word stands alone. Line breaks in the text are kept.
#[must_use]
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        let mut used = 0;
        for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
            let needed = word.width() + usize::from(used > 0);
            if used > 0 && used + needed > width {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += word.width();
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::string_slice,
        reason = "a failing test should stop"
    )]
    use super::*;
    use crate::source::{Sources, Span};

    fn shown(text: &str, needle: &str, width: usize) -> (String, String) {
        let mut sources = Sources::default();
        let id = sources.add("x", text);
        let start = text.find(needle).unwrap();
        let label = Label {
            span: Span::new(id, start, start + needle.len()),
            text: String::new(),
        };
        let excerpts = excerpts(sources.get(id), &[&label], width);
        let excerpt = &excerpts[0];
        let mark = &excerpt.marks[0];
        (
            excerpt.text.clone(),
            excerpt.text[mark.start..mark.end].to_owned(),
        )
    }

    #[test]
    fn the_mark_stays_on_its_text() {
        let text = "  party taliban \"طالبان\" known as \"塔利班\" mistake";
        assert_eq!(shown(text, "mistake", 80).1, "mistake");
        assert_eq!(shown(text, "mistake", 40).1, "mistake");
        assert_eq!(shown(text, "塔利班", 40).1, "塔利班");
        assert_eq!(shown("\t\tparty\tx", "x", 80).1, "x");
    }

    #[test]
    fn a_long_line_is_cut_around_the_mark() {
        let text = format!("{} here {}", "a ".repeat(500), "b ".repeat(500));
        let (line, mark) = shown(&text, "here", 60);
        assert_eq!(mark, "here");
        assert!(line.width() <= 60, "{line}");
        assert!(line.starts_with('…') && line.ends_with('…'));
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        let (line, mark) = shown("a\u{1b}[31m b", "b", 80);
        assert_eq!((line.as_str(), mark.as_str()), ("a\u{fffd}[31m b", "b"));
    }

    #[test]
    fn a_place_of_no_width_at_the_end_is_on_the_last_token() {
        let mut sources = Sources::default();
        let text = "pledge x {\n  us must\n\n";
        let id = sources.add("x", text);
        let label = Label {
            span: Span::new(id, text.len(), text.len()),
            text: String::new(),
        };
        let excerpts = excerpts(sources.get(id), &[&label], 80);
        let mark = &excerpts[0].marks[0];
        assert_eq!(&excerpts[0].text[mark.start..mark.end], "t");
    }
}
