//! From records to evidence: which incidents the records tell of, and how well each proposition about them stands.
//!
//! A proposition about an incident has two standings, for and against. They depend on whose duty is asked about, because a party's word in its own
//! favour never counts for more than a claim; so a standing is always asked for from a [`Viewpoint`]. Nothing is merged: records of one
//! incident share a key that the analyst gave them.

mod coverage;
mod credibility;
mod incidents;
mod interest;
mod liveness;
mod origin;
mod owners;
mod standing;
mod timeline;
mod watch;
mod weighing;
mod wording;

#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::agreement::{Agreement, MeasureId, Standing, ThingId};
use crate::record::{Record, RecordId, Records, Subject};
use crate::time::{Instant, When};

/// The two clocks of a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clocks {
    /// What happened at or after this is ignored: the exclusive end of the as-of day.
    pub as_of: Instant,
    /// What became known at or after this is ignored: the exclusive end of the known-by day; [`Instant::MAX`] where all on file is known.
    pub known_by: Instant,
}

/// An incident, by its position in the evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IncidentId(pub u32);

/// The records that tell of one occurrence.
#[derive(Clone, Debug)]
pub struct Incident {
    /// The key that they share.
    pub key: String,
    /// What they tell of; records of one key with different subjects are different incidents.
    pub subject: Subject,
    /// Every record of it that is known at the known-by date, live or not, in the order of the files: those that affirm it and those that deny it.
    /// Retractions stand beside what they retract.
    pub records: Vec<RecordId>,
    /// Hull of the dates of its live affirming records; a first sieve before a weight is asked for.
    pub when: When,
}

/// From whose side a proposition is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Viewpoint {
    /// Whose duty it is; none for propositions without an obligor (then any party's word is self-serving).
    pub obligor: Option<ThingId>,
    /// What it is for the obligor that the proposition is true.
    pub favours: Favours,
}

impl Viewpoint {
    /// Gives the viewpoint of the opposite proposition.
    #[must_use]
    pub fn denied(self) -> Viewpoint {
        Viewpoint {
            obligor: self.obligor,
            favours: self.favours.opposite(),
        }
    }
}

/// What it is for the obligor that a proposition is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Favours {
    /// Good: a performance, an excuse, an exception, a failed condition.
    Obligor,
    /// Bad: a breach, a trigger, a condition that brings the duty about.
    Others,
}

impl Favours {
    /// Gives the other one: what the opposite proposition is.
    #[must_use]
    pub fn opposite(self) -> Favours {
        match self {
            Favours::Obligor => Favours::Others,
            Favours::Others => Favours::Obligor,
        }
    }
}

/// What a record says to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Answer {
    Affirms,
    Denies,
    Silent,
}

/// How well a proposition stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Weight {
    /// The standing of those who affirm it.
    pub pro: Standing,
    /// The standing of those who deny it.
    pub con: Standing,
    /// When the incident was: the intersection of the dates of its credible live records, of all live ones where none is credible.
    pub when: When,
    /// The dates of the credible records have nothing in common; `when` is their hull.
    pub time_conflict: bool,
    /// Each record that says something, and why it counts or does not.
    pub accounts: Vec<Account>,
}

/// A record that says something to a question.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Which.
    pub record: RecordId,
    /// For or against.
    pub affirms: bool,
    /// Whether it is credible.
    pub counts: bool,
    /// Why, as a fragment for people: "against its own interest: the Taliban speak of the other side's performance".
    pub because: String,
}

/// The truth of a proposition at one standard. Ordered as conditions need it: `and` is the least, `or` the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Truth {
    /// Refuted.
    False,
    /// Not shown at this standard.
    NotShown,
    /// Shown and refuted alike.
    Contested,
    /// Shown.
    True,
}

impl Truth {
    /// Gives the truth at `standard` of a proposition with these standings.
    #[must_use]
    pub fn at(standard: Standing, pro: Standing, con: Standing) -> Truth {
        if pro.max(con) < standard {
            Truth::NotShown
        } else {
            match pro.cmp(&con) {
                std::cmp::Ordering::Greater => Truth::True,
                std::cmp::Ordering::Less => Truth::False,
                std::cmp::Ordering::Equal => Truth::Contested,
            }
        }
    }

    /// Gives the truth of the opposite: swaps true and false only.
    #[must_use]
    #[expect(
        clippy::should_implement_trait,
        reason = "it belongs to the logic of four values, not to the operator"
    )]
    pub fn not(self) -> Truth {
        match self {
            Truth::False => Truth::True,
            Truth::True => Truth::False,
            Truth::NotShown | Truth::Contested => self,
        }
    }
}

/// How much of a window somebody watched, at one standard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// Civil days of the window on which somebody watched.
    pub days: i64,
    /// Civil days of the window.
    pub of: i64,
    /// Whether every instant was watched.
    pub complete: bool,
    /// What nobody watched.
    pub gaps: Vec<When>,
}

/// How much of a window somebody watched, without what nobody watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observed {
    /// Civil days of the window on which somebody watched.
    pub days: i64,
    /// Civil days of the window.
    pub of: i64,
    /// Whether every instant was watched.
    pub complete: bool,
}

