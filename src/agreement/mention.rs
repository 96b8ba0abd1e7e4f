//! Where the names of an agreement stand and what they mean there: what an editor needs to follow a name.
//!
//! A name is known by the place of its declaration, which stays the same in whichever agreement and record file it is met.

use crate::source::Span;

/// A name at a place of a rule or record file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mention {
    /// Where it stands; in a record file without the quotes. A text that is another spelling of the name counts as well.
    pub at: Span,
    /// Where it is declared: the name there. The same as `at` for the declaration itself.
    pub declared: Span,
    /// What it names.
    pub sort: Named,
}

/// What a name may stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Named {
    /// A party, actor, group, place, category or member of a category.
    Thing,
    /// An event kind.
    Kind,
    /// A measure.
    Measure,
    /// A table or formula of `given`.
    Given,
    /// A state.
    State,
    /// A relation.
    Relation,
    /// A field of one of these.
    Label,
    /// A unit.
    Unit,
    /// A date with a name.
    Date,
    /// A pledge.
    Pledge,
    /// A variable of a pledge or definition.
    Variable,
    /// A source of records: `[sources.NAME]`.
    Source,
    /// A record or an incident.
    Record,
}
