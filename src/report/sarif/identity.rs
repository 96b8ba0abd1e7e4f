//! What a result is known by from run to run, so that it counts as the same one after lines above it were added or a day has passed.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::report::{Finding, Report, bindings};
use crate::source::Sources;
use crate::time::iso_moment;

/// Tells results apart that look alike.
#[derive(Debug, Default)]
pub(super) struct Identities {
    seen: BTreeMap<String, usize>,
}

impl Identities {
    /// Gives the identity of what is said; of several with one description each is numbered, in the order of the file.
    pub(super) fn identify(&mut self, description: String) -> String {
        let hash = hash(&description);
        let number = self.seen.entry(description).or_default();
        *number += 1;
        format!("{hash:016x}:{number}")
    }
}

/// Describes what is wrong in a file: by what, in which file, at which words of which line. The number of the line is no part of it.
pub(super) fn of_problem(sources: &Sources, diagnostic: &Diagnostic) -> String {
    let span = diagnostic.primary.span;
    let file = sources.get(span.source);
    let line = file.slice(file.line_span(file.line_of(span.start)));
    // Where an editor or a checkout changed only blanks, the words are the same.
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let parts = [
        diagnostic.code.name().to_owned(),
        file.name().to_owned(),
        words(line.trim_start_matches('\u{feff}')),
        words(file.slice(span)),
    ];
    parts.join("\n")
}

/// Describes a finding: by what, and of which instance of which pledge. What it says changes with the day and with the records.
pub(super) fn of_finding(report: &Report<'_>, finding: &Finding) -> String {
    let mut parts = vec![finding.diagnostic.code.name().to_owned()];
    if let Some(view) = report.views.get(finding.view) {
        parts.push(view.name(report.sources).to_owned());
        parts.extend(
            view.pledge(finding.pledge)
                .map(|pledge| pledge.name.clone()),
        );
        let instance = view
            .assessment
            .pledges
            .iter()
            .find(|assessed| assessed.pledge == finding.pledge)
            .and_then(|assessed| assessed.instances.get(finding.instance));
        if let Some(instance) = instance {
            parts.push(bindings(instance));
            let trigger = instance.trigger;
            let trigger = trigger.and_then(|id| view.records.records.get(id.0 as usize));
            parts.extend(trigger.map(|record| record.name.clone()));
            let calendar = &view.agreement.calendar;
            parts.extend(instance.due.map(|due| iso_moment(due, calendar)));
        }
    }
    parts.join("\n")
}

/// Hashes a text (FNV-1a, 64 bits): the same on every machine and in every version.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(hash(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(hash("a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(hash("foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn what_looks_alike_is_numbered() {
        let mut identities = Identities::default();
        let first = identities.identify("x".to_owned());
        let second = identities.identify("x".to_owned());
        assert_eq!(first.replace(":1", ":2"), second);
    }
}
