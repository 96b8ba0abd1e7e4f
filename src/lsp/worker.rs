//! Judging beside the loop, so that nobody who types waits for verdicts.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};

use crate::ide::{Judged, Reading, judged};
use crate::project::Request;

use super::home::Home;

/// What is to be judged.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) home: Home,
    /// Which state of the files it is.
    pub(super) state: u64,
    pub(super) reading: Arc<Reading>,
    pub(super) request: Request,
}

/// What came of it; none where judging failed, which is our fault and not that of the files.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) home: Home,
    pub(super) state: u64,
    pub(super) reading: Arc<Reading>,
    pub(super) judged: Option<Arc<Judged>>,
}

/// The thread that judges, and one that clears away.
#[derive(Debug)]
pub(super) struct Worker {
    /// What nobody needs any more: to let go of it takes a while, too.
    old: Sender<Box<dyn Send>>,
    jobs: Option<Sender<Job>>,
    pub(super) done: Receiver<Done>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    pub(super) fn start() -> Worker {
        let (jobs, waiting) = bounded::<Job>(1);
        let (finished, done) = unbounded();
        let (old, to_clear) = unbounded::<Box<dyn Send>>();
        std::thread::spawn(move || to_clear.into_iter().for_each(drop));
        let thread = std::thread::spawn(move || {
            for job in waiting {
                let judged = catch_unwind(AssertUnwindSafe(|| judged(&job.reading, &job.request)));
                let told = finished.send(Done {
                    home: job.home,
                    state: job.state,
                    reading: job.reading,
                    judged: judged.ok().map(Arc::new),
                });
                if told.is_err() {
                    break;
                }
            }
        });
        Worker {
            old,
            jobs: Some(jobs),
            done,
            thread: Some(thread),
        }
    }

    /// Has something cleared away beside the loop.
    pub(super) fn clear(&self, old: impl Send + 'static) {
        // Where the thread is gone, it is let go of here.
        let _ = self.old.send(Box::new(old));
    }

    /// Hands over a job; gives it back where another is being waited for.
    pub(super) fn hand(&self, job: Job) -> Result<(), Job> {
        let Some(jobs) = &self.jobs else {
            return Err(job);
        };
        jobs.try_send(job)
            .map_err(crossbeam_channel::TrySendError::into_inner)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.jobs = None;
        // A job that is running ends the process with it: nothing it makes is kept.
        drop(self.thread.take());
    }
}
