//! The test binary: finds the cases in the folders beside it and applies one check per kind.

#![expect(clippy::unwrap_used, reason = "a failing test should stop")]

mod support;

#[test]
fn good_syntax_is_laid_out_and_understood() {
    support::cases("syntax/good", "treaty", support::syntax::good);
}

#[test]
fn bad_syntax_is_reported_once_and_the_rest_understood() {
    support::cases("syntax/bad", "treaty", support::syntax::bad);
}

#[test]
fn verdicts_are_those_worked_by_hand() {
    support::verdicts::all();
}
