//! What people write who know treaties and not yet this language, and what to write instead.

use super::cursor::Cursor;
use crate::syntax::token::{Keyword as K, TokenKind};

/// What was expected where the help depends on it; the messages quote these.
pub(super) const A_DECLARATION: &str = "a declaration such as `party`, `event` or `pledge`";
pub(super) const A_CLAUSE: &str = "a clause such as `cites` or `upon`, or a sentence with `must`";
pub(super) const A_MOMENT: &str = "a moment such as `2020-02-29` or the name of a date";
pub(super) const A_DURATION: &str = "a duration such as `30 days`";
pub(super) const AN_ANCHOR: &str = "`starting` or `first by`";

/// Says what to write instead of what stands here, where it is something that people often write.
pub(super) fn advice(at: Cursor<'_>, expected: &str) -> Option<&'static str> {
    match expected {
        A_CLAUSE => clause(at),
        A_DECLARATION => declaration(at),
        A_MOMENT if at.kind() == TokenKind::Number => {
            Some("A date is written year, month, day: `2024-03-31`.")
        }
        A_DURATION if at.keyword().is_some_and(K::is_time_unit) => {
            Some("Say how many: `every 1 month`, `within 1 year`.")
        }
        A_DURATION if at.kind() == TokenKind::Word => {
            Some("A duration is a number in digits and a unit: `30 days`.")
        }
        "`(`" if at.kind() == TokenKind::Word => Some(
            "A name is one word, joined by hyphens, with parentheses behind it: `open-gates()`.",
        ),
        "`(`" => Some("Parentheses stand behind a kind even where they hold nothing: `report()`."),
        AN_ANCHOR => Some("Say from when it is counted: `every 6 months starting 2024-01-01`."),
        _ => None,
    }
}

/// What stands behind a declaration on its line and does not belong there.
fn declaration(at: Cursor<'_>) -> Option<&'static str> {
    let start = usize::try_from(at.token().start).ok()?;
    let line = at.file().text().get(..start)?.lines().last()?;
    let declared = line.split_whitespace().next()?;
    match (declared, at.text()) {
        ("group", "=" | ":" | "{" | "(") => {
            Some("Each member says what it is in: `party a in GROUP`, `actor b in GROUP`.")
        }
        ("place", "within" | "inside" | "of" | "part" | "at" | "under") => {
            Some("What contains a place stands behind `in`: `place town in county`.")
        }
        (
            "party" | "actor" | "group",
            "within" | "inside" | "of" | "part" | "member" | "belongs",
        ) => Some("The group stands behind `in`: `actor a in GROUP`."),
        ("party" | "actor" | "group" | "place", "," | "and") => {
            Some("Each name is declared by itself, with its word before it.")
        }
        _ => None,
    }
}

/// Words that stand where a clause or the next part of a sentence was expected.
fn clause(at: Cursor<'_>) -> Option<&'static str> {
    if let Some(advice) = obligor(at) {
        return Some(advice);
    }
    match at.text() {
        "," => {
            Some("A number has no commas, `8600` or `8_600`, and no comma stands between clauses.")
        }
        "." => Some("Nothing ends a sentence: leave the mark out."),
        "after" => Some("What a period is counted from stands behind `of`: `within 30 days of …`."),
        "then" => Some("Leave it out: the sentence follows by itself."),
        "unless" => Some(
            "Write `except where …` for acts that are no breach, `if` or `while` for when it is owed at all.",
        ),
        "no" | "not" => Some("The last day stands behind `by`: `by 2024-03-31`."),
        "annually" | "yearly" | "monthly" | "quarterly" | "weekly" | "daily" => {
            Some("Write `every year by 04-30`, or `every 3 months starting 2024-01-01`.")
        }
        "once" | "twice" => Some("Count it: `must reach count of … >= 2 per year`."),
        "as" | "immediately" | "promptly" | "forthwith" | "expeditiously" => {
            Some("Where the text gives no date, say so: `with no deadline`.")
        }
        _ => None,
    }
}

/// A sentence whose beginning is not one.
fn obligor(at: Cursor<'_>) -> Option<&'static str> {
    let next = at.text_at(1);
    match at.text() {
        "The" | "the" => Some("Names stand without an article: `north must …`."),
        "All" | "all" | "Both" | "both" | "Each" | "Every" | "every" => {
            Some("Of each member of a group: `each of parties must …`.")
        }
        _ if at.kind() != TokenKind::Word => None,
        _ if next == "shall" || next == "will" => {
            Some("A duty is said with `must`, a goal with `should`, a permission with `may`.")
        }
        _ if next == "and" || next == "," => {
            Some("One name owes it: a group, or `each of` a group for one duty of each member.")
        }
        _ => None,
    }
}
