//! The table of diagnostic codes: the one place that says which there are.
//!
//! A code is a row here, a page in `docs/codes/` and at least one case in `tests/`; a test holds the three together.

use super::Severity;

/// What a code speaks of; it decides the exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// A rule file that cannot be read or understood as written.
    Rules,
    /// A record file that cannot be read or understood as written.
    Records,
    /// A rule that is allowed but probably not meant, or worth a thought.
    Lint,
    /// A verdict: something in the world, not in a file.
    Finding,
}

macro_rules! codes {
    ($($variant:ident $name:literal $class:ident $severity:ident $summary:literal;)*) => {
        /// A kind of diagnostic. The names are kebab-case and name the trouble, not the remedy.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $(#[doc = $summary] $variant,)* }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// Gives the name that is printed and that settings use.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Code::$variant => $name,)* }
            }

            /// Gives the gravity unless a setting changes it.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity,)* }
            }

            /// Gives what the code speaks of.
            #[must_use]
            pub fn class(self) -> Class {
                match self { $(Code::$variant => Class::$class,)* }
            }

            /// Gives one line on what it finds.
            #[must_use]
            pub fn summary(self) -> &'static str {
                match self { $(Code::$variant => $summary,)* }
            }

            /// Gives the page that `servanda explain` shows.
            #[must_use]
            pub fn page(self) -> &'static str {
                match self { $(Code::$variant => include_str!(concat!("../../docs/codes/", $name, ".md")),)* }
            }
        }
    };
}

