//! What must hold of the evaluator whatever the case: a change of the case, and what that may change of the answers.

use std::collections::BTreeMap;

use super::compare::seeds;
use super::library::{self, Answers, Found};
use super::model::{
    Basis, Case, Coverage, Duty, Event, Pledge, Record, STRIKE, Source, What, When, iso,
};
use super::random::Random;
use super::standing::File;
use super::{generate, print, shrink};

/// How many cases each property is tried on.
const CASES: u64 = 100;

type Texts = (String, String);

/// Tries a property on many cases; it gives what is wrong.
fn hold(property: impl Fn(&Case, &mut Random) -> Option<String>) {
    for seed in seeds(CASES) {
        let case = generate::case(seed);
        let random = || Random::new(seed + 1_000_000);
        if property(&case, &mut random()).is_some() {
            let small = shrink::shrink(&case, |case| property(case, &mut random()).is_some());
            let (treaty, records) = texts(&small);
            let wrong = property(&small, &mut random()).unwrap();
            panic!(
                "seed {seed}\n{treaty}{records}AS OF {}, known by {:?}\n{wrong}",
                iso(small.as_of),
                small.known_by.map(iso)
            );
        }
    }
}

fn texts(case: &Case) -> Texts {
    let order: Vec<usize> = (0..case.records.len()).collect();
    (print::treaty(case), print::records(case, &order))
}

/// Names triggers by incident, so that the name of a record plays no part.
fn by_incident(case: &Case, answers: Answers) -> Answers {
    let file = File {
        case,
        known_by: i64::MAX,
    };
    let key = |name: String| match name.strip_prefix('r') {
        Some(number) => format!("i{}", file.incident(number.parse().unwrap())),
        None => name,
    };
    let pledges = answers.into_iter().map(|instances| {
        let renamed = instances
            .into_iter()
            .map(|(trigger, found)| (trigger.map(key), found));
        renamed.collect()
    });
    pledges.collect()
}

fn same(before: &Answers, after: &Answers) -> Option<String> {
    (before != after).then(|| format!("before {before:#?}\nafter {after:#?}"))
}

fn append(case: &Case, record: Record) -> Case {
    let mut more = case.clone();
    more.records.push(record);
    more
}

/// Adds a source that nothing on file comes from.
fn with_source(case: &Case, side: Option<usize>) -> (Case, usize) {
    let mut more = case.clone();
    more.sources.push(Source {
        letter: 'A',
        side,
        owner: None,
        verifies: Vec::new(),
    });
    let new = more.sources.len() - 1;
    (more, new)
}

fn record(source: usize, known: i64, what: What) -> Record {
    Record {
        source,
        basis: Basis::Observed,
        origins: 1,
        grade: None,
        echoes: None,
        repeats: None,
        known,
        what,
    }
}

fn events(case: &Case) -> Vec<(usize, Event)> {
    let event = |(index, record): (usize, &Record)| match record.what {
        What::Event(event) => Some((index, event)),
        _ => None,
    };
    case.records.iter().enumerate().filter_map(event).collect()
}

fn one<T: Copy>(random: &mut Random, of: &[T]) -> Option<T> {
    (!of.is_empty()).then(|| random.pick(of))
}

fn statuses(found: &[Option<Found>; 4]) -> Vec<&'static str> {
    found.iter().flatten().map(|found| found.status).collect()
}

fn is_broken(status: &str) -> bool {
    matches!(status, "breached" | "missed")
}

fn simple(pledge: &Pledge) -> bool {
    let excepted = matches!(
        pledge.duty,
        Duty::Refrain {
            unless_flag: Some(_),
            ..
        }
    );
    pledge.trigger.is_none()
        && pledge.condition.is_none()
        && pledge.provided.is_none()
        && pledge.after_breach.is_none()
        && pledge.asked_at_first.is_none()
        && pledge.excuse.is_none()
        && pledge.extended.is_none()
        && !excepted
}

