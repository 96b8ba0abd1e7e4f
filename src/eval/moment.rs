//! Moments of the rules, reckoned: entry into force, deadlines, what hangs on other pledges.

use crate::agreement::{Deadline, InForce, MomentExpr, MomentKind, Value};
use crate::evidence::Truth;
use crate::source::Span;
use crate::time::{self, Instant, Moment, Period, Point, When, iso_moment, reckon};
use crate::verdict::{Status, Why};

use super::Context;
use super::bindings::Env;
use super::condition::Ask;
use super::instance::InstanceResult;
use super::matching::{Lens, Match, Purpose};
use super::state::NOBODY;

/// What a moment of a rule comes to at one standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// It is known, exactly or roughly.
    At(Moment),
    /// What it hangs on has not happened.
    NotYet,
    /// What it hangs on is contested or unknown.
    Unclear,
}

impl Found {
    pub(super) fn known(self) -> Option<Moment> {
        match self {
            Found::At(moment) => Some(moment),
            Found::NotYet | Found::Unclear => None,
        }
    }
}

/// The term of the agreement as reckoned.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct TermInForce {
    pub(super) from: Option<Moment>,
    pub(super) until: Option<Moment>,
}

impl TermInForce {
    /// Gives the exclusive end of the term; never, where it has none.
    pub(super) fn closes(&self, calendar: &time::Calendar) -> When {
        self.until.map_or(
            When {
                earliest: Instant::MAX,
                latest: Instant::MAX,
            },
            |moment| When {
                earliest: calendar.end_of(moment.first),
                latest: calendar.end_of(moment.last),
            },
        )
    }
}

/// Reckons the term of the agreement; a date of an event that has not happened leaves that end open.
pub(super) fn term_in_force(context: &Context<'_>) -> TermInForce {
    reckon_term(context, &context.agreement.term)
}

pub(super) fn reckon_term<'a>(context: &Context<'a>, term: &'a InForce) -> TermInForce {
    let env = Env::default();
    let ask = Ask::at(&env, NOBODY, When::ALWAYS);
    let reckoned = |moment: Option<&'a MomentExpr>| {
        // The term is read at `reported`: an entry into force is a fact of law that one credible voice establishes.
        moment.and_then(|moment| {
            context
                .moments(moment, &ask)
                .get(1)
                .copied()
                .and_then(Found::known)
        })
    };
    TermInForce {
        from: reckoned(term.from.as_ref()),
        until: reckoned(term.until.as_ref()),
    }
}

impl<'a> Context<'a> {
    /// Reckons a moment at each standard.
    pub(super) fn moments(&self, moment: &'a MomentExpr, ask: &Ask<'_, 'a>) -> [Found; 4] {
        match &moment.kind {
            MomentKind::Fixed(moment) => [Found::At(*moment); 4],
            MomentKind::Variable(id) => [self.date_of(ask.env.get(*id)); 4],
            MomentKind::Trigger => {
                [ask.env
                    .trigger
                    .map_or(Found::NotYet, |trigger| self.found_at(trigger.when));
                    4]
            }
            MomentKind::TriggerField(slot) => {
                [self.date_of(self.trigger_field(ask.env, *slot).as_ref()); 4]
            }
            MomentKind::Field(slot) => {
                let value = ask
                    .act
                    .and_then(|(slots, incident)| self.field_value(incident, slots, *slot));
                [self.date_of(value.as_ref()); 4]
            }
            MomentKind::EntryIntoForce { of: None } => {
                [self.term.from.map_or(Found::NotYet, Found::At); 4]
            }
            MomentKind::EntryIntoForce { of: Some(operand) } => {
                let entry = match self.operand_value(operand, ask) {
                    Some(Value::Thing(id)) => self.entry_for(id),
                    Some(_) | None => None,
                };
                [entry.map_or(Found::NotYet, Found::At); 4]
            }
            MomentKind::EndOfAgreement => [self.term.until.map_or(Found::NotYet, Found::At); 4],
            MomentKind::First(pattern) => {
                let first = |found: &[Match<'a>]| {
                    [0, 1, 2, 3].map(|standard| self.first_of(found, standard))
                };
                match self.kept(pattern, ask.env, ask.lens, Purpose::Other) {
                    Some(kept) => first(&kept.list),
                    None => first(&self.found(pattern, ask.env, ask.lens, Purpose::Other).found),
                }
            }
            MomentKind::DeadlineOf(reference) => self.of_instance(reference, ask, |_, lane| {
                lane.due.map_or(Found::NotYet, Found::At)
            }),
            MomentKind::FulfilmentOf(reference) => {
                self.of_instance(reference, ask, |context, lane| match lane.fulfilled {
                    Some(when) => context.found_at(when),
                    None if lane.verdict.status == Status::Undetermined
                        && lane.verdict.reason != Some(Why::Deadline) =>
                    {
                        Found::Unclear
                    }
                    None => Found::NotYet,
                })
            }
            MomentKind::BreachOf(reference) => {
                self.of_instance(reference, ask, |context, lane| match lane.broken.first() {
                    Some(broken) => context.found_at(broken.since),
                    None if context.possible_breach(lane).is_some() => Found::Unclear,
                    None => Found::NotYet,
                })
            }
            MomentKind::EarlierOf(parts) => self.choose(parts, ask, false),
            MomentKind::LaterOf(parts) => self.choose(parts, ask, true),
            MomentKind::Shifted {
                base,
                backwards,
                period,
            } => self.shifted(self.moments(base, ask), *period, *backwards),
            MomentKind::Error => [Found::Unclear; 4],
        }
    }

