//! What the grammar and the types allow at a place, told from the words before it.

use super::ACTORS;
use crate::agreement::{Agreement, Sort, Type, Word};
use crate::ide::cursor::{Call, Cursor, Frame};
use crate::syntax::token::{Keyword, TokenKind};

/// Something that may stand at a place.
#[derive(Clone, Debug)]
pub(super) enum Want {
    /// Words of the language.
    Words(&'static [&'static str]),
    /// Beginnings of declarations.
    Snippets,
    Kinds,
    /// Kinds and measures.
    Observed,
    /// Measures and givens.
    Quantities,
    /// States and relations.
    States,
    /// Labels with their colons, but those that are given.
    Labels {
        of: Word,
        given: Vec<String>,
    },
    /// Labels as they stand alone in a condition.
    BareLabels(Word),
    Things(&'static [Sort]),
    /// What fits a type.
    Value(Type),
    Dates,
    Pledges,
    VariablesOf(String),
    Units,
    /// The variables of the pledge.
    Variables,
}

const ITEMS: &[&str] = &[
    "use",
    "agreement",
    "date",
    "unit",
    "holiday",
    "party",
    "actor",
    "group",
    "place",
    "category",
    "event",
    "measure",
    "given",
    "state",
    "relation",
    "article",
    "pledge",
    "scenario",
];
const HEADERS: &[&str] = &[
    "in force from",
    "ends by",
    "joins by",
    "leaves by",
    "renews for",
    "extended by",
    "weekend",
    "timezone",
    "month-ends",
    "rollover",
    "standard",
    "corroboration",
    "cites",
    "source",
];
const CLAUSES: &[&str] = &[
    "cites",
    "quote",
    "note",
    "for each",
    "upon",
    "whenever",
    "if",
    "while",
    "provided",
    "unjudged",
    "except where",
    "excused by",
    "suspended by",
    "waived by",
    "extended by",
    "standard",
    "each of",
];
const TIMINGS: &[&str] = &[
    "by",
    "before",
    "on",
    "within",
    "at least",
    "from",
    "until",
    "between",
    "every",
    "per",
    "with no deadline",
];
const DUTIES: &[&str] = &["not", "ensure", "reach", "keep", "prevent", "endeavour"];
const CONDITIONS: &[&str] = &[
    "not", "once", "count of", "sum of", "total", "true", "false",
];
const MOMENTS: &[&str] = &[
    "entry into force",
    "end of agreement",
    "deadline of",
    "fulfilment of",
    "breach of",
    "first",
    "earlier of",
    "later of",
];
const LEVELS: &[&str] = &["claimed", "reported", "corroborated", "verified"];
const STATUSES: &[&str] = &[
    "not",
    "before",
    "after",
    "breached",
    "overdue",
    "fulfilled",
    "holding",
    "pending",
];
const TYPES: &[&str] = &[
    "actor", "group", "place", "date", "text", "flag", "event", "number",
];
const TIMES: &[&str] = &[
    "minutes",
    "hours",
    "days",
    "working days",
    "weeks",
    "months",
    "years",
];
const CONTAINERS: &[Sort] = &[
    Sort::Group,
    Sort::Party,
    Sort::Actor,
    Sort::Place,
    Sort::Category,
];

/// Gives what may stand at a place.
pub(super) fn wants(cursor: &Cursor<'_>, agreement: &Agreement) -> Vec<Want> {
    if let Some((TokenKind::Number, _)) = cursor.left(0) {
        return vec![Want::Words(TIMES), Want::Units];
    }
    if let Some((TokenKind::Dot, _)) = cursor.left(0) {
        return fields_of_triggers(cursor, agreement);
    }
    match cursor.frames.last() {
        Some(Frame::Call(call)) => in_call(cursor, call, agreement),
        Some(Frame::Brackets(pledge)) => match cursor.left(0).map(|(kind, _)| kind) {
            Some(TokenKind::LeftBracket | TokenKind::Comma) => {
                vec![Want::VariablesOf(pledge.clone()), Want::Words(&["on"])]
            }
            Some(_) | None => vec![Want::Things(CONTAINERS), Want::Variables],
        },
        Some(Frame::Group | Frame::Block(_)) | None => behind(cursor, agreement),
    }
}

/// Gives the fields of what the pledge waits for: `t.` can ask for them.
fn fields_of_triggers(cursor: &Cursor<'_>, agreement: &Agreement) -> Vec<Want> {
    let tokens: Vec<(TokenKind, &str)> = cursor.own().collect();
    let kinds = tokens.windows(2).filter_map(|pair| match pair {
        [(_, "upon" | "whenever"), (TokenKind::Word, kind)] => {
            agreement.vocabulary.words.get(*kind)
        }
        _ => None,
    });
    kinds.map(|word| Want::BareLabels(*word)).collect()
}

