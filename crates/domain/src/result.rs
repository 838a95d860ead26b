//! Results: one extraction run over the documents of a session.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::document::{Document, SourceType};
use crate::hash::{ContentHash, hex};
use crate::id::{DocumentId, ResultId, SessionId, TemplateVersionId, WorkspaceId};
use crate::json::JsonText;
use crate::schema::check::CheckResult;
use crate::time::Timestamp;

/// One run: a snapshot of the documents attached when it was started, merged into one set of values.
/// What an engine returned is never changed afterwards.
#[derive(Debug, Clone, PartialEq)]
pub struct ExtractionResult {
    /// Its id.
    pub id: ResultId,
    /// Of which session.
    pub session_id: SessionId,
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// By which schema.
    pub template_version_id: TemplateVersionId,
    /// How far it is.
    pub status: ResultStatus,
    /// Fingerprint of what it was made with, see [`config_hash`].
    pub config_hash: String,
    /// The documents, in the order of attachment.
    pub document_refs: Vec<DocumentRef>,
    /// A short name.
    pub title: Option<String>,
    /// The values; none before it is completed.
    pub data: Option<Value>,
    /// The evidence in the shape of the values.
    pub audit: Option<Value>,
    /// How the schema's checks came out, by group.
    pub checks: IndexMap<String, Vec<CheckResult>>,
    /// What the engine could not use or do, and documents that could not be read.
    pub warnings: Vec<String>,
    /// Why it failed, in words for the owner.
    pub error: Option<String>,
    /// When it was started.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was completed or failed.
    pub completed_at: Option<Timestamp>,
}

/// How far a result is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ResultStatus {
    /// Waits for a worker.
    Created,
    /// Waits until its documents are parsed.
    ParsingPending,
    /// A worker has it.
    Processing,
    /// Done.
    Completed,
    /// Given up, see the error.
    Failed,
}

/// A document as it was when a run took it. Its keys are in camel case on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DocumentRef {
    /// Always `documentRef`.
    pub kind: DocumentRefKind,
    /// The document.
    pub document_id: DocumentId,
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// Its name.
    pub filename: String,
    /// Its type.
    pub mime: String,
    /// Its length in bytes.
    pub size: u64,
    /// Fingerprint of its bytes.
    pub sha256: ContentHash,
    /// How it came.
    pub source: DocumentRefSource,
    /// When it came.
    pub created_at: Timestamp,
}

/// The one kind of document reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum DocumentRefKind {
    /// A reference to a document.
    #[serde(rename = "documentRef")]
    DocumentRef,
}

/// How a referenced document came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DocumentRefSource {
    /// The way.
    #[serde(rename = "type")]
    pub kind: SourceType,
    /// The address, if it was fetched.
    pub url: Option<String>,
}

impl From<&Document> for DocumentRef {
    fn from(document: &Document) -> Self {
        Self {
            kind: DocumentRefKind::DocumentRef,
            document_id: document.id,
            workspace_id: document.workspace_id,
            filename: document.filename.clone(),
            mime: document.mime.clone(),
            size: document.size,
            sha256: document.sha256,
            source: DocumentRefSource {
                kind: document.source_type,
                url: document.source_url.clone(),
            },
            created_at: document.created_at,
        }
    }
}

/// Fingerprint of what a result is made with: parse configuration, schema, engine. Equal fingerprints over equal
/// documents give equal values.
pub fn config_hash(parse_config_hash: &str, schema: &JsonText, engine_version: &str) -> String {
    let text = serde_json::json!({ "parse": parse_config_hash, "schema": schema, "engine": engine_version });
    hex(&Sha256::digest(text.to_string()))
}
