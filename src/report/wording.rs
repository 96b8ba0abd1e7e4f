//! The words for dates, spans of time, sources and verdicts: the same in every output.
//!
//! At `claimed` nothing is broken, it is *said to be* broken; silence is never compliance; there are no percentages.

use crate::agreement::{Agreement, Body, Duty, Pledge, Sort, Standing, ThingId};
use crate::diagnostic::Severity;
use crate::quantity::Estimate;
use crate::record::{Basis, Informant, Record, Reliability};
use crate::time::{Calendar, Day, Instant, Moment, Point, When, format_day, month_name};
use crate::verdict::{Form, Ground, Range, Status, Verdict, Why};

use super::View;

/// Writes a number with its noun: `1 day`, `2 days`.
#[must_use]
pub fn count(number: i64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// Joins words as a sentence does: `a, b and c`.
#[must_use]
pub fn list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Writes a range of days: `123 days`, `1 to 20 days`.
#[must_use]
pub fn days(range: Range) -> String {
    if range.least == range.most {
        count(range.least, "day")
    } else {
        format!("{} to {}", range.least, count(range.most, "day"))
    }
}

/// Writes a length of time counted by the clock: `2 days 3 hours`.
#[must_use]
pub fn clock(seconds: i64) -> String {
    let parts = [
        (seconds / 86_400, "day"),
        (seconds / 3_600 % 24, "hour"),
        (seconds / 60 % 60, "minute"),
    ];
    let words: Vec<String> = parts
        .into_iter()
        .filter(|&(number, _)| number > 0)
        .map(|(number, noun)| count(number, noun))
        .collect();
    if words.is_empty() {
        count(seconds, "second")
    } else {
        words.join(" ")
    }
}

/// Writes a point: `29 April 2021`, or `23:59 on 30 August 2021`.
#[must_use]
pub fn point(point: Point, calendar: &Calendar) -> String {
    match point {
        Point::Day(day) => format_day(day),
        Point::At(Instant::MIN) => "the beginning".to_owned(),
        Point::At(Instant::MAX) => "the end".to_owned(),
        Point::At(instant) => {
            let local = calendar.zone.local(instant);
            format!(
                "{:02}:{:02} on {}",
                local.hour(),
                local.minute(),
                format_day(local.date())
            )
        }
    }
}

/// Writes a moment that may be known roughly.
#[must_use]
pub fn moment(moment: Moment, calendar: &Calendar) -> String {
    match (moment.first, moment.last) {
        (Point::Day(first), Point::Day(last)) => day_range(first, last),
        (first, last) if first == last => point(first, calendar),
        (first, Point::At(Instant::MAX)) => format!("{} or later", point(first, calendar)),
        (Point::At(Instant::MIN), last) => format!("{} or earlier", point(last, calendar)),
        (first, last) => format!(
            "between {} and {}",
            point(first, calendar),
            point(last, calendar)
        ),
    }
}

/// Writes when something was, without a preposition: `1–2 September 2021`, `April 2021`.
#[must_use]
pub fn when(when: When, calendar: &Calendar) -> String {
    if when == When::ALWAYS {
        return "an unknown date".to_owned();
    }
    if when.latest == when.earliest.plus(1) {
        return point(Point::At(when.earliest), calendar);
    }
    moment(calendar.moment_of(when), calendar)
}

/// Writes when something was, with its preposition: `on 1 June 2021`, `in April 2021`, `between … and …`.
#[must_use]
pub fn on(time: When, calendar: &Calendar) -> String {
    let words = self::when(time, calendar);
    let first = words.chars().next().is_some_and(|c| c.is_ascii_digit());
    let year_only = words.len() == 4;
    if words.starts_with("between") || words.ends_with("earlier") {
        words
    } else if words.contains(':') {
        format!("at {words}")
    } else if (first && !year_only) || words.starts_with("an ") {
        format!("on {words}")
    } else {
        format!("in {words}")
    }
}

fn day_range(first: Day, last: Day) -> String {
    if first == last {
        return format_day(first);
    }
    let whole = first.day() == 1 && last.day() == last.days_in_month();
    let same_year = first.year() == last.year();
    if whole && same_year && first.month() == 1 && last.month() == 12 {
        return first.year().to_string();
    }
    if same_year && first.month() == last.month() {
        let month = month_name(first.month());
        if whole {
            return format!("{month} {}", first.year());
        }
        return format!("{}–{} {month} {}", first.day(), last.day(), first.year());
    }
    if same_year {
        return format!(
            "between {} {} and {}",
            first.day(),
            month_name(first.month()),
            format_day(last)
        );
    }
    format!("between {} and {}", format_day(first), format_day(last))
}

/// Gives the title of a thing, else its name.
#[must_use]
pub fn thing(agreement: &Agreement, id: ThingId) -> String {
    agreement
        .vocabulary
        .things
        .get(id.0 as usize)
        .map_or_else(String::new, |thing| {
            thing.title.clone().unwrap_or_else(|| thing.name.clone())
        })
}

/// Gives the title behind a name of an actor, else the name.
#[must_use]
pub fn actor(agreement: &Agreement, name: &str) -> String {
    match agreement.vocabulary.thing_names.get(name) {
        Some(&id) => thing(agreement, id),
        None => name.to_owned(),
    }
}

/// Gives a title as it stands inside a sentence: a leading article in small letters, `the` before an abbreviation or a body.
#[must_use]
pub fn inside(title: &str) -> String {
    for article in ["A ", "An ", "The "] {
        if let Some(rest) = title.strip_prefix(article) {
            return format!("{}{rest}", article.to_lowercase());
        }
    }
    title.to_owned()
}

/// Gives the source of a record as it stands inside a sentence.
#[must_use]
pub fn informant(view: &View<'_>, record: &Record) -> String {
    match source_of(view, record) {
        Some(source) => inside(source.title.as_deref().unwrap_or(&source.name)),
        None => "a source that is not named".to_owned(),
    }
}

/// Gives the source of a record.
#[must_use]
pub fn source_of<'a>(view: &View<'a>, record: &Record) -> Option<&'a Informant> {
    let id = record.informant?;
    view.records.informants.get(id.0 as usize)
}

