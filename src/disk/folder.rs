//! A folder in place of a list of files: everything of one kind that lies below it.

use std::path::Path;

/// How deep folders are searched.
const DEEPEST: usize = 32;

/// Gives the files with an extension below a folder, in the order of their paths.
///
/// Folders and files whose name begins with a dot are left out, and so are links to folders: they may lead back up.
///
/// # Errors
///
/// The folder, or one below it, cannot be read; as a fragment for people.
pub fn files(folder: &str, extension: &str) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    search(folder, extension, 0, &mut found)?;
    found.sort();
    Ok(found)
}

fn search(
    folder: &str,
    extension: &str,
    depth: usize,
    found: &mut Vec<String>,
) -> Result<(), String> {
    let unreadable = |error| format!("cannot read the folder `{folder}`: {error}");
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else {
            return Err(format!("a name in the folder `{folder}` is no UTF-8 text"));
        };
        if name.starts_with('.') {
            continue;
        }
        let path = match folder {
            "." => name.to_owned(),
            folder => format!("{}/{name}", folder.trim_end_matches('/')),
        };
        if entry.file_type().map_err(unreadable)?.is_dir() {
            if depth < DEEPEST {
                search(&path, extension, depth + 1, found)?;
            } else {
                return Err(format!("folders below `{path}` are nested too deep"));
            }
        } else if has_extension(&path, extension) && !entry.path().is_dir() {
            found.push(path);
        }
    }
    Ok(())
}

/// Says whether a TOML file of a folder may hold records: settings and mappings are TOML too, and hold none.
#[must_use]
pub fn may_hold_records(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name != super::SETTINGS && !name.ends_with(".mapping.toml")
}

/// Says whether the name of a file ends so, in letters of either case.
#[must_use]
pub fn has_extension(path: &str, extension: &str) -> bool {
    let found = Path::new(path).extension();
    found.is_some_and(|found| found.eq_ignore_ascii_case(extension))
}
