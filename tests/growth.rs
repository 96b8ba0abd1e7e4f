//! The cost of a run grows with the records, not with records times instances.
//!
//! Times on a shared machine are noisy, so the bound is generous and a shape gets several tries: eight times the records may take up to
//! twenty-four times as long, where a square takes sixty-four. A shape that grows with the square fails every try; a linear one has to be
//! disturbed in every try to fail.

#![expect(clippy::unwrap_used, reason = "a failing test should stop")]

#[path = "growth/workload.rs"]
mod workload;

use std::time::{Duration, Instant};

use workload::{Job, SHAPES, Shape};

const SMALL: usize = 240;
const FACTOR: usize = 8;
const MOST: f64 = 24.0;
const TRIES: usize = 5;

#[test]
fn eight_times_the_records_cost_about_eight_times_as_much() {
    let wanted = std::env::var("SERVANDA_SHAPE").unwrap_or_default();
    let steep: Vec<String> = SHAPES
        .iter()
        .filter(|shape| shape.name.contains(&wanted))
        .filter_map(steep)
        .collect();
    assert!(steep.is_empty(), "{steep:#?}");
}

/// Says how steeply the cost of a shape grows, where it is too steep in every try.
fn steep(shape: &Shape) -> Option<String> {
    let (small, large) = (Job::of(shape, SMALL), Job::of(shape, SMALL * FACTOR));
    let mut least = f64::INFINITY;
    for _ in 0..TRIES {
        let before = time(&small).min(time(&small));
        let after = time(&large);
        least = least.min(after.as_secs_f64() / before.as_secs_f64());
        if least <= MOST {
            return None;
        }
    }
    Some(format!(
        "{}: {least:.0} times for {FACTOR} times the records",
        shape.name
    ))
}

fn time(job: &Job) -> Duration {
    let start = Instant::now();
    std::hint::black_box(job.run());
    start.elapsed()
}
