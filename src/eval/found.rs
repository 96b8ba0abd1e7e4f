//! The matches of a pattern, kept: many instances ask for the same ones, at every standard again.
//!
//! What a pattern matches hangs on the values of the variables that it names and on whose duty is asked about. Patterns that hang on more (on
//! the trigger, on other pledges, on states) are looked for each time.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::agreement::{
    Argument, Condition, ConditionKind, MomentExpr, MomentKind, Obligor, Operand, OperandKind,
    Pattern, Quantity, QuantityKind, Term, TermKind, ThingId, Value, VariableId,
};
use crate::evidence::{Favours, Truth};
use crate::time::{Instant, When};

use super::Context;
use super::bearing::Orders;
use super::bindings::Env;
use super::matching::{Lens, Match, Purpose};
use super::routes::Route;
use super::times::Times;

/// What the matches of a pattern hang on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Asked {
    /// Which pattern: where it lies in memory, for as long as the evaluation runs.
    pattern: usize,
    values: Vec<Option<Value>>,
    obligor: (Option<ThingId>, Option<VariableId>),
    favours: Favours,
    discharge: bool,
    until: Instant,
}

/// The variables that a pattern names; none where its matches hang on more.
type Names = Option<Rc<[VariableId]>>;

/// The matches found so far.
#[derive(Debug, Default)]
pub(super) struct Store<'a> {
    names: RefCell<BTreeMap<usize, Names>>,
    found: RefCell<BTreeMap<Asked, Rc<Kept<'a>>>>,
}

/// The matches of a pattern in order of time. Their environments hold the variables of the pattern only.
#[derive(Debug)]
pub(super) struct Kept<'a> {
    pub(super) list: Vec<Match<'a>>,
    shown: OnceCell<[Shown; 4]>,
    orders: OnceCell<Orders>,
}

/// When the matches were that are shown, and contested, at one standard.
#[derive(Debug, Default)]
struct Shown {
    shown: Times,
    contested: Times,
}

impl<'a> Kept<'a> {
    fn new(list: Vec<Match<'a>>) -> Kept<'a> {
        Kept {
            list,
            shown: OnceCell::new(),
            orders: OnceCell::new(),
        }
    }

    /// Gives the matches sorted out by what they say and name.
    pub(super) fn orders(&self, context: &Context<'a>) -> &Orders {
        self.orders.get_or_init(|| Orders::of(context, &self.list))
    }

    /// Gives the matches in the environment of who asks.
    fn in_env(&self, env: &Env<'a>) -> Vec<Match<'a>> {
        self.list.iter().map(|found| rebased(found, env)).collect()
    }

    /// Gives, at each standard, the truth that something was by a moment (and since another).
    pub(super) fn happened_by(&self, moment: When, from: Option<When>) -> [Truth; 4] {
        let from = from.unwrap_or(When::ALWAYS);
        let shown = self
            .shown
            .get_or_init(|| [0, 1, 2, 3].map(|at| self.at(at)));
        [0usize, 1, 2, 3].map(|standard| {
            let Some(times) = shown.get(standard) else {
                return Truth::NotShown;
            };
            let touches = |times: &Times| times.any_touching(from.earliest, moment.latest);
            if times.shown.any_within(from.earliest, moment.latest) {
                Truth::True
            } else if touches(&times.shown) || touches(&times.contested) {
                Truth::Contested
            } else {
                Truth::NotShown
            }
        })
    }

    fn at(&self, standard: usize) -> Shown {
        let when = |wanted: Truth| {
            let those = self
                .list
                .iter()
                .filter(|found| found.truths.get(standard) == Some(&wanted));
            Times::new(those.map(|found| found.when).collect())
        };
        Shown {
            shown: when(Truth::True),
            contested: when(Truth::Contested),
        }
    }
}

/// Gives a match as it is for who asks: with the values that she has and those that the match gives.
pub(super) fn rebased<'a>(found: &Match<'a>, env: &Env<'a>) -> Match<'a> {
    let mut own = env.clone();
    for (variable, value) in found.env.bound() {
        if own.get(variable).is_none() {
            own.bind(variable, value.clone());
        }
    }
    Match {
        incident: found.incident,
        route: found.route,
        env: own,
        pro: found.pro,
        truths: found.truths,
        when: found.when,
        straddles: found.straddles,
        accounts: found.accounts.clone(),
    }
}

impl<'a> Context<'a> {
    /// Finds every match of `pattern` that may have happened before a moment, in order of time.
    pub(super) fn find_until(
        &self,
        pattern: &'a Pattern,
        env: &Env<'a>,
        lens: Lens,
        purpose: Purpose,
        until: Instant,
    ) -> Vec<Match<'a>> {
        match self.kept_until(pattern, env, lens, purpose, until) {
            Some(kept) => kept.in_env(env),
            None => self.search(pattern, env, lens, purpose, until),
        }
    }

    /// Gives the matches by the as-of date as they are kept; none where they hang on more than the values of variables.
    pub(super) fn kept(
        &self,
        pattern: &'a Pattern,
        env: &Env<'a>,
        lens: Lens,
        purpose: Purpose,
    ) -> Option<Rc<Kept<'a>>> {
        self.kept_until(pattern, env, lens, purpose, self.clocks.as_of)
    }

