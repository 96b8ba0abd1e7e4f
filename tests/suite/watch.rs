//! `servanda check --watch`: started on a project, the files changed as editors and people change them, what it says read as it comes.

#![expect(clippy::panic, reason = "a failing test should stop")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::cli::{copy, here, program};

/// A run that goes on.
struct Watch {
    child: Child,
    lines: Receiver<String>,
}

impl Watch {
    fn start(place: &Path, words: &[&str]) -> Watch {
        // One pipe for both, so that what is said comes in its order.
        let (reader, writer) = std::io::pipe().unwrap();
        let child = program(place)
            .args(["check", "--watch", "--format", "short"])
            .args(words)
            .stdin(Stdio::null())
            .stdout(writer.try_clone().unwrap())
            .stderr(writer)
            .spawn()
            .unwrap();
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(reader).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Watch { child, lines }
    }

    /// Gives what one check says, until it waits again.
    fn round(&self) -> String {
        let mut said = String::new();
        loop {
            let line = self.lines.recv_timeout(Duration::from_secs(60));
            let line = line.unwrap_or_else(|_| panic!("no round came to its end: {said}"));
            said.push_str(&line);
            said.push('\n');
            if line.contains("Ctrl-C ends it") {
                return said;
            }
        }
    }

    /// Gives the first round that says all of it. On a busy machine a file may be seen half written, which makes a round of its own.
    fn until(&self, expected: &[&str]) -> String {
        let mut rounds = Vec::new();
        for _ in 0..4 {
            let said = self.round();
            if expected.iter().all(|part| said.contains(part)) {
                return said;
            }
            rounds.push(said);
        }
        panic!("no round says {expected:?}: {rounds:#?}");
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn each_change_of_a_project_is_checked() {
    let folder = tempfile::tempdir().unwrap();
    copy(&here("tests/cli/files/river"), folder.path());
    let (rules, records) = (
        folder.path().join("rules/river.treaty"),
        folder.path().join("records/river.toml"),
    );
    let text = std::fs::read_to_string(&rules).unwrap();
    let watch = Watch::start(folder.path(), &[]);
    let first = watch.round();
    assert!(first.contains("advice[fulfilled-late]: `gates`"), "{first}");
    assert!(first.contains("watching 3 files"), "{first}");
    assert!(
        !first.contains('\u{1b}'),
        "a pipe is not cleared: {first:?}"
    );

    // A mistake, written in place.
    std::fs::write(&rules, text.replace("north must", "norht must")).unwrap();
    watch.until(&["`rules/river.treaty` has changed", "error[unknown-name]"]);

    // Mended by an editor that writes a new file and puts it in the place of the old one.
    let fresh = folder.path().join("rules/river.treaty.tmp");
    std::fs::write(&fresh, &text).unwrap();
    std::fs::rename(&fresh, &rules).unwrap();
    let said = watch.until(&["`rules/river.treaty` has changed", "`gates`"]);
    assert!(!said.contains("error["), "{said}");

    // Written again with what it held, which is no change; and another file gone, which is one.
    std::fs::write(&rules, &text).unwrap();
    let kept = std::fs::read_to_string(&records).unwrap();
    std::fs::remove_file(&records).unwrap();
    watch.until(&[
        "`records/river.toml` has changed",
        "error[overdue]: `gates`",
    ]);

    // A new file that the pattern of the settings names.
    std::fs::write(folder.path().join("records/later.toml"), kept).unwrap();
    watch.until(&[
        "`records/later.toml` has changed",
        "advice[fulfilled-late]: `gates`",
    ]);

    // The settings: with a mistake, then mended.
    let settings = folder.path().join("servanda.toml");
    let before = std::fs::read_to_string(&settings).unwrap();
    std::fs::write(&settings, "standard = \"certain\"\n").unwrap();
    watch.until(&["`servanda.toml` has changed", "certain"]);
    std::fs::write(&settings, before.replace("reported", "corroborated")).unwrap();
    watch.until(&["`servanda.toml` has changed", "error[overdue]: `gates`"]);
}

#[test]
fn a_used_file_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let rules =
        "use \"common.treaty\"\nevent go(by: actor)\npledge p { a must go() by 2024-01-01 }\n";
    std::fs::write(folder.path().join("main.treaty"), rules).unwrap();
    let common = folder.path().join("common.treaty");
    let watch = Watch::start(folder.path(), &["main.treaty", "--as-of", "2023-06-01"]);
    watch.until(&["error[missing-file]"]);
    std::fs::write(&common, "party a\n").unwrap();
    let said = watch.until(&["`common.treaty` has changed", "watching 2 files"]);
    assert!(!said.contains("error["), "{said}");
    // Changes of one length, one right after the other.
    std::fs::write(&common, "party b\n").unwrap();
    watch.until(&["error[unknown-name]"]);
    std::fs::write(&common, "party a\n").unwrap();
    let said = watch.until(&["`common.treaty` has changed"]);
    assert!(!said.contains("error["), "{said}");
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_it() {
    use std::os::unix::process::ExitStatusExt;
    let folder = tempfile::tempdir().unwrap();
    copy(&here("tests/cli/files/river"), folder.path());
    let mut watch = Watch::start(folder.path(), &[]);
    watch.round();
    let number = watch.child.id().to_string();
    let sent = Command::new("kill")
        .args(["-INT", &number])
        .status()
        .unwrap();
    assert!(sent.success());
    // A shell tells this as 130.
    assert_eq!(watch.child.wait().unwrap().signal(), Some(2));
}

#[test]
fn a_reader_that_goes_away_ends_it() {
    let folder = tempfile::tempdir().unwrap();
    copy(&here("tests/cli/files/river"), folder.path());
    let mut child = program(folder.path())
        .args(["check", "--watch"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    // What the reader does not see is written once more at most.
    std::thread::sleep(Duration::from_millis(500));
    std::fs::write(folder.path().join("rules/new.treaty"), "party x\n").unwrap();
    for _ in 0..600 {
        if let Some(status) = child.try_wait().unwrap() {
            assert_eq!(status.code(), Some(0));
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    child.kill().unwrap();
    panic!("it goes on though nobody reads");
}
