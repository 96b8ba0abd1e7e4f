//! Who declares which name, in all files; what stands behind the names is resolved later.
//!
//! There are four name spaces: things and dates; kinds of occurrence (events, measures, givens, states, relations); units; pledges.

use std::collections::BTreeMap;

use super::moments::DateName;
use super::{Resolver, UnitFile};
use crate::agreement::{
    Given, GivenId, Kind, KindId, Mark, Measure, MeasureId, Membership, Named, PledgeId, Relation,
    RelationId, Sort, State, StateId, Thing, ThingId, Word,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{SourceId, Span, Spanned};
use crate::syntax::ast::{self, Item, ItemKind, Name, ThingSort};
use crate::time::{Instant, When};

/// Every declaration with the identifier that it was given, in the order of the files.
#[derive(Default)]
pub(super) struct Found<'a> {
    pub(super) agreements: Vec<(SourceId, &'a ast::Agreement)>,
    pub(super) things: Vec<(ThingId, &'a ast::Thing)>,
    pub(super) units: Vec<(&'a Name, Option<&'a ast::Number>)>,
    pub(super) events: Vec<(KindId, &'a ast::Event)>,
    pub(super) measures: Vec<(MeasureId, &'a ast::Measure)>,
    /// By identifier: the lines of each table.
    pub(super) givens: Vec<Vec<(&'a ast::Given, Span)>>,
    pub(super) states: Vec<(StateId, &'a ast::State)>,
    pub(super) relations: Vec<(RelationId, &'a ast::Relation)>,
    pub(super) pledges: Vec<FoundPledge<'a>>,
    pub(super) scenarios: Vec<Spanned<&'a ast::Scenario>>,
    thing_spans: BTreeMap<&'a str, Span>,
    word_spans: BTreeMap<&'a str, Span>,
    pub(super) unit_spans: BTreeMap<&'a str, Span>,
    pub(super) pledge_spans: BTreeMap<&'a str, Span>,
}

/// A pledge and where it stands.
pub(super) struct FoundPledge<'a> {
    pub(super) id: PledgeId,
    pub(super) ast: &'a ast::Pledge,
    pub(super) docs: String,
    pub(super) article: Vec<String>,
    pub(super) term: Option<Spanned<&'a ast::InForce>>,
    /// Whether an earlier pledge has its name; it is checked all the same, and never judged.
    pub(super) duplicate: bool,
    pub(super) span: Span,
}

/// What the articles around an item say.
#[derive(Clone, Default)]
struct Around<'a> {
    titles: Vec<String>,
    term: Option<Spanned<&'a ast::InForce>>,
}

impl<'a> Resolver<'a> {
    pub(super) fn declare_all(&mut self) {
        for file in self.files.clone() {
            for item in &file.tree.items {
                self.declare_item(file, item, &Around::default());
            }
        }
    }

    fn declare_item(&mut self, file: &'a UnitFile<'a>, item: &'a Item, around: &Around<'a>) {
        match &item.kind {
            ItemKind::Use(_) if around.titles.is_empty() => {}
            ItemKind::Use(_) => self.report_misplaced(
                item.span,
                "`use` stands in an article",
                "Put it at the top of the file: what it brings holds for the whole file.",
            ),
            ItemKind::Agreement(agreement) => self.declare_agreement(agreement, item, around),
            ItemKind::InForce(_) if around.titles.is_empty() => self.report_misplaced(
                item.span,
                "`in force` stands outside an agreement and outside an article",
                "Put it into the braces behind `agreement` or `article`.",
            ),
            ItemKind::InForce(_) => {}
            ItemKind::Article(article) => self.declare_article(file, article, around),
            ItemKind::Date { name, moment } => self.declare_date(name, moment),
            ItemKind::Unit { name, value } => self.declare_unit(name, value.as_ref()),
            ItemKind::Holiday { date, .. } => {
                self.calendar.holidays.insert(date.value);
            }
            ItemKind::Thing(thing) => self.declare_thing(thing, docs(item)),
            ItemKind::Category { name, kinds } => {
                self.declare_category(name, kinds, None, docs(item));
            }
            ItemKind::Event(event) => self.declare_event(event, docs(item)),
            ItemKind::Measure(measure) => self.declare_measure(measure, docs(item)),
            ItemKind::Given(given) => self.declare_given(given, item.span),
            ItemKind::State(state) => self.declare_state(state, docs(item)),
            ItemKind::Relation(relation) => self.declare_relation(relation, docs(item)),
            ItemKind::Pledge(pledge) => self.declare_pledge(pledge, item, around),
            ItemKind::Scenario(scenario) => {
                let scenario = Spanned::new(scenario, item.span);
                self.found.scenarios.push(scenario);
            }
            ItemKind::Error => self.lost.extend(words(file.file.slice(item.span))),
        }
    }

    pub(super) fn report_misplaced(&mut self, span: Span, message: &str, help: &str) {
        self.report(Diagnostic::new(Code::MisplacedClause, span, message).help(help));
    }

    fn declare_agreement(
        &mut self,
        agreement: &'a ast::Agreement,
        item: &'a Item,
        around: &Around<'a>,
    ) {
        let source = item.span.source;
        let first = self
            .found
            .agreements
            .iter()
            .find(|(other, _)| *other == source)
            .map(|(_, first)| first.name.span);
        if let Some(first) = first {
            self.report(
                Diagnostic::new(
                    Code::SecondAgreement,
                    agreement.name.span,
                    "a file has at most one agreement, and this is the second",
                )
                .related(first, "the first is here")
                .help("Give each agreement a file of its own; shared words go into a file that both `use`."),
            );
            return;
        }
        if !around.titles.is_empty() {
            self.report_misplaced(
                agreement.name.span,
                "the agreement stands in an article",
                "Put it at the top of the file.",
            );
        }
        self.found.agreements.push((source, agreement));
    }

    fn declare_article(
        &mut self,
        file: &'a UnitFile<'a>,
        article: &'a ast::Article,
        around: &Around<'a>,
    ) {
        let mut inside = around.clone();
        inside.titles.push(match &article.title {
            Some(title) => format!("{}: {}", article.number.value, title.value),
            None => article.number.value.clone(),
        });
        let mut own: Option<Span> = None;
        for item in &article.items {
            if let ItemKind::InForce(in_force) = &item.kind {
                if let Some(first) = own {
                    self.report_repeated("in force", item.span, first);
                    continue;
                }
                own = Some(item.span);
                inside.term = Some(Spanned::new(in_force, item.span));
            }
        }
        for item in &article.items {
            self.declare_item(file, item, &inside);
        }
    }

    pub(super) fn report_repeated(&mut self, word: &str, span: Span, first: Span) {
        self.report(
            Diagnostic::new(
                Code::RepeatedClause,
                span,
                format!("`{word}` may stand once and stands twice"),
            )
            .related(first, "it stands here already"),
        );
    }

    fn declare_date(&mut self, name: &'a Name, moment: &'a ast::Moment) {
        if self.claim_thing(name) {
            self.declares_name(name, Named::Date);
            self.dates.insert(&name.text, DateName::new(name, moment));
        }
    }

    fn declare_unit(&mut self, name: &'a Name, value: Option<&'a ast::Number>) {
        if let Some(&first) = self.found.unit_spans.get(name.text.as_str()) {
            self.report_duplicate(name, first);
            return;
        }
        self.found.unit_spans.insert(&name.text, name.span);
        self.declares_name(name, Named::Unit);
        self.found.units.push((name, value));
    }

    fn declare_thing(&mut self, thing: &'a ast::Thing, docs: String) {
        if !self.claim_thing(&thing.name) {
            return;
        }
        self.declares_name(&thing.name, Named::Thing);
        let sort = match thing.sort.value {
            ThingSort::Party => Sort::Party,
            ThingSort::Actor => Sort::Actor,
            ThingSort::Group => Sort::Group,
            ThingSort::Place => Sort::Place,
        };
        let title = thing.title.as_ref().map(|title| title.value.clone());
        let mut made = new_thing(&thing.name, title, sort, docs);
        if let (Sort::Party, Some(parties)) = (sort, self.vocabulary.parties) {
            made.parents.push(always_in(parties));
        }
        let id = self.add_thing(made);
        self.found.things.push((id, thing));
    }

    /// Declares a category and the kinds inside it; the parser bounds how deep they nest.
    fn declare_category(
        &mut self,
        name: &'a Name,
        kinds: &'a [ast::CategoryKind],
        parent: Option<ThingId>,
        docs: String,
    ) {
        if !self.claim_thing(name) {
            return;
        }
        self.declares_name(name, Named::Thing);
        let mut made = new_thing(name, None, Sort::Category, docs);
        made.parents.extend(parent.map(always_in));
        let id = self.add_thing(made);
        for kind in kinds {
            self.declare_category(&kind.name, &kind.kinds, Some(id), String::new());
        }
    }

    /// Says whether a thing or date may have the name, and reports where another has it already.
    fn claim_thing(&mut self, name: &'a Name) -> bool {
        if self.vocabulary.parties == self.vocabulary.thing_names.get(&name.text).copied()
            && name.text == "parties"
        {
            self.report(
                Diagnostic::new(
                    Code::DuplicateDeclaration,
                    name.span,
                    "`parties` is declared already: it is the built-in group of all parties",
                )
                .help("Every `party` is in it; give your group another name."),
            );
            return false;
        }
        let taken = self.found.thing_spans.get(name.text.as_str()).copied();
        match taken {
            Some(first) => self.report_duplicate(name, first),
            None => {
                self.found.thing_spans.insert(&name.text, name.span);
            }
        }
        taken.is_none()
    }

    pub(super) fn report_duplicate(&mut self, name: &Name, first: Span) {
        self.report(
            Diagnostic::new(
                Code::DuplicateDeclaration,
                name.span,
                format!("`{}` is declared twice", name.text),
            )
            .label("declared again here")
            .related(first, "first declared here")
            .help("Rename one of them, or remove it if both mean the same."),
        );
    }

    fn claim_word(&mut self, name: &'a Name, sort: Named) -> bool {
        let taken = self.found.word_spans.get(name.text.as_str()).copied();
        if let Some(first) = taken {
            self.report_duplicate(name, first);
        } else {
            self.found.word_spans.insert(&name.text, name.span);
            self.declares_name(name, sort);
        }
        taken.is_none()
    }

    fn declare_event(&mut self, event: &'a ast::Event, docs: String) {
        if !self.claim_word(&event.name, Named::Kind) {
            return;
        }
        let id = KindId(next(self.vocabulary.kinds.len()));
        self.vocabulary.kinds.push(Kind {
            name: event.name.text.clone(),
            fields: Vec::new(),
            by: None,
            mark: event.mark.map(|mark| match mark.value {
                ast::EventMark::Boast => Mark::Boast,
                ast::EventMark::Declared => Mark::Declared,
            }),
            bridges: Vec::new(),
            docs,
            span: event.name.span,
        });
        self.add_word(&event.name, Word::Kind(id));
        self.found.events.push((id, event));
    }

    fn declare_measure(&mut self, measure: &'a ast::Measure, docs: String) {
        if !self.claim_word(&measure.name, Named::Measure) {
            return;
        }
        let id = MeasureId(next(self.vocabulary.measures.len()));
        self.vocabulary.measures.push(Measure {
            name: measure.name.text.clone(),
            fields: Vec::new(),
            unit: None,
            lasts: None,
            holds: crate::agreement::Holds::default(),
            docs,
            span: measure.name.span,
        });
        self.add_word(&measure.name, Word::Measure(id));
        self.found.measures.push((id, measure));
    }

    fn declare_given(&mut self, given: &'a ast::Given, span: Span) {
        let name = &given.call.name;
        let known = self.vocabulary.words.get(&name.text).copied();
        if let Some(word @ Word::Given(GivenId(id))) = known {
            self.mention_word(name, word);
            if let Some(lines) = self.found.givens.get_mut(id as usize) {
                lines.push((given, span));
            }
            return;
        }
        if !self.claim_word(name, Named::Given) {
            return;
        }
        let id = GivenId(next(self.vocabulary.givens.len()));
        self.vocabulary.givens.push(Given {
            name: name.text.clone(),
            labels: Vec::new(),
            lines: Vec::new(),
            span: name.span,
        });
        self.given_types.push(Vec::new());
        self.add_word(name, Word::Given(id));
        self.found.givens.push(vec![(given, span)]);
    }

    fn declare_state(&mut self, state: &'a ast::State, docs: String) {
        if !self.claim_word(&state.name, Named::State) {
            return;
        }
        let id = StateId(next(self.vocabulary.states.len()));
        self.vocabulary.states.push(State {
            name: state.name.text.clone(),
            fields: Vec::new(),
            begins: Vec::new(),
            ends: Vec::new(),
            limit: None,
            docs,
            span: state.name.span,
        });
        self.add_word(&state.name, Word::State(id));
        self.found.states.push((id, state));
    }

    fn declare_relation(&mut self, relation: &'a ast::Relation, docs: String) {
        if !self.claim_word(&relation.name, Named::Relation) {
            return;
        }
        let id = RelationId(next(self.vocabulary.relations.len()));
        self.vocabulary.relations.push(Relation {
            name: relation.name.text.clone(),
            fields: Vec::new(),
            rows: Vec::new(),
            docs,
            span: relation.name.span,
        });
        self.add_word(&relation.name, Word::Relation(id));
        self.found.relations.push((id, relation));
    }

    fn add_word(&mut self, name: &Name, word: Word) {
        self.vocabulary.words.insert(name.text.clone(), word);
    }

    fn declare_pledge(&mut self, pledge: &'a ast::Pledge, item: &'a Item, around: &Around<'a>) {
        let name = &pledge.name;
        let id = PledgeId(next(self.found.pledges.len()));
        let first = self.found.pledge_spans.get(name.text.as_str()).copied();
        if let Some(first) = first {
            self.report_duplicate(name, first);
        } else {
            self.found.pledge_spans.insert(&name.text, name.span);
            self.declares_name(name, Named::Pledge);
            self.pledge_names.insert(&name.text, id);
        }
        self.found.pledges.push(FoundPledge {
            id,
            ast: pledge,
            docs: docs(item),
            article: around.titles.clone(),
            term: around.term,
            duplicate: first.is_some(),
            span: item.span,
        });
    }
}

fn new_thing(name: &Name, title: Option<String>, sort: Sort, docs: String) -> Thing {
    Thing {
        name: name.text.clone(),
        title,
        sort,
        parents: Vec::new(),
        spellings: Vec::new(),
        adverse: Vec::new(),
        allied: Vec::new(),
        bound: Vec::new(),
        docs,
        span: name.span,
    }
}

fn always_in(parent: ThingId) -> Membership {
    Membership {
        parent,
        when: When::ALWAYS,
        known: Instant::MIN,
    }
}

fn docs(item: &Item) -> String {
    item.docs.join("\n")
}

fn next(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Gives the words of a text, by the rule of the language for names.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-'))
        .filter(|word| !word.is_empty())
}
