//! `servanda.toml`: which files, which standard, how lints are taken. Every problem of the file at once, each at its place.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned as At;
use toml::de::{DeTable, DeValue};

use crate::agreement::Standing;
use crate::diagnostic::{self, Class, Code, Diagnostic, Fix, Severity, did_you_mean};
use crate::source::{SourceFile, Span, Spanned};
use crate::time::Day;

/// What `servanda.toml` says; empty where there is none.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Patterns of rule files, relative to the folder of the settings.
    pub rules: Vec<Spanned<String>>,
    /// Patterns of record files, relative to the folder of the settings.
    pub records: Vec<Spanned<String>>,
    /// The as-of date.
    pub as_of: Option<Spanned<AsOf>>,
    /// The standard.
    pub standard: Option<Standing>,
    /// Tables with their mappings.
    pub imports: Vec<Import>,
    /// How lints are taken.
    pub lints: Lints,
    /// What is wrong with the file.
    pub diagnostics: Vec<Diagnostic>,
}

/// Tables that one mapping explains: `[[import]]`.
#[derive(Clone, Debug)]
pub struct Import {
    /// Patterns of tables, relative to the folder of the settings.
    pub files: Vec<Spanned<String>>,
    /// The mapping file, relative to the folder of the settings.
    pub mapping: Spanned<String>,
}

/// A date of reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsOf {
    /// The day of the run.
    Today,
    /// A fixed day.
    Day(Day),
}

/// How a lint is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Not at all.
    Allow,
    /// As a warning.
    Warn,
    /// As an error.
    Deny,
}

/// The levels that the settings state, by code.
#[derive(Clone, Debug, Default)]
pub struct Lints(BTreeMap<Code, Level>);

impl Lints {
    /// Drops what is allowed and changes the gravity of the rest.
    #[must_use]
    pub fn apply(&self, diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
        if self.0.is_empty() {
            return diagnostics;
        }
        diagnostics
            .into_iter()
            .filter_map(|mut diagnostic| {
                match self.0.get(&diagnostic.code) {
                    Some(Level::Allow) => return None,
                    Some(Level::Warn) => diagnostic.severity = Severity::Warning,
                    Some(Level::Deny) => diagnostic.severity = Severity::Error,
                    None => {}
                }
                Some(diagnostic)
            })
            .collect()
    }
}

const KEYS: [&str; 6] = ["rules", "records", "as-of", "standard", "lints", "import"];

/// Reads the settings.
#[must_use]
pub fn settings(file: &SourceFile) -> Settings {
    let (table, errors) = DeTable::parse_recoverable(file.text());
    let mut reader = Reader {
        file,
        settings: Settings::default(),
    };
    for error in errors {
        let range = error.span().unwrap_or(0..file.text().len());
        reader.report(Code::BadToml, range, error.message().trim().to_owned());
    }
    for (key, value) in table.get_ref() {
        if !reader.is_damaged(value.span()) {
            reader.entry(key, value);
        }
    }
    diagnostic::sort(&mut reader.settings.diagnostics);
    reader.settings
}

struct Reader<'a> {
    file: &'a SourceFile,
    settings: Settings,
}

