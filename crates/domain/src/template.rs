//! Templates: a schema with a name, that sessions are extracted by.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::id::{TemplateId, TemplateVersionId, UserId, WorkspaceId};
use crate::json::JsonText;
use crate::time::Timestamp;

/// A template with its newest schema.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Template {
    /// Its id.
    pub id: TemplateId,
    /// Its name.
    #[cfg_attr(feature = "openapi", schema(example = "Supplier invoices"))]
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// The schema as it was saved, unknown keys included: `{config, groups, definitions}`.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub schema_json: JsonText,
    /// Settings: `{"parsing": {...}}`.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub settings: Value,
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// The version that holds this schema.
    pub version_id: TemplateVersionId,
}

impl Template {
    /// Names this state of the template: every change gives it another.
    pub fn revision(&self) -> String {
        let changed_at = self.updated_at.as_datetime().timestamp_micros();
        format!("{}-{changed_at}", self.version_id)
    }
}

/// One saved state of a template's schema. Never changed: a result points to the version it was made by.
#[derive(Debug, Clone, PartialEq)]
pub struct TemplateVersion {
    /// Its id.
    pub id: TemplateVersionId,
    /// Whose it is.
    pub template_id: TemplateId,
    /// Counted from 1.
    pub number: i64,
    /// The schema as it was saved.
    pub schema_json: Value,
    /// Who saved it.
    pub created_by: UserId,
    /// When it was saved.
    pub created_at: Timestamp,
}
