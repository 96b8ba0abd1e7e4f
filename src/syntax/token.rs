//! Tokens, comments, and the table of reserved words.
//!
//! A token is a kind and a place; its text stays in the source. What a token means (the value of a number, the characters of a text)
//! is read from that text by whoever needs it.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the characters'")]
pub enum TokenKind {
    /// A word that is not reserved.
    Word,
    /// A reserved word.
    Keyword(Keyword),
    /// `8600`, `8_600`, `3.67`; also a year.
    Number,
    /// `70%`.
    Percent,
    /// `2020-02-29`.
    Date,
    /// `2020-02`.
    Month,
    /// `04-30`.
    MonthDay,
    /// `2020-02-29T16:30+04:30`.
    Instant,
    /// A date in the EDTF subset; only where a scenario has one.
    When,
    /// `"…"` or `"""…"""`, with its quotes.
    Text,
    LeftBrace,
    RightBrace,
    LeftParen,
    RightParen,
    LeftBracket,
    RightBracket,
    Comma,
    Colon,
    Dot,
    Plus,
    Minus,
    Star,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    /// The end of the file, of width zero; always the last token.
    End,
}

/// A token: a kind and the bytes it covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// First byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
    /// Whether only blanks stand before it on its line.
    pub first_on_line: bool,
    /// Whether a problem in it was reported, so that its value is a hole.
    pub spoilt: bool,
    /// Whether characters that belong to no token stand between it and the token before it.
    pub after_stray: bool,
}

/// A comment, from its `#` to the end of its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// First byte.
    pub start: u32,
    /// The byte after the last one, before the line end.
    pub end: u32,
    /// Whether only blanks stand before it on its line.
    pub first_on_line: bool,
}

/// A reserved word: its place in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Keyword(u8);

impl Keyword {
    /// Gives the word.
    #[must_use]
    pub fn text(self) -> &'static str {
        WORDS.get(usize::from(self.0)).copied().unwrap_or_default()
    }
}

/// Gives every reserved word, in the order of the table.
#[must_use]
pub fn keywords() -> &'static [&'static str] {
    WORDS
}

macro_rules! keywords {
    ($($constant:ident $text:literal)*) => {
        const WORDS: &[&str] = &[$($text),*];

        #[expect(non_camel_case_types, clippy::upper_case_acronyms, reason = "it only counts the constants below")]
        enum Index { $($constant),* }

        #[expect(missing_docs, reason = "each constant is the word of the same name")]
        impl Keyword {
            $(pub const $constant: Keyword = Keyword(Index::$constant as u8);)*

            /// Finds a reserved word.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Keyword> {
                match word {
                    $($text => Some(Keyword::$constant),)*
                    _ => None,
                }
            }
        }
    };
}

keywords! {
    // Items.
    USE "use" AGREEMENT "agreement" DATE "date" UNIT "unit" HOLIDAY "holiday"
    PARTY "party" ACTOR "actor" GROUP "group" PLACE "place" CATEGORY "category"
    EVENT "event" MEASURE "measure" GIVEN "given" STATE "state" RELATION "relation"
    ARTICLE "article" PLEDGE "pledge" SCENARIO "scenario"
    // Header clauses.
    IN "in" FORCE "force" ENDS "ends" JOINS "joins" LEAVES "leaves" RENEWS "renews" UNLESS "unless"
    WEEKEND "weekend" TIMEZONE "timezone" MONTH_ENDS "month-ends" ROLLOVER "rollover"
    STANDARD "standard" CORROBORATION "corroboration" CITES "cites" SOURCE "source"
    // Attributes and vocabulary.
    KNOWN "known" AS "as" BOUND "bound" ADVERSE "adverse" ALLIED "allied" TO "to"
    COUNTS "counts" DECLARED "declared" BOAST "boast" LASTS "lasts" STEP "step" POINT "point" BEGINS "begins"
    // Clauses.
    QUOTE "quote" NOTE "note" FOR "for" EACH "each" WHERE "where" UPON "upon" WHENEVER "whenever"
    IF "if" WHILE "while" PROVIDED "provided" HOLDS "holds" UNJUDGED "unjudged"
    EXCEPT "except" EXCUSED "excused" SUSPENDED "suspended" WAIVED "waived" EXTENDED "extended"
    WITH "with" EFFECT "effect" TOLLING "tolling"
    // The sentence.
    MUST "must" SHOULD "should" MAY "may" NOT "not" ENSURE "ensure" REACH "reach" KEEP "keep"
    ALLOW "allow" PREVENT "prevent" SHOWN "shown" ENDEAVOUR "endeavour" BROKEN "broken"
    // Timing and moments.
    BY "by" BEFORE "before" WITHIN "within" BETWEEN "between" AFTER "after" ON "on" AT "at"
    FROM "from" UNTIL "until" EVERY "every" STARTING "starting" FIRST "first" PER "per" ANY "any"
    NO "no" DEADLINE "deadline" ENTRY "entry" INTO "into" END "end"
    FULFILMENT "fulfilment" BREACH "breach" EARLIER "earlier" LATER "later"
    // Terms, conditions and quantities.
    AND "and" OR "or" ONCE "once" IS "is" EXACTLY "exactly" OTHER "other" THAN "than" PART "part" OF "of"
    COUNT "count" SUM "sum" TOTAL "total" DURING "during" THE "the" TRUE "true" FALSE "false"
    // Scenarios.
    SAID "said" DENIED "denied" RETRACTED "retracted" OBSERVED "observed" EXPECT "expect"
    // Units of time.
    MINUTE "minute" MINUTES "minutes" HOUR "hour" HOURS "hours" DAY "day" DAYS "days"
    WORKING "working" WEEK "week" WEEKS "weeks" MONTH "month" MONTHS "months" YEAR "year" YEARS "years"
}

