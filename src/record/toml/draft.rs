//! The outlines of record blocks: their ids, what they are about, and which others they speak of.
//!
//! A block that denies or corrects another may leave out its kind, and so can only be read once the other's is known.

use std::collections::BTreeMap;

use super::document::{Block, Document, Entry, Keys};
use super::names::Names;
use super::problems::Problems;
use super::value::{refuse, text};
use crate::agreement::{Agreement, Named};
use crate::diagnostic::{Code, Diagnostic, Suggestions};
use crate::record::{Finding, Record, RecordId, Stance, Subject};
use crate::source::Span;

/// In which section a record is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Event,
    Reading,
    Finding,
}

impl Form {
    pub(super) const ALL: [Form; 3] = [Form::Event, Form::Reading, Form::Finding];

    pub(super) fn section(self) -> &'static str {
        match self {
            Form::Event => "event",
            Form::Reading => "reading",
            Form::Finding => "finding",
        }
    }

    /// Gives the key that says what the record is about.
    pub(super) fn subject_key(self) -> &'static str {
        match self {
            Form::Event => "kind",
            Form::Reading => "measure",
            Form::Finding => "pledge",
        }
    }
}

/// What a linking key does, before the other record has a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LinkKind {
    Denies,
    Retracts,
    Corrects,
    Supersedes,
    Ends,
}

pub(super) const LINKS: [(&str, LinkKind); 5] = [
    ("denies", LinkKind::Denies),
    ("retracts", LinkKind::Retracts),
    ("corrects", LinkKind::Corrects),
    ("supersedes", LinkKind::Supersedes),
    ("ends", LinkKind::Ends),
];

/// Gives the keys that speak of another record.
pub(in crate::record) fn linking_keys() -> impl Iterator<Item = &'static str> {
    LINKS.into_iter().map(|(key, _)| key)
}

impl LinkKind {
    pub(super) fn stance(self, target: RecordId) -> Stance {
        match self {
            LinkKind::Denies => Stance::Denies(target),
            LinkKind::Retracts => Stance::Retracts(target),
            LinkKind::Corrects => Stance::Corrects(target),
            LinkKind::Supersedes => Stance::Supersedes(target),
            LinkKind::Ends => Stance::Ends(target),
        }
    }

    /// Says whether the record is to stand in the other's place, and so must say all that it said.
    pub(super) fn replaces(self) -> bool {
        match self {
            LinkKind::Corrects | LinkKind::Supersedes => true,
            LinkKind::Denies | LinkKind::Retracts | LinkKind::Ends => false,
        }
    }
}

/// A linking key and the record it names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link<'d> {
    pub(super) kind: LinkKind,
    pub(super) entry: Entry<'d>,
    /// Position among the drafts, where there is such a record.
    pub(super) target: Option<usize>,
}

/// A record on its way.
#[derive(Debug)]
pub(super) struct Draft<'d> {
    pub(super) form: Form,
    pub(super) keys: Keys<'d>,
    pub(super) name: String,
    pub(super) name_span: Span,
    /// The id without quotes; the header of a record that has none.
    pub(super) declared: Span,
    pub(super) incident: Option<(&'d str, Span)>,
    /// The key that says what it is about, where it is there.
    pub(super) named: Option<Entry<'d>>,
    pub(super) subject: Option<Subject>,
    pub(super) finding: Option<Finding>,
    pub(super) link: Option<Link<'d>>,
    /// Positions of the drafts that it repeats, with the places.
    pub(super) echoes: Vec<(usize, Span)>,
    pub(super) record: Option<Record>,
    pub(super) problems: Problems,
}

/// Gives the records of all files in their order, not yet read but for their outlines.
pub(super) fn outline<'d>(
    documents: &'d [Document<'_>],
    agreement: &Agreement,
    names: &Names<'_>,
) -> Vec<Draft<'d>> {
    let mut drafts = Vec::new();
    let mut suggestions = Suggestions::default();
    for document in documents {
        let mut blocks: Vec<(Form, Block<'d>)> = Vec::new();
        for form in Form::ALL {
            let found = document.blocks(form.section());
            blocks.extend(found.into_iter().map(|block| (form, block)));
        }
        blocks.sort_by_key(|(_, block)| block.header);
        let stem = stem(document, documents);
        for (ordinal, (form, block)) in (1..).zip(blocks) {
            let name = format!("{stem}#{ordinal}");
            let mut problems = Problems::default();
            problems.suggestions = suggestions;
            let draft = draft(form, block, name, agreement, names, problems);
            suggestions = draft.problems.suggestions;
            drafts.push(draft);
        }
    }
    drafts
}

