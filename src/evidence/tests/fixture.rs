//! A small world and a short way to write records about it.
//!
//! A line is `id: KIND key=value …`; lists are written with commas, and a bar in a value stands for a blank. `reading`, `coverage` and
//! `finding` begin with that word instead of a kind, a link without a kind with a hyphen. What is not said otherwise happened on
//! 1 September 2021 and was said on the day after.

use std::fmt::Write;

use crate::agreement::{
    Agreement, Body, Bridge, Field, Holds, InForce, Kind, KindId, Mark, Measure, MeasureId,
    Membership, Pattern, Pledge, PledgeId, Sort, Standards, Standing, Thing, ThingId, Type,
    Vocabulary, Word,
};
use crate::evidence::{Answer, Clocks, Evidence, Favours, IncidentId, Viewpoint, Weight, assess};
use crate::record::toml::read;
use crate::record::{Record, RecordId, Records, Subject};
use crate::source::{Sources, Span, Spanned};
use crate::time::{Calendar, Instant, When, parse_edtf};

const SOURCES: &str = r#"
[sources.washington]
name = "the Pentagon"
speaks-for = "us"
reliability = "A"
[sources.centcom]
name = "CENTCOM"
speaks-for = "central-command"
[sources.london]
name = "the Ministry of Defence"
speaks-for = "uk"
reliability = "A"
[sources.tb]
name = "the Taliban spokesman"
speaks-for = "taliban"
[sources.haqqani]
name = "the Haqqani office"
speaks-for = "haqqani-network"
[sources.nrf]
name = "the National Resistance Front"
speaks-for = "nrf"
[sources.a]
name = "Agency A"
reliability = "A"
[sources.b]
name = "Agency B"
reliability = "B"
[sources.c]
name = "Agency C"
reliability = "C"
[sources.c2]
name = "Agency C2"
reliability = "C"
[sources.d]
name = "Sputnik"
reliability = "D"
[sources.f]
name = "Somebody"
[sources.un]
name = "the United Nations"
reliability = "B"
[sources.unmt]
name = "the Monitoring Team"
reliability = "B"
owner = "un"
[sources.unama]
name = "UNAMA"
reliability = "B"
owner = "un"
[sources.verifier]
name = "the Commission"
reliability = "A"
verifies = ["host"]
"#;

/// Agreement and records.
pub(super) struct World {
    pub(super) agreement: Agreement,
    pub(super) records: Records,
}

impl World {
    /// Reads records, one to a line.
    pub(super) fn of(lines: &str) -> World {
        World::with(lines, 2)
    }

    /// Reads records in an agreement that asks for that many voices.
    pub(super) fn with(lines: &str, corroboration: u32) -> World {
        let mut sources = Sources::default();
        let file = sources.add("records.toml", toml(lines));
        let rules = sources.add("rules.treaty", "");
        let agreement = agreement(Span::new(rules, 0, 0), corroboration);
        let reading = read(&[sources.get(file)], &[], &agreement);
        let grave: Vec<_> = reading
            .diagnostics
            .iter()
            .filter(|d| d.severity == crate::diagnostic::Severity::Error)
            .map(|d| format!("{} {:?}", d.message, sources.slice(d.primary.span)))
            .collect();
        assert!(grave.is_empty(), "{grave:#?}\n{}", sources.get(file).text());
        World {
            agreement,
            records: reading.records,
        }
    }

    /// Settles everything that is known.
    pub(super) fn all(&self) -> Evidence<'_> {
        assess(&self.records, &self.agreement, clocks(None))
    }

    /// Settles what is known at the end of a day.
    pub(super) fn known_by(&self, day: &str) -> Evidence<'_> {
        assess(&self.records, &self.agreement, clocks(Some(day)))
    }

    pub(super) fn record(&self, name: &str) -> RecordId {
        let named = |record: &&Record| record.name == name;
        self.records.records.iter().find(named).unwrap().id
    }
}

/// Gives `PRO/CON` of the occurrence of the incident that the record `name` belongs to.
pub(super) fn standing(evidence: &Evidence<'_>, name: &str, viewpoint: Viewpoint) -> String {
    show(&evidence.occurrence(incident(evidence, name), viewpoint))
}

/// Gives `PRO/CON` of "it was done by `doer`".
pub(super) fn standing_by(
    evidence: &Evidence<'_>,
    name: &str,
    viewpoint: Viewpoint,
    doer: &str,
) -> String {
    show(&weight_by(evidence, name, viewpoint, doer))
}

pub(super) fn weight_by(
    evidence: &Evidence<'_>,
    name: &str,
    viewpoint: Viewpoint,
    doer: &str,
) -> Weight {
    let doer = thing(evidence, doer);
    evidence.weigh(incident(evidence, name), viewpoint, &|record| {
        let Subject::Kind(kind) = record.subject else {
            return Answer::Silent;
        };
        let slot = evidence.records.vocabulary.kind(kind).by.unwrap();
        match super::super::credibility::thing_at(record, slot) {
            Some(found) if found == doer => Answer::Affirms,
            Some(_) => Answer::Denies,
            None => Answer::Silent,
        }
    })
}

