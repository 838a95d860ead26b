//! `DELETE /extractions/results/{resultId}`

use actix_web::{HttpResponse, delete};
use domain::id::ResultId;

use crate::error::ApiError;
use crate::extract::ability::SessionsWrite;
use crate::extract::{Caller, PathId, State};
use crate::ops;

/// Delete a result
///
/// A run that is under way comes to nothing. The session's status is then that of the latest of its other results, or
/// `pending`.
#[utoipa::path(
    tag = "Results",
    security(("bearer" = [SessionsWrite::NAME])),
    params(("resultId" = ResultId, Path, description = "The result.")),
    responses((status = 204, description = "It is gone.")),
)]
#[delete("/extractions/results/{resultId}")]
pub(super) async fn delete_result(
    caller: Caller<SessionsWrite>,
    state: State,
    PathId(result): PathId<ResultId>,
) -> Result<HttpResponse, ApiError> {
    ops::results::delete(&state, caller.who(), result).await?;
    Ok(HttpResponse::NoContent().finish())
}
