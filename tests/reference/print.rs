//! Writes a case as the rule file and the record file that say it.

use std::fmt::Write as _;

use super::model::{
    ACTORS, Basis, Case, DAY, Duty, Event, HARM, KINDS, LOSS, NOTIFY, Pattern, Record, Timing,
    What, When, iso,
};
use super::place::{Form, PLACES};

/// Gives the rule file.
pub(crate) fn treaty(case: &Case) -> String {
    let mut out = format!(
        "agreement sample \"A sample\" {{\n  in force from 2021-01-01{}\n  timezone \"{}\"\n  month-ends {}\n}}\n",
        case.until
            .map_or(String::new(), |day| format!(" until {}", iso(day))),
        case.zone,
        if case.month_ends_stick {
            "stick"
        } else {
            "clamp"
        }
    );
    out += "party alpha \"Alpha\" allied to gamma\nparty beta \"Beta\"\nparty gamma \"Gamma\"\nactor delta \"Delta\"\n";
    out += "place land\nplace north in land\nplace harbour in north\nplace south in land\n";
    for (index, kind) in KINDS.iter().enumerate() {
        let word = match index {
            NOTIFY => " declared",
            LOSS => " boast",
            HARM => {
                " {\n  counts strike(by, target, in, flag)\n  counts fault(by, target, in, flag)\n}"
            }
            _ => "",
        };
        writeln!(
            out,
            "event {kind}(by: actor, target: actor, in: place, flag: flag, new: date, effect: date){word}"
        )
        .unwrap();
    }
    let lasts = case.pledges.iter().find_map(|pledge| match pledge.duty {
        Duty::Keep { lasts, .. } => lasts,
        _ => None,
    });
    let lasts = lasts.map_or(String::new(), |days| format!(" lasts {days} days"));
    writeln!(out, "measure stock(of: actor) kg{lasts}").unwrap();
    for (index, pledge) in case.pledges.iter().enumerate() {
        writeln!(out, "pledge p{index} {{").unwrap();
        if let Some(trigger) = &pledge.trigger {
            let word = if pledge.first { "upon" } else { "whenever" };
            writeln!(out, "  {word} {}", pattern(trigger, true)).unwrap();
        }
        if let Some(other) = pledge.after_breach {
            writeln!(out, "  upon breach of p{other}").unwrap();
        }
        if let Some(asked) = &pledge.asked_at_first {
            writeln!(out, "  if once {}", pattern(asked, true)).unwrap();
        }
        if let Some(condition) = &pledge.condition {
            writeln!(out, "  while once {}", pattern(condition, true)).unwrap();
        }
        if let Some(other) = pledge.provided {
            writeln!(out, "  provided p{other} holds").unwrap();
        }
        let modal = if pledge.goal { "should" } else { "must" };
        let (act, except) = duty(&pledge.duty, pledge.obligor, pledge.for_others);
        let act = if pledge.apart {
            act.replacen("(by: ", "(target: y, by: ", 1)
        } else {
            act
        };
        let from = pledge
            .from
            .map_or(String::new(), |day| format!(" from {}", iso(day)));
        writeln!(out, "  {} {modal} {act}{from}", ACTORS[pledge.obligor]).unwrap();
        out += &super::excuse::text(pledge);
        if let Some(value) = except {
            writeln!(out, "  except where flag is {value}").unwrap();
        }
        out += "}\n";
    }
    out
}

