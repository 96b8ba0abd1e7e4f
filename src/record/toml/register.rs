//! Registers: things and rows of relations that are too many, or too changeable, for the rule file.
//!
//! A register entry adds a thing, or adds to one of the rules: a membership with its dates, a spelling, the time for which a party is
//! bound. It never takes anything away.

use std::collections::{BTreeMap, BTreeSet};

use super::document::{Block, Document, Entry};
use super::names::{Names, sort_name};
use super::problems::Problems;
use super::value::{known_at, opt_date, owned_text, term, text, texts, wrong};
use crate::agreement::{
    Agreement, Membership, Named, Relation, Row, Sort, Spelling, Thing, ThingId, Type, Vocabulary,
    Word,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::time::{Instant, When};

const SECTIONS: [(&str, Sort); 4] = [
    ("actors", Sort::Actor),
    ("parties", Sort::Party),
    ("groups", Sort::Group),
    ("places", Sort::Place),
];

/// Gives the vocabulary of the rules with what the registers of all files add.
pub(in crate::record) fn read(
    documents: &[Document<'_>],
    agreement: &Agreement,
    problems: &mut Problems,
) -> Vocabulary {
    let mut vocabulary = agreement.vocabulary.clone();
    let entries = declare(documents, &mut vocabulary, problems);
    let additions: Vec<Addition> = {
        let names = Names::new(&vocabulary, &agreement.calendar, None);
        let mut claims = Claims::new();
        entries
            .into_iter()
            .map(|(thing, block)| addition(&names, &mut claims, thing, block, problems))
            .collect()
    };
    let mut containers: BTreeSet<ThingId> = vocabulary
        .things
        .iter()
        .flat_map(|thing| thing.parents.iter().map(|membership| membership.parent))
        .collect();
    for addition in additions {
        apply(&mut vocabulary, addition, &mut containers, problems);
    }
    crate::record::table::register::read(documents, &mut vocabulary, &agreement.calendar, problems);
    let (rows, kept) = {
        let names = Names::new(&vocabulary, &agreement.calendar, None);
        let blocks = documents
            .iter()
            .flat_map(|document| document.blocks("relation"));
        let rows: Vec<_> = blocks
            .filter_map(|block| row(&names, block, problems))
            .collect();
        (rows, names.into_kept())
    };
    kept.join(&mut vocabulary);
    for (name, row) in rows {
        if let Some(relation) = vocabulary
            .relations
            .iter_mut()
            .find(|relation| relation.name == name)
        {
            relation.rows.push(row);
        }
    }
    vocabulary
}

/// Gives every entry a thing, so that entries can speak of each other in any order.
fn declare<'d>(
    documents: &'d [Document<'_>],
    vocabulary: &mut Vocabulary,
    problems: &mut Problems,
) -> Vec<(ThingId, Block<'d>)> {
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    let mut entries = Vec::new();
    for document in documents {
        for (section, sort) in SECTIONS {
            for (name, span, block) in document.register(section) {
                if let Some(first) = seen.insert(name, span) {
                    problems.push(duplicate(name, span, first));
                    continue;
                }
                if let Some(thing) = thing_for(name, sort, span, vocabulary, problems) {
                    problems.mention(span, vocabulary.thing(thing).span, Named::Thing);
                    entries.push((thing, block));
                }
            }
        }
    }
    entries
}

fn duplicate(name: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(
        Code::DuplicateRecord,
        span,
        format!("`{name}` is registered twice"),
    )
    .related(first, "the first entry")
    .help("Put both into one entry.")
}

