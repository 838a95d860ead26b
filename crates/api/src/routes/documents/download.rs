//! `GET /vapor/documents/{documentId}`

use actix_web::{HttpResponse, get};
use domain::id::DocumentId;

use crate::error::{ApiError, ErrorBody};
use crate::extract::{IfNoneMatch, PathId, Permission, Query, State, WantedBytes};
use crate::ops;
use crate::wire::{DocumentFile, send_file, unchanged};

/// Download a document
///
/// From an address that was asked for. The address itself is the permission: no `Authorization` header is needed. Where
/// the server keeps its files in a bucket, addresses are those of the bucket, and not of this kind.
///
/// The bytes are those that were uploaded, as an attachment under the document's name. A `Range` of bytes is taken; the
/// `ETag` is the document's `sha256`.
#[utoipa::path(
    tag = "Documents",
    params(("documentId" = DocumentId, Path, description = "The document."), Permission),
    responses(
        (status = 200, description = "The bytes of the file, of the document's type.", body = DocumentFile,
            content_type = "*/*",
            headers(
                ("Content-Disposition" = String, description = "`attachment; filename=\"invoice.pdf\"`"),
                ("ETag" = String, description = "The document's `sha256`."),
            )),
        (status = 206, description = "The range of bytes that was asked for.", body = DocumentFile,
            content_type = "*/*",
            headers(("Content-Range" = String, description = "`bytes 0-99/1000`"))),
        (status = 304, description = "The file is the one that `If-None-Match` names."),
        (status = 403, description = "The address was changed or has expired.", body = ErrorBody),
        (status = 404, description = "The document was deleted.", body = ErrorBody),
        (status = 416, description = "The file has no bytes in the range that was asked for.", body = ErrorBody),
    ),
)]
#[get("/vapor/documents/{documentId}")]
pub(super) async fn download_document(
    state: State,
    document: Result<PathId<DocumentId>, ApiError>,
    Query(permission): Query<Permission>,
    known: IfNoneMatch,
    wanted: WantedBytes,
) -> Result<HttpResponse, ApiError> {
    let PathId(id) = document.map_err(|_unknown: ApiError| ApiError::DownloadUrlInvalid)?;
    let permission = permission.whole().ok_or(ApiError::DownloadUrlInvalid)?;
    let document = ops::documents::find_permitted(&state, id, &permission).await?;
    let revision = document.sha256.to_string();
    if known.holds(&revision) {
        return Ok(unchanged(&document));
    }
    let range = wanted.within(document.size, &revision)?;
    let bytes = ops::documents::open(&state, &document, range.clone()).await?;
    Ok(send_file(&document, range, bytes))
}
