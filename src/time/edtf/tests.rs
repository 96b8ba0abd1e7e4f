#![expect(clippy::unwrap_used, reason = "a failing test should stop")]

use proptest::prelude::*;

use super::*;
use crate::time::{Moment, Point, Zone, iso_moment};

fn kabul() -> Calendar {
    Calendar {
        zone: Zone::named("Asia/Kabul").unwrap(),
        ..Calendar::default()
    }
}

fn span(text: &str) -> String {
    let calendar = kabul();
    let when = parse_edtf(text).unwrap().span(&calendar);
    iso_moment(calendar.moment_of(when), &calendar)
}

#[test]
fn a_date_covers_the_whole_of_its_unit() {
    let cases = [
        ("2021", "2021-01-01/2021-12-31"),
        ("2021-04", "2021-04-01/2021-04-30"),
        ("2020-02", "2020-02-01/2020-02-29"),
        ("2021-04-28", "2021-04-28"),
        ("2020-02-29", "2020-02-29"),
        ("2021-XX-XX", "2021-01-01/2021-12-31"),
        ("2021-XX", "2021-01-01/2021-12-31"),
        ("2021-04-XX", "2021-04-01/2021-04-30"),
        ("2021-04-28/2021-05-03", "2021-04-28/2021-05-03"),
        ("2021-04/2021-05", "2021-04-01/2021-05-31"),
        ("2021/2021-02-10", "2021-01-01/2021-02-10"),
        ("2021-08-15/..", "2021-08-15/.."),
        ("../2021-08-15", "../2021-08-15"),
        (" 2021-04-28 / 2021-05-03 ", "2021-04-28/2021-05-03"),
    ];
    for (text, expected) in cases {
        assert_eq!(span(text), expected, "{text}");
    }
}

