//! Circles in what is declared: found once, named whole, cut where they close.

use std::collections::BTreeMap;

use super::Resolver;
use crate::agreement::{GivenId, KindId, StateId};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// A circle: each member with the place at which it leads to the next; the last leads back to the first.
pub(super) type Cycle<K> = Vec<(K, Span)>;

/// Where each node leads, and where that is written.
pub(super) type Graph<K> = BTreeMap<K, Vec<(K, Span)>>;

/// Gives one circle for every edge that leads back onto the way to it.
///
/// Depth first, with a way of its own instead of recursion, since a chain may be as long as a file.
pub(super) fn cycles<K: Ord + Copy>(graph: &Graph<K>) -> Vec<Cycle<K>> {
    let mut found = Vec::new();
    // `true` once everything below a node has been seen.
    let mut seen: BTreeMap<K, bool> = BTreeMap::new();
    for &start in graph.keys() {
        if seen.contains_key(&start) {
            continue;
        }
        let mut path: Vec<(K, usize)> = vec![(start, 0)];
        seen.insert(start, false);
        while let Some((node, next)) = path.last_mut() {
            let node = *node;
            let edge = graph.get(&node).and_then(|edges| edges.get(*next)).copied();
            *next += 1;
            let Some((to, _)) = edge else {
                seen.insert(node, true);
                path.pop();
                continue;
            };
            match seen.get(&to) {
                None => {
                    seen.insert(to, false);
                    path.push((to, 0));
                }
                Some(true) => {}
                Some(false) => found.push(circle(graph, &path, to)),
            }
        }
    }
    found
}

/// Gives the part of the way from `first` on, each node with the edge that was taken from it.
fn circle<K: Ord + Copy>(graph: &Graph<K>, path: &[(K, usize)], first: K) -> Cycle<K> {
    path.iter()
        .skip_while(|(node, _)| *node != first)
        .filter_map(|&(node, next)| {
            let (_, span) = graph.get(&node)?.get(next.checked_sub(1)?)?;
            Some((node, *span))
        })
        .collect()
}

/// As many members of a circle as a message spells out, and as many places as it points at. Picked by gut feeling.
const MOST_NAMES: usize = 10;
const MOST_PLACES: usize = 10;

/// Leaves out the middle of a long way.
fn shorten(way: &mut Vec<String>) {
    let last = 3;
    let Some(left_out) = way
        .len()
        .checked_sub(MOST_NAMES + last)
        .filter(|left| *left > 0)
    else {
        return;
    };
    let middle = format!("… ({left_out} more) …");
    way.splice(MOST_NAMES..MOST_NAMES + left_out, [middle]);
}

/// Builds the diagnostic for a circle, whose members are called `names`.
pub(super) fn report<K>(
    cycle: &Cycle<K>,
    names: &[String],
    what: &str,
    help: &str,
) -> Option<Diagnostic> {
    let (&(_, closing), others) = cycle.split_last()?;
    let first = names.first()?;
    let mut way: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    way.push(format!("`{first}`"));
    shorten(&mut way);
    let message = format!("`{first}` {what} itself: {}", way.join(" → "));
    let diagnostic = Diagnostic::new(Code::DeclarationCycle, closing, message).help(help);
    let shown = others.iter().take(MOST_PLACES);
    Some(shown.fold(diagnostic, |diagnostic, &(_, span)| {
        diagnostic.related(span, "goes on here")
    }))
}

/// A definition that may rest on others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Node {
    Kind(KindId),
    State(StateId),
    Given(GivenId),
}

/// What a definition rests on, and where it says so.
pub(super) type Edge = (Node, Span);

impl Resolver<'_> {
    /// Notes that the definition in hand rests on another.
    pub(super) fn rest_on(&mut self, node: Node, span: Span) {
        self.rests_on.push((node, span));
    }

    /// Ends a definition: everything noted since the last one belongs to it.
    pub(super) fn end_definition(&mut self, node: Node) {
        let edges = std::mem::take(&mut self.rests_on);
        self.definitions.push((node, edges));
    }

    /// Reports definitions that rest on themselves, and takes out the line that closes each circle.
    pub(super) fn cut_definition_cycles(&mut self) {
        let mut graph: Graph<Node> = BTreeMap::new();
        for (node, edges) in std::mem::take(&mut self.definitions) {
            graph.entry(node).or_default().extend(edges);
        }
        self.rests_on.clear();
        for cycle in cycles(&graph) {
            let names: Vec<String> = cycle
                .iter()
                .map(|&(node, _)| self.node_name(node))
                .collect();
            let help =
                "What is derived must come down to what is recorded: take one of these lines out.";
            if let Some(diagnostic) = report(&cycle, &names, "is derived from", help) {
                self.report(diagnostic);
            }
            if let Some(&(node, span)) = cycle.last() {
                self.cut_definition(node, span);
            }
        }
    }

    fn node_name(&self, node: Node) -> String {
        match node {
            Node::Kind(id) => self.vocabulary.kind(id).name.clone(),
            Node::State(id) => self.vocabulary.state(id).name.clone(),
            Node::Given(id) => self.vocabulary.given(id).name.clone(),
        }
    }

    fn cut_definition(&mut self, node: Node, span: Span) {
        let apart = |line: Span| !(line.touches(span.start) && line.touches(span.end));
        match node {
            Node::Kind(KindId(id)) => {
                if let Some(kind) = self.vocabulary.kinds.get_mut(id as usize) {
                    kind.bridges.retain(|bridge| apart(bridge.span));
                }
            }
            Node::State(StateId(id)) => {
                if let Some(state) = self.vocabulary.states.get_mut(id as usize) {
                    state.begins.retain(|begin| apart(begin.span));
                    state.ends.retain(|end| apart(end.span));
                }
            }
            Node::Given(GivenId(id)) => {
                if let Some(given) = self.vocabulary.givens.get_mut(id as usize) {
                    given.lines.retain(|line| apart(line.span));
                }
            }
        }
    }
}
