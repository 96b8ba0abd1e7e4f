//! What the targets share: the laws that `cargo test` holds spoilt files against too, and a mutator that knows words, lines and blocks.

#![allow(dead_code, reason = "each target uses some of it")]

#[path = "../../support/laws.rs"]
pub mod laws;
#[path = "../../support/mutants.rs"]
pub mod mutants;

use mutants::{CHANGES, Mistake, PIECES};

/// Gives the shipped file that rules may use.
pub fn used(path: &str) -> Option<String> {
    let shipped = include_str!("../../../rules/common/afghanistan.treaty");
    path.ends_with("afghanistan.treaty")
        .then(|| shipped.to_owned())
}

/// Half of the time makes a mistake in a word, a line or a block; else changes bytes, or puts in a word of the dictionary.
pub fn mutate(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    let seed = u64::from(seed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let part = |shift: u32| usize::try_from(seed >> shift & 0xffff).unwrap_or(0);
    if part(48) % 2 == 0
        && let Some(Ok(text)) = data.get(..size).map(std::str::from_utf8)
    {
        let mistake = Mistake {
            piece: PIECES[part(40) % PIECES.len()],
            change: CHANGES[part(44) % CHANGES.len()],
            at: part(16),
            other: part(28),
        };
        let spoilt = mutants::spoil(text, &[mistake]);
        if spoilt.len() <= max_size && spoilt != text {
            data[..spoilt.len()].copy_from_slice(spoilt.as_bytes());
            return spoilt.len();
        }
    }
    libfuzzer_sys::fuzzer_mutate(data, size, max_size)
}
