//! References between pledges, completed once the variables of every pledge are known.

use std::collections::{BTreeMap, BTreeSet};

use super::Resolver;
use super::header::Membership;
use super::pledges::Draft;
use super::scope::{Origin, Scope};
use super::terms::Binds;
use crate::agreement::pledge::Per;
use crate::agreement::{
    Body, Cause, Condition, ConditionKind, Deadline, Duty, MembershipRule, MomentExpr, MomentKind,
    Named, Operand, OperandKind, Over, Pattern, Pledge, PledgeId, Quantity, QuantityKind,
    Reference, Sentence, TransitionCause, Type, VariableId, Window,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{self, Name, Selector};
use crate::time::Point;

/// `p = q` in the brackets of a reference.
#[derive(Clone, Debug)]
pub(super) struct Selected {
    name: Name,
    operand: Operand,
}

/// The variables of a pledge that others can speak of.
type Targets = Vec<Target>;

/// The variables of one pledge by name: which, of what type, where declared.
type Target = BTreeMap<String, (VariableId, Option<Type>, Span)>;

impl<'a> Resolver<'a> {
    /// Gives a reference whose variables are still to be matched; none where no pledge has the name.
    pub(super) fn reference(
        &mut self,
        scope: &mut Scope,
        reference: &'a ast::Reference,
        binds: Binds,
    ) -> Option<Reference> {
        let mut selected = Vec::new();
        let mut on: Option<(Point, Span)> = None;
        for selector in &reference.selectors {
            match selector {
                Selector::Binding { name, value } => {
                    match self.selector_operand(scope, value, binds) {
                        Some(operand) => selected.push(Selected {
                            name: name.clone(),
                            operand,
                        }),
                        None => scope.broken = true,
                    }
                }
                Selector::OnDate(day) => self.select_on(&mut on, Point::Day(day.value), day.span),
                Selector::OnInstant(instant) => {
                    let point = super::moments::instant_point(instant.value);
                    self.select_on(&mut on, point, instant.span);
                }
            }
        }
        let pledge = self.pledge_named(scope, &reference.name)?;
        self.selectors.insert(reference.span, selected);
        Some(Reference {
            pledge,
            bindings: Vec::new(),
            on: on.map(|(point, _)| point),
            span: reference.span,
        })
    }

    fn select_on(&mut self, on: &mut Option<(Point, Span)>, point: Point, span: Span) {
        match *on {
            Some((_, first)) => self.report_repeated("on", span, first),
            None => *on = Some((point, span)),
        }
    }

    /// Gives a reference by a name alone.
    pub(super) fn named_reference(&mut self, scope: &mut Scope, name: &Name) -> Option<Reference> {
        Some(Reference {
            pledge: self.pledge_named(scope, name)?,
            bindings: Vec::new(),
            on: None,
            span: name.span,
        })
    }

    fn pledge_named(&mut self, scope: &mut Scope, name: &Name) -> Option<PledgeId> {
        if let Some(&id) = self.pledge_names.get(name.text.as_str()) {
            self.mention_pledge(name);
            return Some(id);
        }
        scope.broken = true;
        let known: Vec<String> = self
            .pledge_names
            .keys()
            .map(|&name| name.to_owned())
            .take(self.suggestions.room())
            .collect();
        self.report_unknown("pledge", name, &known, "");
        None
    }

    /// Matches the variables of every reference, then says what is left to say of the variables.
    pub(super) fn resolve_references(
        &mut self,
        drafts: Vec<Draft>,
        mut membership: Membership,
    ) -> (Vec<Pledge>, Membership) {
        let targets: Targets = drafts.iter().map(|draft| variables(&draft.scope)).collect();
        let mut reported = BTreeSet::new();
        let pledges = drafts
            .into_iter()
            .map(|draft| self.complete(draft, &targets, &mut reported))
            .collect();
        self.complete_vocabulary(&targets, &mut reported);
        let mut none = Scope::constant();
        for rule in &mut membership {
            in_rule(&mut rule.value, &mut |reference| {
                self.match_variables(reference, &mut none, &targets, &mut reported);
            });
        }
        (pledges, membership)
    }

    fn complete(
        &mut self,
        draft: Draft,
        targets: &Targets,
        reported: &mut BTreeSet<Span>,
    ) -> Pledge {
        let Draft {
            mut pledge,
            mut scope,
        } = draft;
        let mark = self.mark();
        in_pledge(&mut pledge, &mut |reference| {
            self.match_variables(reference, &mut scope, targets, reported);
        });
        self.check_variables(&mut scope);
        if scope.broken || self.failed_since(mark) {
            pledge.body = Body::Error;
        }
        pledge.variables = scope.finished();
        pledge
    }

    fn complete_vocabulary(&mut self, targets: &Targets, reported: &mut BTreeSet<Span>) {
        let mut none = Scope::constant();
        let mut kinds = std::mem::take(&mut self.vocabulary.kinds);
        let mut states = std::mem::take(&mut self.vocabulary.states);
        let mut givens = std::mem::take(&mut self.vocabulary.givens);
        let mut matched = |reference: &mut Reference| {
            self.match_variables(reference, &mut none, targets, reported);
        };
        for bridge in kinds.iter_mut().flat_map(|kind| &mut kind.bridges) {
            in_pattern(&mut bridge.pattern, &mut matched);
        }
        for state in &mut states {
            for transition in state.begins.iter_mut().chain(&mut state.ends) {
                match &mut transition.cause {
                    TransitionCause::Pattern(pattern) => in_pattern(pattern, &mut matched),
                    TransitionCause::Moment(moment) => in_moment(moment, &mut matched),
                }
            }
        }
        for line in givens.iter_mut().flat_map(|given| &mut given.lines) {
            in_quantity(&mut line.value, &mut matched);
        }
        self.vocabulary.kinds = kinds;
        self.vocabulary.states = states;
        self.vocabulary.givens = givens;
        let mut term = std::mem::take(&mut self.term);
        for moment in term.from.iter_mut().chain(&mut term.until) {
            in_moment(moment, &mut |reference| {
                self.match_variables(reference, &mut Scope::constant(), targets, reported);
            });
        }
        self.term = term;
    }

    /// Fills the variables of a reference: those in brackets, then those of one name in both pledges.
    fn match_variables(
        &mut self,
        reference: &mut Reference,
        scope: &mut Scope,
        targets: &Targets,
        reported: &mut BTreeSet<Span>,
    ) {
        let Some(target) = targets.get(reference.pledge.0 as usize) else {
            return;
        };
        let selected = self.selectors.get(&reference.span).cloned();
        for Selected { name, operand } in selected.unwrap_or_default() {
            let Some(&(id, ty, declared)) = target.get(&name.text) else {
                if reported.insert(name.span) {
                    self.report_unknown_selector(&name, target);
                }
                continue;
            };
            self.mention(name.span, declared, Named::Variable);
            if self.selects(&operand, ty, scope, reported) {
                reference.bindings.push((id, operand));
            }
        }
        for at in 0..scope.variables.len() {
            let own = VariableId(u16::try_from(at).unwrap_or(u16::MAX));
            let Some(bound) = scope.variables.get_mut(at) else {
                continue;
            };
            let Some(&(id, ty, declared)) = target.get(&bound.name) else {
                continue;
            };
            let taken = reference.bindings.iter().any(|(other, _)| *other == id);
            let fits = match (bound.ty, ty) {
                (Some(own), Some(theirs)) => self.compatible(own, theirs),
                (None, _) | (_, None) => true,
            };
            let idle = match bound.origin {
                Origin::Alias => true,
                Origin::Offered => bound.uses == 0,
                Origin::Member
                | Origin::Announced
                | Origin::Pattern
                | Origin::Counted
                | Origin::Label => false,
            };
            if idle || taken || !fits {
                continue;
            }
            bound.uses += 1;
            bound.ty = bound.ty.or(ty);
            let own_place = bound.declared;
            self.tie(own_place, declared);
            let operand = Operand {
                kind: OperandKind::Variable(own),
                span: reference.span,
            };
            reference.bindings.push((id, operand));
        }
    }

    fn report_unknown_selector(&mut self, name: &Name, target: &Target) {
        let known: Vec<String> = target.keys().cloned().collect();
        let none = if known.is_empty() {
            "It has no variables: write its name alone.".to_owned()
        } else {
            format!("Its variables are `{}`.", known.join("`, `"))
        };
        self.report_unknown("variable of that pledge", name, &known, &none);
    }

    /// Says whether what a bracket gives fits the variable, and shows a new variable its type.
    fn selects(
        &mut self,
        operand: &Operand,
        ty: Option<Type>,
        scope: &mut Scope,
        reported: &mut BTreeSet<Span>,
    ) -> bool {
        let Some(wanted) = ty else { return true };
        let found = match &operand.kind {
            OperandKind::Thing { id, .. } if self.fits(*id, wanted) => return true,
            OperandKind::Thing { id, .. } => Some(self.type_of(*id)),
            OperandKind::Variable(id) => {
                let known = scope.variable(*id);
                known.map(|bound| *bound.ty.get_or_insert(wanted))
            }
            OperandKind::Number(_) => Some(Type::Number(None)),
            OperandKind::Text(_) => Some(Type::Text),
            OperandKind::Date(_) => Some(Type::Date),
            OperandKind::Flag(_) => Some(Type::Flag),
            OperandKind::Field(_) | OperandKind::TriggerField(_) => None,
        };
        let Some(found) = found else { return true };
        let numbers = matches!((found, wanted), (Type::Number(None), Type::Number(_)));
        if numbers || self.compatible(found, wanted) {
            return true;
        }
        if reported.insert(operand.span) {
            let (wanted, found) = (self.type_name(wanted), self.type_name(found));
            let message = format!("the variable stands for {wanted}, and this is {found}");
            self.report(Diagnostic::new(Code::TypeMismatch, operand.span, message));
        }
        false
    }
}

fn variables(scope: &Scope) -> Target {
    let variables = scope.variables.iter().enumerate();
    variables
        .filter(|(_, bound)| {
            bound.origin != Origin::Alias && (bound.origin != Origin::Offered || bound.uses > 0)
        })
        .map(|(at, bound)| {
            let id = VariableId(u16::try_from(at).unwrap_or(u16::MAX));
            (bound.name.clone(), (id, bound.ty, bound.declared))
        })
        .collect()
}

// Below: the way to every reference of a value, part by part.

type Found<'f> = &'f mut dyn FnMut(&mut Reference);

fn in_rule(rule: &mut MembershipRule, found: Found<'_>) {
    match rule {
        MembershipRule::Ends { pattern, .. }
        | MembershipRule::Joins { pattern, .. }
        | MembershipRule::Leaves { pattern, .. }
        | MembershipRule::Renews {
            unless: pattern, ..
        } => in_pattern(pattern, found),
        MembershipRule::Extended(extension) => in_pattern(&mut extension.by, found),
    }
}

fn in_pledge(pledge: &mut Pledge, found: Found<'_>) {
    for trigger in &mut pledge.triggers {
        match &mut trigger.cause {
            Cause::Pattern(pattern) => in_pattern(pattern, found),
            Cause::Breach(reference) | Cause::Fulfilment(reference) => found(reference),
        }
    }
    let conditions = pledge
        .binder_condition
        .iter_mut()
        .chain(&mut pledge.precedent)
        .chain(&mut pledge.during)
        .chain(&mut pledge.exceptions);
    for condition in conditions {
        in_condition(condition, found);
    }
    if let Some(provided) = &mut pledge.provided {
        found(provided);
    }
    if let Body::Sentence(sentence) = &mut pledge.body {
        in_sentence(sentence, found);
    }
    for excuse in &mut pledge.excuses {
        in_patterns(
            std::iter::once(&mut excuse.by).chain(&mut excuse.until),
            found,
        );
    }
    for suspension in &mut pledge.suspensions {
        in_patterns(
            std::iter::once(&mut suspension.by).chain(&mut suspension.until),
            found,
        );
        if let Some(reference) = &mut suspension.breach_of {
            found(reference);
        }
    }
    in_patterns(pledge.waivers.iter_mut(), found);
    in_patterns(
        pledge
            .extensions
            .iter_mut()
            .map(|extension| &mut extension.by),
        found,
    );
    let term = &mut pledge.article_term;
    for moment in term.from.iter_mut().chain(&mut term.until) {
        in_moment(moment, found);
    }
}

fn in_sentence(sentence: &mut Sentence, found: Found<'_>) {
    match &mut sentence.duty {
        Duty::Do(pattern)
        | Duty::Ensure(pattern)
        | Duty::Refrain(pattern)
        | Duty::NotAllow(pattern)
        | Duty::Permit(pattern) => in_pattern(pattern, found),
        Duty::Reach(condition) | Duty::Keep(condition) => in_condition(condition, found),
        Duty::Prevent { pattern, shown_by } => {
            in_patterns(std::iter::once(pattern).chain(shown_by), found);
        }
        Duty::Endeavour { efforts, broken_by } => {
            in_patterns(efforts.iter_mut().chain(broken_by), found);
        }
    }
    in_window(&mut sentence.window, found);
}

fn in_window(window: &mut Window, found: Found<'_>) {
    let starting = window.per.as_mut().and_then(|per| match &mut per.value {
        Per::Calendar { starting, .. } => starting.as_mut(),
        Per::Sliding(_) => None,
    });
    let deadline = window.deadline.as_mut();
    let due = deadline.and_then(|deadline| match &mut deadline.value {
        Deadline::Within { of: moment, .. }
        | Deadline::AtLeastBefore { moment, .. }
        | Deadline::Open { review_by: moment } => moment.as_mut(),
        Deadline::By(moment)
        | Deadline::Before(moment)
        | Deadline::On(moment)
        | Deadline::Between { after: moment, .. }
        | Deadline::EveryStarting {
            starting: moment, ..
        }
        | Deadline::EveryFirstBy {
            first_by: moment, ..
        } => Some(moment),
        Deadline::EveryYearBy(_) => None,
    });
    let ends = window.from.iter_mut().chain(&mut window.until);
    for moment in ends.chain(starting).chain(due) {
        in_moment(moment, found);
    }
}

fn in_patterns<'p>(patterns: impl Iterator<Item = &'p mut Pattern>, found: Found<'_>) {
    for pattern in patterns {
        in_pattern(pattern, found);
    }
}

