//! Documents as they are sent.

use domain::document::{Document, DocumentStatus, SourceType};
use domain::hash::ContentHash;
use domain::id::{DocumentId, ParsingId, SessionId, WorkspaceId};
use domain::parsing::{Parsing, ParsingStatus};
use domain::time::Timestamp;
use serde::Serialize;

use crate::ops::documents::ReadDocument;

/// A file of a workspace.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = Document)]
pub struct DocumentBody {
    /// Its id.
    pub id: DocumentId,
    /// The workspace that it belongs to.
    pub workspace_id: WorkspaceId,
    /// The name that it came with.
    #[schema(example = "invoice.pdf")]
    pub filename: String,
    /// The type found in its bytes.
    #[schema(example = "application/pdf")]
    pub mime: String,
    /// The same as `mime`; older name.
    #[schema(example = "application/pdf")]
    pub mime_type: String,
    /// Length in bytes.
    pub size: u64,
    /// SHA-256 of its bytes.
    pub sha256: ContentHash,
    /// How far it is.
    pub status: DocumentStatus,
    /// How it came here.
    pub source_type: SourceType,
    /// Where it came from, if it was fetched.
    pub source_url: Option<String>,
    /// How it came here; older form.
    pub source: DocumentSource,
    /// Facts about the file.
    pub meta: DocumentMeta,
    /// How often and with what outcome it was read.
    pub parsings: Vec<ParsingBody>,
    /// Why it could not be read.
    pub error: Option<String>,
    /// The document that it was attached to, as files are to a mail: the first, where there are several. Null where it came
    /// by itself.
    pub parent_id: Option<DocumentId>,
    /// The session through which it is shown, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub extraction_session_id: Option<SessionId>,
    /// When it came.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// How a document came.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DocumentSource {
    /// The way.
    #[serde(rename = "type")]
    pub kind: SourceType,
    /// The address, if it was fetched.
    pub url: Option<String>,
}

/// Facts about a document's file.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DocumentMeta {
    /// Pages, once it is parsed.
    pub page_count: Option<u32>,
    /// Length in bytes.
    pub file_size: u64,
}

/// One reading of a document under one configuration.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = Parsing)]
pub struct ParsingBody {
    /// Its id.
    pub id: ParsingId,
    /// Fingerprint of the settings and the parser's version.
    pub config_hash: String,
    /// How far it is.
    pub status: ParsingStatus,
    /// The parser's version.
    pub parser_version: String,
    /// Why it failed.
    pub error: Option<String>,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl From<ReadDocument> for DocumentBody {
    fn from(read: ReadDocument) -> Self {
        let ReadDocument { document, parsings } = read;
        let Document {
            id,
            workspace_id,
            filename,
            mime,
            size,
            sha256,
            status,
            source_type,
            source_url,
            page_count,
            error,
            parent_id,
            created_at,
            updated_at,
        } = document;
        Self {
            id,
            workspace_id,
            filename,
            mime_type: mime.clone(),
            mime,
            size,
            sha256,
            status,
            source: DocumentSource {
                kind: source_type,
                url: source_url.clone(),
            },
            source_type,
            source_url,
            meta: DocumentMeta {
                page_count,
                file_size: size,
            },
            parsings: parsings.into_iter().map(ParsingBody::from).collect(),
            error,
            parent_id,
            extraction_session_id: None,
            created_at,
            updated_at,
        }
    }
}

impl DocumentBody {
    /// The same as it is shown through a session.
    #[must_use]
    pub fn through(mut self, session: SessionId) -> Self {
        self.extraction_session_id = Some(session);
        self
    }
}

impl From<Parsing> for ParsingBody {
    fn from(parsing: Parsing) -> Self {
        let Parsing {
            id,
            document_id: _,
            config_hash,
            status,
            parser_version,
            page_count: _,
            error,
            updated_at,
        } = parsing;
        Self {
            id,
            config_hash,
            status,
            parser_version,
            error,
            updated_at,
        }
    }
}
