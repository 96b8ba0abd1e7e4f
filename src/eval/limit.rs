//! Limits and minima per period: how often, or how much, in each period or in every window of a length (docs/semantics.md, So many per period).

use std::rc::Rc;

use crate::agreement::pledge::Per;
use crate::agreement::{
    Condition, ConditionKind, Deadline, Duty, Pattern, Quantity, QuantityKind, Sentence,
};
use crate::evidence::{Favours, Truth};
use crate::quantity::{Comparison, Decimal};
use crate::time::{Instant, Moment, Point, When, add_days, iso_moment};
use crate::verdict::{Evidence, EvidenceRole, Form, Ground, Note, Status, Verdict, Why};

use super::Context;
use super::achieve::{subjects_of, watched};
use super::bindings::Env;
use super::bounds::{Bounds, decide, value_bounds};
use super::condition::Ask;
use super::instance::{Broken, Case, Judged, add_accounts};
use super::matching::{Lens, Match, Purpose};
use super::moment::{Found, trigger_lens};
use super::recur::{Performance, Turn};
use super::refrain::{excepted, over_or_holding};
use super::tally::{Item, Ruler, certain, possible};

/// Picked by gut feeling, as for the periods of a recurring duty.
const MOST_PERIODS: i64 = 50_000;
/// As many findings as a proof spells out.
const MOST_NOTES: usize = 20;

/// A comparison of a count or a sum with a bound.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'a> {
    pattern: &'a Pattern,
    /// The field that is added up; none where acts are counted.
    field: Option<usize>,
    comparison: Comparison,
    bound: &'a Quantity,
}

impl Part<'_> {
    fn is_minimum(&self) -> bool {
        matches!(
            self.comparison,
            Comparison::Greater | Comparison::GreaterOrEqual
        )
    }

    fn favours(&self) -> Favours {
        if self.is_minimum() {
            Favours::Obligor
        } else {
            Favours::Others
        }
    }
}

/// Takes a condition apart into comparisons of one count or sum with a bound each; none where it is not made of such.
fn parts(condition: &Condition) -> Option<Vec<Part<'_>>> {
    match &condition.kind {
        ConditionKind::And(all) => {
            let found: Option<Vec<Vec<Part<'_>>>> = all.iter().map(parts).collect();
            found.map(|found| found.into_iter().flatten().collect())
        }
        ConditionKind::Compare {
            left,
            comparison,
            right,
        } => part(left, *comparison, right)
            .or_else(|| part(right, super::quantity::mirrored(*comparison), left)),
        ConditionKind::Or(_)
        | ConditionKind::Not(_)
        | ConditionKind::State { .. }
        | ConditionKind::Relation { .. }
        | ConditionKind::Once { .. }
        | ConditionKind::Within { .. }
        | ConditionKind::Is { .. }
        | ConditionKind::Pledge { .. }
        | ConditionKind::Order { .. }
        | ConditionKind::Error => None,
    }
}

fn part<'a>(
    counted: &'a Quantity,
    comparison: Comparison,
    bound: &'a Quantity,
) -> Option<Vec<Part<'a>>> {
    let (pattern, field) = match &counted.kind {
        QuantityKind::Count {
            pattern,
            over: None,
        } => (pattern, None),
        QuantityKind::Sum {
            slot,
            pattern,
            over: None,
        } => (pattern, Some(*slot)),
        _ => return None,
    };
    let with = |comparison| Part {
        pattern,
        field,
        comparison,
        bound,
    };
    if counts(bound) {
        return None;
    }
    match comparison {
        Comparison::Equal => Some(vec![
            with(Comparison::LessOrEqual),
            with(Comparison::GreaterOrEqual),
        ]),
        Comparison::NotEqual => None,
        Comparison::Less
        | Comparison::LessOrEqual
        | Comparison::Greater
        | Comparison::GreaterOrEqual => Some(vec![with(comparison)]),
    }
}

