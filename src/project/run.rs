//! One run: every rule file on its own, all records in the terms of each, and what is to be said about the files.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::agreement::{Agreement, Body, Mention, Pledge, PledgeId, Standing, Vocabulary};
use crate::diagnostic::{self, Code, Diagnostic, Severity};
use crate::eval::{Evaluation, Question, evaluate};
use crate::evidence::Clocks;
use crate::record::table::{Table, Tally};
use crate::record::toml::read;
use crate::record::{RecordId, Records, Subject};
use crate::report::account::convention_line;
use crate::report::{RecordCounts, View, wording};
use crate::resolve::{Resolved, resolve};
use crate::source::{SourceFile, SourceId, Sources, Span, Spanned};
use crate::time::{Day, Instant, Point};
use crate::verdict::Assessment;

use super::load::Project;
use super::standards;

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    /// The moment of the run, for `today`.
    pub now: Instant,
    /// The as-of day, where stated.
    pub as_of: Option<Spanned<Day>>,
    /// The known-by day, where stated.
    pub known_by: Option<Spanned<Day>>,
    /// The standard, where stated; else each agreement's own.
    pub standard: Option<Standing>,
}

/// One agreement of a run.
#[derive(Clone, Debug)]
pub struct Part {
    /// The agreement.
    pub agreement: Arc<Agreement>,
    /// The records in its terms.
    pub records: Records,
    /// The verdicts.
    pub assessment: Assessment,
}

impl Part {
    /// Gives it to the report.
    #[must_use]
    pub fn view(&self) -> View<'_> {
        View {
            agreement: &self.agreement,
            records: &self.records,
            assessment: &self.assessment,
        }
    }
}

/// What a run found.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The agreements, in the order in which they were asked for.
    pub parts: Vec<Part>,
    /// What is wrong in the files, sorted, nothing twice.
    pub diagnostics: Vec<Diagnostic>,
    /// The blocks of the record files.
    pub records: RecordCounts,
    /// What became of the rows of each table.
    pub tables: Vec<Tally>,
}

/// Reports a rule file without a declaration: silence would read like an agreement that everybody keeps.
fn says_nothing(project: &Project, root: SourceId) -> Option<Diagnostic> {
    let (file, parse) = project.parsed(root)?;
    if !parse.tree.items.is_empty() || !parse.diagnostics.is_empty() {
        return None;
    }
    let message = format!("`{}` holds no declaration", file.name());
    let help =
        "Write an `agreement` with its pledges; `servanda init` makes an example to start from.";
    Some(Diagnostic::new(Code::EmptyFile, file.span(), message).help(help))
}

/// The rule files of a project, understood as far as they can be.
#[derive(Clone, Debug, Default)]
pub struct Understood {
    /// One agreement for each rule file that was asked for, in their order.
    pub agreements: Vec<Arc<Agreement>>,
    /// Every name of the rule files at its place, in order of the places, each once.
    pub mentions: Vec<Mention>,
    /// Variables of two pledges that stand for each other because they share a name: where each is declared.
    pub ties: Vec<(Span, Span)>,
    /// What is wrong with the files and in them.
    pub diagnostics: Vec<Diagnostic>,
    /// What each rule file came to on its own, for the next time.
    units: BTreeMap<SourceId, Own>,
}

/// What a rule file came to on its own.
#[derive(Clone, Debug)]
struct Own {
    agreement: Arc<Agreement>,
    mentions: Arc<[Mention]>,
    ties: Arc<[(Span, Span)]>,
    diagnostics: Arc<[Diagnostic]>,
}

impl From<Resolved> for Own {
    fn from(resolved: Resolved) -> Own {
        Own {
            agreement: Arc::new(resolved.agreement),
            mentions: resolved.mentions.into(),
            ties: resolved.ties.into(),
            diagnostics: resolved.diagnostics.into(),
        }
    }
}

/// Resolves every rule file of a project; no record is read.
#[must_use]
pub fn understand(project: &Project) -> Understood {
    understand_what_changed(project, &Project::default(), &Understood::default())
}

