//! `GET /extractions/sessions/{sessionId}`

use actix_web::get;
use actix_web::web::Json;
use domain::id::SessionId;

use crate::error::ApiError;
use crate::extract::ability::SessionsRead;
use crate::extract::{Caller, PathId, State};
use crate::ops;
use crate::wire::SessionBody;

/// Get a session
///
/// With its documents and results. To wait for a run, ask again until `status` is `completed` or `failed`.
#[utoipa::path(
    tag = "Sessions",
    security(("bearer" = [SessionsRead::NAME])),
    params(("sessionId" = SessionId, Path, description = "The session.")),
    responses((status = 200, description = "The session with its documents and results.", body = SessionBody)),
)]
#[get("/extractions/sessions/{sessionId}")]
pub(super) async fn get_session(
    caller: Caller<SessionsRead>,
    state: State,
    PathId(session): PathId<SessionId>,
) -> Result<Json<SessionBody>, ApiError> {
    let contents = ops::sessions::get(&state, caller.who(), session).await?;
    Ok(Json(SessionBody::from(contents)))
}
