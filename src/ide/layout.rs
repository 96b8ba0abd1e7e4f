//! The layout of a part of a file.

use crate::source::{SourceFile, Sources, Span, Spanned};
use crate::syntax::{Parse, format, parse};

/// Lays out the declarations that a selection touches; nothing where the file has syntax errors or they are laid out already.
#[must_use]
pub fn format_range(
    file: &SourceFile,
    parsed: &Parse,
    start: u32,
    end: u32,
) -> Option<Spanned<String>> {
    let formatted = format(file, parsed)?;
    let mut sources = Sources::default();
    let id = sources.add(file.name(), formatted);
    let new = sources.get(id);
    let laid_out = parse(new);
    let touched: Vec<(Span, Span)> = parsed
        .tree
        .items
        .iter()
        .zip(&laid_out.tree.items)
        .filter(|(old, _)| old.span.start <= end && start <= old.span.end)
        .map(|(old, new)| (old.span, new.span))
        .collect();
    let (first, last) = (touched.first()?, touched.last()?);
    let span = first.0.to(last.0);
    let text = new.slice(first.1.to(last.1));
    (file.slice(span) != text).then(|| Spanned::new(text.to_owned(), span))
}
