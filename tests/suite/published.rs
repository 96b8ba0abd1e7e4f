//! The rules for published tables: the cuts in `examples/published` give the answers that are written beside them.

#![cfg(unix)]

use std::process::Command;

use crate::cli::here;

#[test]
fn published_tables_give_their_answers() {
    let output = Command::new("sh")
        .arg(here("examples/published/check"))
        .env("SERVANDA", env!("CARGO_BIN_EXE_servanda"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let problems = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{problems}");
    assert_eq!(said.lines().count(), 7, "{said}{problems}");
    assert!(problems.is_empty(), "{problems}");
}
