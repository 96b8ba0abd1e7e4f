use super::fixture::*;

/// Each row: what is shown, whose duty, whether it would be a performance, the record, and its `PRO` standing.
const SIDES: &[(&str, &str, bool, &str, &str)] = &[
    (
        "an accuser's claim",
        "taliban",
        false,
        "x: host source=washington basis=observed",
        "claimed",
    ),
    (
        "a claim of an adversary by declaration",
        "taliban",
        false,
        "x: host source=nrf basis=observed",
        "claimed",
    ),
    (
        "a claim of an adversary's ally",
        "taliban",
        false,
        "x: host source=london basis=observed",
        "claimed",
    ),
    (
        "an admission",
        "taliban",
        false,
        "x: host source=tb basis=told",
        "reported",
    ),
    (
        "an admission by a member of the obligor",
        "taliban",
        false,
        "x: host source=haqqani",
        "reported",
    ),
    (
        "an admission by another arm of the same party",
        "turncoats",
        false,
        "x: host source=haqqani",
        "reported",
    ),
    (
        "an admission by the group of the obligor",
        "haqqani-network",
        false,
        "x: host source=tb",
        "reported",
    ),
    (
        "a claim of performance by the obligor",
        "us",
        true,
        "x: host source=washington basis=observed",
        "claimed",
    ),
    (
        "a claim of performance by its arm",
        "us",
        true,
        "x: host source=centcom basis=observed",
        "claimed",
    ),
    (
        "a claim of performance for an arm",
        "central-command",
        true,
        "x: host source=washington",
        "claimed",
    ),
    (
        "a claim of performance by an ally",
        "us",
        true,
        "x: host source=london basis=observed",
        "claimed",
    ),
    (
        "an acknowledgment by the other side",
        "us",
        true,
        "x: host source=tb",
        "reported",
    ),
    (
        "an acknowledgment by an adversary of the obligor",
        "taliban",
        true,
        "x: host source=nrf",
        "reported",
    ),
    (
        "a source without a side",
        "taliban",
        false,
        "x: host source=b",
        "reported",
    ),
    (
        "a side that is neither",
        "us",
        true,
        "x: host source=nrf",
        "claimed",
    ),
    (
        "a party about itself where nobody owes",
        "",
        false,
        "x: host source=washington basis=observed",
        "claimed",
    ),
    (
        "one who takes part where nobody owes",
        "",
        false,
        "x: attack on=nrf source=nrf grade=A1 basis=observed",
        "claimed",
    ),
    (
        "one who does not take part where nobody owes",
        "",
        false,
        "x: attack on=al-qaeda source=nrf grade=A1 basis=observed",
        "reported",
    ),
    (
        "a neutral source where nobody owes",
        "",
        false,
        "x: attack source=b",
        "reported",
    ),
];

#[test]
fn interest_decides_before_the_letter() {
    for (what, obligor, good, lines, expected) in SIDES {
        let world = World::of(lines);
        let evidence = world.all();
        let view = match (*obligor, good) {
            ("", _) => NOBODY,
            (obligor, true) => performance(&evidence, obligor),
            (obligor, false) => breach(&evidence, obligor),
        };
        let found = standing(&evidence, "x", view);
        assert_eq!(found, format!("{expected}/none"), "{what}");
    }
}

/// Each row: what is shown, the denial, and the `CON` standing of a breach by the Taliban.
const DENIALS: &[(&str, &str, &str)] = &[
    (
        "the obligor denies",
        "y: - denies=x source=tb basis=observed",
        "claimed",
    ),
    (
        "its member denies",
        "y: - denies=x source=haqqani",
        "claimed",
    ),
    (
        "the other side says that it did not happen",
        "y: - denies=x source=nrf",
        "reported",
    ),
    ("a neutral denies", "y: - denies=x source=b", "reported"),
];

#[test]
fn a_denial_turns_the_interest_round() {
    for (what, denial, expected) in DENIALS {
        let world = World::of(&format!("x: host source=f\n{denial}"));
        let evidence = world.all();
        let found = standing(&evidence, "x", breach(&evidence, "taliban"));
        assert_eq!(found, format!("claimed/{expected}"), "{what}");
    }
}

