//! `GET /workspaces/{workspaceId}`

use actix_web::get;
use actix_web::web::Json;
use domain::id::WorkspaceId;
use domain::workspace::Workspace;

use crate::error::ApiError;
use crate::extract::ability::WorkspacesRead;
use crate::extract::{Caller, PathId, State};
use crate::ops;

/// Get a workspace
///
/// One of which the token's owner is a member.
#[utoipa::path(
    tag = "Workspaces",
    security(("bearer" = [WorkspacesRead::NAME])),
    params(("workspaceId" = WorkspaceId, Path, description = "The workspace.")),
    responses((status = 200, description = "The workspace.", body = Workspace)),
)]
#[get("/workspaces/{workspaceId:[0-9]+}")]
pub(super) async fn get_workspace(
    caller: Caller<WorkspacesRead>,
    state: State,
    PathId(workspace): PathId<WorkspaceId>,
) -> Result<Json<Workspace>, ApiError> {
    let workspace = ops::workspaces::get(&state, caller.who(), workspace).await?;
    Ok(Json(workspace))
}
