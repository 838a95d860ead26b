//! `GET /extractions/documents/{documentId}/chunks`

use actix_web::http::header::LINK;
use actix_web::{HttpRequest, HttpResponse, get};
use domain::id::DocumentId;
use futures_util::{StreamExt, TryStreamExt};

use crate::error::{ApiError, ErrorBody};
use crate::extract::ability::SessionsRead;
use crate::extract::{Caller, PartPaging, PartParams, PathId, State};
use crate::ops;
use crate::wire::{ChunkBody, Paged, streamed_list};

/// List the chunks of a document
///
/// The text of its newest reading, mostly a chunk a page. All of them, written while they are sent; where that breaks off,
/// the connection is closed before its end. With `page` or `per_page`, one page of them, and a `Link` header that leads to
/// the others.
///
/// A document that is not read yet, or could not be read, has no such list: 409.
#[utoipa::path(
    tag = "Documents",
    security(("bearer" = [SessionsRead::NAME])),
    params(("documentId" = DocumentId, Path, description = "The document."), PartParams),
    responses(
        (status = 200, description = "The chunks, in the order of the document.", body = Vec<ChunkBody>,
            headers(("Link" = Option<String>,
                description = "Where one page was asked for: `<...?page=2&per_page=15>; rel=\"next\"` and so on."))),
        (status = 409, description = "The document is not read yet, or could not be read.", body = ErrorBody),
    ),
)]
#[get("/extractions/documents/{documentId}/chunks")]
pub(super) async fn list_document_chunks(
    caller: Caller<SessionsRead>,
    state: State,
    PathId(document): PathId<DocumentId>,
    PartPaging(part): PartPaging,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let Some(page) = part else {
        let chunks = ops::documents::all_chunks(&state, caller.who(), document).await?;
        let bodies = chunks.map_ok(|chunks| chunks.into_iter().map(ChunkBody::from).collect::<Vec<_>>());
        return Ok(streamed_list(bodies.boxed()));
    };
    let chunks = ops::documents::chunks(&state, caller.who(), document, page).await?;
    let Paged { data, links, .. } = Paged::new(chunks.map(ChunkBody::from), &state.address_of(&request));
    Ok(HttpResponse::Ok()
        .insert_header((LINK, links.header()))
        .json(data))
}