pub(in crate::record) fn thing_for(
    name: &str,
    sort: Sort,
    span: Span,
    vocabulary: &mut Vocabulary,
    problems: &mut Problems,
) -> Option<ThingId> {
    if let Some(&id) = vocabulary.thing_names.get(name) {
        let thing = vocabulary.thing(id);
        if thing.sort == sort {
            return Some(id);
        }
        let found = sort_name(thing.sort);
        let message = format!("`{name}` is declared as a {found} in the rules");
        problems.push(
            Diagnostic::new(Code::DuplicateRecord, span, message)
                .related(thing.span, "declared here"),
        );
        return None;
    }
    let id = ThingId(u32::try_from(vocabulary.things.len()).unwrap_or(u32::MAX));
    let parents = vocabulary.parties.filter(|_| sort == Sort::Party);
    vocabulary.things.push(Thing {
        name: name.to_owned(),
        title: None,
        sort,
        parents: parents.map(member_always).into_iter().collect(),
        spellings: Vec::new(),
        adverse: Vec::new(),
        allied: Vec::new(),
        bound: Vec::new(),
        docs: String::new(),
        span,
    });
    vocabulary.thing_names.insert(name.to_owned(), id);
    Some(id)
}

fn member_always(parent: ThingId) -> Membership {
    Membership {
        parent,
        when: When::ALWAYS,
        known: Instant::MIN,
    }
}

/// What an entry adds to its thing.
pub(in crate::record) struct Addition {
    pub(in crate::record) thing: ThingId,
    pub(in crate::record) title: Option<String>,
    pub(in crate::record) parents: Vec<(Membership, Span)>,
    pub(in crate::record) spellings: Vec<Spelling>,
    pub(in crate::record) adverse: Vec<ThingId>,
    pub(in crate::record) allied: Vec<ThingId>,
    pub(in crate::record) bound: Vec<When>,
}

const NAMED: [&str; 6] = ["name", "in", "known-as", "adverse-to", "allied-to", "known"];
const PARTY: [&str; 7] = [
    "name",
    "in",
    "known-as",
    "adverse-to",
    "allied-to",
    "known",
    "bound",
];
const GROUP: [&str; 3] = ["name", "in", "known"];
const PLACE: [&str; 4] = ["name", "in", "known-as", "known"];

/// Spellings that registers claim: whether for a place, and the text; by whom and where.
type Claims = BTreeMap<(bool, String), (ThingId, Span)>;

fn addition(
    names: &Names<'_>,
    claims: &mut Claims,
    thing: ThingId,
    block: Block<'_>,
    problems: &mut Problems,
) -> Addition {
    let sort = names.vocabulary.thing(thing).sort;
    let allowed: &[&str] = match sort {
        Sort::Party => &PARTY,
        Sort::Actor | Sort::Category => &NAMED,
        Sort::Group => &GROUP,
        Sort::Place => &PLACE,
    };
    let mut keys = block.keys();
    let mut take = |key: &str| allowed.contains(&key).then(|| keys.take(key)).flatten();
    let known = opt_date(take("known"), problems);
    let known = known.map_or(Instant::MIN, |date| known_at(date.span(names.calendar)));
    let addition = Addition {
        thing,
        title: owned_text(take("name"), problems),
        parents: parents(names, sort, known, take("in"), problems),
        spellings: spellings(names, claims, thing, take("known-as"), problems),
        adverse: actors(names, take("adverse-to"), problems),
        allied: actors(names, take("allied-to"), problems),
        bound: bound(names, take("bound"), problems),
    };
    let what = format!("the register of {}", plural(sort));
    keys.finish(&what, allowed, problems);
    addition
}

fn plural(sort: Sort) -> &'static str {
    match sort {
        Sort::Actor => "actors",
        Sort::Party => "parties",
        Sort::Group => "groups",
        Sort::Place => "places",
        Sort::Category => "categories",
    }
}

