//! The contents of a record block, once it is clear what the record is about.

use std::collections::BTreeMap;

use super::document::Entry;
use super::draft::{Draft, LINKS, no_record};
use super::finding::VERDICTS;
use super::informant::{Informants, LETTERS};
use super::names::Names;
use super::problems::Problems;
use super::value::{
    self, choice, count, flag, is_open, known_at, opt_date, owned_text, refuse, text, texts,
};
use crate::agreement::{Field, Named, Vocabulary};
use crate::diagnostic::{Code, Diagnostic};
use crate::quantity::Estimate;
use crate::record::{
    Basis, Echo, Ends, FieldValue, Finding, Grade, InformantId, Places, Record, RecordId, Stance,
    Subject,
};
use crate::source::Span;
use crate::time::{Instant, When};

pub(in crate::record) const BASES: [(&str, Basis); 4] = [
    ("observed", Basis::Observed),
    ("documented", Basis::Documented),
    ("told", Basis::Told),
    ("none-given", Basis::NoneGiven),
];

/// Keys of every record, besides the linking ones.
pub(super) const COMMON: [&str; 11] = [
    "id", "source", "basis", "reported", "known", "incident", "origins", "echoes", "grade", "link",
    "note",
];

/// What blocks are read with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tables<'t> {
    pub(super) names: &'t Names<'t>,
    pub(super) informants: &'t Informants,
    pub(super) ids: &'t BTreeMap<String, usize>,
    pub(super) windows: &'t BTreeMap<String, Span>,
}

/// Reads what stands in a draft; where nothing is wrong with it, the draft has its record.
pub(super) fn fill(tables: Tables<'_>, draft: &mut Draft<'_>) {
    let mut problems = std::mem::take(&mut draft.problems);
    let time = time(tables, draft, &mut problems);
    let voice = voice(tables, draft, &mut problems);
    let given = draft.keys.take("known");
    if let Some(subject) = draft.subject {
        let contents = contents(tables, draft, subject, time.when, &mut problems);
        finish(tables, draft, subject, &mut problems);
        let known = known(tables, draft, given, &time, &voice, &mut problems);
        if !problems.is_grave() {
            draft.record = Some(record(draft, subject, contents, &time, voice, known));
        }
    } else {
        // Without a kind nobody knows which keys belong to it.
        problems.known();
    }
    draft.problems = problems;
}

struct Time {
    when: When,
    place: Option<Span>,
    uncertain: bool,
    throughout: bool,
    until: Option<Ends>,
}

fn time(tables: Tables<'_>, draft: &mut Draft<'_>, problems: &mut Problems) -> Time {
    let calendar = tables.names.calendar;
    let entry = draft.keys.take("when");
    let date = opt_date(entry, problems);
    let when = date.map_or(When::ALWAYS, |date| date.span(calendar));
    let throughout = draft
        .keys
        .take("throughout")
        .and_then(|entry| flag(entry, problems));
    let end = draft.keys.take("until");
    let until = end.and_then(|end| {
        if is_open(end) {
            return Some(Ends::Open);
        }
        let date = value::date(end, problems)?;
        Some(Ends::By(date.span(calendar)))
    });
    if let (Some(Ends::By(last)), Some(end), Some(begin)) = (until, end, entry)
        && last.latest <= when.earliest
    {
        problems.push(
            Diagnostic::new(Code::BadDate, end.span, "this ends before it begins")
                .related(begin.span, "the beginning"),
        );
    }
    Time {
        when,
        place: entry.map(|entry| entry.span),
        uncertain: date.is_some_and(|date| date.is_uncertain()),
        throughout: throughout.unwrap_or(false),
        until,
    }
}

/// Who says it, and how well.
struct Voice {
    informant: Option<InformantId>,
    place: Option<Span>,
    basis: Basis,
    origins: u32,
    /// Sources that it repeats; repeated records are in the draft.
    echoes: Vec<Echo>,
    grade: Option<Grade>,
    reported: Option<When>,
    link: Option<String>,
    note: Option<String>,
}

