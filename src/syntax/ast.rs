//! The tree of a rule file: what the author wrote, with a span on everything.
//!
//! Nothing here is resolved: a name is a text and a place. What could not be understood is an `Error` node, so that the rest of the
//! file still counts. The types follow the productions of `docs/grammar.ebnf`, one type per production with more than one use.

#![expect(
    missing_docs,
    reason = "the names are those of the grammar, which documents them"
)]

use crate::source::{SourceId, Span, Spanned};

/// A whole rule file.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// The file this is the tree of.
    pub source: SourceId,
    /// The items, in the order of the file.
    pub items: Vec<Item>,
}

/// A word used as a name, as written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name {
    /// The word.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// A text literal, with escapes resolved and the indentation of `"""` texts removed.
pub type Text = Spanned<String>;

/// A declaration at the top level or in an article.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// What is declared.
    pub kind: ItemKind,
    /// The `##` lines directly above, without the marks, one text per line.
    pub docs: Vec<String>,
    /// From the first word to the last token.
    pub span: Span,
}

/// The kinds of item.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "each variant is the type of the same name")]
#[expect(
    clippy::large_enum_variant,
    reason = "a file has few items, each made once"
)]
pub enum ItemKind {
    Use(Text),
    Agreement(Agreement),
    Date {
        name: Name,
        moment: Moment,
    },
    Unit {
        name: Name,
        value: Option<Number>,
    },
    Holiday {
        date: Spanned<Date>,
        title: Option<Text>,
    },
    /// `party`, `actor`, `group` or `place`.
    Thing(Thing),
    Category {
        name: Name,
        kinds: Vec<CategoryKind>,
    },
    Event(Event),
    Measure(Measure),
    Given(Given),
    State(State),
    Relation(Relation),
    Article(Article),
    Pledge(Pledge),
    Scenario(Scenario),
    /// `in force from …` standing in an article.
    InForce(InForce),
    /// Something that could not be understood and was reported.
    Error,
}

/// A civil date as written; whether the calendar has it is checked by the parser (an impossible one becomes an error and no node).
pub type Date = jiff::civil::Date;

// ---- header ----

/// `agreement ID "Title" { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Agreement {
    pub name: Name,
    pub title: Option<Text>,
    pub headers: Vec<Spanned<Header>>,
}

/// A clause of the header.
#[derive(Clone, Debug, PartialEq)]
pub enum Header {
    InForce(InForce),
    /// `ends by`, `joins by`, `leaves by`.
    By {
        what: ByWhat,
        pattern: Pattern,
        after: Option<Duration>,
    },
    Renews {
        duration: Duration,
        unless: Pattern,
    },
    Extended(Extension),
    Weekend(Vec<Name>),
    Timezone(Text),
    MonthEnds(Spanned<MonthEnds>),
    Rollover(Spanned<Rollover>),
    Standard(Standard),
    Corroboration(Number),
    Cites(Text),
    Source(Text),
    Error,
}

/// Which of the three `… by PATTERN` headers it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByWhat {
    Ends,
    Joins,
    Leaves,
}

/// `month-ends clamp | stick`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MonthEnds {
    Clamp,
    Stick,
}

/// `rollover none | next-working-day`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rollover {
    None,
    NextWorkingDay,
}

/// `in force from MOMENT [until MOMENT]`.
#[derive(Clone, Debug, PartialEq)]
pub struct InForce {
    pub from: Moment,
    pub until: Option<Moment>,
}

/// `standard LEVEL` or `standard ROLE LEVEL, …`.
#[derive(Clone, Debug, PartialEq)]
pub enum Standard {
    All(Spanned<Level>),
    PerRole(Vec<(Spanned<Role>, Spanned<Level>)>),
}

/// A role with a standard of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Breach,
    Performance,
    Excuse,
    Condition,
}

/// A rung of the ladder of standings that a rule file can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Claimed,
    Reported,
    Corroborated,
    Verified,
}

// ---- who, where ----

