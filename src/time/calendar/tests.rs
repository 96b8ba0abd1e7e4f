#![expect(clippy::unwrap_used, reason = "a failing test should stop")]

use proptest::prelude::*;

use super::*;
use crate::time::{format_day, iso, iso_duration, iso_moment, parse_edtf, reckon};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn at(text: &str) -> Instant {
    Instant(text.parse::<Timestamp>().unwrap().as_second())
}

/// Reads `14 months`, `9 months 15 days`, `2 working-days`.
fn period(text: &str) -> Period {
    let words: Vec<&str> = text.split(' ').collect();
    let mut period = Period::default();
    for pair in words.chunks(2) {
        let [count, unit] = pair else { unreachable!() };
        let count: u32 = count.parse().unwrap();
        match unit.trim_end_matches('s') {
            "year" => period.years = count,
            "month" => period.months = count,
            "week" => period.weeks = count,
            "day" => period.days = count,
            "working-day" => period.working_days = count,
            "hour" => period.hours = count,
            "minute" => period.minutes = count,
            other => unreachable!("{other}"),
        }
    }
    period
}

fn calendar(zone: &str) -> Calendar {
    Calendar {
        zone: Zone::named(zone).unwrap(),
        ..Calendar::default()
    }
}

fn sticky() -> Calendar {
    Calendar {
        month_ends: MonthEnds::Stick,
        ..Calendar::default()
    }
}

#[test]
fn months_end_on_the_same_numbered_day_or_the_last() {
    // Start, period, end when clamped, end when a last day sticks.
    let cases = [
        ("2021-01-31", "1 month", "2021-02-28", "2021-02-28"),
        ("2020-01-31", "1 month", "2020-02-29", "2020-02-29"),
        ("2021-01-31", "2 months", "2021-03-31", "2021-03-31"),
        ("2021-01-31", "3 months", "2021-04-30", "2021-04-30"),
        ("2021-01-31", "13 months", "2022-02-28", "2022-02-28"),
        ("2020-02-29", "14 months", "2021-04-29", "2021-04-30"),
        ("2020-02-29", "1 year", "2021-02-28", "2021-02-28"),
        ("2020-02-29", "4 years", "2024-02-29", "2024-02-29"),
        ("2021-02-28", "1 year", "2022-02-28", "2022-02-28"),
        ("2019-02-28", "1 year", "2020-02-28", "2020-02-29"),
        ("2021-04-30", "1 month", "2021-05-30", "2021-05-31"),
        ("2021-04-29", "1 month", "2021-05-29", "2021-05-29"),
        ("2021-06-30", "6 months", "2021-12-30", "2021-12-31"),
        ("2021-12-15", "1 month", "2022-01-15", "2022-01-15"),
        ("2020-02-29", "135 days", "2020-07-13", "2020-07-13"),
        ("2020-07-13", "9 months 15 days", "2021-04-28", "2021-04-28"),
        ("2020-12-31", "1 day", "2021-01-01", "2021-01-01"),
        ("2020-02-28", "1 day", "2020-02-29", "2020-02-29"),
        ("2020-02-28", "2 weeks", "2020-03-13", "2020-03-13"),
        // Months before days: the day is added to the end of the month.
        ("2021-01-31", "1 month 1 day", "2021-03-01", "2021-03-01"),
    ];
    for (start, text, clamped, stuck) in cases {
        let start_point = Point::Day(day(start));
        let found = Calendar::default().add(start_point, period(text));
        assert_eq!(found, Point::Day(day(clamped)), "{start} + {text}");
        let found = sticky().add(start_point, period(text));
        assert_eq!(found, Point::Day(day(stuck)), "{start} + {text}, stick");
    }
}

#[test]
fn periods_are_taken_off_in_the_same_order() {
    let cases = [
        ("2021-03-31", "1 month", "2021-02-28"),
        ("2021-04-29", "14 months", "2020-02-29"),
        ("2021-01-15", "1 month", "2020-12-15"),
        ("2020-03-01", "1 day", "2020-02-29"),
        ("2024-02-29", "1 year", "2023-02-28"),
        ("2021-05-31", "3 months 1 day", "2021-02-27"),
        ("2021-06-15", "60 days", "2021-04-16"),
    ];
    for (start, text, end) in cases {
        let found = Calendar::default().subtract(Point::Day(day(start)), period(text));
        assert_eq!(found, Point::Day(day(end)), "{start} - {text}");
    }
}

