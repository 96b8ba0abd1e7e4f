//! The outline of a rule file: what it declares, nested as articles nest.

use crate::source::Span;
use crate::syntax::ast::{CategoryKind, Item, ItemKind, ThingSort};

/// A line of the outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// The declared name.
    pub name: String,
    /// Its title, where it has one.
    pub detail: Option<String>,
    /// What it is.
    pub sort: SymbolSort,
    /// The whole declaration.
    pub span: Span,
    /// The name in it.
    pub name_span: Span,
    /// What is declared inside.
    pub children: Vec<Symbol>,
}

/// What a line of the outline stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the language's")]
pub enum SymbolSort {
    Agreement,
    Article,
    Pledge,
    Scenario,
    Party,
    Actor,
    Group,
    Place,
    Category,
    Event,
    Measure,
    Given,
    State,
    Relation,
    Date,
    Unit,
    Record,
    Source,
    Setting,
}

/// Gives the outline of a file.
#[must_use]
pub fn outline(items: &[Item]) -> Vec<Symbol> {
    items.iter().filter_map(symbol).collect()
}

fn symbol(item: &Item) -> Option<Symbol> {
    use SymbolSort as Sort;
    let (name, name_span, detail, sort, children) = match &item.kind {
        ItemKind::Agreement(agreement) => {
            let title = agreement.title.as_ref();
            named(&agreement.name, title, Sort::Agreement)
        }
        ItemKind::Date { name, .. } => named(name, None, Sort::Date),
        ItemKind::Unit { name, .. } => named(name, None, Sort::Unit),
        ItemKind::Thing(thing) => {
            let sort = match thing.sort.value {
                ThingSort::Party => Sort::Party,
                ThingSort::Actor => Sort::Actor,
                ThingSort::Group => Sort::Group,
                ThingSort::Place => Sort::Place,
            };
            named(&thing.name, thing.title.as_ref(), sort)
        }
        ItemKind::Category { name, kinds } => {
            let (text, span, detail, sort, _) = named(name, None, Sort::Category);
            (
                text,
                span,
                detail,
                sort,
                kinds.iter().map(category).collect(),
            )
        }
        ItemKind::Event(event) => named(&event.name, None, Sort::Event),
        ItemKind::Measure(measure) => named(&measure.name, None, Sort::Measure),
        ItemKind::Given(given) => named(&given.call.name, None, Sort::Given),
        ItemKind::State(state) => named(&state.name, None, Sort::State),
        ItemKind::Relation(relation) => named(&relation.name, None, Sort::Relation),
        ItemKind::Article(article) => (
            article.number.value.clone(),
            article.number.span,
            article.title.as_ref().map(|title| title.value.clone()),
            Sort::Article,
            outline(&article.items),
        ),
        ItemKind::Pledge(pledge) => named(&pledge.name, pledge.title.as_ref(), Sort::Pledge),
        ItemKind::Scenario(scenario) => (
            scenario.title.value.clone(),
            scenario.title.span,
            None,
            Sort::Scenario,
            Vec::new(),
        ),
        ItemKind::Use(_) | ItemKind::Holiday { .. } | ItemKind::InForce(_) | ItemKind::Error => {
            return None;
        }
    };
    Some(Symbol {
        name,
        detail,
        sort,
        span: item.span,
        name_span,
        children,
    })
}

type Line = (String, Span, Option<String>, SymbolSort, Vec<Symbol>);

fn named(
    name: &crate::syntax::ast::Name,
    title: Option<&crate::syntax::ast::Text>,
    sort: SymbolSort,
) -> Line {
    let title = title.map(|title| title.value.clone());
    (name.text.clone(), name.span, title, sort, Vec::new())
}

fn category(kind: &CategoryKind) -> Symbol {
    let children: Vec<Symbol> = kind.kinds.iter().map(category).collect();
    let end = children.last().map_or(kind.name.span, |last| last.span);
    Symbol {
        name: kind.name.text.clone(),
        detail: None,
        sort: SymbolSort::Category,
        span: kind.name.span.to(end),
        name_span: kind.name.span,
        children,
    }
}