/// Writes how good the source and its basis are: `B, observed`.
#[must_use]
pub fn grade(view: &View<'_>, record: &Record) -> String {
    let own = source_of(view, record).map_or(Reliability::F, |source| source.reliability);
    match record.grade {
        Some(grade) => format!(
            "{}{}, {}",
            letter(grade.letter),
            grade.digit,
            basis(record.basis)
        ),
        None => format!("{}, {}", letter(own), basis(record.basis)),
    }
}

/// Gives the Admiralty letter.
#[must_use]
pub fn letter(reliability: Reliability) -> char {
    match reliability {
        Reliability::A => 'A',
        Reliability::B => 'B',
        Reliability::C => 'C',
        Reliability::D => 'D',
        Reliability::E => 'E',
        Reliability::F => 'F',
    }
}

/// Says how a source came to know.
#[must_use]
pub fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Observed => "observed",
        Basis::Documented => "documented",
        Basis::Told => "told",
        Basis::NoneGiven => "no basis given",
    }
}

/// Says what side the source of a record is on, seen from the obligor; nothing where it is neutral.
#[must_use]
pub fn side(view: &View<'_>, record: &Record, obligor: &str) -> Option<String> {
    let speaks_for = source_of(view, record)?.speaks_for?;
    let name = inside(&actor(view.agreement, obligor));
    let Some(&obligor) = view.records.vocabulary.thing_names.get(obligor) else {
        return Some("an interested party".to_owned());
    };
    if speaks_for == obligor {
        return Some(format!("which speaks for {name}"));
    }
    let things = &view.records.vocabulary;
    let (speaker, owes) = (things.thing(speaks_for), things.thing(obligor));
    let declared = speaker.adverse.contains(&obligor) || owes.adverse.contains(&speaks_for);
    let parties = speaker.sort == Sort::Party && owes.sort == Sort::Party;
    let allied = speaker.allied.contains(&obligor) || owes.allied.contains(&speaks_for);
    if declared || (parties && !allied) {
        Some(format!("adverse to {name}"))
    } else {
        Some("an interested party".to_owned())
    }
}