#[test]
fn recurring_dates_are_counted_from_the_anchor() {
    let ends = |anchor: &str, text: &str| -> Vec<String> {
        (1..=4)
            .map(|n| {
                let anchor = Point::Day(day(anchor));
                let end = Calendar::default().add_from_anchor(anchor, period(text), n);
                iso(end, &Calendar::default())
            })
            .collect()
    };
    assert_eq!(
        ends("2021-01-31", "1 month"),
        ["2021-02-28", "2021-03-31", "2021-04-30", "2021-05-31"]
    );
    assert_eq!(
        ends("2020-08-31", "6 months"),
        ["2021-02-28", "2021-08-31", "2022-02-28", "2022-08-31"]
    );
    assert_eq!(
        ends("2020-02-29", "1 year"),
        ["2021-02-28", "2022-02-28", "2023-02-28", "2024-02-29"]
    );
    let anchor = Point::Day(day("2021-01-31"));
    assert_eq!(
        Calendar::default().add_from_anchor(anchor, period("1 month"), 0),
        anchor
    );
}

#[test]
fn working_days_skip_weekends_and_holidays() {
    // Thursday 13 May 2021 is a holiday; 15 and 16 May are the weekend.
    let mut calendar = Calendar::default();
    calendar.holidays.insert(day("2021-05-13"));
    let cases = [
        ("2021-05-12", "1 working-day", "2021-05-14"),
        ("2021-05-12", "2 working-days", "2021-05-17"),
        ("2021-05-14", "1 working-day", "2021-05-17"),
        ("2021-05-15", "1 working-day", "2021-05-17"),
        ("2021-05-12", "5 working-days", "2021-05-20"),
        ("2021-05-12", "0 working-days", "2021-05-12"),
        // Calendar days first, then working days.
        ("2021-05-10", "1 week 1 working-day", "2021-05-18"),
    ];
    for (start, text, end) in cases {
        let found = calendar.add(Point::Day(day(start)), period(text));
        assert_eq!(found, Point::Day(day(end)), "{start} + {text}");
    }
    let back = calendar.subtract(Point::Day(day("2021-05-17")), period("2 working-days"));
    assert_eq!(back, Point::Day(day("2021-05-12")));
}

proptest! {
    #[test]
    fn working_days_are_counted_as_by_hand(
        start in -700_000_i64..2_900_000, count in 0..3_000_u32, backwards in any::<bool>(),
        weekend in any::<[bool; 7]>(), holidays in prop::collection::btree_set(-2_000_i64..2_000, 0..60),
    ) {
        let start = add_days(day("1970-01-01"), start);
        let holidays = holidays.into_iter().map(|days| add_days(start, days)).collect();
        let calendar = Calendar { weekend, holidays, ..Calendar::default() };
        let mut by_hand = start;
        let mut left = count;
        while left > 0 {
            let next = if backwards { by_hand.yesterday() } else { by_hand.tomorrow() };
            let Ok(next) = next else { break };
            by_hand = next;
            left -= u32::from(calendar.is_working_day(by_hand));
        }
        let working_days = Period { working_days: count, ..Period::default() };
        let moved = calendar.step(Point::Day(start), working_days, backwards);
        prop_assert_eq!(moved, Point::Day(by_hand));
    }
}

#[test]
fn a_week_without_working_days_ends_nowhere() {
    let calendar = Calendar {
        weekend: [true; 7],
        rollover: Rollover::NextWorkingDay,
        ..Calendar::default()
    };
    let start = Point::Day(day("2021-05-12"));
    let one = period("1 working-day");
    assert_eq!(calendar.add(start, one), Point::Day(Day::MAX));
    assert_eq!(calendar.subtract(start, one), Point::Day(Day::MIN));
    assert_eq!(calendar.roll(start), start);
}

