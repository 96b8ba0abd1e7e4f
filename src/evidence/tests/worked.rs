//! Cases worked by hand: the Panjshir tweet, hosting in Kabul, and the tolls of both sides.

use super::fixture::*;
use crate::evidence::{Answer, Standing, Truth, Weight};
use crate::quantity::{Comparison, Decimal};
use crate::record::Record;

const TWEET: &str = "tweet: join by=al-qaeda to=taliban when=2021-09-01/2021-09-02 source=nrf basis=told reported=2021-09-02\n";
const ARABIYA: &str = "arabiya: join by=al-qaeda to=taliban when=2021-09-01/2021-09-02 source=c basis=told incident=tweet reported=2021-09-02\n";
const ECHO: &str = "sputnik: join by=al-qaeda to=taliban when=2021-09-01/2021-09-02 source=d echoes=arabiya reported=2021-09-03\n";
const DENIAL: &str = "denial: - denies=tweet source=tb reported=2021-09-03\n";

fn profile(weight: &Weight) -> String {
    let letters: Vec<&str> = Standing::STANDARDS
        .into_iter()
        .map(
            |standard| match Truth::at(standard, weight.pro, weight.con) {
                Truth::True => "T",
                Truth::False => "F",
                Truth::Contested => "B",
                Truth::NotShown => "N",
            },
        )
        .collect();
    letters.concat()
}

#[test]
fn no_cooperation_with_al_qaeda() {
    for (file, expected) in [
        (TWEET.to_owned(), "TNNN"),
        (format!("{TWEET}{ARABIYA}"), "TNNN"),
        (format!("{TWEET}{ARABIYA}{ECHO}"), "TNNN"),
        (format!("{TWEET}{DENIAL}"), "BNNN"),
        (format!("{TWEET}{ARABIYA}{ECHO}{DENIAL}"), "BNNN"),
    ] {
        let world = World::of(&file);
        let evidence = world.known_by("2021-09-03");
        let view = breach(&evidence, "taliban");
        let weight = evidence.occurrence(incident(&evidence, "tweet"), view);
        assert_eq!(profile(&weight), expected, "{file}");
    }
}

#[test]
fn no_hosting_in_kabul() {
    let report = |origins: u32| {
        format!(
            "report: host by=taliban guest=al-qaeda when=2021-08-15/2022-04-30 source=unmt basis=told origins={origins} reported=2022-05-26
             denial: - denies=report source=tb reported=2022-05-27"
        )
    };
    for (origins, expected) in [(1, "TTNN"), (2, "TTTN")] {
        let world = World::of(&report(origins));
        let evidence = world.known_by("2022-06-01");
        let view = breach(&evidence, "taliban");
        let weight = evidence.occurrence(incident(&evidence, "report"), view);
        assert_eq!(profile(&weight), expected, "{origins}");
        assert_eq!(weight.when, day("2021-08-15/2022-04-30"));
        let before = world.known_by("2022-05-25");
        assert_eq!(before.incident_of(world.record("report")), None);
    }
    let graded = report(2).replace("basis=told", "basis=told grade=B4");
    let world = World::of(&graded);
    let evidence = world.all();
    let view = breach(&evidence, "taliban");
    let weight = evidence.occurrence(incident(&evidence, "report"), view);
    assert_eq!(
        profile(&weight),
        "BNNN",
        "hedged words, graded down by the analyst"
    );
}

#[test]
fn zawahiri_in_kabul() {
    let world = World::of(
        "us: host by=taliban guest=al-qaeda when=2022-07-31 source=washington basis=observed reported=2022-08-01
         un: host by=taliban guest=al-qaeda when=2022-07-31 source=un basis=told incident=us reported=2022-08-15",
    );
    for (known, expected) in [("2022-08-14", "TNNN"), ("2022-08-15", "TTNN")] {
        let evidence = world.known_by(known);
        let view = breach(&evidence, "taliban");
        let weight = evidence.occurrence(incident(&evidence, "us"), view);
        assert_eq!(profile(&weight), expected, "{known}");
    }
}

#[test]
fn the_withdrawal_is_acknowledged_and_observed() {
    let world = World::of(
        "us: reading measure=troops of=us value=0 when=2021-08-30 source=washington reported=2021-08-30
         tb: reading measure=troops of=us value=0 when=2021-08-30 source=tb incident=us reported=2021-08-31
         ap: reading measure=troops of=us value=0 when=2021-08-30 source=b basis=observed incident=us reported=2021-09-03",
    );
    for (known, expected) in [
        ("2021-08-30", "TNNN"),
        ("2021-08-31", "TTNN"),
        ("2021-09-03", "TTTN"),
    ] {
        let evidence = world.known_by(known);
        let view = performance(&evidence, "us");
        let weight = evidence.occurrence(incident(&evidence, "us"), view);
        assert_eq!(profile(&weight), expected, "{known}");
    }
}

fn more_than(bound: i64) -> impl Fn(&Record) -> Answer {
    move |record| {
        let killed = record.fields.get(2).and_then(Option::as_ref);
        let crate::agreement::Value::Number(estimate) = killed.unwrap().value else {
            return Answer::Silent;
        };
        match Comparison::Greater.holds(estimate, Decimal::from(bound)) {
            Some(true) => Answer::Affirms,
            Some(false) => Answer::Denies,
            None => Answer::Silent,
        }
    }
}

#[test]
fn the_tolls_of_both_sides_stay_claims() {
    let world = World::of(
        "tb: toll by=taliban side=nrf killed=34 source=tb
         nrf: toll by=nrf side=taliban killed=350 source=nrf",
    );
    let evidence = world.all();
    let over_a_hundred = |name: &str, view| {
        let weight = evidence.weigh(incident(&evidence, name), view, &more_than(100));
        profile(&weight)
    };
    for view in [
        NOBODY,
        breach(&evidence, "taliban"),
        breach(&evidence, "nrf"),
        performance(&evidence, "nrf"),
    ] {
        assert_eq!(over_a_hundred("nrf", view), "TNNN");
        assert_eq!(over_a_hundred("tb", view), "FNNN");
    }
    assert_ne!(incident(&evidence, "tb"), incident(&evidence, "nrf"));
}

#[test]
fn two_figures_for_one_thing_are_contested() {
    let world = World::of(
        "tb: toll by=taliban side=nrf killed=34 source=tb
         nrf: toll by=taliban side=nrf killed=350 source=nrf incident=tb",
    );
    let evidence = world.all();
    let id = incident(&evidence, "tb");
    for (bound, expected) in [(20, "TNNN"), (100, "BNNN"), (400, "FNNN")] {
        let weight = evidence.weigh(id, NOBODY, &more_than(bound));
        assert_eq!(profile(&weight), expected, "more than {bound}");
    }
}
