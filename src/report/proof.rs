//! The proof of a verdict in prose: the clause, the dates, each record and why it counts or not, each standard, what would change it.

use std::fmt::Write;

use anstyle::Style;

use crate::agreement::{Body, Modal, Pledge, Standing};
use crate::record::{Record, RecordId};
use crate::source::{Sources, Span};
use crate::verdict::{Evidence, EvidenceRole, InstanceAssessment, PledgeAssessment, Status};

use super::account::{account, convention_line, conventions, due, place};
use super::excerpt::wrap;
use super::{View, bindings, table, wording};

/// A record without which the verdict would be another.
#[derive(Clone, Debug)]
pub struct Pivot {
    /// The record.
    pub record: RecordId,
    /// What the verdict at the standard would be, in words.
    pub then: String,
}

/// A pledge of which the proof is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Proof<'a> {
    /// The texts.
    pub sources: &'a Sources,
    /// The agreement with its verdicts.
    pub view: View<'a>,
    /// The pledge.
    pub pledge: &'a Pledge,
    /// The verdicts on it.
    pub assessment: &'a PledgeAssessment,
    /// The instances that are wanted, by position.
    pub instances: &'a [usize],
    /// The records on which the verdict hangs; none where that was not tried.
    pub pivots: Option<&'a [Pivot]>,
}

/// Writes the proof, `width` columns wide.
#[must_use]
pub fn render(proof: &Proof<'_>, width: usize) -> String {
    let mut page = Page {
        text: String::new(),
        width,
    };
    clause(&mut page, proof);
    for &index in proof.instances {
        if let Some(instance) = proof.assessment.instances.get(index) {
            self::instance(&mut page, proof, instance);
        }
    }
    changes(&mut page, proof);
    page.text
}

/// Text that grows downward.
struct Page {
    text: String,
    width: usize,
}

impl Page {
    fn head(&mut self, words: &str) {
        let bold = Style::new().bold();
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        for line in wrap(&wording::harmless(words), self.width) {
            let _ = writeln!(self.text, "{bold}{line}{bold:#}");
        }
    }

    fn line(&mut self, indent: usize, words: &str) {
        self.item(indent, "", words);
    }

    fn item(&mut self, indent: usize, mark: &str, words: &str) {
        let blanks = " ".repeat(indent);
        let hang = " ".repeat(mark.chars().count());
        let room = self.width.saturating_sub(indent + hang.len()).max(20);
        let words = wording::harmless(words);
        for (number, line) in wrap(&words, room).iter().enumerate() {
            let mark = if number == 0 { mark } else { &hang };
            let _ = writeln!(self.text, "{blanks}{mark}{line}");
        }
    }
}

fn clause(page: &mut Page, proof: &Proof<'_>) {
    let pledge = proof.pledge;
    let title = pledge.title.as_deref().unwrap_or("");
    let agreement = proof.view.name(proof.sources);
    page.head(&match title {
        "" => format!("{agreement}/{}", pledge.name),
        title => format!("{agreement}/{}: {title}", pledge.name),
    });
    page.line(0, &at(proof.sources, pledge.name_span));
    let mut source = pledge.article.join(", ");
    if !pledge.cites.is_empty() {
        if !source.is_empty() {
            source.push_str("; ");
        }
        let _ = write!(source, "cites {}", pledge.cites.join("; "));
    }
    if !source.is_empty() {
        page.line(2, &source);
    }
    for quote in &pledge.quotes {
        page.line(2, &format!("“{quote}”"));
    }
    match &pledge.body {
        Body::Sentence(sentence) => {
            page.head("What is owed");
            let words = one_line(proof.sources.slice(sentence.span));
            page.line(2, &words);
            let goal = match sentence.modal {
                Modal::Must => "owes it",
                Modal::Should => "has it as a goal, which can be missed but not breached",
                Modal::May => "may do it: it breaches no prohibition of this agreement",
            };
            page.line(2, &format!("{} {goal}.", owner(proof)));
        }
        Body::Unjudged(reason) => {
            page.head("Not judged");
            page.line(2, &reason.value);
        }
        Body::Error => {
            page.head("Not judged");
            page.line(2, "Its sentence could not be understood.");
        }
    }
    for (at, trigger) in pledge.triggers.iter().enumerate() {
        let words = one_line(proof.sources.slice(trigger.span));
        let says = if at == 0 { "It waits for" } else { "Or for" };
        page.line(2, &format!("{says}: {words}"));
    }
    for note in &pledge.notes {
        page.item(2, "Note: ", note);
    }
}

