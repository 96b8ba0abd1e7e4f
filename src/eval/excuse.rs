//! Excuses, suspensions and waivers: the times for which a duty is not owed, and what they do to its deadline
//! (docs/semantics.md, Excuses, suspensions and waivers).

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::agreement::{Pattern, PledgeStatus, Reference, Standing};
use crate::evidence::{Favours, Truth};
use crate::source::Span;
use crate::time::{Day, Instant, Moment, Point, When, add_days, days_between, iso_moment};
use crate::verdict::{EvidenceRole, Ground, Note, Status, Verdict, Why};

use super::Context;
use super::bearing::MOST_SHOWN;
use super::condition::Ask;
use super::found::{Kept, rebased};
use super::instance::{Case, Judged, Witnesses, add_accounts, at};
use super::matching::{Match, Purpose, matters};
use super::refrain::affair;
use super::times::Times;
use super::told::{Horizon, Told, place_of};

/// A time for which a duty is not owed.
#[derive(Clone, Debug)]
pub(super) struct Stretch {
    /// The status while it runs: excused, suspended or waived.
    status: Status,
    /// When what began it happened, as told.
    since: When,
    /// When what ended it happened, as told; none while it goes on.
    pub(super) ended: Option<When>,
    /// From when it runs: possibly from `earliest`, certainly from `latest`.
    pub(super) from: Edge,
    /// Until when it runs, exclusive.
    pub(super) to: Option<Edge>,
    pub(super) tolling: bool,
    pub(super) truth: Truth,
}

/// Two instants: the earliest and the latest at which something may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    pub(super) earliest: Instant,
    pub(super) latest: Instant,
}

impl Stretch {
    /// A time between two memberships.
    pub(super) fn not_bound(from: Instant, to: Instant) -> Stretch {
        let edge = |at| Edge {
            earliest: at,
            latest: at,
        };
        Stretch {
            status: Status::Dormant,
            since: When::at(from),
            ended: Some(When::at(to)),
            from: edge(from),
            to: Some(edge(to)),
            tolling: false,
            truth: Truth::True,
        }
    }

    /// Gives it as if it were shown, and without an end that is contested.
    pub(super) fn at_most(&self) -> Stretch {
        Stretch {
            truth: Truth::True,
            to: self.to.filter(|to| to.latest != Instant::MAX),
            ..self.clone()
        }
    }

    /// Gives what times are ordered by.
    pub(super) fn order(&self) -> (Instant, When) {
        (self.from.latest, self.since)
    }

    /// Says whether it may still run after a moment.
    pub(super) fn ends_after(&self, moment: Instant) -> bool {
        self.to.is_none_or(|to| to.latest > moment)
    }

    /// Says whether something lies in it.
    pub(super) fn covers(&self, moment: When) -> Truth {
        let ends_after = |instant: Instant, which: fn(&Edge) -> Instant| {
            self.to.as_ref().is_none_or(|to| instant <= which(to))
        };
        let certainly =
            moment.earliest >= self.from.latest && ends_after(moment.latest, |to| to.earliest);
        let possibly = moment.latest > self.from.earliest
            && ends_after(moment.earliest.plus(1), |to| to.latest);
        let inside = if certainly {
            Truth::True
        } else if possibly {
            Truth::Contested
        } else {
            Truth::False
        };
        inside.min(self.truth)
    }
}

/// Says whether something lies in one of these times.
pub(super) fn lets_off(stretches: &[Stretch], moment: When) -> Truth {
    stretches
        .iter()
        .map(|stretch| stretch.covers(moment))
        .max()
        .unwrap_or(Truth::False)
}

/// The times for which a duty is not owed, asked about for many acts.
pub(super) struct Cover {
    certain: Times,
    possible: Times,
}

impl Cover {
    pub(super) fn of(stretches: &[Stretch]) -> Cover {
        let time = |from: Instant, to: Option<Instant>| When {
            earliest: from,
            latest: to.unwrap_or(Instant::MAX),
        };
        let stands = |stretch: &&Stretch| matches!(stretch.truth, Truth::True | Truth::Contested);
        let shown = stretches
            .iter()
            .filter(|stretch| stretch.truth == Truth::True);
        let certain = shown.map(|it| time(it.from.latest, it.to.map(|to| to.earliest)));
        let told = stretches.iter().filter(stands);
        let possible = told.map(|it| time(it.from.earliest, it.to.map(|to| to.latest)));
        Cover {
            certain: Times::new(certain.collect()),
            possible: Times::new(possible.collect()),
        }
    }

