//! Edits as people and accidents make them: letters typed and deleted, pieces pasted from other files, steps taken back, and garbage.

use serde_json::{Value, json};

/// Throws dice that fall the same way each time.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// Gives a number below `bound`, which is not 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        // The generator of Marsaglia, "Xorshift RNGs" (2003), with the shifts 13, 7 and 17.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }
}

/// What nobody means to write.
const GARBAGE: &[&str] = &[
    "\"",
    "\"\"\"",
    "'",
    "{",
    "}",
    "[[",
    "]]",
    "[",
    "(",
    ")",
    "#",
    "=",
    "\\",
    "\r\n",
    "\r",
    "\n",
    "\n\n\n",
    "\t",
    "\0",
    "\u{1b}[31m",
    "\u{7f}",
    "\u{feff}",
    "\u{202e}",
    "\u{2028}",
    "😀",
    "👩‍👩‍👧",
    "الشمال",
    "中文",
    "e\u{301}",
    "𝕊",
    "\u{fffd}",
    "0000-00-00",
    "2024-02-30",
    "99999999999999999999999999",
    "1e400",
    "-0.0",
    "must must not",
    "within within 3",
    "<<<<<<< ours",
];

/// What may well stand in a file of some kind.
const WORDS: &[&str] = &[
    "pledge x {\n  south must not dump(in: delta)\n}\n",
    "north must open-gates(in: delta) by 2024-05-01",
    "  cites \"Article 2\"\n",
    "upon dump(by: south) ",
    " within 3 months of signature",
    "party east \"The East\"\n",
    "event rest(by: actor)\n",
    "use \"words.treaty\"\n",
    "date later = 2024-03-01\n",
    "# a remark\n",
    "scenario \"s\" {\n  expect gates: pending\n}\n",
    "[[event]]\nid = \"x\"\nkind = \"dump\"\nwhen = 2024-02-03\nby = \"south\"\nin = \"delta\"\nsource = \"commission\"\nbasis = \"observed\"\n",
    "[sources.radio]\nreliability = \"C\"\n",
    "denies = \"dumped\"\n",
    "when = 2024-05\n",
    "[[coverage]]\nof = [\"dump\"]\nfrom = 2024-01-01\nto = 2024-06-01\nsource = \"commission\"\n",
    "rules = [\"*.treaty\"]\n",
    "records = [\"records\"]\n",
    "records = [\".\"]\n",
    "records = [\"rules.treaty\"]\n",
    "rules = [\".\"]\n",
    "rules = [\"records/one.toml\", \"rules.treaty\"]\n",
    "records = []\n",
    "as-of = 2024-03-01\n",
    "standard = \"corroborated\"\n",
    "[lints]\n",
    "unused-name = \"allow\"\n",
];

/// A file while it is edited, with what it was before.
pub(crate) struct Draft {
    pub(crate) text: String,
    original: String,
    past: Vec<String>,
}

/// A place to replace and what to put there, in bytes.
struct Edit {
    start: usize,
    end: usize,
    text: String,
}

impl Draft {
    pub(crate) fn new(text: &str) -> Draft {
        Draft {
            text: text.to_owned(),
            original: text.to_owned(),
            past: Vec::new(),
        }
    }

    /// Edits the file; gives the changes as the protocol has them. `others` are texts to paste from.
    pub(crate) fn edit(&mut self, dice: &mut Dice, others: &[&str]) -> Vec<Value> {
        self.past.push(self.text.clone());
        match dice.below(20) {
            0..5 => self.undo(dice),
            // What has become garbage throughout finds no faults but the first.
            5 => {
                self.text = self.original.clone();
                self.past.clear();
                vec![json!({ "text": self.text })]
            }
            6 | 7 => (0..2 + dice.below(3))
                .map(|_| self.step(dice, others))
                .collect(),
            _ => vec![self.step(dice, others)],
        }
    }

