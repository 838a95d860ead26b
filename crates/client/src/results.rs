//! Runs and their results.

use std::time::Duration;

use domain::id::{ResultId, SessionId};
use domain::result::ResultStatus;
use domain::session::SessionStatus;
use serde_json::json;

use crate::backoff::Backoff;
use crate::docent::Docent;
use crate::error::Error;
use crate::wire::RunResult;

const FIRST_LOOK: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

impl Docent {
    /// Starts a run over the documents that are attached now.
    pub async fn run(&self, session: SessionId) -> Result<RunResult, Error> {
        let path = format!("extractions/sessions/{session}/results");
        self.post(&path, &json!({})).await
    }

    /// A result as it is now.
    pub async fn result(&self, id: ResultId) -> Result<RunResult, Error> {
        self.get(&format!("extractions/results/{id}")).await
    }

    /// Waits until a result is completed. One that failed is [`Error::RunFailed`].
    pub async fn wait(&self, id: ResultId) -> Result<RunResult, Error> {
        self.wait_and_tell(id, |_seen| {}).await
    }

    /// The same for somebody who looks on: `tell` hears of the status that is seen first and of each that follows.
    pub async fn wait_and_tell(
        &self,
        id: ResultId,
        tell: impl FnMut(&RunResult) + Send,
    ) -> Result<RunResult, Error> {
        self.in_time(self.look_until_ended(id, tell)).await
    }

    async fn look_until_ended(
        &self,
        id: ResultId,
        mut tell: impl FnMut(&RunResult) + Send,
    ) -> Result<RunResult, Error> {
        let mut backoff = Backoff::new(FIRST_LOOK, LONGEST_WAIT);
        let mut told = None;
        loop {
            let result = self.result(id).await?;
            if told.replace(result.status) != Some(result.status) {
                tell(&result);
            }
            match result.status {
                ResultStatus::Completed => return Ok(result),
                ResultStatus::Failed => return Err(failed(Some(id), result.error)),
                ResultStatus::Created | ResultStatus::ParsingPending | ResultStatus::Processing => {
                    tokio::time::sleep(backoff.next(None)).await;
                }
            }
        }
    }

    /// Waits until the latest run of a session is completed, as of one that [`Docent::create_batch`] made.
    pub async fn wait_for_session(&self, id: SessionId) -> Result<RunResult, Error> {
        self.in_time(async {
            let mut backoff = Backoff::new(FIRST_LOOK, LONGEST_WAIT);
            loop {
                let session = self.session(id).await?;
                if let Some(latest) = session.results.first() {
                    return self.wait(latest.id).await;
                }
                if session.status == SessionStatus::Failed {
                    return Err(failed(None, None));
                }
                tokio::time::sleep(backoff.next(None)).await;
            }
        })
        .await
    }
}

fn failed(result: Option<ResultId>, reason: Option<String>) -> Error {
    let reason = reason.unwrap_or_else(|| "no reason was given".to_owned());
    Error::RunFailed { result, reason }
}
