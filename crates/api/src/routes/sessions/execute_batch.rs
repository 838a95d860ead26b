//! `POST /extractions/templates/{templateId}/sessions/batch/execute`

use actix_web::post;
use actix_web::web::Json;
use domain::id::{SessionId, TemplateId};
use serde::{Deserialize, Serialize};

use crate::error::ApiError;
use crate::extract::ability::SessionsWrite;
use crate::extract::{Caller, JsonBody, PathId, State};
use crate::ops;

/// Sessions to be run.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct ExecuteSessionBatch {
    /// Sessions of the template. One that is named twice is run once.
    #[schema(min_items = 1, max_items = 1000)]
    session_ids: Vec<SessionId>,
}

/// Runs that were started.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct ExecutedSessionBatch {
    /// Says that it was done.
    #[schema(example = "Extractions queued")]
    message: &'static str,
    /// How many.
    #[schema(example = 2)]
    queued_count: usize,
}

/// Run the extraction of many sessions
///
/// Each as `POST /extractions/sessions/{sessionId}/results` does it: over the documents that are attached now, waiting for
/// those that are still being read. All or nothing: where one is not the template's, has no documents, or none that could
/// be read, the answer names it and no run is started.
#[utoipa::path(
    tag = "Sessions",
    security(("bearer" = [SessionsWrite::NAME])),
    params(("templateId" = TemplateId, Path, description = "The template.")),
    request_body = ExecuteSessionBatch,
    responses((status = 200, description = "How many runs were started.", body = ExecutedSessionBatch)),
)]
#[post("/extractions/templates/{templateId}/sessions/batch/execute")]
pub(super) async fn execute_session_batch(
    caller: Caller<SessionsWrite>,
    state: State,
    PathId(template): PathId<TemplateId>,
    JsonBody(body): JsonBody<ExecuteSessionBatch>,
) -> Result<Json<ExecutedSessionBatch>, ApiError> {
    let queued_count = ops::batches::execute(&state, caller.who(), template, body.session_ids).await?;
    Ok(Json(ExecutedSessionBatch::new(queued_count)))
}

impl ExecutedSessionBatch {
    pub(super) fn new(queued_count: usize) -> Self {
        Self {
            message: "Extractions queued",
            queued_count,
        }
    }
}
