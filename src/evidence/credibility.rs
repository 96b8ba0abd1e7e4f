//! Whether a statement is credible from a viewpoint, and why.
//!
//! Interest first, letter second: nobody vouches for themselves, everybody may speak against themselves, and of the rest the source's
//! track record and its way of knowing decide.

use super::interest::{Alignment, Holding, Sides};
use super::origin::{Root, Teller};
use super::owners::Owners;
use super::standing::{Origin, Voice};
use super::wording;
use super::{Favours, Viewpoint};
use crate::agreement::{Mark, Sort, ThingId, Value};
use crate::record::{
    Basis, Coverage, Grade, InformantId, Record, Records, Reliability, Stance, Subject,
};
use crate::time::When;

/// Where and among whom something is said to have happened.
#[derive(Clone, Debug)]
pub(super) struct Scene {
    /// The time at which memberships are read.
    pub(super) when: When,
    /// The actors that take part, by any live account.
    pub(super) actors: Vec<ThingId>,
}

/// A statement that is judged: a record at the root of what is told, or the silence of somebody who watched.
#[derive(Clone, Copy, Debug)]
pub(super) struct Statement<'r> {
    record: Option<&'r Record>,
    informant: Option<InformantId>,
    letter: Reliability,
    grade: Option<Grade>,
    basis: Basis,
    origins: u32,
    named: bool,
    subject: Option<Subject>,
}

/// Why a source has, or has not, something to gain from what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tie {
    /// It speaks for the obligor's own side.
    Own,
    /// It speaks for an ally.
    Allied,
    /// It speaks for an adversary.
    Adverse,
    /// Nobody owes anything, and it speaks for a party or for one who takes part.
    Participant,
    /// It boasts of its own side's doing.
    Boast,
}

/// Why a statement is credible or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// The analyst graded the item 4 or 5.
    Doubted(Grade),
    /// The doer's own word, for an act done by saying so.
    OwnWord(ThingId),
    /// It gains from being believed.
    SelfServing(Tie),
    /// It loses from being believed.
    AgainstInterest(Tie),
    /// The analyst graded the item 6.
    ItemUnjudged(Grade),
    /// Nobody signs it.
    NoSource,
    /// A track record that cannot be judged, or a bad one.
    Letter,
    /// A C source that was only told.
    MayNotVouch,
    /// A good track record and a good way of knowing.
    Sound,
}

/// A statement judged.
#[derive(Clone, Copy, Debug)]
pub(super) struct Judgement<'r> {
    /// What it adds; none where it is not credible.
    pub(super) voice: Option<Voice>,
    /// Why.
    pub(super) reason: Reason,
    statement: Statement<'r>,
}

/// What judging needs to know.
#[derive(Debug)]
pub(super) struct Bench<'a> {
    /// The records.
    pub(super) records: &'a Records,
    /// Who sides with whom.
    pub(super) sides: Sides<'a>,
    /// Who speaks with whose voice.
    pub(super) owners: Owners,
}

