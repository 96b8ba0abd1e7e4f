//! Registers that come as tables: `[[actor]]`, `[[party]]`, `[[group]]`, `[[place]]`, and `[[member]]`, an edge in each row.
//!
//! A name may be there in many rows, each of which adds to it: another spelling, another membership.

use crate::agreement::{Membership, Sort, Spelling, ThingId, Type, Vocabulary};
use crate::diagnostic::{Code, Diagnostic};
use crate::record::toml::document::{Block, Document, Entry};
use crate::record::toml::names::Names;
use crate::record::toml::problems::Problems;
use crate::record::toml::register::{Addition, apply, thing_for};
use crate::record::toml::value::{known_at, opt_date, owned_text, term, text, texts};
use crate::source::Span;
use crate::time::{Calendar, Instant, When};

use std::collections::{BTreeMap, BTreeSet};

const SECTIONS: [(&str, Sort); 4] = [
    ("actor", Sort::Actor),
    ("party", Sort::Party),
    ("group", Sort::Group),
    ("place", Sort::Place),
];

/// Adds what the register rows of all tables say: first what there is and what it is called, then who belongs to what.
pub(in crate::record) fn read(
    documents: &[Document<'_>],
    vocabulary: &mut Vocabulary,
    calendar: &Calendar,
    problems: &mut Problems,
) {
    let entries = declare(documents, vocabulary, problems);
    add(vocabulary, calendar, problems, |_, _| entries);
    add(vocabulary, calendar, problems, |names, problems| {
        let blocks = documents
            .iter()
            .flat_map(|document| document.blocks("member"));
        blocks
            .filter_map(|block| member(names, block, problems))
            .collect()
    });
}

/// What a row is an entry for; dates and containers mean different things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    Party,
    Place,
    Other,
}

/// A row of a register.
#[derive(Clone, Copy, Debug)]
struct Row<'d> {
    about: About,
    thing: ThingId,
    block: Block<'d>,
}

/// Gives every entry a thing, so that entries can speak of each other in any order.
fn declare<'d>(
    documents: &'d [Document<'_>],
    vocabulary: &mut Vocabulary,
    problems: &mut Problems,
) -> Vec<Row<'d>> {
    let mut rows = Vec::new();
    let spelt = spelt(vocabulary);
    for document in documents {
        for (section, sort) in SECTIONS {
            for block in document.blocks(section) {
                let Some(entry) = block.keys().take("name") else {
                    let why = "A row of a register names something.";
                    block.keys().missing("name", why, problems);
                    continue;
                };
                let thing = text(entry, problems).and_then(|name| {
                    let declared = vocabulary.thing_names.contains_key(name);
                    let meant = spelt.get(&(sort == Sort::Place, name.to_owned()));
                    match meant.filter(|_| !declared) {
                        Some(Some(meant)) => Some(*meant),
                        Some(None) => {
                            problems.push(several(name, entry.span));
                            None
                        }
                        None => thing_for(name, sort, entry.span, vocabulary, problems),
                    }
                });
                rows.extend(thing.map(|thing| Row {
                    about: About::of(sort),
                    thing,
                    block,
                }));
            }
        }
    }
    rows
}

/// Gives what each spelling of the rules means, places apart from the rest; a row that is named by one adds to that thing. Nothing where it
/// means several things, by their dates: a row of a register has none.
fn spelt(vocabulary: &Vocabulary) -> BTreeMap<(bool, String), Option<ThingId>> {
    let mut meant: BTreeMap<(bool, String), Option<ThingId>> = BTreeMap::new();
    for (id, thing) in (0..).map(ThingId).zip(&vocabulary.things) {
        for spelling in &thing.spellings {
            let key = (thing.sort == Sort::Place, spelling.text.clone());
            let known = meant.entry(key).or_insert(Some(id));
            *known = known.filter(|known| *known == id);
        }
    }
    meant
}

fn several(name: &str, place: Span) -> Diagnostic {
    let message = format!("`{name}` means several things, by their dates");
    Diagnostic::new(Code::BadValue, place, message)
        .help("A row of a register has no date: name the one that is meant by its declared name, with `map`.")
}

/// Adds what some rows say of their things.
fn add<'d>(
    vocabulary: &mut Vocabulary,
    calendar: &Calendar,
    problems: &mut Problems,
    rows: impl FnOnce(&Names<'_>, &mut Problems) -> Vec<Row<'d>>,
) {
    let mut containers: BTreeSet<ThingId> = (vocabulary.things.iter())
        .flat_map(|thing| thing.parents.iter().map(|membership| membership.parent))
        .collect();
    let (mut additions, kept) = {
        let names = Names::new(vocabulary, calendar, None);
        let rows = rows(&names, problems).into_iter();
        let additions: Vec<Addition> = rows.map(|row| addition(&names, row, problems)).collect();
        (additions, names.into_kept())
    };
    kept.join(vocabulary);
    check_spellings(vocabulary, &mut additions, problems);
    for addition in additions {
        apply(vocabulary, addition, &mut containers, problems);
    }
}

