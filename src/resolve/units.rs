//! Units: which there are, what they are worth, and numbers in the base unit of their dimension.
//!
//! A number with `%` that is no factor (`70% of …`) is a plain number of the unit `percent`: `70%` is 70 percent.

use std::collections::{BTreeMap, BTreeSet};

use super::Resolver;
use super::cycles::{self, Graph};
use crate::diagnostic::{Code, Diagnostic};
use crate::quantity::{Decimal, UnitId};
use crate::source::Span;
use crate::syntax::ast::{Field, FieldType, Name, Number, NumberUnit};

/// The unit that `%` stands for.
pub(super) const PERCENT: &str = "percent";

/// What is known of the unit of a quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dimension {
    /// A number written without a unit: it takes the unit of what it is compared with.
    Bare,
    /// A plain number, such as a count.
    Plain,
    /// In a unit.
    Of(UnitId),
    /// Not known, because of something reported elsewhere.
    Unknown,
}

impl<'a> Resolver<'a> {
    /// Declares every unit: those of measures and event fields, and those of `unit` items with what they are worth.
    pub(super) fn resolve_units(&mut self) {
        self.declare_unit_names();
        let declared: BTreeMap<&'a str, (&'a Name, Option<&'a Number>)> = self
            .found
            .units
            .iter()
            .map(|&(name, value)| (name.text.as_str(), (name, value)))
            .collect();
        let implied = self.implied_units();
        let mut bases: BTreeMap<&'a str, (&'a str, Decimal)> = BTreeMap::new();
        for &(name, value) in declared.values() {
            if let Some(value) = value
                && let Some(base) = self.base_of(name, value, &declared, &implied)
            {
                bases.insert(&name.text, base);
            }
        }
        self.cut_unit_cycles(&declared, &mut bases);
        for (name, _) in self.found.units.clone() {
            self.declare_unit_chain(&name.text, &bases);
        }
        for name in implied {
            self.vocabulary.units.declare(name);
        }
    }

    /// Gives the units that measures and event fields name.
    fn implied_units(&self) -> BTreeSet<&'a str> {
        let text = |name: &'a Name| name.text.as_str();
        let mut names = BTreeSet::new();
        for (_, measure) in &self.found.measures {
            names.extend(measure.unit.iter().map(|unit| unit.text.as_str()));
            names.extend(measure.fields.iter().filter_map(field_unit).map(text));
        }
        for (_, event) in &self.found.events {
            names.extend(event.fields.iter().filter_map(field_unit).map(text));
        }
        names
    }

    fn base_of(
        &mut self,
        name: &Name,
        value: &'a Number,
        declared: &BTreeMap<&'a str, (&'a Name, Option<&'a Number>)>,
        implied: &BTreeSet<&'a str>,
    ) -> Option<(&'a str, Decimal)> {
        if value.value <= Decimal::ZERO {
            let message = format!("the unit `{}` must be worth more than nothing", name.text);
            self.report(Diagnostic::new(Code::BadNumber, value.span, message));
            return None;
        }
        let base = match &value.unit {
            NumberUnit::Named(base) => {
                self.mention_unit(base);
                base
            }
            NumberUnit::Percent | NumberUnit::None => {
                let message = format!(
                    "the unit `{}` must be worth an amount of another unit",
                    name.text
                );
                let help = format!(
                    "Name the other unit: `unit {} = {} kg`.",
                    name.text, value.value
                );
                self.report(Diagnostic::new(Code::TypeMismatch, value.span, message).help(help));
                return None;
            }
        };
        if declared.contains_key(base.text.as_str()) || implied.contains(base.text.as_str()) {
            return Some((&base.text, value.value));
        }
        let names = declared.keys().chain(implied.iter());
        let known: Vec<String> = names.map(|&name| name.to_owned()).collect();
        self.report_undeclared_unit(base, &known);
        None
    }

    fn cut_unit_cycles(
        &mut self,
        declared: &BTreeMap<&'a str, (&'a Name, Option<&'a Number>)>,
        bases: &mut BTreeMap<&'a str, (&'a str, Decimal)>,
    ) {
        let mut graph: Graph<&'a str> = BTreeMap::new();
        for (&name, &(base, _)) in &*bases {
            if let Some((written, _)) = declared.get(name) {
                graph.insert(name, vec![(base, written.span)]);
            }
        }
        for cycle in cycles::cycles(&graph) {
            let names: Vec<String> = cycle.iter().map(|(name, _)| (*name).to_owned()).collect();
            let help = "One of them must stand on its own: `unit NAME` without `=`.";
            if let Some(diagnostic) = cycles::report(&cycle, &names, "is worth an amount of", help)
            {
                self.report(diagnostic);
            }
            if let Some((name, _)) = cycle.last() {
                bases.remove(name);
            }
        }
    }

    /// Declares a unit after the ones it is based on.
    fn declare_unit_chain(&mut self, name: &'a str, bases: &BTreeMap<&'a str, (&'a str, Decimal)>) {
        let mut chain = vec![name];
        while let Some(&(base, _)) = chain.last().and_then(|name| bases.get(name)) {
            if self.vocabulary.units.find(base).is_some() {
                break;
            }
            chain.push(base);
        }
        while let Some(name) = chain.pop() {
            match bases.get(name) {
                Some(&(base, factor)) => {
                    let base = self.vocabulary.units.declare(base);
                    self.vocabulary.units.declare_converted(name, factor, base);
                }
                None => {
                    self.vocabulary.units.declare(name);
                }
            }
        }
    }

    /// Finds a unit, and reports one that nothing declares.
    pub(super) fn unit(&mut self, name: &Name) -> Option<UnitId> {
        if let Some(unit) = self.vocabulary.units.find(&name.text) {
            self.mention_unit(name);
            return Some(unit);
        }
        let known: Vec<String> = self.vocabulary.units.names().map(str::to_owned).collect();
        self.report_undeclared_unit(name, &known);
        None
    }

    fn report_undeclared_unit(&mut self, name: &Name, known: &[String]) {
        if self.lost.contains(name.text.as_str()) {
            return;
        }
        let message = format!("nothing declares the unit `{}`", name.text);
        let diagnostic = Diagnostic::new(Code::UndeclaredUnit, name.span, message);
        let none = format!(
            "Write `unit {}`, or name it in the measure that is counted in it.",
            name.text
        );
        let diagnostic = self.with_suggestion(diagnostic, name, known, &none);
        self.report(diagnostic);
    }

    /// Gives a number in its base unit, and what is known of its unit.
    pub(super) fn number(&mut self, number: &Number) -> (Decimal, Dimension) {
        let unit = match &number.unit {
            NumberUnit::None => return (number.value, Dimension::Bare),
            NumberUnit::Percent => Some(self.vocabulary.units.declare(PERCENT)),
            NumberUnit::Named(name) => self.unit(name),
        };
        match unit {
            Some(unit) => (
                self.in_base(number.value, unit, number.span),
                Dimension::Of(unit),
            ),
            None => (number.value, Dimension::Unknown),
        }
    }

    /// Gives a value of a unit in its base unit; one that is too large is reported and stays as it is.
    pub(super) fn in_base(&mut self, value: Decimal, unit: UnitId, span: Span) -> Decimal {
        if let Some(value) = self.vocabulary.units.to_base(value, unit) {
            return value;
        }
        let units = &self.vocabulary.units;
        let base = units.name(units.base(unit));
        let message = format!("this is too large a number when counted in `{base}`");
        self.report(Diagnostic::new(Code::BadNumber, span, message));
        value
    }

    /// Gives a number for a field or measure of a unit, and reports a unit that does not convert to it.
    pub(super) fn number_in(&mut self, number: &Number, wanted: Option<UnitId>) -> Option<Decimal> {
        let (value, dimension) = self.number(number);
        match (dimension, wanted) {
            (Dimension::Bare, Some(unit)) => Some(self.in_base(value, unit, number.span)),
            (Dimension::Bare | Dimension::Plain, None) => Some(value),
            (Dimension::Of(unit), Some(wanted))
                if self.vocabulary.units.convertible(unit, wanted) =>
            {
                Some(value)
            }
            (Dimension::Unknown, _) => None,
            (Dimension::Of(_) | Dimension::Plain, _) => {
                self.report_units(
                    number.span,
                    dimension,
                    wanted.map_or(Dimension::Plain, Dimension::Of),
                );
                None
            }
        }
    }

    pub(super) fn report_units(&mut self, span: Span, found: Dimension, wanted: Dimension) {
        let wanted = self.dimension_name(wanted);
        let found = self.dimension_name(found);
        let message = format!("{wanted} is needed, and this is {found}");
        let help = "Where the two convert, say so: `unit kg-uf6 = 0.676 kg-u`.";
        self.report(Diagnostic::new(Code::UnitMismatch, span, message).help(help));
    }

    pub(super) fn dimension_name(&self, dimension: Dimension) -> String {
        match dimension {
            Dimension::Of(unit) => format!("a quantity in `{}`", self.vocabulary.units.name(unit)),
            Dimension::Bare | Dimension::Plain | Dimension::Unknown => {
                "a number without a unit".to_owned()
            }
        }
    }
}

pub(super) fn field_unit(field: &Field) -> Option<&Name> {
    match &field.ty.value {
        FieldType::Number(Some(unit)) => Some(unit),
        FieldType::Number(None)
        | FieldType::Actor
        | FieldType::Group
        | FieldType::Place
        | FieldType::Date
        | FieldType::Text
        | FieldType::Flag
        | FieldType::Event
        | FieldType::Category(_)
        | FieldType::Error => None,
    }
}
