//! The verdict on a pledge at a standard, form by form, as one would do it by hand.

use super::chain::is_plain;
use super::gate::Gate;
use super::model::{Case, DAY, Duty, FOREVER, Pattern, Pledge, Timing, civil, days, month_length};
use super::place::discharging;
use super::standing::{File, NONE, Question, Rung, Value};

/// What the reference answers; what it leaves open is not compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: &'static str,
    pub(crate) established: Option<bool>,
    pub(crate) reason: Option<&'static str>,
    pub(crate) late: Option<(i64, i64)>,
}

impl Answer {
    pub(crate) fn plain(status: &'static str) -> Answer {
        Answer {
            status,
            established: None,
            reason: None,
            late: None,
        }
    }

    pub(crate) fn on(status: &'static str, established: bool) -> Answer {
        Answer {
            established: Some(established),
            ..Answer::plain(status)
        }
    }

    pub(crate) fn dormant(reason: &'static str) -> Answer {
        Answer {
            reason: Some(reason),
            ..Answer::plain("dormant")
        }
    }

    pub(crate) fn contingent() -> Answer {
        Answer {
            reason: Some("contested"),
            ..Answer::plain("contingent")
        }
    }

    pub(crate) fn undetermined(reason: &'static str) -> Answer {
        Answer {
            reason: Some(reason),
            ..Answer::plain("undetermined")
        }
    }
}

/// The day on which the agreement of every case enters into force: 1 January 2021.
pub(crate) fn entry_into_force() -> i64 {
    days(2021, 1, 1)
}

/// Which instance of a pledge is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Only,
    Trigger(usize),
    Period(usize),
    Target(usize),
}

pub(crate) struct Judge<'c> {
    pub(crate) file: File<'c>,
    /// The first minute after the as-of day.
    pub(crate) now: i64,
}

/// Something that may be what a pattern asks for.
pub(crate) struct Match {
    pub(crate) incident: usize,
    pub(crate) value: Value,
    pub(crate) span: (i64, i64),
}

/// A window's beginning, known from one moment to another, and what it hangs on.
#[derive(Clone, Copy)]
pub(crate) struct Opening {
    pub(crate) earliest: i64,
    pub(crate) latest: i64,
}

impl<'c> Judge<'c> {
    pub(crate) fn new(case: &'c Case) -> Judge<'c> {
        let known_by = case.known_by.unwrap_or(i64::MAX);
        let as_of = case.as_of.min(known_by);
        Judge {
            file: File { case, known_by },
            now: (as_of + 1) * DAY,
        }
    }

    /// The first minute after the end of the agreement.
    pub(crate) fn term_end(&self) -> i64 {
        let until = self.case().until;
        until.map_or(FOREVER, |day| (day + 1) * DAY)
    }

    fn case(&self) -> &'c Case {
        self.file.case
    }

    /// The incidents of a pattern that happened by now, each with its value at a standard.
    pub(crate) fn matches(
        &self,
        pattern: &Pattern,
        question: Question,
        standard: Rung,
    ) -> Vec<Match> {
        let kind = pattern.kind;
        let matches = self.file.incidents(kind).into_iter().map(|incident| Match {
            incident,
            value: self.file.value(incident, pattern, question, standard),
            span: self.file.time(incident, kind, question),
        });
        matches.filter(|found| found.span.0 < self.now).collect()
    }

    /// The incidents that trigger a pledge at some standard, each with its value at each.
    pub(crate) fn triggers(&self, pledge: &Pledge) -> Vec<usize> {
        let Some(pattern) = &pledge.trigger else {
            return Vec::new();
        };
        let question = against(pledge);
        let alive = |value: Value| matches!(value, Value::Shown | Value::Contested);
        let matches = self.matches(pattern, question, 1).into_iter();
        matches
            .filter(|found| alive(found.value) && found.span.1 > entry_into_force() * DAY)
            .map(|found| found.incident)
            .collect()
    }

    /// The days on which the periods of a pledge are due.
    pub(crate) fn dues(&self, pledge: &Pledge) -> Vec<i64> {
        let periods = match &pledge.duty {
            Duty::Every(_, every) => self.periods(*every),
            Duty::Minimum(_, (_, per)) => self.whole_periods(*per),
            _ => Vec::new(),
        };
        periods.into_iter().map(|period| period.due).collect()
    }

    /// The instances that there must be.
    pub(crate) fn keys(&self, pledge: &Pledge) -> Vec<Key> {
        let periods = (0..self.dues(pledge).len()).map(Key::Period);
        let triggers = self.triggers(pledge).into_iter().map(Key::Trigger);
        let triggers = triggers.filter(|_| !pledge.first);
        let targets = self.targets(pledge).into_iter().map(Key::Target);
        periods.chain(triggers).chain(targets).collect()
    }