/// What the records say of the end of a state of affairs.
#[derive(Clone, Debug, PartialEq)]
pub struct Ending {
    /// When it ended: the intersection of what the credible records say, of all live ones where none is credible.
    pub when: When,
    /// Those dates have nothing in common; `when` is their hull.
    pub time_conflict: bool,
    /// The standing of those who say that it ended.
    pub pro: Standing,
    /// The standing of those who deny it, or later said that it still went on.
    pub con: Standing,
    /// Each record that says something to it.
    pub accounts: Vec<Account>,
}

/// The silence of somebody who watched in full and did not report an occurrence; it denies it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silence {
    /// The window, by its position in [`Records::coverage`].
    pub coverage: usize,
    /// Whether the silence is credible.
    pub counts: bool,
    /// Why it counts or does not, as a fragment for people.
    pub because: String,
}

/// Whose voices a record brings to a proposition: heard once, and joined with those of other records as often as that is asked.
#[derive(Clone, Debug)]
pub struct Voices(standing::Chorus);

/// The records of a run as they stand at one known-by date.
#[derive(Debug)]
pub struct Evidence<'a> {
    /// The records.
    pub records: &'a Records,
    /// The agreement in whose terms they are read.
    pub agreement: &'a Agreement,
    /// The clocks.
    pub clocks: Clocks,
    incidents: incidents::Incidents,
    liveness: liveness::Liveness,
    origins: origin::Origins,
    watchers: coverage::Watchers,
    sweeps: watch::Sweeps,
    bench: credibility::Bench<'a>,
    /// Occurrences already weighed: the same ones are asked for at every standard.
    memo: RefCell<BTreeMap<(IncidentId, Viewpoint), Weight>>,
}

/// Settles which records are live, tainted or echoes at the known-by date, and gathers them into incidents.
#[must_use]
pub fn assess<'a>(records: &'a Records, agreement: &'a Agreement, clocks: Clocks) -> Evidence<'a> {
    let owners = owners::Owners::of(records);
    let liveness = liveness::settle(records, &owners, clocks);
    let origins = origin::trace(records, &liveness);
    let incidents = incidents::gather(records, &liveness, &origins);
    let watchers = coverage::gather(records, &liveness, &origins, clocks);
    Evidence {
        records,
        agreement,
        clocks,
        incidents,
        liveness,
        origins,
        watchers,
        sweeps: watch::Sweeps::default(),
        bench: credibility::Bench {
            records,
            sides: interest::Sides::new(&records.vocabulary, clocks.known_by),
            owners,
        },
        memo: RefCell::new(BTreeMap::new()),
    }
}

