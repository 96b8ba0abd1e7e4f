//! The rules of evidence, one table per rule; records are written one to a line (see [`fixture`]).

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failing test should stop"
)]

mod fixture;

mod coverage;
mod incidents;
mod interest;
mod liveness;
mod properties;
mod standing;
mod worked;
