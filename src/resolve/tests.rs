//! What the agreement holds after resolving; diagnostics are held against cases in `tests/resolve`.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a failing test should stop"
)]

use super::{Resolved, Unit, UnitFile, resolve};
use crate::agreement::{
    Agreement, Body, Cause, Condition, ConditionKind, Deadline, Duty, MomentKind, OperandKind,
    Pledge, QuantityKind, Sentence, Standing, TermKind, VariableId,
};
use crate::source::Sources;
use crate::syntax;
use crate::time::{Point, Zone, iso};

const WORDS: &str = r"
party us
party taliban
place afghanistan
place kabul in afghanistan
unit t = 1000 kg
event attack(by: actor, on: actor, in: place, amount: number kg, planned: date)
event report(by: actor, to: actor, over: event)
measure stock(of: actor) kg
";

fn agreement(text: &str) -> Agreement {
    let mut sources = Sources::default();
    let root = sources.add("case.treaty", format!("{WORDS}{text}"));
    let parse = syntax::parse(sources.get(root));
    assert!(parse.diagnostics.is_empty(), "{:?}", parse.diagnostics);
    let file = UnitFile {
        file: sources.get(root),
        tree: &parse.tree,
        uses: Vec::new(),
    };
    let files = vec![file];
    let Resolved { agreement, .. } = resolve(&Unit { root, files });
    agreement
}

fn pledge<'a>(agreement: &'a Agreement, name: &str) -> &'a Pledge {
    agreement
        .pledges
        .iter()
        .find(|pledge| pledge.name == name)
        .unwrap()
}

fn sentence(pledge: &Pledge) -> &Sentence {
    match &pledge.body {
        Body::Sentence(sentence) => sentence,
        Body::Unjudged(_) | Body::Error => panic!("{} has no sentence", pledge.name),
    }
}

fn deadline(agreement: &Agreement, name: &str) -> String {
    let window = &sentence(pledge(agreement, name)).window;
    let day = |kind: &MomentKind| match kind {
        MomentKind::Fixed(moment) => format!(
            "{}/{}",
            iso(moment.first, &agreement.calendar),
            iso(moment.last, &agreement.calendar)
        ),
        other => format!("{other:?}"),
    };
    match &window.deadline.as_ref().unwrap().value {
        Deadline::By(moment) | Deadline::Before(moment) | Deadline::On(moment) => day(&moment.kind),
        other => format!("{other:?}"),
    }
}

#[test]
fn the_obligor_stands_at_by() {
    let agreement = agreement("pledge p { taliban must not attack(on: us) }");
    let Duty::Refrain(pattern) = &sentence(pledge(&agreement, "p")).duty else {
        panic!("no prohibition");
    };
    let taliban = agreement.vocabulary.thing_names["taliban"];
    let by = pattern
        .arguments
        .iter()
        .find(|argument| argument.slot == 0)
        .unwrap();
    assert!(matches!(by.terms[0].kind, TermKind::Thing { id, .. } if id == taliban));
    assert_eq!(pattern.arguments.len(), 2);
}

#[test]
fn numbers_are_in_base_units() {
    let agreement = agreement(
        "pledge a { us must keep stock(of: us) <= 3 t }
         pledge b { us must keep stock(of: us) <= 70% of 2 t }
         pledge c { us must not attack(amount: 3 t) where amount >= 5 }",
    );
    let bound = |name: &str| match &sentence(pledge(&agreement, name)).duty {
        Duty::Keep(Condition {
            kind: ConditionKind::Compare { right, .. },
            ..
        }) => format!("{:?}", right.kind),
        other => format!("{other:?}"),
    };
    assert_eq!(bound("a"), "Number(3000)");
    assert!(
        bound("b").starts_with("Share { factor: 0.7"),
        "{}",
        bound("b")
    );
    assert!(bound("b").contains("Number(2000)"), "{}", bound("b"));
    let Duty::Refrain(pattern) = &sentence(pledge(&agreement, "c")).duty else {
        panic!("no prohibition");
    };
    let amount = pattern
        .arguments
        .iter()
        .find(|argument| argument.slot == 3)
        .unwrap();
    assert!(matches!(amount.terms[0].kind, TermKind::Number(n) if n == 3000.into()));
    let Some(ConditionKind::Compare { left, right, .. }) =
        pattern.condition.as_ref().map(|c| &c.kind)
    else {
        panic!("no comparison");
    };
    assert!(matches!(left.kind, QuantityKind::Field(3)));
    assert!(matches!(right.kind, QuantityKind::Number(n) if n == 5.into()));
}

#[test]
fn months_and_years_are_the_end_that_is_meant() {
    let agreement = agreement(
        "date spring = 2024-02
         pledge due-by { us must report() by 2024-02 }
         pledge due-before { us must report() before 2024 }
         pledge due-on { us must report() on 2024-02 }
         pledge named { us must report() by spring }",
    );
    assert_eq!(deadline(&agreement, "due-by"), "2024-02-29/2024-02-29");
    assert_eq!(deadline(&agreement, "due-before"), "2024-01-01/2024-01-01");
    assert_eq!(deadline(&agreement, "due-on"), "2024-02-01/2024-02-29");
    assert_eq!(deadline(&agreement, "named"), "2024-02-29/2024-02-29");
}

