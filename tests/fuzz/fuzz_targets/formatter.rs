//! The one layout of any text without mistakes says the same, keeps every comment and stays as it is when laid out again.
#![no_main]

mod shared;

libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    shared::mutate(data, size, max_size, seed)
});

libfuzzer_sys::fuzz_target!(|text: &str| -> libfuzzer_sys::Corpus {
    let (sources, parse) = shared::laws::read(text);
    let laid_out = servanda::syntax::format(shared::laws::first(&sources), &parse);
    if laid_out.is_none() {
        return libfuzzer_sys::Corpus::Reject;
    }
    shared::laws::laid_out(text);
    libfuzzer_sys::Corpus::Keep
});
