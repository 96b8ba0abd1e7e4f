//! The names that rules and records speak of: things, kinds, measures, states, relations, units.

use std::collections::{BTreeMap, BTreeSet};

use super::expression::{Argument, MomentExpr, Pattern, Quantity};
use super::pledge::Variable;
use crate::quantity::{Estimate, UnitId, Units};
use crate::source::Span;
use crate::time::{Instant, Period, When};

/// A thing: a party, actor, group, place or member of a category.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ThingId(pub u32);
/// An event kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KindId(pub u32);
/// A measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MeasureId(pub u32);
/// A table or formula of `given`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GivenId(pub u32);
/// A state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StateId(pub u32);
/// A relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelationId(pub u32);

/// Everything that is declared, by name.
///
/// Things, kinds-of-occurrence (events, measures, givens, states, relations), units and pledges have a name space each.
/// Registers in record files add things and relation rows to a copy of it; identifiers stay valid.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    /// Things, by identifier.
    pub things: Vec<Thing>,
    /// Things by name.
    pub thing_names: BTreeMap<String, ThingId>,
    /// Event kinds, by identifier.
    pub kinds: Vec<Kind>,
    /// Measures, by identifier.
    pub measures: Vec<Measure>,
    /// Givens, by identifier.
    pub givens: Vec<Given>,
    /// States, by identifier.
    pub states: Vec<State>,
    /// Relations, by identifier.
    pub relations: Vec<Relation>,
    /// Kinds of occurrence by name.
    pub words: BTreeMap<String, Word>,
    /// Units and their conversion.
    pub units: Units,
    /// Where each unit is declared: by its own item, else where it is first named.
    pub unit_names: BTreeMap<String, Span>,
    /// The built-in group of all parties.
    pub parties: Option<ThingId>,
}

/// What a name before parentheses stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is the type of the same name")]
pub enum Word {
    Kind(KindId),
    Measure(MeasureId),
    Given(GivenId),
    State(StateId),
    Relation(RelationId),
}

/// What sort of thing it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the language's")]
pub enum Sort {
    Party,
    Actor,
    Group,
    Place,
    /// A category or a kind inside one.
    Category,
}

/// A thing with its memberships, spellings and enmities.
#[derive(Clone, Debug)]
pub struct Thing {
    /// The declared name.
    pub name: String,
    /// The title, where one is given.
    pub title: Option<String>,
    /// Its sort.
    pub sort: Sort,
    /// What it is in; for places and categories: what contains it.
    pub parents: Vec<Membership>,
    /// Spellings found in data.
    pub spellings: Vec<Spelling>,
    /// Declared adversaries (either side may have declared it).
    pub adverse: Vec<ThingId>,
    /// Declared allies (either side may have declared it).
    pub allied: Vec<ThingId>,
    /// When a party is bound; empty means as long as the agreement is in force.
    pub bound: Vec<When>,
    /// `##` documentation.
    pub docs: String,
    /// Where it is declared: the name.
    pub span: Span,
}

/// A membership and the time for which it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The group or the containing place or category.
    pub parent: ThingId,
    /// When.
    pub when: When,
    /// When this became known, as seconds; `Instant::MIN` for what the rules say.
    pub known: Instant,
}

/// A spelling and the time for which it means this thing.
#[derive(Clone, Debug)]
pub struct Spelling {
    /// As found in data.
    pub text: String,
    /// When.
    pub when: When,
    /// Where it was declared.
    pub span: Span,
}

/// The type of a field, variable or value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// A party, an actor or a group.
    Actor,
    /// A group.
    Group,
    /// A place.
    Place,
    /// Something in the category whose root this is.
    Category(ThingId),
    /// A number, in a unit or without.
    Number(Option<UnitId>),
    /// A date.
    Date,
    /// A text.
    Text,
    /// True or false.
    Flag,
    /// Another record.
    Event,
}

/// A labelled field.
#[derive(Clone, Debug)]
pub struct Field {
    /// The label.
    pub label: String,
    /// The type.
    pub ty: Type,
    /// Where it is declared.
    pub span: Span,
}

