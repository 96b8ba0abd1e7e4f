//! `servanda check --watch`: checks, waits until a file that mattered has changed, and checks again, until it is interrupted.

use std::time::{Duration, Instant};

use crate::disk::trail::Trail;
use crate::report::wording;

use super::Exit;
use super::check;
use super::options::{CheckOptions, Format};
use super::output::Output;

/// How long it waits between two looks at the disk, at least.
const PAUSE: Duration = Duration::from_millis(200);
/// How long nothing may change before it is taken as written: editors write a file in several steps.
const QUIET: Duration = Duration::from_millis(150);
/// How long it waits for quiet; a file that is written to all the time is checked all the same.
const PATIENCE: Duration = Duration::from_secs(2);
/// A look may take this part of the time, at most: one in so many.
const SHARE: u32 = 10;

/// Runs the command. It ends by itself only where there is nothing to wait for, or nobody to tell.
pub(super) fn run(options: &CheckOptions, output: &mut Output) -> Exit {
    if let Err(exit) = refuse(options, output) {
        return exit;
    }
    let mut news = None;
    loop {
        Output::clear();
        if let Some(path) = news {
            output.note(&format!("`{path}` has changed"));
        }
        let mut trail = Trail::default();
        let exit = check::once(options, &mut trail, output);
        if trail.is_empty() || output.is_unheard() || output.is_lost() {
            return exit;
        }
        let files = wording::count(i64::try_from(trail.len()).unwrap_or(i64::MAX), "file");
        output.note(&format!("watching {files}; Ctrl-C ends it"));
        news = Some(wait(&mut trail));
    }
}

/// Says what cannot be watched, or not be told again and again.
fn refuse(options: &CheckOptions, output: &mut Output) -> Result<(), Exit> {
    let refusal = match options.format {
        Format::Human | Format::Plain | Format::Short => None,
        Format::Json | Format::Jsonl | Format::Sarif | Format::Github => Some((
            "`--watch` writes one result after the other, which no program could tell apart in this form",
            "with `--watch` take `--format human`, `plain` or `short`",
        )),
    };
    let from_input = options.rules.iter().any(|path| path == "-");
    let refusal = refusal.or(from_input.then_some((
        "standard input cannot be watched",
        "name the rule file instead of `-`",
    )));
    let Some((message, help)) = refusal else {
        return Ok(());
    };
    output.error(message, Some(help));
    Err(Exit::Usage)
}

/// Waits until something that the run saw is no longer so, and gives its path.
fn wait(trail: &mut Trail) -> String {
    loop {
        let begun = Instant::now();
        if trail.change().is_some() {
            settle(trail);
            // What was written back meanwhile is no change.
            if let Some(path) = trail.change() {
                return path;
            }
        }
        std::thread::sleep(PAUSE.max(begun.elapsed() * SHARE));
    }
}

/// Waits until nothing has been written for a while.
fn settle(trail: &Trail) {
    let begun = Instant::now();
    let mut before = trail.look();
    while begun.elapsed() < PATIENCE {
        std::thread::sleep(QUIET);
        let now = trail.look();
        if now == before {
            return;
        }
        before = now;
    }
}
