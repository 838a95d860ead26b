//! From an upload to a document: look at the bytes, put them where documents are kept, write the rows.
//!
//! Shared with the API, which does it within a request; a batch leaves it to a job.

use bytes::Bytes;
use domain::access::Scope;
use domain::document::{Document, SourceType};
use domain::hash::ContentHash;
use domain::id::{DocumentId, SessionId, UploadBlobId, UploadId, WorkspaceId};
use domain::name::Name;
use domain::parsing::ParseConfig;
use domain::session::PENDING_NAME;
use domain::template::Template;
use domain::time::Timestamp;
use domain::upload::Upload;
use futures_util::StreamExt;
use parsing::{Ends, Sniffed, sniff_ends};
use sha2::{Digest, Sha256};
use storage::blobs::{BlobError, BlobKey, BlobReader, Blobs};
use storage::documents::NewDocument;
use storage::sessions::{self, Attached, SessionChange};
use storage::{AnyConnection, Db, Error, attachments, discarded, documents};

use crate::jobs::with_causes;
use crate::runs::{ensure_all, parse_config};

/// The kind of a file shows in so many of its first and of its last bytes: archives list their members at the end.
const END_BYTES: usize = 64 * 1024;
/// So many bytes are hashed in one go.
const HASHED_AT_ONCE: usize = 1024 * 1024;

/// What the bytes of an upload are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// Fingerprint of the bytes.
    pub sha256: ContentHash,
    /// How many there are.
    pub size: u64,
    /// The type found in them, whatever the name says.
    pub mime: &'static str,
    /// Whether documents of this type are read.
    pub supported: bool,
    /// When it was said that they come where documents are kept, see [`adopt`].
    pub announced_at: Option<Timestamp>,
}

/// The bytes of an upload at a place where nobody can change them any more.
#[derive(Debug)]
pub struct Secured {
    upload: UploadId,
    key: BlobKey,
    is_copy: bool,
}

/// Finds the bytes of an upload, or copies them away: what a client wrote into a bucket directly it may write again
/// while the URL is good, and what came between hashing and keeping would be kept under a hash that is not its own.
pub async fn secure(blobs: &Blobs, upload: &Upload) -> Result<Secured, BlobError> {
    let blob = upload.blob.unwrap_or_else(UploadBlobId::generate);
    let secured = Secured {
        upload: upload.id,
        key: BlobKey::received(upload.id, blob),
        is_copy: upload.blob.is_none(),
    };
    if secured.is_copy {
        blobs.copy(&BlobKey::upload(upload.id), &secured.key).await?;
    }
    Ok(secured)
}

impl Secured {
    /// Nothing came of it: the upload may be named again. A failure costs space only.
    pub async fn let_go(self, blobs: &Blobs) {
        if self.is_copy {
            forget(blobs, &self.key).await;
        }
    }

    /// The upload is a document, which has bytes of its own. A failure costs space only.
    pub async fn use_up(self, blobs: &Blobs) {
        forget(blobs, &self.key).await;
        if self.is_copy {
            forget(blobs, &BlobKey::upload(self.upload)).await;
        }
    }
}

async fn forget(blobs: &Blobs, key: &BlobKey) {
    if let Err(error) = blobs.delete(key).await {
        tracing::warn!(
            error = with_causes(&error),
            "cannot delete the bytes of an upload"
        );
    }
}

/// Reads the bytes once, piece by piece; hashing them keeps a core busy and is done on other threads. More than `max`
/// are not read at all.
pub async fn examine(blobs: &Blobs, secured: &Secured, max: u64) -> Result<Examined, BlobError> {
    let BlobReader { size, mut bytes } = blobs.get_stream(&secured.key, None).await?;
    if size > max {
        return Err(BlobError::TooLarge { max });
    }
    let mut reading = Reading::default();
    let mut pieces = Vec::new();
    let mut waiting = 0;
    while let Some(piece) = bytes.next().await {
        let piece = piece?;
        waiting += piece.len();
        pieces.push(piece);
        if waiting >= HASHED_AT_ONCE {
            reading = reading.take(std::mem::take(&mut pieces)).await?;
            waiting = 0;
        }
    }
    Ok(reading.take(pieces).await?.finish())
}