fn counts(quantity: &Quantity) -> bool {
    match &quantity.kind {
        QuantityKind::Count { .. } | QuantityKind::Sum { .. } => true,
        QuantityKind::Add(a, b) | QuantityKind::Subtract(a, b) | QuantityKind::Multiply(a, b) => {
            counts(a) || counts(b)
        }
        QuantityKind::Share { of, .. } => counts(of),
        QuantityKind::Number(_)
        | QuantityKind::Variable(_)
        | QuantityKind::Field(_)
        | QuantityKind::TriggerField(_)
        | QuantityKind::Measure { .. }
        | QuantityKind::Given { .. }
        | QuantityKind::Error => false,
    }
}

/// Says whether this version judges the `per` of a sentence.
pub(super) fn is_supported(sentence: &Sentence) -> bool {
    let deadline = sentence.window.deadline.as_ref();
    let dated = deadline.is_some_and(|deadline| !matches!(deadline.value, Deadline::Before(_)));
    match &sentence.duty {
        Duty::Keep(condition) => parts(condition).is_some(),
        Duty::Reach(condition) => {
            let minima = parts(condition).filter(|parts| parts.iter().all(Part::is_minimum));
            deadline.is_none() && !dated && minima.is_some_and(|parts| parts.len() == 1)
        }
        Duty::Do(_)
        | Duty::Ensure(_)
        | Duty::Refrain(_)
        | Duty::NotAllow(_)
        | Duty::Prevent { .. }
        | Duty::Endeavour { .. }
        | Duty::Permit(_) => false,
    }
}

/// Says whether a duty is a minimum in each calendar period: then each period is an instance of its own.
pub(super) fn is_minimum_per_period(sentence: &Sentence) -> bool {
    let per = sentence.window.per.as_ref().map(|per| &per.value);
    matches!(&sentence.duty, Duty::Reach(_)) && matches!(per, Some(Per::Calendar { .. }))
}

impl<'a> Context<'a> {
    fn ruler<'c>(
        &'c self,
        sentence: &'a Sentence,
        env: &Env<'a>,
        standard: usize,
    ) -> Option<Ruler<'c>> {
        let per = &sentence.window.per.as_ref()?.value;
        let anchor = match per {
            Per::Calendar {
                starting: Some(moment),
                ..
            } => {
                let ask = Ask::at(env, trigger_lens(sentence.obligor), self.now());
                let found = self.moments(moment, &ask);
                Some(found.get(standard).copied().and_then(Found::known)?)
            }
            Per::Calendar { starting: None, .. } | Per::Sliding(_) => None,
        };
        Some(Ruler::of(per, anchor, self.calendar))
    }

    fn amount(&self, part: &Part<'_>, found: &Match<'a>) -> Bounds {
        match part.field {
            None => Bounds::exactly(Decimal::ONE),
            Some(slot) => value_bounds(
                self.field_value(found.incident, &found.route.slots, slot)
                    .as_ref(),
            ),
        }
    }
}

// ---- minima, a period at a time ----

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
    let part = parts(condition)?.into_iter().next()?;
    let ruler = context.ruler(sentence, env, standard)?;
    let (opening, closes) = window;
    let (first, beyond) = owed(
        context,
        &ruler,
        context.calendar.start_of(opening.last),
        closes,
    );
    let mut turns: Vec<Turn<'a>> = (first..beyond)
        .map(|number| {
            let last = match ruler.point(number.saturating_add(1)) {
                Point::Day(day) => Point::Day(add_days(day, -1)),
                Point::At(instant) => Point::At(instant.plus(-1)),
            };
            let due = Moment::exactly(last);
            Turn {
                // Periods before 1970 have negative numbers.
                number: u32::try_from(number.saturating_add(1 << 30)).unwrap_or(0),
                opens: Moment::exactly(ruler.point(number)),
                due,
                reckoning: iso_moment(due, context.calendar),
                acts: Some(Vec::new()),
            }
        })
        .collect();
    let lens = Lens {
        obligor: Some(sentence.obligor),
        favours: Favours::Obligor,
    };
    for found in context.find(part.pattern, env, lens, Purpose::Other) {
        let (from, to) = ruler.place(found.when.earliest, found.when.latest);
        let truth = found
            .truths
            .get(standard)
            .copied()
            .unwrap_or(Truth::NotShown);
        let truth = if from == to {
            truth
        } else {
            truth.min(Truth::Contested)
        };
        let found = Rc::new(found);
        for number in from.max(first)..=to.min(beyond.saturating_sub(1)) {
            let turn = usize::try_from(number.saturating_sub(first)).ok();
            let acts = turn
                .and_then(|index| turns.get_mut(index))
                .and_then(|turn| turn.acts.as_mut());
            if let Some(acts) = acts {
                acts.push(Performance {
                    found: Rc::clone(&found),
                    truth,
                });
            }
        }
    }
    Some(turns)
}

