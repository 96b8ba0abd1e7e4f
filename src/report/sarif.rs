//! SARIF 2.1.0, the form in which programs that check texts hand their results to each other.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>; each diagnostic code is a rule, and each diagnostic, of a file or of
//! a verdict, a result. Columns are characters, as in every other form of output.

mod identity;
mod shape;
mod uri;

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Class, Code, Diagnostic, Fix, Label, Severity};
use crate::source::{SourceFile, SourceId, Sources, Span};

use super::place::{is_file, region};
use super::trials::Trials;
use super::{Report, wording};
use identity::Identities;

/// The base of all relative paths.
const ROOT: &str = "SRCROOT";
/// The name and version of the way in which [`identity`] tells results apart.
const IDENTITY: &str = "servandaIdentity/v1";

/// How the run ends, and where it ran.
#[derive(Clone, Copy, Debug)]
pub struct Ended<'a> {
    /// The exit status.
    pub status: u8,
    /// What the exit status means.
    pub meaning: &'static str,
    /// Whether everything was read that was asked for.
    pub complete: bool,
    /// The absolute path of the folder of the run, for files that lie outside of it.
    pub folder: Option<&'a str>,
}

/// Writes what is wrong in the files, then the findings.
#[must_use]
pub fn render(report: &Report<'_>, ended: Ended<'_>) -> String {
    let sources = report.sources;
    let problems = report.diagnostics.iter();
    let problems = problems.map(|found| (found, identity::of_problem(sources, found)));
    let findings = report.findings.iter();
    let findings = findings.map(|found| (&found.diagnostic, identity::of_finding(report, found)));
    Log::new(sources, ended).write(problems.chain(findings).collect())
}

/// Writes what is wrong in the files, then the expectations that failed.
#[must_use]
pub fn trials(trials: &Trials<'_>, ended: Ended<'_>) -> String {
    let all = trials
        .all()
        .map(|found| (found, identity::of_problem(trials.sources, found)));
    Log::new(trials.sources, ended).write(all.collect())
}

/// A log that is being written.
struct Log<'a> {
    sources: &'a Sources,
    ended: Ended<'a>,
}

impl<'a> Log<'a> {
    fn new(sources: &'a Sources, ended: Ended<'a>) -> Log<'a> {
        Log { sources, ended }
    }

    fn write(&self, found: Vec<(&Diagnostic, String)>) -> String {
        let used: BTreeSet<Code> = found
            .iter()
            .map(|(diagnostic, _)| diagnostic.code)
            .collect();
        let codes: Vec<Code> = used.into_iter().collect();
        let mut identities = Identities::default();
        let results = found
            .into_iter()
            .map(|(diagnostic, described)| {
                let rule = codes.binary_search(&diagnostic.code).unwrap_or_default();
                self.result(diagnostic, rule, identities.identify(described))
            })
            .collect();
        let log = shape::Log {
            schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
            version: "2.1.0",
            runs: [self.run(&codes, results)],
        };
        let json = serde_json::to_string_pretty(&log);
        // INVARIANT: the shapes hold only texts, numbers, lists and maps with text keys, which always have a JSON form.
        debug_assert!(json.is_ok(), "every part of the log has a JSON form");
        json.unwrap_or_default() + "\n"
    }

    fn run(&self, codes: &[Code], results: Vec<shape::Outcome>) -> shape::Run<'_> {
        let base = shape::Base {
            description: message("The folder in which servanda ran."),
        };
        shape::Run {
            tool: shape::Tool {
                driver: shape::Driver {
                    name: "servanda",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules: codes.iter().map(|&code| rule(code)).collect(),
                },
            },
            invocations: [shape::Invocation {
                execution_successful: self.ended.complete,
                exit_code: self.ended.status,
                exit_code_description: self.ended.meaning,
            }],
            original_uri_base_ids: BTreeMap::from([(ROOT, base)]),
            artifacts: self
                .sources
                .iter()
                .map(|file| self.artifact(file))
                .collect(),
            results,
            column_kind: "unicodeCodePoints",
            default_encoding: "UTF-8",
        }
    }

    fn artifact(&self, file: &'a SourceFile) -> shape::Artifact<'a> {
        // Nobody can open what is no file.
        let contents = (!is_file(file)).then(|| shape::Content { text: file.text() });
        shape::Artifact {
            location: self.location_of(file),
            contents,
        }
    }

    fn location_of(&self, file: &SourceFile) -> shape::ArtifactLocation {
        let (uri, based) = if is_file(file) {
            let uri = uri::of_path(file.name(), self.ended.folder);
            let based = !uri::needs_no_base(&uri);
            (uri, based)
        } else {
            (uri::encode(file.name()), false)
        };
        shape::ArtifactLocation {
            uri,
            uri_base_id: based.then_some(ROOT),
            index: file.id().index(),
        }
    }

    fn result(&self, found: &Diagnostic, rule: usize, identity: String) -> shape::Outcome {
        let text = match &found.help {
            Some(help) => format!("{}\nhelp: {help}", found.message),
            None => found.message.clone(),
        };
        let related = found.related.iter().enumerate();
        shape::Outcome {
            rule_id: found.code.name(),
            rule_index: rule,
            level: level(found.severity),
            message: message(&text),
            locations: [self.location(&found.primary, None)],
            related_locations: related
                .map(|(number, label)| self.location(label, Some(number)))
                .collect(),
            partial_fingerprints: BTreeMap::from([(IDENTITY, identity)]),
            fixes: found.fix.iter().map(|fix| self.fix(fix)).collect(),
        }
    }

    fn location(&self, label: &Label, id: Option<usize>) -> shape::Location {
        shape::Location {
            id,
            physical: shape::PhysicalLocation {
                artifact_location: self.location_of(self.sources.get(label.span.source)),
                region: self.region(label.span),
            },
            message: (!label.text.is_empty()).then(|| message(&label.text)),
        }
    }

    fn region(&self, span: Span) -> shape::Region {
        let region = region(self.sources.get(span.source), span);
        shape::Region {
            start_line: region.start.line,
            start_column: region.start.column,
            end_line: region.end.line,
            end_column: region.end.column,
        }
    }

    fn fix(&self, fix: &Fix) -> shape::Fix {
        let mut changes: BTreeMap<SourceId, Vec<shape::Replacement>> = BTreeMap::new();
        for edit in &fix.edits {
            let replacement = shape::Replacement {
                deleted_region: self.region(edit.span),
                inserted_content: shape::Inserted {
                    text: edit.value.clone(),
                },
            };
            changes
                .entry(edit.span.source)
                .or_default()
                .push(replacement);
        }
        shape::Fix {
            description: message(&fix.title),
            artifact_changes: changes
                .into_iter()
                .map(|(source, replacements)| shape::Change {
                    artifact_location: self.location_of(self.sources.get(source)),
                    replacements,
                })
                .collect(),
        }
    }
}

