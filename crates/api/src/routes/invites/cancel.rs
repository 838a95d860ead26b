//! `DELETE /workspaces/{workspaceId}/invites/{inviteId}`, and the same with `/cancel` behind it.

use actix_web::{HttpResponse, delete};
use domain::id::{InviteId, WorkspaceId};

use crate::error::ApiError;
use crate::extract::ability::WorkspaceUsersWrite;
use crate::extract::{Caller, PathIds, State};
use crate::ops;

/// Cancel an invitation
///
/// Its link is good no longer. One that was accepted is not found here: the person is a member, and can be removed.
#[utoipa::path(
    tag = "Invites",
    security(("bearer" = [WorkspaceUsersWrite::NAME])),
    params(
        ("workspaceId" = WorkspaceId, Path, description = "The workspace."),
        ("inviteId" = InviteId, Path, description = "The invitation."),
    ),
    responses((status = 204, description = "It is gone.")),
)]
#[delete("/workspaces/{workspaceId}/invites/{inviteId}")]
pub(super) async fn cancel_invite(
    caller: Caller<WorkspaceUsersWrite>,
    state: State,
    PathIds(workspace, invite): PathIds<WorkspaceId, InviteId>,
) -> Result<HttpResponse, ApiError> {
    ops::invites::cancel(&state, caller.who(), workspace, invite).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Cancel an invitation, by another address
///
/// The same as `DELETE /workspaces/{workspaceId}/invites/{inviteId}`.
#[utoipa::path(
    tag = "Invites",
    security(("bearer" = [WorkspaceUsersWrite::NAME])),
    params(
        ("workspaceId" = WorkspaceId, Path, description = "The workspace."),
        ("inviteId" = InviteId, Path, description = "The invitation."),
    ),
    responses((status = 204, description = "It is gone.")),
)]
#[delete("/workspaces/{workspaceId}/invites/{inviteId}/cancel")]
pub(super) async fn cancel_invite_by_cancel(
    caller: Caller<WorkspaceUsersWrite>,
    state: State,
    PathIds(workspace, invite): PathIds<WorkspaceId, InviteId>,
) -> Result<HttpResponse, ApiError> {
    ops::invites::cancel(&state, caller.who(), workspace, invite).await?;
    Ok(HttpResponse::NoContent().finish())
}
