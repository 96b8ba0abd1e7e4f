//! Which rows a block of a mapping is for: `only`.

use super::spec::{Columns, texts_of};
use crate::diagnostic::Code;
use crate::diagnostic::Diagnostic;
use crate::quantity::Decimal;
use crate::record::toml::document::Entry;
use crate::record::toml::problems::Problems;
use crate::record::toml::value::{self, wrong};

use super::sheet::Row;

/// A condition on a column.
#[derive(Debug)]
pub(super) struct Filter<'m> {
    pub(super) column: Entry<'m>,
    test: Test,
}

#[derive(Debug)]
enum Test {
    /// The cell is one of these.
    OneOf(Vec<String>),
    /// The cell is none of these.
    NoneOf(Vec<String>),
    /// The cell holds one of these as whole words, in small or capital letters.
    Words(Vec<String>),
    /// The cell is a number between these, ends included.
    Between(Option<Decimal>, Option<Decimal>),
}

/// Reads `only = { COLUMN = … }`.
pub(super) fn read<'m>(entry: Entry<'m>, problems: &mut Problems) -> Vec<Filter<'m>> {
    let Some(keys) = entry.table() else {
        wrong(entry, "`{ COLUMN = [\"value\"] }`", problems);
        return Vec::new();
    };
    let columns = keys.block.entries();
    columns
        .filter_map(|column| {
            let test = test(column, problems)?;
            Some(Filter { column, test })
        })
        .collect()
}

fn test(entry: Entry<'_>, problems: &mut Problems) -> Option<Test> {
    let Some(mut keys) = entry.table() else {
        return Some(Test::OneOf(texts_of(entry, problems)?));
    };
    let not = keys.take("not");
    let words = keys.take("words");
    let least = keys.take("at-least");
    let most = keys.take("at-most");
    let test = match (not, words, least.is_some() || most.is_some()) {
        (Some(not), None, false) => Test::NoneOf(texts_of(not, problems)?),
        (None, Some(words), false) => {
            let words = texts_of(words, problems)?.into_iter();
            Test::Words(words.map(|word| word.to_lowercase()).collect())
        }
        (None, None, true) => {
            let end = |end: Option<Entry<'_>>, problems: &mut Problems| {
                end.and_then(|end| value::decimal(end, problems))
            };
            Test::Between(end(least, problems), end(most, problems))
        }
        _ => {
            let message = "expected one of `not`, `words`, `at-least` and `at-most`";
            let report = Diagnostic::new(Code::BadValue, entry.span, message);
            problems.push(report.help("A list says which values the column may have: `[\"1\", \"2\"]`. Two conditions are two blocks, or two columns of one `only`."));
            return None;
        }
    };
    keys.finish(
        "a filter",
        &["not", "words", "at-least", "at-most"],
        problems,
    );
    Some(test)
}

impl Filter<'_> {
    pub(super) fn holds(&self, row: &Row<'_>, columns: &Columns) -> bool {
        let cell = columns.cell(row, self.column.key);
        let text = cell.map_or("", |cell| cell.text.trim());
        match &self.test {
            Test::OneOf(values) => values.iter().any(|value| value == text),
            Test::NoneOf(values) => values.iter().all(|value| value != text),
            Test::Words(words) => {
                let text = text.to_lowercase();
                words.iter().any(|word| has_word(&text, word))
            }
            Test::Between(least, most) => Decimal::from_str_exact(text).is_ok_and(|number| {
                least.is_none_or(|least| number >= least) && most.is_none_or(|most| number <= most)
            }),
        }
    }
}

/// Says whether a text holds a word that is no part of a longer one.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, found)| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after = text
            .get(at + found.len()..)
            .and_then(|text| text.chars().next());
        let inside = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
        !inside(before) && !inside(after) && !found.is_empty()
    })
}

#[cfg(test)]
mod tests {
    use super::has_word;

    #[test]
    fn a_word_is_no_part_of_a_longer_one() {
        assert!(has_word("a member of al-qaeda, they said", "al-qaeda"));
        assert!(has_word("aq: seen", "aq"));
        assert!(!has_word("talqan city", "alqa"));
        assert!(!has_word("al-qaedas", "al-qaeda"));
        assert!(!has_word("", "x"));
    }
}
