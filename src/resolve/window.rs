//! Timing phrases: which duty may have which, and whether what they say can be.

use super::Resolver;
use super::moments::period;
use super::scope::Scope;
use crate::agreement::pledge::Per;
use crate::agreement::{Deadline, MomentExpr, Pledge, Window};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, ActKind, Expr, ExprKind, Modal, Timing, TimingKind};
use crate::time::{self, Instant, Period};

/// What a duty asks for, as far as timing goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Something is to be achieved.
    Achievement,
    /// So many acts, or so much of something, are to be achieved: a period can stand for the deadline.
    Minimum,
    /// Effort, for which a deadline is not needed.
    Effort,
    /// Something is to stay as it is.
    Maintenance,
    /// Something is not to be done.
    Prohibition,
    /// Something may be done.
    Permission,
    /// The act could not be parsed.
    Unknown,
}

/// Gives the form of an act.
pub(super) fn form(act: &ActKind, modal: Modal) -> Form {
    match act {
        ActKind::Do(_) if modal == Modal::May => Form::Permission,
        ActKind::Reach(condition) if counts(condition) => Form::Minimum,
        ActKind::Do(_) | ActKind::Ensure(_) | ActKind::Reach(_) => Form::Achievement,
        ActKind::Keep(_) => Form::Maintenance,
        ActKind::NotDo(_) | ActKind::NotAllow(_) | ActKind::Prevent { .. } => Form::Prohibition,
        ActKind::Endeavour { .. } => Form::Effort,
        ActKind::Error => Form::Unknown,
    }
}

/// Says whether a condition counts or sums acts.
fn counts(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Count { .. } | ExprKind::SumOf { .. } => true,
        ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter().any(counts),
        ExprKind::Not(inner) | ExprKind::Paren(inner) | ExprKind::PercentOf { of: inner, .. } => {
            counts(inner)
        }
        ExprKind::Compare { left, right, .. }
        | ExprKind::Sum { left, right, .. }
        | ExprKind::Product { left, right } => counts(left) || counts(right),
        ExprKind::Between {
            quantity,
            low,
            high,
        } => counts(quantity) || counts(low) || counts(high),
        ExprKind::Call(_)
        | ExprKind::Once { .. }
        | ExprKind::In { .. }
        | ExprKind::Is { .. }
        | ExprKind::Order { .. }
        | ExprKind::Number(_)
        | ExprKind::Name(_)
        | ExprKind::FieldOf { .. }
        | ExprKind::Total(_)
        | ExprKind::AsOf { .. }
        | ExprKind::Literal(_)
        | ExprKind::Error => false,
    }
}

/// The kinds of timing phrase, as far as it matters which duty may have them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phrase {
    By,
    Before,
    Within,
    /// `on`, `between`, `at least`: a time for one act.
    Once,
    Every,
    Per,
    Open,
    Bound,
}

fn phrase(timing: &TimingKind) -> Option<(Phrase, &'static str)> {
    Some(match timing {
        TimingKind::By(_) => (Phrase::By, "by"),
        TimingKind::Before(_) => (Phrase::Before, "before"),
        TimingKind::On(_) => (Phrase::Once, "on"),
        TimingKind::Within { .. } => (Phrase::Within, "within"),
        TimingKind::AtLeastBefore { .. } => (Phrase::Once, "at least"),
        TimingKind::From(_) => (Phrase::Bound, "from"),
        TimingKind::Until(_) => (Phrase::Bound, "until"),
        TimingKind::Between { .. } => (Phrase::Once, "between"),
        TimingKind::EveryStarting { .. }
        | TimingKind::EveryFirstBy { .. }
        | TimingKind::EveryYearBy(_) => (Phrase::Every, "every"),
        TimingKind::Per { .. } | TimingKind::PerAny(_) => (Phrase::Per, "per"),
        TimingKind::WithNoDeadline { .. } => (Phrase::Open, "with no deadline"),
        TimingKind::Error => return None,
    })
}

