//! `GET /extractions/documents/{documentId}/chunks`

use actix_web::get;
use actix_web::web::Json;
use domain::id::DocumentId;

use crate::error::ApiError;
use crate::extract::ability::SessionsRead;
use crate::extract::{Caller, PathId, State};
use crate::ops;
use crate::wire::ChunkBody;

/// List the chunks of a document
///
/// The text of its newest reading, mostly a chunk a page. Empty until the document is read.
#[utoipa::path(
    tag = "Documents",
    security(("bearer" = [SessionsRead::NAME])),
    params(("documentId" = DocumentId, Path, description = "The document.")),
    responses((status = 200, description = "The chunks, in the order of the document.", body = Vec<ChunkBody>)),
)]
#[get("/extractions/documents/{documentId}/chunks")]
pub(super) async fn list_document_chunks(
    caller: Caller<SessionsRead>,
    state: State,
    PathId(document): PathId<DocumentId>,
) -> Result<Json<Vec<ChunkBody>>, ApiError> {
    let chunks = ops::documents::chunks(&state, caller.who(), document).await?;
    Ok(Json(
        chunks
            .into_iter()
            .map(|(id, chunk)| ChunkBody::new(id, document, chunk))
            .collect(),
    ))
}
