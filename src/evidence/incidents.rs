//! Records of one occurrence gathered under their key.

use std::collections::{BTreeMap, BTreeSet};

use super::credibility::{Scene, actors_of};
use super::liveness::{Link, Liveness, Role, precedes, target};
use super::origin::Origins;
use super::{Incident, IncidentId};
use crate::record::{Echo, Record, RecordId, Records, Stance, Subject};
use crate::time::When;

/// The incidents of a run.
#[derive(Debug, Default)]
pub(super) struct Incidents {
    /// By identifier: by subject, earliest date, then key.
    pub(super) list: Vec<Incident>,
    /// The scene of each.
    pub(super) scenes: Vec<Scene>,
    /// Which incidents a subject has.
    pub(super) by_subject: BTreeMap<Subject, Vec<IncidentId>>,
    of_record: Vec<Option<IncidentId>>,
}

impl Incidents {
    /// Gives the incident that a record belongs to; records that are not known have none.
    pub(super) fn of(&self, record: RecordId) -> Option<IncidentId> {
        self.of_record.get(record.0 as usize).copied().flatten()
    }
}

/// Gathers the known records.
pub(super) fn gather(records: &Records, liveness: &Liveness, origins: &Origins) -> Incidents {
    let homes = homes(records, liveness);
    let mut groups: BTreeMap<(Subject, &str), Vec<RecordId>> = BTreeMap::new();
    let mut known: Vec<RecordId> = liveness.order.clone();
    known.sort_unstable();
    for id in known {
        let home = records.record(homes.get(id.0 as usize).copied().unwrap_or(id));
        let key = (home.subject, home.incident.as_str());
        groups.entry(key).or_default().push(id);
    }
    let mut list: Vec<Incident> = groups
        .into_iter()
        .map(|((subject, key), members)| Incident {
            key: key.to_owned(),
            subject,
            when: hull(records, liveness, origins, &members),
            records: members,
        })
        .collect();
    list.sort_by(|a, b| {
        (a.subject, a.when.earliest, &a.key).cmp(&(b.subject, b.when.earliest, &b.key))
    });
    index(records, liveness, list)
}

fn index(records: &Records, liveness: &Liveness, list: Vec<Incident>) -> Incidents {
    let mut incidents = Incidents {
        of_record: vec![None; records.records.len()],
        ..Incidents::default()
    };
    for (id, incident) in (0u32..).map(IncidentId).zip(&list) {
        incidents
            .by_subject
            .entry(incident.subject)
            .or_default()
            .push(id);
        for record in &incident.records {
            if let Some(slot) = incidents.of_record.get_mut(record.0 as usize) {
                *slot = Some(id);
            }
        }
        let actors: BTreeSet<_> = affirming(records, liveness, &incident.records)
            .filter(|record| liveness.is_live(record.id))
            .flat_map(|record| actors_of(records, record))
            .collect();
        incidents.scenes.push(Scene {
            when: incident.when,
            actors: actors.into_iter().collect(),
        });
    }
    incidents.list = list;
    incidents
}

/// Gives the hull of the dates of the live affirming records; of all affirming ones where none is live, and all of time where there is none.
fn hull(records: &Records, liveness: &Liveness, origins: &Origins, members: &[RecordId]) -> When {
    let stands =
        |record: &&Record| liveness.is_live(record.id) && origins.tainted_by(record.id).is_none();
    let whole = |dates: &mut dyn Iterator<Item = When>| dates.reduce(When::hull);
    let live = whole(
        &mut affirming(records, liveness, members)
            .filter(stands)
            .map(|record| record.when),
    );
    live.or_else(|| whole(&mut affirming(records, liveness, members).map(|record| record.when)))
        .unwrap_or(When::ALWAYS)
}

fn affirming<'r>(
    records: &'r Records,
    liveness: &'r Liveness,
    members: &'r [RecordId],
) -> impl Iterator<Item = &'r Record> + 'r {
    members
        .iter()
        .filter(|&&id| liveness.role(id) == Role::Affirms)
        .map(|&id| records.record(id))
}

/// Gives, for each record, the one whose incident it belongs to: itself, or what it is linked to, as far as that leads.
fn homes(records: &Records, liveness: &Liveness) -> Vec<RecordId> {
    let mut homes: Vec<Option<RecordId>> = vec![None; records.records.len()];
    for record in &records.records {
        let mut path = Vec::new();
        let mut seen = BTreeSet::new();
        let mut at = record.id;
        let home = loop {
            if let Some(found) = homes.get(at.0 as usize).copied().flatten() {
                break found;
            }
            if !seen.insert(at) {
                break record.id;
            }
            path.push(at);
            match joins(records, liveness, at) {
                Some(next) => at = next,
                None => break at,
            }
        };
        for step in path {
            if let Some(slot) = homes.get_mut(step.0 as usize) {
                *slot = Some(home);
            }
        }
    }
    (0u32..)
        .map(RecordId)
        .zip(homes)
        .map(|(id, home)| home.unwrap_or(id))
        .collect()
}

/// Gives the record whose incident this one joins.
fn joins(records: &Records, liveness: &Liveness, id: RecordId) -> Option<RecordId> {
    let record = records.record(id);
    match record.stance {
        Stance::Denies(_) | Stance::Retracts(_) | Stance::Ends(_) => target(record.stance),
        Stance::Corrects(_) | Stance::Supersedes(_) => match liveness.link(id) {
            Link::Foreign(target) | Link::Late(target) => Some(target),
            Link::Acts(_) | Link::None => None,
        },
        Stance::Affirms => repeated(records, record),
    }
}

/// Gives what an echo without an incident key of its own repeats: retelling something does not make it happen twice.
fn repeated(records: &Records, record: &Record) -> Option<RecordId> {
    if record.incident != record.name {
        return None;
    }
    record.echoes.iter().find_map(|echo| match *echo {
        Echo::Record(target)
            if precedes(records, target, record.id)
                && records.record(target).subject == record.subject =>
        {
            Some(target)
        }
        Echo::Record(_) | Echo::Informant(_) => None,
    })
}