impl Reader<'_> {
    fn entry(&mut self, key: &At<Cow<'_, str>>, value: &At<DeValue<'_>>) {
        match key.get_ref().as_ref() {
            "rules" => self.settings.rules = self.texts("rules", value),
            "records" => self.settings.records = self.texts("records", value),
            "as-of" => self.as_of(value),
            "standard" => self.standard(value),
            "lints" => self.lints(value),
            "import" => self.imports(value),
            other => {
                let message = format!("no setting is called `{other}`");
                self.report(Code::UnknownKey, key.span(), message);
                self.mend(other, KEYS);
            }
        }
    }

    /// Says whether the text there is no TOML, which has been said.
    fn is_damaged(&self, range: Range<usize>) -> bool {
        let place = self.span(range);
        self.settings.diagnostics.iter().any(|found| {
            let there = found.primary.span;
            found.code == Code::BadToml
                && (there.touches(place.start) || place.touches(there.start))
        })
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file.id(), range.start, range.end)
    }

    fn report(&mut self, code: Code, range: Range<usize>, message: impl Into<String>) {
        let span = self.span(range);
        self.settings
            .diagnostics
            .push(Diagnostic::new(code, span, message));
    }

    fn help(&mut self, help: String) {
        if let Some(last) = self.settings.diagnostics.last_mut() {
            last.help = Some(help);
        }
    }

    /// Offers the nearest known word for the one that was reported last.
    fn mend<'k>(&mut self, word: &str, known: impl IntoIterator<Item = &'k str> + Clone) {
        let meant = did_you_mean(word, known.clone());
        self.help(nearest(word, known));
        if let (Some(last), Some(meant)) = (self.settings.diagnostics.last_mut(), meant) {
            let place = last.primary.span;
            let is_quoted = self.file.slice(place).starts_with(['"', '\'']);
            let text = if is_quoted {
                format!("\"{meant}\"")
            } else {
                meant.to_owned()
            };
            last.fix = Some(Fix {
                title: format!("write `{meant}`"),
                edits: vec![Spanned::new(text, place)],
            });
        }
    }

    fn texts(&mut self, key: &str, value: &At<DeValue<'_>>) -> Vec<Spanned<String>> {
        let wanted = format!("`{key}` must be a list of file names in quotes");
        let DeValue::Array(items) = value.get_ref() else {
            self.report(Code::BadValue, value.span(), wanted);
            return Vec::new();
        };
        let mut texts = Vec::new();
        for item in items {
            match item.get_ref() {
                DeValue::String(text) => {
                    texts.push(Spanned::new(text.to_string(), self.span(item.span())));
                }
                DeValue::Integer(_)
                | DeValue::Float(_)
                | DeValue::Boolean(_)
                | DeValue::Datetime(_)
                | DeValue::Array(_)
                | DeValue::Table(_) => {
                    self.report(Code::BadValue, item.span(), wanted.clone());
                }
            }
        }
        texts
    }

    fn imports(&mut self, value: &At<DeValue<'_>>) {
        let DeValue::Array(items) = value.get_ref() else {
            self.report(
                Code::BadValue,
                value.span(),
                "expected `[[import]]`, in double brackets",
            );
            return;
        };
        for item in items {
            match item.get_ref() {
                DeValue::Table(table) => self.import(item.span(), table),
                DeValue::String(_)
                | DeValue::Integer(_)
                | DeValue::Float(_)
                | DeValue::Boolean(_)
                | DeValue::Datetime(_)
                | DeValue::Array(_) => {
                    self.report(
                        Code::BadValue,
                        item.span(),
                        "expected `[[import]]` with `files` and `mapping`",
                    );
                }
            }
        }
    }

    fn import(&mut self, header: Range<usize>, table: &DeTable<'_>) {
        let mut files = None;
        let mut mapping = None;
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "files" => files = Some(self.texts("files", value)),
                "mapping" => match value.get_ref() {
                    DeValue::String(text) => {
                        mapping = Some(Spanned::new(text.to_string(), self.span(value.span())));
                    }
                    DeValue::Integer(_)
                    | DeValue::Float(_)
                    | DeValue::Boolean(_)
                    | DeValue::Datetime(_)
                    | DeValue::Array(_)
                    | DeValue::Table(_) => {
                        self.report(
                            Code::BadValue,
                            value.span(),
                            "`mapping` must be a file name in quotes",
                        );
                        return;
                    }
                },
                other => {
                    let message = format!("an import has no `{other}`");
                    self.report(Code::UnknownKey, key.span(), message);
                    self.help(nearest(other, ["files", "mapping"]));
                }
            }
        }
        match (files, mapping) {
            (Some(files), Some(mapping)) => self.settings.imports.push(Import { files, mapping }),
            (None, _) => self.report(Code::MissingKey, header, "`files` is missing"),
            (_, None) => self.report(Code::MissingKey, header, "`mapping` is missing"),
        }
    }

    fn as_of(&mut self, value: &At<DeValue<'_>>) {
        let text = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Datetime(date) => date.to_string(),
            DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Array(_)
            | DeValue::Table(_) => String::new(),
        };
        let span = self.span(value.span());
        match day(&text) {
            _ if text == "today" => {
                self.settings.as_of = Some(Spanned::new(AsOf::Today, span));
            }
            Ok(day) => self.settings.as_of = Some(Spanned::new(AsOf::Day(day), span)),
            Err(message) => {
                self.report(Code::BadDate, value.span(), format!("`as-of`: {message}"));
                self.help("write `as-of = \"today\"` or a day such as `as-of = 2021-09-03`".into());
            }
        }
    }

    fn standard(&mut self, value: &At<DeValue<'_>>) {
        let text = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Array(_)
            | DeValue::Table(_) => String::new(),
        };
        self.settings.standard = Standing::STANDARDS
            .into_iter()
            .find(|standard| standard.word() == text);
        if self.settings.standard.is_none() {
            let names = Standing::STANDARDS.map(Standing::word);
            let message = format!("`standard` must be one of {}", names.join(", "));
            self.report(Code::BadValue, value.span(), message);
            self.mend(&text, names);
        }
    }

    fn lints(&mut self, value: &At<DeValue<'_>>) {
        let DeValue::Table(table) = value.get_ref() else {
            self.report(Code::BadValue, value.span(), "`lints` must be a table");
            return;
        };
        for (key, value) in table {
            self.lint(key, value);
        }
    }

    fn lint(&mut self, key: &At<Cow<'_, str>>, value: &At<DeValue<'_>>) {
        let name = key.get_ref().as_ref();
        let Some(code) = Code::from_name(name) else {
            self.report(
                Code::UnknownName,
                key.span(),
                format!("no diagnostic is called `{name}`"),
            );
            self.mend(name, Code::ALL.iter().map(|code| code.name()));
            return;
        };
        if !can_be_set(code) {
            let message = format!("`{name}` is no lint: it cannot be allowed or denied");
            self.report(Code::BadValue, key.span(), message);
            return;
        }
        let level = match value.get_ref() {
            DeValue::String(text) => match text.as_ref() {
                "allow" => Some(Level::Allow),
                "warn" => Some(Level::Warn),
                "deny" => Some(Level::Deny),
                _ => None,
            },
            DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Array(_)
            | DeValue::Table(_) => None,
        };
        if let Some(level) = level {
            self.settings.lints.0.insert(code, level);
            return;
        }
        let message = "a lint is \"allow\", \"warn\" or \"deny\"";
        self.report(Code::BadValue, value.span(), message);
        if let DeValue::String(text) = value.get_ref() {
            self.mend(text, ["allow", "warn", "deny"]);
        }
    }
}

