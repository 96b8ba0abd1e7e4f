//! The variables of a pledge, a state, a derived kind or a line of a `given`, and the names that were looked for in vain.

use std::collections::{BTreeMap, BTreeSet};

use super::Resolver;
use crate::agreement::{KindId, Type, Variable, VariableId, Word};
use crate::diagnostic::{Code, Diagnostic, Fix};
use crate::source::{Span, Spanned};
use crate::syntax::ast::Name;

/// What the names of one scope stand for.
#[derive(Default)]
pub(super) struct Scope {
    pub(super) variables: Vec<Bound>,
    by_name: BTreeMap<String, VariableId>,
    /// The trigger of the pledge, where it has one.
    pub(super) trigger: Option<TriggerScope>,
    /// How many patterns have been entered.
    pub(super) patterns: u32,
    /// The kind of the innermost pattern, whose labels stand bare in its condition.
    pub(super) pattern: Option<KindId>,
    /// Whether the labels of a derived kind or state are its variables.
    pub(super) labelled: bool,
    /// Whether something was not understood and reported elsewhere.
    pub(super) broken: bool,
    /// Words of parts that could not be parsed: they may have bound a name.
    lost: BTreeSet<String>,
    unknown: Vec<Unknown>,
    /// Variables of the alternative triggers before the one in hand: out of sight for it, but under the same name the same variables.
    aside: BTreeMap<String, VariableId>,
}

/// What `t.field` and `t` as a moment refer to.
#[derive(Clone)]
pub(super) struct TriggerScope {
    pub(super) alias: Option<VariableId>,
    /// What each of the alternatives is, in the order of the file.
    pub(super) kinds: Vec<TriggerKind>,
}

/// What the trigger is, as far as its fields go.
#[derive(Clone, Copy)]
pub(super) enum TriggerKind {
    /// An event with fields.
    Event(KindId),
    /// A breach or a fulfilment, which has none.
    Verdict,
    /// Something that was reported.
    Unknown,
}

/// A variable, and how it came to be.
pub(super) struct Bound {
    pub(super) name: String,
    /// None while nothing has shown it.
    pub(super) ty: Option<Type>,
    pub(super) span: Span,
    /// Where it is declared: at `span`, or in the pledge that offers it.
    pub(super) declared: Span,
    pub(super) origin: Origin,
    /// The pattern that it was bound in, counted within the scope.
    pub(super) pattern: u32,
    /// How often it is asked for after it is bound.
    pub(super) uses: u32,
    /// The first of the alternative triggers that does not bind it, where another one does.
    pub(super) missing_from: Option<Span>,
}

/// Where a variable gets its value from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// A member of the group of a `for each`, or `who`.
    Member,
    /// `for each d: date`, before a row or pattern has given it a value.
    Announced,
    /// A field of a pattern, state or relation.
    Pattern,
    /// A field of an act that is counted: it says what is counted apart, and need not be used again.
    Counted,
    /// A label of a derived kind or state.
    Label,
    /// `as t`.
    Alias,
    /// A variable of the pledge whose breach or fulfilment is the trigger: the instance gives it, where this pledge asks for that name.
    Offered,
}

/// A name that nothing declares, until the end of the scope shows whether it is a mistake or a variable that nothing binds.
struct Unknown {
    name: Name,
    wanted: Option<Type>,
}

impl Scope {
    /// Gives a scope without variables.
    pub(super) fn constant() -> Scope {
        Scope::default()
    }

    pub(super) fn find(&self, name: &str) -> Option<VariableId> {
        self.by_name.get(name).copied()
    }

    /// Says whether only some of the alternative triggers bind a variable of that name.
    pub(super) fn is_partly_bound(&self, name: &str) -> bool {
        let of_that_name = |bound: &&Bound| bound.name == name && bound.missing_from.is_some();
        self.find(name).is_none() && self.variables.iter().any(|bound| of_that_name(&bound))
    }

    pub(super) fn variable(&mut self, id: VariableId) -> Option<&mut Bound> {
        self.variables.get_mut(usize::from(id.0))
    }

    pub(super) fn bind(&mut self, name: &Name, ty: Option<Type>, origin: Origin) -> VariableId {
        if let Some(id) = self.taken_up(&name.text, ty) {
            return id;
        }
        let id = VariableId(u16::try_from(self.variables.len()).unwrap_or(u16::MAX));
        self.by_name.insert(name.text.clone(), id);
        self.variables.push(Bound {
            name: name.text.clone(),
            ty,
            span: name.span,
            declared: name.span,
            origin,
            pattern: self.patterns,
            uses: 0,
            missing_from: None,
        });
        id
    }

