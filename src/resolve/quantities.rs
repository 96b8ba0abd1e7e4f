//! Quantities: numbers in base units, measures, counts, sums, shares.

use super::Resolver;
use super::cycles::Node;
use super::moments::period;
use super::problem::word_name;
use super::scope::Scope;
use super::terms::{Binds, literal_name};
use super::units::Dimension;
use crate::agreement::{Over, Quantity, QuantityKind, Type, Word};
use crate::diagnostic::{Code, Diagnostic};
use crate::quantity::{Decimal, UnitId};
use crate::source::Span;
use crate::syntax::ast::{self, Expr, ExprKind, Name};

/// A quantity and what is known of its unit.
pub(super) struct Measured {
    pub(super) quantity: Quantity,
    pub(super) dimension: Dimension,
}

/// What a measure call is preceded and followed by.
#[derive(Clone, Copy)]
enum Sum {
    Total,
    One,
}

impl<'a> Resolver<'a> {
    /// Gives a quantity; what could not be understood stands as an error in it.
    pub(super) fn quantity(&mut self, scope: &mut Scope, expr: &'a Expr, binds: Binds) -> Measured {
        let found = self.quantity_kind(scope, expr, binds);
        let (kind, dimension) = found.unwrap_or_else(|| {
            scope.broken = true;
            (QuantityKind::Error, Dimension::Unknown)
        });
        Measured {
            quantity: Quantity {
                kind,
                span: expr.span,
            },
            dimension,
        }
    }

    fn quantity_kind(
        &mut self,
        scope: &mut Scope,
        expr: &'a Expr,
        binds: Binds,
    ) -> Option<(QuantityKind, Dimension)> {
        match &expr.kind {
            ExprKind::Number(number) => {
                let (value, dimension) = self.number(number);
                Some((QuantityKind::Number(value), dimension))
            }
            ExprKind::Name(name) => self.named_quantity(scope, name),
            ExprKind::FieldOf { owner, field } => self.field_quantity(scope, owner, field),
            ExprKind::Paren(inner) => {
                let inner = self.quantity(scope, inner, binds);
                Some((inner.quantity.kind, inner.dimension))
            }
            ExprKind::Sum { left, minus, right } => {
                Some(self.sum(scope, left, *minus, right, binds))
            }
            ExprKind::Product { left, right } => self.product(scope, left, right, binds),
            ExprKind::PercentOf { percent, of } => {
                let of = self.quantity(scope, of, binds);
                let factor = percent.value.checked_div(Decimal::ONE_HUNDRED)?;
                let share = QuantityKind::Share {
                    factor,
                    of: Box::new(of.quantity),
                };
                Some((share, of.dimension))
            }
            ExprKind::Call(call) => self.call_quantity(scope, call, Sum::One, None),
            ExprKind::Total(call) => self.call_quantity(scope, call, Sum::Total, None),
            ExprKind::AsOf {
                call,
                total,
                moment,
            } => {
                let sum = if *total { Sum::Total } else { Sum::One };
                self.call_quantity(scope, call, sum, Some(moment))
            }
            ExprKind::Count { pattern, over } => {
                let pattern = self.pattern(scope, pattern, counted(binds))?;
                let count = QuantityKind::Count {
                    pattern: Box::new(pattern),
                    over: self.over(scope, over.as_ref()),
                };
                Some((count, Dimension::Plain))
            }
            ExprKind::SumOf {
                field,
                pattern,
                over,
            } => self.sum_of(scope, field, pattern, over.as_ref(), counted(binds)),
            ExprKind::Error => {
                self.lose(scope, expr.span);
                None
            }
            ExprKind::Literal(_)
            | ExprKind::And(_)
            | ExprKind::Or(_)
            | ExprKind::Not(_)
            | ExprKind::Once { .. }
            | ExprKind::In { .. }
            | ExprKind::Is { .. }
            | ExprKind::Order { .. }
            | ExprKind::Compare { .. }
            | ExprKind::Between { .. } => {
                self.no_quantity(expr);
                None
            }
        }
    }

