//! Where lines begin and where long ones may be broken, as the tree tells.
//!
//! Nothing here looks at blanks or comments: the breaks depend on the tree alone, so that a laid-out file is laid out the same again.

use crate::source::Span;
use crate::syntax::ast::ActKind;
use crate::syntax::ast::{
    Agreement, Argument, Attribute, Call, CategoryKind, Cause, Clause, ClauseKind, Event, Expr,
    ExprKind, Field, Header, Item, ItemKind, LineKind, Pattern, Pledge, Relation, Scenario,
    Sentence, State, Thing, Transition, Trigger,
};
use crate::syntax::token::{Token, TokenKind};

/// What may happen before a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Break {
    /// A line begins; around a declaration with a block stands a blank line.
    Line { block: bool },
    /// A phrase begins: the first choice for breaking a long line.
    Phrase,
    /// An element of a list begins: the second choice.
    Piece,
}

/// The breaks of a file.
#[derive(Debug, Default)]
pub(super) struct Breaks {
    /// Each with the place of the token that it stands before; in order.
    pub(super) places: Vec<(u32, Break)>,
    /// The declarations whose braces stay on one line.
    pub(super) inline: Vec<Span>,
    /// The words in parentheses that have a blank before them.
    pub(super) reasons: Vec<u32>,
}

/// Finds the breaks of a file without syntax errors.
pub(super) fn breaks(items: &[Item], tokens: &[Token]) -> Breaks {
    let mut finder = Finder {
        tokens,
        found: Breaks::default(),
    };
    finder.items(items);
    let mut found = finder.found;
    found.places.sort_unstable();
    // A place that two rules speak of keeps the stronger break.
    found.places.dedup_by_key(|&mut (place, _)| place);
    found
}

struct Finder<'a> {
    tokens: &'a [Token],
    found: Breaks,
}

