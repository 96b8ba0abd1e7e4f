use super::fixture::*;
use crate::evidence::{Clocks, Evidence, Truth, assess};
use crate::time::{Instant, When};

fn keys(world: &World, evidence: &Evidence<'_>, name: &str) -> String {
    let keys: Vec<String> = evidence
        .incidents_of(subject(evidence, name))
        .map(|id| {
            let incident = evidence.incident(id);
            let records: Vec<&str> = incident
                .records
                .iter()
                .map(|&id| world.records.record(id).name.as_str())
                .collect();
            format!("{}[{}]", incident.key, records.join(" "))
        })
        .collect();
    keys.join(" ")
}

#[test]
fn records_share_an_incident_by_key_and_subject() {
    let world = World::of(
        "c: host when=2021-09-03 source=b incident=one
         a: host when=2021-09-05 source=b
         b: host when=2021-09-02/2021-09-04 source=b incident=one
         d: join when=2021-09-01 source=b incident=one
         n: - denies=b source=tb
         r: - retracts=c source=b
         s: - retracts=r source=b
         o: - corrects=a source=c
         e: host source=c echoes=a when=2021-09-05
         f: host source=c echoes=d when=2021-09-01
         g: host source=c echoes=a when=2021-09-06 incident=two
         t: reading measure=troops of=us value=5",
    );
    let evidence = world.all();
    assert_eq!(
        keys(&world, &evidence, "host"),
        "f[f] one[c b n r s] a[a o e] two[g]"
    );
    assert_eq!(keys(&world, &evidence, "join"), "one[d]");
    assert_eq!(keys(&world, &evidence, "troops"), "t[t]");
    assert_eq!(keys(&world, &evidence, "attack"), "");
}

#[test]
fn what_certainly_came_after_the_as_of_date_is_left_out() {
    let world = World::of(
        "a: host when=2021-09-05 source=b reported=2021-09-07
         b: host when=2021-09-05/2021-09-08 source=b reported=2021-09-09
         c: host when=2021-09-06 source=b reported=2021-09-07",
    );
    let clocks = Clocks {
        as_of: day("2021-09-05").latest,
        known_by: Instant::MAX,
    };
    let evidence = assess(&world.records, &world.agreement, clocks);
    assert_eq!(keys(&world, &evidence, "host"), "a[a] b[b]");
}

/// Each row: what is shown, the records, the time of the incident, and whether the dates conflict.
const TIMES: &[(&str, &str, &str, bool)] = &[
    (
        "one record",
        "x: host when=2021-09 source=b",
        "2021-09",
        false,
    ),
    (
        "two credible ones",
        "x: host when=2021-09 source=b\ny: host when=2021-08-30/2021-09-03 source=a incident=x",
        "2021-09-01/2021-09-03",
        false,
    ),
    (
        "who is not credible is not asked",
        "x: host when=2021-09 source=b\ny: host when=2021-08-30 source=f incident=x",
        "2021-09",
        false,
    ),
    (
        "unless nobody is",
        "x: host when=2021-09 source=f\ny: host when=2021-08-30/2021-09-03 source=d incident=x",
        "2021-09-01/2021-09-03",
        false,
    ),
    (
        "what was retracted is not asked",
        "x: host when=2021-09 source=b\ny: host when=2021-08-30/2021-09-03 source=a incident=x\nz: - retracts=y source=a",
        "2021-09",
        false,
    ),
    (
        "a denial is not asked",
        "x: host when=2021-09 source=b\ny: - denies=x when=2021-09-03 source=a",
        "2021-09",
        false,
    ),
    (
        "an echo is not asked",
        "x: host when=2021-09 source=b\ny: host when=2021-09-03 source=a echoes=x",
        "2021-09",
        false,
    ),
    (
        "dates without anything in common",
        "x: host when=2021-09-01 source=b\ny: host when=2021-09-03 source=a incident=x",
        "2021-09-01/2021-09-03",
        true,
    ),
    (
        "dates that only touch",
        "x: host when=2021-09-01 source=b\ny: host when=2021-09-02 source=a incident=x",
        "2021-09-01/2021-09-02",
        true,
    ),
];

#[test]
fn the_time_of_an_incident_is_what_the_credible_agree_on() {
    for (what, lines, when, conflict) in TIMES {
        let world = World::of(lines);
        let evidence = world.all();
        let view = breach(&evidence, "taliban");
        let weight = evidence.occurrence(incident(&evidence, "x"), view);
        assert_eq!(
            (weight.when, weight.time_conflict),
            (day(when), *conflict),
            "{what}"
        );
        let asked = weight_by(&evidence, "x", view, "taliban");
        assert_eq!(
            (asked.when, asked.time_conflict),
            (day(when), *conflict),
            "{what}"
        );
    }
}

