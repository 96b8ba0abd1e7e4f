//! So many per period: limits on a number of acts, and minima.

use super::judge::{Answer, Judge, Match, entry_into_force};
use super::model::{ACTORS, DAY, Duty, Pattern, Pledge, civil, days};
use super::place::Form;
use super::random::Random;
use super::recur::Period;
use super::standing::{Question, Rung, Value};

/// The stretches in which acts are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Per {
    Week,
    Month,
    /// Every stretch of so many days.
    Any(i64),
}

impl Per {
    pub(crate) fn make(random: &mut Random) -> Per {
        match random.below(5) {
            0 | 1 => Per::Week,
            2 | 3 => Per::Month,
            _ => Per::Any(random.between(5, 20)),
        }
    }

    pub(crate) fn text(self) -> String {
        match self {
            Per::Week => " per week".to_owned(),
            Per::Month => " per month".to_owned(),
            Per::Any(count) => format!(" per any {count} days"),
        }
    }
}

/// The first day of the week or month of a day.
fn beginning(per: Per, day: i64) -> i64 {
    match per {
        // 1 January 1970 was a Thursday.
        Per::Week => day - (day + 3).rem_euclid(7),
        Per::Month => {
            let (year, month, _) = civil(day);
            days(year, month, 1)
        }
        Per::Any(_) => day,
    }
}

fn stretch(per: Per, first: i64) -> Period {
    let due = match per {
        Per::Week => first + 6,
        Per::Month => {
            let (year, month, _) = civil(first);
            days(year, month + 1, 1) - 1
        }
        Per::Any(count) => first + count - 1,
    };
    Period { first, due }
}

/// What can be counted in a stretch: for certain, possibly, and possibly without what is contested.
#[derive(Clone, Copy)]
struct Total {
    least: usize,
    most: usize,
    uncontested: usize,
}

fn total(acts: &[Match], period: Period) -> Total {
    let (start, end) = (period.first * DAY, (period.due + 1) * DAY);
    let start = start.max(entry_into_force() * DAY);
    let possible = |found: &&Match| {
        found.value >= Value::Contested && found.span.0 < end && start < found.span.1
    };
    let certain = |found: &&Match| {
        found.value == Value::Shown && start <= found.span.0 && found.span.1 <= end
    };
    let shown = |found: &&Match| found.value == Value::Shown;
    Total {
        least: acts.iter().filter(certain).count(),
        most: acts.iter().filter(possible).count(),
        uncontested: acts.iter().filter(possible).filter(shown).count(),
    }
}

impl Judge<'_> {
    fn counted(&self, pledge: &Pledge, pattern: &Pattern, good: i64, standard: Rung) -> Vec<Match> {
        let question = Question {
            obligor: pledge.obligor,
            good,
        };
        let pattern = Pattern {
            by: Some(pledge.obligor),
            ..*pattern
        };
        self.matches(&pattern, question, standard)
    }

    /// The targets for which a limit is counted by itself: those that somebody says an act was on.
    pub(crate) fn targets(&self, pledge: &Pledge) -> Vec<usize> {
        let Duty::Limit(pattern, _) = &pledge.duty else {
            return Vec::new();
        };
        let question = Question {
            obligor: pledge.obligor,
            good: -1,
        };
        let told = |target: &usize| {
            let pattern = Pattern {
                by: Some(pledge.obligor),
                on: Some(*target),
                ..*pattern
            };
            let matches = self.matches(&pattern, question, 1);
            matches.iter().any(|found| {
                let standing = self.file.standing(found.incident, &pattern, question);
                standing.pro > 0
            })
        };
        let all = 0..ACTORS.len();
        all.filter(|target| pledge.apart && told(target)).collect()
    }

    /// Judges "at most so many per period".
    pub(crate) fn limit(
        &self,
        pledge: &Pledge,
        pattern: &Pattern,
        (most, per): (usize, Per),
        standard: Rung,
    ) -> Answer {
        let start = entry_into_force();
        if self.now <= start * DAY {
            return Answer::plain("pending");
        }
        let acts = self.counted(pledge, pattern, -1, standard);
        let reach = match per {
            Per::Any(count) => start - count,
            Per::Week | Per::Month => start,
        };
        // An act dated to the as-of day or before may lie in a stretch that ends later.
        let last = acts
            .iter()
            .map(|found| found.span.1.min(self.now + 60 * DAY).div_euclid(DAY))
            .max();
        let last = last.unwrap_or(start).max(self.now.div_euclid(DAY));
        let mut first: Vec<i64> = (reach..=last).map(|day| beginning(per, day)).collect();
        first.dedup();
        let totals: Vec<Total> = first
            .into_iter()
            .map(|first| total(&acts, stretch(per, first)))
            .collect();
        if totals.iter().any(|total| total.least > most) {
            return Answer::on("breached", true);
        }
        let over: Vec<&Total> = totals.iter().filter(|total| total.most > most).collect();
        if over.is_empty() {
            return Answer::on("holding", false);
        }
        // With several stretches that may be over, each for a reason of its own, either may be named.
        let contested = |total: &&Total| total.uncontested <= most;
        let reason = match over.iter().copied().filter(contested).count() {
            0 => "straddles",
            all if all == over.len() => "contested",
            _ => "*",
        };
        Answer::undetermined(reason)
    }

    /// The whole periods of a minimum that have begun by now, or the first one.
    pub(crate) fn whole_periods(&self, per: Per) -> Vec<Period> {
        let start = entry_into_force();
        let mut first = beginning(per, start);
        if first < start {
            first = stretch(per, first).due + 1;
        }
        let mut periods = vec![stretch(per, first)];
        loop {
            let next = stretch(per, periods.last().unwrap().due + 1);
            if next.first * DAY >= self.now {
                return periods;
            }
            periods.push(next);
        }
    }

    /// Judges "at least so many" in one period.
    pub(crate) fn minimum(
        &self,
        pledge: &Pledge,
        pattern: &Pattern,
        (least, per): (usize, Per),
        place: usize,
        standard: Rung,
    ) -> Answer {
        let period = self.whole_periods(per)[place];
        let (start, end) = (period.first * DAY, (period.due + 1) * DAY);
        let acts = self.counted(pledge, pattern, 1, standard);
        let total = total(&acts, period);
        if total.least >= least {
            return Answer::on("fulfilled", true);
        }
        if self.now <= end {
            return Answer {
                reason: Some("*"),
                ..Answer::plain("pending")
            };
        }
        if total.most >= least {
            let contested = total.uncontested < total.most;
            return Answer::undetermined(if contested { "contested" } else { "straddles" });
        }
        let question = Question {
            obligor: pledge.obligor,
            good: 1,
        };
        let anywhere = Pattern {
            place: pattern.place.filter(|place| place.0 == Form::Cover),
            ..*pattern
        };
        let watched = self.file.watched(&anywhere, (start, self.now), question);
        Answer::on("breached", watched >= standard)
    }
}