/// `party`, `actor`, `group` or `place` with its attributes.
#[derive(Clone, Debug, PartialEq)]
pub struct Thing {
    pub sort: Spanned<ThingSort>,
    pub name: Name,
    pub title: Option<Text>,
    pub attributes: Vec<Spanned<Attribute>>,
}

/// The four sorts of thing an item can declare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThingSort {
    Party,
    Actor,
    Group,
    Place,
}

/// An attribute of a thing; attributes come in any order.
#[derive(Clone, Debug, PartialEq)]
pub enum Attribute {
    In {
        names: Vec<Name>,
        period: Option<Period>,
    },
    KnownAs {
        texts: Vec<Text>,
        period: Option<Period>,
    },
    AdverseTo(Vec<Name>),
    AlliedTo(Vec<Name>),
    Bound(Period),
    Error,
}

/// `from M [until M]` or `until M`; at least one is there.
#[derive(Clone, Debug, PartialEq)]
pub struct Period {
    pub from: Option<Moment>,
    pub until: Option<Moment>,
    pub span: Span,
}

/// A node of a category's tree.
#[derive(Clone, Debug, PartialEq)]
pub struct CategoryKind {
    pub name: Name,
    pub kinds: Vec<CategoryKind>,
}

// ---- vocabulary ----

/// `event NAME(fields) [boast|declared] [{ counts … }]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub name: Name,
    pub fields: Vec<Field>,
    pub mark: Option<Spanned<EventMark>>,
    pub counts: Vec<Pattern>,
}

/// How an event kind's own word is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventMark {
    Boast,
    Declared,
}

/// `LABEL: TYPE`.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    pub label: Name,
    pub ty: Spanned<FieldType>,
}

/// The type of a field, as written.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldType {
    Actor,
    Group,
    Place,
    Date,
    Text,
    Flag,
    Event,
    Number(Option<Name>),
    /// The name of a category.
    Category(Name),
    Error,
}

/// `measure NAME(fields) [UNIT] [lasts D] [step|point]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    pub name: Name,
    pub fields: Vec<Field>,
    pub unit: Option<Name>,
    pub lasts: Option<Duration>,
    pub holds: Option<Spanned<Holds>>,
}

/// How long a reading holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    Step,
    Point,
}

/// One line of a `given` table or formula.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    pub call: Call,
    pub value: Expr,
    pub period: Option<Period>,
}

/// `state NAME(fields) { begins … ends … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    pub name: Name,
    pub fields: Vec<Field>,
    pub transitions: Vec<Spanned<Transition>>,
}

/// A line of a state.
#[derive(Clone, Debug, PartialEq)]
pub enum Transition {
    Begins {
        cause: Cause,
        after: Option<Duration>,
    },
    Ends {
        cause: Cause,
        after: Option<Duration>,
    },
    EndsAfter(Duration),
    Error,
}

/// What begins or ends a state.
#[derive(Clone, Debug, PartialEq)]
pub enum Cause {
    Pattern(Pattern),
    Moment(Moment),
}

/// `relation NAME(fields) { rows }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Relation {
    pub name: Name,
    pub fields: Vec<Field>,
    pub rows: Vec<Row>,
}

/// `(value, …) [period]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub values: Vec<Atom>,
    pub period: Option<Period>,
    pub span: Span,
}

// ---- patterns ----

/// `NAME(argument, …)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    pub name: Name,
    pub arguments: Vec<Argument>,
    /// From the name to the closing parenthesis.
    pub span: Span,
}

/// `label: TERM`, or a word alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// The label; none where a term stands without one (allowed in derived kinds and states only, where it is a label).
    pub label: Option<Name>,
    /// The term; for a word alone, the word.
    pub term: Term,
    pub span: Span,
}

/// `atom or atom …`; one atom or more.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    pub atoms: Vec<Atom>,
    pub span: Span,
}

/// A single term.
#[derive(Clone, Debug, PartialEq)]
pub struct Atom {
    pub kind: AtomKind,
    pub span: Span,
}

