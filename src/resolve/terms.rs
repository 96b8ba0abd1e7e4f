//! Patterns: kinds, labels and the terms behind them.

use super::Resolver;
use super::cycles::Node;
use super::moments::instant_point;
use super::problem::word_name;
use super::scope::{Origin, Scope};
use crate::agreement::{
    Argument, KindId, Pattern, Sort, Term, TermKind, ThingId, Type, VariableId, Word,
};
use crate::diagnostic::{Code, Diagnostic, Fix};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, Atom, AtomKind, Name};
use crate::time::{Point, When};

/// Which undeclared names become variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Binds {
    /// None.
    Nothing,
    /// Those in the arguments of a pattern, and in relations and states of its condition that all must hold.
    Pattern,
    /// Those in relations and states that all must hold.
    Conjuncts,
    /// Those in acts that are counted or summed.
    Counted,
}

/// A field that a term must fit.
#[derive(Clone, Copy)]
struct Slot<'l> {
    label: &'l str,
    ty: Option<Type>,
}

/// How a name of a term is qualified.
#[derive(Clone, Copy)]
struct Qualified {
    exactly: bool,
    part_of: bool,
}

const PLAIN: Qualified = Qualified {
    exactly: false,
    part_of: false,
};

impl<'a> Resolver<'a> {
    /// Gives a pattern over an event kind; none where the kind is not known.
    pub(super) fn pattern(
        &mut self,
        scope: &mut Scope,
        pattern: &'a ast::Pattern,
        binds: Binds,
    ) -> Option<Pattern> {
        scope.patterns += 1;
        let Some(kind) = self.kind(&pattern.call.name) else {
            self.lose(scope, pattern.span);
            return None;
        };
        let arguments = self.arguments(scope, Word::Kind(kind), &pattern.call, binds);
        let inner = match binds {
            Binds::Nothing => Binds::Nothing,
            Binds::Pattern | Binds::Conjuncts | Binds::Counted => Binds::Conjuncts,
        };
        let condition = pattern.condition.as_deref().map(|condition| {
            let outer = scope.pattern.replace(kind);
            let condition = self.condition(scope, condition, inner);
            scope.pattern = outer;
            Box::new(condition)
        });
        Some(Pattern {
            kind,
            arguments,
            condition,
            span: pattern.span,
        })
    }

    /// Finds an event kind, and reports a name that is none.
    pub(super) fn kind(&mut self, name: &Name) -> Option<KindId> {
        let word = self.vocabulary.words.get(&name.text).copied();
        match word {
            Some(word @ Word::Kind(id)) => {
                self.mention_word(name, word);
                self.rest_on(Node::Kind(id), name.span);
                return Some(id);
            }
            Some(
                word @ (Word::Measure(_) | Word::Given(_) | Word::State(_) | Word::Relation(_)),
            ) => {
                self.mention_word(name, word);
                let help = match word {
                    Word::State(_) => {
                        "A state holds or does not: `keep`, `reach`, `while` or `if` can ask for it."
                    }
                    Word::Measure(_) | Word::Given(_) => {
                        "A quantity is compared: `reach`, `keep`, `while` or `if` can ask for it."
                    }
                    Word::Relation(_) | Word::Kind(_) => "A relation is asked for in a condition.",
                };
                let message = format!(
                    "an event is needed, and `{}` is {}",
                    name.text,
                    word_name(word)
                );
                self.report_wrong_kind(name, message, help);
            }
            None => self.report_unknown_kind(name),
        }
        None
    }

    fn report_unknown_kind(&mut self, name: &Name) {
        let kinds = self.vocabulary.kinds.iter();
        let known: Vec<String> = kinds
            .map(|kind| kind.name.clone())
            .take(self.suggestions.room())
            .collect();
        let none = format!("Declare it: `event {}(by: actor)`.", name.text);
        self.report_unknown("event", name, &known, &none);
    }

    /// Gives the fields of a call, each once, with terms that fit.
    pub(super) fn arguments(
        &mut self,
        scope: &mut Scope,
        word: Word,
        call: &'a ast::Call,
        binds: Binds,
    ) -> Vec<Argument> {
        self.arguments_of(scope, word, call, &call.arguments, binds)
    }

