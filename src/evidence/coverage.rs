//! Who was watching, and what their silence says.
//!
//! A window that somebody watched in full denies, with that source's standing, every occurrence inside it that the source did not
//! report. Whether it reported one is decided by kind, place, time and doer, not by the key of the incident. The silence of a window
//! about a measure denies nothing: who counts troops now and then does not say that nobody else's count was taken.

use std::collections::{BTreeMap, BTreeSet};

use super::credibility::{Bench, thing_at};
use super::interest::Holding;
use super::liveness::{Liveness, Role};
use super::origin::Origins;
use super::timeline::Timeline;
use super::{Clocks, is_known};
use crate::agreement::{KindId, ThingId, Type, Vocabulary};
use crate::record::{Coverage, InformantId, Record, RecordId, Records, Subject};
use crate::time::{Calendar, Day, Instant, When};

/// How many days of a window with hours are looked at; what lies beyond counts as unwatched.
///
/// Picked so that a century of daily watches fits.
const MOST_DAYS: usize = 40_000;
const MINUTES_PER_DAY: u16 = 24 * 60;

/// The windows watched in full, and what their sources reported.
#[derive(Debug)]
pub(super) struct Watchers {
    /// Windows by what they name.
    pub(super) named: BTreeMap<Subject, Vec<usize>>,
    /// Windows by what they cover: derived kinds too, where all that counts as them is named.
    covering: BTreeMap<KindId, Timeline<usize>>,
    reports: BTreeMap<(Option<InformantId>, KindId), Timeline<RecordId>>,
    relatives: BTreeMap<KindId, BTreeSet<KindId>>,
    /// Which kinds count as which.
    pub(super) bridges: Bridges,
}

/// An occurrence that a silence may deny.
#[derive(Clone, Copy, Debug)]
pub(super) struct Occurrence<'r> {
    /// Its kind.
    pub(super) kind: KindId,
    /// When it is said to have been.
    pub(super) when: When,
    /// The live records that affirm it.
    pub(super) accounts: &'r [&'r Record],
}

/// Gathers the windows that are known and watched in full, and the live reports of their sources.
pub(super) fn gather(
    records: &Records,
    liveness: &Liveness,
    origins: &Origins,
    clocks: Clocks,
) -> Watchers {
    let bridges = Bridges::of(&records.vocabulary);
    let mut named: BTreeMap<Subject, Vec<usize>> = BTreeMap::new();
    let mut covering: BTreeMap<KindId, Vec<(When, usize)>> = BTreeMap::new();
    for (at, coverage) in records.coverage.iter().enumerate() {
        if !coverage.full || !is_known(coverage.known, clocks) {
            continue;
        }
        for &subject in coverage.subjects.iter().collect::<BTreeSet<_>>() {
            named.entry(subject).or_default().push(at);
        }
        for kind in bridges.covered(&coverage.subjects) {
            covering.entry(kind).or_default().push((coverage.when, at));
        }
    }
    let relatives = covering
        .keys()
        .map(|&kind| (kind, bridges.relatives(kind)))
        .collect();
    Watchers {
        named,
        covering: timelines(covering),
        reports: timelines(reports(records, liveness, origins)),
        relatives,
        bridges,
    }
}

fn timelines<K: Ord, T: Copy + Ord>(
    groups: BTreeMap<K, Vec<(When, T)>>,
) -> BTreeMap<K, Timeline<T>> {
    groups
        .into_iter()
        .map(|(key, items)| (key, Timeline::new(items)))
        .collect()
}

type Reports = BTreeMap<(Option<InformantId>, KindId), Vec<(When, RecordId)>>;

fn reports(records: &Records, liveness: &Liveness, origins: &Origins) -> Reports {
    let watching: BTreeSet<Option<InformantId>> = records
        .coverage
        .iter()
        .map(|coverage| coverage.informant)
        .collect();
    let mut reports = Reports::new();
    for record in &records.records {
        let stands = liveness.is_live(record.id) && origins.tainted_by(record.id).is_none();
        let affirms = liveness.role(record.id) == Role::Affirms;
        if let Subject::Kind(kind) = record.subject
            && stands
            && affirms
            && watching.contains(&record.informant)
        {
            reports
                .entry((record.informant, kind))
                .or_default()
                .push((record.when, record.id));
        }
    }
    reports
}

