//! Names in records: of things, kinds, measures, relations and other records.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::document::Entry;
use super::kept::Kept;
use super::problems::Problems;
use super::value::{self, refuse, text};
use crate::agreement::{
    Belongs, Field, Named, Sort, Thing, ThingId, Type, Value, Vocabulary, Word,
};
use crate::diagnostic::Code;
use crate::record::Subject;
use crate::source::Span;
use crate::time::{Calendar, When};

/// What names stand for.
#[derive(Debug)]
pub(in crate::record) struct Names<'v> {
    pub(in crate::record) vocabulary: &'v Vocabulary,
    pub(in crate::record) calendar: &'v Calendar,
    spellings: BTreeMap<&'v str, Vec<(ThingId, When, Span)>>,
    /// Ids and incident keys of records with the places that declare them; none while registers are read.
    records: Option<&'v BTreeMap<String, Span>>,
    /// What tables name and nothing declares.
    kept: RefCell<Kept>,
}

impl<'v> Names<'v> {
    pub(in crate::record) fn new(
        vocabulary: &'v Vocabulary,
        calendar: &'v Calendar,
        records: Option<&'v BTreeMap<String, Span>>,
    ) -> Names<'v> {
        let mut spellings: BTreeMap<&str, Vec<_>> = BTreeMap::new();
        for (id, thing) in (0..).map(ThingId).zip(&vocabulary.things) {
            for spelling in &thing.spellings {
                let found = (id, spelling.when, spelling.span);
                spellings.entry(&spelling.text).or_default().push(found);
            }
        }
        Names {
            vocabulary,
            calendar,
            spellings,
            records,
            kept: RefCell::default(),
        }
    }

    /// Gives the same names for when the records are known; what tables name stays kept.
    pub(in crate::record) fn knowing(self, records: &'v BTreeMap<String, Span>) -> Names<'v> {
        Names {
            records: Some(records),
            ..self
        }
    }

    /// Reports a name that stands in a mapping and means nothing whatever the date.
    pub(in crate::record) fn constant(&self, entry: Entry<'_>, ty: Type, problems: &mut Problems) {
        let Some(name) = text(entry, problems) else {
            return;
        };
        let spelt = self.spellings.get(name).map_or(0, Vec::len);
        // What a spelling means may depend on the dates of the rows.
        if spelt == 0 || self.vocabulary.thing_names.contains_key(name) {
            self.thing_named(name, entry, ty, When::ALWAYS, problems);
        }
    }

    /// Gives what tables name and nothing declares.
    pub(in crate::record) fn into_kept(self) -> Kept {
        self.kept.into_inner()
    }

    /// Keeps a name of a table as itself.
    fn keep(&self, name: &str, entry: Entry<'_>, ty: Type) -> Option<ThingId> {
        let mut kept = self.kept.borrow_mut();
        kept.thing(name, entry.span, ty, self.vocabulary)
    }

    /// Finds another thing of the same sort that a spelling means at the same time.
    pub(in crate::record) fn rival(&self, text: &str, thing: ThingId) -> Option<(ThingId, Span)> {
        let place = |id: ThingId| self.vocabulary.thing(id).sort == Sort::Place;
        let (id, _, span) = self
            .spellings
            .get(text)?
            .iter()
            .find(|(id, _, _)| *id != thing && place(*id) == place(thing))?;
        Some((*id, *span))
    }

    /// Reads the name or a spelling of a thing; what a spelling means may depend on `when`.
    pub(in crate::record) fn thing(
        &self,
        entry: Entry<'_>,
        ty: Type,
        when: When,
        problems: &mut Problems,
    ) -> Option<ThingId> {
        let name = text(entry, problems)?;
        self.thing_named(name, entry, ty, when, problems)
    }

    /// Finds the thing that a name or spelling means that stands in the text at `entry`.
    pub(in crate::record) fn thing_named(
        &self,
        name: &str,
        entry: Entry<'_>,
        ty: Type,
        when: When,
        problems: &mut Problems,
    ) -> Option<ThingId> {
        let id = self.find_thing(name, entry, ty, when, problems)?;
        if entry.is_cell() {
            return Some(id);
        }
        let declared = self.vocabulary.thing(id).span;
        problems.mention(entry.part(name), declared, Named::Thing);
        Some(id)
    }

    fn find_thing(
        &self,
        name: &str,
        entry: Entry<'_>,
        ty: Type,
        when: When,
        problems: &mut Problems,
    ) -> Option<ThingId> {
        let named = self.vocabulary.thing_names.get(name).copied();
        if let Some(id) = named.filter(|&id| self.fits(id, ty)) {
            return Some(id);
        }
        let mut spelt: Vec<ThingId> = self
            .spellings
            .get(name)
            .into_iter()
            .flatten()
            .filter(|(id, valid, _)| self.fits(*id, ty) && valid.overlaps(when))
            .map(|&(id, _, _)| id)
            .collect();
        spelt.sort_unstable();
        spelt.dedup();
        match (spelt.as_slice(), named) {
            ([one], _) => return Some(*one),
            ([_, _, ..] | [], _) if entry.is_cell() => return self.keep(name, entry, ty),
            ([first, second, ..], _) => self.ambiguous(entry, name, (*first, *second), problems),
            ([], Some(id)) => self.misplaced(entry, id, ty, problems),
            ([], None) => self.unknown_thing(entry, name, ty, problems),
        }
        None
    }

    fn ambiguous(
        &self,
        entry: Entry<'_>,
        name: &str,
        (first, second): (ThingId, ThingId),
        problems: &mut Problems,
    ) {
        let name_of = |id| &self.vocabulary.thing(id).name;
        refuse(
            entry,
            format!(
                "`{name}` may mean `{}` or `{}` on that date",
                name_of(first),
                name_of(second)
            ),
            "Write the declared name.",
            problems,
        );
    }

    fn misplaced(&self, entry: Entry<'_>, id: ThingId, ty: Type, problems: &mut Problems) {
        let thing = self.vocabulary.thing(id);
        let message = format!(
            "expected {} for `{}`, found the {} `{}`",
            self.expected(ty),
            entry.key,
            sort_name(thing.sort),
            thing.name
        );
        problems.push(crate::diagnostic::Diagnostic::new(
            Code::BadValue,
            entry.span,
            message,
        ));
    }

    fn unknown_thing(&self, entry: Entry<'_>, name: &str, ty: Type, problems: &mut Problems) {
        if self.spellings.contains_key(name) {
            let help = "Its `known as` has another date, or belongs to another sort of thing.";
            refuse(
                entry,
                format!("`{name}` means nothing here on that date"),
                help,
                problems,
            );
            return;
        }
        let fitting: Vec<&Thing> = (0..)
            .map(ThingId)
            .zip(&self.vocabulary.things)
            .take(problems.suggestions.room())
            .filter(|&(id, _)| self.fits(id, ty))
            .map(|(_, thing)| thing)
            .collect();
        let names = fitting.iter().map(|thing| thing.name.as_str());
        let spellings = fitting.iter().flat_map(|thing| &thing.spellings);
        let spellings = spellings.map(|spelling| spelling.text.as_str());
        let message = format!("neither the rules nor a register declares `{name}`");
        let code = Code::UnknownActor;
        let places = (entry.span, entry.part(name));
        let mut diagnostic = problems.unknown_part(code, places, message, name, names);
        if diagnostic.help.is_none() {
            let message = diagnostic.message;
            diagnostic = problems.unknown_part(code, places, message, name, spellings);
        }
        problems.push(diagnostic);
    }

    fn fits(&self, id: ThingId, ty: Type) -> bool {
        let thing = self.vocabulary.thing(id);
        match (ty, thing.sort) {
            (Type::Actor, Sort::Party | Sort::Actor | Sort::Group)
            | (Type::Group, Sort::Group)
            | (Type::Place, Sort::Place) => true,
            (Type::Category(root), Sort::Category) => {
                self.vocabulary.belongs(id, root, When::ALWAYS) == Belongs::Yes
            }
            (
                Type::Actor
                | Type::Group
                | Type::Place
                | Type::Category(_)
                | Type::Number(_)
                | Type::Date
                | Type::Text
                | Type::Flag
                | Type::Event,
                Sort::Party | Sort::Actor | Sort::Group | Sort::Place | Sort::Category,
            ) => false,
        }
    }

    fn expected(&self, ty: Type) -> String {
        match ty {
            Type::Actor => "an actor".to_owned(),
            Type::Group => "a group".to_owned(),
            Type::Place => "a place".to_owned(),
            Type::Category(root) => format!("a kind of `{}`", self.vocabulary.thing(root).name),
            Type::Number(_) => "a number".to_owned(),
            Type::Date => "a date".to_owned(),
            Type::Text => "a text".to_owned(),
            Type::Flag => "`true` or `false`".to_owned(),
            Type::Event => "a record".to_owned(),
        }
    }

    /// Reads a value of a field.
    pub(in crate::record) fn value(
        &self,
        entry: Entry<'_>,
        ty: Type,
        when: When,
        problems: &mut Problems,
    ) -> Option<Value> {
        match ty {
            Type::Actor | Type::Group | Type::Place | Type::Category(_) => {
                self.thing(entry, ty, when, problems).map(Value::Thing)
            }
            Type::Number(unit) => {
                let units = &self.vocabulary.units;
                value::estimate(entry, None, unit, units, problems).map(Value::Number)
            }
            Type::Date => {
                let date = value::date(entry, problems)?;
                Some(Value::Date(date.span(self.calendar)))
            }
            Type::Text => text(entry, problems).map(|text| Value::Text(text.to_owned())),
            Type::Flag => value::flag(entry, problems).map(Value::Flag),
            Type::Event => self.record(entry, problems).map(Value::Record),
        }
    }

    /// Gives the place that declares a record or an incident.
    pub(in crate::record) fn record_named(&self, name: &str) -> Option<&'v Span> {
        self.records?.get(name)
    }

    fn record(&self, entry: Entry<'_>, problems: &mut Problems) -> Option<String> {
        let name = text(entry, problems)?;
        let Some(records) = self.records else {
            return Some(name.to_owned());
        };
        let Some(&declared) = records.get(name) else {
            let message = format!("there is no record or incident `{name}`");
            let known = records.keys().map(String::as_str);
            problems.push_unknown(Code::UnknownRecord, entry.span, message, name, known);
            return None;
        };
        problems.mention(entry.bare(), declared, Named::Record);
        Some(name.to_owned())
    }

    /// Reads the name of a kind or a measure.
    pub(in crate::record) fn subject(
        &self,
        entry: Entry<'_>,
        problems: &mut Problems,
    ) -> Option<Subject> {
        let name = text(entry, problems)?;
        match self.vocabulary.words.get(name) {
            Some(Word::Kind(kind)) => {
                let declared = self.vocabulary.kind(*kind).span;
                problems.mention(entry.bare(), declared, Named::Kind);
                return Some(Subject::Kind(*kind));
            }
            Some(Word::Measure(measure)) => {
                let declared = self.vocabulary.measure(*measure).span;
                problems.mention(entry.bare(), declared, Named::Measure);
                return Some(Subject::Measure(*measure));
            }
            Some(Word::State(_)) => refuse(
                entry,
                format!("`{name}` is a state, of which no record can be kept"),
                "Record the events that begin and end it.",
                problems,
            ),
            Some(Word::Given(_) | Word::Relation(_)) | None => {
                let known = self.vocabulary.words.iter().filter_map(|(name, word)| {
                    matches!(word, Word::Kind(_) | Word::Measure(_)).then_some(name.as_str())
                });
                let message = format!("the rules declare no kind or measure `{name}`");
                problems.push_unknown(Code::UnknownKind, entry.span, message, name, known);
            }
        }
        None
    }

    /// Gives the fields of what a record is about.
    pub(in crate::record) fn fields(&self, subject: Subject) -> &'v [Field] {
        match subject {
            Subject::Kind(kind) => &self.vocabulary.kind(kind).fields,
            Subject::Measure(measure) => &self.vocabulary.measure(measure).fields,
            Subject::Finding(_) => &[],
        }
    }
}

/// Gives the word for a sort of thing.
pub(in crate::record) fn sort_name(sort: Sort) -> &'static str {
    match sort {
        Sort::Party => "party",
        Sort::Actor => "actor",
        Sort::Group => "group",
        Sort::Place => "place",
        Sort::Category => "category",
    }
}
