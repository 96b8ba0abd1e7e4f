//! What an editor asks of record files and of `servanda.toml`.

pub mod colours;
pub mod complete;
pub mod hover;
pub mod layout;
pub mod meaning;
pub mod outline;
pub mod spot;
