//! `GET /workspaces/{workspaceId}/events`

use actix_web::get;
use actix_web::web::Json;
use domain::id::WorkspaceId;

use crate::error::{ApiError, ErrorBody};
use crate::extract::ability::WorkspaceUsersRead;
use crate::extract::{Caller, PathId, State, Trail, TrailParams};
use crate::ops;
use crate::wire::{EventBody, Growing};

/// List who did what
///
/// The audit trail of a workspace, for its admins: changes by requests, by the server's command line, and by the server
/// itself. It can be read page by page, or from cursor to cursor: then it costs the same however far back one has come.
#[utoipa::path(
    tag = "Events",
    security(("bearer" = [WorkspaceUsersRead::NAME])),
    params(("workspaceId" = WorkspaceId, Path, description = "The workspace."), TrailParams),
    responses(
        (status = 200, description = "A part of the trail, the newest first. Entries are counted up to 10,000.",
            body = Growing<EventBody>),
        (status = 403, description = "The token does not hold the ability, or its owner is no admin of the workspace.",
            body = ErrorBody),
    ),
)]
#[get("/workspaces/{workspaceId}/events")]
pub(super) async fn list_events(
    caller: Caller<WorkspaceUsersRead>,
    state: State,
    PathId(workspace): PathId<WorkspaceId>,
    Trail(listing): Trail,
) -> Result<Json<Growing<EventBody>>, ApiError> {
    let request = listing.request.clone();
    let events = ops::events::list(&state, caller.who(), workspace, request).await?;
    Ok(Json(Growing::new(events.map(EventBody::from), &listing)))
}