impl Watchers {
    /// Gives the windows whose silence denies an occurrence, in the order of the files.
    pub(super) fn silent_about(
        &self,
        bench: &Bench<'_>,
        calendar: &Calendar,
        occurrence: Occurrence<'_>,
    ) -> BTreeSet<usize> {
        let Some(windows) = self.covering.get(&occurrence.kind) else {
            return BTreeSet::new();
        };
        windows
            .overlapping(occurrence.when)
            .filter(|&at| {
                bench.records.coverage.get(at).is_some_and(|coverage| {
                    holds(coverage, occurrence.when, calendar)
                        && is_in_place(bench, coverage, occurrence)
                        && !self.reported(bench, coverage, occurrence)
                })
            })
            .collect()
    }

    /// Says whether the watcher itself told of something that may be this occurrence.
    fn reported(&self, bench: &Bench<'_>, coverage: &Coverage, occurrence: Occurrence<'_>) -> bool {
        let Some(kinds) = self.relatives.get(&occurrence.kind) else {
            return false;
        };
        kinds
            .iter()
            .filter_map(|&kind| self.reports.get(&(coverage.informant, kind)))
            .flat_map(|reports| reports.overlapping(occurrence.when))
            .any(|report| {
                let report = bench.records.record(report);
                occurrence
                    .accounts
                    .iter()
                    .any(|account| may_be_the_same(bench, report, account, occurrence.when))
            })
    }
}

/// Says whether a time lies wholly inside a window, and inside its hours of one day where it has hours.
fn holds(coverage: &Coverage, when: When, calendar: &Calendar) -> bool {
    if !coverage.when.covers(when) {
        return false;
    }
    let Some(hours) = coverage.hours else {
        return true;
    };
    open_hours(calendar, calendar.day_of(when.earliest), hours).covers(when)
}

/// Gives the hours of one day.
fn open_hours(calendar: &Calendar, day: Day, (opens, closes): (u16, u16)) -> When {
    When {
        earliest: clock(calendar, day, opens),
        latest: clock(calendar, day, closes),
    }
}

fn clock(calendar: &Calendar, day: Day, minutes: u16) -> Instant {
    if minutes >= MINUTES_PER_DAY {
        return calendar.day_span(day).latest;
    }
    let hour = i8::try_from(minutes / 60).unwrap_or(0);
    let minute = i8::try_from(minutes % 60).unwrap_or(0);
    calendar.zone.instant(day.at(hour, minute, 0, 0))
}

/// Says whether every account that names a place names one inside the window's, and at least one does.
fn is_in_place(bench: &Bench<'_>, coverage: &Coverage, occurrence: Occurrence<'_>) -> bool {
    let Some(watched) = coverage.place else {
        return true;
    };
    let places: BTreeSet<ThingId> = occurrence
        .accounts
        .iter()
        .filter_map(|account| place_of(bench.records, account))
        .collect();
    !places.is_empty()
        && places
            .iter()
            .all(|&place| bench.sides.is_inside(place, watched, occurrence.when))
}

fn may_be_the_same(bench: &Bench<'_>, report: &Record, account: &Record, when: When) -> bool {
    let compatible = |a: Option<ThingId>, b: Option<ThingId>| match (a, b) {
        (Some(a), Some(b)) => bench.sides.of_one_side(a, b, when, Holding::Possible),
        (None, _) | (_, None) => true,
    };
    compatible(
        place_of(bench.records, report),
        place_of(bench.records, account),
    ) && compatible(
        doer_of(bench.records, report),
        doer_of(bench.records, account),
    )
}

/// Gives where a record says that it happened: its field `in`, or its only place.
fn place_of(records: &Records, record: &Record) -> Option<ThingId> {
    let Subject::Kind(kind) = record.subject else {
        return None;
    };
    let fields = &records.vocabulary.kind(kind).fields;
    let mut places = fields
        .iter()
        .enumerate()
        .filter(|(_, field)| field.ty == Type::Place);
    let slot = match fields.iter().position(|field| field.label == "in") {
        Some(slot) => slot,
        None => places
            .next()
            .filter(|_| places.next().is_none())
            .map(|(slot, _)| slot)?,
    };
    thing_at(record, slot)
}

