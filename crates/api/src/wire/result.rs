//! Results as they are sent.

use domain::id::{ResultId, SessionId, TemplateVersionId, WorkspaceId};
use domain::result::{DocumentRef, ExtractionResult, ResultStatus};
use domain::schema::check::CheckResult;
use domain::time::Timestamp;
use indexmap::IndexMap;
use serde::Serialize;
use serde_json::Value;

/// One extraction run.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = Result)]
pub struct ResultBody {
    /// Its id.
    pub id: ResultId,
    /// Of which session.
    pub extraction_session_id: SessionId,
    /// The workspace that it belongs to.
    pub workspace_id: WorkspaceId,
    /// The state of the template's schema by which it was made.
    pub template_version_id: TemplateVersionId,
    /// How far it is.
    pub status: ResultStatus,
    /// Fingerprint of parse configuration, schema and engine: equal fingerprints over equal documents give equal values.
    pub config_hash: String,
    /// The documents as they were when the run was started, in the order of attachment.
    pub document_refs: Vec<DocumentRef>,
    /// A short name.
    pub title: Option<String>,
    /// The values, `{group: {field: value}}`; left out before the run is completed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, nullable = false)]
    pub data: Option<Value>,
    /// The evidence in the shape of `data`: for every value an `Evidence` with its verdict, confidence and places.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, nullable = false)]
    pub audit_data: Option<Value>,
    /// The same as `audit_data`; older name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, nullable = false)]
    pub reasoning: Option<Value>,
    /// How the schema's checks came out, by group.
    pub checks: IndexMap<String, Vec<CheckResult>>,
    /// What the engine could not use, and documents that could not be read.
    pub warnings: Vec<String>,
    /// Why the run failed.
    pub error: Option<String>,
    /// When it was started.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was completed or failed.
    pub completed_at: Option<Timestamp>,
}

impl From<ExtractionResult> for ResultBody {
    fn from(result: ExtractionResult) -> Self {
        let ExtractionResult {
            id,
            session_id,
            workspace_id,
            template_version_id,
            status,
            config_hash,
            document_refs,
            title,
            data,
            audit,
            checks,
            warnings,
            error,
            created_at,
            updated_at,
            completed_at,
        } = result;
        Self {
            id,
            extraction_session_id: session_id,
            workspace_id,
            template_version_id,
            status,
            config_hash,
            document_refs,
            title,
            data,
            reasoning: audit.clone(),
            audit_data: audit,
            checks,
            warnings,
            error,
            created_at,
            updated_at,
            completed_at,
        }
    }
}
