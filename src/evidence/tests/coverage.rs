use super::fixture::*;
use crate::agreement::{Standing, ThingId};
use crate::evidence::{Evidence, Viewpoint, Watch};
use crate::record::Subject;
use crate::time::When;

const AUGUST_TO_OCTOBER: &str = "from=2021-08-01 until=2021-10-31";

/// Each row: what is shown, the watch, further records, and `PRO/CON` of hosting in Panjshir on 1 September, told by Agency C.
const SILENCES: &[(&str, &str, &str, &str)] = &[
    (
        "who watched and did not report it denies it",
        "source=b kinds=host",
        "",
        "reported/reported",
    ),
    (
        "everywhere, or around the place",
        "source=b kinds=host in=afghanistan",
        "",
        "reported/reported",
    ),
    (
        "somewhere else",
        "source=b kinds=host in=kabul",
        "",
        "reported/none",
    ),
    (
        "not in full",
        "source=b kinds=host extent=partial",
        "",
        "reported/none",
    ),
    ("another kind", "source=b kinds=attack", "", "reported/none"),
    (
        "a kind that it would count as",
        "source=b kinds=cooperate",
        "",
        "reported/none",
    ),
    (
        "by somebody not credible",
        "source=f kinds=host",
        "",
        "reported/claimed",
    ),
    ("by nobody", "kinds=host", "", "reported/claimed"),
    (
        "by the obligor itself",
        "source=tb kinds=host",
        "",
        "reported/claimed",
    ),
    (
        "by its adversary",
        "source=nrf kinds=host",
        "",
        "reported/reported",
    ),
    (
        "by a C source that was told",
        "source=c2 kinds=host basis=told",
        "",
        "reported/claimed",
    ),
    (
        "by the declared verifier",
        "source=verifier kinds=host",
        "",
        "reported/verified",
    ),
    (
        "who reported it",
        "source=b kinds=host",
        "y: host by=taliban in=panjshir source=b",
        "reported/none",
    ),
    (
        "who reported it roughly",
        "source=b kinds=host",
        "y: host in=afghanistan when=2021-09 source=b",
        "reported/none",
    ),
    (
        "who reported it as what it counts as",
        "source=b kinds=host",
        "y: cooperate by=taliban source=b",
        "reported/none",
    ),
    (
        "who reported another time",
        "source=b kinds=host",
        "y: host in=panjshir when=2021-09-02 source=b",
        "reported/reported",
    ),
    (
        "who reported another place",
        "source=b kinds=host",
        "y: host in=kabul source=b",
        "reported/reported",
    ),
    (
        "who reported another doer",
        "source=b kinds=host",
        "y: host by=nrf source=b",
        "reported/reported",
    ),
    (
        "who took the report back",
        "source=b kinds=host",
        "y: host source=b\nz: - retracts=y source=b",
        "reported/reported",
    ),
    (
        "whose colleague reported it",
        "source=unmt kinds=host",
        "y: host incident=x by=taliban source=unama",
        "reported/reported",
    ),
    (
        "who denies it too: one voice",
        "source=b kinds=host",
        "y: - denies=x source=b basis=observed",
        "reported/reported",
    ),
    (
        "with another who denies it",
        "source=b kinds=host",
        "y: - denies=x source=a basis=observed",
        "reported/corroborated",
    ),
];

#[test]
fn silence_denies_what_a_watcher_would_have_reported() {
    for (what, watch, more, expected) in SILENCES {
        let world = World::of(&format!(
            "x: host by=taliban in=panjshir source=c basis=observed
             w: coverage {watch} {AUGUST_TO_OCTOBER}
             {more}"
        ));
        let evidence = world.all();
        let found = standing(&evidence, "x", breach(&evidence, "taliban"));
        assert_eq!(found, *expected, "{what}");
    }
}

