//! Texts with a few mistakes: words, lines or whole blocks of a good text left out, doubled, exchanged or carried elsewhere.

/// What is changed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Piece {
    Word,
    Line,
    /// A declaration, or a record with its header.
    Block,
}

/// How it is changed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Change {
    Delete,
    Double,
    Swap,
    /// The other piece takes its place, and stays where it is too.
    Overwrite,
    /// The other piece comes before it.
    Insert,
}

/// One mistake.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mistake {
    pub(crate) piece: Piece,
    pub(crate) change: Change,
    pub(crate) at: usize,
    pub(crate) other: usize,
}

pub(crate) const PIECES: [Piece; 3] = [Piece::Word, Piece::Line, Piece::Block];
pub(crate) const CHANGES: [Change; 5] = [
    Change::Delete,
    Change::Double,
    Change::Swap,
    Change::Overwrite,
    Change::Insert,
];

/// Makes the mistakes, one after the other.
pub(crate) fn spoil(text: &str, mistakes: &[Mistake]) -> String {
    let mut text = text.to_owned();
    for mistake in mistakes {
        text = make(&text, *mistake);
    }
    text
}

fn make(text: &str, mistake: Mistake) -> String {
    let mut pieces: Vec<&str> = match mistake.piece {
        Piece::Word => words(text),
        Piece::Line => text.split_inclusive('\n').collect(),
        Piece::Block => blocks(text),
    };
    // What can be changed: not the blanks between words.
    let places: Vec<usize> = (0..pieces.len())
        .filter(|&at| !pieces[at].trim().is_empty())
        .collect();
    if places.is_empty() {
        return text.to_owned();
    }
    let at = places[mistake.at % places.len()];
    let other = places[mistake.other % places.len()];
    match mistake.change {
        Change::Delete => {
            pieces.remove(at);
        }
        Change::Double => pieces.insert(at, pieces[at]),
        Change::Swap => pieces.swap(at, other),
        Change::Overwrite => pieces[at] = pieces[other],
        Change::Insert => pieces.insert(at, pieces[other]),
    }
    let glue = match mistake.piece {
        // Two words that stand side by side would be one.
        Piece::Word => matches!(mistake.change, Change::Double | Change::Insert),
        Piece::Line | Piece::Block => false,
    };
    if glue {
        pieces.insert(at + 1, " ");
    }
    pieces.concat()
}

/// Splits into words, quoted texts, blanks and single characters.
fn words(text: &str) -> Vec<&str> {
    let class = |letter: char| match letter {
        _ if letter.is_alphanumeric() || "-_.".contains(letter) => 1,
        _ if letter.is_whitespace() => 2,
        _ => 0,
    };
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let end = match (class(letter), letter) {
            (_, '"') => rest[1..].find(['"', '\n']).map_or(rest.len(), |at| at + 2),
            (0, _) => letter.len_utf8(),
            (own, _) => rest.find(|other| class(other) != own).unwrap_or(rest.len()),
        };
        let (word, after) = rest.split_at(end);
        words.push(word);
        rest = after;
    }
    words
}

/// Splits before every line that begins a declaration or a record.
fn blocks(text: &str) -> Vec<&str> {
    let has_headers = text.lines().any(|line| line.starts_with("[["));
    let begins = |line: &str| match line.chars().next() {
        Some('[') => true,
        Some('}' | '#') | None => false,
        Some(letter) => !has_headers && !letter.is_whitespace(),
    };
    let mut blocks = Vec::new();
    let (mut start, mut at) = (0, 0);
    for line in text.split_inclusive('\n') {
        if begins(line) && at > start {
            blocks.push(&text[start..at]);
            start = at;
        }
        at += line.len();
    }
    blocks.push(&text[start..]);
    blocks
}
