//! The files that belong together, and the run over them: load, resolve, read, evaluate.
//!
//! No file is opened here. Whoever knows where texts are (a folder, an editor's unsaved buffers) hands in a closure that reads them.

pub mod glob;
pub mod settings;

mod expectation;
mod history;
mod load;
mod proof;
mod run;
mod standards;
mod trials;

pub use history::history;
pub use load::{Project, Text, join, normal};
pub use proof::prove;
pub use run::{
    Outcome, Part, Request, Told, Understood, assess, judge, matching, proof_of, tell, understand,
    understand_what_changed, without,
};
pub use settings::{AsOf, Import, Level, Lints, Settings, settings};
pub use trials::{Rehearsal, rehearse};
