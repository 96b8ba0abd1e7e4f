//! Times for which a duty is not owed, and deadlines that are moved.

use std::fmt::Write as _;

use super::judge::{Answer, Judge, Match, Opening};
use super::model::{CALM, DAY, Duty, FOREVER, PROLONG, Pattern, Pledge, STORM, Timing};
use super::print::pattern as written;
use super::random::Random;
use super::standing::{Question, Rung, Value};

/// What a clause does for the time that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    Excused,
    Suspended,
    Waived,
}

/// A clause that names a time for which nothing is owed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Excuse {
    word: Word,
    by: Pattern,
    until: Option<Pattern>,
    tolling: bool,
}

/// A clause that moves the deadline.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extension {
    by: Pattern,
    with_effect: bool,
}

fn any(kind: usize) -> Pattern {
    Pattern {
        kind,
        by: None,
        on: None,
        place: None,
        flag: None,
    }
}

/// Gives a plain duty to do something by a date an excuse or an extension.
pub(crate) fn widen(random: &mut Random, pledge: &mut Pledge) {
    let dated = match &pledge.duty {
        Duty::Do(_, Timing::Open) => false,
        Duty::Do(..) => pledge.trigger.is_none() && pledge.after_breach.is_none(),
        _ => false,
    };
    if !dated || pledge.asked_at_first.is_some() || !random.chance(45) {
        return;
    }
    if random.chance(40) {
        pledge.extended = Some(Extension {
            by: any(PROLONG),
            with_effect: random.chance(50),
        });
        return;
    }
    let word = random.pick(&[Word::Excused, Word::Excused, Word::Suspended, Word::Waived]);
    let until = word != Word::Waived && random.chance(60);
    pledge.excuse = Some(Excuse {
        word,
        by: any(STORM),
        until: until.then(|| any(CALM)),
        tolling: word != Word::Waived && random.chance(40),
    });
}

/// The clauses as the rule file says them.
pub(crate) fn text(pledge: &Pledge) -> String {
    let mut out = String::new();
    if let Some(excuse) = &pledge.excuse {
        let word = match excuse.word {
            Word::Excused => "excused",
            Word::Suspended => "suspended",
            Word::Waived => "waived",
        };
        write!(out, "  {word} by {}", written(&excuse.by, true)).unwrap();
        if let Some(until) = &excuse.until {
            write!(out, " until {}", written(until, true)).unwrap();
        }
        out += if excuse.tolling { " tolling\n" } else { "\n" };
    }
    if let Some(extension) = &pledge.extended {
        let by = written(&extension.by, true);
        let effect = if extension.with_effect {
            " with effect from effect"
        } else {
            ""
        };
        writeln!(out, "  extended by {by} to new{effect}").unwrap();
    }
    out
}

/// The name of the clause, for the count of constructs.
pub(crate) fn name(pledge: &Pledge) -> Option<&'static str> {
    let excuse = pledge.excuse?;
    Some(match excuse.word {
        Word::Excused if excuse.tolling => "excused, tolling",
        Word::Excused => "excused",
        Word::Suspended => "suspended",
        Word::Waived => "waived",
    })
}

/// The kinds that the clauses ask for.
pub(crate) fn kinds(pledge: &Pledge) -> Vec<usize> {
    let excuse = pledge.excuse.map(|_| STORM);
    let until = pledge.excuse.and_then(|excuse| excuse.until).map(|_| CALM);
    let extended = pledge.extended.map(|_| PROLONG);
    excuse.into_iter().chain(until).chain(extended).collect()
}

/// A time for which nothing is owed.
#[derive(Clone, Copy, Debug)]
struct Free {
    start: i64,
    /// The first minute after it.
    end: i64,
    /// The end of the day on which it ended: what was due in it is due then.
    last: i64,
}

