//! Patterns, conditions, quantities and moments, with names resolved.
//!
//! Variables are numbered within their scope: a pledge, a state, a derived kind or a line of a `given`.

use super::pledge::{PledgeId, VariableId};
use super::vocabulary::{GivenId, KindId, MeasureId, RelationId, StateId, ThingId};
use crate::quantity::{Comparison, Decimal};
use crate::source;
use crate::time::{self, Period};

/// `KIND(…) [where …]`.
///
/// For a duty `WHO must KIND(…)` the obligor is already among the arguments, at `by`.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the language's")]
pub struct Pattern {
    pub kind: KindId,
    pub arguments: Vec<Argument>,
    pub condition: Option<Box<Condition>>,
    pub span: source::Span,
}

/// A field and the term it must match.
#[derive(Clone, Debug)]
pub struct Argument {
    /// The field of the kind, measure, state or relation.
    pub slot: usize,
    /// What it must match: any of these.
    pub terms: Vec<Term>,
    /// Where it is written.
    pub span: source::Span,
}

impl Argument {
    /// Gives the variable that stands alone at the field.
    #[must_use]
    pub fn only_variable(&self) -> Option<VariableId> {
        match self.terms.as_slice() {
            [
                Term {
                    kind: TermKind::Variable { id, .. },
                    ..
                },
            ] => Some(*id),
            _ => None,
        }
    }
}

/// A single term.
#[derive(Clone, Debug)]
pub struct Term {
    /// What it asks for.
    pub kind: TermKind,
    /// Where it is written.
    pub span: source::Span,
}

/// The kinds of term.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are explained at their variants")]
pub enum TermKind {
    /// That thing, or anything inside it (not inside it for `exactly`).
    Thing {
        id: ThingId,
        exactly: bool,
        part_of: bool,
    },
    /// Anything but these, the values of these variables, and what is inside them.
    OtherThan {
        things: Vec<ThingId>,
        variables: Vec<VariableId>,
    },
    /// A variable: binds where it has no value yet, tests where it has one. A variable bound to a thing matches what is inside it.
    /// `exactly` and `part_of` as for a thing.
    Variable {
        id: VariableId,
        exactly: bool,
        part_of: bool,
    },
    /// A field of the trigger record.
    TriggerField(usize),
    /// A number in base units: the field must equal it.
    Number(Decimal),
    /// A text: the field must equal it.
    Text(String),
    /// A date or an instant.
    Date(time::Point),
    /// True or false.
    Flag(bool),
}

/// A condition with its place.
#[derive(Clone, Debug)]
pub struct Condition {
    /// What it asks.
    pub kind: ConditionKind,
    /// Where it is written.
    pub span: source::Span,
}

/// The kinds of condition.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the language's")]
pub enum ConditionKind {
    And(Vec<Condition>),
    Or(Vec<Condition>),
    Not(Box<Condition>),
    /// A state holds at the moment considered.
    State {
        state: StateId,
        arguments: Vec<Argument>,
    },
    /// A relation has such a row.
    Relation {
        relation: RelationId,
        arguments: Vec<Argument>,
    },
    /// Such an incident has happened by the moment considered, or in the last D before it.
    Once {
        pattern: Pattern,
        last: Option<Period>,
    },
    /// `A in GROUP`.
    Within {
        operand: Operand,
        group: ThingId,
    },
    /// `A is B`; `A is not B` stands as `Not`. A thing on the right matches what is inside it.
    Is {
        left: Operand,
        right: Operand,
    },
    /// `PLEDGE is breached`; `is not` stands as `Not`.
    Pledge {
        reference: Reference,
        status: PledgeStatus,
    },
    /// `A is before M`, `A is after M`.
    Order {
        operand: Operand,
        after: bool,
        moment: MomentExpr,
    },
    /// `Q < Q`; `Q between A and B` stands as `And` of two.
    Compare {
        left: Quantity,
        comparison: Comparison,
        right: Quantity,
    },
    /// Something that was reported and could not be understood; never true, never false.
    Error,
}

