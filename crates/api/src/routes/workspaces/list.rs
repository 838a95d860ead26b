//! `GET /workspaces`

use actix_web::{get, web};
use domain::workspace::Workspace;

use crate::error::ApiError;
use crate::extract::ability::WorkspacesRead;
use crate::extract::{Caller, State};
use crate::ops;
use crate::wire::Data;

/// List workspaces
///
/// The workspaces of which the token's owner is a member; with a token that is confined to one workspace, that one.
#[utoipa::path(
    tag = "Workspaces",
    security(("bearer" = [WorkspacesRead::NAME])),
    responses((status = 200, description = "The workspaces, by id.", body = Data<Workspace>)),
)]
#[get("/workspaces")]
pub(super) async fn list_workspaces(
    caller: Caller<WorkspacesRead>,
    state: State,
) -> Result<web::Json<Data<Workspace>>, ApiError> {
    let data = ops::workspaces::list(&state, caller.who()).await?;
    Ok(web::Json(Data { data }))
}
