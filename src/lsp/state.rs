//! What is known of a home: its files as they were read last, the verdicts on them, and what is wrong in them.

use std::sync::Arc;

use crate::disk::SETTINGS;
use crate::ide::hover::Latest;
use crate::ide::published::problems;
use crate::ide::{Judged, Reading};

use super::capabilities::Client;
use super::documents::Documents;
use super::home::{Found, Home};
use super::places::Places;
use super::publish::{Layer, Layers};

/// What is known of a home.
#[derive(Debug)]
pub(super) struct State {
    pub(super) found: Found,
    pub(super) reading: Arc<Reading>,
    /// Counts the readings.
    pub(super) number: u64,
    /// The verdicts, the reading that they speak of, and its number.
    pub(super) verdicts: Option<(u64, Arc<Reading>, Arc<Judged>)>,
    /// The reading whose verdicts cannot be had.
    pub(super) failed: Option<u64>,
    pub(super) layers: Layers,
    pub(super) changed: Changed,
}

/// What has changed since the last reading.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Changed {
    pub(super) texts: bool,
    /// Whether records are being edited; what is wrong in others is told with the verdicts.
    pub(super) records: bool,
    pub(super) files: bool,
}

impl Changed {
    /// Says that any file may have changed, and that nobody is editing records.
    pub(super) const FILES: Changed = Changed {
        texts: true,
        records: false,
        files: true,
    };
}

impl State {
    /// Gives a home of which nothing has been read yet.
    pub(super) fn new() -> State {
        State {
            found: Found::default(),
            reading: Arc::default(),
            number: 0,
            verdicts: None,
            failed: None,
            layers: Layers::default(),
            changed: Changed::FILES,
        }
    }

    /// Says whether the next reading has anything to do.
    pub(super) fn is_changed(&self) -> bool {
        self.changed.texts || self.changed.files
    }

    /// Understands the files anew where some changed; gives what was known before.
    pub(super) fn read(
        &mut self,
        home: &Home,
        documents: &mut Documents,
        client: &Client,
    ) -> Option<Arc<Reading>> {
        let changed = std::mem::take(&mut self.changed);
        if changed.files {
            self.found = home.find(documents);
        }
        if !changed.texts && !changed.files {
            return None;
        }
        let reading = home.read(documents, &self.found, client.wishes, &self.reading);
        self.number += 1;
        let own = problems(&reading.settings.diagnostics);
        let rules = problems(reading.certain());
        let place = Places::new(home, &reading, client, documents);
        let found = place.by_path(own.iter().chain(&rules));
        self.layers.put(Layer::Rules, found);
        if changed.records {
            let found = reading.told().diagnostics.clone();
            let found = reading.settings.lints.apply(found);
            let found = place.by_path(&problems(&found));
            self.layers.put(Layer::Records, found);
        }
        Some(std::mem::replace(&mut self.reading, Arc::new(reading)))
    }

    /// Says that a text changed, if it belongs to the files of this home.
    pub(super) fn text_changed(&mut self, home: &Home, path: &str) {
        let name = home.name(path);
        let known = self.reading.file(&name).is_some();
        if !known && home.alone.is_some() && home.alone.as_deref() != Some(&name) {
            return;
        }
        self.changed.texts = true;
        let mut explained = self.found.tables.iter().map(|(_, mapping)| mapping);
        self.changed.records |=
            self.found.records.contains(&name) || explained.any(|of| *of == name);
        self.changed.files |= name == SETTINGS;
    }
    /// Gives the verdicts with what they speak of, if they are those on the texts as they stand.
    pub(super) fn judged(&self) -> Option<(&Reading, &Judged)> {
        let (number, reading, judged) = self.verdicts.as_ref()?;
        (*number == self.number).then_some((reading, judged))
    }

    /// Gives the verdicts that were worked out last, and whether they are those on the texts as they stand.
    pub(super) fn latest(&self) -> Option<Latest<'_>> {
        let (number, _, judged) = self.verdicts.as_ref()?;
        Some(Latest {
            judged,
            current: *number == self.number,
        })
    }

    pub(super) fn is_settled(&self) -> bool {
        let judged = self.verdicts.as_ref().map(|(number, _, _)| *number);
        judged == Some(self.number) || self.failed == Some(self.number)
    }
}
