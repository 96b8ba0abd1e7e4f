//! Weighing: for each record that answers a question, whether it counts and why; for each side, how well it stands; and when it was.

use std::collections::BTreeSet;

use super::coverage::Occurrence;
use super::credibility::{Judgement, Scene};
use super::liveness::{Role, State};
use super::origin::Root;
use super::standing::Chorus;
use super::wording;
use super::{Account, Answer, Ending, Evidence, Incident, IncidentId, Silence, Viewpoint, Weight};
use crate::agreement::{Standing, ThingId};
use crate::record::{Echo, Ends, Record, RecordId, Stance, Subject};
use crate::time::{Instant, When};

/// A record that answers, judged.
struct Hearing<'e> {
    record: &'e Record,
    affirms: bool,
    /// What it comes from; empty where the record is out, tainted or doubted.
    judgements: Vec<(Root, Judgement<'e>)>,
    /// Why it cannot count at all.
    out: Option<String>,
    /// What it repeats speaks for itself on the same side.
    repeats: bool,
}

impl Hearing<'_> {
    fn is_credible(&self) -> bool {
        self.judgements
            .iter()
            .any(|(_, judgement)| judgement.voice.is_some())
    }

    /// Whether it adds something: it is credible, and what it repeats does not speak for itself.
    fn counts(&self) -> bool {
        self.is_credible() && !self.repeats
    }
}

impl<'a> Evidence<'a> {
    /// Weighs the occurrence.
    pub(super) fn weigh_occurrence(&self, id: IncidentId, viewpoint: Viewpoint) -> Weight {
        let incident = self.incident(id);
        let hearings = self.hear(incident, self.scene(id), viewpoint, |record| {
            match self.liveness.role(record.id) {
                Role::Affirms => Answer::Affirms,
                Role::Denies => Answer::Denies,
                Role::DeniesFields | Role::Ends | Role::DeniesEnd | Role::Silent => Answer::Silent,
            }
        });
        let (when, time_conflict) = time_of(&hearings, |record| Some(record.when));
        let mut con = chorus(&hearings, false);
        for (_, judgement) in self.judged_silences(id, viewpoint, when) {
            con.say();
            if let Some(voice) = judgement.voice {
                con.add(voice);
            }
        }
        Weight {
            pro: self.rung(&chorus(&hearings, true)),
            con: self.rung(&con),
            when,
            time_conflict,
            accounts: self.accounts(&hearings, viewpoint),
        }
    }

    /// Weighs a proposition about an incident whose time is known.
    pub(super) fn weigh_question(
        &self,
        id: IncidentId,
        viewpoint: Viewpoint,
        question: &dyn Fn(&Record) -> Answer,
        (when, time_conflict): (When, bool),
    ) -> Weight {
        let incident = self.incident(id);
        let hearings = self.hear(incident, self.scene(id), viewpoint, |record| {
            match self.liveness.role(record.id) {
                Role::Affirms => question(record),
                // Whoever denies these fields denies what the fields, taken as true, would affirm.
                Role::DeniesFields => match question(record) {
                    Answer::Affirms => Answer::Denies,
                    Answer::Denies | Answer::Silent => Answer::Silent,
                },
                Role::Denies | Role::Ends | Role::DeniesEnd | Role::Silent => Answer::Silent,
            }
        });
        Weight {
            pro: self.rung(&chorus(&hearings, true)),
            con: self.rung(&chorus(&hearings, false)),
            when,
            time_conflict,
            accounts: self.accounts(&hearings, viewpoint),
        }
    }

    /// Gives the voices behind a record, taken to affirm; none where it is out.
    pub(super) fn voices_of(&self, id: RecordId, viewpoint: Viewpoint) -> Chorus {
        let mut chorus = Chorus::default();
        let Some(incident) = self.incidents.of(id).filter(|_| self.is_live(id)) else {
            return chorus;
        };
        chorus.say();
        for (_, judgement) in self.judgements(id, self.scene(incident), viewpoint) {
            if let Some(voice) = judgement.voice {
                chorus.add(voice);
            }
        }
        chorus
    }

    /// Gives the silences of those who watched, judged.
    pub(super) fn judged_silences(
        &self,
        id: IncidentId,
        viewpoint: Viewpoint,
        when: When,
    ) -> Vec<(usize, Judgement<'a>)> {
        let incident = self.incident(id);
        let Subject::Kind(kind) = incident.subject else {
            return Vec::new();
        };
        let accounts: Vec<&Record> = incident
            .records
            .iter()
            .filter(|&&id| self.is_live(id) && self.liveness.role(id) == Role::Affirms)
            .map(|&id| self.records.record(id))
            .collect();
        if accounts.is_empty() {
            return Vec::new();
        }
        let occurrence = Occurrence {
            kind,
            when,
            accounts: &accounts,
        };
        let silent = self
            .watchers
            .silent_about(&self.bench, &self.agreement.calendar, occurrence);
        silent
            .into_iter()
            .filter_map(|at| {
                let coverage = self.records.coverage.get(at)?;
                let statement = self.bench.silence(coverage, incident.subject);
                let judgement = self
                    .bench
                    .judge(statement, self.scene(id), viewpoint.denied());
                Some((at, judgement))
            })
            .collect()
    }

