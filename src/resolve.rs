//! From trees to an agreement: names get their meaning, fields their types, numbers their base unit.
//!
//! The passes run in this order, one file each: the order of the files (`order`); who declares which name (`declare`); the header's
//! calendar (`header`); units, fields and dates (`units`, `vocabulary`, `moments`); things with their memberships (`things`);
//! what is derived, tabulated or given (`vocabulary`, `givens`); pledges (`pledges`, `sentence`, `window`) over patterns,
//! conditions and quantities; references between pledges (`references`); scenarios; lints.
//!
//! One mistake gives one diagnostic: what could not be understood is marked, and whatever depends on it is quiet. A pledge with an error
//! anywhere keeps its place with the body [`Body::Error`](crate::agreement::Body::Error), so that it never yields a verdict.
//! This floor reads no files: whoever loads them hands over every tree.

mod order;

mod declare;

mod header;

mod units;

mod vocabulary;

mod givens;

mod things;

mod pledges;

mod sentence;

mod counted;
mod exceptions;
mod per;
mod window;

mod beyond;

mod conditions;

mod quantities;

mod terms;
mod triggers;

mod moments;

mod references;

pub(crate) mod scenarios;

mod extent;
mod lints;

mod cycles;
mod mentions;
mod scope;

mod problem;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::agreement::{
    Agreement, InForce, Mention, Pledge, PledgeId, Sort, Standards, Thing, ThingId, Type,
    Vocabulary,
};
use crate::diagnostic::{self, Diagnostic, Suggestions};
use crate::source::{SourceFile, SourceId, Span};
use crate::syntax::ast::{self, Tree};
use crate::time::Calendar;

/// Every file that belongs to one rule file: itself and what it uses, directly or not, each once.
#[derive(Debug)]
pub struct Unit<'a> {
    /// The rule file that was asked for.
    pub root: SourceId,
    /// All files, the root included, in any order.
    pub files: Vec<UnitFile<'a>>,
}

/// A file of a unit.
#[derive(Debug)]
pub struct UnitFile<'a> {
    /// Its text.
    pub file: &'a SourceFile,
    /// Its tree.
    pub tree: &'a Tree,
    /// Where each of its `use` items leads.
    pub uses: Vec<UseTarget>,
}

/// Where a `use` leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UseTarget {
    /// The text behind `use`.
    pub span: Span,
    /// The file, or why it cannot be read ("no such file").
    pub target: Result<SourceId, String>,
}

/// What resolving gives: both at once, whatever the trees look like.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// Everything that could be understood.
    pub agreement: Agreement,
    /// Every name at its place, in order of the places, each once.
    pub mentions: Vec<Mention>,
    /// Variables of two pledges that stand for each other because they share a name: where each is declared.
    pub ties: Vec<(Span, Span)>,
    /// Everything that could not, in the order in which it is shown.
    pub diagnostics: Vec<Diagnostic>,
}

/// Resolves the names and types of a rule file and of everything that it uses.
#[must_use]
pub fn resolve(unit: &Unit<'_>) -> Resolved {
    let mut resolver = Resolver::new(unit);
    resolver.declare_all();
    let header = resolver.header();
    resolver.resolve_units();
    resolver.resolve_fields();
    resolver.resolve_dates();
    resolver.resolve_term(header);
    resolver.resolve_things();
    resolver.resolve_given_heads();
    resolver.resolve_derived();
    resolver.resolve_givens();
    resolver.cut_definition_cycles();
    let membership = resolver.membership_rules(header);
    let drafts = resolver.resolve_pledges();
    resolver.check_derivations();
    let (mut pledges, membership) = resolver.resolve_references(drafts, membership);
    let scenarios = resolver.resolve_scenarios(&pledges);
    resolver.check_combinations(&mut pledges);
    resolver.lint(&pledges, &membership);
    resolver.finish(header, membership, pledges, scenarios)
}

