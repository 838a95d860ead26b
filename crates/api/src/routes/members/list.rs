//! `GET /workspaces/{workspaceId}/users`

use actix_web::get;
use actix_web::web::Json;
use domain::id::WorkspaceId;

use crate::error::ApiError;
use crate::extract::ability::WorkspaceUsersRead;
use crate::extract::{Caller, PathId, State};
use crate::ops;
use crate::wire::MemberBody;

/// List the members of a workspace
///
/// Each with the role; those that are invited only are not among them.
#[utoipa::path(
    tag = "Members",
    security(("bearer" = [WorkspaceUsersRead::NAME])),
    params(("workspaceId" = WorkspaceId, Path, description = "The workspace.")),
    responses((status = 200, description = "All members, by id.", body = Vec<MemberBody>)),
)]
#[get("/workspaces/{workspaceId}/users")]
pub(super) async fn list_members(
    caller: Caller<WorkspaceUsersRead>,
    state: State,
    PathId(workspace): PathId<WorkspaceId>,
) -> Result<Json<Vec<MemberBody>>, ApiError> {
    let members = ops::members::list(&state, caller.who(), workspace).await?;
    Ok(Json(members.into_iter().map(MemberBody::from).collect()))
}