    /// Puts the silences into words.
    pub(super) fn told_silences(
        &self,
        id: IncidentId,
        viewpoint: Viewpoint,
        when: When,
    ) -> Vec<Silence> {
        self.judged_silences(id, viewpoint, when)
            .into_iter()
            .filter_map(|(at, judgement)| {
                let coverage = self.records.coverage.get(at)?;
                Some(Silence {
                    coverage: at,
                    counts: judgement.voice.is_some(),
                    because: format!(
                        "{} watched in full {} and did not report it; {}",
                        wording::informant(self.records, coverage.informant),
                        wording::days(self.agreement, coverage.when),
                        judgement.because(&self.bench, viewpoint.obligor)
                    ),
                })
            })
            .collect()
    }

    /// Weighs what the records say of the end of a state of affairs.
    pub(super) fn weigh_end(&self, id: IncidentId, viewpoint: Viewpoint) -> Option<Ending> {
        // That it ended is good where that it was is bad.
        let viewpoint = viewpoint.denied();
        let incident = self.incident(id);
        let ends = |record: &Record| match self.liveness.role(record.id) {
            Role::Ends => Some(record.when),
            Role::Affirms => match record.until {
                Some(Ends::By(when)) => Some(when),
                Some(Ends::Open) | None => None,
            },
            Role::Denies | Role::DeniesFields | Role::DeniesEnd | Role::Silent => None,
        };
        let told = self.hear(incident, self.scene(id), viewpoint, |record| {
            ends(record).map_or(Answer::Silent, |_| Answer::Affirms)
        });
        if !told.iter().any(|hearing| hearing.out.is_none()) {
            return None;
        }
        let (when, time_conflict) = time_of(&told, ends);
        let hearings = self.hear(incident, self.scene(id), viewpoint, |record| {
            if ends(record).is_some() {
                Answer::Affirms
            } else if self.liveness.role(record.id) == Role::DeniesEnd
                || still_open(record, when.latest)
            {
                Answer::Denies
            } else {
                Answer::Silent
            }
        });
        Some(Ending {
            when,
            time_conflict,
            pro: self.rung(&chorus(&hearings, true)),
            con: self.rung(&chorus(&hearings, false)),
            accounts: self.accounts(&hearings, viewpoint),
        })
    }

    /// Says why a record does not stand, where it does not.
    pub(super) fn reason_out(&self, id: RecordId) -> Option<String> {
        match self.liveness.state(id) {
            State::NotKnown => Some(format!(
                "not known until {}",
                wording::day(self.agreement, self.records.record(id).known)
            )),
            State::Out(by) => Some(self.taken_back(by)),
            State::Live => {
                let out = self.origins.tainted_by(id)?;
                let reason = self.reason_at_hand(out);
                Some(format!(
                    "echo of {}, which was {reason}",
                    self.record_of(out)
                ))
            }
        }
    }

    fn reason_at_hand(&self, out: RecordId) -> String {
        match self.liveness.state(out) {
            State::Out(by) => self.taken_back(by),
            State::NotKnown | State::Live => "not there".to_owned(),
        }
    }

    /// Says how and when a record took another one back.
    fn taken_back(&self, by: RecordId) -> String {
        let record = self.records.record(by);
        let verb = match record.stance {
            Stance::Corrects(_) => "corrected",
            Stance::Supersedes(_) => "superseded",
            Stance::Retracts(_) | Stance::Affirms | Stance::Denies(_) | Stance::Ends(_) => {
                "retracted"
            }
        };
        let day = wording::day_made(self.agreement, record)
            .map(|day| format!(" on {day}"))
            .unwrap_or_default();
        let who = wording::informant(self.records, record.informant);
        format!("{verb}{day} by {who}")
    }

    fn record_of(&self, id: RecordId) -> String {
        let record = self.records.record(id);
        match record.informant {
            Some(_) => wording::informant(self.records, record.informant),
            None => format!("`{}`", record.name),
        }
    }

    pub(super) fn rung(&self, chorus: &Chorus) -> Standing {
        chorus.standing(self.agreement.corroboration)
    }

