//! Files inside a document become documents of their own, and go where it goes.

use bytes::Bytes;
use domain::document::{Document, SourceType};
use domain::event::Action;
use domain::hash::ContentHash;
use domain::id::{DocumentId, ParsingId, WorkspaceId};
use domain::name::Name;
use domain::parsing::ParseConfig;
use domain::time::Timestamp;
use parsing::{Attachment, sniff};
use storage::blobs::BlobKey;
use storage::documents::NewDocument;
use storage::{AnyConnection, attachments, discarded, documents};

use crate::context::Context;
use crate::jobs::{JobError, note};
use crate::runs::ensure_all;

/// What a file is called that came without a name.
const NAMELESS: &str = "attachment";

/// Puts the bytes of those that can be read where those of documents are. The others stay a line in the list of what is
/// attached.
pub(super) async fn store(
    context: &Context,
    workspace: WorkspaceId,
    parent: DocumentId,
    attached: Vec<Attachment>,
) -> Result<Vec<NewDocument>, JobError> {
    let mut stored = Vec::new();
    if attached.is_empty()
        || !context
            .db
            .read(move |conn| attachments::may_have(conn, parent))
            .await?
    {
        return Ok(stored);
    }
    let max = context.max_upload_bytes;
    for Attachment { file, bytes } in attached {
        if bytes.is_empty() || file.size > max || sniff(&bytes).format.is_none() {
            continue;
        }
        stored.push(store_one(context, workspace, parent, file.name, bytes).await?);
    }
    Ok(stored)
}

async fn store_one(
    context: &Context,
    workspace: WorkspaceId,
    parent: DocumentId,
    name: String,
    bytes: Vec<u8>,
) -> Result<NewDocument, JobError> {
    let (sha256, media_type, bytes) = Context::on_thread(move || {
        let sha256 = ContentHash::of(&bytes);
        (sha256, sniff(&bytes).media_type, Bytes::from(bytes))
    })
    .await?;
    let announced_at = context.now();
    let announce =
        move |conn: &mut AnyConnection| discarded::announce_document(conn, workspace, sha256, announced_at);
    context.db.write(announce).await?;
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let key = BlobKey::document(workspace, sha256);
    context.blobs.put(&key, bytes).await?;
    Ok(NewDocument {
        filename: Name::lossy(&name, NAMELESS),
        mime: media_type.to_owned(),
        size,
        sha256,
        source_type: SourceType::Upload,
        source_url: None,
        parent_id: Some(parent),
        announced_at,
    })
}

/// Makes documents of them, has them parsed like the one they came with, and takes them to where that one is.
pub(super) fn record(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    parsing: ParsingId,
    config: &ParseConfig,
    stored: Vec<NewDocument>,
    now: Timestamp,
) -> Result<(), JobError> {
    let mut children: Vec<Document> = Vec::with_capacity(stored.len());
    for new in stored {
        let parent = new.parent_id;
        let (document, is_reused) = documents::insert_or_reuse(conn, workspace, new, now)?;
        if !is_reused {
            note(conn, workspace, Action::DocumentCreated, &document.id, now)?;
        }
        let is_known = children.iter().any(|known| known.id == document.id);
        if !is_known && Some(document.id) != parent {
            children.push(document);
        }
    }
    let ids = children.iter().map(|document| document.id);
    let parsings = ensure_all(conn, workspace, ids, config, now)?;
    let with_parsings = children.into_iter().filter_map(|document| {
        let parsing = parsings.get(&document.id)?;
        Some((document, *parsing))
    });
    let with_parsings: Vec<(Document, ParsingId)> = with_parsings.collect();
    Ok(attachments::link(conn, workspace, parsing, &with_parsings, now)?)
}