/// How the doer's own word is taken for a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Established by the doer's own word: an act done by saying so.
    Declared,
    /// Self-serving whoever is the obligor: a claim in one's own favour.
    Boast,
}

/// An event kind.
#[derive(Clone, Debug)]
pub struct Kind {
    /// The declared name.
    pub name: String,
    /// The fields, by slot.
    pub fields: Vec<Field>,
    /// The slot of `by`, the doer.
    pub by: Option<usize>,
    /// `declared` or `boast`.
    pub mark: Option<Mark>,
    /// What counts as it.
    pub bridges: Vec<Bridge>,
    /// `##` documentation.
    pub docs: String,
    /// Where it is declared: the name.
    pub span: Span,
}

/// `counts host(by, guest: with)`: an incident of another kind that counts as one of this kind.
///
/// The fields of the derived kind are the pattern's variables: variable n is slot n. A match of the pattern binds them.
#[derive(Clone, Debug)]
pub struct Bridge {
    /// What counts.
    pub pattern: Pattern,
    /// Where it is written.
    pub span: Span,
}

/// How long a reading holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Holds {
    /// Until the next one.
    #[default]
    Step,
    /// Only at its own moment.
    Point,
}

/// A measured quantity.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the language's")]
pub struct Measure {
    pub name: String,
    pub fields: Vec<Field>,
    pub unit: Option<UnitId>,
    pub lasts: Option<Period>,
    pub holds: Holds,
    pub docs: String,
    pub span: Span,
}

/// A quantity that the text fixes: a table of values or named formulas.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the language's")]
pub struct Given {
    pub name: String,
    /// The labels of the lines, sorted; every line has the same.
    pub labels: Vec<String>,
    pub lines: Vec<GivenLine>,
    pub span: Span,
}

/// A line of a `given`.
#[derive(Clone, Debug)]
pub struct GivenLine {
    /// One term for each label: a constant, or a variable of the line.
    pub arguments: Vec<Argument>,
    /// Variables of a formula line.
    pub variables: Vec<Variable>,
    /// The value.
    pub value: Quantity,
    /// When it is valid.
    pub when: When,
    /// Where it is written.
    pub span: Span,
}

/// A state of affairs that events begin and end. Its fields are variables of its patterns: variable n is slot n.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the language's")]
pub struct State {
    pub name: String,
    pub fields: Vec<Field>,
    pub begins: Vec<Transition>,
    pub ends: Vec<Transition>,
    /// `ends after D`: the longest a beginning lasts.
    pub limit: Option<Period>,
    pub docs: String,
    pub span: Span,
}

/// A beginning or an ending of a state.
#[derive(Clone, Debug)]
pub struct Transition {
    /// What causes it.
    pub cause: TransitionCause,
    /// The delay until it takes effect.
    pub after: Option<Period>,
    /// Where it is written.
    pub span: Span,
}

/// What begins or ends a state.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the language's")]
pub enum TransitionCause {
    Pattern(Pattern),
    Moment(MomentExpr),
}

/// A table of the text: facts of law, not evidence.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the language's")]
pub struct Relation {
    pub name: String,
    pub fields: Vec<Field>,
    pub rows: Vec<Row>,
    pub docs: String,
    pub span: Span,
}

/// A row of a relation.
#[derive(Clone, Debug)]
pub struct Row {
    /// One value for each field.
    pub values: Vec<Value>,
    /// When it holds.
    pub when: When,
    /// When it became known; `Instant::MIN` for what the rules say.
    pub known: Instant,
    /// Where it is written.
    pub span: Span,
}

/// A value of a field in a record, a row or a binding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// An actor, group, place or category kind.
    Thing(ThingId),
    /// A number in its base unit, as an estimate.
    Number(Estimate),
    /// A date that may be known roughly.
    Date(When),
    /// A text.
    Text(String),
    /// True or false.
    Flag(bool),
    /// Another record, by its id or its incident key, as written.
    Record(String),
}

/// An answer that may be open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Belongs {
    Yes,
    No,
    /// The membership changes inside the time asked for.
    Unsure,
}

