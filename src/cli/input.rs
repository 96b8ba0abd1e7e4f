//! Finds and opens the files of a run: those on the command line, else those of `servanda.toml`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::disk::folder::{self, has_extension};
use crate::disk::trail::Trail;
use crate::disk::{SETTINGS, now, read_standard_input};
use crate::project::glob::is_pattern;
use crate::project::{AsOf, Project, Request, Settings, join, normal, settings};
use crate::source::{Span, Spanned};
use crate::time::Day;

use super::Exit;
use super::options::{Date, Inputs};
use super::output::Output;
use super::tables;

/// The files of a run, and what the settings say.
#[derive(Debug)]
pub(super) struct Input {
    /// The files.
    pub(super) project: Project,
    /// The settings.
    pub(super) settings: Settings,
    /// Whether something that was asked for could not be read.
    pub(super) incomplete: bool,
}

/// The rule files of a run, unread.
#[derive(Debug)]
pub(super) struct RulePaths {
    /// The paths, each once.
    pub(super) paths: Vec<String>,
    /// Whether something that was asked for was not found.
    pub(super) incomplete: bool,
}

/// The settings and the folder that their paths are relative to.
#[derive(Debug, Default)]
struct Found {
    settings: Settings,
    path: String,
}

/// Opens everything that a run needs, and remembers where it looked. What cannot be opened is said, and the rest goes on.
///
/// # Errors
///
/// The settings cannot be followed, or there is no rule file at all; it has been said why.
pub(super) fn open(
    rules: &[String],
    inputs: &Inputs,
    trail: &mut Trail,
    output: &mut Output,
) -> Result<Input, Exit> {
    let mut project = Project::default();
    let found = find_settings(&mut project, trail, output)?;
    let mut incomplete = false;
    let mut wanted = Wanted::new(trail);
    if rules.is_empty() {
        wanted.of_settings(&found, &found.settings.rules, "rules");
    } else {
        wanted.given(rules, RULES);
    }
    let rules = std::mem::take(&mut wanted.paths);
    if inputs.records.is_empty() {
        wanted.of_settings(&found, &found.settings.records, "records");
    } else {
        wanted.given(&inputs.records, RECORDS);
    }
    let mut records = wanted.paths;
    let tables = match tables::given(&mut records, &inputs.mapping) {
        Ok(_) if inputs.records.is_empty() && inputs.mapping.is_empty() => {
            tables::imported(&found.settings.imports, &found.path, wanted.trail, output)
        }
        Ok(given) => given,
        Err((problem, help)) => {
            output.error(&problem, Some(help));
            return Err(Exit::Usage);
        }
    };
    for problem in &wanted.problems {
        output.error(problem, None);
        incomplete = true;
    }
    for warning in &wanted.warnings {
        output.warning(warning);
    }
    if rules.is_empty() {
        if !incomplete {
            output.error(
                "no rule files to check",
                Some("name them (`servanda check rules/x.treaty`), or start a project with `servanda init`"),
            );
        }
        return Err(Exit::Usage);
    }
    incomplete |= add_rules(&mut project, &rules, trail, output);
    incomplete |= add_records(&mut project, &records, trail, output);
    incomplete |= tables::add(&mut project, &tables, trail, output);
    Ok(Input {
        project,
        settings: found.settings,
        incomplete,
    })
}

/// Opens record files; says whether one could not be read.
fn add_records(
    project: &mut Project,
    paths: &[String],
    trail: &mut Trail,
    output: &mut Output,
) -> bool {
    let mut unread = false;
    // One file may be named on two ways, and what it says counts once.
    let mut known: BTreeSet<PathBuf> = BTreeSet::new();
    for path in paths {
        let file = std::fs::canonicalize(path).unwrap_or_else(|_| PathBuf::from(path));
        if !known.insert(file) {
            continue;
        }
        if has_extension(path, "treaty") {
            let message = format!("expected a record file, found the rule file `{path}`");
            let help = "record files are TOML; rule files are given without `--records`";
            output.error(&message, Some(help));
            unread = true;
            continue;
        }
        let added = project.add_records(path, &mut |path| trail.read(path));
        unread |= report_unread(added, path, "record file", output);
    }
    unread
}

