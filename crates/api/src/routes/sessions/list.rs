//! `GET /workspaces/{workspaceId}/extractions/sessions` and `GET /extractions/templates/{templateId}/sessions`

use actix_web::get;
use actix_web::web::Json;
use domain::id::{TemplateId, WorkspaceId};
use domain::session::{Session, SessionStatus};

use crate::error::ApiError;
use crate::extract::ability::SessionsRead;
use crate::extract::{Caller, ListParams, Listing, PathId, State};
use crate::ops;
use crate::wire::Growing;

/// List the sessions of a workspace
///
/// Without their documents and results. The list can be read page by page, or from cursor to cursor: then it costs the
/// same however far one has come, and nothing is shown twice or left out when sessions are made meanwhile.
#[utoipa::path(
    tag = "Sessions",
    security(("bearer" = [SessionsRead::NAME])),
    params(
        ("workspaceId" = WorkspaceId, Path, description = "The workspace."),
        ListParams,
        ("status" = Option<SessionStatus>, Query, description = "Only sessions of that status."),
    ),
    responses((status = 200, description = "A part of the list, the newest first where no order is asked for.",
        body = Growing<Session>)),
)]
#[get("/workspaces/{workspaceId}/extractions/sessions")]
pub(super) async fn list_workspace_sessions(
    caller: Caller<SessionsRead>,
    state: State,
    PathId(workspace): PathId<WorkspaceId>,
    listing: Listing<SessionStatus>,
) -> Result<Json<Growing<Session>>, ApiError> {
    let request = listing.request.clone();
    let sessions = ops::sessions::list(&state, caller.who(), workspace, request).await?;
    Ok(Json(Growing::new(sessions, &listing)))
}

/// List the sessions of a template
///
/// Without their documents and results; page by page or from cursor to cursor, as those of a workspace.
#[utoipa::path(
    tag = "Sessions",
    security(("bearer" = [SessionsRead::NAME])),
    params(
        ("templateId" = TemplateId, Path, description = "The template."),
        ListParams,
        ("status" = Option<SessionStatus>, Query, description = "Only sessions of that status."),
    ),
    responses((status = 200, description = "A part of the list, the newest first where no order is asked for.",
        body = Growing<Session>)),
)]
#[get("/extractions/templates/{templateId}/sessions")]
pub(super) async fn list_template_sessions(
    caller: Caller<SessionsRead>,
    state: State,
    PathId(template): PathId<TemplateId>,
    listing: Listing<SessionStatus>,
) -> Result<Json<Growing<Session>>, ApiError> {
    let request = listing.request.clone();
    let sessions = ops::sessions::list_of_template(&state, caller.who(), template, request).await?;
    Ok(Json(Growing::new(sessions, &listing)))
}
