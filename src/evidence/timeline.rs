//! Stretches of time, found by what they overlap.

use crate::time::{Instant, When};

/// Items in order of their beginnings.
#[derive(Clone, Debug)]
pub(super) struct Timeline<T> {
    items: Vec<(When, T)>,
    /// A tree over the items: the root is at 1, the children of `n` at `2n` and `2n + 1`, the leaves are the items. At each node the latest end
    /// of everything below it, so that a long stretch among many short ones does not make those be looked at.
    reach: Vec<Instant>,
    leaves: usize,
}

impl<T: Copy + Ord> Timeline<T> {
    /// Puts items in order.
    pub(super) fn new(mut items: Vec<(When, T)>) -> Timeline<T> {
        items.sort_unstable();
        let leaves = items.len().next_power_of_two();
        let mut reach = vec![Instant::MIN; leaves];
        reach.extend(items.iter().map(|(when, _)| when.latest));
        reach.resize(2 * leaves, Instant::MIN);
        for node in (1..leaves).rev() {
            let of = |child: usize| reach.get(child).copied().unwrap_or(Instant::MIN);
            let latest = of(2 * node).max(of(2 * node + 1));
            if let Some(place) = reach.get_mut(node) {
                *place = latest;
            }
        }
        Timeline {
            items,
            reach,
            leaves,
        }
    }

    /// Gives the items that overlap a stretch of time, the last beginning first.
    pub(super) fn overlapping(&self, when: When) -> impl Iterator<Item = T> + '_ {
        let end = self
            .items
            .partition_point(|(item, _)| item.earliest < when.latest);
        // Each node waits with the position of the first leaf below it and how many there are.
        let mut waiting = vec![(1, 0, self.leaves)];
        std::iter::from_fn(move || {
            while let Some((node, first, count)) = waiting.pop() {
                let reaches = self.reach.get(node).is_some_and(|at| *at > when.earliest);
                if first >= end || !reaches {
                    continue;
                }
                if count == 1 {
                    return self.items.get(first).map(|(_, value)| *value);
                }
                let half = count / 2;
                waiting.push((2 * node, first, half));
                waiting.push((2 * node + 1, first + half, half));
            }
            None
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_overlaps_is_found_last_beginning_first() {
        let when = |earliest: i64, latest: i64| When {
            earliest: Instant(earliest),
            latest: Instant(latest),
        };
        let items = [(0, 20), (1, 2), (3, 5), (3, 9), (6, 7), (8, 9), (8, 30)];
        for count in 0..=items.len() {
            let items: Vec<(When, usize)> = items
                .iter()
                .take(count)
                .enumerate()
                .map(|(n, (a, b))| (when(*a, *b), n))
                .collect();
            let timeline = Timeline::new(items.clone());
            for (from, to) in (-1..32).flat_map(|from| (from + 1..33).map(move |to| (from, to))) {
                let asked = when(from, to);
                let expected: Vec<usize> = items
                    .iter()
                    .rev()
                    .filter(|(item, _)| item.overlaps(asked))
                    .map(|(_, value)| *value)
                    .collect();
                let found: Vec<usize> = timeline.overlapping(asked).collect();
                assert_eq!(found, expected, "{asked:?} of {count}");
            }
        }
    }
}
