//! A pledge: who owes what, from when, until when, under which conditions.

use super::Standards;
use super::expression::{Argument, Condition, ConditionKind, MomentExpr, Pattern, Reference};
use super::vocabulary::{RelationId, ThingId, Type};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{CalendarPeriod, MonthDay};
use crate::time::Period;

/// A pledge of an agreement, by its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PledgeId(pub u32);

/// A variable of a pledge, by its position in [`Pledge::variables`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VariableId(pub u16);

/// A variable with its type.
#[derive(Clone, Debug)]
pub struct Variable {
    /// The name.
    pub name: String,
    /// The type, from the binder or from the first field it stands for.
    pub ty: Type,
    /// Where it is first bound.
    pub span: Span,
}

/// A pledge.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the language's")]
pub struct Pledge {
    pub id: PledgeId,
    pub name: String,
    pub title: Option<String>,
    pub docs: String,
    /// The articles around it, outermost first: number and title.
    pub article: Vec<String>,
    pub cites: Vec<String>,
    pub quotes: Vec<String>,
    pub notes: Vec<String>,
    pub variables: Vec<Variable>,
    /// `for each` and its condition.
    pub binders: Vec<Binder>,
    pub binder_condition: Option<Condition>,
    /// `upon` and `whenever`: alternatives, in the order of the file.
    pub triggers: Vec<Trigger>,
    /// `if`: asked when the duty would arise.
    pub precedent: Option<Condition>,
    /// `while`: the duty is in force only then.
    pub during: Option<Condition>,
    /// `provided PLEDGE holds`.
    pub provided: Option<Reference>,
    pub body: Body,
    /// `except where`.
    pub exceptions: Vec<Condition>,
    pub excuses: Vec<Excuse>,
    pub suspensions: Vec<Suspension>,
    pub waivers: Vec<Pattern>,
    pub extensions: Vec<Extension>,
    /// The standard of each role: the pledge's own, else the agreement's.
    pub standards: Standards,
    /// The narrowest `in force` of the articles around it.
    pub article_term: super::InForce,
    /// The name.
    pub name_span: Span,
    /// The whole pledge.
    pub span: Span,
}

impl Pledge {
    /// Gives the relations that the condition of `for each` asks for without an alternative.
    #[must_use]
    pub fn relations(&self) -> Vec<(RelationId, &[Argument])> {
        let mut found = Vec::new();
        let mut waiting: Vec<&Condition> = self.binder_condition.iter().collect();
        while let Some(condition) = waiting.pop() {
            match &condition.kind {
                ConditionKind::And(parts) => waiting.extend(parts.iter().rev()),
                ConditionKind::Relation {
                    relation,
                    arguments,
                } => found.push((*relation, arguments.as_slice())),
                ConditionKind::Or(_)
                | ConditionKind::Not(_)
                | ConditionKind::State { .. }
                | ConditionKind::Once { .. }
                | ConditionKind::Within { .. }
                | ConditionKind::Is { .. }
                | ConditionKind::Pledge { .. }
                | ConditionKind::Order { .. }
                | ConditionKind::Compare { .. }
                | ConditionKind::Error => {}
            }
        }
        found
    }
}

/// What the pledge says.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the language's")]
pub enum Body {
    Sentence(Box<Sentence>),
    /// Why it can't be checked.
    Unjudged(Spanned<String>),
    /// The sentence was reported and could not be understood.
    Error,
}

/// One value for each member of a group or each value of a type that the condition of `for each` finds.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the language's")]
pub struct Binder {
    pub variable: VariableId,
    pub domain: Domain,
    pub span: Span,
}

/// Where the values of a binder come from.
#[derive(Clone, Debug)]
pub enum Domain {
    /// The members of a group.
    Group(ThingId),
    /// The rows of the relations in the condition, or the acts.
    Type(Type),
}

/// `upon` or `whenever`.
#[derive(Clone, Debug)]
pub struct Trigger {
    /// Each time, or the first time only.
    pub each: bool,
    /// What is waited for.
    pub cause: Cause,
    /// The name that `as` gives it.
    pub alias: Option<VariableId>,
    /// Where the alternatives share a name: for each field of the first one's kind, the field of this one's kind. Empty where they are the same.
    pub fields: Vec<Option<usize>>,
    /// Where it is written.
    pub span: Span,
}

/// What a trigger waits for.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the language's")]
pub enum Cause {
    Pattern(Pattern),
    Breach(Reference),
    Fulfilment(Reference),
}