fn parents(
    names: &Names<'_>,
    sort: Sort,
    known: Instant,
    entry: Option<Entry<'_>>,
    problems: &mut Problems,
) -> Vec<(Membership, Span)> {
    let (key, ty) = match sort {
        Sort::Place => ("place", Type::Place),
        Sort::Party | Sort::Actor | Sort::Group | Sort::Category => ("group", Type::Actor),
    };
    let expected = format!("`{{ {key} = \"…\" }}`");
    let mut read = |item: Entry<'_>| {
        let Some(mut keys) = item.table() else {
            wrong(item, &expected, problems);
            return None;
        };
        let from = keys.take("from");
        let until = keys.take("until");
        let when = term(from, until, names.calendar, problems);
        let Some(container) = keys.take(key) else {
            let why = format!("Say what it is in: {expected}.");
            keys.missing(key, &why, problems);
            return None;
        };
        let parent = names.thing(container, ty, when, problems);
        keys.finish("a membership", &[key, "from", "until"], problems);
        let membership = Membership {
            parent: parent?,
            when,
            known,
        };
        Some((membership, item.span))
    };
    let Some(entry) = entry else {
        return Vec::new();
    };
    if let Some(items) = entry.items() {
        return items.filter_map(&mut read).collect();
    }
    wrong(entry, &format!("a list of {expected}"), problems);
    Vec::new()
}

fn spellings(
    names: &Names<'_>,
    claims: &mut Claims,
    thing: ThingId,
    entry: Option<Entry<'_>>,
    problems: &mut Problems,
) -> Vec<Spelling> {
    let mut spellings = Vec::new();
    let is_place = names.vocabulary.thing(thing).sort == Sort::Place;
    for (item, text) in texts(entry, problems) {
        let claim = (is_place, text.to_owned());
        let rival = names
            .rival(text, thing)
            .or_else(|| claims.insert(claim, (thing, item.span)));
        if let Some((rival, span)) = rival.filter(|&(rival, _)| rival != thing) {
            let rival = &names.vocabulary.thing(rival).name;
            problems.push(
                Diagnostic::new(
                    Code::AliasClaimedTwice,
                    item.span,
                    format!("`{text}` already means `{rival}`"),
                )
                .related(span, "claimed here"),
            );
            continue;
        }
        let declared = names.vocabulary.thing(thing).span;
        problems.mention(item.bare(), declared, Named::Thing);
        spellings.push(Spelling {
            text: text.to_owned(),
            when: When::ALWAYS,
            span: item.span,
        });
    }
    spellings
}

fn actors(names: &Names<'_>, entry: Option<Entry<'_>>, problems: &mut Problems) -> Vec<ThingId> {
    let written: Vec<_> = texts(entry, problems);
    written
        .into_iter()
        .filter_map(|(item, name)| {
            names.thing_named(name, item, Type::Actor, When::ALWAYS, problems)
        })
        .collect()
}

fn bound(names: &Names<'_>, entry: Option<Entry<'_>>, problems: &mut Problems) -> Vec<When> {
    let Some(entry) = entry else {
        return Vec::new();
    };
    let Some(items) = entry.items() else {
        wrong(entry, "`[{ from = … }]`", problems);
        return Vec::new();
    };
    let mut terms = Vec::new();
    for item in items {
        let Some(mut keys) = item.table() else {
            wrong(item, "`{ from = … }`", problems);
            continue;
        };
        let from = keys.take("from");
        let until = keys.take("until");
        terms.push(term(from, until, names.calendar, problems));
        keys.finish("a time of being bound", &["from", "until"], problems);
    }
    terms
}

