//! File lists: `*` stands for anything inside one name, `**` for any folders between.

/// Says whether a text is a pattern rather than a path.
#[must_use]
pub fn is_pattern(text: &str) -> bool {
    text.contains('*')
}

/// Gives the folder in which all matches of a pattern lie: everything before the first name with a `*`.
#[must_use]
pub fn base(pattern: &str) -> String {
    let fixed: Vec<&str> = pattern
        .split('/')
        .take_while(|name| !name.contains('*'))
        .collect();
    fixed.join("/")
}

/// Says whether matches may lie in folders below the base.
#[must_use]
pub fn is_deep(pattern: &str) -> bool {
    let varying = pattern
        .split('/')
        .skip_while(|name| !name.contains('*'))
        .count();
    varying > 1
}

/// Says whether a path matches a pattern.
#[must_use]
pub fn matches(pattern: &str, path: &str) -> bool {
    let pattern: Vec<&str> = pattern.split('/').collect();
    let path: Vec<&str> = path.split('/').collect();
    // `reached` holds, for each prefix of the path, whether the pattern so far can match it.
    let mut reached = vec![false; path.len() + 1];
    if let Some(start) = reached.first_mut() {
        *start = true;
    }
    for name in pattern {
        let mut next = vec![false; path.len() + 1];
        let mut any = false;
        for (index, slot) in next.iter_mut().enumerate() {
            let here = reached.get(index).copied().unwrap_or(false);
            if name == "**" {
                any |= here;
                *slot = any;
            } else if let Some(before) = index.checked_sub(1) {
                let fits = path
                    .get(before)
                    .is_some_and(|part| name_matches(name, part));
                *slot = fits && reached.get(before).copied().unwrap_or(false);
            }
        }
        reached = next;
    }
    reached.last().copied().unwrap_or(false)
}

/// Matches one name: each `*` stands for any letters, and a leading dot must be written.
fn name_matches(pattern: &str, name: &str) -> bool {
    if name.starts_with('.') && !pattern.starts_with('.') {
        return false;
    }
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or("");
    let Some(mut rest) = name.strip_prefix(first) else {
        return false;
    };
    let pieces: Vec<&str> = pieces.collect();
    let Some((last, middle)) = pieces.split_last() else {
        return rest.is_empty();
    };
    for piece in middle {
        match rest.split_once(piece) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stay_inside_a_name() {
        assert!(matches("rules/*.treaty", "rules/doha.treaty"));
        assert!(!matches("rules/*.treaty", "rules/common/doha.treaty"));
        assert!(!matches("rules/*.treaty", "rules/doha.toml"));
        assert!(!matches("rules/*.treaty", "rules/.hidden.treaty"));
        assert!(matches("a/*b*c", "a/xbyc"));
        assert!(!matches("a/b*b", "a/b"));
    }

    #[test]
    fn two_stars_cross_folders() {
        assert!(matches("rules/**/*.treaty", "rules/doha.treaty"));
        assert!(matches("rules/**/*.treaty", "rules/a/b/doha.treaty"));
        assert!(matches("**/x.toml", "x.toml"));
        assert!(!matches("rules/**/*.treaty", "other/doha.treaty"));
    }

    #[test]
    fn the_base_has_no_star() {
        assert_eq!(base("rules/**/*.treaty"), "rules");
        assert_eq!(base("*.treaty"), "");
        assert!(is_deep("a/**/*.treaty"));
        assert!(!is_deep("a/*.treaty"));
    }
}
