//! `PUT /vapor/uploads/{uploadId}`

use actix_web::{HttpRequest, HttpResponse, put, web};
use domain::id::UploadId;

use crate::error::ApiError;
use crate::extract::{PathId, Permission, Query, State, announced_length};
use crate::ops;

/// The bytes of a file, for the document of the API.
#[derive(Debug, utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
pub(super) struct FileBytes(#[expect(dead_code, reason = "only its schema is used")] Vec<u8>);

/// Send the bytes of a file
///
/// To an address that was asked for. The address itself is the permission: no `Authorization` header is needed.
#[utoipa::path(
    tag = "Uploads",
    params(("uploadId" = UploadId, Path, description = "The upload."), Permission),
    request_body(content = FileBytes, content_type = "application/octet-stream", description = "The file's bytes."),
    responses(
        (status = 200, description = "The file is here."),
        (status = 403, description = "The address was changed or has expired.", body = crate::error::ErrorBody),
        (status = 409, description = "The file was received before.", body = crate::error::ErrorBody),
        (status = 413, description = "The file is larger than the limit that the message names.",
            body = crate::error::ErrorBody),
        (status = 422, description = "The file is empty.", body = crate::error::ErrorBody),
    ),
)]
#[put("/vapor/uploads/{uploadId}")]
pub(super) async fn receive_upload(
    state: State,
    upload: Result<PathId<UploadId>, ApiError>,
    Query(permission): Query<Permission>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let PathId(upload) = upload.map_err(|_unknown: ApiError| ApiError::UploadUrlInvalid)?;
    let permission = permission.whole().ok_or(ApiError::UploadUrlInvalid)?;
    ops::uploads::check_permission(&state, upload, &permission)?;
    ops::uploads::receive(&state, upload, announced_length(request.headers()), payload).await?;
    Ok(HttpResponse::Ok().finish())
}
