//! `GET /workspaces/{workspaceId}/extractions/templates`

use actix_web::web::Json;
use actix_web::{HttpRequest, get};
use domain::id::WorkspaceId;
use domain::template::Template;

use crate::error::ApiError;
use crate::extract::ability::TemplatesRead;
use crate::extract::{Caller, Paging, PagingParams, PathId, State};
use crate::ops;
use crate::wire::Paged;

/// List the templates of a workspace
#[utoipa::path(
    tag = "Templates",
    security(("bearer" = [TemplatesRead::NAME])),
    params(("workspaceId" = WorkspaceId, Path, description = "The workspace."), PagingParams),
    responses((status = 200, description = "One page of templates, the newest first.", body = Paged<Template>)),
)]
#[get("/workspaces/{workspaceId}/extractions/templates")]
pub(super) async fn list_templates(
    caller: Caller<TemplatesRead>,
    state: State,
    PathId(workspace): PathId<WorkspaceId>,
    Paging(page): Paging,
    request: HttpRequest,
) -> Result<Json<Paged<Template>>, ApiError> {
    let templates = ops::templates::list(&state, caller.who(), workspace, page).await?;
    Ok(Json(Paged::new(templates, &state.address_of(&request))))
}
