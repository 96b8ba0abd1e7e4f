//! How much of a window was watched: a sweep over the beginnings and ends of the watches.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::coverage::{Bridges, watched};
use super::credibility::{Judgement, Reason, Scene};
use super::standing::Chorus;
use super::{Evidence, Observed, Viewpoint, Watch};
use crate::agreement::{Standing, ThingId};
use crate::record::{Coverage, Subject};
use crate::time::{Calendar, Day, Instant, When, days_between};

/// What is asked about a window.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question<'q> {
    /// What must have been watched for, all of it.
    pub(super) subjects: &'q [Subject],
    /// Where.
    pub(super) place: Option<ThingId>,
    /// When.
    pub(super) window: When,
    /// From whose side, for what would have been seen.
    pub(super) viewpoint: Viewpoint,
    /// How well the silence must stand.
    pub(super) standard: Standing,
}

/// Answers how much of the window was watched.
pub(super) fn answer(evidence: &Evidence<'_>, question: Question<'_>) -> Watch {
    let window = question.window;
    let pieces = if window.earliest < window.latest {
        sweep(evidence, question)
    } else {
        Vec::new()
    };
    let gaps = gaps(window, &pieces);
    Watch {
        days: distinct_days(&evidence.agreement.calendar, &pieces),
        of: distinct_days(&evidence.agreement.calendar, &non_empty(window)),
        complete: gaps.is_empty() && window.earliest < window.latest,
        gaps,
    }
}

/// Answers the same without telling where the gaps are, which may be many.
pub(super) fn observed(evidence: &Evidence<'_>, question: Question<'_>) -> Observed {
    let beyond = question.window.latest > evidence.clocks.as_of;
    if evidence.bench.sides.is_dated()
        || beyond
        || question.window.earliest >= question.window.latest
    {
        let watch = answer(evidence, question);
        return Observed {
            days: watch.days,
            of: watch.of,
            complete: watch.complete,
        };
    }
    // Who counts does not change with the window here, so all of time up to now is looked at once, and a window is a part of it.
    let calendar = &evidence.agreement.calendar;
    let watched = all_of_time(evidence, question);
    Observed {
        days: watched.days_in(calendar, question.window),
        of: distinct_days(calendar, &[question.window]),
        complete: watched.covers(question.window),
    }
}

/// The watches asked about so far, over all of time.
#[derive(Debug, Default)]
pub(super) struct Sweeps {
    made: RefCell<BTreeMap<Asked, Rc<Watched>>>,
}

type Asked = (Vec<Subject>, Option<ThingId>, Viewpoint, Standing);

fn all_of_time(evidence: &Evidence<'_>, question: Question<'_>) -> Rc<Watched> {
    let asked: Asked = (
        question.subjects.to_vec(),
        question.place,
        question.viewpoint,
        question.standard,
    );
    if let Some(watched) = evidence.sweeps.made.borrow().get(&asked) {
        return Rc::clone(watched);
    }
    let window = When {
        latest: evidence.clocks.as_of,
        ..When::ALWAYS
    };
    let all = Question { window, ..question };
    let pieces = sweep(evidence, all);
    let watched = Rc::new(Watched::of(&evidence.agreement.calendar, pieces));
    let mut made = evidence.sweeps.made.borrow_mut();
    made.insert(asked, Rc::clone(&watched));
    watched
}

/// The stretches that somebody watched, in order and apart.
#[derive(Debug)]
struct Watched {
    pieces: Vec<When>,
    /// By position: the civil days of all stretches before, each counted once.
    days: Vec<i64>,
}

impl Watched {
    fn of(calendar: &Calendar, pieces: Vec<When>) -> Watched {
        let mut days = Vec::with_capacity(pieces.len());
        let (mut count, mut before) = (0, None);
        for piece in &pieces {
            days.push(count);
            count += fresh_days(calendar, *piece, before);
            before = Some(last_day(calendar, *piece));
        }
        Watched { pieces, days }
    }

    fn covers(&self, window: When) -> bool {
        let after = self
            .pieces
            .partition_point(|piece| piece.earliest <= window.earliest);
        let piece = after
            .checked_sub(1)
            .and_then(|position| self.pieces.get(position));
        piece.is_some_and(|piece| piece.covers(window))
    }

    /// Counts the civil days of a window that were watched: those of the first and of the last stretch in it, which it may cut, and those between.
    fn days_in(&self, calendar: &Calendar, window: When) -> i64 {
        let first = self
            .pieces
            .partition_point(|piece| piece.latest <= window.earliest);
        let beyond = self
            .pieces
            .partition_point(|piece| piece.earliest < window.latest);
        let cut = |position: usize| self.pieces.get(position)?.intersect(window);
        let Some(begins) = cut(first).filter(|_| first < beyond) else {
            return 0;
        };
        let alone = fresh_days(calendar, begins, None);
        let last = beyond - 1;
        let Some(ends) = cut(last).filter(|_| last > first) else {
            return alone;
        };
        let at = |position: usize| self.days.get(position).copied().unwrap_or(0);
        let before = self.pieces.get(last - 1);
        let before = before.map(|piece| last_day(calendar, *piece));
        alone + at(last) - at(first + 1) + fresh_days(calendar, ends, before)
    }
}

type Silences<'e> = BTreeMap<(usize, Subject), Judgement<'e>>;