fn refrains(pledge: &Pledge) -> bool {
    matches!(pledge.duty, Duty::Refrain { .. })
}

#[test]
fn a_higher_standard_never_makes_a_breach_or_a_performance() {
    hold(|case, _| {
        let answers = library::ask(case);
        for (pledge, instances) in case.pledges.iter().zip(&answers) {
            for found in instances.values().filter(|_| simple(pledge)) {
                for pair in statuses(found).windows(2) {
                    let created = match &pledge.duty {
                        Duty::Refrain { .. } => !is_broken(pair[0]) && is_broken(pair[1]),
                        Duty::Do(..) => {
                            matches!(pair[0], "overdue" | "pending" | "missed")
                                && pair[1].starts_with("fulfilled")
                        }
                        _ => false,
                    };
                    if created {
                        return Some(format!("{pair:?}"));
                    }
                }
            }
        }
        None
    });
}

#[test]
fn an_echo_changes_nothing() {
    hold(|case, random| {
        let (index, event) = one(random, &events(case))?;
        let (case, source) = with_source(case, None);
        let mut echo = record(
            source,
            case.records[index].known + random.between(0, 5),
            What::Event(Event {
                incident: None,
                ..event
            }),
        );
        echo.echoes = Some(index);
        let more = append(&case, echo);
        same(
            &by_incident(&case, library::ask(&case)),
            &by_incident(&more, library::ask(&more)),
        )
    });
}

#[test]
fn the_order_of_records_changes_nothing() {
    hold(|case, random| {
        let mut order: Vec<usize> = (0..case.records.len()).collect();
        for end in (1..order.len()).rev() {
            order.swap(end, random.below(end + 1));
        }
        // What links to another record of the same day comes after it in the file.
        order.sort_by_key(|&index| links(case, index));
        same(
            &by_incident(case, library::ask(case)),
            &by_incident(case, library::ask_in_order(case, &order)),
        )
    });
}

/// How many links lead from a record to one that has none.
fn links(case: &Case, index: usize) -> usize {
    let record = &case.records[index];
    let target = match record.what {
        What::Denies { target, .. } | What::Retracts { target } | What::Corrects { target, .. } => {
            Some(target)
        }
        What::Event(_) | What::Reading { .. } => record.echoes,
    };
    target.map_or(0, |target| 1 + links(case, target))
}

#[test]
fn a_bare_denial_by_the_accused_counts_for_nothing_where_it_matters() {
    hold(|case, random| {
        let obligor = random.below(2);
        let (index, event) = one(random, &events(case))?;
        if event.kind != STRIKE {
            return None;
        }
        let (case, source) = with_source(case, Some(obligor));
        let denial = What::Denies {
            target: index,
            by: None,
            flag: None,
        };
        let more = append(&case, record(source, case.records[index].known, denial));
        let (before, after) = (library::ask(&case), library::ask(&more));
        for (place, pledge) in case.pledges.iter().enumerate() {
            if pledge.obligor == obligor && refrains(pledge) {
                for (trigger, found) in &before[place] {
                    if found[1..] != after[place][trigger][1..] {
                        return Some(format!(
                            "before {found:#?}\nafter {:#?}",
                            after[place][trigger]
                        ));
                    }
                }
            }
        }
        None
    });
}

