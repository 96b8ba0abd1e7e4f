//! The window of a duty: when it opens, when it closes, when it is due.

use crate::agreement::{Deadline, Duty, Pledge, Sentence};
use crate::time::{Instant, Moment, Point, When};

use super::Context;
use super::bindings::Env;
use super::condition::Ask;
use super::moment::{Due, Found, trigger_lens};

impl<'a> Context<'a> {
    /// Reckons when the window opens: `from`, else the trigger, else the entry into force of the article or agreement, and never before that.
    pub(super) fn opening(
        &self,
        pledge: &'a Pledge,
        sentence: &'a Sentence,
        env: &Env<'a>,
        standard: usize,
    ) -> Found {
        let ask = Ask::at(env, trigger_lens(sentence.obligor), self.now());
        let force = super::moment::reckon_term(self, &pledge.article_term)
            .from
            .or(self.term.from);
        let too_soon = self.too_soon(sentence, &ask, standard);
        // A prior notice comes before its trigger: the trigger does not open its window.
        let trigger = env.trigger.filter(|_| !is_prior(sentence));
        let own = match (&sentence.window.from, trigger) {
            (Some(from), _) => self
                .moments(from, &ask)
                .get(standard)
                .copied()
                .unwrap_or(Found::Unclear),
            (None, Some(trigger)) => self.found_at(trigger.when),
            (None, None) => {
                let always = Moment::exactly(Point::At(Instant::MIN));
                return self.not_before(Found::At(force.unwrap_or(always)), too_soon);
            }
        };
        self.not_before(self.not_before(own, force), too_soon)
    }

    /// Gives the later of an opening and a moment before which nothing counts.
    fn not_before(&self, own: Found, least: Option<Moment>) -> Found {
        match (own, least) {
            (Found::At(own), Some(least))
                if self.calendar.start_of(least.last) > self.calendar.start_of(own.first) =>
            {
                Found::At(least)
            }
            (own, _) => own,
        }
    }

    /// Gives the day before which performance is too soon: `between D and D after MOMENT`.
    fn too_soon(
        &self,
        sentence: &'a Sentence,
        ask: &Ask<'_, 'a>,
        standard: usize,
    ) -> Option<Moment> {
        match &sentence.window.deadline.as_ref()?.value {
            Deadline::Between { least, after, .. } => self
                .shifted(self.moments(after, ask), *least, false)
                .get(standard)
                .copied()
                .and_then(Found::known),
            Deadline::By(_)
            | Deadline::Before(_)
            | Deadline::On(_)
            | Deadline::Within { .. }
            | Deadline::AtLeastBefore { .. }
            | Deadline::EveryStarting { .. }
            | Deadline::EveryFirstBy { .. }
            | Deadline::EveryYearBy(_)
            | Deadline::Open { .. } => None,
        }
    }

    /// Reckons when the window closes, exclusive: `until`, or `before` on a prohibition, else the end of the article or agreement.
    pub(super) fn closing(
        &self,
        pledge: &'a Pledge,
        sentence: &'a Sentence,
        env: &Env<'a>,
        standard: usize,
    ) -> When {
        let ask = Ask::at(env, trigger_lens(sentence.obligor), self.now());
        let article = super::moment::reckon_term(self, &pledge.article_term);
        let term = if article.until.is_some() {
            article.closes(self.calendar)
        } else {
            self.term.closes(self.calendar)
        };
        let at = |moment| {
            self.moments(moment, &ask)
                .get(standard)
                .copied()
                .and_then(Found::known)
        };
        let own = sentence
            .window
            .until
            .as_ref()
            .and_then(at)
            .map(|moment| When {
                earliest: self.calendar.end_of(moment.first),
                latest: self.calendar.end_of(moment.last),
            });
        let before = match sentence
            .window
            .deadline
            .as_ref()
            .map(|deadline| &deadline.value)
        {
            Some(Deadline::Before(moment)) if is_standing(&sentence.duty) => {
                at(moment).map(|moment| When {
                    earliest: self.calendar.start_of(moment.first),
                    latest: self.calendar.start_of(moment.last),
                })
            }
            _ => None,
        };
        [own, before].into_iter().flatten().fold(term, |a, b| When {
            earliest: a.earliest.min(b.earliest),
            latest: a.latest.min(b.latest),
        })
    }

    pub(super) fn due(&self, sentence: &'a Sentence, env: &Env<'a>, standard: usize) -> Due {
        let none = Due {
            found: Found::NotYet,
            reckoning: None,
        };
        if is_standing(&sentence.duty) {
            return none;
        }
        let Some(deadline) = &sentence.window.deadline else {
            return none;
        };
        let ask = Ask::at(env, trigger_lens(sentence.obligor), self.now());
        let [a, b, c, d] = self.dues(&deadline.value, &ask);
        [a, b, c, d].into_iter().nth(standard).unwrap_or(none)
    }
}

/// Says whether something had to be done before the trigger.
pub(super) fn is_prior(sentence: &Sentence) -> bool {
    let deadline = sentence.window.deadline.as_ref();
    matches!(
        deadline.map(|deadline| &deadline.value),
        Some(Deadline::AtLeastBefore { moment: None, .. })
    )
}

/// Says whether a duty is owed all the time of its window rather than once in it.
pub(super) fn is_standing(duty: &Duty) -> bool {
    match duty {
        Duty::Keep(_)
        | Duty::Refrain(_)
        | Duty::NotAllow(_)
        | Duty::Prevent { .. }
        | Duty::Permit(_) => true,
        Duty::Do(_) | Duty::Ensure(_) | Duty::Reach(_) | Duty::Endeavour { .. } => false,
    }
}

/// Says whether a duty cannot be judged before its deadline is known.
pub(super) fn needs_due(sentence: &Sentence) -> bool {
    if is_standing(&sentence.duty) {
        return false;
    }
    match sentence
        .window
        .deadline
        .as_ref()
        .map(|deadline| &deadline.value)
    {
        Some(Deadline::Open { .. }) | None => false,
        Some(_) => true,
    }
}