pub(super) fn show(weight: &Weight) -> String {
    format!("{}/{}", weight.pro.word(), weight.con.word())
}

/// Gives why the record `name` counts or does not for the occurrence.
pub(super) fn because(evidence: &Evidence<'_>, name: &str, viewpoint: Viewpoint) -> String {
    let weight = evidence.occurrence(incident(evidence, name), viewpoint);
    let id = record(evidence, name);
    let account = weight.accounts.iter().find(|account| account.record == id);
    account.map_or_else(
        || "silent".to_owned(),
        |account| {
            let counts = if account.counts { "counts" } else { "not" };
            format!("{counts}: {}", account.because)
        },
    )
}

pub(super) fn incident(evidence: &Evidence<'_>, name: &str) -> IncidentId {
    evidence.incident_of(record(evidence, name)).unwrap()
}

fn record(evidence: &Evidence<'_>, name: &str) -> RecordId {
    let named = |record: &&Record| record.name == name;
    evidence.records.records.iter().find(named).unwrap().id
}

pub(super) fn subject(evidence: &Evidence<'_>, name: &str) -> Subject {
    match evidence.records.vocabulary.words[name] {
        Word::Kind(kind) => Subject::Kind(kind),
        Word::Measure(measure) => Subject::Measure(measure),
        Word::Given(_) | Word::State(_) | Word::Relation(_) => {
            unreachable!("the fixture declares none")
        }
    }
}

pub(super) fn thing(evidence: &Evidence<'_>, name: &str) -> ThingId {
    *evidence.records.vocabulary.thing_names.get(name).unwrap()
}

/// The viewpoint of a breach by `obligor`.
pub(super) fn breach(evidence: &Evidence<'_>, obligor: &str) -> Viewpoint {
    Viewpoint {
        obligor: Some(thing(evidence, obligor)),
        favours: Favours::Others,
    }
}

/// The viewpoint of a performance by `obligor`.
pub(super) fn performance(evidence: &Evidence<'_>, obligor: &str) -> Viewpoint {
    Viewpoint {
        obligor: Some(thing(evidence, obligor)),
        favours: Favours::Obligor,
    }
}

/// The viewpoint of what nobody owes.
pub(super) const NOBODY: Viewpoint = Viewpoint {
    obligor: None,
    favours: Favours::Others,
};

pub(super) fn day(text: &str) -> When {
    parse_edtf(text).unwrap().span(&Calendar::default())
}

pub(super) fn clocks(known_by: Option<&str>) -> Clocks {
    Clocks {
        as_of: Instant::MAX,
        known_by: known_by.map_or(Instant::MAX, |text| day(text).latest),
    }
}

/// Writes the lines as a record file.
pub(super) fn toml(lines: &str) -> String {
    let mut text = SOURCES.to_owned();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (id, rest) = line.split_once(':').unwrap();
        let mut words = rest.split_whitespace();
        let first = words.next().unwrap();
        let block = match first {
            "reading" | "coverage" | "finding" => first,
            _ => "event",
        };
        let _ = writeln!(text, "[[{block}]]\nid = \"{id}\"");
        if block == "event" && first != "-" {
            let _ = writeln!(text, "kind = \"{first}\"");
        }
        let kept = block != "coverage";
        if kept && first != "-" && !rest.contains("when=") {
            text.push_str("when = 2021-09-01\n");
        }
        if kept && !rest.contains("reported=") && !rest.contains("known=") {
            text.push_str("reported = 2021-09-02\n");
        }
        for word in words {
            let (key, value) = word.split_once('=').unwrap();
            let _ = writeln!(text, "{key} = {}", written(key, value));
        }
    }
    text
}

fn written(key: &str, value: &str) -> String {
    let value = value.replace('|', " ");
    if ["echoes", "kinds"].contains(&key) {
        let items: Vec<String> = value.split(',').map(|item| format!("{item:?}")).collect();
        format!("[{}]", items.join(", "))
    } else if value.parse::<i64>().is_ok() && !["when", "reported", "known"].contains(&key) {
        value
    } else {
        format!("{value:?}")
    }
}

fn agreement(span: Span, corroboration: u32) -> Agreement {
    Agreement {
        source: span.source,
        name: Some(Spanned::new("doha".to_owned(), span)),
        title: None,
        cites: Vec::new(),
        vocabulary: vocabulary(span),
        calendar: Calendar::default(),
        term: InForce::default(),
        standards: Standards::default(),
        corroboration,
        membership: Vec::new(),
        pledges: vec![pledge(span)],
        scenarios: Vec::new(),
    }
}