impl Evidence<'_> {
    /// Gives the incidents of a subject, by earliest date, then key.
    ///
    /// Those that by every live account began at or after the as-of date are left out.
    pub fn incidents_of(&self, subject: Subject) -> impl Iterator<Item = IncidentId> + '_ {
        self.incidents_before(subject, self.clocks.as_of)
    }

    /// Gives the incidents of a kind that may have happened before a moment, also after the as-of day: what has effect from an earlier
    /// date may be dated later.
    pub fn incidents_before(
        &self,
        subject: Subject,
        before: Instant,
    ) -> impl Iterator<Item = IncidentId> + '_ {
        self.incidents
            .by_subject
            .get(&subject)
            .into_iter()
            .flatten()
            .copied()
            .filter(move |&id| self.incident(id).when.earliest < before)
    }

    /// Gives the readings of a measure, as [`Evidence::incidents_of`] does: each reading is an incident unless the file says otherwise.
    pub fn readings(&self, measure: MeasureId) -> impl Iterator<Item = IncidentId> + '_ {
        self.incidents_of(Subject::Measure(measure))
    }

    /// Gives an incident.
    #[must_use]
    #[expect(
        clippy::indexing_slicing,
        reason = "identifiers are positions in this list"
    )]
    pub fn incident(&self, id: IncidentId) -> &Incident {
        &self.incidents.list[id.0 as usize]
    }

    /// Gives the incident that a record belongs to; a record that is not known yet has none.
    #[must_use]
    pub fn incident_of(&self, record: RecordId) -> Option<IncidentId> {
        self.incidents.of(record)
    }

    /// Weighs whether the incident occurred at all: its affirming records against its denials and against whoever watched and did not report it.
    #[must_use]
    pub fn occurrence(&self, incident: IncidentId, viewpoint: Viewpoint) -> Weight {
        if let Some(weight) = self.memo.borrow().get(&(incident, viewpoint)) {
            return weight.clone();
        }
        let weight = self.weigh_occurrence(incident, viewpoint);
        self.memo
            .borrow_mut()
            .insert((incident, viewpoint), weight.clone());
        weight
    }

    /// Weighs a proposition about the incident, such as "it was done by Alpha": `question` says what each live record says to it.
    ///
    /// Only records that affirm the incident (or deny with fields) are asked. A denial without fields speaks of the occurrence and is not asked;
    /// a denial with fields denies what its fields, taken as true, would affirm. Records that are out are asked too, so that they can be shown
    /// with the reason why they do not count.
    #[must_use]
    pub fn weigh(
        &self,
        incident: IncidentId,
        viewpoint: Viewpoint,
        question: &dyn Fn(&Record) -> Answer,
    ) -> Weight {
        let time = self.time(incident, viewpoint);
        self.weigh_question(incident, viewpoint, question, time)
    }

    /// Gives the silences that deny the occurrence; their standing is part of the `con` of [`Evidence::occurrence`].
    #[must_use]
    pub fn silences(&self, incident: IncidentId, viewpoint: Viewpoint) -> Vec<Silence> {
        let (when, _) = self.time(incident, viewpoint);
        self.told_silences(incident, viewpoint, when)
    }

    /// Gives what the records say of the end of a state of affairs (`until`, or a record with `ends`); nothing where no live record tells of one.
    ///
    /// `viewpoint` is that of the state itself: that it ended is good for the obligor where the state is bad for it.
    #[must_use]
    pub fn end_of(&self, incident: IncidentId, viewpoint: Viewpoint) -> Option<Ending> {
        self.weigh_end(incident, viewpoint)
    }

    /// Gives the standing of what these records say, each taken to say that the proposition of the viewpoint is so; those that are out are passed over.
    #[must_use]
    pub fn level(&self, records: &[RecordId], viewpoint: Viewpoint) -> Standing {
        let voices: Vec<Voices> = records
            .iter()
            .map(|&id| self.voices(id, viewpoint))
            .collect();
        self.standing(&voices)
    }

    /// Gives whose voices a record brings to the proposition of the viewpoint, which it is taken to affirm; none where it is out.
    #[must_use]
    pub fn voices(&self, record: RecordId, viewpoint: Viewpoint) -> Voices {
        Voices(self.voices_of(record, viewpoint))
    }

    /// Gives the standing of what all these voices say together.
    pub fn standing<'v>(&self, voices: impl IntoIterator<Item = &'v Voices>) -> Standing {
        let mut all = standing::Chorus::default();
        for Voices(chorus) in voices {
            all.join(chorus);
        }
        self.rung(&all)
    }

    /// Says whether a record is known, not taken back, and not only a repetition of what was taken back.
    #[must_use]
    pub fn is_live(&self, record: RecordId) -> bool {
        self.liveness.is_live(record) && self.origins.tainted_by(record).is_none()
    }

    /// Says why a record is out, as a fragment: "retracted on 17 September 2021 by the Pentagon"; nothing for a record that is live.
    #[must_use]
    pub fn status_of(&self, record: RecordId) -> Option<String> {
        self.reason_out(record)
    }

    /// Says whether anything on file could verify a proposition about these subjects: a declared verifier or an official finding.
    ///
    /// A verifier of a kind that counts as one of them is enough.
    #[must_use]
    pub fn verifiable(&self, subjects: &[Subject]) -> bool {
        let wanted = self.watchers.bridges.with_all_below(subjects);
        let declared = self
            .records
            .informants
            .iter()
            .any(|informant| informant.verifies.iter().any(|one| wanted.contains(one)));
        let found = wanted.iter().any(|&subject| {
            matches!(subject, Subject::Finding(_)) && self.incidents_of(subject).next().is_some()
        });
        declared || found
    }

    /// Says how much of `window` was watched in full for all of `subjects`, at `place` (everywhere where none), by sources whose silence stands at
    /// `standard` at least and is not self-serving.
    ///
    /// `viewpoint` is that of what would have been seen: for a prohibition, the breach. A derived kind is watched while everything that counts as it is.
    #[must_use]
    pub fn watch(
        &self,
        subjects: &[Subject],
        place: Option<ThingId>,
        window: When,
        viewpoint: Viewpoint,
        standard: Standing,
    ) -> Watch {
        watch::answer(
            self,
            watch::Question {
                subjects,
                place,
                window,
                viewpoint,
                standard,
            },
        )
    }

    /// Says the same as [`Evidence::watch`] without the gaps, so that it may be asked for each of many instances.
    #[must_use]
    pub fn observed(
        &self,
        subjects: &[Subject],
        place: Option<ThingId>,
        window: When,
        viewpoint: Viewpoint,
        standard: Standing,
    ) -> Observed {
        let question = watch::Question {
            subjects,
            place,
            window,
            viewpoint,
            standard,
        };
        watch::observed(self, question)
    }

    fn time(&self, incident: IncidentId, viewpoint: Viewpoint) -> (When, bool) {
        if let Some(weight) = self.memo.borrow().get(&(incident, viewpoint)) {
            return (weight.when, weight.time_conflict);
        }
        let weight = self.occurrence(incident, viewpoint);
        (weight.when, weight.time_conflict)
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "there is a scene for every incident"
    )]
    fn scene(&self, incident: IncidentId) -> &credibility::Scene {
        &self.incidents.scenes[incident.0 as usize]
    }
}

/// Says whether something that became known at `known` is known by the clock.
fn is_known(known: Instant, clocks: Clocks) -> bool {
    known < clocks.known_by || clocks.known_by == Instant::MAX
}