    /// Gives the variable that an earlier alternative of the trigger bound under this name, where the types agree.
    fn taken_up(&mut self, name: &str, ty: Option<Type>) -> Option<VariableId> {
        let id = *self.aside.get(name)?;
        let bound = self.variable(id)?;
        if bound.ty.is_some() && ty.is_some() && bound.ty != ty {
            return None;
        }
        bound.ty = bound.ty.or(ty);
        self.by_name.insert(name.to_owned(), id);
        Some(id)
    }

    /// Puts what the alternatives before this one have bound out of sight; gives what each name stands for without them.
    pub(super) fn begin_alternative(&mut self, before: &BTreeMap<String, VariableId>) {
        let bound = std::mem::replace(&mut self.by_name, before.clone());
        for (name, id) in bound {
            if !before.contains_key(&name) {
                self.aside.entry(name).or_insert(id);
            }
        }
    }

    /// Ends the alternatives where one of them was not understood: every name that any of them binds stays in sight.
    pub(super) fn see_all(&mut self) {
        for (name, id) in std::mem::take(&mut self.aside) {
            self.by_name.entry(name).or_insert(id);
        }
    }

    /// Gives what every name stands for.
    pub(super) fn names(&self) -> BTreeMap<String, VariableId> {
        self.by_name.clone()
    }

    /// Ends the alternatives: what each of them binds has a value from now on, what only some of them bind has none.
    pub(super) fn join_alternatives(
        &mut self,
        alternatives: &[(Span, BTreeMap<String, VariableId>)],
    ) {
        self.aside.clear();
        let mut everywhere: BTreeMap<String, VariableId> = BTreeMap::new();
        let mut missing: Vec<(VariableId, Span)> = Vec::new();
        for (name, id) in alternatives.iter().flat_map(|(_, names)| names) {
            let without = alternatives
                .iter()
                .find(|(_, names)| names.get(name) != Some(id));
            match without {
                Some((span, _)) => missing.push((*id, *span)),
                None => {
                    everywhere.insert(name.clone(), *id);
                }
            }
        }
        for (id, span) in missing {
            if let Some(bound) = self.variable(id) {
                bound.missing_from = Some(span);
            }
        }
        self.by_name = everywhere;
    }

    /// Says whether the labels of a derived kind or state are variables here, so that a word alone is a label.
    pub(super) fn has_labels(&self) -> bool {
        self.labelled
    }

    /// Counts a use of a variable, if there is one of that name.
    pub(super) fn count_use(&mut self, name: &str) {
        if let Some(id) = self.find(name)
            && let Some(bound) = self.variable(id)
        {
            bound.uses += 1;
        }
    }

    /// Gives the variables that are announced and have no value yet.
    pub(super) fn announced(&self) -> Vec<VariableId> {
        let ids = (0u16..).map(VariableId).zip(&self.variables);
        ids.filter(|(_, bound)| bound.origin == Origin::Announced)
            .map(|(id, _)| id)
            .collect()
    }

    /// Lets an announced variable have its value: here something gives it one.
    pub(super) fn take_value(&mut self, id: VariableId) {
        if let Some(bound) = self.variable(id)
            && bound.origin == Origin::Announced
        {
            bound.origin = Origin::Member;
        }
    }

    /// Counts it as a use that the forbidden act gives a value to what was announced: there is an instance for each.
    pub(super) fn keyed_by_act(&mut self, announced: &[VariableId]) {
        for id in announced {
            if let Some(bound) = self.variable(*id)
                && bound.origin != Origin::Announced
            {
                bound.uses += 1;
            }
        }
    }

    /// Counts it as a use that a row gives a value to an announced text: it names the row in the report, and there is an instance for each.
    pub(super) fn named_by_row(&mut self, announced: &[VariableId]) {
        for id in announced {
            if let Some(bound) = self.variable(*id)
                && bound.origin != Origin::Announced
                && bound.ty == Some(Type::Text)
            {
                bound.uses += 1;
            }
        }
    }

    /// Says whether a part could not be parsed.
    pub(super) fn has_lost(&self) -> bool {
        !self.lost.is_empty()
    }

    /// Keeps the words of a part that could not be parsed, so that nothing is said of names it may have bound.
    pub(super) fn lose(&mut self, text: &str) {
        self.broken = true;
        self.lost
            .extend(super::declare::words(text).map(str::to_owned));
    }