    fn kept_until(
        &self,
        pattern: &'a Pattern,
        env: &Env<'a>,
        lens: Lens,
        purpose: Purpose,
        until: Instant,
    ) -> Option<Rc<Kept<'a>>> {
        let names = self.names_of(pattern)?;
        let alias = env.trigger.and_then(|trigger| trigger.alias);
        if alias.is_some_and(|alias| names.contains(&alias)) {
            return None;
        }
        let mut own = Env::default();
        let obligor = match lens.obligor {
            None => (None, None),
            Some(Obligor::Thing(id)) => (Some(id), None),
            Some(Obligor::Variable(id) | Obligor::EachOf { who: id, .. }) => (None, Some(id)),
        };
        for variable in names.iter().copied().chain(obligor.1) {
            if let Some(value) = env.get(variable) {
                own.bind(variable, value.clone());
            }
        }
        let asked_for = names.iter().copied().chain(obligor.1);
        let asked = Asked {
            pattern: std::ptr::from_ref(pattern).addr(),
            values: asked_for
                .map(|variable| env.get(variable).cloned())
                .collect(),
            obligor,
            favours: lens.favours,
            discharge: purpose == Purpose::Discharge,
            until,
        };
        if let Some(kept) = self.store.found.borrow().get(&asked) {
            return Some(Rc::clone(kept));
        }
        let kept = Rc::new(Kept::new(self.search(pattern, &own, lens, purpose, until)));
        self.store
            .found
            .borrow_mut()
            .insert(asked, Rc::clone(&kept));
        Some(kept)
    }

    /// Says whether the matches of a pattern are kept.
    pub(super) fn is_kept(&self, pattern: &'a Pattern) -> bool {
        self.names_of(pattern).is_some()
    }

    /// Says whether a pattern names no variable that another one does not name too.
    pub(super) fn names_nothing_more(&self, pattern: &'a Pattern, than: &'a Pattern) -> bool {
        match (self.names_of(pattern), self.names_of(than)) {
            (Some(names), Some(others)) => names.iter().all(|name| others.contains(name)),
            (None, _) | (_, None) => false,
        }
    }

    /// Gives the variables that a pattern names, with those that the ways to its kind name.
    fn names_of(&self, pattern: &'a Pattern) -> Names {
        let at = std::ptr::from_ref(pattern).addr();
        if let Some(names) = self.store.names.borrow().get(&at) {
            return names.clone();
        }
        let mut found = BTreeSet::new();
        let plain = of_pattern(pattern, &mut found)
            && self
                .routes
                .to(pattern.kind)
                .iter()
                .all(|route| of_route(route, &mut found));
        let names: Names = plain.then(|| found.into_iter().collect());
        self.store.names.borrow_mut().insert(at, names.clone());
        names
    }
}

type Found = BTreeSet<VariableId>;

/// Adds the variables that a pattern names; says whether its matches hang on nothing else.
fn of_pattern(pattern: &Pattern, found: &mut Found) -> bool {
    let condition = pattern.condition.as_deref();
    of_arguments(&pattern.arguments, found)
        && condition.is_none_or(|condition| of_condition(condition, found))
}

