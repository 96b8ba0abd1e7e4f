//! The order of the files: what is used comes first, and a circle of `use` is cut where it closes.

use std::collections::BTreeMap;

use super::{Unit, UnitFile, UseTarget};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::SourceId;

/// Gives the files that the root reaches, used ones first, and reports circles and files that cannot be read.
pub(super) fn order<'a>(
    unit: &'a Unit<'a>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<&'a UnitFile<'a>> {
    let files = unit.files.iter().map(|file| (file.file.id(), file));
    let mut walk = Walk {
        files: files.collect(),
        path: Vec::new(),
        done: BTreeMap::new(),
        ordered: Vec::new(),
        diagnostics,
    };
    walk.run(unit.root);
    walk.ordered
}

struct Walk<'a, 'd> {
    files: BTreeMap<SourceId, &'a UnitFile<'a>>,
    /// The files on the way from the root, each with the position of the next `use` to follow.
    path: Vec<(&'a UnitFile<'a>, usize)>,
    /// Files seen; `true` once everything they use has been seen.
    done: BTreeMap<SourceId, bool>,
    ordered: Vec<&'a UnitFile<'a>>,
    diagnostics: &'d mut Vec<Diagnostic>,
}

impl<'a> Walk<'a, '_> {
    fn run(&mut self, root: SourceId) {
        self.enter(root);
        while let Some((file, next)) = self.path.last_mut() {
            let file = *file;
            let target = file.uses.get(*next);
            *next += 1;
            match target {
                Some(target) => self.follow(target),
                None => self.leave(file),
            }
        }
    }

    fn enter(&mut self, id: SourceId) {
        if let Some(file) = self.files.get(&id) {
            self.done.insert(id, false);
            self.path.push((file, 0));
        }
    }

    fn leave(&mut self, file: &'a UnitFile<'a>) {
        self.path.pop();
        self.done.insert(file.file.id(), true);
        self.ordered.push(file);
    }

    fn follow(&mut self, target: &UseTarget) {
        match &target.target {
            Err(why) => self.diagnostics.push(Diagnostic::new(
                Code::MissingFile,
                target.span,
                format!("the file that is used here cannot be read: {why}"),
            )),
            Ok(id) => match self.done.get(id) {
                None => self.enter(*id),
                Some(true) => {}
                Some(false) => self.report_cycle(target, *id),
            },
        }
    }

    fn report_cycle(&mut self, closing: &UseTarget, id: SourceId) {
        let circle = self
            .path
            .iter()
            .skip_while(|(file, _)| file.file.id() != id);
        let names: Vec<String> = circle
            .clone()
            .map(|(file, _)| format!("`{}`", file.file.name()))
            .collect();
        let first = names.first().cloned().unwrap_or_default();
        let mut diagnostic = Diagnostic::new(
            Code::DeclarationCycle,
            closing.span,
            format!(
                "the file {first} uses itself: {} → {first}",
                names.join(" → ")
            ),
        )
        .help("Move what both need into a file of its own and use that one.");
        for (file, next) in circle {
            if let Some(used) = file.uses.get(next.saturating_sub(1))
                && used.span != closing.span
            {
                diagnostic = diagnostic.related(used.span, "goes on here");
            }
        }
        self.diagnostics.push(diagnostic);
    }
}
