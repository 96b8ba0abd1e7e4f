//! Where a record has it from: echoes are followed to the records or sources that spoke first.
//!
//! A record that repeats others is as good as the best path from it to a root on which every record stands. Without such a path it is
//! tainted: it is shown and counts for nothing.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::liveness::{Liveness, precedes};
use crate::record::{Echo, InformantId, RecordId, Records};

/// Where the echoes of a record end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Root {
    /// The record that says it first, as far as the file knows.
    pub(super) record: RecordId,
    /// Who says it there.
    pub(super) teller: Teller,
}

/// Who speaks in a root.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Teller {
    /// The record's own source.
    Itself,
    /// The record's own source, from somebody unnamed: what it repeats was not there yet.
    Unnamed,
    /// A source of which there is no record on file.
    Source(InformantId),
}

#[derive(Clone, Debug, Default)]
struct Node {
    /// The record that is out, where every path leads through one.
    tainted_by: Option<RecordId>,
    /// The analyst doubts it, or everything that it repeats.
    doubted: bool,
    /// Roots of its own.
    roots: Vec<Root>,
    /// The records that it repeats; one that repeats only one other is skipped.
    through: Vec<RecordId>,
    /// All roots, where they are few: so that long chains of records that each repeat several need not be walked again for every record.
    all: Option<Rc<BTreeSet<Root>>>,
}

/// Picked by gut feeling: far more than a record has whose echoes somebody wrote by hand.
const FEW: usize = 32;

/// The origins of all records.
#[derive(Debug)]
pub(super) struct Origins {
    nodes: Vec<Node>,
}

/// Follows the echoes of every known record.
pub(super) fn trace(records: &Records, liveness: &Liveness) -> Origins {
    let mut origins = Origins {
        nodes: vec![Node::default(); records.records.len()],
    };
    // INVARIANT: an echo leads to an earlier record, so what it repeats has been traced before.
    for &id in &liveness.order {
        let mut node = origins.node_of(records, liveness, id);
        node.all = origins.few_roots(&node);
        if let Some(slot) = origins.nodes.get_mut(id.0 as usize) {
            *slot = node;
        }
    }
    origins
}

impl Origins {
    /// Gives the record that is out and through which every path of this one leads.
    pub(super) fn tainted_by(&self, id: RecordId) -> Option<RecordId> {
        self.node(id).and_then(|node| node.tainted_by)
    }

    /// Says whether the analyst doubts a record or everything that it repeats.
    pub(super) fn is_doubted(&self, id: RecordId) -> bool {
        self.node(id).is_some_and(|node| node.doubted)
    }

    /// Gives the roots of a record, in order.
    pub(super) fn roots(&self, id: RecordId) -> BTreeSet<Root> {
        let mut roots = BTreeSet::new();
        let mut seen = BTreeSet::from([id]);
        let mut open = vec![id];
        while let Some(node) = open.pop().and_then(|at| self.node(at)) {
            if let Some(all) = &node.all {
                roots.extend(all.iter().copied());
                continue;
            }
            roots.extend(node.roots.iter().copied());
            open.extend(
                node.through
                    .iter()
                    .copied()
                    .filter(|&next| seen.insert(next)),
            );
        }
        roots
    }

    /// Gathers the roots of a node from those that it repeats, where they are few.
    fn few_roots(&self, node: &Node) -> Option<Rc<BTreeSet<Root>>> {
        let mut roots: BTreeSet<Root> = node.roots.iter().copied().collect();
        for id in &node.through {
            let below = self.node(*id)?.all.as_ref()?;
            roots.extend(below.iter().copied());
            if roots.len() > FEW {
                return None;
            }
        }
        (roots.len() <= FEW).then(|| Rc::new(roots))
    }

    fn node(&self, id: RecordId) -> Option<&Node> {
        self.nodes.get(id.0 as usize)
    }

    fn node_of(&self, records: &Records, liveness: &Liveness, id: RecordId) -> Node {
        let record = records.record(id);
        let graded_down = record
            .grade
            .is_some_and(|grade| matches!(grade.digit, 4 | 5));
        let mut gathered = Gathered::default();
        for echo in &record.echoes {
            match *echo {
                Echo::Informant(source) => gathered.sources.push(Root {
                    record: id,
                    teller: Teller::Source(source),
                }),
                Echo::Record(target) if !precedes(records, target, id) => gathered.late = true,
                Echo::Record(target) => self.gather(liveness, target, &mut gathered),
            }
        }
        let own = |teller| Node {
            doubted: graded_down,
            roots: vec![Root { record: id, teller }],
            ..Node::default()
        };
        if record.echoes.is_empty() {
            own(Teller::Itself)
        } else if gathered.is_empty() && gathered.late {
            own(Teller::Unnamed)
        } else {
            gathered.into_node(graded_down)
        }
    }

    fn gather(&self, liveness: &Liveness, target: RecordId, gathered: &mut Gathered) {
        if !liveness.is_live(target) {
            gathered.out.get_or_insert(target);
        } else if let Some(out) = self.tainted_by(target) {
            gathered.out.get_or_insert(out);
        } else if self.is_doubted(target) && self.repeats(target) {
            gathered.doubted.insert(self.shortest(target));
        } else {
            gathered.sound.insert(self.shortest(target));
        }
    }

    fn repeats(&self, id: RecordId) -> bool {
        self.node(id).is_some_and(|node| !node.through.is_empty())
    }

    /// Skips a record that only repeats one other, so that long chains cost nothing.
    fn shortest(&self, id: RecordId) -> RecordId {
        match self.node(id) {
            Some(node) if node.roots.is_empty() => match node.through.as_slice() {
                [only] => *only,
                [] | [_, _, ..] => id,
            },
            Some(_) | None => id,
        }
    }
}

/// What the echoes of one record lead to.
#[derive(Default)]
struct Gathered {
    sources: Vec<Root>,
    sound: BTreeSet<RecordId>,
    doubted: BTreeSet<RecordId>,
    out: Option<RecordId>,
    late: bool,
}

impl Gathered {
    fn is_empty(&self) -> bool {
        self.sources.is_empty() && self.sound.is_empty() && self.doubted.is_empty()
    }

    fn into_node(self, graded_down: bool) -> Node {
        let all_doubted = self.sources.is_empty() && self.sound.is_empty();
        let tainted_by = self.out.filter(|_| all_doubted && self.doubted.is_empty());
        let through = if all_doubted {
            self.doubted
        } else {
            self.sound
        };
        Node {
            tainted_by,
            doubted: graded_down || (all_doubted && tainted_by.is_none()),
            roots: self.sources,
            through: through.into_iter().collect(),
            all: None,
        }
    }
}