impl Keyword {
    /// The words that begin an item.
    pub const ITEMS: &'static [Keyword] = &[
        Keyword::USE,
        Keyword::AGREEMENT,
        Keyword::DATE,
        Keyword::UNIT,
        Keyword::HOLIDAY,
        Keyword::PARTY,
        Keyword::ACTOR,
        Keyword::GROUP,
        Keyword::PLACE,
        Keyword::CATEGORY,
        Keyword::EVENT,
        Keyword::MEASURE,
        Keyword::GIVEN,
        Keyword::STATE,
        Keyword::RELATION,
        Keyword::ARTICLE,
        Keyword::PLEDGE,
        Keyword::SCENARIO,
    ];

    /// The words that begin a clause of a pledge, the sentence apart; `for` only before `each`.
    pub const CLAUSES: &'static [Keyword] = &[
        Keyword::CITES,
        Keyword::QUOTE,
        Keyword::NOTE,
        Keyword::FOR,
        Keyword::UPON,
        Keyword::WHENEVER,
        Keyword::IF,
        Keyword::WHILE,
        Keyword::PROVIDED,
        Keyword::UNJUDGED,
        Keyword::EXCEPT,
        Keyword::EXCUSED,
        Keyword::SUSPENDED,
        Keyword::WAIVED,
        Keyword::EXTENDED,
        Keyword::STANDARD,
    ];

    /// The words that begin a clause of the header.
    pub const HEADERS: &'static [Keyword] = &[
        Keyword::IN,
        Keyword::ENDS,
        Keyword::JOINS,
        Keyword::LEAVES,
        Keyword::RENEWS,
        Keyword::EXTENDED,
        Keyword::WEEKEND,
        Keyword::TIMEZONE,
        Keyword::MONTH_ENDS,
        Keyword::ROLLOVER,
        Keyword::STANDARD,
        Keyword::CORROBORATION,
        Keyword::CITES,
        Keyword::SOURCE,
    ];

    /// The words that begin a timing phrase.
    pub const TIMINGS: &'static [Keyword] = &[
        Keyword::BY,
        Keyword::BEFORE,
        Keyword::ON,
        Keyword::WITHIN,
        Keyword::AT,
        Keyword::FROM,
        Keyword::UNTIL,
        Keyword::BETWEEN,
        Keyword::EVERY,
        Keyword::PER,
        Keyword::WITH,
    ];

    /// The words that make the name before them the subject of a sentence.
    pub const MODALS: &'static [Keyword] = &[Keyword::MUST, Keyword::SHOULD, Keyword::MAY];

    /// Says whether the word is a unit of time, or the first half of one.
    #[must_use]
    pub fn is_time_unit(self) -> bool {
        Keyword::MINUTE <= self && self <= Keyword::YEARS
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test should stop")]
    use super::*;

    #[test]
    fn every_reserved_word_is_found_again() {
        for word in keywords() {
            assert_eq!(Keyword::from_word(word).unwrap().text(), *word);
        }
    }

    #[test]
    fn nouns_of_the_field_and_words_behind_a_fixed_word_are_free() {
        for word in [
            "attack",
            "report",
            "incident",
            "ceasefire",
            "performance",
            "excuse",
            "condition",
            "review",
            "none",
            "clamp",
            "stick",
            "last",
            "least",
            "quarter",
            "presumed",
            "established",
            "late",
            "it",
        ] {
            assert_eq!(Keyword::from_word(word), None, "{word}");
        }
    }
}