/// What is known of bytes of which some were read.
#[derive(Default)]
struct Reading {
    hash: Sha256,
    head: Vec<u8>,
    tail: Vec<u8>,
    size: u64,
}

impl Reading {
    /// The thread waits for nothing, least of all for the store, which needs such threads itself.
    #[expect(
        clippy::disallowed_methods,
        reason = "a moment's work, one at a time for each attachment under way"
    )]
    async fn take(mut self, pieces: Vec<Bytes>) -> Result<Self, BlobError> {
        let taken = tokio::task::spawn_blocking(move || {
            for piece in &pieces {
                self.hash.update(piece);
                self.size += u64::try_from(piece.len()).unwrap_or(u64::MAX);
                let missing = END_BYTES.saturating_sub(self.head.len());
                self.head.extend(piece.iter().take(missing));
                self.tail.extend_from_slice(piece);
                self.tail.drain(..self.tail.len().saturating_sub(END_BYTES));
            }
            self
        });
        taken
            .await
            .map_err(|error| BlobError::Interrupted(Box::new(error)))
    }

    fn finish(self) -> Examined {
        let Sniffed { media_type, format } = sniff_ends(&Ends {
            head: &self.head,
            tail: &self.tail,
            size: self.size,
        });
        Examined {
            sha256: ContentHash::from_bytes(self.hash.finalize().into()),
            size: self.size,
            mime: media_type,
            supported: format.is_some(),
            announced_at: None,
        }
    }
}

