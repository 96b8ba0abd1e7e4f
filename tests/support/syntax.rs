//! Checks of lexing, parsing and formatting.

use proptest::prelude::*;
use servanda::syntax;

use super::laws::{covered, first, laid_out, read};
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