/// Resolves the rule files of a project that changed with something that they use; the others are what they came to `before`.
#[must_use]
pub fn understand_what_changed(
    project: &Project,
    before: &Project,
    known: &Understood,
) -> Understood {
    let mut diagnostics: Vec<Diagnostic> = project.diagnostics.clone();
    diagnostics.extend(project.syntax_problems().cloned());
    let (mut agreements, mut mentions, mut ties) = (Vec::new(), Vec::new(), Vec::new());
    let mut units = BTreeMap::new();
    for &root in &project.roots {
        diagnostics.extend(says_nothing(project, root));
        let known = known.units.get(&root);
        let own = match known.filter(|_| project.shares_unit(before, root)) {
            Some(known) => known.clone(),
            None => resolve(&project.unit(root)).into(),
        };
        diagnostics.extend(own.diagnostics.iter().cloned());
        agreements.push(Arc::clone(&own.agreement));
        mentions.extend_from_slice(&own.mentions);
        ties.extend_from_slice(&own.ties);
        units.insert(root, own);
    }
    for agreement in &mut agreements {
        leave_out_mistaken(agreement, &diagnostics);
    }
    diagnostic::sort(&mut diagnostics);
    diagnostics.dedup();
    mentions.sort();
    mentions.dedup();
    ties.sort();
    ties.dedup();
    Understood {
        agreements,
        mentions,
        ties,
        diagnostics,
        units,
    }
}

/// Judges every rule file of a project by all its records.
#[must_use]
pub fn assess(project: &Project, request: &Request) -> Outcome {
    judge(project, understand(project), request)
}

/// Judges rule files that are understood already.
#[must_use]
pub fn judge(project: &Project, understood: Understood, request: &Request) -> Outcome {
    let Understood {
        mut agreements,
        mut diagnostics,
        ..
    } = understood;
    keep_those_with_promises(&mut agreements);
    let files = record_files(project);
    let today = agreements
        .first()
        .map(|agreement| agreement.calendar.day_of(request.now));
    let (mut readings, mut tallies) = (Vec::new(), Vec::new());
    let mut parts = Vec::new();
    let mut in_records: BTreeSet<Span> = BTreeSet::new();
    let mut filled: BTreeSet<Span> = BTreeSet::new();
    for agreement in agreements {
        let reading = read(&files, &record_tables(project), &agreement);
        readings.push(reading.diagnostics);
        tallies.push(reading.tallies);
        let question = question(&agreement, request, today, &mut diagnostics);
        let Evaluation {
            assessment,
            diagnostics: more,
        } = evaluate(&agreement, &reading.records, question);
        diagnostics.extend(more);
        let part = Part {
            agreement,
            records: reading.records,
            assessment,
        };
        diagnostics.extend(counting_decides(&part.view()));
        diagnostics.extend(standards::unreachable(&part.view()));
        in_records.extend(used_by_records(&part.records));
        filled.extend(filled_groups(&part.records));
        parts.push(part);
    }
    diagnostics.retain(|found| {
        let place = &found.primary.span;
        // What no pledge asks for and a record tells of is used after all, if only to be kept on file.
        let used = found.code == Code::UnusedName && in_records.contains(place);
        let filled = found.code == Code::EmptyGroup && filled.contains(place);
        !used && !filled
    });
    diagnostics.extend(understood_by_none(&readings, project));
    diagnostic::sort(&mut diagnostics);
    diagnostics.dedup();
    Outcome {
        records: count(&parts),
        tables: tables_of_all(tallies),
        parts,
        diagnostics,
    }
}

/// Gives the places where the groups are declared that something is in, registers included.
fn filled_groups(records: &Records) -> impl Iterator<Item = Span> + '_ {
    let vocabulary = &records.vocabulary;
    let memberships = vocabulary.things.iter().flat_map(|thing| &thing.parents);
    memberships.map(|membership| vocabulary.thing(membership.parent).span)
}

/// Gives what became of the rows of each table for all agreements together: what one of them declares is declared.
fn tables_of_all(readings: Vec<Vec<Tally>>) -> Vec<Tally> {
    let mut readings = readings.into_iter();
    let mut all = readings.next().unwrap_or_default();
    for reading in readings {
        for (tally, other) in all.iter_mut().zip(reading) {
            // An agreement for which the table makes no records has nothing to say of its names.
            if tally.records == 0 {
                *tally = other;
            } else if other.records > 0 {
                tally.records = tally.records.max(other.records);
                tally.passed_over = tally.passed_over.min(other.passed_over);
                tally
                    .unmatched
                    .retain(|name, _| other.unmatched.contains_key(name));
                tally
                    .undeclared
                    .retain(|name, _| other.undeclared.contains_key(name));
            }
        }
    }
    all
}

