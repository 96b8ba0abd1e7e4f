//! Quantities that the text fixes (tables and formulas of `given`), and totals of a measure over the members of a group.

use crate::agreement::{
    Argument, Belongs, GivenId, GivenLine, MeasureId, MomentExpr, QuantityKind, Sort, Term,
    TermKind, ThingId, Value,
};
use crate::quantity::Decimal;
use crate::time::{Instant, When};

use super::Context;
use super::bindings::Env;
use super::bounds::{Bounds, hull};
use super::condition::Ask;
use super::moment::Found;

/// As many combinations of members as one total adds up.
const MOST_COMBINATIONS: usize = 10_000;

impl<'a> Context<'a> {
    /// Gives the value of a table or formula at the moment asked about, at each standard.
    ///
    /// A line for that very thing goes before a formula, and a line with a time before one without. Where several are left, or the moment lies
    /// across the validity of two, the value lies between theirs.
    pub(super) fn given_ranges(
        &self,
        given: GivenId,
        arguments: &[Argument],
        ask: &Ask<'_, 'a>,
    ) -> [Bounds; 4] {
        let lines = self.given_lines(given, arguments, ask);
        let rank = |line: &GivenLine| (line.variables.len(), line.when == When::ALWAYS);
        let fitting: Vec<(&'a GivenLine, Env<'a>)> = lines
            .into_iter()
            .filter(|(line, _)| line.when.overlaps(ask.moment))
            .collect();
        let certain = fitting
            .iter()
            .filter(|(line, _)| line.when.covers(ask.moment));
        let best = certain.map(|(line, _)| rank(line)).min();
        let mut found: Option<[Bounds; 4]> = None;
        for (line, env) in &fitting {
            if best.is_some_and(|best| rank(line) > best) {
                continue;
            }
            let inner = Ask {
                env,
                act: None,
                ..*ask
            };
            let ranges = self.ranges(&line.value, &inner);
            found = Some(match found {
                None => ranges,
                Some(mut known) => {
                    for (known, other) in known.iter_mut().zip(ranges) {
                        *known = hull(*known, other);
                    }
                    known
                }
            });
        }
        found.unwrap_or([Bounds::UNKNOWN; 4])
    }

    /// Gives the lines that speak of these arguments, each with the values of its variables.
    fn given_lines(
        &self,
        given: GivenId,
        arguments: &[Argument],
        ask: &Ask<'_, 'a>,
    ) -> Vec<(&'a GivenLine, Env<'a>)> {
        let mut found = Vec::new();
        for line in &self.agreement.vocabulary.given(given).lines {
            let mut env = Env::with_size(line.variables.len());
            let fits = arguments.iter().all(|argument| {
                let Some(own) = line.arguments.iter().find(|own| own.slot == argument.slot) else {
                    return false;
                };
                argument.terms.iter().any(|term| {
                    self.term_value(&term.kind, ask)
                        .is_some_and(|value| self.row_value_fits(own, &value, ask.moment, &mut env))
                })
            });
            if fits {
                found.push((line, env));
            }
        }
        found
    }

    /// Gives the moments at which a table or formula may change.
    pub(super) fn changes_of_given(
        &self,
        given: GivenId,
        arguments: &[Argument],
        ask: &Ask<'_, 'a>,
        into: &mut Vec<When>,
    ) {
        for (line, env) in self.given_lines(given, arguments, ask) {
            let ends = [line.when.earliest, line.when.latest];
            let known = ends
                .into_iter()
                .filter(|end| *end != Instant::MIN && *end != Instant::MAX);
            into.extend(known.map(When::at));
            let inner = Ask {
                env: &env,
                act: None,
                ..*ask
            };
            self.changes_of_quantity(&line.value, &inner, into);
        }
    }

    /// Gives what a measure was at another moment than the one asked about.
    pub(super) fn measure_as_of(
        &self,
        measure: MeasureId,
        arguments: &[Argument],
        total: bool,
        moment: &'a MomentExpr,
        ask: &Ask<'_, 'a>,
    ) -> [Bounds; 4] {
        let moments = self.moments(moment, ask);
        let mut ranges = [Bounds::UNKNOWN; 4];
        for (index, range) in ranges.iter_mut().enumerate() {
            if let Some(then) = self.past(moments.get(index).copied(), ask) {
                let found = self.measure_at(measure, arguments, total, &then);
                *range = found.get(index).copied().unwrap_or(Bounds::UNKNOWN);
            }
        }
        ranges
    }

