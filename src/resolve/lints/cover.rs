//! Whether every act of one pledge is an act of another, at every moment: what makes a contradiction certain.
//!
//! Only what the text alone shows counts. Whatever hangs on what happens (another trigger, a `while`, a membership that changes) makes
//! the answer no.

use std::collections::BTreeMap;

use crate::agreement::{
    Belongs, Body, Condition, Deadline, Domain, InForce, KindId, Obligor, Pattern, Pledge,
    Sentence, Term, TermKind, ThingId, VariableId,
};
use crate::resolve::Resolver;
use crate::source::Span;
use crate::time::{Instant, When};

/// A pledge with its sentence and the act in it.
#[derive(Clone, Copy)]
pub(super) struct Act<'p> {
    pub(super) pledge: &'p Pledge,
    pub(super) sentence: &'p Sentence,
    pub(super) pattern: &'p Pattern,
}

/// Gives the sentence of a pledge that has one.
pub(super) fn sentence_of(pledge: &Pledge) -> Option<&Sentence> {
    match &pledge.body {
        Body::Sentence(sentence) => Some(sentence),
        Body::Unjudged(_) | Body::Error => None,
    }
}

/// The acts of pledges by their kind, and how many more pairs are looked at.
pub(super) struct Index<'p> {
    by_kind: BTreeMap<KindId, Vec<Act<'p>>>,
    left: usize,
}

/// What is asked of the fields of a kind.
type Asked<'p> = Vec<(usize, &'p [Term])>;

/// What a term stands for.
enum Meaning {
    /// Whatever stands there.
    Anything,
    /// That thing, or what is in it.
    Thing(ThingId),
    /// A value that only its own pledge knows.
    Bound,
}

