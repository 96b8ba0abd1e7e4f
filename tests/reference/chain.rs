//! What a duty hangs on: the first trigger, the breach of another duty, a condition asked when the duty would arise.

use super::gate::Gate;
use super::judge::{Answer, Judge, Match, Opening, against, entry_into_force};
use super::model::{DAY, Duty, Pattern, Pledge, SIGNAL, Timing, days};
use super::random::Random;
use super::standing::{Rung, Value};

/// Gives a pledge without a trigger something that it hangs on.
pub(crate) fn widen(random: &mut Random, pledge: &mut Pledge, before: &[Pledge]) {
    let simple = matches!(pledge.duty, Duty::Do(..) | Duty::Refrain { .. });
    if !simple {
        return;
    }
    if pledge.trigger.is_some() {
        pledge.first = random.chance(30);
    } else if let Duty::Do(_, timing) = &mut pledge.duty {
        let plain = before.iter().position(is_plain);
        if plain.is_some() && random.chance(40) {
            pledge.after_breach = plain;
            *timing = Timing::WithinDays(random.between(2, 20), None);
        }
    }
    if pledge.trigger.is_none() && pledge.after_breach.is_none() && random.chance(15) {
        let start = days(2021, 1, 1);
        // No window may open after its end.
        let end = match &pledge.duty {
            Duty::Do(_, Timing::By(day) | Timing::WithinDays(_, Some(day))) => *day,
            Duty::Do(_, Timing::Open) => start + 30,
            Duty::Refrain { last_day, .. } => last_day.unwrap_or(start + 30),
            _ => start + 1,
        };
        if end > start + 1 {
            pledge.from = Some(random.between(start + 1, end - 1));
        }
    }
    if pledge.condition.is_none() && pledge.after_breach.is_none() && random.chance(15) {
        pledge.asked_at_first = Some(Pattern {
            kind: SIGNAL,
            by: Some(1 - pledge.obligor),
            on: None,
            place: None,
            flag: None,
        });
    }
}

/// Whether a duty hangs on nothing, and its breach has a plain moment.
pub(crate) fn is_plain(pledge: &Pledge) -> bool {
    let duty = match pledge.duty {
        Duty::Do(..) => true,
        Duty::Refrain { unless_flag, .. } => unless_flag.is_none(),
        _ => false,
    };
    duty && pledge.trigger.is_none()
        && pledge.condition.is_none()
        && pledge.provided.is_none()
        && pledge.after_breach.is_none()
        && pledge.asked_at_first.is_none()
        && pledge.excuse.is_none()
        && pledge.extended.is_none()
}

impl Judge<'_> {
    /// When the window of an untriggered duty opens.
    pub(crate) fn opening(pledge: &Pledge) -> Opening {
        let start = pledge.from.unwrap_or(entry_into_force()) * DAY;
        Opening {
            earliest: start,
            latest: start,
        }
    }

    /// Judges a duty that the first trigger brings about.
    pub(crate) fn upon_first(&self, pledge: &Pledge, pattern: &Pattern, standard: Rung) -> Answer {
        let matches = self.matches(pattern, against(pledge), standard).into_iter();
        let mut alive: Vec<Match> = matches
            .filter(|found| found.value >= Value::Contested)
            .collect();
        alive.sort_by_key(|found| found.span);
        let early = |found: &Match| found.span.0 < entry_into_force() * DAY;
        if alive.iter().any(early) {
            return Answer::plain("left open");
        }
        let Some(first) = alive.first() else {
            return Answer::dormant("trigger");
        };
        let unclear = |other: &Match| other.span.0 < first.span.1;
        let contested = first.value == Value::Contested && alive.len() > 1;
        if alive[1..].iter().any(unclear) || contested {
            return Answer::plain("left open");
        }
        self.triggered(pledge, pattern, first.incident, standard)
    }

    /// Judges a duty that the breach of another one brings about.
    pub(crate) fn upon_breach(&self, pledge: &Pledge, other: &Pledge, standard: Rung) -> Answer {
        let opening = Judge::opening(other);
        let answer = self.duty(other, opening, &Gate::open(), standard);
        let since = match (&other.duty, answer.status) {
            (_, "holding" | "held" | "pending" | "fulfilled") => {
                return Answer::dormant("trigger");
            }
            (Duty::Refrain { .. }, "breached" | "missed") => {
                self.first_breach(other, opening, standard)
            }
            (Duty::Do(_, timing), "overdue" | "missed" | "fulfilled-late") => {
                self.deadline(*timing, opening)
            }
            _ => None,
        };
        let Some((earliest, latest)) = since else {
            return Answer::plain("left open");
        };
        let latest = if matches!(other.duty, Duty::Refrain { .. }) {
            (latest - 1).div_euclid(DAY) * DAY
        } else {
            latest
        };
        self.duty(
            pledge,
            Opening { earliest, latest },
            &Gate::open(),
            standard,
        )
    }

    /// Asks a condition at the moment at which a duty would arise; nothing, where it holds.
    pub(crate) fn asked_at_first(
        &self,
        pledge: &Pledge,
        opening: Opening,
        standard: Rung,
    ) -> Option<Answer> {
        let pattern = pledge.asked_at_first?;
        let opens = match pledge.duty {
            Duty::Refrain { .. } => opening.latest,
            _ => opening.earliest,
        };
        if self.now <= opens {
            return Some(Answer::plain("pending"));
        }
        let since = self.since(&pattern, against(pledge), standard);
        // Whether what is dated to the day on which a window opens by itself came before it is not said.
        let same_day = since.iter().any(|since| since.latest == opening.latest);
        if pledge.trigger.is_none() && same_day {
            return Some(Answer::plain("left open"));
        }
        let gate = Gate { since: Some(since) };
        let whole_day = opening.latest + DAY;
        let end = if pledge.trigger.is_some() {
            whole_day
        } else {
            opening.latest + 1
        };
        match gate.at((opening.earliest, end)) {
            Value::Shown => None,
            Value::Contested => Some(Answer {
                reason: Some("*"),
                ..Answer::contingent()
            }),
            Value::NotShown | Value::Refuted => Some(Answer::dormant("condition")),
        }
    }
}
