//! Conditions: states, relations, membership, verdicts, moments and comparisons.

use super::Resolver;
use super::cycles::Node;
use super::moments::{instant_point, period};
use super::problem::word_name;
use super::scope::Scope;
use super::terms::Binds;
use crate::agreement::{
    Condition, ConditionKind, MomentExpr, MomentKind, Operand, OperandKind, PledgeStatus,
    QuantityKind, Type, Word,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::quantity::Comparison;
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, Atom, AtomKind, Expr, ExprKind, IsRight, Name, StatusWord};
use crate::time::{self, Point};

impl<'a> Resolver<'a> {
    /// Gives a condition; what could not be understood stands as an error in it.
    pub(super) fn condition(
        &mut self,
        scope: &mut Scope,
        expr: &'a Expr,
        binds: Binds,
    ) -> Condition {
        if let ExprKind::Paren(inner) = &expr.kind {
            return self.condition(scope, inner, binds);
        }
        let kind = self
            .condition_kind(scope, expr, binds)
            .unwrap_or(ConditionKind::Error);
        if matches!(kind, ConditionKind::Error) {
            scope.broken = true;
        }
        Condition {
            kind,
            span: expr.span,
        }
    }

    fn condition_kind(
        &mut self,
        scope: &mut Scope,
        expr: &'a Expr,
        binds: Binds,
    ) -> Option<ConditionKind> {
        match &expr.kind {
            ExprKind::And(parts) => Some(ConditionKind::And(self.conjuncts(scope, parts, binds))),
            ExprKind::Or(parts) => {
                let parts = parts.iter();
                let parts = parts.map(|part| self.condition(scope, part, Binds::Nothing));
                Some(ConditionKind::Or(parts.collect()))
            }
            ExprKind::Not(inner) => {
                let inner = self.condition(scope, inner, Binds::Nothing);
                Some(ConditionKind::Not(Box::new(inner)))
            }
            ExprKind::Paren(inner) => Some(self.condition(scope, inner, binds).kind),
            ExprKind::Call(call) => self.call_condition(scope, call, binds),
            ExprKind::Once { pattern, last } => Some(ConditionKind::Once {
                pattern: self.pattern(scope, pattern, Binds::Nothing)?,
                last: last.as_ref().map(period),
            }),
            ExprKind::In { atom, group } => self.within(scope, atom, group),
            ExprKind::Is {
                left,
                negated,
                right,
            } => self.is(scope, left, *negated, right, expr.span),
            ExprKind::Order {
                atom,
                after,
                moment,
            } => self.order(scope, atom, *after, moment),
            ExprKind::Compare {
                left,
                comparison,
                right,
            } => self.compare(scope, left, *comparison, right, binds),
            ExprKind::Between {
                quantity,
                low,
                high,
            } => Some(self.between(scope, quantity, low, high, binds)),
            ExprKind::Error => {
                self.lose(scope, expr.span);
                None
            }
            ExprKind::Number(_)
            | ExprKind::Name(_)
            | ExprKind::FieldOf { .. }
            | ExprKind::Sum { .. }
            | ExprKind::Product { .. }
            | ExprKind::PercentOf { .. }
            | ExprKind::Total(_)
            | ExprKind::AsOf { .. }
            | ExprKind::Count { .. }
            | ExprKind::SumOf { .. }
            | ExprKind::Literal(_) => {
                self.no_condition(scope, expr);
                None
            }
        }
    }

    /// Parts that all must hold; states and relations come first, because they give variables their values.
    fn conjuncts(&mut self, scope: &mut Scope, parts: &'a [Expr], binds: Binds) -> Vec<Condition> {
        let (calls, tests): (Vec<&Expr>, Vec<&Expr>) = parts
            .iter()
            .partition(|part| matches!(part.kind, ExprKind::Call(_)));
        calls
            .into_iter()
            .chain(tests)
            .map(|part| self.condition(scope, part, binds))
            .collect()
    }