/// Each row: what is shown, when it happened, the window, and `PRO/CON`.
const TIMES: &[(&str, &str, &str, &str)] = &[
    (
        "inside",
        "2021-09-01",
        "from=2021-09-01 until=2021-09-01",
        "reported/reported",
    ),
    (
        "after",
        "2021-09-02",
        "from=2021-09-01 until=2021-09-01",
        "reported/none",
    ),
    (
        "partly inside",
        "2021-09",
        "from=2021-08-01 until=2021-09-29",
        "reported/none",
    ),
    (
        "inside a window that goes on",
        "2021-09",
        "from=2021-08-01 until=.. known=2021-10-01",
        "reported/reported",
    ),
    (
        "somewhere in a day that was not watched throughout",
        "2021-09-01",
        "from=2021-08-01 until=2021-09-29 hours=09:00/14:20",
        "reported/none",
    ),
    (
        "within the hours",
        "2021-09-01T09:00Z/2021-09-01T14:19Z",
        "from=2021-08-01 until=2021-09-29 hours=09:00/14:20",
        "reported/reported",
    ),
    (
        "beyond the hours",
        "2021-09-01T14:20Z",
        "from=2021-08-01 until=2021-09-29 hours=09:00/14:20",
        "reported/none",
    ),
];

#[test]
fn silence_speaks_of_its_own_time() {
    for (what, when, window, expected) in TIMES {
        let world = World::of(&format!(
            "x: host when={when} source=c basis=observed
             w: coverage source=b kinds=host {window}"
        ));
        let evidence = world.all();
        let found = standing(&evidence, "x", breach(&evidence, "taliban"));
        assert_eq!(found, *expected, "{what}");
    }
}

#[test]
fn a_derived_kind_is_covered_when_all_that_counts_as_it_is() {
    for (kinds, expected) in [
        ("host,join", "reported/reported"),
        ("host", "reported/none"),
        ("cooperate", "reported/reported"),
    ] {
        let world = World::of(&format!(
            "x: cooperate by=taliban source=c basis=observed
             w: coverage source=b kinds={kinds} {AUGUST_TO_OCTOBER}"
        ));
        let evidence = world.all();
        let found = standing(&evidence, "x", breach(&evidence, "taliban"));
        assert_eq!(found, expected, "{kinds}");
    }
}

#[test]
fn a_watch_is_silent_about_what_is_not_placed() {
    let world = World::of(&format!(
        "x: host by=taliban source=c basis=observed
         w: coverage source=b kinds=host in=panjshir {AUGUST_TO_OCTOBER}"
    ));
    let evidence = world.all();
    let found = standing(&evidence, "x", breach(&evidence, "taliban"));
    assert_eq!(found, "reported/none");
}

#[test]
fn the_silence_about_a_reading_denies_nothing() {
    let world = World::of(&format!(
        "x: reading measure=troops of=us value=5 source=c basis=observed
         w: coverage source=b kinds=troops {AUGUST_TO_OCTOBER}"
    ));
    let evidence = world.all();
    let found = standing(&evidence, "x", breach(&evidence, "us"));
    assert_eq!(found, "reported/none");
}

#[test]
fn a_silence_is_told_with_its_window() {
    let world = World::of(&format!(
        "x: host by=taliban source=c basis=observed
         w: coverage source=b kinds=host {AUGUST_TO_OCTOBER} known=2021-11-01"
    ));
    let evidence = world.all();
    let silences = evidence.silences(incident(&evidence, "x"), breach(&evidence, "taliban"));
    assert_eq!(silences.len(), 1);
    assert_eq!(
        silences[0].because,
        "Agency B watched in full from 1 August 2021 to 31 October 2021 and did not report it; credible: Agency B (B, observed)"
    );
    let before = world.known_by("2021-10-31");
    let silences = before.silences(incident(&before, "x"), breach(&before, "taliban"));
    assert_eq!(silences, [], "the watch is not known yet");
}

fn shown(watch: &Watch) -> String {
    let complete = if watch.complete { " complete" } else { "" };
    format!(
        "{}/{}{complete} gaps {}",
        watch.days,
        watch.of,
        watch.gaps.len()
    )
}

