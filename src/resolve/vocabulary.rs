//! Kinds of occurrence: their fields, what counts as them, the lines of states, the rows of relations.

use super::Resolver;
use super::cycles::Node;
use super::moments::{instant_point, period};
use super::problem::word_name;
use super::scope::{Origin, Scope};
use super::terms::{Binds, literal_name};
use crate::agreement::{
    Bridge, Field, Holds, KindId, MeasureId, Named, RelationId, Row, State, StateId, Transition,
    TransitionCause, Type, Value, Word,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::quantity::Estimate;
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, Atom, AtomKind, Cause, FieldType};
use crate::time::{Instant, Moment, Point};

/// The keys of every block of a record file.
const RECORD_KEYS: [&str; 19] = [
    "id",
    "source",
    "basis",
    "reported",
    "known",
    "incident",
    "origins",
    "echoes",
    "grade",
    "link",
    "note",
    "denies",
    "retracts",
    "corrects",
    "supersedes",
    "ends",
    "kind",
    "when",
    "until",
];
const EVENT_KEYS: [&str; 1] = ["throughout"];
const READING_KEYS: [&str; 4] = ["throughout", "measure", "value", "unit"];
const RELATION_KEYS: [&str; 2] = ["name", "from"];

impl<'a> Resolver<'a> {
    pub(super) fn resolve_fields(&mut self) {
        for (KindId(id), event) in self.found.events.clone() {
            let fields = self.make_fields(&event.fields, &EVENT_KEYS);
            let by = self.doer(&fields);
            if let Some(kind) = self.vocabulary.kinds.get_mut(id as usize) {
                kind.by = by;
                kind.fields = fields;
            }
        }
        for (id, measure) in self.found.measures.clone() {
            self.resolve_measure(id, measure);
        }
        for (StateId(id), state) in self.found.states.clone() {
            let fields = self.make_fields(&state.fields, &[]);
            if let Some(state) = self.vocabulary.states.get_mut(id as usize) {
                state.fields = fields;
            }
        }
        for (RelationId(id), relation) in self.found.relations.clone() {
            let fields = self.make_fields(&relation.fields, &RELATION_KEYS);
            if let Some(relation) = self.vocabulary.relations.get_mut(id as usize) {
                relation.fields = fields;
            }
        }
    }

    fn resolve_measure(&mut self, MeasureId(id): MeasureId, measure: &'a ast::Measure) {
        let fields = self.make_fields(&measure.fields, &READING_KEYS);
        let unit = measure.unit.as_ref().and_then(|unit| self.unit(unit));
        let lasts = measure.lasts.as_ref().map(period);
        if let Some(made) = self.vocabulary.measures.get_mut(id as usize) {
            made.fields = fields;
            made.unit = unit;
            made.lasts = lasts;
            made.holds = match measure.holds.map(|holds| holds.value) {
                Some(ast::Holds::Point) => Holds::Point,
                Some(ast::Holds::Step) | None => Holds::Step,
            };
        }
    }

    /// Gives fields with their types; one whose type is not understood keeps its place. `keys` are the record keys of its own; with
    /// none, no label is reserved, since no record is of this kind.
    fn make_fields(&mut self, fields: &'a [ast::Field], keys: &[&str]) -> Vec<Field> {
        let mut made: Vec<Field> = Vec::new();
        for field in fields {
            let label = &field.label;
            if let Some(first) = made.iter().find(|other| other.label == label.text) {
                let message = format!("the label `{}` is declared twice", label.text);
                let diagnostic = Diagnostic::new(Code::RepeatedLabel, label.span, message);
                let first = first.span;
                self.report(diagnostic.related(first, "first declared here"));
                continue;
            }
            if !keys.is_empty() {
                self.check_reserved(label, keys);
            }
            let ty = self.field_type_of(&field.ty);
            if ty.is_none() {
                self.broken_fields.insert(label.span);
            }
            self.declares_name(label, Named::Label);
            made.push(Field {
                label: label.text.clone(),
                ty: ty.unwrap_or(Type::Text),
                span: label.span,
            });
        }
        made
    }

    fn check_reserved(&mut self, label: &ast::Name, keys: &[&str]) {
        let word = label.text.as_str();
        if RECORD_KEYS.contains(&word) || keys.contains(&word) {
            let message = format!("`{word}` cannot be a label: it is a key of every record");
            let help = "Choose another word; records would mean two things by this one.";
            self.report(Diagnostic::new(Code::ReservedLabel, label.span, message).help(help));
        }
    }

    /// Gives the slot of `by`, and reports one that is no actor.
    fn doer(&mut self, fields: &[Field]) -> Option<usize> {
        let slot = fields.iter().position(|field| field.label == "by")?;
        let field = fields.get(slot)?;
        if matches!(field.ty, Type::Actor | Type::Group) || self.broken_fields.contains(&field.span)
        {
            return Some(slot);
        }
        let message = format!(
            "`by` is the doer, an actor, and not {}",
            self.type_name(field.ty)
        );
        self.report(Diagnostic::new(Code::TypeMismatch, field.span, message));
        None
    }

