//! `GET /extractions/sessions/{sessionId}/results`

use actix_web::web::Json;
use actix_web::{HttpRequest, get};
use domain::id::SessionId;

use crate::error::ApiError;
use crate::extract::ability::SessionsRead;
use crate::extract::{Caller, Paging, PagingParams, PathId, State};
use crate::ops;
use crate::wire::{Paged, ResultBody};

/// List the results of a session
#[utoipa::path(
    tag = "Results",
    security(("bearer" = [SessionsRead::NAME])),
    params(("sessionId" = SessionId, Path, description = "The session."), PagingParams),
    responses((status = 200, description = "One page of results, the newest first.", body = Paged<ResultBody>)),
)]
#[get("/extractions/sessions/{sessionId}/results")]
pub(super) async fn list_results(
    caller: Caller<SessionsRead>,
    state: State,
    PathId(session): PathId<SessionId>,
    Paging(page): Paging,
    request: HttpRequest,
) -> Result<Json<Paged<ResultBody>>, ApiError> {
    let results = ops::results::list(&state, caller.who(), session, page).await?;
    Ok(Json(Paged::new(
        results.map(ResultBody::from),
        &state.address_of(&request),
    )))
}