#[test]
fn the_trigger_binds_and_is_a_moment() {
    let agreement = agreement(
        "pledge p {
           whenever attack(by: a, on: us) as t
           us must report(to: a, over: t) by later of (t.planned, t + 3 days)
         }",
    );
    let p = pledge(&agreement, "p");
    let names: Vec<&str> = p
        .variables
        .iter()
        .map(|variable| variable.name.as_str())
        .collect();
    assert_eq!(names, ["a", "t"]);
    assert!(matches!(
        p.triggers.first().unwrap().cause,
        Cause::Pattern(_)
    ));
    let due = deadline(&agreement, "p");
    assert!(
        due.contains("TriggerField(4)") && due.contains("kind: Trigger,"),
        "{due}"
    );
    let Duty::Do(pattern) = &sentence(p).duty else {
        panic!("no achievement");
    };
    let over = pattern
        .arguments
        .iter()
        .find(|argument| argument.slot == 2)
        .unwrap();
    let alias = VariableId(1);
    assert!(matches!(over.terms[0].kind, TermKind::Variable { id, .. } if id == alias));
}

#[test]
fn references_take_the_variables_of_one_name() {
    let agreement = agreement(
        "pledge first-report { for each p in parties  p must report() by 2020-01-01 }
         pledge same { for each p in parties  p must report() within 3 days of deadline of first-report }
         pledge chosen { us must report() within 3 days of deadline of first-report[p = taliban] }",
    );
    let binding = |name: &str| {
        let window = &sentence(pledge(&agreement, name)).window;
        let Deadline::Within { of: Some(of), .. } = &window.deadline.as_ref().unwrap().value else {
            panic!("no deadline");
        };
        let MomentKind::DeadlineOf(reference) = &of.kind else {
            panic!("no reference");
        };
        assert_eq!(reference.bindings.len(), 1);
        reference.bindings[0].clone()
    };
    let (id, operand) = binding("same");
    assert_eq!(id, VariableId(0));
    assert!(matches!(operand.kind, OperandKind::Variable(VariableId(0))));
    let (_, operand) = binding("chosen");
    let taliban = agreement.vocabulary.thing_names["taliban"];
    assert!(matches!(operand.kind, OperandKind::Thing { id, .. } if id == taliban));
}

#[test]
fn a_standard_of_a_pledge_goes_before_that_of_the_agreement() {
    let agreement = agreement(
        "agreement a { standard claimed standard excuse verified }
         pledge one { us must not attack()  standard breach corroborated }
         pledge all { us must not attack()  standard reported }",
    );
    let one = pledge(&agreement, "one").standards;
    assert_eq!(one.all, Some(Standing::Claimed));
    assert_eq!(one.breach, Some(Standing::Corroborated));
    assert_eq!(one.excuse, Some(Standing::Verified));
    let all = pledge(&agreement, "all").standards;
    assert_eq!((all.all, all.excuse), (Some(Standing::Reported), None));
}

#[test]
fn the_header_sets_the_calendar() {
    let agreement = agreement(
        "agreement a {
           in force from 2020-02-29
           timezone \"Asia/Kabul\"
           weekend thursday, friday
           corroboration 3
         }
         holiday 2021-05-13",
    );
    let calendar = &agreement.calendar;
    assert_eq!(Some(&calendar.zone), Zone::named("Asia/Kabul").as_ref());
    assert_eq!(
        calendar.weekend,
        [false, false, false, true, true, false, false]
    );
    assert_eq!(calendar.holidays.len(), 1);
    assert_eq!(agreement.corroboration, 3);
    let from = agreement.term.from.unwrap().kind;
    let MomentKind::Fixed(from) = from else {
        panic!("no day");
    };
    assert!(matches!(from.first, Point::Day(day) if day.to_string() == "2020-02-29"));
}

#[test]
fn enmity_holds_both_ways_and_every_party_is_in_the_group_of_parties() {
    let agreement = agreement("actor nrf adverse to taliban");
    let vocabulary = &agreement.vocabulary;
    let (taliban, nrf) = (
        vocabulary.thing_names["taliban"],
        vocabulary.thing_names["nrf"],
    );
    assert_eq!(vocabulary.thing(taliban).adverse, [nrf]);
    assert_eq!(vocabulary.thing(nrf).adverse, [taliban]);
    let parties = vocabulary.parties.unwrap();
    assert_eq!(vocabulary.thing(taliban).parents[0].parent, parties);
    assert!(vocabulary.thing(nrf).parents.is_empty());
}

#[test]
fn states_and_kinds_bind_their_labels() {
    let agreement = agreement(
        "state feud(a: actor, b: actor) { begins attack(by: a, on: b) ends report(by: b, to: a) ends after 90 days }
         event harm(by: actor, in: place) { counts attack(by, in) where amount >= 1 t }",
    );
    let feud = &agreement.vocabulary.states[0];
    assert_eq!((feud.begins.len(), feud.ends.len()), (1, 1));
    assert_eq!(feud.limit.unwrap().days, 90);
    let harm = agreement
        .vocabulary
        .kinds
        .iter()
        .find(|kind| kind.name == "harm")
        .unwrap();
    let arguments = &harm.bridges[0].pattern.arguments;
    let slots: Vec<(usize, String)> = arguments
        .iter()
        .map(|argument| (argument.slot, format!("{:?}", argument.terms[0].kind)))
        .collect();
    assert_eq!(slots[0].0, 0);
    assert!(slots[0].1.contains("VariableId(0)"), "{slots:?}");
    assert_eq!(slots[1].0, 2);
    assert!(slots[1].1.contains("VariableId(1)"), "{slots:?}");
}
