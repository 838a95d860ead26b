//! `POST /vapor/signed-storage-url`

use actix_web::post;
use actix_web::web::Json;
use domain::id::UploadId;
use domain::name::Name;
use domain::upload::UploadKey;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::error::ApiError;
use crate::extract::ability::AnyToken;
use crate::extract::{Caller, JsonBody, State};
use crate::ops;
use crate::ops::uploads::{Announcement, ContentType};

/// A file that is to be uploaded.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct CreateUploadUrl {
    /// The file's type; `application/octet-stream` where it is left out. The type that counts is found in the bytes.
    #[schema(value_type = Option<String>, max_length = 255, pattern = r"^[ -~]*/[ -~]*$", example = "application/pdf")]
    content_type: Option<ContentType>,
    /// Taken and of no effect: every file is private.
    #[expect(dead_code, reason = "part of the contract; nothing depends on it")]
    visibility: Option<String>,
    /// The name the document shall have.
    #[schema(example = "invoice.pdf")]
    filename: Option<Name>,
}

/// Where to send a file.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct UploadUrl {
    /// The upload's id.
    uuid: UploadId,
    /// Names the uploaded file in later requests. Only the user who asked for it can use it.
    #[schema(value_type = String, example = "tmp/0198c0de-7e57-7000-8000-000000000001")]
    key: UploadKey,
    /// Where to PUT the bytes, within five minutes, without an `Authorization` header.
    url: String,
    /// Headers to send along.
    headers: IndexMap<String, String>,
}

/// Ask for an upload address
///
/// Then PUT the file's bytes to `url`, with `headers`, and name the file by `key` in what follows.
#[utoipa::path(
    tag = "Uploads",
    security(("bearer" = [])),
    request_body = Option<CreateUploadUrl>,
    responses((status = 200, description = "Where to send the file.", body = UploadUrl)),
)]
#[post("/vapor/signed-storage-url")]
pub(super) async fn create_upload_url(
    caller: Caller<AnyToken>,
    state: State,
    JsonBody(body): JsonBody<CreateUploadUrl>,
) -> Result<Json<UploadUrl>, ApiError> {
    let content_type = body.content_type.unwrap_or_default();
    let announced = ops::uploads::announce(&state, caller.who(), content_type, body.filename).await?;
    Ok(Json(UploadUrl::from(announced)))
}

impl From<Announcement> for UploadUrl {
    fn from(announced: Announcement) -> Self {
        let Announcement { upload, url, headers } = announced;
        Self {
            uuid: upload,
            key: UploadKey(upload),
            url,
            headers,
        }
    }
}
