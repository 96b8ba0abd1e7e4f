//! What an analyst would want to look at again in records that can be read: sources that disagree on a date, one event told twice, a
//! finding without a reply.
//!
//! Records that another takes back or replaces are passed over. Each question sorts or hashes the records once.

use std::collections::{BTreeMap, BTreeSet};

use super::link;
use crate::agreement::{
    Agreement, Belongs, Body, Mark, Obligor, Pledge, ThingId, Value, Vocabulary,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::record::{Echo, FindingVerdict, Informant, Record, RecordId, Records, Stance, Subject};
use crate::source::SourceId;
use crate::time::{self, Calendar, When};

/// Gives the advice on the records of a run.
///
/// `tables` are files that count their own events: two rows of one are two events.
pub(super) fn advice(
    records: &Records,
    agreement: &Agreement,
    tables: &BTreeSet<SourceId>,
) -> Vec<Diagnostic> {
    let gone: BTreeSet<RecordId> = records
        .records
        .iter()
        .filter_map(|record| replaced(record, records))
        .collect();
    let standing: Vec<&Record> = records
        .records
        .iter()
        .filter(|record| !gone.contains(&record.id))
        .collect();
    let mut found = disagreements(&standing, &agreement.calendar);
    found.extend(duplicates(&standing, &agreement.calendar, tables));
    found.extend(unanswered(&standing, records, agreement));
    found
}

/// Gives the record that another takes back or replaces.
fn replaced(record: &Record, all: &Records) -> Option<RecordId> {
    let target = match record.stance {
        Stance::Retracts(target) | Stance::Corrects(target) | Stance::Supersedes(target) => target,
        Stance::Affirms | Stance::Denies(_) | Stance::Ends(_) => return None,
    };
    link::acts(record, all.record(target), &all.informants).then_some(target)
}

fn affirms(record: &Record) -> bool {
    match record.stance {
        Stance::Affirms | Stance::Corrects(_) | Stance::Supersedes(_) => true,
        Stance::Denies(_) | Stance::Retracts(_) | Stance::Ends(_) => false,
    }
}

/// Finds incidents whose records give dates that cannot both be right.
fn disagreements(records: &[&Record], calendar: &Calendar) -> Vec<Diagnostic> {
    let mut ends: BTreeMap<(Subject, &str), (&Record, &Record)> = BTreeMap::new();
    let dated = records.iter().copied().filter(|record| {
        let event = !matches!(record.subject, Subject::Finding(_));
        event && affirms(record) && record.dated && !record.throughout
    });
    for record in dated {
        let key = (record.subject, record.incident.as_str());
        let (first, last) = ends.entry(key).or_insert((record, record));
        if record.when.latest < first.when.latest {
            *first = record;
        }
        if record.when.earliest > last.when.earliest {
            *last = record;
        }
    }
    let apart = ends
        .into_iter()
        .filter(|(_, (first, last))| first.when.latest <= last.when.earliest);
    apart
        .map(|((_, incident), (first, last))| {
            // The later record in the file is the one that brought the disagreement.
            let (own, other) = if first.id > last.id {
                (first, last)
            } else {
                (last, first)
            };
            let message = format!(
                "the records of `{incident}` disagree on its date: {} here, {} in `{}`",
                shown(own.when, calendar),
                shown(other.when, calendar),
                other.name
            );
            let place = own.places.when.unwrap_or(own.places.subject);
            let there = other.places.when.unwrap_or(other.places.subject);
            Diagnostic::new(Code::DatesDisagree, place, message)
                .related(there, "dated otherwise here")
                .help("Where one of them was wrong, file its correction with `corrects`; where they speak of two events, give each its own `incident`. As it stands, what hangs on the date is contested.")
        })
        .collect()
}

fn shown(when: When, calendar: &Calendar) -> String {
    time::iso_moment(calendar.moment_of(when), calendar)
}

/// The longest time in which two records of one kind are taken for near each other: a month. Picked by gut feeling.
const NEAR: i64 = 31 * 86_400;

/// Finds records that may tell of one event and are counted as several.
fn duplicates(
    records: &[&Record],
    calendar: &Calendar,
    tables: &BTreeSet<SourceId>,
) -> Vec<Diagnostic> {
    let mut alike: BTreeMap<(Subject, Vec<Option<&Value>>), Vec<&Record>> = BTreeMap::new();
    for &record in records {
        let event = matches!(record.subject, Subject::Kind(_));
        let told = record.fields.iter().any(Option::is_some);
        let brief = record.when.latest.0.saturating_sub(record.when.earliest.0) <= NEAR;
        let keyless = record.incident == record.name;
        let echoes = record
            .echoes
            .iter()
            .any(|echo| matches!(echo, Echo::Record(_)));
        let alone = record.stance == Stance::Affirms && keyless && !echoes;
        if event && told && brief && alone && record.dated {
            let key = (record.subject, values(record));
            alike.entry(key).or_default().push(record);
        }
    }
    let mut found = Vec::new();
    for mut group in alike.into_values() {
        group.sort_by_key(|record| (record.when, record.id));
        let mut cluster: Vec<&Record> = Vec::new();
        for record in group {
            let near = cluster.last().is_some_and(|last| is_near(last, record));
            if !near {
                found.extend(duplicate(&cluster, calendar, tables));
                cluster.clear();
            }
            cluster.push(record);
        }
        found.extend(duplicate(&cluster, calendar, tables));
    }
    found
}

fn values(record: &Record) -> Vec<Option<&Value>> {
    let fields = record.fields.iter();
    fields
        .map(|field| field.as_ref().map(|field| &field.value))
        .collect()
}

/// Says whether two records may give one date: at the same time, or within a day of each other where two sources tell it.
fn is_near(earlier: &Record, later: &Record) -> bool {
    let slack = if earlier.informant == later.informant {
        0
    } else {
        86_400
    };
    later.when.earliest < earlier.when.latest.plus(slack)
}

/// Gives the records of a cluster, in order of time, that stand beside one which is not from the same table.
fn told_apart<'r>(cluster: &[&'r Record], tables: &BTreeSet<SourceId>) -> Vec<&'r Record> {
    let file = |record: &Record| record.places.block.source;
    let mut apart: Vec<&Record> = Vec::new();
    for pair in cluster.windows(2) {
        if let [one, other] = pair
            && (file(one) != file(other) || !tables.contains(&file(one)))
        {
            let known = apart.last().is_some_and(|last| last.id == one.id);
            apart.extend((!known).then_some(*one));
            apart.push(other);
        }
    }
    apart
}

