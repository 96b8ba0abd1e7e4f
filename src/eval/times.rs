//! Stretches of time, asked about many at once: is one of them inside a time, does one of them touch it.

use crate::time::{Instant, When};

/// Stretches in order of their beginnings.
#[derive(Clone, Debug, Default)]
pub(super) struct Times {
    begins: Vec<Instant>,
    /// By position: the latest end of all up to there.
    reach: Vec<Instant>,
    /// By position: the earliest end of all from there on.
    least: Vec<Instant>,
}

impl Times {
    /// Puts stretches in order.
    pub(super) fn new(mut items: Vec<When>) -> Times {
        items.sort_unstable();
        let ends = || items.iter().map(|item| item.latest);
        let mut least: Vec<Instant> = ends().rev().scan(Instant::MAX, running_least).collect();
        least.reverse();
        Times {
            begins: items.iter().map(|item| item.earliest).collect(),
            reach: ends().scan(Instant::MIN, running_most).collect(),
            least,
        }
    }

    /// Says whether one of them begins at or after a moment and has ended by another.
    pub(super) fn any_within(&self, from: Instant, to: Instant) -> bool {
        let first = self.begins.partition_point(|begin| *begin < from);
        self.least.get(first).is_some_and(|least| *least <= to)
    }

    /// Says whether one of them begins before a moment and ends after another.
    pub(super) fn any_touching(&self, ends_after: Instant, begins_before: Instant) -> bool {
        self.longest(begins_before, false)
            .is_some_and(|reach| reach > ends_after)
    }

    /// Says whether one of them has begun by a moment and ends at or after another.
    pub(super) fn any_around(&self, begun_by: Instant, ends_from: Instant) -> bool {
        self.longest(begun_by, true)
            .is_some_and(|reach| reach >= ends_from)
    }

    /// Gives the latest end of those that begin before a moment, or at it.
    fn longest(&self, moment: Instant, inclusive: bool) -> Option<Instant> {
        let begun = |begin: &Instant| *begin < moment || inclusive && *begin == moment;
        let count = self.begins.partition_point(begun);
        self.reach.get(count.checked_sub(1)?).copied()
    }

    /// Gives the position of the first one that may end after a moment.
    pub(super) fn first_after(&self, moment: Instant) -> usize {
        self.reach.partition_point(|reach| *reach <= moment)
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "a scan goes on for as long as it gives something"
)]
fn running_least(so_far: &mut Instant, end: Instant) -> Option<Instant> {
    *so_far = (*so_far).min(end);
    Some(*so_far)
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "a scan goes on for as long as it gives something"
)]
fn running_most(so_far: &mut Instant, end: Instant) -> Option<Instant> {
    *so_far = (*so_far).max(end);
    Some(*so_far)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretch(earliest: i64, latest: i64) -> When {
        When {
            earliest: Instant(earliest),
            latest: Instant(latest),
        }
    }

    #[test]
    fn answers_are_those_of_looking_at_each() {
        let items = [(0, 9), (1, 2), (4, 5), (4, 8), (7, 8)].map(|(a, b)| stretch(a, b));
        let times = Times::new(items.to_vec());
        for a in (-1..11).map(Instant) {
            for b in (-1..11).map(Instant) {
                let any = |test: &dyn Fn(&When) -> bool| items.iter().any(test);
                assert_eq!(
                    times.any_within(a, b),
                    any(&|item| item.earliest >= a && item.latest <= b)
                );
                assert_eq!(
                    times.any_touching(a, b),
                    any(&|item| item.latest > a && item.earliest < b)
                );
                assert_eq!(
                    times.any_around(a, b),
                    any(&|item| item.earliest <= a && item.latest >= b)
                );
            }
        }
    }
}