/// A side of `is`, `in`, `is before`.
#[derive(Clone, Debug)]
pub struct Operand {
    /// What it names.
    pub kind: OperandKind,
    /// Where it is written.
    pub span: source::Span,
}

/// The kinds of operand.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are explained at their variants")]
pub enum OperandKind {
    /// A declared thing; `exactly` does not descend.
    Thing { id: ThingId, exactly: bool },
    /// A variable.
    Variable(VariableId),
    /// A field of the pattern around the condition.
    Field(usize),
    /// A field of the trigger record.
    TriggerField(usize),
    /// A constant.
    Number(Decimal),
    /// A constant.
    Text(String),
    /// A constant, or a `date` name.
    Date(Box<MomentExpr>),
    /// A constant.
    Flag(bool),
}

/// The statuses that a condition can test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the language's")]
pub enum PledgeStatus {
    Breached,
    Overdue,
    Fulfilled,
    Holding,
    Pending,
}

/// A pledge and the instance of it that is meant.
#[derive(Clone, Debug)]
pub struct Reference {
    /// The pledge.
    pub pledge: PledgeId,
    /// Variables of that pledge and what they must equal: those in brackets, and those of the same name in both.
    pub bindings: Vec<(VariableId, Operand)>,
    /// The instance triggered then.
    pub on: Option<time::Point>,
    /// Where it is written.
    pub span: source::Span,
}

/// A quantity with its place.
#[derive(Clone, Debug)]
pub struct Quantity {
    /// What it is.
    pub kind: QuantityKind,
    /// Where it is written.
    pub span: source::Span,
}

/// The kinds of quantity; every number is in the base unit of its dimension.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the language's")]
pub enum QuantityKind {
    Number(Decimal),
    Variable(VariableId),
    /// A number field of the pattern around the condition.
    Field(usize),
    /// A number field of the trigger record.
    TriggerField(usize),
    /// A measure; `total` adds up the members of the groups among its arguments.
    Measure {
        measure: MeasureId,
        arguments: Vec<Argument>,
        total: bool,
        as_of: Option<Box<MomentExpr>>,
    },
    Given {
        given: GivenId,
        arguments: Vec<Argument>,
    },
    Count {
        pattern: Box<Pattern>,
        over: Option<Over>,
    },
    /// The sum of a number field over the incidents of the pattern.
    Sum {
        slot: usize,
        pattern: Box<Pattern>,
        over: Option<Over>,
    },
    Add(Box<Quantity>, Box<Quantity>),
    Subtract(Box<Quantity>, Box<Quantity>),
    Multiply(Box<Quantity>, Box<Quantity>),
    /// `70% of Q`: the factor is 0.70.
    Share {
        factor: Decimal,
        of: Box<Quantity>,
    },
    /// Something that was reported and could not be understood.
    Error,
}

/// The time over which something is counted.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the language's")]
pub enum Over {
    Last(Period),
    During {
        from: Box<MomentExpr>,
        to: Box<MomentExpr>,
    },
}

/// A moment with its place.
#[derive(Clone, Debug)]
pub struct MomentExpr {
    /// What it is.
    pub kind: MomentKind,
    /// Where it is written.
    pub span: source::Span,
}

/// The kinds of moment.
///
/// `date` names stand replaced by what they name. A month or a year stands as its first day where a beginning is meant, as its last day
/// where an end is meant, and from the first to the last elsewhere.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the language's")]
pub enum MomentKind {
    Fixed(time::Moment),
    /// A variable of type `date`.
    Variable(VariableId),
    /// The trigger itself.
    Trigger,
    /// A date field of the trigger record.
    TriggerField(usize),
    /// A date field of the pattern around the condition.
    Field(usize),
    EntryIntoForce {
        of: Option<Operand>,
    },
    EndOfAgreement,
    First(Box<Pattern>),
    DeadlineOf(Reference),
    FulfilmentOf(Reference),
    BreachOf(Reference),
    EarlierOf(Vec<MomentExpr>),
    LaterOf(Vec<MomentExpr>),
    Shifted {
        base: Box<MomentExpr>,
        backwards: bool,
        period: Period,
    },
    /// Something that was reported and could not be understood.
    Error,
}
