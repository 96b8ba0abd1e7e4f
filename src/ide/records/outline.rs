//! The outline of a record file: its records with kind, date and source, its sources and registers.

use crate::ide::outline::{Symbol, SymbolSort};
use crate::ide::toml::{Block, Header, Toml};
use crate::source::{SourceFile, Span};

/// Gives the outline of a record file or of `servanda.toml`, in order of the places.
#[must_use]
pub fn outline(file: &SourceFile, toml: &Toml) -> Vec<Symbol> {
    let blocks = toml.blocks.iter();
    let headed = blocks.filter_map(|block| Some((block, block.header.as_ref()?)));
    let mut symbols = settings(toml);
    let mut ordinal = 0;
    for (block, header) in headed {
        ordinal += usize::from(matches!(block.section(), "event" | "reading" | "finding"));
        symbols.extend(symbol(file, block, header, ordinal));
    }
    symbols
}

/// Gives the keys before any header, which only `servanda.toml` has.
fn settings(toml: &Toml) -> Vec<Symbol> {
    let first = toml.blocks.first().filter(|block| block.header.is_none());
    let entries = first.map_or(&[][..], |block| block.entries.as_slice());
    let named = entries.iter().filter_map(|entry| {
        let key = entry.keys.last()?;
        Some(Symbol {
            name: key.text.clone(),
            detail: None,
            sort: SymbolSort::Setting,
            span: entry.span,
            name_span: key.span,
            children: Vec::new(),
        })
    });
    named.collect()
}

fn symbol(file: &SourceFile, block: &Block, header: &Header, ordinal: usize) -> Option<Symbol> {
    let (sort, name) = match block.section() {
        "event" | "reading" | "finding" | "coverage" => (SymbolSort::Record, named_by(block, "id")),
        "relation" => (SymbolSort::Relation, named_by(block, "name")),
        "sources" => (SymbolSort::Source, named_in(header)),
        "actors" => (SymbolSort::Actor, named_in(header)),
        "parties" => (SymbolSort::Party, named_in(header)),
        "groups" => (SymbolSort::Group, named_in(header)),
        "places" => (SymbolSort::Place, named_in(header)),
        _ => (SymbolSort::Setting, named_in(header)),
    };
    let text = name.map(|span| file.slice(span).to_owned());
    let unnamed = || match block.section() {
        section @ ("event" | "reading" | "finding") => format!("{section} {ordinal}"),
        section => section.to_owned(),
    };
    let name = text.filter(|text| !text.is_empty()).unwrap_or_else(unnamed);
    (!name.is_empty()).then(|| Symbol {
        name,
        detail: detail(file, block),
        sort,
        span: block.span,
        name_span: named_by(block, "id")
            .or(named_in(header).filter(|_| header.keys.len() > 1))
            .unwrap_or(header.span),
        children: Vec::new(),
    })
}

/// Gives the place of a text that names the block.
fn named_by(block: &Block, key: &str) -> Option<Span> {
    let value = block.entry(key)?.value.as_ref()?;
    Some(value.bare())
}

/// Gives the place of the last name in a header.
fn named_in(header: &Header) -> Option<Span> {
    header.keys.last().map(|key| key.span)
}

/// Says what a record tells, when, and by whose word.
fn detail(file: &SourceFile, block: &Block) -> Option<String> {
    let keys: &[&str] = match block.section() {
        "event" | "reading" | "finding" => &[
            "kind",
            "measure",
            "pledge",
            "denies",
            "retracts",
            "corrects",
            "supersedes",
            "ends",
            "when",
            "source",
        ],
        "coverage" => &["kinds", "in", "from", "until", "source"],
        "sources" | "actors" | "parties" | "groups" | "places" => &["name"],
        _ => &[],
    };
    let links = ["denies", "retracts", "corrects", "supersedes", "ends"];
    let told = keys.iter().filter_map(|key| {
        let text = block.text(key, file).filter(|text| !text.contains('\n'))?;
        Some(if links.contains(key) {
            format!("{key} {text}")
        } else {
            text.to_owned()
        })
    });
    let told: Vec<String> = told.collect();
    (!told.is_empty()).then(|| told.join(", "))
}
