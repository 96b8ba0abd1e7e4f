//! Verdicts as diagnostics: the clause in the rule file, the records it rests on, and what would change it.

use std::collections::BTreeSet;

use crate::agreement::{Body, Duty, Pledge, PledgeId, Standing};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::evidence::Answer;
use crate::record::Record;
use crate::source::Span;
use crate::verdict::{
    Evidence, EvidenceRole, Form, Ground, InstanceAssessment, PledgeAssessment, Status, Verdict,
    Why,
};

use super::account::{account, convention_line, conventions, due, place};
use super::{View, bindings, wording};

/// How many records a finding points at; `servanda why` shows them all.
const RECORDS_SHOWN: usize = 4;

/// What a record can speak to where a verdict is undetermined.
const UNDECIDED: [EvidenceRole; 4] = [
    EvidenceRole::Breach,
    EvidenceRole::Performance,
    EvidenceRole::Condition,
    EvidenceRole::Finding,
];

/// What is to be said about one instance of a pledge.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Which of the views of the report.
    pub view: usize,
    /// Which pledge of that agreement.
    pub pledge: PledgeId,
    /// Which instance of the pledge.
    pub instance: usize,
    /// A duty or goal past its date on which no record bears: named in one line with others of its kind.
    pub bare: bool,
    /// What is said.
    pub diagnostic: Diagnostic,
}

/// Says what the verdicts of a view amount to, in the order of the agreement.
#[must_use]
pub fn findings(index: usize, view: &View<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (pledge, assessment) in view.pledges() {
        for (number, instance) in assessment.instances.iter().enumerate() {
            let case = Case {
                view,
                pledge,
                assessment,
                instance,
            };
            if let Some(diagnostic) = case.diagnose() {
                found.push(Finding {
                    view: index,
                    pledge: pledge.id,
                    instance: number,
                    bare: matches!(diagnostic.code, Code::Overdue | Code::Missed) && !case.bears(),
                    diagnostic,
                });
            }
        }
    }
    found
}

/// Gives the standard below the run's own at which the instance is broken, the strongest one.
#[must_use]
pub fn broken_below(instance: &InstanceAssessment, standard: Standing) -> Option<Standing> {
    Standing::STANDARDS
        .into_iter()
        .rev()
        .filter(|&weaker| weaker < standard)
        .find(|&weaker| {
            instance
                .profile
                .at(weaker)
                .is_some_and(|verdict| verdict.status == Status::Breached)
        })
}

/// One instance with everything around it.
struct Case<'a> {
    view: &'a View<'a>,
    pledge: &'a Pledge,
    assessment: &'a PledgeAssessment,
    instance: &'a InstanceAssessment,
}

