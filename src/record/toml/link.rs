//! Links between records: what depends on a record that was left out, positions, incidents, and links that cannot act.

use super::draft::{Draft, LinkKind};
use super::informant::Informants;
use crate::diagnostic::{Code, Diagnostic};
use crate::record::{Echo, Informant, InformantId, Record, RecordId, Stance};
use crate::source::Span;

/// Leaves out every record that is linked to one that is left out: what it denies or repeats is not known.
pub(super) fn drop_dependents(drafts: &mut [Draft<'_>]) {
    let mut dependents: Vec<Vec<(usize, Span)>> = vec![Vec::new(); drafts.len()];
    for (at, draft) in drafts.iter().enumerate() {
        let link = draft
            .link
            .and_then(|link| Some((link.target?, link.entry.span)));
        for &(target, span) in draft.echoes.iter().chain(&link) {
            if let Some(list) = dependents.get_mut(target) {
                list.push((at, span));
            }
        }
    }
    let mut open: Vec<usize> = (0..drafts.len())
        .filter(|&at| drafts.get(at).is_some_and(|draft| draft.record.is_none()))
        .collect();
    while let Some(broken) = open.pop() {
        let Some((name, place)) = drafts
            .get(broken)
            .map(|draft| (draft.name.clone(), draft.name_span))
        else {
            continue;
        };
        for &(at, span) in dependents.get(broken).into_iter().flatten() {
            let Some(draft) = drafts.get_mut(at) else {
                continue;
            };
            if draft.record.take().is_some() {
                draft.problems.push(left_out(&name, place, span));
                open.push(at);
            }
        }
    }
}

pub(super) fn left_out(name: &str, place: Span, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::UnknownRecord,
        span,
        format!("`{name}` is left out, and this record with it"),
    )
    .related(place, "left out because of its own problems")
}

/// A record in its place, and where its echoes are written.
#[derive(Debug)]
pub(super) struct Numbered {
    pub(super) record: Record,
    echoes: Vec<(RecordId, Span)>,
}

/// Gives the records that remain their positions, links and incidents.
pub(super) fn number(mut drafts: Vec<Draft<'_>>) -> Vec<Numbered> {
    let incidents = incidents(&drafts);
    let mut next = 0;
    let ids: Vec<RecordId> = drafts
        .iter()
        .map(|draft| {
            let id = RecordId(next);
            next += u32::from(draft.record.is_some());
            id
        })
        .collect();
    let id_of = |at: usize| ids.get(at).copied().unwrap_or(RecordId(0));
    let mut records = Vec::new();
    for (at, (draft, incident)) in drafts.iter_mut().zip(incidents).enumerate() {
        let Some(mut record) = draft.record.take() else {
            continue;
        };
        record.id = id_of(at);
        record.incident = incident;
        if let Some((kind, target)) = draft.link.and_then(|link| Some((link.kind, link.target?))) {
            record.stance = kind.stance(id_of(target));
        }
        let repeated = draft.echoes.iter();
        let echoes: Vec<_> = repeated
            .map(|&(target, span)| (id_of(target), span))
            .collect();
        record
            .echoes
            .extend(echoes.iter().map(|&(target, _)| Echo::Record(target)));
        records.push(Numbered { record, echoes });
    }
    records
}

