//! Names that are declared in the rule file itself and that nothing uses.
//!
//! A file without pledges is a vocabulary: what it declares is for others. Parties, actors, places and groups are there for the records,
//! and a pledge is judged whether or not another speaks of it; none of them is named here. Whoever has the records at hand drops what is said
//! of kinds and measures that they use.

use std::collections::HashMap;

use crate::agreement::{Pledge, Sort};
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::Resolver;
use crate::resolve::declare::words;
use crate::source::Span;

/// A declared name, and what to say of it.
struct Declared {
    name: String,
    what: &'static str,
    span: Span,
    help: &'static str,
}

const NOT_ASKED: &str = "No pledge asks for it, so no record of it changes a verdict. Use it in a pledge or in what `counts`, or leave it out.";
const LEFT_OVER: &str = "Use it, or leave it out.";

impl Resolver<'_> {
    /// Warns of names that stand nowhere but in their own declaration.
    pub(super) fn lint_names(&mut self, pledges: &[Pledge]) {
        let root = self.root;
        // The name may be missing where the mistake is.
        if self.failed_since(0) {
            return;
        }
        if !pledges.iter().any(|pledge| pledge.span.source == root) {
            return;
        }
        let declared = self.declared();
        let names = declared.iter().map(|one| (one.name.as_str(), 0));
        let mut uses: HashMap<&str, usize> = names.collect();
        for file in &self.files {
            for word in words(&without_texts(file.file.text())) {
                if let Some(count) = uses.get_mut(word) {
                    *count += 1;
                }
            }
        }
        let unused = declared.iter().filter(|one| {
            let own = one.span.source == root && !self.lost.contains(one.name.as_str());
            own && uses.get(one.name.as_str()).copied().unwrap_or(0) <= 1
        });
        let problems: Vec<Diagnostic> = unused
            .map(|one| {
                let message = format!("the {} `{}` is used nowhere", one.what, one.name);
                Diagnostic::new(Code::UnusedName, one.span, message).help(one.help)
            })
            .collect();
        self.diagnostics.extend(problems);
    }

    fn declared(&self) -> Vec<Declared> {
        let vocabulary = &self.vocabulary;
        let mut all = Vec::new();
        let mut add = |name: &str, what, span, help| {
            let name = name.to_owned();
            all.push(Declared {
                name,
                what,
                span,
                help,
            });
        };
        for kind in &vocabulary.kinds {
            add(&kind.name, "event", kind.span, NOT_ASKED);
        }
        for measure in &vocabulary.measures {
            add(&measure.name, "measure", measure.span, NOT_ASKED);
        }
        for given in &vocabulary.givens {
            // Each line of a table says its name again.
            if given.lines.len() <= 1 {
                add(&given.name, "given quantity", given.span, LEFT_OVER);
            }
        }
        for state in &vocabulary.states {
            add(&state.name, "state", state.span, LEFT_OVER);
        }
        for relation in &vocabulary.relations {
            add(&relation.name, "relation", relation.span, LEFT_OVER);
        }
        // The kinds inside a category are part of its tree; a group is used by whoever is in it.
        for thing in &vocabulary.things {
            if thing.sort == Sort::Category && thing.parents.is_empty() {
                add(&thing.name, "category", thing.span, LEFT_OVER);
            }
        }
        for date in self.dates.values() {
            add(&date.name.text, "date", date.name.span, LEFT_OVER);
        }
        for (name, _) in &self.found.units {
            add(&name.text, "unit", name.span, LEFT_OVER);
        }
        all
    }
}

/// Gives a rule file without its comments and its texts, in which a name is no use of what it names.
fn without_texts(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    let mut letters = text.chars();
    let mut quoted = false;
    while let Some(letter) = letters.next() {
        match letter {
            '"' => {
                quoted = !quoted;
                bare.push(' ');
            }
            '\\' if quoted => {
                letters.next();
            }
            '#' if !quoted => {
                let rest = letters.as_str();
                let comment = rest.find('\n').unwrap_or(rest.len());
                letters = rest.get(comment..).unwrap_or_default().chars();
            }
            _ if quoted => {}
            _ => bare.push(letter),
        }
    }
    bare
}
