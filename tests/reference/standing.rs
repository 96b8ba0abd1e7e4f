//! What is said, by how many, and how well: live records, credible voices, the ladder, the value at a standard.
//!
//! Everything is computed anew for each question, in the order in which one would explain it. Speed is no aim here.

use std::collections::BTreeSet;

use super::model::{
    Basis, Case, Event, FAULT, HARM, LOSS, NOTIFY, Pattern, STRIKE, What, counts_as,
};
use super::place::{self, inside, overlap};

/// The rungs of the ladder, from `none` to `verified`.
pub(crate) type Rung = u8;
pub(crate) const NONE: Rung = 0;
pub(crate) const CLAIMED: Rung = 1;
pub(crate) const REPORTED: Rung = 2;
pub(crate) const CORROBORATED: Rung = 3;
pub(crate) const VERIFIED: Rung = 4;

/// What a proposition comes to at a standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Value {
    Refuted,
    NotShown,
    Contested,
    Shown,
}

/// A standing for and one against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) pro: Rung,
    pub(crate) con: Rung,
}

impl Standing {
    pub(crate) fn at(self, standard: Rung) -> Value {
        if self.pro.max(self.con) < standard {
            Value::NotShown
        } else if self.pro > self.con {
            Value::Shown
        } else if self.con > self.pro {
            Value::Refuted
        } else {
            Value::Contested
        }
    }

    /// Both must be so.
    pub(crate) fn and(self, other: Standing) -> Standing {
        Standing {
            pro: self.pro.min(other.pro),
            con: self.con.max(other.con),
        }
    }
}

/// Whether the proposition is good for the obligor (+1) or bad for it (-1).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question {
    pub(crate) obligor: usize,
    pub(crate) good: i64,
}

/// An account that is added up: a record's root, or a window of observation.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    source: usize,
    letter: char,
    digit: Option<i64>,
    basis: Basis,
    origins: i64,
    kind: Option<usize>,
    /// Who did it, as the record has it.
    doer: Option<usize>,
    target: Option<usize>,
    /// Whether it tells of an event, rather than denying one.
    affirms: bool,
}

/// Whether who watches for some kinds watches for another one: for itself, or for all that counts as it.
fn covers(kinds: &[usize], kind: usize) -> bool {
    let all = kind == HARM && kinds.contains(&STRIKE) && kinds.contains(&FAULT);
    kinds.contains(&kind) || all
}

/// The file as known on a day.
pub(crate) struct File<'c> {
    pub(crate) case: &'c Case,
    pub(crate) known_by: i64,
}

