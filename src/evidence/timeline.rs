//! Stretches of time, found by what they overlap.

use crate::time::{Instant, When};

/// Items in order of their beginnings.
#[derive(Clone, Debug)]
pub(super) struct Timeline<T> {
    items: Vec<(When, T)>,
    /// By position: the latest end of everything up to there.
    reach: Vec<Instant>,
}

impl<T: Copy + Ord> Timeline<T> {
    /// Puts items in order.
    pub(super) fn new(mut items: Vec<(When, T)>) -> Timeline<T> {
        items.sort_unstable();
        let reach = items
            .iter()
            .scan(Instant::MIN, |reach, (when, _)| {
                *reach = (*reach).max(when.latest);
                Some(*reach)
            })
            .collect();
        Timeline { items, reach }
    }

    /// Gives the items that overlap a stretch of time, the last beginning first.
    pub(super) fn overlapping(&self, when: When) -> impl Iterator<Item = T> + '_ {
        let end = self
            .items
            .partition_point(|(item, _)| item.earliest < when.latest);
        let begun = self.items.iter().zip(&self.reach).take(end);
        begun
            .rev()
            .take_while(move |(_, reach)| **reach > when.earliest)
            .filter(move |((item, _), _)| item.latest > when.earliest)
            .map(|((_, value), _)| *value)
    }
}
