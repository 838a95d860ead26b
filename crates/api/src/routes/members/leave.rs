//! `POST /workspaces/{workspaceId}/leave`

use actix_web::post;
use actix_web::web::Json;
use domain::id::WorkspaceId;

use crate::error::{ApiError, ErrorBody};
use crate::extract::ability::WorkspaceUsersWrite;
use crate::extract::{Caller, PathId, State};
use crate::ops;
use crate::wire::Message;

pub(super) const LEFT: Message = Message {
    message: "You have left the workspace",
};

/// Leave a workspace
///
/// Members of every role may. The only admin has to make another member one first, or to delete the workspace.
#[utoipa::path(
    tag = "Members",
    security(("bearer" = [WorkspaceUsersWrite::NAME])),
    params(("workspaceId" = WorkspaceId, Path, description = "The workspace.")),
    responses(
        (status = 200, description = "The token's owner is a member no longer.", body = Message),
        (status = 403, description = "The token does not hold the ability, or its owner is the only admin.",
            body = ErrorBody),
    ),
)]
#[post("/workspaces/{workspaceId}/leave")]
pub(super) async fn leave_workspace(
    caller: Caller<WorkspaceUsersWrite>,
    state: State,
    PathId(workspace): PathId<WorkspaceId>,
) -> Result<Json<Message>, ApiError> {
    ops::members::leave(&state, caller.who(), workspace).await?;
    Ok(Json(LEFT))
}