#[test]
fn a_deadline_rolls_only_where_declared() {
    let mut calendar = Calendar {
        rollover: Rollover::NextWorkingDay,
        ..Calendar::default()
    };
    calendar.holidays.insert(day("2021-05-03"));
    // 1 May 2021 is a Saturday; Monday is a holiday.
    let saturday = Point::Day(day("2021-05-01"));
    assert_eq!(calendar.roll(saturday), Point::Day(day("2021-05-04")));
    let tuesday = Point::Day(day("2021-05-04"));
    assert_eq!(calendar.roll(tuesday), tuesday);
    assert_eq!(Calendar::default().roll(saturday), saturday);
    let instant = Point::At(at("2021-05-01T12:00:00Z"));
    assert_eq!(calendar.roll(instant), instant);
}

#[test]
fn a_weekend_may_be_friday_and_saturday() {
    let calendar = Calendar {
        weekend: [false, false, false, false, true, true, false],
        ..Calendar::default()
    };
    assert!(!calendar.is_working_day(day("2021-04-30")));
    assert!(!calendar.is_working_day(day("2021-05-01")));
    assert!(calendar.is_working_day(day("2021-05-02")));
}

#[test]
fn the_day_of_an_instant_is_the_zone_s() {
    let cases = [
        ("2021-08-30T19:29:00Z", "Asia/Kabul", "2021-08-30"),
        ("2021-08-30T19:29:00Z", "UTC", "2021-08-30"),
        ("2021-08-30T19:29:00Z", "America/New_York", "2021-08-30"),
        ("2021-08-30T19:29:00Z", "Asia/Karachi", "2021-08-31"),
        ("2021-08-30T19:59:00Z", "Asia/Kabul", "2021-08-31"),
        ("2021-08-30T19:59:00Z", "UTC", "2021-08-30"),
        ("2021-12-31T23:59:59Z", "Pacific/Kiritimati", "2022-01-01"),
    ];
    for (instant, zone, expected) in cases {
        let found = calendar(zone).day_of(at(instant));
        assert_eq!(found, day(expected), "{instant} in {zone}");
    }
}

#[test]
fn a_day_is_as_long_as_the_clocks_make_it() {
    let cases = [
        ("2021-03-13", "America/New_York", 24),
        ("2021-03-14", "America/New_York", 23),
        ("2021-11-07", "America/New_York", 25),
        ("2021-03-14", "Asia/Kabul", 24),
        // In Brazil the clocks changed at midnight.
        ("2018-11-04", "America/Sao_Paulo", 23),
    ];
    for (civil, zone, hours) in cases {
        let span = calendar(zone).day_span(day(civil));
        assert_eq!(span.latest.0 - span.earliest.0, hours * 3_600, "{civil}");
        assert_eq!(calendar(zone).day_of(span.earliest), day(civil));
        assert_eq!(calendar(zone).day_of(span.latest.plus(-1)), day(civil));
    }
    let kabul = calendar("Asia/Kabul").day_span(day("2021-04-29"));
    assert_eq!(kabul.earliest, at("2021-04-28T19:30:00Z"));
    let skipped = calendar("Pacific/Apia").day_span(day("2011-12-30"));
    assert!(skipped.earliest < skipped.latest);
}

#[test]
fn hours_are_exact_and_days_are_civil() {
    // Summer time begins on 14 March 2021 at 02:00.
    let new_york = calendar("America/New_York");
    let noon = Point::At(at("2021-03-13T17:00:00Z"));
    let cases = [
        ("24 hours", "2021-03-14T13:00:00-04:00"),
        ("72 hours", "2021-03-16T13:00:00-04:00"),
        ("90 minutes", "2021-03-13T13:30:00-05:00"),
        ("1 day", "2021-03-14"),
        ("1 day 2 hours", "2021-03-14T14:00:00-04:00"),
    ];
    for (text, expected) in cases {
        let found = new_york.add(noon, period(text));
        assert_eq!(iso(found, &new_york), expected, "+ {text}");
    }
    let back = new_york.subtract(noon, period("24 hours"));
    assert_eq!(iso(back, &new_york), "2021-03-12T12:00:00-05:00");
}