#[test]
fn the_time_depends_on_the_viewpoint() {
    let world = World::of(
        "x: host when=2021-09-01/2021-09-05 source=tb
         y: host when=2021-09-04/2021-09-07 source=b incident=x",
    );
    let evidence = world.all();
    let id = incident(&evidence, "x");
    let as_breach = evidence.occurrence(id, breach(&evidence, "taliban"));
    let as_performance = evidence.occurrence(id, performance(&evidence, "taliban"));
    assert_eq!(as_breach.when, day("2021-09-04/2021-09-05"));
    assert_eq!(as_performance.when, day("2021-09-04/2021-09-07"));
    assert_eq!(evidence.incident(id).when, day("2021-09-01/2021-09-07"));
}

type End = Option<(&'static str, &'static str)>;

/// Each row: what is shown, the records, and the end of the state, its `PRO/CON`; nothing where none is told.
const ENDS: &[(&str, &str, End)] = &[
    ("no word of an end", "x: host source=b", None),
    ("it goes on", "x: host until=.. source=b", None),
    (
        "its own record tells",
        "x: host until=2021-10-05 source=b",
        Some(("2021-10-05", "reported/none")),
    ),
    (
        "a later record tells",
        "x: host source=b\ny: - ends=x when=2021-10 source=b basis=observed reported=2021-11-01\nz: - ends=x when=2021-10-05 source=c basis=observed reported=2021-11-01",
        Some(("2021-10-05", "corroborated/none")),
    ),
    (
        "the host says so",
        "x: host source=b\ny: - ends=x when=2021-10-05 source=tb reported=2021-11-01",
        Some(("2021-10-05", "claimed/none")),
    ),
    (
        "its adversary concedes it",
        "x: host until=2021-10-05 source=nrf",
        Some(("2021-10-05", "reported/none")),
    ),
    (
        "it was taken back",
        "x: host source=b\ny: - ends=x when=2021-10-05 source=b reported=2021-11-01\nz: - retracts=y source=b reported=2021-11-02",
        None,
    ),
    (
        "it was corrected",
        "x: host source=b\ny: - ends=x when=2021-10-05 source=b reported=2021-11-01\nz: - corrects=y when=2021-10-07 source=b reported=2021-11-02",
        Some(("2021-10-07", "reported/none")),
    ),
    (
        "it is denied",
        "x: host source=b\ny: - ends=x when=2021-10-05 source=tb reported=2021-11-01\nz: - denies=y source=a reported=2021-11-02",
        Some(("2021-10-05", "claimed/reported")),
    ),
    (
        "it was seen to go on later",
        "x: host source=b\ny: - ends=x when=2021-10-05 source=tb reported=2021-11-01\nz: host until=.. source=a incident=x reported=2021-11-02",
        Some(("2021-10-05", "claimed/reported")),
    ),
    (
        "it was seen to go on before",
        "x: host source=b\ny: - ends=x when=2021-10-05 source=tb reported=2021-11-01\nz: host until=.. source=a incident=x reported=2021-10-05",
        Some(("2021-10-05", "claimed/none")),
    ),
];

#[test]
fn the_end_of_a_state_has_standings_of_its_own() {
    for (what, lines, expected) in ENDS {
        let world = World::of(lines);
        let evidence = world.all();
        let view = breach(&evidence, "taliban");
        let end = evidence.end_of(incident(&evidence, "x"), view);
        let found = end.map(|end| {
            let standing = format!("{}/{}", end.pro.word(), end.con.word());
            (end.when, standing)
        });
        let expected = expected.map(|(when, standing)| (day(when), standing.to_owned()));
        assert_eq!(found, expected, "{what}");
        let denied = standing(&evidence, "x", view);
        assert!(
            denied.ends_with("/none"),
            "{what}: an end denies no beginning"
        );
    }
}

#[test]
fn raising_the_standard_only_loses_truth() {
    let rungs = ["claimed", "reported", "corroborated", "verified"].map(rung);
    for pro in rungs {
        for con in rungs {
            let values = rungs.map(|standard| Truth::at(standard, pro, con));
            for pair in values.windows(2) {
                assert!(pair[1] == pair[0] || pair[1] == Truth::NotShown);
            }
        }
    }
}

#[test]
fn an_undated_record_leaves_the_time_open() {
    let mut world = World::of("x: host source=b");
    world.records.records[0].when = When::ALWAYS;
    let evidence = world.all();
    let weight = evidence.occurrence(incident(&evidence, "x"), breach(&evidence, "taliban"));
    assert_eq!((weight.when, weight.time_conflict), (When::ALWAYS, false));
}