impl<'a> Bench<'a> {
    /// Gives the statement that a root makes.
    pub(super) fn statement(&self, root: Root) -> Statement<'a> {
        let record = self.records.record(root.record);
        let (informant, basis, named) = match root.teller {
            Teller::Itself => (record.informant, record.basis, false),
            Teller::Unnamed => (record.informant, Basis::Told, false),
            Teller::Source(source) => (Some(source), record.basis, true),
        };
        Statement {
            record: Some(record),
            informant,
            letter: record
                .grade
                .map_or_else(|| self.letter(informant), |grade| grade.letter),
            grade: record.grade,
            basis,
            origins: record.origins.max(1),
            named,
            subject: Some(record.subject),
        }
    }

    /// Gives the statement that the silence of a watcher makes about a subject.
    pub(super) fn silence(&self, coverage: &Coverage, subject: Subject) -> Statement<'a> {
        Statement {
            record: None,
            informant: coverage.informant,
            letter: self.letter(coverage.informant),
            grade: None,
            basis: coverage.basis,
            origins: 1,
            named: false,
            subject: Some(subject),
        }
    }

    /// Judges a statement; `viewpoint` is that of what the statement says.
    pub(super) fn judge(
        &self,
        statement: Statement<'a>,
        scene: &Scene,
        viewpoint: Viewpoint,
    ) -> Judgement<'a> {
        let reason = self.reason(&statement, scene, viewpoint);
        let seen = matches!(statement.basis, Basis::Observed | Basis::Documented);
        let origin = |always_known: bool| match statement.informant {
            Some(informant) if always_known || seen => Origin::Known(self.owners.voice(informant)),
            Some(_) if statement.named => Origin::Named,
            Some(_) | None => Origin::Unnamed,
        };
        let voice = |always_known: bool| Voice {
            origin: origin(always_known),
            origins: if may_vouch(statement.letter) {
                statement.origins
            } else {
                0
            },
            verifies: self.verifies(&statement, seen),
        };
        let voice = match reason {
            Reason::OwnWord(_) | Reason::AgainstInterest(_) => Some(voice(true)),
            Reason::Sound => Some(voice(false)),
            Reason::Doubted(_)
            | Reason::SelfServing(_)
            | Reason::ItemUnjudged(_)
            | Reason::NoSource
            | Reason::Letter
            | Reason::MayNotVouch => None,
        };
        Judgement {
            voice,
            reason,
            statement,
        }
    }

    fn reason(&self, statement: &Statement<'_>, scene: &Scene, viewpoint: Viewpoint) -> Reason {
        if let Some(grade) = statement.grade.filter(|grade| matches!(grade.digit, 4 | 5)) {
            return Reason::Doubted(grade);
        }
        match self.stake(statement, scene, viewpoint) {
            Some(reason) => reason,
            None => by_track_record(statement),
        }
    }

    /// Gives what the source has to gain or to lose; nothing where it is disinterested.
    fn stake(
        &self,
        statement: &Statement<'_>,
        scene: &Scene,
        viewpoint: Viewpoint,
    ) -> Option<Reason> {
        let side = self.side(statement.informant)?;
        self.by_mark(statement, side, scene)
            .or_else(|| match viewpoint.obligor {
                Some(obligor) => self.by_side(side, obligor, scene, viewpoint.favours),
                None => self
                    .takes_part(side, scene)
                    .then_some(Reason::SelfServing(Tie::Participant)),
            })
    }

    /// Applies the two marks of kinds: acts done by saying so, and boasts. Who denies says of nobody that he did it.
    fn by_mark(&self, statement: &Statement<'_>, side: ThingId, scene: &Scene) -> Option<Reason> {
        let record = statement
            .record
            .filter(|record| !matches!(record.stance, Stance::Denies(_) | Stance::Retracts(_)))?;
        let Subject::Kind(kind) = record.subject else {
            return None;
        };
        let kind = self.records.vocabulary.kind(kind);
        let doer = kind.by.and_then(|slot| thing_at(record, slot));
        match kind.mark? {
            Mark::Declared => doer
                .filter(|&doer| {
                    self.sides
                        .of_one_side(side, doer, scene.when, Holding::Certain)
                })
                .map(Reason::OwnWord),
            Mark::Boast => self
                .boasts(record, doer, side, scene)
                .then_some(Reason::SelfServing(Tie::Boast)),
        }
    }

    /// Says whether a side claims its own doing: it is the doer's, or no doer is named and it does not tell of itself.
    fn boasts(&self, record: &Record, doer: Option<ThingId>, side: ThingId, scene: &Scene) -> bool {
        let own = |other| {
            let alignments = self.sides.align(side, other, scene.when);
            let ours = |alignment| matches!(alignment, Alignment::Own | Alignment::Allied);
            ours(alignments.certain) || ours(alignments.possible)
        };
        match doer {
            Some(doer) => own(doer),
            None => !actors_of(self.records, record).any(own),
        }
    }

    fn by_side(
        &self,
        side: ThingId,
        obligor: ThingId,
        scene: &Scene,
        favours: Favours,
    ) -> Option<Reason> {
        let alignments = self.sides.align(side, obligor, scene.when);
        let certain = gain(alignments.certain, favours);
        let possible = gain(alignments.possible, favours);
        // Where a membership may have changed meanwhile, the less credible reading is taken.
        match (certain, possible) {
            (Gain::Gains(tie), _) | (_, Gain::Gains(tie)) => Some(Reason::SelfServing(tie)),
            (Gain::Loses(tie), Gain::Loses(_)) => Some(Reason::AgainstInterest(tie)),
            (Gain::Nothing, _) | (_, Gain::Nothing) => None,
        }
    }

    fn takes_part(&self, side: ThingId, scene: &Scene) -> bool {
        self.sides.is_of_a_party(side, scene.when)
            || scene.actors.iter().any(|&actor| {
                self.sides
                    .of_one_side(side, actor, scene.when, Holding::Possible)
            })
    }

    fn side(&self, informant: Option<InformantId>) -> Option<ThingId> {
        informant.and_then(|id| self.records.informant(id).speaks_for)
    }

    fn letter(&self, informant: Option<InformantId>) -> Reliability {
        informant.map_or(Reliability::F, |id| self.records.informant(id).reliability)
    }

    fn verifies(&self, statement: &Statement<'_>, seen: bool) -> bool {
        let finding = statement
            .record
            .is_some_and(|record| record.finding.is_some());
        let declared = statement.informant.is_some_and(|id| {
            statement
                .subject
                .is_some_and(|subject| self.records.informant(id).verifies.contains(&subject))
        });
        finding || (declared && seen)
    }
}