codes! {
    // The text of a rule file.
    NotText "not-text" Rules Error "a file holds bytes that are no UTF-8 text";
    EmptyFile "empty-file" Rules Error "a rule file that says nothing";
    StrayCharacter "stray-character" Rules Error "a character that no word of the language begins with";
    UnclosedText "unclosed-text" Rules Error "a text without its closing quote";
    BadEscape "bad-escape" Rules Error "an escape in a text that the language does not know";
    BadNumber "bad-number" Rules Error "a number that cannot be read, or that is too large";
    ImpossibleDate "impossible-date" Rules Error "a date that is not in the calendar";
    UnspacedSubtraction "unspaced-subtraction" Rules Error "two numbers joined by a hyphen without blanks";
    UnexpectedWord "unexpected-word" Rules Error "something other than what must stand here";
    MisspeltKeyword "misspelt-keyword" Rules Error "a word that is nearly a keyword where one must stand";
    KeywordAsName "keyword-as-name" Rules Error "a reserved word used as a name";
    MissingBrace "missing-brace" Rules Error "a block that is never closed";
    StrayBrace "stray-brace" Rules Error "a closing brace that closes nothing";
    NestedTooDeep "nested-too-deep" Rules Error "blocks or parentheses nested beyond what any text needs";
    BadDuration "bad-duration" Rules Error "a duration whose parts are out of order, repeated or fractional";
    MixedAndOr "mixed-and-or" Rules Error "`and` and `or` side by side without parentheses";
    MayNot "may-not" Rules Error "`may not`, which can be read two ways";
    // Names.
    UnknownName "unknown-name" Rules Error "a name that nothing declares";
    WrongKindOfName "wrong-kind-of-name" Rules Error "a name of one kind of thing where another is needed";
    DuplicateDeclaration "duplicate-declaration" Rules Error "two declarations of one name";
    AliasClaimedTwice "alias-claimed-twice" Rules Error "one spelling that belongs to two actors or two places at the same time";
    DeclarationCycle "declaration-cycle" Rules Error "declarations that lead back to themselves";
    MissingFile "missing-file" Rules Error "a `use` of a file that cannot be read";
    SecondAgreement "second-agreement" Rules Error "two agreements in one file";
    MisplacedClause "misplaced-clause" Rules Error "a clause in a place where it has no meaning";
    UnknownZone "unknown-zone" Rules Error "a time zone that the zone database does not have";
    // Labels and types.
    UnknownLabel "unknown-label" Rules Error "a label that the kind does not have";
    MissingLabel "missing-label" Rules Error "a term without its label";
    RepeatedLabel "repeated-label" Rules Error "a label given twice";
    ReservedLabel "reserved-label" Rules Error "a label that is a key of every record";
    MissingDoer "missing-doer" Rules Error "a kind without `by` where the obligor must be the doer";
    TypeMismatch "type-mismatch" Rules Error "a value of one type where another is needed";
    UndeclaredUnit "undeclared-unit" Rules Error "a unit that nothing declares";
    UnitMismatch "unit-mismatch" Rules Error "quantities whose units do not convert";
    MonthsAgainstDays "months-against-days" Rules Error "a comparison of calendar months with days";
    UnboundVariable "unbound-variable" Rules Error "a variable that nothing gives a value";
    // Pledges.
    NoSentence "no-sentence" Rules Error "a pledge without its sentence";
    TwoSentences "two-sentences" Rules Error "a pledge with two sentences";
    RepeatedClause "repeated-clause" Rules Error "a clause that may stand once and stands twice";
    TwoDeadlines "two-deadlines" Rules Error "two deadlines in one sentence";
    MissingDeadline "missing-deadline" Rules Error "something to be achieved without a date and without saying so";
    DeadlineOnProhibition "deadline-on-prohibition" Rules Error "`by` or `within` on something that must not be done";
    MisplacedTiming "misplaced-timing" Rules Error "a timing phrase that this kind of duty cannot have";
    MissingTrigger "missing-trigger" Rules Error "a time counted from a trigger that the pledge does not have";
    EndsBeforeStart "ends-before-start" Rules Error "a term, period or window that ends before it starts";
    DeadlineBeforeWindow "deadline-before-window" Rules Error "a deadline before the window opens";
    TooManyCombinations "too-many-combinations" Rules Error "a `for each` or a derivation with more combinations than can be looked at";
    // Record files.
    BadToml "bad-toml" Records Error "a record file that is not TOML";
    UnknownKey "unknown-key" Records Error "a key that no block has";
    MissingKey "missing-key" Records Error "a record without a key that it needs";
    UnknownKind "unknown-kind" Records Error "a record of a kind or measure that the rules do not declare";
    UnknownActor "unknown-actor" Records Error "a name in a record that neither the rules nor a register declares";
    UnknownSource "unknown-source" Records Error "a source that is not declared";
    UnknownRecord "unknown-record" Records Error "a link to a record that is not there";
    DuplicateRecord "duplicate-record" Records Error "two records, sources or register entries of one id";
    BadValue "bad-value" Records Error "a value of the wrong type";
    BadDate "bad-date" Records Error "a date that cannot be read or is not in the calendar";
    EstimateOrder "estimate-order" Records Error "a low estimate above the best, or a best above the high";
    UnknownColumn "unknown-column" Records Error "a column that a table does not have, or has twice";
    BadRow "bad-row" Records Error "a row of a table that cannot be read";
    OutOfOrder "out-of-order" Records Warning "a row that is earlier than the one before it, in a table that its mapping calls sorted";
    NothingChosen "nothing-chosen" Records Warning "a block of a mapping for which no row is chosen";
    UndatedRecord "undated-record" Records Warning "a record with no date on which it became known";
    LateLink "late-link" Records Warning "a correction, retraction or echo of a record that was not there yet";
    ForeignRetraction "foreign-retraction" Records Advice "a retraction of somebody else's record, which counts as a denial";
    DatesDisagree "dates-disagree" Records Advice "records of one incident whose dates cannot both be right";
    PossibleDuplicate "possible-duplicate" Records Advice "two records that may tell of one event and are counted apart";
    UnansweredFinding "unanswered-finding" Records Advice "a finding against a party of which no statement is on file";
    // Lints.
    NoDeadline "no-deadline" Lint Advice "a pledge that can never be overdue";
    ConventionDecides "convention-decides" Lint Advice "a verdict or a lateness that depends on how the period is counted";
    UnusedVariable "unused-variable" Lint Warning "a variable that is bound and never used";
    EmptyGroup "empty-group" Lint Warning "a group that nothing belongs to";
    UnusedName "unused-name" Lint Warning "a name that is declared and that nothing uses";
    NeverTriggered "never-triggered" Lint Warning "a pledge that nothing can make owed";
    ConflictingPledges "conflicting-pledges" Lint Warning "an act that must be done and must not be done at the same time";
    ConstantCondition "constant-condition" Lint Warning "a condition that is always true or always false";
    ExceptionCoversAll "exception-covers-all" Lint Warning "an exception or a permission that leaves nothing of the prohibition";
    ReachedAtStart "reached-at-start" Lint Warning "an upper bound that is met on the first day, before anything is counted";
    UnreachableStandard "unreachable-standard" Lint Advice "a standard that nothing on file can reach";
    FutureKnowledge "future-knowledge" Lint Warning "an as-of date later than what is known";
    // Verdicts.
    Breached "breached" Finding Error "a pledge that is broken";
    Overdue "overdue" Finding Error "a duty past its date and not done";
    Missed "missed" Finding Warning "a goal that was not reached in time";
    SaidBroken "said-broken" Finding Warning "a pledge said to be broken, below the standard asked for";
    FulfilledLate "fulfilled-late" Finding Advice "a duty done after its date";
    FailedExpectation "failed-expectation" Finding Error "a scenario that expects another verdict";
    Undetermined "undetermined" Finding Advice "a verdict that the records on file do not decide";
}

impl Code {
    /// Finds a code by its printed name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Code> {
        Code::ALL.iter().copied().find(|code| code.name() == name)
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
