//! A second opinion: a slow, obvious evaluator written apart from the real one, and generated cases on which both must agree.
//!
//! `SERVANDA_CASES=100000 cargo test --release --test second_opinion -- --nocapture` tries more cases and counts the statuses reached;
//! `SERVANDA_SEED=n` shows one case with both answers.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a failing test should stop"
)]
#![expect(
    clippy::wildcard_enum_match_arm,
    clippy::similar_names,
    reason = "the reference names the forms that a rule speaks of, and the rest is all one to it"
)]

#[path = "reference/abide.rs"]
mod abide;
#[path = "reference/chain.rs"]
mod chain;
#[path = "reference/compare.rs"]
mod compare;
#[path = "reference/constructs.rs"]
mod constructs;
#[path = "reference/count.rs"]
mod count;
#[path = "reference/excuse.rs"]
mod excuse;
#[path = "reference/gate.rs"]
mod gate;
#[path = "reference/generate.rs"]
mod generate;
#[path = "reference/judge.rs"]
mod judge;
#[path = "reference/library.rs"]
mod library;
#[path = "reference/measure.rs"]
mod measure;
#[path = "reference/model.rs"]
mod model;
#[path = "reference/place.rs"]
mod place;
#[path = "reference/print.rs"]
mod print;
#[path = "reference/properties.rs"]
mod properties;
#[path = "reference/random.rs"]
mod random;
#[path = "reference/recur.rs"]
mod recur;
#[path = "reference/shrink.rs"]
mod shrink;
#[path = "reference/standing.rs"]
mod standing;
#[path = "reference/words.rs"]
mod words;

#[test]
fn both_evaluators_agree() {
    compare::all();
}
