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
use crate::time::{Calendar, Instant, When};

use std::collections::BTreeSet;

const SECTIONS: [(&str, Sort); 4] = [
    ("actor", Sort::Actor),
    ("party", Sort::Party),
    ("group", Sort::Group),
    ("place", Sort::Place),
];

/// Adds what the register rows of all tables say.
pub(in crate::record) fn read(
    documents: &[Document<'_>],
    vocabulary: &mut Vocabulary,
    calendar: &Calendar,
    problems: &mut Problems,
) {
    let mut rows: Vec<(ThingId, Block<'_>)> = Vec::new();
    for document in documents {
        for (section, sort) in SECTIONS {
            for block in document.blocks(section) {
                let mut keys = block.keys();
                let Some(entry) = keys.take("name") else {
                    keys.missing("name", "A row of a register names something.", problems);
                    continue;
                };
                let Some(name) = text(entry, problems) else {
                    continue;
                };
                if let Some(thing) = thing_for(name, sort, entry.span, vocabulary, problems) {
                    rows.push((thing, block));
                }
            }
        }
    }
    let mut containers: BTreeSet<ThingId> = (vocabulary.things.iter())
        .flat_map(|thing| thing.parents.iter().map(|membership| membership.parent))
        .collect();
    let (mut additions, kept) = {
        let names = Names::new(vocabulary, calendar, None);
        for document in documents {
            for block in document.blocks("member") {
                let member = block.keys().take("name");
                let member = member.and_then(|entry| member_named(&names, entry, block, problems));
                rows.extend(member.map(|thing| (thing, block)));
            }
        }
        let additions: Vec<Addition> = rows
            .iter()
            .map(|(thing, block)| addition(&names, *thing, *block, problems))
            .collect();
        (additions, names.into_kept())
    };
    kept.join(vocabulary);
    check_spellings(vocabulary, &mut additions, problems);
    for addition in additions {
        apply(vocabulary, addition, &mut containers, problems);
    }
}

/// Finds who is a member of something: of a place, a place; of a group, an actor.
fn member_named(
    names: &Names<'_>,
    entry: Entry<'_>,
    block: Block<'_>,
    problems: &mut Problems,
) -> Option<ThingId> {
    let of = block.keys().take("in")?;
    let place = text(of, problems)
        .and_then(|name| names.vocabulary.thing_names.get(name))
        .is_some_and(|id| names.vocabulary.thing(*id).sort == Sort::Place);
    let ty = if place { Type::Place } else { Type::Actor };
    names.thing(entry, ty, When::ALWAYS, problems)
}

fn addition(
    names: &Names<'_>,
    thing: ThingId,
    block: Block<'_>,
    problems: &mut Problems,
) -> Addition {
    let mut keys = block.keys();
    let from = keys.take("from");
    let until = keys.take("until");
    let when = term(from, until, names.calendar, problems);
    let known = opt_date(keys.take("known"), problems);
    let known = known.map_or(Instant::MIN, |date| known_at(date.span(names.calendar)));
    let place = names.sort_of(thing) == Some(Sort::Place);
    let ty = if place { Type::Place } else { Type::Group };
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
        bound: Vec::new(),
    }
}

/// Takes out spellings that already mean another thing of the same sort at the same time, and reports them.
fn check_spellings(vocabulary: &Vocabulary, additions: &mut [Addition], problems: &mut Problems) {
    use std::collections::BTreeMap;
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
            known.push((thing, spelling.clone()));
            !repeated
        });
    }
}