fn owner(proof: &Proof<'_>) -> String {
    let name = table::obligor(&proof.view, proof.pledge);
    let title = wording::actor(proof.view.agreement, &name);
    if title == name {
        wording::sentence(&name)
    } else {
        format!("{} ({name})", wording::sentence(&title))
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn at(sources: &Sources, span: Span) -> String {
    let file = sources.get(span.source);
    format!("{}:{}", file.name(), file.position(span.start))
}

fn instance(page: &mut Page, proof: &Proof<'_>, instance: &InstanceAssessment) {
    let name = format!("{}{}", proof.pledge.name, bindings(instance));
    if !instance.bindings.is_empty() || proof.assessment.instances.len() > 1 {
        page.head(&format!("Instance {name}"));
    }
    dates(page, proof, instance);
    standards(page, proof, instance);
    records(page, proof, instance);
    if !instance.notes.is_empty() {
        page.head("Steps");
        for note in &instance.notes {
            let words = format!("{} ({})", note.text, at(proof.sources, note.span));
            page.item(2, "- ", &words);
        }
    }
}

fn dates(page: &mut Page, proof: &Proof<'_>, instance: &InstanceAssessment) {
    let calendar = &proof.view.agreement.calendar;
    let mut lines = Vec::new();
    if let Some(trigger) = instance.trigger.and_then(|id| record(proof, id)) {
        lines.push(format!(
            "Triggered by `{}`, {} ({}).",
            trigger.name,
            wording::on(trigger.when, calendar),
            at(proof.sources, trigger.places.subject)
        ));
    }
    if let Some(opens) = instance.opens {
        lines.push(format!(
            "The window opens {}.",
            wording::moment(opens, calendar)
        ));
    }
    if let Some(moment) = instance.due {
        let sum = due(&proof.view, instance);
        let when = wording::moment(moment, calendar);
        if sum.contains(" = ") {
            lines.push(format!("Due {when}: {sum}."));
        } else {
            lines.push(format!("Due {when}."));
        }
    }
    lines.push(format!(
        "Looked at as of {}{}.",
        crate::time::format_day(proof.view.as_of_day()),
        proof
            .view
            .known_by_day()
            .map_or_else(String::new, |day| format!(
                ", by what was known on {}",
                crate::time::format_day(day)
            ))
    ));
    page.head("Dates");
    for line in lines {
        page.line(2, &line);
    }
}

fn standards(page: &mut Page, proof: &Proof<'_>, instance: &InstanceAssessment) {
    let calendar = &proof.view.agreement.calendar;
    page.head("Verdict at each standard (> is the one of this run)");
    for standard in Standing::STANDARDS {
        let words = match instance.profile.at(standard) {
            Some(verdict) => wording::of_pledge(proof.pledge, verdict, standard, calendar),
            None => "nothing on file can verify it".to_owned(),
        };
        let run = if instance.own.is_none() && standard == proof.view.standard() {
            ">"
        } else {
            " "
        };
        let mark = format!("{run} {:<14}", standard.word());
        page.item(2, &mark, &words);
    }
    if let Some(own) = &instance.own {
        let words = wording::of_pledge(proof.pledge, &own.verdict, own.standard, calendar);
        page.item(2, &format!("> {:<14}", "by role"), &words);
    }
}

fn records(page: &mut Page, proof: &Proof<'_>, instance: &InstanceAssessment) {
    let (bearing, other): (Vec<&Evidence>, Vec<&Evidence>) = instance
        .evidence
        .iter()
        .partition(|evidence| evidence.role != EvidenceRole::NoMatch);
    page.head("Records that bear on it (+ counts, o does not)");
    if bearing.is_empty() {
        page.line(2, "None on file.");
    }
    for evidence in bearing {
        evidence_item(page, proof, evidence);
    }
    if !other.is_empty() {
        page.head("On file, but not matching");
        not_matching(page, proof, &other);
    }
}

/// Lists what does not match: readings one by one, what tells of something else together by reason.
fn not_matching(page: &mut Page, proof: &Proof<'_>, evidence: &[&Evidence]) {
    let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
    for evidence in evidence {
        let Some(record) = record(proof, evidence.record) else {
            continue;
        };
        if record.value.is_some() && !evidence.because.starts_with("tells of") {
            evidence_item(page, proof, evidence);
            continue;
        }
        match reasons
            .iter_mut()
            .find(|(known, _)| *known == evidence.because)
        {
            Some((_, names)) => names.push(record.name.clone()),
            None => reasons.push((&evidence.because, vec![record.name.clone()])),
        }
    }
    for (reason, names) in reasons {
        let verb = if names.len() == 1 { "" } else { "each " };
        page.item(2, "- ", &format!("{}: {verb}{reason}", names.join(", ")));
    }
}

fn evidence_item(page: &mut Page, proof: &Proof<'_>, evidence: &Evidence) {
    let Some(record) = record(proof, evidence.record) else {
        return;
    };
    let mark = if evidence.role == EvidenceRole::NoMatch {
        "- "
    } else if evidence.counts {
        "+ "
    } else {
        "o "
    };
    let role = match evidence.role {
        EvidenceRole::NoMatch => String::new(),
        EvidenceRole::Trigger
        | EvidenceRole::Performance
        | EvidenceRole::Breach
        | EvidenceRole::Condition
        | EvidenceRole::Excepted
        | EvidenceRole::Excuse
        | EvidenceRole::Finding => format!(
            " [{}, {}: {}]",
            evidence.role.word(),
            if evidence.counts {
                "counts"
            } else {
                "does not count"
            },
            evidence.standing.word()
        ),
    };
    let head = format!(
        "{}{role} ({})",
        record.name,
        at(proof.sources, place(record))
    );
    page.item(2, mark, &head);
    let words = wording::sentence(&account(&proof.view, record, evidence));
    page.line(4, &format!("{words}."));
    if let Some(note) = &record.note {
        page.line(4, note);
    }
    if let Some(link) = &record.link {
        page.line(4, link);
    }
}

fn record<'a>(proof: &Proof<'a>, id: RecordId) -> Option<&'a Record> {
    proof.view.records.records.get(id.0 as usize)
}