/// Each row: what is shown, the records, the obligor of the breach, and `PRO/CON`.
const MARKS: &[(&str, &str, &str, &str)] = &[
    (
        "an act done by saying so stands by the doer's word",
        "x: notice by=us source=washington",
        "taliban",
        "reported/none",
    ),
    (
        "also where it serves the doer",
        "x: notice by=taliban source=tb",
        "us",
        "reported/none",
    ),
    (
        "also by the doer's arm",
        "x: notice by=us source=centcom",
        "taliban",
        "reported/none",
    ),
    (
        "also where nobody owes",
        "x: notice by=us source=washington",
        "",
        "reported/none",
    ),
    (
        "not by somebody else's word",
        "x: notice by=us source=tb",
        "us",
        "claimed/none",
    ),
    (
        "not by an ally's",
        "x: notice by=us source=london",
        "taliban",
        "claimed/none",
    ),
    (
        "not where no doer is named",
        "x: notice source=washington",
        "taliban",
        "claimed/none",
    ),
    (
        "not where the analyst doubts it",
        "x: notice by=us source=washington grade=A4",
        "taliban",
        "claimed/none",
    ),
    (
        "a boast is self-serving although it would be an admission",
        "x: toll by=nrf side=taliban killed=350 source=nrf",
        "nrf",
        "claimed/none",
    ),
    (
        "also without its doer",
        "x: toll side=taliban killed=350 source=nrf",
        "nrf",
        "claimed/none",
    ),
    (
        "also an ally's",
        "x: toll by=us side=taliban killed=350 source=london",
        "us",
        "claimed/none",
    ),
    (
        "its victim's word is no boast",
        "x: toll by=nrf side=taliban killed=350 source=tb",
        "taliban",
        "reported/none",
    ),
    (
        "nor where no doer is named",
        "x: toll side=taliban killed=350 source=tb",
        "taliban",
        "reported/none",
    ),
    (
        "a neutral's word is no boast",
        "x: toll by=nrf side=taliban killed=350 source=b",
        "nrf",
        "reported/none",
    ),
];

#[test]
fn marked_kinds_override_the_interest() {
    for (what, lines, obligor, expected) in MARKS {
        let world = World::of(lines);
        let evidence = world.all();
        let view = if obligor.is_empty() {
            NOBODY
        } else {
            breach(&evidence, obligor)
        };
        assert_eq!(standing(&evidence, "x", view), *expected, "{what}");
    }
}

#[test]
fn memberships_are_read_at_the_time_of_the_incident() {
    // The turncoats are Taliban from 15 August 2021 on.
    let rows = [
        (
            "2021-09-01",
            "reported/none",
            "afterwards their word is an admission",
        ),
        (
            "2021-08-01",
            "claimed/none",
            "before, they are nobody's, and their letter decides",
        ),
        (
            "2021-08",
            "claimed/none",
            "where it may have been either, the less credible reading is taken",
        ),
    ];
    for (when, expected, what) in rows {
        let mut world = World::of(&format!("x: host when={when} source=f"));
        let turncoats = world.records.vocabulary.thing_names["turncoats"];
        let source = world.records.records[0].informant.unwrap();
        world.records.informants[source.0 as usize].speaks_for = Some(turncoats);
        let evidence = world.all();
        let found = standing(&evidence, "x", breach(&evidence, "taliban"));
        assert_eq!(found, expected, "{what}");
    }
}

#[test]
fn memberships_that_are_not_known_yet_do_not_count() {
    let mut world = World::of("x: host source=haqqani reported=2021-09-02");
    let thing = world.records.vocabulary.thing_names["haqqani-network"];
    let parents = &mut world.records.vocabulary.things[thing.0 as usize].parents;
    parents[0].known = day("2021-10-01").earliest;
    let before = world.known_by("2021-09-30");
    assert_eq!(
        standing(&before, "x", breach(&before, "taliban")),
        "claimed/none"
    );
    let after = world.known_by("2021-10-01");
    assert_eq!(
        standing(&after, "x", breach(&after, "taliban")),
        "reported/none"
    );
}

