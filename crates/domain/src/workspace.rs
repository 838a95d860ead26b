//! Workspaces: the tenants. Everything else belongs to exactly one.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::id::WorkspaceId;
use crate::time::Timestamp;

/// A tenant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Workspace {
    /// Its id.
    #[cfg_attr(feature = "openapi", schema(example = 1))]
    pub id: WorkspaceId,
    /// Its name.
    #[cfg_attr(feature = "openapi", schema(example = "Accounting"))]
    pub name: String,
    /// A sign that stands for it, such as an emoji.
    #[cfg_attr(feature = "openapi", schema(example = "🧾"))]
    pub icon: Option<String>,
    /// Settings, an object.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub settings: Value,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}
