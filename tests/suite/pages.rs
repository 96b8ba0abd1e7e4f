//! The pages for users: every block of code in them is held against the program.
//!
//! The words behind the three backticks say what a block holds. A block without them, or with others, fails.
//!
//! | Block | Holds |
//! |---|---|
//! | `treaty` | a whole rule file: no error, no warning (but of unused names), in the one layout, its scenarios pass |
//! | `treaty part` | items that follow the first whole file of the page, held to the same |
//! | `treaty clauses` | the clauses of one pledge, in a pledge that follows the first whole file of the page |
//! | `treaty FILE`, `toml FILE` | a file that later blocks and commands can use |
//! | `treaty added to FILE`, `toml added to FILE` | more of that file |
//! | `treaty … with FILE` | beside the block stands `use "FILE"`; of `toml`: the rules that it is read with, else the page's first |
//! | `… error=CODE`, `warning=CODE`, `advice=CODE` | must give just these, in place of none |
//! | `toml` | a record file without a mistake; `servanda.toml` and `….mapping.toml` are only written |
//! | `csv FILE` | a table that later commands can use |
//! | `console` | commands behind `$`, and what they print, errors and advice first |
//! | `text` | the same, without errors and advice |
//! | `sh` | commands of cargo, which are not run here |
//! | `card` | words of the language, which another test compares with the lexer |
//!
//! A name that a block declares and does not use counts as used: the blocks of a page share their words.
//! Commands run in one folder for each page, which has copies of `rules` and `examples`.
//! With `UPDATE_PAGES=1` the outputs and layouts in the pages are written anew, to be read before they are kept.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;

use servanda::source::Sources;
use servanda::syntax;

use crate::cli::{copy, here, program, split};

pub(crate) const PAGES: [&str; 5] = [
    "README.md",
    "docs/language.md",
    "docs/tutorial.md",
    "docs/semantics.md",
    "docs/records.md",
];

#[test]
fn the_pages_show_what_the_program_does() {
    let mut failures = Vec::new();
    for path in PAGES {
        let text = std::fs::read_to_string(here(path)).unwrap();
        let mut page = Page::new(path, &text);
        for block in blocks(&text) {
            page.check(&block);
        }
        if std::env::var_os("UPDATE_PAGES").is_some() {
            std::fs::write(here(path), updated(&text, &page.news)).unwrap();
        }
        failures.extend(page.failures);
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn a_page_that_shows_something_else_is_found_out() {
    let page = r#"
```treaty
party us
event report(by: actor)
```
```treaty part
pledge wrong { us must report() }
```
```treaty part
pledge    another-layout {
  us must report() by 2024-01-01
}
```
```treaty part
pledge report {
  us must report() by 2024-01-01
}

scenario "expects too much" as of 2024-02-01 {
  expect report: fulfilled
}
```
```treaty part error=missing-deadline
pledge right {
  us must report() by 2024-01-01
}
```
```treaty clauses
us must rport() by 2024-01-01
```
```toml
[[event]]
kind = "rport"
when = 2024-01-01
```
```console
$ servanda explain
nothing to explain
```
```console
no command
```
```sh
rm -r /
```
```rust
fn main() {}
```
```
no word at all
```
"#;
    let mut found = Page::new("page", page);
    let mut right = Vec::new();
    for block in blocks(page).iter().skip(1) {
        let before = found.failures.len();
        found.check(block);
        if found.failures.len() == before {
            right.push(block.info.join(" "));
        }
    }
    assert!(right.is_empty(), "found right: {right:?}");
}

/// A block of a page: what stands behind its backticks, its lines, and the line on which they begin.
pub(crate) struct Block<'a> {
    pub(crate) info: Vec<&'a str>,
    pub(crate) text: String,
    line: usize,
}

pub(crate) fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut found: Vec<Block<'_>> = Vec::new();
    let mut open = false;
    for (at, line) in page.lines().enumerate() {
        match line.strip_prefix("```") {
            Some(_) if open => open = false,
            Some(info) => {
                open = true;
                found.push(Block {
                    info: info.split(' ').filter(|word| !word.is_empty()).collect(),
                    text: String::new(),
                    line: at + 1,
                });
            }
            None if open => writeln!(found.last_mut().unwrap().text, "{line}").unwrap(),
            None => {}
        }
    }
    assert!(!open, "a block is never closed");
    found
}

/// Gives the page with the blocks at some lines replaced.
fn updated(page: &str, news: &BTreeMap<usize, String>) -> String {
    let mut out = String::new();
    let mut skipping = false;
    for (at, line) in page.lines().enumerate() {
        skipping &= !line.starts_with("```");
        if !skipping {
            writeln!(out, "{line}").unwrap();
        }
        if let Some(text) = news.get(&(at + 1)) {
            out.push_str(text);
            skipping = true;
        }
    }
    out
}

