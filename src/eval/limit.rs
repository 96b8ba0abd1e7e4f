//! Limits and minima per period: how often, or how much, in each period or in every window of a length (docs/semantics.md, So many per period).

use crate::agreement::pledge::Per;
use crate::agreement::{Condition, Pattern, Sentence};
use crate::evidence::{Favours, Truth};
use crate::quantity::Decimal;
use crate::time::{Instant, When, iso_moment};
use crate::verdict::{EvidenceRole, Form, Ground, Note, Status, Verdict, Why};

use super::Context;
use super::bindings::Env;
use super::bounds::{Bounds, decide};
use super::condition::Ask;
use super::instance::{BreakingAct, Broken, Case, Judged, Witnesses, add_accounts};
use super::matching::{Match, Purpose};
use super::minimum::{in_period, owed};
use super::moment::{Found, trigger_lens};
use super::per::{Part, parts};
use super::refrain::{excepted, over_or_holding};
use super::tally::{Item, Ruler, certain, possible};

/// As many findings as a proof spells out.
const MOST_NOTES: usize = 20;

impl<'a> Context<'a> {
    pub(super) fn ruler<'c>(
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
}

impl<'a> Case<'_, 'a> {
    /// Gives what an act adds.
    pub(super) fn amount(
        &self,
        field: Option<usize>,
        favours: Favours,
        found: &Match<'a>,
    ) -> Bounds {
        match field {
            None => Bounds::exactly(Decimal::ONE),
            Some(slot) => self.context.figure(
                found.incident,
                &found.route.slots,
                slot,
                self.lens(favours),
                &found.env,
            ),
        }
    }
}

/// What is counted or added up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Series<'a> {
    pub(super) pattern: &'a Pattern,
    pub(super) field: Option<usize>,
    /// What more of it is for the obligor.
    pub(super) favours: Favours,
}

/// An act that is counted.
pub(super) struct Counted<'a> {
    pub(super) found: Match<'a>,
    /// Whether it happened at all, and no exception covers it.
    pub(super) happened: Truth,
    /// Whether it counts for certain: shown, inside the window, while the duty is in force.
    pub(super) truth: Truth,
    pub(super) amount: Bounds,
    pub(super) first: i64,
    pub(super) last: i64,
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
pub(super) struct Finding {
    /// The act, or the moment, that made it a breach.
    pub(super) since: When,
    pub(super) until: Option<When>,
    pub(super) text: String,
}

/// Judges a limit or a minimum that a sentence states for each period.
pub(super) fn judge<'a>(
    case: &Case<'_, 'a>,
    condition: &'a Condition,
    evidence: &mut Witnesses,
    notes: &mut Vec<Note>,
) -> Judged {
    if let Some(turn) = case.turn {
        // Of a period that had begun when the obligor came to be bound nothing is owed.
        if case.opens.latest > case.context.calendar.start_of(turn.opens.last) {
            return Judged::dormant(Why::NotBound);
        }
        let acts = turn.acts.as_deref().unwrap_or(&[]);
        return in_period(case, condition, acts, turn.due, evidence);
    }
    let ruler = case.context.ruler(case.sentence, case.env, case.standard);
    let Some(ruler) = ruler else {
        return Judged::dormant(Why::Trigger);
    };
    let Some(parts) = parts(condition) else {
        return super::windows::judge(case, condition, &ruler, evidence, notes);
    };
    let mut findings = Vec::new();
    let mut breaking = Vec::new();
    let mut open: Option<(When, Why)> = None;
    for part in &parts {
        let series = Series {
            pattern: part.pattern,
            field: part.field,
            favours: part.favours(),
        };
        let acts = counted(case, series, &ruler, evidence, notes);
        let maybe = if part.is_minimum() {
            too_few(case, part, &ruler, &acts, &mut findings)
        } else {
            too_many(case, part, &ruler, &acts, (&mut findings, &mut breaking))
        };
        open = open.or(maybe);
    }
    findings.sort_by_key(|finding| finding.since);
    breaking.sort_by_key(|act| (act.since, act.incident));
    breaking.dedup_by_key(|act| act.incident);
    Judged {
        acts: breaking,
        ..conclude(case, &findings, open, notes)
    }
}

