//! Incidents by what their fields say, so that a pattern with a value in it looks at those that may have the value and at no others.
//!
//! A table is a sieve and no more: every incident that some live record may make match is in it, and the match itself is asked for as ever.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::agreement::{KindId, ThingId, Value, Vocabulary};
use crate::evidence::{Evidence, IncidentId};
use crate::quantity::Decimal;
use crate::record::{Record, Stance, Subject};
use crate::time::{Instant, When};

/// The incidents of each kind by what is in each of its slots; made when first asked for.
#[derive(Debug)]
pub(super) struct Lookup<'a> {
    evidence: &'a Evidence<'a>,
    tables: RefCell<BTreeMap<(KindId, usize), Rc<Table>>>,
    joint: RefCell<BTreeMap<Slots, Rc<Joint>>>,
}

/// Several slots of a kind.
type Slots = (KindId, Vec<usize>);

/// The incidents of a kind by the things that several slots name together, each list in order of identifiers.
pub(super) type Joint = BTreeMap<Vec<ThingId>, Vec<IncidentId>>;

/// A value that fields are looked up by. Texts and names of records are compared as texts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Thing(ThingId),
    Number(Decimal),
    Text(String),
    Flag(bool),
}

/// The incidents of a kind by what a slot says, each list in order of identifiers.
#[derive(Debug, Default)]
pub(super) struct Table {
    exact: BTreeMap<Key, Vec<IncidentId>>,
    /// By everything that a thing in the slot ever belonged to, itself included.
    inside: BTreeMap<ThingId, Vec<IncidentId>>,
    /// By the first moment that a date in the slot may mean.
    dates: BTreeMap<Instant, Vec<IncidentId>>,
}

impl<'a> Lookup<'a> {
    pub(super) fn new(evidence: &'a Evidence<'a>) -> Lookup<'a> {
        Lookup {
            evidence,
            tables: RefCell::default(),
            joint: RefCell::default(),
        }
    }

    /// Gives the incidents by what is in several slots.
    pub(super) fn joint(&self, kind: KindId, slots: &[usize]) -> Rc<Joint> {
        let key = (kind, slots.to_vec());
        if let Some(joint) = self.joint.borrow().get(&key) {
            return Rc::clone(joint);
        }
        let joint = Rc::new(self.gather_joint(kind, slots));
        self.joint.borrow_mut().insert(key, Rc::clone(&joint));
        joint
    }

    fn gather_joint(&self, kind: KindId, slots: &[usize]) -> Joint {
        let mut joint = Joint::new();
        let all = self
            .evidence
            .incidents_before(Subject::Kind(kind), Instant::MAX);
        for incident in all {
            // Each slot may be told by a record of its own.
            let told = |slot: usize| -> Vec<ThingId> {
                let fields = telling(self.evidence, incident)
                    .filter_map(|record| record.fields.get(slot).and_then(Option::as_ref));
                let things = fields.filter_map(|field| match field.value {
                    Value::Thing(id) => Some(id),
                    Value::Number(_)
                    | Value::Date(_)
                    | Value::Text(_)
                    | Value::Flag(_)
                    | Value::Record(_) => None,
                });
                things.collect()
            };
            let mut keys: BTreeSet<Vec<ThingId>> = BTreeSet::from([Vec::new()]);
            for slot in slots {
                let things = told(*slot);
                let longer = |key: &Vec<ThingId>| {
                    let key = key.clone();
                    let with = move |thing: &ThingId| [key.as_slice(), &[*thing]].concat();
                    things.iter().map(with).collect::<Vec<_>>()
                };
                keys = keys.iter().flat_map(longer).collect();
            }
            for key in keys {
                push(joint.entry(key).or_default(), incident);
            }
        }
        joint
    }

    /// Gives the table of a slot.
    pub(super) fn table(&self, kind: KindId, slot: usize) -> Rc<Table> {
        if let Some(table) = self.tables.borrow().get(&(kind, slot)) {
            return Rc::clone(table);
        }
        let table = Rc::new(self.gather(kind, slot));
        self.tables
            .borrow_mut()
            .insert((kind, slot), Rc::clone(&table));
        table
    }

    fn gather(&self, kind: KindId, slot: usize) -> Table {
        let mut table = Table::default();
        let vocabulary = &self.evidence.records.vocabulary;
        let all = self
            .evidence
            .incidents_before(Subject::Kind(kind), Instant::MAX);
        for incident in all {
            for record in telling(self.evidence, incident) {
                if let Some(field) = record.fields.get(slot).and_then(Option::as_ref) {
                    table.add(vocabulary, &field.value, incident);
                }
            }
        }
        table
    }
}

