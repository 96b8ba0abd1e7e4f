//! What may be written next in a record file or in `servanda.toml`: sections, keys with what they mean, names, fixed words, dates.

use std::collections::BTreeMap;

use super::meaning::{self, KeyMeaning, LEVELS, SETTINGS};
use super::spot::{Quotes, Spot, spot};
use crate::agreement::{Field, Named, Sort, Standing, Type, Vocabulary, Word};
use crate::diagnostic::Code;
use crate::disk::SETTINGS as SETTINGS_FILE;
use crate::ide::Reading;
use crate::ide::toml::{Block, Toml};
use crate::project::settings::can_be_set;
use crate::source::{SourceFile, Span};
use crate::time::Day;

/// Something that may be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What it is called in the list.
    pub label: String,
    /// What it is.
    pub sort: OfferSort,
    /// A few words beside it.
    pub detail: String,
    /// What it means; empty where the words beside it say it all.
    pub docs: String,
    /// What is written.
    pub text: String,
    /// What it replaces.
    pub replaced: Span,
}

/// What is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum OfferSort {
    Section,
    Key,
    Label,
    Name(Named),
    Word,
    Date,
    File,
}

/// Gives what may be written at a place, the likeliest first.
#[must_use]
pub fn offers(
    reading: &Reading,
    file: &SourceFile,
    toml: &Toml,
    offset: u32,
    today: Day,
) -> Vec<Offer> {
    let Some(spot) = spot(file, toml, offset) else {
        return Vec::new();
    };
    let asked = Asked {
        reading,
        file,
        today,
        is_settings: file.name() == SETTINGS_FILE,
    };
    match spot {
        Spot::Header { replaced } => asked.sections(replaced),
        Spot::Key {
            block,
            path,
            replaced,
            present,
            has_equals,
        } => asked.keys_at(block, &path, replaced, &present, has_equals),
        Spot::Value {
            block,
            path,
            replaced,
            quotes,
        } => asked.values(block, &path, replaced, quotes),
    }
}

/// Words and what to say of each, before they are put in quotes.
type Words = Vec<(String, OfferSort, String)>;

struct Asked<'a> {
    reading: &'a Reading,
    file: &'a SourceFile,
    today: Day,
    is_settings: bool,
}

impl<'a> Asked<'a> {
    fn sections(&self, replaced: Span) -> Vec<Offer> {
        let offer = |text: String, docs: &str| Offer {
            label: text.clone(),
            sort: OfferSort::Section,
            detail: String::new(),
            docs: docs.to_owned(),
            text,
            replaced,
        };
        if self.is_settings {
            let (_, docs) = SETTINGS.last().copied().unwrap_or_default();
            return vec![offer("[lints]".to_owned(), docs)];
        }
        let mut lists = Vec::new();
        let mut registers = Vec::new();
        for section in meaning::sections() {
            // Relations are looked up less often than records.
            if section.is_list && section.name != "relation" {
                lists.push(offer(format!("[[{}]]", section.name), section.meaning));
            } else if section.is_list {
                registers.push(offer(format!("[[{}]]", section.name), section.meaning));
            } else {
                registers.push(offer(format!("[{}.NAME]", section.name), section.meaning));
            }
        }
        lists.append(&mut registers);
        lists
    }

