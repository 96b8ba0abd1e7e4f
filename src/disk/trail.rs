//! What a run looked at on the disk, so that it can be told when that is no longer so.
//!
//! Files are looked at again and again instead of asking the system to be told: that works the same on every system, on network drives
//! and in containers, for files that are replaced as a whole, and for files that are not there yet. [`Trail::change`] asks for the time of
//! each file and reads only those whose time has changed.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::project::Text;

use super::folder;

/// Everything that a run looked at.
#[derive(Clone, Debug, Default)]
pub struct Trail {
    files: BTreeMap<String, Sight>,
    lists: BTreeMap<List, Vec<String>>,
}

/// A list of files that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum List {
    /// Those that a pattern names.
    Pattern(String),
    /// Those below a folder with an extension.
    Folder(String, String),
}

/// A file as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Sight {
    stamp: Option<Stamp>,
    /// What it held, or why it could not be read; none where nobody asked.
    held: Option<u64>,
}

/// What tells a file from one that was written since: all of it is known without reading.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
    /// The number of the file on its disk, which is another one where a new file took the place of the old.
    number: u64,
}

/// As long as a file is younger than this, a second change may have left its time as it was. Some disks tell only every other second.
const FRESH: Duration = Duration::from_secs(3);

impl Trail {
    /// Reads the text at a path.
    ///
    /// # Errors
    ///
    /// As [`super::read`].
    pub fn read(&mut self, path: &str) -> Result<Text, String> {
        // The stamp comes first: what is written between the two is found by the next look.
        let stamp = Stamp::of(path);
        let text = super::read(path);
        let held = Some(digest(&text));
        self.files.insert(path.to_owned(), Sight { stamp, held });
        text
    }

    /// Says whether there is a file at a path.
    pub fn is_file(&mut self, path: &str) -> bool {
        let stamp = Stamp::of(path);
        let sight = Sight { stamp, held: None };
        self.files.entry(path.to_owned()).or_insert(sight);
        super::is_file(path)
    }

    /// Gives the files that a pattern names, in alphabetical order.
    pub fn files_of(&mut self, pattern: &str) -> BTreeSet<String> {
        let found = super::files_of(pattern);
        let list = List::Pattern(pattern.to_owned());
        self.lists.insert(list, found.iter().cloned().collect());
        found
    }

    /// Gives the files with an extension below a folder, in the order of their paths.
    ///
    /// # Errors
    ///
    /// As [`folder::files`].
    pub fn files_below(&mut self, place: &str, extension: &str) -> Result<Vec<String>, String> {
        let found = folder::files(place, extension);
        let list = List::Folder(place.to_owned(), extension.to_owned());
        self.lists.insert(list, found.clone().unwrap_or_default());
        found
    }

    /// Gives the number of files that are there.
    #[must_use]
    pub fn len(&self) -> usize {
        let there = |sight: &&Sight| sight.stamp.is_some();
        self.files.values().filter(there).count()
    }

    /// Says whether nothing was asked for that is there or may come.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let asked = |sight: &Sight| sight.stamp.is_some() || sight.held.is_some();
        self.lists.is_empty() && !self.files.values().any(asked)
    }

    /// Gives what is no longer as the run saw it: the path of the first such file, or of a list that has become another.
    ///
    /// A file that was written again with the same content is as it was.
    pub fn change(&mut self) -> Option<String> {
        for (list, known) in &self.lists {
            let found = list.files();
            let differs = |path: &&String| known.contains(path) != found.contains(path);
            if let Some(path) = found.iter().chain(known).find(differs) {
                return Some(path.clone());
            }
        }
        let changed =
            |(path, sight): (&String, &mut Sight)| sight.has_changed(path).then(|| path.clone());
        self.files.iter_mut().find_map(changed)
    }

    /// Gives how everything looks now without reading it, to be compared with another look.
    #[must_use]
    pub fn look(&self) -> Look {
        Look {
            stamps: self.files.keys().map(|path| Stamp::of(path)).collect(),
            lists: self.lists.keys().map(List::files).collect(),
        }
    }
}

/// How everything looked at one time.
#[derive(Debug, PartialEq, Eq)]
pub struct Look {
    stamps: Vec<Option<Stamp>>,
    lists: Vec<Vec<String>>,
}

