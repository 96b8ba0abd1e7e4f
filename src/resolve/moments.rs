//! Moments and periods: `date` names replaced by what they name, months and years by their days.

use super::Resolver;
use super::scope::{Scope, TriggerKind};
use super::terms::Binds;
use crate::agreement::{MomentExpr, MomentKind, Operand, Type};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{self, Name, PointKind, TimeUnit};
use crate::time::{self, Instant, Period, Point, When, days_in_month};

/// How many `date` names may rest on each other, and how many moments one may be made of.
///
/// Each use carries the whole moment with it, so that without a bound a short file could need all memory. Picked by gut feeling.
const DATES_DEEP: usize = 64;
const DATE_SIZE: usize = 256;

/// A `date` item.
pub(super) struct DateName<'a> {
    pub(super) name: &'a Name,
    moment: &'a ast::Moment,
    value: Progress,
}

enum Progress {
    Waiting,
    Active,
    Done(MomentExpr),
}

impl<'a> DateName<'a> {
    pub(super) fn new(name: &'a Name, moment: &'a ast::Moment) -> Self {
        DateName {
            name,
            moment,
            value: Progress::Waiting,
        }
    }
}

/// Which end of a month or year is meant.
#[derive(Clone, Copy)]
enum End {
    First,
    Last,
}

impl<'a> Resolver<'a> {
    pub(super) fn resolve_dates(&mut self) {
        let names: Vec<&'a str> = self.dates.keys().copied().collect();
        for name in names {
            self.date(name, &mut Vec::new());
        }
    }

    /// Gives what a `date` name stands for; `way` holds the names that are waiting for it.
    fn date(&mut self, name: &'a str, way: &mut Vec<&'a Name>) -> Option<MomentExpr> {
        let date = self.dates.get_mut(name)?;
        let (written, moment) = (date.name, date.moment);
        match &date.value {
            Progress::Done(value) => return Some(value.clone()),
            Progress::Active => {
                self.report_date_cycle(written, way);
                return Some(error_at(written.span));
            }
            Progress::Waiting => date.value = Progress::Active,
        }
        way.push(written);
        let mut value = if way.len() > DATES_DEEP {
            self.report_deep(written);
            error_at(moment.span)
        } else {
            let mut scope = Scope::constant();
            let value = self.moment_on(&mut scope, moment, way);
            self.finish_scope(&mut scope);
            value
        };
        way.pop();
        if size(&value) > DATE_SIZE {
            self.report_deep(written);
            value = error_at(moment.span);
        }
        if let Some(date) = self.dates.get_mut(name) {
            date.value = Progress::Done(value.clone());
        }
        Some(value)
    }