    fn keys_at(
        &self,
        block: &Block,
        path: &[&str],
        replaced: Span,
        present: &[&str],
        has_equals: bool,
    ) -> Vec<Offer> {
        let mut offers = Vec::new();
        let mut offer = |name: &str, sort, detail: String, docs: &str| {
            if present.contains(&name) {
                return;
            }
            let key = if can_be_bare(name) {
                name.to_owned()
            } else {
                format!("\"{name}\"")
            };
            offers.push(Offer {
                label: name.to_owned(),
                sort,
                detail,
                docs: docs.to_owned(),
                text: if has_equals { key } else { format!("{key} = ") },
                replaced,
            });
        };
        if self.is_settings {
            if block.section() == "lints" {
                for code in Code::ALL.iter().filter(|code| can_be_set(**code)) {
                    offer(
                        code.name(),
                        OfferSort::Key,
                        code.summary().to_owned(),
                        code.page(),
                    );
                }
            } else {
                for (name, docs) in SETTINGS.into_iter().filter(|(name, _)| *name != "lints") {
                    offer(name, OfferSort::Key, String::new(), docs);
                }
            }
        } else {
            if path.is_empty() {
                for (field, vocabulary) in self.fields(block) {
                    let detail = type_words(field.ty, vocabulary);
                    offer(&field.label, OfferSort::Label, detail, "");
                }
            }
            for key in meaning::keys(block.section(), path) {
                offer(key.name, OfferSort::Key, String::new(), key.meaning);
            }
        }
        if path.is_empty() && replaced.start == replaced.end {
            offers.extend(self.sections(replaced));
        }
        offers
    }