    fn no_quantity(&mut self, expr: &Expr) {
        let (what, help) = if let ExprKind::Literal(atom) = &expr.kind {
            (
                literal_name(&atom.kind),
                "Texts, dates and flags are tested with `is`, `is before` and `is after`.",
            )
        } else {
            ("a condition", "A condition cannot be compared.")
        };
        let message = format!("a quantity is needed here, and this is {what}");
        self.report(Diagnostic::new(Code::TypeMismatch, expr.span, message).help(help));
    }

    /// A bare name: a label of the pattern around the condition, then a variable.
    fn named_quantity(
        &mut self,
        scope: &mut Scope,
        name: &Name,
    ) -> Option<(QuantityKind, Dimension)> {
        if let Some((slot, ty)) = self.label_of_pattern(scope, name) {
            let dimension = self.number_type(name, ty)?;
            return Some((QuantityKind::Field(slot), dimension));
        }
        if let Some(id) = scope.find(&name.text) {
            self.mention_variable(scope, name, id);
            scope.count_use(&name.text);
            let ty = scope.variable(id).and_then(|bound| bound.ty);
            let dimension = self.number_type(name, ty)?;
            return Some((QuantityKind::Variable(id), dimension));
        }
        if let Some(&id) = self.vocabulary.thing_names.get(&name.text) {
            self.mention_thing(name, id);
            let what = self.thing_name(id);
            let message = format!("a quantity is needed, and `{}` is {what}", name.text);
            self.report_wrong_kind(name, message, "Names are tested with `is` and `in`.");
            return None;
        }
        if self.dates.contains_key(name.text.as_str()) {
            self.mention_date(name);
            let message = format!("a quantity is needed, and `{}` is a date", name.text);
            self.report_wrong_kind(
                name,
                message,
                "Dates are tested with `is before` and `is after`.",
            );
            return None;
        }
        if let Some(&word) = self.vocabulary.words.get(&name.text) {
            self.mention_word(name, word);
            let message = format!(
                "`{}` is {} and needs its parentheses",
                name.text,
                word_name(word)
            );
            let help = format!("Write `{}(…)`.", name.text);
            self.report_wrong_kind(name, message, &help);
            return None;
        }
        self.unknown_bare(scope, name, Some(Type::Number(None)));
        None
    }

    /// Notes a bare name that nothing declares; in a `where` it is most often meant as a label, so labels are suggested first.
    pub(super) fn unknown_bare(&mut self, scope: &mut Scope, name: &Name, wanted: Option<Type>) {
        if let Some(kind) = scope.pattern {
            let fields = &self.vocabulary.kind(kind).fields;
            let known: Vec<String> = fields.iter().map(|field| field.label.clone()).collect();
            if crate::diagnostic::did_you_mean(&name.text, known.iter().map(String::as_str))
                .is_some()
            {
                self.slot(Word::Kind(kind), name);
                scope.broken = true;
                return;
            }
        }
        scope.unknown(name, wanted);
    }

    fn field_quantity(
        &mut self,
        scope: &mut Scope,
        owner: &Name,
        field: &Name,
    ) -> Option<(QuantityKind, Dimension)> {
        let (slot, ty) = self.trigger_field(scope, owner, field)?;
        let dimension = self.number_type(field, ty)?;
        Some((QuantityKind::TriggerField(slot), dimension))
    }

    /// Gives the unit of a number type, and reports a type that is none.
    fn number_type(&mut self, name: &Name, ty: Option<Type>) -> Option<Dimension> {
        match ty {
            Some(Type::Number(Some(unit))) => Some(Dimension::Of(unit)),
            Some(Type::Number(None)) => Some(Dimension::Plain),
            None => Some(Dimension::Unknown),
            Some(
                ty @ (Type::Actor
                | Type::Group
                | Type::Place
                | Type::Category(_)
                | Type::Date
                | Type::Text
                | Type::Flag
                | Type::Event),
            ) => {
                let what = self.type_name(ty);
                let message = format!("a quantity is needed, and `{}` is {what}", name.text);
                let help = "Names, texts and flags are tested with `is`, dates with `is before` and `is after`.";
                self.report(Diagnostic::new(Code::TypeMismatch, name.span, message).help(help));
                None
            }
        }
    }