fn doer_of(records: &Records, record: &Record) -> Option<ThingId> {
    match record.subject {
        Subject::Kind(kind) => records
            .vocabulary
            .kind(kind)
            .by
            .and_then(|slot| thing_at(record, slot)),
        Subject::Measure(_) | Subject::Finding(_) => None,
    }
}

/// Gives the pieces of `within` during which a window was watched.
pub(super) fn watched(coverage: &Coverage, within: When, calendar: &Calendar) -> Vec<When> {
    let Some(common) = coverage.when.intersect(within) else {
        return Vec::new();
    };
    let Some(hours) = coverage.hours else {
        return vec![common];
    };
    let first = calendar.day_of(common.earliest);
    std::iter::successors(Some(first), |&day| day.tomorrow().ok())
        .take(MOST_DAYS)
        .map(|day| open_hours(calendar, day, hours))
        .take_while(|open| open.earliest < common.latest)
        .filter_map(|open| open.intersect(common))
        .collect()
}

/// Which kinds count as which.
#[derive(Debug)]
pub(super) struct Bridges {
    /// By derived kind: what counts as it.
    below: BTreeMap<KindId, BTreeSet<KindId>>,
    /// By kind: what it counts as.
    above: BTreeMap<KindId, BTreeSet<KindId>>,
}

impl Bridges {
    /// Reads the bridges of a vocabulary.
    fn of(vocabulary: &Vocabulary) -> Bridges {
        let mut bridges = Bridges {
            below: BTreeMap::new(),
            above: BTreeMap::new(),
        };
        for (derived, kind) in (0u32..).map(KindId).zip(&vocabulary.kinds) {
            for bridge in &kind.bridges {
                let counts = bridge.pattern.kind;
                bridges.below.entry(derived).or_default().insert(counts);
                bridges.above.entry(counts).or_default().insert(derived);
            }
        }
        bridges
    }

    /// Gives what counts as a kind, directly.
    pub(super) fn below(&self, kind: KindId) -> impl Iterator<Item = KindId> + '_ {
        self.below.get(&kind).into_iter().flatten().copied()
    }

    /// Gives subjects and everything that counts as one of them, through any chain.
    pub(super) fn with_all_below(&self, subjects: &[Subject]) -> BTreeSet<Subject> {
        let mut all: BTreeSet<Subject> = subjects.iter().copied().collect();
        for subject in subjects {
            if let Subject::Kind(kind) = *subject {
                all.extend(climb(&self.below, kind).into_iter().map(Subject::Kind));
            }
        }
        all
    }

    /// Gives every kind that may tell of the same occurrence: what counts as this one, and what this one counts as.
    fn relatives(&self, kind: KindId) -> BTreeSet<KindId> {
        let mut kinds = climb(&self.below, kind);
        kinds.extend(climb(&self.above, kind));
        kinds
    }

    /// Gives the kinds that a window covers: those it names, and derived ones all of whose bridges it covers.
    fn covered(&self, subjects: &[Subject]) -> BTreeSet<KindId> {
        let mut open: Vec<KindId> = subjects
            .iter()
            .filter_map(|subject| match *subject {
                Subject::Kind(kind) => Some(kind),
                Subject::Measure(_) | Subject::Finding(_) => None,
            })
            .collect();
        let mut covered = BTreeSet::new();
        let mut counted: BTreeMap<KindId, usize> = BTreeMap::new();
        while let Some(kind) = open.pop() {
            if !covered.insert(kind) {
                continue;
            }
            for &derived in self.above.get(&kind).into_iter().flatten() {
                let count = counted.entry(derived).or_default();
                *count += 1;
                if self.below.get(&derived).map(BTreeSet::len) == Some(*count) {
                    open.push(derived);
                }
            }
        }
        covered
    }
}

fn climb(steps: &BTreeMap<KindId, BTreeSet<KindId>>, kind: KindId) -> BTreeSet<KindId> {
    let mut found = BTreeSet::from([kind]);
    let mut open = vec![kind];
    while let Some(at) = open.pop() {
        for &next in steps.get(&at).into_iter().flatten() {
            if found.insert(next) {
                open.push(next);
            }
        }
    }
    found
}
