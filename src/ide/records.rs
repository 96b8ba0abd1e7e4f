//! What an editor asks of record files and of `servanda.toml`.

pub mod colours;
pub mod layout;
pub mod outline;