#[test]
fn a_date_time_is_an_instant() {
    let cases = [
        ("2021-08-30T19:29Z", "2021-08-30T23:59:00+04:30"),
        ("2021-08-30T19:29:00Z", "2021-08-30T23:59:00+04:30"),
        ("2021-08-30T15:29-04:00", "2021-08-30T23:59:00+04:30"),
        ("2021-08-30T23:59+04:30", "2021-08-30T23:59:00+04:30"),
        ("2021-08-30T23:59+0430", "error"),
        ("2021-08-30T23:59", "2021-08-30T23:59:00+04:30"),
        ("2021-08-30 23:59", "2021-08-30T23:59:00+04:30"),
        ("2021-08-30t19:29:05.250z", "2021-08-30T23:59:05+04:30"),
        ("2016-12-31T23:59:60Z", "2017-01-01T04:29:59+04:30"),
    ];
    for (text, expected) in cases {
        let found = match parse_edtf(text) {
            Ok(_) => span(text),
            Err(_) => "error".to_owned(),
        };
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn a_qualifier_widens_by_one_unit_each_side() {
    let cases = [
        ("2021~", "2020-01-01/2022-12-31"),
        ("2021-04~", "2021-03-01/2021-05-31"),
        ("2021-01?", "2020-12-01/2021-02-28"),
        ("2021-04-28%", "2021-04-27/2021-04-29"),
        ("2021-03-01~", "2021-02-28/2021-03-02"),
        ("2021-04-XX~", "2021-03-01/2021-05-31"),
        ("2021-04-10~/2021-05", "2021-04-09/2021-05-31"),
        ("2021-04-10/2021-05~", "2021-04-10/2021-06-30"),
        (
            "2021-08-30T19:29Z~",
            "2021-08-30T23:58:00+04:30/2021-08-31T00:00:00+04:30",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(span(text), expected, "{text}");
    }
    let uncertain = |text| parse_edtf(text).unwrap().is_uncertain();
    assert!(uncertain("2021?") && uncertain("2021%") && uncertain("2021/2022?"));
    assert!(!uncertain("2021~") && !uncertain("2021"));
}

#[test]
fn precision_is_that_of_the_coarser_end() {
    let cases = [
        ("2021", Precision::Year),
        ("2021-XX-XX", Precision::Year),
        ("2021-04", Precision::Month),
        ("2021-04-28", Precision::Day),
        ("2021-04-28/2021-05", Precision::Month),
        ("2021-04-28/..", Precision::Day),
        ("2021-08-30T19:29Z", Precision::Minute),
        ("2021-08-30T19:29:00Z", Precision::Second),
    ];
    for (text, expected) in cases {
        assert_eq!(parse_edtf(text).unwrap().precision(), expected, "{text}");
    }
}

#[test]
fn an_interval_that_lasts_has_two_ends() {
    let calendar = kabul();
    let ends = |text: &str| {
        let edtf = parse_edtf(text).unwrap();
        let show = |when: Option<When>| {
            when.map_or("open".to_owned(), |when| {
                iso_moment(calendar.moment_of(when), &calendar)
            })
        };
        (show(edtf.starts(&calendar)), show(edtf.ends(&calendar)))
    };
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(
        ends("2021-04/2021-05-03"),
        pair("2021-04-01/2021-04-30", "2021-05-03")
    );
    assert_eq!(ends("2021-08-15/.."), pair("2021-08-15", "open"));
    assert_eq!(ends("../2021-08-15"), pair("open", "2021-08-15"));
    assert_eq!(ends("2021-08-15"), pair("2021-08-15", "2021-08-15"));
}

#[test]
fn what_is_no_date_is_told_kindly() {
    let cases = [
        ("2021-02-30", "February 2021 has 28 days."),
        ("2021-02-29", "February 2021 has 28 days."),
        ("2020-02-30", "February 2020 has 29 days."),
        ("2021-04-31", "April 2021 has 30 days."),
        ("2021-04-00", "April 2021 has 30 days."),
        (
            "2021-13-01",
            "Months run from 01 to 12; the order is year, month, day.",
        ),
        (
            "2021-30-04",
            "Months run from 01 to 12; the order is year, month, day.",
        ),
        ("2021-4-28", "Write months with two digits: `04`."),
        ("2021-04-8", "Write days with two digits: `08`."),
        (
            "2021-XX-15",
            "`XX` may stand for the day, or for the month and the day.",
        ),
        ("2021-05-03/2021-04-28", "Write the earlier date first."),
        ("2021-05/2021-04", "Write the earlier date first."),
        (
            "2021-08-30T19:29Z/2021-08-30T19:28Z",
            "Write the earlier date first.",
        ),
        (
            "2021-08-15/",
            "Write `..` for an end that is open, as in `2021-08-15/..`.",
        ),
        ("../..", "At least one end of an interval must be a date."),
        (
            "2021-08T19:29Z",
            "Write the whole date before the time: `2021-08-30T19:29Z`.",
        ),
    ];
    for (text, help) in cases {
        assert_eq!(parse_edtf(text).unwrap_err().help, help, "{text}");
    }
    for text in [
        "",
        "..",
        "28/04/2021",
        "28.4.2021",
        "28 April 2021",
        "August 2021",
        "202X",
        "21-04-28",
        "20210428",
        "2021-04-28-01",
        "2021-04-28~~",
        "یک",
        "２０２１",
    ] {
        let found = parse_edtf(text).unwrap_err();
        assert!(found.message.ends_with("is not a date"), "{text}: {found}");
        assert!(found.message.contains(text.trim_end_matches('~')));
    }
    for text in [
        "2021-08-30T",
        "2021-08-30T24:00Z",
        "2021-08-30T19",
        "2021-08-30T19:60Z",
        "2021-08-30T19:29+24:00",
        "2021-08-30T19:29:00.Z",
        "2021-08-30T9:29",
    ] {
        let found = parse_edtf(text).unwrap_err();
        assert!(found.message.ends_with("is not a time"), "{text}: {found}");
    }
}

#[test]
fn mixed_ends_are_judged_where_the_zone_is_known() {
    // 20:00 UTC is 00:30 of the next day in Kabul.
    let calendar = kabul();
    let edtf = parse_edtf("2021-08-30T20:00Z/2021-08-30").unwrap();
    let when = edtf.span(&calendar);
    assert!(when.earliest < when.latest);
    assert!(parse_edtf("2021-08-30T20:00Z/2021-08-28").is_err());
}

#[test]
fn extreme_years_are_read() {
    assert_eq!(span("9999-12-31"), "9999-12-31");
    assert_eq!(span("0000"), "0000-01-01/0000-12-31");
    let calendar = kabul();
    for text in [
        "-9999-01-01~",
        "9999~",
        "-9999/9999",
        "9999-12-31T23:59-12:00",
    ] {
        let when = parse_edtf(text).unwrap().span(&calendar);
        assert!(when.earliest < when.latest, "{text}");
    }
}

#[test]
fn a_plain_day_is_known_as_one() {
    let day = Day::constant(2021, 4, 28);
    assert_eq!(parse_edtf("2021-04-28").unwrap(), Edtf::from(day));
    assert_eq!(Edtf::from(day).as_day(), Some(day));
    for text in [
        "2021-04-28~",
        "2021-04",
        "2021-04-28/..",
        "2021-04-28T10:00",
    ] {
        assert_eq!(parse_edtf(text).unwrap().as_day(), None);
    }
    let moment = Moment::exactly(Point::Day(day));
    assert_eq!(kabul().span_of(moment), Edtf::from(day).span(&kabul()));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_or_refused(text in "[-0-9TZXx:/.~?%+ ]{0,40}|\\PC{0,20}") {
        if let Ok(edtf) = parse_edtf(&text) {
            let when = edtf.span(&kabul());
            prop_assert!(when.earliest < when.latest);
        }
    }

    #[test]
    fn what_looks_like_a_date_has_a_span(
        year in -9999..=9999_i16, month in 0..14_u8, day in 0..33_u8, mark in "[~?%]?", other in "|/\\.\\.|/9999",
    ) {
        let sign = if year < 0 { "-" } else { "" };
        let text = format!("{sign}{:04}-{month:02}-{day:02}{mark}{other}", year.unsigned_abs());
        let valid = (1..=12).contains(&month)
            && days_in_month(year, i8::try_from(month).unwrap()).is_some_and(|days| (1..=days).contains(&i8::try_from(day).unwrap()));
        let found = parse_edtf(&text);
        prop_assert_eq!(found.is_ok(), valid, "{}", text);
        if let Ok(edtf) = found {
            let when = edtf.span(&kabul());
            prop_assert!(when.earliest < when.latest);
        }
    }
}
