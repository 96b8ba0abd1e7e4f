//! The units of a vocabulary and how they convert.
//!
//! A unit is declared by itself, or as a multiple of one declared before. Every unit leads to the root of its dimension, and a quantity
//! is held in that root. Cycles cannot arise: a unit can only be based on one that is there.

use std::collections::BTreeMap;

use super::{Decimal, UnitId};

/// The declared units.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Units {
    units: Vec<Unit>,
    by_name: BTreeMap<String, UnitId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Unit {
    name: String,
    root: UnitId,
    /// How many of the root one of these is; nothing where that is too large a number.
    factor: Option<Decimal>,
}

impl Units {
    /// Declares a unit of a dimension of its own; one that is declared already stays as it is.
    pub fn declare(&mut self, name: &str) -> UnitId {
        let own = self.next();
        self.insert(name, own, Some(Decimal::ONE))
    }

    /// Declares a unit that is `factor` of `base`; one that is declared already stays as it is.
    pub fn declare_converted(&mut self, name: &str, factor: Decimal, base: UnitId) -> UnitId {
        let (root, base_factor) = match self.unit(base) {
            Some(unit) => (unit.root, unit.factor),
            None => (base, None),
        };
        let factor = base_factor.and_then(|base_factor| factor.checked_mul(base_factor));
        self.insert(name, root, factor)
    }

    /// Finds a unit by its name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<UnitId> {
        self.by_name.get(name).copied()
    }

    /// Gives the name of a unit.
    #[must_use]
    pub fn name(&self, unit: UnitId) -> &str {
        self.unit(unit).map_or("", |unit| &unit.name)
    }

    /// Gives all names, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(String::as_str)
    }

    /// Gives the unit in which quantities of this one are held.
    #[must_use]
    pub fn base(&self, unit: UnitId) -> UnitId {
        self.unit(unit).map_or(unit, |unit| unit.root)
    }

    /// Says whether quantities of the two can be compared.
    #[must_use]
    pub fn convertible(&self, a: UnitId, b: UnitId) -> bool {
        self.base(a) == self.base(b)
    }

    /// Gives a value of `unit` in the base unit; nothing where the number is too large.
    #[must_use]
    pub fn to_base(&self, value: Decimal, unit: UnitId) -> Option<Decimal> {
        value.checked_mul(self.unit(unit)?.factor?)
    }

    /// Gives a value of the base unit in `unit`; nothing where the number is too large, or the unit is nothing of its base.
    #[must_use]
    pub fn from_base(&self, value: Decimal, unit: UnitId) -> Option<Decimal> {
        value.checked_div(self.unit(unit)?.factor?)
    }

    fn unit(&self, id: UnitId) -> Option<&Unit> {
        self.units.get(usize::try_from(id.0).ok()?)
    }

    fn next(&self) -> UnitId {
        UnitId(u32::try_from(self.units.len()).unwrap_or(u32::MAX))
    }

    fn insert(&mut self, name: &str, root: UnitId, factor: Option<Decimal>) -> UnitId {
        if let Some(known) = self.find(name) {
            return known;
        }
        let id = self.next();
        self.units.push(Unit {
            name: name.to_owned(),
            root,
            factor,
        });
        self.by_name.insert(name.to_owned(), id);
        id
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test should stop")]
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    /// `kg`, `t = 1000 kg`, `kt = 1000 t`, `persons`, `kg-u`, `kg-uf6 = 0.676 kg-u`.
    fn units() -> Units {
        let mut units = Units::default();
        let kg = units.declare("kg");
        let t = units.declare_converted("t", decimal("1000"), kg);
        units.declare_converted("kt", decimal("1000"), t);
        units.declare("persons");
        let kg_u = units.declare("kg-u");
        units.declare_converted("kg-uf6", decimal("0.676"), kg_u);
        units
    }

    #[test]
    fn chains_lead_to_the_root() {
        let units = units();
        let cases = [
            ("3", "kg", "3"),
            ("3", "t", "3000"),
            ("0.3", "kt", "300000"),
            ("8600", "persons", "8600"),
            ("300", "kg-uf6", "202.8"),
        ];
        for (value, unit, in_base) in cases {
            let unit = units.find(unit).unwrap();
            let base = units.to_base(decimal(value), unit).unwrap();
            assert_eq!(base, decimal(in_base));
            assert_eq!(units.from_base(base, unit), Some(decimal(value)));
        }
    }

    #[test]
    fn only_units_of_one_root_convert() {
        let units = units();
        let convertible = |a, b| units.convertible(units.find(a).unwrap(), units.find(b).unwrap());
        assert!(convertible("kg", "kt"));
        assert!(convertible("kt", "t"));
        assert!(!convertible("kg", "kg-u"));
        assert!(!convertible("persons", "t"));
        assert_eq!(units.name(units.base(units.find("kt").unwrap())), "kg");
    }

    #[test]
    fn a_second_declaration_changes_nothing() {
        let mut units = units();
        let t = units.find("t").unwrap();
        assert_eq!(units.declare("t"), t);
        assert_eq!(units.to_base(decimal("1"), t), Some(decimal("1000")));
    }

    #[test]
    fn what_does_not_fit_is_nothing() {
        let mut units = units();
        let kt = units.find("kt").unwrap();
        assert_eq!(units.to_base(Decimal::MAX, kt), None);
        let beyond = units.declare_converted("beyond", Decimal::MAX, kt);
        assert_eq!(units.to_base(Decimal::ONE, beyond), None);
        let nothing = units.declare_converted("nothing", Decimal::ZERO, kt);
        assert_eq!(units.from_base(Decimal::ONE, nothing), None);
        assert_eq!(units.to_base(Decimal::ONE, UnitId(999)), None);
        assert_eq!(units.find("no such unit"), None);
    }
}
