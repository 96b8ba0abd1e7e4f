//! Records: one source saying one thing, checked against the kinds that the rules declare.
//!
//! Nothing is judged here. A record that could not be understood is left out and counted in [`Records::left_out`]; the diagnostics say why.

pub mod scenario;
pub mod table;
pub mod toml;

use crate::agreement::{KindId, MeasureId, PledgeId, ThingId, Value, VariableId, Vocabulary};
use crate::quantity::Estimate;
use crate::source::Span;
use crate::time::{Instant, When};

/// A record, by its position in [`Records::records`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(pub u32);

/// A source of records, by its position in [`Records::informants`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InformantId(pub u32);

/// Everything that the record files of a run say, in terms of one agreement.
#[derive(Clone, Debug, Default)]
pub struct Records {
    /// The vocabulary of the rules with what the registers add to it.
    pub vocabulary: Vocabulary,
    /// The sources; called informants in code, where `source` means a text.
    pub informants: Vec<Informant>,
    /// The records, in the order of the files.
    pub records: Vec<Record>,
    /// Who was watching for what, where and when.
    pub coverage: Vec<Coverage>,
    /// How many `[[event]]`, `[[reading]]`, `[[coverage]]` and `[[finding]]` blocks were read.
    pub read: usize,
    /// How many of them could not be understood.
    pub left_out: usize,
}

/// A source: `[sources.NAME]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Informant {
    /// The name that records use.
    pub name: String,
    /// The name to show.
    pub title: Option<String>,
    /// The Admiralty letter.
    pub reliability: Reliability,
    /// The actor it speaks for; none is neutral.
    pub speaks_for: Option<ThingId>,
    /// Sources of one owner are one voice; the source itself where none is given.
    pub owner: String,
    /// Kinds and measures for which it is the declared verifier.
    pub verifies: Vec<Subject>,
    /// Where it is declared: the name in the header.
    pub span: Span,
}

/// The Admiralty letter of a source's track record: `A` completely reliable … `E` unreliable, `F` cannot be judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the code's own letters")]
pub enum Reliability {
    A,
    B,
    C,
    D,
    E,
    #[default]
    F,
}

/// How the source came to know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// It saw it.
    Observed,
    /// It has papers, pictures or data.
    Documented,
    /// Somebody told it.
    Told,
    /// It does not say; treated as told.
    #[default]
    NoneGiven,
}

/// What a record is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// An event of a kind.
    Kind(KindId),
    /// A reading of a measure.
    Measure(MeasureId),
    /// A body's own determination about a pledge.
    Finding(PledgeId),
}

/// One source saying one thing.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its position.
    pub id: RecordId,
    /// Its `id` in the file, or file name and ordinal.
    pub name: String,
    /// The incident it speaks of: `incident`, else that of the record it is linked to by `denies`, `corrects`, `supersedes` or `ends`,
    /// else its own name.
    pub incident: String,
    /// What it is about; a linking record without a kind takes that of its target.
    pub subject: Subject,
    /// What it does with that.
    pub stance: Stance,
    /// The fields of the kind or measure, by slot; none where the record is silent.
    pub fields: Vec<Option<FieldValue>>,
    /// The value of a reading, in the base unit.
    pub value: Option<Estimate>,
    /// The determination and the instance selectors of a finding.
    pub finding: Option<Finding>,
    /// When it happened; all of time where the record is silent (a denial, say).
    pub when: When,
    /// Whether `when` was given.
    pub dated: bool,
    /// Whether `when` is marked `?` or `%`.
    pub uncertain: bool,
    /// `throughout`: it lasted the whole of `when`, instead of happening somewhere in it.
    pub throughout: bool,
    /// The end of a state of affairs.
    pub until: Option<Ends>,
    /// Who says so; none where the record names no source.
    pub informant: Option<InformantId>,
    /// How it came to know.
    pub basis: Basis,
    /// How many independent sources it says it rests on; 1 unless given.
    pub origins: u32,
    /// What it only repeats.
    pub echoes: Vec<Echo>,
    /// The analyst's own grade, where given.
    pub grade: Option<Grade>,
    /// When the source said it, as far as given.
    pub reported: Option<When>,
    /// When it became known to the file: `known`, else the end of `reported`, else the end of `when` (its start if open), else always.
    pub known: Instant,
    /// Where to look it up.
    pub link: Option<String>,
    /// The analyst's remark.
    pub note: Option<String>,
    /// The places of its parts.
    pub places: Places,
}