    /// Judges a pledge, or the instance of it that an incident triggered.
    pub(crate) fn pledge(&self, pledge: &Pledge, key: Key, standard: Rung) -> Answer {
        // What the end of the agreement means for a duty that hangs on others is not said here.
        if self.now >= self.term_end() && !is_plain(pledge) {
            return Answer::plain("left open");
        }
        let trigger = match key {
            Key::Trigger(incident) => Some(incident),
            Key::Period(_) | Key::Target(_) | Key::Only => None,
        };
        let place = match key {
            Key::Period(place) => place,
            Key::Trigger(_) | Key::Target(_) | Key::Only => 0,
        };
        if let (Key::Target(target), Duty::Limit(pattern, most)) = (key, &pledge.duty) {
            let pattern = Pattern {
                on: Some(target),
                ..*pattern
            };
            let alone = Pledge {
                duty: Duty::Limit(pattern, *most),
                apart: false,
                ..pledge.clone()
            };
            return self.pledge(&alone, Key::Only, standard);
        }
        if pledge.apart {
            return Answer::dormant("trigger");
        }
        let opening = Judge::opening(pledge);
        let Some(pattern) = &pledge.trigger else {
            if let Some(other) = pledge.after_breach {
                return self.upon_breach(pledge, &self.case().pledges[other], standard);
            }
            if let Some(answer) = self.asked_at_first(pledge, opening, standard) {
                return answer;
            }
            return match &pledge.duty {
                Duty::Every(pattern, every) => as_goal(
                    pledge,
                    self.recurring(pledge, pattern, *every, place, standard),
                ),
                Duty::Minimum(pattern, least) => as_goal(
                    pledge,
                    self.minimum(pledge, pattern, *least, place, standard),
                ),
                _ => self.while_condition(pledge, opening, standard),
            };
        };
        if pledge.first {
            return self.upon_first(pledge, pattern, standard);
        }
        let Some(incident) = trigger else {
            return Answer::dormant("trigger");
        };
        self.triggered(pledge, pattern, incident, standard)
    }

    /// Judges the instance that an incident triggers.
    pub(crate) fn triggered(
        &self,
        pledge: &Pledge,
        pattern: &Pattern,
        incident: usize,
        standard: Rung,
    ) -> Answer {
        let question = against(pledge);
        let (low, high) = self.file.time(incident, pattern.kind, question);
        if low < entry_into_force() * DAY {
            return Answer::plain("left open");
        }
        match self.file.value(incident, pattern, question, standard) {
            Value::Refuted | Value::NotShown => return Answer::dormant("trigger"),
            Value::Contested => return Answer::contingent(),
            Value::Shown => {}
        }
        let opening = Opening {
            earliest: low,
            latest: (high - 1).div_euclid(DAY) * DAY,
        };
        if let Some(answer) = self.asked_at_first(pledge, opening, standard) {
            return answer;
        }
        self.duty(pledge, opening, &Gate::open(), standard)
    }

    /// Judges a prohibition that is in force only while something has once happened.
    fn while_condition(&self, pledge: &Pledge, opening: Opening, standard: Rung) -> Answer {
        if let Some(other) = pledge.provided {
            return self.provided(pledge, &self.case().pledges[other], opening, standard);
        }
        let gate = Gate {
            since: pledge
                .condition
                .map(|pattern| self.since(&pattern, against(pledge), standard)),
        };
        self.duty(pledge, opening, &gate, standard)
    }

    /// Judges a duty that sleeps while another one is broken; what is not plain is left open.
    fn provided(
        &self,
        pledge: &Pledge,
        other: &Pledge,
        opening: Opening,
        standard: Rung,
    ) -> Answer {
        let own = self.duty(pledge, opening, &Gate::open(), standard);
        let since = match self.duty(other, opening, &Gate::open(), standard).status {
            "holding" | "held" | "pending" | "fulfilled" | "dormant" => return own,
            "breached" | "missed" if matches!(other.duty, Duty::Refrain { .. }) => {
                self.first_breach(other, opening, standard)
            }
            "overdue" | "missed" => match &other.duty {
                Duty::Do(_, timing) => self.deadline(*timing, opening),
                _ => None,
            },
            _ => None,
        };
        let Some((earliest, latest)) = since else {
            return Answer::plain("left open");
        };
        let (pattern, question, due) = match &pledge.duty {
            Duty::Do(pattern, timing) => (
                &discharging(pattern),
                Question {
                    obligor: pledge.obligor,
                    good: 1,
                },
                self.deadline(*timing, opening),
            ),
            Duty::Refrain {
                pattern,
                last_day: None,
                ..
            } => (pattern, against(pledge), None),
            Duty::Refrain {
                last_day: Some(day),
                ..
            } if (day + 1) * DAY <= earliest => return own,
            _ => return Answer::plain("left open"),
        };
        let pattern = acting(pledge, pattern);
        let alive = |found: &Match| matches!(found.value, Value::Shown | Value::Contested);
        let mut acts = self.matches(&pattern, question, standard);
        acts.retain(alive);
        if acts.is_empty() && due.is_none_or(|due| latest < due.0) && self.now > latest {
            return Answer::dormant("condition");
        }
        if due.is_some_and(|due| due.1 < earliest) && acts.is_empty() {
            return own;
        }
        Answer::plain("left open")
    }