fn duty(duty: &Duty, obligor: usize, for_others: bool) -> (String, Option<bool>) {
    let text = match duty {
        Duty::Do(act, when) => {
            let ensure = if for_others { "ensure " } else { "" };
            format!("{ensure}{}{}", pattern(act, for_others), timing(*when))
        }
        Duty::Refrain {
            pattern: act,
            last_day,
            unless_flag,
        } => {
            let until = last_day.map_or(String::new(), |day| format!(" until {}", iso(day)));
            let allow = if for_others { "allow " } else { "" };
            let act = pattern(act, for_others);
            return (format!("not {allow}{act}{until}"), *unless_flag);
        }
        Duty::Prevent {
            pattern: act,
            shown,
        } => {
            let shown = shown.as_ref().map_or(String::new(), |shown| {
                format!(" shown by {}", pattern(shown, true))
            });
            format!("prevent {}{shown}", pattern(act, true))
        }
        Duty::Endeavour {
            pattern: act,
            broken,
        } => {
            let broken = broken.as_ref().map_or(String::new(), |broken| {
                format!(" broken by {}", pattern(broken, true))
            });
            if act.flag.is_some() {
                format!("endeavour ({}){broken}", pattern(act, true))
            } else {
                format!("endeavour {}{broken}", pattern(act, true))
            }
        }
        Duty::Every(act, every) => format!("{}{}", pattern(act, false), every.text()),
        Duty::Limit(act, (most, per)) => {
            let own = Pattern {
                by: Some(obligor),
                ..*act
            };
            let act = pattern(&own, true);
            format!("keep count of ({act}) <= {most}{}", per.text())
        }
        Duty::Minimum(act, (least, per)) => {
            let own = Pattern {
                by: Some(obligor),
                ..*act
            };
            let act = pattern(&own, true);
            format!("reach count of ({act}) >= {least}{}", per.text())
        }
        Duty::Keep { limit, .. } => format!("keep stock(of: {}) <= {limit} kg", ACTORS[obligor]),
        Duty::Reach {
            limit,
            timing: when,
        } => format!(
            "reach stock(of: {}) <= {limit} kg{}",
            ACTORS[obligor],
            timing(*when)
        ),
    };
    (text, None)
}

pub(crate) fn pattern(pattern: &Pattern, with_doer: bool) -> String {
    let mut labels = Vec::new();
    if let Some(by) = pattern.by.filter(|_| with_doer) {
        labels.push(format!("by: {}", ACTORS[by]));
    }
    if let Some(on) = pattern.on {
        labels.push(format!("target: {}", ACTORS[on]));
    }
    if let Some((form, place)) = pattern.place {
        let form = match form {
            Form::Inside | Form::Cover => "",
            Form::PartOf => "part of ",
            Form::Exactly => "exactly ",
        };
        labels.push(format!("in: {form}{}", PLACES[place]));
    }
    let mut text = format!("{}({})", KINDS[pattern.kind], labels.join(", "));
    if let Some(flag) = pattern.flag {
        write!(text, " where flag is {flag}").unwrap();
    }
    text
}

fn timing(timing: Timing) -> String {
    let of = |day: Option<i64>| day.map_or(String::new(), |day| format!(" of {}", iso(day)));
    match timing {
        Timing::By(day) => format!(" by {}", iso(day)),
        Timing::Before(day) => format!(" before {}", iso(day)),
        Timing::WithinDays(count, day) => format!(" within {count} days{}", of(day)),
        Timing::WithinMonths(count, day) => format!(" within {count} months{}", of(day)),
        Timing::Open => " with no deadline".to_owned(),
    }
}

/// Gives the record file, the records in the order given by `order`.
pub(crate) fn records(case: &Case, order: &[usize]) -> String {
    let mut out = String::new();
    for (index, source) in case.sources.iter().enumerate() {
        writeln!(
            out,
            "[sources.s{index}]\nreliability = \"{}\"",
            source.letter
        )
        .unwrap();
        if let Some(side) = source.side {
            writeln!(out, "speaks-for = \"{}\"", ACTORS[side]).unwrap();
        }
        if let Some(owner) = source.owner {
            writeln!(out, "owner = \"house-{owner}\"").unwrap();
        }
        if !source.verifies.is_empty() {
            let kinds: Vec<String> = source
                .verifies
                .iter()
                .map(|&kind| format!("\"{}\"", KINDS[kind]))
                .collect();
            writeln!(out, "verifies = [{}]", kinds.join(", ")).unwrap();
        }
    }
    for &index in order {
        record(&mut out, index, case);
    }
    for coverage in &case.coverage {
        let kinds: Vec<String> = coverage
            .kinds
            .iter()
            .map(|&kind| format!("\"{}\"", KINDS[kind]))
            .collect();
        let place = coverage.place.map_or(String::new(), |place| {
            format!("in = \"{}\"\n", PLACES[place])
        });
        let extent = if coverage.full { "full" } else { "partial" };
        writeln!(
            out,
            "[[coverage]]\nsource = \"s{}\"\nkinds = [{}]\n{place}from = {}\nuntil = {}\nextent = \"{extent}\"\nknown = {}",
            coverage.source,
            kinds.join(", "),
            iso(coverage.from),
            iso(coverage.until),
            iso(coverage.known)
        )
        .unwrap();
    }
    out
}

