//! `PUT /workspaces/{workspaceId}/users/{userId}/update-role`

use actix_web::put;
use actix_web::web::Json;
use domain::id::{UserId, WorkspaceId};
use domain::role::Role;
use serde::Deserialize;

use crate::error::{ApiError, ErrorBody};
use crate::extract::ability::WorkspaceUsersWrite;
use crate::extract::{Caller, JsonBody, PathIds, State};
use crate::ops;
use crate::wire::Message;

/// The role that a member is to have.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct UpdateMemberRole {
    /// What the member may do from now on.
    role: Role,
}

pub(super) const UPDATED: Message = Message {
    message: "Role updated successfully",
};

/// Change a member's role
///
/// It counts from the next request on. A workspace keeps at least one admin. For admins of the workspace.
#[utoipa::path(
    tag = "Members",
    security(("bearer" = [WorkspaceUsersWrite::NAME])),
    params(
        ("workspaceId" = WorkspaceId, Path, description = "The workspace."),
        ("userId" = UserId, Path, description = "The member."),
    ),
    request_body = UpdateMemberRole,
    responses(
        (status = 200, description = "The member has the role.", body = Message),
        (status = 403, description = "The token does not hold the ability, the role forbids it, or the workspace would be \
            left without an admin.", body = ErrorBody),
    ),
)]
#[put("/workspaces/{workspaceId}/users/{userId}/update-role")]
pub(super) async fn update_member_role(
    caller: Caller<WorkspaceUsersWrite>,
    state: State,
    PathIds(workspace, user): PathIds<WorkspaceId, UserId>,
    JsonBody(body): JsonBody<UpdateMemberRole>,
) -> Result<Json<Message>, ApiError> {
    ops::members::set_role(&state, caller.who(), workspace, user, body.role).await?;
    Ok(Json(UPDATED))
}
