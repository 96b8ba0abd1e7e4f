//! How long the agreement runs, and who is bound when (docs/semantics.md, Who is bound, and how long).
//!
//! Both are read at `reported` whatever the standard of the run: that a treaty runs, and for whom, are facts of law.

use std::collections::BTreeMap;

use crate::agreement::{MembershipRule, Pattern, Sort, ThingId, Value};
use crate::evidence::{Favours, Truth};
use crate::time::{Instant, Moment, Period, Point, When};
use crate::verdict::{Ground, Status, Verdict, Why};

use super::Context;
use super::bindings::Env;
use super::excuse::Stretch;
use super::extension::Acts;
use super::instance::{Case, Judged, at};
use super::matching::{Lens, Match, Purpose};
use super::moment::TermInForce;
use super::state::NOBODY;

/// The position of `reported` among the standards.
const READ_AT: usize = 1;

/// Picked so that a term of a day may be renewed for longer than any treaty has lasted, and a mistake still ends.
const MOST_RENEWALS: u32 = 1_000_000;

/// From when until when a party is bound, the end exclusive; in order of time.
pub(super) type Bound = BTreeMap<ThingId, Vec<(Instant, Instant)>>;

/// Gives the term as it runs: with its extensions, its renewals up to the as-of day, and cut by a termination.
pub(super) fn term(context: &Context<'_>, stated: TermInForce) -> TermInForce {
    let mut term = stated;
    for rule in &context.agreement.membership {
        if let (MembershipRule::Extended(extension), Some(until)) = (&rule.value, term.until) {
            let env = Env::default();
            let found = context.find(&extension.by, &env, NOBODY, Purpose::Other);
            term.until = Some(found.iter().fold(until, |until, found| {
                let truth = of_both_sides(context, &extension.by, found);
                match context.acts(extension, found, truth, until) {
                    Acts::Moves(moment) => moment,
                    Acts::TooLate | Acts::NoDate | Acts::NotShown => until,
                }
            }));
        }
    }
    for rule in &context.agreement.membership {
        if let (MembershipRule::Renews { period, unless }, Some(until)) = (&rule.value, term.until)
        {
            term.until = Some(renewed(context, term.from, until, *period, unless));
        }
    }
    for rule in &context.agreement.membership {
        if let MembershipRule::Ends { pattern, after } = &rule.value {
            for (_, when) in shown(context, pattern, Favours::Obligor, context.clocks.as_of) {
                let stated = context.calendar.moment_of(when);
                let end =
                    after.map_or(stated, |after| context.calendar.shift(stated, after, false));
                let earlier = term.until.is_none_or(|until| {
                    context.calendar.end_of(end.last) < context.calendar.end_of(until.last)
                });
                if earlier {
                    term.until = Some(end);
                }
            }
        }
    }
    term
}

/// Takes what the least convinced party would: the word of one side is against the interest of the other, not of itself.
fn of_both_sides<'a>(context: &Context<'a>, pattern: &'a Pattern, found: &Match<'a>) -> Truth {
    let parties = (0u32..)
        .zip(&context.vocabulary().things)
        .filter(|(_, thing)| thing.sort == Sort::Party)
        .map(|(index, _)| ThingId(index));
    parties
        .map(|party| {
            let lens = Lens {
                obligor: Some(crate::agreement::Obligor::Thing(party)),
                favours: Favours::Obligor,
            };
            context
                .find(pattern, &Env::default(), lens, Purpose::Other)
                .iter()
                .find(|other| other.incident == found.incident)
                .map_or(Truth::NotShown, |other| at(other.truths, READ_AT))
        })
        .min()
        .unwrap_or_else(|| at(found.truths, READ_AT))
}

/// Renews a term as often as it ran out without a notice in it.
fn renewed<'a>(
    context: &Context<'a>,
    from: Option<Moment>,
    until: Moment,
    period: Period,
    unless: &'a Pattern,
) -> Moment {
    let calendar = context.calendar;
    let notices = shown(context, unless, Favours::Obligor, context.clocks.as_of);
    let mut begins = from.map_or(Instant::MIN, |from| calendar.start_of(from.first));
    let mut term = until;
    for n in 1..=MOST_RENEWALS {
        let ends = calendar.end_of(term.last);
        let against = notices
            .iter()
            .any(|(_, when)| when.earliest >= begins && when.latest <= ends);
        if ends > context.clocks.as_of || against {
            break;
        }
        let next = Moment {
            first: calendar.add_from_anchor(until.first, period, n),
            last: calendar.add_from_anchor(until.last, period, n),
        };
        if calendar.end_of(next.last) <= ends {
            break;
        }
        begins = ends;
        term = next;
    }
    term
}