/// Says what a verdict on a pledge is: nobody keeps or breaks a permission, it is used or not.
#[must_use]
pub fn of_pledge(
    pledge: &Pledge,
    found: &Verdict,
    standard: Standing,
    calendar: &Calendar,
) -> String {
    if !permits(pledge) {
        return verdict(found, standard, calendar);
    }
    let used = || match found.since {
        Some(since) if standard == Standing::Claimed => {
            format!("said to be used {}", on(since, calendar))
        }
        Some(since) => format!("used {}", on(since, calendar)),
        None => "not used".to_owned(),
    };
    match found.status {
        Status::Holding => format!("{}; may still be used", used()),
        Status::Held => format!("{}; may not be used any more", used()),
        Status::Ended => format!("ended; {}", used()),
        Status::Dormant
        | Status::Pending
        | Status::Fulfilled
        | Status::FulfilledLate
        | Status::FulfilledTimingUnknown
        | Status::Overdue
        | Status::Missed
        | Status::Breached
        | Status::Contingent
        | Status::Suspended
        | Status::Excused
        | Status::Waived
        | Status::Undetermined
        | Status::Unjudged => verdict(found, standard, calendar),
    }
}

/// Says whether a pledge is a permission: nobody can keep or break it.
#[must_use]
pub fn permits(pledge: &Pledge) -> bool {
    matches!(&pledge.body, Body::Sentence(sentence) if matches!(sentence.duty, Duty::Permit(_)))
}

/// Says what a verdict is, as the predicate of a sentence about the pledge: `overdue by 63 days: no performance shown`.
#[must_use]
pub fn verdict(verdict: &Verdict, standard: Standing, calendar: &Calendar) -> String {
    let at_claimed = standard == Standing::Claimed;
    let said = if at_claimed { "said to be " } else { "" };
    match verdict.status {
        Status::Dormant => dormant(verdict),
        Status::Pending => pending(verdict),
        Status::Fulfilled => format!("{said}fulfilled"),
        Status::FulfilledLate => format!("{said}fulfilled late{}", late_by(verdict)),
        Status::FulfilledTimingUnknown => timing(verdict, said),
        Status::Overdue => overdue(verdict),
        Status::Missed => format!("missed{}", late_by(verdict)),
        Status::Holding => silence(verdict, "kept so far"),
        Status::Held => silence(verdict, "kept to the end"),
        Status::Breached => format!("{said}{}", broken(verdict, calendar, 1)),
        Status::Contingent => contingent(verdict, standard, calendar),
        Status::Suspended => format!("{said}suspended"),
        Status::Excused => format!("{said}excused"),
        Status::Waived => format!("{said}waived"),
        Status::Ended => "ended".to_owned(),
        Status::Undetermined => format!("undetermined: {}", undetermined(verdict.reason)),
        Status::Unjudged => "not judged: the text itself cannot be checked".to_owned(),
    }
}

/// Says by how much: ` by 123 days`, or nothing where that is not known.
#[must_use]
pub fn late_by(verdict: &Verdict) -> String {
    if let Some(seconds) = verdict.seconds_late {
        return if seconds.least == seconds.most {
            format!(" by {}", clock(seconds.least))
        } else {
            format!(" by {} to {}", clock(seconds.least), clock(seconds.most))
        };
    }
    verdict
        .days_late
        .map_or_else(String::new, |range| format!(" by {}", days(range)))
}

