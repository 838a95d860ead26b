//! `GET /workspaces/{workspaceId}/documents/{documentId}/url` and `GET /extractions/documents/{documentId}/url`

use actix_web::get;
use actix_web::web::Json;
use domain::id::{DocumentId, WorkspaceId};
use domain::time::Timestamp;
use serde::Serialize;

use crate::error::ApiError;
use crate::extract::ability::{DocumentsRead, SessionsRead, WorkspacesRead};
use crate::extract::{Caller, PathId, PathIds, State};
use crate::ops;
use crate::ops::documents::DownloadAddress;

/// Where a document's bytes can be read.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct DocumentUrl {
    /// The address: GET it without an `Authorization` header. Whoever has it may read the document, for ten minutes.
    url: String,
    /// Until when it is good.
    expires_at: Timestamp,
}

/// Ask for the address of a document's bytes
///
/// It is good for ten minutes, for everybody who has it. The token needs both abilities.
#[utoipa::path(
    tag = "Documents",
    security(("bearer" = [WorkspacesRead::NAME, DocumentsRead::NAME])),
    params(
        ("workspaceId" = WorkspaceId, Path, description = "The workspace."),
        ("documentId" = DocumentId, Path, description = "A document of the workspace."),
    ),
    responses((status = 200, description = "The address.", body = DocumentUrl)),
)]
#[get("/workspaces/{workspaceId}/documents/{documentId}/url")]
pub(super) async fn get_workspace_document_url(
    caller: Caller<(WorkspacesRead, DocumentsRead)>,
    state: State,
    PathIds(workspace, document): PathIds<WorkspaceId, DocumentId>,
) -> Result<Json<DocumentUrl>, ApiError> {
    let address = ops::documents::address_in(&state, caller.who(), workspace, document).await?;
    Ok(Json(DocumentUrl::from(address)))
}

/// Ask for the address of a document's bytes (older address)
///
/// It is good for ten minutes, for everybody who has it.
#[utoipa::path(
    tag = "Documents",
    security(("bearer" = [SessionsRead::NAME])),
    params(("documentId" = DocumentId, Path, description = "The document.")),
    responses((status = 200, description = "The address.", body = DocumentUrl)),
)]
#[get("/extractions/documents/{documentId}/url")]
pub(super) async fn get_document_url(
    caller: Caller<SessionsRead>,
    state: State,
    PathId(document): PathId<DocumentId>,
) -> Result<Json<DocumentUrl>, ApiError> {
    let address = ops::documents::address(&state, caller.who(), document).await?;
    Ok(Json(DocumentUrl::from(address)))
}

impl From<DownloadAddress> for DocumentUrl {
    fn from(address: DownloadAddress) -> Self {
        let DownloadAddress { url, expires_at } = address;
        Self { url, expires_at }
    }
}