    /// `NAME(…)` as a condition: a state or a relation.
    fn call_condition(
        &mut self,
        scope: &mut Scope,
        call: &'a ast::Call,
        binds: Binds,
    ) -> Option<ConditionKind> {
        let name = &call.name;
        let binds = match binds {
            Binds::Pattern | Binds::Conjuncts => Binds::Conjuncts,
            Binds::Nothing | Binds::Counted => Binds::Nothing,
        };
        let Some(&word) = self.vocabulary.words.get(&name.text) else {
            self.report_unknown_test(name);
            self.lose(scope, call.span);
            return None;
        };
        self.mention_word(name, word);
        match word {
            Word::State(state) => {
                self.rest_on(Node::State(state), name.span);
                Some(ConditionKind::State {
                    state,
                    arguments: self.arguments(scope, word, call, binds),
                })
            }
            Word::Relation(relation) => Some(ConditionKind::Relation {
                relation,
                arguments: self.arguments(scope, word, call, binds),
            }),
            Word::Kind(_) => {
                let message = format!("a condition is needed, and `{}` is an event", name.text);
                let help = format!("Ask whether it has happened: `once {}(…)`.", name.text);
                self.report_wrong_kind(name, message, &help);
                None
            }
            Word::Measure(_) | Word::Given(_) => {
                let message = format!(
                    "a condition is needed, and `{}` is {}",
                    name.text,
                    word_name(word)
                );
                let help = format!("Compare it: `{}(…) <= 100`.", name.text);
                self.report_wrong_kind(name, message, &help);
                None
            }
        }
    }

    fn report_unknown_test(&mut self, name: &Name) {
        let known: Vec<String> = self
            .vocabulary
            .words
            .keys()
            .take(self.suggestions.room())
            .cloned()
            .collect();
        let none = "Declare it as a `state`, a `relation` or a `measure`.";
        self.report_unknown("state, relation or measure", name, &known, none);
    }

    /// A quantity or a word where a condition is needed.
    fn no_condition(&mut self, scope: &mut Scope, expr: &'a Expr) {
        let message = "a condition is needed, and this is none";
        let diagnostic = Diagnostic::new(Code::TypeMismatch, expr.span, message);
        let flag = if let ExprKind::Name(name) = &expr.kind {
            let flag = self.label_of_pattern(scope, name);
            matches!(flag, Some((_, Some(Type::Flag)))).then_some(&name.text)
        } else {
            None
        };
        let diagnostic = match flag {
            Some(name) => diagnostic
                .help(format!("Say which: `{name} is true`."))
                .fix(
                    format!("write `{name} is true`"),
                    expr.span,
                    format!("{name} is true"),
                ),
            None => diagnostic
                .help("Compare a quantity (`… <= 100`), or test a name with `is` or `in`."),
        };
        self.report(diagnostic);
    }

    /// `A in GROUP`, where a place or category may stand for the group too.
    fn within(&mut self, scope: &mut Scope, atom: &'a Atom, group: &Name) -> Option<ConditionKind> {
        let (operand, ty) = self.operand(scope, atom, None)?;
        let Some(&id) = self.vocabulary.thing_names.get(&group.text) else {
            self.report_unknown_container(group);
            return None;
        };
        self.mention_thing(group, id);
        if let Some(ty) = ty {
            let wanted = self.type_of(id);
            if !self.compatible(ty, wanted) {
                let what = self.thing_name(id);
                let message = format!(
                    "{} cannot be in `{}`, which is {what}",
                    self.type_name(ty),
                    group.text
                );
                self.report_wrong_kind(group, message, "");
                return None;
            }
        }
        Some(ConditionKind::Within { operand, group: id })
    }

    pub(super) fn report_unknown_container(&mut self, name: &Name) {
        let known: Vec<String> = self
            .vocabulary
            .thing_names
            .keys()
            .take(self.suggestions.room())
            .cloned()
            .collect();
        let none = format!("Declare it: `group {}`.", name.text);
        self.report_unknown("group or place", name, &known, &none);
    }

    fn is(
        &mut self,
        scope: &mut Scope,
        left: &'a ast::Operand,
        negated: bool,
        right: &'a IsRight,
        span: Span,
    ) -> Option<ConditionKind> {
        let kind = match (left, right) {
            (ast::Operand::Reference(reference), IsRight::Status(status)) => {
                self.pledge_test(scope, reference, *status)?
            }
            (ast::Operand::Atom(atom), IsRight::Status(status)) => {
                self.named_pledge_test(scope, atom, *status)?
            }
            (ast::Operand::Atom(left), IsRight::Atom(right)) => {
                let (left, ty) = self.operand(scope, left, None)?;
                let (right, _) = self.operand(scope, right, ty)?;
                ConditionKind::Is { left, right }
            }
            (ast::Operand::Reference(reference), IsRight::Atom(atom)) => {
                let message = format!(
                    "`{}` is a pledge; it is breached, overdue, fulfilled, holding or pending",
                    reference.name.text
                );
                self.report(Diagnostic::new(Code::TypeMismatch, atom.span, message));
                return None;
            }
        };
        Some(if negated {
            ConditionKind::Not(Box::new(Condition { kind, span }))
        } else {
            kind
        })
    }

