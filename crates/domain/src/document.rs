//! Documents of a workspace: the rows. What was read out of one is [`crate::parsed::ParsedDocument`].

use serde::{Deserialize, Serialize};

use crate::hash::ContentHash;
use crate::id::{DocumentId, WorkspaceId};
use crate::time::Timestamp;

/// A file of a workspace, unique there by its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its id.
    pub id: DocumentId,
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// The name it came with.
    pub filename: String,
    /// The type found in the bytes: `application/pdf`.
    pub mime: String,
    /// Length in bytes.
    pub size: u64,
    /// Fingerprint of the bytes.
    pub sha256: ContentHash,
    /// How far it is, from its latest parsing.
    pub status: DocumentStatus,
    /// How it came here.
    pub source_type: SourceType,
    /// Where it came from, if it was fetched.
    pub source_url: Option<String>,
    /// Pages, once it is parsed.
    pub page_count: Option<u32>,
    /// Why parsing failed, in words for the owner.
    pub error: Option<String>,
    /// The first document it came with, as a file attached to a mail does; none where it came by itself.
    pub parent_id: Option<DocumentId>,
    /// When it came.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// How far a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DocumentStatus {
    /// Stored, not to be parsed yet.
    Uploaded,
    /// Waits for a worker.
    Queued,
    /// A worker reads it.
    Parsing,
    /// It was read.
    Parsed,
    /// Values were extracted from it.
    Processed,
    /// It could not be read.
    Failed,
}

/// How a document came here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SourceType {
    /// By an upload.
    Upload,
    /// Fetched from an address.
    Url,
    /// Brought by a connector.
    Connector,
}
