//! The options of `check` and `why`.

use clap::{Args, ValueEnum};

use crate::agreement::Standing;
use crate::project::settings::day;
use crate::time::Day;

/// What to judge, by what, and how to say it.
#[derive(Args, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub(super) struct CheckOptions {
    /// Rule files, or folders of them; those of `servanda.toml` where none are given, `-` for standard input
    #[arg(value_name = "RULES")]
    pub(super) rules: Vec<String>,
    #[command(flatten)]
    pub(super) inputs: Inputs,
    /// Show only these pledges
    #[arg(long, value_name = "ID")]
    pub(super) pledge: Vec<String>,
    /// How to say it
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(super) format: Format,
    /// Take an undetermined verdict as a finding
    #[arg(long)]
    pub(super) strict: bool,
    /// Show only the answer and what is broken, overdue or said to be broken
    #[arg(short, long)]
    pub(super) quiet: bool,
    /// Exit with 0 whatever is found
    #[arg(long)]
    pub(super) exit_zero: bool,
    /// Check again whenever a file changes, until Ctrl-C
    #[arg(long)]
    pub(super) watch: bool,
    /// List what tables name and nothing declares, instead of the verdicts
    #[arg(long)]
    pub(super) unmatched: bool,
}

/// What verdicts are computed from.
#[derive(Args, Debug)]
pub(super) struct Inputs {
    /// Record files, or folders of them; those of `servanda.toml` where none are given
    #[arg(short, long, value_name = "FILE")]
    pub(super) records: Vec<String>,
    /// How the columns of a table become records
    #[arg(long, value_name = "FILE")]
    pub(super) mapping: Vec<String>,
    /// Ignore what happened after this day; today where not given
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(super) as_of: Option<Date>,
    /// Ignore what became known after this day
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(super) known_by: Option<Date>,
    /// The standard of proof; the agreement's own where not given
    #[arg(long, value_enum)]
    pub(super) standard: Option<Standard>,
}

/// A day, or the day of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Date {
    Today,
    Day(Day),
}

fn date(text: &str) -> Result<Date, String> {
    if text == "today" {
        return Ok(Date::Today);
    }
    day(text).map(Date::Day)
}

/// The standards, as they are typed.
#[derive(ValueEnum, Clone, Copy, Debug)]
pub(super) enum Standard {
    /// Somebody says so
    Claimed,
    /// One credible voice
    Reported,
    /// Independent credible voices
    Corroborated,
    /// The declared verifier, or an official finding
    Verified,
}

impl From<Standard> for Standing {
    fn from(standard: Standard) -> Standing {
        match standard {
            Standard::Claimed => Standing::Claimed,
            Standard::Reported => Standing::Reported,
            Standard::Corroborated => Standing::Corroborated,
            Standard::Verified => Standing::Verified,
        }
    }
}

/// The forms of output.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// For people at a terminal
    Human,
    /// Prose, for screen readers
    Plain,
    /// A line for each finding: `file:line:col: severity[code]: text`
    Short,
    /// One JSON object
    Json,
    /// A line of JSON for each breach and instance
    Jsonl,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
    /// Annotations of GitHub Actions
    Github,
}
