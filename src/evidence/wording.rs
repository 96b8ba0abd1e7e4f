//! Names and days as they stand in reasons that people read.

use crate::agreement::{Agreement, ThingId};
use crate::record::{Basis, InformantId, Record, Records, Reliability};
use crate::time::{Instant, When, format_day};

/// Gives the title of a source, else its name.
pub(super) fn informant(records: &Records, informant: Option<InformantId>) -> String {
    informant.map_or_else(
        || "the file's own desk".to_owned(),
        |id| {
            let informant = records.informant(id);
            informant
                .title
                .clone()
                .unwrap_or_else(|| informant.name.clone())
        },
    )
}

/// Gives the title of a thing, else its name.
pub(super) fn thing(records: &Records, id: ThingId) -> String {
    let thing = records.vocabulary.thing(id);
    thing.title.clone().unwrap_or_else(|| thing.name.clone())
}

/// Gives the letter of a grade.
pub(super) fn letter(letter: Reliability) -> char {
    match letter {
        Reliability::A => 'A',
        Reliability::B => 'B',
        Reliability::C => 'C',
        Reliability::D => 'D',
        Reliability::E => 'E',
        Reliability::F => 'F',
    }
}

/// Says how a source came to know.
pub(super) fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Observed => "observed",
        Basis::Documented => "documented",
        Basis::Told => "told",
        Basis::NoneGiven => "told, as no basis is given",
    }
}

/// Gives the day of a moment in the agreement's zone.
pub(super) fn day(agreement: &Agreement, instant: Instant) -> String {
    format_day(agreement.calendar.day_of(instant))
}

/// Gives the day on which a record was made: said where that is on file, known otherwise.
pub(super) fn day_made(agreement: &Agreement, record: &Record) -> Option<String> {
    let said = record.reported.map(|reported| reported.earliest);
    Some(said.unwrap_or(record.known))
        .filter(|&instant| instant != Instant::MIN && instant != Instant::MAX)
        .map(|instant| day(agreement, instant))
}

/// Gives the first and the last day of a stretch of time.
pub(super) fn days(agreement: &Agreement, when: When) -> String {
    let first = day(agreement, when.earliest);
    let last = day(agreement, when.latest.plus(-1));
    if first == last {
        format!("on {first}")
    } else {
        format!("from {first} to {last}")
    }
}
