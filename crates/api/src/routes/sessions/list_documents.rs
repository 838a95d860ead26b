//! `GET /extractions/sessions/{sessionId}/documents`

use actix_web::web::Json;
use actix_web::{HttpRequest, get};
use domain::id::SessionId;

use crate::error::ApiError;
use crate::extract::ability::SessionsRead;
use crate::extract::{Caller, Paging, PagingParams, PathId, State};
use crate::ops;
use crate::wire::{DocumentBody, Paged};

/// List the documents of a session
///
/// Each with how far its reading is.
#[utoipa::path(
    tag = "Sessions",
    security(("bearer" = [SessionsRead::NAME])),
    params(("sessionId" = SessionId, Path, description = "The session."), PagingParams),
    responses((status = 200, description = "One page of documents, in the order of attachment.",
        body = Paged<DocumentBody>)),
)]
#[get("/extractions/sessions/{sessionId}/documents")]
pub(super) async fn list_session_documents(
    caller: Caller<SessionsRead>,
    state: State,
    PathId(session): PathId<SessionId>,
    Paging(page): Paging,
    request: HttpRequest,
) -> Result<Json<Paged<DocumentBody>>, ApiError> {
    let documents = ops::sessions::list_documents(&state, caller.who(), session, page).await?;
    let bodies = documents.map(|document| DocumentBody::from(document).through(session));
    Ok(Json(Paged::new(bodies, &state.address_of(&request))))
}
