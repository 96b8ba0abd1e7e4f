//! The machine around the program: what a file holds, which files a pattern names, what time it is.
//!
//! The command line and the language server read through here, so that both say the same of a file that cannot be read.

pub mod folder;
pub mod trail;

use std::collections::BTreeSet;
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::project::Text;
use crate::project::glob::{base, is_deep, matches};
use crate::record::table::{is_packed_name, is_table_name};
use crate::time::Instant;

/// The name of the settings file.
pub const SETTINGS: &str = "servanda.toml";

/// Reads the text at a path.
///
/// # Errors
///
/// Why it cannot be read, as a fragment for people: "no such file".
pub fn read(path: &str) -> Result<Text, String> {
    if Path::new(path).is_dir() {
        return Err("it is a folder".to_owned());
    }
    let largest = if is_table_name(path) {
        LARGEST_TABLE
    } else {
        LARGEST
    };
    std::fs::File::open(path)
        .map_err(|error| reason(&error))
        .and_then(|file| read_bytes(file, largest))
        .map(|bytes| {
            if is_packed_name(path) {
                Text::packed(bytes)
            } else {
                Text::from_bytes(bytes)
            }
        })
}

/// Reads standard input to its end.
///
/// # Errors
///
/// Why it cannot be read, as a fragment for people.
pub fn read_standard_input() -> Result<Text, String> {
    read_bytes(std::io::stdin().lock(), LARGEST).map(Text::from_bytes)
}

/// The largest file that is read, so that a device without an end is no trap. Unit: bytes.
const LARGEST: u64 = 1 << 29;

/// The largest table that is read: places in a file are counted in 32 bits. Unit: bytes.
const LARGEST_TABLE: u64 = u32::MAX as u64;

fn read_bytes(input: impl Read, largest: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    match input.take(largest + 1).read_to_end(&mut bytes) {
        Ok(length) if length as u64 > largest => Err(format!(
            "it is larger than {} MiB",
            largest.div_ceil(1 << 20)
        )),
        Ok(_) => Ok(bytes),
        Err(error) => Err(reason(&error)),
    }
}

/// Says why a file cannot be opened, as a fragment for people.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the kinds are not ours, and the system has its own words for the rest"
)]
fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "no such file".to_owned(),
        ErrorKind::PermissionDenied => "no permission to read it".to_owned(),
        ErrorKind::NotADirectory => "part of its path is a file, not a folder".to_owned(),
        _ => error.to_string(),
    }
}

/// Gives the files that a pattern names, in alphabetical order.
#[must_use]
pub fn files_of(pattern: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    walk(&base(pattern), is_deep(pattern), &mut found, 0);
    found.retain(|path| matches(pattern, path));
    found
}

/// How deep folders are searched; a link that leads back up ends here.
const DEEPEST: usize = 32;

fn walk(folder: &str, deep: bool, found: &mut BTreeSet<String>, depth: usize) {
    let place = if folder.is_empty() { "." } else { folder };
    let Ok(entries) = std::fs::read_dir(place) else {
        return;
    };
    for entry in entries.flatten() {
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let path = match folder {
            "" => name,
            "/" => format!("/{name}"),
            folder => format!("{folder}/{name}"),
        };
        if entry.path().is_dir() {
            if deep && depth < DEEPEST {
                walk(&path, deep, found, depth + 1);
            }
        } else {
            found.insert(path);
        }
    }
}

/// Says whether there is a file at a path.
#[must_use]
pub fn is_file(path: &str) -> bool {
    Path::new(path).is_file()
}

/// Gives how long a file is; 0 where there is none. Unit: bytes.
#[must_use]
pub fn size(path: &str) -> u64 {
    std::fs::metadata(path).map_or(0, |found| found.len())
}

/// Gives the moment of the run.
#[must_use]
pub fn now() -> Instant {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = since.map_or(0, |since| since.as_secs());
    Instant(i64::try_from(seconds).unwrap_or(0))
}
