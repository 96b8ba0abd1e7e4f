//! Scenarios: every name, label, type, unit and date in them is checked; the lines stay as written.

use super::Resolver;
use super::scope::Scope;
use super::terms::Binds;
use crate::agreement::{
    Argument, Fact, Named, Pledge, Scenario, Term, TermKind, Type, Value, Word,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, AtomKind, LineKind, Name, Outcome, Remark, Selector, When};
use crate::time::{Day, Moment, parse_edtf};

/// The scenarios of the root.
pub(super) type Scenarios = Vec<Scenario>;

/// The statuses of a report, as one word.
pub(crate) const STATUSES: [&str; 17] = [
    "dormant",
    "pending",
    "fulfilled",
    "fulfilled-late",
    "fulfilled-timing-unknown",
    "overdue",
    "missed",
    "holding",
    "held",
    "breached",
    "contingent",
    "suspended",
    "excused",
    "waived",
    "ended",
    "undetermined",
    "unjudged",
];

/// Why a verdict may be undetermined.
pub(crate) const REASONS: [&str; 7] = [
    "contested",
    "quantity",
    "attribution",
    "straddles",
    "deadline",
    "conduct",
    "condition",
];

impl<'a> Resolver<'a> {
    /// Checks every scenario, and gives those of the root: those of a used file are run with that file.
    pub(super) fn resolve_scenarios(&mut self, pledges: &[Pledge]) -> Scenarios {
        let root = self.root;
        let mut kept = Vec::new();
        for scenario in self.found.scenarios.clone() {
            let mut selected = Vec::new();
            let (as_of, facts) = self.scenario(scenario.value, pledges, &mut selected);
            if scenario.span.source == root {
                kept.push(Scenario {
                    tree: scenario.value.clone(),
                    span: scenario.span,
                    as_of,
                    facts,
                    selected,
                });
            }
        }
        kept
    }

    fn scenario(
        &mut self,
        scenario: &'a ast::Scenario,
        pledges: &[Pledge],
        selected: &mut Vec<(Span, Value)>,
    ) -> (Option<Moment>, Vec<Option<Fact>>) {
        let mut scope = Scope::constant();
        let as_of = self.ending(&mut scope, &scenario.as_of);
        self.finish_scope(&mut scope);
        let as_of = self.fixed_moment(&as_of);
        let mut above = false;
        let mut facts = Vec::new();
        for line in &scenario.lines {
            let mut fact = None;
            match &line.kind {
                LineKind::Record {
                    when,
                    call,
                    value,
                    remarks,
                } => {
                    above = true;
                    self.date_text(when);
                    fact = self.record(call, value.as_ref());
                    self.remarks(remarks);
                }
                LineKind::Against {
                    when, by, known, ..
                } => {
                    self.mention_voice(by);
                    self.date_text(when);
                    if let Some(known) = known {
                        self.date_text(known);
                    }
                    if !above {
                        let message =
                            "a denial or retraction speaks of the line above, and there is none";
                        self.report_misplaced(
                            line.span,
                            message,
                            "Put the record that it speaks of before it.",
                        );
                    }
                }
                LineKind::Observed {
                    kinds,
                    place,
                    by,
                    from,
                    until,
                } => {
                    self.mention_voice(by);
                    self.observed(kinds, place.as_ref(), from, until);
                }
                LineKind::Expect { reference, outcome } => {
                    self.expect(reference, outcome, pledges, selected);
                }
                LineKind::Error => above = true,
            }
            facts.push(fact);
        }
        (as_of, facts)
    }

    fn date_text(&mut self, when: &When) {
        if let Err(error) = parse_edtf(&when.value)
            && !plain_days(&when.value).any(|day| day.is_none())
        {
            let diagnostic = Diagnostic::new(Code::ImpossibleDate, when.span, error.message);
            self.report(diagnostic.help(error.help));
        }
    }

    /// An event, or a reading where there is a value.
    fn record(&mut self, call: &'a ast::Call, value: Option<&'a ast::Number>) -> Option<Fact> {
        let name = &call.name;
        let mark = self.mark();
        let mut fact = None;
        let word = self.vocabulary.words.get(&name.text).copied();
        if let Some(word) = word {
            self.mention_word(name, word);
        }
        match (word, value) {
            (Some(word @ Word::Kind(_)), value) => {
                fact = Some(Fact {
                    word,
                    arguments: self.facts(word, call),
                    value: None,
                });
                if let Some(value) = value {
                    let message = format!(
                        "`{}` is an event, and only a measure has a value",
                        name.text
                    );
                    let help = "Put the number into a field of the event.";
                    self.report(
                        Diagnostic::new(Code::TypeMismatch, value.span, message).help(help),
                    );
                }
            }
            (Some(word @ Word::Measure(id)), Some(value)) => {
                let arguments = self.facts(word, call);
                let unit = self.vocabulary.measure(id).unit;
                fact = Some(Fact {
                    word,
                    arguments,
                    value: self.number_in(value, unit),
                });
            }
            (Some(word @ Word::Measure(_)), None) => {
                self.facts(word, call);
                let message = format!("a reading of `{}` needs its value", name.text);
                let help = format!("Write `{}(…) = 8600`.", name.text);
                self.report(Diagnostic::new(Code::TypeMismatch, call.span, message).help(help));
            }
            (Some(word @ (Word::Given(_) | Word::State(_) | Word::Relation(_))), _) => {
                let what = super::problem::word_name(word);
                let message = format!(
                    "records are of events and measures, and `{}` is {what}",
                    name.text
                );
                self.report_wrong_kind(name, message, "");
            }
            (None, _) => self.report_unknown_record(name),
        }
        fact.filter(|_| !self.failed_since(mark))
    }

