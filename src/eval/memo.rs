//! What was found out once and is asked again at every moment: the readings of a measure, and the matches of a pattern with their sums.
//!
//! A memory belongs to one context, so to one pair of clocks and one way of counting. Readings hang on the records alone; matches may
//! hang on the verdicts of other pledges, and are forgotten whenever one of those changes.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::agreement::{Argument, MeasureId, Pattern, Term, TermKind, ThingId, Value};
use crate::evidence::{Answer, IncidentId, Viewpoint};
use crate::record::Subject;

use super::Context;
use super::answer::field;
use super::bindings::Env;
use super::condition::Ask;
use super::matching::{Lens, Match, Purpose};
use super::series::Series;
use super::sums::{Existence, Sums};

/// Picked by gut feeling: a condition names one pattern for few sides and members at a time.
const MOST_KEPT: usize = 8;

/// What a context remembers.
#[derive(Debug, Default)]
pub(super) struct Memo<'a> {
    /// Which readings of a measure are about what, by the field that says so.
    about: RefCell<BTreeMap<(MeasureId, usize), Rc<About>>>,
    /// The things directly inside a thing, at any time.
    inside: OnceCell<BTreeMap<ThingId, Vec<ThingId>>>,
    readings: RefCell<BTreeMap<Asked, Rc<Vec<IncidentId>>>>,
    series: RefCell<BTreeMap<(Asked, Viewpoint), Rc<Series>>>,
    /// By the address of the pattern, which lives as long as the agreement.
    matches: RefCell<BTreeMap<usize, Vec<Rc<Matches<'a>>>>>,
}

type About = BTreeMap<ThingId, Vec<IncidentId>>;

/// A measure with the values of its arguments.
type Asked = (MeasureId, Vec<(usize, Vec<Wanted>)>);

/// A term with its value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Wanted {
    Thing(ThingId, bool),
    OtherThan(Vec<ThingId>),
    /// Anything else that has a value, as it is written.
    Value(String),
    /// The trigger itself, or nothing.
    Trigger(Option<IncidentId>),
}

/// The matches of a pattern for one side, and what is reckoned from them.
#[derive(Debug)]
pub(super) struct Matches<'a> {
    env: Env<'a>,
    lens: Lens,
    purpose: Purpose,
    pub(super) found: Vec<Match<'a>>,
    pub(super) existence: OnceCell<Existence>,
    /// By the field that is added up; none where acts are counted.
    pub(super) sums: RefCell<BTreeMap<Option<usize>, Rc<Sums>>>,
}

impl Memo<'_> {
    /// Forgets what may hang on the verdicts of pledges.
    pub(super) fn forget_verdicts(&self) {
        self.matches.borrow_mut().clear();
    }
}