/// Adds what an entry says; `containers` are the things that something is in.
pub(in crate::record) fn apply(
    vocabulary: &mut Vocabulary,
    addition: Addition,
    containers: &mut BTreeSet<ThingId>,
    problems: &mut Problems,
) {
    for (membership, span) in addition.parents {
        let thing = addition.thing;
        // Only what something is in already can come to be in itself.
        let may_close = membership.parent == thing || containers.contains(&thing);
        if may_close && reaches(vocabulary, membership.parent, thing) {
            let name = &vocabulary.thing(addition.thing).name;
            let parent = &vocabulary.thing(membership.parent).name;
            let message = if membership.parent == addition.thing {
                format!("`{name}` is in itself")
            } else {
                format!("`{name}` is in `{parent}`, which is in `{name}`")
            };
            problems.push(Diagnostic::new(Code::DeclarationCycle, span, message));
        } else {
            containers.insert(membership.parent);
            with(vocabulary, addition.thing, |thing| {
                thing.parents.push(membership);
            });
        }
    }
    for &other in &addition.adverse {
        with(vocabulary, other, |thing| {
            thing.adverse.push(addition.thing);
        });
    }
    for &other in &addition.allied {
        with(vocabulary, other, |thing| thing.allied.push(addition.thing));
    }
    with(vocabulary, addition.thing, |thing| {
        thing.title = addition.title.or(thing.title.take());
        thing.spellings.extend(addition.spellings);
        thing.adverse.extend(addition.adverse);
        thing.allied.extend(addition.allied);
        thing.bound.extend(addition.bound);
    });
}

fn with(vocabulary: &mut Vocabulary, id: ThingId, change: impl FnOnce(&mut Thing)) {
    let index = usize::try_from(id.0).unwrap_or(usize::MAX);
    if let Some(thing) = vocabulary.things.get_mut(index) {
        change(thing);
    }
}

/// Says whether `from` is `to` or somewhere inside it, at any time.
fn reaches(vocabulary: &Vocabulary, from: ThingId, to: ThingId) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(thing) = open.pop() {
        if thing == to {
            return true;
        }
        if seen.insert(thing) {
            let parents = &vocabulary.thing(thing).parents;
            open.extend(parents.iter().map(|membership| membership.parent));
        }
    }
    false
}

/// Reads a `[[relation]]`; gives the name of the relation with the row.
fn row(names: &Names<'_>, block: Block<'_>, problems: &mut Problems) -> Option<(String, Row)> {
    let mut found = Problems::default();
    let row = checked_row(names, block, &mut found);
    let whole = !found.is_grave();
    problems.append(found);
    row.filter(|_| whole)
}

fn checked_row(
    names: &Names<'_>,
    block: Block<'_>,
    problems: &mut Problems,
) -> Option<(String, Row)> {
    let mut keys = block.keys();
    let Some(title) = keys.take("name") else {
        keys.missing("name", "Say of which relation this is a row.", problems);
        return None;
    };
    let relation = relation(names, title, problems)?;
    let from = keys.take("from");
    let until = keys.take("until");
    let when = term(from, until, names.calendar, problems);
    let known = opt_date(keys.take("known"), problems);
    let mut labels = vec!["name", "from", "until", "known"];
    let mut values = Vec::new();
    for field in &relation.fields {
        labels.push(&field.label);
        match keys.take(&field.label) {
            Some(entry) => {
                problems.mention(entry.bare_key(), field.span, Named::Label);
                values.extend(names.value(entry, field.ty, when, problems));
            }
            None => keys.missing(
                &field.label,
                &format!("A row of `{}` has all its fields.", relation.name),
                problems,
            ),
        }
    }
    keys.finish(&format!("a row of `{}`", relation.name), &labels, problems);
    let row = Row {
        values,
        when,
        known: known.map_or(Instant::MIN, |date| known_at(date.span(names.calendar))),
        span: block.whole(),
    };
    Some((relation.name.clone(), row))
}

fn relation<'v>(
    names: &Names<'v>,
    title: Entry<'_>,
    problems: &mut Problems,
) -> Option<&'v Relation> {
    let name = text(title, problems)?;
    if let Some(Word::Relation(id)) = names.vocabulary.words.get(name) {
        let relation = names.vocabulary.relation(*id);
        problems.mention(title.bare(), relation.span, Named::Relation);
        return Some(relation);
    }
    let known = names.vocabulary.relations.iter();
    let message = format!("the rules declare no relation `{name}`");
    problems.push_unknown(
        Code::UnknownKind,
        title.span,
        message,
        name,
        known.map(|relation| relation.name.as_str()),
    );
    None
}