#[test]
fn a_day_moved_by_hours_becomes_a_range() {
    let kabul = calendar("Asia/Kabul");
    let trigger = Moment::exactly(Point::Day(day("2021-08-01")));
    let due = kabul.shift(trigger, period("72 hours"), false);
    assert_eq!(
        iso_moment(due, &kabul),
        "2021-08-04T00:00:00+04:30/2021-08-04T23:59:59+04:30"
    );
    let notice = kabul.shift(trigger, period("1 hour"), true);
    assert_eq!(
        iso_moment(notice, &kabul),
        "2021-07-31T23:00:00+04:30/2021-08-01T22:59:59+04:30"
    );
    let days = kabul.shift(trigger, period("3 days"), false);
    assert_eq!(iso_moment(days, &kabul), "2021-08-04");
}

#[test]
fn a_stretch_of_whole_days_is_a_moment_of_days() {
    let kabul = calendar("Asia/Kabul");
    let cases = [
        ("2021-04-28", "2021-04-28"),
        ("2021-04-28/2021-05-03", "2021-04-28/2021-05-03"),
        ("2021-04", "2021-04-01/2021-04-30"),
        ("2021-08-15/..", "2021-08-15/.."),
        ("../2021-08-15", "../2021-08-15"),
        ("2021-08-30T19:29Z", "2021-08-30T23:59:00+04:30"),
        (
            "2021-08-30T19:29Z/2021-08-31",
            "2021-08-30T23:59:00+04:30/2021-08-31T23:59:59+04:30",
        ),
    ];
    for (text, expected) in cases {
        let span = parse_edtf(text).unwrap().span(&kabul);
        let moment = kabul.moment_of(span);
        assert_eq!(iso_moment(moment, &kabul), expected);
        assert_eq!(kabul.span_of(moment), span, "{text}");
    }
    let always = kabul.moment_of(When::ALWAYS);
    assert_eq!(kabul.span_of(always), When::ALWAYS);
}

#[test]
fn the_calendar_ends_without_a_crash() {
    let calendar = calendar("Asia/Kabul");
    let far = period("4294967295 years 4294967295 days 4294967295 hours");
    let days = period("4294967295 days");
    for start in [Day::MIN, day("2021-01-01"), Day::MAX] {
        assert_eq!(calendar.add(Point::Day(start), days), Point::Day(Day::MAX));
        let back = calendar.subtract(Point::Day(start), days);
        assert_eq!(back, Point::Day(Day::MIN));
        let _ = calendar.add(Point::Day(start), far);
        let _ = calendar.add_from_anchor(Point::Day(start), far, u32::MAX);
    }
    for end in [Instant::MIN, Instant::MAX] {
        assert_eq!(calendar.add(Point::At(end), days), Point::At(end));
    }
    assert_eq!(calendar.day_of(Instant::MIN), Day::MIN);
    assert_eq!(calendar.day_of(Instant::MAX), Day::MAX);
    assert_eq!(
        days_between(Day::MIN, Day::MAX),
        7_304_483,
        "20 thousand years less one day"
    );
}

#[test]
fn zones_are_found_by_name() {
    assert!(Zone::named("Asia/Kabul").is_some());
    assert_eq!(Zone::named("Asia/Kabal"), None);
    assert!(Zone::names().contains("Asia/Kabul"));
    let kabul = Zone::fixed_minutes(270);
    assert_eq!(
        kabul.local(at("2021-08-30T19:29:00Z")).to_string(),
        "2021-08-30T23:59:00"
    );
    let held = Zone::fixed_minutes(i16::MAX);
    assert_eq!(held, Zone::fixed_minutes(1_559));
}

#[test]
fn days_and_months_are_counted() {
    assert_eq!(days_between(day("2021-04-29"), day("2021-08-30")), 123);
    assert_eq!(days_between(day("2021-08-30"), day("2021-04-29")), -123);
    assert_eq!(days_between(day("2020-03-10"), day("2020-09-12")), 186);
    assert_eq!(days_in_month(2021, 2), Some(28));
    assert_eq!(days_in_month(2020, 2), Some(29));
    assert_eq!(days_in_month(1900, 2), Some(28));
    assert_eq!(days_in_month(2000, 2), Some(29));
    assert_eq!(days_in_month(2021, 13), None);
    assert_eq!(days_in_month(2021, 0), None);
}