/// Gives the incident of each draft: its own, else that of the record it is linked to, else its name.
fn incidents(drafts: &[Draft<'_>]) -> Vec<String> {
    let next = |at: usize| {
        let draft = drafts.get(at).filter(|draft| draft.incident.is_none())?;
        draft.link.and_then(|link| match link.kind {
            LinkKind::Denies | LinkKind::Corrects | LinkKind::Supersedes | LinkKind::Ends => {
                link.target
            }
            LinkKind::Retracts => None,
        })
    };
    // In a ring of links there is no first record, so everybody keeps to himself.
    let firsts = ends(drafts.len(), next).into_iter().enumerate();
    let drafts = firsts.map(|(at, first)| drafts.get(first.unwrap_or(at)));
    drafts
        .map(|draft| {
            let key = draft.map(|draft| draft.incident.map_or(&*draft.name, |(key, _)| key));
            key.unwrap_or_default().to_owned()
        })
        .collect()
}

/// Follows chains: gives for each of the numbers below `count` the one where `next` leads no further, or nothing where it leads in a
/// ring. Each number is passed once.
pub(super) fn ends(count: usize, next: impl Fn(usize) -> Option<usize>) -> Vec<Option<usize>> {
    let mut ends: Vec<Option<usize>> = vec![None; count];
    let mut settled = vec![false; count];
    let mut passed: Vec<usize> = vec![usize::MAX; count];
    for start in 0..count {
        let mut way = Vec::new();
        let mut at = start;
        let end = loop {
            if settled.get(at) == Some(&true) {
                break ends.get(at).copied().flatten();
            }
            match passed.get_mut(at) {
                Some(by) if *by != start => *by = start,
                Some(_) | None => break None,
            }
            way.push(at);
            match next(at) {
                Some(further) => at = further,
                None => break Some(at),
            }
        };
        for at in way {
            if let (Some(slot), Some(settled)) = (ends.get_mut(at), settled.get_mut(at)) {
                (*slot, *settled) = (end, true);
            }
        }
    }
    ends
}

/// Reports links that cannot act: on a record that was not there yet, or that somebody else made.
pub(super) fn check(numbered: &[Numbered], informants: &Informants) -> Vec<Diagnostic> {
    let get = |id: RecordId| {
        let position = usize::try_from(id.0).ok()?;
        numbered.get(position).map(|numbered| &numbered.record)
    };
    let mut diagnostics = Vec::new();
    for Numbered { record, echoes } in numbered {
        for &(target, span) in echoes {
            if let Some(target) = get(target)
                && !comes_before(target, record)
            {
                diagnostics.push(late(record, target, "repeats", span));
            }
        }
        let (verb, target) = match record.stance {
            Stance::Retracts(target) => ("retracts", target),
            Stance::Corrects(target) => ("corrects", target),
            Stance::Supersedes(target) => ("supersedes", target),
            Stance::Affirms | Stance::Denies(_) | Stance::Ends(_) => continue,
        };
        let Some(target) = get(target) else { continue };
        let place = record.places.link.unwrap_or(record.places.subject);
        if !comes_before(target, record) {
            diagnostics.push(late(record, target, verb, place));
        } else if !may_change(record, target, &informants.list) {
            diagnostics.push(foreign(target, verb, place));
        }
    }
    diagnostics
}

fn comes_before(target: &Record, record: &Record) -> bool {
    (target.known, target.id) < (record.known, record.id)
}

fn late(record: &Record, target: &Record, verb: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::LateLink,
        place,
        format!(
            "`{}` {verb} `{}`, which became known only later",
            record.name, target.name
        ),
    )
    .related(target.places.block, "known later")
    .help("Check `reported` and `known` of both; as it stands the link does not act.")
}

fn foreign(target: &Record, verb: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::ForeignRetraction,
        place,
        format!(
            "this {verb} `{}`, which another source said, so it counts as a denial",
            target.name
        ),
    )
    .related(target.places.block, "said by another source")
    .help("Only the same source, its owner, or this file itself (no `source`) can change a record; write `denies`.")
}

/// Says whether a link that takes back or replaces a record does so: the record was there, and its source may change it.
pub(super) fn acts(record: &Record, target: &Record, informants: &[Informant]) -> bool {
    comes_before(target, record) && may_change(record, target, informants)
}

/// Says whether a source may take back what another said: itself, its owner, or the desk that keeps the file.
fn may_change(record: &Record, target: &Record, informants: &[Informant]) -> bool {
    let find = |id: InformantId| informants.get(usize::try_from(id.0).ok()?);
    let Some(own) = record.informant else {
        return true;
    };
    let (Some(own), Some(other)) = (find(own), target.informant.and_then(find)) else {
        return false;
    };
    own.name == other.name || own.name == other.owner
}
