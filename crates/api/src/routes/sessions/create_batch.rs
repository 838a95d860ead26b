//! `POST /extractions/templates/{templateId}/sessions/batch`

use actix_web::http::StatusCode;
use actix_web::web::Json;
use actix_web::{Responder, post};
use domain::id::{SessionId, TemplateId};
use domain::session::Session;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::ApiError;
use crate::extract::ability::SessionsWrite;
use crate::extract::{Caller, JsonBody, PathId, State};
use crate::ops;
use crate::ops::uploads::Named;

/// Files that become sessions.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct CreateSessionBatch {
    /// Keys of uploaded files; each becomes the document of a session of its own.
    #[schema(min_items = 1, max_items = 50)]
    files: Vec<String>,
    /// Settings of the sessions: with `auto_extract`, each is run as soon as its document is read.
    #[schema(value_type = Option<Object>, example = json!({"auto_extract": true}))]
    settings: Option<Value>,
}

/// A session that was made.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct BatchSession {
    /// Its id.
    id: SessionId,
    /// Its name: that of the document, once it is known.
    #[schema(example = "Pending...")]
    name: String,
    /// When it was made.
    created_at: Timestamp,
}

/// Create a session for each of many files
///
/// All or nothing: where one key is bad, the answer names it and no session is made.
#[utoipa::path(
    tag = "Sessions",
    security(("bearer" = [SessionsWrite::NAME])),
    params(("templateId" = TemplateId, Path, description = "The template.")),
    request_body = CreateSessionBatch,
    responses((status = 201, description = "The sessions, in the order of the files.", body = Vec<BatchSession>)),
)]
#[post("/extractions/templates/{templateId}/sessions/batch")]
pub(super) async fn create_session_batch(
    caller: Caller<SessionsWrite>,
    state: State,
    PathId(template): PathId<TemplateId>,
    JsonBody(body): JsonBody<CreateSessionBatch>,
) -> Result<impl Responder, ApiError> {
    let files = Named::list("files", body.files);
    let sessions = ops::batches::create(&state, caller.who(), template, files, body.settings).await?;
    let bodies: Vec<BatchSession> = sessions.into_iter().map(BatchSession::from).collect();
    Ok((Json(bodies), StatusCode::CREATED))
}

impl From<Session> for BatchSession {
    fn from(session: Session) -> Self {
        Self {
            id: session.id,
            name: session.name,
            created_at: session.created_at,
        }
    }
}