/// Opens rule files alone. What cannot be opened is said, and the rest goes on.
///
/// # Errors
///
/// The settings cannot be followed, or there is no rule file at all; it has been said why.
pub(super) fn open_rules(rules: &[String], output: &mut Output) -> Result<Input, Exit> {
    let mut project = Project::default();
    let trail = &mut Trail::default();
    let found = find_settings(&mut project, trail, output)?;
    let mut wanted = Wanted::new(trail);
    if rules.is_empty() {
        wanted.of_settings(&found, &found.settings.rules, "rules");
    } else {
        wanted.given(rules, RULES);
    }
    for problem in &wanted.problems {
        output.error(problem, None);
    }
    if wanted.paths.is_empty() {
        if wanted.problems.is_empty() {
            output.error("no rule files", Some("name them, or run it in a project"));
        }
        return Err(Exit::Usage);
    }
    let Wanted {
        paths, problems, ..
    } = wanted;
    let unread = add_rules(&mut project, &paths, trail, output);
    Ok(Input {
        project,
        settings: found.settings,
        incomplete: unread || !problems.is_empty(),
    })
}

/// Opens rule files; says whether one could not be read.
fn add_rules(
    project: &mut Project,
    paths: &[String],
    trail: &mut Trail,
    output: &mut Output,
) -> bool {
    let mut read = |path: &str| trail.read(path);
    let mut unread = false;
    for path in paths {
        if has_extension(path, "toml") {
            let message = format!("expected a rule file, found the record file `{path}`");
            output.error(&message, Some("record files are given with `--records`"));
            unread = true;
            continue;
        }
        let added = if path == "-" {
            read_standard_input().map(|text| project.add_root("<stdin>", text, &mut read))
        } else {
            project.add_rules(path, &mut read)
        };
        unread |= report_unread(added, path, "rule file", output);
    }
    unread
}

fn report_unread(added: Result<(), String>, path: &str, what: &str, output: &mut Output) -> bool {
    match added {
        Ok(()) => false,
        Err(reason) => {
            output.error(&format!("cannot read the {what} `{path}`: {reason}"), None);
            true
        }
    }
}

/// Gives the paths of the rule files that the settings name; of the command line where it names some.
///
/// # Errors
///
/// The settings cannot be followed; it has been said why.
pub(super) fn rule_paths(rules: &[String], output: &mut Output) -> Result<RulePaths, Exit> {
    let mut trail = Trail::default();
    let found = if rules.is_empty() {
        find_settings(&mut Project::default(), &mut trail, output)?
    } else {
        Found::default()
    };
    let mut wanted = Wanted::new(&mut trail);
    if rules.is_empty() {
        wanted.of_settings(&found, &found.settings.rules, "rules");
    } else {
        wanted.given(rules, RULES);
    }
    for problem in &wanted.problems {
        output.error(problem, None);
    }
    if wanted.paths.is_empty() {
        output.error("no rule files", Some("name them, or run it in a project"));
        return Err(Exit::Usage);
    }
    Ok(RulePaths {
        paths: wanted.paths,
        incomplete: !wanted.problems.is_empty(),
    })
}

/// Gives what is asked, from the options and the settings; both may state the clocks.
pub(super) fn request(input: &mut Input, inputs: &Inputs) -> Request {
    let mut line = String::new();
    let mut placed = |name: &str, date: Option<Date>| -> Option<(Day, usize, usize)> {
        let Some(Date::Day(day)) = date else {
            return None;
        };
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(name);
        line.push(' ');
        let start = line.len();
        line.push_str(&day.to_string());
        Some((day, start, line.len()))
    };
    let as_of = placed("--as-of", inputs.as_of);
    let known_by = placed("--known-by", inputs.known_by);
    let mut spanned = None;
    if as_of.is_some() || known_by.is_some() {
        spanned = Some(input.project.sources.add("command line", line));
    }
    let place = |given: Option<(Day, usize, usize)>| {
        let (day, start, end) = given?;
        Some(Spanned::new(day, Span::new(spanned?, start, end)))
    };
    let of_settings = match (inputs.as_of, input.settings.as_of) {
        (
            None,
            Some(Spanned {
                value: AsOf::Day(day),
                span,
            }),
        ) => Some(Spanned::new(day, span)),
        (_, _) => None,
    };
    Request {
        now: now(),
        as_of: place(as_of).or(of_settings),
        known_by: place(known_by),
        standard: inputs.standard.map(Into::into).or(input.settings.standard),
    }
}

/// Looks for the settings in the working folder and in those above it.
fn find_settings(
    project: &mut Project,
    trail: &mut Trail,
    output: &mut Output,
) -> Result<Found, Exit> {
    let Ok(folder) = std::env::current_dir() else {
        return Ok(Found::default());
    };
    let mut up = String::new();
    for _ in folder.ancestors() {
        let path = format!("{up}{SETTINGS}");
        if trail.is_file(&path) {
            return read_settings(project, &path, trail, output);
        }
        up.push_str("../");
    }
    Ok(Found::default())
}

