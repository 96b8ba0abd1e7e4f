//! Which rows a block of a mapping is for: `only`.

use std::collections::BTreeSet;

use super::columns::Columns;
use super::sheet::Row;
use super::spec::texts_of;
use crate::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::quantity::Decimal;
use crate::record::toml::document::Entry;
use crate::record::toml::problems::{Problems, clipped, listed};
use crate::record::toml::value::{self, wrong};

/// How many values of a column a message lists. Picked by gut feeling.
const SHOWN: usize = 5;

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
    /// Gives the text that it looks at.
    pub(super) fn text<'r>(&self, row: &'r Row<'_>, columns: &Columns<'_>) -> &'r str {
        let cell = columns.cell(row, self.column.key);
        cell.map_or("", |cell| cell.text.trim())
    }

    /// Says what to do where no row is chosen and the column holds `found`.
    pub(super) fn advice(&self, found: &BTreeSet<String>) -> String {
        let known = found.iter().map(String::as_str);
        let nearest = match &self.test {
            Test::OneOf(values) => values
                .iter()
                .find_map(|value| did_you_mean(value, known.clone())),
            Test::NoneOf(_) | Test::Words(_) | Test::Between(..) => None,
        };
        if let Some(nearest) = nearest {
            return format!("Did you mean `{nearest}`?");
        }
        let some: Vec<_> = known.map(clipped).take(SHOWN).collect();
        let some: Vec<&str> = some.iter().map(AsRef::as_ref).collect();
        let others = if found.len() > some.len() {
            ", among others"
        } else {
            ""
        };
        format!("It holds {}{others}.", listed(&some))
    }

    /// Says whether it chooses a row.
    pub(super) fn holds(&self, row: &Row<'_>, columns: &Columns<'_>) -> bool {
        let text = self.text(row, columns);
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