    pub(super) fn found_at(&self, when: When) -> Found {
        Found::At(self.calendar.moment_of(when))
    }

    fn date_of(&self, value: Option<&Value>) -> Found {
        match value {
            Some(Value::Date(when)) => self.found_at(*when),
            Some(
                Value::Thing(_)
                | Value::Number(_)
                | Value::Text(_)
                | Value::Flag(_)
                | Value::Record(_),
            )
            | None => Found::Unclear,
        }
    }

    fn first_of(&self, found: &[Match<'a>], standard: usize) -> Found {
        let truth = |index: usize| {
            found
                .get(index)
                .and_then(|found| found.truths.get(standard))
                .copied()
        };
        let shown = (0..found.len()).find(|index| truth(*index) == Some(Truth::True));
        let contested = || (0..found.len()).any(|index| truth(index) == Some(Truth::Contested));
        match shown.and_then(|index| found.get(index)) {
            Some(first) => self.found_at(first.when),
            None if contested() => Found::Unclear,
            None => Found::NotYet,
        }
    }

    fn of_instance(
        &self,
        reference: &'a crate::agreement::Reference,
        ask: &Ask<'_, 'a>,
        read: impl Fn(&Self, &super::instance::LaneResult<'a>) -> Found,
    ) -> [Found; 4] {
        let meant: Vec<&InstanceResult<'a>> = self.instances_meant(reference, ask);
        [0usize, 1, 2, 3].map(|standard| {
            let found = meant
                .iter()
                .filter_map(|instance| instance.lanes.get(standard))
                .map(|lane| read(self, lane));
            found
                .reduce(|a, b| self.pick(a, b, false))
                .unwrap_or(Found::NotYet)
        })
    }

    fn choose(&self, parts: &'a [MomentExpr], ask: &Ask<'_, 'a>, later: bool) -> [Found; 4] {
        let all: Vec<[Found; 4]> = parts.iter().map(|part| self.moments(part, ask)).collect();
        [0usize, 1, 2, 3].map(|standard| {
            let found = all.iter().filter_map(|found| found.get(standard).copied());
            found
                .reduce(|a, b| self.pick(a, b, later))
                .unwrap_or(Found::Unclear)
        })
    }

    /// Gives the earlier or the later of two moments. Of two moments one of which has not come, the earlier is the other one;
    /// the later has not come either.
    fn pick(&self, a: Found, b: Found, later: bool) -> Found {
        match (a, b) {
            (Found::At(a), Found::At(b)) => Found::At(Moment {
                first: self.pick_point(a.first, b.first, later),
                last: self.pick_point(a.last, b.last, later),
            }),
            (Found::Unclear, _) | (_, Found::Unclear) => Found::Unclear,
            (Found::NotYet, other) | (other, Found::NotYet) if !later => other,
            (Found::NotYet, _) | (_, Found::NotYet) => Found::NotYet,
        }
    }

    fn pick_point(&self, a: Point, b: Point, later: bool) -> Point {
        if (self.calendar.end_of(a) <= self.calendar.end_of(b)) == later {
            b
        } else {
            a
        }
    }

    /// Reckons a deadline at each standard, with the arithmetic for people.
    pub(super) fn dues(&self, deadline: &'a Deadline, ask: &Ask<'_, 'a>) -> [Due; 4] {
        let of = |moment: &'a MomentExpr| self.moments(moment, ask);
        let trigger = || {
            [ask.env
                .trigger
                .map_or(Found::NotYet, |trigger| self.found_at(trigger.when)); 4]
        };
        let found = match deadline {
            Deadline::By(moment)
            | Deadline::On(moment)
            | Deadline::Open {
                review_by: Some(moment),
            } => of(moment),
            Deadline::Before(moment) => of(moment).map(|found| match found {
                Found::At(moment) => Found::At(Moment {
                    first: before(moment.first),
                    last: before(moment.last),
                }),
                Found::NotYet | Found::Unclear => found,
            }),
            Deadline::Within { period, of: base } => {
                self.shifted(base.as_ref().map_or_else(trigger, of), *period, false)
            }
            Deadline::Between { most, after, .. } => self.shifted(of(after), *most, false),
            Deadline::AtLeastBefore { period, moment } => {
                self.shifted(moment.as_ref().map_or_else(trigger, of), *period, true)
            }
            Deadline::Open { review_by: None } => [Found::NotYet; 4],
            // The periods have due dates of their own; this is asked only where the anchor gives none.
            Deadline::EveryStarting {
                starting: anchor, ..
            }
            | Deadline::EveryFirstBy {
                first_by: anchor, ..
            } => of(anchor),
            Deadline::EveryYearBy(_) => [Found::Unclear; 4],
        };
        // What is counted backwards does not roll: a later day would shorten the notice.
        let rolls = !matches!(deadline, Deadline::AtLeastBefore { .. });
        let rolled = found.map(|found| match found {
            Found::At(moment) if rolls => Found::At(Moment {
                first: self.calendar.roll(moment.first),
                last: self.calendar.roll(moment.last),
            }),
            Found::At(_) | Found::NotYet | Found::Unclear => found,
        });
        [0usize, 1, 2, 3].map(|standard| {
            let found = rolled.get(standard).copied().unwrap_or(Found::Unclear);
            Due {
                found,
                reckoning: found
                    .known()
                    .map(|moment| self.reckoning(deadline, moment, standard, ask)),
            }
        })
    }

    pub(super) fn shifted(&self, found: [Found; 4], period: Period, backwards: bool) -> [Found; 4] {
        found.map(|found| match found {
            // What lies beyond the calendar is not known, and not its last day.
            Found::At(moment) if self.calendar.leaves(moment, period, backwards) => Found::Unclear,
            Found::At(moment) => Found::At(self.calendar.shift(moment, period, backwards)),
            Found::NotYet | Found::Unclear => found,
        })
    }

    /// Says whether a deadline is reckoned from a moment that is known, and lies beyond the calendar.
    pub(super) fn beyond_calendar(
        &self,
        deadline: &'a Deadline,
        ask: &Ask<'_, 'a>,
        standard: usize,
    ) -> bool {
        let trigger = || {
            ask.env
                .trigger
                .map(|trigger| self.calendar.moment_of(trigger.when))
        };
        let known = |moment: &'a MomentExpr| found_at(&self.moments(moment, ask), standard);
        let (base, period, backwards) = match deadline {
            Deadline::By(moment) | Deadline::On(moment) | Deadline::Before(moment) => {
                return self.sum_beyond_calendar(moment, ask, standard);
            }
            Deadline::Within { period, of } => {
                (of.as_ref().map_or_else(trigger, known), *period, false)
            }
            Deadline::AtLeastBefore { period, moment } => {
                (moment.as_ref().map_or_else(trigger, known), *period, true)
            }
            Deadline::Between { most, after, .. } => (known(after), *most, false),
            Deadline::EveryStarting { .. }
            | Deadline::EveryFirstBy { .. }
            | Deadline::EveryYearBy(_)
            | Deadline::Open { .. } => return false,
        };
        base.is_some_and(|base| self.calendar.leaves(base, period, backwards))
    }

    fn sum_beyond_calendar(
        &self,
        moment: &'a MomentExpr,
        ask: &Ask<'_, 'a>,
        standard: usize,
    ) -> bool {
        let MomentKind::Shifted {
            base,
            backwards,
            period,
        } = &moment.kind
        else {
            return false;
        };
        let known = found_at(&self.moments(base, ask), standard);
        known.is_some_and(|base| self.calendar.leaves(base, *period, *backwards))
            || self.sum_beyond_calendar(base, ask, standard)
    }

    /// Writes the arithmetic of a deadline: `2020-02-29 + 14 months = 2021-04-29`.
    fn reckoning(
        &self,
        deadline: &'a Deadline,
        due: Moment,
        standard: usize,
        ask: &Ask<'_, 'a>,
    ) -> String {
        let base_of = |moment: Option<&'a MomentExpr>| match moment {
            Some(moment) => found_at(&self.moments(moment, ask), standard),
            None => ask
                .env
                .trigger
                .map(|trigger| self.calendar.moment_of(trigger.when)),
        };
        let sum = match deadline {
            Deadline::Within { period, of } => base_of(of.as_ref())
                .filter(exact)
                .map(|base| reckon(base.first, *period, false, self.calendar)),
            Deadline::By(moment) | Deadline::On(moment) | Deadline::Before(moment) => {
                self.shifted_reckoning(moment, standard, ask)
            }
            Deadline::Between { most, after, .. } => base_of(Some(after))
                .filter(exact)
                .map(|base| reckon(base.first, *most, false, self.calendar)),
            Deadline::AtLeastBefore { period, moment } => base_of(moment.as_ref())
                .filter(exact)
                .map(|base| reckon(base.first, *period, true, self.calendar)),
            Deadline::EveryStarting { .. }
            | Deadline::EveryFirstBy { .. }
            | Deadline::EveryYearBy(_)
            | Deadline::Open { .. } => None,
        };
        let due_text = iso_moment(due, self.calendar);
        match sum {
            Some(sum) if sum.ends_with(&due_text) => sum,
            Some(sum) => format!("{sum}, so due {due_text}"),
            None => due_text,
        }
    }

    fn shifted_reckoning(
        &self,
        moment: &'a MomentExpr,
        standard: usize,
        ask: &Ask<'_, 'a>,
    ) -> Option<String> {
        let MomentKind::Shifted {
            base,
            backwards,
            period,
        } = &moment.kind
        else {
            return None;
        };
        let base = found_at(&self.moments(base, ask), standard).filter(exact)?;
        Some(reckon(base.first, *period, *backwards, self.calendar))
    }

    /// Says whether a day lies in the period of an instance of a recurring duty.
    fn in_period(&self, instance: &InstanceResult<'a>, day: When) -> bool {
        let lane = instance.lanes.iter().find(|lane| lane.env.period.is_some());
        lane.and_then(|lane| lane.opens.zip(lane.due))
            .is_some_and(|(opens, due)| {
                let period = When {
                    earliest: self.calendar.start_of(opens.first),
                    latest: self.calendar.end_of(due.last),
                };
                period.overlaps(day)
            })
    }

    /// Gives the instances of another pledge that a reference means.
    pub(super) fn instances_meant<'s>(
        &'s self,
        reference: &'a crate::agreement::Reference,
        ask: &Ask<'_, 'a>,
    ) -> Vec<&'s InstanceResult<'a>> {
        let Some(result) = self.result(reference.pledge) else {
            return Vec::new();
        };
        let wanted: Vec<_> = reference
            .bindings
            .iter()
            .filter_map(|(variable, operand)| {
                self.operand_value(operand, ask)
                    .map(|value| (*variable, value))
            })
            .collect();
        let on = reference
            .on
            .map(|point| self.calendar.span_of(Moment::exactly(point)));
        let triggered = |instance: &&'s InstanceResult<'a>| {
            on.is_none_or(|on| {
                let trigger = instance.env().trigger;
                trigger.is_some_and(|trigger| trigger.when.overlaps(on))
                    || self.in_period(instance, on)
            })
        };
        result.with(&wanted).into_iter().filter(triggered).collect()
    }
}

/// A deadline at one standard.
#[derive(Clone, Debug)]
pub(super) struct Due {
    pub(super) found: Found,
    pub(super) reckoning: Option<String>,
}

fn found_at(found: &[Found; 4], standard: usize) -> Option<Moment> {
    found.get(standard).copied().and_then(Found::known)
}

fn exact(moment: &Moment) -> bool {
    moment.first == moment.last
}

/// Gives the last point strictly before another.
fn before(point: Point) -> Point {
    match point {
        Point::Day(day) => Point::Day(time::add_days(day, -1)),
        Point::At(instant) => Point::At(instant.plus(-1)),
    }
}

/// Gives the clause that a deadline is written in.
pub(super) fn deadline_span(sentence: &crate::agreement::Sentence) -> Option<Span> {
    sentence
        .window
        .deadline
        .as_ref()
        .map(|deadline| deadline.span)
}

/// The lens of a proposition that brings a duty about.
pub(super) fn trigger_lens(obligor: crate::agreement::Obligor) -> Lens {
    Lens {
        obligor: Some(obligor),
        favours: crate::evidence::Favours::Others,
    }
}
