//! `GET /extractions/sessions/{sessionId}/results`

use actix_web::web::Json;
use actix_web::{HttpRequest, get};
use domain::id::SessionId;
use domain::result::ResultStatus;
use serde::Deserialize;

use crate::error::ApiError;
use crate::extract::ability::SessionsRead;
use crate::extract::{Caller, Paging, PagingParams, PathId, Query, State};
use crate::ops;
use crate::wire::{Paged, ResultBody};

/// Which results are wanted.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ResultFilter {
    /// Only results of that status.
    status: Option<ResultStatus>,
}

/// List the results of a session
///
/// One a run, with values and evidence where it is completed.
#[utoipa::path(
    tag = "Results",
    security(("bearer" = [SessionsRead::NAME])),
    params(("sessionId" = SessionId, Path, description = "The session."), PagingParams, ResultFilter),
    responses((status = 200, description = "One page of results, the newest first.", body = Paged<ResultBody>)),
)]
#[get("/extractions/sessions/{sessionId}/results")]
pub(super) async fn list_results(
    caller: Caller<SessionsRead>,
    state: State,
    PathId(session): PathId<SessionId>,
    Paging(page): Paging,
    Query(filter): Query<ResultFilter>,
    request: HttpRequest,
) -> Result<Json<Paged<ResultBody>>, ApiError> {
    let results = ops::results::list(&state, caller.who(), session, filter.status, page).await?;
    Ok(Json(Paged::new(
        results.map(ResultBody::from),
        &state.address_of(&request),
    )))
}