fn changes(page: &mut Page, proof: &Proof<'_>) {
    let mut lines = Vec::new();
    let shown = proof.instances.iter();
    let conventions = shown
        .filter_map(|&index| proof.assessment.instances.get(index))
        .map(|instance| conventions(&proof.view, proof.assessment, instance))
        .find(|conventions| !conventions.is_empty());
    for convention in conventions.unwrap_or_default() {
        let line = convention_line(&proof.view, convention);
        let chosen = if convention.chosen {
            ", which is what the agreement says"
        } else {
            ""
        };
        lines.push(format!("{}{chosen}.", wording::sentence(&line)));
    }
    for finding in super::findings(0, &proof.view) {
        if finding.pledge == proof.pledge.id && proof.instances.contains(&finding.instance) {
            let help = finding.diagnostic.help.unwrap_or_default();
            for line in help
                .lines()
                .filter(|line| !line.starts_with("counted with"))
            {
                lines.push(format!("{}.", wording::sentence(line)));
            }
        }
    }
    if let Some(pivots) = proof.pivots {
        for pivot in pivots {
            if let Some(record) = record(proof, pivot.record) {
                lines.push(format!("Without `{}`: {}.", record.name, pivot.then));
            }
        }
        if pivots.is_empty() && has_evidence(proof) {
            lines.push(
                "No single record decides it: the verdict stands without any one.".to_owned(),
            );
        }
    }
    if lines.is_empty() {
        return;
    }
    page.head("What would change it");
    for line in lines {
        page.item(2, "- ", &line);
    }
}

fn has_evidence(proof: &Proof<'_>) -> bool {
    let decided = proof
        .assessment
        .verdict(proof.view.standard())
        .is_some_and(|verdict| verdict.status != Status::Unjudged);
    decided
        && proof.assessment.instances.iter().any(|instance| {
            instance
                .evidence
                .iter()
                .any(|evidence| evidence.role != EvidenceRole::NoMatch)
        })
}
