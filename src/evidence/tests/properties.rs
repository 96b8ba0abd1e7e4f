//! What must hold for any records.

use proptest::prelude::*;

use super::fixture::*;
use crate::agreement::Standing;
use crate::evidence::{Evidence, Favours, Viewpoint};
use crate::record::{Ends, Records};

/// A record as generated; links point to one of the records before it.
#[derive(Clone, Debug)]
struct Draft {
    stance: u8,
    source: usize,
    basis: usize,
    day: u32,
    target: usize,
    incident: usize,
    origins: u32,
}

const INFORMANTS: [&str; 10] = [
    "washington",
    "tb",
    "nrf",
    "haqqani",
    "b",
    "c",
    "d",
    "unmt",
    "unama",
    "verifier",
];
const BASES: [&str; 3] = ["observed", "documented", "told"];

fn draft() -> impl Strategy<Value = Draft> {
    (
        0..10u8,
        0..INFORMANTS.len(),
        0..BASES.len(),
        1..20u32,
        0..8usize,
        0..3usize,
        1..3u32,
    )
        .prop_map(
            |(stance, source, basis, day, target, incident, origins)| Draft {
                stance,
                source,
                basis,
                day,
                target,
                incident,
                origins,
            },
        )
}

fn line(at: usize, draft: &Draft) -> String {
    let source = INFORMANTS[draft.source];
    let basis = BASES[draft.basis];
    // Known in the order of the file, so that every link acts.
    let known = format!("2021-{:02}-{:02}", 10 + at / 20, 1 + at % 20);
    let target = draft.target.min(at.saturating_sub(1));
    let content = format!(
        "host by=taliban in=panjshir when=2021-09-{:02} incident=i{}",
        draft.day, draft.incident
    );
    let body = match draft.stance {
        5 if at > 0 => format!("- denies=r{target}"),
        6 if at > 0 => format!("- retracts=r{target}"),
        7 if at > 0 => format!("- corrects=r{target} when=2021-09-{:02}", draft.day),
        8 if at > 0 => format!("{content} echoes=r{target}"),
        9 => format!("{content} until=2021-10-{:02}", draft.day),
        _ => content,
    };
    format!(
        "r{at}: {body} source={source} basis={basis} origins={} known={known}",
        draft.origins
    )
}

fn lines(drafts: &[Draft]) -> Vec<String> {
    drafts
        .iter()
        .enumerate()
        .map(|(at, draft)| line(at, draft))
        .collect()
}

const WATCH: &str =
    "w: coverage source=b kinds=host from=2021-09-05 until=2021-09-12 known=2021-10-08";

fn viewpoints(evidence: &Evidence<'_>) -> Vec<Viewpoint> {
    let obligors = [
        None,
        Some(thing(evidence, "taliban")),
        Some(thing(evidence, "us")),
    ];
    obligors
        .into_iter()
        .flat_map(|obligor| {
            [Favours::Obligor, Favours::Others].map(|favours| Viewpoint { obligor, favours })
        })
        .collect()
}