impl<'a> Resolver<'a> {
    /// Gives the window of a sentence; phrases that its duty cannot have are reported and left out.
    pub(super) fn window(
        &mut self,
        scope: &mut Scope,
        sentence: &'a ast::Sentence,
        form: Form,
    ) -> Window {
        let mut window = Window {
            from: None,
            until: None,
            deadline: None,
            per: None,
        };
        let mut seen: Vec<(Phrase, &'static str, Span)> = Vec::new();
        let mark = self.mark();
        // A part of the pledge that was not understood may have been its deadline.
        let mut unclear = form == Form::Unknown || scope.has_lost();
        for timing in &sentence.timings {
            let Some((phrase, word)) = phrase(&timing.kind) else {
                self.lose(scope, timing.span);
                unclear = true;
                continue;
            };
            if self.repeats(phrase, word, timing.span, &seen)
                || self.misplaced(form, phrase, word, timing, sentence)
            {
                continue;
            }
            seen.push((phrase, word, timing.span));
            self.timing(scope, timing, &mut window);
        }
        let deadline = window.deadline.is_some() || form == Form::Minimum && window.per.is_some();
        let needed = matches!(form, Form::Achievement | Form::Minimum);
        if needed && !deadline && !unclear && !self.failed_since(mark) {
            self.report_missing_deadline(sentence, form);
        }
        window
    }

    /// Reports a second deadline, and a second phrase of one kind.
    fn repeats(
        &mut self,
        phrase: Phrase,
        word: &'static str,
        span: Span,
        seen: &[(Phrase, &'static str, Span)],
    ) -> bool {
        let single = matches!(phrase, Phrase::Per | Phrase::Bound);
        let first = seen.iter().find(|(other, other_word, _)| {
            if single {
                *other_word == word
            } else {
                !matches!(other, Phrase::Per | Phrase::Bound)
            }
        });
        let Some(&(_, first_word, first)) = first else {
            return false;
        };
        if single {
            self.report_repeated(word, span, first);
            return true;
        }
        let message = format!("a sentence has one deadline, and `{word}` is the second");
        let diagnostic = Diagnostic::new(Code::TwoDeadlines, span, message)
            .related(first, format!("`{first_word}` is the first"))
            .help("Take the earlier one with `earlier of (…, …)`, or make two pledges of it.");
        self.report(diagnostic);
        true
    }

    /// Reports a phrase that the duty cannot have.
    fn misplaced(
        &mut self,
        form: Form,
        phrase: Phrase,
        word: &'static str,
        timing: &'a Timing,
        sentence: &ast::Sentence,
    ) -> bool {
        let span = timing.span;
        let diagnostic = match (form, phrase) {
            (Form::Unknown, _)
            | (_, Phrase::Bound)
            | (Form::Minimum | Form::Maintenance, Phrase::Per)
            | (Form::Maintenance | Form::Prohibition | Form::Permission, Phrase::Before) => {
                return false;
            }
            (Form::Achievement | Form::Minimum | Form::Effort, phrase) if phrase != Phrase::Per => {
                return false;
            }
            (Form::Achievement | Form::Effort | Form::Minimum, _) => {
                let message = "`per` asks how often or how much, and this duty counts nothing";
                Diagnostic::new(Code::MisplacedTiming, span, message)
                    .help("Count it (`must reach count of … >= 2 per year`), or repeat the duty (`every 6 months starting …`).")
            }
            (Form::Prohibition, Phrase::By) => {
                let message = "`by` on something that must not be done: it is not done once, but all the time";
                let diagnostic = Diagnostic::new(Code::DeadlineOnProhibition, span, message)
                    .help("Write `until` for the last day of the prohibition, or `before` for the day after it.");
                until_instead_of_by(diagnostic, span)
            }
            (Form::Prohibition, Phrase::Within) => {
                let message = "`within` on something that must not be done: it is not done once, but all the time";
                Diagnostic::new(Code::DeadlineOnProhibition, span, message)
                    .help("Write `until` and the moment at which the prohibition ends, such as `until announcement + 30 days`.")
            }
            (Form::Maintenance, Phrase::By) => {
                let message = "`by` on something that must be kept all the time";
                let diagnostic = Diagnostic::new(Code::MisplacedTiming, span, message)
                    .help("Write `from` and `until` for the time in which it must be kept, or `reach` for something to be achieved by a date.");
                until_instead_of_by(diagnostic, span)
            }
            (Form::Prohibition | Form::Maintenance, Phrase::Open) => {
                let message = "`with no deadline` on something that lasts anyway";
                Diagnostic::new(Code::MisplacedTiming, span, message)
                    .help("Leave it out: what must be kept or not be done holds until the agreement ends.")
            }
            (Form::Permission, _) => {
                let message = format!("`{word}` on a permission: what may be done is never late");
                Diagnostic::new(Code::MisplacedTiming, span, message)
                    .help("Write `from` and `until` for the time in which it may be done.")
            }
            (Form::Prohibition | Form::Maintenance, _) => {
                let message = format!(
                    "`{word}` goes with something to be done, and `{}` holds all the time",
                    shown(sentence)
                );
                Diagnostic::new(Code::MisplacedTiming, span, message)
                    .help("Write `from` and `until` for the time in which it holds.")
            }
        };
        self.report(diagnostic);
        true
    }

    fn report_missing_deadline(&mut self, sentence: &ast::Sentence, form: Form) {
        let message = "this is to be achieved, and no date says by when";
        let help = if form == Form::Minimum {
            "Add `by DATE`, `within DURATION of MOMENT` or `per year`; if the text gives no time, say so: `with no deadline`."
        } else {
            "Add `by DATE`, `within DURATION of MOMENT` or `every DURATION starting DATE`; if the text gives no time, say so: `with no deadline`."
        };
        let diagnostic = Diagnostic::new(Code::MissingDeadline, sentence.act.span, message)
            .help(help)
            .fix(
                "write `with no deadline`",
                sentence.span.after(),
                " with no deadline",
            );
        self.report(diagnostic);
    }

    fn timing(&mut self, scope: &mut Scope, timing: &'a Timing, window: &mut Window) {
        let span = timing.span;
        match &timing.kind {
            TimingKind::From(moment) => window.from = Some(self.beginning(scope, moment)),
            TimingKind::Until(moment) => window.until = Some(self.ending(scope, moment)),
            TimingKind::Per { period, starting } => {
                let starting = starting
                    .as_ref()
                    .map(|moment| self.beginning(scope, moment));
                let period = period.value;
                window.per = Some(Spanned::new(Per::Calendar { period, starting }, span));
            }
            TimingKind::PerAny(duration) => {
                let period = self.lasting(scope, duration);
                window.per = Some(Spanned::new(Per::Sliding(period), span));
            }
            TimingKind::By(_)
            | TimingKind::Before(_)
            | TimingKind::On(_)
            | TimingKind::Within { .. }
            | TimingKind::AtLeastBefore { .. }
            | TimingKind::Between { .. }
            | TimingKind::EveryStarting { .. }
            | TimingKind::EveryFirstBy { .. }
            | TimingKind::EveryYearBy(_)
            | TimingKind::WithNoDeadline { .. } => {
                let deadline = self.deadline(scope, timing);
                window.deadline = deadline.map(|deadline| Spanned::new(deadline, span));
            }
            TimingKind::Error => {}
        }
    }

    fn deadline(&mut self, scope: &mut Scope, timing: &'a Timing) -> Option<Deadline> {
        Some(match &timing.kind {
            TimingKind::By(moment) => Deadline::By(self.ending(scope, moment)),
            TimingKind::Before(moment) => Deadline::Before(self.beginning(scope, moment)),
            TimingKind::On(moment) => Deadline::On(self.moment(scope, moment)),
            TimingKind::Within { duration, of } => {
                if of.is_none() {
                    self.need_trigger(scope, timing.span, "within");
                }
                scope.broken |= !duration.sound;
                Deadline::Within {
                    period: period(duration),
                    of: of.as_ref().map(|moment| self.moment(scope, moment)),
                }
            }
            TimingKind::AtLeastBefore { duration, moment } => {
                if moment.is_none() {
                    self.need_trigger(scope, timing.span, "before it");
                }
                scope.broken |= !duration.sound;
                Deadline::AtLeastBefore {
                    period: period(duration),
                    moment: moment.as_ref().map(|moment| self.beginning(scope, moment)),
                }
            }
            TimingKind::Between { least, most, after } => {
                if least.sound && most.sound {
                    self.check_periods(least, most);
                } else {
                    scope.broken = true;
                }
                Deadline::Between {
                    least: period(least),
                    most: period(most),
                    after: self.moment(scope, after),
                }
            }
            TimingKind::EveryStarting { duration, starting } => Deadline::EveryStarting {
                period: self.lasting(scope, duration),
                starting: self.beginning(scope, starting),
            },
            TimingKind::EveryFirstBy { duration, first_by } => Deadline::EveryFirstBy {
                period: self.lasting(scope, duration),
                first_by: self.ending(scope, first_by),
            },
            TimingKind::EveryYearBy(day) => Deadline::EveryYearBy(day.value),
            TimingKind::WithNoDeadline { review_by } => Deadline::Open {
                review_by: review_by.as_ref().map(|moment| self.ending(scope, moment)),
            },
            TimingKind::From(_)
            | TimingKind::Until(_)
            | TimingKind::Per { .. }
            | TimingKind::PerAny(_)
            | TimingKind::Error => return None,
        })
    }

    /// Gives a period that repeats, and reports one of no length.
    fn lasting(&mut self, scope: &mut Scope, duration: &ast::Duration) -> Period {
        let period = period(duration);
        scope.broken |= !duration.sound;
        if duration.sound && period == Period::default() {
            let message = "a period that repeats must last longer than nothing";
            self.report(Diagnostic::new(Code::BadDuration, duration.span, message));
        }
        period
    }

    fn need_trigger(&mut self, scope: &mut Scope, span: Span, word: &str) {
        if scope.trigger.is_some() || scope.has_lost() {
            return;
        }
        let message = format!("`{word}` counts from the trigger, and this pledge has none");
        let help = "Say what it counts from (`within 14 days of announcement`), or add a trigger (`whenever attack(…)`).";
        self.report(Diagnostic::new(Code::MissingTrigger, span, message).help(help));
    }

    /// Reports a shortest time that is longer than the longest, and months set against days.
    pub(super) fn check_periods(&mut self, least: &ast::Duration, most: &ast::Duration) {
        let (short, long) = (period(least), period(most));
        let (short_months, long_months) = (short.whole_months(), long.whole_months());
        let days = |period: Period| u64::from(period.weeks) * 7 + u64::from(period.days);
        let against = short_months > 0 && long_months == 0
            || short_months == 0 && long_months > 0 && days(short) >= u64::from(long_months) * 28;
        if against {
            let message = format!("{short} against {long}: a month has no fixed number of days");
            let help = "State both in months, or both in days.";
            let diagnostic = Diagnostic::new(Code::MonthsAgainstDays, most.span, message)
                .related(least.span, "compared with this")
                .help(help);
            self.report(diagnostic);
            return;
        }
        let clock = |period: Period| {
            (days(period) * 24 + u64::from(period.hours)) * 60 + u64::from(period.minutes)
        };
        let rest = |period: Period| (clock(period), period.working_days);
        let mixes = short.working_days > 0 || long.working_days > 0;
        let later = if mixes {
            short_months == long_months && clock(short) == clock(long) && rest(short) > rest(long)
        } else {
            (short_months, clock(short)) > (long_months, clock(long))
        };
        if later {
            let message = format!("the time ends after {long}, before it begins after {short}");
            let diagnostic = Diagnostic::new(Code::EndsBeforeStart, most.span, message);
            self.report(diagnostic.related(least.span, "it begins here"));
        }
    }

    /// Reports a window or deadline that the calendar shows to be over before it begins.
    pub(super) fn check_window(&mut self, window: &Window, form: Form, pledge: &Pledge) {
        self.check_sums(window);
        let own = window.from.as_ref();
        let opens = own.or_else(|| self.opening(pledge)).cloned();
        let Some(opens) = opens else { return };
        let Some(opening) = self.constant(&opens) else {
            return;
        };
        if let Some(until) = &window.until {
            self.check_order(&opens, until, "the window");
        }
        let Some(deadline) = &window.deadline else {
            return;
        };
        let Some((end, shown)) = self.deadline_end(&deadline.value) else {
            return;
        };
        if self.calendar.start_of(opening.first) < end {
            return;
        }
        let begins = time::iso_moment(opening, &self.calendar);
        let what = if form == Form::Prohibition {
            "the prohibition ends"
        } else {
            "this is due"
        };
        let message = format!("{what} {shown}, and the window opens only on {begins}");
        let diagnostic = Diagnostic::new(Code::DeadlineBeforeWindow, deadline.span, message)
            .related(opens.span, "the window opens here");
        self.report(diagnostic);
    }

    /// Gives what opens the window of a pledge without `from` and without a trigger.
    fn opening<'s>(&'s self, pledge: &'s Pledge) -> Option<&'s MomentExpr> {
        let here = pledge.span.source == self.root;
        let article = pledge.article_term.from.as_ref();
        let from = article.or(self.term.from.as_ref().filter(|_| here));
        from.filter(|_| pledge.triggers.is_empty())
    }

    /// Gives the first moment after a fixed deadline, and the deadline as it is shown.
    pub(super) fn deadline_end(&self, deadline: &Deadline) -> Option<(Instant, String)> {
        let last = |moment: time::Moment| {
            let shown = time::iso_moment(moment, &self.calendar);
            (self.calendar.end_of(moment.last), format!("on {shown}"))
        };
        let shifted = |moment: &MomentExpr, period: Period, backwards: bool| {
            let moment = self.constant(moment)?;
            Some(self.calendar.shift(moment, period, backwards))
        };
        match deadline {
            Deadline::By(moment) | Deadline::On(moment) => self.constant(moment).map(last),
            Deadline::EveryFirstBy { first_by, .. } => self.constant(first_by).map(last),
            Deadline::Before(moment) => {
                let moment = self.constant(moment)?;
                let shown = time::iso_moment(moment, &self.calendar);
                let end = self.calendar.start_of(moment.last);
                Some((end, format!("before {shown}")))
            }
            Deadline::Within { period, of } => shifted(of.as_ref()?, *period, false).map(last),
            Deadline::Between { most, after, .. } => shifted(after, *most, false).map(last),
            Deadline::AtLeastBefore { period, moment } => {
                shifted(moment.as_ref()?, *period, true).map(last)
            }
            Deadline::EveryStarting { .. } | Deadline::EveryYearBy(_) | Deadline::Open { .. } => {
                None
            }
        }
    }
}

fn shown(sentence: &ast::Sentence) -> &'static str {
    match &sentence.act.kind {
        ActKind::Keep(_) => "keep",
        ActKind::NotDo(_) => "must not",
        ActKind::NotAllow(_) => "must not allow",
        ActKind::Prevent { .. } => "prevent",
        ActKind::Do(_)
        | ActKind::Ensure(_)
        | ActKind::Reach(_)
        | ActKind::Endeavour { .. }
        | ActKind::Error => "it",
    }
}

/// Replaces the word `by` at the start of a phrase.
fn until_instead_of_by(diagnostic: Diagnostic, span: Span) -> Diagnostic {
    let by = Span {
        end: span.start.saturating_add(2),
        ..span
    };
    diagnostic.fix("write `until`", by, "until")
}
