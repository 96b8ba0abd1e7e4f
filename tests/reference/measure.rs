//! Limits on a measured quantity, moment by moment, and levels reached.

use super::judge::{Answer, Judge, Match, entry_into_force};
use super::model::{DAY, What};
use super::standing::{Account, NONE, Question, Rung, Standing, Value};

/// A reading that counts: its day, its source, and whether it is over the limit (none: it cannot be said).
#[derive(Clone, Debug)]
struct Reading {
    day: i64,
    owner: (u8, usize),
    over: Option<bool>,
    account: Account,
}

impl Judge<'_> {
    fn readings(&self, limit: i64) -> Vec<Reading> {
        let records = self.file.case.records.iter().enumerate();
        let readings = records.filter_map(|(index, record)| {
            let What::Reading { low, high, when } = record.what else {
                return None;
            };
            let day = when.span().0.div_euclid(DAY);
            (self.file.counts(index) && day * DAY < self.now).then(|| Reading {
                day,
                owner: self.file.owner(record.source),
                over: if low > limit {
                    Some(true)
                } else {
                    (high <= limit).then_some(false)
                },
                account: self.file.account(index),
            })
        });
        readings.collect()
    }

    /// The standing of "over the limit" by some readings, of which `wanted` is what the question asks.
    fn weigh(&self, readings: &[&Reading], wanted: bool, question: Question) -> Standing {
        let side = |over: bool| -> Vec<Account> {
            let those = readings.iter().filter(|reading| reading.over == Some(over));
            those.map(|reading| reading.account.clone()).collect()
        };
        Standing {
            pro: self.file.level(&side(wanted), question, true),
            con: self.file.level(&side(!wanted), question, false),
        }
    }

    /// What is on the table on a day: of each source its last reading, as long as it lasts and nobody knows better.
    fn on_the_table(
        &self,
        all: &[Reading],
        day: i64,
        lasts: Option<i64>,
        question: Question,
    ) -> Vec<Reading> {
        let said: Vec<&Reading> = all.iter().filter(|reading| reading.day <= day).collect();
        let newest = |one: &Reading| {
            let newer = |other: &&Reading| other.owner == one.owner && other.day > one.day;
            !said.iter().any(newer)
        };
        let lasting = |reading: &Reading| lasts.is_none_or(|days| day <= reading.day + days);
        let current: Vec<&Reading> = said
            .iter()
            .copied()
            .filter(|reading| newest(reading) && lasting(reading))
            .collect();
        let rung = |reading: &Reading| {
            let standing = self.weigh(&[reading], question.good < 0, question);
            standing.pro.max(standing.con)
        };
        let gives_way = |old: &Reading| {
            current.iter().any(|new| {
                new.day > old.day
                    && new.owner != old.owner
                    && new.over.is_some()
                    && old.over.is_some()
                    && new.over != old.over
                    && rung(new) >= rung(old)
            })
        };
        let kept = current.iter().filter(|reading| !gives_way(reading));
        kept.map(|reading| (*reading).clone()).collect()
    }

    /// Judges a limit that must be kept from the entry into force on.
    pub(crate) fn keep(
        &self,
        limit: i64,
        lasts: Option<i64>,
        question: Question,
        standard: Rung,
    ) -> Answer {
        let start = entry_into_force();
        if self.now <= start * DAY {
            return Answer::plain("pending");
        }
        let all = self.readings(limit);
        let mut values = Vec::new();
        for day in start..self.now.div_euclid(DAY) {
            let table = self.on_the_table(&all, day, lasts, question);
            let table: Vec<&Reading> = table.iter().collect();
            values.push(self.weigh(&table, true, question).at(standard));
        }
        if values.contains(&Value::Shown) {
            return Answer::on("breached", true);
        }
        if values.contains(&Value::Contested) {
            return Answer::undetermined("contested");
        }
        let throughout = values.iter().all(|&value| value == Value::Refuted);
        Answer::on("holding", throughout)
    }

    /// The days on which a level was reached, with the value of each, and whether somebody said so.
    ///
    /// What was said before and still lasts affirms with the others; only what is said of the same day denies.
    pub(crate) fn reached(
        &self,
        limit: i64,
        question: Question,
        standard: Rung,
    ) -> (Vec<Match>, bool) {
        let measures = self.file.case.pledges.iter();
        let mut spans = measures.filter_map(|pledge| match pledge.duty {
            super::model::Duty::Keep { lasts, .. } => lasts,
            _ => None,
        });
        let lasts = spans.next();
        let all = self.readings(limit);
        let mut matches = Vec::new();
        let mut refuted = false;
        let days: std::collections::BTreeSet<i64> = all.iter().map(|reading| reading.day).collect();
        for day in days {
            let table = self.on_the_table(&all, day, lasts, question);
            let affirming = table.iter().filter(|reading| reading.over == Some(false));
            let denying = all
                .iter()
                .filter(|reading| reading.day == day && reading.over == Some(true));
            let accounts: Vec<&Reading> = affirming.chain(denying).collect();
            let standing = self.weigh(&accounts, false, question);
            let value = standing.at(standard);
            refuted |= value == Value::Refuted && standing.pro > NONE;
            matches.push(Match {
                incident: 0,
                value,
                span: (day * DAY, (day + 1) * DAY),
            });
        }
        (matches, refuted)
    }
}
