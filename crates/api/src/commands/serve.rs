//! `docent serve`: the API, Swagger UI, and the workers.

use std::process::ExitCode;

use super::node::Running;
use crate::config::Settings;

/// Serves until it is asked to end; then answers what is under way and ends.
pub(super) async fn run(settings: Settings) -> anyhow::Result<ExitCode> {
    let mut node = Running::start(&settings).await?;
    let address = node.address();
    tracing::info!(%address, workers = settings.workers, "listening on http://{address}, Swagger UI at http://{address}/docs");
    node.until_asked_to_end().await?;
    tracing::info!("asked to end: no new requests, finishing what is under way");
    node.stop().await?;
    Ok(ExitCode::SUCCESS)
}
