//! What `except where` can be said of: acts that would break something. Elsewhere it would be read past.

use super::Resolver;
use crate::agreement::tally::counts_acts;
use crate::agreement::{Body, Duty, Pledge};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// Why an exception has no meaning, and what to write instead.
struct Misplaced {
    message: &'static str,
    help: &'static str,
}

const ACHIEVED: Misplaced = Misplaced {
    message: "an exception is for acts that would break a pledge, and this one is broken by doing nothing",
    help: "Write `if …` for whether it comes to be owed, `while …` for when it is owed, or `excused by …` for what excuses that it is not done.",
};

const KEPT: Misplaced = Misplaced {
    message: "an exception is for acts that would break a pledge, and this one counts no acts",
    help: "Write `while …` for when it must be so, or put the exception into the condition: `keep … or …`.",
};

const PERMITTED: Misplaced = Misplaced {
    message: "an exception is for acts that would break a pledge, and nothing breaks a permission",
    help: "Write in the act what is permitted, as in `may visit(…) where …`, or `while …` for when it is.",
};

impl Resolver<'_> {
    /// Reports the exceptions of a pledge that no act can break.
    pub(super) fn check_exceptions(
        &mut self,
        clauses: impl Iterator<Item = Span>,
        pledge: &Pledge,
    ) {
        let Some(misplaced) = misplaced(pledge) else {
            return;
        };
        for clause in clauses {
            let problem = Diagnostic::new(Code::MisplacedClause, clause, misplaced.message);
            self.report(problem.help(misplaced.help));
        }
    }
}

fn misplaced(pledge: &Pledge) -> Option<Misplaced> {
    let sentence = match &pledge.body {
        Body::Sentence(sentence) => sentence,
        // What is not judged may say all that its text says; what was not understood was reported.
        Body::Unjudged(_) | Body::Error => return None,
    };
    match &sentence.duty {
        // In a period an act that an exception covers is not counted, whichever way the count goes.
        Duty::Reach(_) if sentence.window.per.is_some() => None,
        Duty::Do(_) | Duty::Ensure(_) | Duty::Reach(_) => Some(ACHIEVED),
        Duty::Endeavour { broken_by, .. } => broken_by.is_none().then_some(ACHIEVED),
        Duty::Keep(condition) => (!counts_acts(condition)).then_some(KEPT),
        Duty::Permit(_) => Some(PERMITTED),
        Duty::Refrain(_) | Duty::NotAllow(_) | Duty::Prevent { .. } => None,
    }
}
