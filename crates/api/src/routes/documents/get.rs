//! `GET /extractions/documents/{documentId}`

use actix_web::get;
use actix_web::web::Json;
use domain::id::DocumentId;

use crate::error::ApiError;
use crate::extract::ability::SessionsRead;
use crate::extract::{Caller, PathId, State};
use crate::ops;
use crate::wire::DocumentBody;

/// Get a document
///
/// What is known of the file, and how far its reading is. Its text is in its chunks.
#[utoipa::path(
    tag = "Documents",
    security(("bearer" = [SessionsRead::NAME])),
    params(("documentId" = DocumentId, Path, description = "The document.")),
    responses((status = 200, description = "The document with its parsings.", body = DocumentBody)),
)]
#[get("/extractions/documents/{documentId}")]
pub(super) async fn get_document(
    caller: Caller<SessionsRead>,
    state: State,
    PathId(document): PathId<DocumentId>,
) -> Result<Json<DocumentBody>, ApiError> {
    let document = ops::documents::get(&state, caller.who(), document).await?;
    Ok(Json(DocumentBody::from(document)))
}