impl<'p> Index<'p> {
    pub(super) fn of(acts: impl Iterator<Item = Act<'p>>) -> Index<'p> {
        let mut by_kind: BTreeMap<KindId, Vec<Act<'p>>> = BTreeMap::new();
        for act in acts {
            by_kind.entry(act.pattern.kind).or_default().push(act);
        }
        Index {
            by_kind,
            // Picked by gut feeling: no text that a person wrote comes near it.
            left: 200_000,
        }
    }
}

impl Resolver<'_> {
    /// Finds the acts of the index that are all of them acts of `wide`, whenever they can be done, over everything that counts as its kind.
    pub(super) fn covered<'p>(&'p self, wide: Act<'p>, index: &mut Index<'p>) -> Vec<Act<'p>> {
        let arguments = wide.pattern.arguments.iter();
        let asked: Asked<'p> = arguments
            .map(|argument| (argument.slot, argument.terms.as_slice()))
            .collect();
        let mut covered = Vec::new();
        let mut open = vec![(wide.pattern.kind, asked, true)];
        while let Some((kind, asked, itself)) = open.pop() {
            for &narrow in index.by_kind.get(&kind).into_iter().flatten() {
                let Some(left) = index.left.checked_sub(1) else {
                    return covered;
                };
                index.left = left;
                let fits = asked
                    .iter()
                    .all(|&(slot, terms)| self.field_fits(wide, terms, narrow, slot));
                if fits
                    && self.condition_fits(wide, narrow, itself)
                    && self.lasts_over(wide, narrow)
                {
                    covered.push(narrow);
                }
            }
            for bridge in &self.vocabulary.kind(kind).bridges {
                let Some(left) = index.left.checked_sub(1) else {
                    return covered;
                };
                index.left = left;
                if let Some(asked) = across(&bridge.pattern, &asked) {
                    open.push((bridge.pattern.kind, asked, false));
                }
            }
        }
        covered
    }

    fn condition_fits(&self, wide: Act<'_>, narrow: Act<'_>, itself: bool) -> bool {
        let Some(condition) = &wide.pattern.condition else {
            return true;
        };
        let other = narrow.pattern.condition.as_ref();
        itself && other.is_some_and(|other| self.same_text(condition.span, other.span))
    }

    fn field_fits(&self, wide: Act<'_>, asked: &[Term], narrow: Act<'_>, slot: usize) -> bool {
        let mut arguments = narrow.pattern.arguments.iter();
        let given = arguments.find(|argument| argument.slot == slot);
        let free = |term: &Term| matches!(meaning(wide, &term.kind), Some(Meaning::Anything));
        match given {
            None => asked.iter().any(free),
            Some(given) => given.terms.iter().all(|given| {
                let mut asked = asked.iter();
                asked.any(|asked| self.term_fits_in(wide, &asked.kind, narrow, &given.kind))
            }),
        }
    }

    fn term_fits_in(
        &self,
        wide: Act<'_>,
        asked: &TermKind,
        narrow: Act<'_>,
        given: &TermKind,
    ) -> bool {
        match (asked, given) {
            (TermKind::Number(asked), TermKind::Number(given)) => return asked == given,
            (TermKind::Text(asked), TermKind::Text(given)) => return asked == given,
            (TermKind::Date(asked), TermKind::Date(given)) => return asked == given,
            (TermKind::Flag(asked), TermKind::Flag(given)) => return asked == given,
            (
                TermKind::OtherThan {
                    things: asked,
                    variables,
                },
                TermKind::OtherThan { things: given, .. },
            ) => {
                return variables.is_empty() && asked.iter().all(|thing| given.contains(thing));
            }
            (
                TermKind::Thing {
                    id, exactly: true, ..
                },
                TermKind::Thing {
                    id: other,
                    exactly: true,
                    ..
                },
            ) => {
                return id == other;
            }
            (_, _) => {}
        }
        let Some(asked_for) = meaning(wide, asked) else {
            return false;
        };
        match (asked_for, meaning(narrow, given)) {
            (Meaning::Anything, _) => true,
            (Meaning::Thing(asked), Some(Meaning::Thing(given))) => {
                self.vocabulary.belongs(given, asked, When::ALWAYS) == Belongs::Yes
            }
            (Meaning::Bound, Some(Meaning::Bound)) => {
                self.same_trigger(wide, narrow) && name_of(wide, asked) == name_of(narrow, given)
            }
            (Meaning::Thing(_) | Meaning::Bound, _) => false,
        }
    }

    /// Says whether a pledge is in force whenever an act of the other can be done.
    fn lasts_over(&self, wide: Act<'_>, narrow: Act<'_>) -> bool {
        let (pledge, other) = (wide.pledge, narrow.pledge);
        let triggered = pledge.triggers.is_empty() || self.same_trigger(wide, narrow);
        triggered
            && self.same_or_none(
                pledge.binder_condition.as_ref(),
                other.binder_condition.as_ref(),
            )
            && self.same_or_none(pledge.precedent.as_ref(), other.precedent.as_ref())
            && self.same_or_none(pledge.during.as_ref(), other.during.as_ref())
            && pledge.provided.is_none()
            && is_unrelieved(pledge)
            && wide.sentence.window.per.is_none()
            && self.opens_before(wide, narrow)
            && self.closes_after(wide, narrow)
    }

    fn opens_before(&self, wide: Act<'_>, narrow: Act<'_>) -> bool {
        let article = &wide.pledge.article_term;
        let shared = article.span == narrow.pledge.article_term.span;
        let own = wide.sentence.window.from.as_ref();
        let Some(opens) = own.or(article.from.as_ref().filter(|_| !shared)) else {
            return true;
        };
        let article = &narrow.pledge.article_term;
        let term = article.from.as_ref().or(self.term.from.as_ref());
        let other = narrow.sentence.window.from.as_ref();
        let other = other.or(term.filter(|_| narrow.pledge.triggers.is_empty()));
        let start = |moment| Some(self.calendar.start_of(self.constant(moment)?.first));
        match (start(opens), other.and_then(start)) {
            (Some(own), Some(other)) => own <= other,
            (Some(_) | None, Some(_) | None) => false,
        }
    }

    fn closes_after(&self, wide: Act<'_>, narrow: Act<'_>) -> bool {
        let article = &wide.pledge.article_term;
        let shared = article.span == narrow.pledge.article_term.span;
        let ends = wide.sentence.window.until.is_some()
            || wide.sentence.window.deadline.is_some()
            || article.until.is_some() && !shared;
        if !ends {
            return true;
        }
        match (self.close(wide, shared), self.close(narrow, false)) {
            (Some(own), Some(other)) => own >= other,
            (Some(_) | None, Some(_) | None) => false,
        }
    }

    /// Gives the end of the time in which the act is owed, forbidden or allowed, where the text fixes it.
    fn close(&self, act: Act<'_>, whole_article: bool) -> Option<Instant> {
        let window = &act.sentence.window;
        let none = InForce::default();
        let article = if whole_article {
            &none
        } else {
            &act.pledge.article_term
        };
        let deadline = match window.deadline.as_ref().map(|deadline| &deadline.value) {
            Some(Deadline::Open { .. }) | None => None,
            Some(deadline) => Some(self.deadline_end(deadline)?.0),
        };
        let end = |moment| Some(self.calendar.end_of(self.constant(moment)?.last));
        let until = match &window.until {
            Some(until) => Some(end(until)?),
            None => None,
        };
        let article = match &article.until {
            Some(until) => Some(end(until)?),
            None => None,
        };
        deadline.into_iter().chain(until).chain(article).min()
    }

    fn same_trigger(&self, wide: Act<'_>, narrow: Act<'_>) -> bool {
        // Whatever sets the narrow one off sets the wide one off too.
        let own = &wide.pledge.triggers;
        let mut others = narrow.pledge.triggers.iter();
        !narrow.pledge.triggers.is_empty()
            && others.all(|other| own.iter().any(|own| self.same_text(own.span, other.span)))
    }

    fn same_or_none(&self, own: Option<&Condition>, other: Option<&Condition>) -> bool {
        let Some(own) = own else { return true };
        other.is_some_and(|other| self.same_text(own.span, other.span))
    }

    pub(super) fn same_text(&self, one: Span, other: Span) -> bool {
        self.words_at(one) == self.words_at(other)
    }
}

