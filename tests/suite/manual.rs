//! What the pages for users must hold besides true examples: every word of the language, every code of rules, links that lead somewhere.

use std::collections::BTreeSet;
use std::path::Path;

use servanda::diagnostic::{Class, Code};
use servanda::source::Sources;
use servanda::syntax::{self, token};

use crate::cli::here;
use crate::pages::{PAGES, blocks};

/// Gives the words of a text that are letters and hyphens, such as `month-ends`.
fn words(text: &str) -> BTreeSet<&str> {
    let lettered = |letter: char| letter.is_alphabetic() || letter == '-';
    text.split(|letter| !lettered(letter))
        .filter(|word| word.contains(char::is_alphabetic))
        .collect()
}

/// Gives what stands between straight quotes in the grammar and is a word.
fn literals(grammar: &str) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    for line in grammar
        .lines()
        .filter(|line| line.contains("::=") || line.trim_start().starts_with(['|', '(']))
    {
        let inside = line.split('"').skip(1).step_by(2);
        found.extend(inside.filter(|word| words(word).contains(word)));
    }
    found
}

#[test]
fn the_card_the_grammar_and_the_lexer_have_the_same_words() {
    let page = std::fs::read_to_string(here("docs/language.md")).unwrap();
    let grammar = std::fs::read_to_string(here("docs/grammar.ebnf")).unwrap();
    let blocks = blocks(&page);
    let cards: Vec<BTreeSet<&str>> = blocks
        .iter()
        .filter(|block| block.info == ["card"])
        .map(|block| {
            // The first column names the row.
            let lines = block
                .text
                .lines()
                .map(|line| line.get(13..).unwrap_or_default());
            lines.flat_map(words).collect()
        })
        .collect();
    let [reserved, free] = cards.as_slice() else {
        unreachable!("a card of reserved words and one of free ones");
    };
    let lexed: BTreeSet<&str> = token::keywords().iter().copied().collect();
    let differ: Vec<_> = reserved.symmetric_difference(&lexed).collect();
    assert!(differ.is_empty(), "card and lexer differ in {differ:?}");
    let both: Vec<_> = free.intersection(&lexed).collect();
    assert!(both.is_empty(), "reserved, and said to be free: {both:?}");

    let (_, used) = grammar.split_once("file ").unwrap();
    let mut written = literals(used.split("(* N1").next().unwrap());
    // The units of time stand in the grammar as a pattern.
    written.extend(
        lexed.iter().filter(|word| {
            token::Keyword::from_word(word).is_some_and(token::Keyword::is_time_unit)
        }),
    );
    let known: BTreeSet<&str> = lexed.union(free).copied().collect();
    let differ: Vec<_> = written.symmetric_difference(&known).collect();
    assert!(differ.is_empty(), "grammar and card differ in {differ:?}");
}

#[test]
fn every_word_of_the_language_stands_in_an_example() {
    let page = std::fs::read_to_string(here("docs/language.md")).unwrap();
    let mut seen = BTreeSet::new();
    for block in blocks(&page)
        .iter()
        .filter(|block| block.info.first() == Some(&"treaty"))
    {
        let mut sources = Sources::default();
        let id = sources.add("page.treaty", block.text.as_str());
        let file = sources.get(id);
        for token in syntax::parse(file).tokens {
            let text = file.text().get(token.start as usize..token.end as usize);
            seen.insert(text.unwrap().to_owned());
        }
    }
    // `day` and `days` are one word.
    let shown = |word: &&&str| {
        let (one, many) = (word.trim_end_matches('s'), format!("{word}s"));
        let unit = token::Keyword::from_word(word).is_some_and(token::Keyword::is_time_unit);
        seen.contains(**word) || unit && (seen.contains(one) || seen.contains(&many))
    };
    let missing: Vec<_> = token::keywords()
        .iter()
        .filter(|word| !shown(word))
        .collect();
    assert!(missing.is_empty(), "no example has {missing:?}");
}

#[test]
fn every_code_of_rules_stands_in_the_page_on_the_language() {
    let page = std::fs::read_to_string(here("docs/language.md")).unwrap();
    let missing: Vec<&str> = Code::ALL
        .iter()
        .filter(|code| code.class() == Class::Rules)
        .map(|code| code.name())
        .filter(|name| !page.contains(&format!("(codes/{name}.md)")))
        .collect();
    assert!(missing.is_empty(), "no link to {missing:?}");
}

#[test]
fn every_link_of_the_pages_leads_somewhere() {
    let mut dead = Vec::new();
    for path in PAGES {
        let page = std::fs::read_to_string(here(path)).unwrap();
        let folder = Path::new(path).parent().unwrap();
        for link in page.split("](").skip(1) {
            let target = link.split(')').next().unwrap();
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let file = if file.is_empty() {
                Path::new(path).to_path_buf()
            } else {
                folder.join(file)
            };
            let there = here(&file.to_string_lossy());
            let outside = target.starts_with("http");
            let found = there.exists() && (anchor.is_empty() || anchors(&there).contains(anchor));
            if !outside && !found {
                dead.push(format!("{path}: {target}"));
            }
        }
    }
    assert!(dead.is_empty(), "{dead:#?}");
}

/// Gives the anchors of a page's headings, as web pages make them.
fn anchors(page: &Path) -> BTreeSet<String> {
    let text = std::fs::read_to_string(page).unwrap();
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|line| {
            let title = line.trim_start_matches('#').trim().to_lowercase();
            let kept = |letter: &char| letter.is_alphanumeric() || [' ', '-'].contains(letter);
            title
                .chars()
                .filter(kept)
                .collect::<String>()
                .replace(' ', "-")
        })
        .collect()
}