/// The kinds of term.
#[derive(Clone, Debug, PartialEq)]
pub enum AtomKind {
    Name(Name),
    Exactly(Name),
    PartOf(Name),
    /// `other than A` or `other than (A or B)`.
    OtherThan(Vec<Name>),
    /// `trigger.field`; the field may be any word.
    FieldOf {
        owner: Name,
        field: Name,
    },
    Number(Number),
    Text(String),
    Date(Date),
    Instant(Instant),
    Flag(bool),
    Error,
}

/// An instant as written, with its offset from UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instant {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub seconds: i64,
    /// Offset from UTC as written, in minutes.
    pub offset_minutes: i16,
}

/// `KIND(…) [where CONDITION]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    pub call: Call,
    pub condition: Option<Box<Expr>>,
    pub span: Span,
}

// ---- articles and pledges ----

/// `article "No" "Title" { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Article {
    pub number: Text,
    pub title: Option<Text>,
    pub items: Vec<Item>,
}

/// `pledge ID "Title" { clause* }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Pledge {
    pub name: Name,
    pub title: Option<Text>,
    pub clauses: Vec<Clause>,
}

/// A clause of a pledge, in the order of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    pub kind: ClauseKind,
    pub span: Span,
}

/// The kinds of clause.
#[derive(Clone, Debug, PartialEq)]
pub enum ClauseKind {
    Cites(Text),
    Quote(Text),
    Note(Text),
    ForEach {
        binders: Vec<Binder>,
        condition: Option<Expr>,
    },
    Trigger {
        each: bool,
        trigger: Trigger,
        alias: Option<Name>,
    },
    If(Expr),
    While(Expr),
    Provided(Reference),
    Sentence(Sentence),
    Unjudged(Text),
    Except(Expr),
    Excused {
        by: Pattern,
        until: Option<Pattern>,
        tolling: bool,
    },
    Suspended {
        by: Pattern,
        breach_of: Option<Reference>,
        until: Option<Pattern>,
        tolling: bool,
    },
    Waived(Pattern),
    Extended(Extension),
    Standard(Standard),
    Error,
}

/// `extended by PATTERN to FIELD [with effect from FIELD]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Extension {
    pub by: Pattern,
    pub to: Name,
    pub effect_from: Option<Name>,
}

/// `NAME in GROUP` or `NAME: TYPE`.
#[derive(Clone, Debug, PartialEq)]
pub struct Binder {
    pub name: Name,
    pub domain: Domain,
}

/// Where the values of a binder come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Domain {
    Group(Name),
    Type(Spanned<FieldType>),
}

/// What an `upon` or `whenever` waits for.
#[derive(Clone, Debug, PartialEq)]
pub enum Trigger {
    Pattern(Pattern),
    Breach(Reference),
    Fulfilment(Reference),
    Error(Span),
}

/// `PLEDGE[p = q, on 2021-06-01]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    pub name: Name,
    pub selectors: Vec<Selector>,
    pub span: Span,
}

/// One part of the brackets of a reference.
#[derive(Clone, Debug, PartialEq)]
pub enum Selector {
    Binding { name: Name, value: Atom },
    OnDate(Spanned<Date>),
    OnInstant(Spanned<Instant>),
}

/// `WHO MODAL ACT TIMING…`.
#[derive(Clone, Debug, PartialEq)]
pub struct Sentence {
    pub who: Name,
    /// Whether it says `each of WHO`.
    pub each_of: bool,
    pub modal: Spanned<Modal>,
    pub act: Act,
    pub timings: Vec<Timing>,
    pub span: Span,
}

/// The word that makes the sentence a duty, a goal or a permission; `not` is part of the act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Modal {
    Must,
    Should,
    May,
}

/// What the obligor must, should or may do.
#[derive(Clone, Debug, PartialEq)]
pub struct Act {
    pub kind: ActKind,
    pub span: Span,
}

