use std::fmt::Write;

use super::fixture::*;

/// Each row: what is shown, the records, and which of them stand.
const CHAINS: &[(&str, &str, &str)] = &[
    (
        "a source takes back its own word",
        "x: join source=nrf
         y: - retracts=x source=nrf",
        "y",
    ),
    (
        "a retraction of a retraction revives",
        "x: join source=nrf
         y: - retracts=x source=nrf
         z: - retracts=y source=nrf",
        "x z",
    ),
    (
        "and a third one takes it back again",
        "x: join source=nrf
         y: - retracts=x source=nrf
         z: - retracts=y source=nrf
         w: - retracts=z source=nrf",
        "y w",
    ),
    (
        "an owner speaks for its source",
        "x: join source=unmt
         y: - retracts=x source=un",
        "y",
    ),
    (
        "another source of the owner does not",
        "x: join source=unmt
         y: - retracts=x source=unama",
        "x y",
    ),
    (
        "a source does not speak for its owner",
        "x: join source=un
         y: - retracts=x source=unmt",
        "x y",
    ),
    (
        "the desk may take back anything",
        "x: join source=nrf
         y: - retracts=x",
        "y",
    ),
    (
        "nobody takes back a record of the desk but the desk",
        "x: join
         y: - retracts=x source=nrf",
        "x y",
    ),
    (
        "a correction replaces",
        "x: join source=nrf by=al-qaeda
         y: - corrects=x source=nrf by=haqqani-network",
        "y",
    ),
    (
        "a correction of a correction replaces it, and does not revive the first",
        "x: join source=nrf by=al-qaeda
         y: - corrects=x source=nrf by=haqqani-network
         z: - corrects=x source=nrf by=nrf
         w: - retracts=y source=nrf",
        "z w",
    ),
    (
        "what was there before is not taken back by what came before it",
        "y: - retracts=x source=nrf
         x: join source=nrf",
        "y x",
    ),
    (
        "two records cannot take each other back",
        "x: - retracts=y source=nrf
         y: - retracts=x source=nrf",
        "y",
    ),
];

#[test]
fn links_settle_what_stands() {
    for (what, lines, standing) in CHAINS {
        // A ring needs something to hang on, so that its records are about something.
        let lines = if lines.contains("x: -") {
            format!("{lines}\nz: join source=nrf")
                .replace("retracts=y", "retracts=y kind=join")
                .replace("retracts=x", "retracts=x kind=join")
        } else {
            (*lines).to_owned()
        };
        let world = World::of(&lines);
        let evidence = world.all();
        let found: Vec<&str> = world
            .records
            .records
            .iter()
            .filter(|record| {
                evidence.is_live(record.id) && !(lines.contains("z: join") && record.name == "z")
            })
            .map(|record| record.name.as_str())
            .collect();
        assert_eq!(found.join(" "), *standing, "{what}");
    }
}

#[test]
fn what_is_taken_back_stands_until_that_is_known() {
    let world = World::of(
        "x: join source=nrf reported=2021-09-02
         y: - retracts=x source=nrf reported=2021-09-17",
    );
    let x = world.record("x");
    assert!(world.known_by("2021-09-16").is_live(x));
    assert!(!world.known_by("2021-09-17").is_live(x));
    let before = world.known_by("2021-09-01");
    assert_eq!(
        before.status_of(x).unwrap(),
        "not known until 2 September 2021"
    );
    assert_eq!(
        world.all().status_of(x).unwrap(),
        "retracted on 17 September 2021 by the National Resistance Front"
    );
}

/// Each row: what is shown, the records, and `PRO/CON` of the occurrence of `x` as a breach by the Taliban.
const DENIALS: &[(&str, &str, &str)] = &[
    (
        "a retraction by another source is a denial",
        "x: join source=b
         y: - retracts=x source=a basis=observed",
        "reported/reported",
    ),
    (
        "a correction by another source is a denial too, whatever it says",
        "x: join source=b by=al-qaeda
         y: - corrects=x source=a basis=observed by=nrf",
        "reported/reported",
    ),
    (
        "a retraction of what was not there yet is a denial",
        "y: - retracts=x source=b
         x: join source=b",
        "reported/reported",
    ),
    (
        "a denial of a denial affirms",
        "x: join source=f
         y: - denies=x source=tb
         z: - denies=y source=b",
        "reported/claimed",
    ),
    (
        "taking back a denial removes it",
        "x: join source=b
         y: - denies=x source=a
         z: - retracts=y source=a",
        "reported/none",
    ),
    (
        "somebody else's retraction of a denial denies the denial",
        "x: join source=f
         y: - denies=x source=tb
         z: - retracts=y source=b",
        "reported/claimed",
    ),
    (
        "denying a retraction says nothing about the world",
        "x: join source=b
         y: - retracts=x source=b
         z: - denies=y source=a",
        "none/none",
    ),
    (
        "a bare correction of a denial is a denial",
        "x: join source=b
         y: - denies=x source=a when=2021-08-30
         z: - corrects=y source=a when=2021-09-01",
        "reported/reported",
    ),
    (
        "a desk that corrects who denied leaves a denial",
        "x: join source=f
         y: - denies=x source=f
         z: - corrects=y",
        "claimed/claimed",
    ),
    (
        "a denial with content that replaces one affirms that content",
        "x: join source=f
         y: - denies=x source=tb
         z: - supersedes=y source=tb by=al-qaeda",
        "reported/none",
    ),
    (
        "a retelling of a denial is a denial",
        "x: join source=f by=al-qaeda
         y: - denies=x source=tb
         z: join source=c by=al-qaeda echoes=y",
        "claimed/claimed",
    ),
];

