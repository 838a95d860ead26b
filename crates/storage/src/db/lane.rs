//! A pool of connections, and the work that waits for it.
//!
//! Work waits in a queue; a blocking thread that has ended a piece takes the next one, and goes when there is none. Under
//! load, then, nobody is woken to begin a piece, which on a busy machine costs more than most pieces do.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use r2d2::Pool;
use tokio::sync::oneshot;

use crate::connection::{Access, AnyConnection, LogErrors, Manager, Mode, transact};
use crate::database_url::DatabaseUrl;
use crate::error::Error;

/// A pool, and a queue of work for it.
#[derive(Clone)]
pub(super) struct Lane {
    pool: Pool<Manager>,
    queue: Arc<Queue>,
    patience: Duration,
}

struct Queue {
    state: Mutex<QueueState>,
    most_threads: usize,
}

#[derive(Default)]
struct QueueState {
    waiting: VecDeque<Piece>,
    threads: usize,
}

/// A piece of work, with its answer's way back in it.
type Piece = Box<dyn FnOnce() + Send>;

/// Belongs to whoever takes it first: the thread that begins the piece, or its owner, who gives up waiting.
#[derive(Clone, Default)]
struct Turn(Arc<AtomicBool>);

impl Turn {
    fn take(&self) -> bool {
        !self.0.swap(true, Ordering::AcqRel)
    }
}

/// Whoever goes away before the piece is begun does not want it any more.
struct Waiting(Turn);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.take();
    }
}

impl Lane {
    /// A pool of so many connections, and so many threads for work that waits in the queue. Who is on a blocking thread
    /// already takes a connection and no thread.
    pub(super) fn new(
        url: &DatabaseUrl,
        access: Access,
        size: u32,
        threads: u32,
        patience: Duration,
    ) -> Self {
        let manager = Manager {
            url: url.clone(),
            access,
            patience,
        };
        let pool = Pool::builder()
            .max_size(size)
            .min_idle(Some(1))
            .connection_timeout(patience)
            .error_handler(Box::new(LogErrors))
            // A server may have closed a connection meanwhile; a file does not.
            .test_on_check_out(url.is_postgres())
            .build_unchecked(manager);
        let queue = Queue {
            state: Mutex::default(),
            most_threads: usize::try_from(threads).unwrap_or(1),
        };
        Self {
            pool,
            queue: Arc::new(queue),
            patience,
        }
    }

    pub(super) async fn run<T, E, F>(&self, mode: Mode, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut AnyConnection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (send, mut answer) = oneshot::channel();
        let turn = Turn::default();
        let waiting = Waiting(turn.clone());
        let lane = self.clone();
        let piece = move || {
            if turn.take() {
                // Nobody may want the answer any more; the work is done all the same.
                drop(send.send(lane.run_blocking(mode, work)));
            }
        };
        self.queue.add(Box::new(piece));
        let answered = match tokio::time::timeout(self.patience, &mut answer).await {
            Ok(answered) => answered,
            // Whoever waited so long is told so, in order that the queue does not grow without bound.
            Err(_elapsed) if waiting.0.take() => return Err(Error::Busy.into()),
            Err(_elapsed) => answer.await,
        };
        answered.unwrap_or_else(|_panicked: oneshot::error::RecvError| Err(Error::Interrupted.into()))
    }

    pub(super) fn run_blocking<T, E: From<Error>>(
        &self,
        mode: Mode,
        work: impl FnOnce(&mut AnyConnection) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut pooled = self
            .pool
            .get()
            .map_err(|error| Error::Unavailable(Box::new(error)))?;
        transact(&mut pooled, mode, work)
    }
}

impl Queue {
    /// Puts a piece at the end of the queue, and sees to it that it is begun when there is a thread to spare.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is where blocking work on the database is bounded"
    )]
    fn add(self: &Arc<Self>, piece: Piece) {
        let mut state = self.lock();
        state.waiting.push_back(piece);
        if state.threads >= self.most_threads {
            return;
        }
        state.threads += 1;
        drop(state);
        let thread = Thread {
            queue: Arc::clone(self),
            is_counted: true,
        };
        // Not awaited on purpose: it ends when there is nothing more to do.
        drop(tokio::task::spawn_blocking(move || thread.work()));
    }

    fn lock(&self) -> MutexGuard<'_, QueueState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A thread that works, or will.
struct Thread {
    queue: Arc<Queue>,
    is_counted: bool,
}

impl Thread {
    fn work(mut self) {
        while let Some(piece) = self.next() {
            if catch_unwind(AssertUnwindSafe(piece)).is_err() {
                tracing::error!("database work panicked");
            }
        }
    }

    /// The next piece. Where there is none this thread is one less, before anybody can add another and count on it.
    fn next(&mut self) -> Option<Piece> {
        let mut state = self.queue.lock();
        let next = state.waiting.pop_front();
        if next.is_none() {
            state.threads -= 1;
            self.is_counted = false;
        }
        next
    }
}

/// A runtime that shuts down drops threads that have not begun.
impl Drop for Thread {
    fn drop(&mut self) {
        if self.is_counted {
            self.queue.lock().threads -= 1;
        }
    }
}