    /// Gives some of the fields of a call.
    pub(super) fn arguments_of(
        &mut self,
        scope: &mut Scope,
        word: Word,
        call: &'a ast::Call,
        written: &'a [ast::Argument],
        binds: Binds,
    ) -> Vec<Argument> {
        let mut seen: Vec<(usize, Span)> = Vec::new();
        let mut arguments = Vec::new();
        for argument in written {
            let Some((label, slot)) = self.argument_slot(scope, word, call, argument) else {
                self.lose(scope, argument.span);
                continue;
            };
            if let Some(&(_, first)) = seen.iter().find(|(other, _)| *other == slot) {
                let message = format!("`{}` is given twice", label.text);
                let diagnostic = Diagnostic::new(Code::RepeatedLabel, label.span, message);
                let help = "Several things go into one: `on: us or nato`.";
                self.report(diagnostic.related(first, "first given here").help(help));
                continue;
            }
            seen.push((slot, label.span));
            let field = Slot {
                label: &label.text,
                ty: self.field_type(word, slot),
            };
            let terms = self.terms(scope, &argument.term, field, binds);
            arguments.push(Argument {
                slot,
                terms,
                span: argument.span,
            });
        }
        arguments
    }

    /// Gives the label of an argument and its slot; a word alone is its own label where fields are variables.
    fn argument_slot<'n>(
        &mut self,
        scope: &mut Scope,
        word: Word,
        call: &'a ast::Call,
        argument: &'n ast::Argument,
    ) -> Option<(&'n Name, usize)> {
        if let Some(label) = &argument.label {
            return Some((label, self.slot(word, label)?));
        }
        match argument.term.atoms.as_slice() {
            [
                Atom {
                    kind: AtomKind::Error,
                    span,
                },
            ] => {
                self.lose(scope, *span);
                None
            }
            [
                Atom {
                    kind: AtomKind::Name(name),
                    ..
                },
            ] if scope.has_labels() => Some((name, self.slot(word, name)?)),
            _ => {
                self.report_missing_label(scope, word, call, argument);
                None
            }
        }
    }

    /// Finds the slot of a label, and reports one that the kind does not have.
    pub(super) fn slot(&mut self, word: Word, label: &Name) -> Option<usize> {
        if let Some(slot) = self.slot_of(word, &label.text) {
            self.mention_label(label, word, slot);
            return Some(slot);
        }
        let known = self.labels(word);
        let name = self.word_text(word);
        let message = format!("`{name}` has no label `{}`", label.text);
        let diagnostic = Diagnostic::new(Code::UnknownLabel, label.span, message)
            .related(self.word_span(word), format!("`{name}` is declared here"));
        let none = if known.is_empty() {
            "It has no labels at all.".to_owned()
        } else {
            format!("Its labels are `{}`.", known.join("`, `"))
        };
        let diagnostic = self.with_suggestion(diagnostic, label, &known, &none);
        self.report(diagnostic);
        None
    }

    pub(super) fn slot_of(&self, word: Word, label: &str) -> Option<usize> {
        if let Word::Given(id) = word {
            let labels = &self.vocabulary.given(id).labels;
            return labels.iter().position(|known| known == label);
        }
        let fields = self.fields(word);
        fields.iter().position(|field| field.label == label)
    }

    fn labels(&self, word: Word) -> Vec<String> {
        if let Word::Given(id) = word {
            return self.vocabulary.given(id).labels.clone();
        }
        let fields = self.fields(word).iter();
        fields.map(|field| field.label.clone()).collect()
    }

    pub(super) fn word_text(&self, word: Word) -> &str {
        match word {
            Word::Kind(id) => &self.vocabulary.kind(id).name,
            Word::Measure(id) => &self.vocabulary.measure(id).name,
            Word::Given(id) => &self.vocabulary.given(id).name,
            Word::State(id) => &self.vocabulary.state(id).name,
            Word::Relation(id) => &self.vocabulary.relation(id).name,
        }
    }

    pub(super) fn fields(&self, word: Word) -> &[crate::agreement::Field] {
        match word {
            Word::Kind(id) => &self.vocabulary.kind(id).fields,
            Word::Measure(id) => &self.vocabulary.measure(id).fields,
            Word::State(id) => &self.vocabulary.state(id).fields,
            Word::Relation(id) => &self.vocabulary.relation(id).fields,
            Word::Given(_) => &[],
        }
    }

    /// Gives the type of a field; none where it is not known.
    pub(super) fn field_type(&self, word: Word, slot: usize) -> Option<Type> {
        if let Word::Given(id) = word {
            return self.given_types.get(id.0 as usize)?.get(slot).copied()?;
        }
        let field = self.fields(word).get(slot)?;
        (!self.broken_fields.contains(&field.span)).then_some(field.ty)
    }

    /// Gives the slot and type of a label of the pattern around the condition.
    pub(super) fn label_of_pattern(
        &mut self,
        scope: &Scope,
        label: &Name,
    ) -> Option<(usize, Option<Type>)> {
        let word = Word::Kind(scope.pattern?);
        let slot = self.slot_of(word, &label.text)?;
        self.mention_label(label, word, slot);
        Some((slot, self.field_type(word, slot)))
    }

    fn report_missing_label(
        &mut self,
        scope: &Scope,
        word: Word,
        call: &ast::Call,
        argument: &ast::Argument,
    ) {
        let given: Vec<&str> = call
            .arguments
            .iter()
            .filter_map(|argument| argument.label.as_ref())
            .map(|label| label.text.as_str())
            .collect();
        let fitting = self
            .fields(word)
            .iter()
            .filter(|field| !given.contains(&field.label.as_str()))
            .filter(|field| self.term_fits(scope, &argument.term, field.ty))
            .collect::<Vec<_>>();
        // Terms without labels are meant in the order of the labels.
        let earlier = call
            .arguments
            .iter()
            .take_while(|other| other.span != argument.span)
            .filter(|other| other.label.is_none())
            .count();
        let meant = earlier.min(fitting.len().saturating_sub(1));
        let others: Vec<String> = (fitting.iter().enumerate())
            .filter(|(at, _)| *at != meant)
            .map(|(_, field)| format!("`{}:`", field.label))
            .collect();
        let fitting = fitting.get(meant).map(|field| field.label.clone());
        let message = format!("a term of `{}` stands without its label", call.name.text);
        let mut diagnostic = Diagnostic::new(Code::MissingLabel, argument.span, message);
        let labels = self.labels(word);
        match fitting {
            Some(label) => {
                let help = format!("Write the label before it: `{label}:`.");
                diagnostic.help = Some(match others.as_slice() {
                    [] => help,
                    others => format!("{help} It also fits {}.", others.join(" and ")),
                });
                if others.is_empty() {
                    diagnostic.fix = Some(Fix {
                        title: format!("write `{label}:`"),
                        edits: vec![Spanned::new(format!("{label}: "), before(argument.span))],
                    });
                }
            }
            None if labels.is_empty() => {
                diagnostic.help = Some(format!("`{}` has no labels: write `()`.", call.name.text));
            }
            None => diagnostic.help = Some(format!("Its labels are `{}`.", labels.join("`, `"))),
        }
        self.report(diagnostic);
    }

    fn term_fits(&self, scope: &Scope, term: &ast::Term, ty: Type) -> bool {
        term.atoms.iter().all(|atom| match &atom.kind {
            AtomKind::Name(name) | AtomKind::Exactly(name) | AtomKind::PartOf(name) => {
                self.name_fits(scope, name, ty)
            }
            AtomKind::OtherThan(names) => names.iter().all(|name| self.name_fits(scope, name, ty)),
            AtomKind::Number(_) => matches!(ty, Type::Number(_)),
            AtomKind::Text(_) => ty == Type::Text,
            AtomKind::Date(_) | AtomKind::Instant(_) => ty == Type::Date,
            AtomKind::Flag(_) => ty == Type::Flag,
            AtomKind::FieldOf { .. } | AtomKind::Error => true,
        })
    }

    fn name_fits(&self, scope: &Scope, name: &Name, ty: Type) -> bool {
        if let Some(id) = scope.find(&name.text) {
            let known = scope
                .variables
                .get(usize::from(id.0))
                .and_then(|bound| bound.ty);
            return known.is_none_or(|known| self.compatible(known, ty));
        }
        match self.vocabulary.thing_names.get(&name.text) {
            Some(&id) => self.fits(id, ty),
            None => !self.dates.contains_key(name.text.as_str()) || ty == Type::Date,
        }
    }

    fn terms(
        &mut self,
        scope: &mut Scope,
        term: &'a ast::Term,
        field: Slot<'_>,
        binds: Binds,
    ) -> Vec<Term> {
        // `or` never binds: which of the two the variable would stand for is open.
        let binds = if term.atoms.len() > 1 {
            Binds::Nothing
        } else {
            binds
        };
        let mut terms = Vec::new();
        for atom in &term.atoms {
            match self.term(scope, atom, field, binds) {
                Some(kind) => terms.push(Term {
                    kind,
                    span: atom.span,
                }),
                None => scope.broken = true,
            }
        }
        terms
    }

    fn term(
        &mut self,
        scope: &mut Scope,
        atom: &'a Atom,
        field: Slot<'_>,
        binds: Binds,
    ) -> Option<TermKind> {
        match &atom.kind {
            AtomKind::Name(name) => self.name_term(scope, name, field, PLAIN, binds),
            AtomKind::Exactly(name) => {
                let exactly = Qualified {
                    exactly: true,
                    ..PLAIN
                };
                self.name_term(scope, name, field, exactly, Binds::Nothing)
            }
            AtomKind::PartOf(name) => self.part_of(scope, name, field),
            AtomKind::OtherThan(names) => self.other_than(scope, names, field),
            AtomKind::FieldOf { owner, field: of } => self.field_term(scope, owner, of, field),
            AtomKind::Number(_)
            | AtomKind::Text(_)
            | AtomKind::Date(_)
            | AtomKind::Instant(_)
            | AtomKind::Flag(_) => self.literal(atom, field),
            AtomKind::Error => {
                self.lose(scope, atom.span);
                None
            }
        }
    }

    fn part_of(&mut self, scope: &mut Scope, name: &'a Name, field: Slot<'_>) -> Option<TermKind> {
        if field.ty.is_some_and(|ty| ty != Type::Place) {
            let message = format!(
                "`part of` asks for a place, and `{}` takes none",
                field.label
            );
            self.report(Diagnostic::new(Code::TypeMismatch, name.span, message));
            return None;
        }
        let part = Qualified {
            part_of: true,
            ..PLAIN
        };
        self.name_term(scope, name, field, part, Binds::Nothing)
    }

    /// A name in a field: a variable, then a thing or date, then a new variable where the place binds.
    fn name_term(
        &mut self,
        scope: &mut Scope,
        name: &'a Name,
        field: Slot<'_>,
        qualified: Qualified,
        binds: Binds,
    ) -> Option<TermKind> {
        let Qualified { exactly, part_of } = qualified;
        let variable = |id| TermKind::Variable {
            id,
            exactly,
            part_of,
        };
        if let Some(id) = scope.find(&name.text) {
            self.mention_variable(scope, name, id);
            return self
                .known_variable(scope, id, name, field, binds)
                .map(variable);
        }
        if let Some(&id) = self.vocabulary.thing_names.get(&name.text) {
            self.mention_thing(name, id);
            self.check_thing(id, name, field)?;
            return Some(TermKind::Thing {
                id,
                exactly,
                part_of,
            });
        }
        if self.dates.contains_key(name.text.as_str()) {
            return self.date_term(scope, name, field);
        }
        if self.lost.contains(name.text.as_str()) {
            scope.broken = true;
            return None;
        }
        let partly = scope.is_partly_bound(&name.text);
        let origin = match binds {
            Binds::Pattern | Binds::Conjuncts | Binds::Counted if partly => {
                scope.unknown(name, field.ty);
                return None;
            }
            Binds::Pattern | Binds::Conjuncts => Origin::Pattern,
            Binds::Counted => Origin::Counted,
            Binds::Nothing => {
                scope.unknown(name, field.ty);
                return None;
            }
        };
        let id = scope.bind(name, field.ty, origin);
        self.mention_variable(scope, name, id);
        Some(variable(id))
    }

    fn known_variable(
        &mut self,
        scope: &mut Scope,
        id: VariableId,
        name: &Name,
        field: Slot<'_>,
        binds: Binds,
    ) -> Option<VariableId> {
        if let Some(bound) = scope.variable(id) {
            match bound.origin {
                // What is announced and then counted is a key on purpose.
                Origin::Announced if binds == Binds::Counted => {
                    bound.origin = Origin::Counted;
                    bound.uses += 1;
                }
                Origin::Announced if binds != Binds::Nothing => bound.origin = Origin::Member,
                Origin::Announced
                | Origin::Member
                | Origin::Pattern
                | Origin::Counted
                | Origin::Label
                | Origin::Offered
                | Origin::Alias => bound.uses += 1,
            }
        }
        let bound = scope.variable(id)?;
        let (known, first) = (bound.ty, bound.span);
        match (known, field.ty) {
            (None, ty) => bound.ty = ty,
            (Some(known), Some(wanted)) if !self.compatible(known, wanted) => {
                let (known, wanted) = (self.type_name(known), self.type_name(wanted));
                let message = format!(
                    "`{}` takes {wanted}, and `{}` stands for {known}",
                    field.label, name.text
                );
                let diagnostic = Diagnostic::new(Code::TypeMismatch, name.span, message);
                self.report(diagnostic.related(first, format!("it stands for {known} here")));
                return None;
            }
            (Some(_), Some(_) | None) => {}
        }
        Some(id)
    }

    /// Reports a thing that the field cannot hold.
    fn check_thing(&mut self, id: ThingId, name: &Name, field: Slot<'_>) -> Option<()> {
        let Some(ty) = field.ty else {
            return Some(());
        };
        if self.fits(id, ty) {
            return Some(());
        }
        let what = self.thing_name(id);
        let message = format!(
            "`{}` takes {}, and `{}` is {what}",
            field.label,
            self.type_name(ty),
            name.text
        );
        self.report_wrong_kind(name, message, "");
        None
    }

    fn date_term(
        &mut self,
        scope: &mut Scope,
        name: &'a Name,
        field: Slot<'_>,
    ) -> Option<TermKind> {
        if field.ty.is_some_and(|ty| ty != Type::Date) {
            let wanted = field.ty.map(|ty| self.type_name(ty)).unwrap_or_default();
            let message = format!(
                "`{}` takes {wanted}, and `{}` is a date",
                field.label, name.text
            );
            self.report_wrong_kind(name, message, "");
            return None;
        }
        let point = self.date_point(scope, name)?;
        Some(TermKind::Date(point))
    }

    /// Gives the one day or instant that a `date` name stands for.
    pub(super) fn date_point(&mut self, scope: &mut Scope, name: &'a Name) -> Option<Point> {
        let outer = scope.pattern.take();
        let moment = self.named(scope, name);
        scope.pattern = outer;
        let fixed = self.fixed_moment(&moment)?;
        if fixed.first == fixed.last {
            return Some(fixed.first);
        }
        let message = format!(
            "a single day is needed, and `{}` stands for a longer time",
            name.text
        );
        self.report(Diagnostic::new(Code::TypeMismatch, name.span, message));
        None
    }

    fn other_than(
        &mut self,
        scope: &mut Scope,
        names: &'a [Name],
        field: Slot<'_>,
    ) -> Option<TermKind> {
        let (mut things, mut variables) = (Vec::new(), Vec::new());
        for name in names {
            match self.name_term(scope, name, field, PLAIN, Binds::Nothing)? {
                TermKind::Thing { id, .. } => things.push(id),
                TermKind::Variable { id, .. } => variables.push(id),
                TermKind::OtherThan { .. }
                | TermKind::TriggerField(_)
                | TermKind::Number(_)
                | TermKind::Text(_)
                | TermKind::Date(_)
                | TermKind::Flag(_) => {
                    let message = format!(
                        "`other than` asks for things, and `{}` is a date",
                        name.text
                    );
                    self.report(Diagnostic::new(Code::TypeMismatch, name.span, message));
                    return None;
                }
            }
        }
        Some(TermKind::OtherThan { things, variables })
    }

    fn field_term(
        &mut self,
        scope: &mut Scope,
        owner: &Name,
        of: &Name,
        field: Slot<'_>,
    ) -> Option<TermKind> {
        let (slot, ty) = self.trigger_field(scope, owner, of)?;
        if let (Some(ty), Some(wanted)) = (ty, field.ty)
            && !self.compatible(ty, wanted)
        {
            let (ty, wanted) = (self.type_name(ty), self.type_name(wanted));
            let message = format!(
                "`{}` takes {wanted}, and `{}.{}` is {ty}",
                field.label, owner.text, of.text
            );
            self.report(Diagnostic::new(Code::TypeMismatch, of.span, message));
            return None;
        }
        Some(TermKind::TriggerField(slot))
    }

    /// Gives a constant in a field.
    fn literal(&mut self, atom: &'a Atom, field: Slot<'_>) -> Option<TermKind> {
        let term = match (&atom.kind, field.ty) {
            (AtomKind::Number(number), Some(Type::Number(unit))) => {
                return self.number_in(number, unit).map(TermKind::Number);
            }
            (AtomKind::Number(number), None) => TermKind::Number(self.number(number).0),
            (AtomKind::Text(text), Some(Type::Text) | None) => TermKind::Text(text.clone()),
            (AtomKind::Date(day), Some(Type::Date) | None) => TermKind::Date(Point::Day(*day)),
            (AtomKind::Instant(instant), Some(Type::Date) | None) => {
                TermKind::Date(instant_point(*instant))
            }
            (AtomKind::Flag(flag), Some(Type::Flag) | None) => TermKind::Flag(*flag),
            (_, ty) => {
                let wanted = ty.map(|ty| self.type_name(ty)).unwrap_or_default();
                let message = format!(
                    "`{}` takes {wanted}, and this is {}",
                    field.label,
                    literal_name(&atom.kind)
                );
                self.report(Diagnostic::new(Code::TypeMismatch, atom.span, message));
                return None;
            }
        };
        Some(term)
    }

    /// Says whether a thing can stand where a type is wanted.
    pub(super) fn fits(&self, id: ThingId, ty: Type) -> bool {
        let sort = self.vocabulary.thing(id).sort;
        match (ty, sort) {
            (Type::Actor, Sort::Party | Sort::Actor | Sort::Group)
            | (Type::Group, Sort::Group)
            | (Type::Place, Sort::Place) => true,
            (Type::Category(root), Sort::Category) => {
                self.vocabulary.belongs(id, root, When::ALWAYS) == crate::agreement::Belongs::Yes
            }
            (
                Type::Actor
                | Type::Group
                | Type::Place
                | Type::Category(_)
                | Type::Number(_)
                | Type::Date
                | Type::Text
                | Type::Flag
                | Type::Event,
                Sort::Party | Sort::Actor | Sort::Group | Sort::Place | Sort::Category,
            ) => false,
        }
    }

    /// Says whether a value of one type can be compared with one of another.
    pub(super) fn compatible(&self, a: Type, b: Type) -> bool {
        match (a, b) {
            (Type::Actor | Type::Group, Type::Actor | Type::Group) => true,
            (Type::Number(Some(a)), Type::Number(Some(b))) => {
                self.vocabulary.units.convertible(a, b)
            }
            (Type::Category(a), Type::Category(b)) => {
                self.fits(a, Type::Category(b)) || self.fits(b, Type::Category(a))
            }
            (a, b) => a == b,
        }
    }

    /// Gives the type that a thing has as a value.
    pub(super) fn type_of(&self, id: ThingId) -> Type {
        match self.vocabulary.thing(id).sort {
            Sort::Party | Sort::Actor | Sort::Group => Type::Actor,
            Sort::Place => Type::Place,
            Sort::Category => Type::Category(self.root_of(id)),
        }
    }

    /// Gives the category at the top; a category has one parent at most, so the way up ends.
    fn root_of(&self, id: ThingId) -> ThingId {
        let mut top = id;
        while let Some(above) = self.vocabulary.thing(top).parents.first() {
            top = above.parent;
        }
        top
    }
}

/// Names a constant with its article.
pub(super) fn literal_name(kind: &AtomKind) -> &'static str {
    match kind {
        AtomKind::Number(_) => "a number",
        AtomKind::Text(_) => "a text",
        AtomKind::Date(_) | AtomKind::Instant(_) => "a date",
        AtomKind::Flag(_) => "`true` or `false`",
        AtomKind::Name(_)
        | AtomKind::Exactly(_)
        | AtomKind::PartOf(_)
        | AtomKind::OtherThan(_)
        | AtomKind::FieldOf { .. }
        | AtomKind::Error => "a name",
    }
}

fn before(span: Span) -> Span {
    Span {
        end: span.start,
        ..span
    }
}
