//! Things: what they are in, what they are called in data, whom they oppose, when they are bound.

use std::collections::BTreeMap;

use super::Resolver;
use super::cycles::{self, Graph};
use crate::agreement::{Membership, Sort, Spelling, ThingId};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, Attribute, Name};
use crate::time::Instant;

/// Where each membership is written.
type Written = Graph<ThingId>;

impl<'a> Resolver<'a> {
    pub(super) fn resolve_things(&mut self) {
        let mut written = Written::new();
        for (id, thing) in self.found.things.clone() {
            for attribute in &thing.attributes {
                self.attribute(id, thing, attribute, &mut written);
            }
        }
        self.cut_membership_cycles(&written);
        self.check_spellings();
    }

    fn attribute(
        &mut self,
        id: ThingId,
        thing: &'a ast::Thing,
        attribute: &'a Spanned<Attribute>,
        written: &mut Written,
    ) {
        match &attribute.value {
            Attribute::In { names, period } => {
                let when = self.validity(period.as_ref());
                for name in names {
                    if let Some(parent) = self.container(id, name) {
                        written.entry(id).or_default().push((parent, name.span));
                        self.edit_thing(id, |thing| {
                            thing.parents.push(Membership {
                                parent,
                                when,
                                known: Instant::MIN,
                            });
                        });
                    }
                }
            }
            Attribute::KnownAs { texts, period } => {
                let when = self.validity(period.as_ref());
                for text in texts {
                    let spelling = Spelling {
                        text: text.value.clone(),
                        when,
                        span: text.span,
                    };
                    self.edit_thing(id, |thing| thing.spellings.push(spelling));
                }
            }
            Attribute::AdverseTo(names) => self.relate(id, names, attribute.span, Stance::Adverse),
            Attribute::AlliedTo(names) => self.relate(id, names, attribute.span, Stance::Allied),
            Attribute::Bound(period) => self.bound(id, thing, period, attribute.span),
            Attribute::Error => {}
        }
    }

    fn edit_thing(
        &mut self,
        ThingId(id): ThingId,
        edit: impl FnOnce(&mut crate::agreement::Thing),
    ) {
        if let Some(thing) = self.vocabulary.things.get_mut(id as usize) {
            edit(thing);
        }
    }

    fn bound(&mut self, id: ThingId, thing: &ast::Thing, period: &'a ast::Period, span: Span) {
        if self.vocabulary.thing(id).sort != Sort::Party {
            let message = format!(
                "`bound` goes with a party, and `{}` is {}",
                thing.name.text,
                self.thing_name(id)
            );
            self.report_misplaced(span, &message, "Only parties are bound by the agreement.");
            return;
        }
        let when = self.validity(Some(period));
        self.edit_thing(id, |thing| thing.bound.push(when));
    }

    /// Finds what a thing can be in: a group, a party or an actor for actors, a place for places.
    fn container(&mut self, id: ThingId, name: &Name) -> Option<ThingId> {
        let inside = self.vocabulary.thing(id).sort;
        let found = self.vocabulary.thing_names.get(&name.text).copied();
        let Some(parent) = found else {
            let wanted = |sort| fits_in(inside, sort);
            let things = self.vocabulary.things.iter();
            let known: Vec<String> = things
                .filter(|thing| wanted(thing.sort))
                .map(|thing| thing.name.clone())
                .take(self.suggestions.room())
                .collect();
            let what = if inside == Sort::Place {
                "place"
            } else {
                "group"
            };
            if self.dates.contains_key(name.text.as_str()) {
                let message = format!("a {what} is needed, and `{}` is a date", name.text);
                self.report_wrong_kind(name, message, "");
            } else {
                let none = format!("Declare it: `{what} {}`.", name.text);
                self.report_unknown(what, name, &known, &none);
            }
            return None;
        };
        self.mention_thing(name, parent);
        if fits_in(inside, self.vocabulary.thing(parent).sort) {
            return Some(parent);
        }
        let (what, inside) = (self.thing_name(parent), super::problem::sort_name(inside));
        let message = format!("{inside} cannot be in `{}`, which is {what}", name.text);
        self.report_wrong_kind(name, message, "");
        None
    }

    fn relate(&mut self, id: ThingId, names: &[Name], span: Span, stance: Stance) {
        if matches!(self.vocabulary.thing(id).sort, Sort::Place | Sort::Category) {
            let message = "a place has no adversaries and no allies";
            self.report_misplaced(span, message, "Say it of the actors who hold the place.");
            return;
        }
        for name in names {
            let Some(other) = self.constant_thing(name, crate::agreement::Type::Actor) else {
                continue;
            };
            for (one, another) in [(id, other), (other, id)] {
                self.edit_thing(one, |thing| {
                    let known = match stance {
                        Stance::Adverse => &mut thing.adverse,
                        Stance::Allied => &mut thing.allied,
                    };
                    if !known.contains(&another) {
                        known.push(another);
                    }
                });
            }
        }
    }

    /// Reports circles of memberships, and takes out the one that closes each.
    fn cut_membership_cycles(&mut self, written: &Written) {
        for cycle in cycles::cycles(written) {
            let names: Vec<String> = cycle
                .iter()
                .map(|&(id, _)| self.vocabulary.thing(id).name.clone())
                .collect();
            let help = "A group cannot be inside itself: take one of these memberships out.";
            if let Some(diagnostic) = cycles::report(&cycle, &names, "is in", help) {
                self.report(diagnostic);
            }
            if let (Some(&(last, _)), Some(&(first, _))) = (cycle.last(), cycle.first()) {
                self.edit_thing(last, |thing| {
                    thing
                        .parents
                        .retain(|membership| membership.parent != first);
                });
            }
        }
    }

    /// Reports spellings that mean two actors, or two places, at the same time.
    fn check_spellings(&mut self) {
        let mut claimed: BTreeMap<(bool, &str), Vec<(ThingId, &Spelling)>> = BTreeMap::new();
        let mut problems = Vec::new();
        for (at, thing) in self.vocabulary.things.iter().enumerate() {
            let id = ThingId(u32::try_from(at).unwrap_or(u32::MAX));
            for spelling in &thing.spellings {
                let claims = claimed
                    .entry((thing.sort == Sort::Place, &spelling.text))
                    .or_default();
                let clash = claims
                    .iter()
                    .find(|(other, earlier)| *other != id && earlier.when.overlaps(spelling.when));
                if let Some((other, earlier)) = clash {
                    let other = &self.vocabulary.thing(*other).name;
                    let message = format!(
                        "\"{}\" means `{other}` and `{}` at the same time",
                        spelling.text, thing.name
                    );
                    problems.push(
                        Diagnostic::new(Code::AliasClaimedTwice, spelling.span, message)
                            .related(earlier.span, format!("it means `{other}` here"))
                            .help("Give each a time (`known as … from … until …`), or take one of them out."),
                    );
                } else if claims.len() < CLAIMS {
                    claims.push((id, spelling));
                }
            }
        }
        self.diagnostics.extend(problems);
    }
}

/// How many claims of one spelling are compared with each other. Picked by gut feeling; it keeps the check linear.
const CLAIMS: usize = 64;

#[derive(Clone, Copy)]
enum Stance {
    Adverse,
    Allied,
}

fn fits_in(inside: Sort, container: Sort) -> bool {
    match inside {
        Sort::Party | Sort::Actor | Sort::Group => {
            matches!(container, Sort::Group | Sort::Party | Sort::Actor)
        }
        Sort::Place => container == Sort::Place,
        Sort::Category => container == Sort::Category,
    }
}
