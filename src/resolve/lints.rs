//! What is allowed and probably not meant, as far as the rules alone show it.

use super::Resolver;
use crate::agreement::{Body, Deadline, Pledge, Sort, ThingId};
use crate::diagnostic::{Code, Diagnostic};

impl Resolver<'_> {
    /// Warns of groups that nothing belongs to.
    pub(super) fn lint_groups(&mut self) {
        let things = &self.vocabulary.things;
        let mut filled = vec![false; things.len()];
        for membership in things.iter().flat_map(|thing| &thing.parents) {
            if let Some(filled) = filled.get_mut(membership.parent.0 as usize) {
                *filled = true;
            }
        }
        let mut problems = Vec::new();
        for (at, (thing, filled)) in things.iter().zip(filled).enumerate() {
            let built_in = self.vocabulary.parties.map(|ThingId(id)| id as usize) == Some(at);
            let excused = self.lost.contains(thing.name.as_str());
            if thing.sort == Sort::Group && !filled && !built_in && !excused {
                let message = format!("nothing is in the group `{}`", thing.name);
                let help = format!(
                    "Say who is: `actor … in {}`. A register beside the records may add members too.",
                    thing.name
                );
                problems.push(Diagnostic::new(Code::EmptyGroup, thing.span, message).help(help));
            }
        }
        self.diagnostics.extend(problems);
    }

    /// Advises on duties that can never be overdue.
    pub(super) fn lint_deadlines(&mut self, pledges: &[Pledge]) {
        for pledge in pledges {
            let Body::Sentence(sentence) = &pledge.body else {
                continue;
            };
            let Some(deadline) = &sentence.window.deadline else {
                continue;
            };
            if let Deadline::Open { review_by: None } = deadline.value {
                let message = format!(
                    "`{}` has no deadline, so it can never be overdue",
                    pledge.name
                );
                let diagnostic = Diagnostic::new(Code::NoDeadline, deadline.span, message)
                    .help("Set a date on which to look at it again: `with no deadline, review by 2030-12-31`.");
                self.report(diagnostic);
            }
        }
    }
}