    /// Says whether something lies in one of these times.
    pub(super) fn lets_off(&self, moment: When) -> Truth {
        if self.certain.any_around(moment.earliest, moment.latest) {
            Truth::True
        } else if self.possible.any_touching(moment.earliest, moment.latest) {
            Truth::Contested
        } else {
            Truth::False
        }
    }
}

/// Gives the moments at which one of these times begins or ends.
pub(super) fn edges(stretches: &[Stretch]) -> Vec<When> {
    let edge = |at: Edge| When {
        earliest: at.earliest,
        latest: at.latest.plus(1),
    };
    stretches
        .iter()
        .flat_map(|stretch| [Some(stretch.from), stretch.to])
        .flatten()
        .map(edge)
        .collect()
}

/// Finds the times for which the duty is or may be not owed, in order.
pub(super) fn stretches(
    case: &Case<'_, '_>,
    evidence: &mut Witnesses,
    notes: &mut Vec<Note>,
) -> Vec<Stretch> {
    let mut finder = Finder {
        case,
        evidence,
        notes,
        found: Vec::new(),
    };
    let mut clauses = Vec::new();
    for excuse in &case.pledge.excuses {
        clauses.push(Clause {
            status: Status::Excused,
            by: &excuse.by,
            breach_of: None,
            until: excuse.until.as_ref(),
            tolling: excuse.tolling,
            span: excuse.span,
        });
    }
    for suspension in &case.pledge.suspensions {
        clauses.push(Clause {
            status: Status::Suspended,
            by: &suspension.by,
            breach_of: suspension.breach_of.as_ref(),
            until: suspension.until.as_ref(),
            tolling: suspension.tolling,
            span: suspension.span,
        });
    }
    for waiver in &case.pledge.waivers {
        clauses.push(Clause {
            status: Status::Waived,
            by: waiver,
            breach_of: None,
            until: None,
            tolling: false,
            span: waiver.span,
        });
    }
    finder.look(&clauses);
    let mut found = finder.found;
    found.sort_by_key(Stretch::order);
    found
}

/// A clause that lets the obligor off.
struct Clause<'a> {
    status: Status,
    by: &'a Pattern,
    breach_of: Option<&'a Reference>,
    until: Option<&'a Pattern>,
    tolling: bool,
    span: Span,
}

/// Whether it has been reckoned which time a match lets off, if any.
#[derive(Clone, Copy)]
enum Known<'s> {
    As(Option<&'s Stretch>),
    No,
}

struct Finder<'f, 'c, 'a> {
    case: &'f Case<'c, 'a>,
    evidence: &'f mut Witnesses,
    notes: &'f mut Vec<Note>,
    found: Vec<Stretch>,
}

