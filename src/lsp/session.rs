//! A conversation with an editor: its texts, the homes of its files, what is shown, and the loop that keeps them in step.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{after, never, select};
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::notification::{
    Cancel, DidChangeWatchedFiles, Exit, LogMessage, Notification as _, ShowMessage,
};
use lsp_types::request::{
    CodeLensRefresh, InlayHintRefreshRequest, RegisterCapability, Request as _, Shutdown,
    WorkspaceDiagnosticRefresh,
};
use lsp_types::{LogMessageParams, MessageType, NumberOrString, ShowMessageParams};

use crate::diagnostic::{Code, Diagnostic};
use crate::ide::Reading;
use crate::ide::published::{problems, verdicts};
use crate::source::Span;

use super::capabilities::{Client, Way};
use super::documents::Documents;
use super::home::{Home, request};
use super::places::Places;
use super::progress::Progress;
use super::publish::{Layer, Shown};
use super::requests;
use super::state::State;
use super::worker::{Done, Job, Worker};

/// How long nobody must have typed before verdicts are worked out. Picked by gut feeling: the pause between two words.
const PAUSE: Duration = Duration::from_millis(150);

/// What is being worked on, in the words of a client that shows progress.
const READING: &str = "reading the files";
const JUDGING: &str = "working out the verdicts";

/// The state of one conversation.
pub(super) struct Session<'c> {
    connection: &'c Connection,
    pub(super) client: Client,
    pub(super) documents: Documents,
    pub(super) homes: BTreeMap<Home, State>,
    worker: Worker,
    progress: Progress,
    is_judging: bool,
    /// When verdicts are to be worked out, if they are.
    pub(super) due: Option<Instant>,
    queue: VecDeque<Message>,
    /// Requests that wait for verdicts.
    waiting: Vec<Request>,
    pub(super) shown: BTreeMap<String, Shown>,
    /// The files of which the editor may have been told what is no longer so.
    pub(super) touched: BTreeSet<String>,
    /// The file that was edited last, which is told first.
    pub(super) edited: Option<String>,
    /// Tables of which it has been said that they are too large.
    large_tables: BTreeSet<String>,
    next_id: i32,
    said_goodbye: bool,
}

/// What a request came to.
pub(super) enum Answer {
    /// It is answered.
    Now(Response),
    /// It needs verdicts that are being worked out.
    Later,
}