    /// When a prohibition was first broken: not before, and by then at the latest.
    pub(crate) fn first_breach(
        &self,
        pledge: &Pledge,
        opening: Opening,
        standard: Rung,
    ) -> Option<(i64, i64)> {
        let Duty::Refrain {
            pattern,
            unless_flag: None,
            last_day: None,
        } = &pledge.duty
        else {
            return None;
        };
        let pattern = acting(pledge, pattern);
        let mut acts = self.matches(&pattern, against(pledge), standard);
        acts.retain(|found| found.span.1 > opening.earliest);
        let all_shown = acts.iter().all(|found| {
            found.value == Value::Shown && found.span.0 >= opening.latest
                || matches!(found.value, Value::NotShown | Value::Refuted)
        });
        acts.retain(|found| found.value == Value::Shown);
        let earliest = acts.iter().map(|found| found.span.0).min()?;
        let latest = acts.iter().map(|found| found.span.1).min()?;
        all_shown.then_some((earliest, latest))
    }

    pub(crate) fn duty(
        &self,
        pledge: &Pledge,
        opening: Opening,
        gate: &Gate,
        standard: Rung,
    ) -> Answer {
        let answer = match &pledge.duty {
            Duty::Do(pattern, timing) => self.achieve(pledge, pattern, *timing, opening, standard),
            Duty::Refrain { .. } => self.refrain(pledge, opening, gate, standard),
            Duty::Prevent { pattern, shown } => {
                self.prevent(pledge, pattern, shown.as_ref(), opening, standard)
            }
            Duty::Endeavour { pattern, broken } => {
                self.endeavour(pledge, pattern, broken.as_ref(), opening, standard)
            }
            Duty::Limit(pattern, most) => self.limit(pledge, pattern, *most, standard),
            Duty::Every(..) | Duty::Minimum(..) => Answer::plain("unjudged"),
            Duty::Keep { limit, lasts } => self.keep(*limit, *lasts, against(pledge), standard),
            Duty::Reach { limit, timing } => {
                let question = Question {
                    obligor: pledge.obligor,
                    good: 1,
                };
                let (matches, refuted) = self.reached(*limit, question, standard);
                let due = self.deadline(*timing, opening);
                self.by_deadline(matches, due, opening, refuted)
            }
        };
        as_goal(pledge, answer)
    }

    /// The end of the due day, for an opening known to the day.
    pub(crate) fn deadline(&self, timing: Timing, opening: Opening) -> Option<(i64, i64)> {
        let end = |day: i64| (day + 1) * DAY;
        let both = |at: i64| Some((at, at));
        match timing {
            Timing::By(day) => both(end(day)),
            Timing::Before(day) => both(day * DAY),
            Timing::WithinDays(count, Some(day)) => both(end(day + count)),
            Timing::WithinMonths(count, Some(day)) => both(end(self.months_after(day, count))),
            Timing::WithinDays(count, None) => {
                let (first, last) = trigger_days(opening);
                Some((end(first + count), end(last + count)))
            }
            Timing::WithinMonths(count, None) => {
                let (first, last) = trigger_days(opening);
                Some((
                    end(self.months_after(first, count)),
                    end(self.months_after(last, count)),
                ))
            }
            Timing::Open => None,
        }
    }

    pub(crate) fn months_after(&self, day: i64, count: i64) -> i64 {
        let (year, month, of_month) = civil(day);
        let target = days(year, month + count, 1);
        let (target_year, target_month, _) = civil(target);
        let length = month_length(target_year, target_month);
        let was_last = of_month == month_length(year, month);
        if self.case().month_ends_stick && was_last {
            target + length - 1
        } else {
            target + of_month.min(length) - 1
        }
    }

    fn achieve(
        &self,
        pledge: &Pledge,
        pattern: &Pattern,
        timing: Timing,
        opening: Opening,
        standard: Rung,
    ) -> Answer {
        let question = Question {
            obligor: pledge.obligor,
            good: 1,
        };
        let pattern = acting(pledge, &discharging(pattern));
        let matches = self.matches(&pattern, question, standard);
        let claimed = |found: &Match| {
            let standing = self.file.standing(found.incident, &pattern, question);
            found.value == Value::Refuted && standing.pro > NONE && found.span.1 > opening.earliest
        };
        let refuted = matches.iter().any(claimed);
        let watched = self
            .file
            .watched(&pattern, (opening.earliest, self.now), question);
        let due = self.deadline(timing, opening);
        let against = refuted || watched >= standard;
        self.by_moved_deadline(pledge, &matches, due, opening, (against, standard))
    }