impl Judgement<'_> {
    /// Gives the informant that speaks.
    pub(super) fn informant(&self) -> Option<InformantId> {
        self.statement.informant
    }

    /// Says why the statement counts or does not, as a fragment.
    pub(super) fn because(&self, bench: &Bench<'_>, obligor: Option<ThingId>) -> String {
        let who = wording::informant(bench.records, self.statement.informant);
        match self.reason {
            Reason::Doubted(grade) => format!(
                "doubted: the analyst graded what {who} says {}{}",
                wording::letter(grade.letter),
                grade.digit
            ),
            Reason::OwnWord(doer) => format!(
                "the doer's own word: {who} speaks for {}, and the act is done by saying so",
                wording::thing(bench.records, doer)
            ),
            Reason::SelfServing(tie) => {
                format!("self-serving: {}", self.tie(bench, tie, &who, obligor))
            }
            Reason::AgainstInterest(tie) => format!(
                "against its own interest: {}",
                self.tie(bench, tie, &who, obligor)
            ),
            Reason::ItemUnjudged(grade) => format!(
                "cannot be judged: the analyst graded what {who} says {}{}",
                wording::letter(grade.letter),
                grade.digit
            ),
            Reason::NoSource => "cannot be judged: the record names no source".to_owned(),
            Reason::Letter => self.by_letter(),
            Reason::MayNotVouch => self.may_not_vouch(&who),
            Reason::Sound => self.sound(&who),
        }
    }

    fn tie(&self, bench: &Bench<'_>, tie: Tie, who: &str, obligor: Option<ThingId>) -> String {
        let name = |thing: Option<ThingId>| {
            thing.map_or_else(
                || "nobody".to_owned(),
                |id| wording::thing(bench.records, id),
            )
        };
        let side = bench.side(self.statement.informant);
        let obligor_name = name(obligor);
        let speaks = if side.is_some_and(|side| name(Some(side)) == who) {
            who.to_owned()
        } else {
            format!("{who} speaks for {}", name(side))
        };
        match tie {
            Tie::Own if side == obligor => format!("{speaks}, whose duty it is"),
            Tie::Own => format!("{speaks}, of the side of {obligor_name}"),
            Tie::Allied => format!("{speaks}, allied to {obligor_name}"),
            Tie::Adverse => format!("{speaks}, adverse to {obligor_name}"),
            Tie::Participant => format!("{speaks}, which is a party or takes part"),
            Tie::Boast => format!("{speaks}, which claims its own doing"),
        }
    }

    fn by_letter(&self) -> String {
        match self.statement.letter {
            Reliability::F => "letter F: its track record cannot be judged".to_owned(),
            Reliability::A | Reliability::B | Reliability::C | Reliability::D | Reliability::E => {
                format!(
                    "letter {}: its track record is not good enough",
                    wording::letter(self.statement.letter)
                )
            }
        }
    }

    fn may_not_vouch(&self, who: &str) -> String {
        if self.statement.named {
            format!("only told: {who} is graded C, and only A or B may vouch for what others said")
        } else {
            format!("unnamed origin: {who} is graded C, and only A or B may vouch for one")
        }
    }

    fn sound(&self, who: &str) -> String {
        let letter = wording::letter(self.statement.letter);
        let basis = wording::basis(self.statement.basis);
        let finding = self
            .statement
            .record
            .is_some_and(|record| record.finding.is_some());
        let verifies = self.voice.is_some_and(|voice| voice.verifies);
        let origins = if self.statement.origins > 1 && may_vouch(self.statement.letter) {
            format!(", resting on {} sources", self.statement.origins)
        } else {
            String::new()
        };
        let lead = if finding {
            "official finding"
        } else if verifies {
            "declared verifier"
        } else {
            "credible"
        };
        // One for each statement and each question to it: put together without the machinery of `format!`.
        let mut because = String::with_capacity(64);
        because.push_str(lead);
        because.push_str(": ");
        because.push_str(who);
        because.push_str(" (");
        because.push(letter);
        for part in [", ", basis, &origins, ")"] {
            because.push_str(part);
        }
        because
    }
}

