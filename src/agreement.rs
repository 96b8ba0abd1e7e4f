//! An agreement as the evaluator sees it: names resolved, types known, quantities in base units, months and days as periods.
//!
//! One [`Agreement`] stands for one rule file and everything that it uses. Nothing here is computed: `resolve` builds it from trees, and
//! facts found later (standings, verdicts) live elsewhere. Everything that a report may point at has its span.

pub mod expression;
pub mod extent;
pub mod mention;
pub mod pledge;
pub mod tally;
pub mod vocabulary;

use crate::quantity::Decimal;
use crate::source::{SourceId, Span, Spanned};
use crate::syntax::ast;
use crate::time::{Calendar, Moment, Period};

pub use expression::{
    Argument, Condition, ConditionKind, MomentExpr, MomentKind, Operand, OperandKind, Over,
    Pattern, PledgeStatus, Quantity, QuantityKind, Reference, Term, TermKind,
};
pub use mention::{Mention, Named};
pub use pledge::{
    Binder, Body, Cause, Deadline, Domain, Duty, Excuse, Extension, Modal, Obligor, Pledge,
    PledgeId, Sentence, Suspension, Trigger, Variable, VariableId, Window,
};
pub use vocabulary::{
    Belongs, Bridge, Field, Given, GivenId, GivenLine, Holds, Kind, KindId, Mark, Measure,
    MeasureId, Membership, Relation, RelationId, Row, Sort, Spelling, State, StateId, Thing,
    ThingId, Transition, TransitionCause, Type, Value, Vocabulary, Word,
};

/// One rule file, with what it uses, resolved.
#[derive(Clone, Debug)]
pub struct Agreement {
    /// The rule file that was asked for.
    pub source: SourceId,
    /// The name behind `agreement`; none for a vocabulary.
    pub name: Option<Spanned<String>>,
    /// Its title.
    pub title: Option<String>,
    /// What `cites` and `source` of the header say.
    pub cites: Vec<String>,
    /// The names that the rules speak of.
    pub vocabulary: Vocabulary,
    /// The zone and the conventions of counting.
    pub calendar: Calendar,
    /// `in force from … until …`; nothing is owed outside it.
    pub term: InForce,
    /// The standard of each role.
    pub standards: Standards,
    /// How many independent voices `corroborated` needs.
    pub corroboration: u32,
    /// `ends`, `joins`, `leaves`, `renews` and `extended` of the header.
    pub membership: Vec<Spanned<MembershipRule>>,
    /// The pledges, in the order of the file, those of used files first.
    pub pledges: Vec<Pledge>,
    /// The scenarios of the file itself.
    pub scenarios: Vec<Scenario>,
}

/// A scenario: as written, and what its names mean.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// As written; every name in it has been checked.
    pub tree: ast::Scenario,
    /// The whole of it.
    pub span: Span,
    /// The as-of moment; none where it is no fixed one, which has been reported.
    pub as_of: Option<Moment>,
    /// For each line what it records; none for lines that record nothing, and for those with a mistake.
    pub facts: Vec<Option<Fact>>,
    /// What stands in the brackets of its expectations, by its place.
    pub selected: Vec<(Span, Value)>,
}

/// What a line of a scenario records.
#[derive(Clone, Debug)]
pub struct Fact {
    /// The kind or the measure.
    pub word: Word,
    /// A constant for each field that is given.
    pub arguments: Vec<Argument>,
    /// The value of a reading, in the base unit.
    pub value: Option<Decimal>,
}

/// A term in force, of an agreement or an article; an end that is missing is open.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the names are the language's")]
pub struct InForce {
    pub from: Option<MomentExpr>,
    pub until: Option<MomentExpr>,
    pub span: Option<Span>,
}

/// A clause of the header that changes who is bound, or how long.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the language's")]
pub enum MembershipRule {
    Ends {
        pattern: Pattern,
        after: Option<Period>,
    },
    Joins {
        pattern: Pattern,
        after: Option<Period>,
    },
    Leaves {
        pattern: Pattern,
        after: Option<Period>,
    },
    Renews {
        period: Period,
        unless: Pattern,
    },
    Extended(Extension),
}

/// A rung of the ladder of standings; ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// Nobody says so.
    None,
    /// Somebody says so whose word alone is not enough.
    Claimed,
    /// One credible voice.
    Reported,
    /// Independent credible voices, two unless the agreement says otherwise.
    Corroborated,
    /// The declared verifier, or an official finding.
    Verified,
}

impl Standing {
    /// The four standards at which every pledge is judged, weakest first.
    pub const STANDARDS: [Standing; 4] = [
        Standing::Claimed,
        Standing::Reported,
        Standing::Corroborated,
        Standing::Verified,
    ];

    /// Gives the word of rule files and reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Standing::None => "none",
            Standing::Claimed => "claimed",
            Standing::Reported => "reported",
            Standing::Corroborated => "corroborated",
            Standing::Verified => "verified",
        }
    }
}

/// The standard asked for, by role; `None` in a role means the one of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the language's")]
pub struct Standards {
    /// `standard LEVEL` without roles.
    pub all: Option<Standing>,
    pub breach: Option<Standing>,
    pub performance: Option<Standing>,
    pub excuse: Option<Standing>,
    pub condition: Option<Standing>,
}
