//! Quantities that the text fixes: tables of values, and formulas over other quantities.

use std::collections::BTreeMap;

use super::Resolver;
use super::cycles::Node;
use super::scope::Scope;
use super::terms::Binds;
use super::units::Dimension;
use crate::agreement::{GivenId, GivenLine, TermKind, Type, Word};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{self, AtomKind};

impl<'a> Resolver<'a> {
    /// Sets labels, types and units of every table, so that its lines may stand in any order.
    pub(super) fn resolve_given_heads(&mut self) {
        for (at, lines) in self.found.givens.clone().iter().enumerate() {
            self.given_labels(at, lines);
        }
        let tables = self.found.givens.iter();
        self.given_dimensions = tables.map(|lines| self.table_dimension(lines)).collect();
    }

    pub(super) fn resolve_givens(&mut self) {
        for (at, lines) in self.found.givens.clone().into_iter().enumerate() {
            let id = GivenId(u32::try_from(at).unwrap_or(u32::MAX));
            self.rests_on.clear();
            for (given, span) in lines {
                self.given_line(id, given, span);
            }
            self.end_definition(Node::Given(id));
        }
    }

    /// Sets the labels of a table by its first line, and their types by the first line that shows them.
    fn given_labels(&mut self, at: usize, lines: &[(&'a ast::Given, Span)]) {
        let Some((first, _)) = lines.first() else {
            return;
        };
        let arguments = first.call.arguments.iter();
        let written = arguments.filter_map(|argument| argument.label.as_ref());
        let mut places: BTreeMap<&str, Span> = BTreeMap::new();
        for label in written {
            places.entry(&label.text).or_insert(label.span);
        }
        self.given_labels.push(places.values().copied().collect());
        let labels: Vec<String> = places.into_keys().map(str::to_owned).collect();
        let types = labels
            .iter()
            .map(|label| {
                lines
                    .iter()
                    .find_map(|(line, _)| self.shown_type(line, label))
            })
            .collect();
        if let Some(given) = self.vocabulary.givens.get_mut(at) {
            given.labels = labels;
        }
        if let Some(known) = self.given_types.get_mut(at) {
            *known = types;
        }
    }

    fn shown_type(&self, line: &ast::Given, label: &str) -> Option<Type> {
        let argument = line.call.arguments.iter().find(|argument| {
            let written = argument.label.as_ref();
            written.is_some_and(|written| written.text == label)
        })?;
        let first = argument.term.atoms.first()?;
        match &first.kind {
            AtomKind::Name(name) | AtomKind::Exactly(name) => {
                let &id = self.vocabulary.thing_names.get(&name.text)?;
                Some(self.type_of(id))
            }
            AtomKind::Number(_) => Some(Type::Number(None)),
            AtomKind::Text(_) => Some(Type::Text),
            AtomKind::Date(_) | AtomKind::Instant(_) => Some(Type::Date),
            AtomKind::Flag(_) => Some(Type::Flag),
            AtomKind::PartOf(_)
            | AtomKind::OtherThan(_)
            | AtomKind::FieldOf { .. }
            | AtomKind::Error => None,
        }
    }

    fn given_line(&mut self, id: GivenId, given: &'a ast::Given, span: Span) {
        let mark = self.mark();
        let mut scope = Scope::constant();
        let word = Word::Given(id);
        let arguments = self.arguments(&mut scope, word, &given.call, Binds::Pattern);
        let several = arguments
            .iter()
            .find(|argument| !plain(&argument.terms))
            .map(|argument| argument.span);
        if let Some(several) = several {
            let message = "a line of a table takes one name, number or variable for each label";
            self.report(Diagnostic::new(Code::TypeMismatch, several, message));
        }
        let labels = &self.vocabulary.given(id).labels;
        if arguments.len() < labels.len() && !self.failed_since(mark) && !scope.broken {
            let message = format!(
                "every line of `{}` has the labels `{}`",
                given.call.name.text,
                labels.join("`, `")
            );
            self.report(Diagnostic::new(
                Code::MissingLabel,
                given.call.span,
                message,
            ));
        }
        let value = self.quantity(&mut scope, &given.value, Binds::Nothing);
        self.finish_scope(&mut scope);
        let when = self.validity(given.period.as_ref());
        if self.failed_since(mark) || scope.broken {
            return;
        }
        self.note_dimension(id, value.dimension, value.quantity.span);
        if let Some(table) = self.vocabulary.givens.get_mut(id.0 as usize) {
            table.lines.push(GivenLine {
                arguments,
                variables: scope.finished(),
                value: value.quantity,
                when,
                span,
            });
        }
    }

    /// Gives the unit of a table.
    pub(super) fn given_dimension(&self, id: GivenId) -> Dimension {
        let known = self.given_dimensions.get(id.0 as usize).copied();
        known.unwrap_or(Dimension::Unknown)
    }

    /// Reads the unit of a table off the first line that names one.
    fn table_dimension(&self, lines: &[(&'a ast::Given, Span)]) -> Dimension {
        let mut written = lines
            .iter()
            .map(|(given, _)| self.written_dimension(&given.value, 0));
        let named = written.find(|&dimension| dimension != Dimension::Bare);
        named.unwrap_or(Dimension::Plain)
    }

    /// Reads the unit off an expression without resolving it; `depth` bounds the way through other tables.
    fn written_dimension(&self, expr: &ast::Expr, depth: usize) -> Dimension {
        use ast::{ExprKind, NumberUnit};
        if depth > 32 {
            return Dimension::Unknown;
        }
        match &expr.kind {
            ExprKind::Number(number) => match &number.unit {
                NumberUnit::None => Dimension::Bare,
                NumberUnit::Percent => self.named_dimension(super::units::PERCENT),
                NumberUnit::Named(name) => self.named_dimension(&name.text),
            },
            ExprKind::Paren(inner) | ExprKind::PercentOf { of: inner, .. } => {
                self.written_dimension(inner, depth)
            }
            ExprKind::Sum { left, right, .. } | ExprKind::Product { left, right } => {
                match self.written_dimension(left, depth) {
                    Dimension::Bare | Dimension::Plain => self.written_dimension(right, depth),
                    known @ (Dimension::Of(_) | Dimension::Unknown) => known,
                }
            }
            ExprKind::Call(call) | ExprKind::Total(call) | ExprKind::AsOf { call, .. } => {
                self.called_dimension(call, depth)
            }
            ExprKind::Count { .. } => Dimension::Plain,
            ExprKind::And(_)
            | ExprKind::Or(_)
            | ExprKind::Not(_)
            | ExprKind::Once { .. }
            | ExprKind::In { .. }
            | ExprKind::Is { .. }
            | ExprKind::Order { .. }
            | ExprKind::Compare { .. }
            | ExprKind::Between { .. }
            | ExprKind::Name(_)
            | ExprKind::FieldOf { .. }
            | ExprKind::SumOf { .. }
            | ExprKind::Literal(_)
            | ExprKind::Error => Dimension::Unknown,
        }
    }

    fn named_dimension(&self, unit: &str) -> Dimension {
        let unit = self.vocabulary.units.find(unit);
        unit.map_or(Dimension::Unknown, Dimension::Of)
    }

    fn called_dimension(&self, call: &ast::Call, depth: usize) -> Dimension {
        match self.vocabulary.words.get(&call.name.text) {
            Some(&Word::Measure(id)) => {
                let unit = self.vocabulary.measure(id).unit;
                unit.map_or(Dimension::Plain, Dimension::Of)
            }
            Some(&Word::Given(id)) => {
                let line = self.found.givens.get(id.0 as usize);
                let line = line.and_then(|lines| lines.first());
                line.map_or(Dimension::Unknown, |(given, _)| {
                    self.written_dimension(&given.value, depth + 1)
                })
            }
            Some(Word::Kind(_) | Word::State(_) | Word::Relation(_)) | None => Dimension::Unknown,
        }
    }

    /// Reports a line whose unit does not convert to that of the table.
    fn note_dimension(&mut self, id: GivenId, dimension: Dimension, span: Span) {
        let table = self.given_dimension(id);
        let agrees = match (table, dimension) {
            (Dimension::Of(a), Dimension::Of(b)) => self.vocabulary.units.convertible(a, b),
            (Dimension::Of(_), Dimension::Bare | Dimension::Plain)
            | (Dimension::Bare | Dimension::Plain, Dimension::Of(_)) => false,
            (Dimension::Unknown, _)
            | (_, Dimension::Unknown)
            | (Dimension::Bare | Dimension::Plain, Dimension::Bare | Dimension::Plain) => true,
        };
        if !agrees {
            self.report_units(span, dimension, table);
        }
    }
}

fn plain(terms: &[crate::agreement::Term]) -> bool {
    match terms {
        [term] => match term.kind {
            TermKind::Thing { .. }
            | TermKind::Variable { .. }
            | TermKind::Number(_)
            | TermKind::Text(_)
            | TermKind::Date(_)
            | TermKind::Flag(_) => true,
            TermKind::OtherThan { .. } | TermKind::TriggerField(_) => false,
        },
        _ => false,
    }
}
