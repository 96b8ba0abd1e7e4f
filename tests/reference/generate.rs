//! Makes cases that are small and crowded: few names, few weeks, so that records meet.

use super::count::Per;
use super::model::{
    Basis, CALM, Case, Coverage, DAY, DELIVER, Duty, Event, FAULT, NOTIFY, PROLONG, Pattern,
    Pledge, Record, SIGNAL, STORM, STRIKE, Source, Timing, What, When, days,
};
use super::random::Random;
use super::recur::Every;
use super::{chain, excuse, words};

/// Makes the case of a seed.
pub(crate) fn case(seed: u64) -> Case {
    let mut random = Random::new(seed);
    let random = &mut random;
    let zone = random.pick(&["UTC", "Asia/Kabul"]);
    let sources = (0..random.between(1, 5)).map(|_| source(random)).collect();
    let known_by_offset = random.between(-10, 40);
    let as_of = day(random) + random.between(5, 40);
    let mut case = Case {
        zone,
        month_ends_stick: random.chance(30),
        until: random
            .chance(12)
            .then(|| days(2021, 1, 1) + random.between(90, 130)),
        sources,
        pledges: Vec::new(),
        records: Vec::new(),
        coverage: Vec::new(),
        as_of,
        known_by: random
            .chance(60)
            .then_some(as_of + known_by_offset.max(-10) % 30),
    };
    for _ in 0..random.between(1, 3) {
        let mut pledge = pledge(random);
        words::widen(random, &mut pledge);
        words::for_others(random, &mut pledge);
        words::apart(random, &mut pledge);
        chain::widen(random, &mut pledge, &case.pledges);
        excuse::widen(random, &mut pledge);
        // One measure, one way of carrying its readings forward.
        if let Duty::Keep { lasts, .. } = &mut pledge.duty {
            let others = case.pledges.iter();
            let mut known = others.filter_map(|other| match other.duty {
                Duty::Keep { lasts, .. } => Some(lasts),
                _ => None,
            });
            *lasts = known.next_back().unwrap_or(*lasts);
        }
        let plain = |pledge: &Pledge| {
            pledge.trigger.is_none()
                && pledge.condition.is_none()
                && pledge.provided.is_none()
                && pledge.after_breach.is_none()
                && pledge.asked_at_first.is_none()
                && pledge.from.is_none()
                && pledge.excuse.is_none()
                && pledge.extended.is_none()
                && matches!(pledge.duty, Duty::Do(..) | Duty::Refrain { .. })
        };
        if plain(&pledge) && random.chance(50) {
            pledge.provided = case.pledges.iter().position(plain);
        }
        case.pledges.push(pledge);
    }
    let plain = |pledge: &Pledge| matches!(pledge.duty, Duty::Do(..) | Duty::Refrain { .. });
    if !case.pledges.iter().all(plain) {
        case.until = None;
    }
    for _ in 0..random.between(0, 12) {
        let record = record(random, &case);
        case.records.push(record);
    }
    for _ in 0..random.pick(&[0, 0, 1, 1, 2, 3]) {
        let window = coverage(random, &case);
        case.coverage.push(window);
    }
    case
}

/// A day around which things happen.
fn day(random: &mut Random) -> i64 {
    days(2021, 1, 1) + random.between(-6, 70)
}

fn source(random: &mut Random) -> Source {
    Source {
        letter: random.pick(&['A', 'A', 'B', 'B', 'B', 'C', 'C', 'D', 'E', 'F']),
        side: random.pick(&[
            None,
            None,
            None,
            None,
            Some(0),
            Some(0),
            Some(1),
            Some(1),
            Some(2),
            Some(3),
        ]),
        owner: random.chance(20).then(|| random.below(2)),
        verifies: if random.chance(10) {
            vec![random.below(2)]
        } else {
            Vec::new()
        },
    }
}

