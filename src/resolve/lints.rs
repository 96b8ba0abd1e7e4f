//! What is allowed and probably not meant, as far as the rules alone show it.

mod bounds;
mod walk;

mod constant;

mod trigger;

mod cover;

mod conflict;

mod reach;

mod unused;

use super::Resolver;
use crate::agreement::{Body, Deadline, MembershipRule, Pledge, Sort, ThingId};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Spanned;

impl Resolver<'_> {
    /// Says what is allowed and probably not meant.
    pub(super) fn lint(&mut self, pledges: &[Pledge], rules: &[Spanned<MembershipRule>]) {
        self.lint_deadlines(pledges);
        self.lint_groups();
        self.lint_conditions(pledges);
        self.lint_triggers(pledges, rules);
        self.lint_conflicts(pledges);
        self.lint_exceptions(pledges);
        self.lint_reach(pledges);
        self.lint_names(pledges);
    }

    /// Warns of groups that nothing belongs to.
    fn lint_groups(&mut self) {
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
    fn lint_deadlines(&mut self, pledges: &[Pledge]) {
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
