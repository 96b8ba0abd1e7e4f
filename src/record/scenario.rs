//! Records of a scenario: what its lines say, as if somebody had filed it.
//!
//! A source is whoever a line names. An actor of the rules speaks for itself; any other name is a source of its own without a stake. Either
//! has a good track record and saw it, so that only its interest matters. A standing instead of a source stands for sources that would
//! give it from every viewpoint.

use std::collections::BTreeMap;

use super::{
    Basis, Coverage, FieldValue, Informant, InformantId, Places, Record, RecordId, Records,
    Reliability, Stance, Subject,
};
use crate::agreement::{
    Agreement, Argument, Fact, Field, Scenario, Sort, Standing, TermKind, Type, Value, Word,
};
use crate::quantity::Estimate;
use crate::source::{Span, Spanned};
use crate::syntax::ast::{Level, LineKind, Name, Remark, ScenarioLine};
use crate::time::{Instant, Moment, When, parse_edtf};

/// Gives the records of a scenario.
///
/// A line with a mistake, which the resolver has reported, is left out and counted.
#[must_use]
pub fn records_of(scenario: &Scenario, agreement: &Agreement) -> Records {
    let mut desk = Desk {
        agreement,
        records: Records {
            vocabulary: agreement.vocabulary.clone(),
            ..Records::default()
        },
        informants: BTreeMap::new(),
        above: Vec::new(),
    };
    for (line, fact) in scenario.tree.lines.iter().zip(&scenario.facts) {
        desk.line(line, fact.as_ref());
    }
    desk.records
}

/// Gives the standing that a level asks for.
#[must_use]
pub fn standing(level: Level) -> Standing {
    match level {
        Level::Claimed => Standing::Claimed,
        Level::Reported => Standing::Reported,
        Level::Corroborated => Standing::Corroborated,
        Level::Verified => Standing::Verified,
    }
}

/// Whoever files the lines.
struct Desk<'a> {
    agreement: &'a Agreement,
    records: Records,
    informants: BTreeMap<String, InformantId>,
    /// The last event or reading, and the denials of it.
    above: Vec<RecordId>,
}

/// What a dated line adds to its fact.
#[derive(Default)]
struct Remarks<'a> {
    said_by: Option<&'a Name>,
    at: Option<Spanned<Level>>,
    known: Option<When>,
    incident: Option<String>,
}

/// Who says it, and resting on how many.
struct Voice {
    informant: InformantId,
    origins: u32,
    span: Option<Span>,
}

