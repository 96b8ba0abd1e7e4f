//! The readings of one measure about one thing, put in order once, so that what holds at a moment is looked up rather than gathered again.
//!
//! What a reading says to a question is left open here: which readings are in force at a moment does not depend on it.

use std::collections::BTreeMap;

use crate::agreement::{Argument, Holds, MeasureId, Standing};
use crate::evidence::{IncidentId, Voices};
use crate::quantity::Estimate;
use crate::record::Record;
use crate::time::{Instant, When};

use super::Context;
use super::condition::Ask;

/// What one record says of a measure.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) value: Option<Estimate>,
    pub(super) when: When,
    /// From when on it does not hold any more, whatever comes after it.
    expires: Instant,
    /// The standing of those who deny that it was read.
    pub(super) con: Standing,
    /// As evidence for what is asked.
    pub(super) affirming: Said,
    /// As evidence against it.
    pub(super) denying: Said,
}

/// How well a reading stands on one side of a question.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) voices: Voices,
    pub(super) standing: Standing,
}

/// The readings of one measure about one thing, from one viewpoint.
#[derive(Debug, Default)]
pub(super) struct Series {
    readings: Vec<Reading>,
    voices: Vec<Voice>,
}

/// The readings of one voice, by position in the series.
#[derive(Debug, Default)]
struct Voice {
    /// In order of their earliest moments.
    begins: Vec<(Instant, usize)>,
    /// By place in `begins`: the latest end of everything up to there.
    reach: Vec<Instant>,
    /// Their ends, in order, each with the place in `begins`.
    ends: Vec<(Instant, usize)>,
    /// By place in `ends`: when the last of everything up to there expires.
    lasting: Vec<Instant>,
}

impl Series {
    /// Gives the readings that hold at a moment: of each voice the newest, whatever it says; of several of one time, all.
    pub(super) fn at(&self, moment: When) -> Vec<&Reading> {
        let mut found = Vec::new();
        for voice in &self.voices {
            voice.at(moment, &self.readings, &mut found);
        }
        found
    }

    fn of(readings: Vec<Reading>, voices: Vec<Vec<usize>>) -> Series {
        let voices = voices
            .into_iter()
            .map(|own| Voice::of(&own, &readings))
            .collect();
        Series { readings, voices }
    }
}

impl Voice {
    fn of(own: &[usize], readings: &[Reading]) -> Voice {
        let mut voice = Voice::default();
        let begins = own
            .iter()
            .filter_map(|&at| Some((readings.get(at)?.when.earliest, at)));
        voice.begins = begins.collect();
        voice.begins.sort_unstable();
        let mut reach = Instant::MIN;
        for (place, &(_, at)) in voice.begins.iter().enumerate() {
            if let Some(reading) = readings.get(at) {
                reach = reach.max(reading.when.latest);
                voice.ends.push((reading.when.latest, place));
            }
            voice.reach.push(reach);
        }
        voice.ends.sort_unstable();
        let mut lasting = Instant::MIN;
        for &(_, place) in &voice.ends {
            if let Some(reading) = voice.reading(place, readings) {
                lasting = lasting.max(reading.expires);
            }
            voice.lasting.push(lasting);
        }
        voice
    }

    fn reading<'r>(&self, place: usize, readings: &'r [Reading]) -> Option<&'r Reading> {
        readings.get(self.begins.get(place)?.1)
    }

    /// A reading has begun if it was not certainly taken after the moment; of those that still last the newest hold.
    fn at<'r>(&self, moment: When, readings: &'r [Reading], found: &mut Vec<&'r Reading>) {
        let begun = self
            .begins
            .partition_point(|(earliest, _)| *earliest < moment.latest);
        let Some(&newest) = begun.checked_sub(1).and_then(|last| self.reach.get(last)) else {
            return;
        };
        let end = self.ends.partition_point(|end| *end < (newest, begun));
        let mut held: Option<Instant> = None;
        let ends = self.ends.iter().zip(&self.lasting).take(end).rev();
        for (&(latest, place), &lasting) in ends {
            if lasting <= moment.earliest || held.is_some_and(|held| held != latest) {
                return;
            }
            let reading = self
                .reading(place, readings)
                .filter(|reading| place < begun && moment.earliest < reading.expires);
            if let Some(reading) = reading {
                held = Some(latest);
                found.push(reading);
            }
        }
    }
}

impl<'a> Context<'a> {
    /// Gathers the readings that match the arguments, from the viewpoint of the question.
    pub(super) fn gather_series(
        &self,
        measure: MeasureId,
        arguments: &[Argument],
        ask: &Ask<'_, 'a>,
    ) -> Series {
        let mut readings = Vec::new();
        let mut voices: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for &incident in self.reading_incidents(measure, arguments, ask).iter() {
            self.read(measure, incident, ask, &mut |record, reading| {
                let own = voices.entry(self.voice_of(record)).or_default();
                own.push(readings.len());
                readings.push(reading);
            });
        }
        Series::of(readings, voices.into_values().collect())
    }

    /// Reads the records of one incident, unless it is refuted or lies after the as-of day.
    fn read(
        &self,
        measure: MeasureId,
        incident: IncidentId,
        ask: &Ask<'_, 'a>,
        add: &mut dyn FnMut(&'a Record, Reading),
    ) {
        let (affirming, denying) = (
            ask.lens.viewpoint(ask.env),
            ask.lens.opposite().viewpoint(ask.env),
        );
        let whole = self.evidence.occurrence(incident, affirming);
        if whole.con > whole.pro || whole.when.earliest >= self.clocks.as_of {
            return;
        }
        let expires = self.expiry(measure, whole.when);
        for record in self.live_records(incident) {
            let said = |viewpoint| {
                let voices = self.evidence.voices(record.id, viewpoint);
                Said {
                    standing: self.evidence.standing([&voices]),
                    voices,
                }
            };
            let reading = Reading {
                value: record.value,
                when: whole.when,
                expires,
                con: whole.con,
                affirming: said(affirming),
                denying: said(denying),
            };
            add(record, reading);
        }
    }

    /// Gives the moment from which on a reading of a measure does not hold any more.
    fn expiry(&self, measure: MeasureId, read: When) -> Instant {
        let measure = self.vocabulary().measure(measure);
        match (measure.holds, measure.lasts) {
            (Holds::Point, _) => read.latest,
            (Holds::Step, None) => Instant::MAX,
            (Holds::Step, Some(lasts)) => {
                let read = self.calendar.moment_of(read);
                let over = self.calendar.shift(read, lasts, false);
                self.calendar.end_of(over.last)
            }
        }
    }

    fn voice_of(&self, record: &'a Record) -> &'a str {
        record.informant.map_or(record.name.as_str(), |id| {
            self.records().informant(id).owner.as_str()
        })
    }
}
