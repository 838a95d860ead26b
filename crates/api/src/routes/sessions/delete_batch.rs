//! `POST /extractions/templates/{templateId}/sessions/batch/delete`, and `DELETE .../sessions/batch` with the same body.

use actix_web::{HttpResponse, delete, post};
use domain::id::{SessionId, TemplateId};
use serde::Deserialize;

use crate::error::ApiError;
use crate::extract::ability::SessionsWrite;
use crate::extract::{Caller, JsonBody, PathId, State};
use crate::ops;

/// Sessions to be deleted.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct DeleteSessionBatch {
    /// Sessions of the template. One that is named twice is deleted once.
    #[schema(min_items = 1, max_items = 1000)]
    session_ids: Vec<SessionId>,
}

/// Delete many sessions
///
/// Each as `DELETE /extractions/sessions/{sessionId}` does it. All or nothing: where one is not the template's, or was
/// deleted before, the answer names it and no session is deleted.
#[utoipa::path(
    tag = "Sessions",
    security(("bearer" = [SessionsWrite::NAME])),
    params(("templateId" = TemplateId, Path, description = "The template.")),
    request_body = DeleteSessionBatch,
    responses((status = 204, description = "They are gone.")),
)]
#[post("/extractions/templates/{templateId}/sessions/batch/delete")]
pub(super) async fn delete_session_batch(
    caller: Caller<SessionsWrite>,
    state: State,
    PathId(template): PathId<TemplateId>,
    JsonBody(body): JsonBody<DeleteSessionBatch>,
) -> Result<HttpResponse, ApiError> {
    ops::batches::delete(&state, caller.who(), template, body.session_ids).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Delete many sessions by DELETE
///
/// The same as `POST /extractions/templates/{templateId}/sessions/batch/delete`, for clients that send a body with DELETE.
/// Some proxies drop such bodies.
#[utoipa::path(
    tag = "Sessions",
    security(("bearer" = [SessionsWrite::NAME])),
    params(("templateId" = TemplateId, Path, description = "The template.")),
    request_body = DeleteSessionBatch,
    responses((status = 204, description = "They are gone.")),
)]
#[delete("/extractions/templates/{templateId}/sessions/batch")]
pub(super) async fn delete_sessions(
    caller: Caller<SessionsWrite>,
    state: State,
    PathId(template): PathId<TemplateId>,
    JsonBody(body): JsonBody<DeleteSessionBatch>,
) -> Result<HttpResponse, ApiError> {
    ops::batches::delete(&state, caller.who(), template, body.session_ids).await?;
    Ok(HttpResponse::NoContent().finish())
}