fn voice(tables: Tables<'_>, draft: &mut Draft<'_>, problems: &mut Problems) -> Voice {
    let source = draft.keys.take("source");
    let keys = &mut draft.keys;
    let basis = keys
        .take("basis")
        .and_then(|entry| choice(entry, &BASES, problems));
    let origins = keys
        .take("origins")
        .and_then(|entry| count(entry, problems));
    let grade = keys.take("grade").and_then(|entry| grade(entry, problems));
    let reported = opt_date(keys.take("reported"), problems);
    Voice {
        informant: source.and_then(|entry| tables.informants.named(entry, problems)),
        place: source.map(|entry| entry.span),
        basis: basis.unwrap_or_default(),
        origins: origins.unwrap_or(1),
        grade,
        reported: reported.map(|date| date.span(tables.names.calendar)),
        link: owned_text(keys.take("link"), problems),
        note: owned_text(keys.take("note"), problems),
        echoes: echoes(tables, draft, problems),
    }
}

fn echoes(tables: Tables<'_>, draft: &mut Draft<'_>, problems: &mut Problems) -> Vec<Echo> {
    let mut sources = Vec::new();
    for (item, name) in texts(draft.keys.take("echoes"), problems) {
        if name == draft.name {
            refuse(
                item,
                format!("`{name}` repeats itself"),
                "Name the record or the source that it repeats.",
                problems,
            );
        } else if let Some(&target) = tables.ids.get(name) {
            draft.echoes.push((target, item.span));
            if let Some(&declared) = tables.names.record_named(name) {
                problems.mention(item.bare(), declared, Named::Record);
            }
        } else if let Some(informant) = tables.informants.find(name) {
            sources.push(Echo::Informant(informant));
            tables.informants.mention(item, informant, problems);
        } else {
            let mut report = no_record(item, name, tables.ids, tables.windows, problems);
            report.message = format!("there is no record or source `{name}`");
            problems.push(report);
        }
    }
    sources
}

fn grade(entry: Entry<'_>, problems: &mut Problems) -> Option<Grade> {
    let written = text(entry, problems)?;
    let mut letters = written.chars();
    let read = (letters.next(), letters.next(), letters.next());
    if let (Some(letter), Some(digit), None) = read {
        let mut buffer = [0; 4];
        let letter: &str = letter.encode_utf8(&mut buffer);
        let reliability = LETTERS.iter().find(|(name, _)| *name == letter);
        let digit = digit
            .to_digit(10)
            .and_then(|digit| u8::try_from(digit).ok());
        if let (Some((_, letter)), Some(digit @ 1..=6)) = (reliability, digit) {
            return Some(Grade {
                letter: *letter,
                digit,
            });
        }
    }
    let meant = written.trim().to_ascii_uppercase();
    let is_grade = matches!(meant.as_bytes(), [b'A'..=b'F', b'1'..=b'6']);
    let message = format!("`{written}` is not a grade");
    let report = Diagnostic::new(Code::BadValue, entry.span, message)
        .help("A grade is a letter from A to F and a digit from 1 to 6: `B3`.");
    problems.push(if is_grade {
        report.fix(
            format!("write `{meant}`"),
            entry.span,
            format!("\"{meant}\""),
        )
    } else {
        report
    });
    None
}

/// Gives when it became known: `known`, else the end of `reported`, else the end of `when`, else always.
fn known(
    tables: Tables<'_>,
    draft: &Draft<'_>,
    entry: Option<Entry<'_>>,
    time: &Time,
    voice: &Voice,
    problems: &mut Problems,
) -> Instant {
    let given = opt_date(entry, problems).map(|date| date.span(tables.names.calendar));
    let happened = time.place.map(|_| time.when);
    if let Some(when) = given.or(voice.reported).or(happened) {
        return known_at(when);
    }
    // A record with a problem may be undated only because of it.
    if !problems.is_grave() {
        problems.push(undated(draft));
    }
    Instant::MIN
}

fn undated(draft: &Draft<'_>) -> Diagnostic {
    Diagnostic::new(
        Code::UndatedRecord,
        draft.name_span,
        "no date says when this became known, so it counts as always known",
    )
    .help("Give `reported`, the date on which the source said it, or `known`.")
}

/// What a record says, by what it is about.
struct Contents {
    fields: Vec<Option<FieldValue>>,
    value: Option<(Estimate, Span)>,
    finding: Option<Finding>,
}

