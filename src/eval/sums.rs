//! How much of what matches a pattern lies between two moments, certainly and possibly, without looking at each match again.

use crate::evidence::Truth;
use crate::quantity::Decimal;
use crate::time::{Instant, When};

use super::bounds::Bounds;
use super::{Truths, always};

/// Points, each with an amount, added up over a corner of the plane.
///
/// Blocks of one, two, four, … points in order of their first coordinate, each block in order of the second with its running totals: every stretch
/// of the first coordinate is made of few blocks. Source: Bentley, Decomposable searching problems (1979).
#[derive(Debug, Default)]
struct Corner {
    /// First coordinates, in order.
    first: Vec<i128>,
    /// By size of the blocks.
    blocks: Vec<Vec<Entry>>,
}

/// A point in its block: its second coordinate, and the total of the block up to it. An amount that is not known makes the total unknown.
#[derive(Clone, Copy, Debug)]
struct Entry {
    second: i128,
    amount: Option<Decimal>,
    total: Option<Decimal>,
}

impl Corner {
    fn of(mut points: Vec<(i128, i128, Option<Decimal>)>) -> Corner {
        points.sort_unstable();
        let first = points.iter().map(|(first, _, _)| *first).collect();
        let alone = points.into_iter().map(|(_, second, amount)| Entry {
            second,
            amount,
            total: amount,
        });
        let mut blocks: Vec<Vec<Entry>> = vec![alone.collect()];
        let mut size = 1;
        while let Some(smaller) = blocks.last().filter(|level| size < level.len()) {
            let mut level = smaller.clone();
            size *= 2;
            for block in level.chunks_mut(size) {
                // Two runs in order are merged in one pass.
                block.sort_by_key(|entry| entry.second);
                let mut total = Some(Decimal::ZERO);
                for entry in block {
                    total = sum(total, entry.amount);
                    entry.total = total;
                }
            }
            blocks.push(level);
        }
        Corner { first, blocks }
    }

    /// Adds up the points from `least` on whose second coordinate is at most `most`.
    fn total(&self, least: i128, most: i128) -> Option<Decimal> {
        let mut from = self.first.partition_point(|first| *first < least);
        let mut total = Some(Decimal::ZERO);
        // From the first place on, take the largest block that begins there, as long as there is one.
        while from < self.first.len() {
            let tallest = self.blocks.len().saturating_sub(1);
            let height = (from.trailing_zeros() as usize).min(tallest);
            let size = 1usize << height;
            let block = self.blocks.get(height).map_or(&[][..], |level| {
                let end = level.len().min(from + size);
                level.get(from..end).unwrap_or_default()
            });
            let inside = block.partition_point(|entry| entry.second <= most);
            if let Some(last) = inside.checked_sub(1).and_then(|last| block.get(last)) {
                total = sum(total, last.total);
            }
            from += size;
        }
        total
    }
}

fn sum(a: Option<Decimal>, b: Option<Decimal>) -> Option<Decimal> {
    a.zip(b).and_then(|(a, b)| a.checked_add(b))
}

/// A match as it is counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    pub(super) when: When,
    pub(super) truths: Truths,
    pub(super) amount: Bounds,
}

/// The sums over matches, at each standard.
#[derive(Debug)]
pub(super) struct Sums {
    /// What is shown, by its lower figures.
    certain: [Corner; 4],
    /// What is shown or contested, by its upper ones, with time running backwards.
    possible: [Corner; 4],
}

impl Sums {
    pub(super) fn of(items: &[Item]) -> Sums {
        let corner =
            |standard: usize, wanted: &dyn Fn(Truth) -> bool, point: &dyn Fn(&Item) -> _| {
                let of_standard = |item: &&Item| {
                    item.truths
                        .get(standard)
                        .is_some_and(|truth| wanted(*truth))
                };
                Corner::of(items.iter().filter(of_standard).map(point).collect())
            };
        let standards = [0usize, 1, 2, 3];
        Sums {
            certain: standards.map(|standard| {
                corner(standard, &|truth| truth == Truth::True, &|item| {
                    let (earliest, latest) = (at(item.when.earliest), at(item.when.latest));
                    (earliest, latest, item.amount.low)
                })
            }),
            possible: standards.map(|standard| {
                let matters = |truth| matches!(truth, Truth::True | Truth::Contested);
                corner(standard, &matters, &|item| {
                    let (earliest, latest) = (at(item.when.earliest), at(item.when.latest));
                    (-earliest, -latest, item.amount.high)
                })
            }),
        }
    }

    /// Gives the least that certainly, and the most that possibly, was by the latest moment and not before the earliest one.
    pub(super) fn between(&self, standard: usize, from: When, by: When) -> Bounds {
        let (from, by) = (at(from.earliest), at(by.latest));
        let certain = self.certain.get(standard);
        let possible = self.possible.get(standard);
        Bounds {
            low: certain.and_then(|corner| corner.total(from, by)),
            high: possible.and_then(|corner| corner.total(-by + 1, -from - 1)),
        }
    }
}

/// Whether anything lies between two moments, at each standard.
#[derive(Debug)]
pub(super) struct Existence {
    shown: [Least; 4],
    possible: [Least; 4],
}

impl Existence {
    pub(super) fn of(matches: &[(When, Truths)]) -> Existence {
        let least = |standard: usize, wanted: &dyn Fn(Truth) -> bool, backwards: bool| {
            let of_standard = matches
                .iter()
                .filter(|(_, truths)| truths.get(standard).is_some_and(|truth| wanted(*truth)));
            let point = |(when, _): &(When, Truths)| {
                let (earliest, latest) = (at(when.earliest), at(when.latest));
                if backwards {
                    (-earliest, -latest)
                } else {
                    (earliest, latest)
                }
            };
            Least::of(of_standard.map(point).collect())
        };
        let standards = [0usize, 1, 2, 3];
        Existence {
            shown: standards.map(|standard| least(standard, &|truth| truth == Truth::True, false)),
            possible: standards.map(|standard| {
                let matters = |truth| matches!(truth, Truth::True | Truth::Contested);
                least(standard, &matters, true)
            }),
        }
    }

    /// Gives the truths of "something was by that moment, and not before the other one".
    pub(super) fn between(&self, from: When, by: When) -> Truths {
        let (from, by) = (at(from.earliest), at(by.latest));
        let mut truths = always(Truth::NotShown);
        let found = self.shown.iter().zip(&self.possible);
        for (truth, (shown, possible)) in truths.iter_mut().zip(found) {
            if shown.from(from).is_some_and(|least| least <= by) {
                *truth = Truth::True;
            } else if possible.from(-by + 1).is_some_and(|least| least < -from) {
                *truth = Truth::Contested;
            }
        }
        truths
    }
}

/// Points in order of a first coordinate, with the least second one from each place on.
#[derive(Debug)]
struct Least {
    points: Vec<(i128, i128)>,
}

impl Least {
    fn of(mut points: Vec<(i128, i128)>) -> Least {
        points.sort_unstable();
        let mut least = i128::MAX;
        for (_, second) in points.iter_mut().rev() {
            least = least.min(*second);
            *second = least;
        }
        Least { points }
    }

    /// Gives the least second coordinate of the points from `first` on.
    fn from(&self, first: i128) -> Option<i128> {
        let place = self.points.partition_point(|(point, _)| *point < first);
        self.points.get(place).map(|(_, least)| *least)
    }
}

/// Gives a place on a ruler that can be turned round.
fn at(instant: Instant) -> i128 {
    i128::from(instant.0)
}