    fn sum(
        &mut self,
        scope: &mut Scope,
        left: &'a Expr,
        minus: bool,
        right: &'a Expr,
        binds: Binds,
    ) -> (QuantityKind, Dimension) {
        let mut left = self.quantity(scope, left, binds);
        let mut right = self.quantity(scope, right, binds);
        let dimension = self.agree(&mut left, &mut right);
        let (left, right) = (Box::new(left.quantity), Box::new(right.quantity));
        let kind = if minus {
            QuantityKind::Subtract(left, right)
        } else {
            QuantityKind::Add(left, right)
        };
        (kind, dimension)
    }

    fn product(
        &mut self,
        scope: &mut Scope,
        left: &'a Expr,
        right: &'a Expr,
        binds: Binds,
    ) -> Option<(QuantityKind, Dimension)> {
        let left = self.quantity(scope, left, binds);
        let right = self.quantity(scope, right, binds);
        let dimension = match (left.dimension, right.dimension) {
            (Dimension::Unknown, _) | (_, Dimension::Unknown) => Dimension::Unknown,
            (Dimension::Of(_), Dimension::Of(_)) => {
                let span = left.quantity.span.to(right.quantity.span);
                let message = "two quantities with units are multiplied";
                let diagnostic = Diagnostic::new(Code::UnitMismatch, span, message);
                let help = "One of the two must be a plain number; a share is written `70% of …`.";
                self.report(diagnostic.help(help));
                return None;
            }
            (Dimension::Of(unit), _) | (_, Dimension::Of(unit)) => Dimension::Of(unit),
            (Dimension::Bare, Dimension::Bare) => Dimension::Bare,
            (Dimension::Plain | Dimension::Bare, Dimension::Plain | Dimension::Bare) => {
                Dimension::Plain
            }
        };
        let product = QuantityKind::Multiply(Box::new(left.quantity), Box::new(right.quantity));
        Some((product, dimension))
    }

    fn call_quantity(
        &mut self,
        scope: &mut Scope,
        call: &'a ast::Call,
        sum: Sum,
        as_of: Option<&'a ast::Moment>,
    ) -> Option<(QuantityKind, Dimension)> {
        let name = &call.name;
        let Some(&word) = self.vocabulary.words.get(&name.text) else {
            let known = self.quantity_names();
            let none = format!("Declare it: `measure {}(of: actor)`.", name.text);
            self.report_unknown("measure", name, &known, &none);
            self.lose(scope, call.span);
            return None;
        };
        self.mention_word(name, word);
        match word {
            Word::Measure(measure) => {
                let arguments = self.arguments(scope, word, call, Binds::Nothing);
                let as_of = as_of.map(|moment| Box::new(self.moment(scope, moment)));
                let total = matches!(sum, Sum::Total);
                let unit = self.vocabulary.measure(measure).unit;
                let kind = QuantityKind::Measure {
                    measure,
                    arguments,
                    total,
                    as_of,
                };
                Some((kind, unit.map_or(Dimension::Plain, Dimension::Of)))
            }
            Word::Given(given) => {
                self.rest_on(Node::Given(given), name.span);
                if matches!(sum, Sum::Total) || as_of.is_some() {
                    let message = format!(
                        "`{}` is a given quantity; `total` and `as of` go with measures",
                        name.text
                    );
                    self.report(Diagnostic::new(Code::TypeMismatch, call.span, message));
                    return None;
                }
                let arguments = self.arguments(scope, word, call, Binds::Nothing);
                let dimension = self.given_dimension(given);
                Some((QuantityKind::Given { given, arguments }, dimension))
            }
            Word::Kind(_) | Word::State(_) | Word::Relation(_) => {
                let message = format!(
                    "a quantity is needed, and `{}` is {}",
                    name.text,
                    word_name(word)
                );
                let help = match word {
                    Word::Kind(_) => format!("Count it: `count of {}(…)`.", name.text),
                    Word::State(_) | Word::Relation(_) | Word::Measure(_) | Word::Given(_) => {
                        "It stands alone as a condition.".to_owned()
                    }
                };
                self.report_wrong_kind(name, message, &help);
                None
            }
        }
    }

    fn quantity_names(&self) -> Vec<String> {
        let words = self.vocabulary.words.iter();
        words
            .filter(|(_, word)| matches!(word, Word::Measure(_) | Word::Given(_)))
            .map(|(name, _)| name.clone())
            .collect()
    }