/// Gives the places where the events and measures are declared that records and watchers speak of; of all while nothing is on file, since
/// the records that use them may be yet to come.
fn used_by_records(records: &Records) -> Vec<Span> {
    let vocabulary = &records.vocabulary;
    if records.records.is_empty() {
        let kinds = vocabulary.kinds.iter().map(|kind| kind.span);
        let measures = vocabulary.measures.iter().map(|measure| measure.span);
        return kinds.chain(measures).collect();
    }
    let told = records.records.iter().map(|record| record.subject);
    let watched = records
        .coverage
        .iter()
        .flat_map(|coverage| &coverage.subjects);
    let verified = records
        .informants
        .iter()
        .flat_map(|informant| &informant.verifies);
    let subjects = told.chain(watched.copied()).chain(verified.copied());
    let places = subjects.filter_map(|subject| match subject {
        Subject::Kind(kind) => Some(vocabulary.kind(kind).span),
        Subject::Measure(measure) => Some(vocabulary.measure(measure).span),
        Subject::Finding(_) => None,
    });
    places.collect()
}

/// Leaves pledges unjudged in which something is wrong, also where it can be guessed what was meant: a verdict on a guess would pass for one
/// on the text.
pub(super) fn leave_out_mistaken(agreement: &mut Arc<Agreement>, diagnostics: &[Diagnostic]) {
    let errors = diagnostics
        .iter()
        .filter(|found| found.severity == Severity::Error);
    let mut places: Vec<(SourceId, u32)> = errors
        .map(|found| (found.primary.span.source, found.primary.span.start))
        .collect();
    places.sort_unstable();
    let is_mistaken = |pledge: &Pledge| {
        let Span { source, start, end } = pledge.span;
        let first = places.partition_point(|place| *place < (source, start));
        places
            .get(first)
            .is_some_and(|place| *place < (source, end))
    };
    if !agreement.pledges.iter().any(is_mistaken) {
        return;
    }
    for pledge in &mut Arc::make_mut(agreement).pledges {
        if is_mistaken(pledge) {
            pledge.body = Body::Error;
        }
    }
}

/// What the record files of a project say, as far as it can be told without judging anything.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// What is wrong in the files.
    pub diagnostics: Vec<Diagnostic>,
    /// What the names in the files stand for, in the terms of each agreement; not sorted.
    pub mentions: Vec<Mention>,
    /// The terms of each agreement with what the registers add.
    pub vocabularies: Vec<Vocabulary>,
}

/// Reads the record files of a project in the terms of each agreement.
#[must_use]
pub fn tell(project: &Project, understood: &Understood) -> Told {
    let mut agreements = understood.agreements.clone();
    keep_those_with_promises(&mut agreements);
    let files = record_files(project);
    let mut told = Told::default();
    let mut problems = Vec::new();
    for agreement in &agreements {
        let reading = read(&files, &record_tables(project), agreement);
        problems.push(reading.diagnostics);
        told.mentions.extend(reading.mentions);
        told.vocabularies.push(reading.records.vocabulary);
    }
    told.diagnostics = understood_by_none(&problems, project);
    told
}

/// A vocabulary has nothing to judge; its terms matter for records only where no agreement is there.
fn keep_those_with_promises(agreements: &mut Vec<Arc<Agreement>>) {
    let some_promise = agreements
        .iter()
        .any(|agreement| !agreement.pledges.is_empty());
    agreements.retain(|agreement| !some_promise || !agreement.pledges.is_empty());
}

fn record_files(project: &Project) -> Vec<&SourceFile> {
    let records = project.records.iter();
    records.map(|&id| project.sources.get(id)).collect()
}

fn record_tables(project: &Project) -> Vec<Table<'_>> {
    let tables = project.tables.iter();
    tables
        .map(|&(mapping, data)| Table {
            mapping: project.sources.get(mapping),
            data: project.sources.get(data),
        })
        .collect()
}

