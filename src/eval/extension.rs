//! Extensions: a deadline or the end of a window that both sides moved (docs/semantics.md, Extensions).

use crate::agreement::{Duty, Extension, Sentence, Standing, Value};
use crate::evidence::{Favours, Truth};
use crate::time::{Instant, Moment, Point, When, iso_moment};
use crate::verdict::{EvidenceRole, Note};

use super::Context;
use super::instance::{Case, Witnesses, add_accounts, at};
use super::matching::{Match, Purpose};

/// A deadline after the extensions on file, with the arithmetic for people where one acted.
pub(super) struct Extended {
    pub(super) due: Moment,
    pub(super) text: Option<String>,
}

/// Applies the extensions of a pledge to its deadline, in order of their dates; a later one takes the place of an earlier one.
pub(super) fn extended(
    case: &Case<'_, '_>,
    due: Moment,
    evidence: &mut Witnesses,
    notes: &mut Vec<Note>,
) -> Extended {
    let mut result = Extended { due, text: None };
    for (extension, found) in found(case) {
        let truth = at(found.truths, case.roles.excuse);
        let con = if truth == Truth::Contested {
            found.pro
        } else {
            Standing::Claimed
        };
        add_accounts(
            evidence,
            &found.accounts,
            EvidenceRole::Excuse,
            found.pro,
            con,
        );
        match case.context.acts(extension, &found, truth, result.due) {
            Acts::Moves(moment) => result.move_to(case.context, moment),
            Acts::TooLate => note(
                notes,
                extension,
                "an extension came after the deadline, and not with effect from before it: the lapse stands",
            ),
            Acts::NoDate => note(notes, extension, "an extension on file says no new date"),
            Acts::NotShown => {
                if super::matching::matters(found.truths) {
                    note(
                        notes,
                        extension,
                        "an extension is claimed and not shown: the word of one side alone does not move a deadline",
                    );
                }
            }
        }
    }
    result
}

/// Finds the extensions on file in order of their dates. One with a date of effect may be dated after the as-of day and act before it.
fn found<'a>(case: &Case<'_, 'a>) -> Vec<(&'a Extension, Match<'a>)> {
    let context = case.context;
    let mut all = Vec::new();
    for extension in &case.pledge.extensions {
        let until = if extension.effect_from.is_some() {
            Instant::MAX
        } else {
            context.clocks.as_of
        };
        let matches = context.find_until(
            &extension.by,
            case.env,
            case.lens(good_for(case.sentence)),
            Purpose::Other,
            until,
        );
        all.extend(matches.into_iter().map(|found| (extension, found)));
    }
    all.sort_by(|(_, a), (_, b)| {
        let key = |found: &Match<'a>| context.evidence.incident(found.incident).key.clone();
        (a.when, key(a)).cmp(&(b.when, key(b)))
    });
    all
}

/// Says for whom it is good that a duty lasts longer: more time to do something helps the obligor, more time to refrain or to keep burdens it.
fn good_for(sentence: &Sentence) -> Favours {
    match &sentence.duty {
        Duty::Keep(_) | Duty::Refrain(_) | Duty::NotAllow(_) | Duty::Prevent { .. } => {
            Favours::Others
        }
        // Without a date the efforts are owed for as long as the window is open.
        Duty::Endeavour { .. } if sentence.window.deadline.is_none() => Favours::Others,
        Duty::Do(_)
        | Duty::Ensure(_)
        | Duty::Reach(_)
        | Duty::Endeavour { .. }
        | Duty::Permit(_) => Favours::Obligor,
    }
}

/// What an extension does to a deadline.
pub(super) enum Acts {
    /// The deadline is this now; a stretch where that is contested.
    Moves(Moment),
    /// It came when the deadline had passed.
    TooLate,
    /// Its records do not say to when.
    NoDate,
    /// It is not shown, or does not act yet.
    NotShown,
}

impl<'a> Context<'a> {
    /// Says what an extension does to a deadline.
    pub(super) fn acts(
        &self,
        extension: &Extension,
        found: &Match<'a>,
        truth: Truth,
        due: Moment,
    ) -> Acts {
        let date = |slot: usize| match self.field_value(found.incident, &found.route.slots, slot) {
            Some(Value::Date(when)) => Some(when),
            Some(_) | None => None,
        };
        let effect = extension.effect_from.and_then(date).unwrap_or(found.when);
        if !matches!(truth, Truth::True | Truth::Contested) || effect.earliest >= self.clocks.as_of
        {
            return Acts::NotShown;
        }
        let Some(to) = date(extension.to) else {
            return Acts::NoDate;
        };
        let to = self.calendar.moment_of(to);
        if effect.earliest >= self.calendar.end_of(due.last) {
            return Acts::TooLate;
        }
        let certain = truth == Truth::True && effect.latest <= self.calendar.end_of(due.first);
        Acts::Moves(if certain { to } else { self.either(due, to) })
    }

    /// Gives the stretch from the earlier to the later of two deadlines.
    fn either(&self, a: Moment, b: Moment) -> Moment {
        let pick = |a: Point, b: Point, later: bool| {
            if (self.calendar.end_of(a) < self.calendar.end_of(b)) == later {
                b
            } else {
                a
            }
        };
        Moment {
            first: pick(a.first, b.first, false),
            last: pick(a.last, b.last, true),
        }
    }
}

impl Extended {
    fn move_to(&mut self, context: &Context<'_>, moment: Moment) {
        let known = self.text.take();
        let before = known.unwrap_or_else(|| iso_moment(self.due, context.calendar));
        self.text = Some(format!(
            "{before}, extended to {}",
            iso_moment(moment, context.calendar)
        ));
        self.due = moment;
    }
}

fn note(notes: &mut Vec<Note>, extension: &Extension, text: &str) {
    let note = Note {
        span: extension.span,
        text: text.to_owned(),
    };
    if !notes.contains(&note) {
        notes.push(note);
    }
}

/// Moves the end of the window of a standing duty that has one of its own.
pub(super) fn extended_end(
    case: &Case<'_, '_>,
    evidence: &mut Witnesses,
    notes: &mut Vec<Note>,
) -> When {
    let calendar = case.context.calendar;
    if case.sentence.window.until.is_none() || case.pledge.extensions.is_empty() {
        return case.closes;
    }
    let last = Moment {
        first: Point::Day(calendar.day_of(case.closes.earliest.plus(-1))),
        last: Point::Day(calendar.day_of(case.closes.latest.plus(-1))),
    };
    let extended = extended(case, last, evidence, notes);
    if extended.text.is_none() {
        return case.closes;
    }
    When {
        earliest: calendar.end_of(extended.due.first),
        latest: calendar.end_of(extended.due.last),
    }
}