    fn sum_of(
        &mut self,
        scope: &mut Scope,
        field: &'a Name,
        pattern: &'a ast::Pattern,
        over: Option<&'a ast::Over>,
        binds: Binds,
    ) -> Option<(QuantityKind, Dimension)> {
        let pattern = self.pattern(scope, pattern, binds)?;
        let word = Word::Kind(pattern.kind);
        let slot = self.slot(word, field)?;
        let ty = self.field_type(word, slot);
        let dimension = self.number_type(field, ty)?;
        let sum = QuantityKind::Sum {
            slot,
            pattern: Box::new(pattern),
            over: self.over(scope, over),
        };
        Some((sum, dimension))
    }

    fn over(&mut self, scope: &mut Scope, over: Option<&'a ast::Over>) -> Option<Over> {
        Some(match over? {
            ast::Over::Last(duration) => {
                scope.broken |= !duration.sound;
                Over::Last(period(duration))
            }
            ast::Over::During { from, to } => {
                let from = self.beginning(scope, from);
                let to = self.ending(scope, to);
                self.check_order(&from, &to, "the time");
                Over::During {
                    from: Box::new(from),
                    to: Box::new(to),
                }
            }
        })
    }

    /// Puts two quantities into one unit; a number without a unit takes the unit of the other side.
    pub(super) fn agree(&mut self, left: &mut Measured, right: &mut Measured) -> Dimension {
        match (left.dimension, right.dimension) {
            (Dimension::Unknown, _) | (_, Dimension::Unknown) => Dimension::Unknown,
            (Dimension::Of(unit), Dimension::Bare) => {
                self.adopt(&mut right.quantity, unit);
                right.dimension = Dimension::Of(unit);
                left.dimension
            }
            (Dimension::Bare, Dimension::Of(unit)) => {
                self.adopt(&mut left.quantity, unit);
                left.dimension = Dimension::Of(unit);
                right.dimension
            }
            (Dimension::Of(a), Dimension::Of(b)) if self.vocabulary.units.convertible(a, b) => {
                left.dimension
            }
            (Dimension::Of(_), _) | (_, Dimension::Of(_)) => {
                self.report_disagreement(left, right);
                Dimension::Unknown
            }
            (Dimension::Bare, Dimension::Bare) => Dimension::Bare,
            (Dimension::Plain | Dimension::Bare, Dimension::Plain | Dimension::Bare) => {
                Dimension::Plain
            }
        }
    }

    fn report_disagreement(&mut self, left: &Measured, right: &Measured) {
        let (a, b) = (
            self.dimension_name(left.dimension),
            self.dimension_name(right.dimension),
        );
        let message = format!("{a} stands against {b}, and the two do not convert");
        let diagnostic = Diagnostic::new(Code::UnitMismatch, right.quantity.span, message)
            .label(format!("this is {b}"))
            .related(left.quantity.span, format!("this is {a}"))
            .help("Where they convert, say so: `unit kg-uf6 = 0.676 kg-u`.");
        self.report(diagnostic);
    }

    /// Turns the bare numbers of a quantity into the base unit of `unit`.
    fn adopt(&mut self, quantity: &mut Quantity, unit: UnitId) {
        let span: Span = quantity.span;
        match &mut quantity.kind {
            QuantityKind::Number(value) => *value = self.in_base(*value, unit, span),
            QuantityKind::Add(left, right) | QuantityKind::Subtract(left, right) => {
                self.adopt(left, unit);
                self.adopt(right, unit);
            }
            QuantityKind::Multiply(left, _) => self.adopt(left, unit),
            QuantityKind::Share { of, .. } => self.adopt(of, unit),
            QuantityKind::Variable(_)
            | QuantityKind::Field(_)
            | QuantityKind::TriggerField(_)
            | QuantityKind::Measure { .. }
            | QuantityKind::Given { .. }
            | QuantityKind::Count { .. }
            | QuantityKind::Sum { .. }
            | QuantityKind::Error => {}
        }
    }
}

/// A counted act binds only where the duty limits it.
fn counted(binds: Binds) -> Binds {
    match binds {
        Binds::Counted => Binds::Counted,
        Binds::Nothing | Binds::Pattern | Binds::Conjuncts => Binds::Nothing,
    }
}
