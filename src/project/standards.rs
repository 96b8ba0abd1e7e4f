//! Standards that the rules ask for and that nothing on file can reach.

use std::collections::BTreeSet;

use crate::agreement::{Agreement, Body, Duty, Pledge, Sentence, Standards, Standing};
use crate::diagnostic::{Code, Diagnostic};
use crate::record::{InformantId, Records, Reliability};
use crate::report::View;
use crate::source::Span;

/// Advises on standards which the sources on file could not reach whatever they said. Without a record there is nothing to say.
pub(super) fn unreachable(view: &View<'_>) -> Vec<Diagnostic> {
    let (agreement, records) = (view.agreement, view.records);
    if records.records.is_empty() {
        return Vec::new();
    }
    let voices = voices(records);
    let mut of_the_agreement: Vec<(&Pledge, Standing)> = Vec::new();
    let mut found = Vec::new();
    for (pledge, assessment) in view.pledges() {
        let Body::Sentence(sentence) = &pledge.body else {
            continue;
        };
        let Some((standard, own)) = asked(pledge, sentence, view) else {
            continue;
        };
        // What a verifier could say is verified, and so more than corroborated too.
        if standard < Standing::Corroborated || assessment.profile.verified.is_some() {
            continue;
        }
        if standard == Standing::Corroborated && voices >= agreement.corroboration {
            continue;
        }
        if own {
            let message = format!(
                "`{}` asks for the standard `{}`, which nothing on file can reach",
                pledge.name,
                standard.word()
            );
            found.push(advice(message, pledge.name_span, standard, voices));
        } else {
            of_the_agreement.push((pledge, standard));
        }
    }
    found.extend(whole(agreement, &of_the_agreement, voices));
    found
}

/// Gives one advice for all pledges that take the standard of the agreement.
fn whole(
    agreement: &Agreement,
    pledges: &[(&Pledge, Standing)],
    voices: u32,
) -> Option<Diagnostic> {
    let &[(first, standard), ref others @ ..] = pledges else {
        return None;
    };
    let name = agreement.name.as_ref()?;
    let more = match others.len() {
        0 => String::new(),
        1 => " and for one more pledge".to_owned(),
        more => format!(" and for {more} more pledges"),
    };
    let message = format!(
        "the agreement asks for the standard `{}`, which nothing on file can reach for `{}`{more}",
        standard.word(),
        first.name
    );
    Some(advice(message, name.span, standard, voices))
}

fn advice(message: String, span: Span, standard: Standing, voices: u32) -> Diagnostic {
    let problem = Diagnostic::new(Code::UnreachableStandard, span, message);
    if standard == Standing::Verified {
        return problem.help("No source on file is a declared verifier of what the pledge asks about (`verifies = [\"…\"]`), and no finding speaks of it.");
    }
    let voices = match voices {
        0 => "None of the sources on file is".to_owned(),
        1 => "Only one voice on file is".to_owned(),
        more => format!("Only {more} independent voices on file are"),
    };
    problem.help(format!(
        "{voices} credible enough to count. More sources with a `reliability`, or a verifier, would change that; sources of one `owner` are one voice."
    ))
}

/// Gives the standard that the rules themselves set for what decides a pledge, and whether it is the pledge's own.
///
/// The agreement's one standard is the one to judge by unless another was asked for.
fn asked(pledge: &Pledge, sentence: &Sentence, view: &View<'_>) -> Option<(Standing, bool)> {
    let (own, of_all) = (pledge.standards, view.agreement.standards);
    let role = |standards: Standards| match &sentence.duty {
        Duty::Do(_) | Duty::Ensure(_) | Duty::Reach(_) | Duty::Endeavour { .. } => {
            standards.performance
        }
        Duty::Keep(_) | Duty::Refrain(_) | Duty::NotAllow(_) | Duty::Prevent { .. } => {
            standards.breach
        }
        Duty::Permit(_) => None,
    };
    if matches!(sentence.duty, Duty::Permit(_)) {
        return None;
    }
    if let Some(standard) = role(own) {
        return Some((standard, role(of_all) != Some(standard)));
    }
    let standard = own.all?;
    if own.all != of_all.all {
        return Some((standard, true));
    }
    (standard == view.assessment.standard).then_some((standard, false))
}

/// Gives the most independent voices that anything on file could have.
fn voices(records: &Records) -> u32 {
    let graded: BTreeSet<_> = records
        .records
        .iter()
        .filter(|record| {
            record
                .grade
                .is_some_and(|grade| grade.letter <= Reliability::C)
        })
        .filter_map(|record| record.informant)
        .collect();
    let owners: BTreeSet<&str> = (0u32..)
        .zip(&records.informants)
        .filter(|(at, informant)| {
            // Whoever has a side may speak against it, which counts whatever the letter.
            informant.reliability <= Reliability::C
                || informant.speaks_for.is_some()
                || graded.contains(&InformantId(*at))
        })
        .map(|(_, informant)| informant.owner.as_str())
        .collect();
    let owners = u32::try_from(owners.len()).unwrap_or(u32::MAX);
    let told = records.records.iter().map(|record| record.origins);
    owners.max(told.max().filter(|origins| *origins > 1).unwrap_or(0))
}
