//! Bytes that come in.

use actix_web::web::Payload;
use bytes::Bytes;
use domain::id::{UploadBlobId, UploadId};
use domain::password::DocumentPassword;
use domain::upload::{Upload, UploadKey};
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use storage::Source;
use storage::blobs::BlobKey;
use tokio::sync::mpsc;

use super::{ContentType, Named, insert, larger_than};
use crate::error::ApiError;
use crate::extract::{FileField, Requester, unreadable};
use crate::state::AppState;

/// Pieces under way between the connection and the store.
const PIECES: usize = 4;

/// Takes in the bytes of an announced upload, once.
pub async fn receive(
    state: &AppState,
    id: UploadId,
    announced_length: Option<u64>,
    payload: Payload,
) -> Result<(), ApiError> {
    let upload = state
        .db
        .read(move |conn| storage::uploads::find_signed(conn, id))
        .await?;
    // One that is gone has become a document.
    let upload = upload
        .filter(|upload| upload.size.is_none())
        .ok_or(ApiError::UploadComplete)?;
    let limit = state.settings.max_upload_bytes;
    if announced_length.is_some_and(|length| length > limit) {
        return Err(ApiError::TooLarge { what: "file", limit });
    }
    let bytes = payload.map_err(|error| ApiError::BodyUnreadable(error.to_string()));
    take_in(state, &upload, "body", bytes).await
}

/// Takes in a file that comes within a request, as an upload that was announced by it.
/// Returns what opens it, too, where that came along.
pub async fn store_file(
    state: &AppState,
    who: &Requester,
    file: FileField,
) -> Result<(Named, Option<DocumentPassword>), ApiError> {
    let FileField {
        filename,
        password,
        bytes,
        form,
    } = file;
    let upload = insert(state, who.user(), ContentType::default().0, filename.clone()).await?;
    let taken = take_in(state, &upload, "file", bytes.map_err(unreadable)).await;
    taken.map_err(|error| match error {
        // A mistake in a field of the form, like every other.
        ApiError::TooLarge { limit, .. } => ApiError::field("file", larger_than(limit)),
        error => error,
    })?;
    let password = match password {
        Some(password) => Some(password),
        None => FileField::password_behind(form).await?,
    };
    let named = Named::one("file", UploadKey(upload.id).to_string(), filename);
    Ok((named, password))
}

/// Streams bytes to the store and writes down that they are whole. Nothing stays of an empty file. Of two that send at
/// once each writes to a place of its own, and the first to be whole is the one whose bytes are taken.
async fn take_in(
    state: &AppState,
    upload: &Upload,
    field: &str,
    bytes: impl Stream<Item = Result<Bytes, ApiError>> + Unpin,
) -> Result<(), ApiError> {
    let (id, blob) = (upload.id, UploadBlobId::generate());
    let key = BlobKey::received(id, blob);
    let size = store(state, &key, bytes).await?;
    if size == 0 {
        state.blobs.delete(&key).await?;
        return Err(ApiError::field(field, "the file is empty"));
    }
    let is_taken = state
        .db
        .write(move |conn| storage::uploads::mark_received(conn, id, blob, size))
        .await?;
    if !is_taken {
        state.blobs.delete(&key).await?;
        return Err(ApiError::UploadComplete);
    }
    Ok(())
}

/// The connection belongs to this thread, the store may write from any: a channel lies between them. The sender's own
/// failure is the one to report, for the store only sees that the bytes broke off.
async fn store(
    state: &AppState,
    key: &BlobKey,
    mut bytes: impl Stream<Item = Result<Bytes, ApiError>> + Unpin,
) -> Result<u64, ApiError> {
    let (sender, mut receiver) = mpsc::channel::<Result<Bytes, Source>>(PIECES);
    let feed = async move {
        while let Some(piece) = bytes.next().await {
            let (piece, failure) = match piece {
                Ok(piece) => (Ok(piece), None),
                Err(error) => (Err(Source::from("the sender broke off")), Some(error)),
            };
            // The store takes no more: too much came, or it failed, and it says so itself.
            let is_refused = sender.send(piece).await.is_err();
            if failure.is_some() || is_refused {
                return failure;
            }
        }
        None
    };
    let pieces = stream::poll_fn(move |context| receiver.poll_recv(context));
    let limit = state.settings.max_upload_bytes;
    let (failure, stored) = tokio::join!(feed, state.blobs.put_stream(key, pieces, limit));
    match failure {
        Some(error) => Err(error),
        None => Ok(stored?),
    }
}