fn pledge(span: Span) -> Pledge {
    Pledge {
        id: PledgeId(0),
        name: "no-hosting".to_owned(),
        title: None,
        docs: String::new(),
        article: Vec::new(),
        cites: Vec::new(),
        quotes: Vec::new(),
        notes: Vec::new(),
        variables: Vec::new(),
        binders: Vec::new(),
        binder_condition: None,
        triggers: Vec::new(),
        precedent: None,
        during: None,
        provided: None,
        body: Body::Unjudged(Spanned::new(String::new(), span)),
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

/// Name, title, sort, what it is in.
const THINGS: [(&str, &str, Sort, &[&str]); 13] = [
    ("us", "the United States", Sort::Party, &[]),
    ("taliban", "the Taliban", Sort::Party, &[]),
    ("uk", "the United Kingdom", Sort::Party, &[]),
    ("threats", "", Sort::Group, &[]),
    ("al-qaeda", "al-Qaeda", Sort::Actor, &["threats"]),
    ("haqqani-network", "", Sort::Actor, &["taliban"]),
    ("nrf", "the Resistance", Sort::Actor, &[]),
    ("central-command", "", Sort::Actor, &["us"]),
    ("turncoats", "", Sort::Actor, &[]),
    ("afghanistan", "", Sort::Place, &[]),
    ("panjshir", "", Sort::Place, &["afghanistan"]),
    ("kabul", "", Sort::Place, &["afghanistan"]),
    ("bystanders", "", Sort::Actor, &[]),
];

fn vocabulary(span: Span) -> Vocabulary {
    let mut vocabulary = Vocabulary::default();
    for (at, (name, title, sort, _)) in (0u32..).zip(THINGS) {
        vocabulary.thing_names.insert(name.to_owned(), ThingId(at));
        vocabulary.things.push(Thing {
            name: name.to_owned(),
            title: (!title.is_empty()).then(|| title.to_owned()),
            sort,
            parents: Vec::new(),
            spellings: Vec::new(),
            adverse: Vec::new(),
            allied: Vec::new(),
            bound: Vec::new(),
            docs: String::new(),
            span,
        });
    }
    let id = |name: &str| *vocabulary.thing_names.get(name).unwrap();
    let (us, uk, taliban, nrf) = (id("us"), id("uk"), id("taliban"), id("nrf"));
    let turncoats = id("turncoats");
    let parents: Vec<Vec<ThingId>> = THINGS
        .iter()
        .map(|(_, _, _, parents)| parents.iter().map(|name| id(name)).collect())
        .collect();
    for (thing, parents) in vocabulary.things.iter_mut().zip(parents) {
        thing.parents = parents
            .into_iter()
            .map(|parent| member(parent, When::ALWAYS))
            .collect();
    }
    let since_2021 = When {
        earliest: day("2021-08-15").earliest,
        latest: Instant::MAX,
    };
    let things = &mut vocabulary.things;
    things[nrf.0 as usize].adverse.push(taliban);
    things[uk.0 as usize].allied.push(us);
    let defection = member(taliban, since_2021);
    things[turncoats.0 as usize].parents.push(defection);
    kinds(&mut vocabulary, span);
    vocabulary
}

fn member(parent: ThingId, when: When) -> Membership {
    Membership {
        parent,
        when,
        known: Instant::MIN,
    }
}

/// Name, labels, mark; `in` is a place, `killed` a number, the rest are actors.
const KINDS: [(&str, &[&str], Option<Mark>); 6] = [
    ("host", &["by", "guest", "in"], None),
    ("join", &["by", "to", "in"], None),
    ("cooperate", &["by", "with"], None),
    ("notice", &["by", "to"], Some(Mark::Declared)),
    ("toll", &["by", "side", "killed"], Some(Mark::Boast)),
    ("attack", &["by", "on", "in"], None),
];

fn kinds(vocabulary: &mut Vocabulary, span: Span) {
    for (at, (name, labels, mark)) in (0u32..).zip(KINDS) {
        vocabulary
            .words
            .insert(name.to_owned(), Word::Kind(KindId(at)));
        let bridges = if name == "cooperate" {
            vec![bridge(0, span), bridge(1, span)]
        } else {
            Vec::new()
        };
        vocabulary.kinds.push(Kind {
            name: name.to_owned(),
            fields: fields(labels, span),
            by: Some(0),
            mark,
            bridges,
            docs: String::new(),
            span,
        });
    }
    vocabulary
        .words
        .insert("troops".to_owned(), Word::Measure(MeasureId(0)));
    vocabulary.measures.push(Measure {
        name: "troops".to_owned(),
        fields: fields(&["of", "in"], span),
        unit: None,
        lasts: None,
        holds: Holds::Step,
        docs: String::new(),
        span,
    });
}

fn fields(labels: &[&str], span: Span) -> Vec<Field> {
    labels
        .iter()
        .map(|&label| Field {
            label: label.to_owned(),
            ty: match label {
                "in" => Type::Place,
                "killed" => Type::Number(None),
                _ => Type::Actor,
            },
            span,
        })
        .collect()
}

fn bridge(kind: u32, span: Span) -> Bridge {
    Bridge {
        pattern: Pattern {
            kind: KindId(kind),
            arguments: Vec::new(),
            condition: None,
            span,
        },
        span,
    }
}

/// The four rungs above `none`, for tables.
pub(super) fn rung(word: &str) -> Standing {
    let named = |standing: &Standing| standing.word() == word;
    Standing::STANDARDS.into_iter().find(named).unwrap()
}