fn in_call(cursor: &Cursor<'_>, call: &Call, agreement: &Agreement) -> Vec<Want> {
    if call.declares {
        return match cursor.word(0) {
            "number" => vec![Want::Units],
            _ if matches!(cursor.left(0), Some((_, "number"))) => vec![Want::Units],
            _ if call.in_value => vec![Want::Words(TYPES), Want::Things(&[Sort::Category])],
            _ => Vec::new(),
        };
    }
    let Some(&word) = agreement.vocabulary.words.get(&call.name) else {
        return Vec::new();
    };
    if !call.in_value {
        let mut given = call.labels.clone();
        given.extend(call.has_doer.then(|| "by".to_owned()));
        return vec![Want::Labels { of: word, given }];
    }
    let begins = matches!(
        cursor.left(0),
        Some((
            TokenKind::Colon
                | TokenKind::Keyword(Keyword::OR | Keyword::EXACTLY | Keyword::THAN | Keyword::OF),
            _
        ))
    );
    if !begins {
        return vec![Want::Words(&["or"])];
    }
    let label = call.labels.last();
    match label.and_then(|label| type_of(agreement, word, label)) {
        Some(ty) => vec![Want::Value(ty)],
        None => vec![Want::Variables, Want::Things(CONTAINERS)],
    }
}

fn type_of(agreement: &Agreement, word: Word, label: &str) -> Option<Type> {
    let vocabulary = &agreement.vocabulary;
    let fields = match word {
        Word::Kind(id) => &vocabulary.kind(id).fields,
        Word::Measure(id) => &vocabulary.measure(id).fields,
        Word::State(id) => &vocabulary.state(id).fields,
        Word::Relation(id) => &vocabulary.relation(id).fields,
        Word::Given(_) => return None,
    };
    let field = fields.iter().find(|field| field.label == label)?;
    Some(field.ty)
}

/// Gives what may stand outside calls, by the word before and the block around.
fn behind(cursor: &Cursor<'_>, agreement: &Agreement) -> Vec<Want> {
    let found = by_word(cursor, agreement);
    if !found.is_empty() {
        return found;
    }
    match cursor.block() {
        None if cursor.begins_line => vec![Want::Words(ITEMS), Want::Snippets],
        Some(Keyword::ARTICLE) if cursor.begins_line => {
            vec![
                Want::Words(ITEMS),
                Want::Words(&["in force from"]),
                Want::Snippets,
            ]
        }
        Some(Keyword::AGREEMENT) if cursor.begins_line => vec![Want::Words(HEADERS)],
        Some(Keyword::PLEDGE) => in_pledge(cursor),
        Some(Keyword::EVENT) => vec![Want::Words(&["counts", "where"])],
        Some(Keyword::STATE) => vec![Want::Words(&["begins", "ends", "ends after", "after"])],
        Some(Keyword::SCENARIO) if cursor.begins_line => {
            vec![Want::Words(&["expect", "observed"])]
        }
        Some(Keyword::SCENARIO) => in_scenario(cursor),
        Some(_) | None => vec![Want::Words(&[
            "in",
            "known as",
            "adverse to",
            "allied to",
            "bound from",
            "from",
            "until",
            "boast",
            "declared",
            "lasts",
            "step",
            "point",
            "as of",
            "after",
            "unless",
        ])],
    }
}

fn in_scenario(cursor: &Cursor<'_>) -> Vec<Want> {
    match cursor.left(0) {
        Some((TokenKind::Colon, _)) => {
            let expects = cursor.word(2) == "expect";
            if expects {
                return vec![Want::Words(&crate::resolve::scenarios::STATUSES)];
            }
            vec![Want::Observed, Want::Words(&["denied by", "retracted by"])]
        }
        Some(_) | None => vec![Want::Words(&[
            "said by",
            "at",
            "known",
            "as",
            "in",
            "by",
            "from",
            "until",
            "late by",
            "on",
            "presumed",
            "established",
        ])],
    }
}

fn in_pledge(cursor: &Cursor<'_>) -> Vec<Want> {
    if cursor.begins_line {
        return vec![
            Want::Words(CLAUSES),
            Want::Words(TIMINGS),
            Want::Things(&ACTORS),
            Want::Variables,
        ];
    }
    match cursor.left(0) {
        Some((TokenKind::Word, _)) => vec![
            Want::Words(&["must", "should", "may", "is", "in", "holds"]),
            Want::Words(TIMINGS),
            Want::Words(&["and", "or"]),
        ],
        Some((TokenKind::Text, _)) => Vec::new(),
        Some(_) | None => vec![
            Want::Words(TIMINGS),
            Want::Words(&[
                "where",
                "and",
                "or",
                "as",
                "as of",
                "during",
                "in the last",
                "of",
                "before",
                "after",
            ]),
        ],
    }
}