#[test]
fn a_narrower_date_never_turns_a_clear_verdict_into_another() {
    hold(|case, random| {
        let alone: Vec<(usize, Event)> = events(case)
            .into_iter()
            .filter(|(index, event)| {
                let linked = (0..case.records.len()).any(|other| {
                    other != *index
                        && shrink::without_record(&only(case, &[*index, other]), 0).is_none()
                });
                event.incident.is_none() && case.records[*index].echoes.is_none() && !linked
            })
            .collect();
        let (index, event) = one(random, &alone)?;
        let When::Days(first, last) = event.when else {
            return None;
        };
        let day = random.between(first, last);
        if last > case.as_of.min(case.known_by.unwrap_or(i64::MAX)) {
            return None;
        }
        let mut case = case.clone();
        case.coverage.clear();
        let mut narrow = case.clone();
        narrow.records[index].what = What::Event(Event {
            when: When::Days(day, day),
            ..event
        });
        let (before, after) = (library::ask(&case), library::ask(&narrow));
        let clear = [
            "fulfilled",
            "fulfilled-late",
            "overdue",
            "missed",
            "breached",
            "holding",
            "held",
        ];
        for (place, instances) in before.iter().enumerate() {
            for (trigger, found) in instances {
                let Some(after) = after[place].get(trigger) else {
                    return Some(format!("{trigger:?} is no instance any more"));
                };
                for (before, after) in statuses(found).into_iter().zip(statuses(after)) {
                    if before != after && clear.contains(&before) && clear.contains(&after) {
                        return Some(format!(
                            "{} becomes {day}: {before} becomes {after}",
                            iso(first)
                        ));
                    }
                }
            }
        }
        None
    });
}

/// The case with some records only, where they name no others.
fn only(case: &Case, records: &[usize]) -> Case {
    let mut some = case.clone();
    let mut gone: Vec<usize> = (0..case.records.len()).collect();
    gone.retain(|index| !records.contains(index));
    for index in gone.into_iter().rev() {
        match shrink::without_record(&some, index) {
            Some(fewer) => some = fewer,
            None => return case.clone(),
        }
    }
    some
}

#[test]
fn watching_never_makes_a_breach() {
    hold(|case, random| {
        let mut more = case.clone();
        let from = case.as_of - random.between(0, 90);
        more.coverage.push(Coverage {
            source: random.below(case.sources.len()),
            kinds: vec![STRIKE],
            place: None,
            from,
            until: from + random.between(0, 90),
            full: true,
            known: case.as_of - 100,
        });
        let (before, after) = (library::ask(case), library::ask(&more));
        for (place, pledge) in case.pledges.iter().enumerate() {
            for (trigger, found) in before[place]
                .iter()
                .filter(|_| simple(pledge) && refrains(pledge))
            {
                let after = statuses(&after[place][trigger]);
                for (before, after) in statuses(found).into_iter().zip(after) {
                    if !is_broken(before) && is_broken(after) {
                        return Some(format!("{before} becomes {after}"));
                    }
                }
            }
        }
        None
    });
}

#[test]
fn what_is_not_known_yet_is_as_good_as_not_on_file() {
    hold(|case, _| {
        let known_by = case.known_by?;
        let mut less = case.clone();
        for index in (0..case.records.len()).rev() {
            if case.records[index].known > known_by {
                less = shrink::without_record(&less, index)?;
            }
        }
        less.coverage.retain(|window| window.known <= known_by);
        less.known_by = None;
        less.as_of = case.as_of.min(known_by);
        let unnamed = |answers: Answers| -> Vec<Vec<[Option<Found>; 4]>> {
            let values = |instances: BTreeMap<_, _>| instances.into_values().collect();
            answers.into_iter().map(values).collect()
        };
        let (before, after) = (unnamed(library::ask(case)), unnamed(library::ask(&less)));
        (before != after).then(|| format!("by knowledge {before:#?}\non file {after:#?}"))
    });
}

#[test]
fn names_play_no_part() {
    hold(|case, _| {
        let (treaty, mut records) = texts(case);
        for index in (0..case.records.len()).rev() {
            records = records.replace(&format!("\"r{index}\""), &format!("\"z{}\"", 90 - index));
        }
        for index in (0..case.sources.len()).rev() {
            records = records.replace(&format!("\"s{index}\""), &format!("\"q{}\"", 90 - index));
            records = records.replace(
                &format!("[sources.s{index}]"),
                &format!("[sources.q{}]", 90 - index),
            );
        }
        let back = |name: String| match name.strip_prefix('z') {
            Some(number) => format!("r{}", 90 - number.parse::<usize>().unwrap()),
            None => name,
        };
        let after = library::ask_texts(&treaty, &records, case.as_of, case.known_by);
        let after: Answers = after
            .into_iter()
            .map(|instances| {
                let named = instances
                    .into_iter()
                    .map(|(trigger, found)| (trigger.map(back), found));
                named.collect()
            })
            .collect();
        same(&library::ask(case), &after)
    });
}

