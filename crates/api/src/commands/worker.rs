//! `docent worker`: works on jobs only.

use std::process::ExitCode;

use worker::Workers;

use super::node::{Node, asked_to_end};
use crate::config::Settings;

/// Takes jobs until it is asked to end. An embedded database belongs to one process at a time that works on it, so this
/// needs PostgreSQL.
pub(super) async fn run(settings: Settings) -> anyhow::Result<ExitCode> {
    anyhow::ensure!(
        settings.database_url.is_postgres(),
        "`docent worker` needs a database that processes share: set DATABASE_URL=postgres://... \
         (with the embedded one, `docent serve` works on the jobs itself)"
    );
    anyhow::ensure!(
        settings.workers > 0,
        "a worker with --workers 0 has nothing to do"
    );
    let node = Node::open(&settings)?;
    let keys = node.keys(&settings).await?;
    let workers = Workers::start(&node.worker_context(&settings, &keys)?, settings.workers);
    tracing::info!(
        workers = settings.workers,
        "working on {} documents at a time",
        settings.workers
    );
    asked_to_end().await?;
    workers.stop(settings.shutdown_grace).await;
    Ok(ExitCode::SUCCESS)
}