fn pledge(random: &mut Random) -> Pledge {
    let form = random.below(34);
    let obligor = if form < 20 {
        random.pick(&[0, 0, 0, 1])
    } else {
        0
    };
    let other = 1 - obligor;
    let target = random.chance(60).then_some(other);
    let flag = random.chance(15).then(|| random.chance(50));
    let trigger = (form < 15 && random.chance(25)).then(|| Pattern {
        kind: SIGNAL,
        by: random.chance(60).then_some(other),
        on: None,
        place: None,
        flag: None,
    });
    let act = |kind: usize| Pattern {
        kind,
        by: None,
        on: target,
        place: None,
        flag,
    };
    let anybody = |random: &mut Random, kind: usize| Pattern {
        by: random.chance(50).then(|| random.below(4)),
        ..act(kind)
    };
    let own = |kind: usize| Pattern {
        by: Some(obligor),
        ..act(kind)
    };
    let duty = match form {
        0..=6 => Duty::Refrain {
            pattern: act(STRIKE),
            last_day: (trigger.is_none() && random.chance(40))
                .then(|| days(2021, 1, 1) + random.between(5, 60)),
            unless_flag: (flag.is_none() && random.chance(30)).then(|| random.chance(70)),
        },
        7..=14 => Duty::Do(act(DELIVER), timing(random, trigger.is_some())),
        15 | 16 => Duty::Prevent {
            pattern: anybody(random, STRIKE),
            shown: random.chance(70).then(|| Pattern {
                flag: None,
                on: None,
                ..anybody(random, FAULT)
            }),
        },
        26..=29 => Duty::Every(act(DELIVER), Every::make(random)),
        30 | 31 => Duty::Limit(act(STRIKE), (random.below(3), Per::make(random))),
        32 | 33 => {
            let per = random.pick(&[Per::Week, Per::Month]);
            Duty::Minimum(act(DELIVER), (1 + random.below(2), per))
        }
        20..=22 => Duty::Keep {
            limit: 300,
            lasts: random.chance(40).then_some(30),
        },
        23..=25 => Duty::Reach {
            limit: 300,
            timing: timing(random, false),
        },
        _ => Duty::Endeavour {
            pattern: own(DELIVER),
            broken: random.chance(70).then(|| Pattern {
                flag: None,
                on: None,
                ..own(FAULT)
            }),
        },
    };
    let conditional = trigger.is_none() && matches!(duty, Duty::Refrain { .. });
    Pledge {
        obligor,
        goal: random.chance(15),
        duty,
        condition: (conditional && random.chance(15)).then_some(Pattern {
            kind: SIGNAL,
            by: Some(other),
            on: None,
            place: None,
            flag: None,
        }),
        trigger,
        provided: None,
        first: false,
        for_others: false,
        after_breach: None,
        asked_at_first: None,
        from: None,
        excuse: None,
        extended: None,
        apart: false,
    }
}

fn timing(random: &mut Random, of_trigger: bool) -> Timing {
    if of_trigger {
        return match random.below(8) {
            0..=4 => Timing::WithinDays(random.between(2, 20), None),
            5 | 6 => Timing::WithinMonths(1, None),
            _ => Timing::Open,
        };
    }
    let day = days(2021, 1, 1) + random.between(3, 60);
    match random.below(10) {
        0..=3 => Timing::By(day),
        4 => Timing::Before(day),
        5 | 6 => Timing::WithinDays(random.between(3, 20), Some(day)),
        7 | 8 => {
            let base = random.pick(&[
                days(2020, 11, 30),
                days(2020, 12, 31),
                days(2021, 1, 31),
                days(2020, 12, 30),
                days(2021, 1, 15),
            ]);
            Timing::WithinMonths(random.between(2, 4), Some(base))
        }
        _ => Timing::Open,
    }
}

