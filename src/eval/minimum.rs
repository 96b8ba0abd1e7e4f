//! Minima per calendar period: each period is an instance, decided as soon as there is enough, else when it is over
//! (docs/semantics.md, So many per period).

use std::rc::Rc;

use crate::agreement::tally::tallies;
use crate::agreement::{Condition, Duty, Sentence, Standing};
use crate::evidence::{Favours, Truth};
use crate::quantity::Decimal;
use crate::source::Span;
use crate::time::{Instant, Moment, Point, When, add_days, days_between, iso_moment};
use crate::verdict::{EvidenceRole, Form, Ground, Status, Verdict, Why};

use super::Context;
use super::achieve::{Sought, watched};
use super::bindings::Env;
use super::bounds::Bounds;
use super::instance::{Broken, Case, Judged, Witnesses, add_accounts, at};
use super::limit::Open;
use super::matching::{Lens, Purpose};
use super::recur::{Performance, Turn};
use super::tally::Ruler;
use super::windows::Totals;

/// Picked by gut feeling, as for the periods of a recurring duty.
const MOST_PERIODS: i64 = 50_000;

/// Gives the periods of a minimum, each with the acts that may lie in it; only whole periods inside the window are owed.
pub(super) fn buckets<'a>(
    context: &Context<'a>,
    sentence: &'a Sentence,
    env: &Env<'a>,
    window: (Moment, When),
    standard: usize,
) -> Option<Vec<Turn<'a>>> {
    let Duty::Reach(condition) = &sentence.duty else {
        return None;
    };
    let tallies = tallies(condition).ok()?;
    let ruler = context.ruler(sentence, env, standard)?;
    let (opening, closes) = window;
    let (first, beyond) = owed(
        context,
        &ruler,
        context.calendar.start_of(opening.last),
        closes,
    );
    let shown = first.max(beyond.saturating_sub(MOST_PERIODS));
    let (first, cut) = (shown, shown > first);
    let mut turns: Vec<Turn<'a>> = (first..beyond)
        .map(|number| period(context, &ruler, number, cut && number == first))
        .collect();
    let lens = Lens {
        obligor: Some(sentence.obligor),
        favours: Favours::Obligor,
    };
    let mut counted: Vec<Span> = Vec::new();
    for tally in tallies {
        if counted.contains(&tally.span) {
            continue;
        }
        counted.push(tally.span);
        for found in context.find(tally.pattern, env, lens, Purpose::Other) {
            let (from, to) = ruler.place(found.when.earliest, found.when.latest);
            let truth = at(found.truths, standard);
            let truth = if from == to {
                truth
            } else {
                truth.min(Truth::Contested)
            };
            let act = Performance {
                found: Rc::new(found),
                truth,
                tally: Some((tally.span, tally.field)),
            };
            for number in from.max(first)..=to.min(beyond.saturating_sub(1)) {
                let turn = usize::try_from(number.saturating_sub(first)).ok();
                let acts = turn
                    .and_then(|index| turns.get_mut(index))
                    .and_then(|turn| turn.acts.as_mut());
                if let Some(acts) = acts {
                    acts.push(act.clone());
                }
            }
        }
    }
    Some(turns)
}

/// Gives a period without its acts.
fn period<'a>(
    context: &Context<'a>,
    ruler: &Ruler<'_>,
    number: i64,
    is_first_shown: bool,
) -> Turn<'a> {
    let last = match ruler.point(number.saturating_add(1)) {
        Point::Day(day) => Point::Day(add_days(day, -1)),
        Point::At(instant) => Point::At(instant.plus(-1)),
    };
    let due = Moment::exactly(last);
    let day = iso_moment(due, context.calendar);
    Turn {
        // Periods before 1970 have negative numbers.
        number: u32::try_from(number.saturating_add(1 << 30)).unwrap_or(0),
        opens: Moment::exactly(ruler.point(number)),
        due,
        reckoning: if is_first_shown {
            format!("{day}, the earliest of those shown")
        } else {
            day
        },
        acts: Some(Vec::new()),
    }
}