/// Gives the numbers of the whole periods inside the window that have begun, or of the first one.
fn owed(context: &Context<'_>, ruler: &Ruler<'_>, opening: Instant, closes: When) -> (i64, i64) {
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
    let first_shown = first.max(last.saturating_sub(MOST_PERIODS));
    (first_shown, last.saturating_add(1).max(first_shown))
}

/// Judges a minimum in one period: early where enough is shown, else when the period is over.
fn in_period<'a>(
    case: &Case<'_, 'a>,
    part: &Part<'a>,
    condition: &'a Condition,
    acts: &[Performance<'a>],
    due: Moment,
    evidence: &mut Vec<Evidence>,
) -> Judged {
    let context = case.context;
    let now = context.clocks.as_of;
    let over = context.calendar.end_of(due.last);
    let asked = When::at(over.min(now).plus(-1));
    if matches!(case.in_force(asked), Truth::False | Truth::NotShown) {
        return Judged::dormant(Why::Condition);
    }
    let bound = case.bound(part, asked);
    let mut acts: Vec<&Performance<'a>> = acts.iter().collect();
    acts.sort_by_key(|act| (act.found.when.latest, act.found.when.earliest));
    let mut total = Bounds::exactly(Decimal::ZERO);
    for act in acts {
        let account = if act.truth == Truth::True {
            act.found.pro
        } else {
            act.found.pro.min(crate::agreement::Standing::Claimed)
        };
        add_accounts(
            evidence,
            &act.found.accounts,
            EvidenceRole::Performance,
            act.found.pro,
            account,
        );
        let amount = context.amount(part, &act.found);
        total = total.with(amount, act.truth);
        if decide(total.at_least(), part.comparison, bound) == Truth::True {
            let mut verdict = Verdict::new(Status::Fulfilled, Ground::Established);
            verdict.since = Some(act.found.when);
            return Judged {
                verdict,
                fulfilled: Some(act.found.when),
                broken: Vec::new(),
            };
        }
    }
    if now <= over {
        let mut verdict = Verdict::new(Status::Pending, Ground::Established);
        let day = context.calendar.day_of(over.plus(-1));
        verdict.days_left = Some(crate::time::days_between(case.as_of_day(), day));
        return Judged::plain(verdict);
    }
    if decide(total, part.comparison, bound) != Truth::False {
        return Judged::undetermined(why_open(case, part, &case.turn_items(part)));
    }
    let mut subjects = Vec::new();
    subjects_of(condition, &mut subjects);
    let ground = if watched(case, &subjects) {
        Ground::Established
    } else {
        Ground::Presumed
    };
    let since = context.right_after(When {
        earliest: over.plus(-1),
        latest: over,
    });
    let mut verdict = Verdict::new(Status::Breached, ground);
    verdict.since = Some(since);
    verdict.until = Some(context.right_after(since));
    verdict.form = Some(Form::OneOff);
    Judged {
        verdict,
        fulfilled: None,
        broken: vec![Broken {
            since: When::at(over),
            until: None,
            overdue: false,
        }],
    }
}

// ---- limits, and minima in sliding windows ----

/// An act that is counted.
struct Counted<'a> {
    found: Match<'a>,
    /// Whether it happened at all.
    happened: Truth,
    /// Whether it counts for certain: shown, inside the window, while the duty is in force.
    truth: Truth,
    amount: Bounds,
    first: i64,
    last: i64,
}

impl Counted<'_> {
    fn item(&self) -> Item {
        let shown = self.truth == Truth::True;
        Item {
            first: self.first,
            last: self.last,
            least: self.amount.low.filter(|_| shown).unwrap_or(Decimal::ZERO),
            most: self.amount.high,
        }
    }
}

