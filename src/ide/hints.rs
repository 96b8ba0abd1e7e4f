//! What stands behind a deadline that has to be reckoned: the day that it comes to.

use std::collections::{BTreeMap, BTreeSet};

use crate::project::Part;
use crate::source::{SourceFile, Span};
use crate::time::iso_moment;

/// A text behind a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The clause behind which it stands.
    pub span: Span,
    /// `= 2021-04-29`.
    pub text: String,
    /// How that was reckoned.
    pub reckoning: Option<String>,
}

/// The most days that are named at one clause.
const NAMED: usize = 2;

/// Gives the reckoned deadlines of the pledges that a file declares.
#[must_use]
pub fn hints(parts: &[Part], file: &SourceFile) -> Vec<Hint> {
    let mut found: BTreeMap<(u32, u32), Hint> = BTreeMap::new();
    for part in parts {
        let calendar = &part.agreement.calendar;
        for assessment in &part.assessment.pledges {
            let mut days: BTreeMap<(u32, u32), BTreeSet<String>> = BTreeMap::new();
            let mut reckonings = BTreeMap::new();
            for instance in &assessment.instances {
                if let (Some(span), Some(due)) = (instance.deadline_span, instance.due)
                    && span.source == file.id()
                {
                    days.entry((span.start, span.end))
                        .or_default()
                        .insert(iso_moment(due, calendar));
                    reckonings.insert((span.start, span.end), instance.reckoning.clone());
                }
            }
            for (place, days) in days {
                let written: Vec<String> = days.into_iter().collect();
                let span = Span {
                    source: file.id(),
                    start: place.0,
                    end: place.1,
                };
                let Some(text) = text(file.slice(span), &written) else {
                    continue;
                };
                let reckoning = if written.len() == 1 {
                    reckonings.remove(&place).flatten()
                } else {
                    None
                };
                found.insert(
                    place,
                    Hint {
                        span,
                        text,
                        reckoning,
                    },
                );
            }
        }
    }
    found.into_values().collect()
}

/// Writes the days; nothing where the clause itself names the only one.
fn text(clause: &str, days: &[String]) -> Option<String> {
    match days {
        [] => None,
        [only] if clause.contains(only.as_str()) => None,
        days if days.len() <= NAMED => Some(format!("= {}", days.join(", "))),
        [first, .., last] => Some(format!("= {first} … {last} ({} dates)", days.len())),
        [only] => Some(format!("= {only}")),
    }
}
