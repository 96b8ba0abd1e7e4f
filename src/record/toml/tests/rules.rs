//! The agreement of `tests/records/rules.treaty`, made by hand: reading records needs no parser.

#![expect(clippy::indexing_slicing, reason = "the names are those of this file")]

use crate::agreement::{
    Agreement, Body, Field, InForce, Kind, KindId, Measure, MeasureId, Membership, Pledge,
    PledgeId, Relation, RelationId, Row, Sort, Spelling, Standards, State, StateId, Thing, ThingId,
    Type, Value, Variable, Vocabulary, Word,
};
use crate::quantity::Decimal;
use crate::source::{Sources, Span, Spanned};
use crate::time::{Calendar, Instant, When, Zone, parse_edtf};

pub(super) fn calendar() -> Calendar {
    Calendar {
        zone: Zone::named("Asia/Kabul").unwrap(),
        ..Calendar::default()
    }
}

struct Builder {
    span: Span,
    vocabulary: Vocabulary,
}

impl Builder {
    fn thing(&mut self, sort: Sort, name: &str, parents: &[&str]) -> &mut Thing {
        let id = ThingId(u32::try_from(self.vocabulary.things.len()).unwrap());
        let parents = parents.iter().map(|parent| Membership {
            parent: self.vocabulary.thing_names[*parent],
            when: When::ALWAYS,
            known: Instant::MIN,
        });
        let thing = Thing {
            name: name.to_owned(),
            title: None,
            sort,
            parents: parents.collect(),
            spellings: Vec::new(),
            adverse: Vec::new(),
            allied: Vec::new(),
            bound: Vec::new(),
            docs: String::new(),
            span: self.span,
        };
        self.vocabulary.thing_names.insert(name.to_owned(), id);
        self.vocabulary.things.push(thing);
        self.vocabulary.things.last_mut().unwrap()
    }

    fn spelt(&mut self, name: &str, spellings: &[&str], when: &str) {
        let when = match when {
            "" => When::ALWAYS,
            when => parse_edtf(when).unwrap().span(&calendar()),
        };
        let id = self.vocabulary.thing_names[name];
        let span = self.span;
        let thing = &mut self.vocabulary.things[id.0 as usize];
        thing
            .spellings
            .extend(spellings.iter().map(|text| Spelling {
                text: (*text).to_owned(),
                when,
                span,
            }));
    }

    fn fields(&self, fields: &[(&str, Type)]) -> Vec<Field> {
        let span = self.span;
        fields
            .iter()
            .map(|&(label, ty)| Field {
                label: label.to_owned(),
                ty,
                span,
            })
            .collect()
    }

    fn kind(&mut self, name: &str, fields: &[(&str, Type)]) {
        let id = KindId(u32::try_from(self.vocabulary.kinds.len()).unwrap());
        let kind = Kind {
            name: name.to_owned(),
            fields: self.fields(fields),
            by: Some(0),
            mark: None,
            bridges: Vec::new(),
            docs: String::new(),
            span: self.span,
        };
        self.vocabulary.kinds.push(kind);
        self.vocabulary
            .words
            .insert(name.to_owned(), Word::Kind(id));
    }

    fn measure(&mut self, name: &str, fields: &[(&str, Type)], unit: &str) {
        let id = MeasureId(u32::try_from(self.vocabulary.measures.len()).unwrap());
        let measure = Measure {
            name: name.to_owned(),
            fields: self.fields(fields),
            unit: Some(self.vocabulary.units.declare(unit)),
            lasts: None,
            holds: crate::agreement::Holds::Step,
            docs: String::new(),
            span: self.span,
        };
        self.vocabulary.measures.push(measure);
        self.vocabulary
            .words
            .insert(name.to_owned(), Word::Measure(id));
    }

    fn things(&mut self) {
        self.thing(Sort::Group, "parties", &[]);
        self.vocabulary.parties = Some(ThingId(0));
        self.thing(Sort::Party, "us", &["parties"]);
        self.spelt("us", &["United States", "USA"], "");
        self.thing(Sort::Party, "taliban", &["parties"]);
        self.spelt("taliban", &["Islamic Emirate of Afghanistan"], "");
        self.thing(Sort::Group, "threats", &[]);
        self.thing(Sort::Actor, "al-qaeda", &["threats"]);
        self.spelt("al-qaeda", &["AQ"], "");
        self.thing(Sort::Actor, "nrf", &[]);
        self.thing(Sort::Actor, "old-government", &[]);
        self.spelt(
            "old-government",
            &["Government of Afghanistan"],
            "../2021-08-14",
        );
        self.thing(Sort::Actor, "new-government", &[]);
        self.spelt(
            "new-government",
            &["Government of Afghanistan"],
            "2021-08-15/..",
        );
        self.thing(Sort::Place, "afghanistan", &[]);
        self.thing(Sort::Place, "panjshir", &["afghanistan"]);
        self.spelt("panjshir", &["Panjsher"], "");
        self.thing(Sort::Place, "ghazni", &["afghanistan"]);
        self.thing(Sort::Category, "weapon", &[]);
        self.thing(Sort::Category, "rifle", &["weapon"]);
        self.thing(Sort::Category, "mine", &["weapon"]);
        self.thing(Sort::Category, "anti-personnel", &["mine"]);
        self.thing(Sort::Category, "anti-vehicle", &["mine"]);
    }