/// Gives the file name, or the whole path where two files have one name.
fn stem<'d>(document: &'d Document<'_>, documents: &[Document<'_>]) -> &'d str {
    fn last(path: &str) -> &str {
        path.rsplit(['/', '\\']).next().unwrap_or(path)
    }
    let path = document.file.name();
    let same = documents
        .iter()
        .filter(|other| last(other.file.name()) == last(path));
    if same.count() > 1 { path } else { last(path) }
}

fn draft<'d>(
    form: Form,
    block: Block<'d>,
    default_name: String,
    agreement: &Agreement,
    names: &Names<'_>,
    mut problems: Problems,
) -> Draft<'d> {
    if block.is_broken() {
        problems.known();
    }
    let mut keys = block.keys();
    let id = keys.take("id");
    let name = id.and_then(|id| text(id, &mut problems));
    let incident = keys
        .take("incident")
        .and_then(|entry| Some((text(entry, &mut problems)?, entry.bare())));
    let link = link(&mut keys, &mut problems);
    let about = keys.take(form.subject_key());
    let (subject, finding) = match (form, about) {
        (_, None) => (None, None),
        (Form::Event | Form::Reading, Some(about)) => {
            (subject(form, about, names, &mut problems), None)
        }
        (Form::Finding, Some(about)) => {
            super::finding::pledge(about, agreement, names, &mut problems).unzip()
        }
    };
    Draft {
        form,
        name: name.map_or(default_name, str::to_owned),
        name_span: id.map_or(block.header, |id| id.span),
        declared: id.map_or(block.header, Entry::bare),
        incident,
        named: about,
        subject,
        finding,
        link,
        echoes: Vec::new(),
        record: None,
        problems,
        keys,
    }
}

fn subject(
    form: Form,
    about: Entry<'_>,
    names: &Names<'_>,
    problems: &mut Problems,
) -> Option<Subject> {
    let subject = names.subject(about, problems)?;
    match (form, subject) {
        (Form::Reading, Subject::Kind(_)) => refuse(
            about,
            format!("expected a measure, found the kind {}", about.written()),
            "An event is written in a block `[[event]]`, with `kind`.",
            problems,
        ),
        (Form::Event, Subject::Measure(_)) => refuse(
            about,
            format!("expected a kind, found the measure {}", about.written()),
            "A reading is written in a block `[[reading]]`, with `measure`.",
            problems,
        ),
        (Form::Event | Form::Reading | Form::Finding, _) => return Some(subject),
    }
    None
}

fn link<'d>(keys: &mut Keys<'d>, problems: &mut Problems) -> Option<Link<'d>> {
    let mut found: Option<Link<'d>> = None;
    for (key, kind) in LINKS {
        let Some(entry) = keys.take(key) else {
            continue;
        };
        if let Some(first) = found {
            problems.push(
                Diagnostic::new(
                    Code::BadValue,
                    entry.key_span,
                    format!(
                        "expected one of `{}` and `{key}`, found both",
                        first.entry.key
                    ),
                )
                .related(first.entry.key_span, "the other one")
                .help("A record does one thing to one other record; write two records."),
            );
            continue;
        }
        found = Some(Link {
            kind,
            entry,
            target: None,
        });
    }
    found
}