    /// Gives every known record of an incident that answers, judged; `viewpoint` is that of the question.
    fn hear(
        &self,
        incident: &Incident,
        scene: &Scene,
        viewpoint: Viewpoint,
        question: impl Fn(&Record) -> Answer,
    ) -> Vec<Hearing<'a>> {
        let mut hearings: Vec<Hearing<'a>> = Vec::new();
        let mut speaking: BTreeSet<(bool, RecordId)> = BTreeSet::new();
        for &id in &incident.records {
            let record = self.records.record(id);
            let affirms = match question(record) {
                Answer::Affirms => true,
                Answer::Denies => false,
                Answer::Silent => continue,
            };
            let view = if affirms {
                viewpoint
            } else {
                viewpoint.denied()
            };
            let out = self.reason_out(id);
            if out.is_none() {
                speaking.insert((affirms, id));
            }
            let judgements = if out.is_some() {
                Vec::new()
            } else {
                self.judgements(id, scene, view)
            };
            hearings.push(Hearing {
                record,
                affirms,
                judgements,
                out,
                repeats: false,
            });
        }
        for hearing in &mut hearings {
            hearing.repeats = repeats_a_speaker(hearing, &speaking);
        }
        hearings
    }

    /// Judges what a live record comes from.
    fn judgements(
        &self,
        id: RecordId,
        scene: &Scene,
        viewpoint: Viewpoint,
    ) -> Vec<(Root, Judgement<'a>)> {
        let doubted = self.origins.is_doubted(id);
        let roots = self.origins.roots(id);
        let is_root = roots.iter().any(|root| root.record == id);
        if doubted && !is_root {
            return Vec::new();
        }
        roots
            .into_iter()
            .map(|root| {
                let statement = self.bench.statement(root);
                (root, self.bench.judge(statement, scene, viewpoint))
            })
            .collect()
    }

    fn accounts(&self, hearings: &[Hearing<'_>], viewpoint: Viewpoint) -> Vec<Account> {
        hearings
            .iter()
            .map(|hearing| Account {
                record: hearing.record.id,
                affirms: hearing.affirms,
                counts: hearing.counts(),
                because: self.because(hearing, viewpoint.obligor),
            })
            .collect()
    }

    fn because(&self, hearing: &Hearing<'_>, obligor: Option<ThingId>) -> String {
        if let Some(out) = &hearing.out {
            return out.clone();
        }
        // Of several origins the one that counts is told, else the first.
        let told = hearing
            .judgements
            .iter()
            .find(|(_, judgement)| judgement.voice.is_some())
            .or_else(|| hearing.judgements.first());
        let Some((root, judgement)) = told else {
            return "doubted: the analyst graded it, or what it repeats, 4 or 5".to_owned();
        };
        let reason = judgement.because(&self.bench, obligor);
        if hearing.record.echoes.is_empty() {
            return reason;
        }
        let of = if root.record == hearing.record.id {
            match judgement.informant() {
                informant if informant != hearing.record.informant => {
                    wording::informant(self.records, informant)
                }
                _ => return format!("echo of something not on file then; {reason}"),
            }
        } else {
            self.record_of(root.record)
        };
        if hearing.repeats {
            format!("echo of {of}: no voice of its own")
        } else {
            format!("echo of {of}; {reason}")
        }
    }
}

/// Gathers the voices of one side.
fn chorus(hearings: &[Hearing<'_>], affirms: bool) -> Chorus {
    let mut chorus = Chorus::default();
    for hearing in hearings {
        if hearing.affirms != affirms || hearing.out.is_some() {
            continue;
        }
        chorus.say();
        for voice in hearing.judgements.iter().filter_map(|(_, j)| j.voice) {
            chorus.add(voice);
        }
    }
    chorus
}

/// Says whether something that a hearing repeats, or one of its roots, speaks for itself on the same side.
fn repeats_a_speaker(hearing: &Hearing<'_>, speaking: &BTreeSet<(bool, RecordId)>) -> bool {
    let speaks =
        |id: RecordId| id != hearing.record.id && speaking.contains(&(hearing.affirms, id));
    let directly = hearing.record.echoes.iter().any(|echo| match *echo {
        Echo::Record(target) => speaks(target),
        Echo::Informant(_) => false,
    });
    !hearing.record.echoes.is_empty()
        && (directly
            || hearing
                .judgements
                .iter()
                .any(|(root, _)| speaks(root.record)))
}

/// Says whether a record says that a state of affairs went on after `end`.
fn still_open(record: &Record, end: Instant) -> bool {
    let said = record
        .reported
        .map_or(record.known, |reported| reported.earliest);
    record.until == Some(Ends::Open) && said >= end && said != Instant::MAX
}

/// Gives the time on which the affirming records agree, and whether they do not.
///
/// The credible ones are asked; all that stand where none is credible. What only repeats another record on file is not asked.
fn time_of(hearings: &[Hearing<'_>], date: impl Fn(&Record) -> Option<When>) -> (When, bool) {
    let dates = |credible: bool| -> Vec<When> {
        hearings
            .iter()
            .filter(|hearing| hearing.affirms && hearing.out.is_none() && !hearing.repeats)
            .filter(|hearing| hearing.is_credible() || !credible)
            .filter_map(|hearing| date(hearing.record))
            .collect()
    };
    let credible = dates(true);
    let dates = if credible.is_empty() {
        dates(false)
    } else {
        credible
    };
    let common = dates.iter().copied().reduce(|a, b| When {
        earliest: a.earliest.max(b.earliest),
        latest: a.latest.min(b.latest),
    });
    match common {
        None => (When::ALWAYS, false),
        Some(common) if common.earliest < common.latest => (common, false),
        Some(_) => {
            let hull = dates.into_iter().reduce(When::hull);
            (hull.unwrap_or(When::ALWAYS), true)
        }
    }
}