/// `WHO MODAL ACT TIMING…`.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the language's")]
pub struct Sentence {
    pub obligor: Obligor,
    pub obligor_span: Span,
    pub modal: Modal,
    pub duty: Duty,
    pub window: Window,
    /// From the modal to the end of the act.
    pub act_span: Span,
    /// From the obligor to the last timing.
    pub span: Span,
}

/// Who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obligor {
    /// A party, an actor, or a group: any member's act is the group's.
    Thing(ThingId),
    /// The value of a variable.
    Variable(VariableId),
    /// One instance for each member, bound to `who`.
    EachOf {
        /// The group.
        group: ThingId,
        /// The variable `who`.
        who: VariableId,
    },
}

/// Duty, goal or permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the language's")]
pub enum Modal {
    Must,
    /// A miss is `missed`, never `breached`.
    Should,
    May,
}

/// What is owed.
#[derive(Clone, Debug)]
pub enum Duty {
    /// The obligor does it: achievement.
    Do(Pattern),
    /// Somebody does it: achievement, third-party performance.
    Ensure(Pattern),
    /// The condition is true at some moment of the window: achievement.
    Reach(Condition),
    /// The condition is true throughout the window: maintenance.
    Keep(Condition),
    /// The obligor does not do it: prohibition.
    Refrain(Pattern),
    /// Nobody does it: prohibition of a result.
    NotAllow(Pattern),
    /// An occurrence is a breach only when failure is shown: due diligence.
    Prevent {
        /// The occurrence.
        pattern: Pattern,
        /// What shows the failure.
        shown_by: Option<Pattern>,
    },
    /// Some effort of these kinds: obligation of means.
    Endeavour {
        /// The kinds of effort.
        efforts: Vec<Pattern>,
        /// What shows that the effort was given up.
        broken_by: Option<Pattern>,
    },
    /// An act it covers breaches no prohibition of this agreement: permission.
    Permit(Pattern),
}

/// When it is owed.
#[derive(Clone, Debug)]
pub struct Window {
    /// `from`; the trigger or the entry into force where missing.
    pub from: Option<MomentExpr>,
    /// `until` (its last day); the end of the agreement where missing.
    pub until: Option<MomentExpr>,
    /// The deadline or recurrence.
    pub deadline: Option<Spanned<Deadline>>,
    /// `per …`: the period of a limit or a minimum.
    pub per: Option<Spanned<Per>>,
}

/// The deadline of a sentence.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the language's")]
pub enum Deadline {
    By(MomentExpr),
    /// Strictly before; on a prohibition, the day after its last.
    Before(MomentExpr),
    On(MomentExpr),
    /// Of the trigger where `of` is missing.
    Within {
        period: Period,
        of: Option<MomentExpr>,
    },
    /// Before the trigger (`it`) where `moment` is missing.
    AtLeastBefore {
        period: Period,
        moment: Option<MomentExpr>,
    },
    Between {
        least: Period,
        most: Period,
        after: MomentExpr,
    },
    EveryStarting {
        period: Period,
        starting: MomentExpr,
    },
    EveryFirstBy {
        period: Period,
        first_by: MomentExpr,
    },
    EveryYearBy(MonthDay),
    Open {
        review_by: Option<MomentExpr>,
    },
}

/// The period of a limit or a minimum.
#[derive(Clone, Debug)]
pub enum Per {
    /// Calendar periods, or periods from an anchor.
    Calendar {
        /// The period.
        period: CalendarPeriod,
        /// The anchor.
        starting: Option<MomentExpr>,
    },
    /// Every window of that length.
    Sliding(Period),
}

/// `excused by PATTERN [until PATTERN] [tolling]`.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the language's")]
pub struct Excuse {
    pub by: Pattern,
    pub until: Option<Pattern>,
    pub tolling: bool,
    pub span: Span,
}

/// `suspended by PATTERN [for breach of PLEDGE] [until PATTERN] [tolling]`.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the language's")]
pub struct Suspension {
    pub by: Pattern,
    pub breach_of: Option<Reference>,
    pub until: Option<Pattern>,
    pub tolling: bool,
    pub span: Span,
}

/// `extended by PATTERN to FIELD [with effect from FIELD]`.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the language's")]
pub struct Extension {
    pub by: Pattern,
    /// The date field that becomes the deadline.
    pub to: usize,
    /// The date field from which it acts.
    pub effect_from: Option<usize>,
    pub span: Span,
}
