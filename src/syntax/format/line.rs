//! A line that is being put together, and how it is broken when it is too long.

/// The widest a line is, where it can be broken.
///
/// Unit: characters.
const WIDTH: usize = 100;

/// How far the rest of a broken line stands in.
const CONTINUATION: usize = 4;

/// A line as phrases of pieces: it is broken between phrases first.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// How far it stands in.
    pub(super) indent: usize,
    /// Whether a comment broke it, so that what follows stands further in.
    pub(super) continued: bool,
    phrases: Vec<Vec<String>>,
}

impl Line {
    pub(super) fn is_empty(&self) -> bool {
        self.phrases.is_empty()
    }

    /// Gives how far a comment in the middle of the line stands in.
    pub(super) fn continuation(&self) -> usize {
        self.indent + CONTINUATION
    }

    pub(super) fn begin_phrase(&mut self) {
        if !self.is_empty() {
            self.phrases.push(vec![String::new()]);
        }
    }

    pub(super) fn begin_piece(&mut self) {
        if let Some(phrase) = self.phrases.last_mut() {
            phrase.push(String::new());
        }
    }

    /// Adds a token's text; a blank before it is left out where a phrase or a piece begins.
    pub(super) fn push(&mut self, blank: bool, text: &str) {
        if self.is_empty() {
            self.phrases.push(vec![String::new()]);
        }
        if let Some(piece) = self.phrases.last_mut().and_then(|phrase| phrase.last_mut()) {
            if blank && !piece.is_empty() {
                piece.push(' ');
            }
            piece.push_str(text);
        }
    }

    /// Writes the line out, without a line end, and empties it.
    pub(super) fn write(&mut self, out: &mut String) {
        let mut writer = Writer {
            out,
            column: None,
            indent: if self.continued {
                self.continuation()
            } else {
                self.indent
            },
        };
        for phrase in self.phrases.drain(..) {
            let whole = phrase.join(" ");
            if writer.fits(&whole) || phrase.len() == 1 {
                writer.add(&whole, self.indent + CONTINUATION);
            } else {
                for piece in &phrase {
                    writer.add(piece, self.indent + CONTINUATION);
                }
            }
        }
    }
}

struct Writer<'a> {
    out: &'a mut String,
    /// The column reached; none at the start of a line.
    column: Option<usize>,
    indent: usize,
}

impl Writer<'_> {
    /// Says whether a text fits a line of its own.
    fn fits(&self, text: &str) -> bool {
        self.indent + first_width(text) <= WIDTH
    }

    /// Adds a text behind a blank where it fits, else on a line of its own.
    fn add(&mut self, text: &str, continuation: usize) {
        match self.column {
            Some(column) if column + 1 + first_width(text) <= WIDTH => self.out.push(' '),
            Some(_) => {
                self.out.push('\n');
                self.indent = continuation;
                self.start();
            }
            None => self.start(),
        }
        self.out.push_str(text);
        let last = self.out.rsplit('\n').next().unwrap_or("");
        self.column = Some(last.chars().count());
    }

    fn start(&mut self) {
        self.out.extend(std::iter::repeat_n(' ', self.indent));
    }
}

/// Gives the width of the first line of a text, which may go over several.
fn first_width(text: &str) -> usize {
    text.split('\n').next().unwrap_or("").chars().count()
}
