//! Triggers: `upon` and `whenever`, alternatives of each other, and the variables that each of them binds.

use super::Resolver;
use super::pledges::TriggerClause;
use super::scope::{Origin, Scope, TriggerKind, TriggerScope};
use super::terms::Binds;
use crate::agreement::{Cause, KindId, Reference, Trigger, Type, VariableId, Word};
use crate::syntax::ast::{self, Name};

impl<'a> Resolver<'a> {
    /// Gives the triggers; what each of them binds has a value afterwards.
    pub(super) fn triggers(
        &mut self,
        scope: &mut Scope,
        clauses: &[TriggerClause<'a>],
    ) -> Vec<Trigger> {
        let before = scope.names();
        let (mut made, mut kinds, mut names) = (Vec::new(), Vec::new(), Vec::new());
        let mut aliases: Vec<Option<VariableId>> = Vec::new();
        let understood = self.mark();
        for clause in clauses {
            scope.begin_alternative(&before);
            let (cause, kind) = self.cause(scope, clause.trigger);
            let alias = clause.alias.map(|alias| {
                self.check_shadow(scope, alias);
                let id = scope.bind(alias, Some(Type::Event), Origin::Alias);
                self.mention_variable(scope, alias, id);
                // A breach or a fulfilment has no fields: its name says what is waited for, and need not be used.
                if matches!(kind, TriggerKind::Verdict) {
                    scope.count_use(&alias.text);
                }
                id
            });
            aliases.push(alias);
            kinds.push(kind);
            names.push((clause.span, scope.names()));
            made.extend(cause.map(|cause| Trigger {
                each: clause.each,
                cause,
                alias,
                fields: Vec::new(),
                span: clause.span,
            }));
        }
        if clauses.len() > 1 {
            if scope.broken || self.failed_since(understood) {
                // What was not understood may have bound anything.
                scope.see_all();
            } else {
                scope.join_alternatives(&names);
            }
        }
        if let Some((first, others)) = aliases.split_first() {
            let alias = first.filter(|_| others.iter().all(|other| other == first));
            scope.trigger = Some(TriggerScope {
                alias,
                kinds: kinds.clone(),
            });
        }
        self.match_fields(&kinds, &mut made);
        made
    }

    fn cause(
        &mut self,
        scope: &mut Scope,
        trigger: &'a ast::Trigger,
    ) -> (Option<Cause>, TriggerKind) {
        match trigger {
            ast::Trigger::Pattern(pattern) => {
                let pattern = self.pattern(scope, pattern, Binds::Pattern);
                let kind = pattern.as_ref().map_or(TriggerKind::Unknown, |pattern| {
                    TriggerKind::Event(pattern.kind)
                });
                (pattern.map(Cause::Pattern), kind)
            }
            ast::Trigger::Breach(reference) => {
                let reference = self.reference(scope, reference, Binds::Pattern);
                self.offer(scope, reference.as_ref());
                (reference.map(Cause::Breach), TriggerKind::Verdict)
            }
            ast::Trigger::Fulfilment(reference) => {
                let reference = self.reference(scope, reference, Binds::Pattern);
                self.offer(scope, reference.as_ref());
                (reference.map(Cause::Fulfilment), TriggerKind::Verdict)
            }
            ast::Trigger::Error(span) => {
                self.lose(scope, *span);
                (None, TriggerKind::Unknown)
            }
        }
    }

    /// Lets the variables of the pledge that is waited for stand under their own names, where this pledge has none of that name.
    fn offer(&mut self, scope: &mut Scope, reference: Option<&Reference>) {
        let Some(reference) = reference else { return };
        let offered = self.offers.get(&reference.pledge).cloned();
        for (name, ty, declared) in offered.unwrap_or_default() {
            let taken = scope.find(&name).is_some()
                || self.vocabulary.thing_names.contains_key(&name)
                || self.dates.contains_key(name.as_str());
            if !taken {
                let name = Name {
                    text: name,
                    span: reference.span,
                };
                let id = scope.bind(&name, ty, Origin::Offered);
                if let Some(bound) = scope.variable(id) {
                    bound.declared = declared;
                }
            }
        }
    }

    /// Where several triggers share a name, `t.field` is looked up by its label in each: the fields of the first one's kind are matched with
    /// those of every other.
    fn match_fields(&self, kinds: &[TriggerKind], triggers: &mut [Trigger]) {
        let Some(TriggerKind::Event(first)) = kinds.first() else {
            return;
        };
        for trigger in triggers {
            match &trigger.cause {
                Cause::Pattern(pattern) if pattern.kind != *first => {
                    trigger.fields = self.matched(*first, pattern.kind);
                }
                Cause::Pattern(_) | Cause::Breach(_) | Cause::Fulfilment(_) => {}
            }
        }
    }

    fn matched(&self, first: KindId, other: KindId) -> Vec<Option<usize>> {
        let fields = &self.vocabulary.kind(first).fields;
        let slot = |label: &str| self.slot_of(Word::Kind(other), label);
        fields.iter().map(|field| slot(&field.label)).collect()
    }
}
