//! The instances of a judged pledge by the values of their variables, and the acts that its permission covers.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::agreement::{Value, VariableId};
use crate::evidence::{IncidentId, Truth};

use super::instance::{InstanceResult, PledgeResult};

/// Made when first asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    values: RefCell<BTreeMap<VariableId, Rc<Values>>>,
    covered: OnceCell<[BTreeMap<IncidentId, Truth>; 4]>,
}

/// The instances by the value of one variable.
#[derive(Debug, Default)]
struct Values {
    by_value: BTreeMap<Value, Vec<usize>>,
    /// Those in which it has none.
    without: Vec<usize>,
}

impl<'a> PledgeResult<'a> {
    pub(super) fn new(instances: Vec<InstanceResult<'a>>) -> PledgeResult<'a> {
        PledgeResult {
            instances,
            index: Index::default(),
        }
    }

    /// Gives the instances in which each of these variables has that value or none.
    pub(super) fn with(&self, wanted: &[(VariableId, Value)]) -> Vec<&InstanceResult<'a>> {
        let fits = |instance: &&InstanceResult<'a>| {
            wanted.iter().all(|(variable, value)| {
                let found = instance.env().get(*variable);
                found.is_none_or(|found| found == value)
            })
        };
        let positions = wanted
            .iter()
            .map(|(variable, value)| self.by_value(*variable).positions(value))
            .min_by_key(Vec::len);
        match positions {
            Some(positions) => positions
                .into_iter()
                .filter_map(|position| self.instances.get(position))
                .filter(fits)
                .collect(),
            None => self.instances.iter().collect(),
        }
    }

    fn by_value(&self, variable: VariableId) -> Rc<Values> {
        if let Some(values) = self.index.values.borrow().get(&variable) {
            return Rc::clone(values);
        }
        let mut values = Values::default();
        for (position, instance) in self.instances.iter().enumerate() {
            match instance.env().get(variable) {
                Some(value) => values
                    .by_value
                    .entry(value.clone())
                    .or_default()
                    .push(position),
                None => values.without.push(position),
            }
        }
        let values = Rc::new(values);
        self.index
            .values
            .borrow_mut()
            .insert(variable, Rc::clone(&values));
        values
    }

    /// Says whether the permission covers an act at a standard.
    pub(super) fn covers(&self, act: IncidentId, standard: usize) -> Truth {
        let covered = self
            .index
            .covered
            .get_or_init(|| [0, 1, 2, 3].map(|at| self.covered_at(at)));
        let truth = covered.get(standard).and_then(|acts| acts.get(&act));
        truth.copied().unwrap_or(Truth::False)
    }

    fn covered_at(&self, standard: usize) -> BTreeMap<IncidentId, Truth> {
        let lanes = self
            .instances
            .iter()
            .filter_map(|instance| instance.lanes.get(standard));
        let mut acts: BTreeMap<IncidentId, Truth> = BTreeMap::new();
        for (act, truth) in lanes.flat_map(|lane| lane.covered.iter().copied()) {
            let known = acts.entry(act).or_insert(truth);
            *known = (*known).max(truth);
        }
        acts
    }
}

impl Values {
    /// Gives the positions of the instances with a value or without any, in order.
    fn positions(&self, value: &Value) -> Vec<usize> {
        let with = self.by_value.get(value).map_or(&[][..], Vec::as_slice);
        let mut positions = [with, self.without.as_slice()].concat();
        positions.sort_unstable();
        positions
    }
}