impl Desk<'_> {
    fn line(&mut self, line: &ScenarioLine, fact: Option<&Fact>) {
        match &line.kind {
            LineKind::Record { when, remarks, .. } => {
                self.records.read += 1;
                self.above.clear();
                if let (Some(fact), Some(date)) = (fact, self.date(when)) {
                    self.fact(line.span, (date, when), fact, remarks);
                } else {
                    self.records.left_out += 1;
                }
            }
            LineKind::Against {
                when,
                retracted,
                by,
                known,
            } => {
                self.records.read += 1;
                let known = known.as_ref().and_then(|known| self.date(known));
                let filed = self
                    .date(when)
                    .and_then(|date| self.against(line.span, date, *retracted, by, known));
                self.records.left_out += usize::from(filed.is_none());
            }
            LineKind::Observed {
                kinds,
                place,
                by,
                from,
                until,
            } => {
                self.records.read += 1;
                let days = self.date(from).zip(self.date(until));
                let filed =
                    days.and_then(|days| self.watch(line.span, kinds, place.as_ref(), by, days));
                self.records.left_out += usize::from(filed.is_none());
            }
            LineKind::Expect { .. } | LineKind::Error => {}
        }
    }

    fn date(&self, written: &Spanned<String>) -> Option<When> {
        let date = parse_edtf(&written.value).ok()?;
        Some(date.span(&self.agreement.calendar))
    }

    fn fact(
        &mut self,
        line: Span,
        (when, written): (When, &Spanned<String>),
        fact: &Fact,
        remarks: &[Spanned<Remark>],
    ) {
        let subject = match fact.word {
            Word::Kind(kind) => Subject::Kind(kind),
            Word::Measure(measure) => Subject::Measure(measure),
            Word::Given(_) | Word::State(_) | Word::Relation(_) => {
                self.records.left_out += 1;
                return;
            }
        };
        let remarks = self.read(remarks);
        let voice = self.voice(&remarks, subject, line);
        let uncertain = parse_edtf(&written.value).is_ok_and(|date| date.is_uncertain());
        let mut record = self.record(line, subject, &voice);
        record.when = when;
        record.dated = true;
        record.uncertain = uncertain;
        record.places.when = Some(written.span);
        record.known = known_at(remarks.known.unwrap_or(when));
        record.fields = self.fields(subject, &fact.arguments);
        record.value = fact.value.map(Estimate::exactly);
        if let Some(incident) = remarks.incident {
            record.incident = incident;
        }
        self.above = vec![record.id];
        self.records.records.push(record);
    }

    fn read<'r>(&self, remarks: &'r [Spanned<Remark>]) -> Remarks<'r> {
        let mut read = Remarks::default();
        for remark in remarks {
            match &remark.value {
                Remark::SaidBy(name) => read.said_by = Some(name),
                Remark::At(level) => read.at = Some(Spanned::new(*level, remark.span)),
                Remark::Known(when) => read.known = self.date(when),
                Remark::Incident(text) => read.incident = Some(text.value.clone()),
            }
        }
        read
    }

    fn voice(&mut self, remarks: &Remarks<'_>, subject: Subject, line: Span) -> Voice {
        if let Some(name) = remarks.said_by {
            return Voice {
                informant: self.named(name),
                origins: 1,
                span: Some(name.span),
            };
        }
        let level = remarks.at.map_or(Level::Verified, |at| at.value);
        let span = remarks.at.map(|at| at.span);
        let (reliability, origins) = match level {
            Level::Claimed => (Reliability::F, 1),
            Level::Reported => (Reliability::B, 1),
            // One source that names enough independent ones is as good as that many.
            Level::Corroborated => (Reliability::B, self.agreement.corroboration),
            Level::Verified => (Reliability::A, 1),
        };
        let verifies = if level == Level::Verified {
            vec![subject]
        } else {
            Vec::new()
        };
        // No name of a rule file has blanks in it.
        let name = format!("line {} of the scenario", self.records.read);
        let informant = self.add(Informant {
            owner: name.clone(),
            name,
            title: Some("the scenario".to_owned()),
            reliability,
            speaks_for: None,
            verifies,
            span: span.unwrap_or(line),
        });
        Voice {
            informant,
            origins,
            span,
        }
    }

    fn named(&mut self, name: &Name) -> InformantId {
        if let Some(&known) = self.informants.get(&name.text) {
            return known;
        }
        let vocabulary = &self.agreement.vocabulary;
        let thing = vocabulary.thing_names.get(&name.text).copied();
        let actor = thing.filter(|&id| {
            matches!(
                vocabulary.thing(id).sort,
                Sort::Party | Sort::Actor | Sort::Group
            )
        });
        self.add(Informant {
            name: name.text.clone(),
            title: actor.and_then(|id| vocabulary.thing(id).title.clone()),
            reliability: Reliability::B,
            speaks_for: actor,
            owner: name.text.clone(),
            verifies: Vec::new(),
            span: name.span,
        })
    }

    fn add(&mut self, informant: Informant) -> InformantId {
        let next = u32::try_from(self.records.informants.len()).unwrap_or(u32::MAX);
        let id = InformantId(next);
        self.informants.insert(informant.name.clone(), id);
        self.records.informants.push(informant);
        id
    }

    /// Gives a record that says nothing yet.
    fn record(&self, line: Span, subject: Subject, voice: &Voice) -> Record {
        let ordinal = self.records.records.len();
        let name = format!("scenario-{}", ordinal + 1);
        Record {
            id: RecordId(u32::try_from(ordinal).unwrap_or(u32::MAX)),
            incident: name.clone(),
            name,
            subject,
            stance: Stance::Affirms,
            fields: Vec::new(),
            value: None,
            finding: None,
            when: When::ALWAYS,
            dated: false,
            uncertain: false,
            throughout: false,
            until: None,
            informant: Some(voice.informant),
            basis: Basis::Observed,
            origins: voice.origins,
            echoes: Vec::new(),
            grade: None,
            reported: None,
            known: Instant::MIN,
            link: None,
            note: None,
            places: Places {
                block: line,
                subject: line,
                when: None,
                value: None,
                informant: voice.span,
                link: None,
            },
        }
    }

    fn fields(&self, subject: Subject, arguments: &[Argument]) -> Vec<Option<FieldValue>> {
        let vocabulary = &self.agreement.vocabulary;
        let declared: &[Field] = match subject {
            Subject::Kind(kind) => &vocabulary.kind(kind).fields,
            Subject::Measure(measure) => &vocabulary.measure(measure).fields,
            Subject::Finding(_) => &[],
        };
        let mut fields = vec![None; declared.len()];
        for argument in arguments {
            let (Some(place), Some(field)) =
                (fields.get_mut(argument.slot), declared.get(argument.slot))
            else {
                continue;
            };
            *place = argument.terms.first().and_then(|term| {
                let value = self.value(&term.kind, field.ty)?;
                Some(FieldValue {
                    value,
                    span: term.span,
                })
            });
        }
        fields
    }

    fn value(&self, term: &TermKind, ty: Type) -> Option<Value> {
        match term {
            TermKind::Thing { id, .. } => Some(Value::Thing(*id)),
            TermKind::Number(number) => Some(Value::Number(Estimate::exactly(*number))),
            TermKind::Text(text) if ty == Type::Event => Some(Value::Record(text.clone())),
            TermKind::Text(text) => Some(Value::Text(text.clone())),
            TermKind::Date(point) => {
                let calendar = &self.agreement.calendar;
                Some(Value::Date(calendar.span_of(Moment::exactly(*point))))
            }
            TermKind::Flag(flag) => Some(Value::Flag(*flag)),
            TermKind::OtherThan { .. } | TermKind::Variable { .. } | TermKind::TriggerField(_) => {
                None
            }
        }
    }

    /// Files a denial of the last record, or takes back what the same source said last: the record, or a denial of it.
    fn against(
        &mut self,
        line: Span,
        date: When,
        retracted: bool,
        by: &Name,
        known: Option<When>,
    ) -> Option<()> {
        let first = *self.above.first()?;
        let informant = self.named(by);
        let own = self.above.iter().rev().copied().find(|&id| {
            let record = self.records.records.get(id.0 as usize);
            record.is_some_and(|record| record.informant == Some(informant))
        });
        let target = if retracted {
            own.unwrap_or(first)
        } else {
            first
        };
        let about = self.records.records.get(target.0 as usize)?;
        let (subject, incident, before) = (about.subject, about.incident.clone(), about.known);
        let voice = Voice {
            informant,
            origins: 1,
            span: Some(by.span),
        };
        let mut record = self.record(line, subject, &voice);
        record.stance = if retracted {
            Stance::Retracts(target)
        } else {
            Stance::Denies(target)
        };
        record.fields = self.fields(subject, &[]);
        if !retracted {
            record.incident = incident;
        }
        record.reported = Some(date);
        // Nobody speaks against what nobody knows: a line without a date of its own follows the one above.
        record.known = known.map_or_else(|| known_at(date).max(before), known_at);
        record.places.link = Some(line);
        self.above.push(record.id);
        self.records.records.push(record);
        Some(())
    }

    fn watch(
        &mut self,
        line: Span,
        kinds: &[Name],
        place: Option<&Name>,
        by: &Name,
        (from, until): (When, When),
    ) -> Option<()> {
        let vocabulary = &self.agreement.vocabulary;
        let subject = |name: &Name| match vocabulary.words.get(&name.text)? {
            Word::Kind(kind) => Some(Subject::Kind(*kind)),
            Word::Measure(measure) => Some(Subject::Measure(*measure)),
            Word::Given(_) | Word::State(_) | Word::Relation(_) => None,
        };
        let subjects: Vec<Subject> = kinds.iter().filter_map(subject).collect();
        let place = match place {
            Some(name) => Some(*vocabulary.thing_names.get(&name.text)?),
            None => None,
        };
        let when = When {
            earliest: from.earliest,
            latest: until.latest,
        };
        if subjects.is_empty() || when.earliest >= when.latest {
            return None;
        }
        let informant = self.named(by);
        self.records.coverage.push(Coverage {
            informant: Some(informant),
            subjects,
            place,
            when,
            hours: None,
            full: true,
            basis: Basis::Observed,
            known: known_at(when),
            span: line,
        });
        Some(())
    }
}

/// Gives the last second of a date on which something became known; its first where the end is open.
fn known_at(when: When) -> Instant {
    if when.latest == Instant::MAX {
        when.earliest
    } else {
        when.latest.plus(-1)
    }
}