impl<'c> Session<'c> {
    pub(super) fn new(connection: &'c Connection, client: Client) -> Session<'c> {
        let progress = if client.shows_progress {
            Progress::start(connection.sender.clone())
        } else {
            Progress::untold()
        };
        Session {
            connection,
            client,
            documents: Documents::default(),
            homes: BTreeMap::new(),
            worker: Worker::start(),
            progress,
            is_judging: false,
            due: None,
            queue: VecDeque::new(),
            waiting: Vec::new(),
            shown: BTreeMap::new(),
            touched: BTreeSet::new(),
            edited: None,
            large_tables: BTreeSet::new(),
            next_id: 0,
            said_goodbye: false,
        }
    }

    /// Listens until the editor goes; gives whether it said goodbye first.
    pub(super) fn listen(mut self) -> bool {
        self.watch_files();
        loop {
            while let Ok(message) = self.connection.receiver.try_recv() {
                self.take_in(message);
            }
            if let Some(message) = self.queue.pop_front() {
                if matches!(&message, Message::Notification(last) if last.method == Exit::METHOD) {
                    return self.said_goodbye;
                }
                self.handle(message);
                continue;
            }
            self.settle();
            if !self.wait() {
                return false;
            }
        }
    }

    /// Waits for whatever comes first; gives false where the editor has gone.
    fn wait(&mut self) -> bool {
        let connection = self.connection;
        let timer = match self.due {
            Some(due) if !self.is_judging => after(due.saturating_duration_since(Instant::now())),
            Some(_) | None => never(),
        };
        let done = self.worker.done.clone();
        select! {
            recv(connection.receiver) -> message => match message {
                Ok(message) => self.take_in(message),
                Err(_) => return false,
            },
            recv(done) -> done => {
                if let Ok(done) = done {
                    self.judged(done);
                }
            }
            recv(timer) -> _ => self.start_judging(),
        }
        true
    }

    /// Puts a message in the queue; one that is cancelled while it waits is answered at once.
    fn take_in(&mut self, message: Message) {
        let cancelled = match &message {
            Message::Notification(note) if note.method == Cancel::METHOD => cancelled(note),
            Message::Notification(_) | Message::Request(_) | Message::Response(_) => None,
        };
        let Some(id) = cancelled else {
            self.queue.push_back(message);
            return;
        };
        let in_queue = |message: &Message| matches!(message, Message::Request(it) if it.id == id);
        let before = self.queue.len() + self.waiting.len();
        self.queue.retain(|message| !in_queue(message));
        self.waiting.retain(|request| request.id != id);
        if self.queue.len() + self.waiting.len() < before {
            let code = ErrorCode::RequestCanceled as i32;
            self.answer(Response::new_err(id, code, "cancelled".to_owned()));
        }
    }

    fn handle(&mut self, message: Message) {
        match message {
            Message::Request(request) => self.request(request),
            Message::Notification(note) => self.notified(note),
            // Answers to what was asked of the client change nothing here.
            Message::Response(_) => {}
        }
    }

    fn request(&mut self, request: Request) {
        if self.said_goodbye {
            let code = ErrorCode::InvalidRequest as i32;
            let message = "the server has been shut down".to_owned();
            self.answer(Response::new_err(request.id, code, message));
            return;
        }
        if request.method == Shutdown::METHOD {
            self.said_goodbye = true;
            self.answer(Response::new_ok(request.id, ()));
            return;
        }
        // What is wrong is told once nobody waits for an answer.
        self.read_what_changed();
        match requests::answer(self, &request) {
            Answer::Now(response) => self.answer(response),
            Answer::Later => self.waiting.push(request),
        }
    }

    /// Reads what changed and tells what is wrong with it, now that nobody is waiting.
    fn settle(&mut self) {
        self.read_what_changed();
        self.publish();
        self.ask_for_verdicts();
        if self.homes.values().all(State::is_settled) {
            for request in std::mem::take(&mut self.waiting) {
                match requests::answer(self, &request) {
                    Answer::Now(response) => self.answer(response),
                    // The verdicts cannot be had.
                    Answer::Later => self.answer(Response::new_ok(request.id, ())),
                }
            }
        }
    }

    /// Understands the files that changed anew.
    fn read_what_changed(&mut self) {
        self.read_homes();
        // A rule file that no project names stands alone, until one does.
        let strays: Vec<Home> = self
            .documents
            .paths()
            .filter(|path| path.ends_with(".treaty") && !self.is_housed(path))
            .filter_map(|path| {
                let (folder, name) = path.rsplit_once('/')?;
                Some(Home {
                    folder: folder.to_owned(),
                    alone: Some(name.to_owned()),
                })
            })
            .collect();
        for home in strays {
            self.settle_in(home);
            self.read_homes();
        }
        self.leave_homes_of_named_files();
    }

    /// Leaves the homes of rule files that stood alone until a project named them.
    fn leave_homes_of_named_files(&mut self) {
        let is_named = |path: &str| {
            let mut projects = self.homes.iter().filter(|(home, _)| home.alone.is_none());
            projects.any(|(home, state)| state.reading.file(&home.name(path)).is_some())
        };
        let named: Vec<Home> = self
            .homes
            .keys()
            .filter(|home| {
                let alone = home.alone.as_ref().map(|name| home.path(name));
                alone.is_some_and(|path| is_named(&path))
            })
            .cloned()
            .collect();
        for home in named {
            if let Some(state) = self.homes.remove(&home) {
                self.touched.extend(state.layers.paths().cloned());
                self.worker.clear(state);
            }
        }
    }

    fn is_housed(&self, path: &str) -> bool {
        self.homes
            .iter()
            .any(|(home, state)| state.reading.file(&home.name(path)).is_some())
    }

    fn read_homes(&mut self) {
        for (home, state) in &mut self.homes {
            if state.is_changed() {
                self.progress.work(READING);
            }
            let old = state.read(home, &mut self.documents, &self.client);
            self.worker.clear(old);
        }
        self.tell_of_large_tables();
    }

    /// Says once of each table that it is left to the command line.
    fn tell_of_large_tables(&mut self) {
        let mut found = Vec::new();
        for (home, state) in &self.homes {
            found.extend(state.found.too_large.iter().map(|name| home.path(name)));
        }
        for path in found {
            if self.large_tables.insert(path.clone()) {
                self.tell::<ShowMessage>(ShowMessageParams {
                    typ: MessageType::WARNING,
                    message: format!(
                        "The table {path} is too large to be read while you type. The verdicts here leave it out; `servanda check` reads it."
                    ),
                });
            }
        }
    }

    pub(super) fn settle_in(&mut self, home: Home) {
        self.homes.entry(home).or_insert_with(State::new);
    }

    fn ask_for_verdicts(&mut self) {
        if self.homes.values().all(State::is_settled) {
            self.due = None;
            self.progress.end();
            return;
        }
        if self.due.is_none() {
            self.due = Some(Instant::now() + self.client.wishes.pause.unwrap_or(PAUSE));
        }
        if self.is_judging {
            self.progress.work(JUDGING);
        } else {
            self.progress.pause();
        }
    }

    /// Hands the first home whose verdicts are out of date to the worker.
    fn start_judging(&mut self) {
        self.due = None;
        let open = self.homes.iter().find(|(_, state)| !state.is_settled());
        let Some((home, state)) = open else {
            return;
        };
        let job = Job {
            home: home.clone(),
            state: state.number,
            reading: Arc::clone(&state.reading),
            request: request(&state.reading, self.client.wishes),
        };
        self.is_judging = self.worker.hand(job).is_ok();
        self.progress.work(JUDGING);
    }

    /// Takes verdicts in and shows them, if they still speak of the texts as they stand.
    fn judged(&mut self, done: Done) {
        self.is_judging = false;
        let Some(state) = self.homes.get_mut(&done.home) else {
            return;
        };
        if state.number != done.state {
            return;
        }
        let Some(judged) = done.judged else {
            state.failed = Some(done.state);
            self.log("the verdicts could not be worked out: this is a mistake of the program");
            return;
        };
        let place = Places::new(&done.home, &done.reading, &self.client, &self.documents);
        let mut known: BTreeMap<(Span, Code), Vec<&Diagnostic>> = BTreeMap::new();
        for found in done.reading.certain() {
            let key = (found.primary.span, found.code);
            known.entry(key).or_default().push(found);
        }
        let is_known = |found: &Diagnostic| {
            let alike = known.get(&(found.primary.span, found.code));
            alike.is_some_and(|alike| alike.contains(&found))
        };
        let (records, rest): (Vec<_>, Vec<_>) = judged
            .problems
            .iter()
            .filter(|found| !is_known(found))
            .cloned()
            .partition(|found| is_records(&done.reading, found.primary.span));
        let records = place.by_path(&problems(&records));
        let told = verdicts(&judged, |file| done.reading.project.records.contains(&file));
        let verdicts = place.by_path(problems(&rest).iter().chain(&told));
        state.layers.put(Layer::Records, records);
        state.layers.put(Layer::Verdicts, verdicts);
        let old = state.verdicts.replace((done.state, done.reading, judged));
        self.worker.clear(old);
        self.publish();
        self.refresh();
    }

    /// Asks the client to watch the files that belong to projects.
    fn watch_files(&mut self) {
        if !self.client.watches {
            return;
        }
        let watchers: Vec<_> = [
            "**/*.treaty",
            "**/*.toml",
            "**/*.{csv,tsv,jsonl,ndjson,json,geojson,gz,zst}",
        ]
        .map(|pattern| serde_json::json!({ "globPattern": pattern }))
        .into();
        let registration = serde_json::json!({
            "registrations": [{
                "id": "files",
                "method": DidChangeWatchedFiles::METHOD,
                "registerOptions": { "watchers": watchers },
            }]
        });
        self.ask(RegisterCapability::METHOD, registration);
    }

    /// Asks the client to fetch anew what hangs on verdicts.
    fn refresh(&mut self) {
        if self.client.refreshes_hints {
            self.ask(InlayHintRefreshRequest::METHOD, serde_json::Value::Null);
        }
        if self.client.refreshes_lenses {
            self.ask(CodeLensRefresh::METHOD, serde_json::Value::Null);
        }
        if self.client.diagnostics == (Way::Asks { again: true }) {
            self.ask(WorkspaceDiagnosticRefresh::METHOD, serde_json::Value::Null);
        }
    }

    fn ask(&mut self, method: &str, params: serde_json::Value) {
        self.next_id += 1;
        let id = RequestId::from(self.next_id);
        self.send(Request::new(id, method.to_owned(), params));
    }

    fn log(&self, message: &str) {
        self.tell::<LogMessage>(LogMessageParams {
            typ: MessageType::ERROR,
            message: message.to_owned(),
        });
    }

    pub(super) fn tell<N: lsp_types::notification::Notification>(&self, params: N::Params) {
        self.send(Notification::new(N::METHOD.to_owned(), params));
    }

    fn answer(&self, response: Response) {
        self.send(response);
    }

    pub(super) fn send(&self, message: impl Into<Message>) {
        // An editor that has gone is noticed by the loop.
        let _ = self.connection.sender.send(message.into());
    }
}

fn is_records(reading: &Reading, span: Span) -> bool {
    let project = &reading.project;
    let mut tables = project.tables.iter();
    project.records.contains(&span.source)
        || tables.any(|(mapping, data)| [*mapping, *data].contains(&span.source))
}

fn cancelled(note: &Notification) -> Option<RequestId> {
    let params: lsp_types::CancelParams = serde_json::from_value(note.params.clone()).ok()?;
    Some(match params.id {
        NumberOrString::Number(number) => RequestId::from(number),
        NumberOrString::String(text) => RequestId::from(text),
    })
}
