//! What the evaluator says: data only.

use crate::agreement::{PledgeId, Standing};
use crate::record::RecordId;
use crate::source::Span;
use crate::time::{Instant, Moment, When};

/// The verdicts on one agreement at one pair of clocks.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// What happened after this is ignored; exclusive end of the as-of day.
    pub as_of: Instant,
    /// What became known at or after this is ignored (exclusive end of the known-by day); none where everything on file is known.
    pub known_by: Option<Instant>,
    /// The standard of the run.
    pub standard: Standing,
    /// The term in force, as reckoned.
    pub in_force: Option<(Option<Moment>, Option<Moment>)>,
    /// The pledges, in the order of the agreement.
    pub pledges: Vec<PledgeAssessment>,
}

/// The verdict on one pledge.
#[derive(Clone, Debug)]
pub struct PledgeAssessment {
    /// Which.
    pub pledge: PledgeId,
    /// At each standard, the worst of the instances.
    pub profile: Profile,
    /// With each role at its own standard, the worst of the instances; none where the pledge states no role.
    pub own: Option<OwnVerdict>,
    /// One for each combination of bindings and triggers; a pledge whose trigger never came has one, dormant.
    pub instances: Vec<InstanceAssessment>,
    /// What the other conventions of counting would give, for the worst instance.
    pub conventions: Vec<Convention>,
}

/// The verdict on one instance of a pledge.
#[derive(Clone, Debug)]
pub struct InstanceAssessment {
    /// Variable names and the names of their values.
    pub bindings: Vec<(String, String)>,
    /// The obligor of this instance, by name.
    pub obligor: String,
    /// The record that triggered it.
    pub trigger: Option<RecordId>,
    /// When the window opens, where known.
    pub opens: Option<Moment>,
    /// When the duty is due, where it is.
    pub due: Option<Moment>,
    /// The arithmetic of the deadline: `2020-02-29 + 14 months = 2021-04-29`.
    pub reckoning: Option<String>,
    /// The clause that the deadline or window is written in.
    pub deadline_span: Option<Span>,
    /// The verdict at each standard.
    pub profile: Profile,
    /// The verdict with each role at its own standard; none where the pledge states no role.
    pub own: Option<OwnVerdict>,
    /// The acts that broke it by the verdict of the report, in order of time; none where it is not acts that did, or no single ones.
    pub acts: Vec<BreakingAct>,
    /// The records that bear on it, those that count first, then in order of the files.
    pub evidence: Vec<Evidence>,
    /// Conditions, coverage gaps and other steps of the proof, as whole sentences.
    pub notes: Vec<Note>,
}

/// An act that broke a pledge: by itself, or by being one too many.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BreakingAct {
    /// The first record that tells of it.
    pub record: RecordId,
    /// When it was.
    pub since: When,
    /// The first moment at which it was over; none while it goes on.
    pub until: Option<When>,
}

impl PledgeAssessment {
    /// Gives the verdict of the report: the pledge's own where it states a standard for each role, else the one at the standard of the run.
    #[must_use]
    pub fn verdict(&self, run: Standing) -> Option<&Verdict> {
        match &self.own {
            Some(own) => Some(&own.verdict),
            None => self.profile.at(run),
        }
    }
}

impl InstanceAssessment {
    /// Gives the verdict of the report: the pledge's own where it states a standard for each role, else the one at the standard of the run.
    #[must_use]
    pub fn verdict(&self, run: Standing) -> Option<&Verdict> {
        match &self.own {
            Some(own) => Some(&own.verdict),
            None => self.profile.at(run),
        }
    }

    /// Gives the standard that the verdict of the report speaks of.
    #[must_use]
    pub fn standard(&self, run: Standing) -> Standing {
        self.own.as_ref().map_or(run, |own| own.standard)
    }
}

/// The verdict on a pledge that states a standard for each role.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnVerdict {
    /// With each role at its own standard.
    pub verdict: Verdict,
    /// The standard of the duty itself: of the performance, or of the breach.
    pub standard: Standing,
}

/// A verdict at each standard.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names are the standards")]
pub struct Profile {
    pub claimed: Verdict,
    pub reported: Verdict,
    pub corroborated: Verdict,
    /// None where nothing on file can verify.
    pub verified: Option<Verdict>,
}

impl Profile {
    /// Gives the verdict at a standard; `verified` that nothing can reach, and `none`, have none.
    #[must_use]
    pub fn at(&self, standard: Standing) -> Option<&Verdict> {
        match standard {
            Standing::None => None,
            Standing::Claimed => Some(&self.claimed),
            Standing::Reported => Some(&self.reported),
            Standing::Corroborated => Some(&self.corroborated),
            Standing::Verified => self.verified.as_ref(),
        }
    }
}

/// A verdict: a status and what belongs to it.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names are the report's")]
pub struct Verdict {
    pub status: Status,
    pub ground: Ground,
    /// Why it is undetermined or dormant.
    pub reason: Option<Why>,
    /// Calendar days, for `fulfilled-late`, `overdue` and `fulfilled-timing-unknown`.
    pub days_late: Option<Range>,
    /// Seconds, where the deadline is counted by the clock.
    pub seconds_late: Option<Range>,
    /// For `pending`: calendar days until the deadline.
    pub days_left: Option<i64>,
    /// For a duty without deadline: calendar days since the window opened.
    pub age_days: Option<i64>,
    /// Since when it is broken, overdue or fulfilled.
    pub since: Option<When>,
    /// The first moment at which it was no longer broken; none while it continues.
    pub until: Option<When>,
    pub form: Option<Form>,
    /// How many days of the window were observed.
    pub observed: Option<Observed>,
    /// For `contingent`: the verdict if the trigger is established.
    pub if_established: Option<Box<Verdict>>,
}