/// The kinds of act.
#[derive(Clone, Debug, PartialEq)]
pub enum ActKind {
    Do(Pattern),
    Ensure(Pattern),
    Reach(Expr),
    Keep(Expr),
    NotDo(Pattern),
    NotAllow(Pattern),
    Prevent {
        pattern: Pattern,
        shown_by: Option<Pattern>,
    },
    Endeavour {
        efforts: Vec<Pattern>,
        broken_by: Option<Pattern>,
    },
    Error,
}

/// A timing phrase.
#[derive(Clone, Debug, PartialEq)]
pub struct Timing {
    pub kind: TimingKind,
    pub span: Span,
}

/// The kinds of timing phrase.
#[derive(Clone, Debug, PartialEq)]
pub enum TimingKind {
    By(Moment),
    Before(Moment),
    On(Moment),
    Within {
        duration: Duration,
        of: Option<Moment>,
    },
    /// `at least D before it` (none) or `before MOMENT`.
    AtLeastBefore {
        duration: Duration,
        moment: Option<Moment>,
    },
    From(Moment),
    Until(Moment),
    Between {
        least: Duration,
        most: Duration,
        after: Moment,
    },
    EveryStarting {
        duration: Duration,
        starting: Moment,
    },
    EveryFirstBy {
        duration: Duration,
        first_by: Moment,
    },
    EveryYearBy(Spanned<MonthDay>),
    Per {
        period: Spanned<CalendarPeriod>,
        starting: Option<Moment>,
    },
    PerAny(Duration),
    WithNoDeadline {
        review_by: Option<Moment>,
    },
    Error,
}

/// A day of every year, `04-30`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthDay {
    pub month: i8,
    pub day: i8,
}

/// A calendar period of `per`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalendarPeriod {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

// ---- moments ----

/// `point (+|- duration)*`.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    pub point: Point,
    pub shifts: Vec<Shift>,
    pub span: Span,
}

/// `+ D` or `- D` behind a point.
#[derive(Clone, Debug, PartialEq)]
pub struct Shift {
    pub backwards: bool,
    pub duration: Duration,
}

/// Where a moment starts from.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    pub kind: PointKind,
    pub span: Span,
}

/// The kinds of point.
#[derive(Clone, Debug, PartialEq)]
pub enum PointKind {
    Date(Date),
    Month { year: i16, month: i8 },
    Year(i16),
    Instant(Instant),
    Name(Name),
    FieldOf { owner: Name, field: Name },
    EntryIntoForce { of: Option<Name> },
    EndOfAgreement,
    First(Box<Pattern>),
    DeadlineOf(Reference),
    FulfilmentOf(Reference),
    BreachOf(Reference),
    EarlierOf(Vec<Moment>),
    LaterOf(Vec<Moment>),
    Error,
}

/// `NUMBER UNIT …`, as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Duration {
    pub parts: Vec<DurationPart>,
    /// Whether it can be counted; what is wrong with it has been reported.
    pub sound: bool,
    pub span: Span,
}

/// `9 months`.
#[derive(Clone, Debug, PartialEq)]
pub struct DurationPart {
    pub count: u32,
    pub unit: TimeUnit,
    pub span: Span,
}

/// The units of a duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TimeUnit {
    Minutes,
    Hours,
    Days,
    WorkingDays,
    Weeks,
    Months,
    Years,
}

// ---- conditions and quantities ----

/// A condition or a quantity: which of the two is settled by `resolve`.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: Span,
}

