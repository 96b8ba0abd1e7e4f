//! From records to evidence: which incidents the records tell of, and how well each proposition about them stands.
//!
//! A proposition about an incident has two standings, for and against. They depend on whose duty is asked about, because a party's word in its own
//! favour never counts for more than a claim; so a standing is always asked for from a [`Viewpoint`]. Nothing is merged: records of one
//! incident share a key that the analyst gave them.

use crate::agreement::{Agreement, Standing, ThingId};
use crate::record::{RecordId, Records, Subject};
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

/// The records of a run as they stand at one known-by date.
#[derive(Debug)]
pub struct Evidence<'a> {
    /// The records.
    pub records: &'a Records,
    /// The agreement in whose terms they are read.
    pub agreement: &'a Agreement,
    /// The clocks.
    pub clocks: Clocks,
    incidents: Vec<Incident>,
}

/// Settles which records are live, tainted or echoes at the known-by date, and gathers them into incidents.
#[must_use]
pub fn assess<'a>(records: &'a Records, agreement: &'a Agreement, clocks: Clocks) -> Evidence<'a> {
    Evidence {
        records,
        agreement,
        clocks,
        incidents: Vec::new(),
    }
}

impl Evidence<'_> {
    /// Gives the incidents of a subject, by earliest date, then key.
    pub fn incidents_of(&self, _subject: Subject) -> impl Iterator<Item = IncidentId> + '_ {
        std::iter::empty()
    }

    /// Gives an incident.
    #[must_use]
    #[expect(
        clippy::indexing_slicing,
        reason = "identifiers are positions in this list"
    )]
    pub fn incident(&self, id: IncidentId) -> &Incident {
        &self.incidents[id.0 as usize]
    }

    /// Weighs whether the incident occurred at all: its affirming records against its denials and against whoever watched and did not report it.
    #[must_use]
    pub fn occurrence(&self, _incident: IncidentId, _viewpoint: Viewpoint) -> Weight {
        todo!()
    }

    /// Weighs a proposition about the incident, such as "it was done by Alpha": `question` says what each live record says to it.
    ///
    /// Only records that affirm the incident (or deny with fields) are asked. A denial without fields speaks of the occurrence and is not asked.
    #[must_use]
    pub fn weigh(
        &self,
        _incident: IncidentId,
        _viewpoint: Viewpoint,
        _question: &dyn Fn(&crate::record::Record) -> Answer,
    ) -> Weight {
        todo!()
    }

    /// Gives the readings of a measure that are live, by earliest date, then order of the files, each with whether it is credible from this viewpoint.
    #[must_use]
    pub fn level(&self, _records: &[RecordId], _viewpoint: Viewpoint) -> Standing {
        todo!()
    }

    /// Says whether anything on file could verify a proposition about these subjects: a declared verifier or an official finding.
    #[must_use]
    pub fn verifiable(&self, _subjects: &[Subject]) -> bool {
        false
    }

    /// Says how much of `window` was watched in full for all of `subjects`, at `place` (everywhere where none), by sources whose silence stands at
    /// `standard` at least and is not self-serving from `viewpoint`.
    #[must_use]
    pub fn watch(
        &self,
        _subjects: &[Subject],
        _place: Option<ThingId>,
        _window: When,
        _viewpoint: Viewpoint,
        _standard: Standing,
    ) -> Watch {
        Watch {
            days: 0,
            of: 0,
            complete: false,
            gaps: Vec::new(),
        }
    }
}
