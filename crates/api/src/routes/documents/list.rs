//! `GET /workspaces/{workspaceId}/documents`

use actix_web::get;
use actix_web::web::Json;
use domain::document::DocumentStatus;
use domain::id::WorkspaceId;

use crate::error::ApiError;
use crate::extract::ability::DocumentsRead;
use crate::extract::{Caller, ListParams, Listing, PathId, State};
use crate::ops;
use crate::wire::{DocumentBody, Growing};

/// List the documents of a workspace
///
/// Each with its parsings. The list can be read page by page, or from cursor to cursor: then it costs the same however
/// far one has come, and nothing is shown twice or left out when documents come meanwhile.
#[utoipa::path(
    tag = "Documents",
    security(("bearer" = [DocumentsRead::NAME])),
    params(
        ("workspaceId" = WorkspaceId, Path, description = "The workspace."),
        ListParams,
        ("status" = Option<DocumentStatus>, Query, description = "Only documents of that status."),
    ),
    responses((status = 200, description = "A part of the list, the newest first where no order is asked for.",
        body = Growing<DocumentBody>)),
)]
#[get("/workspaces/{workspaceId}/documents")]
pub(super) async fn list_workspace_documents(
    caller: Caller<DocumentsRead>,
    state: State,
    PathId(workspace): PathId<WorkspaceId>,
    listing: Listing<DocumentStatus>,
) -> Result<Json<Growing<DocumentBody>>, ApiError> {
    let request = listing.request.clone();
    let documents = ops::documents::list(&state, caller.who(), workspace, request).await?;
    Ok(Json(Growing::new(documents.map(DocumentBody::from), &listing)))
}