#[test]
fn the_nearest_declaration_wins_and_enmity_wins_a_tie() {
    let rows = [
        (
            true,
            false,
            "claimed",
            "an ally's denial of a breach serves it",
        ),
        (false, true, "reported", "an adversary's denial does not"),
        (
            true,
            true,
            "reported",
            "declared both, it is taken as an adversary",
        ),
    ];
    for (allied, adverse, expected, what) in rows {
        let mut world = World::of("x: host source=f\ny: - denies=x source=nrf");
        let names = &world.records.vocabulary.thing_names;
        let (nrf, taliban) = (names["nrf"], names["taliban"]);
        let declared = &mut world.records.vocabulary.things[nrf.0 as usize];
        declared.adverse = if adverse { vec![taliban] } else { Vec::new() };
        declared.allied = if allied { vec![taliban] } else { Vec::new() };
        let evidence = world.all();
        let found = standing(&evidence, "x", breach(&evidence, "taliban"));
        assert_eq!(found, format!("claimed/{expected}"), "{what}");
    }
}

/// Each row: the record, whose breach, and the reason shown.
const REASONS: &[(&str, &str, &str)] = &[
    (
        "x: host source=washington",
        "taliban",
        "not: self-serving: the Pentagon speaks for the United States, adverse to the Taliban",
    ),
    (
        "x: host source=tb",
        "taliban",
        "counts: against its own interest: the Taliban spokesman speaks for the Taliban, whose duty it is",
    ),
    (
        "x: host source=haqqani",
        "taliban",
        "counts: against its own interest: the Haqqani office speaks for haqqani-network, of the side of the Taliban",
    ),
    (
        "x: host source=london",
        "us",
        "counts: against its own interest: the Ministry of Defence speaks for the United Kingdom, allied to the United States",
    ),
    (
        "x: notice by=us source=washington",
        "taliban",
        "counts: the doer's own word: the Pentagon speaks for the United States, and the act is done by saying so",
    ),
    (
        "x: toll by=us killed=3 source=washington",
        "taliban",
        "not: self-serving: the Pentagon speaks for the United States, which claims its own doing",
    ),
    (
        "x: host source=washington",
        "",
        "not: self-serving: the Pentagon speaks for the United States, which is a party or takes part",
    ),
    (
        "x: host source=b basis=observed",
        "taliban",
        "counts: credible: Agency B (B, observed)",
    ),
    (
        "x: host source=b origins=2 basis=told",
        "taliban",
        "counts: credible: Agency B (B, told, resting on 2 sources)",
    ),
    (
        "x: host source=c basis=told",
        "taliban",
        "not: unnamed origin: Agency C is graded C, and only A or B may vouch for one",
    ),
    (
        "x: host source=b echoes=c",
        "taliban",
        "not: echo of Agency C; only told: Agency C is graded C, and only A or B may vouch for what others said",
    ),
    (
        "x: host source=d basis=observed",
        "taliban",
        "not: letter D: its track record is not good enough",
    ),
    (
        "x: host source=f basis=observed",
        "taliban",
        "not: letter F: its track record cannot be judged",
    ),
    (
        "x: host basis=observed",
        "taliban",
        "not: cannot be judged: the record names no source",
    ),
    (
        "x: host source=b grade=B5",
        "taliban",
        "not: doubted: the analyst graded what Agency B says B5",
    ),
    (
        "x: host source=b grade=B6",
        "taliban",
        "not: cannot be judged: the analyst graded what Agency B says B6",
    ),
    (
        "x: host source=verifier basis=observed",
        "taliban",
        "counts: declared verifier: the Commission (A, observed)",
    ),
    (
        "x: finding pledge=doha/no-hosting finding=breached source=unmt",
        "taliban",
        "counts: official finding: the Monitoring Team (B, told, as no basis is given)",
    ),
    (
        "y: host source=b incident=one\nx: host source=d echoes=y incident=one",
        "taliban",
        "not: echo of Agency B: no voice of its own",
    ),
];

#[test]
fn every_account_says_why() {
    for (lines, obligor, expected) in REASONS {
        let world = World::of(lines);
        let evidence = world.all();
        let view = if obligor.is_empty() {
            NOBODY
        } else {
            breach(&evidence, obligor)
        };
        assert_eq!(because(&evidence, "x", view), *expected, "{lines}");
    }
}
