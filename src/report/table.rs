//! The table of all pledges and their profile over the four standards.
//!
//! It fits the width where it can: first the column that nothing reaches goes, then the cells get short, then the obligor goes.

use std::fmt::Write;

use unicode_width::UnicodeWidthStr;

use crate::agreement::{Body, Obligor, Pledge, Standing};
use crate::verdict::{PledgeAssessment, Status};

use super::View;
use super::wording::{self, Room};

/// A cell: its text, and how grave what it says is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The text.
    pub text: String,
    /// The status behind it, for colour.
    pub status: Option<Status>,
}

/// A table that fits a width, where that can be done.
#[derive(Clone, Debug)]
pub struct Table {
    /// The heads of the columns.
    pub head: Vec<String>,
    /// One row for each pledge.
    pub rows: Vec<Vec<Cell>>,
    /// The width of each column.
    pub widths: Vec<usize>,
    /// What the reader must know to read it.
    pub legend: Option<String>,
}

/// Lays out the pledges of one view.
#[must_use]
pub fn table(view: &View<'_>, width: usize) -> Table {
    let nothing_verifies = view
        .pledges()
        .all(|(_, assessment)| assessment.profile.verified.is_none());
    let layouts = [
        (Room::Ample, true, true),
        (Room::Ample, true, !nothing_verifies),
        (Room::Scarce, true, !nothing_verifies),
        (Room::Scarce, false, !nothing_verifies),
    ];
    let mut last = None;
    for (room, obligor, verified) in layouts {
        let table = lay_out(view, room, obligor, verified);
        if table.total() <= width {
            return table;
        }
        last = Some(table);
    }
    last.unwrap_or(Table {
        head: Vec::new(),
        rows: Vec::new(),
        widths: Vec::new(),
        legend: None,
    })
}

impl Table {
    /// Gives the width of a whole row.
    #[must_use]
    pub fn total(&self) -> usize {
        self.widths.iter().sum::<usize>() + 2 * self.widths.len().saturating_sub(1)
    }
}

fn lay_out(view: &View<'_>, room: Room, with_obligor: bool, with_verified: bool) -> Table {
    let standards: Vec<Standing> = Standing::STANDARDS
        .into_iter()
        .filter(|&standard| with_verified || standard != Standing::Verified)
        .collect();
    let mut head = vec!["pledge".to_owned()];
    if with_obligor {
        head.push("obligor".to_owned());
    }
    head.extend(standards.iter().map(|standard| standard.word().to_owned()));
    let rows: Vec<Vec<Cell>> = view
        .pledges()
        .map(|(pledge, assessment)| {
            let mut row = vec![plain_cell(pledge.name.clone())];
            if with_obligor {
                row.push(plain_cell(obligor(view, pledge)));
            }
            row.extend(
                standards
                    .iter()
                    .map(|&standard| verdict_cell(pledge, assessment, standard, room)),
            );
            row
        })
        .collect();
    let widths = widths(&head, &rows);
    let legend = legend(view, &rows, room, with_verified);
    Table {
        head,
        rows,
        widths,
        legend,
    }
}

fn legend(view: &View<'_>, rows: &[Vec<Cell>], room: Room, with_verified: bool) -> Option<String> {
    let mut parts = Vec::new();
    let shortened = rows
        .iter()
        .flatten()
        .any(|cell| cell.status.is_some() && cell.text.starts_with("none shown"));
    if room == Room::Scarce && shortened {
        parts.push("none shown: no breach shown");
    }
    let numbers = rows
        .iter()
        .flatten()
        .any(|cell| cell.status.is_some() && cell.text.contains(|c: char| c.is_ascii_digit()));
    if room == Room::Scarce && numbers {
        parts.push("numbers are days");
    }
    if !with_verified && view.pledges().next().is_some() {
        parts.push("verified: nothing on file can verify any of these");
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

fn widths(head: &[String], rows: &[Vec<Cell>]) -> Vec<usize> {
    head.iter()
        .enumerate()
        .map(|(column, name)| {
            rows.iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.text.width())
                .max()
                .unwrap_or(0)
                .max(name.width())
        })
        .collect()
}

fn plain_cell(text: String) -> Cell {
    Cell { text, status: None }
}

fn verdict_cell(
    pledge: &Pledge,
    assessment: &PledgeAssessment,
    standard: Standing,
    room: Room,
) -> Cell {
    let Some(verdict) = assessment.profile.at(standard) else {
        return plain_cell("–".to_owned());
    };
    let alike = assessment
        .instances
        .iter()
        .filter_map(|instance| instance.profile.at(standard))
        .filter(|other| other.status == verdict.status)
        .count();
    let mut text = if wording::permits(pledge) && verdict.status == Status::Holding {
        "permitted".to_owned()
    } else if wording::permits(pledge) && verdict.status == Status::Held {
        "over".to_owned()
    } else {
        wording::cell(verdict, standard, room)
    };
    if assessment.instances.len() > 1 {
        let _ = write!(text, " ×{alike}");
    }
    Cell {
        text,
        status: Some(verdict.status),
    }
}

/// Names who owes a pledge, as the rule file does.
#[must_use]
pub fn obligor(view: &View<'_>, pledge: &Pledge) -> String {
    let things = &view.agreement.vocabulary.things;
    let thing = |id: crate::agreement::ThingId| {
        things
            .get(id.0 as usize)
            .map_or_else(String::new, |thing| thing.name.clone())
    };
    match &pledge.body {
        Body::Sentence(sentence) => match sentence.obligor {
            Obligor::Thing(id) => thing(id),
            Obligor::Variable(variable) => pledge
                .variables
                .get(usize::from(variable.0))
                .map_or_else(String::new, |variable| variable.name.clone()),
            Obligor::EachOf { group, .. } => format!("each of {}", thing(group)),
        },
        Body::Unjudged(_) | Body::Error => "–".to_owned(),
    }
}

/// Fills a text with blanks up to a width; wide characters count as two.
#[must_use]
pub fn pad(text: &str, width: usize) -> String {
    let blanks = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(blanks))
}