/// A stretch of windows that break the limit.
struct Finding {
    /// The act, or the moment, that made it a breach.
    since: When,
    until: Option<When>,
    text: String,
}

/// Judges a limit or a minimum that a sentence states for each period.
pub(super) fn judge<'a>(
    case: &Case<'_, 'a>,
    condition: &'a Condition,
    evidence: &mut Vec<Evidence>,
    notes: &mut Vec<Note>,
) -> Judged {
    let parts = parts(condition).unwrap_or_default();
    if let (Some(turn), Some(part)) = (case.turn, parts.first()) {
        let acts = turn.acts.as_deref().unwrap_or(&[]);
        return in_period(case, part, condition, acts, turn.due, evidence);
    }
    let ruler = case.context.ruler(case.sentence, case.env, case.standard);
    let Some(ruler) = ruler else {
        return Judged::dormant(Why::Trigger);
    };
    let mut findings = Vec::new();
    let mut open: Option<(When, Why)> = None;
    for part in &parts {
        let acts = counted(case, part, &ruler, evidence, notes);
        let maybe = if part.is_minimum() {
            too_few(case, part, &ruler, &acts, &mut findings)
        } else {
            too_many(case, part, &ruler, &acts, &mut findings)
        };
        open = open.or(maybe);
    }
    findings.sort_by_key(|finding| finding.since);
    conclude(case, findings, open, notes)
}

fn conclude(
    case: &Case<'_, '_>,
    findings: Vec<Finding>,
    open: Option<(When, Why)>,
    notes: &mut Vec<Note>,
) -> Judged {
    for finding in findings.iter().take(MOST_NOTES) {
        let note = Note {
            span: case.sentence.span,
            text: finding.text.clone(),
        };
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    if let Some(first) = findings.first() {
        let mut verdict = Verdict::new(Status::Breached, Ground::Established);
        verdict.since = Some(first.since);
        let ends = findings.iter().map(|finding| finding.until);
        verdict.until = ends.reduce(|a, b| Some(a?.max(b?))).flatten();
        verdict.form = Some(Form::Composite);
        let broken = findings.iter().map(|finding| Broken {
            since: finding.since,
            until: finding.until,
            overdue: false,
        });
        return Judged {
            verdict,
            fulfilled: None,
            broken: broken.collect(),
        };
    }
    if let Some((since, why)) = open {
        let mut judged = Judged::undetermined(why);
        judged.verdict.since = Some(since);
        return judged;
    }
    if matches!(
        case.in_force(case.context.now()),
        Truth::False | Truth::NotShown
    ) {
        return Judged::dormant(Why::Condition);
    }
    Judged::plain(Verdict::new(over_or_holding(case), Ground::Presumed))
}

/// Finds the acts that count, in order of time.
fn counted<'a>(
    case: &Case<'_, 'a>,
    part: &Part<'a>,
    ruler: &Ruler<'_>,
    evidence: &mut Vec<Evidence>,
    notes: &mut Vec<Note>,
) -> Vec<Counted<'a>> {
    let context = case.context;
    let favours = part.favours();
    let role = if part.is_minimum() {
        EvidenceRole::Performance
    } else {
        EvidenceRole::Breach
    };
    let mut acts = Vec::new();
    for found in context.find(part.pattern, case.env, case.lens(favours), Purpose::Other) {
        let outside =
            found.when.latest <= case.opens.earliest || found.when.earliest >= case.closes.latest;
        if outside || case.triggered_by(found.incident) {
            continue;
        }
        let inside =
            found.when.earliest >= case.opens.latest && found.when.latest <= case.closes.earliest;
        let placed = if inside {
            Truth::True
        } else {
            Truth::Contested
        };
        let (except, _) = excepted(case, &found);
        let kept = match except {
            Truth::True => Truth::False,
            Truth::Contested => Truth::Contested,
            Truth::False | Truth::NotShown => Truth::True,
        };
        let happened = case.truth(found.truths);
        let truth = happened
            .min(placed)
            .min(case.in_force(found.when))
            .min(kept);
        let con = if happened == Truth::Contested {
            found.pro
        } else {
            crate::agreement::Standing::Claimed
        };
        let shown_as = if except == Truth::True {
            EvidenceRole::Excepted
        } else {
            role
        };
        add_accounts(evidence, &found.accounts, shown_as, found.pro, con);
        if matches!(truth, Truth::False | Truth::NotShown) {
            continue;
        }
        case.note_match(&found, favours, notes);
        let (first, last) = ruler.place(found.when.earliest, found.when.latest);
        acts.push(Counted {
            amount: context.amount(part, &found),
            happened,
            truth,
            found,
            first,
            last,
        });
    }
    acts
}