pub(super) fn conclude(
    case: &Case<'_, '_>,
    findings: &[Finding],
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
            perhaps_fulfilled: None,
            acts: Vec::new(),
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
pub(super) fn counted<'a>(
    case: &Case<'_, 'a>,
    series: Series<'a>,
    ruler: &Ruler<'_>,
    evidence: &mut Witnesses,
    notes: &mut Vec<Note>,
) -> Vec<Counted<'a>> {
    let context = case.context;
    let Series {
        pattern,
        field,
        favours,
    } = series;
    let role = match favours {
        Favours::Obligor => EvidenceRole::Performance,
        Favours::Others => EvidenceRole::Breach,
    };
    let mut acts = Vec::new();
    for found in context.find(pattern, case.env, case.lens(favours), Purpose::Other) {
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
            amount: case.amount(field, favours, &found),
            // Whether an exception covers it is as open as whether it happened.
            happened: happened.min(kept),
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
    pub(super) fn bound(&self, part: &Part<'a>, moment: When) -> Bounds {
        let ask = Ask::at(self.env, self.lens(part.favours()), moment);
        let ranges = self.context.ranges(part.bound, &ask);
        ranges
            .get(self.standard)
            .copied()
            .unwrap_or(Bounds::UNKNOWN)
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
    (findings, breaking): (&mut Vec<Finding>, &mut Vec<BreakingAct>),
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
        // Acts of one moment are one too many together.
        let mut over: Option<When> = None;
        for moment in arriving.chunk_by(|a, b| a.found.when == b.found.when) {
            let Some(when) = moment.first().map(|act| act.found.when) else {
                continue;
            };
            let more: Decimal = moment.iter().map(|act| act.item().least).sum();
            total = total.checked_add(more).unwrap_or(total);
            let total = Bounds::exactly(total).at_least();
            if decide(total, part.comparison, case.bound(part, when)) == Truth::False {
                over = over.or(Some(when));
                let those = moment.iter().filter(|act| act.item().least > Decimal::ZERO);
                breaking.extend(those.map(|act| one_too_many(case, act)));
            }
        }
        excess.extend(over.map(|when| (*end, when, sum)));
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
        let bound = case.bound(part, act.found.when);
        // A limit that the text does not fix cannot be passed.
        if bound == Bounds::UNKNOWN {
            continue;
        }
        if decide(most, part.comparison, bound) != Truth::True {
            let begin = ruler.start(*end);
            let near = acts
                .iter()
                .filter(|act| act.first <= *end && act.last >= begin);
            return Some((act.found.when, why_many(near, part, bound)));
        }
    }
    None
}

fn one_too_many(case: &Case<'_, '_>, act: &Counted<'_>) -> BreakingAct {
    BreakingAct {
        incident: act.found.incident,
        since: act.found.when,
        until: Some(case.context.right_after(act.found.when)),
    }
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
fn why_open<'a>(case: &Case<'_, 'a>, part: &Part<'a>, acts: &[Counted<'a>]) -> Why {
    let open = Open::among(acts.iter().map(|act| {
        // What may lie in one window or in the next is in neither for certain.
        let placed = if act.first == act.last {
            Truth::True
        } else {
            Truth::Contested
        };
        (act.happened, act.truth.min(placed), act.amount)
    }));
    let bound = case.bound(part, case.context.now());
    open.why(bound.point().is_none())
}

/// What leaves a total open.
pub(super) struct Open {
    contested: bool,
    rough: bool,
    straddles: bool,
}

impl Open {
    /// Looks at acts by whether they happened, whether they count for certain, and how much they add.
    pub(super) fn among(acts: impl Iterator<Item = (Truth, Truth, Bounds)>) -> Open {
        let mut open = Open {
            contested: false,
            rough: false,
            straddles: false,
        };
        for (happened, truth, amount) in acts {
            open.contested |= happened == Truth::Contested;
            open.rough |= truth == Truth::True && amount.point().is_none();
            open.straddles |= truth != Truth::True && happened == Truth::True;
        }
        open
    }

    /// Gives the first reason that applies; `rough_bound` says that the bound is not known exactly.
    pub(super) fn why(&self, rough_bound: bool) -> Why {
        if self.contested {
            Why::Contested
        } else if self.rough || !self.straddles || rough_bound {
            Why::Quantity
        } else {
            Why::Straddles
        }
    }
}

/// Gives the acts that certainly lie between two positions; `acts` are in order of their earliest date.
fn certainly_within<'i, 'a>(
    acts: &'i [Counted<'a>],
    begin: i64,
    end: i64,
) -> impl Iterator<Item = &'i Counted<'a>> {
    let from = acts.partition_point(|act| act.first < begin);
    acts.iter()
        .skip(from)
        .take_while(move |act| act.first <= end)
        .filter(move |act| act.truth == Truth::True && act.last <= end)
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
        let members = certainly_within(acts, begin, first);
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
    let mut members: Vec<&Counted<'a>> = certainly_within(acts, begin, last).collect();
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
pub(super) fn whole_windows(
    case: &Case<'_, '_>,
    ruler: &Ruler<'_>,
    acts: &[Counted<'_>],
) -> Vec<i64> {
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