fn dormant(verdict: &Verdict) -> String {
    match verdict.reason {
        Some(Why::Trigger) => "dormant: what it waits for has not happened",
        Some(Why::NotBound) => "dormant: the obligor is not bound",
        Some(Why::Condition) => "dormant: its condition does not hold",
        Some(
            Why::Contingent
            | Why::Contested
            | Why::Quantity
            | Why::Attribution
            | Why::Straddles
            | Why::Deadline
            | Why::Conduct,
        )
        | None => "dormant",
    }
    .to_owned()
}

fn pending(verdict: &Verdict) -> String {
    match (verdict.days_left, verdict.age_days) {
        (Some(0), _) => "pending: due today".to_owned(),
        (Some(left), _) => format!("pending: {} left", count(left, "day")),
        (None, Some(age)) => format!("pending without a deadline for {}", count(age, "day")),
        (None, None) => "pending".to_owned(),
    }
}

fn timing(verdict: &Verdict, said: &str) -> String {
    let most = match (verdict.seconds_late, verdict.days_late) {
        (Some(seconds), _) => clock(seconds.most),
        (None, Some(range)) => count(range.most, "day"),
        (None, None) => return format!("{said}performed, but whether in time is open"),
    };
    format!("{said}performed, but its date straddles the deadline: on time or up to {most} late")
}

fn overdue(verdict: &Verdict) -> String {
    let by = late_by(verdict);
    match verdict.ground {
        Ground::Established => format!("overdue{by}"),
        Ground::Presumed => format!("overdue{by}: no performance shown"),
    }
}

fn silence(verdict: &Verdict, kept: &str) -> String {
    match (verdict.ground, verdict.observed) {
        (Ground::Established, _) => format!("{kept}, and observed"),
        (Ground::Presumed, Some(observed)) if observed.days > 0 => format!(
            "no breach shown; {} of {} observed",
            observed.days,
            count(observed.of, "day")
        ),
        (Ground::Presumed, Some(_) | None) => "no breach shown".to_owned(),
    }
}

/// Says since when a pledge is broken; of several acts the first.
#[must_use]
pub fn broken(verdict: &Verdict, calendar: &Calendar, acts: usize) -> String {
    let Some(since) = verdict.since else {
        return "broken".to_owned();
    };
    let continuing = verdict.form == Some(Form::Continuing);
    match (continuing, verdict.until) {
        (true, None) => format!("broken since {}", when(since, calendar)),
        (true, Some(until)) => format!(
            "broken from {} until {}",
            when(since, calendar),
            when(until, calendar)
        ),
        (false, _) if acts > 1 => format!("broken, first {},", on(since, calendar)),
        (false, _) => format!("broken {}", on(since, calendar)),
    }
}

fn contingent(verdict: &Verdict, standard: Standing, calendar: &Calendar) -> String {
    match &verdict.if_established {
        Some(inner) => format!(
            "contingent: if what it hangs on is established, {}",
            self::verdict(inner, standard, calendar)
        ),
        None => "contingent: what it hangs on is contested".to_owned(),
    }
}

/// Says why a verdict is undetermined.
#[must_use]
pub fn undetermined(why: Option<Why>) -> &'static str {
    match why {
        Some(Why::Contested) => "one side says so, another denies it, with equal standing",
        Some(Why::Quantity) => "the bound lies between conflicting figures",
        Some(Why::Attribution) => "accounts of equal standing name different doers",
        Some(Why::Straddles) => "a date straddles the deadline, the window or the entry into force",
        Some(Why::Deadline) => "the deadline itself is uncertain",
        Some(Why::Conduct) => "failure to take care is neither shown nor excluded",
        Some(Why::Condition) => "a condition that decides is contested or unknown",
        Some(Why::Trigger | Why::NotBound | Why::Contingent) | None => {
            "the records on file do not decide it"
        }
    }
}

/// How much room a cell of the table has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Room {
    Ample,
    Scarce,
}