impl<'a> Case<'_, 'a> {
    /// Reckons a bound at a moment.
    fn bound(&self, part: &Part<'a>, moment: When) -> Bounds {
        let ask = Ask::at(self.env, self.lens(part.favours()), moment);
        let ranges = self.context.ranges(part.bound, &ask);
        ranges
            .get(self.standard)
            .copied()
            .unwrap_or(Bounds::UNKNOWN)
    }

    /// Gives the acts of the period of a minimum as they are counted.
    fn turn_items(&self, part: &Part<'a>) -> Vec<Counted<'a>> {
        let acts = self.turn.and_then(|turn| turn.acts.as_deref());
        let acts = acts.unwrap_or(&[]).iter();
        acts.map(|act| Counted {
            found: (*act.found).clone(),
            happened: self.truth(act.found.truths),
            truth: act.truth,
            amount: self.context.amount(part, &act.found),
            first: 0,
            last: 0,
        })
        .collect()
    }
}

/// Finds the windows with too many; gives the first that has too many only possibly.
///
/// A certain excess can only begin where an act certainly lies behind, a possible one where an act may begin.
fn too_many<'a>(
    case: &Case<'_, 'a>,
    part: &Part<'a>,
    ruler: &Ruler<'_>,
    acts: &[Counted<'a>],
    findings: &mut Vec<Finding>,
) -> Option<(When, Why)> {
    let items: Vec<Item> = acts.iter().map(Counted::item).collect();
    let start = |end: i64| ruler.start(end);
    let shown = acts.iter().filter(|act| act.truth == Truth::True);
    let mut by_end: Vec<&Counted<'a>> = shown
        .filter(|act| act.last >= 0 || ruler.slides())
        .collect();
    by_end.sort_by_key(|act| (act.last, act.found.when.latest, act.found.when.earliest));
    let ends = distinct(by_end.iter().map(|act| act.last));
    let sums = certain(&items, &ends, &start);
    let mut excess: Vec<(i64, When, Decimal)> = Vec::new();
    for (end, sum) in ends.iter().zip(sums) {
        let begin = ruler.start(*end);
        let from = by_end.partition_point(|act| act.last < *end);
        let arriving = by_end.iter().skip(from).take_while(|act| act.last == *end);
        let arriving: Vec<&&Counted<'a>> = arriving.filter(|act| act.first >= begin).collect();
        let added: Decimal = arriving.iter().map(|act| act.item().least).sum();
        let mut total = sum.checked_sub(added).unwrap_or(sum);
        for act in arriving {
            total = total.checked_add(act.item().least).unwrap_or(total);
            if decide(
                Bounds::exactly(total).at_least(),
                part.comparison,
                case.bound(part, act.found.when),
            ) == Truth::False
            {
                excess.push((*end, act.found.when, sum));
                break;
            }
        }
    }
    merge(case, ruler, acts, &excess, part, findings);
    if !excess.is_empty() {
        return None;
    }
    let mut by_start: Vec<&Counted<'a>> = acts
        .iter()
        .filter(|act| act.last >= 0 || ruler.slides())
        .collect();
    by_start.sort_by_key(|act| act.first);
    let starts = distinct(
        by_start
            .iter()
            .map(|act| act.first.max(if ruler.slides() { act.first } else { 0 })),
    );
    let sums = possible(&items, &starts, &start);
    for (end, sum) in starts.iter().zip(sums) {
        let at = by_start.partition_point(|act| act.first < *end);
        let Some(act) = by_start.get(at).or_else(|| by_start.last()) else {
            continue;
        };
        let most = Bounds {
            low: None,
            high: sum,
        };
        if decide(most, part.comparison, case.bound(part, act.found.when)) != Truth::True {
            let begin = ruler.start(*end);
            let near = acts
                .iter()
                .filter(|act| act.first <= *end && act.last >= begin);
            let bound = case.bound(part, act.found.when);
            return Some((act.found.when, why_many(near, part, bound)));
        }
    }
    None
}