impl<'a> Context<'a> {
    /// Gives the matches of a pattern, as [`Context::find`] does.
    pub(super) fn found(
        &self,
        pattern: &'a Pattern,
        env: &Env<'a>,
        lens: Lens,
        purpose: Purpose,
    ) -> Rc<Matches<'a>> {
        let address = std::ptr::from_ref(pattern).addr();
        let known = self.memo.matches.borrow().get(&address).and_then(|known| {
            let mut known = known.iter();
            known
                .find(|known| {
                    same_lens(known.lens, lens)
                        && known.purpose == purpose
                        && known.env.is_same(env)
                })
                .cloned()
        });
        if let Some(known) = known {
            return known;
        }
        let found = Rc::new(Matches {
            env: env.clone(),
            lens,
            purpose,
            found: self.find(pattern, env, lens, purpose),
            existence: OnceCell::new(),
            sums: RefCell::default(),
        });
        let mut matches = self.memo.matches.borrow_mut();
        keep(matches.entry(address).or_default(), Rc::clone(&found));
        found
    }

    /// Gives the readings that match the arguments, from the viewpoint of the question.
    pub(super) fn series(
        &self,
        measure: MeasureId,
        arguments: &[Argument],
        ask: &Ask<'_, 'a>,
    ) -> Rc<Series> {
        let key = (
            (measure, wanted(self, arguments, ask.env)),
            ask.lens.viewpoint(ask.env),
        );
        let known = self.memo.series.borrow().get(&key).cloned();
        known.unwrap_or_else(|| {
            let series = Rc::new(self.gather_series(measure, arguments, ask));
            let mut all = self.memo.series.borrow_mut();
            all.insert(key, Rc::clone(&series));
            series
        })
    }

    /// Gives the incidents of readings that match the arguments, in order of time.
    pub(super) fn reading_incidents(
        &self,
        measure: MeasureId,
        arguments: &[Argument],
        ask: &Ask<'_, 'a>,
    ) -> Rc<Vec<IncidentId>> {
        let key = (measure, wanted(self, arguments, ask.env));
        let known = self.memo.readings.borrow().get(&key).cloned();
        known.unwrap_or_else(|| {
            let matching = Rc::new(self.matching_readings(measure, arguments, &key.1, ask));
            let mut all = self.memo.readings.borrow_mut();
            all.insert(key, Rc::clone(&matching));
            matching
        })
    }

    fn matching_readings(
        &self,
        measure: MeasureId,
        arguments: &[Argument],
        wanted: &[(usize, Vec<Wanted>)],
        ask: &Ask<'_, 'a>,
    ) -> Vec<IncidentId> {
        let slots: Vec<Option<usize>> = (0..self.vocabulary().measure(measure).fields.len())
            .map(Some)
            .collect();
        let matches = |incident: &IncidentId| {
            arguments.iter().all(|argument| {
                self.live_records(*incident).any(|record| {
                    self.answer(argument, &slots, record, ask.env, Purpose::Other)
                        == Answer::Affirms
                })
            })
        };
        match self.readings_inside(measure, wanted) {
            Some(some) => some.into_iter().filter(matches).collect(),
            None => self
                .evidence
                .incidents_of(Subject::Measure(measure))
                .filter(matches)
                .collect(),
        }
    }

    /// Gives the readings that are about the things of one argument or what is inside them; none where no argument names things only.
    fn readings_inside(
        &self,
        measure: MeasureId,
        wanted: &[(usize, Vec<Wanted>)],
    ) -> Option<BTreeSet<IncidentId>> {
        let things = |(slot, terms): &(usize, Vec<Wanted>)| {
            let things = terms.iter().map(|term| match term {
                Wanted::Thing(id, exactly) => Some((*id, *exactly)),
                Wanted::OtherThan(_) | Wanted::Value(_) | Wanted::Trigger(_) => None,
            });
            Some((*slot, things.collect::<Option<Vec<_>>>()?))
        };
        let (slot, things) = wanted.iter().find_map(things)?;
        let about = self.readings_about(measure, slot);
        let mut found = BTreeSet::new();
        for (thing, exactly) in things {
            let mut open = vec![thing];
            let mut seen = BTreeSet::from([thing]);
            while let Some(next) = open.pop() {
                found.extend(about.get(&next).into_iter().flatten().copied());
                let inside = self.inside().get(&next).into_iter().flatten();
                let inside = inside.filter(|_| !exactly);
                open.extend(inside.copied().filter(|inner| seen.insert(*inner)));
            }
        }
        Some(found)
    }

    fn readings_about(&self, measure: MeasureId, slot: usize) -> Rc<About> {
        let known = self.memo.about.borrow().get(&(measure, slot)).cloned();
        known.unwrap_or_else(|| {
            let mut about = About::new();
            for incident in self.evidence.incidents_of(Subject::Measure(measure)) {
                let of_record = |record| match field(record, &[Some(slot)], 0) {
                    Some(Value::Thing(id)) => Some(*id),
                    Some(
                        Value::Number(_)
                        | Value::Date(_)
                        | Value::Text(_)
                        | Value::Flag(_)
                        | Value::Record(_),
                    )
                    | None => None,
                };
                for thing in self.live_records(incident).filter_map(of_record) {
                    about.entry(thing).or_default().push(incident);
                }
            }
            let about = Rc::new(about);
            let mut all = self.memo.about.borrow_mut();
            all.insert((measure, slot), Rc::clone(&about));
            about
        })
    }

    /// Gives a thing and all that was ever inside it; none where they are more than `most`.
    pub(super) fn inside_up_to(&self, thing: ThingId, most: usize) -> Option<Vec<ThingId>> {
        let mut found = vec![thing];
        let mut seen = BTreeSet::from([thing]);
        let mut next = 0;
        while let Some(at) = found.get(next).copied() {
            let inside = self.inside().get(&at).into_iter().flatten().copied();
            found.extend(inside.filter(|inner| seen.insert(*inner)));
            if found.len() > most {
                return None;
            }
            next += 1;
        }
        Some(found)
    }

    fn inside(&self) -> &BTreeMap<ThingId, Vec<ThingId>> {
        self.memo.inside.get_or_init(|| {
            let mut inside: BTreeMap<ThingId, Vec<ThingId>> = BTreeMap::new();
            for (index, thing) in (0u32..).zip(&self.vocabulary().things) {
                for membership in &thing.parents {
                    let within = inside.entry(membership.parent).or_default();
                    within.push(ThingId(index));
                }
            }
            inside
        })
    }
}