impl Finder<'_> {
    fn mark(&mut self, span: Span, kind: Break) {
        self.found.places.push((span.start, kind));
    }

    fn line(&mut self, span: Span) {
        self.mark(span, Break::Line { block: false });
    }

    fn phrase(&mut self, span: Span) {
        self.mark(span, Break::Phrase);
    }

    /// Marks the token so many before a place: the word that a phrase begins with, where the tree has only what follows.
    fn words_before(&mut self, span: Span, words: usize, kind: Break) {
        let index = self
            .tokens
            .partition_point(|token| token.start < span.start);
        if let Some(token) = index
            .checked_sub(words)
            .and_then(|before| self.tokens.get(before))
        {
            self.found.places.push((token.start, kind));
        }
    }

    fn before(&mut self, span: Span, kind: Break) {
        self.words_before(span, 1, kind);
    }

    /// A pattern behind two words that begin a phrase, such as `shown by`.
    fn by_pattern(&mut self, pattern: &Pattern) {
        let index = self
            .tokens
            .partition_point(|token| token.start < pattern.span.start);
        let before = index
            .checked_sub(1)
            .and_then(|before| self.tokens.get(before));
        let in_parens = before.is_some_and(|token| token.kind == TokenKind::LeftParen);
        self.words_before(pattern.span, if in_parens { 3 } else { 2 }, Break::Phrase);
        if in_parens {
            self.inner(pattern);
        } else {
            self.pattern(pattern);
        }
    }

    /// A pattern in parentheses.
    fn inner(&mut self, pattern: &Pattern) {
        self.call(&pattern.call);
        if let Some(condition) = &pattern.condition {
            self.before(condition.span, Break::Piece);
            self.expr(condition);
        }
    }

    fn items(&mut self, items: &[Item]) {
        for item in items {
            self.mark(
                item.span,
                Break::Line {
                    block: is_block(item),
                },
            );
            self.item(item);
        }
    }

    fn item(&mut self, item: &Item) {
        match &item.kind {
            ItemKind::Agreement(agreement) => self.agreement(agreement),
            ItemKind::Thing(thing) => self.thing(thing),
            ItemKind::Category { kinds, .. } => {
                self.found.inline.push(item.span);
                self.kinds(kinds);
            }
            ItemKind::Event(event) => self.event(event),
            ItemKind::Measure(measure) => self.fields(&measure.fields),
            ItemKind::Given(given) => {
                self.call(&given.call);
                self.expr(&given.value);
            }
            ItemKind::State(state) => self.state(state),
            ItemKind::Relation(relation) => self.relation(relation),
            ItemKind::Article(article) => self.items(&article.items),
            ItemKind::Pledge(pledge) => self.pledge(pledge),
            ItemKind::Scenario(scenario) => self.scenario(scenario),
            ItemKind::Use(_)
            | ItemKind::Date { .. }
            | ItemKind::Unit { .. }
            | ItemKind::Holiday { .. }
            | ItemKind::InForce(_)
            | ItemKind::Error => {}
        }
    }

    fn agreement(&mut self, agreement: &Agreement) {
        for header in &agreement.headers {
            self.line(header.span);
            match &header.value {
                Header::By { pattern, .. } => self.pattern(pattern),
                Header::Renews { unless, .. } => self.phrase_pattern(unless),
                Header::Extended(extension) => self.pattern(&extension.by),
                Header::InForce(_)
                | Header::Weekend(_)
                | Header::Timezone(_)
                | Header::MonthEnds(_)
                | Header::Rollover(_)
                | Header::Standard(_)
                | Header::Corroboration(_)
                | Header::Cites(_)
                | Header::Source(_)
                | Header::Error => {}
            }
        }
    }

    fn thing(&mut self, thing: &Thing) {
        for attribute in &thing.attributes {
            self.phrase(attribute.span);
            match &attribute.value {
                Attribute::In { names, .. }
                | Attribute::AdverseTo(names)
                | Attribute::AlliedTo(names) => {
                    self.pieces(names.iter().map(|name| name.span));
                }
                Attribute::KnownAs { texts, .. } => self.pieces(texts.iter().map(|text| text.span)),
                Attribute::Bound(_) | Attribute::Error => {}
            }
        }
    }

    /// Marks all but the first of a list.
    fn pieces(&mut self, spans: impl Iterator<Item = Span>) {
        for span in spans.skip(1) {
            self.mark(span, Break::Piece);
        }
    }

    fn kinds(&mut self, kinds: &[CategoryKind]) {
        for kind in kinds {
            self.mark(kind.name.span, Break::Piece);
            self.kinds(&kind.kinds);
        }
    }

    fn fields(&mut self, fields: &[Field]) {
        self.pieces(fields.iter().map(|field| field.label.span));
    }

    fn event(&mut self, event: &Event) {
        self.fields(&event.fields);
        for pattern in &event.counts {
            self.before(pattern.span, Break::Line { block: false });
            self.pattern(pattern);
        }
    }

    fn state(&mut self, state: &State) {
        self.fields(&state.fields);
        for transition in &state.transitions {
            self.line(transition.span);
            match &transition.value {
                Transition::Begins {
                    cause: Cause::Pattern(pattern),
                    ..
                }
                | Transition::Ends {
                    cause: Cause::Pattern(pattern),
                    ..
                } => self.pattern(pattern),
                Transition::Begins {
                    cause: Cause::Moment(_),
                    ..
                }
                | Transition::Ends {
                    cause: Cause::Moment(_),
                    ..
                }
                | Transition::EndsAfter(_)
                | Transition::Error => {}
            }
        }
    }

    fn relation(&mut self, relation: &Relation) {
        self.fields(&relation.fields);
        for row in &relation.rows {
            self.line(row.span);
            self.pieces(row.values.iter().map(|value| value.span));
        }
    }

    fn pledge(&mut self, pledge: &Pledge) {
        for clause in &pledge.clauses {
            self.line(clause.span);
            self.clause(clause);
        }
    }

    fn clause(&mut self, clause: &Clause) {
        match &clause.kind {
            ClauseKind::ForEach { binders, condition } => {
                self.pieces(binders.iter().map(|binder| binder.name.span));
                if let Some(condition) = condition {
                    self.before(condition.span, Break::Phrase);
                    self.expr(condition);
                }
            }
            ClauseKind::Trigger {
                trigger: Trigger::Pattern(pattern),
                ..
            }
            | ClauseKind::Waived(pattern) => {
                self.pattern(pattern);
            }
            ClauseKind::If(condition)
            | ClauseKind::While(condition)
            | ClauseKind::Except(condition) => {
                self.expr(condition);
            }
            ClauseKind::Sentence(sentence) => self.sentence(sentence),
            ClauseKind::Excused { by, until, .. } | ClauseKind::Suspended { by, until, .. } => {
                self.pattern(by);
                if let Some(until) = until {
                    self.phrase_pattern(until);
                }
            }
            ClauseKind::Extended(extension) => {
                self.pattern(&extension.by);
                self.before(extension.to.span, Break::Phrase);
            }
            ClauseKind::Trigger { .. }
            | ClauseKind::Cites(_)
            | ClauseKind::Quote(_)
            | ClauseKind::Note(_)
            | ClauseKind::Provided(_)
            | ClauseKind::Unjudged(_)
            | ClauseKind::Standard(_)
            | ClauseKind::Error => {}
        }
    }

    fn sentence(&mut self, sentence: &Sentence) {
        match &sentence.act.kind {
            ActKind::Do(pattern)
            | ActKind::Ensure(pattern)
            | ActKind::NotDo(pattern)
            | ActKind::NotAllow(pattern) => self.pattern(pattern),
            ActKind::Prevent { pattern, shown_by } => {
                self.pattern(pattern);
                if let Some(shown_by) = shown_by {
                    self.by_pattern(shown_by);
                }
            }
            ActKind::Reach(condition) | ActKind::Keep(condition) => self.expr(condition),
            ActKind::Endeavour { efforts, broken_by } => {
                for effort in efforts {
                    self.inner(effort);
                }
                if let Some(broken_by) = broken_by {
                    self.by_pattern(broken_by);
                }
            }
            ActKind::Error => {}
        }
        for timing in &sentence.timings {
            self.phrase(timing.span);
        }
    }

    /// A pattern behind a word that begins a phrase.
    fn phrase_pattern(&mut self, pattern: &Pattern) {
        self.before(pattern.span, Break::Phrase);
        self.pattern(pattern);
    }

    fn pattern(&mut self, pattern: &Pattern) {
        self.call(&pattern.call);
        if let Some(condition) = &pattern.condition {
            self.before(condition.span, Break::Phrase);
            self.expr(condition);
        }
    }

    fn call(&mut self, call: &Call) {
        self.pieces(call.arguments.iter().map(|Argument { span, .. }| *span));
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::And(parts) | ExprKind::Or(parts) => {
                for part in parts.iter().skip(1) {
                    self.before(part.span, Break::Piece);
                }
                for part in parts {
                    self.expr(part);
                }
            }
            ExprKind::Not(inner)
            | ExprKind::Paren(inner)
            | ExprKind::PercentOf { of: inner, .. } => self.expr(inner),
            ExprKind::Call(call) | ExprKind::Total(call) | ExprKind::AsOf { call, .. } => {
                self.call(call);
            }
            ExprKind::Once { pattern, .. }
            | ExprKind::Count { pattern, .. }
            | ExprKind::SumOf { pattern, .. } => {
                self.inner(pattern);
            }
            ExprKind::Compare { left, right, .. }
            | ExprKind::Sum { left, right, .. }
            | ExprKind::Product { left, right } => {
                self.expr(left);
                self.expr(right);
            }
            ExprKind::Between {
                quantity,
                low,
                high,
            } => {
                for part in [quantity, low, high] {
                    self.expr(part);
                }
            }
            ExprKind::In { .. }
            | ExprKind::Is { .. }
            | ExprKind::Order { .. }
            | ExprKind::Number(_)
            | ExprKind::Name(_)
            | ExprKind::FieldOf { .. }
            | ExprKind::Literal(_)
            | ExprKind::Error => {}
        }
    }

    fn scenario(&mut self, scenario: &Scenario) {
        for line in &scenario.lines {
            self.line(line.span);
            match &line.kind {
                LineKind::Record { call, remarks, .. } => {
                    self.call(call);
                    for remark in remarks {
                        self.phrase(remark.span);
                    }
                }
                LineKind::Observed { kinds, .. } => self.pieces(kinds.iter().map(|kind| kind.span)),
                LineKind::Expect { outcome, .. } => {
                    self.found
                        .reasons
                        .extend(outcome.reason.as_ref().map(|reason| reason.span.start));
                }
                LineKind::Against { .. } | LineKind::Error => {}
            }
        }
    }
}

/// Says whether a declaration is laid out over several lines.
fn is_block(item: &Item) -> bool {
    match &item.kind {
        ItemKind::Agreement(_)
        | ItemKind::State(_)
        | ItemKind::Article(_)
        | ItemKind::Pledge(_)
        | ItemKind::Scenario(_) => true,
        ItemKind::Event(event) => !event.counts.is_empty(),
        ItemKind::Relation(relation) => !relation.rows.is_empty(),
        ItemKind::Use(_)
        | ItemKind::Date { .. }
        | ItemKind::Unit { .. }
        | ItemKind::Holiday { .. }
        | ItemKind::Thing(_)
        | ItemKind::Category { .. }
        | ItemKind::Measure(_)
        | ItemKind::Given(_)
        | ItemKind::InForce(_)
        | ItemKind::Error => false,
    }
}