/// Gives the numbers of the whole periods inside the window that have begun, or of the first one.
pub(super) fn owed(
    context: &Context<'_>,
    ruler: &Ruler<'_>,
    opening: Instant,
    closes: When,
) -> (i64, i64) {
    let now = context.clocks.as_of;
    // Without a beginning only the running period is owed.
    let opening = if opening == Instant::MIN {
        ruler.opens(ruler.at(now.plus(-1)))
    } else {
        opening
    };
    let at = ruler.at(opening);
    let whole = ruler.opens(at) >= opening && at >= 0 || ruler.opens(at) == opening;
    let first = if whole { at } else { at.saturating_add(1) };
    let running = ruler.at(now.plus(-1)).max(first);
    let last = if closes.latest == Instant::MAX {
        running
    } else {
        running.min(ruler.at(closes.latest).saturating_sub(1))
    };
    (first, last.saturating_add(1).max(first))
}

/// Judges a minimum in one period: early where enough is shown, else when the period is over.
pub(super) fn in_period<'a>(
    case: &Case<'_, 'a>,
    condition: &'a Condition,
    acts: &[Performance<'a>],
    due: Moment,
    evidence: &mut Witnesses,
) -> Judged {
    let context = case.context;
    let now = context.clocks.as_of;
    let over = context.calendar.end_of(due.last);
    let asked = When::at(over.min(now).plus(-1));
    if matches!(case.in_force(asked), Truth::False | Truth::NotShown) {
        return Judged::dormant(Why::Condition);
    }
    let mut totals = Totals::new();
    for tally in tallies(condition).unwrap_or_default() {
        totals.insert(tally.span, Bounds::exactly(Decimal::ZERO));
    }
    let mut counted: Vec<(Truth, Truth, Bounds)> = Vec::new();
    let mut acts: Vec<&Performance<'a>> = acts.iter().collect();
    acts.sort_by_key(|act| (act.found.when.latest, act.found.when.earliest));
    for act in acts {
        // What was done while the duty was not in force does not count.
        let truth = act.truth.min(case.in_force(act.found.when));
        let account = if truth == Truth::True {
            act.found.pro
        } else {
            act.found.pro.min(Standing::Claimed)
        };
        add_accounts(
            evidence,
            &act.found.accounts,
            EvidenceRole::Performance,
            act.found.pro,
            account,
        );
        let Some((span, field)) = act.tally else {
            continue;
        };
        let amount = case.amount(field, Favours::Obligor, &act.found);
        counted.push((case.truth(act.found.truths), truth, amount));
        if let Some(total) = totals.get_mut(&span) {
            *total = total.with(amount, truth);
        }
        let least = totals
            .iter()
            .map(|(span, total)| (*span, total.at_least()))
            .collect();
        if case.per_window(condition, &least, asked) == Truth::True {
            let mut verdict = Verdict::new(Status::Fulfilled, Ground::Established);
            verdict.since = Some(act.found.when);
            return Judged {
                verdict,
                fulfilled: Some(act.found.when),
                perhaps_fulfilled: None,
                acts: Vec::new(),
                broken: Vec::new(),
            };
        }
    }
    if now <= over {
        let mut verdict = Verdict::new(Status::Pending, Ground::Established);
        let day = context.calendar.day_of(over.plus(-1));
        verdict.days_left = Some(days_between(case.as_of_day(), day));
        return Judged::plain(verdict);
    }
    if case.per_window(condition, &totals, asked) != Truth::False {
        return Judged::undetermined(Open::among(counted.into_iter()).why(false));
    }
    missed(case, condition, over)
}

/// Says that a period ended without the minimum.
fn missed(case: &Case<'_, '_>, condition: &Condition, over: Instant) -> Judged {
    let ground = if watched(case, &Sought::by(condition)) {
        Ground::Established
    } else {
        Ground::Presumed
    };
    let since = case.context.right_after(When {
        earliest: over.plus(-1),
        latest: over,
    });
    let mut verdict = Verdict::new(Status::Breached, ground);
    verdict.since = Some(since);
    verdict.until = Some(case.context.right_after(since));
    verdict.form = Some(Form::OneOff);
    Judged {
        verdict,
        fulfilled: None,
        perhaps_fulfilled: None,
        acts: Vec::new(),
        broken: vec![Broken {
            since: When::at(over),
            until: None,
            overdue: false,
        }],
    }
}
