//! Sums of dates that the text alone takes out of the calendar, which ends with the year 9999.

use super::Resolver;
use crate::agreement::{Deadline, MomentExpr, MomentKind, Window};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::time::Period;

impl Resolver<'_> {
    /// Reports the ends and the deadline of a window that lie beyond the calendar.
    pub(super) fn check_sums(&mut self, window: &Window) {
        for moment in [&window.from, &window.until].into_iter().flatten() {
            self.check_sum(moment);
        }
        let Some(deadline) = &window.deadline else {
            return;
        };
        match &deadline.value {
            Deadline::By(moment) | Deadline::Before(moment) | Deadline::On(moment) => {
                self.check_sum(moment);
            }
            Deadline::Within { period, of } => {
                self.check_moved(of.as_ref(), *period, false, deadline.span);
            }
            Deadline::AtLeastBefore { period, moment } => {
                self.check_moved(moment.as_ref(), *period, true, deadline.span);
            }
            Deadline::Between { most, after, .. } => {
                self.check_moved(Some(after), *most, false, deadline.span);
            }
            Deadline::EveryStarting {
                period,
                starting: anchor,
            } => self.check_moved(Some(anchor), *period, false, deadline.span),
            Deadline::EveryFirstBy {
                first_by: anchor, ..
            } => self.check_sum(anchor),
            Deadline::Open { review_by } => {
                if let Some(moment) = review_by {
                    self.check_sum(moment);
                }
            }
            Deadline::EveryYearBy(_) => {}
        }
    }

    fn check_moved(
        &mut self,
        base: Option<&MomentExpr>,
        period: Period,
        backwards: bool,
        span: Span,
    ) {
        let Some(base) = base else { return };
        let before = self.mark();
        self.check_sum(base);
        if self.failed_since(before) {
            return;
        }
        let known = self.constant(base);
        if known.is_some_and(|known| self.calendar.leaves(known, period, backwards)) {
            self.report(beyond(span, backwards));
        }
    }

    /// Reports the innermost sum of a moment that leaves the calendar.
    fn check_sum(&mut self, moment: &MomentExpr) {
        match &moment.kind {
            MomentKind::Shifted {
                base,
                backwards,
                period,
            } => self.check_moved(Some(base), *period, *backwards, moment.span),
            MomentKind::EarlierOf(parts) | MomentKind::LaterOf(parts) => {
                for part in parts {
                    self.check_sum(part);
                }
            }
            MomentKind::Fixed(_)
            | MomentKind::Variable(_)
            | MomentKind::Trigger
            | MomentKind::TriggerField(_)
            | MomentKind::Field(_)
            | MomentKind::EntryIntoForce { .. }
            | MomentKind::EndOfAgreement
            | MomentKind::First(_)
            | MomentKind::DeadlineOf(_)
            | MomentKind::FulfilmentOf(_)
            | MomentKind::BreachOf(_)
            | MomentKind::Error => {}
        }
    }
}

fn beyond(span: Span, backwards: bool) -> Diagnostic {
    let (message, help) = if backwards {
        (
            "this lies before the year -9999, where the calendar begins",
            "Count a shorter period.",
        )
    } else {
        (
            "this lies beyond the year 9999, where the calendar ends",
            "Count a shorter period; what has no end needs none: leave `until` out, or write `with no deadline`.",
        )
    };
    Diagnostic::new(Code::ImpossibleDate, span, message).help(help)
}