impl Case<'_> {
    /// The standard that the verdict speaks of.
    fn standard(&self) -> Standing {
        self.instance.standard(self.view.standard())
    }

    fn diagnose(&self) -> Option<Diagnostic> {
        let Some(verdict) = self.instance.verdict(self.view.standard()) else {
            return self.said_broken();
        };
        match verdict.status {
            Status::Breached => Some(self.breached(verdict)),
            Status::Overdue => Some(self.overdue(verdict)),
            Status::Missed => Some(self.missed(verdict)),
            Status::FulfilledLate => Some(self.late(verdict)),
            Status::Undetermined | Status::FulfilledTimingUnknown => {
                Some(self.undetermined(verdict))
            }
            Status::Dormant
            | Status::Pending
            | Status::Fulfilled
            | Status::Holding
            | Status::Held
            | Status::Contingent
            | Status::Suspended
            | Status::Excused
            | Status::Waived
            | Status::Ended
            | Status::Unjudged => self.said_broken(),
        }
    }

    fn name(&self) -> String {
        format!("`{}{}`", self.pledge.name, bindings(self.instance))
    }

    fn breached(&self, verdict: &Verdict) -> Diagnostic {
        let standard = self.standard();
        let roles = [EvidenceRole::Breach, EvidenceRole::Finding];
        let calendar = &self.view.agreement.calendar;
        let broken = wording::broken(verdict, calendar, self.acts());
        let be = match (standard, Self::goes_on(verdict)) {
            (Standing::Claimed, _) => "is said to be",
            (_, true) => "has been",
            (_, false) => "was",
        };
        let who = self.voices(&roles);
        let message = match (standard, who.is_empty()) {
            (Standing::Claimed, false) => format!("{} {be} {broken} by {who}", self.name()),
            (_, false) => format!(
                "{} {be} {} ({}: {who})",
                self.name(),
                broken.trim_end_matches(','),
                standard.word()
            ),
            (_, true) => format!("{} {be} {}", self.name(), broken.trim_end_matches(',')),
        };
        let found = Diagnostic::new(Code::Breached, self.clause(), message).label(self.citation());
        let found = self.point_at_records(found, &roles);
        with_help(found, &[self.higher_standard(verdict)])
    }

    /// Counts the incidents that are said to break the pledge.
    fn acts(&self) -> usize {
        let incidents: BTreeSet<&str> = self
            .evidence(&[EvidenceRole::Breach])
            .filter(|evidence| evidence.affirms)
            .filter_map(|evidence| self.record(evidence))
            .map(|record| record.incident.as_str())
            .collect();
        incidents.len()
    }

    fn goes_on(verdict: &Verdict) -> bool {
        verdict.form == Some(Form::Continuing) && verdict.until.is_none()
    }

    fn overdue(&self, verdict: &Verdict) -> Diagnostic {
        let standard = self.standard();
        let roles = [
            EvidenceRole::Performance,
            EvidenceRole::Finding,
            EvidenceRole::Excuse,
            EvidenceRole::Trigger,
        ];
        let by = wording::late_by(verdict);
        let shown = self.best_performance();
        let why = match (verdict.ground, shown) {
            (Ground::Established, _) => format!(": shown not done at `{}`", standard.word()),
            (Ground::Presumed, Standing::None) => {
                format!(": no performance shown at `{}`", standard.word())
            }
            (Ground::Presumed, have) if have >= standard => {
                format!(": what is shown at `{}` is not enough", standard.word())
            }
            (Ground::Presumed, have) => format!(
                ": no performance shown at `{}` (on file: {})",
                standard.word(),
                have.word()
            ),
        };
        let message = format!("{} is overdue{by}{why}", self.name());
        let found = Diagnostic::new(Code::Overdue, self.clause(), message).label(self.due());
        let found = self.point_at_records(found, &roles);
        with_help(found, &[self.missing_voice(), self.other_conventions()])
    }

    fn missed(&self, verdict: &Verdict) -> Diagnostic {
        let message = format!(
            "{}, a goal, was missed{}",
            self.name(),
            wording::late_by(verdict)
        );
        let found = Diagnostic::new(Code::Missed, self.clause(), message).label(self.due());
        let roles = [EvidenceRole::Performance, EvidenceRole::Breach];
        let found = self.point_at_records(found, &roles);
        with_help(found, &[self.missing_voice(), self.other_conventions()])
    }

    fn late(&self, verdict: &Verdict) -> Diagnostic {
        let standard = self.standard();
        let calendar = &self.view.agreement.calendar;
        // A measure is read, not watched: what was so may have been so before somebody credible read it.
        let shown = if self.is_read() { "first shown " } else { "" };
        let when = verdict.until.map_or_else(String::new, |done| {
            format!(", {shown}{}", wording::on(done, calendar))
        });
        let was = if standard == Standing::Claimed {
            "is said to have been"
        } else {
            "was"
        };
        let message = format!(
            "{} {was} fulfilled late{}{when}",
            self.name(),
            wording::late_by(verdict)
        );
        let found = Diagnostic::new(Code::FulfilledLate, self.clause(), message).label(self.due());
        let found = self.point_at_those_that_count(found);
        with_help(found, &[self.other_conventions()])
    }

    /// Says whether the duty is to make something true that records read, rather than to do an act that they tell of.
    fn is_read(&self) -> bool {
        match &self.pledge.body {
            Body::Sentence(sentence) => matches!(sentence.duty, Duty::Reach(_)),
            Body::Unjudged(_) | Body::Error => false,
        }
    }

    fn undetermined(&self, verdict: &Verdict) -> Diagnostic {
        let words = wording::verdict(verdict, self.standard(), &self.view.agreement.calendar);
        let be = if verdict.status == Status::FulfilledTimingUnknown {
            "was"
        } else {
            "is"
        };
        let (says, denies) = (
            self.names(&UNDECIDED, Answer::Affirms),
            self.names(&UNDECIDED, Answer::Denies),
        );
        let message = match verdict.reason {
            Some(Why::Contested) if !says.is_empty() && !denies.is_empty() => format!(
                "{} is undetermined: {says} says so, {denies} denies it, with equal standing",
                self.name()
            ),
            Some(_) | None => format!("{} {be} {words}", self.name()),
        };
        let label = if self.instance.deadline_span.is_some() && self.instance.due.is_some() {
            self.due()
        } else {
            self.citation()
        };
        let found = Diagnostic::new(Code::Undetermined, self.clause(), message).label(label);
        let found = self.point_at_records(found, &UNDECIDED);
        with_help(found, &[self.other_conventions()])
    }

    fn said_broken(&self) -> Option<Diagnostic> {
        let standard = self.standard();
        let weaker = broken_below(self.instance, standard)?;
        let verdict = self.instance.profile.at(weaker)?;
        let roles = [EvidenceRole::Breach, EvidenceRole::Finding];
        let calendar = &self.view.agreement.calendar;
        let broken = wording::broken(verdict, calendar, self.acts());
        let who = self.voices(&roles);
        let message = match (weaker, who.is_empty()) {
            (Standing::Claimed, false) => {
                format!("{} is said to be {broken} by {who}", self.name())
            }
            (Standing::Claimed, true) => format!(
                "{} is said to be {}",
                self.name(),
                broken.trim_end_matches(',')
            ),
            (_, false) => format!(
                "{} is reported {broken} by {who}, which is not enough for `{}`",
                self.name(),
                standard.word()
            ),
            (_, true) => format!(
                "{} is reported {}",
                self.name(),
                broken.trim_end_matches(',')
            ),
        };
        let found =
            Diagnostic::new(Code::SaidBroken, self.clause(), message).label(self.citation());
        let found = self.point_at_records(found, &roles);
        Some(with_help(found, &[self.missing_witness(weaker)]))
    }

    /// Gives the clause that decides: the deadline of an achievement, else the act.
    fn clause(&self) -> Span {
        match &self.pledge.body {
            Body::Sentence(sentence) => {
                let achievement = match &sentence.duty {
                    Duty::Do(_) | Duty::Ensure(_) | Duty::Reach(_) => true,
                    Duty::Keep(_)
                    | Duty::Refrain(_)
                    | Duty::NotAllow(_)
                    | Duty::Prevent { .. }
                    | Duty::Endeavour { .. }
                    | Duty::Permit(_) => false,
                };
                match self.instance.deadline_span {
                    Some(span) if achievement => span,
                    Some(_) | None => sentence.act_span,
                }
            }
            Body::Unjudged(reason) => reason.span,
            Body::Error => self.pledge.name_span,
        }
    }

    fn citation(&self) -> String {
        self.pledge.cites.join("; ")
    }

    fn due(&self) -> String {
        due(self.view, self.instance)
    }

    /// Says whether a record speaks to this instance, other than by not matching it.
    fn bears(&self) -> bool {
        self.instance
            .evidence
            .iter()
            .any(|evidence| evidence.role != EvidenceRole::NoMatch)
    }

    fn evidence<'b>(&'b self, roles: &'b [EvidenceRole]) -> impl Iterator<Item = &'b Evidence> {
        let mut seen = BTreeSet::new();
        roles
            .iter()
            .flat_map(|role| {
                self.instance
                    .evidence
                    .iter()
                    .filter(move |evidence| evidence.role == *role)
            })
            .filter(move |evidence| seen.insert(evidence.record))
    }

    fn record(&self, evidence: &Evidence) -> Option<&Record> {
        self.view.records.records.get(evidence.record.0 as usize)
    }

    /// Names who says so: those whose word counts, else all but echoes; with the side of interested ones.
    fn voices(&self, roles: &[EvidenceRole]) -> String {
        let affirming: Vec<(&Evidence, &Record)> = self
            .evidence(roles)
            .filter(|evidence| evidence.affirms)
            .filter_map(|evidence| Some((evidence, self.record(evidence)?)))
            .collect();
        let any_counts = affirming.iter().any(|(evidence, _)| evidence.counts);
        let any_root = affirming.iter().any(|(_, record)| record.echoes.is_empty());
        let mut names: Vec<String> = Vec::new();
        let mut sides = BTreeSet::new();
        for (evidence, record) in affirming {
            let echo = any_root && !record.echoes.is_empty();
            if echo || (any_counts && !evidence.counts) {
                continue;
            }
            let name = wording::informant(self.view, record);
            if !names.contains(&name) {
                names.push(name);
            }
            sides.insert(wording::side(self.view, record, &self.instance.obligor));
        }
        let more = names.len().saturating_sub(3);
        names.truncate(3);
        if more > 0 {
            names.push(format!("{more} more"));
        }
        let words = wording::list(&names);
        let sides: Vec<Option<String>> = sides.into_iter().collect();
        match sides.as_slice() {
            [Some(side)] if !any_counts => format!("{words}, {side}"),
            _ => words,
        }
    }

    /// Names those whose word counts for or against, three at most.
    fn names(&self, roles: &[EvidenceRole], answer: Answer) -> String {
        let mut names: Vec<String> = Vec::new();
        for evidence in self.evidence(roles) {
            if !evidence.counts || evidence.affirms != (answer == Answer::Affirms) {
                continue;
            }
            let name = self
                .record(evidence)
                .map(|record| wording::informant(self.view, record));
            names.extend(name.filter(|name| !names.contains(name)));
        }
        names.truncate(3);
        wording::list(&names)
    }

    fn best_performance(&self) -> Standing {
        self.evidence(&[EvidenceRole::Performance])
            .filter(|evidence| evidence.affirms)
            .map(|evidence| evidence.standing)
            .max()
            .unwrap_or(Standing::None)
    }

    fn point_at_records(&self, mut found: Diagnostic, roles: &[EvidenceRole]) -> Diagnostic {
        for evidence in self.evidence(roles).take(RECORDS_SHOWN) {
            if let Some(record) = self.record(evidence) {
                let text = account(self.view, record, evidence);
                found = found.related(place(record), text);
            }
        }
        found
    }

    /// Points at the performances that count, the first two; the others change nothing.
    fn point_at_those_that_count(&self, mut found: Diagnostic) -> Diagnostic {
        let counting = self
            .evidence(&[EvidenceRole::Performance])
            .filter(|evidence| evidence.affirms && evidence.counts);
        for evidence in counting.take(2) {
            if let Some(record) = self.record(evidence) {
                let text = account(self.view, record, evidence);
                found = found.related(place(record), text);
            }
        }
        if found.related.is_empty() {
            return self.point_at_records(found, &[EvidenceRole::Performance]);
        }
        found
    }

    /// Says what one more voice would make of an overdue duty.
    fn missing_voice(&self) -> Option<String> {
        let standard = self.standard();
        let then = Standing::STANDARDS
            .into_iter()
            .rev()
            .filter(|&weaker| weaker < standard)
            .filter_map(|weaker| self.instance.profile.at(weaker))
            .find(|verdict| is_done(verdict.status))?;
        let then = wording::verdict(then, Standing::Reported, &self.view.agreement.calendar);
        let voice = voice_needed(standard, self.best_performance())?;
        Some(format!(
            "{voice} for the performance would make this {then}"
        ))
    }

    fn missing_witness(&self, weaker: Standing) -> Option<String> {
        let standard = self.standard();
        let voice = voice_needed(standard, weaker)?;
        Some(format!(
            "{voice} would make this broken at `{}`",
            standard.word()
        ))
    }

    fn higher_standard(&self, verdict: &Verdict) -> Option<String> {
        let standard = self.standard();
        let (higher, other) = Standing::STANDARDS
            .into_iter()
            .filter(|&higher| higher > standard)
            .filter_map(|higher| Some((higher, self.instance.profile.at(higher)?)))
            .find(|(_, other)| other.status != verdict.status)?;
        Some(format!(
            "at `{}`: {}",
            higher.word(),
            wording::verdict(other, higher, &self.view.agreement.calendar)
        ))
    }

    fn other_conventions(&self) -> Option<String> {
        let conventions = conventions(self.view, self.assessment, self.instance);
        let chosen = conventions.iter().find(|convention| convention.chosen);
        let lines: Vec<String> = conventions
            .iter()
            .filter(|convention| !convention.chosen)
            .filter(|convention| chosen.is_none_or(|chosen| chosen.verdict != convention.verdict))
            .map(|convention| convention_line(self.view, convention))
            .collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}

