//! Any record file is read to its end: no block is lost without a word, and every problem has its place.
#![no_main]

mod shared;

use std::sync::LazyLock;

use shared::laws::Terms;

static TERMS: LazyLock<Terms> = LazyLock::new(|| {
    Terms::of(include_str!("../../records/rules.treaty"), &shared::used)
});

libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    shared::mutate(data, size, max_size, seed)
});

libfuzzer_sys::fuzz_target!(|text: &str| {
    TERMS.read(text);
});
