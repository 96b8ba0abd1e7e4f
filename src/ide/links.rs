//! What can be opened from a rule file: the files that it uses, and the addresses in its citations.

use crate::project::join;
use crate::source::{SourceFile, Span};
use crate::syntax::ast::{ClauseKind, Header, Item, ItemKind, Text};

/// A place that leads somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The place.
    pub span: Span,
    /// Where it leads.
    pub target: Target,
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A file, by its name in the project.
    File(String),
    /// An address of the web.
    Address(String),
}

/// Gives the links of a file, in order of the places.
#[must_use]
pub fn links(file: &SourceFile, items: &[Item]) -> Vec<Link> {
    let mut found = Vec::new();
    of_items(file, items, &mut found);
    found
}

fn of_items(file: &SourceFile, items: &[Item], found: &mut Vec<Link>) {
    for item in items {
        match &item.kind {
            ItemKind::Use(text) => found.push(Link {
                span: text.span,
                target: Target::File(join(file.name(), &text.value)),
            }),
            ItemKind::Agreement(agreement) => {
                for header in &agreement.headers {
                    if let Header::Cites(text) | Header::Source(text) = &header.value {
                        addresses(file, text, found);
                    }
                }
            }
            ItemKind::Article(article) => of_items(file, &article.items, found),
            ItemKind::Pledge(pledge) => {
                for clause in &pledge.clauses {
                    if let ClauseKind::Cites(text) | ClauseKind::Note(text) = &clause.kind {
                        addresses(file, text, found);
                    }
                }
            }
            ItemKind::Date { .. }
            | ItemKind::Unit { .. }
            | ItemKind::Holiday { .. }
            | ItemKind::Thing(_)
            | ItemKind::Category { .. }
            | ItemKind::Event(_)
            | ItemKind::Measure(_)
            | ItemKind::Given(_)
            | ItemKind::State(_)
            | ItemKind::Relation(_)
            | ItemKind::Scenario(_)
            | ItemKind::InForce(_)
            | ItemKind::Error => {}
        }
    }
}

/// Finds the addresses in a text as it stands in the file.
fn addresses(file: &SourceFile, text: &Text, found: &mut Vec<Link>) {
    let written = file.slice(text.span);
    for (at, _) in written.match_indices("https://") {
        let rest = written.get(at..).unwrap_or_default();
        let end = rest
            .find(|letter: char| letter.is_whitespace() || "\"<>;,\\".contains(letter))
            .unwrap_or(rest.len());
        let address = rest
            .get(..end)
            .unwrap_or_default()
            .trim_end_matches(['.', ')']);
        let start = text.span.start as usize + at;
        found.push(Link {
            span: Span::new(file.id(), start, start + address.len()),
            target: Target::Address(address.to_owned()),
        });
    }
}
