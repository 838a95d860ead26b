//! Addresses by which anybody who has them may read a document for a while, and what they are good for.

use std::ops::Range;
use std::time::Duration;

use bytes::Bytes;
use domain::document::Document;
use domain::id::{DocumentId, WorkspaceId};
use domain::time::Timestamp;
use storage::blobs::{AnswerHeaders, BlobError, BlobKey, BlobReader};

use crate::attachment::attachment;
use crate::error::ApiError;
use crate::extract::Requester;
use crate::signing::{Grant, SignatureError, SignedQuery};
use crate::state::AppState;

/// How long an address is good.
const LIFETIME: Duration = Duration::from_mins(10);

/// Where the server sends documents itself.
const ROUTE: &str = "/vapor/documents";

/// An address that is good for a while.
#[derive(Debug)]
pub struct DownloadAddress {
    /// Where the bytes are.
    pub url: String,
    /// Until when.
    pub expires_at: Timestamp,
}

/// The address of a document of the caller's.
pub async fn address(state: &AppState, who: &Requester, id: DocumentId) -> Result<DownloadAddress, ApiError> {
    let document = find(state, who, id).await?;
    sign(state, &document).await
}

/// The address of a document of that workspace.
pub async fn address_in(
    state: &AppState,
    who: &Requester,
    workspace: WorkspaceId,
    id: DocumentId,
) -> Result<DownloadAddress, ApiError> {
    who.may_in(workspace, "workspace")?;
    let document = find(state, who, id).await?;
    if document.workspace_id != workspace {
        return Err(ApiError::NotFound("document"));
    }
    sign(state, &document).await
}

async fn find(state: &AppState, who: &Requester, id: DocumentId) -> Result<Document, ApiError> {
    let scope = who.scope().clone();
    let found = state
        .db
        .read(move |conn| storage::documents::find(conn, &scope, id))
        .await?;
    found.ok_or(ApiError::NotFound("document"))
}

async fn sign(state: &AppState, document: &Document) -> Result<DownloadAddress, ApiError> {
    let expires_at = state.now().plus(LIFETIME);
    let disposition = attachment(&document.filename).to_string();
    let headers = AnswerHeaders {
        content_type: &document.mime,
        content_disposition: &disposition,
    };
    let direct = state.blobs.get_url(&key_of(document), LIFETIME, headers).await?;
    let url = direct.map_or_else(|| own_address(state, document.id, expires_at), String::from);
    Ok(DownloadAddress { url, expires_at })
}

fn own_address(state: &AppState, id: DocumentId, expires_at: Timestamp) -> String {
    let SignedQuery { expires, signature } = state.signer.sign(get_of(&object_of(id)), expires_at);
    let path = format!("{ROUTE}/{id}?expires={expires}&signature={signature}");
    state.address(&path).into()
}

/// What the signature is about. No upload's key begins so.
fn object_of(id: DocumentId) -> String {
    format!("documents/{id}")
}

fn get_of(object: &str) -> Grant<'_> {
    Grant {
        method: "GET",
        object,
    }
}

fn key_of(document: &Document) -> BlobKey {
    BlobKey::document(document.workspace_id, document.sha256)
}

/// The document, where the address that was called permits to read it now.
pub async fn find_permitted(
    state: &AppState,
    id: DocumentId,
    query: &SignedQuery,
) -> Result<Document, ApiError> {
    let verified = state.signer.verify(get_of(&object_of(id)), query, state.now());
    verified.map_err(|error| match error {
        SignatureError::Invalid => ApiError::DownloadUrlInvalid,
        SignatureError::Expired => ApiError::DownloadUrlExpired,
    })?;
    let found = state
        .db
        .read_one(move |conn| storage::documents::find_signed(conn, id))
        .await?;
    found.ok_or(ApiError::NotFound("document"))
}

/// The bytes of a document, or a range of them, as they are read. They go after the row: where they are gone, somebody
/// deletes the document at this moment.
pub async fn open(
    state: &AppState,
    document: &Document,
    range: Option<Range<u64>>,
) -> Result<BlobReader, ApiError> {
    let opened = state.blobs.get_stream(&key_of(document), range).await;
    opened.map_err(|error| match error {
        BlobError::NotFound => ApiError::NotFound("document"),
        error => error.into(),
    })
}

/// All bytes of a document.
pub async fn open_whole(state: &AppState, document: &Document) -> Result<Bytes, ApiError> {
    let read = state.blobs.get(&key_of(document)).await;
    read.map_err(|error| match error {
        BlobError::NotFound => ApiError::NotFound("document"),
        error => error.into(),
    })
}