fn is_done(status: Status) -> bool {
    matches!(
        status,
        Status::Fulfilled | Status::FulfilledLate | Status::FulfilledTimingUnknown
    )
}

/// Says what is missing between the standing on file and the standard.
fn voice_needed(standard: Standing, have: Standing) -> Option<&'static str> {
    match (standard, have) {
        (Standing::Reported, _) => Some("one credible, independent source"),
        (Standing::Corroborated, Standing::Reported) => {
            Some("one more credible source, independent of the first,")
        }
        (Standing::Corroborated, _) => Some("two credible, independent sources"),
        (Standing::Verified, _) => Some("the declared verifier, or an official finding,"),
        (Standing::None | Standing::Claimed, _) => None,
    }
}

fn with_help(mut found: Diagnostic, parts: &[Option<String>]) -> Diagnostic {
    let lines: Vec<&str> = parts.iter().flatten().map(String::as_str).collect();
    if !lines.is_empty() {
        found.help = Some(lines.join("\n"));
    }
    found
}

/// Gives the findings in the order in which people want them: the gravest first, else as in the agreement.
#[must_use]
pub fn by_gravity(findings: &[Finding]) -> Vec<&Finding> {
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by_key(|finding| rank(finding.diagnostic.code, finding.diagnostic.severity));
    sorted
}

fn rank(code: Code, severity: Severity) -> (u8, std::cmp::Reverse<Severity>) {
    let order = [
        Code::Breached,
        Code::Overdue,
        Code::Missed,
        Code::SaidBroken,
        Code::Undetermined,
        Code::FulfilledLate,
    ];
    let place = order.iter().position(|known| *known == code);
    let place = place.map_or(u8::MAX, |place| u8::try_from(place).unwrap_or(u8::MAX));
    (place, std::cmp::Reverse(severity))
}
