//! What `per` can be said of: limits and minima, that is comparisons of counts and sums.

use super::Resolver;
use super::scope::Scope;
use crate::agreement::tally::{Effect, tallies};
use crate::agreement::{Condition, Duty, Window};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

impl Resolver<'_> {
    /// Reports a `per` that the condition of its duty gives no meaning, and leaves the pledge unjudged.
    pub(super) fn check_per(&mut self, scope: &mut Scope, duty: &Duty, window: &Window) {
        let Some(per) = &window.per else { return };
        let (condition, reaches) = match duty {
            Duty::Reach(condition) => (condition, true),
            Duty::Keep(condition) => (condition, false),
            // The timing of these was reported.
            Duty::Do(_)
            | Duty::Ensure(_)
            | Duty::Refrain(_)
            | Duty::NotAllow(_)
            | Duty::Prevent { .. }
            | Duty::Endeavour { .. }
            | Duty::Permit(_) => return,
        };
        let problem = match &window.deadline {
            Some(deadline) if reaches => Some(two_times(per.span, deadline.span)),
            Some(_) | None => problem(condition, per.span, reaches),
        };
        if let Some(problem) = problem {
            self.report(problem);
            scope.broken = true;
        }
    }
}

fn two_times(per: Span, deadline: Span) -> Diagnostic {
    let message = "each period has its end for a deadline, and this sentence has another one";
    Diagnostic::new(Code::TwoDeadlines, per, message)
        .related(deadline, "the other one is here")
        .help("Write `from` and `until` for the time in which the periods lie.")
}

fn problem(condition: &Condition, per: Span, reaches: bool) -> Option<Diagnostic> {
    let misplaced = |message: &str| Diagnostic::new(Code::MisplacedTiming, per, message);
    let tallies = match tallies(condition) {
        Ok(tallies) => tallies,
        Err(place) => {
            let message = "`per` asks how often or how much, and part of this counts nothing";
            return Some(misplaced(message).related(place, "this holds or does not at each moment").help(
                "Put it into a pledge of its own without `per`, or behind `while` if the limit is to apply only then.",
            ));
        }
    };
    if let Some(tally) = tallies.iter().find(|tally| tally.has_time) {
        let message = "`per` gives a count its time, and this count has one of its own";
        return Some(
            misplaced(message)
                .related(tally.span, "it is counted over this time")
                .help("Leave one of the two out: `per any 30 days` asks of every such stretch, `in the last 30 days` of the one before each moment."),
        );
    }
    let limit = tallies.iter().find(|tally| tally.effect != Effect::Helps);
    let limit = limit.filter(|_| reaches)?;
    let message = "`reach` asks for it at some moment of each period, and this may hold as the period begins, before anything is counted";
    Some(
        misplaced(message)
            .related(limit.span, "more of this makes it false")
            .help("Write `keep`: it must hold for each period as a whole."),
    )
}
