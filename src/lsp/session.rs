//! A conversation with an editor: its texts, the homes of its files, what is shown, and the loop that keeps them in step.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{after, never, select};
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::notification::{
    Cancel, DidChangeConfiguration, DidChangeTextDocument, DidChangeWatchedFiles,
    DidCloseTextDocument, DidOpenTextDocument, DidSaveTextDocument, Exit, LogMessage,
    Notification as _, PublishDiagnostics,
};
use lsp_types::request::{
    CodeLensRefresh, InlayHintRefreshRequest, RegisterCapability, Request as _, Shutdown,
    WorkspaceDiagnosticRefresh,
};
use lsp_types::{
    Diagnostic, Location, LogMessageParams, MessageType, NumberOrString, PublishDiagnosticsParams,
    Uri,
};
use serde::de::DeserializeOwned;

use crate::ide::published::{Published, problems, verdicts};
use crate::ide::{Judged, Reading};
use crate::project::record_problems;
use crate::source::{SourceFile, Span};

use super::capabilities::{Client, Way, Wishes};
use super::convert::{self, Lines};
use super::documents::{Document, Documents};
use super::home::{Found, Home, request};
use super::progress::Progress;
use super::publish::{ByPath, Layers};
use super::requests;
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
    due: Option<Instant>,
    queue: VecDeque<Message>,
    /// Requests that wait for verdicts.
    waiting: Vec<Request>,
    shown: BTreeMap<String, Shown>,
    /// The file that was edited last, which is told first.
    edited: Option<String>,
    next_id: i32,
    said_goodbye: bool,
}

/// What a file has been told to show.
#[derive(Debug, Default, PartialEq)]
struct Shown {
    version: Option<i32>,
    diagnostics: Vec<Diagnostic>,
}

/// What is known of a home.
#[derive(Debug)]
pub(super) struct State {
    found: Found,
    pub(super) reading: Arc<Reading>,
    /// Counts the readings.
    number: u64,
    /// The verdicts, the reading that they speak of, and its number.
    verdicts: Option<(u64, Arc<Reading>, Arc<Judged>)>,
    /// The reading whose verdicts cannot be had.
    failed: Option<u64>,
    pub(super) layers: Layers,
    changed: Changed,
}

/// What has changed since the last reading.
#[derive(Clone, Copy, Debug, Default)]
struct Changed {
    texts: bool,
    records: bool,
    files: bool,
}

impl State {
    /// Gives the verdicts with what they speak of, if they are those on the texts as they stand.
    pub(super) fn judged(&self) -> Option<(&Reading, &Judged)> {
        let (number, reading, judged) = self.verdicts.as_ref()?;
        (*number == self.number).then_some((reading, judged))
    }