/// The state of one run: the tables that grow, and what was found wrong.
struct Resolver<'a> {
    root: SourceId,
    files: Vec<&'a UnitFile<'a>>,
    found: declare::Found<'a>,
    vocabulary: Vocabulary,
    calendar: Calendar,
    /// The constant part of the header's `in force`.
    term: InForce,
    dates: BTreeMap<&'a str, moments::DateName<'a>>,
    pledge_names: BTreeMap<&'a str, PledgeId>,
    /// What the labels of each `given` stand for, where a line shows it.
    given_types: Vec<Vec<Option<Type>>>,
    given_dimensions: Vec<units::Dimension>,
    /// Where the labels of each `given` first stand.
    given_labels: Vec<Vec<Span>>,
    /// Where the sources of the scenarios of each file first stand.
    voices: BTreeMap<(SourceId, &'a str), Span>,
    mentions: Vec<Mention>,
    ties: Vec<(Span, Span)>,
    /// Fields whose type could not be understood, by where they are declared.
    broken_fields: BTreeSet<Span>,
    /// Words of items that could not be parsed: they may be names that were meant to be declared.
    lost: BTreeSet<&'a str>,
    /// The variables of the pledges resolved so far, for those that wait for their breach or fulfilment.
    offers: BTreeMap<PledgeId, Vec<(String, Option<Type>, Span)>>,
    /// The brackets of references, until the pledges that they speak of are known.
    selectors: BTreeMap<Span, Vec<references::Selected>>,
    /// What the definition that is being resolved rests on.
    rests_on: Vec<cycles::Edge>,
    /// Definition by definition: what it rests on.
    definitions: Vec<(cycles::Node, Vec<cycles::Edge>)>,
    suggestions: Suggestions,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Resolver<'a> {
    fn new(unit: &'a Unit<'a>) -> Self {
        let mut resolver = Resolver {
            root: unit.root,
            files: Vec::new(),
            found: declare::Found::default(),
            vocabulary: Vocabulary::default(),
            calendar: Calendar::default(),
            term: InForce::default(),
            dates: BTreeMap::new(),
            pledge_names: BTreeMap::new(),
            given_types: Vec::new(),
            given_dimensions: Vec::new(),
            given_labels: Vec::new(),
            voices: BTreeMap::new(),
            mentions: Vec::new(),
            ties: Vec::new(),
            broken_fields: BTreeSet::new(),
            lost: BTreeSet::new(),
            offers: BTreeMap::new(),
            selectors: BTreeMap::new(),
            rests_on: Vec::new(),
            definitions: Vec::new(),
            suggestions: Suggestions::default(),
            diagnostics: Vec::new(),
        };
        resolver.files = order::order(unit, &mut resolver.diagnostics);
        resolver.add_parties();
        resolver
    }

    /// Adds the built-in group of all parties; no file declares it, so it stands at the start of the root.
    fn add_parties(&mut self) {
        let id = self.add_thing(Thing {
            name: "parties".to_owned(),
            title: None,
            sort: Sort::Group,
            parents: Vec::new(),
            spellings: Vec::new(),
            adverse: Vec::new(),
            allied: Vec::new(),
            bound: Vec::new(),
            docs: String::new(),
            span: Span::new(self.root, 0, 0),
        });
        self.vocabulary.parties = Some(id);
    }

    fn add_thing(&mut self, thing: Thing) -> ThingId {
        let id = ThingId(u32::try_from(self.vocabulary.things.len()).unwrap_or(u32::MAX));
        self.vocabulary.thing_names.insert(thing.name.clone(), id);
        self.vocabulary.things.push(thing);
        id
    }

    fn finish(
        mut self,
        header: Option<&ast::Agreement>,
        membership: header::Membership,
        pledges: Vec<Pledge>,
        scenarios: scenarios::Scenarios,
    ) -> Resolved {
        diagnostic::sort(&mut self.diagnostics);
        self.mentions.sort();
        self.mentions.dedup();
        self.ties.sort();
        self.ties.dedup();
        Resolved {
            mentions: self.mentions,
            ties: self.ties,
            agreement: Agreement {
                source: self.root,
                name: header.map(header::name),
                title: header.and_then(header::title),
                cites: header.map(header::cites).unwrap_or_default(),
                standards: header.map(header::standards).unwrap_or_default(),
                corroboration: header.map_or(header::VOICES, header::corroboration),
                vocabulary: self.vocabulary,
                calendar: self.calendar,
                term: self.term,
                membership,
                pledges,
                scenarios,
            },
            diagnostics: self.diagnostics,
        }
    }
}

/// Puts a pledge's own standards over those of the agreement, role by role; its own `standard LEVEL` replaces them all.
fn overlay(own: Standards, agreement: Standards) -> Standards {
    let below = if own.all.is_some() {
        Standards::default()
    } else {
        agreement
    };
    Standards {
        all: own.all.or(below.all),
        breach: own.breach.or(below.breach),
        performance: own.performance.or(below.performance),
        excuse: own.excuse.or(below.excuse),
        condition: own.condition.or(below.condition),
    }
}
