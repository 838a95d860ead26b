//! `PUT /vapor/uploads/{uploadId}`

use actix_web::{HttpRequest, HttpResponse, put, web};
use domain::id::UploadId;
use serde::Deserialize;

use crate::error::ApiError;
use crate::extract::{PathId, Query, State, announced_length};
use crate::ops;
use crate::signing::SignedQuery;

/// The permission, as it stands in the address.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct UploadPermission {
    /// Until when, in seconds since 1970-01-01.
    #[param(minimum = 0)]
    expires: Option<i64>,
    /// Signature over method, key and expiry.
    #[param(min_length = 43, max_length = 43, pattern = "^[A-Za-z0-9_-]+$")]
    signature: Option<String>,
}

/// Send the bytes of a file
///
/// To an address that was asked for. The address itself is the permission: no `Authorization` header is needed.
#[utoipa::path(
    tag = "Uploads",
    params(("uploadId" = UploadId, Path, description = "The upload."), UploadPermission),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file's bytes."),
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
    Query(permission): Query<UploadPermission>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let PathId(upload) = upload.map_err(|_unknown: ApiError| ApiError::UploadUrlInvalid)?;
    let UploadPermission {
        expires: Some(expires),
        signature: Some(signature),
    } = permission
    else {
        return Err(ApiError::UploadUrlInvalid);
    };
    ops::uploads::check_permission(&state, upload, &SignedQuery { expires, signature })?;
    ops::uploads::receive(&state, upload, announced_length(request.headers()), payload).await?;
    Ok(HttpResponse::Ok().finish())
}