/// Says what a verdict is in a cell of the table.
#[must_use]
pub fn cell(verdict: &Verdict, standard: Standing, room: Room) -> String {
    let at_claimed = standard == Standing::Claimed;
    let ample = room == Room::Ample;
    match verdict.status {
        Status::Dormant => "dormant".to_owned(),
        Status::Pending => match (verdict.days_left, verdict.age_days) {
            (Some(0), _) => "due today".to_owned(),
            (Some(left), _) if ample => format!("pending, {left} d left"),
            (Some(left), _) => format!("due in {left}"),
            (None, Some(_)) if ample => "pending, open".to_owned(),
            (None, _) => "pending".to_owned(),
        },
        Status::Fulfilled if at_claimed && ample => "said fulfilled".to_owned(),
        Status::Fulfilled => "fulfilled".to_owned(),
        Status::FulfilledLate => format!("late{}", late_cell(verdict, room)),
        Status::FulfilledTimingUnknown if ample => "done, timing open".to_owned(),
        Status::FulfilledTimingUnknown => "late?".to_owned(),
        Status::Overdue => format!("overdue{}", late_cell(verdict, room)),
        Status::Missed => format!("missed{}", late_cell(verdict, room)),
        Status::Holding | Status::Held => match (verdict.ground, ample) {
            (Ground::Established, true) => "kept, observed".to_owned(),
            (Ground::Established, false) => "kept".to_owned(),
            (Ground::Presumed, true) => "no breach shown".to_owned(),
            (Ground::Presumed, false) => "none shown".to_owned(),
        },
        Status::Breached if at_claimed => "said broken".to_owned(),
        Status::Breached => "broken".to_owned(),
        Status::Contingent => "contingent".to_owned(),
        Status::Suspended => "suspended".to_owned(),
        Status::Excused => "excused".to_owned(),
        Status::Waived => "waived".to_owned(),
        Status::Ended => "ended".to_owned(),
        Status::Undetermined => match (verdict.reason, ample) {
            (Some(Why::Contested), _) => "contested".to_owned(),
            (_, true) => "undetermined".to_owned(),
            (_, false) => "undecided".to_owned(),
        },
        Status::Unjudged => "not judged".to_owned(),
    }
}

fn late_cell(verdict: &Verdict, room: Room) -> String {
    let unit = match room {
        Room::Ample => " d",
        Room::Scarce => "",
    };
    match (verdict.seconds_late, verdict.days_late) {
        (Some(range), _) if range.most < 86_400 => format!(" {} h", range.most / 3_600),
        (_, Some(range)) if range.least == range.most => format!(" {}{unit}", range.least),
        (_, Some(range)) => format!(" {}–{}{unit}", range.least, range.most),
        (_, None) => String::new(),
    }
}

/// Writes an estimate: `8600`, `at least 60`, `8000 to 9000`.
#[must_use]
pub fn estimate(estimate: Estimate) -> String {
    match (estimate.low, estimate.best, estimate.high) {
        (Some(low), _, Some(high)) if low == high => low.normalize().to_string(),
        (Some(low), _, Some(high)) => format!("{} to {}", low.normalize(), high.normalize()),
        (Some(low), _, None) => format!("at least {}", low.normalize()),
        (None, _, Some(high)) => format!("at most {}", high.normalize()),
        (None, Some(best), None) => format!("about {}", best.normalize()),
        (None, None, None) => "no figure".to_owned(),
    }
}

/// Gives the word for a gravity at the start of a sentence.
#[must_use]
pub fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "Error",
        Severity::Warning => "Warning",
        Severity::Advice => "Advice",
    }
}

/// Puts a capital at the start of a sentence.
#[must_use]
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// Makes text from a file safe to show: control characters and direction overrides become a replacement mark.
#[must_use]
pub fn harmless(text: &str) -> String {
    text.chars()
        .map(|letter| {
            if is_harmful(letter) {
                '\u{fffd}'
            } else {
                letter
            }
        })
        .collect()
}

/// Says whether a character could steer the terminal or hide what a text says.
#[must_use]
pub fn is_harmful(letter: char) -> bool {
    match letter {
        '\n' | '\t' => false,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        other => other.is_control(),
    }
}