    fn report_unknown_record(&mut self, name: &Name) {
        let words = self.vocabulary.words.iter();
        let known: Vec<String> = words
            .filter(|(_, word)| matches!(word, Word::Kind(_) | Word::Measure(_)))
            .map(|(name, _)| name.clone())
            .take(self.suggestions.room())
            .collect();
        self.report_unknown("event or measure", name, &known, "");
    }

    /// The fields of a record: constants only, one for each label.
    fn facts(&mut self, word: Word, call: &'a ast::Call) -> Vec<Argument> {
        let mut scope = Scope::constant();
        let mut facts = Vec::new();
        for argument in &call.arguments {
            if let (
                Some(label),
                [
                    ast::Atom {
                        kind: AtomKind::Text(text),
                        span,
                    },
                ],
            ) = (&argument.label, argument.term.atoms.as_slice())
                && let Some(slot) = self.slot(word, label)
                && self.field_type(word, slot) == Some(Type::Event)
            {
                let kind = TermKind::Text(text.clone());
                facts.push(Argument {
                    slot,
                    terms: vec![Term { kind, span: *span }],
                    span: argument.span,
                });
                continue;
            }
            let one = std::slice::from_ref(argument);
            facts.extend(self.fact(&mut scope, word, call, one));
        }
        self.check_labels(call);
        self.finish_scope(&mut scope);
        facts
    }

    fn fact(
        &mut self,
        scope: &mut Scope,
        word: Word,
        call: &'a ast::Call,
        argument: &'a [ast::Argument],
    ) -> Vec<Argument> {
        let made = self.arguments_of(scope, word, call, argument, Binds::Nothing);
        let several =
            argument.iter().find(|argument| {
                argument.term.atoms.len() > 1
                    || argument.term.atoms.iter().any(|atom| {
                        matches!(atom.kind, AtomKind::OtherThan(_) | AtomKind::PartOf(_))
                    })
            });
        if let Some(argument) = several
            && !made.is_empty()
        {
            let message = "a record says one thing for each label";
            let help =
                "Write a line for each; patterns with `or` and `other than` belong in pledges.";
            self.report(Diagnostic::new(Code::TypeMismatch, argument.span, message).help(help));
        }
        made
    }

    fn check_labels(&mut self, call: &ast::Call) {
        let mut seen: Vec<(&str, Span)> = Vec::new();
        for label in call
            .arguments
            .iter()
            .filter_map(|argument| argument.label.as_ref())
        {
            match seen.iter().find(|(other, _)| *other == label.text) {
                Some(&(_, first)) => {
                    let message = format!("`{}` is given twice", label.text);
                    let diagnostic = Diagnostic::new(Code::RepeatedLabel, label.span, message);
                    self.report(diagnostic.related(first, "first given here"));
                }
                None => seen.push((&label.text, label.span)),
            }
        }
    }

    fn remarks(&mut self, remarks: &'a [Spanned<Remark>]) {
        let mut seen: Vec<(&str, Span)> = Vec::new();
        for remark in remarks {
            let word = match &remark.value {
                Remark::SaidBy(name) => {
                    self.mention_voice(name);
                    "said by"
                }
                Remark::At(_) => "at",
                Remark::Known(when) => {
                    self.date_text(when);
                    "known"
                }
                Remark::Incident(_) => "as",
            };
            match seen.iter().find(|(other, _)| *other == word) {
                Some(&(_, first)) => self.report_repeated(word, remark.span, first),
                None => seen.push((word, remark.span)),
            }
        }
        let place = |word: &str| seen.iter().find(|(other, _)| *other == word);
        if let (Some(&(_, said)), Some(&(_, at))) = (place("said by"), place("at")) {
            let message = "a line has either a source or a standing";
            let help =
                "A standing stands for sources that would give it: leave one of the two out.";
            let diagnostic = Diagnostic::new(Code::MisplacedClause, at, message);
            self.report(diagnostic.related(said, "the source").help(help));
        }
    }