impl Vocabulary {
    /// Gives a thing.
    #[must_use]
    #[expect(
        clippy::indexing_slicing,
        reason = "identifiers are made only by adding to the table"
    )]
    pub fn thing(&self, id: ThingId) -> &Thing {
        &self.things[id.0 as usize]
    }

    /// Gives an event kind.
    #[must_use]
    #[expect(
        clippy::indexing_slicing,
        reason = "identifiers are made only by adding to the table"
    )]
    pub fn kind(&self, id: KindId) -> &Kind {
        &self.kinds[id.0 as usize]
    }

    /// Gives a measure.
    #[must_use]
    #[expect(
        clippy::indexing_slicing,
        reason = "identifiers are made only by adding to the table"
    )]
    pub fn measure(&self, id: MeasureId) -> &Measure {
        &self.measures[id.0 as usize]
    }

    /// Gives a state.
    #[must_use]
    #[expect(
        clippy::indexing_slicing,
        reason = "identifiers are made only by adding to the table"
    )]
    pub fn state(&self, id: StateId) -> &State {
        &self.states[id.0 as usize]
    }

    /// Gives a relation.
    #[must_use]
    #[expect(
        clippy::indexing_slicing,
        reason = "identifiers are made only by adding to the table"
    )]
    pub fn relation(&self, id: RelationId) -> &Relation {
        &self.relations[id.0 as usize]
    }

    /// Gives a table of `given`.
    #[must_use]
    #[expect(
        clippy::indexing_slicing,
        reason = "identifiers are made only by adding to the table"
    )]
    pub fn given(&self, id: GivenId) -> &Given {
        &self.givens[id.0 as usize]
    }

    /// Says whether `thing` is `ancestor` or inside it, throughout `when`.
    #[must_use]
    pub fn belongs(&self, thing: ThingId, ancestor: ThingId, when: When) -> Belongs {
        match self.climb(thing, ancestor, when) {
            // One membership may end where the next begins.
            Belongs::Unsure if self.belongs_without_gap(thing, ancestor, when) => Belongs::Yes,
            answer @ (Belongs::Yes | Belongs::No | Belongs::Unsure) => answer,
        }
    }

    fn belongs_without_gap(&self, thing: ThingId, ancestor: ThingId, when: When) -> bool {
        let mut stretches = self.stretches(thing, ancestor, when);
        stretches.sort_unstable();
        let covered = stretches.iter().fold(when.earliest, |covered, stretch| {
            if stretch.earliest <= covered {
                covered.max(stretch.latest)
            } else {
                covered
            }
        });
        covered >= when.latest
    }

    /// Gives the parts of a stretch of time in which `thing` is inside `ancestor`.
    fn stretches(&self, thing: ThingId, ancestor: ThingId, when: When) -> Vec<When> {
        let mut found = Vec::new();
        let mut waiting = vec![(thing, when)];
        let mut seen: BTreeSet<(ThingId, When)> = BTreeSet::new();
        while let Some((thing, when)) = waiting.pop() {
            if thing == ancestor {
                found.push(when);
                continue;
            }
            for membership in &self.thing(thing).parents {
                let part = membership.when.intersect(when);
                let part = part.map(|part| (membership.parent, part));
                waiting.extend(part.filter(|part| seen.insert(*part)));
            }
        }
        found
    }

    fn climb(&self, thing: ThingId, ancestor: ThingId, when: When) -> Belongs {
        let mut waiting = vec![(thing, true)];
        // A thing may be reached on many ways, and is looked at once for each of the two answers it may give.
        let mut seen: BTreeSet<(ThingId, bool)> = BTreeSet::new();
        let mut answer = Belongs::No;
        while let Some((thing, sure)) = waiting.pop() {
            if thing == ancestor {
                if sure {
                    return Belongs::Yes;
                }
                answer = Belongs::Unsure;
                continue;
            }
            for membership in &self.thing(thing).parents {
                let sure = sure && membership.when.covers(when);
                let holds = sure || membership.when.overlaps(when);
                if holds && seen.insert((membership.parent, sure)) {
                    waiting.push((membership.parent, sure));
                }
            }
        }
        answer
    }
}
