use super::fixture::*;
use crate::agreement::{PledgeId, Standing};
use crate::record::Subject;

/// Each row: what is shown, the records of one incident, and `PRO/CON` of the occurrence as a breach by the Taliban.
const LADDER: &[(&str, &str, &str)] = &[
    (
        "F cannot be judged",
        "x: host source=f basis=observed",
        "claimed/none",
    ),
    (
        "D is not good enough",
        "x: host source=d basis=observed",
        "claimed/none",
    ),
    (
        "C that saw it",
        "x: host source=c basis=observed",
        "reported/none",
    ),
    (
        "C that has papers",
        "x: host source=c basis=documented",
        "reported/none",
    ),
    (
        "C that was told",
        "x: host source=c basis=told",
        "claimed/none",
    ),
    (
        "C that does not say how it knows",
        "x: host source=c",
        "claimed/none",
    ),
    (
        "C that says it rests on two, but was told",
        "x: host source=c basis=told origins=2",
        "claimed/none",
    ),
    (
        "C that saw it cannot vouch for a second",
        "x: host source=c basis=observed origins=2",
        "reported/none",
    ),
    (
        "B that was told",
        "x: host source=b basis=told",
        "reported/none",
    ),
    (
        "B that rests on two",
        "x: host source=b basis=told origins=2",
        "corroborated/none",
    ),
    (
        "many that cannot be judged",
        "x: host source=f\ny: host source=d incident=x\nz: host source=c incident=x",
        "claimed/none",
    ),
    (
        "two that saw it",
        "x: host source=b basis=observed\ny: host source=c basis=observed incident=x",
        "corroborated/none",
    ),
    (
        "one that says it twice",
        "x: host source=b basis=observed\ny: host source=b basis=documented incident=x",
        "reported/none",
    ),
    (
        "two of one owner",
        "x: host source=unmt basis=observed\ny: host source=unama basis=observed incident=x",
        "reported/none",
    ),
    (
        "a source and its owner",
        "x: host source=unmt basis=observed\ny: host source=un basis=observed incident=x",
        "reported/none",
    ),
    (
        "unnamed origins do not add to known ones",
        "x: host source=c basis=observed\ny: host source=b basis=told incident=x",
        "reported/none",
    ),
    (
        "nor to each other",
        "x: host source=a basis=told\ny: host source=b basis=told incident=x",
        "reported/none",
    ),
    (
        "an admission adds to a witness",
        "x: host source=tb basis=told\ny: host source=c basis=observed incident=x",
        "corroborated/none",
    ),
    (
        "a self-serving word adds nothing",
        "x: host source=nrf basis=observed\ny: host source=c basis=observed incident=x",
        "reported/none",
    ),
    (
        "grade 4 takes credibility away",
        "x: host source=a basis=observed grade=A4",
        "claimed/none",
    ),
    (
        "grade 5 takes it from an admission too",
        "x: host source=tb grade=A5",
        "claimed/none",
    ),
    (
        "grade 6 cannot be judged",
        "x: host source=a basis=observed grade=A6",
        "claimed/none",
    ),
    (
        "but an admission stands",
        "x: host source=tb grade=F6",
        "reported/none",
    ),
    (
        "grade 1 is not taken as confirmation",
        "x: host source=a basis=observed grade=A1",
        "reported/none",
    ),
    (
        "the letter of a grade overrides the source's: up",
        "x: host source=f basis=told grade=B2",
        "reported/none",
    ),
    (
        "and down",
        "x: host source=a basis=observed grade=E2",
        "claimed/none",
    ),
    (
        "a declared verifier that saw it",
        "x: host source=verifier basis=observed",
        "verified/none",
    ),
    (
        "that was told",
        "x: host source=verifier basis=told",
        "reported/none",
    ),
    (
        "of another kind",
        "x: join source=verifier basis=observed",
        "reported/none",
    ),
    (
        "a verifier that the analyst doubts",
        "x: host source=verifier basis=observed grade=A4",
        "claimed/none",
    ),
    (
        "a verifier that denies",
        "x: host source=b\ny: - denies=x source=verifier basis=observed",
        "reported/verified",
    ),
    (
        "an echo of a verifier",
        "x: host source=d echoes=v incident=here\n",
        "verified/none",
    ),
    (
        "a credible finding",
        "x: finding pledge=doha/no-hosting finding=breached source=unmt",
        "verified/none",
    ),
    (
        "a finding by the other side",
        "x: finding pledge=doha/no-hosting finding=breached source=washington",
        "claimed/none",
    ),
    (
        "a finding by a C body that was told",
        "x: finding pledge=doha/no-hosting finding=breached source=c",
        "claimed/none",
    ),
    (
        "a denial of a finding is no finding",
        "x: finding pledge=doha/no-hosting finding=breached source=c\ny: - denies=x source=b",
        "claimed/reported",
    ),
];

