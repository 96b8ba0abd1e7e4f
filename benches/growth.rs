//! How the cost of a run grows with the records, shape by shape: `cargo bench --bench growth`.
//!
//! Prints milliseconds (the least of several runs) at one, two, four and eight times the records, and how many times the cost of the first
//! size the last one takes: 8 is linear, 64 a square. `cargo bench --bench growth -- NAME SIZE` runs one shape once, to count instructions.

#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot start should stop"
)]
#![expect(clippy::print_stdout, reason = "printing is its job")]

#[path = "../tests/growth/workload.rs"]
mod workload;

use std::time::{Duration, Instant};

use workload::{Job, SHAPES, Shape};

const SMALLEST: usize = 500;
const RUNS: usize = 3;

fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let wanted = arguments.first().map_or("", String::as_str);
    let size: Option<usize> = arguments.get(1).map(|size| size.parse().unwrap());
    for shape in SHAPES.iter().filter(|shape| shape.name.contains(wanted)) {
        match size {
            Some(size) => {
                let job = Job::of(shape, size);
                std::hint::black_box(job.run());
            }
            None => growth(shape),
        }
    }
}

fn growth(shape: &Shape) {
    let times = [1, 2, 4, 8].map(|factor| least(&Job::of(shape, SMALLEST * factor)));
    let shown = times.map(|time| format!("{:8.1}", time.as_secs_f64() * 1e3));
    let [first, .., last] = times;
    println!(
        "{:55} {} ms  {:5.1} times for 8 times the records",
        shape.name,
        shown.join(" "),
        last.as_secs_f64() / first.as_secs_f64()
    );
}

fn least(job: &Job) -> Duration {
    let run = || {
        let start = Instant::now();
        std::hint::black_box(job.run());
        start.elapsed()
    };
    (0..RUNS).map(|_| run()).min().unwrap()
}
