//! What is done for each kind of job, and what becomes of one that fails.

mod extract;
mod ingest;
mod mail;
mod parse;
#[cfg(test)]
mod tests;

use domain::event::{Action, Actor, Event};
use domain::id::{EventId, WorkspaceId};
use domain::job::{LeasedJob, Task};
use domain::time::Timestamp;
use parsing::ParseError;
use storage::blobs::BlobError;
use storage::jobs::Failure;
use storage::{AnyConnection, events};

use crate::context::Context;
use crate::intake::AdoptError;
use crate::mail::MailError;

/// A job could not be done this time.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JobError {
    /// The lease was lost: nothing was written, and nothing is to be written.
    #[error("the lease is lost")]
    LeaseLost,
    /// The database refused.
    #[error("cannot use the database")]
    Database(#[source] storage::Error),
    /// The blob store refused.
    #[error("cannot use the blob store")]
    Blobs(#[from] BlobError),
    /// A document could not be parsed, for a reason that may pass.
    #[error("cannot parse the document")]
    Parse(#[from] ParseError),
    /// A mail was not sent.
    #[error("cannot send the mail")]
    Mail(#[from] MailError),
    /// A part of the program panicked.
    #[error("the work panicked: {0}")]
    Panicked(String),
    /// What the job speaks of is not as it must be.
    #[error("{0}")]
    Inconsistent(&'static str),
}

impl From<storage::Error> for JobError {
    fn from(error: storage::Error) -> Self {
        match error {
            storage::Error::LeaseLost => Self::LeaseLost,
            other => Self::Database(other),
        }
    }
}

impl From<AdoptError> for JobError {
    fn from(error: AdoptError) -> Self {
        match error {
            AdoptError::Database(error) => error.into(),
            AdoptError::Blobs(error) => error.into(),
        }
    }
}

impl JobError {
    /// Whether the job is not to blame: it would have been done, had the database, the store or the system been there.
    const fn is_machinery(&self) -> bool {
        use storage::Error;
        match self {
            Self::Database(error) => {
                matches!(error, Error::Busy | Error::Unavailable(_) | Error::Interrupted)
            }
            Self::Blobs(error) => matches!(error, BlobError::Store(_) | BlobError::Open(_)),
            Self::Parse(error) => matches!(error, ParseError::NotRun { .. }),
            Self::Mail(error) => !error.is_final(),
            Self::LeaseLost | Self::Panicked(_) | Self::Inconsistent(_) => false,
        }
    }

    /// Whether it is clear that the job can never be done.
    const fn is_final(&self) -> bool {
        matches!(self, Self::Mail(error) if error.is_final())
    }
}

/// Does a job to its end: done, to be tried again, or given up.
pub(crate) async fn run(context: &Context, job: &LeasedJob) {
    let done = match job.task {
        Task::Ingest {
            upload_id,
            session_id,
            ..
        } => ingest::run(context, job, upload_id, session_id).await,
        Task::Parse { parsing_id } => parse::run(context, job, parsing_id).await,
        Task::Extract { result_id } => extract::run(context, job, result_id).await,
        Task::Mail {
            invite_id,
            generation,
        } => mail::run(context, job, invite_id, generation).await,
    };
    match done {
        Ok(()) => context.wake.ring(),
        Err(JobError::LeaseLost) => tracing::warn!("the lease is lost, the work is thrown away"),
        Err(error) => fail(context, job, &error).await,
    }
}

/// Records a failed try. After the last one, what the job was for fails too, in the same transaction.
async fn fail(context: &Context, job: &LeasedJob, error: &JobError) {
    tracing::warn!(error = with_causes(error), "the job failed");
    let text = with_causes(error);
    let (job, reason, now) = (job.clone(), reason(error), context.now());
    let (is_machinery, is_final) = (error.is_machinery(), error.is_final());
    let recorded = context.db.write(move |conn| {
        let failure = if is_machinery {
            storage::jobs::hand_back(conn, &job, &text, now)?
        } else if is_final {
            storage::jobs::abandon(conn, &job, &text, now)?
        } else {
            storage::jobs::fail(conn, &job, &text, now)?
        };
        if failure == Failure::Dead {
            give_up(conn, job.workspace_id, &job.task, &reason, now)?;
        }
        Ok::<(), storage::Error>(())
    });
    if let Err(error) = recorded.await {
        // The lease runs out, and the job is taken up again.
        tracing::error!(error = with_causes(&error), "cannot record that the job failed");
    }
}

/// Fails what a dead job was for, with a reason for its owner.
pub(crate) fn give_up(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    task: &Task,
    reason: &str,
    now: Timestamp,
) -> Result<(), storage::Error> {
    match task {
        Task::Ingest {
            upload_id,
            session_id,
            ..
        } => ingest::give_up(conn, workspace, *upload_id, *session_id, reason, now),
        Task::Parse { parsing_id } => parse::give_up(conn, workspace, *parsing_id, reason, now),
        Task::Extract { result_id } => extract::give_up(conn, workspace, *result_id, reason, now),
        // The invitation stands: its link can be handed over, and it can be sent again.
        Task::Mail { invite_id, .. } => {
            tracing::error!(invite.id = %invite_id, "an invitation could not be mailed");
            Ok(())
        }
    }
}

/// A line of the workspace's trail, of what was done for nobody in particular.
fn note(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    action: Action,
    object: &dyn std::fmt::Display,
    now: Timestamp,
) -> Result<(), storage::Error> {
    let event = Event {
        id: EventId::generate(),
        workspace_id: Some(workspace),
        actor: Actor::System,
        action,
        object_id: object.to_string(),
        request_id: None,
        created_at: now,
    };
    events::insert(conn, &event)
}

/// What the owner of the work is told: nothing of the inside.
fn reason(error: &JobError) -> String {
    match error {
        JobError::Parse(error) => error.to_string(),
        _ => "an internal error; the server's operator finds it in the log".to_owned(),
    }
}

/// The error and its causes, for the ledger and the log.
pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