/// Each row: what is shown, the watches, the kinds asked for, the standard, and the answer for Afghanistan in September 2021 and a breach
/// by the Taliban.
const WATCHES: &[(&str, &str, &str, &str, &str)] = &[
    ("nobody watched", "", "host", "claimed", "0/30 gaps 1"),
    (
        "all of it",
        "w: coverage source=b kinds=host from=2021-08-01 until=2021-10-31",
        "host",
        "reported",
        "30/30 complete gaps 0",
    ),
    (
        "but not by two",
        "w: coverage source=b kinds=host from=2021-08-01 until=2021-10-31",
        "host",
        "corroborated",
        "0/30 gaps 1",
    ),
    (
        "by two for a while",
        "w: coverage source=b kinds=host from=2021-08-01 until=2021-10-31\nv: coverage source=c kinds=host from=2021-09-11 until=2021-09-20",
        "host",
        "corroborated",
        "10/30 gaps 2",
    ),
    (
        "by two of one owner",
        "w: coverage source=unmt kinds=host from=2021-08-01 until=2021-10-31\nv: coverage source=unama kinds=host from=2021-09-11 until=2021-09-20",
        "host",
        "corroborated",
        "0/30 gaps 1",
    ),
    (
        "in two parts",
        "w: coverage source=b kinds=host from=2021-08-01 until=2021-09-10\nv: coverage source=c kinds=host from=2021-09-11 until=2021-09-30",
        "host",
        "reported",
        "30/30 complete gaps 0",
    ),
    (
        "with a day between",
        "w: coverage source=b kinds=host from=2021-08-01 until=2021-09-10\nv: coverage source=c kinds=host from=2021-09-12 until=2021-09-30",
        "host",
        "reported",
        "29/30 gaps 1",
    ),
    (
        "partly",
        "w: coverage source=b kinds=host from=2021-08-01 until=2021-10-31 extent=partial",
        "host",
        "claimed",
        "0/30 gaps 1",
    ),
    (
        "around the place",
        "w: coverage source=b kinds=host in=afghanistan from=2021-08-01 until=2021-10-31",
        "host",
        "reported",
        "30/30 complete gaps 0",
    ),
    (
        "inside the place only",
        "w: coverage source=b kinds=host in=panjshir from=2021-08-01 until=2021-10-31",
        "host",
        "reported",
        "0/30 gaps 1",
    ),
    (
        "by the obligor",
        "w: coverage source=tb kinds=host from=2021-08-01 until=2021-10-31",
        "host",
        "claimed",
        "0/30 gaps 1",
    ),
    (
        "by its member",
        "w: coverage source=haqqani kinds=host from=2021-08-01 until=2021-10-31",
        "host",
        "claimed",
        "0/30 gaps 1",
    ),
    (
        "by its adversary",
        "w: coverage source=nrf kinds=host from=2021-08-01 until=2021-10-31",
        "host",
        "reported",
        "30/30 complete gaps 0",
    ),
    (
        "by somebody who cannot be judged",
        "w: coverage source=f kinds=host from=2021-08-01 until=2021-10-31",
        "host",
        "reported",
        "0/30 gaps 1",
    ),
    (
        "at the least standard he will do",
        "w: coverage source=f kinds=host from=2021-08-01 until=2021-10-31",
        "host",
        "claimed",
        "30/30 complete gaps 0",
    ),
    (
        "by the verifier",
        "w: coverage source=verifier kinds=host from=2021-08-01 until=2021-10-31",
        "host",
        "verified",
        "30/30 complete gaps 0",
    ),
    (
        "for something else",
        "w: coverage source=b kinds=join from=2021-08-01 until=2021-10-31",
        "host",
        "claimed",
        "0/30 gaps 1",
    ),
    (
        "for one of two",
        "w: coverage source=b kinds=join from=2021-08-01 until=2021-10-31",
        "host join",
        "claimed",
        "0/30 gaps 1",
    ),
    (
        "for both, by two sources",
        "w: coverage source=b kinds=join from=2021-08-01 until=2021-10-31\nv: coverage source=a kinds=host from=2021-08-01 until=2021-09-10",
        "host join",
        "reported",
        "10/30 gaps 1",
    ),
    (
        "for all that counts as it",
        "w: coverage source=b kinds=join from=2021-08-01 until=2021-10-31\nv: coverage source=a kinds=host from=2021-08-01 until=2021-09-10",
        "cooperate",
        "reported",
        "10/30 gaps 1",
    ),
    (
        "for it by name",
        "w: coverage source=b kinds=cooperate from=2021-08-01 until=2021-10-31",
        "cooperate",
        "reported",
        "30/30 complete gaps 0",
    ),
    (
        "a measure",
        "w: coverage source=b kinds=troops from=2021-08-01 until=2021-10-31",
        "troops",
        "reported",
        "30/30 complete gaps 0",
    ),
    (
        "some hours of each day",
        "w: coverage source=b kinds=host from=2021-08-01 until=2021-10-31 hours=09:00/14:20",
        "host",
        "reported",
        "30/30 gaps 31",
    ),
    (
        "twice each day",
        "w: coverage source=b kinds=host from=2021-08-01 until=2021-10-31 hours=09:00/10:00
         v: coverage source=c kinds=host from=2021-08-01 until=2021-10-31 hours=11:00/12:00",
        "host",
        "reported",
        "30/30 gaps 61",
    ),
    (
        "twice by the same source",
        "w: coverage source=b kinds=host from=2021-08-01 until=2021-09-20\nv: coverage source=b kinds=host from=2021-09-11 until=2021-10-31",
        "host",
        "reported",
        "30/30 complete gaps 0",
    ),
];