fn of_route(route: &Route<'_>, found: &mut Found) -> bool {
    route
        .bridges
        .iter()
        .all(|crossed| of_pattern(crossed.pattern, found))
}

fn of_arguments(arguments: &[Argument], found: &mut Found) -> bool {
    arguments
        .iter()
        .flat_map(|argument| &argument.terms)
        .all(|term| of_term(term, found))
}

fn of_term(term: &Term, found: &mut Found) -> bool {
    match &term.kind {
        TermKind::Variable { id, .. } => {
            found.insert(*id);
            true
        }
        TermKind::OtherThan { variables, .. } => {
            found.extend(variables.iter().copied());
            true
        }
        TermKind::TriggerField(_) => false,
        TermKind::Thing { .. }
        | TermKind::Number(_)
        | TermKind::Text(_)
        | TermKind::Date(_)
        | TermKind::Flag(_) => true,
    }
}

fn of_condition(condition: &Condition, found: &mut Found) -> bool {
    match &condition.kind {
        ConditionKind::And(parts) | ConditionKind::Or(parts) => {
            parts.iter().all(|part| of_condition(part, found))
        }
        ConditionKind::Not(inner) => of_condition(inner, found),
        ConditionKind::Relation { arguments, .. } => of_arguments(arguments, found),
        ConditionKind::Within { operand, .. } => of_operand(operand, found),
        ConditionKind::Is { left, right } => of_operand(left, found) && of_operand(right, found),
        ConditionKind::Order {
            operand, moment, ..
        } => of_operand(operand, found) && of_moment(moment, found),
        ConditionKind::Compare { left, right, .. } => {
            of_quantity(left, found) && of_quantity(right, found)
        }
        ConditionKind::State { .. }
        | ConditionKind::Once { .. }
        | ConditionKind::Pledge { .. }
        | ConditionKind::Error => false,
    }
}

fn of_operand(operand: &Operand, found: &mut Found) -> bool {
    match &operand.kind {
        OperandKind::Variable(id) => {
            found.insert(*id);
            true
        }
        OperandKind::Date(moment) => of_moment(moment, found),
        OperandKind::TriggerField(_) => false,
        OperandKind::Thing { .. }
        | OperandKind::Field(_)
        | OperandKind::Number(_)
        | OperandKind::Text(_)
        | OperandKind::Flag(_) => true,
    }
}

fn of_moment(moment: &MomentExpr, found: &mut Found) -> bool {
    match &moment.kind {
        MomentKind::Fixed(_) | MomentKind::Field(_) => true,
        MomentKind::Variable(id) => {
            found.insert(*id);
            true
        }
        MomentKind::Shifted { base, .. } => of_moment(base, found),
        MomentKind::EarlierOf(parts) | MomentKind::LaterOf(parts) => {
            parts.iter().all(|part| of_moment(part, found))
        }
        MomentKind::Trigger
        | MomentKind::TriggerField(_)
        | MomentKind::EntryIntoForce { .. }
        | MomentKind::EndOfAgreement
        | MomentKind::First(_)
        | MomentKind::DeadlineOf(_)
        | MomentKind::FulfilmentOf(_)
        | MomentKind::BreachOf(_)
        | MomentKind::Error => false,
    }
}

fn of_quantity(quantity: &Quantity, found: &mut Found) -> bool {
    match &quantity.kind {
        QuantityKind::Number(_) | QuantityKind::Field(_) => true,
        QuantityKind::Variable(id) => {
            found.insert(*id);
            true
        }
        QuantityKind::Add(a, b) | QuantityKind::Subtract(a, b) | QuantityKind::Multiply(a, b) => {
            of_quantity(a, found) && of_quantity(b, found)
        }
        QuantityKind::Share { of, .. } => of_quantity(of, found),
        QuantityKind::TriggerField(_)
        | QuantityKind::Measure { .. }
        | QuantityKind::Given { .. }
        | QuantityKind::Count { .. }
        | QuantityKind::Sum { .. }
        | QuantityKind::Error => false,
    }
}
