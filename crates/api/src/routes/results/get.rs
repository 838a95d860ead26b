//! `GET /extractions/results/{resultId}`

use actix_web::get;
use actix_web::web::Json;
use domain::id::ResultId;

use crate::error::ApiError;
use crate::extract::ability::SessionsRead;
use crate::extract::{Caller, PathId, State};
use crate::ops;
use crate::wire::ResultBody;

/// Get a result
///
/// `data` holds the values, `audit_data` in the same shape the evidence for each: the reasoning, a confidence, the verdict,
/// and the places in the documents with page, box and text. To wait for a run, ask again until `status` is `completed` or
/// `failed`.
#[utoipa::path(
    tag = "Results",
    security(("bearer" = [SessionsRead::NAME])),
    params(("resultId" = ResultId, Path, description = "The result.")),
    responses((status = 200, description = "The result with its values and their evidence.", body = ResultBody)),
)]
#[get("/extractions/results/{resultId}")]
pub(super) async fn get_result(
    caller: Caller<SessionsRead>,
    state: State,
    PathId(result): PathId<ResultId>,
) -> Result<Json<ResultBody>, ApiError> {
    let result = ops::results::get(&state, caller.who(), result).await?;
    Ok(Json(ResultBody::from(result)))
}