    fn values(&self, block: &Block, path: &[&str], replaced: Span, quotes: Quotes) -> Vec<Offer> {
        let mut offers = Vec::new();
        for (word, sort, detail) in self.words(block, path) {
            let is_bare = matches!(word.as_str(), "true" | "false")
                || sort == OfferSort::Date && word != "..";
            let text = match quotes {
                Quotes::None if is_bare => word.clone(),
                Quotes::None => format!("\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\"")),
                Quotes::Open => format!("{word}\""),
                Quotes::Closed => word.clone(),
            };
            offers.push(Offer {
                label: word,
                sort,
                detail,
                docs: String::new(),
                text,
                replaced,
            });
        }
        offers
    }

    fn words(&self, block: &Block, path: &[&str]) -> Words {
        let Some((&key, around)) = path.split_last() else {
            return Words::new();
        };
        if self.is_settings {
            return self.settings(block, key);
        }
        let field = self
            .fields(block)
            .into_iter()
            .find(|(field, _)| field.label == key);
        if let Some((field, _)) = field.filter(|_| around.is_empty()) {
            return self.typed(field.ty);
        }
        let meaning = meaning::keys(block.section(), around);
        let meaning = meaning.into_iter().find(|known| known.name == key);
        match (block.section(), key) {
            ("event", "kind") => self.named(|word| matches!(word, Word::Kind(_))),
            ("reading", "measure") => self.named(|word| matches!(word, Word::Measure(_))),
            ("coverage", "kinds") | ("sources", "verifies") => {
                self.named(|word| matches!(word, Word::Kind(_) | Word::Measure(_)))
            }
            ("relation", "name") => self.named(|word| matches!(word, Word::Relation(_))),
            ("finding", "pledge") => self.pledges(),
            (_, "source" | "owner") => self.declared(Named::Source),
            (_, "denies" | "retracts" | "corrects" | "supersedes" | "ends" | "incident") => {
                self.declared(Named::Record)
            }
            (_, "echoes") => {
                let mut words = self.declared(Named::Record);
                words.extend(self.declared(Named::Source));
                words
            }
            (_, "speaks-for" | "adverse-to" | "allied-to" | "group") => self.typed(Type::Actor),
            ("coverage", "in") | (_, "place") => self.typed(Type::Place),
            (_, "unit") => self.units(),
            _ => meaning.map(|key| self.fixed(&key)).unwrap_or_default(),
        }
    }

    fn fixed(&self, key: &KeyMeaning) -> Words {
        let word = |word: &&str| ((*word).to_owned(), OfferSort::Word, String::new());
        if key.is_flag {
            return ["true", "false"].iter().map(word).collect();
        }
        if !key.is_date {
            return key.choices.iter().map(word).collect();
        }
        let mut words = self.dates();
        if key.name == "until" {
            words.push(("..".to_owned(), OfferSort::Date, "it goes on".to_owned()));
        }
        words
    }

    fn dates(&self) -> Words {
        vec![(self.today.to_string(), OfferSort::Date, "today".to_owned())]
    }

    fn settings(&self, block: &Block, key: &str) -> Words {
        let word = |word: &str, detail: &str| (word.to_owned(), OfferSort::Word, detail.to_owned());
        if block.section() == "lints" {
            return LEVELS
                .iter()
                .map(|(level, means)| word(level, means))
                .collect();
        }
        match key {
            "standard" => Standing::STANDARDS
                .iter()
                .map(|it| word(it.word(), ""))
                .collect(),
            "as-of" => {
                let mut words = vec![word("today", "the day of the run")];
                words.extend(self.dates());
                words
            }
            "rules" | "records" => {
                let project = &self.reading.project;
                let ending = if key == "rules" { ".treaty" } else { ".toml" };
                let names = project.sources.iter().map(SourceFile::name);
                names
                    .filter(|name| name.ends_with(ending) && *name != SETTINGS_FILE)
                    .map(|name| (name.to_owned(), OfferSort::File, String::new()))
                    .collect()
            }
            _ => Words::new(),
        }
    }

    /// Gives the fields of what a block is about.
    fn fields(&self, block: &Block) -> Vec<(&'a Field, &'a Vocabulary)> {
        let key = match block.section() {
            "event" => "kind",
            "reading" => "measure",
            "relation" => "name",
            _ => return Vec::new(),
        };
        let Some(name) = block.text(key, self.file) else {
            return Vec::new();
        };
        let vocabularies = &self.reading.told().vocabularies;
        let found = vocabularies.iter().find_map(|vocabulary| {
            let fields = match (key, vocabulary.words.get(name)?) {
                ("kind", Word::Kind(id)) => &vocabulary.kind(*id).fields,
                ("measure", Word::Measure(id)) => &vocabulary.measure(*id).fields,
                ("name", Word::Relation(id)) => &vocabulary.relation(*id).fields,
                _ => return None,
            };
            Some((vocabulary, fields))
        });
        let (vocabulary, fields) = match found {
            Some((vocabulary, fields)) => (vocabulary, fields.as_slice()),
            None => return Vec::new(),
        };
        fields.iter().map(|field| (field, vocabulary)).collect()
    }

    /// Gives the kinds, measures or relations of all agreements.
    fn named(&self, wanted: impl Fn(&Word) -> bool) -> Words {
        let mut found: BTreeMap<&str, (Named, String)> = BTreeMap::new();
        for vocabulary in &self.reading.told().vocabularies {
            for (name, word) in vocabulary.words.iter().filter(|(_, word)| wanted(word)) {
                let (named, fields, docs) = match word {
                    Word::Kind(id) => {
                        let kind = vocabulary.kind(*id);
                        (Named::Kind, &kind.fields, kind.docs.as_str())
                    }
                    Word::Measure(id) => {
                        let measure = vocabulary.measure(*id);
                        (Named::Measure, &measure.fields, measure.docs.as_str())
                    }
                    Word::Relation(id) => {
                        let relation = vocabulary.relation(*id);
                        (Named::Relation, &relation.fields, relation.docs.as_str())
                    }
                    Word::Given(_) | Word::State(_) => continue,
                };
                let labels: Vec<&str> = fields.iter().map(|field| field.label.as_str()).collect();
                let told = docs.lines().next().unwrap_or_default().trim();
                let told = if told.is_empty() {
                    String::new()
                } else {
                    format!(" – {told}")
                };
                found.insert(name, (named, format!("({}){told}", labels.join(", "))));
            }
        }
        let words = found.into_iter();
        words
            .map(|(name, (named, detail))| (name.to_owned(), OfferSort::Name(named), detail))
            .collect()
    }

    fn pledges(&self) -> Words {
        let mut words = Words::new();
        for agreement in &self.reading.understood.agreements {
            for pledge in &agreement.pledges {
                let path = match &agreement.name {
                    Some(of) => format!("{}/{}", of.value, pledge.name),
                    None => pledge.name.clone(),
                };
                let title = pledge.title.clone().unwrap_or_default();
                words.push((path, OfferSort::Name(Named::Pledge), title));
            }
        }
        words
    }

    /// Gives the sources or the records that the files declare.
    fn declared(&self, sort: Named) -> Words {
        let sources = &self.reading.project.sources;
        let all = self.reading.names().all().iter();
        let own = all.filter(|it| it.sort == sort && it.at == it.declared);
        let mut words: Words = own
            .map(|it| {
                let file = sources.get(it.at.source);
                let detail = file.name().to_owned();
                (file.slice(it.at).to_owned(), OfferSort::Name(sort), detail)
            })
            .collect();
        words.sort_by(|one, other| one.0.cmp(&other.0));
        words.dedup_by(|one, other| one.0 == other.0);
        words
    }

    /// Gives what a field of a type may hold.
    fn typed(&self, ty: Type) -> Words {
        match ty {
            Type::Actor | Type::Group | Type::Place | Type::Category(_) => self.things(ty),
            Type::Flag => {
                let word = |word: &str| (word.to_owned(), OfferSort::Word, String::new());
                ["true", "false"].map(word).into()
            }
            Type::Event => self.declared(Named::Record),
            Type::Date => self.dates(),
            Type::Number(_) | Type::Text => Words::new(),
        }
    }

    fn things(&self, ty: Type) -> Words {
        let mut found: BTreeMap<&str, String> = BTreeMap::new();
        for vocabulary in &self.reading.told().vocabularies {
            let root = if let Type::Category(root) = ty {
                vocabulary.things.get(root.0 as usize)
            } else {
                None
            };
            for thing in &vocabulary.things {
                let fits = match (ty, thing.sort) {
                    (Type::Actor, Sort::Party | Sort::Actor | Sort::Group)
                    | (Type::Group, Sort::Group)
                    | (Type::Place, Sort::Place)
                    | (Type::Category(_), Sort::Category) => true,
                    (_, _) => false,
                };
                // The category itself is what all of its kinds are, and rarely meant.
                let is_root = root.is_some_and(|root| root.name == thing.name);
                if fits && !is_root && thing.span.start < thing.span.end {
                    let sort = match thing.sort {
                        Sort::Party => "party",
                        Sort::Actor => "actor",
                        Sort::Group => "group",
                        Sort::Place => "place",
                        Sort::Category => "category",
                    };
                    let title = thing.title.as_ref().map(|title| format!(" – {title}"));
                    found.insert(&thing.name, format!("{sort}{}", title.unwrap_or_default()));
                }
            }
        }
        let words = found.into_iter();
        words
            .map(|(name, detail)| (name.to_owned(), OfferSort::Name(Named::Thing), detail))
            .collect()
    }

    fn units(&self) -> Words {
        let vocabularies = self.reading.told().vocabularies.iter();
        let mut names: Vec<&str> = vocabularies.flat_map(|it| it.units.names()).collect();
        names.sort_unstable();
        names.dedup();
        let names = names.into_iter();
        names
            .map(|name| (name.to_owned(), OfferSort::Name(Named::Unit), String::new()))
            .collect()
    }
}

/// Says what a field takes.
#[must_use]
pub fn type_words(ty: Type, vocabulary: &Vocabulary) -> String {
    match ty {
        Type::Actor => "an actor".to_owned(),
        Type::Group => "a group".to_owned(),
        Type::Place => "a place".to_owned(),
        Type::Category(root) => format!("a kind of {}", vocabulary.thing(root).name),
        Type::Number(Some(unit)) => format!("a number of {}", vocabulary.units.name(unit)),
        Type::Number(None) => "a number".to_owned(),
        Type::Date => "a date".to_owned(),
        Type::Text => "a text".to_owned(),
        Type::Flag => "true or false".to_owned(),
        Type::Event => "the id of a record".to_owned(),
    }
}

fn can_be_bare(name: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    name.chars().all(plain)
}