impl Judge<'_> {
    /// Judges performances by a deadline that may have been moved, or stand still.
    pub(crate) fn by_moved_deadline(
        &self,
        pledge: &Pledge,
        matches: &[Match],
        due: Option<(i64, i64)>,
        opening: Opening,
        (against, standard): (bool, Rung),
    ) -> Answer {
        let plain = |due: Option<(i64, i64)>| {
            let copies = matches.iter().map(|found| Match { ..*found }).collect();
            self.by_deadline(copies, due, opening, against)
        };
        let Some((first, last)) = due else {
            return plain(due);
        };
        if let Some(extension) = &pledge.extended {
            let Some((first, last)) = self.extended(pledge, extension, first, standard) else {
                return Answer::plain("left open");
            };
            return plain(Some((first, last)));
        }
        let Some(excuse) = &pledge.excuse else {
            return plain(due);
        };
        let Some(free) = self.free(pledge, excuse, standard) else {
            return Answer::plain("left open");
        };
        // Nothing is lost before the window opens.
        let owed = free.iter().map(|time| Free {
            start: time.start.max(opening.earliest),
            ..*time
        });
        let owed: Vec<Free> = owed.filter(|time| time.start <= time.end).collect();
        let moved = moved(first, &owed, excuse.tolling);
        let answer = plain(Some((moved, moved + last - first)));
        let now_free = |time: &Free| {
            let due = moved_before(first, &free, time.start, excuse);
            time.start < self.now && self.now <= time.end && time.start < due
        };
        let open = matches!(answer.status, "pending" | "overdue" | "undetermined");
        if open && free.iter().any(now_free) {
            return Answer {
                established: None,
                reason: Some("*"),
                late: None,
                ..Answer::plain(match excuse.word {
                    Word::Excused => "excused",
                    Word::Suspended => "suspended",
                    Word::Waived => "waived",
                })
            };
        }
        answer
    }

    /// The times of an excuse, where all of it is shown and dated to the day; else nothing.
    fn free(&self, pledge: &Pledge, excuse: &Excuse, standard: Rung) -> Option<Vec<Free>> {
        let starts = self.told(pledge, &excuse.by, standard)?;
        let ends = match &excuse.until {
            Some(until) => self.told(pledge, until, standard)?,
            None => Vec::new(),
        };
        let free = starts.into_iter().map(|(start, end)| {
            let until = ends
                .iter()
                .map(|end| end.0)
                .filter(|&end| end >= start)
                .min();
            let (end, last) = match (excuse.word, &excuse.until, until) {
                (Word::Excused, None, _) => (end, end),
                (_, _, Some(until)) => (until, until + DAY),
                (_, _, None) => (FOREVER, FOREVER),
            };
            Free { start, end, last }
        });
        Some(free.collect())
    }

    /// The days of all that is shown of a pattern; nothing, where something of it is not plain.
    fn told(&self, pledge: &Pledge, pattern: &Pattern, standard: Rung) -> Option<Vec<(i64, i64)>> {
        // That it is over is as bad for the obligor as that it began is good.
        let good = if pattern.kind == CALM { -1 } else { 1 };
        let question = Question {
            obligor: pledge.obligor,
            good,
        };
        let found = self.matches(pattern, question, standard);
        let plain = found.iter().all(|found| {
            let day = found.span.0.rem_euclid(DAY) == 0 && found.span.1 == found.span.0 + DAY;
            found.value != Value::Contested && (found.value != Value::Shown || day)
        });
        let shown = found.iter().filter(|found| found.value == Value::Shown);
        let mut days: Vec<(i64, i64)> = shown.map(|found| found.span).collect();
        days.sort_unstable();
        plain.then_some(days)
    }

    /// The deadline after all extensions; nothing, where they are not plain.
    fn extended(
        &self,
        pledge: &Pledge,
        extension: &Extension,
        due: i64,
        standard: Rung,
    ) -> Option<(i64, i64)> {
        let question = Question {
            obligor: pledge.obligor,
            good: 1,
        };
        let kind = extension.by.kind;
        let mut steps = Vec::new();
        for incident in self.file.incidents(kind) {
            let value = self.file.value(incident, &extension.by, question, standard);
            let events: Vec<_> = self
                .file
                .affirming(incident, kind)
                .into_iter()
                .filter_map(|index| self.file.event(index))
                .collect();
            let first = events.first()?;
            let agree = events.iter().all(|event| {
                (event.new, event.effect, event.when) == (first.new, first.effect, first.when)
            });
            if value < Value::Contested {
                continue;
            }
            let (low, high) = first.when.span();
            if !agree || value == Value::Contested || high != low + DAY {
                return None;
            }
            let effect = first.effect.filter(|_| extension.with_effect);
            if extension.with_effect && effect.is_none() {
                return None;
            }
            let effect = effect.map_or(low, |day| day * DAY);
            if effect < self.now {
                steps.push((effect, low, (first.new? + 1) * DAY));
            }
        }
        steps.sort_unstable();
        let same = |pair: &[(i64, i64, i64)]| pair[0].0 == pair[1].0 || pair[0].1 > pair[1].1;
        if steps.windows(2).any(same) {
            return None;
        }
        let mut due = due;
        for (effect, _, new) in steps {
            if effect < due {
                due = new;
            }
        }
        Some((due, due))
    }
}

/// The deadline after the times for which nothing was owed.
///
/// The days that tolling times took before the stated deadline are added, a day that two of them took once. A time that began
/// before the deadline moves it to its own last day.
fn moved(due: i64, free: &[Free], tolling: bool) -> i64 {
    let mut lost = 0;
    let mut counted = i64::MIN;
    for time in free.iter().filter(|_| tolling) {
        let start = time.start.max(counted);
        let end = time.end.min(due);
        lost += (end - start).max(0);
        counted = counted.max(end);
    }
    let mut moved = due + lost;
    for time in free {
        if time.start < moved {
            moved = moved.max(time.last);
        }
    }
    moved
}

/// The deadline as it was when one of the times began.
fn moved_before(due: i64, free: &[Free], start: i64, excuse: &Excuse) -> i64 {
    let earlier: Vec<Free> = free
        .iter()
        .copied()
        .filter(|other| other.start < start)
        .collect();
    moved(due, &earlier, excuse.tolling)
}