    /// Gives the type of a field or binder, and reports a name that is no category.
    pub(super) fn field_type_of(&mut self, ty: &'a Spanned<FieldType>) -> Option<Type> {
        match &ty.value {
            FieldType::Actor => Some(Type::Actor),
            FieldType::Group => Some(Type::Group),
            FieldType::Place => Some(Type::Place),
            FieldType::Date => Some(Type::Date),
            FieldType::Text => Some(Type::Text),
            FieldType::Flag => Some(Type::Flag),
            FieldType::Event => Some(Type::Event),
            FieldType::Number(None) => Some(Type::Number(None)),
            FieldType::Number(Some(unit)) => self.unit(unit).map(|unit| Type::Number(Some(unit))),
            FieldType::Category(name) => self.category(name),
            FieldType::Error => None,
        }
    }

    fn category(&mut self, name: &ast::Name) -> Option<Type> {
        if let Some(&id) = self.vocabulary.thing_names.get(&name.text) {
            self.mention_thing(name, id);
            let thing = self.vocabulary.thing(id);
            if thing.sort == crate::agreement::Sort::Category {
                return Some(Type::Category(id));
            }
            let what = self.thing_name(id);
            let message = format!("a type is needed, and `{}` is {what}", name.text);
            self.report_wrong_kind(name, message, TYPES);
            return None;
        }
        let mut known: Vec<String> = WORDS.iter().map(|&word| word.to_owned()).collect();
        let things = self.vocabulary.things.iter();
        let categories = things.filter(|thing| thing.sort == crate::agreement::Sort::Category);
        known.extend(categories.map(|thing| thing.name.clone()));
        self.report_unknown("type", name, &known, TYPES);
        None
    }

    /// Resolves what counts as a kind, the lines of states and the rows of relations.
    pub(super) fn resolve_derived(&mut self) {
        for (id, event) in self.found.events.clone() {
            self.resolve_bridges(id, event);
        }
        for (id, state) in self.found.states.clone() {
            self.resolve_transitions(id, state);
        }
        for (id, relation) in self.found.relations.clone() {
            self.resolve_rows(id, relation);
        }
    }

    fn resolve_bridges(&mut self, id: KindId, event: &'a ast::Event) {
        self.rests_on.clear();
        for pattern in &event.counts {
            let mut scope = labelled(&self.vocabulary.kind(id).fields, &self.broken_fields);
            let mark = self.mark();
            let bridge = self.pattern(&mut scope, pattern, Binds::Nothing);
            self.finish_scope(&mut scope);
            if let Some(pattern) = bridge
                && !self.failed_since(mark)
                && !scope.broken
                && let Some(kind) = self.vocabulary.kinds.get_mut(id.0 as usize)
            {
                let span = pattern.span;
                kind.bridges.push(Bridge { pattern, span });
            }
        }
        self.end_definition(Node::Kind(id));
    }

    fn resolve_transitions(&mut self, id: StateId, state: &'a ast::State) {
        self.rests_on.clear();
        let mut limit: Option<Span> = None;
        for transition in &state.transitions {
            let span = transition.span;
            let (cause, after, begins) = match &transition.value {
                ast::Transition::Begins { cause, after } => (cause, after.as_ref(), true),
                ast::Transition::Ends { cause, after } => (cause, after.as_ref(), false),
                ast::Transition::EndsAfter(duration) => {
                    if let Some(first) = limit {
                        self.report_repeated("ends after", span, first);
                        continue;
                    }
                    limit = Some(span);
                    let period = period(duration);
                    self.edit_state(id, |state| state.limit = Some(period));
                    continue;
                }
                ast::Transition::Error => continue,
            };
            let Some(cause) = self.transition_cause(id, cause) else {
                continue;
            };
            let after = after.map(period);
            let made = Transition { cause, after, span };
            self.edit_state(id, |state| {
                if begins {
                    state.begins.push(made);
                } else {
                    state.ends.push(made);
                }
            });
        }
        self.end_definition(Node::State(id));
    }

    fn edit_state(&mut self, StateId(id): StateId, edit: impl FnOnce(&mut State)) {
        if let Some(state) = self.vocabulary.states.get_mut(id as usize) {
            edit(state);
        }
    }

    fn transition_cause(&mut self, id: StateId, cause: &'a Cause) -> Option<TransitionCause> {
        let mut scope = labelled(&self.vocabulary.state(id).fields, &self.broken_fields);
        let mark = self.mark();
        let made = match cause {
            Cause::Pattern(pattern) => self
                .pattern(&mut scope, pattern, Binds::Nothing)
                .map(TransitionCause::Pattern),
            Cause::Moment(moment) => {
                let moment = self.moment(&mut scope, moment);
                Some(TransitionCause::Moment(moment))
            }
        };
        self.finish_scope(&mut scope);
        made.filter(|_| !self.failed_since(mark) && !scope.broken)
    }

