//! The incidents that may match a pattern at all, by what is looked up fastest: a sieve before the match itself is asked for.

use crate::agreement::{Pattern, Term, TermKind, ThingId, Value, VariableId};
use crate::evidence::IncidentId;

use super::Context;
use super::bindings::Env;
use super::lookup::{Table, merged};
use super::matching::Purpose;
use super::routes::Route;

/// Picked by gut feeling: so few are looked at faster than combinations are looked up.
const FEW: usize = 16;

impl Context<'_> {
    /// Gives the incidents that may match by the argument that leaves the fewest; none where no argument says anything.
    pub(super) fn candidates(
        &self,
        pattern: &Pattern,
        route: &Route<'_>,
        env: &Env<'_>,
        purpose: Purpose,
    ) -> Option<Vec<IncidentId>> {
        let mut fewest: Option<(usize, Vec<IncidentId>)> = None;
        for argument in &pattern.arguments {
            // A slot that the records do not have says nothing, and nothing matches.
            let Some(slot) = route.slots.get(argument.slot).copied().flatten() else {
                return Some(Vec::new());
            };
            let table = self.lookup.table(route.kind, slot);
            let mut lists = Vec::new();
            let known = argument
                .terms
                .iter()
                .all(|term| self.may_match(term, &table, env, purpose, &mut lists));
            let count = lists.iter().map(|list| list.len()).sum();
            if known && fewest.as_ref().is_none_or(|(least, _)| count < *least) {
                fewest = Some((count, merged(&lists)));
            }
        }
        let (count, candidates) = fewest?;
        let fewer = if count > FEW {
            self.candidates_together(pattern, route, env, purpose, count)
        } else {
            None
        };
        Some(fewer.unwrap_or(candidates))
    }

    /// Gives the incidents in which several arguments name what is asked for, where looking up the combinations is less than `most` look-ups.
    fn candidates_together(
        &self,
        pattern: &Pattern,
        route: &Route<'_>,
        env: &Env<'_>,
        purpose: Purpose,
        most: usize,
    ) -> Option<Vec<IncidentId>> {
        let mut slots = Vec::new();
        let mut keys: Vec<Vec<ThingId>> = vec![Vec::new()];
        for argument in &pattern.arguments {
            let slot = route.slots.get(argument.slot).copied().flatten();
            let (Some(slot), [term]) = (slot, argument.terms.as_slice()) else {
                continue;
            };
            let Some(things) = self.things_meant(term, env, purpose, most / keys.len()) else {
                continue;
            };
            slots.push(slot);
            let longer = |key: &Vec<ThingId>| {
                let with = |thing: &ThingId| [key.as_slice(), &[*thing]].concat();
                things.iter().map(with).collect::<Vec<_>>()
            };
            keys = keys.iter().flat_map(longer).collect();
        }
        if slots.len() < 2 {
            return None;
        }
        let joint = self.lookup.joint(route.kind, &slots);
        let lists = keys.iter().filter_map(|key| joint.get(key));
        let lists: Vec<&[IncidentId]> = lists.map(Vec::as_slice).collect();
        Some(merged(&lists))
    }

    /// Gives the things that a record may name where a term asks for one; none where they are more than a bound or no list of things.
    fn things_meant(
        &self,
        term: &Term,
        env: &Env<'_>,
        purpose: Purpose,
        most: usize,
    ) -> Option<Vec<ThingId>> {
        let (id, exactly, part_of) = match &term.kind {
            TermKind::Thing {
                id,
                exactly,
                part_of,
            } => (*id, *exactly, *part_of),
            TermKind::Variable {
                id,
                exactly,
                part_of,
            } => match env.get(*id)? {
                Value::Thing(thing) => (*thing, *exactly, *part_of),
                Value::Number(_)
                | Value::Date(_)
                | Value::Text(_)
                | Value::Flag(_)
                | Value::Record(_) => return None,
            },
            TermKind::TriggerField(_)
            | TermKind::OtherThan { .. }
            | TermKind::Number(_)
            | TermKind::Text(_)
            | TermKind::Date(_)
            | TermKind::Flag(_) => return None,
        };
        if !exactly && self.must_cover(id, part_of, purpose) {
            return None;
        }
        if exactly {
            return Some(vec![id]);
        }
        self.inside_up_to(id, most)
    }

    /// Adds the lists of the incidents whose slot may match a term; says whether that can be told.
    fn may_match<'t>(
        &self,
        term: &Term,
        table: &'t Table,
        env: &Env<'_>,
        purpose: Purpose,
        into: &mut Vec<&'t [IncidentId]>,
    ) -> bool {
        let value = match &term.kind {
            TermKind::Thing {
                id,
                exactly,
                part_of,
            } => {
                self.may_match_thing(*id, *exactly, *part_of, table, purpose, into);
                return true;
            }
            TermKind::Variable {
                id,
                exactly,
                part_of,
            } => match env.get(*id) {
                Some(Value::Thing(thing)) => {
                    self.may_match_thing(*thing, *exactly, *part_of, table, purpose, into);
                    return true;
                }
                Some(value) => value.clone(),
                None => return self.may_name_trigger(*id, table, env, into),
            },
            TermKind::TriggerField(slot) => match self.trigger_field(env, *slot) {
                Some(Value::Thing(thing)) => {
                    self.may_match_thing(thing, false, false, table, purpose, into);
                    return true;
                }
                Some(value) => value,
                None => return true,
            },
            TermKind::Number(number) => Value::Number(crate::quantity::Estimate::exactly(*number)),
            TermKind::Text(text) => Value::Text(text.clone()),
            TermKind::Date(point) => {
                Value::Date(self.calendar.span_of(crate::time::Moment::exactly(*point)))
            }
            TermKind::Flag(flag) => Value::Flag(*flag),
            TermKind::OtherThan { .. } => return false,
        };
        table.same_as(&value, into);
        true
    }

    fn may_match_thing<'t>(
        &self,
        id: ThingId,
        exactly: bool,
        part_of: bool,
        table: &'t Table,
        purpose: Purpose,
        into: &mut Vec<&'t [IncidentId]>,
    ) {
        let vocabulary = self.vocabulary();
        if exactly {
            table.exactly(id, into);
        } else if self.must_cover(id, part_of, purpose) {
            table.around(vocabulary, id, into);
        } else {
            table.inside(id, into);
        }
    }

    fn may_name_trigger<'t>(
        &self,
        variable: VariableId,
        table: &'t Table,
        env: &Env<'_>,
        into: &mut Vec<&'t [IncidentId]>,
    ) -> bool {
        let Some(trigger) = env.trigger.filter(|it| it.alias == Some(variable)) else {
            return false;
        };
        if let Some((incident, _)) = trigger.incident {
            for name in self.names_of_incident(incident) {
                table.named(name, into);
            }
        }
        true
    }
}
