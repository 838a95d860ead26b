//! `GET /extractions/documents/{documentId}/pages`, and the picture of one

use actix_web::web::Json;
use actix_web::{HttpResponse, get};
use domain::id::DocumentId;

use crate::error::{ApiError, ErrorBody};
use crate::extract::ability::SessionsRead;
use crate::extract::{Caller, IfNoneMatch, PageNumber, PathId, PathIds, PictureAsked, PictureParams, State};
use crate::ops;
use crate::ops::documents::PictureWanted;
use crate::wire::{Data, PageBody, PagePicture, send_picture, unchanged_picture};

/// List the pages of a document
///
/// Those of its newest reading, with their size and the number of words on them. A document that is not read yet, or could
/// not be read, has no such list: 409.
#[utoipa::path(
    tag = "Documents",
    security(("bearer" = [SessionsRead::NAME])),
    params(("documentId" = DocumentId, Path, description = "The document.")),
    responses(
        (status = 200, description = "The pages, in order.", body = Data<PageBody>),
        (status = 409, description = "The document is not read yet, or could not be read.", body = ErrorBody),
    ),
)]
#[get("/extractions/documents/{documentId}/pages")]
pub(super) async fn list_document_pages(
    caller: Caller<SessionsRead>,
    state: State,
    PathId(document): PathId<DocumentId>,
) -> Result<Json<Data<PageBody>>, ApiError> {
    let pages = ops::documents::pages(&state, caller.who(), document).await?;
    let data = pages.into_iter().map(PageBody::from).collect();
    Ok(Json(Data { data }))
}

/// Get the picture of a page
///
/// As it is seen, on white. A place on it is the same fraction of the page as in the `bbox` of a source. PNG, or WebP where
/// `Accept` names that. Drawn when it is first asked for; the `ETag` stays the same as long as the picture does.
#[utoipa::path(
    tag = "Documents",
    security(("bearer" = [SessionsRead::NAME])),
    params(
        ("documentId" = DocumentId, Path, description = "The document."),
        ("pageNumber" = u32, Path, description = "The page, from 1.", minimum = 1),
        PictureParams,
    ),
    responses(
        (status = 200, description = "The picture.",
            content((PagePicture = "image/png"), (PagePicture = "image/webp")),
            headers(("ETag" = String, description = "Names the picture."))),
        (status = 304, description = "The picture is the one that `If-None-Match` names."),
        (status = 409, description = "The document is not read yet, or could not be read.", body = ErrorBody),
        (status = 422, description = "The page cannot be shown: files of this kind have no layout, or the document is \
            locked.", body = ErrorBody),
    ),
)]
#[get("/extractions/documents/{documentId}/pages/{pageNumber}")]
pub(super) async fn get_page_picture(
    caller: Caller<SessionsRead>,
    state: State,
    PathIds(document, PageNumber(page)): PathIds<DocumentId, PageNumber>,
    asked: PictureAsked,
    known: IfNoneMatch,
) -> Result<HttpResponse, ApiError> {
    let PictureAsked { width, form } = asked;
    let wanted = PictureWanted { page, width, form };
    let document = ops::documents::find_page(&state, caller.who(), document, page).await?;
    let revision = ops::documents::revision_of(&document, wanted);
    if known.holds(&revision) {
        return Ok(unchanged_picture(&revision));
    }
    let picture = ops::documents::picture(&state, &document, wanted).await?;
    Ok(send_picture(form, &revision, picture))
}
