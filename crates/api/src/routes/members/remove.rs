//! `DELETE /workspaces/{workspaceId}/users/{userId}/remove`

use actix_web::{HttpResponse, delete};
use domain::id::{UserId, WorkspaceId};

use crate::error::{ApiError, ErrorBody};
use crate::extract::ability::WorkspaceUsersWrite;
use crate::extract::{Caller, PathIds, State};
use crate::ops;

/// Remove a member
///
/// The user's tokens no longer reach the workspace; what the user made in it stays. For admins of the workspace; whoever
/// wants to go leaves instead.
#[utoipa::path(
    tag = "Members",
    security(("bearer" = [WorkspaceUsersWrite::NAME])),
    params(
        ("workspaceId" = WorkspaceId, Path, description = "The workspace."),
        ("userId" = UserId, Path, description = "The member."),
    ),
    responses(
        (status = 204, description = "The user is a member no longer."),
        (status = 422, description = "It is the id of the token's owner.", body = ErrorBody),
    ),
)]
#[delete("/workspaces/{workspaceId}/users/{userId}/remove")]
pub(super) async fn remove_member(
    caller: Caller<WorkspaceUsersWrite>,
    state: State,
    PathIds(workspace, user): PathIds<WorkspaceId, UserId>,
) -> Result<HttpResponse, ApiError> {
    ops::members::remove(&state, caller.who(), workspace, user).await?;
    Ok(HttpResponse::NoContent().finish())
}
