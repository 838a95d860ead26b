//! Deletes bytes that were discarded. What makes that safe stands in [`storage::discarded`].

use std::time::Duration;

use domain::hash::ContentHash;
use domain::time::Timestamp;
use storage::AnyConnection;
use storage::blobs::{BlobError, BlobKey, Blobs};
use storage::discarded::{self, Discarded, DiscardedBytes, KEPT, Taken};
use tokio::runtime::Handle;

use super::SweepError;
use crate::context::Context;
use crate::jobs::with_causes;

/// So many are looked up at a time.
const BATCH: u32 = 100;
/// Longest time that deleting a blob may take: meanwhile a transaction waits for it, which is SQLite's only one.
const PATIENCE: Duration = Duration::from_secs(5);

/// Deletes all that was discarded long enough ago, and returns how many blobs that were. What the store refuses to delete
/// stands in the way of nothing else, and is tried again the next time.
pub(super) async fn sweep(context: &Context) -> Result<usize, SweepError> {
    // A parser may write what it read of a deleted document for as long as it is allowed to take.
    let before = context.now().minus(KEPT + context.parse_timeout);
    let (mut deleted, mut refused) = (0, 0);
    loop {
        // Most looks find nothing: they shall not take SQLite's only writer.
        let list =
            move |conn: &mut AnyConnection| discarded::list_due_of_all_tenants(conn, before, refused, BATCH);
        let due = context.db.read(list).await?;
        if due.is_empty() {
            return Ok(deleted);
        }
        for discarded in due {
            let done = match discarded.bytes {
                DiscardedBytes::Document(sha256) => delete_document(context, discarded, sha256, before).await,
                DiscardedBytes::Parsed(parsing) => {
                    let key = BlobKey::parsed(discarded.workspace_id, parsing);
                    delete_one(context, discarded, key, before).await
                }
                DiscardedBytes::Workspace => delete_workspace(context, discarded, before).await,
            };
            match done {
                Ok(Some(count)) => deleted += count,
                // Somebody else has it: it stands in the list until they are done.
                Ok(None) => refused += 1,
                Err(SweepError::Blobs(error)) => {
                    tracing::warn!(error = with_causes(&error), ?discarded, "cannot delete bytes");
                    refused += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }
}

/// Deletes a blob while nobody can come to point at it. Returns how many were deleted; none where others have it.
async fn delete_one(
    context: &Context,
    discarded: Discarded,
    key: BlobKey,
    before: Timestamp,
) -> Result<Option<usize>, SweepError> {
    let blobs = context.blobs.clone();
    let work = move |conn: &mut AnyConnection| match discarded::take(conn, &discarded, before)? {
        Taken::Nothing => Ok(None),
        Taken::Wanted => Ok(Some(0)),
        Taken::Delete => {
            // On a thread of the database, which may wait.
            Handle::current().block_on(delete_in_time(&blobs, &key))?;
            discarded::forget(conn, &discarded)?;
            Ok::<_, SweepError>(Some(1))
        }
    };
    context.db.write(work).await
}

/// Deletes the bytes of a document, and before them what its pages look like: where it is wanted again after all, that is
/// drawn again.
async fn delete_document(
    context: &Context,
    discarded: Discarded,
    sha256: ContentHash,
    before: Timestamp,
) -> Result<Option<usize>, SweepError> {
    let workspace = discarded.workspace_id;
    let pictures = context.blobs.delete_pictures(workspace, sha256).await?;
    let key = BlobKey::document(workspace, sha256);
    let deleted = delete_one(context, discarded, key, before).await?;
    Ok(deleted.map(|deleted| deleted + pictures))
}

async fn delete_in_time(blobs: &Blobs, key: &BlobKey) -> Result<(), BlobError> {
    let deleted = tokio::time::timeout(PATIENCE, blobs.delete(key)).await;
    deleted.map_err(|elapsed| BlobError::Interrupted(Box::new(elapsed)))?
}

/// Deletes all that a workspace kept. Its id is never given again, so that nobody comes to point at anything of it, and
/// nothing needs to be held: there may be a great deal.
async fn delete_workspace(
    context: &Context,
    discarded: Discarded,
    before: Timestamp,
) -> Result<Option<usize>, SweepError> {
    let take = move |conn: &mut AnyConnection| discarded::take(conn, &discarded, before);
    match context.db.write(take).await? {
        Taken::Nothing => return Ok(None),
        Taken::Wanted => return Ok(Some(0)),
        Taken::Delete => {}
    }
    let deleted = context.blobs.delete_workspace(discarded.workspace_id).await?;
    let forget = move |conn: &mut AnyConnection| discarded::forget(conn, &discarded);
    context.db.write(forget).await?;
    Ok(Some(deleted))
}