/// Gives what the arguments ask for, with the values of variables in their place.
fn wanted<'a>(
    context: &Context<'a>,
    arguments: &[Argument],
    env: &Env<'a>,
) -> Vec<(usize, Vec<Wanted>)> {
    let terms = |argument: &Argument| {
        let terms = argument.terms.iter();
        terms.map(|term| of_term(context, term, env)).collect()
    };
    arguments
        .iter()
        .map(|argument| (argument.slot, terms(argument)))
        .collect()
}

fn of_term<'a>(context: &Context<'a>, term: &Term, env: &Env<'a>) -> Wanted {
    let thing = |value: Option<&Value>, exactly: bool| match value {
        Some(Value::Thing(id)) => Wanted::Thing(*id, exactly),
        Some(
            Value::Number(_) | Value::Date(_) | Value::Text(_) | Value::Flag(_) | Value::Record(_),
        ) => Wanted::Value(format!("{value:?}")),
        None => {
            let trigger = env.trigger.and_then(|trigger| trigger.incident);
            Wanted::Trigger(trigger.map(|(incident, _)| incident))
        }
    };
    match &term.kind {
        TermKind::Thing { id, exactly, .. } => Wanted::Thing(*id, *exactly),
        TermKind::OtherThan { things, variables } => {
            let values: Vec<Option<&Value>> = variables.iter().map(|id| env.get(*id)).collect();
            let mut ids = things.clone();
            for value in &values {
                match value {
                    Some(Value::Thing(id)) => ids.push(*id),
                    _ => return Wanted::Value(format!("other than {things:?} {values:?}")),
                }
            }
            Wanted::OtherThan(ids)
        }
        TermKind::Variable { id, exactly, .. } => thing(env.get(*id), *exactly),
        TermKind::TriggerField(slot) => thing(context.trigger_field(env, *slot).as_ref(), false),
        TermKind::Number(_) | TermKind::Text(_) | TermKind::Date(_) | TermKind::Flag(_) => {
            Wanted::Value(format!("{:?}", term.kind))
        }
    }
}

fn same_lens(a: Lens, b: Lens) -> bool {
    a.obligor == b.obligor && a.favours == b.favours
}

/// Puts what was found last at the front.
fn keep<T>(known: &mut Vec<T>, new: T) {
    known.truncate(MOST_KEPT - 1);
    known.insert(0, new);
}
