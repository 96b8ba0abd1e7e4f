//! Any text gives a tree and problems: each at a place in the text, none twice, at most one for each token.
#![no_main]

mod shared;

libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    shared::mutate(data, size, max_size, seed)
});

libfuzzer_sys::fuzz_target!(|text: &str| {
    shared::laws::understood(text);
});
