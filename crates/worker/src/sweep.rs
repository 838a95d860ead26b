//! Takes away uploads that nobody made use of, bytes that belong to no upload any more, bytes that were discarded, and
//! answers that were kept long enough for their idempotency keys.

mod discarded;

use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt};
use storage::blobs::{BlobError, BlobKey};
use storage::{AnyConnection, idempotency, uploads};

use crate::context::Context;

/// So long after its address ended the key of an upload is good.
const KEPT: Duration = Duration::from_hours(24);
/// So many at a time.
const BATCH: u32 = 500;

/// The sweeping broke off.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The database refused.
    #[error("cannot use the database")]
    Database(#[from] storage::Error),
    /// The blob store refused.
    #[error("cannot use the blob store")]
    Blobs(#[from] BlobError),
}

/// Forgets the uploads that nobody named in time, but for those that wait for a job, and deletes the bytes of all that
/// are forgotten: these, and what was left by a request that broke off. Deletes what was discarded long enough ago, too.
/// Returns how many blobs were deleted.
pub async fn sweep(context: &Context) -> Result<usize, SweepError> {
    while forget_answers(context).await? {}
    let of_uploads = sweep_uploads(context).await?;
    let of_discarded = discarded::sweep(context).await?;
    Ok(of_uploads + of_discarded)
}

async fn sweep_uploads(context: &Context) -> Result<usize, SweepError> {
    let before = context.now().minus(KEPT);
    while forget(context, before).await? {}
    // An upload is announced before its first byte is written, so that bytes without an upload are nobody's.
    let mut batches = context
        .blobs
        .uploads()
        .try_chunks(usize::try_from(BATCH).unwrap_or(1));
    let mut deleted = 0;
    while let Some(batch) = batches.next().await {
        let batch = batch.map_err(|error| error.1)?;
        let ids: Vec<_> = batch.iter().map(|(id, _)| *id).collect();
        let existing = move |conn: &mut AnyConnection| uploads::existing_of_all_users(conn, &ids);
        let existing = context.db.read(existing).await?;
        let forgotten = batch.into_iter().filter(|(id, _)| !existing.contains(id));
        let keys: Vec<BlobKey> = forgotten.map(|(_, key)| key).collect();
        for key in &keys {
            context.blobs.delete(key).await?;
        }
        deleted += keys.len();
    }
    Ok(deleted)
}

/// Forgets some answers that were kept for idempotency keys; whether there may be more.
async fn forget_answers(context: &Context) -> Result<bool, SweepError> {
    let now = context.now();
    let any = move |conn: &mut AnyConnection| idempotency::any_expired_of_all_tokens(conn, now);
    if !context.db.read(any).await? {
        return Ok(false);
    }
    let forget = move |conn: &mut AnyConnection| idempotency::delete_expired_of_all_tokens(conn, now, BATCH);
    let forgotten = context.db.write(forget).await?;
    Ok(forgotten >= usize::try_from(BATCH).unwrap_or(usize::MAX))
}

/// Forgets some; whether there may be more.
async fn forget(context: &Context, before: domain::time::Timestamp) -> Result<bool, SweepError> {
    // Most looks find nothing: they shall not take SQLite's only writer.
    let find = move |conn: &mut AnyConnection| uploads::list_expired_of_all_users(conn, before, BATCH);
    let expired = context.db.read(find).await?;
    let may_be_more = u32::try_from(expired.len()).is_ok_and(|found| found == BATCH);
    if expired.is_empty() {
        return Ok(false);
    }
    let forget = move |conn: &mut AnyConnection| {
        for upload in &expired {
            uploads::delete_of_any_user(conn, upload.id)?;
        }
        Ok::<_, storage::Error>(())
    };
    context.db.write(forget).await?;
    Ok(may_be_more)
}
