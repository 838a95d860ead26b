//! Examples of `/vapor`.

use serde_json::json;

use super::announce::{CreateUploadUrl, UploadUrl};
use crate::error::ApiError;
use crate::openapi::examples::{Examples, story};

pub(in crate::routes) fn examples() -> Vec<Examples> {
    vec![
        Examples::of("create_upload_url")
            .takes::<CreateUploadUrl>(
                json!({ "content_type": "application/pdf", "filename": story::FILENAME }),
            )
            .gives(200, UploadUrl::from(story::announcement())),
        Examples::of("receive_upload")
            .fails(ApiError::UploadUrlInvalid)
            .fails(ApiError::UploadUrlExpired)
            .fails(ApiError::UploadComplete)
            .fails(ApiError::TooLarge {
                what: "file",
                limit: 100_000_000,
            })
            .fails(ApiError::field("body", "the file is empty")),
    ]
}
