//! The test binary: finds the cases in the folders beside it and applies one check per kind.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a failing test should stop"
)]

#[path = "suite/cli.rs"]
mod cli;
#[path = "suite/fixes.rs"]
mod fixes;
#[path = "suite/hostile.rs"]
mod hostile;
#[path = "suite/lsp.rs"]
mod lsp;
#[path = "suite/manual.rs"]
mod manual;
#[path = "suite/mutants.rs"]
mod mutants;
#[path = "suite/names.rs"]
mod names;
#[path = "suite/pages.rs"]
mod pages;
#[path = "suite/published.rs"]
mod published;
#[path = "suite/sarif.rs"]
mod sarif;
#[path = "suite/schemas.rs"]
mod schemas;
mod support;
#[path = "suite/typing.rs"]
mod typing;
#[path = "suite/watch.rs"]
mod watch;

#[test]
fn good_syntax_is_laid_out_and_understood() {
    support::cases("syntax/good", "treaty", support::syntax::good);
}

#[test]
fn bad_syntax_is_reported_once_and_the_rest_understood() {
    support::cases("syntax/bad", "treaty", support::syntax::bad);
}

#[test]
fn every_name_is_known_by_its_declaration() {
    support::mentions::every_word();
}

#[test]
fn good_names_and_types_are_understood() {
    support::cases("resolve/good", "treaty", support::resolve::good);
}

#[test]
fn bad_names_and_types_are_reported_once() {
    support::cases("resolve/bad", "treaty", support::resolve::bad);
}

#[test]
fn scenarios_that_hold_pass() {
    support::cases("scenarios/good", "treaty", support::scenarios::good);
}

#[test]
fn scenarios_that_do_not_hold_say_what_was_found() {
    support::cases("scenarios/bad", "treaty", support::scenarios::bad);
}

#[test]
fn the_scenarios_of_the_rules_pass() {
    support::scenarios::rules();
}

#[test]
fn every_form_of_commitment_is_tried() {
    support::forms::scenarios();
}

#[test]
fn the_page_of_forms_tells_what_the_files_say() {
    support::forms::page();
}

#[test]
fn dates_are_those_worked_by_hand() {
    support::calendar::all();
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

#[test]
fn the_schema_accepts_what_is_a_record_file() {
    for folder in [
        "records/good",
        "../examples/doha-2020",
        "../examples/panjshir-2021",
    ] {
        for (path, text) in support::records::files(folder) {
            let found = support::records::against_schema(&text);
            assert!(found.is_empty(), "{}: {found:#?}", path.display());
        }
    }
}

#[test]
fn the_schema_refuses_what_is_no_record_file() {
    let shape = [
        "coverage",
        "estimates",
        "findings",
        "keys",
        "sections",
        "types",
    ];
    for (path, text) in support::records::files("records/bad") {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if shape.contains(&name.as_str()) {
            let found = support::records::against_schema(&text);
            assert!(!found.is_empty(), "{}", path.display());
        }
    }
}