    fn observed(&mut self, kinds: &[Name], place: Option<&Name>, from: &When, until: &When) {
        for kind in kinds {
            let word = self.vocabulary.words.get(&kind.text).copied();
            if let Some(word) = word {
                self.mention_word(kind, word);
            }
            match word {
                Some(Word::Kind(_) | Word::Measure(_)) => {}
                Some(word @ (Word::Given(_) | Word::State(_) | Word::Relation(_))) => {
                    let what = super::problem::word_name(word);
                    let message = format!(
                        "events and measures are observed, and `{}` is {what}",
                        kind.text
                    );
                    self.report_wrong_kind(kind, message, "");
                }
                None => self.report_unknown_record(kind),
            }
        }
        if let Some(place) = place {
            self.constant_thing(place, Type::Place);
        }
        self.date_text(from);
        self.date_text(until);
        let span = |date: &When| Some(parse_edtf(&date.value).ok()?.span(&self.calendar));
        if let (Some(first), Some(last)) = (span(from), span(until))
            && first.earliest >= last.latest
        {
            let message = "this ends before it begins";
            let diagnostic = Diagnostic::new(Code::EndsBeforeStart, until.span, message);
            self.report(diagnostic.related(from.span, "the beginning"));
        }
    }

    fn expect(
        &mut self,
        reference: &'a ast::Reference,
        outcome: &'a Outcome,
        pledges: &[Pledge],
        selected: &mut Vec<(Span, Value)>,
    ) {
        let name = &reference.name;
        let id = self.pledge_names.get(name.text.as_str()).copied();
        if let Some(pledge) = id.and_then(|id| pledges.get(id.0 as usize)) {
            self.mention_pledge(name);
            self.selected(reference, pledge, selected);
        } else {
            let known: Vec<String> = self
                .pledge_names
                .keys()
                .map(|&name| name.to_owned())
                .take(self.suggestions.room())
                .collect();
            self.report_unknown("pledge", name, &known, "");
        }
        self.outcome(outcome);
    }

    fn selected(
        &mut self,
        reference: &'a ast::Reference,
        pledge: &Pledge,
        selected: &mut Vec<(Span, Value)>,
    ) {
        for selector in &reference.selectors {
            let Selector::Binding { name, value } = selector else {
                continue;
            };
            let variable = pledge
                .variables
                .iter()
                .find(|variable| variable.name == name.text);
            if let Some(variable) = variable {
                self.mention(name.span, variable.span, Named::Variable);
                let found = self.constant_value(value, variable.ty);
                selected.extend(found.map(|found| (value.span, found)));
            } else {
                let variables = pledge.variables.iter();
                let known: Vec<String> = variables.map(|variable| variable.name.clone()).collect();
                self.report_unknown("variable of that pledge", name, &known, "");
            }
        }
    }

    fn outcome(&mut self, outcome: &'a Outcome) {
        let status = &outcome.status;
        let name = Name {
            text: status.value.clone(),
            span: status.span,
        };
        if !STATUSES.contains(&status.value.as_str()) {
            self.report_word("status", &name, &STATUSES);
            return;
        }
        if let Some(reason) = &outcome.reason {
            let word = Name {
                text: reason.value.clone(),
                span: reason.span,
            };
            if status.value != "undetermined" {
                let message = format!(
                    "only `undetermined` has a reason, and this is `{}`",
                    status.value
                );
                self.report(Diagnostic::new(Code::MisplacedClause, reason.span, message));
            } else if !REASONS.contains(&reason.value.as_str()) {
                self.report_word("reason", &word, &REASONS);
            }
        }
        let late = matches!(
            status.value.as_str(),
            "fulfilled" | "fulfilled-late" | "fulfilled-timing-unknown"
        );
        self.lateness(outcome.by.as_ref(), status, status.value == "overdue", "by");
        self.lateness(outcome.late_by.as_ref(), status, late, "late by");
        if let Some(on) = &outcome.on {
            self.date_text(on);
        }
    }

    fn report_word(&mut self, what: &str, name: &Name, known: &[&str]) {
        let known: Vec<String> = known.iter().map(|&word| word.to_owned()).collect();
        let none = format!("It is one of `{}`.", known.join("`, `"));
        self.report_unknown(what, name, &known, &none);
    }

    fn lateness(
        &mut self,
        lateness: Option<&ast::Lateness>,
        status: &Spanned<String>,
        allowed: bool,
        word: &str,
    ) {
        let Some(lateness) = lateness else { return };
        if !allowed {
            let message = format!("`{word}` does not go with `{}`", status.value);
            let help = "Write `overdue by 3 days` or `fulfilled late by 3 days`.";
            self.report_misplaced(lateness.least.span, &message, help);
        }
        if let Some(most) = &lateness.most {
            self.check_periods(&lateness.least, most);
        }
    }
}

/// Gives the parts of a date that are plain days, months or years; none for one that is not in the calendar, which the parser reports.
fn plain_days(text: &str) -> impl Iterator<Item = Option<Day>> {
    let ends = text.split('/').map(|end| {
        let day = end.split('T').next().unwrap_or("");
        day.trim_matches(['~', '?', '%'])
    });
    let plain = |c: char| c.is_ascii_digit() || c == '-';
    ends.filter(move |end| end.len() >= 4 && end.chars().all(plain))
        .map(|end| {
            let mut parts = end.split('-');
            let year = parts.next()?.parse().ok()?;
            let mut next = || parts.next().map_or(Some(1), |part| part.parse().ok());
            Day::new(year, next()?, next()?).ok()
        })
}
