//! The ladder: independent voices, not records, lift a proposition from claimed to reported to corroborated.

use std::collections::BTreeSet;

use super::owners::OwnerId;
use crate::agreement::Standing;

/// What a credible statement adds to a proposition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Voice {
    /// Whose voice it is, and whether it can be told from other voices.
    pub(super) origin: Origin,
    /// How many independent sources it says it rests on; 0 where its letter does not let it vouch for them.
    pub(super) origins: u32,
    /// Whether it verifies: a declared verifier that saw it or has it in writing, or an official finding.
    pub(super) verifies: bool,
}

/// Whether a voice can be told from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// Its owner saw it, has it in writing, admits it, or did it by saying so.
    Known(OwnerId),
    /// It was told by a source that is named.
    Named,
    /// It was told by somebody unnamed, who may be any of the others.
    Unnamed,
}

/// What speaks for one side of a proposition.
#[derive(Clone, Debug, Default)]
pub(super) struct Chorus {
    said: bool,
    known: BTreeSet<OwnerId>,
    unnamed: bool,
    origins: u32,
    verified: bool,
}

impl Chorus {
    /// Notes that somebody says so, credible or not.
    pub(super) fn say(&mut self) {
        self.said = true;
    }

    /// Adds a credible voice.
    pub(super) fn add(&mut self, voice: Voice) {
        self.said = true;
        match voice.origin {
            Origin::Known(owner) => {
                self.known.insert(owner);
            }
            Origin::Named => {}
            Origin::Unnamed => self.unnamed = true,
        }
        self.origins = self.origins.max(voice.origins);
        self.verified |= voice.verifies;
    }

    /// Adds everything that another chorus says.
    pub(super) fn join(&mut self, other: &Chorus) {
        self.said |= other.said;
        self.known.extend(other.known.iter().copied());
        self.unnamed |= other.unnamed;
        self.origins = self.origins.max(other.origins);
        self.verified |= other.verified;
    }

    /// Gives the standing; `corroboration` is how many voices the agreement asks for.
    ///
    /// Unnamed origins never add to known ones, because the unnamed source may be the named one.
    pub(super) fn standing(&self, corroboration: u32) -> Standing {
        let known = u32::try_from(self.known.len()).unwrap_or(u32::MAX);
        let unnamed = u32::from(known == 0 && self.unnamed);
        let voices = (known + unnamed).max(self.origins);
        if !self.said {
            Standing::None
        } else if self.verified {
            Standing::Verified
        } else if voices == 0 {
            Standing::Claimed
        } else if voices >= corroboration {
            Standing::Corroborated
        } else {
            Standing::Reported
        }
    }
}
