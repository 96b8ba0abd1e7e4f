//! Places: what lies in what, and what a record's place says of the place that a rule names.

use super::model::Pattern;

/// The places: a land, its two halves, and a harbour in the northern one.
pub(crate) const PLACES: [&str; 4] = ["land", "north", "harbour", "south"];
const AROUND: [Option<usize>; 4] = [None, Some(0), Some(1), Some(0)];

/// How a rule names a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// That place and all inside it.
    Inside,
    /// `part of`: the same, said where an act discharges a duty.
    PartOf,
    /// `exactly`: that place and nothing else.
    Exactly,
    /// That place or one around it: what a single act must cover to discharge a duty.
    Cover,
}

/// Whether a place is another one or lies in it.
pub(crate) fn inside(place: usize, around: usize) -> bool {
    place == around || AROUND[place].is_some_and(|next| inside(next, around))
}

/// Whether places have something in common.
pub(crate) fn overlap(one: usize, other: usize) -> bool {
    inside(one, other) || inside(other, one)
}

/// Whether what happened in a place fits the place of a rule; nothing, where the place is told too roughly to say.
pub(crate) fn fits(said: usize, form: Form, wanted: usize) -> Option<bool> {
    let wider = said != wanted && inside(wanted, said);
    match form {
        Form::Cover => Some(inside(wanted, said)),
        Form::Inside | Form::PartOf if wider => None,
        Form::Inside | Form::PartOf => Some(inside(said, wanted)),
        Form::Exactly => Some(said == wanted),
    }
}

/// The pattern of an act that discharges a duty: its place must cover the place named.
pub(crate) fn discharging(pattern: &Pattern) -> Pattern {
    let cover = |(form, place)| match form {
        Form::Inside => (Form::Cover, place),
        Form::PartOf | Form::Exactly | Form::Cover => (form, place),
    };
    Pattern {
        place: pattern.place.map(cover),
        ..*pattern
    }
}