/// Gives the actors that the fields of a record name.
pub(super) fn actors_of<'r>(
    records: &'r Records,
    record: &'r Record,
) -> impl Iterator<Item = ThingId> + 'r {
    record
        .fields
        .iter()
        .flatten()
        .filter_map(|field| match field.value {
            Value::Thing(id) => Some(id),
            Value::Number(_)
            | Value::Date(_)
            | Value::Text(_)
            | Value::Flag(_)
            | Value::Record(_) => None,
        })
        .filter(|&id| {
            matches!(
                records.vocabulary.thing(id).sort,
                Sort::Party | Sort::Actor | Sort::Group
            )
        })
}

/// Gives the thing in a field of a record.
pub(super) fn thing_at(record: &Record, slot: usize) -> Option<ThingId> {
    match record.fields.get(slot)?.as_ref()?.value {
        Value::Thing(id) => Some(id),
        Value::Number(_) | Value::Date(_) | Value::Text(_) | Value::Flag(_) | Value::Record(_) => {
            None
        }
    }
}

enum Gain {
    Gains(Tie),
    Loses(Tie),
    Nothing,
}

fn gain(alignment: Alignment, favours: Favours) -> Gain {
    let (with, tie) = match alignment {
        Alignment::Own => (Favours::Obligor, Tie::Own),
        Alignment::Allied => (Favours::Obligor, Tie::Allied),
        Alignment::Neutral => return Gain::Nothing,
        Alignment::Adverse => (Favours::Others, Tie::Adverse),
    };
    if with == favours {
        Gain::Gains(tie)
    } else {
        Gain::Loses(tie)
    }
}

fn by_track_record(statement: &Statement<'_>) -> Reason {
    if let Some(grade) = statement.grade.filter(|grade| grade.digit == 6) {
        return Reason::ItemUnjudged(grade);
    }
    if statement.informant.is_none() {
        return Reason::NoSource;
    }
    match (statement.letter, statement.basis) {
        (Reliability::A | Reliability::B, _)
        | (Reliability::C, Basis::Observed | Basis::Documented) => Reason::Sound,
        (Reliability::C, Basis::Told | Basis::NoneGiven) => Reason::MayNotVouch,
        (Reliability::D | Reliability::E | Reliability::F, _) => Reason::Letter,
    }
}

/// Says whether a letter lets a source vouch for those who told it.
fn may_vouch(letter: Reliability) -> bool {
    letter <= Reliability::B
}
