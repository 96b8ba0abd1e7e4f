//! Servanda checks whether agreements are kept.

pub mod diagnostic;
pub mod quantity;
pub mod source;
pub mod syntax;
pub mod time;
