//! The report for programs: one JSON object, `docs/schema/report.schema.json` describes it.
//!
//! Dates are civil days in the agreement's zone, or instants with an offset; names are as in the files; order is that of the files.

pub(super) mod shape;

use std::collections::BTreeMap;

use crate::agreement::{Body, Duty, Modal, Pledge, Standing};
use crate::diagnostic::Diagnostic;
use crate::record::RecordId;
use crate::record::table::Tally;
use crate::source::{Sources, Span};
use crate::time::{Calendar, Instant, Moment, Point, When, iso, iso_duration, iso_moment};
use crate::verdict::{
    Evidence, Form, Ground, InstanceAssessment, PledgeAssessment, Profile, Range, Status, Verdict,
};

use super::{Report, View, account, headline, table};

/// Writes the whole report.
#[must_use]
pub fn render(report: &Report<'_>) -> String {
    let json = serde_json::to_string_pretty(&shape(report));
    // INVARIANT: the shapes hold only texts, numbers, lists and maps with text keys, which always have a JSON form.
    debug_assert!(json.is_ok(), "every part of the report has a JSON form");
    json.unwrap_or_default()
}

fn shape<'a>(report: &'a Report<'a>) -> shape::Report<'a> {
    let first = report
        .views
        .iter()
        .find(|view| !view.assessment.pledges.is_empty())
        .or(report.views.first());
    shape::Report {
        schema: "servanda-report/1",
        as_of: first.map(|view| view.as_of_day().to_string()),
        known_by: first
            .and_then(View::known_by_day)
            .map(|day| day.to_string()),
        standard: first.map(|view| view.standard().word()),
        agreements: report
            .views
            .iter()
            .map(|view| agreement(report, view))
            .collect(),
        pledges: report
            .views
            .iter()
            .flat_map(|view| {
                view.pledges()
                    .map(|(pledge, assessment)| self::pledge(report, view, pledge, assessment))
            })
            .collect(),
        diagnostics: report
            .all()
            .map(|found| diagnostic(report.sources, found))
            .collect(),
        records: shape::Records {
            read: report.records.read,
            used: report.records.used(),
            left_out: report.records.left_out,
            tables: report
                .tables
                .iter()
                .map(|tally| tallied(report, tally))
                .collect(),
        },
        summary: headline::summary(report)
            .into_iter()
            .map(|(status, number)| (status.word(), number))
            .collect(),
    }
}

fn tallied<'a>(report: &Report<'a>, tally: &'a Tally) -> shape::Table<'a> {
    shape::Table {
        file: report.sources.get(tally.table).name(),
        rows: tally.rows,
        records: tally.records,
        not_chosen: tally.passed_over,
        unreadable: tally.bad,
        estimates_sorted: tally.sorted,
        undeclared: &tally.undeclared,
        unmatched: &tally.unmatched,
        unmatched_sources: &tally.sources,
    }
}

fn agreement<'a>(report: &'a Report<'a>, view: &View<'a>) -> shape::Agreement<'a> {
    let calendar = &view.agreement.calendar;
    let in_force = view
        .assessment
        .in_force
        .map(|(from, until)| shape::InForce {
            from: from.map(|moment| moment_shape(moment, calendar)),
            until: until.map(|moment| moment_shape(moment, calendar)),
        });
    shape::Agreement {
        id: view.agreement.name.as_ref().map(|name| name.value.as_str()),
        title: view.agreement.title.as_deref(),
        file: report.sources.get(view.agreement.source).name(),
        standard: view.standard().word(),
        in_force,
    }
}

fn pledge<'a>(
    report: &'a Report<'a>,
    view: &View<'a>,
    pledge: &'a Pledge,
    assessment: &'a PledgeAssessment,
) -> shape::Pledge<'a> {
    let calendar = &view.agreement.calendar;
    let standard = view.standard();
    let (modal, duty) = sentence(pledge);
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    for instance in &assessment.instances {
        if let Some(verdict) = instance.verdict(standard) {
            *counts.entry(verdict.status.word()).or_default() += 1;
        }
    }
    let obligor = table::obligor(view, pledge);
    shape::Pledge {
        agreement: view.name(report.sources),
        id: &pledge.name,
        title: pledge.title.as_deref(),
        article: &pledge.article,
        cites: pledge.cites.join("; "),
        obligor: (obligor != "–").then_some(obligor),
        modal,
        duty,
        at: place(report.sources, pledge.span),
        verdict: assessment
            .verdict(standard)
            .map(|found| verdict(found, calendar)),
        profile: profile(&assessment.profile, calendar),
        counts,
        instances: assessment
            .instances
            .iter()
            .map(|case| instance(report, view, case))
            .collect(),
        conventions: assessment
            .conventions
            .iter()
            .map(|convention| shape::Convention {
                name: &convention.name,
                chosen: convention.chosen,
                due: iso_moment(convention.due, calendar),
                status: convention.verdict.status.word(),
                days_late: convention.verdict.days_late.map(range),
            })
            .collect(),
    }
}

fn sentence(pledge: &Pledge) -> (Option<&'static str>, Option<&'static str>) {
    let Body::Sentence(sentence) = &pledge.body else {
        return (None, None);
    };
    let duty = match &sentence.duty {
        Duty::Do(_) => "do",
        Duty::Ensure(_) => "ensure",
        Duty::Reach(_) => "reach",
        Duty::Keep(_) => "keep",
        Duty::Refrain(_) => "not",
        Duty::NotAllow(_) => "not-allow",
        Duty::Prevent { .. } => "prevent",
        Duty::Endeavour { .. } => "endeavour",
        Duty::Permit(_) => "permit",
    };
    let modal = match sentence.modal {
        Modal::Must => "must",
        Modal::Should => "should",
        Modal::May => "may",
    };
    (Some(modal), Some(duty))
}