    fn undo(&mut self, dice: &mut Dice) -> Vec<Value> {
        let steps = 1 + dice.below(3);
        let mut before = self.text.clone();
        for _ in 0..=steps {
            before = self.past.pop().unwrap_or(before);
        }
        let start = common(self.text.chars(), before.chars());
        let start: usize = self.text.chars().take(start).map(char::len_utf8).sum();
        let (own, old) = (&self.text[start..], &before[start..]);
        let tail = common(own.chars().rev(), old.chars().rev());
        let tail: usize = own.chars().rev().take(tail).map(char::len_utf8).sum();
        let edit = Edit {
            start,
            end: self.text.len() - tail,
            text: before[start..before.len() - tail].to_owned(),
        };
        let edit = self.whole_line_ends(edit);
        vec![self.apply(&edit)]
    }

    fn step(&mut self, dice: &mut Dice, others: &[&str]) -> Value {
        let start = dice.below(self.text.len() + 1);
        let length = match dice.below(8) {
            0..4 => 0,
            4 | 5 => 1,
            6 => dice.below(12),
            _ => dice.below(200),
        };
        let text = match dice.below(12) {
            0 | 1 => String::new(),
            2 | 3 => dice.pick(GARBAGE).to_owned(),
            4..7 => dice.pick(WORDS).to_owned(),
            7 | 8 => piece(dice, others),
            9 => char::from(b' ' + u8::try_from(dice.below(95)).unwrap()).to_string(),
            10 => "\n".to_owned(),
            _ if dice.below(10) == 0 => "x😀\" ".repeat(1 + dice.below(3_000)),
            _ => " ".to_owned(),
        };
        let end = (start + length).min(self.text.len());
        let edit = self.whole_line_ends(Edit { start, end, text });
        self.apply(&edit)
    }

    /// Moves the ends of an edit out of letters and line ends: the protocol has no place between the parts of either.
    fn whole_line_ends(&self, edit: Edit) -> Edit {
        let bytes = self.text.as_bytes();
        let inside = |at: usize| {
            let in_line_end = at > 0 && bytes.get(at - 1..=at) == Some(b"\r\n");
            !self.text.is_char_boundary(at) || in_line_end
        };
        let (mut start, mut end) = (edit.start, edit.end);
        let mut text = edit.text;
        while inside(start) {
            start -= 1;
        }
        while inside(end) {
            end += 1;
        }
        // What was moved over stays as it was.
        if start < edit.start && self.text.is_char_boundary(edit.start) {
            text.insert_str(0, &self.text[start..edit.start]);
        }
        if end > edit.end && self.text.is_char_boundary(edit.end) {
            text.push_str(&self.text[edit.end..end]);
        }
        Edit { start, end, text }
    }

    fn apply(&mut self, edit: &Edit) -> Value {
        let range = json!({
            "start": place(&self.text, edit.start),
            "end": place(&self.text, edit.end),
        });
        self.text.replace_range(edit.start..edit.end, &edit.text);
        json!({ "range": range, "text": edit.text })
    }
}

/// Counts the letters that two texts begin with alike.
fn common(one: impl Iterator<Item = char>, other: impl Iterator<Item = char>) -> usize {
    one.zip(other).take_while(|(a, b)| a == b).count()
}

fn piece(dice: &mut Dice, others: &[&str]) -> String {
    let text: Vec<char> = dice.pick(others).chars().collect();
    let start = dice.below(text.len().max(1));
    let length = 1 + dice.below(120);
    text.iter().skip(start).take(length).collect()
}

/// Gives the place of a byte as the protocol counts: lines from 0, columns from 0 in units of UTF-16.
pub(crate) fn place(text: &str, at: usize) -> Value {
    let (mut line, mut column) = (0, 0);
    let mut letters = text[..at].chars().peekable();
    while let Some(letter) = letters.next() {
        let ends = letter == '\n' || (letter == '\r' && letters.peek() != Some(&'\n'));
        // A carriage return at the very end may belong to the line feed behind it.
        let ends =
            ends && !(letter == '\r' && letters.peek().is_none() && text[at..].starts_with('\n'));
        if ends {
            (line, column) = (line + 1, 0);
        } else {
            column += letter.len_utf16();
        }
    }
    json!({ "line": line, "character": column })
}