#[test]
fn a_day_leads_only_where_the_table_of_states_leads() {
    hold(|case, _| {
        let mut later = case.clone();
        later.as_of += 1;
        if later.known_by.is_some_and(|known| known < later.as_of) {
            return None;
        }
        let (before, after) = (library::ask(case), library::ask(&later));
        for (place, instances) in before.iter().enumerate() {
            for (trigger, found) in instances {
                let Some(after) = after[place].get(trigger) else {
                    continue;
                };
                for (before, after) in statuses(found).into_iter().zip(statuses(after)) {
                    if !leads(before, after, refrains(&case.pledges[place])) {
                        return Some(format!("{before} becomes {after} in a day"));
                    }
                }
            }
        }
        None
    });
}

fn leads(before: &str, after: &str, refrains: bool) -> bool {
    match before {
        "fulfilled" | "breached" | "held" | "fulfilled-late" => after == before,
        "missed" if refrains => after == before,
        "overdue" | "missed" => {
            matches!(after, "fulfilled-late" | "undetermined") || after == before
        }
        "fulfilled-timing-unknown" => after.starts_with("fulfilled"),
        "holding" => matches!(
            after,
            "holding" | "held" | "breached" | "missed" | "undetermined"
        ),
        "pending" => after != "dormant",
        _ => true,
    }
}

#[test]
fn nothing_on_file_shows_nothing() {
    hold(|case, _| {
        let mut empty = case.clone();
        empty.records.clear();
        empty.coverage.clear();
        for found in library::ask(&empty)
            .iter()
            .flat_map(BTreeMap::values)
            .flatten()
            .flatten()
        {
            // A period that is over without the acts that it asked for is a breach.
            let presumed = matches!(
                found.status,
                "overdue" | "missed" | "holding" | "held" | "breached"
            ) && !found.established;
            if !presumed && !matches!(found.status, "dormant" | "pending") {
                return Some(format!("{found:?}"));
            }
        }
        None
    });
}

#[test]
fn to_retract_a_retraction_restores() {
    hold(|case, random| {
        let index = (!case.records.is_empty()).then(|| random.below(case.records.len()))?;
        let (source, known) = (case.records[index].source, case.records[index].known);
        let retraction = |target| record(source, known, What::Retracts { target });
        let more = append(case, retraction(index));
        let last = more.records.len() - 1;
        let more = append(&more, retraction(last));
        same(&library::ask(case), &library::ask(&more))
    });
}

#[test]
fn all_dates_and_the_zone_may_be_shifted_together() {
    hold(|case, _| {
        let mut elsewhere = case.clone();
        elsewhere.zone = if case.zone == "UTC" {
            "Asia/Kabul"
        } else {
            "UTC"
        };
        let before = library::ask(case);
        if let Some(wrong) = same(&before, &library::ask(&elsewhere)) {
            return Some(wrong);
        }
        // After 28 years the calendar is the same again.
        let later = |text: String| text.replace("2021-", "2049-").replace("2020-", "2048-");
        let (treaty, records) = texts(case);
        let days = 28 * 365 + 7;
        let after = library::ask_texts(
            &later(treaty),
            &later(records),
            case.as_of + days,
            case.known_by.map(|day| day + days),
        );
        let earlier = |name: String| name.replace("due 2049-", "due 2021-");
        let after: Answers = after
            .into_iter()
            .map(|instances| {
                let named = instances
                    .into_iter()
                    .map(|(key, found)| (key.map(earlier), found));
                named.collect()
            })
            .collect();
        same(&before, &after)
    });
}
