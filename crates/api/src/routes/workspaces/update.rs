//! `PUT /workspaces/{workspaceId}`

use actix_web::put;
use actix_web::web::Json;
use domain::id::WorkspaceId;
use domain::name::Name;
use domain::workspace::Workspace;
use serde::Deserialize;

use crate::error::ApiError;
use crate::extract::ability::WorkspacesWrite;
use crate::extract::{Caller, JsonBody, Patch, PathId, State};
use crate::ops;
use crate::ops::workspaces::{Icon, WorkspaceChanges};

/// What is to be different. What is left out stays as it is.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct UpdateWorkspace {
    /// Its name.
    #[schema(example = "Accounting")]
    name: Option<Name>,
    /// A sign that stands for it, such as an emoji; null removes it.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 32, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$", example = "🧾")]
    icon: Patch<Icon>,
}

/// Update a workspace
///
/// For its admins.
#[utoipa::path(
    tag = "Workspaces",
    security(("bearer" = [WorkspacesWrite::NAME])),
    params(("workspaceId" = WorkspaceId, Path, description = "The workspace.")),
    request_body = Option<UpdateWorkspace>,
    responses((status = 200, description = "The workspace as it is now.", body = Workspace)),
)]
#[put("/workspaces/{workspaceId:[0-9]+}")]
pub(super) async fn update_workspace(
    caller: Caller<WorkspacesWrite>,
    state: State,
    PathId(workspace): PathId<WorkspaceId>,
    JsonBody(body): JsonBody<UpdateWorkspace>,
) -> Result<Json<Workspace>, ApiError> {
    let UpdateWorkspace { name, icon } = body;
    let changes = WorkspaceChanges { name, icon };
    let workspace = ops::workspaces::update(&state, caller.who(), workspace, changes).await?;
    Ok(Json(workspace))
}