    fn words(&mut self) {
        let units = &mut self.vocabulary.units;
        let kg = units.declare("kg");
        units.declare_converted("t", Decimal::from(1000), kg);
        let persons = units.declare("persons");
        let weapon = self.vocabulary.thing_names["weapon"];
        let actor = Type::Actor;
        self.kind("join", &[("by", actor), ("to", actor), ("in", Type::Place)]);
        self.kind(
            "host",
            &[("by", actor), ("guest", Type::Actor), ("in", Type::Place)],
        );
        let (what, amount) = (Type::Category(weapon), Type::Number(Some(kg)));
        self.kind(
            "destroy",
            &[("by", actor), ("what", what), ("amount", amount)],
        );
        let killed = Type::Number(Some(persons));
        let attack = [
            ("by", actor),
            ("on", actor),
            ("killed", killed),
            ("self-defence", Type::Flag),
        ];
        self.kind("attack", &attack);
        self.kind(
            "notice",
            &[
                ("by", actor),
                ("of", Type::Text),
                ("until-then", Type::Date),
            ],
        );
        self.kind("answer", &[("by", actor), ("to", Type::Event)]);
        self.measure("troops", &[("of", actor), ("in", Type::Place)], "persons");
        self.measure("stockpile", &[("of", actor)], "kg");
        self.state("ceasefire");
        self.relation();
    }

    fn state(&mut self, name: &str) {
        let state = State {
            name: name.to_owned(),
            fields: self.fields(&[("a", Type::Actor), ("b", Type::Actor)]),
            begins: Vec::new(),
            ends: Vec::new(),
            limit: None,
            docs: String::new(),
            span: self.span,
        };
        self.vocabulary.states.push(state);
        self.vocabulary
            .words
            .insert(name.to_owned(), Word::State(StateId(0)));
    }

    fn relation(&mut self) {
        let due = parse_edtf("2007-01-01").unwrap().span(&calendar());
        let us = self.vocabulary.thing_names["us"];
        let relation = Relation {
            name: "stockpile-deadline".to_owned(),
            fields: self.fields(&[("of", Type::Actor), ("due", Type::Date)]),
            rows: vec![Row {
                values: vec![Value::Thing(us), Value::Date(due)],
                when: When::ALWAYS,
                known: Instant::MIN,
                span: self.span,
            }],
            docs: String::new(),
            span: self.span,
        };
        self.vocabulary.relations.push(relation);
        let word = Word::Relation(RelationId(0));
        self.vocabulary
            .words
            .insert("stockpile-deadline".to_owned(), word);
    }

    fn pledge(&self, id: u32, name: &str, variables: &[(&str, Type)]) -> Pledge {
        let span = self.span;
        let variables = variables.iter().map(|&(name, ty)| Variable {
            name: name.to_owned(),
            ty,
            span,
        });
        Pledge {
            id: PledgeId(id),
            name: name.to_owned(),
            title: None,
            docs: String::new(),
            article: Vec::new(),
            cites: Vec::new(),
            quotes: Vec::new(),
            notes: Vec::new(),
            variables: variables.collect(),
            binders: Vec::new(),
            binder_condition: None,
            triggers: Vec::new(),
            precedent: None,
            during: None,
            provided: None,
            body: Body::Error,
            exceptions: Vec::new(),
            excuses: Vec::new(),
            suspensions: Vec::new(),
            waivers: Vec::new(),
            extensions: Vec::new(),
            standards: Standards::default(),
            article_term: InForce::default(),
            name_span: span,
            span,
        }
    }
}

pub(in crate::record) fn agreement(sources: &mut Sources) -> Agreement {
    let text = include_str!("../../../../tests/records/rules.treaty");
    let source = sources.add("rules.treaty", text);
    let mut builder = Builder {
        span: Span::new(source, 0, 0),
        vocabulary: Vocabulary::default(),
    };
    builder.things();
    builder.words();
    let variables = [("p", Type::Actor), ("d", Type::Date)];
    let pledges = vec![
        builder.pledge(0, "no-hosting", &[]),
        builder.pledge(1, "destruction", &variables),
    ];
    Agreement {
        source,
        name: Some(Spanned::new("doha-2020".to_owned(), builder.span)),
        title: None,
        cites: Vec::new(),
        vocabulary: builder.vocabulary,
        calendar: calendar(),
        term: InForce::default(),
        standards: Standards::default(),
        corroboration: 2,
        membership: Vec::new(),
        pledges,
        scenarios: Vec::new(),
    }
}
