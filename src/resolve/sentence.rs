//! The sentence: who owes what; when is [`window`](super::window).

use super::Resolver;
use super::scope::Scope;
use super::terms::Binds;
use crate::agreement::{
    Argument, Condition, ConditionKind, Duty, KindId, Modal, Obligor, Pattern, Pledge,
    QuantityKind, Sentence, Term, TermKind, Type,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{self, ActKind, Name};

impl<'a> Resolver<'a> {
    /// Gives the sentence of a pledge; none where its act could not be parsed or its obligor is not known.
    pub(super) fn sentence(
        &mut self,
        scope: &mut Scope,
        sentence: &'a ast::Sentence,
        pledge: &Pledge,
    ) -> Option<Sentence> {
        let obligor = self.obligor(scope, sentence);
        let duty = self.duty(scope, sentence, obligor);
        let form = super::window::form(&sentence.act.kind, sentence.modal.value);
        let window = self.window(scope, sentence, form);
        self.check_window(&window, form, pledge);
        if let Some(duty) = &duty {
            self.check_per(scope, duty, &window);
        }
        let modal = match sentence.modal.value {
            ast::Modal::Must => Modal::Must,
            ast::Modal::Should => Modal::Should,
            ast::Modal::May => Modal::May,
        };
        if obligor.is_none() || duty.is_none() {
            scope.broken = true;
        }
        Some(Sentence {
            obligor: obligor?,
            obligor_span: sentence.who.span,
            modal,
            duty: duty?,
            window,
            act_span: sentence.modal.span.to(sentence.act.span),
            span: sentence.span,
        })
    }

    fn obligor(&mut self, scope: &mut Scope, sentence: &ast::Sentence) -> Option<Obligor> {
        let name = &sentence.who;
        if !sentence.each_of
            && let Some(id) = scope.find(&name.text)
        {
            self.mention_variable(scope, name, id);
            scope.count_use(&name.text);
            let bound = scope.variable(id)?;
            let ty = *bound.ty.get_or_insert(Type::Actor);
            if self.compatible(ty, Type::Actor) {
                return Some(Obligor::Variable(id));
            }
            let found = self.type_name(ty);
            let message = format!(
                "only an actor can owe something, and `{}` stands for {found}",
                name.text
            );
            self.report(Diagnostic::new(Code::TypeMismatch, name.span, message));
            return None;
        }
        let Some(&id) = self.vocabulary.thing_names.get(&name.text) else {
            if self.dates.contains_key(name.text.as_str()) {
                let message = format!(
                    "only an actor can owe something, and `{}` is a date",
                    name.text
                );
                self.report_wrong_kind(name, message, "");
            } else {
                scope.unknown(name, Some(Type::Actor));
            }
            return None;
        };
        self.mention_thing(name, id);
        if !self.fits(id, Type::Actor) {
            let what = self.thing_name(id);
            let message = format!(
                "only an actor can owe something, and `{}` is {what}",
                name.text
            );
            self.report_wrong_kind(name, message, "");
            return None;
        }
        if !sentence.each_of {
            return Some(Obligor::Thing(id));
        }
        Some(Obligor::EachOf {
            group: id,
            who: scope.find("who")?,
        })
    }

    fn duty(
        &mut self,
        scope: &mut Scope,
        sentence: &'a ast::Sentence,
        obligor: Option<Obligor>,
    ) -> Option<Duty> {
        let who = &sentence.who;
        match &sentence.act.kind {
            ActKind::Do(pattern) if sentence.modal.value == ast::Modal::May => {
                let pattern = self.act(scope, pattern, Binds::Pattern, who, obligor)?;
                Some(Duty::Permit(pattern))
            }
            ActKind::Do(pattern) => {
                let pattern = self.act(scope, pattern, Binds::Nothing, who, obligor)?;
                Some(Duty::Do(pattern))
            }
            ActKind::NotDo(pattern) => {
                let announced = scope.announced();
                let pattern = self.act(scope, pattern, Binds::Pattern, who, obligor)?;
                scope.keyed_by_act(&announced);
                Some(Duty::Refrain(pattern))
            }
            ActKind::Ensure(pattern) => {
                let pattern = self.pattern(scope, pattern, Binds::Nothing)?;
                Some(Duty::Ensure(pattern))
            }
            ActKind::NotAllow(pattern) => {
                let announced = scope.announced();
                let pattern = self.pattern(scope, pattern, Binds::Pattern)?;
                scope.keyed_by_act(&announced);
                Some(Duty::NotAllow(pattern))
            }
            ActKind::Reach(condition) => Some(Duty::Reach(self.condition(
                scope,
                condition,
                Binds::Nothing,
            ))),
            ActKind::Keep(condition) => {
                let condition = self.condition(scope, condition, Binds::Counted);
                self.check_counted(scope, &condition);
                Some(Duty::Keep(condition))
            }
            ActKind::Prevent { pattern, shown_by } => {
                let announced = scope.announced();
                let pattern = self.pattern(scope, pattern, Binds::Pattern);
                scope.keyed_by_act(&announced);
                let shown_by = self.opt_pattern(scope, shown_by.as_ref());
                Some(Duty::Prevent {
                    pattern: pattern?,
                    shown_by,
                })
            }
            ActKind::Endeavour { efforts, broken_by } => {
                let efforts: Vec<Pattern> = efforts
                    .iter()
                    .filter_map(|effort| self.pattern(scope, effort, Binds::Nothing))
                    .collect();
                let broken_by = self.opt_pattern(scope, broken_by.as_ref());
                Some(Duty::Endeavour { efforts, broken_by })
            }
            ActKind::Error => {
                self.lose(scope, sentence.act.span);
                None
            }
        }
    }

    fn opt_pattern(
        &mut self,
        scope: &mut Scope,
        pattern: Option<&'a ast::Pattern>,
    ) -> Option<Pattern> {
        self.pattern(scope, pattern?, Binds::Nothing)
    }

    /// Gives the pattern of an act that the obligor does itself: the obligor stands at `by`.
    fn act(
        &mut self,
        scope: &mut Scope,
        pattern: &'a ast::Pattern,
        binds: Binds,
        who: &Name,
        obligor: Option<Obligor>,
    ) -> Option<Pattern> {
        let mut made = self.pattern(scope, pattern, binds)?;
        let Some(by) = self.vocabulary.kind(made.kind).by else {
            self.report_missing_doer(&pattern.call.name, made.kind);
            return None;
        };
        if let Some(given) = made.arguments.iter().find(|argument| argument.slot == by) {
            self.report_second_doer(given.span, who);
            return None;
        }
        if let (Binds::Pattern, Some(Obligor::Variable(doer))) = (binds, obligor) {
            scope.take_value(doer);
        }
        let kind = obligor_term(obligor?);
        made.arguments.insert(
            0,
            Argument {
                slot: by,
                terms: vec![Term {
                    kind,
                    span: who.span,
                }],
                span: who.span,
            },
        );
        Some(made)
    }

    fn report_missing_doer(&mut self, name: &Name, kind: KindId) {
        let declared = self.vocabulary.kind(kind).span;
        let message = format!(
            "`{}` has no label `by`, so nobody can be said to do it",
            name.text
        );
        let diagnostic = Diagnostic::new(Code::MissingDoer, name.span, message)
            .related(declared, "declared here")
            .help("Add `by: actor` to the event, or write `must ensure …` or `must not allow …`.");
        self.report(diagnostic);
    }

    fn report_second_doer(&mut self, span: Span, who: &Name) {
        let message = format!(
            "the doer is said twice: the obligor, `{}`, stands at `by` already",
            who.text
        );
        let diagnostic = Diagnostic::new(Code::RepeatedLabel, span, message)
            .related(who.span, "the obligor is the doer")
            .help("Leave `by` out. Where somebody else does it, write `must ensure …` or `must not allow …`.");
        self.report(diagnostic);
    }
}

fn obligor_term(obligor: Obligor) -> TermKind {
    match obligor {
        Obligor::Thing(id) => TermKind::Thing {
            id,
            exactly: false,
            part_of: false,
        },
        Obligor::Variable(id) | Obligor::EachOf { who: id, .. } => TermKind::Variable {
            id,
            exactly: false,
            part_of: false,
        },
    }
}

/// Gives the kind of the acts that a sentence speaks of, where it is one: of a limit for each period, what it counts or adds up.
pub(super) fn act_kind(sentence: &Sentence) -> Option<KindId> {
    match &sentence.duty {
        Duty::Do(pattern)
        | Duty::Ensure(pattern)
        | Duty::Refrain(pattern)
        | Duty::NotAllow(pattern)
        | Duty::Permit(pattern)
        | Duty::Prevent { pattern, .. } => Some(pattern.kind),
        Duty::Reach(_) if sentence.window.per.is_none() => None,
        Duty::Reach(condition) | Duty::Keep(condition) => {
            let mut kinds = Vec::new();
            counted_in(condition, &mut kinds);
            kinds.dedup();
            match kinds.as_slice() {
                [kind] => Some(*kind),
                _ => None,
            }
        }
        Duty::Endeavour { .. } => None,
    }
}

/// Gives the kinds that a condition counts or adds up, as they stand in it.
fn counted_in(condition: &Condition, kinds: &mut Vec<KindId>) {
    match &condition.kind {
        ConditionKind::And(parts) | ConditionKind::Or(parts) => {
            for part in parts {
                counted_in(part, kinds);
            }
        }
        ConditionKind::Not(inner) => counted_in(inner, kinds),
        ConditionKind::Compare { left, right, .. } => {
            for quantity in [left, right] {
                if let QuantityKind::Count { pattern, .. } | QuantityKind::Sum { pattern, .. } =
                    &quantity.kind
                {
                    kinds.push(pattern.kind);
                }
            }
        }
        ConditionKind::State { .. }
        | ConditionKind::Relation { .. }
        | ConditionKind::Once { .. }
        | ConditionKind::Within { .. }
        | ConditionKind::Is { .. }
        | ConditionKind::Pledge { .. }
        | ConditionKind::Order { .. }
        | ConditionKind::Error => {}
    }
}
