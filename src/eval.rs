//! From an agreement and its records to verdicts, at one pair of clocks, at all four standards in one run.
//!
//! The evaluator is pure: it reads no file and no clock, and the order of the records never shows. A verdict is computed from propositions
//! that carry a standing for and a standing against ([`crate::evidence`]); only when both are known is a standard applied. Each form of duty
//! has a file of its own; what they share is the finding of matching incidents (`matching`), the truth of conditions (`condition`, `quantity`,
//! `state`) and the reckoning of moments (`moment`).
//!
//! Pledges that other pledges refer to are judged first, and those that refer to each other together (`ring`). A pledge with more combinations
//! than can be judged one by one is named by a diagnostic (`support`) and is left without a verdict.

mod achieve;
mod acts;
mod answer;
mod bearing;
mod bindings;
mod bounds;
mod broken;
mod candidates;
mod changes;
mod condition;
mod convention;
mod deal;
mod except;
mod excuse;
mod explain;
mod extension;
mod figures;
mod finding;
mod found;
mod given;
mod history;
mod index;
mod instance;
mod instances;
mod judge;
mod keep;
mod limit;
mod lookup;
mod matching;
mod means;
mod membership;
mod memo;
mod minimum;
mod moment;
mod names;
mod order;
mod per;
mod permit;
mod quantity;
mod recur;
mod refrain;
mod ring;
mod roles;
mod rollup;
mod routes;
mod series;
mod state;
mod sums;
mod support;
mod tally;
mod times;
mod told;
mod window;
mod windows;

use crate::agreement::{Agreement, PledgeId, Standing};
use crate::diagnostic::Diagnostic;
use crate::evidence::{Clocks, Evidence, Truth, assess};
use crate::record::Records;
use crate::verdict::Assessment;

pub(crate) use bindings::value_name;
use moment::TermInForce;
use routes::Routes;

/// What is asked of the evaluator.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// The clocks.
    pub clocks: Clocks,
    /// The standard of the run; a pledge with a standard of its own keeps it in the report.
    pub standard: Standing,
    /// The pledge whose proof is wanted, with the records that do not match it; none where only verdicts are.
    pub proof_of: Option<PledgeId>,
}

/// The verdicts, and what could not be evaluated.
#[derive(Debug)]
pub struct Evaluation {
    /// The verdicts.
    pub assessment: Assessment,
    /// What is too much to be judged.
    pub diagnostics: Vec<Diagnostic>,
}

/// The truth of a proposition at each of the four standards, weakest first.
type Truths = [Truth; 4];

/// Judges every pledge of `agreement` by `records`.
#[must_use]
pub fn evaluate(agreement: &Agreement, records: &Records, question: Question) -> Evaluation {
    judge(agreement, records, question, None)
}

/// Judges one pledge, and of the others only those that it hangs on; the assessment has no others.
#[must_use]
pub fn evaluate_one(
    agreement: &Agreement,
    records: &Records,
    question: Question,
    pledge: PledgeId,
) -> Assessment {
    judge(agreement, records, question, Some(pledge)).assessment
}

fn judge(
    agreement: &Agreement,
    records: &Records,
    question: Question,
    only: Option<PledgeId>,
) -> Evaluation {
    let evidence = assess(records, agreement, question.clocks);
    let mut diagnostics = Vec::new();
    let routes = Routes::of(&records.vocabulary);
    let lookup = lookup::Lookup::new(&evidence);
    let supported = support::check(agreement, &records.vocabulary, &mut diagnostics);
    let mut context = Context {
        agreement,
        evidence: &evidence,
        routes: &routes,
        lookup: &lookup,
        store: found::Store::default(),
        histories: history::Histories::default(),
        clauses: told::Clauses::default(),
        permissions: order::permissions(agreement),
        findings: finding::Index::default(),
        calendar: &agreement.calendar,
        clocks: question.clocks,
        standard: question.standard,
        term: TermInForce::default(),
        bound: membership::Bound::new(),
        results: vec![None; agreement.pledges.len()],
        base: None,
        memo: memo::Memo::default(),
    };
    context.term = moment::term_in_force(&context);
    context.term = membership::term(&context, context.term);
    context.bound = membership::bound(&context);
    let mut order = order::of(agreement, &supported);
    if let Some(pledge) = only {
        order::keep_needed(agreement, &mut order, pledge);
    }
    for part in &order {
        ring::judge_part(&mut context, part);
    }
    let calendars = convention::others(context.calendar);
    let others: Vec<_> = calendars
        .iter()
        .map(|(name, calendar)| (*name, convention::under(&context, calendar, &order)))
        .collect();
    let assessment = rollup::assessment(&context, question, &others);
    Evaluation {
        assessment,
        diagnostics,
    }
}

/// What every part of the evaluator looks at.
#[derive(Debug)]
struct Context<'a> {
    agreement: &'a Agreement,
    evidence: &'a Evidence<'a>,
    routes: &'a Routes<'a>,
    lookup: &'a lookup::Lookup<'a>,
    /// The matches of patterns found so far.
    store: found::Store<'a>,
    histories: history::Histories,
    clauses: told::Clauses,
    permissions: Vec<PledgeId>,
    findings: finding::Index,
    /// The conventions of counting; the agreement's own, or an alternative that is tried.
    calendar: &'a crate::time::Calendar,
    clocks: Clocks,
    /// The standard of the run.
    standard: Standing,
    term: TermInForce,
    /// Who is not bound for the whole term.
    bound: membership::Bound,
    /// The pledges judged so far.
    results: Vec<Option<instance::PledgeResult<'a>>>,
    /// Where a convention is tried: the results under the agreement's own, for the pledges that it does not touch.
    base: Option<&'a [Option<instance::PledgeResult<'a>>]>,
    /// What was found out once.
    memo: memo::Memo<'a>,
}

impl<'a> Context<'a> {
    fn vocabulary(&self) -> &'a crate::agreement::Vocabulary {
        &self.evidence.records.vocabulary
    }

    fn records(&self) -> &'a Records {
        self.evidence.records
    }

    fn result(&self, id: PledgeId) -> Option<&instance::PledgeResult<'a>> {
        let own = self.results.get(id.0 as usize).and_then(Option::as_ref);
        own.or_else(|| self.base?.get(id.0 as usize)?.as_ref())
    }
}

/// Combines the truths of two propositions at every standard.
fn both(a: Truths, b: Truths) -> Truths {
    let mut all = a;
    for (left, right) in all.iter_mut().zip(b) {
        *left = (*left).min(right);
    }
    all
}

/// Gives the truths of "one or the other" at every standard.
fn either(a: Truths, b: Truths) -> Truths {
    let mut all = a;
    for (left, right) in all.iter_mut().zip(b) {
        *left = (*left).max(right);
    }
    all
}

/// Gives the truth at each standard of a proposition with these standings.
fn truths_of(pro: Standing, con: Standing) -> Truths {
    Standing::STANDARDS.map(|standard| Truth::at(standard, pro, con))
}

/// Gives the same truth at every standard: a fact of law or of the calendar, not of evidence.
fn always(truth: Truth) -> Truths {
    [truth; 4]
}

fn definitely(holds: bool) -> Truths {
    always(if holds { Truth::True } else { Truth::False })
}
