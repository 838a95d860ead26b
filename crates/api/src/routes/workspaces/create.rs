//! `POST /workspaces/create`

use actix_web::http::StatusCode;
use actix_web::web::Json;
use actix_web::{Responder, post};
use domain::name::Name;
use domain::workspace::Workspace;
use serde::Deserialize;

use crate::error::ApiError;
use crate::extract::ability::WorkspacesWrite;
use crate::extract::{Caller, JsonBody, State};
use crate::ops;
use crate::ops::workspaces::{Icon, NewWorkspace};

/// A workspace to be made.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct CreateWorkspace {
    /// Its name.
    #[schema(example = "Accounting")]
    name: Name,
    /// A sign that stands for it, such as an emoji.
    #[schema(value_type = Option<String>, max_length = 32, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$", example = "🧾")]
    icon: Option<Icon>,
}

/// Create a workspace
///
/// The token's owner becomes its admin. A token that is confined to one workspace cannot make others.
#[utoipa::path(
    tag = "Workspaces",
    security(("bearer" = [WorkspacesWrite::NAME])),
    request_body = CreateWorkspace,
    responses((status = 201, description = "The workspace.", body = Workspace)),
)]
#[post("/workspaces/create")]
pub(super) async fn create_workspace(
    caller: Caller<WorkspacesWrite>,
    state: State,
    JsonBody(body): JsonBody<CreateWorkspace>,
) -> Result<impl Responder, ApiError> {
    let CreateWorkspace { name, icon } = body;
    let workspace = ops::workspaces::create(&state, caller.who(), NewWorkspace { name, icon }).await?;
    Ok((Json(workspace), StatusCode::CREATED))
}