    fn report_date_cycle(&mut self, closing: &Name, way: &[&'a Name]) {
        let circle: Vec<&Name> = way
            .iter()
            .copied()
            .skip_while(|name| name.text != closing.text)
            .collect();
        let mut names: Vec<String> = circle
            .iter()
            .map(|name| format!("`{}`", name.text))
            .collect();
        names.push(format!("`{}`", closing.text));
        let message = format!(
            "the date `{}` is counted from itself: {}",
            closing.text,
            names.join(" → ")
        );
        let mut diagnostic = Diagnostic::new(Code::DeclarationCycle, closing.span, message)
            .help("Give one of them a day of the calendar.");
        for name in circle.iter().skip(1) {
            diagnostic = diagnostic.related(name.span, "goes on here");
        }
        self.report(diagnostic);
    }

    fn report_deep(&mut self, name: &Name) {
        let message = format!("the date `{}` rests on too many others", name.text);
        let help = format!(
            "At most {DATES_DEEP} dates may rest on each other, and one may be made of at most {DATE_SIZE}."
        );
        self.report(Diagnostic::new(Code::NestedTooDeep, name.span, message).help(help));
    }

    /// Gives a moment of which the beginning counts: the first day of a month or year.
    pub(super) fn beginning(&mut self, scope: &mut Scope, moment: &'a ast::Moment) -> MomentExpr {
        let mut moment = self.moment(scope, moment);
        narrow(&mut moment, End::First);
        moment
    }

    /// Gives a moment of which the end counts: the last day of a month or year.
    pub(super) fn ending(&mut self, scope: &mut Scope, moment: &'a ast::Moment) -> MomentExpr {
        let mut moment = self.moment(scope, moment);
        narrow(&mut moment, End::Last);
        moment
    }

    /// Gives a moment as it is: a month or year from its first to its last day.
    pub(super) fn moment(&mut self, scope: &mut Scope, moment: &'a ast::Moment) -> MomentExpr {
        self.moment_on(scope, moment, &mut Vec::new())
    }

    fn moment_on(
        &mut self,
        scope: &mut Scope,
        moment: &'a ast::Moment,
        way: &mut Vec<&'a Name>,
    ) -> MomentExpr {
        let kind = self.point(scope, &moment.point, way);
        let point = MomentExpr {
            kind,
            span: moment.point.span,
        };
        if let Some(shift) = moment.shifts.get(DATES_DEEP) {
            let message = "more periods are added up here than any text needs";
            self.report(Diagnostic::new(
                Code::NestedTooDeep,
                shift.duration.span,
                message,
            ));
            return error_at(moment.span);
        }
        if moment.shifts.iter().any(|shift| !shift.duration.sound) {
            scope.broken = true;
            return error_at(moment.span);
        }
        moment.shifts.iter().fold(point, |base, shift| {
            let span = base.span.to(shift.duration.span);
            let period = period(&shift.duration);
            MomentExpr {
                kind: MomentKind::Shifted {
                    base: Box::new(base),
                    backwards: shift.backwards,
                    period,
                },
                span,
            }
        })
    }

    fn point(
        &mut self,
        scope: &mut Scope,
        point: &'a ast::Point,
        way: &mut Vec<&'a Name>,
    ) -> MomentKind {
        match &point.kind {
            PointKind::Date(_)
            | PointKind::Month { .. }
            | PointKind::Year(_)
            | PointKind::Instant(_) => fixed(&point.kind),
            PointKind::Name(name) => self.named_moment(scope, name, way),
            PointKind::FieldOf { owner, field } => self.trigger_date(scope, owner, field),
            PointKind::EntryIntoForce { of } => self.entry_into_force(scope, of.as_ref()),
            PointKind::EndOfAgreement => MomentKind::EndOfAgreement,
            PointKind::First(pattern) => self
                .pattern(scope, pattern, Binds::Nothing)
                .map_or(MomentKind::Error, |pattern| {
                    MomentKind::First(Box::new(pattern))
                }),
            PointKind::DeadlineOf(reference) => self
                .reference(scope, reference, Binds::Nothing)
                .map_or(MomentKind::Error, MomentKind::DeadlineOf),
            PointKind::FulfilmentOf(reference) => self
                .reference(scope, reference, Binds::Nothing)
                .map_or(MomentKind::Error, MomentKind::FulfilmentOf),
            PointKind::BreachOf(reference) => self
                .reference(scope, reference, Binds::Nothing)
                .map_or(MomentKind::Error, MomentKind::BreachOf),
            PointKind::EarlierOf(moments) => {
                MomentKind::EarlierOf(self.moments_on(scope, moments, way))
            }
            PointKind::LaterOf(moments) => {
                MomentKind::LaterOf(self.moments_on(scope, moments, way))
            }
            PointKind::Error => {
                self.lose(scope, point.span);
                MomentKind::Error
            }
        }
    }

    fn moments_on(
        &mut self,
        scope: &mut Scope,
        moments: &'a [ast::Moment],
        way: &mut Vec<&'a Name>,
    ) -> Vec<MomentExpr> {
        moments
            .iter()
            .map(|moment| self.moment_on(scope, moment, way))
            .collect()
    }

    /// Keeps the words at a place that could not be parsed.
    pub(super) fn lose(&mut self, scope: &mut Scope, span: Span) {
        let file = self.files.iter().find(|file| file.file.id() == span.source);
        scope.lose(file.map_or("", |file| file.file.slice(span)));
    }

    fn entry_into_force(&mut self, scope: &mut Scope, of: Option<&'a Name>) -> MomentKind {
        let Some(name) = of else {
            return MomentKind::EntryIntoForce { of: None };
        };
        match self.actor_operand(scope, name) {
            Some(kind) => MomentKind::EntryIntoForce {
                of: Some(Operand {
                    kind,
                    span: name.span,
                }),
            },
            None => MomentKind::Error,
        }
    }

    /// Gives a name alone as a moment.
    pub(super) fn named(&mut self, scope: &mut Scope, name: &'a Name) -> MomentExpr {
        MomentExpr {
            kind: self.named_moment(scope, name, &mut Vec::new()),
            span: name.span,
        }
    }

    /// A name where a moment stands: a label of the pattern around, then a variable, then a date.
    fn named_moment(
        &mut self,
        scope: &mut Scope,
        name: &'a Name,
        way: &mut Vec<&'a Name>,
    ) -> MomentKind {
        if let Some((slot, ty)) = self.label_of_pattern(scope, name) {
            return match ty {
                Some(Type::Date) => MomentKind::Field(slot),
                Some(ty) => self.no_moment(name, ty),
                None => MomentKind::Error,
            };
        }
        if let Some(id) = scope.find(&name.text) {
            self.mention_variable(scope, name, id);
            let is_trigger = scope
                .trigger
                .as_ref()
                .is_some_and(|trigger| trigger.alias == Some(id));
            scope.count_use(&name.text);
            if is_trigger {
                return MomentKind::Trigger;
            }
            return match scope.variable(id).and_then(|bound| bound.ty) {
                Some(Type::Date) => MomentKind::Variable(id),
                Some(ty) => self.no_moment(name, ty),
                None => {
                    if let Some(bound) = scope.variable(id) {
                        bound.ty = Some(Type::Date);
                    }
                    MomentKind::Variable(id)
                }
            };
        }
        if let Some((&date, _)) = self.dates.get_key_value(name.text.as_str()) {
            self.mention_date(name);
            let value = self.date(date, way);
            return value.map_or(MomentKind::Error, |value| value.kind);
        }
        if let Some(&id) = self.vocabulary.thing_names.get(&name.text) {
            self.mention_thing(name, id);
            let what = self.thing_name(id);
            let message = format!("a moment is needed, and `{}` is {what}", name.text);
            self.report_wrong_kind(name, message, "");
            return MomentKind::Error;
        }
        scope.unknown(name, Some(Type::Date));
        MomentKind::Error
    }

    fn no_moment(&mut self, name: &Name, ty: Type) -> MomentKind {
        let what = self.type_name(ty);
        let message = format!("a moment is needed, and `{}` stands for {what}", name.text);
        self.report(Diagnostic::new(Code::TypeMismatch, name.span, message));
        MomentKind::Error
    }

    fn trigger_date(&mut self, scope: &mut Scope, owner: &Name, field: &Name) -> MomentKind {
        match self.trigger_field(scope, owner, field) {
            Some((slot, Some(Type::Date))) => MomentKind::TriggerField(slot),
            Some((_, Some(ty))) => self.no_moment(field, ty),
            Some((_, None)) | None => MomentKind::Error,
        }
    }

    /// Gives the slot and type of `t.field`, where `t` names the trigger; what is wrong with it is reported.
    pub(super) fn trigger_field(
        &mut self,
        scope: &mut Scope,
        owner: &Name,
        field: &Name,
    ) -> Option<(usize, Option<Type>)> {
        let Some(id) = scope.find(&owner.text) else {
            scope.unknown(owner, Some(Type::Event));
            return None;
        };
        self.mention_variable(scope, owner, id);
        scope.count_use(&owner.text);
        let trigger = scope
            .trigger
            .clone()
            .filter(|trigger| trigger.alias == Some(id));
        let Some(trigger) = trigger else {
            let message = format!("`{}` names no trigger, so it has no fields", owner.text);
            let help = "Name the trigger with `as`: `whenever attack(…) as t`, then `t.in`.";
            self.report(Diagnostic::new(Code::TypeMismatch, owner.span, message).help(help));
            return None;
        };
        let mut found: Option<(usize, Option<Type>)> = None;
        for kind in trigger.kinds {
            let (slot, ty) = self.field_of_trigger(scope, kind, owner, field)?;
            match found {
                None => found = Some((slot, ty)),
                Some((_, Some(first))) if ty.is_some_and(|ty| !self.compatible(first, ty)) => {
                    let message = format!(
                        "`{}.{}` is not of the same type in every trigger",
                        owner.text, field.text
                    );
                    let help = "Write a pledge for each trigger.";
                    let diagnostic = Diagnostic::new(Code::TypeMismatch, field.span, message);
                    self.report(diagnostic.help(help));
                    return None;
                }
                Some(_) => {}
            }
        }
        found
    }

    /// Gives the slot and type of a field of one of the alternative triggers.
    fn field_of_trigger(
        &mut self,
        scope: &mut Scope,
        kind: TriggerKind,
        owner: &Name,
        field: &Name,
    ) -> Option<(usize, Option<Type>)> {
        match kind {
            TriggerKind::Event(kind) => {
                let word = crate::agreement::Word::Kind(kind);
                let slot = self.slot(word, field)?;
                Some((slot, self.field_type(word, slot)))
            }
            TriggerKind::Unknown => {
                scope.broken = true;
                None
            }
            TriggerKind::Verdict => {
                let message = format!(
                    "`{}` is a breach or a fulfilment and has no fields",
                    owner.text
                );
                let help = "Only events have fields; as a moment it can stand alone.";
                self.report(Diagnostic::new(Code::TypeMismatch, field.span, message).help(help));
                None
            }
        }
    }

    /// Gives the time for which a declaration holds; it must be fixed by the calendar.
    pub(super) fn validity(&mut self, period: Option<&'a ast::Period>) -> When {
        let Some(period) = period else {
            return When::ALWAYS;
        };
        let mut scope = Scope::constant();
        let from = period
            .from
            .as_ref()
            .map(|from| self.beginning(&mut scope, from));
        let until = period
            .until
            .as_ref()
            .map(|until| self.ending(&mut scope, until));
        self.finish_scope(&mut scope);
        if let (Some(from), Some(until)) = (&from, &until) {
            self.check_order(from, until, "the period");
        }
        let earliest = match &from {
            Some(from) => self
                .fixed_moment(from)
                .map(|fixed| self.calendar.start_of(fixed.first)),
            None => Some(Instant::MIN),
        };
        let latest = match &until {
            Some(until) => self
                .fixed_moment(until)
                .map(|fixed| self.calendar.end_of(fixed.last)),
            None => Some(Instant::MAX),
        };
        match (earliest, latest) {
            (Some(earliest), Some(latest)) if earliest < latest => When { earliest, latest },
            (Some(_) | None, Some(_) | None) => When::ALWAYS,
        }
    }

    /// Gives a moment that the calendar fixes, and reports one that hangs on events.
    pub(super) fn fixed_moment(&mut self, moment: &MomentExpr) -> Option<time::Moment> {
        if let Some(fixed) = self.constant(moment) {
            return Some(fixed);
        }
        if !has_error(moment) {
            let message = "a day of the calendar is needed here, and this hangs on what happens";
            self.report(Diagnostic::new(Code::TypeMismatch, moment.span, message));
        }
        None
    }

    /// Gives the value of a moment where the calendar and the header alone fix it.
    pub(super) fn constant(&self, moment: &MomentExpr) -> Option<time::Moment> {
        match &moment.kind {
            MomentKind::Fixed(moment) => Some(*moment),
            MomentKind::EntryIntoForce { of: None } => self.term_end(self.term.from.as_ref()),
            MomentKind::EndOfAgreement => self.term_end(self.term.until.as_ref()),
            MomentKind::Shifted {
                base,
                backwards,
                period,
            } => Some(
                self.calendar
                    .shift(self.constant(base)?, *period, *backwards),
            ),
            MomentKind::EarlierOf(moments) => {
                let all: Option<Vec<_>> = moments.iter().map(|m| self.constant(m)).collect();
                all?.into_iter().min_by_key(|m| self.calendar.span_of(*m))
            }
            MomentKind::LaterOf(moments) => {
                let all: Option<Vec<_>> = moments.iter().map(|m| self.constant(m)).collect();
                all?.into_iter().max_by_key(|m| self.calendar.span_of(*m))
            }
            MomentKind::Variable(_)
            | MomentKind::Trigger
            | MomentKind::TriggerField(_)
            | MomentKind::Field(_)
            | MomentKind::EntryIntoForce { of: Some(_) }
            | MomentKind::First(_)
            | MomentKind::DeadlineOf(_)
            | MomentKind::FulfilmentOf(_)
            | MomentKind::BreachOf(_)
            | MomentKind::Error => None,
        }
    }

    /// The header's own moments never rest on the header, or they would rest on themselves.
    fn term_end(&self, moment: Option<&MomentExpr>) -> Option<time::Moment> {
        moment
            .filter(|moment| !rests_on_term(moment))
            .and_then(|moment| self.constant(moment))
    }

    /// Reports an end that the calendar puts before its beginning.
    pub(super) fn check_order(&mut self, from: &MomentExpr, until: &MomentExpr, what: &str) {
        let (Some(first), Some(last)) = (self.constant(from), self.constant(until)) else {
            return;
        };
        if self.calendar.start_of(first.first) < self.calendar.end_of(last.last) {
            return;
        }
        let begins = time::iso_moment(first, &self.calendar);
        let ends = time::iso_moment(last, &self.calendar);
        let message = format!("{what} ends on {ends}, before it begins on {begins}");
        let diagnostic = Diagnostic::new(Code::EndsBeforeStart, until.span, message);
        self.report(diagnostic.related(from.span, "it begins here"));
    }
}

/// Gives a duration as a period of the calendar.
pub(super) fn period(duration: &ast::Duration) -> Period {
    let mut period = Period::default();
    for part in &duration.parts {
        let field = match part.unit {
            TimeUnit::Minutes => &mut period.minutes,
            TimeUnit::Hours => &mut period.hours,
            TimeUnit::Days => &mut period.days,
            TimeUnit::WorkingDays => &mut period.working_days,
            TimeUnit::Weeks => &mut period.weeks,
            TimeUnit::Months => &mut period.months,
            TimeUnit::Years => &mut period.years,
        };
        *field = field.saturating_add(part.count);
    }
    period
}

fn fixed(kind: &PointKind) -> MomentKind {
    let days = |first: Option<time::Day>, last: Option<time::Day>| match (first, last) {
        (Some(first), Some(last)) => MomentKind::Fixed(time::Moment {
            first: Point::Day(first),
            last: Point::Day(last),
        }),
        (Some(_) | None, Some(_) | None) => MomentKind::Error,
    };
    let day = |year, month, day| time::Day::new(year, month, day).ok();
    match kind {
        PointKind::Date(date) => days(Some(*date), Some(*date)),
        PointKind::Month { year, month } => {
            let last = days_in_month(*year, *month).and_then(|last| day(*year, *month, last));
            days(day(*year, *month, 1), last)
        }
        PointKind::Year(year) => days(day(*year, 1, 1), day(*year, 12, 31)),
        PointKind::Instant(instant) => {
            MomentKind::Fixed(time::Moment::exactly(instant_point(*instant)))
        }
        PointKind::Name(_)
        | PointKind::FieldOf { .. }
        | PointKind::EntryIntoForce { .. }
        | PointKind::EndOfAgreement
        | PointKind::First(_)
        | PointKind::DeadlineOf(_)
        | PointKind::FulfilmentOf(_)
        | PointKind::BreachOf(_)
        | PointKind::EarlierOf(_)
        | PointKind::LaterOf(_)
        | PointKind::Error => MomentKind::Error,
    }
}

/// Gives an instant of a rule as a point.
pub(super) fn instant_point(instant: ast::Instant) -> Point {
    Point::At(Instant(instant.seconds))
}

fn error_at(span: Span) -> MomentExpr {
    MomentExpr {
        kind: MomentKind::Error,
        span,
    }
}

/// Replaces months and years by the end that is meant.
fn narrow(moment: &mut MomentExpr, end: End) {
    match &mut moment.kind {
        MomentKind::Fixed(fixed) => {
            *fixed = time::Moment::exactly(match end {
                End::First => fixed.first,
                End::Last => fixed.last,
            });
        }
        MomentKind::Shifted { base, .. } => narrow(base, end),
        MomentKind::EarlierOf(moments) | MomentKind::LaterOf(moments) => {
            for moment in moments {
                narrow(moment, end);
            }
        }
        MomentKind::Variable(_)
        | MomentKind::Trigger
        | MomentKind::TriggerField(_)
        | MomentKind::Field(_)
        | MomentKind::EntryIntoForce { .. }
        | MomentKind::EndOfAgreement
        | MomentKind::First(_)
        | MomentKind::DeadlineOf(_)
        | MomentKind::FulfilmentOf(_)
        | MomentKind::BreachOf(_)
        | MomentKind::Error => {}
    }
}

/// Counts the moments that a moment is made of.
fn size(moment: &MomentExpr) -> usize {
    1 + parts(moment).map(size).sum::<usize>()
}

/// Says whether part of a moment was not understood.
pub(super) fn has_error(moment: &MomentExpr) -> bool {
    matches!(moment.kind, MomentKind::Error) || parts(moment).any(has_error)
}

fn rests_on_term(moment: &MomentExpr) -> bool {
    matches!(
        moment.kind,
        MomentKind::EntryIntoForce { .. } | MomentKind::EndOfAgreement
    ) || parts(moment).any(rests_on_term)
}

fn parts(moment: &MomentExpr) -> impl Iterator<Item = &MomentExpr> {
    let (one, many): (Option<&MomentExpr>, &[MomentExpr]) = match &moment.kind {
        MomentKind::Shifted { base, .. } => (Some(base.as_ref()), &[]),
        MomentKind::EarlierOf(moments) | MomentKind::LaterOf(moments) => (None, moments),
        MomentKind::Fixed(_)
        | MomentKind::Variable(_)
        | MomentKind::Trigger
        | MomentKind::TriggerField(_)
        | MomentKind::Field(_)
        | MomentKind::EntryIntoForce { .. }
        | MomentKind::EndOfAgreement
        | MomentKind::First(_)
        | MomentKind::DeadlineOf(_)
        | MomentKind::FulfilmentOf(_)
        | MomentKind::BreachOf(_)
        | MomentKind::Error => (None, &[]),
    };
    one.into_iter().chain(many)
}
