//! Checks of lexing, parsing and formatting.

use servanda::source::Sources;
use servanda::syntax;

use super::short;

/// Gives the diagnostics.
pub(crate) fn good(text: &str) -> String {
    let mut sources = Sources::default();
    let id = sources.add("case.treaty", text);
    let parse = syntax::parse(sources.get(id));
    short(&sources, &parse.diagnostics)
}

/// Gives the diagnostics of a file with mistakes.
pub(crate) fn bad(text: &str) -> String {
    let mut sources = Sources::default();
    let id = sources.add("case.treaty", text);
    let parse = syntax::parse(sources.get(id));
    short(&sources, &parse.diagnostics)
}