fn distinct(positions: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut positions: Vec<i64> = positions.collect();
    positions.sort_unstable();
    positions.dedup();
    positions
}

/// Says why it is open whether a window has too many: the first that applies of contested acts, rough figures, rough dates.
fn why_many<'i, 'a: 'i>(
    near: impl Iterator<Item = &'i Counted<'a>>,
    part: &Part<'_>,
    bound: Bounds,
) -> Why {
    let near: Vec<&Counted<'_>> = near.collect();
    let total = |amount: &dyn Fn(&Counted<'_>) -> Option<Decimal>| {
        near.iter()
            .filter(|act| act.happened == Truth::True)
            .map(|act| amount(act))
            .reduce(|a, b| a?.checked_add(b?))
            .unwrap_or(Some(Decimal::ZERO))
    };
    let holds = |high: Option<Decimal>| {
        decide(Bounds { low: None, high }, part.comparison, bound) == Truth::True
    };
    if holds(total(&|act| act.amount.high)) {
        Why::Contested
    } else if holds(total(&|act| act.amount.low.or(Some(Decimal::ZERO)))) {
        Why::Quantity
    } else {
        Why::Straddles
    }
}

/// Says why it is open whether there was enough.
fn why_open(case: &Case<'_, '_>, part: &Part<'_>, acts: &[Counted<'_>]) -> Why {
    let contested = acts.iter().any(|act| act.happened == Truth::Contested);
    let rough = acts
        .iter()
        .any(|act| act.truth == Truth::True && act.amount.point().is_none());
    let straddles = acts
        .iter()
        .any(|act| act.truth != Truth::True && act.happened == Truth::True);
    if contested {
        Why::Contested
    } else if rough || !straddles || case.bound(part, case.context.now()).point().is_none() {
        Why::Quantity
    } else {
        Why::Straddles
    }
}

/// Makes one finding of the windows that overlap.
fn merge<'a>(
    case: &Case<'_, 'a>,
    ruler: &Ruler<'_>,
    acts: &[Counted<'a>],
    excess: &[(i64, When, Decimal)],
    part: &Part<'a>,
    findings: &mut Vec<Finding>,
) {
    let mut groups: Vec<(i64, i64, When, Decimal)> = Vec::new();
    for (end, since, sum) in excess {
        match groups.last_mut() {
            Some((_, last, _, most)) if ruler.start(*end) <= *last => {
                *last = *end;
                *most = (*most).max(*sum);
            }
            Some(_) | None => groups.push((*end, *end, *since, *sum)),
        }
    }
    let now = case.context.clocks.as_of;
    for (first, last, since, most) in groups {
        let begin = ruler.start(first);
        let over = over_at(case, ruler, acts, part, last);
        let members = acts
            .iter()
            .filter(|act| act.truth == Truth::True && act.first >= begin && act.last <= first);
        let started = members.map(|act| act.found.when).min().unwrap_or(since);
        let calendar = case.context.calendar;
        findings.push(Finding {
            since,
            until: (over <= now).then(|| {
                case.context.right_after(When {
                    earliest: over.plus(-1),
                    latest: over,
                })
            }),
            text: format!(
                "counted from {}, the limit was passed on {}: {} at the most in one window",
                iso_moment(calendar.moment_of(started), calendar),
                iso_moment(calendar.moment_of(since), calendar),
                most.normalize()
            ),
        });
    }
}