#[test]
fn dates_are_written_for_people_and_programs() {
    let kabul = calendar("Asia/Kabul");
    assert_eq!(format_day(day("2021-04-29")), "29 April 2021");
    let last = Point::At(at("2021-08-30T19:29:00Z"));
    assert_eq!(iso(last, &kabul), "2021-08-30T23:59:00+04:30");
    assert_eq!(
        iso(last, &calendar("America/New_York")),
        "2021-08-30T15:29:00-04:00"
    );
    let announced = Point::Day(day("2020-02-29"));
    assert_eq!(
        reckon(announced, period("14 months"), false, &kabul),
        "2020-02-29 + 14 months = 2021-04-29"
    );
    assert_eq!(
        reckon(announced, period("1 month 1 day"), true, &kabul),
        "2020-02-29 - 1 month 1 day = 2020-01-28"
    );
}

#[test]
fn durations_are_written_as_iso_8601() {
    let cases = [
        (0, "PT0S"),
        (59, "PT59S"),
        (19_800, "PT5H30M"),
        (172_800, "P2D"),
        (183_600, "P2DT3H"),
        (86_461, "P1DT1M1S"),
        (-19_800, "-PT5H30M"),
    ];
    for (seconds, expected) in cases {
        assert_eq!(iso_duration(seconds), expected);
    }
    assert!(iso_duration(i64::MIN).starts_with("-P"));
}

prop_compose! {
    fn any_period()(
        years in any::<u32>(), months in any::<u32>(), weeks in any::<u32>(), days in any::<u32>(),
        // Working days are counted one by one, so they are kept few.
        working_days in 0..500_u32, hours in any::<u32>(), minutes in any::<u32>(), kept in any::<[bool; 7]>(),
    ) -> Period {
        let keep = |count: u32, at: usize| if kept.get(at) == Some(&true) { count } else { 0 };
        Period {
            years: keep(years, 0) % 30_000, months: keep(months, 1), weeks: keep(weeks, 2), days: keep(days, 3),
            working_days: keep(working_days, 4), hours: keep(hours, 5), minutes: keep(minutes, 6),
        }
    }
}

fn any_point() -> impl Strategy<Value = Point> {
    prop_oneof![
        (-4_000_000_i64..4_000_000).prop_map(|days| Point::Day(add_days(Day::ZERO, days))),
        any::<i64>().prop_map(|seconds| Point::At(Instant(seconds))),
        (-10_000_000_000_i64..10_000_000_000).prop_map(|s| Point::At(Instant(s))),
    ]
}

fn any_calendar() -> impl Strategy<Value = Calendar> {
    prop::sample::select(vec![
        "UTC",
        "Asia/Kabul",
        "America/New_York",
        "Pacific/Kiritimati",
        "Pacific/Apia",
    ])
    .prop_map(calendar)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn adding_and_taking_off_never_crash_and_never_turn_back(
        point in any_point(), period in any_period(), calendar in any_calendar(),
    ) {
        let start = calendar.start_of(point);
        let later = calendar.add(point, period);
        let earlier = calendar.subtract(point, period);
        // An instant moved by days ends on a day, which may begin before the instant.
        prop_assert!(calendar.end_of(later) > start || start == Instant::MAX || later == Point::Day(Day::MAX));
        prop_assert!(calendar.start_of(earlier) <= start || earlier == Point::Day(Day::MIN));
    }

    #[test]
    fn a_shifted_moment_has_a_span(
        point in any_point(), period in any_period(), calendar in any_calendar(), backwards in any::<bool>(),
    ) {
        let shifted = calendar.shift(Moment::exactly(point), period, backwards);
        let span = calendar.span_of(shifted);
        prop_assert!(span.earliest < span.latest || span.earliest == Instant::MAX || span.latest == Instant::MIN);
    }

    #[test]
    fn a_day_holds_its_own_moments(days in -3_600_000_i64..2_900_000, calendar in any_calendar()) {
        let day = add_days(Day::constant(1970, 1, 1), days);
        let span = calendar.day_span(day);
        prop_assert!(span.earliest < span.latest);
        prop_assert_eq!(calendar.day_of(span.latest.plus(-1)).max(day), calendar.day_of(span.latest.plus(-1)));
        prop_assert_eq!(calendar.span_of(calendar.moment_of(span)), span);
    }
}