/// The kinds of expression.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Not(Box<Expr>),
    /// `( … )`, kept so that mixing `and` and `or` can be judged and the layout is stable.
    Paren(Box<Expr>),
    /// A state, a relation, a measure or a given.
    Call(Call),
    Once {
        pattern: Box<Pattern>,
        last: Option<Duration>,
    },
    /// `A in GROUP`.
    In {
        atom: Atom,
        group: Name,
    },
    /// `A is [not] B`, also `PLEDGE is breached`: which one is settled by `resolve`.
    Is {
        left: Operand,
        negated: bool,
        right: IsRight,
    },
    /// `A is before M`, `A is after M`.
    Order {
        atom: Atom,
        after: bool,
        moment: Moment,
    },
    Compare {
        left: Box<Expr>,
        comparison: Spanned<Comparison>,
        right: Box<Expr>,
    },
    Between {
        quantity: Box<Expr>,
        low: Box<Expr>,
        high: Box<Expr>,
    },
    // quantities
    Number(Number),
    Name(Name),
    FieldOf {
        owner: Name,
        field: Name,
    },
    Sum {
        left: Box<Expr>,
        minus: bool,
        right: Box<Expr>,
    },
    Product {
        left: Box<Expr>,
        right: Box<Expr>,
    },
    PercentOf {
        percent: Number,
        of: Box<Expr>,
    },
    /// `total CALL`.
    Total(Call),
    /// `CALL as of MOMENT`, with or without `total`.
    AsOf {
        call: Call,
        total: bool,
        moment: Moment,
    },
    Count {
        pattern: Box<Pattern>,
        over: Option<Over>,
    },
    SumOf {
        field: Name,
        pattern: Box<Pattern>,
        over: Option<Over>,
    },
    /// A literal that is no quantity, where a quantity was looked for (a text, a date, a flag).
    Literal(Atom),
    Error,
}

/// The left side of `is`.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    Atom(Atom),
    /// A reference with brackets, which only a pledge can have.
    Reference(Reference),
}

/// The right side of `is`.
#[derive(Clone, Debug, PartialEq)]
pub enum IsRight {
    Atom(Atom),
    Status(Spanned<StatusWord>),
}

/// The statuses of a pledge that a condition can test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusWord {
    Breached,
    Overdue,
    Fulfilled,
    Holding,
    Pending,
}

/// `=`, `!=`, `<`, `<=`, `>`, `>=`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// The span of time over which something is counted.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "a file has few of them, each made once"
)]
pub enum Over {
    Last(Duration),
    During { from: Moment, to: Moment },
}

/// A number with an optional unit, or a percentage.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    pub value: rust_decimal::Decimal,
    pub unit: NumberUnit,
    pub span: Span,
}

/// What stands behind a number.
#[derive(Clone, Debug, PartialEq)]
pub enum NumberUnit {
    None,
    Percent,
    Named(Name),
}

// ---- scenarios ----

/// `scenario "title" as of … { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    pub title: Text,
    pub as_of: Moment,
    pub known_by: Option<Spanned<Date>>,
    pub at: Option<Spanned<Level>>,
    pub lines: Vec<ScenarioLine>,
}

/// A line of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct ScenarioLine {
    pub kind: LineKind,
    pub span: Span,
}

/// The kinds of scenario line.
#[derive(Clone, Debug, PartialEq)]
pub enum LineKind {
    /// An event, or a reading where there is a value.
    Record {
        when: When,
        call: Call,
        value: Option<Number>,
        remarks: Vec<Spanned<Remark>>,
    },
    /// A denial or a retraction of the line above.
    Against {
        when: When,
        retracted: bool,
        by: Name,
        known: Option<When>,
    },
    Observed {
        kinds: Vec<Name>,
        place: Option<Name>,
        by: Name,
        from: When,
        until: When,
    },
    Expect {
        reference: Reference,
        outcome: Outcome,
    },
    Error,
}

/// A date in the EDTF subset, as written; read by `time`.
pub type When = Spanned<String>;

/// What stands behind the call of a scenario line.
#[derive(Clone, Debug, PartialEq)]
pub enum Remark {
    SaidBy(Name),
    At(Level),
    Known(When),
    Incident(Text),
}

/// What a scenario expects.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    pub status: Spanned<String>,
    /// `by D` after `overdue`.
    pub by: Option<Lateness>,
    /// `(contested)` after `undetermined`.
    pub reason: Option<Spanned<String>>,
    pub ground: Option<Spanned<Ground>>,
    pub late_by: Option<Lateness>,
    pub on: Option<When>,
    pub at: Option<Spanned<Level>>,
    pub span: Span,
}

/// `D [to D]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Lateness {
    pub least: Duration,
    pub most: Option<Duration>,
}

/// `presumed` or `established`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    Presumed,
    Established,
}
