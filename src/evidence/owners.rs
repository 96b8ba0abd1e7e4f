//! Whose voice a source is: sources of one owner are one voice.

use std::collections::BTreeMap;

use crate::record::{InformantId, Records};

/// A voice: the last owner in the chain of owners above a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct OwnerId(u32);

/// The owner of every source.
#[derive(Debug)]
pub(super) struct Owners {
    parents: Vec<Option<InformantId>>,
    voices: Vec<OwnerId>,
}

impl Owners {
    /// Follows the owners of every source to the last one.
    pub(super) fn of(records: &Records) -> Owners {
        let names: BTreeMap<&str, InformantId> = (0u32..)
            .zip(&records.informants)
            .map(|(at, informant)| (informant.name.as_str(), InformantId(at)))
            .collect();
        let parents: Vec<Option<InformantId>> = records
            .informants
            .iter()
            .map(|informant| {
                names
                    .get(informant.owner.as_str())
                    .copied()
                    .filter(|_| informant.owner != informant.name)
            })
            .collect();
        let voices = settle(records, &names, &parents);
        Owners { parents, voices }
    }

    /// Gives the voice that a source speaks with.
    pub(super) fn voice(&self, informant: InformantId) -> OwnerId {
        self.voices
            .get(informant.0 as usize)
            .copied()
            .unwrap_or(OwnerId(informant.0))
    }

    /// Says whether `above` is `informant` itself or its owner.
    pub(super) fn owns(&self, above: InformantId, informant: InformantId) -> bool {
        above == informant || self.parent(informant) == Some(above)
    }

    fn parent(&self, informant: InformantId) -> Option<InformantId> {
        self.parents.get(informant.0 as usize).copied().flatten()
    }
}

/// Names each chain of owners after its last member: an owner that is no source itself, the top source, or, in a ring, the first of it.
fn settle(
    records: &Records,
    names: &BTreeMap<&str, InformantId>,
    parents: &[Option<InformantId>],
) -> Vec<OwnerId> {
    let mut strangers: BTreeMap<&str, u32> = BTreeMap::new();
    let mut voices: Vec<Option<OwnerId>> = vec![None; parents.len()];
    let count = u32::try_from(parents.len()).unwrap_or(u32::MAX);
    for start in 0..parents.len() {
        let mut path = Vec::new();
        let mut places = BTreeMap::new();
        let mut at = start;
        let voice = loop {
            if let Some(known) = voices.get(at).copied().flatten() {
                break known;
            }
            if let Some(&ring_start) = places.get(&at) {
                let ring: &[usize] = path.get(ring_start..).unwrap_or(&[]);
                let first = ring.iter().copied().min().unwrap_or(at);
                break OwnerId(u32::try_from(first).unwrap_or(u32::MAX));
            }
            places.insert(at, path.len());
            path.push(at);
            match parents.get(at).copied().flatten() {
                Some(parent) => at = parent.0 as usize,
                None => break top(records, names, at, count, &mut strangers),
            }
        };
        for step in path {
            if let Some(slot) = voices.get_mut(step) {
                *slot = Some(voice);
            }
        }
    }
    voices
        .into_iter()
        .map(|voice| voice.unwrap_or(OwnerId(u32::MAX)))
        .collect()
}

fn top<'a>(
    records: &'a Records,
    names: &BTreeMap<&str, InformantId>,
    at: usize,
    count: u32,
    strangers: &mut BTreeMap<&'a str, u32>,
) -> OwnerId {
    let own = OwnerId(u32::try_from(at).unwrap_or(u32::MAX));
    let Some(informant) = records.informants.get(at) else {
        return own;
    };
    if informant.owner.is_empty() || names.contains_key(informant.owner.as_str()) {
        return own;
    }
    let next = count.saturating_add(u32::try_from(strangers.len()).unwrap_or(u32::MAX));
    OwnerId(*strangers.entry(informant.owner.as_str()).or_insert(next))
}
