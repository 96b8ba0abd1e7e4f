//! Which records stand at the known-by date, and what each does once its link has been judged.
//!
//! A link acts only on a record that was there before it, by the date on which both became known and then by the order of the files. So
//! rings cannot arise, and one pass from the last record to the first settles which ones stand, revivals included. The reader of record
//! files reports links that do not act; here they only lose their effect.

use super::owners::Owners;
use super::{Clocks, is_known};
use crate::record::{Echo, Record, RecordId, Records, Stance};

/// Whether a record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It became known later.
    NotKnown,
    /// It stands.
    Live,
    /// That record took it back or replaced it.
    Out(RecordId),
}

/// What a record does in its incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It says that it was so.
    Affirms,
    /// It says that it was not so at all.
    Denies,
    /// It says that its own fields are not as it gives them.
    DeniesFields,
    /// It says that the state of affairs ended.
    Ends,
    /// It says that the state of affairs did not end then.
    DeniesEnd,
    /// It speaks of another record, not of the world.
    Silent,
}

/// Where a record's link leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Link {
    /// It has none that takes back or replaces.
    None,
    /// It takes back or replaces that one.
    Acts(RecordId),
    /// It would, and is not entitled to.
    Foreign(RecordId),
    /// It would, and the other was not there yet.
    Late(RecordId),
}

/// What stands, and what each record does.
#[derive(Debug)]
pub(super) struct Liveness {
    /// The known records, in the order in which they became known.
    pub(super) order: Vec<RecordId>,
    states: Vec<State>,
    roles: Vec<Role>,
    links: Vec<Link>,
}

/// Settles what stands at the known-by date.
pub(super) fn settle(records: &Records, owners: &Owners, clocks: Clocks) -> Liveness {
    let count = records.records.len();
    let mut liveness = Liveness {
        order: in_order(records, clocks),
        states: vec![State::NotKnown; count],
        roles: vec![Role::Silent; count],
        links: vec![Link::None; count],
    };
    liveness.judge_links(records, owners);
    liveness.settle_states();
    liveness.settle_roles(records);
    liveness
}

/// Says whether `earlier` was there before `later`.
pub(super) fn precedes(records: &Records, earlier: RecordId, later: RecordId) -> bool {
    (records.record(earlier).known, earlier) < (records.record(later).known, later)
}

/// Gives the record that a stance is about.
pub(super) fn target(stance: Stance) -> Option<RecordId> {
    match stance {
        Stance::Affirms => None,
        Stance::Denies(id)
        | Stance::Retracts(id)
        | Stance::Corrects(id)
        | Stance::Supersedes(id)
        | Stance::Ends(id) => Some(id),
    }
}

impl Liveness {
    /// Gives whether a record stands.
    pub(super) fn state(&self, id: RecordId) -> State {
        self.states
            .get(id.0 as usize)
            .copied()
            .unwrap_or(State::NotKnown)
    }

    /// Says whether a record is known and stands.
    pub(super) fn is_live(&self, id: RecordId) -> bool {
        self.state(id) == State::Live
    }

    /// Gives what a record does in its incident.
    pub(super) fn role(&self, id: RecordId) -> Role {
        self.roles
            .get(id.0 as usize)
            .copied()
            .unwrap_or(Role::Silent)
    }

    /// Gives where a record's link leads.
    pub(super) fn link(&self, id: RecordId) -> Link {
        self.links.get(id.0 as usize).copied().unwrap_or(Link::None)
    }

    fn judge_links(&mut self, records: &Records, owners: &Owners) {
        for &id in &self.order {
            let record = records.record(id);
            let link = match record.stance {
                Stance::Retracts(target)
                | Stance::Corrects(target)
                | Stance::Supersedes(target) => {
                    if !precedes(records, target, id) {
                        Link::Late(target)
                    } else if may_act(owners, record, records.record(target)) {
                        Link::Acts(target)
                    } else {
                        Link::Foreign(target)
                    }
                }
                Stance::Affirms | Stance::Denies(_) | Stance::Ends(_) => Link::None,
            };
            put(&mut self.links, id, link);
        }
    }

