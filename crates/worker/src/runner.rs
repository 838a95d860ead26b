//! The loops that claim jobs.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use storage::jobs::{Claim, DeadJob};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tracing::Instrument;

use crate::context::Context;
use crate::jobs::with_causes;
use crate::sweep::sweep;
use crate::{jobs, lease};

/// How long an idle worker waits for its bell before it looks into the ledger again: jobs of other processes ring no
/// bell here, and retries come due by themselves.
const POLL: Duration = Duration::from_secs(1);

/// How often bytes are swept that nothing points at.
const SWEEP: Duration = Duration::from_mins(1);

/// The workers of this process.
pub struct Workers {
    phase: watch::Sender<Phase>,
    supervisor: JoinHandle<()>,
    sweeper: Option<JoinHandle<()>>,
}

/// How the workers are to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// They claim jobs.
    Working,
    /// They end those under way.
    Stopping,
    /// They drop what is under way.
    Dropping,
}

impl Workers {
    /// Starts that many workers, each with one job at a time.
    pub fn start(context: &Arc<Context>, count: usize) -> Self {
        let (phase, watched) = watch::channel(Phase::Working);
        let worker = {
            let (context, watched) = (Arc::clone(context), watched.clone());
            move || work(Arc::clone(&context), watched.clone())
        };
        let supervisor = tokio::spawn(supervise(count, worker, watched));
        let sweeper = (count > 0).then(|| tokio::spawn(keep_sweeping(Arc::clone(context))));
        Self {
            phase,
            supervisor,
            sweeper,
        }
    }

    /// Claims no more jobs, and waits for those under way. What is not done within the grace is dropped; its lease is
    /// handed back, so that another process can take it at once.
    pub async fn stop(mut self, grace: Duration) {
        self.phase.send_replace(Phase::Stopping);
        // It may end anywhere: the next one goes on.
        if let Some(sweeper) = self.sweeper.take() {
            sweeper.abort();
        }
        if tokio::time::timeout(grace, &mut self.supervisor).await.is_ok() {
            return;
        }
        tracing::warn!("workers are stopped in the midst of their jobs");
        self.phase.send_replace(Phase::Dropping);
        if let Err(error) = self.supervisor.await {
            tracing::error!(%error, "the workers did not end in order");
        }
    }
}

/// Sweeps once in a while, from the first moment on.
async fn keep_sweeping(context: Arc<Context>) {
    loop {
        match sweep(&context).await {
            Ok(0) => {}
            Ok(deleted) => tracing::info!(deleted, "swept up bytes that nothing points at"),
            Err(error) => tracing::warn!(error = with_causes(&error), "cannot sweep"),
        }
        tokio::time::sleep(SWEEP).await;
    }
}

/// Keeps that many workers at work: one that panicked is replaced, and its job is taken up again when its lease has
/// run out. Ends when all have ended.
async fn supervise<W>(count: usize, worker: impl Fn() -> W, mut phase: watch::Receiver<Phase>)
where
    W: Future<Output = ()> + Send + 'static,
{
    let mut workers = JoinSet::new();
    for _ in 0..count {
        workers.spawn(worker());
    }
    loop {
        let ended = tokio::select! {
            ended = workers.join_next() => ended,
            // Without anybody who could ask for it, too.
            () = until_dropping(&mut phase) => return workers.shutdown().await,
        };
        match ended {
            None => return,
            Some(Ok(())) => {}
            Some(Err(error)) => {
                tracing::error!(%error, "a worker panicked");
                if *phase.borrow() == Phase::Working {
                    workers.spawn(worker());
                }
            }
        }
    }
}

async fn until_dropping(phase: &mut watch::Receiver<Phase>) {
    let _ = phase.wait_for(|phase| *phase == Phase::Dropping).await;
}