impl File<'_> {
    /// Whether a record was on file before another one.
    fn before(&self, first: usize, second: usize) -> bool {
        let place = |index: usize| (self.case.records[index].known, index);
        place(first) < place(second)
    }

    /// The record that a retraction or correction takes away, if it may.
    fn takes_away(&self, index: usize) -> Option<usize> {
        let record = &self.case.records[index];
        let (What::Retracts { target } | What::Corrects { target, .. }) = record.what else {
            return None;
        };
        let own = self.case.records[target].source == record.source;
        (own && self.before(target, index)).then_some(target)
    }

    pub(crate) fn live(&self, index: usize) -> bool {
        self.case.records[index].known <= self.known_by
            && !(0..self.case.records.len())
                .any(|other| self.takes_away(other) == Some(index) && self.live(other))
    }

    fn echoed(&self, index: usize) -> Option<usize> {
        let echoed = self.case.records[index].echoes?;
        self.before(echoed, index).then_some(echoed)
    }

    /// Whether the record and all that it repeats are live.
    pub(crate) fn counts(&self, index: usize) -> bool {
        self.live(index) && self.echoed(index).is_none_or(|echoed| self.counts(echoed))
    }

    pub(crate) fn account(&self, index: usize) -> Account {
        if let Some(echoed) = self.echoed(index) {
            return self.account(echoed);
        }
        let record = &self.case.records[index];
        let source = record.repeats.unwrap_or(record.source);
        let letter = self.case.sources[source].letter;
        let repeats_nothing_known = record.echoes.is_some();
        Account {
            source,
            letter: record.grade.map_or(letter, |grade| grade.0),
            digit: record.grade.map(|grade| grade.1),
            basis: if repeats_nothing_known {
                Basis::Told
            } else {
                record.basis
            },
            origins: record.origins,
            kind: self.event(index).map(|event| event.kind),
            doer: self.event(index).and_then(|event| event.by),
            target: self.event(index).and_then(|event| event.on),
            affirms: self.event(index).is_some(),
        }
    }

    /// The event that a record tells of.
    pub(crate) fn event(&self, index: usize) -> Option<Event> {
        match self.case.records[index].what {
            What::Event(event) | What::Corrects { event, .. } => Some(event),
            What::Denies { .. } | What::Retracts { .. } | What::Reading { .. } => None,
        }
    }

    /// The kind of the event that a record denies or takes back.
    fn denied_kind(&self, index: usize) -> Option<usize> {
        let (What::Denies { target, .. } | What::Retracts { target }) =
            self.case.records[index].what
        else {
            return None;
        };
        let event = self.event(target).map(|event| event.kind);
        event.or_else(|| self.denied_kind(target))
    }

    /// The incident that a record belongs to, named by a record.
    pub(crate) fn incident(&self, index: usize) -> usize {
        let record = &self.case.records[index];
        if let What::Denies { target, .. } | What::Retracts { target } = record.what {
            return self.incident(target);
        }
        if let Some(echoed) = record.echoes {
            return self.incident(echoed);
        }
        match self.event(index).and_then(|event| event.incident) {
            Some(key) if key != index => self.incident(key),
            _ => index,
        }
    }

    /// Where a source stands to an actor: on its side, against it, or neither.
    pub(crate) fn align(&self, source: usize, actor: usize) -> i64 {
        let Some(side) = self.case.sources[source].side else {
            return 0;
        };
        let camp = |actor: usize| match actor {
            0 | 2 => Some(0),
            1 => Some(1),
            _ => None,
        };
        if side == actor {
            return 1;
        }
        match (camp(side), camp(actor)) {
            (Some(one), Some(other)) if one == other => 1,
            (Some(_), Some(_)) => -1,
            _ => 0,
        }
    }

    fn interest(&self, account: &Account, question: Question, affirms: bool) -> i64 {
        if account.kind == Some(LOSS) && self.boasts(account) {
            return 1;
        }
        let favours = if affirms {
            question.good
        } else {
            -question.good
        };
        self.align(account.source, question.obligor) * favours
    }

    /// Whether the source claims the doing of its own side: it names it, or names nobody and does not speak of itself.
    fn boasts(&self, account: &Account) -> bool {
        let own = |actor: usize| self.align(account.source, actor) == 1;
        let sided = self.case.sources[account.source].side.is_some();
        match account.doer {
            Some(doer) => own(doer),
            None => sided && account.affirms && !account.target.is_some_and(own),
        }
    }

    /// Whether the doer says of himself that he did what is done by saying so.
    fn declares(&self, account: &Account) -> bool {
        let side = self.case.sources[account.source].side;
        account.kind == Some(NOTIFY) && side.is_some() && side == account.doer
    }

    fn credible(&self, account: &Account, question: Question, affirms: bool) -> bool {
        if matches!(account.digit, Some(4 | 5)) {
            return false;
        }
        let seen = matches!(account.basis, Basis::Observed | Basis::Documented);
        if self.declares(account) {
            return true;
        }
        match self.interest(account, question, affirms) {
            1 => false,
            -1 => true,
            _ if account.digit == Some(6) => false,
            _ if seen => matches!(account.letter, 'A'..='C'),
            _ => matches!(account.letter, 'A' | 'B'),
        }
    }

    /// Whose voice a source is.
    pub(crate) fn owner(&self, source: usize) -> (u8, usize) {
        let owner = self.case.sources[source].owner;
        owner.map_or((0, source), |owner| (1, owner))
    }

    /// The rung that accounts of one side reach together.
    pub(crate) fn level(&self, accounts: &[Account], question: Question, affirms: bool) -> Rung {
        if accounts.is_empty() {
            return NONE;
        }
        let credible: Vec<&Account> = accounts
            .iter()
            .filter(|account| self.credible(account, question, affirms))
            .collect();
        let seen = |account: &Account| matches!(account.basis, Basis::Observed | Basis::Documented);
        let verifies = |account: &Account| {
            let kinds = &self.case.sources[account.source].verifies;
            seen(account) && account.kind.is_some_and(|kind| kinds.contains(&kind))
        };
        if credible.iter().any(|account| verifies(account)) {
            return VERIFIED;
        }
        let mut owners = BTreeSet::new();
        let mut unnamed = 0;
        let mut origins = 0;
        for account in &credible {
            let own = self.declares(account);
            if own || seen(account) || self.interest(account, question, affirms) == -1 {
                owners.insert(self.owner(account.source));
            } else {
                unnamed = 1;
            }
            if matches!(account.letter, 'A' | 'B') {
                origins = origins.max(account.origins);
            }
        }
        let heard = if owners.is_empty() {
            unnamed
        } else {
            i64::try_from(owners.len()).unwrap()
        };
        match heard.max(origins) {
            0 => CLAIMED,
            1 => REPORTED,
            _ => CORROBORATED,
        }
    }

    /// The records that speak of an incident as an event of a kind.
    pub(crate) fn affirming(&self, incident: usize, kind: usize) -> Vec<usize> {
        (0..self.case.records.len())
            .filter(|&index| self.counts(index) && self.incident(index) == incident)
            .filter(|&index| {
                self.event(index)
                    .is_some_and(|event| counts_as(event.kind, kind))
            })
            .collect()
    }

    /// The earliest and the latest that an incident can have been, and whether its records agree.
    pub(crate) fn time(&self, incident: usize, kind: usize, question: Question) -> (i64, i64) {
        let all = self.affirming(incident, kind);
        let mut used: Vec<usize> = all
            .iter()
            .copied()
            .filter(|&index| self.credible(&self.account(index), question, true))
            .collect();
        if used.is_empty() {
            used = all;
        }
        let spans: Vec<(i64, i64)> = used
            .iter()
            .map(|&index| self.event(index).unwrap().when.span())
            .collect();
        let start = spans.iter().map(|span| span.0).max().unwrap();
        let end = spans.iter().map(|span| span.1).min().unwrap();
        if start < end {
            return (start, end);
        }
        let start = spans.iter().map(|span| span.0).min().unwrap();
        let end = spans.iter().map(|span| span.1).max().unwrap();
        (start, end)
    }

    /// Everything that is denied of an incident: `fields` chooses the denials that carry fields.
    fn denials(
        &self,
        incident: usize,
        fits: impl Fn(Option<usize>, Option<bool>) -> bool,
    ) -> Vec<usize> {
        (0..self.case.records.len())
            .filter(|&index| self.counts(index) && self.incident(index) == incident)
            .filter(|&index| match self.case.records[index].what {
                What::Denies { by, flag, .. } => fits(by, flag),
                What::Retracts { .. } => self.takes_away(index).is_none() && fits(None, None),
                _ => false,
            })
            .collect()
    }

    fn accounts(&self, records: &[usize], kind: usize) -> Vec<Account> {
        let with_kind = |&index: &usize| {
            let account = self.account(index);
            Account {
                kind: account.kind.or(self.denied_kind(index)).or(Some(kind)),
                ..account
            }
        };
        records.iter().map(with_kind).collect()
    }

    /// The windows in which an incident would have been seen, by sources that did not report it.
    fn silent_observers(
        &self,
        incident: usize,
        pattern: &Pattern,
        question: Question,
    ) -> Vec<Account> {
        let (start, end) = self.time(incident, pattern.kind, question);
        let affirming = self.affirming(incident, pattern.kind);
        let kinds: Vec<usize> = affirming
            .iter()
            .map(|&index| self.event(index).unwrap().kind)
            .collect();
        let windows = self.case.coverage.iter().filter(|window| {
            window.full
                && window.known <= self.known_by
                && kinds.iter().any(|&kind| covers(&window.kinds, kind))
                && self.lies_in(window.place, incident, pattern.kind)
                && window.from * super::model::DAY <= start
                && end <= (window.until + 1) * super::model::DAY
        });
        windows
            .filter(|window| !self.reported_by(window.source, incident, pattern.kind, (start, end)))
            .map(|window| self.watch(window.source, kinds[0]))
            .collect()
    }

    fn watch(&self, source: usize, kind: usize) -> Account {
        Account {
            source,
            letter: self.case.sources[source].letter,
            digit: None,
            basis: Basis::Observed,
            origins: 1,
            kind: Some(kind),
            doer: None,
            target: None,
            affirms: false,
        }
    }

    /// Whether everything told of where an incident was lies in a place that was watched.
    fn lies_in(&self, watched: Option<usize>, incident: usize, kind: usize) -> bool {
        let Some(watched) = watched else {
            return true;
        };
        let all = self.affirming(incident, kind);
        let mut places = all
            .iter()
            .filter_map(|&index| self.event(index).unwrap().place)
            .peekable();
        places.peek().is_some() && places.all(|place| inside(place, watched))
    }

    /// Whether a source told of an act that may be this incident: of its kind, at its time, by a doer that some record of it names or leaves open.
    ///
    /// A record that does not count tells of nothing.
    fn reported_by(
        &self,
        source: usize,
        incident: usize,
        kind: usize,
        (start, end): (i64, i64),
    ) -> bool {
        let affirming = self.affirming(incident, kind);
        let may_be_by = |doer: usize| {
            let mut told = affirming.iter().map(|&index| self.event(index).unwrap().by);
            told.any(|by| by.is_none_or(|by| by == doer))
        };
        let may_be_in = |place: usize| {
            let mut told = affirming
                .iter()
                .map(|&index| self.event(index).unwrap().place);
            told.any(|other| other.is_none_or(|other| overlap(place, other)))
        };
        (0..self.case.records.len()).any(|index| {
            let Some(event) = self.event(index) else {
                return false;
            };
            let (low, high) = event.when.span();
            let doer = event.by.is_none_or(may_be_by);
            let place = event.place.is_none_or(may_be_in);
            self.counts(index)
                && self.case.records[index].source == source
                && counts_as(event.kind, kind)
                && doer
                && place
                && low < end
                && start < high
        })
    }

    /// The rung of those who watched the whole of a span for a kind and may be believed that nothing happened.
    pub(crate) fn watched(
        &self,
        pattern: &Pattern,
        (start, end): (i64, i64),
        question: Question,
    ) -> Rung {
        let kind = pattern.kind;
        let around = |place: Option<usize>| match (place, pattern.place) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(place), Some((_, wanted))) => inside(wanted, place),
        };
        let mut lowest = VERIFIED;
        let mut day = start.div_euclid(super::model::DAY);
        while day * super::model::DAY < end {
            let on_watch = |kind: usize| {
                let windows = self.case.coverage.iter().filter(|window| {
                    window.full
                        && window.known <= self.known_by
                        && window.kinds.contains(&kind)
                        && around(window.place)
                        && window.from <= day
                        && day <= window.until
                });
                let watching: Vec<Account> = windows
                    .map(|window| self.watch(window.source, kind))
                    .filter(|account| self.interest(account, question, false) != 1)
                    .collect();
                self.level(&watching, question, false)
            };
            // A derived kind is watched by name, or by those who watch everything that counts as it.
            let by_parts = on_watch(STRIKE).min(on_watch(FAULT));
            let rung = if kind == HARM {
                on_watch(HARM).max(by_parts)
            } else {
                on_watch(kind)
            };
            lowest = lowest.min(rung);
            day += 1;
        }
        lowest
    }

    /// The standing of "this incident is an act of the pattern", but for the pattern's condition.
    pub(crate) fn standing(
        &self,
        incident: usize,
        pattern: &Pattern,
        question: Question,
    ) -> Standing {
        let all = self.affirming(incident, pattern.kind);
        let said = |index: &usize| self.event(*index).unwrap();
        let mut against = self.accounts(
            &self.denials(incident, |by, flag| by.is_none() && flag.is_none()),
            pattern.kind,
        );
        if !all.is_empty() {
            against.extend(self.silent_observers(incident, pattern, question));
        }
        let mut standing = Standing {
            pro: self.level(&self.accounts(&all, pattern.kind), question, true),
            con: self.level(&against, question, false),
        };
        if let Some(wanted) = pattern.by {
            let denials = self.denials(incident, |by, _| by == Some(wanted));
            standing = standing.and(self.field(&all, &denials, pattern.kind, question, |index| {
                said(index).by.map(|by| by == wanted)
            }));
        }
        if let Some(wanted) = pattern.on {
            standing = standing.and(self.field(&all, &[], pattern.kind, question, |index| {
                said(index).on.map(|on| on == wanted)
            }));
        }
        if let Some((form, wanted)) = pattern.place {
            standing = standing.and(self.field(&all, &[], pattern.kind, question, |index| {
                said(index)
                    .place
                    .and_then(|place| place::fits(place, form, wanted))
            }));
        }
        standing
    }

    /// The standing of "the flag of this incident is so".
    pub(crate) fn flag(
        &self,
        incident: usize,
        kind: usize,
        wanted: bool,
        question: Question,
    ) -> Standing {
        let all = self.affirming(incident, kind);
        let denials = self.denials(incident, |_, flag| flag == Some(wanted));
        self.field(&all, &denials, kind, question, |index| {
            self.event(*index).unwrap().flag.map(|flag| flag == wanted)
        })
    }

    fn field(
        &self,
        all: &[usize],
        denials: &[usize],
        kind: usize,
        question: Question,
        says: impl Fn(&usize) -> Option<bool>,
    ) -> Standing {
        let those = |wanted: bool| -> Vec<usize> {
            let fits = |index: &&usize| says(index) == Some(wanted);
            all.iter().filter(fits).copied().collect()
        };
        let mut against = self.accounts(&those(false), kind);
        against.extend(self.accounts(denials, kind));
        Standing {
            pro: self.level(&self.accounts(&those(true), kind), question, true),
            con: self.level(&against, question, false),
        }
    }

    /// The incidents in which a kind is affirmed by anybody.
    pub(crate) fn incidents(&self, kind: usize) -> Vec<usize> {
        let all: BTreeSet<usize> = (0..self.case.records.len())
            .filter(|&index| self.counts(index))
            .filter(|&index| {
                self.event(index)
                    .is_some_and(|event| counts_as(event.kind, kind))
            })
            .map(|index| self.incident(index))
            .collect();
        all.into_iter().collect()
    }

    /// The value at a standard of "this incident is an act of the pattern".
    pub(crate) fn value(
        &self,
        incident: usize,
        pattern: &Pattern,
        question: Question,
        standard: Rung,
    ) -> Value {
        let value = self.standing(incident, pattern, question).at(standard);
        let Some(wanted) = pattern.flag else {
            return value;
        };
        let condition = self.flag(incident, pattern.kind, wanted, question);
        value.min(condition.at(standard))
    }
}
