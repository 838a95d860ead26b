//! `DELETE /extractions/sessions/{sessionId}`

use actix_web::{HttpResponse, delete};
use domain::id::SessionId;

use crate::error::ApiError;
use crate::extract::ability::SessionsWrite;
use crate::extract::{Caller, PathId, State};
use crate::ops;

/// Delete a session
///
/// Its results go with it, runs that are under way come to nothing. The documents stay in the workspace.
#[utoipa::path(
    tag = "Sessions",
    security(("bearer" = [SessionsWrite::NAME])),
    params(("sessionId" = SessionId, Path, description = "The session.")),
    responses((status = 204, description = "It is gone.")),
)]
#[delete("/extractions/sessions/{sessionId}")]
pub(super) async fn delete_session(
    caller: Caller<SessionsWrite>,
    state: State,
    PathId(session): PathId<SessionId>,
) -> Result<HttpResponse, ApiError> {
    ops::sessions::delete(&state, caller.who(), session).await?;
    Ok(HttpResponse::NoContent().finish())
}