/// Says whether settings may change how a code is taken: not where a file cannot be used, and not what the world did.
#[must_use]
pub fn can_be_set(code: Code) -> bool {
    match code.class() {
        Class::Lint => true,
        Class::Rules | Class::Records => code.severity() != Severity::Error,
        Class::Finding => false,
    }
}

fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if let Some(name) = did_you_mean(word, known.clone()) {
        return format!("did you mean `{name}`?");
    }
    let names: Vec<&str> = known.into_iter().take(12).collect();
    format!("known: {}", names.join(", "))
}

/// Reads a civil day.
///
/// # Errors
///
/// Says what is wrong with it, as a fragment.
pub fn day(text: &str) -> Result<Day, String> {
    let mut parts = text.split('-').map(str::parse::<i16>);
    let (Some(Ok(year)), Some(Ok(month)), Some(Ok(day)), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(format!(
            "`{text}` is not a day; days are written 2021-09-03"
        ));
    };
    if !(0..=9999).contains(&year) {
        return Err(format!(
            "`{text}` is not in the calendar, which ends with the year 9999"
        ));
    }
    let narrow = |number: i16| i8::try_from(number).unwrap_or(0);
    Day::new(year, narrow(month), narrow(day)).map_err(|_| {
        match crate::time::days_in_month(year, narrow(month)) {
            Some(days) => format!(
                "`{text}` is not in the calendar: {} {year} has {days} days",
                crate::time::month_name(narrow(month))
            ),
            None => format!("`{text}` is not in the calendar: there is no month {month}"),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    fn problems(text: &str) -> Vec<String> {
        let mut sources = Sources::default();
        let id = sources.add("servanda.toml", text);
        settings(sources.get(id))
            .diagnostics
            .into_iter()
            .map(|found| format!("{}: {}", found.code, found.message))
            .collect()
    }

    #[test]
    fn every_problem_is_reported_at_once() {
        let found = problems(
            "rule = []\nas-of = 2021-02-30\nstandard = \"reportd\"\n[lints]\nno-deadlin = \"allow\"\nbreached = \"allow\"\n",
        );
        assert_eq!(found.len(), 5, "{found:#?}");
    }

    #[test]
    fn a_good_file_has_no_problem() {
        let text = "rules = [\"a/*.treaty\"]\nrecords = []\nas-of = \"today\"\nstandard = \"reported\"\n[lints]\nno-deadline = \"allow\"\n";
        assert_eq!(problems(text), Vec::<String>::new());
    }

    #[test]
    fn a_day_must_be_in_the_calendar() {
        assert!(day("2021-09-03").is_ok());
        assert_eq!(
            day("2021-02-30"),
            Err("`2021-02-30` is not in the calendar: February 2021 has 28 days".to_owned())
        );
        assert!(day("2021-09").is_err());
        assert!(day("2021-13-01").is_err());
    }

    #[test]
    fn every_warning_and_advice_on_files_can_be_set_and_nothing_else() {
        for &code in Code::ALL {
            let lint = code.class() == Class::Lint;
            let of_files = matches!(code.class(), Class::Rules | Class::Records);
            let settable = lint || of_files && code.severity() != Severity::Error;
            for level in ["allow", "warn", "deny"] {
                let found = problems(&format!("[lints]\n{code} = \"{level}\"\n"));
                assert_eq!(found.is_empty(), settable, "{code} = {level}: {found:?}");
            }
        }
    }

    #[test]
    fn a_level_drops_a_lint_or_sets_its_gravity() {
        let text = "[lints]\nno-deadline = \"allow\"\npossible-duplicate = \"warn\"\nunused-name = \"deny\"\n";
        let mut sources = Sources::default();
        let id = sources.add("servanda.toml", text);
        let file = sources.get(id);
        let codes = [
            Code::NoDeadline,
            Code::PossibleDuplicate,
            Code::UnusedName,
            Code::EmptyGroup,
        ];
        let given = codes
            .map(|code| Diagnostic::new(code, file.span(), ""))
            .to_vec();
        let left: Vec<_> = settings(file)
            .lints
            .apply(given)
            .into_iter()
            .map(|one| (one.code, one.severity))
            .collect();
        let wanted = [
            (Code::PossibleDuplicate, Severity::Warning),
            (Code::UnusedName, Severity::Error),
            (Code::EmptyGroup, Severity::Warning),
        ];
        assert_eq!(left, wanted);
    }
}
