//! Holding a job while it is worked on.

use std::future::Future;

use domain::job::LeasedJob;

use crate::context::Context;
use crate::jobs::with_causes;

/// Does the work and renews the lease meanwhile. When the lease is lost the work is dropped: somebody else does it.
/// When this future is dropped (the process stops) the job is handed back.
pub(crate) async fn hold_while(context: &Context, job: &LeasedJob, work: impl Future<Output = ()>) {
    let hand_back = HandBack::new(context, job);
    tokio::select! {
        () = work => {}
        () = keep(context, job) => tracing::warn!("the lease is lost, the work is dropped"),
    }
    hand_back.not_needed();
}

/// Renews the lease again and again; returns when it is lost.
async fn keep(context: &Context, job: &LeasedJob) {
    loop {
        tokio::time::sleep(context.lease / 3).await;
        let (job, lease, now) = (job.clone(), context.lease, context.now());
        match context
            .db
            .write(move |conn| storage::jobs::renew(conn, &job, lease, now))
            .await
        {
            Ok(_) => {}
            Err(storage::Error::LeaseLost) => return,
            // The database may be back before the lease ends; the transaction that ends the job has the last word.
            Err(error) => tracing::warn!(error = with_causes(&error), "cannot renew the lease"),
        }
    }
}

/// Releases the job when dropped in the midst of the work.
struct HandBack<'c> {
    context: &'c Context,
    job: Option<LeasedJob>,
}

impl<'c> HandBack<'c> {
    fn new(context: &'c Context, job: &LeasedJob) -> Self {
        Self {
            context,
            job: Some(job.clone()),
        }
    }

    fn not_needed(mut self) {
        self.job = None;
    }
}

impl Drop for HandBack<'_> {
    fn drop(&mut self) {
        let Some(job) = self.job.take() else { return };
        // It would panic again at once, and for ever: the lease runs out instead, which counts.
        if std::thread::panicking() {
            return;
        }
        let now = self.context.now();
        // Dropped by a runtime that goes on for a moment: one short statement, and without it the lease runs out.
        let released = self
            .context
            .db
            .write_blocking(|conn| storage::jobs::release(conn, &job, now));
        if let Err(error) = released {
            tracing::warn!(error = with_causes(&error), "cannot hand the job back");
        }
    }
}