/// Asks of the fields of a kind that counts as another what is asked of the other; nothing where that cannot be said field by field.
fn across<'p>(bridge: &'p Pattern, asked: &Asked<'p>) -> Option<Asked<'p>> {
    if bridge.condition.is_some() {
        return None;
    }
    let mut over = Vec::new();
    let mut carried: Vec<usize> = Vec::new();
    for argument in &bridge.arguments {
        let [only] = argument.terms.as_slice() else {
            over.push((argument.slot, argument.terms.as_slice()));
            continue;
        };
        let TermKind::Variable { id, .. } = only.kind else {
            over.push((argument.slot, argument.terms.as_slice()));
            continue;
        };
        let field = usize::from(id.0);
        if carried.contains(&field) {
            return None;
        }
        carried.push(field);
        let terms = asked.iter().filter(|(slot, _)| *slot == field);
        over.extend(terms.map(|&(_, terms)| (argument.slot, terms)));
    }
    let all = asked.iter().all(|(slot, _)| carried.contains(slot));
    all.then_some(over)
}

/// Says whether nothing that happens can lift a pledge: whoever lifts it may be the one whose act makes the other owed.
fn is_unrelieved(pledge: &Pledge) -> bool {
    pledge.exceptions.is_empty()
        && pledge.excuses.is_empty()
        && pledge.suspensions.is_empty()
        && pledge.waivers.is_empty()
}

fn meaning(act: Act<'_>, term: &TermKind) -> Option<Meaning> {
    match term {
        TermKind::Thing {
            id, exactly: false, ..
        } => Some(Meaning::Thing(*id)),
        TermKind::Variable {
            id, exactly: false, ..
        } => Some(variable(act, *id)),
        TermKind::Thing { .. }
        | TermKind::Variable { .. }
        | TermKind::OtherThan { .. }
        | TermKind::TriggerField(_)
        | TermKind::Number(_)
        | TermKind::Text(_)
        | TermKind::Date(_)
        | TermKind::Flag(_) => None,
    }
}

/// Gives what a variable stands for: all members of its group, whatever the act gives, or what a trigger has given it.
fn variable(act: Act<'_>, id: VariableId) -> Meaning {
    let terms = act.pattern.arguments.iter();
    let mentions = terms
        .flat_map(|argument| &argument.terms)
        .filter(|term| match &term.kind {
            TermKind::Variable { id: other, .. } => *other == id,
            TermKind::OtherThan { variables, .. } => variables.contains(&id),
            TermKind::Thing { .. }
            | TermKind::TriggerField(_)
            | TermKind::Number(_)
            | TermKind::Text(_)
            | TermKind::Date(_)
            | TermKind::Flag(_) => false,
        })
        .count();
    // Named twice, it ties one field to another.
    if mentions > 1 {
        return Meaning::Bound;
    }
    if let Obligor::EachOf { group, who } = act.sentence.obligor
        && who == id
    {
        return Meaning::Thing(group);
    }
    let binder = act.pledge.binders.iter().find(|one| one.variable == id);
    match binder.map(|binder| &binder.domain) {
        Some(Domain::Group(group)) => Meaning::Thing(*group),
        Some(Domain::Type(_)) => Meaning::Bound,
        None => {
            let pledge = act.pledge;
            let gated = !pledge.triggers.is_empty()
                || pledge.during.is_some()
                || pledge.precedent.is_some()
                || pledge.binder_condition.is_some();
            if gated || act.pattern.condition.is_some() {
                Meaning::Bound
            } else {
                Meaning::Anything
            }
        }
    }
}

fn name_of<'p>(act: Act<'p>, term: &TermKind) -> Option<&'p str> {
    let TermKind::Variable { id, .. } = term else {
        return None;
    };
    let variable = act.pledge.variables.get(usize::from(id.0))?;
    Some(&variable.name)
}