#[test]
fn independent_voices_lift() {
    for (what, lines, expected) in LADDER {
        let lines = if lines.contains("echoes=v") {
            format!("v: host source=verifier basis=observed\n{lines}")
        } else {
            (*lines).to_owned()
        };
        let world = World::of(&lines);
        let evidence = world.all();
        let found = standing(&evidence, "x", breach(&evidence, "taliban"));
        assert_eq!(found, *expected, "{what}");
    }
}

#[test]
fn the_agreement_says_how_many_voices_corroborate() {
    let lines = "x: host source=b basis=observed\ny: host source=c basis=observed incident=x";
    for (needed, expected) in [(1, "corroborated"), (2, "corroborated"), (3, "reported")] {
        let world = World::with(lines, needed);
        let evidence = world.all();
        let found = standing(&evidence, "x", breach(&evidence, "taliban"));
        assert_eq!(found, format!("{expected}/none"), "{needed}");
    }
}

#[test]
fn a_level_is_that_of_all_that_stand() {
    let world = World::of(
        "x: host source=b basis=observed
         y: host source=c basis=observed
         z: host source=a basis=observed
         w: - retracts=z source=a",
    );
    let evidence = world.all();
    let view = breach(&evidence, "taliban");
    let level = |names: &[&str]| {
        let ids: Vec<_> = names.iter().map(|name| world.record(name)).collect();
        evidence.level(&ids, view)
    };
    assert_eq!(level(&[]), Standing::None);
    assert_eq!(level(&["z"]), Standing::None);
    assert_eq!(level(&["x", "z"]), Standing::Reported);
    assert_eq!(level(&["x", "y"]), Standing::Corroborated);
}

#[test]
fn verifiable_needs_a_verifier_or_a_finding() {
    let world =
        World::of("f: finding pledge=doha/no-hosting finding=kept source=d reported=2021-10-01");
    let finding = Subject::Finding(PledgeId(0));
    let all = world.all();
    let kind = |name: &str| subject(&all, name);
    assert!(all.verifiable(&[kind("host")]));
    assert!(all.verifiable(&[kind("cooperate")]), "hosting counts as it");
    assert!(!all.verifiable(&[kind("join")]));
    assert!(all.verifiable(&[kind("join"), finding]));
    assert!(!world.known_by("2021-09-30").verifiable(&[finding]));
}

#[test]
fn another_doer_denies_that_it_was_this_one() {
    let rows = [
        (
            "x: host by=haqqani-network source=b",
            "haqqani-network",
            "reported/none",
        ),
        (
            "x: host by=haqqani-network source=b",
            "nrf",
            "none/reported",
        ),
        ("x: host source=b", "nrf", "none/none"),
        // The denial carries the doer, so it denies the doer and not the occurrence.
        (
            "x: host by=nrf source=b\ny: - denies=x by=nrf source=a",
            "nrf",
            "reported/reported",
        ),
        (
            "x: host by=nrf source=b\ny: - denies=x source=a",
            "nrf",
            "reported/none",
        ),
        (
            "x: host by=nrf source=b\ny: - denies=x by=us source=a",
            "nrf",
            "reported/none",
        ),
    ];
    for (lines, doer, expected) in rows {
        let world = World::of(lines);
        let evidence = world.all();
        let view = breach(&evidence, "taliban");
        let found = standing_by(&evidence, "x", view, doer);
        assert_eq!(found, expected, "{lines} by {doer}");
    }
    let world = World::of("x: host by=nrf source=b\ny: - denies=x by=nrf source=a");
    let evidence = world.all();
    let found = standing(&evidence, "x", breach(&evidence, "taliban"));
    assert_eq!(found, "reported/none", "the occurrence is not denied");
}

#[test]
fn naming_another_doer_is_weighed_by_that_interest() {
    // That it was not the Taliban is good for the Taliban, so their word for it is a claim.
    let world = World::of("x: host by=nrf source=tb");
    let evidence = world.all();
    let view = breach(&evidence, "taliban");
    assert_eq!(standing_by(&evidence, "x", view, "taliban"), "none/claimed");
    let weight = weight_by(&evidence, "x", view, "taliban");
    assert_eq!(
        weight.accounts[0].because,
        "self-serving: the Taliban spokesman speaks for the Taliban, whose duty it is"
    );
    assert!(!weight.accounts[0].affirms);
}