/// Gives the shown matches of a header's pattern with their doers.
fn shown<'a>(
    context: &Context<'a>,
    pattern: &'a Pattern,
    favours: Favours,
    until: Instant,
) -> Vec<(Option<ThingId>, When)> {
    let doer = context.vocabulary().kind(pattern.kind).by;
    let env = Env::default();
    let told = |found: &Match<'a>| {
        let value = context.field_value(found.incident, &found.route.slots, doer?)?;
        match value {
            Value::Thing(id) => Some(id),
            Value::Number(_)
            | Value::Date(_)
            | Value::Text(_)
            | Value::Flag(_)
            | Value::Record(_) => None,
        }
    };
    let found = context.find_until(pattern, &env, NOBODY, Purpose::Other, until);
    found
        .into_iter()
        .filter_map(|found| {
            let doer = told(&found);
            let lens = Lens {
                obligor: doer.map(crate::agreement::Obligor::Thing),
                favours,
            };
            let seen = context.find_until(pattern, &env, lens, Purpose::Other, until);
            let truth = seen
                .iter()
                .find(|other| other.incident == found.incident)
                .map_or(Truth::NotShown, |other| at(other.truths, READ_AT));
            (truth == Truth::True).then_some((doer, found.when))
        })
        .collect()
}

/// Gives the parties that are not bound for the whole term, with the times for which they are.
pub(super) fn bound(context: &Context<'_>) -> Bound {
    let mut changes: BTreeMap<ThingId, Vec<(Instant, bool)>> = BTreeMap::new();
    for rule in &context.agreement.membership {
        let (pattern, after, joins) = match &rule.value {
            MembershipRule::Joins { pattern, after } => (pattern, after, true),
            MembershipRule::Leaves { pattern, after } => (pattern, after, false),
            MembershipRule::Ends { .. }
            | MembershipRule::Renews { .. }
            | MembershipRule::Extended(_) => continue,
        };
        let favours = if joins {
            Favours::Others
        } else {
            Favours::Obligor
        };
        // A party whose accession is on file was not bound before it, whatever the as-of day.
        for (doer, when) in shown(context, pattern, favours, Instant::MAX) {
            let Some(doer) = doer else { continue };
            let stated = context.calendar.moment_of(when);
            let instant = match after {
                Some(after) => {
                    let moment = context.calendar.shift(stated, *after, false);
                    context.calendar.end_of(moment.last)
                }
                None if joins => context.calendar.start_of(stated.first),
                None => context.calendar.end_of(stated.last),
            };
            changes.entry(doer).or_default().push((instant, joins));
        }
    }
    let mut bound = Bound::new();
    for (index, thing) in (0u32..).zip(&context.vocabulary().things) {
        let id = ThingId(index);
        let changes = changes.remove(&id).unwrap_or_default();
        if !thing.bound.is_empty() || !changes.is_empty() {
            bound.insert(id, times(&thing.bound, changes));
        }
    }
    bound
}

/// Puts the declared times and the accessions and withdrawals together.
fn times(declared: &[When], mut changes: Vec<(Instant, bool)>) -> Vec<(Instant, Instant)> {
    changes.sort();
    let mut times: Vec<(Instant, Instant)> = declared
        .iter()
        .map(|when| (when.earliest, when.latest))
        .collect();
    if declared.is_empty() && changes.first().is_none_or(|(_, joins)| !joins) {
        times.push((Instant::MIN, Instant::MAX));
    }
    times.sort();
    for (instant, joins) in changes {
        let inside = times
            .iter()
            .position(|(from, to)| *from <= instant && instant < *to);
        match (joins, inside) {
            (true, None) => times.push((instant, Instant::MAX)),
            (false, Some(index)) => {
                times.truncate(index + 1);
                if let Some(last) = times.last_mut() {
                    last.1 = instant;
                }
            }
            (true, Some(_)) | (false, None) => {}
        }
        times.sort();
    }
    times
}

impl Context<'_> {
    /// Gives when an obligor is bound; none where it is for the whole term.
    pub(super) fn bound_times(&self, obligor: Option<ThingId>) -> Option<&[(Instant, Instant)]> {
        self.bound.get(&obligor?).map(Vec::as_slice)
    }

    /// Says whether somebody became bound by an act of its own: it is a party from then on, declared as one or not.
    pub(super) fn has_joined(&self, thing: ThingId) -> bool {
        let first = self.bound_times(Some(thing)).and_then(<[_]>::first);
        first.is_some_and(|(from, _)| *from != Instant::MIN)
    }

    /// Gives when the agreement entered into force for somebody.
    pub(super) fn entry_for(&self, thing: ThingId) -> Option<Moment> {
        let own = self
            .bound_times(Some(thing))
            .and_then(|times| times.last().map(|(from, _)| *from))
            .filter(|from| *from != Instant::MIN);
        let Some(own) = own else {
            return self.term.from;
        };
        let day = self
            .calendar
            .moment_of(self.calendar.day_span(self.calendar.day_of(own)));
        match self.term.from {
            Some(from) if self.calendar.start_of(from.first) > own => Some(from),
            Some(_) | None => Some(day),
        }
    }
}