fn instance<'a>(
    report: &'a Report<'a>,
    view: &View<'a>,
    instance: &'a InstanceAssessment,
) -> shape::Instance<'a> {
    let calendar = &view.agreement.calendar;
    let verdict = instance.verdict(view.standard());
    shape::Instance {
        bindings: instance
            .bindings
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect(),
        obligor: &instance.obligor,
        trigger: instance.trigger.and_then(|id| record_name(view, id)),
        window: shape::Window {
            opens: instance.opens.map(|opens| iso_moment(opens, calendar)),
            due: instance.due.map(|due| moment_shape(due, calendar)),
            reckoning: instance.reckoning.as_deref(),
        },
        verdict: verdict.map(|found| self::verdict(found, calendar)),
        profile: profile(&instance.profile, calendar),
        since: verdict
            .and_then(|found| found.since)
            .map(|since| when(since, calendar)),
        until: verdict
            .and_then(|found| found.until)
            .map(|until| when(until, calendar)),
        evidence: instance
            .evidence
            .iter()
            .filter_map(|item| evidence(report.sources, view, item))
            .collect(),
        notes: instance
            .notes
            .iter()
            .map(|note| note.text.as_str())
            .collect(),
    }
}

fn evidence<'a>(
    sources: &'a Sources,
    view: &View<'a>,
    item: &'a Evidence,
) -> Option<shape::Evidence<'a>> {
    let record = view.records.records.get(item.record.0 as usize)?;
    let file = sources.get(record.places.block.source);
    Some(shape::Evidence {
        record: &record.name,
        file: file.name(),
        line: file.position(account::place(record).start).line,
        role: item.role.word(),
        affirms: item.affirms,
        counts: item.counts,
        standing: item.standing.word(),
        because: &item.because,
    })
}

/// Gives the name of a record.
pub(super) fn record_name<'a>(view: &View<'a>, id: RecordId) -> Option<&'a str> {
    let record = view.records.records.get(id.0 as usize)?;
    Some(&record.name)
}

/// Gives a verdict at each standard.
pub(super) fn profile(profile: &Profile, calendar: &Calendar) -> shape::Profile {
    let at = |standard: Standing| profile.at(standard).map(|found| verdict(found, calendar));
    shape::Profile {
        claimed: at(Standing::Claimed),
        reported: at(Standing::Reported),
        corroborated: at(Standing::Corroborated),
        verified: at(Standing::Verified),
    }
}

/// Gives a verdict in the one shape that all verdicts have.
pub(super) fn verdict(verdict: &Verdict, calendar: &Calendar) -> shape::Verdict {
    shape::Verdict {
        status: verdict.status.word(),
        ground: ground(verdict.ground),
        reason: verdict.reason.map(crate::verdict::Why::word),
        days_late: verdict.days_late.map(range),
        late: verdict.seconds_late.map(|range| shape::Durations {
            least: iso_duration(range.least),
            most: iso_duration(range.most),
        }),
        days_left: verdict.days_left,
        age_days: verdict.age_days,
        since: verdict.since.map(|since| when(since, calendar)),
        until: verdict.until.map(|until| when(until, calendar)),
        form: verdict.form.map(form),
        observed: verdict.observed.map(|observed| shape::Observed {
            days: observed.days,
            of: observed.of,
        }),
        if_established: match (verdict.status, &verdict.if_established) {
            (Status::Contingent, Some(inner)) => Some(Box::new(self::verdict(inner, calendar))),
            (_, _) => None,
        },
    }
}

/// Gives the word for a ground.
pub(super) fn ground(ground: Ground) -> &'static str {
    match ground {
        Ground::Established => "established",
        Ground::Presumed => "presumed",
    }
}

fn form(form: Form) -> &'static str {
    match form {
        Form::OneOff => "one-off",
        Form::Continuing => "continuing",
        Form::Composite => "composite",
    }
}

fn range(range: Range) -> shape::Days {
    shape::Days {
        least: range.least,
        most: range.most,
    }
}

fn moment_shape(moment: Moment, calendar: &Calendar) -> shape::Span {
    shape::Span {
        earliest: open(moment.first, calendar),
        latest: open(moment.last, calendar),
    }
}

pub(super) fn when(when: When, calendar: &Calendar) -> shape::Span {
    moment_shape(calendar.moment_of(when), calendar)
}

/// Writes a point; the ends of time are null.
fn open(point: Point, calendar: &Calendar) -> Option<String> {
    match point {
        Point::At(Instant::MIN | Instant::MAX) => None,
        Point::Day(_) | Point::At(_) => Some(iso(point, calendar)),
    }
}

pub(super) fn place(sources: &Sources, span: Span) -> shape::Place<'_> {
    let file = sources.get(span.source);
    let position = file.position(span.start);
    shape::Place {
        file: file.name(),
        line: position.line,
        column: position.column,
    }
}

pub(super) fn diagnostic<'a>(sources: &'a Sources, found: &'a Diagnostic) -> shape::Diagnostic<'a> {
    shape::Diagnostic {
        code: found.code.name(),
        severity: found.severity.word(),
        message: &found.message,
        help: found.help.as_deref(),
        labels: std::iter::once(&found.primary)
            .chain(&found.related)
            .map(|label| {
                let file = sources.get(label.span.source);
                let (start, end) = (
                    file.position(label.span.start),
                    file.position(label.span.end),
                );
                shape::Label {
                    file: file.name(),
                    start: shape::At {
                        line: start.line,
                        column: start.column,
                    },
                    end: shape::At {
                        line: end.line,
                        column: end.column,
                    },
                    text: &label.text,
                }
            })
            .collect(),
    }
}