    pub(super) fn unknown(&mut self, name: &Name, wanted: Option<Type>) {
        self.broken = true;
        self.unknown.push(Unknown {
            name: name.clone(),
            wanted,
        });
    }

    /// Gives the variables for the agreement; one whose type nothing shows is taken for an actor.
    pub(super) fn finished(&self) -> Vec<Variable> {
        let variables = self.variables.iter();
        variables
            .map(|bound| Variable {
                name: bound.name.clone(),
                ty: bound.ty.unwrap_or(Type::Actor),
                span: bound.declared,
            })
            .collect()
    }
}

impl Resolver<'_> {
    /// Reports the names of a scope that nothing declares: each once, at its first place.
    pub(super) fn finish_scope(&mut self, scope: &mut Scope) {
        let unknown = std::mem::take(&mut scope.unknown);
        let mut places: BTreeMap<&str, Vec<&Unknown>> = BTreeMap::new();
        for one in &unknown {
            places.entry(&one.name.text).or_default().push(one);
        }
        for (name, places) in places {
            if self.lost.contains(name) || scope.lost.contains(name) {
                continue;
            }
            self.report_unbound(scope, &places);
        }
    }

    fn report_unbound(&mut self, scope: &mut Scope, places: &[&Unknown]) {
        let Some((first, others)) = places.split_first() else {
            return;
        };
        let name = &first.name;
        if let Some(id) = scope.find(&name.text) {
            let bound = scope.variable(id).map(|bound| bound.span);
            let message = format!(
                "`{}` is asked for before anything gives it a value",
                name.text
            );
            let mut diagnostic = Diagnostic::new(Code::UnboundVariable, name.span, message)
                .help("Values come from `for each`, then the trigger, then `while` and `if`, then the forbidden or counted act; `or`, `not` and `once` give none.");
            if let Some(span) = bound {
                diagnostic = diagnostic.related(span, "it gets one only here");
            }
            scope.count_use(&name.text);
            self.report(diagnostic);
            return;
        }
        let partly = scope
            .variables
            .iter()
            .find(|bound| bound.name == name.text && bound.missing_from.is_some());
        if let Some(bound) = partly {
            let diagnostic = not_everywhere(name, bound);
            scope.count_use(&name.text);
            self.report(diagnostic);
            return;
        }
        let known = self.candidates(scope, first.wanted, None);
        let near = self.suggest(&name.text, &known);
        let diagnostic = match near {
            Some(near) => {
                scope.count_use(&near);
                misspelt(name, others, &near)
            }
            None if others.is_empty() => self.unknown_name(name, first.wanted),
            None => unbound(name),
        };
        let diagnostic = others.iter().fold(diagnostic, |diagnostic, other| {
            diagnostic.related(other.name.span, "also here")
        });
        self.report(diagnostic);
    }

    fn unknown_name(&self, name: &Name, wanted: Option<Type>) -> Diagnostic {
        let what = match wanted {
            Some(ty) => self.type_name(ty),
            None => "a name".to_owned(),
        };
        if let Some(Word::Kind(kind)) = self.vocabulary.words.get(&name.text) {
            let message = format!(
                "`{}` is an event, of which there may be many; {what} is needed here",
                name.text
            );
            let help = format!(
                "Name the one that is meant: `upon {0}(…) as t`, then `t`, or `t.FIELD` for a field of it; without a trigger, `first {0}(…)`.",
                name.text
            );
            return Diagnostic::new(Code::WrongKindOfName, name.span, message)
                .related(
                    self.vocabulary.kind(*kind).span,
                    format!("`{}` is an event", name.text),
                )
                .help(help);
        }
        let message = format!("nothing declares `{}`; {what} is needed here", name.text);
        Diagnostic::new(Code::UnknownName, name.span, message)
            .help("Declare it, or write the name of something that is declared.")
    }

    /// Reports variables that are bound and never used, or announced and never bound.
    ///
    /// Where something was not understood, only misspelt names are certain.
    pub(super) fn check_variables(&mut self, scope: &mut Scope) {
        // Last first: of two names that are near each other, the later one is the mistake.
        for at in (0..scope.variables.len()).rev() {
            let Some(bound) = scope.variables.get(at) else {
                continue;
            };
            let name = Name {
                text: bound.name.clone(),
                span: bound.span,
            };
            let (origin, ty, pattern) = (bound.origin, bound.ty, bound.pattern);
            match origin {
                Origin::Announced if !scope.broken => self.report(unbound(&name)),
                Origin::Pattern | Origin::Counted if bound.uses == 0 => {
                    self.check_lonely(scope, &name, (ty, pattern), origin);
                }
                Origin::Member | Origin::Alias if bound.uses == 0 && !scope.broken => {
                    self.report(unused(&name, origin));
                }
                Origin::Pattern
                | Origin::Counted
                | Origin::Member
                | Origin::Alias
                | Origin::Announced
                | Origin::Offered
                | Origin::Label => {}
            }
        }
    }

    /// A name that stands in one place only is a misspelt one if a declared one is near, else a variable without use.
    fn check_lonely(
        &mut self,
        scope: &mut Scope,
        name: &Name,
        (ty, pattern): (Option<Type>, u32),
        origin: Origin,
    ) {
        if scope.lost.contains(&name.text) {
            return;
        }
        // Names of one or two letters are near to too many others.
        let long = name.text.chars().count() > 2;
        let near = if long && self.still_suggests() {
            let known = self.candidates(scope, ty, Some(pattern));
            self.suggest(&name.text, &known)
        } else {
            None
        };
        if let Some(near) = near {
            scope.count_use(&near);
            scope.broken = true;
            self.report(misspelt(name, &[], &near));
        } else if origin == Origin::Pattern && !scope.broken {
            self.report(unused(name, origin));
        }
    }

    /// Gives the names that could stand where a type is wanted.
    ///
    /// Variables of the pattern `apart` are left out: two names in one act are two on purpose.
    fn candidates(&self, scope: &Scope, wanted: Option<Type>, apart: Option<u32>) -> Vec<String> {
        let variables = scope
            .variables
            .iter()
            .filter(|bound| apart != Some(bound.pattern))
            .filter(|bound| match (bound.ty, wanted) {
                (Some(ty), Some(wanted)) => self.compatible(ty, wanted),
                (None, _) | (_, None) => true,
            });
        if self.suggestions.room() == 0 {
            return Vec::new();
        }
        let mut names: Vec<String> = variables.map(|bound| bound.name.clone()).collect();
        let things = self.vocabulary.thing_names.iter();
        names.extend(
            things
                .filter(|&(_, &id)| wanted.is_none_or(|wanted| self.fits(id, wanted)))
                .map(|(name, _)| name.clone()),
        );
        if wanted.is_none_or(|wanted| wanted == Type::Date) {
            names.extend(self.dates.keys().map(|&name| name.to_owned()));
        }
        names
    }
}