fn contents(
    tables: Tables<'_>,
    draft: &mut Draft<'_>,
    subject: Subject,
    when: When,
    problems: &mut Problems,
) -> Contents {
    let names = tables.names;
    let value = match subject {
        Subject::Measure(measure) => {
            let unit = names.vocabulary.measure(measure).unit;
            reading(tables, draft, unit, problems)
        }
        Subject::Kind(_) | Subject::Finding(_) => None,
    };
    let finding = match subject {
        Subject::Finding(_) => finding(draft, problems),
        Subject::Kind(_) | Subject::Measure(_) => None,
    };
    let mut fields = Vec::new();
    for field in names.fields(subject) {
        let entry = draft.keys.take(&field.label);
        fields.push(entry.and_then(|entry| {
            problems.mention(entry.bare_key(), field.span, Named::Label);
            let value = names.value(entry, field.ty, when, problems)?;
            Some(FieldValue {
                value,
                span: entry.span,
            })
        }));
    }
    Contents {
        fields,
        value,
        finding,
    }
}

fn reading(
    tables: Tables<'_>,
    draft: &mut Draft<'_>,
    unit: Option<crate::quantity::UnitId>,
    problems: &mut Problems,
) -> Option<(Estimate, Span)> {
    let units = &tables.names.vocabulary.units;
    let own = draft.keys.take("unit");
    let Some(entry) = draft.keys.take("value") else {
        if draft.link.is_none_or(|link| link.kind.replaces()) {
            let why = "A reading says its `value`: a number, or `{ low = …, best = …, high = … }`.";
            draft.keys.missing("value", why, problems);
        }
        return None;
    };
    let estimate = value::estimate(entry, own, unit, units, problems)?;
    Some((estimate, entry.span))
}

fn finding(draft: &mut Draft<'_>, problems: &mut Problems) -> Option<Finding> {
    let Some(entry) = draft.keys.take("finding") else {
        if draft.link.is_none_or(|link| link.kind.replaces()) {
            let why = "A finding is `breached`, `kept` or `fulfilled`.";
            draft.keys.missing("finding", why, problems);
        }
        return None;
    };
    let verdict = choice(entry, &VERDICTS, problems)?;
    let about = draft.finding.take();
    Some(Finding {
        verdict,
        on: about.as_ref().and_then(|about| about.on),
        bindings: about.map_or_else(Vec::new, |about| about.bindings),
    })
}

fn finish(tables: Tables<'_>, draft: &mut Draft<'_>, subject: Subject, problems: &mut Problems) {
    let vocabulary = tables.names.vocabulary;
    let what = match subject {
        Subject::Kind(kind) => format!("`{}`", vocabulary.kind(kind).name),
        Subject::Measure(measure) => format!("`{}`", vocabulary.measure(measure).name),
        Subject::Finding(_) => "a finding".to_owned(),
    };
    let labels = known_keys(vocabulary, subject);
    let untouched = draft.keys.block.keys();
    let keys = std::mem::replace(&mut draft.keys, untouched);
    keys.finish(&what, &labels, problems);
}

/// Gives the keys that a record about something may have.
pub(in crate::record) fn known_keys(vocabulary: &Vocabulary, subject: Subject) -> Vec<&str> {
    let (fields, own): (&[Field], &[&str]) = match subject {
        Subject::Kind(kind) => (&vocabulary.kind(kind).fields, &["kind"]),
        Subject::Measure(measure) => (
            &vocabulary.measure(measure).fields,
            &["measure", "value", "unit"],
        ),
        Subject::Finding(_) => (&[], &["pledge", "finding"]),
    };
    let labels = fields.iter().map(|field| field.label.as_str());
    labels
        .chain(own.iter().copied())
        .chain(["when", "until", "throughout"])
        .chain(COMMON)
        .chain(LINKS.map(|(key, _)| key))
        .collect()
}

fn record(
    draft: &Draft<'_>,
    subject: Subject,
    contents: Contents,
    time: &Time,
    voice: Voice,
    known: Instant,
) -> Record {
    let block = draft.keys.block;
    Record {
        id: RecordId(0),
        name: draft.name.clone(),
        incident: draft.name.clone(),
        subject,
        stance: Stance::Affirms,
        fields: contents.fields,
        value: contents.value.map(|(value, _)| value),
        finding: contents.finding,
        when: time.when,
        dated: time.place.is_some(),
        uncertain: time.uncertain,
        throughout: time.throughout,
        until: time.until,
        informant: voice.informant,
        basis: voice.basis,
        origins: voice.origins,
        echoes: voice.echoes,
        grade: voice.grade,
        reported: voice.reported,
        known,
        link: voice.link,
        note: voice.note,
        places: Places {
            block: block.whole(),
            subject: draft.named.map_or(block.header, |named| named.span),
            when: time.place,
            value: contents.value.map(|(_, span)| span),
            informant: voice.place,
            link: draft.link.map(|link| link.entry.span),
        },
    }
}