/// Gives the live records that tell of the incident; those that deny it tell nothing of their own.
pub(super) fn telling<'e>(
    evidence: &'e Evidence<'e>,
    incident: IncidentId,
) -> impl Iterator<Item = &'e Record> + 'e {
    let tells = |record: &&Record| match record.stance {
        Stance::Affirms | Stance::Corrects(_) | Stance::Supersedes(_) => true,
        Stance::Denies(_) | Stance::Retracts(_) | Stance::Ends(_) => false,
    };
    evidence
        .incident(incident)
        .records
        .iter()
        .filter(|id| evidence.is_live(**id))
        .map(|id| evidence.records.record(*id))
        .filter(tells)
}

impl Table {
    fn add(&mut self, vocabulary: &Vocabulary, value: &Value, incident: IncidentId) {
        let key = match value {
            Value::Thing(id) => {
                for above in above(vocabulary, *id) {
                    push(self.inside.entry(above).or_default(), incident);
                }
                Key::Thing(*id)
            }
            // A figure that is known roughly equals nothing for certain.
            Value::Number(estimate) => match (estimate.low, estimate.high) {
                (Some(low), Some(high)) if low == high => Key::Number(low),
                (_, _) => return,
            },
            Value::Date(when) => {
                return push(self.dates.entry(when.earliest).or_default(), incident);
            }
            Value::Text(text) | Value::Record(text) => Key::Text(text.clone()),
            Value::Flag(flag) => Key::Flag(*flag),
        };
        push(self.exact.entry(key).or_default(), incident);
    }

    /// Adds the lists of the incidents whose slot may say a value that is no thing.
    pub(super) fn same_as<'t>(&'t self, value: &Value, into: &mut Vec<&'t [IncidentId]>) {
        match value {
            Value::Thing(id) => self.exactly(*id, into),
            Value::Number(estimate) => {
                if let Some(best) = estimate.best {
                    self.exact(&Key::Number(best), into);
                }
            }
            Value::Date(when) => self.dated(*when, into),
            Value::Text(text) | Value::Record(text) => self.named(text, into),
            Value::Flag(flag) => self.exact(&Key::Flag(*flag), into),
        }
    }

    /// Adds the list of those that name exactly this thing.
    pub(super) fn exactly<'t>(&'t self, id: ThingId, into: &mut Vec<&'t [IncidentId]>) {
        self.exact(&Key::Thing(id), into);
    }

    /// Adds the list of those that name a thing or something inside it.
    pub(super) fn inside<'t>(&'t self, id: ThingId, into: &mut Vec<&'t [IncidentId]>) {
        into.extend(self.inside.get(&id).map(Vec::as_slice));
    }

    /// Adds the lists of those that name a thing or something around it.
    pub(super) fn around<'t>(
        &'t self,
        vocabulary: &Vocabulary,
        id: ThingId,
        into: &mut Vec<&'t [IncidentId]>,
    ) {
        for above in above(vocabulary, id) {
            self.exactly(above, into);
        }
    }

    /// Adds the list of those that give this text or name this record.
    pub(super) fn named<'t>(&'t self, text: &str, into: &mut Vec<&'t [IncidentId]>) {
        self.exact(&Key::Text(text.to_owned()), into);
    }

    fn dated<'t>(&'t self, when: When, into: &mut Vec<&'t [IncidentId]>) {
        if when.earliest <= when.latest {
            let within = self.dates.range(when.earliest..=when.latest);
            into.extend(within.map(|(_, list)| list.as_slice()));
        }
    }

    fn exact<'t>(&'t self, key: &Key, into: &mut Vec<&'t [IncidentId]>) {
        into.extend(self.exact.get(key).map(Vec::as_slice));
    }
}

/// Adds an incident to a list once; they come in order.
fn push(list: &mut Vec<IncidentId>, incident: IncidentId) {
    if list.last() != Some(&incident) {
        list.push(incident);
    }
}

/// Gives a thing and everything that it ever belonged to.
fn above(vocabulary: &Vocabulary, thing: ThingId) -> BTreeSet<ThingId> {
    let mut found = BTreeSet::from([thing]);
    let mut open = vec![thing];
    while let Some(at) = open.pop() {
        let parents = vocabulary.thing(at).parents.iter();
        open.extend(
            parents
                .map(|up| up.parent)
                .filter(|&parent| found.insert(parent)),
        );
    }
    found
}

/// Gives the members of several lists in order, each once.
pub(super) fn merged(lists: &[&[IncidentId]]) -> Vec<IncidentId> {
    if let [only] = lists {
        return only.to_vec();
    }
    let mut all: Vec<IncidentId> = lists.iter().flat_map(|list| list.iter().copied()).collect();
    all.sort_unstable();
    all.dedup();
    all
}