fn read_settings(
    project: &mut Project,
    path: &str,
    trail: &mut Trail,
    output: &mut Output,
) -> Result<Found, Exit> {
    let text = match trail.read(path) {
        Ok(text) => text,
        Err(reason) => {
            output.error(
                &format!("cannot read the settings `{path}`: {reason}"),
                None,
            );
            return Err(Exit::Usage);
        }
    };
    let id = project.sources.add(path, text.text);
    let settings = settings(project.sources.get(id));
    if settings.diagnostics.is_empty() {
        return Ok(Found {
            settings,
            path: path.to_owned(),
        });
    }
    let screen = output.error_screen();
    let problems = &settings.diagnostics;
    output.problem(&crate::report::terminal::problems(
        &project.sources,
        problems,
        screen,
    ));
    Err(Exit::Usage)
}

/// What a list of files is for, and which files of a folder it means.
#[derive(Clone, Copy)]
struct Kind {
    what: &'static str,
    extension: &'static str,
    holds: fn(&str) -> bool,
}

const RULES: Kind = Kind {
    what: "rule file",
    extension: "treaty",
    holds: |_| true,
};

const RECORDS: Kind = Kind {
    what: "record file",
    extension: "toml",
    holds: folder::may_hold_records,
};

/// The paths that are to be opened, each once, and what is wrong with the lists.
struct Wanted<'a> {
    trail: &'a mut Trail,
    paths: Vec<String>,
    problems: Vec<String>,
    /// What is said and makes no difference to the status.
    warnings: Vec<String>,
}

impl Wanted<'_> {
    fn new(trail: &mut Trail) -> Wanted<'_> {
        Wanted {
            trail,
            paths: Vec::new(),
            problems: Vec::new(),
            warnings: Vec::new(),
        }
    }

    fn given(&mut self, paths: &[String], kind: Kind) {
        for path in paths {
            // A shell that does not expand patterns hands them on.
            if is_pattern(path) && !Path::new(path).exists() {
                self.pattern(path);
            } else if path == "-" {
                self.add(path.clone());
            } else if Path::new(path).is_dir() {
                self.folder(&normal(path), kind);
            } else {
                self.add(normal(path));
            }
        }
    }

    fn folder(&mut self, folder: &str, kind: Kind) {
        let found = match self.trail.files_below(folder, kind.extension) {
            Ok(found) => found,
            Err(problem) => return self.problems.push(problem),
        };
        let found: Vec<String> = found
            .into_iter()
            .filter(|path| (kind.holds)(path))
            .collect();
        if found.is_empty() {
            let Kind {
                what, extension, ..
            } = kind;
            self.problems.push(format!(
                "no {what} (*.{extension}) in the folder `{folder}`"
            ));
        }
        for path in found {
            self.add(path);
        }
    }

    fn of_settings(&mut self, found: &Found, patterns: &[Spanned<String>], key: &str) {
        for pattern in patterns {
            let path = join(&found.path, &pattern.value);
            let kind = if key == "rules" { RULES } else { RECORDS };
            if is_pattern(&path) {
                let before = self.paths.len();
                self.pattern(&path);
                if self.paths.len() == before {
                    self.problems.retain(|problem| !problem.contains(&path));
                    let problem = format!(
                        "no file matches `{}`, which `{key}` of {} names",
                        pattern.value, found.path
                    );
                    // A project may have no records yet; without rules there is nothing to ask.
                    if key == "records" {
                        self.warnings.push(problem);
                    } else {
                        self.problems.push(problem);
                    }
                }
            } else if Path::new(&path).is_dir() {
                let before = self.problems.len();
                self.folder(&path, kind);
                let holds_none = folder::files(&path, kind.extension).is_ok();
                if key == "records" && holds_none {
                    self.warnings.extend(self.problems.drain(before..));
                }
            } else {
                self.add(path);
            }
        }
    }

    fn pattern(&mut self, pattern: &str) {
        let found = self.trail.files_of(pattern);
        if found.is_empty() {
            self.problems.push(format!("no file matches `{pattern}`"));
        }
        for path in found {
            self.add(path);
        }
    }

    fn add(&mut self, path: String) {
        if !self.paths.contains(&path) {
            self.paths.push(path);
        }
    }
}
