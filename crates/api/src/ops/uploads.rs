//! Uploads: addresses that are asked for, bytes that come in, keys that are named in requests.

mod receive;

use std::time::Duration;

use domain::id::{UploadId, UserId};
use domain::name::Name;
use domain::upload::{Upload, UploadKey};
use indexmap::IndexMap;
use serde::Deserialize;
use storage::AnyConnection;
use storage::blobs::BlobKey;
use storage::uploads::NewUpload;

use crate::error::{ApiError, FieldErrors};
use crate::extract::Requester;
use crate::signing::{Grant, SignatureError, SignedQuery};
use crate::state::AppState;

pub use receive::{receive, store_file};

/// How long an upload address is good.
const LIFETIME: Duration = Duration::from_mins(5);

/// Where the server takes uploads itself.
const ROUTE: &str = "/vapor/uploads";

/// A type as it was announced. What counts is found in the bytes.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct ContentType(String);

/// The text is no media type.
#[derive(Debug, thiserror::Error)]
#[error("must be a media type such as application/pdf")]
pub struct ContentTypeError;

impl Default for ContentType {
    fn default() -> Self {
        Self("application/octet-stream".to_owned())
    }
}

impl TryFrom<String> for ContentType {
    type Error = ContentTypeError;

    fn try_from(text: String) -> Result<Self, ContentTypeError> {
        let is_visible = text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
        if text.len() <= 255 && is_visible && text.contains('/') {
            Ok(Self(text))
        } else {
            Err(ContentTypeError)
        }
    }
}

/// An upload that was announced, and how to send it.
#[derive(Debug)]
pub struct Announcement {
    /// The upload.
    pub upload: UploadId,
    /// Where to PUT the bytes.
    pub url: String,
    /// Headers to send along.
    pub headers: IndexMap<String, String>,
}

/// Announces an upload.
pub async fn announce(
    state: &AppState,
    who: &Requester,
    content_type: ContentType,
    filename: Option<Name>,
) -> Result<Announcement, ApiError> {
    let upload = insert(state, who.user(), content_type.0.clone(), filename).await?;
    let headers = IndexMap::from([("Content-Type".to_owned(), content_type.0)]);
    let direct = state.blobs.put_url(&BlobKey::upload(upload.id), LIFETIME).await?;
    let url = direct.map_or_else(|| signed_address(state, &upload), String::from);
    Ok(Announcement {
        upload: upload.id,
        url,
        headers,
    })
}

async fn insert(
    state: &AppState,
    user_id: UserId,
    content_type: String,
    filename: Option<Name>,
) -> Result<Upload, ApiError> {
    let now = state.now();
    let new = NewUpload {
        user_id,
        filename,
        content_type,
        expires_at: now.plus(LIFETIME),
    };
    Ok(state
        .db
        .write(move |conn| storage::uploads::insert(conn, new, now))
        .await?)
}

fn signed_address(state: &AppState, upload: &Upload) -> String {
    let key = UploadKey(upload.id).to_string();
    let SignedQuery { expires, signature } = state.signer.sign(put_of(&key), upload.expires_at);
    let path = format!("{ROUTE}/{}?expires={expires}&signature={signature}", upload.id);
    state.address(&path).into()
}

fn put_of(key: &str) -> Grant<'_> {
    Grant {
        method: "PUT",
        object: key,
    }
}

/// Whether the address that was called permits to send these bytes now.
pub fn check_permission(state: &AppState, upload: UploadId, query: &SignedQuery) -> Result<(), ApiError> {
    let key = UploadKey(upload).to_string();
    state
        .signer
        .verify(put_of(&key), query, state.now())
        .map_err(|error| match error {
            SignatureError::Invalid => ApiError::UploadUrlInvalid,
            SignatureError::Expired => ApiError::UploadUrlExpired,
        })
}

/// A file that a request names by its key.
#[derive(Debug, Clone)]
pub struct Named {
    /// Where the key stands in the request: `keys.3`.
    pub path: String,
    /// The key as it was sent.
    pub key: String,
    /// The name the document shall have.
    pub filename: Option<Name>,
}

impl Named {
    /// A single file.
    pub fn one(member: &str, key: String, filename: Option<Name>) -> Self {
        Self {
            path: member.to_owned(),
            key,
            filename,
        }
    }

    /// A list of files.
    pub fn list(member: &str, keys: Vec<String>) -> Vec<Self> {
        let keys = keys.into_iter().enumerate();
        keys.map(|(index, key)| Self::one(&format!("{member}.{index}"), key, None))
            .collect()
    }
}

/// A file that a request names, found to be the caller's.
#[derive(Debug, Clone)]
pub struct Found {
    /// As it was named.
    pub named: Named,
    /// The upload.
    pub upload: Upload,
}

/// Finds the uploads of the named files. Every key that is bad is one entry of the error.
pub fn find_all(
    conn: &mut AnyConnection,
    user: UserId,
    files: Vec<Named>,
    errors: &mut FieldErrors,
) -> Result<Vec<Found>, storage::Error> {
    let mut found: Vec<Found> = Vec::with_capacity(files.len());
    for named in files {
        let upload = match named.key.parse::<UploadKey>() {
            Ok(UploadKey(id)) => storage::uploads::find_for_user(conn, user, id)?,
            Err(_not_a_key) => None,
        };
        match upload {
            None => errors.add(named.path, unknown_key(&named.key)),
            Some(upload) if found.iter().any(|other| other.upload.id == upload.id) => {
                errors.add(named.path, "the file is named twice");
            }
            Some(upload) => found.push(Found { named, upload }),
        }
    }
    Ok(found)
}

/// Cut, because it is the client's to choose.
pub(super) fn unknown_key(key: &str) -> String {
    let shown: String = key.chars().take(64).collect();
    format!("no file was uploaded with the key {shown:?}")
}

/// What is wrong with a file that is too large.
pub(super) fn larger_than(limit: u64) -> String {
    format!("the file is larger than the limit of {limit} bytes")
}

/// Whether the bytes of the files have come, and are not too many. Every file that is bad is one entry of the error.
pub async fn check_received(
    state: &AppState,
    files: &[Found],
    errors: &mut FieldErrors,
) -> Result<(), ApiError> {
    let limit = state.settings.max_upload_bytes;
    for Found { named, upload } in files {
        // A bucket does not tell when bytes have come in.
        let size = match upload.size {
            Some(size) => Some(size),
            None => state.blobs.size(&BlobKey::upload(upload.id)).await?,
        };
        match size {
            None => errors.add(&named.path, unknown_key(&named.key)),
            Some(0) => errors.add(&named.path, "the file is empty"),
            Some(size) if size > limit => {
                errors.add(&named.path, larger_than(limit));
            }
            Some(_) => {}
        }
    }
    Ok(())
}
