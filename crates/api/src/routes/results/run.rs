//! `POST /extractions/sessions/{sessionId}/results`

use actix_web::http::StatusCode;
use actix_web::web::Json;
use actix_web::{Responder, post};
use domain::id::SessionId;

use crate::error::{ApiError, ErrorBody};
use crate::extract::ability::SessionsWrite;
use crate::extract::{Caller, PathId, State};
use crate::ops;
use crate::wire::ResultBody;

/// Run the extraction of a session
///
/// Over the documents that are attached now. Where some are still being read, the run is `parsing_pending` and starts
/// by itself. Takes no body.
#[utoipa::path(
    tag = "Results",
    security(("bearer" = [SessionsWrite::NAME])),
    params(("sessionId" = SessionId, Path, description = "The session.")),
    responses(
        (status = 201, description = "The run, without values yet.", body = ResultBody),
        (status = 422, description = "The session has no documents, or none could be read.", body = ErrorBody),
    ),
)]
#[post("/extractions/sessions/{sessionId}/results")]
pub(super) async fn create_result(
    caller: Caller<SessionsWrite>,
    state: State,
    PathId(session): PathId<SessionId>,
) -> Result<impl Responder, ApiError> {
    let result = ops::results::run(&state, caller.who(), session).await?;
    Ok((Json(ResultBody::from(result)), StatusCode::CREATED))
}
