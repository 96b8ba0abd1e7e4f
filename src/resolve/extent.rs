//! Rules that ask for more combinations than can be looked at.

use super::Resolver;
use crate::agreement::extent::{too_many, too_wide};
use crate::agreement::{Body, KindId, Pledge};
use crate::diagnostic::{Code, Diagnostic};

impl Resolver<'_> {
    /// Reports derived kinds as which too much counts: of a chain of them only the first, for whose sake the others are.
    pub(super) fn check_derivations(&mut self) {
        let wide = too_wide(&self.vocabulary);
        let is_wide = |kind: &KindId| wide.get(kind.0 as usize) == Some(&true);
        let mut problems = Vec::new();
        for (kind, _) in self
            .vocabulary
            .kinds
            .iter()
            .zip(&wide)
            .filter(|(_, wide)| **wide)
        {
            let mut below = kind.bridges.iter().map(|bridge| bridge.pattern.kind);
            if below.any(|below| is_wide(&below)) {
                continue;
            }
            let message = format!(
                "more than 10,000 ways lead to `{}`, too many to follow",
                kind.name
            );
            let help = "Take out lines of its derivation that lead to the same kind on another way; until then pledges about it are left without a verdict.";
            let diagnostic = Diagnostic::new(Code::TooManyCombinations, kind.span, message);
            problems.push(diagnostic.help(help));
        }
        self.diagnostics.extend(problems);
    }

    /// Reports a `for each` with more combinations than are judged one by one, and leaves its pledge unjudged.
    pub(super) fn check_combinations(&mut self, pledges: &mut [Pledge]) {
        for pledge in pledges {
            let Some(span) = too_many(&self.vocabulary, pledge) else {
                continue;
            };
            let message =
                "`for each` has more than 200,000 combinations of members, too many to judge";
            let help = "Tie the variables together by a relation (`where neighbours(a: p, b: q)`), or write a pledge for each group.";
            self.report(Diagnostic::new(Code::TooManyCombinations, span, message).help(help));
            pledge.body = Body::Error;
        }
    }
}
