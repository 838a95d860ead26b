//! Sessions: documents that are extracted together by one template.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::id::{SessionId, TemplateId, WorkspaceId};
use crate::time::Timestamp;

/// Documents that are extracted together. Which ones is kept apart, in the order in which they were attached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Its name; that of the first document where none was given.
    pub name: String,
    /// By which template.
    #[serde(rename = "extraction_template_id")]
    pub template_id: TemplateId,
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// Settings: `{"auto_extract": true}`.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub settings: Value,
    /// That of the latest result.
    pub status: SessionStatus,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// How far a session is: follows from its latest result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SessionStatus {
    /// No run yet.
    Pending,
    /// A run waits or is under way.
    Processing,
    /// The latest run is complete.
    Completed,
    /// The latest run failed.
    Failed,
}

/// The name of a session made for an upload, until the document's name is known.
pub const PENDING_NAME: &str = "Pending...";