fn not_everywhere(name: &Name, bound: &Bound) -> Diagnostic {
    let message = format!("only some of the triggers give `{}` a value", name.text);
    let diagnostic = Diagnostic::new(Code::UnboundVariable, name.span, message)
        .related(bound.span, "it gets one here")
        .help(
            "Bind the same name in each `upon` and `whenever`, or write a pledge for each trigger.",
        );
    match bound.missing_from {
        Some(span) => diagnostic.related(span, "it gets none here"),
        None => diagnostic,
    }
}

fn misspelt(name: &Name, others: &[&Unknown], near: &str) -> Diagnostic {
    let message = format!("nothing is called `{}`", name.text);
    let help = format!("Did you mean `{near}`?");
    let spans = std::iter::once(name.span).chain(others.iter().map(|other| other.name.span));
    let edits = spans
        .map(|span| Spanned::new(near.to_owned(), span))
        .collect();
    let mut diagnostic = Diagnostic::new(Code::UnknownName, name.span, message).help(help);
    diagnostic.fix = Some(Fix {
        title: format!("write `{near}`"),
        edits,
    });
    diagnostic
}

fn unbound(name: &Name) -> Diagnostic {
    let message = format!("nothing gives the variable `{}` a value", name.text);
    Diagnostic::new(Code::UnboundVariable, name.span, message)
        .help("Bind it: `for each x in GROUP`, a field of the trigger, or a relation or state in `while` or `if`.")
}

fn unused(name: &Name, origin: Origin) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::UnusedVariable,
        name.span,
        format!("`{}` is bound and never used", name.text),
    );
    match origin {
        Origin::Alias => diagnostic.help("Leave the `as` out."),
        Origin::Member | Origin::Announced => {
            diagnostic.help("Use it in the sentence, or leave it out of `for each`.")
        }
        Origin::Pattern | Origin::Counted | Origin::Label | Origin::Offered => {
            diagnostic.help("A label that is left out matches anything.")
        }
    }
}
