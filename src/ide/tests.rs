#![expect(clippy::unwrap_used, reason = "a failing test should stop")]
use super::Reading;
use super::completion::completions;
use super::hover::hover;
use super::rename::{prepare, rename};
use super::signature::signature;
use crate::project::{Project, Settings, Text};
use crate::source::SourceId;

fn reading(text: &str) -> (Reading, SourceId) {
    let mut project = Project::default();
    let text = Text::from(text.to_owned());
    project.add_root(
        "rules.treaty",
        text,
        &mut |_| Err("no such file".to_owned()),
    );
    let root = project.roots.first().copied().unwrap();
    (
        Reading::new(project, Settings::default(), &Reading::default()),
        root,
    )
}

/// Renames the name at the first place of `at`; gives the new text or why there is none.
fn renamed(text: &str, at: &str, new: &str) -> Result<String, String> {
    let (reading, file) = reading(text);
    let offset = u32::try_from(text.find(at).unwrap()).unwrap();
    let mut out = text.to_owned();
    for edit in rename(&reading, file, offset, new)?.iter().rev() {
        out.replace_range(edit.span.range(), &edit.value);
    }
    Ok(out)
}

const TRUCE: &str = "\
agreement truce { in force from 2024-01-01 }
party us
party them
event fight(by: actor, on: actor)
event quarrel(by: actor, with: actor) { counts fight(by, on: with) }
pledge peace { for each p in parties  p must not fight(on: us) }
pledge answer { for each p in parties  upon breach of peace  p must fight(on: them) within 2 days }
";

#[test]
fn a_label_alone_is_written_out() {
    let out = renamed(TRUCE, "by: actor, with: actor)", "side").unwrap();
    assert!(out.contains("event quarrel(side: actor, with"), "{out}");
    assert!(out.contains("counts fight(by: side, on: with)"), "{out}");
}

#[test]
fn a_label_that_means_something_is_kept() {
    // Whoever acts stands at `by`: without it nobody can be said to do it.
    let pledge = "party us\nevent act(by: actor)\npledge p { us must act() by 2024-05-01 }\n";
    let why = renamed(pledge, "by: actor", "doer").unwrap_err();
    assert!(why.contains("`by`"), "{why}");
}

#[test]
fn variables_that_share_a_name_on_purpose_are_renamed_together() {
    let out = renamed(TRUCE, "p must not", "party-1").unwrap();
    assert_eq!(out.matches("party-1").count(), 4, "{out}");
    assert!(!out.contains(" p "), "{out}");
}

#[test]
fn a_name_that_is_taken_or_built_in_is_refused() {
    assert!(renamed(TRUCE, "us\n", "them").is_err());
    assert!(renamed(TRUCE, "p must not", "us").is_err());
    let why = renamed(TRUCE, "parties", "members").unwrap_err();
    assert_eq!(why, "`parties` is built in and keeps its name");
}

#[test]
fn nothing_that_is_asked_anywhere_ends_in_a_panic() {
    let broken =
        "pledge p { for each x in parties upon fight(by: x, where \nus must (((by: \u{1f600}[ \"";
    let scenario = "scenario \"s\" as of 2024-02-01 { 2024-01-05: fight(by: us, on: them) said by z\n expect peace[p = us]: breached }\n";
    let whole = format!("{TRUCE}{scenario}");
    for text in [
        whole.as_str(),
        broken,
        "",
        "#",
        "use \"",
        "event x(",
        "a . b . c ) } ]",
    ] {
        let (reading, file) = reading(text);
        for offset in 0..=u32::try_from(text.len()).unwrap() + 2 {
            let found = completions(&reading, file, offset);
            assert!(found.items.len() <= 200);
            let _ = hover(&reading, None, file, offset);
            let _ = signature(&reading, file, offset);
            let _ = prepare(&reading, file, offset);
        }
    }
}
