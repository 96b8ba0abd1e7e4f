//! The verdict on a pledge at each day on which something became known.

use std::collections::BTreeSet;

use crate::agreement::{PledgeId, Standing};
use crate::eval::{Question, evaluate_one};
use crate::evidence::Clocks;
use crate::record::{Echo, Record, RecordId, Stance};
use crate::report::history::Step;
use crate::time::{Day, Instant, Point, When};
use crate::verdict::{
    Assessment, EvidenceRole, Form, Ground, InstanceAssessment, Profile, Range, Status, Verdict,
    Why,
};

use super::run::Part;

/// Judges a pledge by what was known on each day on which something became known, and gives the days on which a verdict changed.
///
/// `bindings` choose an instance; without them it is the pledge's own verdict. Each day is judged as of itself, at most as of the run's own
/// as-of day. The last step is the run itself, where time alone has changed the verdict since.
#[must_use]
pub fn history(part: &Part, pledge: PledgeId, bindings: &[(String, String)]) -> Vec<Step> {
    let calendar = &part.agreement.calendar;
    let mut teller = Teller {
        part,
        pledge,
        bindings,
        steps: Vec::new(),
        last: None,
        bearing: BTreeSet::new(),
    };
    let last = part.assessment.known_by.unwrap_or(Instant::MAX);
    for day in days(part) {
        let known_by = calendar.end_of(Point::Day(day));
        if known_by > last {
            break;
        }
        let clocks = Clocks {
            as_of: part.assessment.as_of.min(known_by),
            known_by,
        };
        teller.tell(Some(day), clocks);
    }
    let now = Clocks {
        as_of: part.assessment.as_of,
        known_by: last,
    };
    teller.tell(None, now);
    teller.steps
}

/// Gives the days on which something became known, in order.
fn days(part: &Part) -> BTreeSet<Day> {
    let calendar = &part.agreement.calendar;
    let records = &part.records;
    let things = &records.vocabulary.things;
    let memberships = things.iter().flat_map(|thing| &thing.parents);
    let rows = records
        .vocabulary
        .relations
        .iter()
        .flat_map(|relation| &relation.rows);
    let known = records
        .records
        .iter()
        .map(|record| record.known)
        .chain(records.coverage.iter().map(|coverage| coverage.known))
        .chain(memberships.map(|membership| membership.known))
        .chain(rows.map(|row| row.known));
    known
        .filter(|&known| known != Instant::MIN && known != Instant::MAX)
        .map(|known| calendar.day_of(known))
        .collect()
}

struct Teller<'a> {
    part: &'a Part,
    pledge: PledgeId,
    bindings: &'a [(String, String)],
    steps: Vec<Step>,
    /// What makes a change, of the last verdicts.
    last: Option<Marks>,
    /// The records that have borne on the pledge so far.
    bearing: BTreeSet<RecordId>,
}

impl Teller<'_> {
    fn tell(&mut self, day: Option<Day>, clocks: Clocks) {
        let question = Question {
            clocks,
            standard: self.part.assessment.standard,
            proof_of: None,
        };
        let part = self.part;
        let assessment = evaluate_one(&part.agreement, &part.records, question, self.pledge);
        let (profile, instances) = self.chosen(&assessment);
        let evidence = instances.iter().flat_map(|instance| &instance.evidence);
        let bears = evidence.filter(|evidence| evidence.role != EvidenceRole::NoMatch);
        self.bearing.extend(bears.map(|evidence| evidence.record));
        let marks = profile.as_ref().map(marks).unwrap_or_default();
        if self.last.as_ref() == Some(&marks) {
            return;
        }
        self.last = Some(marks);
        let calendar = &part.agreement.calendar;
        self.steps.push(Step {
            known_by: day,
            as_of: calendar.day_of(clocks.as_of.plus(-1)),
            profile,
            records: self.records_of(day),
            watches: self.watches_of(day),
        });
    }

    /// Gives the verdicts that are asked for, and the instances that they rest on.
    fn chosen<'v>(
        &self,
        assessment: &'v Assessment,
    ) -> (Option<Profile>, Vec<&'v InstanceAssessment>) {
        let of = assessment
            .pledges
            .iter()
            .find(|found| found.pledge == self.pledge);
        let Some(found) = of else {
            return (None, Vec::new());
        };
        if self.bindings.is_empty() {
            let profile = Some(found.profile.clone());
            return (profile, found.instances.iter().collect());
        }
        let fits = |instance: &&InstanceAssessment| {
            self.bindings
                .iter()
                .all(|pair| instance.bindings.contains(pair))
        };
        let instance = found.instances.iter().find(fits);
        (
            instance.map(|instance| instance.profile.clone()),
            instance.into_iter().collect(),
        )
    }

    /// Gives the records that became known on a day and bear on the pledge, or speak of one that does.
    fn records_of(&self, day: Option<Day>) -> Vec<RecordId> {
        let calendar = &self.part.agreement.calendar;
        let of_day = |record: &&Record| {
            record.known != Instant::MIN && Some(calendar.day_of(record.known)) == day
        };
        let bears = |record: &&Record| {
            self.bearing.contains(&record.id)
                || linked(record).any(|target| self.bearing.contains(&target))
        };
        let records = self.part.records.records.iter();
        records
            .filter(of_day)
            .filter(bears)
            .map(|record| record.id)
            .collect()
    }

    fn watches_of(&self, day: Option<Day>) -> Vec<usize> {
        let calendar = &self.part.agreement.calendar;
        let coverage = self.part.records.coverage.iter().enumerate();
        coverage
            .filter(|(_, coverage)| {
                coverage.known != Instant::MIN && Some(calendar.day_of(coverage.known)) == day
            })
            .map(|(index, _)| index)
            .collect()
    }
}

/// Gives the records that a record speaks of.
fn linked(record: &Record) -> impl Iterator<Item = RecordId> {
    let target = match record.stance {
        Stance::Affirms => None,
        Stance::Denies(id)
        | Stance::Retracts(id)
        | Stance::Corrects(id)
        | Stance::Supersedes(id)
        | Stance::Ends(id) => Some(id),
    };
    let echoes = record.echoes.iter().filter_map(|echo| match echo {
        Echo::Record(id) => Some(*id),
        Echo::Informant(_) => None,
    });
    target.into_iter().chain(echoes)
}

/// What of a verdict makes a change when it is another. That a duty is overdue by one day more, or has been watched a day longer, is none.
#[derive(Clone, Debug, PartialEq)]
struct Mark {
    status: Status,
    ground: Ground,
    reason: Option<Why>,
    since: Option<When>,
    until: Option<When>,
    form: Option<Form>,
    late: Option<Range>,
}

/// What makes a change, at each standard; empty where there is no such instance.
type Marks = Vec<Option<Mark>>;

fn marks(profile: &Profile) -> Marks {
    let at = |standard| profile.at(standard).map(mark);
    Standing::STANDARDS.into_iter().map(at).collect()
}

fn mark(verdict: &Verdict) -> Mark {
    let is_over = matches!(
        verdict.status,
        Status::FulfilledLate | Status::FulfilledTimingUnknown
    );
    Mark {
        status: verdict.status,
        ground: verdict.ground,
        reason: verdict.reason,
        since: verdict.since,
        until: verdict.until,
        form: verdict.form,
        late: verdict.days_late.filter(|_| is_over),
    }
}
