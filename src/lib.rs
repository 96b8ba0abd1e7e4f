//! Servanda checks whether agreements are kept.

pub mod agreement;
pub mod cli;
pub mod diagnostic;
pub mod disk;
pub mod eval;
pub mod evidence;
pub mod ide;
pub mod lsp;
pub mod project;
pub mod quantity;
pub mod record;
pub mod report;
pub mod resolve;
pub mod source;
pub mod syntax;
pub mod time;
pub mod verdict;
