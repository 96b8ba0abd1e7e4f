//! The figure that an act adds to a sum, where several records of it give one.

use crate::agreement::{Standing, Value};
use crate::evidence::IncidentId;

use super::Context;
use super::answer::field;
use super::bindings::Env;
use super::bounds::{Bounds, hull, value_bounds};
use super::matching::Lens;

impl Context<'_> {
    /// Gives the range of a number that the records of an act state: that of the credible ones, of all where none is credible.
    ///
    /// Figures in conflict are neither averaged nor chosen from: the range goes from the least to the greatest.
    pub(super) fn figure(
        &self,
        incident: IncidentId,
        slots: &[Option<usize>],
        slot: usize,
        lens: Lens,
        env: &Env<'_>,
    ) -> Bounds {
        let viewpoint = lens.viewpoint(env);
        let stated: Vec<(&Value, bool)> = self
            .live_records(incident)
            .filter_map(|record| {
                let value = field(record, slots, slot)?;
                let standing = self.evidence.level(&[record.id], viewpoint);
                Some((value, standing >= Standing::Reported))
            })
            .collect();
        let any_credible = stated.iter().any(|(_, credible)| *credible);
        stated
            .into_iter()
            .filter(|(_, credible)| *credible || !any_credible)
            .map(|(value, _)| value_bounds(Some(value)))
            .reduce(hull)
            .unwrap_or(Bounds::UNKNOWN)
    }
}
