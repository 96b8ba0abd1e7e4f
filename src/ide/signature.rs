//! The labels of the name whose parentheses the cursor stands in.

use super::Reading;
use super::cursor::{Frame, cursor};
use super::hover::type_words;
use crate::agreement::{Agreement, Vocabulary, Word};
use crate::source::SourceId;

/// A name with its labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The name.
    pub name: String,
    /// `by: actor`, one for each label.
    pub labels: Vec<String>,
    /// Which of them the cursor is at, if it is at one.
    pub active: Option<usize>,
    /// `##` documentation.
    pub docs: String,
}

/// Gives the labels around the cursor.
#[must_use]
pub fn signature(reading: &Reading, file: SourceId, offset: u32) -> Option<Signature> {
    let (file, parse) = reading.rules(file)?;
    let cursor = cursor(file, parse, offset)?;
    let call = cursor.frames.iter().rev().find_map(|frame| match frame {
        Frame::Call(call) => Some(call).filter(|call| !call.declares),
        Frame::Block(_) | Frame::Group | Frame::Brackets(_) => None,
    })?;
    let vocabulary = &agreement_of(reading, file.id())?.vocabulary;
    let word = *vocabulary.words.get(&call.name)?;
    let (labels, docs) = (labels(vocabulary, word), docs(vocabulary, word));
    let at = |label: &str| labels.iter().position(|(known, _)| known == label);
    let active = if call.in_value {
        call.labels.last().and_then(|label| at(label))
    } else {
        labels.iter().position(|(label, _)| {
            let is_doer = call.has_doer && label == "by";
            !is_doer && !call.labels.contains(label)
        })
    };
    Some(Signature {
        name: call.name.clone(),
        labels: labels
            .iter()
            .map(|(label, ty)| match ty {
                Some(ty) => format!("{label}: {ty}"),
                None => label.clone(),
            })
            .collect(),
        active,
        docs,
    })
}

/// Gives the agreement in whose terms a file is read.
pub(super) fn agreement_of(reading: &Reading, file: SourceId) -> Option<&Agreement> {
    let agreements = &reading.understood.agreements;
    let own = agreements.iter().find(|agreement| agreement.source == file);
    own.or(agreements.first()).map(AsRef::as_ref)
}

/// Gives the labels of a name with their types, where they have one.
pub(super) fn labels(vocabulary: &Vocabulary, word: Word) -> Vec<(String, Option<String>)> {
    let fields = match word {
        Word::Kind(id) => &vocabulary.kind(id).fields,
        Word::Measure(id) => &vocabulary.measure(id).fields,
        Word::State(id) => &vocabulary.state(id).fields,
        Word::Relation(id) => &vocabulary.relation(id).fields,
        Word::Given(id) => {
            let labels = vocabulary.given(id).labels.iter();
            return labels.map(|label| (label.clone(), None)).collect();
        }
    };
    let fields = fields.iter();
    fields
        .map(|field| (field.label.clone(), Some(type_words(vocabulary, field.ty))))
        .collect()
}

pub(super) fn docs(vocabulary: &Vocabulary, word: Word) -> String {
    match word {
        Word::Kind(id) => vocabulary.kind(id).docs.clone(),
        Word::Measure(id) => vocabulary.measure(id).docs.clone(),
        Word::State(id) => vocabulary.state(id).docs.clone(),
        Word::Relation(id) => vocabulary.relation(id).docs.clone(),
        Word::Given(_) => String::new(),
    }
}