fn record(out: &mut String, index: usize, case: &Case) {
    let record = &case.records[index];
    let block = if matches!(record.what, What::Reading { .. }) {
        "reading"
    } else {
        "event"
    };
    writeln!(
        out,
        "[[{block}]]\nid = \"r{index}\"\nsource = \"s{}\"",
        record.source
    )
    .unwrap();
    match record.what {
        What::Event(happened) => event(out, &happened, case),
        What::Reading {
            low,
            high,
            when: at,
        } => {
            out.push_str("measure = \"stock\"\nof = \"alpha\"\n");
            if low == high {
                writeln!(out, "value = {low}").unwrap();
            } else {
                writeln!(out, "value = {{ low = {low}, high = {high} }}").unwrap();
            }
            writeln!(out, "when = \"{}\"", when(at, case)).unwrap();
        }
        What::Denies { target, by, flag } => {
            writeln!(out, "denies = \"r{target}\"").unwrap();
            fields(out, by, None, None, flag);
        }
        What::Retracts { target } => writeln!(out, "retracts = \"r{target}\"").unwrap(),
        What::Corrects {
            target,
            event: happened,
        } => {
            writeln!(out, "corrects = \"r{target}\"").unwrap();
            event(out, &happened, case);
        }
    }
    particulars(out, record);
}

fn event(out: &mut String, event: &Event, case: &Case) {
    writeln!(out, "kind = \"{}\"", KINDS[event.kind]).unwrap();
    fields(out, event.by, event.on, event.place, event.flag);
    writeln!(out, "when = \"{}\"", when(event.when, case)).unwrap();
    if let Some(day) = event.new {
        writeln!(out, "new = {}", iso(day)).unwrap();
    }
    if let Some(day) = event.effect {
        writeln!(out, "effect = {}", iso(day)).unwrap();
    }
    if let Some(incident) = event.incident {
        writeln!(out, "incident = \"r{incident}\"").unwrap();
    }
}

fn fields(
    out: &mut String,
    by: Option<usize>,
    on: Option<usize>,
    place: Option<usize>,
    flag: Option<bool>,
) {
    if let Some(place) = place {
        writeln!(out, "in = \"{}\"", PLACES[place]).unwrap();
    }
    if let Some(by) = by {
        writeln!(out, "by = \"{}\"", ACTORS[by]).unwrap();
    }
    if let Some(on) = on {
        writeln!(out, "target = \"{}\"", ACTORS[on]).unwrap();
    }
    if let Some(flag) = flag {
        writeln!(out, "flag = {flag}").unwrap();
    }
}

fn particulars(out: &mut String, record: &Record) {
    let basis = match record.basis {
        Basis::Observed => "observed",
        Basis::Documented => "documented",
        Basis::Told => "told",
        Basis::Unsaid => "none-given",
    };
    writeln!(
        out,
        "basis = \"{basis}\"\nreported = {0}\nknown = {0}",
        iso(record.known)
    )
    .unwrap();
    if record.origins != 1 {
        writeln!(out, "origins = {}", record.origins).unwrap();
    }
    if let Some((letter, digit)) = record.grade {
        writeln!(out, "grade = \"{letter}{digit}\"").unwrap();
    }
    if let Some(source) = record.repeats {
        writeln!(out, "echoes = [\"s{source}\"]").unwrap();
    }
    if let Some(echoed) = record.echoes {
        writeln!(out, "echoes = [\"r{echoed}\"]").unwrap();
    }
}

fn when(when: When, case: &Case) -> String {
    match when {
        When::Days(first, last) if first == last => iso(first),
        When::Days(first, last) => format!("{}/{}", iso(first), iso(last)),
        When::Month(day) => iso(day)[..7].to_owned(),
        When::About(day) => format!("{}~", iso(day)),
        When::From(day) => format!("{}/..", iso(day)),
        When::Until(day) => format!("../{}", iso(day)),
        When::Minute(minute) => {
            let utc = minute - if case.zone == "UTC" { 0 } else { 270 };
            let (day, rest) = (utc.div_euclid(DAY), utc.rem_euclid(DAY));
            format!("{}T{:02}:{:02}:00Z", iso(day), rest / 60, rest % 60)
        }
    }
}