    fn settle_states(&mut self) {
        for &id in &self.order {
            put(&mut self.states, id, State::Live);
        }
        // INVARIANT: a link leads to an earlier record, so whatever acts on a record has been settled when its turn comes.
        for &id in self.order.iter().rev() {
            if let (State::Live, Link::Acts(target)) = (self.state(id), self.link(id)) {
                put(&mut self.states, target, State::Out(id));
            }
        }
    }

    fn settle_roles(&mut self, records: &Records) {
        for position in 0..self.order.len() {
            let Some(&id) = self.order.get(position) else {
                continue;
            };
            let role = self.role_of(records, id);
            put(&mut self.roles, id, role);
        }
    }

    fn role_of(&self, records: &Records, id: RecordId) -> Role {
        let record = records.record(id);
        match (record.stance, self.link(id)) {
            (_, Link::Foreign(target) | Link::Late(target)) => {
                denial(self.role_denied(records, id, target), false)
            }
            (Stance::Denies(target), Link::None | Link::Acts(_)) => {
                denial(self.role_denied(records, id, target), has_fields(record))
            }
            (Stance::Retracts(_), Link::None | Link::Acts(_)) => Role::Silent,
            (Stance::Corrects(target) | Stance::Supersedes(target), Link::None | Link::Acts(_)) => {
                self.replacement(record, target)
            }
            (Stance::Ends(_), Link::None | Link::Acts(_)) => Role::Ends,
            (Stance::Affirms, Link::None | Link::Acts(_)) => self.repetition(records, record),
        }
    }

    /// Gives what a record without a link does: it repeats a denial or an ending as such, and affirms otherwise.
    fn repetition(&self, records: &Records, record: &Record) -> Role {
        record
            .echoes
            .iter()
            .find_map(|echo| match *echo {
                Echo::Record(target) if precedes(records, target, record.id) => {
                    Some(self.role(target))
                }
                Echo::Record(_) | Echo::Informant(_) => None,
            })
            .unwrap_or(Role::Affirms)
    }

    /// Gives what a replacement does: with content of its own it says that; without, it stands in the place of what it replaces.
    fn replacement(&self, record: &Record, target: RecordId) -> Role {
        if has_fields(record) {
            return Role::Affirms;
        }
        match self.role(target) {
            Role::Denies | Role::DeniesFields => Role::Denies,
            Role::Ends => Role::Ends,
            Role::Affirms | Role::DeniesEnd | Role::Silent => Role::Affirms,
        }
    }

    /// Gives what the denied record does; one that was not there yet is taken at its word.
    fn role_denied(&self, records: &Records, id: RecordId, target: RecordId) -> Role {
        if precedes(records, target, id) {
            return self.role(target);
        }
        let record = records.record(target);
        match record.stance {
            Stance::Affirms | Stance::Corrects(_) | Stance::Supersedes(_) => Role::Affirms,
            Stance::Denies(_) if has_fields(record) => Role::DeniesFields,
            Stance::Denies(_) => Role::Denies,
            Stance::Retracts(_) => Role::Silent,
            Stance::Ends(_) => Role::Ends,
        }
    }
}

/// Says whether a denial carries fields, so that it denies those and not the occurrence.
fn has_fields(record: &Record) -> bool {
    record.value.is_some() || record.fields.iter().any(Option::is_some)
}

fn denial(of: Role, fields: bool) -> Role {
    match of {
        Role::Affirms if fields => Role::DeniesFields,
        Role::Affirms => Role::Denies,
        Role::Denies | Role::DeniesFields => Role::Affirms,
        Role::Ends => Role::DeniesEnd,
        Role::DeniesEnd | Role::Silent => Role::Silent,
    }
}

fn may_act(owners: &Owners, record: &Record, target: &Record) -> bool {
    match (record.informant, target.informant) {
        (None, _) => true,
        (Some(own), Some(other)) => owners.owns(own, other),
        (Some(_), None) => false,
    }
}

fn in_order(records: &Records, clocks: Clocks) -> Vec<RecordId> {
    let mut order: Vec<RecordId> = records
        .records
        .iter()
        .filter(|record| is_known(record.known, clocks))
        .map(|record| record.id)
        .collect();
    order.sort_by_key(|&id| (records.record(id).known, id));
    order
}

fn put<T>(list: &mut [T], id: RecordId, value: T) {
    if let Some(slot) = list.get_mut(id.0 as usize) {
        *slot = value;
    }
}