impl Verdict {
    /// Builds a verdict without particulars.
    #[must_use]
    pub fn new(status: Status, ground: Ground) -> Verdict {
        Verdict {
            status,
            ground,
            reason: None,
            days_late: None,
            seconds_late: None,
            days_left: None,
            age_days: None,
            since: None,
            until: None,
            form: None,
            observed: None,
            if_established: None,
        }
    }
}

/// From at least to at most, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Range {
    pub least: i64,
    pub most: i64,
}

/// The statuses of the report. The order is that of the report's own list, not of gravity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the report's")]
pub enum Status {
    Dormant,
    Pending,
    Fulfilled,
    FulfilledLate,
    FulfilledTimingUnknown,
    Overdue,
    Missed,
    Holding,
    Held,
    Breached,
    Contingent,
    Suspended,
    Excused,
    Waived,
    Ended,
    Undetermined,
    /// The text itself can't be checked: the pledge says so with `unjudged`.
    Unjudged,
}

impl Status {
    /// Every status.
    pub const ALL: [Status; 17] = [
        Status::Dormant,
        Status::Pending,
        Status::Fulfilled,
        Status::FulfilledLate,
        Status::FulfilledTimingUnknown,
        Status::Overdue,
        Status::Missed,
        Status::Holding,
        Status::Held,
        Status::Breached,
        Status::Contingent,
        Status::Suspended,
        Status::Excused,
        Status::Waived,
        Status::Ended,
        Status::Undetermined,
        Status::Unjudged,
    ];

    /// Gives the word of the report.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Status::Dormant => "dormant",
            Status::Pending => "pending",
            Status::Fulfilled => "fulfilled",
            Status::FulfilledLate => "fulfilled-late",
            Status::FulfilledTimingUnknown => "fulfilled-timing-unknown",
            Status::Overdue => "overdue",
            Status::Missed => "missed",
            Status::Holding => "holding",
            Status::Held => "held",
            Status::Breached => "breached",
            Status::Contingent => "contingent",
            Status::Suspended => "suspended",
            Status::Excused => "excused",
            Status::Waived => "waived",
            Status::Ended => "ended",
            Status::Undetermined => "undetermined",
            Status::Unjudged => "unjudged",
        }
    }
}

/// What a verdict follows from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ground {
    /// From evidence at the standard.
    Established,
    /// From the default of who must show what.
    Presumed,
}

/// Why a verdict is undetermined (the first seven) or dormant (the last three).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// Equal standing for and against.
    Contested,
    /// The bound lies between conflicting figures.
    Quantity,
    /// Equal standing for different doers.
    Attribution,
    /// A date across a deadline, a window or an entry into force.
    Straddles,
    /// The deadline itself is uncertain.
    Deadline,
    /// Due diligence: failure neither shown nor excluded.
    Conduct,
    /// A condition that decides is contested or unknown; for `dormant`, it fails.
    Condition,
    /// The trigger has not happened.
    Trigger,
    /// The obligor is not bound.
    NotBound,
    /// Everything hangs on another pledge that is itself contingent.
    Contingent,
}

impl Why {
    /// Gives the word of the report.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Why::Contested => "contested",
            Why::Quantity => "quantity",
            Why::Attribution => "attribution",
            Why::Straddles => "straddles",
            Why::Deadline => "deadline",
            Why::Conduct => "conduct",
            Why::Condition => "condition",
            Why::Trigger => "trigger",
            Why::NotBound => "not-bound",
            Why::Contingent => "contingent",
        }
    }
}

/// The form of a breach (ILC Articles on State Responsibility, 14 and 15).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the report's")]
pub enum Form {
    OneOff,
    Continuing,
    Composite,
}

/// How much of a window somebody watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observed {
    /// Whole or partly observed days.
    pub days: i64,
    /// Days of the window up to the as-of day.
    pub of: i64,
}

/// A record that bears on an instance, and why it counts or does not.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// Which record.
    pub record: RecordId,
    /// What it speaks to.
    pub role: EvidenceRole,
    /// Whether it is credible: whether it adds a voice.
    pub counts: bool,
    /// Whether it speaks for the proposition or against it.
    pub affirms: bool,
    /// The standing of the proposition it is part of (of its own side, for or against).
    pub standing: Standing,
    /// Why it counts or does not, as a fragment: "self-serving: the United States speaks of its own performance".
    pub because: String,
}

/// What a record speaks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the report's")]
pub enum EvidenceRole {
    Trigger,
    Performance,
    Breach,
    Condition,
    /// An act that an exception covers.
    Excepted,
    Excuse,
    Finding,
    /// On file, of the kind asked for, but it does not match: the reason says where it differs.
    NoMatch,
}

impl EvidenceRole {
    /// Gives the word of the report.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            EvidenceRole::Trigger => "trigger",
            EvidenceRole::Performance => "performance",
            EvidenceRole::Breach => "breach",
            EvidenceRole::Condition => "condition",
            EvidenceRole::Excepted => "excepted",
            EvidenceRole::Excuse => "excuse",
            EvidenceRole::Finding => "finding",
            EvidenceRole::NoMatch => "no-match",
        }
    }
}

/// A step of the proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The clause it speaks of.
    pub span: Span,
    /// A whole sentence.
    pub text: String,
}

/// What another convention of counting would give.
#[derive(Clone, Debug, PartialEq)]
pub struct Convention {
    /// `month-ends stick`.
    pub name: String,
    /// Whether it is the one that the agreement states.
    pub chosen: bool,
    /// The due day under it.
    pub due: Moment,
    /// The verdict under it, at the standard of the run.
    pub verdict: Verdict,
}