fn when(random: &mut Random) -> When {
    let first = day(random);
    match random.below(20) {
        0..=7 => When::Days(first, first),
        8..=12 => When::Days(first, first + random.between(1, 9)),
        13 => When::Days(first, first + random.between(10, 30)),
        14 => When::Month(first),
        15 | 16 => When::About(first),
        17 => When::From(first),
        18 => When::Until(first),
        _ => When::Minute(first * DAY + random.between(0, 47) * 30),
    }
}

fn event(random: &mut Random, case: &Case) -> Event {
    let kinds: Vec<usize> = case
        .pledges
        .iter()
        .flat_map(|pledge| {
            let told = |pattern: &Option<Pattern>| pattern.map(|pattern| pattern.kind);
            let (act, sign) = match &pledge.duty {
                Duty::Do(pattern, _)
                | Duty::Refrain { pattern, .. }
                | Duty::Every(pattern, _)
                | Duty::Limit(pattern, _)
                | Duty::Minimum(pattern, _) => (pattern.kind, None),
                Duty::Prevent { pattern, shown } => (pattern.kind, told(shown)),
                Duty::Endeavour { pattern, broken } => (pattern.kind, told(broken)),
                Duty::Keep { .. } | Duty::Reach { .. } => (DELIVER, None),
            };
            let whenever = told(&pledge.trigger).or(told(&pledge.condition));
            let asked = told(&pledge.asked_at_first);
            let clauses = excuse::kinds(pledge);
            let own = [Some(act), sign, whenever, asked];
            own.into_iter().flatten().chain(clauses)
        })
        .collect();
    let kind = random.pick(&kinds);
    let kind = words::recorded_as(random, kind);
    let mut when = when(random);
    if matches!(kind, SIGNAL | NOTIFY | STORM | CALM | PROLONG)
        && !matches!(when, When::Days(..) | When::About(_))
    {
        let first = day(random);
        when = When::Days(first, first);
    }
    Event {
        kind,
        by: random.pick(&[
            Some(0),
            Some(0),
            Some(0),
            Some(0),
            Some(1),
            Some(1),
            Some(2),
            Some(3),
            None,
        ]),
        on: random.pick(&[Some(0), Some(1), Some(1), Some(1), None]),
        place: random.pick(&[None, None, Some(0), Some(1), Some(1), Some(2), Some(3)]),
        flag: random.pick(&[None, None, None, Some(true), Some(true), Some(false)]),
        when,
        new: (kind == PROLONG).then(|| days(2021, 1, 1) + random.between(20, 80)),
        effect: (kind == PROLONG && random.chance(60))
            .then(|| days(2021, 1, 1) + random.between(0, 60)),
        incident: None,
    }
    .joined(random, case)
}

impl Event {
    /// Makes it, at times, another account of an incident on file.
    fn joined(self, random: &mut Random, case: &Case) -> Event {
        let Some((index, other)) = some_event(random, case) else {
            return self;
        };
        if !random.chance(35) {
            return self;
        }
        let mut joined = other;
        joined.incident = Some(key(case, index));
        if random.chance(30) {
            joined.by = self.by;
        }
        if random.chance(20) {
            joined.on = self.on;
        }
        if random.chance(30) {
            joined.place = self.place;
        }
        if random.chance(50) {
            joined.flag = self.flag;
        }
        if random.chance(60) {
            joined.when = nearby(random, other.when);
        }
        joined
    }
}

/// The record whose id is the key of a record's incident.
fn key(case: &Case, index: usize) -> usize {
    if let Some(echoed) = case.records[index].echoes {
        return key(case, echoed);
    }
    match case.records[index].what {
        What::Event(event) | What::Corrects { event, .. } => event.incident.unwrap_or(index),
        _ => index,
    }
}

fn nearby(random: &mut Random, when: When) -> When {
    let (low, high) = when.span();
    let middle = if low < 0 { high } else { low }.div_euclid(DAY);
    let first = middle + random.between(-3, 3);
    When::Days(first, first + random.pick(&[0, 0, 0, 2, 5]))
}