impl<'a> Finder<'_, '_, 'a> {
    /// Looks at the clauses in their order. How far one of them moves the deadline may let the next one bear on it, and the one before.
    fn look(&mut self, clauses: &[Clause<'a>]) {
        let told: Vec<_> = clauses.iter().map(|clause| self.told(clause)).collect();
        let mut horizon = Horizon::of(self.case);
        let bearing: Vec<BTreeSet<usize>> = loop {
            let mut next = horizon.again(self.case);
            let bearing = told
                .iter()
                .map(|told| {
                    let told = told.as_ref();
                    told.map_or(BTreeSet::new(), |(kept, told)| {
                        told.bearing(self.case, kept, &mut next)
                    })
                })
                .collect();
            if next.at() == horizon.at() {
                break bearing;
            }
            horizon = next;
        };
        for ((clause, told), bearing) in clauses.iter().zip(&told).zip(bearing) {
            let Some((kept, told)) = told else {
                let lens = self.case.lens(Favours::Obligor);
                let context = self.case.context;
                for found in context.find(clause.by, self.case.env, lens, Purpose::Other) {
                    self.take(clause, &found, Known::No);
                }
                continue;
            };
            for position in bearing {
                if let Some(found) = kept.list.get(position) {
                    let stretch = told.stretches.get(position).and_then(Option::as_ref);
                    self.take(clause, &rebased(found, self.case.env), Known::As(stretch));
                }
            }
        }
    }

    /// Gives the matches of a clause with the times that they let off, where there are many and they hang on nothing but the clause.
    fn told(&self, clause: &Clause<'a>) -> Option<(Rc<Kept<'a>>, Rc<Told>)> {
        let case = self.case;
        let context = case.context;
        let kept = context.kept(
            clause.by,
            case.env,
            case.lens(Favours::Obligor),
            Purpose::Other,
        )?;
        if kept.list.len() <= MOST_SHOWN || clause.breach_of.is_some() {
            return None;
        }
        let until = match clause.until {
            None => 0,
            Some(until) => {
                // Where each of them has an ending of its own by its values, the endings are not those of all instances.
                let lens = case.lens(Favours::Others);
                let ends = context.kept(until, case.env, lens, Purpose::Other)?;
                if !context.names_nothing_more(until, clause.by) {
                    return None;
                }
                place_of(&ends)
            }
        };
        let key = (
            place_of(&kept),
            until,
            clause.status,
            [case.roles.excuse, case.standard],
        );
        let told = context.clauses.get(key, || {
            let stretches = kept.list.iter().map(|found| {
                let truth = at(found.truths, case.roles.excuse);
                matches!(truth, Truth::True | Truth::Contested)
                    .then(|| self.stretch(clause, &rebased(found, case.env), truth))
            });
            let stretches = stretches.collect();
            Told::of(context, &kept, stretches)
        });
        Some((kept, told))
    }

    /// Takes a match into account, with the time that it lets off where that is known already.
    fn take(&mut self, clause: &Clause<'a>, found: &Match<'a>, known: Known<'_>) {
        let case = self.case;
        let shown = at(found.truths, case.roles.excuse);
        let con = if shown == Truth::Contested {
            found.pro
        } else {
            Standing::Claimed
        };
        add_accounts(
            self.evidence,
            &found.accounts,
            EvidenceRole::Excuse,
            found.pro,
            con,
        );
        if matters(found.truths) && shown == Truth::NotShown {
            self.note(
                clause.span,
                &format!("{} is claimed and not shown", name(clause.status)),
            );
        }
        if let Known::As(stretch) = known {
            self.found.extend(stretch.cloned());
            return;
        }
        let justified = self.justified(clause, found, shown);
        let truth = shown.min(justified);
        if matches!(truth, Truth::True | Truth::Contested) {
            let stretch = self.stretch(clause, found, truth);
            self.found.push(stretch);
        }
    }

    /// Says whether the breach that a suspension answers stands strictly before the notice.
    fn justified(&mut self, clause: &Clause<'a>, found: &Match<'a>, shown: Truth) -> Truth {
        let Some(reference) = clause.breach_of else {
            return Truth::True;
        };
        let case = self.case;
        let ask = Ask::at(&found.env, case.lens(Favours::Obligor), found.when);
        let broken = case
            .context
            .instances_meant(reference, &ask)
            .into_iter()
            .filter_map(|instance| instance.lanes.get(case.roles.excuse))
            .map(|lane| lane.is(PledgeStatus::Breached, found.when))
            .max()
            .unwrap_or(Truth::False);
        if shown == Truth::True && matches!(broken, Truth::False | Truth::NotShown) {
            let standard = Standing::STANDARDS
                .get(case.roles.excuse)
                .map_or("", |standard| standard.word());
            self.note(
                clause.span,
                &format!(
                    "suspension not justified at `{standard}`: no breach stood before the notice"
                ),
            );
        }
        broken
    }

    fn stretch(&self, clause: &Clause<'a>, found: &Match<'a>, truth: Truth) -> Stretch {
        let context = self.case.context;
        let from = Edge {
            earliest: found.when.earliest,
            latest: if one_day(context, found.when) {
                found.when.earliest
            } else {
                found.when.latest
            },
        };
        let (ended, to) = match clause.until {
            Some(until) => self.ended_by(until, found),
            None => self.told_end(clause.status, found),
        };
        Stretch {
            status: clause.status,
            since: found.when,
            ended,
            from,
            to,
            tolling: clause.tolling,
            truth,
        }
    }

    /// Gives the end by the first shown event that ends it; the day of that event is not part of it any more.
    fn ended_by(&self, until: &'a Pattern, found: &Match<'a>) -> (Option<When>, Option<Edge>) {
        let case = self.case;
        let lens = case.lens(Favours::Others);
        let context = case.context;
        let other = |end: &Match<'a>| end.incident != found.incident;
        let from = found.when.earliest;
        let (end, contested) =
            if let Some(kept) = context.kept(until, &found.env, lens, Purpose::Other) {
                let orders = kept.orders(context);
                let (shown, open) = orders.next(&kept.list, case.roles.excuse, from, other);
                let begins = |end: &Match<'a>| end.when.earliest;
                (shown.cloned(), open.map(begins))
            } else {
                let ends = context.find(until, &found.env, lens, Purpose::Other);
                let mut ends = ends
                    .into_iter()
                    .filter(|end| other(end) && end.when.earliest >= from);
                let mut contested: Option<Instant> = None;
                let end = ends.find(|end| match at(end.truths, case.roles.excuse) {
                    Truth::True => true,
                    Truth::Contested => {
                        contested = contested.or(Some(end.when.earliest));
                        false
                    }
                    Truth::False | Truth::NotShown => false,
                });
                (end, contested)
            };
        let to = end.as_ref().map(|end| Edge {
            earliest: end.when.earliest,
            latest: if one_day(case.context, end.when) {
                end.when.earliest
            } else {
                end.when.latest
            },
        });
        // Where it is contested whether it ended, it ran until then for certain and goes on possibly.
        let to = match contested {
            Some(earliest) => Some(Edge {
                earliest: to.map_or(earliest, |to| to.earliest.min(earliest)),
                latest: to.map_or(Instant::MAX, |to| to.latest),
            }),
            None => to,
        };
        (end.map(|end| end.when), to)
    }

    /// Gives the end that the records tell of. An excuse lasts as long as they say; a notice or a waiver acts until something ends it.
    fn told_end(&self, status: Status, found: &Match<'a>) -> (Option<When>, Option<Edge>) {
        let case = self.case;
        let ended = match affair(case, found.incident, found.when) {
            Some(affair) => affair.until,
            None if status == Status::Excused => Some(found.when),
            None => None,
        };
        let to = ended.map(|ended| Edge {
            earliest: if one_day(case.context, ended) {
                ended.latest
            } else {
                ended.earliest
            },
            latest: ended.latest,
        });
        (ended, to)
    }

    fn note(&mut self, span: Span, text: &str) {
        let note = Note {
            span,
            text: text.to_owned(),
        };
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

/// Says whether something is known to the day, so that it is taken as being there from the beginning of that day.
fn one_day(context: &Context<'_>, when: When) -> bool {
    let calendar = context.calendar;
    calendar
        .day_span(calendar.day_of(when.earliest))
        .covers(when)
}

fn name(status: Status) -> &'static str {
    if status == Status::Suspended {
        "a suspension"
    } else if status == Status::Waived {
        "a waiver"
    } else {
        "an excuse"
    }
}

/// Gives the deadline that these times leave, with the arithmetic for people.
///
/// Days lost to a tolling one before the deadline are added. A time that is still running at the deadline moves it to its own end.
pub(super) fn moved(
    case: &Case<'_, '_>,
    due: Moment,
    stretches: &[Stretch],
) -> (Moment, Option<String>) {
    let calendar = case.context.calendar;
    let mut moved = due;
    let mut text = None;
    let lost = days_lost(case, due, stretches);
    if lost > 0 {
        moved = Moment {
            first: later(moved.first, lost),
            last: later(moved.last, lost),
        };
        text = Some(format!(
            "{} + {lost} {} lost = {}",
            iso_moment(due, calendar),
            if lost == 1 { "day" } else { "days" },
            iso_moment(moved, calendar)
        ));
    }
    for stretch in stretches {
        let Some(ended) = stretch.ended.filter(|_| stretch.status != Status::Dormant) else {
            continue;
        };
        let end = calendar.moment_of(ended);
        let began_in_time = stretch.from.latest < calendar.end_of(moved.last);
        if began_in_time && calendar.end_of(end.last) > calendar.end_of(moved.last) {
            let later = |a: Point, b: Point| {
                if calendar.end_of(a) < calendar.end_of(b) {
                    b
                } else {
                    a
                }
            };
            moved = Moment {
                first: later(moved.first, end.first),
                last: end.last,
            };
            text = Some(format!(
                "{}, moved to {}, when {} ended",
                iso_moment(due, calendar),
                iso_moment(moved, calendar),
                name(stretch.status)
            ));
        }
    }
    (moved, text)
}

fn later(point: Point, days: i64) -> Point {
    match point {
        Point::Day(day) => Point::Day(add_days(day, days)),
        Point::At(instant) => Point::At(instant.plus(days.saturating_mul(86_400))),
    }
}

/// Counts the days of the window, up to the deadline and to now, that tolling times took; a day taken twice counts once.
fn days_lost(case: &Case<'_, '_>, due: Moment, stretches: &[Stretch]) -> i64 {
    let calendar = case.context.calendar;
    let limit = calendar
        .end_of(due.last)
        .min(case.context.clocks.as_of)
        .max(case.opens.earliest);
    let mut reached: Option<Day> = None;
    let mut lost = 0;
    for stretch in stretches.iter().filter(|stretch| stretch.tolling) {
        let from = stretch.from.latest.max(case.opens.earliest);
        let to = stretch.to.map_or(limit, |to| to.earliest.min(limit));
        if to <= from {
            continue;
        }
        let mut begins = calendar.day_of(from);
        let ends = calendar.day_of(to.plus(-1));
        if let Some(reached) = reached
            && reached >= begins
        {
            begins = add_days(reached, 1);
        }
        if ends >= begins {
            lost += days_between(begins, ends) + 1;
            reached = Some(ends);
        }
    }
    lost
}

/// Puts the status of a time that runs now in the place of what would otherwise be open or overdue. What was broken before it stays.
pub(super) fn settled(case: &Case<'_, '_>, stretches: &[Stretch], judged: Judged) -> Judged {
    let now = case.context.now();
    let running = stretches
        .iter()
        .filter(|stretch| stretch.covers(now) == Truth::True)
        .max_by_key(|stretch| stretch.status);
    let Some(running) = running else {
        return judged;
    };
    let began_in_time = case.due.is_none_or(|due| {
        stretches.iter().any(|stretch| {
            stretch.covers(now) == Truth::True
                && stretch.from.latest < case.context.calendar.end_of(due.last)
        })
    });
    let open = match judged.verdict.status {
        Status::Pending | Status::Holding => true,
        Status::Overdue => began_in_time,
        Status::Breached | Status::Missed | Status::Undetermined => {
            case.due.is_some() && began_in_time
        }
        Status::FulfilledLate | Status::FulfilledTimingUnknown if began_in_time => {
            return in_time(&judged);
        }
        Status::Dormant
        | Status::Fulfilled
        | Status::FulfilledLate
        | Status::FulfilledTimingUnknown
        | Status::Held
        | Status::Contingent
        | Status::Suspended
        | Status::Excused
        | Status::Waived
        | Status::Ended
        | Status::Unjudged => false,
    };
    if !open {
        return judged;
    }
    let mut verdict = Verdict::new(running.status, Ground::Established);
    verdict.since = Some(running.since);
    if running.status == Status::Dormant {
        verdict.reason = Some(Why::NotBound);
    }
    Judged::plain(verdict)
}

/// What was performed while nothing was owed was not late.
fn in_time(judged: &Judged) -> Judged {
    Judged {
        verdict: Verdict {
            since: judged.verdict.since,
            ..Verdict::new(Status::Fulfilled, Ground::Established)
        },
        fulfilled: judged.fulfilled,
        perhaps_fulfilled: None,
        acts: Vec::new(),
        broken: Vec::new(),
    }
}

/// Gives the times that are certain, and, where some are contested, all of them as if they were certain.
pub(super) fn readings(found: Vec<Stretch>) -> (Vec<Stretch>, Option<Vec<Stretch>>) {
    let open_end = |stretch: &Stretch| stretch.to.is_some_and(|to| to.latest == Instant::MAX);
    let contested = found
        .iter()
        .any(|stretch| stretch.truth == Truth::Contested || open_end(stretch));
    let all = contested.then(|| found.iter().map(Stretch::at_most).collect());
    let certain = found
        .into_iter()
        .filter(|stretch| stretch.truth == Truth::True)
        .map(|mut stretch| {
            if let Some(to) = stretch.to.as_mut().filter(|to| to.latest == Instant::MAX) {
                to.latest = to.earliest;
                let ended = When::at(to.earliest);
                stretch.ended = stretch.ended.or(Some(ended));
            }
            stretch
        })
        .collect();
    (certain, all)
}