    fn resolve_rows(&mut self, id: RelationId, relation: &'a ast::Relation) {
        for row in &relation.rows {
            let wanted = self.vocabulary.relation(id).fields.len();
            if row.values.len() != wanted {
                let found = row.values.len();
                let message = format!(
                    "a row of `{}` has {wanted} values, and this one has {found}",
                    relation.name.text
                );
                let diagnostic = Diagnostic::new(Code::TypeMismatch, row.span, message);
                let head = relation.name.span;
                self.report(diagnostic.related(head, "its labels are declared here"));
                continue;
            }
            let values: Option<Vec<Value>> = row
                .values
                .iter()
                .enumerate()
                .map(|(slot, atom)| self.row_value(id, slot, atom))
                .collect::<Vec<_>>()
                .into_iter()
                .collect();
            let when = self.validity(row.period.as_ref());
            if let Some(values) = values
                && let Some(made) = self.vocabulary.relations.get_mut(id.0 as usize)
            {
                made.rows.push(Row {
                    values,
                    when,
                    known: Instant::MIN,
                    span: row.span,
                });
            }
        }
    }

    fn row_value(&mut self, id: RelationId, slot: usize, atom: &'a Atom) -> Option<Value> {
        let ty = self.field_type(Word::Relation(id), slot)?;
        self.constant_value(atom, ty)
    }

    /// Gives a constant of a type, for a row; what does not fit is reported.
    pub(super) fn constant_value(&mut self, atom: &'a Atom, ty: Type) -> Option<Value> {
        match (&atom.kind, ty) {
            (AtomKind::Name(name), Type::Date) if self.dates.contains_key(name.text.as_str()) => {
                let mut scope = Scope::constant();
                let moment = self.named(&mut scope, name);
                let fixed = self.fixed_moment(&moment)?;
                Some(Value::Date(self.calendar.span_of(fixed)))
            }
            (AtomKind::Name(name), _) => self.constant_thing(name, ty).map(Value::Thing),
            (AtomKind::Number(number), Type::Number(unit)) => {
                let value = self.number_in(number, unit)?;
                Some(Value::Number(Estimate::exactly(value)))
            }
            (AtomKind::Text(text), Type::Text) => Some(Value::Text(text.clone())),
            (AtomKind::Text(text), Type::Event) => Some(Value::Record(text.clone())),
            (AtomKind::Date(day), Type::Date) => Some(self.point_value(Point::Day(*day))),
            (AtomKind::Instant(instant), Type::Date) => {
                Some(self.point_value(instant_point(*instant)))
            }
            (AtomKind::Flag(flag), Type::Flag) => Some(Value::Flag(*flag)),
            (AtomKind::Error, _) => None,
            (kind, ty) => {
                let (wanted, found) = (self.type_name(ty), literal_name(kind));
                let message = format!("{wanted} is needed here, and this is {found}");
                self.report(Diagnostic::new(Code::TypeMismatch, atom.span, message));
                None
            }
        }
    }

    fn point_value(&self, point: Point) -> Value {
        Value::Date(self.calendar.span_of(Moment::exactly(point)))
    }

    pub(super) fn constant_thing(
        &mut self,
        name: &ast::Name,
        ty: Type,
    ) -> Option<crate::agreement::ThingId> {
        if let Some(&id) = self.vocabulary.thing_names.get(&name.text) {
            self.mention_thing(name, id);
            if self.fits(id, ty) {
                return Some(id);
            }
            let what = self.thing_name(id);
            let message = format!(
                "{} is needed, and `{}` is {what}",
                self.type_name(ty),
                name.text
            );
            self.report_wrong_kind(name, message, "");
            return None;
        }
        if let Some(&word) = self.vocabulary.words.get(&name.text) {
            let message = format!(
                "{} is needed, and `{}` is {}",
                self.type_name(ty),
                name.text,
                word_name(word)
            );
            self.report_wrong_kind(name, message, "");
            return None;
        }
        let mut scope = Scope::constant();
        scope.unknown(name, Some(ty));
        self.finish_scope(&mut scope);
        None
    }
}

const WORDS: [&str; 8] = [
    "actor", "group", "place", "date", "text", "flag", "event", "number",
];
const TYPES: &str =
    "Types are actor, group, place, date, text, flag, event, number with a unit, and categories.";

/// Gives a scope in which the fields of a derived kind or state are variables.
fn labelled(fields: &[Field], broken: &std::collections::BTreeSet<Span>) -> Scope {
    let mut scope = Scope::constant();
    scope.labelled = true;
    for field in fields {
        let name = ast::Name {
            text: field.label.clone(),
            span: field.span,
        };
        let ty = (!broken.contains(&field.span)).then_some(field.ty);
        scope.bind(&name, ty, Origin::Label);
    }
    scope
}
