//! How a run tells of its own end in a log for programs.

use crate::report::sarif::Ended;

use super::Exit;

/// Says how the run ends. A run that could not read all that was asked for has not succeeded.
pub(super) fn ended(exit: Exit, folder: Option<&str>) -> Ended<'_> {
    let meaning = match exit {
        Exit::Clean => "nothing was found, or only what leaves the status at 0",
        Exit::Found => "a pledge is broken, a duty overdue, or a scenario failed",
        Exit::Usage => "not everything that was asked for could be read",
        Exit::Broken => "a rule or record file has errors",
    };
    Ended {
        status: exit as u8,
        meaning,
        complete: exit != Exit::Usage,
        folder,
    }
}

/// Gives the absolute path of the folder of the run, where it is text.
pub(super) fn working_folder() -> Option<String> {
    let folder = std::env::current_dir().ok()?;
    folder.into_os_string().into_string().ok()
}