/// What is known while a page is read: its folder, and what was found wrong.
struct Page {
    path: &'static str,
    folder: tempfile::TempDir,
    place: PathBuf,
    /// The first whole rule file.
    prelude: String,
    failures: Vec<String>,
    /// Blocks as they ought to be, by the line before them.
    news: BTreeMap<usize, String>,
}

impl Page {
    fn new(path: &'static str, text: &str) -> Page {
        let folder = tempfile::tempdir().unwrap();
        for name in ["rules", "examples"] {
            copy(&here(name), &folder.path().join(name));
        }
        let whole = |block: &Block<'_>| {
            let mut words = block.info.iter();
            words.next() == Some(&"treaty") && words.all(|word| word.ends_with(".treaty"))
        };
        let prelude = blocks(text).into_iter().find(whole);
        Page {
            path,
            place: folder.path().to_path_buf(),
            folder,
            prelude: prelude.map(|block| block.text).unwrap_or_default(),
            failures: Vec::new(),
            news: BTreeMap::new(),
        }
    }

    fn check(&mut self, block: &Block<'_>) {
        let info = block.info.join(" ");
        let (words, expected) = demands(&block.info);
        match words.as_slice() {
            ["treaty"] => self.rules(block, "page.treaty", &block.text, &expected),
            ["treaty", "with", used] => {
                let text = format!("use \"{used}\"\n\n{}", block.text);
                self.rules(block, "page.treaty", &text, &expected);
            }
            ["treaty", "part"] => {
                let text = format!("{}\n{}", self.prelude, block.text);
                self.rules(block, "page.treaty", &text, &expected);
            }
            ["treaty", "clauses"] => {
                let clauses: String = block.text.lines().fold(String::new(), |mut out, line| {
                    writeln!(out, "{}{line}", if line.is_empty() { "" } else { "  " }).unwrap();
                    out
                });
                let text = format!("{}\npledge example {{\n{clauses}}}\n", self.prelude);
                self.rules(block, "page.treaty", &text, &expected);
            }
            ["treaty", name] => self.rules(block, name, &block.text, &expected),
            ["treaty", "added", "to", name] => {
                let before = std::fs::read_to_string(self.folder.path().join(name)).unwrap();
                self.rules(block, name, &format!("{before}\n{}", block.text), &expected);
            }
            ["toml"] => self.records(block, "page.toml", None, &block.text, &expected),
            ["toml", "with", rules] => {
                self.records(block, "page.toml", Some(rules), &block.text, &expected);
            }
            ["toml", name]
                if name.ends_with("servanda.toml") || name.ends_with(".mapping.toml") =>
            {
                self.write(name, &block.text);
            }
            ["csv", name] => self.write(name, &block.text),
            ["toml", name] => self.records(block, name, None, &block.text, &expected),
            ["toml", name, "with", rules] => {
                self.records(block, name, Some(rules), &block.text, &expected);
            }
            ["toml", "added", "to", name, rest @ ..] => {
                let before = std::fs::read_to_string(self.folder.path().join(name)).unwrap();
                let text = format!("{before}\n{}", block.text);
                let rules = rest.get(1).copied();
                self.records(block, name, rules, &text, &expected);
            }
            ["console"] => self.console(block, true),
            ["text"] => self.console(block, false),
            ["sh"] => {
                let known = |line: &str| line.starts_with("cargo ") || line.starts_with("cd ");
                if !block.text.lines().all(known) {
                    self.fail(block, "only commands of cargo may stand in a block of `sh`");
                }
            }
            ["card"] => {}
            _ => self.fail(block, &format!("`{info}` is no kind of block")),
        }
    }

    fn fail(&mut self, block: &Block<'_>, what: &str) {
        let place = format!("{}:{}", self.path, block.line + 1);
        self.failures.push(format!("{place}: {what}"));
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Holds a rule file against the program: what it reports, its layout, its scenarios.
    fn rules(&mut self, block: &Block<'_>, name: &str, text: &str, expected: &BTreeSet<String>) {
        self.write(name, text);
        self.reported(block, &["check", name], expected);
        if expected.iter().any(|demand| demand.starts_with("error")) {
            return;
        }
        let mut sources = Sources::default();
        let id = sources.add(name, text);
        let laid_out = syntax::format(sources.get(id), &syntax::parse(sources.get(id)));
        if laid_out.as_deref() != Some(text) {
            let shown = laid_out.as_deref().unwrap_or_default();
            let lines = text.lines().zip(shown.lines());
            let first = lines.enumerate().find(|(_, (ours, theirs))| ours != theirs);
            self.fail(
                block,
                &format!("is laid out otherwise, first here: {first:?}"),
            );
            let before = text.strip_suffix(block.text.as_str());
            if let Some(own) = before.and_then(|before| shown.strip_prefix(before)) {
                self.news.insert(block.line, own.to_owned());
            }
        }
        let tested = program(self.folder.path())
            .args(["test", name])
            .output()
            .unwrap();
        if !matches!(tested.status.code(), Some(0)) {
            let page = String::from_utf8_lossy(&tested.stdout).into_owned();
            self.fail(block, &format!("its scenarios do not pass:\n{page}"));
        }
    }

    fn records(
        &mut self,
        block: &Block<'_>,
        name: &str,
        rules: Option<&str>,
        text: &str,
        expected: &BTreeSet<String>,
    ) {
        self.write(name, text);
        if rules.is_none() {
            self.write("prelude.treaty", &self.prelude);
        }
        let rules = rules.unwrap_or("prelude.treaty");
        self.reported(block, &["check", rules, "--records", name], expected);
    }

    /// Compares the diagnostics of a run with those that the block announces; advice only where it announces some.
    fn reported(&mut self, block: &Block<'_>, words: &[&str], expected: &BTreeSet<String>) {
        let output = program(self.folder.path())
            .args(words)
            .args(["--format", "short", "--as-of", "2020-01-01"])
            .output()
            .unwrap();
        let shown = String::from_utf8_lossy(&output.stderr).into_owned();
        let advised = expected.iter().any(|demand| demand.starts_with("advice"));
        let found: BTreeSet<String> = shown
            .lines()
            .filter_map(|line| {
                let (severity, rest) = line.split_once('[')?;
                let severity = severity.rsplit(' ').next()?;
                let code = rest.split(']').next()?;
                let counts =
                    ["error", "warning"].contains(&severity) || advised && severity == "advice";
                let found = format!("{severity}={code}");
                // An example declares what the page speaks of, and need not use it.
                let shown = code != "unused-name" || expected.contains(&found);
                (counts && shown).then_some(found)
            })
            // What one block declares, another block of the page uses.
            .filter(|found| found != "warning=unused-name" || expected.contains(found))
            .collect();
        let read = matches!(output.status.code(), Some(0 | 1 | 3));
        if !read || found != *expected {
            self.fail(
                block,
                &format!("must give {expected:?}, and gives:\n{shown}"),
            );
        }
    }

    /// Runs the commands of a block and compares what they print, errors first.
    fn console(&mut self, block: &Block<'_>, problems: bool) {
        let mut now = String::new();
        let mut alike = true;
        for (command, expected) in commands(&block.text) {
            let found = self.run(&split(&command.replace("\\\n", " ")), problems);
            alike &= found.trim() == expected.trim();
            writeln!(now, "$ {command}\n{}", found.trim_end()).unwrap();
        }
        if !block.text.starts_with("$ ") {
            self.fail(block, "holds no command");
        } else if !alike {
            self.fail(block, &format!("prints now:\n{now}"));
            self.news.insert(block.line, now);
        }
    }

    fn run(&mut self, words: &[String], problems: bool) -> String {
        let (name, rest) = words.split_first().unwrap();
        match name.as_str() {
            "cd" => self.place = self.place.join(rest.concat()),
            "rm" => rest
                .iter()
                .for_each(|file| std::fs::remove_file(self.place.join(file)).unwrap()),
            "servanda" => {
                let output = program(&self.place).args(rest).output().unwrap();
                let result = String::from_utf8(output.stdout).unwrap();
                let told = String::from_utf8(output.stderr).unwrap();
                return if problems { told + &result } else { result };
            }
            other => unreachable!("{other} is no command of a page"),
        }
        String::new()
    }
}

/// Parts what a block is from what it must give.
fn demands<'a>(info: &[&'a str]) -> (Vec<&'a str>, BTreeSet<String>) {
    let (demands, words): (Vec<&str>, Vec<&str>) =
        info.iter().copied().partition(|word| word.contains('='));
    (words, demands.into_iter().map(str::to_owned).collect())
}

/// Splits a block of the console into commands, each with what it printed; a command goes on behind a `\\` at the end of its line.
fn commands(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut goes_on = false;
    for line in text.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            found.push((command.to_owned(), String::new()));
        } else if let Some((command, output)) = found.last_mut() {
            if goes_on {
                write!(command, "\n{line}").unwrap();
            } else {
                writeln!(output, "{line}").unwrap();
            }
        }
        goes_on = (goes_on || line.starts_with("$ ")) && line.ends_with('\\');
    }
    found
}