fn rule(code: Code) -> shape::Rule {
    let page = page(code);
    shape::Rule {
        id: code.name(),
        short_description: message(&sentence(code.summary())),
        full_description: message(what_it_finds(page)),
        help: shape::Help {
            text: plain(page),
            markdown: page,
        },
        default_configuration: shape::Configuration {
            level: level(code.severity()),
        },
        properties: shape::Tags {
            tags: [match code.class() {
                Class::Rules => "rules",
                Class::Records => "records",
                Class::Lint => "lint",
                Class::Finding => "verdict",
            }],
        },
    }
}

/// Gives the page of a code without its title, which the log has of itself.
fn page(code: Code) -> &'static str {
    let page = code.page();
    let start = page.find("## ").unwrap_or_default();
    page.get(start..).unwrap_or(page).trim_end()
}

/// Gives the first section of a page.
fn what_it_finds(page: &str) -> &str {
    let body = page.split_once("\n\n").map_or(page, |(_, body)| body);
    body.split_once("\n\n## ").map_or(body, |(first, _)| first)
}

/// Gives a page without the marks that only a program that draws pages understands.
fn plain(page: &str) -> String {
    let lines = page.lines().filter(|line| !line.starts_with("```"));
    let lines: Vec<&str> = lines
        .map(|line| line.strip_prefix("## ").unwrap_or(line))
        .collect();
    lines.join("\n")
}

fn sentence(summary: &str) -> String {
    format!("{}.", wording::sentence(summary))
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "note",
    }
}

/// Writes a text as a message: braces would be places to fill in, and brackets before parentheses a link.
fn message(text: &str) -> shape::Message {
    let text = text.replace('{', "{{").replace('}', "}}");
    shape::Message {
        text: text.replace("](", "] ("),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_message_is_a_link_or_a_place_to_fill() {
        assert_eq!(message("add `}` to `{0}`").text, "add `}}` to `{{0}}`");
        assert_eq!(message("[here](https://x)").text, "[here] (https://x)");
    }

    #[test]
    fn every_page_has_a_first_section_to_tell() {
        for code in Code::ALL {
            let told = what_it_finds(page(*code));
            assert!(!told.is_empty() && !told.contains("## "), "{code}: {told}");
        }
    }
}
