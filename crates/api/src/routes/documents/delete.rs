//! `DELETE /extractions/documents/{documentId}`

use actix_web::{HttpResponse, delete};
use domain::id::DocumentId;

use crate::error::ApiError;
use crate::extract::ability::SessionsWrite;
use crate::extract::{Caller, PathId, State};
use crate::ops;

/// Delete a document
///
/// What was read out of it goes with it, and it is attached to no session any more; its bytes are deleted some hours later.
/// Results that were made from it stay as they are. Runs that are under way go on with their other documents and list it
/// among their warnings; where there are no others, they fail. The same file uploaded again is a new document.
#[utoipa::path(
    tag = "Documents",
    security(("bearer" = [SessionsWrite::NAME])),
    params(("documentId" = DocumentId, Path, description = "The document.")),
    responses((status = 204, description = "It is gone.")),
)]
#[delete("/extractions/documents/{documentId}")]
pub(super) async fn delete_document(
    caller: Caller<SessionsWrite>,
    state: State,
    PathId(document): PathId<DocumentId>,
) -> Result<HttpResponse, ApiError> {
    ops::documents::delete(&state, caller.who(), document).await?;
    Ok(HttpResponse::NoContent().finish())
}
