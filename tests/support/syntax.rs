//! Checks of lexing, parsing and formatting.

use proptest::prelude::*;
use servanda::source::{SourceFile, Sources};
use servanda::syntax::{self, Parse};

use super::short;

/// Gives the file in the one layout, which must say the same and stay as it is when laid out again.
pub(crate) fn good(text: &str) -> String {
    let (sources, parse) = read(text);
    let problems = short(&sources, &parse.diagnostics);
    assert!(problems.is_empty(), "{problems}");
    laid_out(text)
}

/// Gives the diagnostics of a file with mistakes, which is not laid out.
pub(crate) fn bad(text: &str) -> String {
    let (sources, parse) = read(text);
    assert_eq!(syntax::format(first(&sources), &parse), None);
    covered(first(&sources), &parse);
    short(&sources, &parse.diagnostics)
}

fn read(text: &str) -> (Sources, Parse) {
    let mut sources = Sources::default();
    let id = sources.add("case.treaty", text);
    let parse = syntax::parse(sources.get(id));
    (sources, parse)
}

fn first(sources: &Sources) -> &SourceFile {
    sources.iter().next().unwrap()
}

/// Lays a good file out and holds the result against the laws of layout.
fn laid_out(text: &str) -> String {
    let (sources, parse) = read(text);
    covered(first(&sources), &parse);
    let once = syntax::format(first(&sources), &parse).unwrap();
    let (again, parse_again) = read(&once);
    assert_eq!(
        without_places(&parse),
        without_places(&parse_again),
        "the layout changes the meaning"
    );
    assert_eq!(
        comments(first(&sources), &parse),
        comments(first(&again), &parse_again),
        "a comment is lost"
    );
    assert_eq!(
        syntax::format(first(&again), &parse_again).unwrap(),
        once,
        "the layout is not stable"
    );
    assert!(
        once.is_empty()
            || once.ends_with('\n') && !once.contains("\r\n") && !once.contains('\u{feff}')
    );
    once
}

fn comments<'a>(file: &'a SourceFile, parse: &Parse) -> Vec<&'a str> {
    let text = |start: u32, end: u32| file.text().get(start as usize..end as usize).unwrap();
    parse
        .comments
        .iter()
        .map(|comment| text(comment.start, comment.end))
        .collect()
}

/// Shows a tree without its places.
fn without_places(parse: &Parse) -> String {
    let shown = format!("{:?}{:?}", parse.tree, parse.diagnostics);
    let mut parts = shown.split("Span {");
    let mut out = parts.next().unwrap().to_owned();
    for part in parts {
        out.push_str(part.split_once('}').unwrap().1);
    }
    out
}

/// Holds that every byte belongs to a token, a comment, a blank or a reported run of stray characters.
fn covered(file: &SourceFile, parse: &Parse) {
    let mut places: Vec<(u32, u32)> = parse
        .tokens
        .iter()
        .map(|token| (token.start, token.end))
        .collect();
    places.extend(
        parse
            .comments
            .iter()
            .map(|comment| (comment.start, comment.end)),
    );
    let strays = parse
        .diagnostics
        .iter()
        .filter(|problem| problem.code.name() == "stray-character");
    for problem in strays {
        let labels = std::iter::once(&problem.primary).chain(&problem.related);
        places.extend(labels.map(|label| (label.span.start, label.span.end)));
    }
    places.sort_unstable();
    let mut reached = 0;
    for (start, end) in places {
        let between = file
            .text()
            .get(reached..(start as usize).max(reached))
            .unwrap();
        assert_eq!(
            between.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}'),
            ""
        );
        reached = reached.max(end as usize);
    }
    assert_eq!(
        reached,
        file.text().len(),
        "the end of the file is the last token"
    );
}

