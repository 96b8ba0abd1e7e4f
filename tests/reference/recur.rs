//! Recurring duties: the periods, which act answers for which, and the verdict on each.

use super::judge::{Answer, Judge, Match, Opening, entry_into_force};
use super::model::{DAY, Pattern, Pledge, days, iso};
use super::place::discharging;
use super::random::Random;
use super::standing::{NONE, Question, Rung, Value};

/// How often, and from when on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Every {
    pub(crate) count: i64,
    pub(crate) months: bool,
    pub(crate) anchor: i64,
    /// Whether the first one is due at the anchor, instead of beginning there.
    pub(crate) first_by: bool,
}

/// A period: its first day and the day on which it is due, both included.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Period {
    pub(crate) first: i64,
    pub(crate) due: i64,
}

impl Every {
    pub(crate) fn make(random: &mut Random) -> Every {
        let months = random.chance(60);
        Every {
            count: if months { 1 } else { random.between(7, 25) },
            months,
            anchor: random.pick(&[
                days(2021, 1, 1),
                days(2021, 1, 15),
                days(2021, 1, 31),
                days(2021, 1, 29),
            ]),
            first_by: random.chance(40),
        }
    }

    pub(crate) fn text(self) -> String {
        let unit = if self.months { "months" } else { "days" };
        let word = if self.first_by {
            "first by"
        } else {
            "starting"
        };
        format!(" every {} {unit} {word} {}", self.count, iso(self.anchor))
    }
}

impl Judge<'_> {
    /// The periods that have begun by now, or the first one.
    pub(crate) fn periods(&self, every: Every) -> Vec<Period> {
        let due = |n: i64| {
            let n = if every.first_by { n - 1 } else { n };
            if every.months {
                self.months_after(every.anchor, n * every.count)
            } else {
                every.anchor + n * every.count
            }
        };
        let first = if every.first_by {
            entry_into_force()
        } else {
            every.anchor
        };
        let mut periods = vec![Period { first, due: due(1) }];
        for n in 2.. {
            let next = Period {
                first: due(n - 1) + 1,
                due: due(n),
            };
            if next.first * DAY >= self.now {
                break;
            }
            periods.push(next);
        }
        periods
    }

    /// Judges one period of a recurring duty.
    pub(crate) fn recurring(
        &self,
        pledge: &Pledge,
        pattern: &Pattern,
        every: Every,
        place: usize,
        standard: Rung,
    ) -> Answer {
        let question = Question {
            obligor: pledge.obligor,
            good: 1,
        };
        let pattern = Pattern {
            by: Some(pledge.obligor),
            ..discharging(pattern)
        };
        let periods = self.periods(every);
        let period = periods[place];
        let (start, end) = (period.first * DAY, (period.due + 1) * DAY);
        let all = self.matches(&pattern, question, standard);
        let touches = |found: &&Match, period: &Period| {
            found.span.0 < (period.due + 1) * DAY && period.first * DAY < found.span.1
        };
        let within = |found: &Match| {
            periods.iter().position(|period| {
                period.first * DAY <= found.span.0 && found.span.1 <= (period.due + 1) * DAY
            })
        };
        let certain = |found: &&Match| found.value == Value::Shown && within(found).is_some();
        let open = |found: &&Match| found.value >= Value::Contested && !certain(found);
        let mut acts: Vec<&Match> = all.iter().filter(certain).collect();
        acts.sort_by_key(|found| found.span);
        let doubtful: Vec<&Match> = all.iter().filter(open).collect();
        let (own, beyond) = deal(&acts, &within, periods.len());
        let mut given: Vec<Match> = own[place].map(copy).into_iter().collect();
        // What may have been in another period cannot be said to be done in this one.
        let doubt = |found: &Match| Match {
            span: (found.span.0.min(start - 1), found.span.1),
            ..copy(found)
        };
        let here = doubtful.iter().filter(|found| touches(found, &period));
        given.extend(here.map(|found| doubt(found)));
        if own[place].is_none() {
            let late = discharged_late(&periods, &own, &beyond);
            if beyond.iter().any(|found| found.span.0 >= end)
                && doubtful.iter().any(|found| found.span.1 > start)
            {
                return Answer::plain("left open");
            }
            if doubtful
                .iter()
                .any(|found| found.span.1 > end && !touches(found, &period))
            {
                return Answer::plain("left open");
            }
            if let Some(late) = late[place] {
                let same_time = |other: &&&Match| {
                    other.incident != late.incident
                        && other.span.0 < late.span.1
                        && late.span.0 < other.span.1
                };
                // Which of two acts came first, and which was one too many, is not known.
                if acts.iter().any(|other| same_time(&other)) {
                    return Answer::plain("left open");
                }
                given.push(copy(late));
            }
        }
        let refuted = |found: &Match| {
            let standing = self.file.standing(found.incident, &pattern, question);
            found.value == Value::Refuted && standing.pro > NONE
        };
        let here = all
            .iter()
            .any(|found| refuted(found) && touches(&found, &period));
        let later = all.iter().any(|found| refuted(found) && found.span.1 > end);
        let watched = self.file.watched(&pattern, (start, self.now), question);
        let opening = Opening {
            earliest: start,
            latest: start,
        };
        let watched = watched >= standard;
        let answer = self.by_deadline(given, Some((end, end)), opening, here || watched);
        // Whether what was refuted afterwards would have been for this period is an idle question.
        let idle = answer.status == "overdue" && later && !here && !watched;
        Answer {
            established: answer.established.filter(|_| !idle),
            ..answer
        }
    }
}

fn copy(found: &Match) -> Match {
    Match { ..*found }
}

/// Gives each act to the period that contains it; of several in one, all but the first are beyond it.
fn deal<'m>(
    acts: &[&'m Match],
    within: &impl Fn(&Match) -> Option<usize>,
    count: usize,
) -> (Vec<Option<&'m Match>>, Vec<&'m Match>) {
    let mut own: Vec<Option<&Match>> = vec![None; count];
    let mut beyond = Vec::new();
    for &act in acts {
        let place = within(act).unwrap();
        if own[place].is_some() {
            beyond.push(act);
        } else {
            own[place] = Some(act);
        }
    }
    (own, beyond)
}

/// Gives each act that is beyond its own period to the earliest one that was overdue by then.
fn discharged_late<'m>(
    periods: &[Period],
    own: &[Option<&'m Match>],
    beyond: &[&'m Match],
) -> Vec<Option<&'m Match>> {
    let mut late: Vec<Option<&Match>> = vec![None; periods.len()];
    for &act in beyond {
        let overdue = (0..periods.len()).find(|&place| {
            own[place].is_none()
                && late[place].is_none()
                && (periods[place].due + 1) * DAY <= act.span.0
        });
        if let Some(place) = overdue {
            late[place] = Some(act);
        }
    }
    late
}