    fn is_settled(&self) -> bool {
        let judged = self.verdicts.as_ref().map(|(number, _, _)| *number);
        judged == Some(self.number) || self.failed == Some(self.number)
    }
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
            edited: None,
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
        self.read_what_changed();
        match requests::answer(self, &request) {
            Answer::Now(response) => self.answer(response),
            Answer::Later => self.waiting.push(request),
        }
    }

    fn notified(&mut self, note: Notification) {
        match note.method.as_str() {
            DidOpenTextDocument::METHOD => {
                if let Some(params) = read::<DidOpenTextDocument>(note) {
                    let document = params.text_document;
                    self.opened(document.uri, document.version, document.text);
                }
            }
            DidChangeTextDocument::METHOD => {
                if let Some(params) = read::<DidChangeTextDocument>(note) {
                    self.edited(params);
                }
            }
            DidCloseTextDocument::METHOD => {
                if let Some(params) = read::<DidCloseTextDocument>(note) {
                    self.closed(&params.text_document.uri);
                }
            }
            DidSaveTextDocument::METHOD => {
                if let Some(params) = read::<DidSaveTextDocument>(note)
                    && let Some(path) = convert::path(&params.text_document.uri)
                {
                    self.documents.forget(&path);
                }
            }
            DidChangeWatchedFiles::METHOD => {
                if let Some(params) = read::<DidChangeWatchedFiles>(note) {
                    for change in params.changes {
                        if let Some(path) = convert::path(&change.uri) {
                            self.documents.forget(&path);
                        }
                    }
                    self.everything_changed();
                }
            }
            DidChangeConfiguration::METHOD => {
                if let Some(params) = read::<DidChangeConfiguration>(note) {
                    let settings = params.settings.get("servanda").unwrap_or(&params.settings);
                    self.client.wishes = Wishes::read(settings);
                    self.everything_changed();
                }
            }
            // What is not known here may be left alone, as the protocol allows for notifications.
            _ => {}
        }
    }

    fn opened(&mut self, uri: Uri, version: i32, text: String) {
        let Some(path) = convert::path(&uri) else {
            return;
        };
        let document = Document { uri, version, text };
        self.documents.open(path.clone(), document);
        let home = Home::of(&path, &self.documents);
        self.settle_in(home);
        self.changed(&path);
        self.edited = Some(path);
        self.files_changed();
    }

    fn edited(&mut self, params: lsp_types::DidChangeTextDocumentParams) {
        let document = params.text_document;
        let Some(path) = convert::path(&document.uri) else {
            return;
        };
        let encoding = self.client.encoding;
        let changes = params.content_changes;
        let edits = self
            .documents
            .change(&path, document.version, changes, encoding);
        for edit in edits {
            for state in self.homes.values_mut() {
                state.layers.edited(&path, edit);
            }
        }
        self.changed(&path);
        self.edited = Some(path);
        // Whoever goes on typing does not want verdicts yet.
        self.due = None;
    }

    fn closed(&mut self, uri: &Uri) {
        let Some(path) = convert::path(uri) else {
            return;
        };
        self.documents.close(&path);
        let homes: BTreeSet<Home> = self
            .documents
            .paths()
            .map(|path| Home::of(path, &self.documents))
            .collect();
        let documents = &self.documents;
        self.homes.retain(|home, _| match &home.alone {
            Some(name) => documents.get(&home.path(name)).is_some(),
            None => homes.contains(home),
        });
        self.files_changed();
    }

    /// Says that the files of every home are to be looked for again, and those that changed read again.
    fn files_changed(&mut self) {
        for state in self.homes.values_mut() {
            state.changed.files = true;
        }
    }

    fn everything_changed(&mut self) {
        for state in self.homes.values_mut() {
            state.changed = Changed {
                texts: true,
                records: true,
                files: true,
            };
        }
    }

    /// Says that a text changed, to the homes that it may belong to.
    fn changed(&mut self, path: &str) {
        for (home, state) in &mut self.homes {
            let name = home.name(path);
            let known = state.reading.file(&name).is_some();
            if !known && home.alone.is_some() && home.alone.as_deref() != Some(&name) {
                continue;
            }
            state.changed.texts = true;
            state.changed.records |= state.found.records.contains(&name);
            state.changed.files |= name == crate::disk::SETTINGS;
        }
    }

    fn settle_in(&mut self, home: Home) {
        self.homes.entry(home).or_insert_with(|| State {
            found: Found::default(),
            reading: Arc::new(Reading::new(
                crate::project::Project::default(),
                crate::project::Settings::default(),
            )),
            number: 0,
            verdicts: None,
            failed: None,
            layers: Layers::default(),
            changed: Changed {
                texts: true,
                records: true,
                files: true,
            },
        });
    }

    /// Reads what changed and tells what is wrong with it, now that nobody is waiting.
    fn settle(&mut self) {
        if self.read_what_changed() {
            self.publish();
        }
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

    /// Understands the files that changed anew; gives whether there were any.
    fn read_what_changed(&mut self) -> bool {
        let mut any = self.read_homes();
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
            any |= self.read_homes();
        }
        any
    }

    fn is_housed(&self, path: &str) -> bool {
        self.homes
            .iter()
            .any(|(home, state)| state.reading.file(&home.name(path)).is_some())
    }

    fn read_homes(&mut self) -> bool {
        let mut any = false;
        for (home, state) in &mut self.homes {
            let changed = std::mem::take(&mut state.changed);
            if changed.files {
                state.found = home.find(&mut self.documents);
            }
            if !changed.texts && !changed.files {
                continue;
            }
            any = true;
            self.progress.work(READING);
            let reading = home.read(&mut self.documents, &state.found, self.client.wishes);
            state.number += 1;
            let own = problems(&reading.settings.diagnostics);
            let rules = problems(reading.certain());
            let place = Places {
                home,
                reading: &reading,
                client: &self.client,
                documents: &self.documents,
            };
            state.layers.rules = place.by_path(own.iter().chain(&rules));
            if changed.records {
                let found = record_problems(&reading.project, &reading.understood);
                let found = reading.settings.lints.apply(found);
                state.layers.records = place.by_path(&problems(&found));
            }
            state.reading = Arc::new(reading);
        }
        any
    }

    fn ask_for_verdicts(&mut self) {
        if self.homes.values().all(State::is_settled) {
            self.due = None;
            self.progress.end();
            return;
        }
        if self.due.is_none() {
            self.due = Some(Instant::now() + PAUSE);
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
        let place = Places {
            home: &done.home,
            reading: &done.reading,
            client: &self.client,
            documents: &self.documents,
        };
        let known: Vec<&crate::diagnostic::Diagnostic> = done.reading.certain().collect();
        let (records, rest): (Vec<_>, Vec<_>) = judged
            .problems
            .iter()
            .filter(|found| !known.contains(found))
            .cloned()
            .partition(|found| is_records(&done.reading, found.primary.span));
        state.layers.records = place.by_path(&problems(&records));
        let told = verdicts(&judged, |file| done.reading.project.records.contains(&file));
        state.layers.verdicts = place.by_path(problems(&rest).iter().chain(&told));
        state.verdicts = Some((done.state, done.reading, judged));
        self.publish();
        self.refresh();
    }

    /// Tells every file what it is to show, if that has changed; the file that was edited last first.
    fn publish(&mut self) {
        if self.client.diagnostics != Way::Told {
            return;
        }
        let mut all = ByPath::new();
        for state in self.homes.values() {
            for (path, diagnostics) in state.layers.all() {
                let known = all.entry(path).or_default();
                for diagnostic in diagnostics {
                    if !known.contains(&diagnostic) {
                        known.push(diagnostic);
                    }
                }
            }
        }
        let mut paths: BTreeSet<String> = all.keys().cloned().collect();
        paths.extend(self.shown.keys().cloned());
        paths.extend(self.documents.paths().map(str::to_owned));
        let mut paths: Vec<String> = paths.into_iter().collect();
        paths.sort_by_key(|path| Some(path) != self.edited.as_ref());
        for path in paths {
            let shown = Shown {
                version: self.documents.get(&path).map(|document| document.version),
                diagnostics: all.remove(&path).unwrap_or_default(),
            };
            self.show(path, shown);
        }
    }

    fn show(&mut self, path: String, shown: Shown) {
        if self.shown.get(&path) == Some(&shown) {
            return;
        }
        let open = self.documents.get(&path);
        let Some(uri) = open
            .map(|open| open.uri.clone())
            .or_else(|| convert::uri(&path))
        else {
            return;
        };
        let note = PublishDiagnosticsParams {
            uri,
            diagnostics: shown.diagnostics.clone(),
            version: shown.version,
        };
        self.tell::<PublishDiagnostics>(note);
        if shown.version.is_none() && shown.diagnostics.is_empty() {
            self.shown.remove(&path);
        } else {
            self.shown.insert(path, shown);
        }
    }

    /// Asks the client to watch the files that belong to projects.
    fn watch_files(&mut self) {
        if !self.client.watches {
            return;
        }
        let watchers: Vec<_> = ["**/*.treaty", "**/*.toml"]
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
        if self.client.refreshes {
            self.ask(InlayHintRefreshRequest::METHOD, serde_json::Value::Null);
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

    fn send(&self, message: impl Into<Message>) {
        // An editor that has gone is noticed by the loop.
        let _ = self.connection.sender.send(message.into());
    }
}

fn is_records(reading: &Reading, span: Span) -> bool {
    reading.project.records.contains(&span.source)
}

fn read<N>(note: Notification) -> Option<N::Params>
where
    N: lsp_types::notification::Notification,
    N::Params: DeserializeOwned,
{
    serde_json::from_value(note.params).ok()
}

fn cancelled(note: &Notification) -> Option<RequestId> {
    let params: lsp_types::CancelParams = serde_json::from_value(note.params.clone()).ok()?;
    Some(match params.id {
        NumberOrString::Number(number) => RequestId::from(number),
        NumberOrString::String(text) => RequestId::from(text),
    })
}

/// Turns places of a reading into places of the protocol.
pub(super) struct Places<'a> {
    pub(super) home: &'a Home,
    pub(super) reading: &'a Reading,
    pub(super) client: &'a Client,
    pub(super) documents: &'a Documents,
}

impl Places<'_> {
    pub(super) fn location(&self, span: Span) -> Option<Location> {
        let file = self.reading.project.sources.get(span.source);
        Some(Location {
            uri: self.uri(file)?,
            range: Lines::new(file.text(), self.client.encoding).range(span),
        })
    }

    pub(super) fn uri(&self, file: &SourceFile) -> Option<Uri> {
        let path = self.home.path(file.name());
        match self.documents.get(&path) {
            Some(document) => Some(document.uri.clone()),
            None => convert::uri(&path),
        }
    }

    fn by_path<'p>(&self, published: impl IntoIterator<Item = &'p Published>) -> ByPath {
        let mut lines: BTreeMap<String, Lines<'_>> = BTreeMap::new();
        let mut found = ByPath::new();
        for one in published {
            let file = self.reading.project.sources.get(one.span.source);
            let path = self.home.path(file.name());
            let lines = lines
                .entry(path.clone())
                .or_insert_with(|| Lines::new(file.text(), self.client.encoding));
            let locate = |span| {
                self.client
                    .shows_related
                    .then(|| self.location(span))
                    .flatten()
            };
            let diagnostic = convert::diagnostic(one, lines.range(one.span), locate);
            found.entry(path).or_default().push(diagnostic);
        }
        found
    }
}