    fn pledge_test(
        &mut self,
        scope: &mut Scope,
        reference: &'a ast::Reference,
        status: Spanned<StatusWord>,
    ) -> Option<ConditionKind> {
        let reference = self.reference(scope, reference, Binds::Nothing)?;
        Some(ConditionKind::Pledge {
            reference,
            status: pledge_status(status.value),
        })
    }

    fn named_pledge_test(
        &mut self,
        scope: &mut Scope,
        atom: &'a Atom,
        status: Spanned<StatusWord>,
    ) -> Option<ConditionKind> {
        match &atom.kind {
            AtomKind::Name(name) => {
                let reference = self.named_reference(scope, name)?;
                Some(ConditionKind::Pledge {
                    reference,
                    status: pledge_status(status.value),
                })
            }
            AtomKind::Error => {
                self.lose(scope, atom.span);
                None
            }
            AtomKind::Exactly(_)
            | AtomKind::PartOf(_)
            | AtomKind::OtherThan(_)
            | AtomKind::FieldOf { .. }
            | AtomKind::Number(_)
            | AtomKind::Text(_)
            | AtomKind::Date(_)
            | AtomKind::Instant(_)
            | AtomKind::Flag(_) => {
                let message = "only a pledge is breached, overdue, fulfilled, holding or pending";
                self.report(Diagnostic::new(Code::TypeMismatch, atom.span, message));
                None
            }
        }
    }

    fn order(
        &mut self,
        scope: &mut Scope,
        atom: &'a Atom,
        after: bool,
        moment: &'a ast::Moment,
    ) -> Option<ConditionKind> {
        let (operand, ty) = self.operand(scope, atom, Some(Type::Date))?;
        if ty.is_some_and(|ty| ty != Type::Date) {
            return None;
        }
        let moment = if after {
            self.ending(scope, moment)
        } else {
            self.beginning(scope, moment)
        };
        Some(ConditionKind::Order {
            operand,
            after,
            moment,
        })
    }

    /// Gives a side of `is`, `in` or `is before`, with its type where it is known; `wanted` is what the other side asks for.
    fn operand(
        &mut self,
        scope: &mut Scope,
        atom: &'a Atom,
        wanted: Option<Type>,
    ) -> Option<(Operand, Option<Type>)> {
        let (kind, ty) = self.operand_kind(scope, atom, wanted)?;
        if let (Some(ty), Some(wanted)) = (ty, wanted)
            && !self.operand_fits(&kind, ty, wanted)
        {
            let (found, wanted) = (self.operand_name(&kind, ty), self.type_name(wanted));
            let message = format!("{wanted} is needed here, and this is {found}");
            self.report(Diagnostic::new(Code::TypeMismatch, atom.span, message));
            return None;
        }
        let operand = Operand {
            kind,
            span: atom.span,
        };
        Some((operand, ty))
    }

    fn operand_fits(&self, kind: &OperandKind, ty: Type, wanted: Type) -> bool {
        match kind {
            OperandKind::Thing { id, .. } => {
                self.fits(*id, wanted) || self.compatible(ty, wanted) && wanted == Type::Actor
            }
            OperandKind::Variable(_)
            | OperandKind::Field(_)
            | OperandKind::TriggerField(_)
            | OperandKind::Number(_)
            | OperandKind::Text(_)
            | OperandKind::Date(_)
            | OperandKind::Flag(_) => self.compatible(ty, wanted),
        }
    }

    fn operand_name(&self, kind: &OperandKind, ty: Type) -> String {
        match kind {
            OperandKind::Thing { id, .. } => self.thing_name(*id).to_owned(),
            OperandKind::Variable(_)
            | OperandKind::Field(_)
            | OperandKind::TriggerField(_)
            | OperandKind::Number(_)
            | OperandKind::Text(_)
            | OperandKind::Date(_)
            | OperandKind::Flag(_) => self.type_name(ty),
        }
    }