/// Gives every id and incident key with the place that declares it, for fields that name a record. A key that is no id is declared where
/// it is first used.
pub(super) fn keys_of(drafts: &[Draft<'_>]) -> BTreeMap<String, Span> {
    let mut keys = BTreeMap::new();
    let ids = drafts.iter().map(|draft| (&*draft.name, draft.declared));
    let incidents = drafts.iter().filter_map(|draft| draft.incident);
    for (name, declared) in ids.chain(incidents) {
        if !keys.contains_key(name) {
            keys.insert(name.to_owned(), declared);
        }
    }
    keys
}

/// Notes what ids, incident keys and links of records name.
pub(super) fn mention(drafts: &mut [Draft<'_>], keys: &BTreeMap<String, Span>) {
    for draft in drafts {
        // Nobody looks up the names of a table in an editor, and it may have a million.
        if draft.keys.block.is_of_table() {
            continue;
        }
        let has_id = draft.declared != draft.keys.block.header;
        let own = has_id.then_some((&*draft.name, draft.declared));
        let link = draft.link.and_then(|link| {
            let name = text(link.entry, &mut Problems::default())?;
            Some((name, link.entry.bare()))
        });
        for (name, at) in [own, draft.incident, link].into_iter().flatten() {
            if let Some(&declared) = keys.get(name) {
                draft.problems.mention(at, declared, Named::Record);
            }
        }
    }
}

/// Gives the drafts by id, and reports ids that are there twice. `windows` are the ids of coverage blocks.
pub(super) fn index(
    drafts: &mut [Draft<'_>],
    windows: &BTreeMap<String, Span>,
) -> BTreeMap<String, usize> {
    let mut ids: BTreeMap<String, usize> = BTreeMap::new();
    let mut places: BTreeMap<String, Span> = windows.clone();
    for (at, draft) in drafts.iter_mut().enumerate() {
        let Some(&first) = places.get(&draft.name) else {
            places.insert(draft.name.clone(), draft.name_span);
            ids.insert(draft.name.clone(), at);
            continue;
        };
        draft.problems.push(
            Diagnostic::new(
                Code::DuplicateRecord,
                draft.name_span,
                format!("a second record has the id `{}`", draft.name),
            )
            .related(first, "the first one")
            .help("Records of one occurrence have ids of their own and share `incident`."),
        );
    }
    ids
}

/// Finds the records that linking keys name.
pub(super) fn link_up(
    drafts: &mut [Draft<'_>],
    ids: &BTreeMap<String, usize>,
    windows: &BTreeMap<String, Span>,
) {
    let mut suggestions = Suggestions::default();
    for (at, draft) in drafts.iter_mut().enumerate() {
        let Some(link) = &mut draft.link else {
            continue;
        };
        draft.problems.suggestions = suggestions;
        let Some(name) = text(link.entry, &mut draft.problems) else {
            continue;
        };
        match ids.get(name) {
            Some(&target) if target == at => refuse(
                link.entry,
                format!("`{name}` {} itself", link.entry.key),
                "Name another record.",
                &mut draft.problems,
            ),
            Some(&target) => link.target = Some(target),
            None => {
                let report = no_record(link.entry, name, ids, windows, &mut draft.problems);
                draft.problems.push(report);
            }
        }
        suggestions = draft.problems.suggestions;
    }
}

pub(super) fn no_record(
    entry: Entry<'_>,
    name: &str,
    ids: &BTreeMap<String, usize>,
    windows: &BTreeMap<String, Span>,
    problems: &mut Problems,
) -> Diagnostic {
    if let Some(&window) = windows.get(name) {
        let message = format!("`{name}` is a time of watching, not a record");
        return Diagnostic::new(Code::UnknownRecord, entry.span, message).related(window, "here");
    }
    let message = format!("there is no record `{name}`");
    let known = ids.keys().map(String::as_str);
    problems.unknown(Code::UnknownRecord, entry.span, message, name, known)
}

/// What following the links of a record without a kind leads to.
#[derive(Clone, Copy, Debug)]
enum Inherited {
    Subject(Subject),
    /// A record that is about nothing known; its own problem says why.
    Nothing,
    /// Back to where it began.
    Ring,
}

/// Gives records without a kind that of the record they are linked to.
pub(super) fn inherit_subjects(drafts: &mut [Draft<'_>]) {
    let inherited = inherited(drafts);
    let places: Vec<(String, Span)> = drafts
        .iter()
        .map(|draft| (draft.name.clone(), draft.name_span))
        .collect();
    for (draft, inherited) in drafts.iter_mut().zip(inherited) {
        if draft.named.is_some() {
            continue;
        }
        match (inherited, draft.link) {
            (Inherited::Subject(subject), _) => draft.subject = Some(subject),
            (Inherited::Nothing, Some(link)) => {
                if let Some((name, place)) = link.target.and_then(|target| places.get(target)) {
                    let report = super::link::left_out(name, *place, link.entry.span);
                    draft.problems.push(report);
                }
            }
            (Inherited::Nothing, None) | (Inherited::Ring, _) => without_subject(draft),
        }
    }
}

fn without_subject(draft: &mut Draft<'_>) {
    let key = draft.form.subject_key();
    let article = match draft.form {
        Form::Event => "An",
        Form::Reading | Form::Finding => "A",
    };
    let why = format!(
        "{article} {} says its `{key}`, or which record it denies, corrects or ends.",
        draft.form.section()
    );
    draft.keys.missing(key, &why, &mut draft.problems);
}

fn inherited(drafts: &[Draft<'_>]) -> Vec<Inherited> {
    let next = |at: usize| {
        let draft = drafts.get(at)?;
        let target = draft.link.and_then(|link| link.target);
        target.filter(|_| draft.subject.is_none() && draft.named.is_none())
    };
    let ends = super::link::ends(drafts.len(), next).into_iter();
    ends.map(|end| match end {
        None => Inherited::Ring,
        Some(end) => drafts
            .get(end)
            .and_then(|draft| draft.subject)
            .map_or(Inherited::Nothing, Inherited::Subject),
    })
    .collect()
}
