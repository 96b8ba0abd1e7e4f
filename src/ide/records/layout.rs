//! How a TOML file is laid out: what folds, how a selection widens, where its texts lead.

use crate::ide::folding::{Fold, FoldKind};
use crate::ide::links::{Link, Target};
use crate::ide::toml::{Entry, Toml, Value, ValueKind};
use crate::project::glob::matches;
use crate::project::{Project, join};
use crate::source::{SourceFile, Span};

/// Gives what can be folded: blocks, values over several lines, runs of comments.
#[must_use]
pub fn folding(file: &SourceFile, toml: &Toml) -> Vec<Fold> {
    let mut spans: Vec<(Span, FoldKind)> = Vec::new();
    for block in &toml.blocks {
        if block.header.is_some() {
            spans.push((block.span, FoldKind::Block));
        }
        for entry in &block.entries {
            spans.push((entry.span, FoldKind::Block));
        }
    }
    spans.extend(comments(file, toml).map(|span| (span, FoldKind::Comment)));
    let mut folds: Vec<Fold> = spans
        .into_iter()
        .filter(|(span, _)| file.line_of(span.start) < file.line_of(span.end))
        .map(|(span, kind)| Fold { span, kind })
        .collect();
    folds.sort_by_key(|fold| (fold.span.start, fold.span.end));
    folds
}

/// Joins comments that stand alone on lines that follow each other.
fn comments(file: &SourceFile, toml: &Toml) -> impl Iterator<Item = Span> {
    let mut runs: Vec<Span> = Vec::new();
    for &comment in &toml.comments {
        let line = file.line_of(comment.start);
        let before = Span {
            end: comment.start,
            ..file.line_span(line)
        };
        if !file.slice(before).trim().is_empty() {
            continue;
        }
        match runs.last_mut() {
            Some(last) if file.line_of(last.end) + 1 == line => last.end = comment.end,
            Some(_) | None => runs.push(comment),
        }
    }
    runs.into_iter()
}

/// Gives the spans around an offset, the narrowest first; each lies in the next.
#[must_use]
pub fn selection(file: &SourceFile, toml: &Toml, offset: u32) -> Vec<Span> {
    let mut spans = vec![file.span()];
    let block = toml.block_at(offset);
    if let Some(block) = block.filter(|block| block.span.touches(offset)) {
        spans.push(block.span);
        spans.extend(block.header.as_ref().map(|header| header.span));
        let keys = block.header.iter().flat_map(|header| &header.keys);
        spans.extend(keys.map(|key| key.span));
        in_entries(&block.entries, offset, &mut spans);
    }
    spans.extend(toml.comments.iter().copied());
    spans.retain(|span| span.touches(offset));
    spans.sort_by_key(|span| (span.end - span.start, span.start));
    spans.dedup();
    let mut kept: Vec<Span> = Vec::new();
    for span in spans {
        match kept.last() {
            Some(last) if span.start > last.start || span.end < last.end => {}
            Some(_) | None => kept.push(span),
        }
    }
    kept
}

fn in_entries(entries: &[Entry], offset: u32, spans: &mut Vec<Span>) {
    for entry in entries.iter().filter(|entry| entry.span.touches(offset)) {
        spans.push(entry.span);
        spans.extend(entry.keys.iter().map(|key| key.span));
        if let Some(value) = &entry.value {
            in_value(value, offset, spans);
        }
    }
}

fn in_value(value: &Value, offset: u32, spans: &mut Vec<Span>) {
    if !value.span.touches(offset) {
        return;
    }
    spans.extend([value.span, value.bare()]);
    match &value.kind {
        ValueKind::List(items) => items.iter().for_each(|item| in_value(item, offset, spans)),
        ValueKind::Table(entries) => in_entries(entries, offset, spans),
        ValueKind::Text { .. } | ValueKind::Plain => {}
    }
}

/// Gives where the texts of a record file or of `servanda.toml` lead.
#[must_use]
pub fn links(project: &Project, file: &SourceFile, toml: &Toml) -> Vec<Link> {
    let mut found = Vec::new();
    for block in &toml.blocks {
        for entry in &block.entries {
            let Some(value) = &entry.value else {
                continue;
            };
            let is_list = block.header.is_none() && matches!(entry.name(), "rules" | "records");
            match &value.kind {
                ValueKind::Text { bare, .. } if entry.name() == "link" => {
                    let target = Target::Address(file.slice(*bare).to_owned());
                    let is_address = file.slice(*bare).starts_with("http");
                    found.extend(is_address.then_some(Link {
                        span: *bare,
                        target,
                    }));
                }
                ValueKind::List(items) if is_list => {
                    let places = items.iter().map(Value::bare);
                    found.extend(places.filter_map(|span| named(project, file, span)));
                }
                ValueKind::Text { .. }
                | ValueKind::List(_)
                | ValueKind::Table(_)
                | ValueKind::Plain => {}
            }
        }
    }
    found
}

/// Gives the file that a pattern names, the first where it names several.
fn named(project: &Project, file: &SourceFile, span: Span) -> Option<Link> {
    let pattern = join(file.name(), file.slice(span));
    let mut names = project.sources.iter().map(SourceFile::name);
    let name = names.find(|name| *name == pattern || matches(&pattern, name))?;
    Some(Link {
        span,
        target: Target::File(name.to_owned()),
    })
}
