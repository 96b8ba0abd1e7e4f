//! Checks of the house itself: which file may name which, and that codes, pages and cases agree.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use servanda::diagnostic::Code;

/// The floors, lowest first. A file may name only floors below its own, and files of its own floor.
const FLOORS: [&[&str]; 14] = [
    &["source"],
    &["diagnostic"],
    &["time", "quantity"],
    &["syntax"],
    &["agreement"],
    &["resolve"],
    &["record"],
    &["evidence"],
    &["verdict"],
    &["eval"],
    &["report"],
    &["project"],
    &["ide", "disk"],
    &["cli", "lsp"],
];

/// Every `crate::ROOM` that a file names must lie on its own floor or below.
pub(crate) fn floors() {
    let mut wrong = Vec::new();
    for path in sources(&root().join("src")) {
        let room = room_of(&path);
        if room == "lib" || room == "main" {
            continue;
        }
        let own = floor_of(&room).unwrap_or_else(|| panic!("{} is on no floor", path.display()));
        let text = std::fs::read_to_string(&path).unwrap();
        for named in named_rooms(&text) {
            match floor_of(&named) {
                Some(floor) if floor <= own => {}
                Some(_) => wrong.push(format!(
                    "{} names the upper floor `{named}`",
                    path.display()
                )),
                None => wrong.push(format!(
                    "{} names `{named}`, which is on no floor",
                    path.display()
                )),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Only its own places may name a library that is wrapped, or touch the machine.
pub(crate) fn walls() {
    let walls = [
        ("miette::", &["src/report/terminal"][..]),
        ("nom::", &["src/syntax"]),
        ("std::fs", &["src/cli", "src/disk"]),
        ("std::env", &["src/cli", "src/lsp"]),
        ("println!", &["src/cli"]),
        ("lsp_types", &["src/lsp"]),
        ("lsp_server", &["src/lsp"]),
    ];
    let mut wrong = Vec::new();
    for path in sources(&root().join("src")) {
        let text = std::fs::read_to_string(&path).unwrap();
        let shown = path
            .strip_prefix(root())
            .unwrap()
            .to_string_lossy()
            .into_owned();
        if shown.contains("/tests") {
            continue;
        }
        for (word, homes) in walls {
            let code = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"));
            if !homes.iter().any(|home| shown.starts_with(home))
                && shown != "src/main.rs"
                && code.clone().any(|line| line.contains(word))
            {
                wrong.push(format!(
                    "{shown} names `{word}`, which belongs to {homes:?}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every code has a page with the same headings, and every page a code.
pub(crate) fn pages() {
    let headings = [
        "## What it finds",
        "## Why it matters",
        "## Example",
        "## Instead",
        "## When it is wrong",
    ];
    for code in Code::ALL {
        let page = code.page();
        assert!(
            page.starts_with(&format!("# {code}\n\n{}\n\n", code.summary())),
            "the page of {code} does not begin with its name and the line of the table"
        );
        let places: Vec<Option<usize>> =
            headings.iter().map(|heading| page.find(heading)).collect();
        assert!(
            places.iter().all(Option::is_some) && places.is_sorted(),
            "the page of {code} lacks a heading, or has them in another order"
        );
    }
    let pages: BTreeSet<String> = std::fs::read_dir(root().join("docs/codes"))
        .unwrap()
        .map(|entry| {
            entry
                .unwrap()
                .path()
                .file_stem()
                .unwrap()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    let codes: BTreeSet<String> = Code::ALL.iter().map(ToString::to_string).collect();
    assert_eq!(pages, codes, "pages and codes differ");
}

/// Every code is shown by some case: its name stands in an expected output.
pub(crate) fn cases() {
    let mut shown = String::new();
    for path in files(&root().join("tests"), &["snap", "txt", "toml"]) {
        shown.push_str(&std::fs::read_to_string(&path).unwrap());
    }
    let missing: Vec<&str> = Code::ALL
        .iter()
        .map(|code| code.name())
        .filter(|name| !shown.contains(&format!("[{name}]")))
        .collect();
    assert!(missing.is_empty(), "no case shows: {}", missing.join(", "));
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    files(folder, &["rs"])
}

fn files(folder: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, extensions));
        } else if path
            .extension()
            .is_some_and(|extension| extensions.iter().any(|wanted| extension == *wanted))
        {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Gives the room of a file: the name below `src`, without its ending.
fn room_of(path: &Path) -> String {
    let below = path.strip_prefix(root().join("src")).unwrap();
    below
        .components()
        .next()
        .unwrap()
        .as_os_str()
        .to_string_lossy()
        .trim_end_matches(".rs")
        .to_owned()
}

fn floor_of(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

/// Gives every room named as `crate::ROOM`, or in the braces of `crate::{…}`.
fn named_rooms(text: &str) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    for line in text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
    {
        for (at, _) in line.match_indices("crate::") {
            let rest = &line[at + "crate::".len()..];
            let word: String = rest
                .chars()
                .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
                .collect();
            assert!(
                !rest.starts_with('{'),
                "write one `use crate::ROOM` a line: {line}"
            );
            rooms.insert(word);
        }
    }
    rooms
}
