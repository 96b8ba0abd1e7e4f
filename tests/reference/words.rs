//! Gives a pledge the words that choose acts: places, kinds that others count as, declared and boasted kinds.

use super::model::{DELIVER, Duty, FAULT, HARM, LOSS, NOTIFY, Pattern, Pledge, SIGNAL, STRIKE};
use super::place::{Form, PLACES};
use super::random::Random;

/// Widens a pledge.
pub(crate) fn widen(random: &mut Random, pledge: &mut Pledge) {
    if let Some(trigger) = &mut pledge.trigger {
        kind(random, trigger);
        place(random, trigger, &[Form::Inside, Form::Exactly]);
    }
    if let Some(condition) = &mut pledge.condition {
        kind(random, condition);
    }
    match &mut pledge.duty {
        Duty::Do(pattern, _) | Duty::Every(pattern, _) => {
            place(
                random,
                pattern,
                &[Form::Inside, Form::Inside, Form::PartOf, Form::Exactly],
            );
        }
        Duty::Refrain { pattern, .. } => {
            kind(random, pattern);
            place(
                random,
                pattern,
                &[Form::Inside, Form::Inside, Form::Exactly],
            );
        }
        Duty::Prevent { pattern, .. } | Duty::Limit(pattern, _) | Duty::Minimum(pattern, _) => {
            place(
                random,
                pattern,
                &[Form::Inside, Form::Inside, Form::Exactly],
            );
        }
        Duty::Endeavour { .. } | Duty::Keep { .. } | Duty::Reach { .. } => {}
    }
}

/// Lets a limit, at times, be counted for each target that is named.
pub(crate) fn apart(random: &mut Random, pledge: &mut Pledge) {
    if let Duty::Limit(pattern, _) = &mut pledge.duty
        && random.chance(50)
    {
        pledge.apart = true;
        pattern.on = None;
    }
}

/// Makes the obligor, at times, answer for what somebody else does, or anybody.
pub(crate) fn for_others(random: &mut Random, pledge: &mut Pledge) {
    if let Duty::Do(pattern, _) | Duty::Refrain { pattern, .. } = &mut pledge.duty
        && random.chance(20)
    {
        pledge.for_others = true;
        pattern.by = random.chance(60).then(|| random.below(4));
    }
}

fn place(random: &mut Random, pattern: &mut Pattern, forms: &[Form]) {
    if random.chance(35) {
        pattern.place = Some((random.pick(forms), random.below(PLACES.len())));
    }
}

fn kind(random: &mut Random, pattern: &mut Pattern) {
    pattern.kind = match pattern.kind {
        STRIKE => random.pick(&[STRIKE, STRIKE, STRIKE, HARM, LOSS]),
        SIGNAL => random.pick(&[SIGNAL, SIGNAL, NOTIFY]),
        other => other,
    };
}

/// The kinds of events that may be acts of a kind.
pub(crate) fn recorded_as(random: &mut Random, kind: usize) -> usize {
    match kind {
        HARM => random.pick(&[HARM, STRIKE, STRIKE, FAULT]),
        DELIVER => DELIVER,
        other => other,
    }
}
