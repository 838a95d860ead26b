//! Examples of `/extractions/documents`, and of the documents of a workspace.

use domain::document::DocumentStatus;
use serde_json::json;

use super::create::{CreateWorkspaceDocument, CreatedDocument};
use super::url::DocumentUrl;
use crate::error::ApiError;
use crate::openapi::examples::{Examples, story};
use crate::ops::documents::{Created, NOT_READ};
use crate::wire::{Data, PageBody};

pub(in crate::routes) fn examples() -> Vec<Examples> {
    let list = story::growing("/workspaces/1/documents", story::document());
    let made = json!({ "key": story::upload_key(), "filename": story::FILENAME });
    let created = |status, is_reused| {
        let read = story::read_document(status);
        CreatedDocument::new(Created { read, is_reused }, None)
    };
    let url = || DocumentUrl::from(story::download_address());
    vec![
        Examples::of("create_workspace_document")
            .takes::<CreateWorkspaceDocument>(made)
            .gives(201, created(DocumentStatus::Queued, false))
            .gives(200, created(DocumentStatus::Processed, true)),
        Examples::of("list_workspace_documents").gives(200, list),
        Examples::of("get_document").gives(200, story::document()),
        Examples::of("list_document_chunks")
            .gives(200, vec![story::chunk()])
            .fails(ApiError::Conflict(NOT_READ)),
        Examples::of("list_document_pages")
            .gives(
                200,
                Data {
                    data: vec![PageBody::from(story::page_facts())],
                },
            )
            .fails(ApiError::Conflict(NOT_READ)),
        Examples::of("get_page_picture")
            .fails(ApiError::NotFound("page"))
            .fails(ApiError::Conflict(NOT_READ))
            .fails(ApiError::NotDrawn(parsing::ParseError::NotDrawn.to_string())),
        Examples::of("get_workspace_document_url").gives(200, url()),
        Examples::of("get_document_url").gives(200, url()),
        Examples::of("download_document")
            .fails(ApiError::DownloadUrlInvalid)
            .fails(ApiError::DownloadUrlExpired)
            .fails(ApiError::NotFound("document"))
            .fails(ApiError::RangeNotSatisfiable { size: 3224 }),
    ]
}