fn duplicate(
    cluster: &[&Record],
    calendar: &Calendar,
    tables: &BTreeSet<SourceId>,
) -> Option<Diagnostic> {
    let cluster = told_apart(cluster, tables);
    let [first, others @ ..] = cluster.as_slice() else {
        return None;
    };
    let last = others.iter().max_by_key(|record| record.id)?;
    let (own, other) = if first.id > last.id {
        (first, last)
    } else {
        (last, first)
    };
    let message = format!(
        "`{}` may tell of the same event as `{}`: the same kind, the same fields, {} and {}",
        own.name,
        other.name,
        shown(own.when, calendar),
        shown(other.when, calendar)
    );
    let mut problem = Diagnostic::new(Code::PossibleDuplicate, own.places.subject, message);
    let rest = cluster.iter().filter(|record| record.id != own.id);
    for record in rest.take(3) {
        problem = problem.related(record.places.subject, format!("`{}`", record.name));
    }
    let help = "Give them the same `incident` if it is one event, and each its own if not; where one repeats the other, say `echoes`. As it stands they are counted apart.";
    Some(problem.help(help))
}

/// Finds findings of a breach by a party that has said nothing on file.
fn unanswered(records: &[&Record], all: &Records, agreement: &Agreement) -> Vec<Diagnostic> {
    let accused = |record: &&Record| {
        let finding = record.finding.as_ref().filter(|_| affirms(record))?;
        let Subject::Finding(pledge) = record.subject else {
            return None;
        };
        let pledge = agreement.pledges.get(pledge.0 as usize)?;
        let party = obligor(pledge, &finding.bindings)?;
        (finding.verdict == FindingVerdict::Breached).then_some(party)
    };
    let findings: Vec<(&Record, ThingId)> = records
        .iter()
        .filter_map(|record| Some((*record, accused(record)?)))
        .collect();
    if findings.is_empty() {
        return Vec::new();
    }
    let vocabulary = &all.vocabulary;
    let heard: BTreeSet<ThingId> = all
        .records
        .iter()
        .flat_map(|record| speakers(record, all))
        .collect();
    let answered = |party: ThingId| {
        let mut heard = heard.iter();
        heard.any(|&speaker| is_of(speaker, party, vocabulary))
    };
    findings
        .into_iter()
        .filter(|&(_, party)| !answered(party))
        .map(|(record, party)| {
            let party = &vocabulary.thing(party).name;
            let message = format!(
                "`{}` finds that `{party}` is in breach, and no statement by `{party}` is on file",
                record.name
            );
            Diagnostic::new(Code::UnansweredFinding, record.places.subject, message)
                .help("File its reply, if there is one: a record whose source has `speaks-for`, with `denies` where it contradicts. A panel's finding weighs more where the other side was heard.")
        })
        .collect()
}

fn is_of(speaker: ThingId, party: ThingId, vocabulary: &Vocabulary) -> bool {
    vocabulary.belongs(speaker, party, When::ALWAYS) != Belongs::No
}

/// Gives those whose word a record is: the one its source speaks for, and the doer of an act done by saying so.
fn speakers(record: &Record, all: &Records) -> Vec<ThingId> {
    let informant: Option<&Informant> = record.informant.map(|id| all.informant(id));
    let mut speakers: Vec<ThingId> = informant
        .and_then(|informant| informant.speaks_for)
        .into_iter()
        .collect();
    if let Subject::Kind(kind) = record.subject {
        let kind = all.vocabulary.kind(kind);
        let by = kind.by.filter(|_| kind.mark == Some(Mark::Declared));
        let doer = by.and_then(|by| record.fields.get(by)?.as_ref());
        if let Some(Value::Thing(doer)) = doer.map(|field| &field.value) {
            speakers.push(*doer);
        }
    }
    speakers
}

/// Gives the party that a finding speaks of: the obligor, or the value that the brackets give it.
fn obligor(pledge: &Pledge, bindings: &[(crate::agreement::VariableId, Value)]) -> Option<ThingId> {
    let Body::Sentence(sentence) = &pledge.body else {
        return None;
    };
    let variable = match sentence.obligor {
        Obligor::Thing(id) => return Some(id),
        Obligor::Variable(id) | Obligor::EachOf { who: id, .. } => id,
    };
    let bound = bindings.iter().find(|(id, _)| *id == variable);
    match bound {
        Some((_, Value::Thing(id))) => Some(*id),
        Some(_) | None => None,
    }
}
