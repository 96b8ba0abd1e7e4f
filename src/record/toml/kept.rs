//! Names in tables that no declaration and no spelling covers: kept as themselves, and counted.
//!
//! A name of a record file that nothing declares is a mistake; in other people's tables it is what there is.

use std::collections::{BTreeMap, BTreeSet};

use crate::agreement::{Membership, Sort, Spelling, Thing, ThingId, Type, Vocabulary};
use crate::source::{SourceId, Span};
use crate::time::{Instant, When};

/// Things that tables name and nothing declares.
#[derive(Debug, Default)]
pub(in crate::record) struct Kept {
    things: Vec<Thing>,
    /// By sort, container and name.
    ids: BTreeMap<(Sort, Option<ThingId>, String), ThingId>,
    /// How often each name is met in a table.
    counts: BTreeMap<(SourceId, String), usize>,
}

impl Kept {
    /// Gives the thing of a name, a new one at first; none where names cannot stand for themselves.
    pub(in crate::record) fn thing(
        &mut self,
        name: &str,
        span: Span,
        ty: Type,
        vocabulary: &Vocabulary,
    ) -> Option<ThingId> {
        let (sort, parent) = match ty {
            Type::Actor => (Sort::Actor, None),
            Type::Group => (Sort::Group, None),
            Type::Place => (Sort::Place, None),
            Type::Category(root) => (Sort::Category, Some(root)),
            Type::Number(_) | Type::Date | Type::Text | Type::Flag | Type::Event => return None,
        };
        *self
            .counts
            .entry((span.source, name.to_owned()))
            .or_default() += 1;
        let key = (sort, parent, name.to_owned());
        if let Some(&id) = self.ids.get(&key) {
            return Some(id);
        }
        let position = vocabulary.things.len() + self.things.len();
        let id = ThingId(u32::try_from(position).ok()?);
        self.things.push(Thing {
            name: name.to_owned(),
            title: None,
            sort,
            parents: (parent.into_iter())
                .map(|parent| Membership {
                    parent,
                    when: When::ALWAYS,
                    known: Instant::MIN,
                })
                .collect(),
            spellings: Vec::new(),
            adverse: Vec::new(),
            allied: Vec::new(),
            bound: Vec::new(),
            docs: String::new(),
            span,
        });
        self.ids.insert(key, id);
        Some(id)
    }

    /// Adds the things to the vocabulary; gives how often each name is met in each table.
    pub(in crate::record) fn join(
        self,
        vocabulary: &mut Vocabulary,
    ) -> BTreeMap<(SourceId, String), usize> {
        // What a spelling means on another date, or may mean, is no name of its own.
        let spelt: BTreeSet<String> = (vocabulary.things.iter())
            .flat_map(|thing| &thing.spellings)
            .map(|spelling| spelling.text.clone())
            .collect();
        for mut thing in self.things {
            let id = ThingId(u32::try_from(vocabulary.things.len()).unwrap_or(u32::MAX));
            if !spelt.contains(&thing.name) {
                let name = thing.name.clone();
                let known = *vocabulary.thing_names.entry(name).or_insert(id);
                if known != id {
                    // A name is one thing's; another sort of thing that is called the same is found by its spelling.
                    thing.spellings.push(Spelling {
                        text: thing.name.clone(),
                        when: When::ALWAYS,
                        span: thing.span,
                    });
                }
            }
            vocabulary.things.push(thing);
        }
        self.counts
    }
}