    fn operand_kind(
        &mut self,
        scope: &mut Scope,
        atom: &'a Atom,
        wanted: Option<Type>,
    ) -> Option<(OperandKind, Option<Type>)> {
        match &atom.kind {
            AtomKind::Name(name) => self.named_operand(scope, name, wanted),
            AtomKind::Exactly(name) => match self.named_operand(scope, name, wanted)? {
                (OperandKind::Thing { id, .. }, ty) => {
                    Some((OperandKind::Thing { id, exactly: true }, ty))
                }
                _ => self.bad_operand(atom, "`exactly` goes with a declared name here"),
            },
            AtomKind::FieldOf { owner, field } => {
                let (slot, ty) = self.trigger_field(scope, owner, field)?;
                Some((OperandKind::TriggerField(slot), ty))
            }
            AtomKind::Number(number) => self.number_operand(number, wanted),
            AtomKind::Text(text) => Some((OperandKind::Text(text.clone()), Some(Type::Text))),
            AtomKind::Flag(flag) => Some((OperandKind::Flag(*flag), Some(Type::Flag))),
            AtomKind::Date(day) => Some(date_operand(Point::Day(*day), atom.span)),
            AtomKind::Instant(instant) => Some(date_operand(instant_point(*instant), atom.span)),
            AtomKind::OtherThan(_) => {
                self.bad_operand(atom, "`other than` cannot stand here; say `is not`")
            }
            AtomKind::PartOf(_) => {
                self.bad_operand(atom, "`part of` stands only in the fields of a pattern")
            }
            AtomKind::Error => {
                self.lose(scope, atom.span);
                None
            }
        }
    }

    fn bad_operand<T>(&mut self, atom: &Atom, message: &str) -> Option<T> {
        self.report(Diagnostic::new(Code::TypeMismatch, atom.span, message));
        None
    }

    fn number_operand(
        &mut self,
        number: &ast::Number,
        wanted: Option<Type>,
    ) -> Option<(OperandKind, Option<Type>)> {
        if let Some(Type::Number(unit)) = wanted {
            let value = self.number_in(number, unit)?;
            return Some((OperandKind::Number(value), wanted));
        }
        let value = self.number(number).0;
        Some((OperandKind::Number(value), Some(Type::Number(None))))
    }

    /// A bare name in a condition: a label of the pattern around, then a variable, then a thing or date.
    fn named_operand(
        &mut self,
        scope: &mut Scope,
        name: &'a Name,
        wanted: Option<Type>,
    ) -> Option<(OperandKind, Option<Type>)> {
        if let Some((slot, ty)) = self.label_of_pattern(scope, name) {
            return Some((OperandKind::Field(slot), ty));
        }
        if let Some(id) = scope.find(&name.text) {
            self.mention_variable(scope, name, id);
            scope.count_use(&name.text);
            let trigger = scope.trigger.as_ref().and_then(|trigger| trigger.alias);
            if trigger == Some(id) && wanted == Some(Type::Date) {
                let moment = MomentExpr {
                    kind: MomentKind::Trigger,
                    span: name.span,
                };
                return Some((OperandKind::Date(Box::new(moment)), wanted));
            }
            let ty = scope.variable(id).and_then(|bound| bound.ty);
            return Some((OperandKind::Variable(id), ty));
        }
        if let Some(&id) = self.vocabulary.thing_names.get(&name.text) {
            self.mention_thing(name, id);
            let ty = self.type_of(id);
            return Some((OperandKind::Thing { id, exactly: false }, Some(ty)));
        }
        if self.dates.contains_key(name.text.as_str()) {
            let moment = self.named(scope, name);
            return Some((OperandKind::Date(Box::new(moment)), Some(Type::Date)));
        }
        self.unknown_bare(scope, name, wanted);
        None
    }

    /// Gives a declared actor or a variable, for `entry into force for p`.
    pub(super) fn actor_operand(
        &mut self,
        scope: &mut Scope,
        name: &'a Name,
    ) -> Option<OperandKind> {
        let outer = scope.pattern.take();
        let found = self.named_operand(scope, name, Some(Type::Actor));
        scope.pattern = outer;
        let (kind, ty) = found?;
        if let Some(ty) = ty
            && !self.compatible(ty, Type::Actor)
        {
            let what = self.operand_name(&kind, ty);
            let message = format!("an actor is needed, and `{}` is {what}", name.text);
            self.report_wrong_kind(name, message, "");
            return None;
        }
        Some(kind)
    }

