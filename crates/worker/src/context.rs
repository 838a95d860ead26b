//! What a job needs.

use std::sync::Arc;
use std::time::Duration;

use domain::parsing::ParseConfig;
use domain::time::{Clock, Timestamp};
use parsing::child::ParseChild;
use storage::Db;
use storage::blobs::Blobs;
use storage::jobs::Kind;

use crate::mail::Mailer;
use crate::passwords::Passwords;
use crate::wake::Wake;

/// What a job needs. Shared by all workers of a process.
#[derive(Clone)]
pub struct Context {
    /// The database.
    pub db: Db,
    /// The bytes.
    pub blobs: Blobs,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Opens the passwords of locked documents.
    pub passwords: Arc<Passwords>,
    /// Parses documents in child processes.
    pub parser: Arc<ParseChild>,
    /// How documents are parsed where a template says nothing else.
    pub parse_config: ParseConfig,
    /// Longest time that parsing one document may take.
    pub parse_timeout: Duration,
    /// Most bytes that a file may have.
    pub max_upload_bytes: u64,
    /// How long a job is held before it must be renewed.
    pub lease: Duration,
    /// Names this process in the ledger, for operators.
    pub name: String,
    /// Sends mail; none where no mail server is configured.
    pub mailer: Option<Mailer>,
    /// Rung when a job is written.
    pub wake: Wake,
}

impl Context {
    /// The present time.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The jobs that this process can do. Those for mail are left to others where it has no mail server.
    pub(crate) fn kinds(&self) -> &'static [Kind] {
        match self.mailer {
            Some(_) => &Kind::ALL,
            None => &Kind::WITHOUT_MAIL,
        }
    }

    /// Runs work that keeps a core busy on a thread of its own. As many run at once as there are workers.
    #[expect(
        clippy::disallowed_methods,
        reason = "bounded by the number of workers, each of which does one job"
    )]
    pub(crate) async fn on_thread<T: Send + 'static>(
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, crate::jobs::JobError> {
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|error| crate::jobs::JobError::Panicked(error.to_string()))
    }
}