/// Gives the stretches of the window in which everything asked for was watched.
fn sweep(evidence: &Evidence<'_>, question: Question<'_>) -> Vec<When> {
    let bridges = &evidence.watchers.bridges;
    let wanted = bridges.with_all_below(question.subjects);
    let mut silences = Silences::new();
    let mut turns: BTreeMap<Instant, Vec<(bool, usize, Subject)>> = BTreeMap::new();
    for &subject in &wanted {
        for &at in evidence.watchers.named.get(&subject).into_iter().flatten() {
            let Some(coverage) = evidence.records.coverage.get(at) else {
                continue;
            };
            let Some(judgement) = silence(evidence, coverage, subject, question) else {
                continue;
            };
            silences.insert((at, subject), judgement);
            for piece in watched(coverage, question.window, &evidence.agreement.calendar) {
                let starts = turns.entry(piece.earliest).or_default();
                starts.push((true, at, subject));
                let ends = turns.entry(piece.latest).or_default();
                ends.push((false, at, subject));
            }
        }
    }
    let mut found = Vec::new();
    let mut active: BTreeMap<(Subject, usize), u32> = BTreeMap::new();
    let mut since = None;
    for (instant, changes) in turns {
        for (begins, at, subject) in changes {
            let count = active.entry((subject, at)).or_default();
            *count = if begins {
                *count + 1
            } else {
                count.saturating_sub(1)
            };
        }
        active.retain(|_, count| *count > 0);
        let standings = standings(evidence, bridges, &wanted, &active, &silences);
        let enough = question.subjects.iter().all(|subject| {
            standings
                .get(subject)
                .is_some_and(|&standing| standing >= question.standard.max(Standing::Claimed))
        });
        match (enough && !question.subjects.is_empty(), since) {
            (true, None) => since = Some(instant),
            (false, Some(earliest)) => {
                found.push(When {
                    earliest,
                    latest: instant,
                });
                since = None;
            }
            (true, Some(_)) | (false, None) => {}
        }
    }
    found
}

/// Judges the silence of a window, unless the window is elsewhere or its silence serves its own source.
fn silence<'e>(
    evidence: &'e Evidence<'_>,
    coverage: &Coverage,
    subject: Subject,
    question: Question<'_>,
) -> Option<Judgement<'e>> {
    let in_place = match (coverage.place, question.place) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(watched), Some(place)) => {
            evidence
                .bench
                .sides
                .is_inside(place, watched, question.window)
        }
    };
    if !in_place {
        return None;
    }
    let scene = Scene {
        when: coverage
            .when
            .intersect(question.window)
            .unwrap_or(question.window),
        actors: Vec::new(),
    };
    let statement = evidence.bench.silence(coverage, subject);
    let judgement = evidence
        .bench
        .judge(statement, &scene, question.viewpoint.denied());
    (!matches!(judgement.reason, Reason::SelfServing(_))).then_some(judgement)
}

/// Gives how well the silence about each subject stands while these windows are open: its own, or that about everything that counts
/// as it.
fn standings(
    evidence: &Evidence<'_>,
    bridges: &Bridges,
    wanted: &BTreeSet<Subject>,
    active: &BTreeMap<(Subject, usize), u32>,
    silences: &Silences<'_>,
) -> BTreeMap<Subject, Standing> {
    let mut choruses: BTreeMap<Subject, Chorus> = BTreeMap::new();
    for &(subject, at) in active.keys() {
        let chorus = choruses.entry(subject).or_default();
        chorus.say();
        if let Some(voice) = silences
            .get(&(at, subject))
            .and_then(|judgement| judgement.voice)
        {
            chorus.add(voice);
        }
    }
    let mut standings: BTreeMap<Subject, Standing> = choruses
        .into_iter()
        .map(|(subject, chorus)| (subject, chorus.standing(evidence.agreement.corroboration)))
        .collect();
    // Derivations are shallow: each round settles one more step of them.
    for _ in wanted {
        let mut changed = false;
        for &subject in wanted {
            let Subject::Kind(kind) = subject else {
                continue;
            };
            let of = |standings: &BTreeMap<Subject, Standing>, subject| {
                standings.get(&subject).copied().unwrap_or(Standing::None)
            };
            let derived = bridges
                .below(kind)
                .map(|below| of(&standings, Subject::Kind(below)))
                .min()
                .unwrap_or(Standing::None);
            if derived > of(&standings, subject) {
                standings.insert(subject, derived);
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    standings
}

/// Gives what the pieces, which are in order and apart, leave of a window.
fn gaps(window: When, pieces: &[When]) -> Vec<When> {
    let mut gaps = Vec::new();
    let mut from = window.earliest;
    for piece in pieces {
        gaps.extend(stretch(from, piece.earliest));
        from = from.max(piece.latest);
    }
    gaps.extend(stretch(from, window.latest));
    gaps
}

fn stretch(earliest: Instant, latest: Instant) -> Option<When> {
    (earliest < latest).then_some(When { earliest, latest })
}

fn non_empty(window: When) -> Vec<When> {
    stretch(window.earliest, window.latest)
        .into_iter()
        .collect()
}

/// Counts the civil days that pieces in order touch.
fn distinct_days(calendar: &Calendar, pieces: &[When]) -> i64 {
    let mut count = 0;
    let mut before = None;
    for piece in pieces {
        count += fresh_days(calendar, *piece, before);
        before = before.max(Some(last_day(calendar, *piece)));
    }
    count
}

/// Counts the civil days of a piece after one that has been counted.
fn fresh_days(calendar: &Calendar, piece: When, counted_to: Option<Day>) -> i64 {
    let first = calendar.day_of(piece.earliest);
    let last = last_day(calendar, piece);
    match counted_to {
        Some(day) if day >= last => 0,
        Some(day) if day >= first => days_between(day, last),
        Some(_) | None => days_between(first, last) + 1,
    }
}

fn last_day(calendar: &Calendar, piece: When) -> Day {
    calendar.day_of(Instant(piece.latest.0.saturating_sub(1)))
}
