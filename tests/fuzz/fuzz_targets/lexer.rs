//! Every byte of any text belongs to a token, a comment, a blank or a reported run of stray characters.
#![no_main]

mod shared;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let (sources, parse) = shared::laws::read(&String::from_utf8_lossy(bytes));
    shared::laws::covered(shared::laws::first(&sources), &parse);
});
