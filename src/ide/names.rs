//! Which name stands at a place, and where else it stands: over all files of a project, rules and records alike.

use std::collections::BTreeSet;

use crate::agreement::{Mention, Named};
use crate::source::{SourceId, Span};

/// Every name of a project at its place.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// In order of the places, each once.
    mentions: Vec<Mention>,
    ties: Vec<(Span, Span)>,
}

impl Names {
    /// Puts together what files mention; `ties` are the declarations of variables that share a name on purpose.
    pub fn new(mentions: impl IntoIterator<Item = Mention>, ties: Vec<(Span, Span)>) -> Names {
        let mut mentions: Vec<Mention> = mentions.into_iter().collect();
        mentions.sort();
        mentions.dedup();
        Names { mentions, ties }
    }

    /// Gives every name, in order of the places.
    #[must_use]
    pub fn all(&self) -> &[Mention] {
        &self.mentions
    }

    /// Gives every name of a file, in order of the places.
    #[must_use]
    pub fn of(&self, file: SourceId) -> &[Mention] {
        let from = self.mentions.partition_point(|it| it.at.source < file);
        let until = self.mentions.partition_point(|it| it.at.source <= file);
        self.mentions.get(from..until).unwrap_or_default()
    }

    /// Gives what stands at a place where a cursor is: more than one where a word is two names at once; the word behind the cursor
    /// rather than the one before it.
    #[must_use]
    pub fn at(&self, file: SourceId, offset: u32) -> &[Mention] {
        let here = |start: u32| {
            let from = self
                .mentions
                .partition_point(|it| (it.at.source, it.at.start) < (file, start));
            let rest = self.mentions.get(from..).unwrap_or_default();
            let number = rest
                .iter()
                .take_while(|it| it.at.source == file && it.at.start == start)
                .count();
            rest.get(..number).unwrap_or_default()
        };
        let until = self
            .mentions
            .partition_point(|it| (it.at.source, it.at.start) <= (file, offset));
        let before = self.mentions.get(..until).unwrap_or_default().last();
        match before {
            Some(last) if last.at.source == file && last.at.touches(offset) => here(last.at.start),
            Some(_) | None => &[],
        }
    }

    /// Gives the declarations that are one with some: those of a word that means all of them, as a field of several triggers does.
    #[must_use]
    pub fn declarations(&self, of: &[Mention]) -> BTreeSet<Span> {
        let mut found: BTreeSet<Span> = of.iter().map(|it| it.declared).collect();
        self.widen(&mut found, &[]);
        found
    }

    /// Gives the declarations that must be renamed together: [`Names::declarations`], and variables that stand for each other because
    /// they share their name.
    #[must_use]
    pub fn renamed_together(&self, declared: Span) -> BTreeSet<Span> {
        let mut found = BTreeSet::from([declared]);
        self.widen(&mut found, &self.ties);
        found
    }

    fn widen(&self, found: &mut BTreeSet<Span>, ties: &[(Span, Span)]) {
        let twins = self.mentions.windows(2).filter_map(|pair| match pair {
            [one, other] if one.at == other.at && one.sort == other.sort => {
                Some((one.declared, other.declared))
            }
            _ => None,
        });
        let pairs: Vec<(Span, Span)> = twins.chain(ties.iter().copied()).collect();
        loop {
            let before = found.len();
            for &(one, other) in &pairs {
                if found.contains(&one) || found.contains(&other) {
                    found.extend([one, other]);
                }
            }
            if found.len() == before {
                return;
            }
        }
    }

    /// Gives every place of some declarations, in order, the declarations among them.
    pub fn places<'n>(&'n self, declared: &'n BTreeSet<Span>) -> impl Iterator<Item = &'n Mention> {
        let mut last: Option<Span> = None;
        let all = self.mentions.iter();
        all.filter(|it| declared.contains(&it.declared))
            .filter(move |it| last.replace(it.at) != Some(it.at))
    }

    /// Says what a declaration declares.
    #[must_use]
    pub fn sort_of(&self, declared: Span) -> Option<Named> {
        let here = self.at(declared.source, declared.start);
        let own = here.iter().find(|it| it.at == declared);
        own.map(|it| it.sort)
    }
}

/// Says whether a word is the label of one kind and the variable of another at once: `counts host(by)`.
#[must_use]
pub fn is_short(here: &[Mention]) -> bool {
    let has = |sort| here.iter().any(|it| it.sort == sort);
    has(Named::Label) && has(Named::Variable)
}