/// Cuts a window to the times for which the obligor is bound; none where that leaves nothing.
pub(super) fn cut<'c, 'a>(case: Case<'c, 'a>) -> Option<Case<'c, 'a>> {
    let obligor = super::matching::obligor_of(case.sentence.obligor, case.env);
    let Some(times) = case.context.bound_times(obligor) else {
        return Some(case);
    };
    let due = case.due.map(|due| case.context.calendar.end_of(due.first));
    let reaches = |from: Instant, to: Instant| {
        from < case.closes.latest && to > case.opens.earliest && due.is_none_or(|due| due > from)
    };
    let in_a_gap = due.is_some_and(|due| {
        times
            .iter()
            .zip(times.iter().skip(1))
            .any(|(before, after)| before.1 < due && due <= after.0)
    });
    if in_a_gap {
        return None;
    }
    let mut inside = times.iter().filter(|(from, to)| reaches(*from, *to));
    let first = inside
        .next()
        .filter(|(from, _)| *from < case.context.clocks.as_of)?;
    let last = inside.next_back().unwrap_or(first);
    let opens = When {
        earliest: case.opens.earliest.max(first.0),
        latest: case.opens.latest.max(first.0),
    };
    let closes = if case.due.is_some() {
        case.closes
    } else {
        When {
            earliest: case.closes.earliest.min(last.1),
            latest: case.closes.latest.min(last.1),
        }
    };
    Some(Case {
        opens,
        closes,
        ..case
    })
}

/// Gives when the window opens for the obligor: as stated, or with the day from which it is bound where that is later.
pub(super) fn opening(case: &Case<'_, '_>, stated: Moment) -> Moment {
    let calendar = case.context.calendar;
    let obligor = super::matching::obligor_of(case.sentence.obligor, case.env);
    let Some(times) = case.context.bound_times(obligor) else {
        return stated;
    };
    let first = times.iter().find(|(_, to)| *to > case.opens.earliest);
    let in_time = |from: Instant| case.due.is_none_or(|due| calendar.end_of(due.first) > from);
    match first {
        Some((from, _)) if *from > case.opens.latest && in_time(*from) => {
            let day = calendar.day_of(*from);
            Moment::exactly(if calendar.day_span(day).earliest == *from {
                Point::Day(day)
            } else {
                Point::At(*from)
            })
        }
        Some(_) | None => stated,
    }
}

/// Gives the times between two memberships.
pub(super) fn gaps(case: &Case<'_, '_>) -> Vec<Stretch> {
    let obligor = super::matching::obligor_of(case.sentence.obligor, case.env);
    let Some(times) = case.context.bound_times(obligor) else {
        return Vec::new();
    };
    times
        .iter()
        .zip(times.iter().skip(1))
        .map(|(before, after)| Stretch::not_bound(before.1, after.0))
        .collect()
}

/// Ends what is still open when the obligor is bound no more, or the agreement is over. A breach, and a duty overdue by then, stand.
pub(super) fn ended(case: &Case<'_, '_>, judged: Judged) -> Judged {
    let calendar = case.context.calendar;
    let obligor = super::matching::obligor_of(case.sentence.obligor, case.env);
    let left = case
        .context
        .bound_times(obligor)
        .and_then(|times| times.last().map(|(_, to)| *to))
        .unwrap_or(Instant::MAX);
    let over = case.context.term.closes(calendar).earliest.min(left);
    if over > case.context.clocks.as_of {
        return judged;
    }
    let due_after = case.due.is_none_or(|due| calendar.end_of(due.first) > over);
    let open = match judged.verdict.status {
        Status::Pending | Status::Holding | Status::Excused | Status::Suspended => true,
        Status::Held => case.closes.latest >= over,
        Status::Overdue | Status::Missed => case.due.is_some() && due_after,
        // A miss that is final, and too few in a period, are broken at the deadline.
        Status::Breached => {
            let since = judged.verdict.since;
            case.due.is_some() && due_after && since.is_some_and(|since| since.earliest >= over)
        }
        Status::Dormant => judged.verdict.reason == Some(Why::NotBound),
        Status::Fulfilled
        | Status::FulfilledLate
        | Status::FulfilledTimingUnknown
        | Status::Contingent
        | Status::Waived
        | Status::Ended
        | Status::Undetermined
        | Status::Unjudged => false,
    };
    if open {
        Judged::plain(Verdict::new(Status::Ended, Ground::Established))
    } else {
        judged
    }
}
