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

#[test]
fn no_floor_names_an_upper_one() {
    support::house::floors();
}

#[test]
fn libraries_are_named_behind_their_walls_only() {
    support::house::walls();
}

#[test]
fn every_code_has_its_page() {
    support::house::pages();
}

#[test]
fn every_code_is_shown_by_a_case() {
    support::house::cases();
}
