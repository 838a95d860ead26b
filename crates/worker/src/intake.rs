//! From an upload to a document: look at the bytes, put them where documents are kept, write the rows.
//!
//! Shared with the API, which does it within a request; a batch leaves it to a job.

use domain::document::{Document, SourceType};
use domain::hash::ContentHash;
use domain::id::{DocumentId, SessionId, UploadId, WorkspaceId};
use domain::name::Name;
use domain::parsing::ParseConfig;
use domain::template::Template;
use domain::time::Timestamp;
use domain::upload::Upload;
use futures_util::StreamExt;
use parsing::{PARSER_VERSION, Sniffed, sniff};
use sha2::{Digest, Sha256};
use storage::blobs::{BlobError, BlobKey, Blobs};
use storage::documents::NewDocument;
use storage::sessions::{self, Attached};
use storage::{AnyConnection, Error, documents, parsings};

use crate::runs::parse_config;

/// The kind of a file shows within this many bytes.
const HEAD_BYTES: usize = 64 * 1024;

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
}

/// Reads the bytes once, piece by piece, on a thread of its own: hashing keeps a core busy.
#[expect(
    clippy::disallowed_methods,
    reason = "one for each attachment under way, and over when the bytes are read"
)]
pub async fn examine(blobs: &Blobs, upload: UploadId) -> Result<Examined, BlobError> {
    let mut stream = blobs.get_stream(&BlobKey::upload(upload), None).await?.bytes;
    let runtime = tokio::runtime::Handle::current();
    let examined = tokio::task::spawn_blocking(move || {
        let mut hash = Sha256::new();
        let mut head = Vec::new();
        let mut size = 0_u64;
        while let Some(piece) = runtime.block_on(stream.next()) {
            let piece = piece?;
            hash.update(&piece);
            size += u64::try_from(piece.len()).unwrap_or(u64::MAX);
            let missing = HEAD_BYTES.saturating_sub(head.len());
            head.extend(piece.iter().take(missing));
        }
        let Sniffed { media_type, format } = sniff(&head);
        let sha256 = ContentHash::from_bytes(hash.finalize().into());
        Ok(Examined {
            sha256,
            size,
            mime: media_type,
            supported: format.is_some(),
        })
    });
    examined
        .await
        .unwrap_or_else(|error| Err(BlobError::Interrupted(Box::new(error))))
}

/// Copies an upload to where the workspace's documents are kept. The same content has the same place, so doing it twice
/// does no harm, and a copy that no row comes to point to is found by its key.
pub async fn adopt(
    blobs: &Blobs,
    upload: UploadId,
    workspace: WorkspaceId,
    examined: &Examined,
) -> Result<(), BlobError> {
    blobs
        .copy(
            &BlobKey::upload(upload),
            &BlobKey::document(workspace, examined.sha256),
        )
        .await
}

/// The name of a document: the one asked for, else the upload's, else one made of its type.
pub fn name_of(asked: Option<&Name>, upload: &Upload, mime: &str) -> Name {
    if let Some(name) = asked {
        return name.clone();
    }
    let otherwise = match mime {
        "application/pdf" => "document.pdf",
        "text/plain" => "document.txt",
        _ => "document",
    };
    Name::lossy(upload.filename.as_deref().unwrap_or_default(), otherwise)
}

/// Writes the document (or finds the one of the same content) and the parse job for it.
pub fn record(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    name: Name,
    examined: &Examined,
    config: &ParseConfig,
    now: Timestamp,
) -> Result<(Document, bool), Error> {
    let new = NewDocument {
        filename: name,
        mime: examined.mime.to_owned(),
        size: examined.size,
        sha256: examined.sha256,
        source_type: SourceType::Upload,
        source_url: None,
    };
    let (document, reused) = documents::insert_or_reuse(conn, workspace, new, now)?;
    parsings::ensure(conn, workspace, document.id, config, PARSER_VERSION, now)?;
    Ok((document, reused))
}

/// Attaches documents to a session, in the order given, and sees to it that each is parsed as the session's template
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
    for document in wanted {
        match parsings::ensure(conn, workspace, *document, &config, PARSER_VERSION, now) {
            Ok(_) => {}
            // Not the workspace's: attaching tells which all are, and the caller's transaction ends there.
            Err(Error::MissingReference) => break,
            Err(error) => return Err(error),
        }
    }
    sessions::attach(conn, workspace, session, wanted, now)
}