impl About {
    fn of(sort: Sort) -> About {
        match sort {
            Sort::Party => About::Party,
            Sort::Place => About::Place,
            Sort::Actor | Sort::Group | Sort::Category => About::Other,
        }
    }
}

/// Finds who is a member of something: of a place, a place; of a group, an actor.
fn member<'d>(names: &Names<'_>, block: Block<'d>, problems: &mut Problems) -> Option<Row<'d>> {
    let mut keys = block.keys();
    let (Some(entry), Some(of)) = (keys.take("name"), keys.take("in")) else {
        let key = if keys.take("name").is_none() {
            "name"
        } else {
            "in"
        };
        keys.missing(
            key,
            "A member has a `name` and is `in` something.",
            problems,
        );
        return None;
    };
    let place = text(of, problems)
        .and_then(|name| names.vocabulary.thing_names.get(name))
        .is_some_and(|id| names.vocabulary.thing(*id).sort == Sort::Place);
    let (about, ty) = if place {
        (About::Place, Type::Place)
    } else {
        (About::Other, Type::Actor)
    };
    let thing = names.thing(entry, ty, When::ALWAYS, problems)?;
    Some(Row {
        about,
        thing,
        block,
    })
}

fn addition(names: &Names<'_>, row: Row<'_>, problems: &mut Problems) -> Addition {
    let Row {
        about,
        thing,
        block,
    } = row;
    let mut keys = block.keys();
    let from = keys.take("from");
    let until = keys.take("until");
    let when = term(from, until, names.calendar, problems);
    let known = opt_date(keys.take("known"), problems);
    let known = known.map_or(Instant::MIN, |date| known_at(date.span(names.calendar)));
    // A party has its dates for being bound; when it is in a group, or called something, is for rows of their own.
    let (bound, when) = match about {
        About::Party => (from.or(until).map(|_| when), When::ALWAYS),
        About::Place | About::Other => (None, when),
    };
    let ty = match about {
        About::Place => Type::Place,
        About::Party | About::Other => Type::Group,
    };
    let parent = keys.take("in").and_then(|entry| {
        let parent = names.thing(entry, ty, when, problems)?;
        let membership = Membership {
            parent,
            when,
            known,
        };
        Some((membership, entry.span))
    });
    let spelt = keys.take("known-as");
    let spelt: Vec<(Entry<'_>, &str)> = match spelt {
        Some(entry) if entry.items().is_none() => {
            let one = text(entry, problems).map(|text| (entry, text));
            one.into_iter().collect()
        }
        several => texts(several, problems),
    };
    let spellings = spelt.into_iter().map(|(entry, text)| Spelling {
        text: text.to_owned(),
        when,
        span: entry.span,
    });
    Addition {
        thing,
        title: owned_text(keys.take("title"), problems),
        parents: parent.into_iter().collect(),
        spellings: spellings.collect(),
        adverse: Vec::new(),
        allied: Vec::new(),
        bound: bound.into_iter().collect(),
    }
}

/// Takes out spellings that already mean another thing of the same sort at the same time, and reports them.
fn check_spellings(vocabulary: &Vocabulary, additions: &mut [Addition], problems: &mut Problems) {
    type Claims<'a> = BTreeMap<(bool, String), Vec<(ThingId, Spelling)>>;
    let is_place = |id: ThingId| vocabulary.thing(id).sort == Sort::Place;
    let mut claims: Claims<'_> = BTreeMap::new();
    for (id, thing) in (0..).map(ThingId).zip(&vocabulary.things) {
        for spelling in &thing.spellings {
            let key = (is_place(id), spelling.text.clone());
            claims.entry(key).or_default().push((id, spelling.clone()));
        }
    }
    for addition in additions {
        let thing = addition.thing;
        addition.spellings.retain(|spelling| {
            let key = (is_place(thing), spelling.text.clone());
            let known = claims.entry(key).or_default();
            let rival = known
                .iter()
                .find(|(other, theirs)| *other != thing && theirs.when.overlaps(spelling.when));
            if let Some((rival, theirs)) = rival {
                let rival = &vocabulary.thing(*rival).name;
                let message = format!("`{}` already means `{rival}`", spelling.text);
                let report = Diagnostic::new(Code::AliasClaimedTwice, spelling.span, message);
                problems.push(report.related(theirs.span, "claimed here"));
                return false;
            }
            // Tables repeat themselves.
            let repeated = known
                .iter()
                .any(|(other, theirs)| *other == thing && theirs.when == spelling.when);
            if !repeated {
                known.push((thing, spelling.clone()));
            }
            !repeated
        });
    }
}
