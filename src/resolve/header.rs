//! The header of the rule file that was asked for: its calendar, its term, its standards, who may join and leave.

use super::Resolver;
use super::moments::period;
use super::scope::Scope;
use super::terms::Binds;
use crate::agreement::{InForce, MembershipRule, Standards, Standing};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, ByWhat, Header, Level, Role};
use crate::time::{MonthEnds, Rollover, Zone};

/// How many independent voices `corroborated` needs unless the header says otherwise.
pub(super) const VOICES: u32 = 2;

/// The clauses of the header that change who is bound.
pub(super) type Membership = Vec<Spanned<MembershipRule>>;

const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

pub(super) fn name(agreement: &ast::Agreement) -> Spanned<String> {
    Spanned::new(agreement.name.text.clone(), agreement.name.span)
}

pub(super) fn title(agreement: &ast::Agreement) -> Option<String> {
    agreement.title.as_ref().map(|title| title.value.clone())
}

pub(super) fn cites(agreement: &ast::Agreement) -> Vec<String> {
    let text = |header: &Spanned<Header>| match &header.value {
        Header::Cites(text) | Header::Source(text) => Some(text.value.clone()),
        Header::InForce(_)
        | Header::By { .. }
        | Header::Renews { .. }
        | Header::Extended(_)
        | Header::Weekend(_)
        | Header::Timezone(_)
        | Header::MonthEnds(_)
        | Header::Rollover(_)
        | Header::Standard(_)
        | Header::Corroboration(_)
        | Header::Error => None,
    };
    agreement.headers.iter().filter_map(text).collect()
}

/// Gives the standards of the header; `standard LEVEL` and `standard ROLE LEVEL` may both stand.
pub(super) fn standards(agreement: &ast::Agreement) -> Standards {
    let mut all = Standards::default();
    for header in &agreement.headers {
        if let Header::Standard(standard) = &header.value {
            all = super::overlay(standards_of(standard), all);
        }
    }
    all
}

/// Gives what a `standard` clause says.
pub(super) fn standards_of(standard: &ast::Standard) -> Standards {
    let mut standards = Standards::default();
    match standard {
        ast::Standard::All(level) => standards.all = Some(standing(level.value)),
        ast::Standard::PerRole(roles) => {
            for (role, level) in roles {
                let level = Some(standing(level.value));
                match role.value {
                    Role::Breach => standards.breach = level,
                    Role::Performance => standards.performance = level,
                    Role::Excuse => standards.excuse = level,
                    Role::Condition => standards.condition = level,
                }
            }
        }
    }
    standards
}

fn standing(level: Level) -> Standing {
    match level {
        Level::Claimed => Standing::Claimed,
        Level::Reported => Standing::Reported,
        Level::Corroborated => Standing::Corroborated,
        Level::Verified => Standing::Verified,
    }
}

pub(super) fn corroboration(agreement: &ast::Agreement) -> u32 {
    agreement
        .headers
        .iter()
        .find_map(|header| {
            if let Header::Corroboration(number) = &header.value {
                u32::try_from(number.value).ok()
            } else {
                None
            }
        })
        .unwrap_or(VOICES)
}

/// Gives the word of a header that may stand once; none for those that may stand again.
fn once(header: &Header) -> Option<&'static str> {
    match header {
        Header::InForce(_) => Some("in force"),
        Header::Renews { .. } => Some("renews"),
        Header::Weekend(_) => Some("weekend"),
        Header::Timezone(_) => Some("timezone"),
        Header::MonthEnds(_) => Some("month-ends"),
        Header::Rollover(_) => Some("rollover"),
        Header::Corroboration(_) => Some("corroboration"),
        Header::Standard(ast::Standard::All(_)) => Some("standard"),
        Header::Standard(ast::Standard::PerRole(_))
        | Header::By { .. }
        | Header::Extended(_)
        | Header::Cites(_)
        | Header::Source(_)
        | Header::Error => None,
    }
}

