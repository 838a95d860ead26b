//! `DELETE /workspaces/{workspaceId}`

use actix_web::{HttpResponse, delete};
use domain::id::WorkspaceId;

use crate::error::ApiError;
use crate::extract::ability::WorkspacesWrite;
use crate::extract::{Caller, PathId, State};
use crate::ops;

/// Delete a workspace
///
/// This cannot be undone. Templates, sessions, documents and results go with it, and so do invitations, memberships and
/// the tokens that are confined to it; runs that are under way come to nothing. The files are deleted a little later.
/// For its admins.
#[utoipa::path(
    tag = "Workspaces",
    security(("bearer" = [WorkspacesWrite::NAME])),
    params(("workspaceId" = WorkspaceId, Path, description = "The workspace.")),
    responses((status = 204, description = "It is gone.")),
)]
#[delete("/workspaces/{workspaceId:[0-9]+}")]
pub(super) async fn delete_workspace(
    caller: Caller<WorkspacesWrite>,
    state: State,
    PathId(workspace): PathId<WorkspaceId>,
) -> Result<HttpResponse, ApiError> {
    ops::workspaces::delete(&state, caller.who(), workspace).await?;
    Ok(HttpResponse::NoContent().finish())
}