fn in_pattern(pattern: &mut Pattern, found: Found<'_>) {
    if let Some(condition) = &mut pattern.condition {
        in_condition(condition, found);
    }
}

fn in_condition(condition: &mut Condition, found: Found<'_>) {
    match &mut condition.kind {
        ConditionKind::And(parts) | ConditionKind::Or(parts) => {
            for part in parts {
                in_condition(part, found);
            }
        }
        ConditionKind::Not(inner) => in_condition(inner, found),
        ConditionKind::Once { pattern, .. } => in_pattern(pattern, found),
        ConditionKind::Pledge { reference, .. } => found(reference),
        ConditionKind::Order {
            operand, moment, ..
        } => {
            in_operand(operand, found);
            in_moment(moment, found);
        }
        ConditionKind::Within { operand, .. } => in_operand(operand, found),
        ConditionKind::Is { left, right } => {
            in_operand(left, found);
            in_operand(right, found);
        }
        ConditionKind::Compare { left, right, .. } => {
            in_quantity(left, found);
            in_quantity(right, found);
        }
        ConditionKind::State { .. } | ConditionKind::Relation { .. } | ConditionKind::Error => {}
    }
}

fn in_operand(operand: &mut Operand, found: Found<'_>) {
    if let OperandKind::Date(moment) = &mut operand.kind {
        in_moment(moment, found);
    }
}

