//! `POST /extractions/sessions/{sessionId}/documents/attach`

use actix_web::post;
use actix_web::web::Json;
use domain::id::{DocumentId, SessionId};
use domain::password::DocumentPassword;
use serde::Deserialize;

use crate::error::ApiError;
use crate::extract::ability::SessionsWrite;
use crate::extract::{Caller, JsonBody, PathId, State};
use crate::ops;
use crate::wire::{Data, DocumentBody};

/// Documents that are in the workspace already.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct AttachDocuments {
    /// The documents, in the order in which they shall stand.
    #[schema(min_items = 1, max_items = 100)]
    document_ids: Vec<DocumentId>,
    /// What opens those of the documents that are locked and were not read yet. It is kept sealed until they are read, and
    /// no longer.
    #[schema(nullable = false)]
    password: Option<DocumentPassword>,
}

/// Attach documents of the workspace to a session
///
/// A document that is attached already stays where it is.
#[utoipa::path(
    tag = "Sessions",
    security(("bearer" = [SessionsWrite::NAME])),
    params(("sessionId" = SessionId, Path, description = "The session.")),
    request_body = AttachDocuments,
    responses((status = 200, description = "The documents.", body = Data<DocumentBody>)),
)]
#[post("/extractions/sessions/{sessionId}/documents/attach")]
pub(super) async fn attach_documents(
    caller: Caller<SessionsWrite>,
    state: State,
    PathId(session): PathId<SessionId>,
    JsonBody(body): JsonBody<AttachDocuments>,
) -> Result<Json<Data<DocumentBody>>, ApiError> {
    let documents =
        ops::sessions::attach(&state, caller.who(), session, body.document_ids, body.password).await?;
    let data = documents
        .into_iter()
        .map(|document| DocumentBody::from(document).through(session))
        .collect();
    Ok(Json(Data { data }))
}