    /// Gives the value of a bracket of a reference; an undeclared name becomes a variable where the reference binds.
    pub(super) fn selector_operand(
        &mut self,
        scope: &mut Scope,
        atom: &'a Atom,
        binds: Binds,
    ) -> Option<Operand> {
        let kind = if let AtomKind::Name(name) = &atom.kind
            && binds == Binds::Pattern
            && !self.declares(scope, name)
            && !scope.is_partly_bound(&name.text)
        {
            let id = scope.bind(name, None, super::scope::Origin::Pattern);
            self.mention_variable(scope, name, id);
            OperandKind::Variable(id)
        } else {
            self.operand_kind(scope, atom, None)?.0
        };
        Some(Operand {
            kind,
            span: atom.span,
        })
    }

    fn declares(&self, scope: &Scope, name: &Name) -> bool {
        scope.find(&name.text).is_some()
            || self.vocabulary.thing_names.contains_key(&name.text)
            || self.dates.contains_key(name.text.as_str())
    }

    fn compare(
        &mut self,
        scope: &mut Scope,
        left: &'a Expr,
        comparison: Spanned<ast::Comparison>,
        right: &'a Expr,
        binds: Binds,
    ) -> Option<ConditionKind> {
        let mut left_quantity = self.quantity(scope, left, binds);
        let is_word = matches!(right.kind, ExprKind::Literal(_) | ExprKind::Name(_));
        if matches!(left_quantity.quantity.kind, QuantityKind::Error) && is_word {
            // A comparison of names or texts is one mistake, not one on each side.
            return None;
        }
        let mut right_quantity = self.quantity(scope, right, binds);
        self.agree(&mut left_quantity, &mut right_quantity);
        let left = left_quantity.quantity;
        let right = right_quantity.quantity;
        if matches!(left.kind, QuantityKind::Error) || matches!(right.kind, QuantityKind::Error) {
            return None;
        }
        Some(ConditionKind::Compare {
            left,
            comparison: compared(comparison.value),
            right,
        })
    }

    /// `Q between A and B`, both ends included.
    fn between(
        &mut self,
        scope: &mut Scope,
        quantity: &'a Expr,
        low: &'a Expr,
        high: &'a Expr,
        binds: Binds,
    ) -> ConditionKind {
        let mut subject = self.quantity(scope, quantity, binds);
        let mut ends = Vec::new();
        for (end, comparison) in [
            (low, Comparison::GreaterOrEqual),
            (high, Comparison::LessOrEqual),
        ] {
            let mut bound = self.quantity(scope, end, Binds::Nothing);
            self.agree(&mut subject, &mut bound);
            ends.push(Condition {
                kind: ConditionKind::Compare {
                    left: subject.quantity.clone(),
                    comparison,
                    right: bound.quantity,
                },
                span: quantity.span.to(end.span),
            });
        }
        ConditionKind::And(ends)
    }
}

fn date_operand(point: Point, span: Span) -> (OperandKind, Option<Type>) {
    let moment = MomentExpr {
        kind: MomentKind::Fixed(time::Moment::exactly(point)),
        span,
    };
    (OperandKind::Date(Box::new(moment)), Some(Type::Date))
}

fn pledge_status(word: StatusWord) -> PledgeStatus {
    match word {
        StatusWord::Breached => PledgeStatus::Breached,
        StatusWord::Overdue => PledgeStatus::Overdue,
        StatusWord::Fulfilled => PledgeStatus::Fulfilled,
        StatusWord::Holding => PledgeStatus::Holding,
        StatusWord::Pending => PledgeStatus::Pending,
    }
}

fn compared(comparison: ast::Comparison) -> Comparison {
    match comparison {
        ast::Comparison::Equal => Comparison::Equal,
        ast::Comparison::NotEqual => Comparison::NotEqual,
        ast::Comparison::Less => Comparison::Less,
        ast::Comparison::LessOrEqual => Comparison::LessOrEqual,
        ast::Comparison::Greater => Comparison::Greater,
        ast::Comparison::GreaterOrEqual => Comparison::GreaterOrEqual,
    }
}
