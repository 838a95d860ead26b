//! Jobs: work that the ledger keeps until it is done.

use serde::{Deserialize, Serialize};

use crate::id::{InviteId, JobId, LeaseToken, ParsingId, ResultId, SessionId, UploadId, UserId, WorkspaceId};
use crate::time::Timestamp;

/// What is to be done. The payload holds ids only: the work is read afresh when the job runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Task {
    /// Make a document of an upload and attach it to the session (batch create).
    Ingest {
        /// The bytes.
        upload_id: UploadId,
        /// Where the document goes.
        session_id: SessionId,
        /// Who asked.
        user_id: UserId,
    },
    /// Read a document under one configuration.
    Parse {
        /// Which parsing.
        parsing_id: ParsingId,
    },
    /// Extract the values of a run.
    Extract {
        /// Which run.
        result_id: ResultId,
    },
    /// Mail an invitation to the address that is invited.
    Mail {
        /// Which invitation.
        invite_id: InviteId,
        /// Which of its links: once there is a newer one, this is not sent any more.
        generation: u32,
    },
}

impl Task {
    /// The task's kind in words, for logs.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Ingest { .. } => "ingest",
            Self::Parse { .. } => "parse",
            Self::Extract { .. } => "extract",
            Self::Mail { .. } => "mail",
        }
    }
}

/// A job that a worker holds for a while. Whoever ends it must still hold it, or the work is discarded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeasedJob {
    /// Its id.
    pub id: JobId,
    /// Whose work it is.
    pub workspace_id: WorkspaceId,
    /// What is to be done.
    pub task: Task,
    /// This try, from 1: errors and crashes of the parser before it count.
    pub attempt: u32,
    /// Proof of holding.
    pub lease: LeaseToken,
    /// When the lease ends unless it is renewed.
    pub lease_expires_at: Timestamp,
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// To be taken when its time has come.
    Waiting,
    /// Held by a worker.
    Running,
    /// Done.
    Done,
    /// Given up; kept with its last error.
    Dead,
}
