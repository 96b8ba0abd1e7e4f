//! Pledges: their clauses, and the order in which variables get their values.
//!
//! First wins: `for each`, the trigger, `while` and `if`, then the forbidden or counted act. Everything else only asks for values.

use std::collections::BTreeMap;

use super::Resolver;
use super::declare::FoundPledge;
use super::header::standards_of;
use super::scope::{Origin, Scope};
use super::terms::Binds;
use crate::agreement::{
    Binder, Body, Domain, Excuse, Extension, InForce, KindId, Named, Pledge, PledgeId, Reference,
    Standards, Suspension, Type, Word,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, Clause, ClauseKind, Expr};

/// A pledge and what is left to say about its variables once all pledges are known.
pub(super) struct Draft {
    pub(super) pledge: Pledge,
    pub(super) scope: Scope,
}

/// `upon` or `whenever`, as written.
#[derive(Clone, Copy)]
pub(super) struct TriggerClause<'a> {
    pub(super) each: bool,
    pub(super) trigger: &'a ast::Trigger,
    pub(super) alias: Option<&'a ast::Name>,
    pub(super) span: Span,
}

/// The clauses of a pledge by what they are; those that may stand once at most once.
#[derive(Default)]
struct Clauses<'a> {
    cites: Vec<String>,
    quotes: Vec<String>,
    notes: Vec<String>,
    for_each: Option<(&'a [ast::Binder], Option<&'a Expr>)>,
    triggers: Vec<TriggerClause<'a>>,
    precedent: Option<&'a Expr>,
    during: Option<&'a Expr>,
    provided: Option<&'a ast::Reference>,
    sentence: Option<&'a ast::Sentence>,
    unjudged: Option<&'a ast::Text>,
    exceptions: Vec<(&'a Expr, Span)>,
    excuses: Vec<(&'a ast::Pattern, Option<&'a ast::Pattern>, bool, Span)>,
    suspensions: Vec<(&'a Clause, Span)>,
    waivers: Vec<&'a ast::Pattern>,
    extensions: Vec<(&'a ast::Extension, Span)>,
    standard: Option<&'a ast::Standard>,
    errors: Vec<Span>,
    /// The clauses that may stand once, with the place of the first.
    seen: Vec<(&'static str, Span)>,
}

impl<'a> Resolver<'a> {
    pub(super) fn resolve_pledges(&mut self) -> Vec<Draft> {
        let agreement = self.agreement_standards();
        let found = std::mem::take(&mut self.found.pledges);
        let mut article_terms = Vec::new();
        let mut drafts: Vec<Option<Draft>> = found.iter().map(|_| None).collect();
        for at in self.waited_for_first(&found) {
            let Some(pledge) = found.get(at) else {
                continue;
            };
            let draft = self.pledge(pledge, agreement, &mut article_terms);
            self.offers.insert(pledge.id, offered(&draft.scope));
            if let Some(place) = drafts.get_mut(at) {
                *place = Some(draft);
            }
        }
        drafts.into_iter().flatten().collect()
    }

    /// Gives the pledges so that each comes after those whose breach or fulfilment it waits for, as far as they are not a ring.
    fn waited_for_first(&self, found: &[FoundPledge<'a>]) -> Vec<usize> {
        let places: BTreeMap<PledgeId, usize> = found
            .iter()
            .enumerate()
            .map(|(at, pledge)| (pledge.id, at))
            .collect();
        let waits_for = |at: usize| -> Vec<usize> {
            let clauses = found
                .get(at)
                .into_iter()
                .flat_map(|found| &found.ast.clauses);
            let names = clauses.filter_map(|clause| awaited(&clause.kind));
            let ids = names.filter_map(|name| self.pledge_names.get(name.text.as_str()));
            ids.filter_map(|id| places.get(id).copied()).collect()
        };
        let mut order = Vec::with_capacity(found.len());
        let mut reached = vec![false; found.len()];
        // A way of its own instead of recursion, since a chain may be as long as a file.
        let mut reach = |at: usize, way: &mut Vec<(usize, Vec<usize>)>| {
            if let Some(place) = reached.get_mut(at).filter(|reached| !**reached) {
                *place = true;
                way.push((at, waits_for(at)));
            }
        };
        for start in 0..found.len() {
            let mut way = Vec::new();
            reach(start, &mut way);
            while let Some((at, next)) = way.last_mut() {
                let at = *at;
                if let Some(next) = next.pop() {
                    reach(next, &mut way);
                } else {
                    order.push(at);
                    way.pop();
                }
            }
        }
        order
    }

    fn agreement_standards(&self) -> Standards {
        let root = self.root;
        let own = self.found.agreements.iter();
        own.clone()
            .find(|(source, _)| *source == root)
            .map(|(_, agreement)| super::header::standards(agreement))
            .unwrap_or_default()
    }

    fn pledge(
        &mut self,
        found: &FoundPledge<'a>,
        agreement: Standards,
        article_terms: &mut Vec<(Span, InForce)>,
    ) -> Draft {
        let article_term = self.article_term(found.term, article_terms);
        let mark = self.mark();
        let mut scope = Scope::constant();
        let clauses = self.clauses(found.ast, &mut scope);
        let mut pledge = empty(found, article_term);
        self.bind_clauses(&mut scope, &clauses, &mut pledge);
        let act = self.body(&mut scope, &clauses, &mut pledge);
        self.reliefs(&mut scope, &clauses, act, &mut pledge);
        self.finish_scope(&mut scope);
        let own = clauses.standard.map(standards_of).unwrap_or_default();
        pledge.standards = super::overlay(own, agreement);
        pledge.cites = clauses.cites;
        pledge.quotes = clauses.quotes;
        pledge.notes = clauses.notes;
        scope.broken |= found.duplicate || self.failed_since(mark);
        Draft { pledge, scope }
    }

    /// Gives the term of the narrowest article; each article's is resolved once.
    fn article_term(
        &mut self,
        term: Option<Spanned<&'a ast::InForce>>,
        known: &mut Vec<(Span, InForce)>,
    ) -> InForce {
        let Some(term) = term else {
            return InForce::default();
        };
        // Pledges of one article follow each other, so the last few entries are the ones that are asked for.
        if let Some((_, known)) = known
            .iter()
            .rev()
            .take(8)
            .find(|(span, _)| *span == term.span)
        {
            return known.clone();
        }
        let made = self.in_force(term.value, term.span);
        known.push((term.span, made.clone()));
        made
    }

    /// Sorts the clauses, and reports those that stand too often.
    fn clauses(&mut self, pledge: &'a ast::Pledge, scope: &mut Scope) -> Clauses<'a> {
        let mut clauses = Clauses::default();
        for clause in &pledge.clauses {
            if let Some(word) = once(&clause.kind)
                && !self.first(word, clause.span, &mut clauses)
            {
                scope.broken = true;
                continue;
            }
            sort_clause(clause, &mut clauses);
        }
        for &span in &clauses.errors {
            self.lose(scope, span);
        }
        if clauses.sentence.is_none() && clauses.unjudged.is_none() && clauses.errors.is_empty() {
            let message = format!(
                "the pledge `{}` does not say who owes what",
                pledge.name.text
            );
            let help = "Write a sentence, such as `us must notify(to: nato) within 3 days of announcement`, or say `unjudged \"why it cannot be checked\"`.";
            self.report(Diagnostic::new(Code::NoSentence, pledge.name.span, message).help(help));
        }
        clauses
    }

    /// Says whether a clause that may stand once is the first of its kind, and reports one that is not.
    fn first(&mut self, word: &'static str, span: Span, clauses: &mut Clauses<'a>) -> bool {
        let Some(&(_, first)) = clauses.seen.iter().find(|(other, _)| *other == word) else {
            clauses.seen.push((word, span));
            return true;
        };
        if word == SENTENCE {
            let message = "a pledge says one thing, and this is its second sentence";
            let diagnostic = Diagnostic::new(Code::TwoSentences, span, message)
                .related(first, "the first is here")
                .help("Make a pledge of its own of each; both may cite the same paragraph.");
            self.report(diagnostic);
        } else {
            self.report_repeated(word, span, first);
        }
        false
    }

    fn bind_clauses(&mut self, scope: &mut Scope, clauses: &Clauses<'a>, pledge: &mut Pledge) {
        if let Some((binders, condition)) = clauses.for_each {
            for binder in binders {
                pledge.binders.extend(self.binder(scope, binder));
            }
            let announced = scope.announced();
            let condition =
                condition.map(|condition| self.condition(scope, condition, Binds::Conjuncts));
            scope.named_by_row(&announced);
            pledge.binder_condition = condition;
        }
        if let Some(sentence) = clauses.sentence
            && sentence.each_of
        {
            self.bind_who(scope, sentence);
        }
        pledge.triggers = self.triggers(scope, &clauses.triggers);
        pledge.during = clauses
            .during
            .map(|condition| self.condition(scope, condition, Binds::Conjuncts));
        pledge.precedent = clauses
            .precedent
            .map(|condition| self.condition(scope, condition, Binds::Conjuncts));
    }

    fn binder(&mut self, scope: &mut Scope, binder: &'a ast::Binder) -> Option<Binder> {
        self.check_shadow(scope, &binder.name);
        let (domain, ty, origin) = match &binder.domain {
            ast::Domain::Group(group) => {
                let Some(&id) = self.vocabulary.thing_names.get(&group.text) else {
                    self.report_unknown_container(group);
                    scope.bind(&binder.name, None, Origin::Label);
                    self.declares_name(&binder.name, Named::Variable);
                    return None;
                };
                self.mention_thing(group, id);
                (
                    Some(Domain::Group(id)),
                    Some(self.type_of(id)),
                    Origin::Member,
                )
            }
            ast::Domain::Type(ty) => {
                let ty = self.field_type_of(ty);
                let origin = if ty.is_some() {
                    Origin::Announced
                } else {
                    Origin::Label
                };
                (ty.map(Domain::Type), ty, origin)
            }
        };
        let variable = scope.bind(&binder.name, ty, origin);
        self.declares_name(&binder.name, Named::Variable);
        scope.broken |= domain.is_none();
        Some(Binder {
            variable,
            domain: domain?,
            span: binder.name.span,
        })
    }

    /// Reports a variable that has the name of something else.
    pub(super) fn check_shadow(&mut self, scope: &Scope, name: &ast::Name) {
        let first = scope.find(&name.text).and_then(|id| {
            let bound = scope.variables.get(usize::from(id.0));
            bound.map(|bound| bound.span)
        });
        let thing = self.vocabulary.thing_names.get(&name.text);
        let declared = thing.map(|&id| self.vocabulary.thing(id).span);
        let date = self
            .dates
            .get(name.text.as_str())
            .map(|date| date.name.span);
        if let Some(first) = first.or(declared).or(date) {
            self.report_duplicate(name, first);
        }
    }

    fn bind_who(&mut self, scope: &mut Scope, sentence: &ast::Sentence) {
        let who = ast::Name {
            text: "who".to_owned(),
            span: sentence.who.span,
        };
        self.check_shadow(scope, &who);
        let id = scope.bind(&who, Some(Type::Actor), Origin::Member);
        if let Some(bound) = scope.variable(id) {
            bound.uses += 1;
        }
    }

    /// Sets the body, and gives the kind of the act, whose labels stand bare in `except where`.
    fn body(
        &mut self,
        scope: &mut Scope,
        clauses: &Clauses<'a>,
        pledge: &mut Pledge,
    ) -> Option<KindId> {
        if let Some(text) = clauses.unjudged {
            pledge.body = Body::Unjudged(Spanned::new(text.value.clone(), text.span));
            return None;
        }
        let sentence = clauses.sentence?;
        let made = self.sentence(scope, sentence, pledge)?;
        let act = super::sentence::act_kind(&made);
        pledge.body = Body::Sentence(Box::new(made));
        act
    }

    /// Resolves what only asks for values: reciprocity, exceptions, excuses, suspensions, waivers, extensions.
    fn reliefs(
        &mut self,
        scope: &mut Scope,
        clauses: &Clauses<'a>,
        act: Option<KindId>,
        pledge: &mut Pledge,
    ) {
        pledge.provided = clauses
            .provided
            .and_then(|reference| self.reference(scope, reference, Binds::Nothing));
        for &(exception, _) in &clauses.exceptions {
            let outer = std::mem::replace(&mut scope.pattern, act);
            let condition = self.condition(scope, exception, Binds::Nothing);
            scope.pattern = outer;
            pledge.exceptions.push(condition);
        }
        self.check_exceptions(clauses.exceptions.iter().map(|(_, span)| *span), pledge);
        for &(by, until, tolling, span) in &clauses.excuses {
            let by = self.pattern(scope, by, Binds::Nothing);
            let until = until.and_then(|until| self.pattern(scope, until, Binds::Nothing));
            pledge.excuses.extend(by.map(|by| Excuse {
                by,
                until,
                tolling,
                span,
            }));
        }
        for &(clause, span) in &clauses.suspensions {
            pledge
                .suspensions
                .extend(self.suspension(scope, clause, span));
        }
        for waiver in &clauses.waivers {
            pledge
                .waivers
                .extend(self.pattern(scope, waiver, Binds::Nothing));
        }
        for &(extension, span) in &clauses.extensions {
            pledge
                .extensions
                .extend(self.extension(scope, extension, span));
        }
    }

    fn suspension(
        &mut self,
        scope: &mut Scope,
        clause: &'a Clause,
        span: Span,
    ) -> Option<Suspension> {
        let ClauseKind::Suspended {
            by,
            breach_of,
            until,
            tolling,
        } = &clause.kind
        else {
            return None;
        };
        let by = self.pattern(scope, by, Binds::Nothing);
        let breach_of: Option<Reference> = breach_of
            .as_ref()
            .and_then(|reference| self.reference(scope, reference, Binds::Nothing));
        let until = until
            .as_ref()
            .and_then(|until| self.pattern(scope, until, Binds::Nothing));
        Some(Suspension {
            by: by?,
            breach_of,
            until,
            tolling: *tolling,
            span,
        })
    }

    /// `extended by PATTERN to FIELD`: the fields must be dates of the event.
    pub(super) fn extension(
        &mut self,
        scope: &mut Scope,
        extension: &'a ast::Extension,
        span: Span,
    ) -> Option<Extension> {
        let by = self.pattern(scope, &extension.by, Binds::Nothing)?;
        let word = Word::Kind(by.kind);
        let to = self.date_slot(word, &extension.to);
        let effect_from = match &extension.effect_from {
            Some(field) => Some(self.date_slot(word, field)?),
            None => None,
        };
        Some(Extension {
            by,
            to: to?,
            effect_from,
            span,
        })
    }

    fn date_slot(&mut self, word: Word, label: &ast::Name) -> Option<usize> {
        let slot = self.slot(word, label)?;
        match self.field_type(word, slot) {
            Some(Type::Date) | None => Some(slot),
            Some(ty) => {
                let found = self.type_name(ty);
                let message = format!("a date field is needed, and `{}` is {found}", label.text);
                self.report(Diagnostic::new(Code::TypeMismatch, label.span, message));
                None
            }
        }
    }
}

/// Gives the pledge whose breach or fulfilment a trigger waits for.
fn awaited(clause: &ClauseKind) -> Option<&ast::Name> {
    match clause {
        ClauseKind::Trigger {
            trigger: ast::Trigger::Breach(reference) | ast::Trigger::Fulfilment(reference),
            ..
        } => Some(&reference.name),
        ClauseKind::Trigger {
            trigger: ast::Trigger::Pattern(_) | ast::Trigger::Error(_),
            ..
        }
        | ClauseKind::Cites(_)
        | ClauseKind::Quote(_)
        | ClauseKind::Note(_)
        | ClauseKind::ForEach { .. }
        | ClauseKind::If(_)
        | ClauseKind::While(_)
        | ClauseKind::Provided(_)
        | ClauseKind::Sentence(_)
        | ClauseKind::Unjudged(_)
        | ClauseKind::Except(_)
        | ClauseKind::Excused { .. }
        | ClauseKind::Suspended { .. }
        | ClauseKind::Waived(_)
        | ClauseKind::Extended(_)
        | ClauseKind::Standard(_)
        | ClauseKind::Error => None,
    }
}

/// Gives the variables that those who wait for a pledge may ask for.
fn offered(scope: &Scope) -> Vec<(String, Option<Type>, Span)> {
    let variables = scope.variables.iter().filter(|bound| match bound.origin {
        Origin::Alias | Origin::Label => false,
        Origin::Offered => bound.uses > 0,
        Origin::Member | Origin::Announced | Origin::Pattern | Origin::Counted => true,
    });
    variables
        .map(|bound| (bound.name.clone(), bound.ty, bound.declared))
        .collect()
}

const SENTENCE: &str = "sentence";

/// Gives the word of a clause that may stand once; none for those that may stand again.
fn once(clause: &ClauseKind) -> Option<&'static str> {
    match clause {
        ClauseKind::ForEach { .. } => Some("for each"),
        ClauseKind::If(_) => Some("if"),
        ClauseKind::While(_) => Some("while"),
        ClauseKind::Provided(_) => Some("provided"),
        ClauseKind::Sentence(_) | ClauseKind::Unjudged(_) => Some(SENTENCE),
        ClauseKind::Standard(_) => Some("standard"),
        ClauseKind::Cites(_)
        | ClauseKind::Quote(_)
        | ClauseKind::Note(_)
        | ClauseKind::Trigger { .. }
        | ClauseKind::Except(_)
        | ClauseKind::Excused { .. }
        | ClauseKind::Suspended { .. }
        | ClauseKind::Waived(_)
        | ClauseKind::Extended(_)
        | ClauseKind::Error => None,
    }
}

fn sort_clause<'a>(clause: &'a Clause, clauses: &mut Clauses<'a>) {
    let span = clause.span;
    match &clause.kind {
        ClauseKind::Cites(text) => clauses.cites.push(text.value.clone()),
        ClauseKind::Quote(text) => clauses.quotes.push(text.value.clone()),
        ClauseKind::Note(text) => clauses.notes.push(text.value.clone()),
        ClauseKind::ForEach { binders, condition } => {
            clauses.for_each = Some((binders, condition.as_ref()));
        }
        ClauseKind::Trigger {
            each,
            trigger,
            alias,
        } => clauses.triggers.push(TriggerClause {
            each: *each,
            trigger,
            alias: alias.as_ref(),
            span,
        }),
        ClauseKind::If(condition) => clauses.precedent = Some(condition),
        ClauseKind::While(condition) => clauses.during = Some(condition),
        ClauseKind::Provided(reference) => clauses.provided = Some(reference),
        ClauseKind::Sentence(sentence) => clauses.sentence = Some(sentence),
        ClauseKind::Unjudged(text) => clauses.unjudged = Some(text),
        ClauseKind::Except(condition) => clauses.exceptions.push((condition, span)),
        ClauseKind::Excused { by, until, tolling } => {
            clauses.excuses.push((by, until.as_ref(), *tolling, span));
        }
        ClauseKind::Suspended { .. } => clauses.suspensions.push((clause, span)),
        ClauseKind::Waived(pattern) => clauses.waivers.push(pattern),
        ClauseKind::Extended(extension) => clauses.extensions.push((extension, span)),
        ClauseKind::Standard(standard) => clauses.standard = Some(standard),
        ClauseKind::Error => clauses.errors.push(span),
    }
}

fn empty(found: &FoundPledge<'_>, article_term: InForce) -> Pledge {
    let title = found.ast.title.as_ref();
    Pledge {
        id: PledgeId(found.id.0),
        name: found.ast.name.text.clone(),
        title: title.map(|title| title.value.clone()),
        docs: found.docs.clone(),
        article: found.article.clone(),
        cites: Vec::new(),
        quotes: Vec::new(),
        notes: Vec::new(),
        variables: Vec::new(),
        binders: Vec::new(),
        binder_condition: None,
        triggers: Vec::new(),
        precedent: None,
        during: None,
        provided: None,
        body: Body::Error,
        exceptions: Vec::new(),
        excuses: Vec::new(),
        suspensions: Vec::new(),
        waivers: Vec::new(),
        extensions: Vec::new(),
        standards: Standards::default(),
        article_term,
        name_span: found.ast.name.span,
        span: found.span,
    }
}
