//! Paths as URIs.

use std::fmt::Write;

/// Gives the URI of a path: relative to the folder of the run, or absolute.
///
/// A path that leads up from the folder of the run becomes absolute where the folder is known: a URI may not lead above its base.
pub(super) fn of_path(path: &str, folder: Option<&str>) -> String {
    let path = if cfg!(windows) {
        path.replace('\\', "/")
    } else {
        path.to_owned()
    };
    match (folder, path.starts_with("../")) {
        (Some(folder), true) => absolute(&above(folder, &path)),
        (_, _) if is_absolute(&path) => absolute(&path),
        (_, _) => encode(&path),
    }
}

/// Gives the path that a path leads to which goes up from a folder.
fn above(folder: &str, path: &str) -> String {
    let mut folder = folder.trim_end_matches('/');
    let mut rest = path;
    while let Some(below) = rest.strip_prefix("../") {
        folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        rest = below;
    }
    format!("{folder}/{rest}")
}

/// Says whether the URI is one that needs no base.
pub(super) fn needs_no_base(uri: &str) -> bool {
    uri.starts_with("file:")
}

fn is_absolute(path: &str) -> bool {
    path.starts_with('/') || has_drive(path)
}

/// Says whether a path begins with the letter of a drive, as on Windows.
fn has_drive(path: &str) -> bool {
    let mut letters = path.chars();
    let drive = letters
        .next()
        .is_some_and(|letter| letter.is_ascii_alphabetic());
    cfg!(windows) && drive && letters.next() == Some(':')
}

fn absolute(path: &str) -> String {
    if has_drive(path) {
        let (drive, rest) = path.split_once(':').unwrap_or((path, ""));
        return format!("file:///{drive}:{}", encode(rest));
    }
    format!("file://{}", encode(path))
}

/// Writes every byte as itself that means nothing else in a path of a URI, and the others by their number.
pub(super) fn encode(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_in_a_uri_is_written_by_its_number() {
        assert_eq!(of_path("rules/a b%.treaty", None), "rules/a%20b%25.treaty");
        assert_eq!(of_path("a:b?#.treaty", None), "a%3Ab%3F%23.treaty");
        assert_eq!(of_path("条约.treaty", None), "%E6%9D%A1%E7%BA%A6.treaty");
    }

    #[cfg(unix)]
    #[test]
    fn what_needs_no_base_is_absolute() {
        assert_eq!(of_path("/a b/x.treaty", None), "file:///a%20b/x.treaty");
        assert_eq!(of_path("../../x.toml", Some("/p/q/r")), "file:///p/x.toml");
        assert_eq!(of_path("../../../x.toml", Some("/p")), "file:///x.toml");
        assert_eq!(of_path("../x.toml", None), "../x.toml");
        assert_eq!(of_path("..x/y.toml", Some("/p")), "..x/y.toml");
    }
}