/// One worker: claims a job, does it, and so on; waits when there is none.
async fn work(context: Arc<Context>, mut phase: watch::Receiver<Phase>) {
    while *phase.borrow() == Phase::Working {
        let bell = context.wake.next();
        tokio::pin!(bell);
        bell.as_mut().enable();
        match step(&context).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::error!(error = with_causes(&error), "cannot claim a job"),
        }
        tokio::select! {
            () = bell => {}
            () = tokio::time::sleep(POLL) => {}
            _ = phase.changed() => {}
        }
    }
}

/// Does jobs until none is due, and returns how many. For tests, which drive the ledger by hand.
pub async fn run_until_idle(context: &Context) -> Result<usize, storage::Error> {
    let mut done = 0;
    while step(context).await? {
        done += 1;
    }
    Ok(done)
}

/// Claims a job and does it; false where there was none.
async fn step(context: &Context) -> Result<bool, storage::Error> {
    let Some(job) = claim(context).await? else {
        return Ok(false);
    };
    let span =
        tracing::info_span!("job", job.id = %job.id, job.kind = job.task.name(), job.attempt = job.attempt);
    lease::hold_while(context, &job, jobs::run(context, &job))
        .instrument(span)
        .await;
    Ok(true)
}

async fn claim(context: &Context) -> Result<Option<domain::job::LeasedJob>, storage::Error> {
    // Most looks find nothing: they shall not take SQLite's only writer.
    let (now, kinds) = (context.now(), context.kinds());
    let due = context
        .db
        .read(move |conn| storage::jobs::next_due_of_all_tenants(conn, kinds))
        .await?;
    if due.is_none_or(|due| due > now) {
        return Ok(None);
    }
    let (name, lease) = (context.name.clone(), context.lease);
    let claim = context.db.write(move |conn| {
        let claim = storage::jobs::claim(conn, &name, kinds, 1, lease, now)?;
        for DeadJob {
            workspace_id, task, ..
        } in &claim.dead
        {
            jobs::give_up(conn, *workspace_id, task, LOST, now)?;
        }
        Ok::<Claim, storage::Error>(claim)
    });
    Ok(claim.await?.jobs.pop())
}

/// What the owner of the work is told when its job died by lost leases.
const LOST: &str =
    "the server stopped several times while working on this; try again or write to its operator";

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_worker_that_panicked_is_replaced_until_the_workers_stop() {
        let (phase, watched) = watch::channel(Phase::Working);
        let started = Arc::new(AtomicUsize::new(0));
        let worker = {
            let (started, watched) = (Arc::clone(&started), watched.clone());
            move || {
                let (number, mut watched) = (started.fetch_add(1, Ordering::SeqCst), watched.clone());
                async move {
                    assert!(number >= 3, "the first three panic");
                    watched.wait_for(|phase| *phase == Phase::Stopping).await.unwrap();
                }
            }
        };
        let supervisor = tokio::spawn(supervise(2, worker, watched));
        while started.load(Ordering::SeqCst) < 5 {
            tokio::task::yield_now().await;
        }
        phase.send_replace(Phase::Stopping);
        supervisor.await.unwrap();
        assert_eq!(started.load(Ordering::SeqCst), 5);
    }

    #[tokio::test]
    async fn work_that_outlasts_the_grace_is_dropped_before_stopping_ends() {
        struct Dropped(Arc<AtomicUsize>);
        impl Drop for Dropped {
            fn drop(&mut self) {
                self.0.fetch_add(1, Ordering::SeqCst);
            }
        }
        let (phase, watched) = watch::channel(Phase::Working);
        let dropped = Arc::new(AtomicUsize::new(0));
        let worker = {
            let dropped = Arc::clone(&dropped);
            move || {
                let held = Dropped(Arc::clone(&dropped));
                async move {
                    std::future::pending::<()>().await;
                    drop(held);
                }
            }
        };
        let supervisor = tokio::spawn(supervise(2, worker, watched));
        let workers = Workers {
            phase,
            supervisor,
            sweeper: None,
        };
        workers.stop(Duration::ZERO).await;
        assert_eq!(dropped.load(Ordering::SeqCst), 2);
    }
}