/// Everything that is said of the incidents, but for the positions of records.
fn told(evidence: &Evidence<'_>) -> Vec<String> {
    let mut told = Vec::new();
    for kind in 0..2 {
        let subject = crate::record::Subject::Kind(crate::agreement::KindId(kind));
        for id in evidence.incidents_of(subject) {
            for viewpoint in viewpoints(evidence) {
                let weight = evidence.occurrence(id, viewpoint);
                let end = evidence.end_of(id, viewpoint);
                let ends = end.map(|end| (end.when, end.pro, end.con));
                // An incident of which nobody says anything is no incident.
                if weight.pro == Standing::None && weight.con == Standing::None && ends.is_none() {
                    continue;
                }
                told.push(format!(
                    "{} {viewpoint:?} {} {:?} {} {ends:?}",
                    evidence.incident(id).key,
                    show(&weight),
                    weight.when,
                    weight.time_conflict,
                ));
            }
        }
    }
    told
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_echo_changes_nothing(drafts in prop::collection::vec(draft(), 1..12), of in 0..12usize, source in 0..INFORMANTS.len()) {
        let mut file = lines(&drafts);
        file.push(WATCH.to_owned());
        let before = World::of(&file.join("\n"));
        let of = of.min(drafts.len() - 1);
        let copied = file[of].split_once(": ").unwrap().1;
        // A retelling of a link is a link; what is retold here is what happened.
        prop_assume!(copied.starts_with("host") && !copied.contains("until"));
        let copied: Vec<&str> = copied
            .split(' ')
            .filter(|word| !["source", "basis", "known", "echoes", "incident"].iter().any(|key| word.starts_with(&format!("{key}="))))
            .collect();
        let source = INFORMANTS[source];
        file.push(format!("echo: {} source={source} basis=observed echoes=r{of} known=2021-12-31", copied.join(" ")));
        let after = World::of(&file.join("\n"));
        // The watcher's own retelling is a report, so its silence is broken.
        prop_assume!(source != "b");
        prop_assert_eq!(told(&before.all()), told(&after.all()));
    }

    #[test]
    fn the_order_of_the_file_does_not_show(drafts in prop::collection::vec(draft(), 1..12), seed in any::<u64>()) {
        let mut file = lines(&drafts);
        file.push(WATCH.to_owned());
        let before = World::of(&file.join("\n"));
        let length = file.len();
        for at in 0..length {
            let other = usize::try_from(seed.wrapping_mul(at as u64 + 7) % length as u64).unwrap();
            file.swap(at, other);
        }
        let after = World::of(&file.join("\n"));
        prop_assert_eq!(told(&before.all()), told(&after.all()));
    }

    #[test]
    fn a_bare_denial_by_the_obligor_changes_nothing_above_claimed(drafts in prop::collection::vec(draft(), 1..12), of in 0..12usize) {
        let mut file = lines(&drafts);
        let of = of.min(drafts.len() - 1);
        // A denial of a denial, of an ending or of their retelling is another matter.
        prop_assume!(file[of].contains(": host") && !file[of].contains("echoes"));
        let before = World::of(&file.join("\n"));
        file.push(format!("no: - denies=r{of} source=tb known=2021-12-31"));
        let after = World::of(&file.join("\n"));
        let (before, after) = (before.all(), after.all());
        let name = format!("r{of}");
        let view = breach(&before, "taliban");
        let old = before.occurrence(incident(&before, &name), view);
        let new = after.occurrence(incident(&after, &name), view);
        prop_assert_eq!(old.pro, new.pro);
        prop_assert_eq!(old.when, new.when);
        prop_assert_eq!(old.con.max(Standing::Claimed), new.con);
    }

    #[test]
    fn what_was_known_by_a_day_is_what_stands_in_the_file_of_that_day(drafts in prop::collection::vec(draft(), 1..14), cut in 1..14usize) {
        let file = lines(&drafts);
        let cut = cut.min(file.len());
        let whole = World::of(&format!("{}\n{WATCH}", file.join("\n")));
        let watch = if cut >= 8 { WATCH } else { "" };
        let part = World::of(&format!("{}\n{watch}", file[..cut].join("\n")));
        let day = format!("2021-{:02}-{:02}", 10 + (cut - 1) / 20, 1 + (cut - 1) % 20);
        prop_assert_eq!(told(&whole.known_by(&day)), told(&part.all()));
    }

    #[test]
    fn retracting_a_retraction_restores(drafts in prop::collection::vec(draft(), 1..12), of in 0..12usize) {
        let mut file = lines(&drafts);
        let before = World::of(&file.join("\n"));
        let of = of.min(drafts.len() - 1);
        let source = INFORMANTS[drafts[of].source];
        file.push(format!("take: - retracts=r{of} source={source} known=2021-12-30"));
        file.push(format!("back: - retracts=take source={source} known=2021-12-31"));
        let after = World::of(&file.join("\n"));
        prop_assert_eq!(told(&before.all()), told(&after.all()));
    }

    #[test]
    fn a_higher_rung_is_never_lost_by_another_affirmation(drafts in prop::collection::vec(draft(), 1..12), more in draft()) {
        let mut file = lines(&drafts);
        let before = World::of(&file.join("\n"));
        file.push(line(file.len(), &Draft { stance: 0, ..more }));
        let after = World::of(&file.join("\n"));
        let (before, after) = (before.all(), after.all());
        for record in &before.records.records {
            for viewpoint in viewpoints(&before) {
                let old = before.occurrence(incident(&before, &record.name), viewpoint);
                let new = after.occurrence(incident(&after, &record.name), viewpoint);
                prop_assert!(old.pro <= new.pro);
            }
        }
    }
}

#[test]
fn the_generated_records_use_every_link() {
    let all: Vec<Draft> = (0..10u8)
        .map(|stance| Draft {
            stance,
            source: 4,
            basis: 0,
            day: 1,
            target: 0,
            incident: 0,
            origins: 1,
        })
        .collect();
    let records: Records = World::of(&lines(&all).join("\n")).records;
    let links = records
        .records
        .iter()
        .filter(|r| r.stance != crate::record::Stance::Affirms);
    assert_eq!(links.count(), 3);
    assert!(records.records.iter().any(|r| !r.echoes.is_empty()));
    assert!(
        records
            .records
            .iter()
            .any(|r| matches!(r.until, Some(Ends::By(_))))
    );
}