fn in_quantity(quantity: &mut Quantity, found: Found<'_>) {
    match &mut quantity.kind {
        QuantityKind::Measure { as_of, .. } => {
            if let Some(moment) = as_of {
                in_moment(moment, found);
            }
        }
        QuantityKind::Count { pattern, over } | QuantityKind::Sum { pattern, over, .. } => {
            in_pattern(pattern, found);
            if let Some(Over::During { from, to }) = over {
                in_moment(from, found);
                in_moment(to, found);
            }
        }
        QuantityKind::Add(left, right)
        | QuantityKind::Subtract(left, right)
        | QuantityKind::Multiply(left, right) => {
            in_quantity(left, found);
            in_quantity(right, found);
        }
        QuantityKind::Share { of, .. } => in_quantity(of, found),
        QuantityKind::Number(_)
        | QuantityKind::Variable(_)
        | QuantityKind::Field(_)
        | QuantityKind::TriggerField(_)
        | QuantityKind::Given { .. }
        | QuantityKind::Error => {}
    }
}

fn in_moment(moment: &mut MomentExpr, found: Found<'_>) {
    match &mut moment.kind {
        MomentKind::DeadlineOf(reference)
        | MomentKind::FulfilmentOf(reference)
        | MomentKind::BreachOf(reference) => found(reference),
        MomentKind::First(pattern) => in_pattern(pattern, found),
        MomentKind::EarlierOf(moments) | MomentKind::LaterOf(moments) => {
            for moment in moments {
                in_moment(moment, found);
            }
        }
        MomentKind::Shifted { base, .. } => in_moment(base, found),
        MomentKind::Fixed(_)
        | MomentKind::Variable(_)
        | MomentKind::Trigger
        | MomentKind::TriggerField(_)
        | MomentKind::Field(_)
        | MomentKind::EntryIntoForce { .. }
        | MomentKind::EndOfAgreement
        | MomentKind::Error => {}
    }
}