impl<'a> Resolver<'a> {
    /// Gives the header of the root, if it has one, after setting the calendar by it.
    ///
    /// The other files' headers give way to it; each of them is checked when its own file is asked for.
    pub(super) fn header(&mut self) -> Option<&'a ast::Agreement> {
        let root = self.root;
        let (_, agreement) = *self
            .found
            .agreements
            .iter()
            .find(|(source, _)| *source == root)?;
        let mut seen: Vec<(&str, Span)> = Vec::new();
        for header in &agreement.headers {
            if let Some(word) = once(&header.value) {
                if let Some(&(_, first)) = seen.iter().find(|(other, _)| *other == word) {
                    self.report_repeated(word, header.span, first);
                    continue;
                }
                seen.push((word, header.span));
            }
            self.calendar_header(&header.value);
        }
        Some(agreement)
    }

    fn calendar_header(&mut self, header: &'a Header) {
        match header {
            Header::Timezone(zone) => self.set_zone(zone),
            Header::Weekend(days) => self.set_weekend(days),
            Header::MonthEnds(month_ends) => {
                self.calendar.month_ends = match month_ends.value {
                    ast::MonthEnds::Clamp => MonthEnds::Clamp,
                    ast::MonthEnds::Stick => MonthEnds::Stick,
                };
            }
            Header::Rollover(rollover) => {
                self.calendar.rollover = match rollover.value {
                    ast::Rollover::None => Rollover::None,
                    ast::Rollover::NextWorkingDay => Rollover::NextWorkingDay,
                };
            }
            Header::Corroboration(number) => self.check_corroboration(number),
            Header::InForce(_)
            | Header::By { .. }
            | Header::Renews { .. }
            | Header::Extended(_)
            | Header::Standard(_)
            | Header::Cites(_)
            | Header::Source(_)
            | Header::Error => {}
        }
    }

    fn set_zone(&mut self, zone: &ast::Text) {
        if let Some(found) = Zone::named(&zone.value) {
            self.calendar.zone = found;
            return;
        }
        let names: Vec<String> = Zone::names().into_iter().collect();
        let message = format!("the zone database has no zone `{}`", zone.value);
        let mut diagnostic = Diagnostic::new(Code::UnknownZone, zone.span, message);
        // People know the town and not the area, so a name's last part alone is near enough too.
        let near = self.suggest(&zone.value, &names).or_else(|| {
            let town = zone.value.replace(' ', "_").to_lowercase();
            names
                .iter()
                .find(|name| name.to_lowercase().rsplit('/').next() == Some(town.as_str()))
                .cloned()
        });
        diagnostic = match near {
            Some(near) => diagnostic.help(format!("Did you mean `{near}`?")).fix(
                format!("write `{near}`"),
                zone.span,
                format!("\"{near}\""),
            ),
            None => diagnostic.help(
                "Zones are written as area and city, such as `Asia/Kabul` or `Europe/Vienna`.",
            ),
        };
        self.report(diagnostic);
    }

    fn set_weekend(&mut self, days: &[ast::Name]) {
        let known: Vec<String> = WEEKDAYS.iter().map(|&day| day.to_owned()).collect();
        let mut weekend = [false; 7];
        for day in days {
            let lower = day.text.to_lowercase();
            let at = WEEKDAYS.iter().position(|&known| known == lower);
            match at.and_then(|at| weekend.get_mut(at)) {
                Some(off) => *off = true,
                None => self.report_unknown(
                    "day of the week",
                    day,
                    &known,
                    "The days are `monday` to `sunday`.",
                ),
            }
        }
        self.calendar.weekend = weekend;
    }

    fn check_corroboration(&mut self, number: &ast::Number) {
        let whole = u32::try_from(number.value).is_ok_and(|voices| voices >= 1)
            && number.value.fract().is_zero()
            && number.unit == ast::NumberUnit::None;
        if !whole {
            self.report(
                Diagnostic::new(
                    Code::TypeMismatch,
                    number.span,
                    "`corroboration` takes a whole number of voices, 1 or more",
                )
                .help("Two independent voices are usual: `corroboration 2`."),
            );
        }
    }

    /// Sets the term of the agreement by its `in force`.
    pub(super) fn resolve_term(&mut self, header: Option<&'a ast::Agreement>) {
        let headers = header.map_or(&[][..], |agreement| &agreement.headers);
        let in_force = headers.iter().find_map(|header| {
            if let Header::InForce(in_force) = &header.value {
                Some((in_force, header.span))
            } else {
                None
            }
        });
        if let Some((in_force, span)) = in_force {
            self.term = self.in_force(in_force, span);
        }
    }

    /// Gives a term in force, of the agreement or an article.
    pub(super) fn in_force(&mut self, in_force: &'a ast::InForce, span: Span) -> InForce {
        let mut scope = Scope::constant();
        let from = self.beginning(&mut scope, &in_force.from);
        let until = in_force
            .until
            .as_ref()
            .map(|until| self.ending(&mut scope, until));
        self.finish_scope(&mut scope);
        if let Some(until) = &until {
            self.check_order(&from, until, "the term");
        }
        InForce {
            from: Some(from),
            until,
            span: Some(span),
        }
    }

    /// Gives the clauses of the header that change who is bound, or how long.
    pub(super) fn membership_rules(&mut self, header: Option<&'a ast::Agreement>) -> Membership {
        let headers = header.map_or(&[][..], |agreement| &agreement.headers);
        let mut rules = Vec::new();
        for header in headers {
            let mark = self.mark();
            let mut scope = Scope::constant();
            let rule = self.membership_rule(&mut scope, &header.value);
            self.finish_scope(&mut scope);
            if let Some(rule) = rule
                && !self.failed_since(mark)
                && !scope.broken
            {
                rules.push(Spanned::new(rule, header.span));
            }
        }
        rules
    }

    fn membership_rule(&mut self, scope: &mut Scope, header: &'a Header) -> Option<MembershipRule> {
        match header {
            Header::By {
                what,
                pattern,
                after,
            } => {
                let pattern = self.pattern(scope, pattern, Binds::Nothing)?;
                let after = after.as_ref().map(period);
                Some(match what {
                    ByWhat::Ends => MembershipRule::Ends { pattern, after },
                    ByWhat::Joins => MembershipRule::Joins { pattern, after },
                    ByWhat::Leaves => MembershipRule::Leaves { pattern, after },
                })
            }
            Header::Renews { duration, unless } => Some(MembershipRule::Renews {
                period: period(duration),
                unless: self.pattern(scope, unless, Binds::Nothing)?,
            }),
            Header::Extended(extension) => {
                let span = extension.by.span.to(extension.to.span);
                let extension = self.extension(scope, extension, span)?;
                Some(MembershipRule::Extended(extension))
            }
            Header::InForce(_)
            | Header::Weekend(_)
            | Header::Timezone(_)
            | Header::MonthEnds(_)
            | Header::Rollover(_)
            | Header::Standard(_)
            | Header::Corroboration(_)
            | Header::Cites(_)
            | Header::Source(_)
            | Header::Error => None,
        }
    }
}