fn question(
    agreement: &Agreement,
    request: &Request,
    today: Option<Day>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Question {
    let calendar = &agreement.calendar;
    let stated = request.as_of.map(|day| day.value);
    let day = stated.or(today).unwrap_or_default();
    let mut as_of = calendar.end_of(Point::Day(day));
    let known_by = request.known_by.map_or(Instant::MAX, |known| {
        calendar.end_of(Point::Day(known.value))
    });
    if as_of > known_by {
        as_of = known_by;
        if let (Some(stated), Some(known)) = (request.as_of, request.known_by) {
            diagnostics.push(ahead_of_knowledge(stated, known));
        }
    }
    Question {
        clocks: Clocks { as_of, known_by },
        standard: request
            .standard
            .or(agreement.standards.all)
            .unwrap_or(Standing::Reported),
        proof_of: None,
    }
}

pub(super) fn ahead_of_knowledge(as_of: Spanned<Day>, known_by: Spanned<Day>) -> Diagnostic {
    let day = crate::time::format_day;
    let message = format!(
        "the as-of date {} is later than what is known, {}",
        day(as_of.value),
        day(known_by.value)
    );
    Diagnostic::new(Code::FutureKnowledge, as_of.span, message)
        .label(format!("judged as of {} instead", day(known_by.value)))
        .related(known_by.span, "nothing that became known later is used")
}

/// Names the pledges whose status hangs on how a period is counted. That only the days differ is told with the verdict itself.
fn counting_decides(view: &View<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (pledge, assessment) in view.pledges() {
        let chosen = assessment.conventions.iter().find(|way| way.chosen);
        let other = assessment
            .conventions
            .iter()
            .find(|way| chosen.is_some_and(|chosen| chosen.verdict.status != way.verdict.status));
        let (Some(chosen), Some(other)) = (chosen, other) else {
            continue;
        };
        let span = assessment
            .instances
            .iter()
            .find(|instance| instance.due == Some(chosen.due))
            .and_then(|instance| instance.deadline_span)
            .unwrap_or(pledge.name_span);
        let message = format!(
            "how the period is counted decides whether `{}` is {} or {}",
            pledge.name,
            chosen.verdict.status.word(),
            other.verdict.status.word()
        );
        let found_here = Diagnostic::new(Code::ConventionDecides, span, message)
            .help(convention_line(view, other));
        found.push(found_here);
    }
    found
}

/// Keeps the problems of records that no agreement understands.
///
/// A record may be in the terms of one agreement only; that the others do not know its kind is no problem.
fn understood_by_none(readings: &[Vec<Diagnostic>], project: &Project) -> Vec<Diagnostic> {
    if let [only] = readings {
        return only.clone();
    }
    let mut kept: Vec<Diagnostic> = Vec::new();
    let headers = Headers::of(readings, project);
    let blocks: Vec<BTreeSet<(SourceId, usize)>> = readings
        .iter()
        .map(|reading| {
            reading
                .iter()
                .filter(|found| found.severity == Severity::Error)
                .map(|found| headers.block(found))
                .collect()
        })
        .collect();
    let known: Vec<BTreeSet<_>> = readings
        .iter()
        .map(|reading| reading.iter().map(key).collect())
        .collect();
    // Several problems may have one place, as keys that are missing in a block do; the first agreement to see them tells all of them.
    let mut told_by: BTreeMap<(Span, Code), usize> = BTreeMap::new();
    for (teller, reading) in readings.iter().enumerate() {
        for found in reading {
            let block = headers.block(found);
            let everywhere = blocks
                .iter()
                .zip(&known)
                .all(|(blocks, known)| known.contains(&key(found)) || blocks.contains(&block));
            if everywhere && *told_by.entry(key(found)).or_insert(teller) == teller {
                kept.push(found.clone());
            }
        }
    }
    kept
}

fn key(found: &Diagnostic) -> (Span, Code) {
    (found.primary.span, found.code)
}

/// Where the blocks of record files begin: the lines that start with a bracket; of tables, every line.
struct Headers(BTreeMap<SourceId, Vec<usize>>);

impl Headers {
    /// Finds the blocks of every file that a problem is in.
    fn of(readings: &[Vec<Diagnostic>], project: &Project) -> Headers {
        let tables: BTreeSet<SourceId> = project.tables.iter().map(|(_, data)| *data).collect();
        let mut starts = BTreeMap::new();
        for found in readings.iter().flatten() {
            let source = found.primary.span.source;
            starts.entry(source).or_insert_with(|| {
                let text = project.sources.get(source).text();
                let header = if tables.contains(&source) {
                    "\n"
                } else {
                    "\n["
                };
                let later = text.match_indices(header).map(|(at, _)| at + 1);
                std::iter::once(0).chain(later).collect()
            });
        }
        Headers(starts)
    }

    /// Gives the block that a problem is in: where its header begins.
    fn block(&self, found: &Diagnostic) -> (SourceId, usize) {
        let span = found.primary.span;
        let starts = self
            .0
            .get(&span.source)
            .map_or(&[][..], |starts| starts.as_slice());
        let next = starts.partition_point(|&start| start <= span.start as usize);
        let start = next.checked_sub(1).and_then(|at| starts.get(at));
        (span.source, start.copied().unwrap_or(0))
    }
}

fn count(parts: &[Part]) -> RecordCounts {
    if let [only] = parts {
        return RecordCounts {
            read: only.records.read,
            left_out: only.records.left_out,
        };
    }
    let understood: BTreeSet<_> = parts
        .iter()
        .flat_map(|part| {
            let records = part
                .records
                .records
                .iter()
                .map(|record| record.places.block);
            let coverage = part.records.coverage.iter().map(|coverage| coverage.span);
            records.chain(coverage)
        })
        .map(|span| (span.source, span.start))
        .collect();
    let read = parts
        .iter()
        .map(|part| part.records.read)
        .max()
        .unwrap_or(0);
    RecordCounts {
        read,
        left_out: read.saturating_sub(understood.len()),
    }
}

/// Judges again with everything that the proof of one pledge needs.
#[must_use]
pub fn proof_of(part: &Part, pledge: PledgeId) -> Assessment {
    evaluate(&part.agreement, &part.records, again(part, Some(pledge))).assessment
}

/// Judges again as if one record were not on file.
#[must_use]
pub fn without(part: &Part, record: RecordId) -> Assessment {
    let mut records = part.records.clone();
    // What becomes known at the end of time is not on file by any day; positions stay what they are.
    if let Some(gone) = records.records.get_mut(record.0 as usize) {
        gone.known = Instant::MAX;
    }
    let mut question = again(part, None);
    question.clocks.known_by = question.clocks.known_by.min(Instant(i64::MAX - 1));
    evaluate(&part.agreement, &records, question).assessment
}

fn again(part: &Part, proof_of: Option<PledgeId>) -> Question {
    Question {
        clocks: Clocks {
            as_of: part.assessment.as_of,
            known_by: part.assessment.known_by.unwrap_or(Instant::MAX),
        },
        standard: part.assessment.standard,
        proof_of,
    }
}

/// Finds the pledges that a name means: `ID`, or `AGREEMENT/ID`. Gives the part and the pledge.
///
/// # Errors
///
/// The name that is nearest, if one is near.
pub fn matching(
    parts: &[Part],
    sources: &Sources,
    name: &str,
) -> Result<Vec<(usize, PledgeId)>, Option<String>> {
    let (agreement, id) = match name.rsplit_once('/') {
        Some((agreement, id)) => (Some(agreement), id),
        None => (None, name),
    };
    let mut found = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        if agreement.is_some_and(|wanted| wanted != part.view().name(sources)) {
            continue;
        }
        let pledges = &part.agreement.pledges;
        let of_that_name = pledges.iter().filter(|pledge| pledge.name == id);
        found.extend(of_that_name.map(|pledge| (index, pledge.id)));
    }
    if !found.is_empty() {
        return Ok(found);
    }
    let known: Vec<String> = parts
        .iter()
        .flat_map(|part| {
            let agreement = part.view().name(sources).to_owned();
            part.agreement.pledges.iter().flat_map(move |pledge| {
                [pledge.name.clone(), format!("{agreement}/{}", pledge.name)]
            })
        })
        .collect();
    let near = diagnostic::did_you_mean(name, known.iter().map(String::as_str));
    Err(near.map(wording::harmless))
}