#[test]
fn a_watch_is_measured_by_the_standing_of_its_silence() {
    for (what, lines, kinds, standard, expected) in WATCHES {
        let world = World::of(lines);
        let evidence = world.all();
        let subjects: Vec<Subject> = kinds
            .split(' ')
            .map(|name| subject(&evidence, name))
            .collect();
        let watch = evidence.watch(
            &subjects,
            Some(thing(&evidence, "afghanistan")),
            day("2021-09"),
            breach(&evidence, "taliban"),
            rung(standard),
        );
        assert_eq!(shown(&watch), *expected, "{what}");
    }
}

fn all_of_september(
    evidence: &Evidence<'_>,
    place: Option<ThingId>,
    viewpoint: Viewpoint,
) -> Watch {
    let host = [subject(evidence, "host")];
    evidence.watch(&host, place, day("2021-09"), viewpoint, Standing::Claimed)
}

#[test]
fn a_watch_of_one_place_is_none_of_everywhere() {
    let world = World::of(
        "w: coverage source=b kinds=host in=afghanistan from=2021-08-01 until=2021-10-31",
    );
    let evidence = world.all();
    let view = breach(&evidence, "taliban");
    assert!(!all_of_september(&evidence, None, view).complete);
}

#[test]
fn a_watch_over_ones_own_performance_is_self_serving() {
    let world =
        World::of("w: coverage source=washington kinds=host from=2021-08-01 until=2021-10-31");
    let evidence = world.all();
    for (viewpoint, complete) in [
        (breach(&evidence, "us"), false),
        (breach(&evidence, "taliban"), true),
        (performance(&evidence, "taliban"), false),
        (NOBODY, false),
    ] {
        let watch = all_of_september(&evidence, None, viewpoint);
        assert_eq!(watch.complete, complete, "{viewpoint:?}");
    }
}

#[test]
fn an_empty_or_endless_window_is_answered() {
    let world =
        World::of("w: coverage source=b kinds=host from=2021-08-01 until=.. hours=09:00/14:20");
    let evidence = world.all();
    let host = [subject(&evidence, "host")];
    let view = breach(&evidence, "taliban");
    let empty = When {
        earliest: day("2021-09-01").earliest,
        latest: day("2021-09-01").earliest,
    };
    let watch = evidence.watch(&host, None, empty, view, Standing::Claimed);
    assert_eq!((watch.days, watch.of, watch.complete), (0, 0, false));
    let always = When::ALWAYS;
    let watch = evidence.watch(&host, None, always, view, Standing::Claimed);
    assert!(!watch.complete && watch.days > 30_000);
}