fn some_event(random: &mut Random, case: &Case) -> Option<(usize, Event)> {
    if case.records.is_empty() {
        return None;
    }
    let index = random.below(case.records.len());
    match case.records[index].what {
        What::Event(event) | What::Corrects { event, .. } => Some((index, event)),
        _ => None,
    }
}

fn record(random: &mut Random, case: &Case) -> Record {
    let mut record = Record {
        source: random.below(case.sources.len()),
        basis: random.pick(&[
            Basis::Observed,
            Basis::Observed,
            Basis::Observed,
            Basis::Documented,
            Basis::Told,
            Basis::Told,
            Basis::Unsaid,
        ]),
        origins: random.pick(&[1, 1, 1, 1, 1, 1, 2, 3]),
        grade: random.chance(12).then(|| {
            (
                random.pick(&['A', 'B', 'C', 'D', 'F']),
                random.between(1, 6),
            )
        }),
        echoes: None,
        repeats: random.chance(6).then(|| random.below(case.sources.len())),
        known: day(random) + random.between(0, 15),
        what: What::Event(event(random, case)),
    };
    let measures = |pledge: &&Pledge| matches!(pledge.duty, Duty::Keep { .. } | Duty::Reach { .. });
    let measured = case.pledges.iter().filter(measures).count();
    if random.below(case.pledges.len()) < measured {
        record.what = reading(random, case, record.source);
        return record;
    }
    let Some((index, other)) = some_event(random, case) else {
        return record;
    };
    let after = case.records[index].known + random.pick(&[0, 1, 5, 10, 20]);
    match random.below(20) {
        0..=3 => {
            let (by, flag) = match random.below(5) {
                0 => (other.by, None),
                1 => (None, other.flag),
                _ => (None, None),
            };
            record.what = What::Denies {
                target: index,
                by,
                flag,
            };
            record.grade = None;
        }
        4 | 5 => {
            record.what = What::Retracts { target: index };
            record.grade = None;
            if random.chance(70) {
                record.source = case.records[index].source;
            }
            record.known = after;
        }
        6 => {
            record.source = case.records[index].source;
            record.known = after;
            let mut event = other;
            event.incident = Some(key(case, index));
            event.when = nearby(random, other.when);
            record.what = What::Corrects {
                target: index,
                event,
            };
        }
        7 | 8 => {
            record.grade = None;
            record.echoes = Some(index);
            record.repeats = None;
            record.known = after;
            record.origins = 1;
            let mut event = other;
            event.incident = None;
            record.what = What::Event(event);
        }
        _ => {}
    }
    record
}

/// A reading on a day of its own among those of its source.
fn reading(random: &mut Random, case: &Case, source: usize) -> What {
    let low = random.pick(&[250, 280, 300, 310, 350]);
    let mut first = days(2021, 1, 1) + random.between(0, 60);
    let taken = |day: i64| {
        case.records.iter().any(|record| {
            record.source == source
                && matches!(record.what, What::Reading { when, .. } if when == When::Days(day, day))
        })
    };
    while taken(first) {
        first += 1;
    }
    What::Reading {
        low,
        high: low + random.pick(&[0, 0, 0, 0, 5, 40]),
        when: When::Days(first, first),
    }
}

fn coverage(random: &mut Random, case: &Case) -> Coverage {
    let from = days(2021, 1, 1) + random.pick(&[-10, -5, 0, 0, 0, 10, 20, 40]);
    Coverage {
        source: random.below(case.sources.len()),
        kinds: random
            .pick(&[&[0][..], &[1], &[0, 1], &[0, 3], &[5], &[5, 6]])
            .to_vec(),
        place: random.pick(&[None, None, None, Some(0), Some(1)]),
        from,
        until: from + random.pick(&[5, 20, 60, 120, 120]),
        full: random.chance(80),
        known: day(random),
    }
}
