//! What a mapping writes itself: it is held to what record files are held to, for a slip in it would stand in every row.
//!
//! What stands in the cells of a table, and what `map` makes of them, is taken as it comes.

use toml::de::DeValue;

use super::mapping::Mapping;
use super::spec::{Spec, column_name};
use crate::agreement::{Field, Type, Vocabulary, Word};
use crate::record::toml::block::BASES;
use crate::record::toml::document::{Block, Entry};
use crate::record::toml::names::Names;
use crate::record::toml::problems::Problems;
use crate::record::toml::value::{choice, count, date, estimate, flag, is_open};

/// Says whether a constant is a value of its key, and reports where it is not. Names wait until the registers are read.
pub(super) fn is_sound(
    spec: &Spec<'_>,
    section: &str,
    block: Block<'_>,
    vocabulary: &Vocabulary,
    problems: &mut Problems,
) -> bool {
    let Spec::Constant(entry, _) = *spec else {
        return true;
    };
    let about = subject_key(section).and_then(|key| block.keys().take(key));
    let fields = about.map_or(&[][..], |about| fields(about, vocabulary));
    let field = fields.iter().find(|field| field.label == entry.key);
    let mut found = Problems::default();
    match (field.map(|field| field.ty), entry.key) {
        (Some(Type::Date), _) | (None, "when" | "reported" | "known" | "from") => {
            date(entry, &mut found);
        }
        (None, "until") if !is_open(entry) => {
            date(entry, &mut found);
        }
        (Some(Type::Number(unit)), _) => {
            estimate(entry, None, unit, &vocabulary.units, &mut found);
        }
        (Some(Type::Flag), _) | (None, "throughout") => {
            flag(entry, &mut found);
        }
        (None, "basis") => {
            choice(entry, &BASES, &mut found);
        }
        (None, "origins") => {
            count(entry, &mut found);
        }
        (Some(_) | None, _) => {}
    }
    let sound = !found.is_grave();
    problems.append(found);
    sound
}

/// Reports constants of mappings that name nothing.
pub(in crate::record) fn check(
    mappings: &[Mapping<'_>],
    names: &Names<'_>,
    problems: &mut Problems,
) {
    for plan in mappings.iter().flat_map(|mapping| &mapping.blocks) {
        let fields = plan
            .subject()
            .map_or(&[][..], |about| fields(about, names.vocabulary));
        for key in &plan.keys {
            let Spec::Constant(entry, DeValue::String(_)) = key.spec else {
                continue;
            };
            let field = fields.iter().find(|field| field.label == entry.key);
            let ty = match (plan.section, entry.key) {
                ("coverage", "in") => Some(Type::Place),
                _ => field.map(|field| field.ty),
            };
            if let Some(ty) = ty.filter(|ty| is_name(*ty)) {
                names.constant(entry, ty, problems);
            }
        }
    }
}

/// Gives the key that says what the blocks of a section are about.
pub(super) fn subject_key(section: &str) -> Option<&'static str> {
    match section {
        "event" => Some("kind"),
        "reading" => Some("measure"),
        "relation" => Some("name"),
        _ => None,
    }
}

/// Gives the fields of what a block is about, where that is the same for every row.
fn fields<'v>(about: Entry<'_>, vocabulary: &'v Vocabulary) -> &'v [Field] {
    match column_name(about).and_then(|name| vocabulary.words.get(name)) {
        Some(Word::Kind(kind)) => &vocabulary.kind(*kind).fields,
        Some(Word::Measure(measure)) => &vocabulary.measure(*measure).fields,
        Some(Word::Relation(relation)) => &vocabulary.relation(*relation).fields,
        Some(Word::Given(_) | Word::State(_)) | None => &[],
    }
}

fn is_name(ty: Type) -> bool {
    match ty {
        Type::Actor | Type::Group | Type::Place | Type::Category(_) => true,
        Type::Number(_) | Type::Date | Type::Text | Type::Flag | Type::Event => false,
    }
}