fn by_word(cursor: &Cursor<'_>, agreement: &Agreement) -> Vec<Want> {
    if matches!(cursor.left(0), Some((TokenKind::Equal, _))) && cursor.word(2) == "date" {
        return vec![Want::Dates, Want::Words(MOMENTS)];
    }
    match cursor.word(0) {
        "upon" | "whenever" => vec![Want::Kinds, Want::Words(&["breach of", "fulfilment of"])],
        "ensure" | "prevent" | "allow" | "once" | "counts" | "endeavour" | "unless" | "first"
        | "may" => {
            vec![Want::Kinds]
        }
        "begins" | "ends" => vec![Want::Kinds, Want::Dates, Want::Words(&["by", "after"])],
        "must" | "should" => vec![Want::Kinds, Want::Words(DUTIES)],
        "not" if matches!(cursor.word(1), "must" | "should") => {
            vec![Want::Kinds, Want::Words(&["allow"])]
        }
        "reach" | "keep" | "if" | "while" | "where" | "and" | "or" | "not" => {
            condition(cursor, agreement)
        }
        "provided" | "expect" => vec![Want::Pledges],
        "observed" => vec![Want::Observed],
        "total" => vec![Want::Quantities],
        "of" => of(cursor),
        "by" => by(cursor),
        "for" => vec![Want::Words(&["each", "breach of"])],
        "each" => vec![Want::Words(&["of"])],
        "in" => vec![
            Want::Things(CONTAINERS),
            Want::Words(&["force from", "the last"]),
        ],
        "to" if cursor.word(1) == "known" => Vec::new(),
        "to" => vec![Want::Things(&ACTORS), Want::Dates],
        "from" | "until" | "before" | "after" | "on" | "starting" => {
            vec![Want::Dates, Want::Variables, Want::Words(MOMENTS)]
        }
        "is" => vec![
            Want::Words(STATUSES),
            Want::Things(CONTAINERS),
            Want::Variables,
        ],
        "standard" => vec![
            Want::Words(LEVELS),
            Want::Words(&["breach", "performance", "excuse", "condition"]),
        ],
        "at" => vec![Want::Words(LEVELS), Want::Words(&["least"])],
        "month-ends" => vec![Want::Words(&["clamp", "stick"])],
        "rollover" => vec![Want::Words(&["none", "next-working-day"])],
        "weekend" => vec![Want::Words(&[
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
            "sunday",
        ])],
        "per" => vec![Want::Words(&[
            "day", "week", "month", "quarter", "year", "any",
        ])],
        "every" => vec![Want::Words(&["year by"])],
        "with" => vec![Want::Words(&["no deadline", "effect from"])],
        "known" => vec![Want::Words(&["as", "by"])],
        "except" => vec![Want::Words(&["where"])],
        "excused" | "suspended" | "waived" | "extended" | "shown" | "broken" | "joins"
        | "leaves" => {
            vec![Want::Words(&["by"])]
        }
        "adverse" | "allied" => vec![Want::Words(&["to"])],
        _ => Vec::new(),
    }
}

fn condition(cursor: &Cursor<'_>, agreement: &Agreement) -> Vec<Want> {
    let mut wants = vec![
        Want::States,
        Want::Quantities,
        Want::Variables,
        Want::Words(CONDITIONS),
    ];
    // The labels of the pattern before `where` stand bare in it.
    let of_pattern = cursor.pattern_before_where();
    if let Some(word) = of_pattern.and_then(|name| agreement.vocabulary.words.get(name)) {
        wants.insert(0, Want::BareLabels(*word));
    } else {
        wants.push(Want::Pledges);
    }
    wants
}

fn of(cursor: &Cursor<'_>) -> Vec<Want> {
    match cursor.word(1) {
        "breach" | "fulfilment" | "deadline" => vec![Want::Pledges],
        "count" => vec![Want::Kinds],
        "each" => vec![Want::Things(&[Sort::Group])],
        "part" => vec![Want::Things(&[Sort::Place])],
        "end" => vec![Want::Words(&["agreement"])],
        "earlier" | "later" | "sum" => Vec::new(),
        _ => vec![Want::Dates, Want::Variables, Want::Words(MOMENTS)],
    }
}

fn by(cursor: &Cursor<'_>) -> Vec<Want> {
    match cursor.word(1) {
        "excused" | "suspended" | "waived" | "extended" | "ends" | "joins" | "leaves" | "shown"
        | "broken" => vec![Want::Kinds],
        "said" | "denied" | "retracted" => vec![Want::Things(&ACTORS)],
        _ if cursor.block() == Some(Keyword::SCENARIO) => vec![Want::Things(&ACTORS)],
        _ => vec![Want::Dates, Want::Variables, Want::Words(MOMENTS)],
    }
}