/// All good cases, as material for the properties.
fn good_texts() -> Vec<String> {
    super::files("syntax/good", "treaty")
        .iter()
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_and_every_byte_is_covered(text in "\\PC{0,200}|[a-z0-9 {}()\\[\\]\",:.#=+*-]{0,200}") {
        let (sources, parse) = read(&text);
        covered(first(&sources), &parse);
    }

    #[test]
    fn a_mutilated_file_is_read_and_every_byte_is_covered(
        which in any::<prop::sample::Index>(), from in any::<prop::sample::Index>(),
        length in 0_usize..40, instead in "\\PC{0,6}|[{}()\"#,:]|must|pledge|and|\"\"\"",
    ) {
        let texts = good_texts();
        let text: Vec<char> = which.get(&texts).chars().collect();
        let from = from.index(text.len() + 1);
        let rest = text.iter().skip(from + length);
        let mutilated: String = text.iter().take(from).copied().chain(instead.chars()).chain(rest.copied()).collect();
        let (sources, parse) = read(&mutilated);
        covered(first(&sources), &parse);
        if parse.diagnostics.is_empty() {
            laid_out(&mutilated);
        }
    }

    #[test]
    fn blanks_and_comments_between_tokens_mean_nothing(
        which in any::<prop::sample::Index>(),
        blanks in prop::collection::vec(" |\n|\n\n\n|\t| # c\n|\n# own\n", 40),
    ) {
        let texts = good_texts();
        let text = which.get(&texts);
        let (sources, parse) = read(text);
        let mut spread = String::new();
        for (index, token) in parse.tokens.iter().enumerate() {
            spread.push_str(blanks.get(index * 7 % blanks.len()).unwrap());
            spread.push(' ');
            spread.push_str(first(&sources).text().get(token.start as usize..token.end as usize).unwrap());
        }
        let (_, parse_spread) = read(&spread);
        prop_assert!(parse_spread.diagnostics.is_empty(), "{:?}\n{spread}", parse_spread.diagnostics);
        laid_out(&spread);
    }
}

#[test]
fn hostile_files_are_read_in_linear_time() {
    let noise = |length: usize| -> String {
        let mut state = 42_u32;
        let bytes: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .take(length)
        .collect();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let many = 100_000;
    let texts = [
        "{".repeat(many),
        "}".repeat(many),
        "(".repeat(many),
        "\"\"\" ".repeat(many),
        "\"\n".repeat(many),
        "# c\n".repeat(many),
        "article \"a\" {".repeat(many),
        "category c ".to_owned() + &"{ k ".repeat(many),
        "given a() = ".to_owned() + &"(".repeat(many),
        "given a() = 1".to_owned() + &" + 1".repeat(many),
        "given a() = ".to_owned() + &"1% of ".repeat(many),
        "pledge a { if ".to_owned() + &"not ".repeat(many),
        "pledge a { if ".to_owned() + &"a() and b() or ".repeat(many),
        "pledge a { if ".to_owned() + &"once (a() where ".repeat(many),
        "date a = ".to_owned() + &"earlier of (".repeat(many),
        "pledge a { us must a(".to_owned() + &"b: ".repeat(many),
        "scenario \"s\" as of 2021 {".to_owned() + &"2021: ".repeat(many),
        "party us ".to_owned() + &"in ".repeat(many),
        "wrd ".repeat(many),
        "wrd wrd\n".repeat(many),
        noise(1_000_000),
    ];
    for text in texts {
        let start = std::time::Instant::now();
        let (sources, parse) = read(&text);
        covered(first(&sources), &parse);
        let shown: String = text.chars().take(24).collect();
        // A quadratic reading of these takes minutes; a debug build under load takes a second or two.
        assert!(
            start.elapsed().as_secs() < 20,
            "{shown} takes {:?}",
            start.elapsed()
        );
    }
}

#[test]
fn the_depth_is_bounded_and_said_once() {
    for text in [
        "{".repeat(100_000),
        format!("given a() = {}", "(".repeat(100_000)),
    ] {
        let (_, parse) = read(&text);
        assert_eq!(parse.diagnostics.len(), 1, "{:?}", parse.diagnostics);
    }
}

#[test]
fn the_pages_of_the_syntax_codes_show_them() {
    use servanda::diagnostic::Code;
    let syntax_codes = Code::ALL
        .iter()
        .skip_while(|&&code| code != Code::StrayCharacter)
        .take_while(|&&code| code != Code::UnknownName);
    for code in syntax_codes {
        let blocks: Vec<&str> = code.page().split("```treaty\n").skip(1).collect();
        let reported = |block: usize| -> Vec<Code> {
            let text = blocks.get(block).unwrap().split("```").next().unwrap();
            let (_, parse) = read(text);
            parse
                .diagnostics
                .iter()
                .map(|problem| problem.code)
                .collect()
        };
        assert!(reported(0).contains(code), "{code}: {:?}", reported(0));
        assert!(reported(1).is_empty(), "{code}: {:?}", reported(1));
    }
}
