//! What is told of work that takes its time: nothing while it is quick, so that nothing flickers.
//!
//! A thread of its own keeps the time, because the loop is busy with the work itself.

use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};
use lsp_server::{Message, Notification, Request, RequestId};
use lsp_types::notification::{Notification as _, Progress as Told};
use lsp_types::request::{Request as _, WorkDoneProgressCreate};
use lsp_types::{
    NumberOrString, ProgressParams, ProgressParamsValue, ProgressToken, WorkDoneProgress,
    WorkDoneProgressBegin, WorkDoneProgressCreateParams, WorkDoneProgressEnd,
    WorkDoneProgressReport,
};

/// How long work may take before it is told of. Picked by gut feeling: what is done sooner feels like an answer.
const PATIENCE: Duration = Duration::from_millis(300);

/// Tells the client of long work.
#[derive(Debug)]
pub(super) struct Progress {
    /// None where the client shows no progress.
    steps: Option<Sender<Step>>,
}

/// What is reported to the thread that keeps the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Work(&'static str),
    Pause,
    End,
}

impl Progress {
    /// Starts to keep the time for a client that shows progress.
    pub(super) fn start(client: Sender<Message>) -> Progress {
        let (steps, waiting) = unbounded();
        std::thread::spawn(move || keep_time(&Teller { client }, &waiting));
        Progress { steps: Some(steps) }
    }

    /// Gives what tells nobody.
    pub(super) fn untold() -> Progress {
        Progress { steps: None }
    }

    /// Says that this is being worked on from now.
    pub(super) fn work(&self, what: &'static str) {
        self.step(Step::Work(what));
    }

    /// Says that the work rests, with more to come. What is shown stays.
    pub(super) fn pause(&self) {
        self.step(Step::Pause);
    }

    /// Says that everything is done.
    pub(super) fn end(&self) {
        self.step(Step::End);
    }

    fn step(&self, step: Step) {
        if let Some(steps) = &self.steps {
            // The thread lives as long as this end of the channel.
            let _ = steps.send(step);
        }
    }
}

/// Follows the work from its beginning to its end, again and again; ends when nobody reports any more.
fn keep_time(teller: &Teller, steps: &Receiver<Step>) {
    let mut number = 0;
    while let Ok(step) = steps.recv() {
        let Step::Work(what) = step else {
            continue;
        };
        let Some(what) = still_going(what, steps) else {
            continue;
        };
        number += 1;
        let token = NumberOrString::String(format!("work-{number}"));
        teller.begin(&token, what);
        let mut said = what;
        while let Ok(step) = steps.recv() {
            match step {
                Step::Work(what) if what == said => {}
                Step::Work(what) => {
                    teller.report(&token, what);
                    said = what;
                }
                Step::Pause => {}
                Step::End => break,
            }
        }
        teller.end(&token);
    }
}

/// Waits for as long as work may take untold; gives what is being worked on then, if it still is.
fn still_going(first: &'static str, steps: &Receiver<Step>) -> Option<&'static str> {
    let mut what = first;
    let late = Instant::now() + PATIENCE;
    loop {
        match steps.recv_deadline(late) {
            Ok(Step::Work(next)) => what = next,
            Ok(Step::Pause | Step::End) | Err(RecvTimeoutError::Disconnected) => return None,
            Err(RecvTimeoutError::Timeout) => return Some(what),
        }
    }
}

/// Speaks to the client.
struct Teller {
    client: Sender<Message>,
}

impl Teller {
    /// Names the work and begins it. The answer to the naming is not waited for: messages keep their order.
    fn begin(&self, token: &ProgressToken, what: &str) {
        let NumberOrString::String(id) = token else {
            return;
        };
        let params = WorkDoneProgressCreateParams {
            token: token.clone(),
        };
        let id = RequestId::from(id.clone());
        self.send(Request::new(
            id,
            WorkDoneProgressCreate::METHOD.to_owned(),
            params,
        ));
        let begin = WorkDoneProgressBegin {
            title: "Servanda".to_owned(),
            message: Some(what.to_owned()),
            ..WorkDoneProgressBegin::default()
        };
        self.tell(token, WorkDoneProgress::Begin(begin));
    }

    fn report(&self, token: &ProgressToken, what: &str) {
        let report = WorkDoneProgressReport {
            message: Some(what.to_owned()),
            ..WorkDoneProgressReport::default()
        };
        self.tell(token, WorkDoneProgress::Report(report));
    }

    fn end(&self, token: &ProgressToken) {
        let end = WorkDoneProgressEnd { message: None };
        self.tell(token, WorkDoneProgress::End(end));
    }

    fn tell(&self, token: &ProgressToken, value: WorkDoneProgress) {
        let params = ProgressParams {
            token: token.clone(),
            value: ProgressParamsValue::WorkDone(value),
        };
        self.send(Notification::new(Told::METHOD.to_owned(), params));
    }

    fn send(&self, message: impl Into<Message>) {
        // An editor that has gone is noticed by the loop.
        let _ = self.client.send(message.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays steps, each after a pause in milliseconds, and gives what the client was told.
    fn told(steps: &[(u64, Step)]) -> Vec<String> {
        let (client, messages) = unbounded();
        let progress = Progress::start(client);
        for (pause, step) in steps {
            std::thread::sleep(Duration::from_millis(*pause));
            progress.step(*step);
        }
        drop(progress);
        let value = |message: Message| match message {
            Message::Request(request) => request.method,
            Message::Notification(note) => {
                let word = |key: &str| {
                    let value = note.params.get("value").and_then(|value| value.get(key));
                    value
                        .and_then(|value| value.as_str())
                        .unwrap_or("-")
                        .to_owned()
                };
                format!("{} {}", word("kind"), word("message"))
            }
            Message::Response(_) => "response".to_owned(),
        };
        messages.iter().map(value).collect()
    }

    #[test]
    fn quick_work_is_not_told() {
        let steps = [
            (0, Step::Work("reading")),
            (0, Step::Pause),
            (400, Step::Work("judging")),
            (0, Step::End),
        ];
        assert!(told(&steps).is_empty());
    }

    #[test]
    fn long_work_is_told_from_beginning_to_end() {
        let steps = [
            (0, Step::Work("reading")),
            (600, Step::Pause),
            (0, Step::Work("judging")),
            (0, Step::Work("judging")),
            (0, Step::End),
        ];
        let expected = [
            "window/workDoneProgress/create",
            "begin reading",
            "report judging",
            "end -",
        ];
        assert_eq!(told(&steps), expected);
    }

    #[test]
    fn what_is_told_is_ended_when_the_conversation_ends() {
        let steps = [(0, Step::Work("reading")), (600, Step::Pause)];
        let told = told(&steps);
        assert_eq!(told.last().map(String::as_str), Some("end -"), "{told:?}");
    }
}