impl List {
    fn files(&self) -> Vec<String> {
        match self {
            List::Pattern(pattern) => super::files_of(pattern).into_iter().collect(),
            List::Folder(place, extension) => folder::files(place, extension).unwrap_or_default(),
        }
    }
}

impl Sight {
    fn has_changed(&mut self, path: &str) -> bool {
        let stamp = Stamp::of(path);
        let same = stamp == self.stamp;
        if stamp.is_some() != self.stamp.is_some() {
            return true;
        }
        if same && !stamp.as_ref().is_some_and(Stamp::is_fresh) {
            return false;
        }
        let Some(held) = self.held else {
            return !same;
        };
        if digest(&super::read(path)) != held {
            return true;
        }
        self.stamp = stamp;
        false
    }
}

impl Stamp {
    fn of(path: &str) -> Option<Stamp> {
        let found = std::fs::metadata(Path::new(path)).ok()?;
        Some(Stamp {
            modified: found.modified().ok(),
            length: found.len(),
            number: number(&found),
        })
    }

    fn is_fresh(&self) -> bool {
        let Some(modified) = self.modified else {
            // Where the system does not tell times, only the content says what changed.
            return true;
        };
        let age = SystemTime::now().duration_since(modified);
        age.unwrap_or_else(|ahead| ahead.duration()) < FRESH
    }
}

#[cfg(unix)]
fn number(found: &std::fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(found)
}

#[cfg(not(unix))]
fn number(_: &std::fs::Metadata) -> u64 {
    0
}

fn digest(text: &Result<Text, String>) -> u64 {
    let mut hasher = DefaultHasher::new();
    match text {
        Ok(text) => (&text.text, text.damaged_at, &text.bytes).hash(&mut hasher),
        Err(reason) => reason.hash(&mut hasher),
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test should stop")]
    use super::*;

    /// Writes a file and gives its time, as if long ago or as given.
    fn write(path: &str, text: &str, time: SystemTime) {
        std::fs::write(path, text).unwrap();
        let file = std::fs::File::options().write(true).open(path).unwrap();
        file.set_modified(time).unwrap();
    }

    fn long_ago() -> SystemTime {
        SystemTime::now() - Duration::from_secs(100)
    }

    fn place(folder: &tempfile::TempDir, name: &str) -> String {
        folder.path().join(name).to_str().unwrap().to_owned()
    }

    #[test]
    fn only_what_a_file_holds_makes_a_change() {
        let folder = tempfile::tempdir().unwrap();
        let path = place(&folder, "x");
        write(&path, "one", long_ago());
        let mut trail = Trail::default();
        trail.read(&path).unwrap();
        assert_eq!(trail.change(), None);
        write(&path, "one", SystemTime::now());
        assert_eq!(trail.change(), None);
        std::fs::rename(&path, place(&folder, "y")).unwrap();
        assert_eq!(trail.change(), Some(path.clone()));
        write(&path, "one", long_ago());
        assert_eq!(trail.change(), None);
        write(&path, "two", long_ago());
        assert_eq!(trail.change(), Some(path));
    }

    #[test]
    fn a_young_file_is_read_though_its_time_is_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = place(&folder, "x");
        let time = SystemTime::now();
        write(&path, "one", time);
        let mut trail = Trail::default();
        trail.read(&path).unwrap();
        write(&path, "two", time);
        assert_eq!(trail.change(), Some(path));
    }

    #[test]
    fn what_was_not_there_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let (file, pattern) = (place(&folder, "a.treaty"), place(&folder, "*.toml"));
        let mut trail = Trail::default();
        assert!(trail.is_empty());
        assert!(trail.read(&file).is_err());
        assert!(trail.files_of(&pattern).is_empty());
        assert_eq!((trail.is_empty(), trail.len()), (false, 0));
        assert_eq!(trail.change(), None);
        let before = trail.look();
        let record = place(&folder, "b.toml");
        write(&record, "", long_ago());
        assert_eq!(trail.change(), Some(record));
        assert_ne!(trail.look(), before);
        trail.files_of(&pattern);
        assert_eq!(trail.change(), None);
        write(&file, "", long_ago());
        assert_eq!(trail.change(), Some(file));
    }

    #[test]
    fn settings_that_are_nowhere_are_nothing_to_wait_for() {
        let folder = tempfile::tempdir().unwrap();
        let mut trail = Trail::default();
        assert!(!trail.is_file(&place(&folder, "servanda.toml")));
        assert!(trail.is_empty());
    }
}