    /// Judges performances by their dates; `against` says whether it is shown that there was none.
    pub(crate) fn by_deadline(
        &self,
        mut matches: Vec<Match>,
        due: Option<(i64, i64)>,
        opening: Opening,
        against: bool,
    ) -> Answer {
        let term_end = self.term_end();
        matches.retain(|found| found.span.1 > opening.earliest && found.span.0 < term_end);
        let inside = |found: &&Match| found.span.0 >= opening.latest && found.span.1 <= term_end;
        let shown = |found: &&Match| found.value == Value::Shown;
        let done: Vec<&Match> = matches.iter().filter(shown).filter(inside).collect();
        let doubtful: Vec<&Match> = matches
            .iter()
            .filter(|found| found.value == Value::Contested || shown(found) && !inside(found))
            .collect();
        let doubt = doubt(&doubtful);
        let first = |of: &[&Match]| of.iter().map(|found| found.span.0).min();
        let last = done.iter().map(|found| found.span.1).min();
        if self.now <= opening.earliest && done.is_empty() {
            return Answer::plain("pending");
        }
        let owed_by_then = due.is_some_and(|due| due.1 <= term_end);
        if self.now >= term_end && done.is_empty() && !owed_by_then {
            return if due.is_some_and(|due| due.0 < term_end) || doubt.is_some() {
                Answer::plain("left open")
            } else {
                Answer::plain("ended")
            };
        }
        let Some((due_first, due_last)) = due else {
            return if done.is_empty() {
                waiting(doubt)
            } else {
                Answer::on("fulfilled", true)
            };
        };
        if let (Some(low), Some(high)) = (first(&done), last) {
            let past = |at: i64, due: i64| at.div_euclid(DAY) - (due - 1).div_euclid(DAY);
            if high <= due_first {
                return Answer::on("fulfilled", true);
            }
            let most = if high == FOREVER {
                -1
            } else {
                past(high - 1, due_first)
            };
            if low < due_last {
                return Answer {
                    late: Some((0, most)),
                    reason: Some("straddles"),
                    ..Answer::on("fulfilled-timing-unknown", true)
                };
            }
            let mut least = past(low, due_last);
            let mut reason = None;
            let earlier: Vec<&Match> = doubtful
                .into_iter()
                .filter(|found| found.span.0 < low)
                .collect();
            if let Some(early) = first(&earlier) {
                least = past(early, due_last).max(0);
                reason = self::doubt(&earlier);
            }
            return Answer {
                late: Some((least, most)),
                reason,
                ..Answer::on("fulfilled-late", true)
            };
        }
        if self.now <= due_first {
            return waiting(doubt);
        }
        if let Some(reason) = doubt {
            return Answer::undetermined(reason);
        }
        if self.now <= due_last {
            return Answer::undetermined("deadline");
        }
        let past = |due: i64| (self.now - 1).div_euclid(DAY) - (due - 1).div_euclid(DAY);
        Answer {
            late: Some((past(due_last), past(due_first))),
            ..Answer::on("overdue", against)
        }
    }
}

/// A goal is missed where a duty would be broken.
fn as_goal(pledge: &Pledge, answer: Answer) -> Answer {
    if pledge.goal && matches!(answer.status, "overdue" | "breached") {
        return Answer {
            status: "missed",
            ..answer
        };
    }
    answer
}

/// Judges a duty before it is due.
fn waiting(doubt: Option<&'static str>) -> Answer {
    Answer {
        reason: doubt,
        ..Answer::plain("pending")
    }
}

/// The act of a duty: the obligor's own, unless it answers for what others do.
pub(crate) fn acting(pledge: &Pledge, pattern: &Pattern) -> Pattern {
    if pledge.for_others {
        return *pattern;
    }
    Pattern {
        by: Some(pledge.obligor),
        ..*pattern
    }
}

/// What is bad for the obligor of a pledge: a trigger, a breach, a failure.
pub(crate) fn against(pledge: &Pledge) -> Question {
    Question {
        obligor: pledge.obligor,
        good: -1,
    }
}

/// Why performances may not count: contested, or perhaps before the window opened.
fn doubt(doubtful: &[&Match]) -> Option<&'static str> {
    if doubtful.iter().any(|found| found.value == Value::Contested) {
        return Some("contested");
    }
    (!doubtful.is_empty()).then_some("straddles")
}

/// The first and the last day on which a trigger can have been.
fn trigger_days(opening: Opening) -> (i64, i64) {
    (
        opening.earliest.div_euclid(DAY),
        opening.latest.div_euclid(DAY),
    )
}
