//! The loops that claim jobs.

use std::sync::Arc;
use std::time::Duration;

use storage::jobs::{Claim, DeadJob, Kind};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::Instrument;

use crate::context::Context;
use crate::jobs::with_causes;
use crate::{jobs, lease};

/// How long an idle worker waits for its bell before it looks into the ledger again: jobs of other processes ring no
/// bell here, and retries come due by themselves.
const POLL: Duration = Duration::from_secs(1);

/// The workers of this process.
pub struct Workers {
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Workers {
    /// Starts that many workers, each with one job at a time.
    pub fn start(context: &Arc<Context>, count: usize) -> Self {
        let (stop, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        for _ in 0..count {
            tasks.spawn(work(Arc::clone(context), stopped.clone()));
        }
        Self { stop, tasks }
    }

    /// Claims no more jobs, and waits for those under way. What is not done within the grace is dropped; its lease is
    /// handed back, so that another process can take it at once.
    pub async fn stop(mut self, grace: Duration) {
        // There is always a receiver while a worker runs; without any there is nothing to stop.
        let _ = self.stop.send(true);
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(grace, all).await.is_err() {
            tracing::warn!("workers are stopped in the midst of their jobs");
            self.tasks.shutdown().await;
        }
    }
}

/// One worker: claims a job, does it, and so on; waits when there is none.
async fn work(context: Arc<Context>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
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
            _ = stop.changed() => {}
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
    let now = context.now();
    let due = context
        .db
        .read(move |conn| storage::jobs::next_due_of_all_tenants(conn, &Kind::ALL))
        .await?;
    if due.is_none_or(|due| due > now) {
        return Ok(None);
    }
    let (name, lease) = (context.name.clone(), context.lease);
    let claim = context.db.write(move |conn| {
        let claim = storage::jobs::claim(conn, &name, &Kind::ALL, 1, lease, now)?;
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