/// Gives the first moment after a window with too many at which there are not too many any more.
fn over_at<'a>(
    case: &Case<'_, 'a>,
    ruler: &Ruler<'_>,
    acts: &[Counted<'a>],
    part: &Part<'a>,
    last: i64,
) -> Instant {
    if !ruler.slides() {
        return ruler.opens(last.saturating_add(1));
    }
    let begin = ruler.start(last);
    let mut members: Vec<&Counted<'a>> = acts
        .iter()
        .filter(|act| act.truth == Truth::True && act.first >= begin && act.last <= last)
        .collect();
    members.sort_by_key(|act| act.first);
    let mut total: Decimal = members.iter().map(|act| act.item().least).sum();
    for act in members {
        total = total.checked_sub(act.item().least).unwrap_or(total);
        if decide(
            Bounds::exactly(total).at_least(),
            part.comparison,
            case.bound(part, act.found.when),
        ) != Truth::False
        {
            return ruler.opens(ruler.end(act.first.saturating_add(1)));
        }
    }
    ruler.opens(last.saturating_add(1))
}

/// Finds the windows with too few, among those that lie wholly inside the window of the duty and are over.
fn too_few<'a>(
    case: &Case<'_, 'a>,
    part: &Part<'a>,
    ruler: &Ruler<'_>,
    acts: &[Counted<'a>],
    findings: &mut Vec<Finding>,
) -> Option<(When, Why)> {
    let items: Vec<Item> = acts.iter().map(Counted::item).collect();
    let start = |end: i64| ruler.start(end);
    let ends = whole_windows(case, ruler, acts);
    let most = possible(&items, &ends, &start);
    let least = certain(&items, &ends, &start);
    let mut open = None;
    let mut failing: Option<Finding> = None;
    for ((end, most), least) in ends.iter().zip(most).zip(least) {
        let over = ruler.opens(end.saturating_add(1));
        let moment = When::at(over.plus(-1));
        let bound = case.bound(part, moment);
        let at_most = Bounds {
            low: None,
            high: most,
        };
        let fails = decide(at_most, part.comparison, bound) == Truth::False;
        let after = case.context.right_after(When {
            earliest: over.plus(-1),
            latest: over,
        });
        if fails && failing.is_none() {
            failing = Some(Finding {
                since: after,
                until: (!ruler.slides()).then(|| case.context.right_after(after)),
                text: format!(
                    "the period that ended on {} had {} at the most",
                    iso_moment(
                        case.context.calendar.moment_of(moment),
                        case.context.calendar
                    ),
                    most.unwrap_or_default().normalize()
                ),
            });
        }
        if let Some(mut finding) = failing.take_if(|_| !fails || !ruler.slides()) {
            if ruler.slides() {
                let begins = ruler.opens(*end);
                finding.until = Some(case.context.right_after(When {
                    earliest: begins.plus(-1),
                    latest: begins,
                }));
            }
            findings.push(finding);
        }
        let enough = decide(Bounds::exactly(least).at_least(), part.comparison, bound);
        if !fails && enough != Truth::True && open.is_none() {
            open = Some((moment, why_open(case, part, acts)));
        }
    }
    findings.extend(failing);
    open
}

/// Gives the ends of the windows that are asked about, in order.
fn whole_windows(case: &Case<'_, '_>, ruler: &Ruler<'_>, acts: &[Counted<'_>]) -> Vec<i64> {
    let context = case.context;
    // What is over with the as-of day is judged on the day after.
    let end = case.closes.earliest.min(context.clocks.as_of.plus(-1));
    if !ruler.slides() {
        let closes = When {
            earliest: end,
            latest: end,
        };
        let (first, beyond) = owed(context, ruler, case.opens.latest, closes);
        return (first..beyond).collect();
    }
    if case.opens.latest == Instant::MIN {
        return Vec::new();
    }
    let opens = case.opens.latest;
    let begins = ruler.at(opens.plus(-1)).saturating_add(1);
    let first = ruler.end(begins);
    let last = ruler.at(end).saturating_sub(1);
    let around = acts.iter().flat_map(|act| {
        [
            act.first.saturating_sub(1),
            act.first,
            act.last.saturating_sub(1),
            act.last,
            ruler.end(act.last.saturating_add(1)),
            ruler.end(act.first.saturating_add(1)),
        ]
    });
    let inside = around
        .chain([first, last])
        .filter(|end| (first..=last).contains(end));
    distinct(inside)
}
