//! `PUT /extractions/sessions/{sessionId}`

use actix_web::put;
use actix_web::web::Json;
use domain::id::SessionId;
use domain::name::Name;
use serde::Deserialize;
use serde_json::Value;

use crate::error::ApiError;
use crate::extract::ability::SessionsWrite;
use crate::extract::{Caller, JsonBody, PathId, State};
use crate::ops;
use crate::ops::sessions::SessionChanges;
use crate::wire::SessionBody;

/// What is to be different. What is left out stays as it is.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct UpdateSession {
    /// Its name.
    #[schema(example = "March")]
    name: Option<Name>,
    /// Settings; they replace the present ones.
    #[schema(value_type = Option<Object>)]
    settings: Option<Value>,
}

/// Update a session
///
/// Its name or its settings. Documents and results are not touched.
#[utoipa::path(
    tag = "Sessions",
    security(("bearer" = [SessionsWrite::NAME])),
    params(("sessionId" = SessionId, Path, description = "The session.")),
    request_body = Option<UpdateSession>,
    responses((status = 200, description = "The session as it is now, with its documents and results.",
        body = SessionBody)),
)]
#[put("/extractions/sessions/{sessionId}")]
pub(super) async fn update_session(
    caller: Caller<SessionsWrite>,
    state: State,
    PathId(session): PathId<SessionId>,
    JsonBody(body): JsonBody<UpdateSession>,
) -> Result<Json<SessionBody>, ApiError> {
    let UpdateSession { name, settings } = body;
    let changes = SessionChanges { name, settings };
    let contents = ops::sessions::update(&state, caller.who(), session, changes).await?;
    Ok(Json(SessionBody::from(contents)))
}
