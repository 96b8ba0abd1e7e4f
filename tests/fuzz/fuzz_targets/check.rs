//! A whole run over any rules, records and dates: it ends, says nothing twice, and the order of the records does not show.
//!
//! The input is the rules, a line `%%`, the records, a line `%%`, the as-of day and, after a blank, the known-by day.
#![no_main]

mod shared;

use libfuzzer_sys::Corpus;
use shared::laws::{Question, answered, turned_around};

libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    shared::mutate(data, size, max_size, seed)
});

libfuzzer_sys::fuzz_target!(|text: &str| -> Corpus {
    let mut parts = text.split("\n%%\n");
    let (Some(rules), records, days) = (parts.next(), parts.next(), parts.next()) else {
        return Corpus::Reject;
    };
    let mut days = days.unwrap_or_default().split_whitespace();
    let as_of = days.next().and_then(|day| day.parse().ok());
    let records = records.unwrap_or_default();
    let question = Question {
        rules,
        records,
        as_of: as_of.unwrap_or_else(|| "2021-09-05".parse().unwrap()),
        known_by: days.next().and_then(|day| day.parse().ok()),
    };
    let answer = answered(question, &shared::used);
    if let (Some(answer), Some(records)) = (answer, turned_around(records)) {
        let turned = Question {
            records: &records,
            ..question
        };
        let other = answered(turned, &shared::used);
        assert_eq!(Some(answer), other, "the order of the records shows");
    }
    Corpus::Keep
});