/// A field of a record and where it stands.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct FieldValue {
    pub value: Value,
    pub span: Span,
}

/// Where the parts of a record stand.
#[derive(Clone, Copy, Debug)]
pub struct Places {
    /// The whole block, from its header to its last value.
    pub block: Span,
    /// The value of `kind`, `measure` or `pledge`; the header where there is none.
    pub subject: Span,
    /// The value of `when`, where given.
    pub when: Option<Span>,
    /// The value of `value`, where given.
    pub value: Option<Span>,
    /// The value of `source`, where given.
    pub informant: Option<Span>,
    /// The value of the linking key, where given.
    pub link: Option<Span>,
}

/// What a record does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stance {
    /// It says that it is so.
    Affirms,
    /// It says that what the other record tells is not so; with fields of its own it denies those fields only.
    Denies(RecordId),
    /// It takes the other record back.
    Retracts(RecordId),
    /// It replaces the other record, which was wrong when made.
    Corrects(RecordId),
    /// It replaces the other record, because things moved on.
    Supersedes(RecordId),
    /// It says that the state of affairs of the other record ended.
    Ends(RecordId),
}

/// The end of a state of affairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// It still went on when it was reported: `".."`.
    Open,
    /// It ended somewhere in this (the last day included).
    By(When),
}

/// What a record repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Echo {
    /// Another record.
    Record(RecordId),
    /// A source, without a record of it on file.
    Informant(InformantId),
}

/// The analyst's own Admiralty grade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grade {
    /// The letter; overrides the source's own for this record.
    pub letter: Reliability,
    /// The digit, 1 to 6: 4 and 5 take credibility away, 6 says it cannot be judged.
    pub digit: u8,
}

/// A body's own determination.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What it found.
    pub verdict: FindingVerdict,
    /// Variables of the pledge and what they must equal, from the brackets of `pledge = "a/p[q = x]"`.
    pub bindings: Vec<(VariableId, Value)>,
    /// The day whose period, or whose trigger, it is about, from `[on 2021-01-15]`; all where none.
    pub on: Option<When>,
}

/// What a finding says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the file format's")]
pub enum FindingVerdict {
    Breached,
    Kept,
    Fulfilled,
}

/// A window in which somebody was watching: `[[coverage]]`.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// Who; none where the block names no source.
    pub informant: Option<InformantId>,
    /// For which kinds and measures.
    pub subjects: Vec<Subject>,
    /// Where; none is everywhere.
    pub place: Option<ThingId>,
    /// From the beginning of the first day to the end of the last.
    pub when: When,
    /// Between which minutes of each day; none is all day.
    pub hours: Option<(u16, u16)>,
    /// Whether it watched in full: only then is silence a denial.
    pub full: bool,
    /// How it watched.
    pub basis: Basis,
    /// When it became known.
    pub known: Instant,
    /// The block.
    pub span: Span,
}

impl Records {
    /// Gives a record.
    #[must_use]
    #[expect(
        clippy::indexing_slicing,
        reason = "identifiers are positions in this list"
    )]
    pub fn record(&self, id: RecordId) -> &Record {
        &self.records[id.0 as usize]
    }

    /// Gives a source.
    #[must_use]
    #[expect(
        clippy::indexing_slicing,
        reason = "identifiers are positions in this list"
    )]
    pub fn informant(&self, id: InformantId) -> &Informant {
        &self.informants[id.0 as usize]
    }
}
