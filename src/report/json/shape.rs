//! The shapes of the JSON report. The names are its keys.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

/// The whole report.
#[derive(Serialize)]
pub(crate) struct Report<'a> {
    pub schema: &'static str,
    pub as_of: Option<String>,
    pub known_by: Option<String>,
    pub standard: Option<&'static str>,
    pub agreements: Vec<Agreement<'a>>,
    pub pledges: Vec<Pledge<'a>>,
    pub diagnostics: Vec<Diagnostic<'a>>,
    pub records: Records<'a>,
    /// In the order of the statuses.
    pub summary: Ordered,
}

/// A map that keeps its order.
pub(crate) struct Ordered(Map<String, Value>);

impl FromIterator<(&'static str, usize)> for Ordered {
    fn from_iter<T: IntoIterator<Item = (&'static str, usize)>>(pairs: T) -> Self {
        Ordered(
            pairs
                .into_iter()
                .map(|(key, number)| (key.to_owned(), Value::from(number)))
                .collect(),
        )
    }
}

impl Serialize for Ordered {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

#[derive(Serialize)]
pub(crate) struct Agreement<'a> {
    pub id: Option<&'a str>,
    pub title: Option<&'a str>,
    pub file: &'a str,
    pub standard: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_force: Option<InForce>,
}

#[derive(Serialize)]
pub(crate) struct InForce {
    pub from: Option<Span>,
    pub until: Option<Span>,
}

#[derive(Serialize)]
pub(crate) struct Pledge<'a> {
    pub agreement: &'a str,
    pub id: &'a str,
    pub title: Option<&'a str>,
    pub article: &'a [String],
    pub cites: String,
    pub obligor: Option<String>,
    pub modal: Option<&'static str>,
    pub duty: Option<&'static str>,
    pub at: Place<'a>,
    pub verdict: Option<Verdict>,
    pub profile: Profile,
    pub counts: BTreeMap<&'static str, usize>,
    pub instances: Vec<Instance<'a>>,
    pub conventions: Vec<Convention<'a>>,
}

#[derive(Serialize)]
pub(crate) struct Place<'a> {
    pub file: &'a str,
    pub line: u32,
    pub column: u32,
}

#[derive(Serialize)]
pub(crate) struct Profile {
    pub claimed: Option<Verdict>,
    pub reported: Option<Verdict>,
    pub corroborated: Option<Verdict>,
    pub verified: Option<Verdict>,
}

/// The one shape of every verdict.
#[derive(Serialize)]
pub(crate) struct Verdict {
    pub status: &'static str,
    pub ground: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_late: Option<Days>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub late: Option<Durations>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_left: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age_days: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Span>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Span>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed: Option<Observed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub if_established: Option<Box<Verdict>>,
}

#[derive(Serialize)]
pub(crate) struct Days {
    pub least: i64,
    pub most: i64,
}

#[derive(Serialize)]
pub(crate) struct Durations {
    pub least: String,
    pub most: String,
}

#[derive(Serialize)]
pub(crate) struct Span {
    pub earliest: Option<String>,
    pub latest: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct Observed {
    pub days: i64,
    pub of: i64,
}

#[derive(Serialize)]
pub(crate) struct Instance<'a> {
    pub bindings: BTreeMap<&'a str, &'a str>,
    pub obligor: &'a str,
    pub trigger: Option<&'a str>,
    pub window: Window<'a>,
    pub verdict: Option<Verdict>,
    pub profile: Profile,
    pub since: Option<Span>,
    pub until: Option<Span>,
    pub evidence: Vec<Evidence<'a>>,
    pub notes: Vec<&'a str>,
}

#[derive(Serialize)]
pub(crate) struct Window<'a> {
    pub opens: Option<String>,
    pub due: Option<Span>,
    pub reckoning: Option<&'a str>,
}

#[derive(Serialize)]
pub(crate) struct Evidence<'a> {
    pub record: &'a str,
    pub file: &'a str,
    pub line: u32,
    pub role: &'static str,
    pub affirms: bool,
    pub counts: bool,
    pub standing: &'static str,
    pub because: &'a str,
}

#[derive(Serialize)]
pub(crate) struct Convention<'a> {
    pub name: &'a str,
    pub chosen: bool,
    pub due: String,
    pub status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_late: Option<Days>,
}

#[derive(Serialize)]
pub(crate) struct Diagnostic<'a> {
    pub code: &'static str,
    pub severity: &'static str,
    pub message: &'a str,
    pub help: Option<&'a str>,
    pub labels: Vec<Label<'a>>,
}

#[derive(Serialize)]
pub(crate) struct Label<'a> {
    pub file: &'a str,
    pub start: At,
    pub end: At,
    pub text: &'a str,
}

#[derive(Serialize)]
pub(crate) struct At {
    pub line: u32,
    pub column: u32,
}

#[derive(Serialize)]
pub(crate) struct Records<'a> {
    pub read: usize,
    pub used: usize,
    pub left_out: usize,
    /// None where no table was read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<Table<'a>>,
}

#[derive(Serialize)]
pub(crate) struct Table<'a> {
    pub file: &'a str,
    pub rows: usize,
    pub records: usize,
    pub not_chosen: usize,
    pub unreadable: usize,
    pub estimates_sorted: usize,
    pub undeclared: &'a BTreeMap<String, usize>,
    pub unmatched: &'a BTreeMap<String, usize>,
    pub unmatched_sources: &'a BTreeMap<String, usize>,
}
