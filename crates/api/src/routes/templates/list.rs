//! `GET /workspaces/{workspaceId}/extractions/templates`

use actix_web::web::Json;
use actix_web::{HttpRequest, get};
use domain::id::WorkspaceId;
use domain::pagination::Sort;
use domain::template::Template;
use serde::Deserialize;

use crate::error::ApiError;
use crate::extract::ability::TemplatesRead;
use crate::extract::{Caller, Paging, PagingParams, PathId, Query, State, name_filter};
use crate::ops;
use crate::wire::Paged;

/// Which templates are wanted, and in which order.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct TemplateFilter {
    /// Only templates whose name holds this, in any case of letters.
    #[param(min_length = 1, max_length = 255)]
    name: Option<String>,
    /// The order; with `-` the other way round. `-created_at` where it is not said.
    sort: Option<Sort>,
}

/// List the templates of a workspace
///
/// Each with its newest schema.
#[utoipa::path(
    tag = "Templates",
    security(("bearer" = [TemplatesRead::NAME])),
    params(("workspaceId" = WorkspaceId, Path, description = "The workspace."), PagingParams, TemplateFilter),
    responses((status = 200, description = "One page of templates, the newest first where no order is asked for.", body = Paged<Template>)),
)]
#[get("/workspaces/{workspaceId}/extractions/templates")]
pub(super) async fn list_templates(
    caller: Caller<TemplatesRead>,
    state: State,
    PathId(workspace): PathId<WorkspaceId>,
    Paging(page): Paging,
    Query(filter): Query<TemplateFilter>,
    request: HttpRequest,
) -> Result<Json<Paged<Template>>, ApiError> {
    let (name, sort) = (name_filter(filter.name)?, filter.sort.unwrap_or_default());
    let templates = ops::templates::list(&state, caller.who(), workspace, name, sort, page).await?;
    Ok(Json(Paged::new(templates, &state.address_of(&request))))
}
