//! Makes a case on which the evaluators differ smaller, as long as they still differ.

use super::model::{Case, What};

/// Leaves out and simplifies what it can.
pub(crate) fn shrink(case: &Case, differs: impl Fn(&Case) -> bool) -> Case {
    let mut smallest = case.clone();
    while let Some(smaller) = steps(&smallest).into_iter().find(|case| differs(case)) {
        smallest = smaller;
    }
    smallest
}

fn steps(case: &Case) -> Vec<Case> {
    let mut steps = Vec::new();
    for index in 0..case.pledges.len() {
        steps.extend(without_pledge(case, index));
    }
    for index in 0..case.records.len() {
        steps.extend(without_record(case, index));
    }
    let mut change = |change: &dyn Fn(&mut Case)| {
        let mut smaller = case.clone();
        change(&mut smaller);
        if format!("{smaller:?}") != format!("{case:?}") {
            steps.push(smaller);
        }
    };
    for index in 0..case.coverage.len() {
        change(&|case| drop(case.coverage.remove(index)));
        change(&|case| case.coverage[index].place = None);
    }
    for index in 0..case.sources.len() {
        change(&|case| case.sources[index].owner = None);
        change(&|case| case.sources[index].side = None);
        change(&|case| case.sources[index].verifies.clear());
        change(&|case| case.sources[index].letter = 'B');
    }
    for index in 0..case.pledges.len() {
        change(&|case| case.pledges[index].asked_at_first = None);
        change(&|case| case.pledges[index].from = None);
        change(&|case| case.pledges[index].excuse = None);
        change(&|case| case.pledges[index].extended = None);
    }
    for index in 0..case.records.len() {
        change(&|case| case.records[index].grade = None);
        change(&|case| case.records[index].repeats = None);
        change(&|case| case.records[index].origins = 1);
        change(&|case| case.records[index].basis = super::model::Basis::Observed);
        change(&|case| event(case, index, &|event| event.flag = None));
        change(&|case| event(case, index, &|event| event.on = None));
        change(&|case| event(case, index, &|event| event.place = None));
        change(&|case| event(case, index, &|event| event.incident = None));
    }
    change(&|case| case.zone = "UTC");
    change(&|case| case.month_ends_stick = false);
    change(&|case| case.until = None);
    change(&|case| case.known_by = None);
    steps
}

fn event(case: &mut Case, index: usize, change: &dyn Fn(&mut super::model::Event)) {
    if let What::Event(event) | What::Corrects { event, .. } = &mut case.records[index].what {
        change(event);
    }
}

fn without_pledge(case: &Case, index: usize) -> Option<Case> {
    if case.pledges.len() == 1
        || case
            .pledges
            .iter()
            .any(|pledge| [pledge.provided, pledge.after_breach].contains(&Some(index)))
    {
        return None;
    }
    let mut smaller = case.clone();
    smaller.pledges.remove(index);
    for pledge in &mut smaller.pledges {
        for other in [&mut pledge.provided, &mut pledge.after_breach] {
            *other = other.map(|other| other - usize::from(other > index));
        }
    }
    Some(smaller)
}

/// Leaves out a record that no other one names.
pub(crate) fn without_record(case: &Case, gone: usize) -> Option<Case> {
    let mut smaller = case.clone();
    smaller.records.remove(gone);
    let mut named = false;
    let mut shift = |index: &mut usize| {
        named |= *index == gone;
        *index -= usize::from(*index > gone);
    };
    for record in &mut smaller.records {
        if let Some(echoed) = &mut record.echoes {
            shift(echoed);
        }
        match &mut record.what {
            What::Event(event) => event.incident.iter_mut().for_each(&mut shift),
            What::Corrects { target, event } => {
                shift(target);
                event.incident.iter_mut().for_each(&mut shift);
            }
            What::Denies { target, .. } | What::Retracts { target } => shift(target),
            What::Reading { .. } => {}
        }
    }
    (!named).then_some(smaller)
}
