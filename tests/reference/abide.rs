//! Duties that are owed all the time of their window: prohibitions, prevention, endeavour.

use super::gate::Gate;
use super::judge::{Answer, Judge, Opening, acting, against};
use super::model::{DAY, Duty, FOREVER, Pattern, Pledge};
use super::standing::{Question, Rung, Value};

impl Judge<'_> {
    /// Whether some act of a pattern is shown, perhaps outside the window, or contested.
    fn happened(
        &self,
        pattern: &Pattern,
        question: Question,
        opening: Opening,
        standard: Rung,
    ) -> (bool, bool, bool) {
        let (mut shown, mut straddles, mut contested) = (false, false, false);
        for found in self.matches(pattern, question, standard) {
            if found.span.1 <= opening.earliest {
                continue;
            }
            match found.value {
                Value::Shown if found.span.0 >= opening.latest => shown = true,
                Value::Shown => straddles = true,
                Value::Contested => contested = true,
                Value::Refuted | Value::NotShown => {}
            }
        }
        (shown, straddles, contested)
    }

    pub(crate) fn prevent(
        &self,
        pledge: &Pledge,
        pattern: &Pattern,
        shown: Option<&Pattern>,
        opening: Opening,
        standard: Rung,
    ) -> Answer {
        if self.now <= opening.earliest {
            return Answer::plain("pending");
        }
        let question = against(pledge);
        let (occurred, straddles, contested) = self.happened(pattern, question, opening, standard);
        if let Some(failure) = shown.filter(|_| occurred)
            && self.happened(failure, question, opening, standard).0
        {
            return Answer::on("breached", true);
        }
        if contested {
            return Answer::undetermined("contested");
        }
        if straddles {
            return Answer::undetermined("straddles");
        }
        if occurred {
            return Answer::undetermined("conduct");
        }
        if self.now <= opening.latest {
            return Answer::plain("pending");
        }
        let watched = self
            .file
            .watched(pattern, (opening.earliest, self.now), question);
        Answer::on("holding", watched >= standard)
    }

    pub(crate) fn endeavour(
        &self,
        pledge: &Pledge,
        pattern: &Pattern,
        broken: Option<&Pattern>,
        opening: Opening,
        standard: Rung,
    ) -> Answer {
        if self.now <= opening.earliest {
            return Answer::plain("pending");
        }
        if let Some(pattern) = broken {
            let (shown, straddles, contested) =
                self.happened(pattern, against(pledge), opening, standard);
            if shown {
                return Answer::on("breached", true);
            }
            if contested {
                return Answer::undetermined("contested");
            }
            if straddles {
                return Answer::undetermined("straddles");
            }
        }
        if self.now <= opening.latest {
            return Answer::plain("pending");
        }
        let question = Question {
            obligor: pledge.obligor,
            good: 1,
        };
        let effort = self.happened(pattern, question, opening, standard).0;
        Answer::on("holding", effort)
    }

    pub(crate) fn refrain(
        &self,
        pledge: &Pledge,
        opening: Opening,
        gate: &Gate,
        standard: Rung,
    ) -> Answer {
        let Duty::Refrain {
            pattern,
            last_day,
            unless_flag,
        } = &pledge.duty
        else {
            return Answer::plain("unjudged");
        };
        let question = Question {
            obligor: pledge.obligor,
            good: -1,
        };
        let excuse = Question {
            obligor: pledge.obligor,
            good: 1,
        };
        let pattern = acting(pledge, pattern);
        if self.now <= opening.latest {
            return Answer::plain("pending");
        }
        let own_end = last_day.map_or(FOREVER, |day| (day + 1) * DAY);
        let end = own_end.min(self.term_end());
        let over = if own_end <= end { "held" } else { "ended" };
        let (mut broken, mut straddles, mut contested, mut unclear) = (false, false, false, false);
        for found in self.matches(&pattern, question, standard) {
            let (low, high) = found.span;
            if high <= opening.earliest || low >= end {
                continue;
            }
            let inside = low >= opening.latest && high <= end;
            let excepted = unless_flag.map_or(Value::NotShown, |wanted| {
                self.file
                    .flag(found.incident, pattern.kind, wanted, excuse)
                    .at(standard)
            });
            let asked = gate.at(found.span);
            if excepted == Value::Shown || asked < Value::Contested {
                continue;
            }
            let open = excepted == Value::Contested || asked == Value::Contested;
            match found.value {
                Value::Shown if inside && open => unclear = true,
                Value::Shown if inside => broken = true,
                Value::Shown => straddles = true,
                Value::Contested => contested = true,
                Value::Refuted | Value::NotShown => {}
            }
        }
        if broken {
            return Answer::on("breached", true);
        }
        if contested {
            return Answer::undetermined("contested");
        }
        if straddles {
            return Answer::undetermined("straddles");
        }
        if unclear {
            return Answer::undetermined("condition");
        }
        let last = self.now.min(end);
        match gate.at((last - 1, last)) {
            Value::Shown => {}
            Value::Contested => return Answer::contingent(),
            Value::NotShown | Value::Refuted => return Answer::dormant("condition"),
        }
        let first = gate.since.as_ref().map_or(opening.earliest, |since| {
            let shown = since.iter().filter(|since| since.value == Value::Shown);
            let first = shown.map(|since| since.earliest).min();
            first.unwrap_or(opening.earliest).max(opening.earliest)
        });
        let watched = self.file.watched(&pattern, (first, last), question) >= standard;
        let established = (self.now < end || over == "held").then_some(watched);
        Answer {
            established,
            ..Answer::plain(if self.now < end { "holding" } else { over })
        }
    }
}