#[test]
fn links_that_do_not_act_are_denials() {
    for (what, lines, expected) in DENIALS {
        let world = World::of(lines);
        let evidence = world.all();
        let found = standing(&evidence, "x", breach(&evidence, "taliban"));
        assert_eq!(found, *expected, "{what}");
    }
}

/// Each row: what is shown, the records, and `PRO/CON` of the occurrence of `z`.
const ECHOES: &[(&str, &str, &str)] = &[
    (
        "an echo is as good as its root, not as its own source",
        "x: join source=d
         z: join source=a basis=observed echoes=x",
        "claimed/none",
    ),
    (
        "an echo adds no voice",
        "x: join source=c basis=observed
         z: join source=a basis=observed echoes=x",
        "reported/none",
    ),
    (
        "an echo of a retracted echo of a live root is tainted",
        "x: join source=b basis=observed incident=elsewhere
         y: join source=c echoes=x incident=elsewhere
         z: join source=a echoes=y incident=here
         w: - retracts=y source=c",
        "none/none",
    ),
    (
        "an echo of a retracted root is tainted",
        "x: join source=b incident=elsewhere
         z: join source=a echoes=x incident=here
         w: - retracts=x source=b",
        "none/none",
    ),
    (
        "one path on which all stand is enough",
        "x: join source=b incident=elsewhere
         y: join source=c echoes=x incident=elsewhere
         z: join source=a echoes=y,x incident=here
         w: - retracts=y source=c",
        "reported/none",
    ),
    (
        "and only its root counts",
        "x: join source=b basis=observed incident=elsewhere
         y: join source=c basis=observed incident=elsewhere
         z: join source=a echoes=x,y incident=here
         w: - retracts=x source=b",
        "reported/none",
    ),
    (
        "two roots are two voices",
        "x: join source=b basis=observed incident=elsewhere
         y: join source=c basis=observed incident=elsewhere
         z: join source=a echoes=x,y incident=here",
        "corroborated/none",
    ),
    (
        "an echo of what is not there yet is told by somebody unnamed",
        "z: join source=b basis=observed echoes=x incident=here reported=2021-09-02
         x: join source=d reported=2021-09-03",
        "reported/none",
    ),
    (
        "a C medium may not vouch for that",
        "z: join source=c basis=observed echoes=x incident=here reported=2021-09-02
         x: join source=a reported=2021-09-03",
        "claimed/none",
    ),
    (
        "an echo of a source has that source's letter",
        "z: join source=a basis=observed echoes=d",
        "claimed/none",
    ),
    (
        "and its interest",
        "z: join source=a basis=observed echoes=nrf",
        "claimed/none",
    ),
    (
        "also where that is an admission",
        "z: join source=d echoes=tb",
        "reported/none",
    ),
    (
        "an echo that the analyst doubts adds nothing",
        "x: join source=b incident=elsewhere
         z: join source=a echoes=x grade=A5 incident=here",
        "claimed/none",
    ),
    (
        "nor does an echo of such an echo",
        "x: join source=b incident=elsewhere
         y: join source=a echoes=x grade=A5 incident=elsewhere
         z: join source=a echoes=y incident=here",
        "claimed/none",
    ),
    (
        "an echo without an incident of its own does not happen twice",
        "x: join source=c basis=observed incident=one
         y: join source=d echoes=x
         z: join source=c2 basis=observed incident=one",
        "corroborated/none",
    ),
];

#[test]
fn echoes_lead_to_their_roots() {
    for (what, lines, expected) in ECHOES {
        let world = World::of(lines);
        let evidence = world.all();
        let found = standing(&evidence, "z", breach(&evidence, "taliban"));
        assert_eq!(found, *expected, "{what}");
    }
}

#[test]
fn what_is_out_is_shown_with_the_reason() {
    let world = World::of(
        "x: join source=b
         y: join source=c echoes=x
         w: - retracts=x source=b reported=2021-09-17",
    );
    let evidence = world.all();
    let view = breach(&evidence, "taliban");
    assert_eq!(
        because(&evidence, "x", view),
        "not: retracted on 17 September 2021 by Agency B"
    );
    assert_eq!(
        because(&evidence, "y", view),
        "not: echo of Agency B, which was retracted on 17 September 2021 by Agency B"
    );
    assert_eq!(because(&evidence, "w", view), "silent");
}

#[test]
fn long_chains_are_no_trouble() {
    let mut lines =
        "r0: join source=b incident=one\ne0: join source=b basis=observed incident=two\n"
            .to_owned();
    for at in 1..4000 {
        writeln!(lines, "r{at}: - retracts=r{} source=b", at - 1).unwrap();
        writeln!(lines, "e{at}: join source=c echoes=e{}", at - 1).unwrap();
    }
    let world = World::of(&lines);
    let evidence = world.all();
    let view = breach(&evidence, "taliban");
    assert_eq!(standing(&evidence, "r0", view), "none/none");
    assert_eq!(standing(&evidence, "e3999", view), "reported/none");
    assert_eq!(
        evidence.incident(incident(&evidence, "e0")).records.len(),
        4000
    );
}