/// The bytes of an upload could not be put where those of documents are.
#[derive(Debug, thiserror::Error)]
pub enum AdoptError {
    /// The database refused.
    #[error("cannot use the database")]
    Database(#[from] Error),
    /// The blob store refused.
    #[error("cannot use the blob store")]
    Blobs(#[from] BlobError),
}

/// Copies an upload to where the workspace's documents are kept, and says so before: until [`record`] makes a document of
/// it, and where that never happens, the copy is nobody's, and swept away. The same content has the same place, so doing
/// it twice does no harm.
pub async fn adopt(
    db: &Db,
    blobs: &Blobs,
    secured: &Secured,
    workspace: WorkspaceId,
    examined: &mut Examined,
    now: Timestamp,
) -> Result<(), AdoptError> {
    let sha256 = examined.sha256;
    db.write(move |conn| discarded::announce_document(conn, workspace, sha256, now))
        .await?;
    examined.announced_at = Some(now);
    let document = BlobKey::document(workspace, sha256);
    Ok(blobs.copy(&secured.key, &document).await?)
}

/// The name of a document: the one asked for, else the upload's, else one made of its type.
pub fn name_of(asked: Option<&Name>, upload: &Upload, mime: &str) -> Name {
    if let Some(name) = asked {
        return name.clone();
    }
    let otherwise = match mime {
        "application/pdf" => "document.pdf",
        "text/plain" => "document.txt",
        "message/rfc822" => "message.eml",
        "image/png" => "document.png",
        "image/jpeg" => "document.jpg",
        _ => "document",
    };
    Name::lossy(upload.filename.as_deref().unwrap_or_default(), otherwise)
}

/// Writes the document, or finds the one of the same content; and whether it was found. [`attach`] has it parsed.
/// [`adopt`] comes before it; where it did not, or long ago, this is [`Error::Busy`], and both are to be done again.
pub fn record(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    name: Name,
    examined: &Examined,
    now: Timestamp,
) -> Result<(Document, bool), Error> {
    let announced_at = examined.announced_at.ok_or(Error::Busy)?;
    let new = NewDocument {
        filename: name,
        mime: examined.mime.to_owned(),
        size: examined.size,
        sha256: examined.sha256,
        source_type: SourceType::Upload,
        source_url: None,
        parent_id: None,
        announced_at,
    };
    documents::insert_or_reuse(conn, workspace, new, now)
}

/// Attaches documents to a session, in the order given and with what is attached to them, and sees to it that each is parsed as the session's template
/// wants it. Ring the bell after the transaction.
pub fn attach(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    session: SessionId,
    template: &Template,
    wanted: &[DocumentId],
    defaults: &ParseConfig,
    now: Timestamp,
) -> Result<Attached, Error> {
    // Parsings before the session: the order in which all transactions take their rows.
    let config = parse_config(defaults, template);
    let wanted = attachments::with_attachments(conn, workspace, wanted)?;
    ensure_all(conn, workspace, wanted.iter().copied(), &config, now)?;
    sessions::attach(conn, workspace, session, &wanted, now)
}

/// Sees to it that documents which belong to no session are parsed, with the defaults. Ring the bell after the
/// transaction.
pub fn parse(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    documents: &[DocumentId],
    defaults: &ParseConfig,
    now: Timestamp,
) -> Result<(), Error> {
    ensure_all(conn, workspace, documents.iter().copied(), defaults, now).map(drop)
}

/// A session that was given no name takes that of its first document. Call it after [`attach`], which holds the session:
/// a name that was given meanwhile stays.
pub fn name_after(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    session: SessionId,
    name: Name,
    now: Timestamp,
) -> Result<(), Error> {
    let session = sessions::find(conn, &Scope::of_job(workspace), session)?;
    let Some(session) = session.filter(|session| session.name == PENDING_NAME) else {
        return Ok(());
    };
    let change = SessionChange {
        name: Some(name),
        ..SessionChange::default()
    };
    sessions::update(conn, workspace, session.id, change, now).map(drop)
}

#[cfg(test)]
mod tests {
    use storage::blobs::{BlobsUrl, S3Options};

    use super::*;

    /// Hashing must hold no thread while it waits for bytes, for the store reads them on such threads, too.
    #[test]
    fn many_files_are_examined_at_once_with_one_blocking_thread() {
        let folder = tempfile::tempdir().unwrap();
        let url = BlobsUrl::folder(folder.path()).unwrap();
        let blobs = Blobs::open(&url, &S3Options::default()).unwrap();
        let bytes = Bytes::from("%PDF-1.7\n".repeat(400_000));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .max_blocking_threads(1)
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let upload = UploadId::generate();
            let sent = BlobKey::upload(upload);
            blobs.put(&sent, bytes.clone()).await.unwrap();
            let now: Timestamp = "2026-03-04T12:00:00Z".parse().unwrap();
            let upload = Upload {
                id: upload,
                user_id: domain::id::UserId(1),
                filename: None,
                content_type: String::new(),
                size: None,
                blob: None,
                created_at: now,
                expires_at: now,
            };
            let secured = secure(&blobs, &upload).await.unwrap();
            // What is sent afterwards changes nothing.
            blobs.put(&sent, Bytes::from_static(b"other")).await.unwrap();
            let size = u64::try_from(bytes.len()).unwrap();
            let all = futures_util::future::join_all((0..8).map(|_| examine(&blobs, &secured, size)));
            for examined in all.await {
                let expected = Examined {
                    sha256: ContentHash::of(&bytes),
                    size,
                    mime: "application/pdf",
                    supported: true,
                    announced_at: None,
                };
                assert_eq!(examined.unwrap(), expected);
            }
            let refused = examine(&blobs, &secured, size - 1).await;
            assert!(matches!(refused, Err(BlobError::TooLarge { .. })), "{refused:?}");
            let key = secured.key;
            secured.use_up(&blobs).await;
            for gone in [sent, key] {
                assert_eq!(blobs.size(&gone).await.unwrap(), None);
            }
        });
    }
}