    /// Turns a question to another moment, unless that has not come.
    pub(super) fn past<'q>(&self, found: Option<Found>, ask: &Ask<'q, 'a>) -> Option<Ask<'q, 'a>> {
        let moment = self.calendar.span_of(found.and_then(Found::known)?);
        (moment.earliest < self.clocks.as_of).then_some(Ask {
            moment,
            fresh: false,
            ..*ask
        })
    }

    /// Gives a measure, or the total over the members of the groups that its arguments name.
    pub(super) fn measure_at(
        &self,
        measure: MeasureId,
        arguments: &[Argument],
        total: bool,
        ask: &Ask<'_, 'a>,
    ) -> [Bounds; 4] {
        if !total {
            return self.measure_ranges(measure, arguments, ask);
        }
        let mut sums = [Bounds::exactly(Decimal::ZERO); 4];
        for (arguments, certain) in self.for_members(arguments, ask) {
            let each = self.measure_ranges(measure, &arguments, ask);
            for (sum, each) in sums.iter_mut().zip(each) {
                // What nobody has reported is not less than nothing.
                let low = each.low.filter(|_| certain).unwrap_or(Decimal::ZERO);
                let floor = Bounds {
                    low: Some(low),
                    ..each
                };
                *sum = sum.combine(floor, Decimal::checked_add);
            }
        }
        sums
    }

    /// Puts each member in the place of its group; says whether each certainly was one at the moment.
    fn for_members(&self, arguments: &[Argument], ask: &Ask<'_, 'a>) -> Vec<(Vec<Argument>, bool)> {
        let mut all: Vec<(Vec<Argument>, bool)> = vec![(Vec::new(), true)];
        for argument in arguments {
            let choices = self.members_in(argument, ask);
            let room = MOST_COMBINATIONS / choices.len().max(1);
            all.truncate(room.max(1));
            all = all
                .iter()
                .flat_map(|(before, certain)| {
                    choices.iter().map(move |(choice, sure)| {
                        let mut arguments = before.clone();
                        arguments.push(choice.clone());
                        (arguments, *certain && *sure)
                    })
                })
                .collect();
        }
        all
    }

    fn members_in(&self, argument: &Argument, ask: &Ask<'_, 'a>) -> Vec<(Argument, bool)> {
        let mut found: Vec<(ThingId, bool)> = Vec::new();
        for term in &argument.terms {
            let Some(Value::Thing(thing)) = self.term_value(&term.kind, ask) else {
                return vec![(argument.clone(), true)];
            };
            if self.vocabulary().thing(thing).sort != Sort::Group {
                found.push((thing, true));
                continue;
            }
            for member in self.members_of(thing) {
                match self.vocabulary().belongs(member, thing, ask.moment) {
                    Belongs::Yes => found.push((member, true)),
                    Belongs::Unsure => found.push((member, false)),
                    Belongs::No => {}
                }
            }
        }
        found.sort_by_key(|(id, sure)| (*id, !*sure));
        found.dedup_by_key(|(id, _)| *id);
        let with = |(id, sure): (ThingId, bool)| {
            let kind = TermKind::Thing {
                id,
                exactly: false,
                part_of: false,
            };
            let term = Term {
                kind,
                span: argument.span,
            };
            let terms = vec![term];
            (
                Argument {
                    terms,
                    ..argument.clone()
                },
                sure,
            )
        };
        found.into_iter().map(with).collect()
    }
}

impl Context<'_> {
    /// Gives the moments at which somebody joins or leaves a group that a total adds up.
    pub(super) fn changes_of_membership(&self, arguments: &[Argument], into: &mut Vec<When>) {
        let group = |term: &Term| match term.kind {
            TermKind::Thing { id, .. } => self.vocabulary().thing(id).sort == Sort::Group,
            TermKind::Variable { .. } | TermKind::TriggerField(_) => true,
            TermKind::OtherThan { .. }
            | TermKind::Number(_)
            | TermKind::Text(_)
            | TermKind::Date(_)
            | TermKind::Flag(_) => false,
        };
        if !arguments
            .iter()
            .flat_map(|argument| &argument.terms)
            .any(group)
        {
            return;
        }
        for thing in &self.vocabulary().things {
            for membership in &thing.parents {
                let ends = [membership.when.earliest, membership.when.latest];
                let known = ends
                    .into_iter()
                    .filter(|end| *end != Instant::MIN && *end != Instant::MAX);
                into.extend(known.map(When::at));
            }
        }
    }
}

/// Says whether records speak about a measure directly.
pub(super) fn is_plain_measure(kind: &QuantityKind) -> bool {
    matches!(kind, QuantityKind::Measure { total: false, .. })
}
