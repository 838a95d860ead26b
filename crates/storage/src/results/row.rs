//! Results as they are kept.

use diesel::prelude::*;
use domain::id::{ResultKind, SessionKind, TemplateVersionKind, WorkspaceId};
use domain::result::{DocumentRef, ExtractionResult, ResultStatus};
use domain::schema::check::CheckResult;
use indexmap::IndexMap;
use serde_json::Value;

use super::ResultSummary;
use crate::columns::{EnumCol, IdCol, JsonCol, TimeCol};
use crate::connection::MultiBackend;
use crate::schema::results;

#[derive(Queryable, Selectable)]
#[diesel(table_name = results, check_for_backend(MultiBackend))]
pub(super) struct ResultRow {
    id: IdCol<ResultKind>,
    workspace_id: i64,
    session_id: IdCol<SessionKind>,
    template_version_id: IdCol<TemplateVersionKind>,
    status: EnumCol<ResultStatus>,
    config_hash: String,
    document_refs: JsonCol<Vec<DocumentRef>>,
    title: Option<String>,
    data: Option<JsonCol<Value>>,
    audit: Option<JsonCol<Value>>,
    checks: JsonCol<IndexMap<String, Vec<CheckResult>>>,
    warnings: JsonCol<Vec<String>>,
    error: Option<String>,
    created_at: TimeCol,
    updated_at: TimeCol,
    completed_at: Option<TimeCol>,
}

impl From<ResultRow> for ExtractionResult {
    fn from(row: ResultRow) -> Self {
        let ResultRow {
            id,
            workspace_id,
            session_id,
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
        } = row;
        Self {
            id: id.0,
            session_id: session_id.0,
            workspace_id: WorkspaceId(workspace_id),
            template_version_id: template_version_id.0,
            status: status.0,
            config_hash,
            document_refs: document_refs.0,
            title,
            data: data.map(|json| json.0),
            audit: audit.map(|json| json.0),
            checks: checks.0,
            warnings: warnings.0,
            error,
            created_at: created_at.0,
            updated_at: updated_at.0,
            completed_at: completed_at.map(|time| time.0),
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = results, check_for_backend(MultiBackend))]
pub(super) struct SummaryRow {
    id: IdCol<ResultKind>,
    session_id: IdCol<SessionKind>,
    status: EnumCol<ResultStatus>,
    title: Option<String>,
    error: Option<String>,
    created_at: TimeCol,
    updated_at: TimeCol,
    completed_at: Option<TimeCol>,
}

impl From<SummaryRow> for ResultSummary {
    fn from(row: SummaryRow) -> Self {
        let SummaryRow {
            id,
            session_id,
            status,
            title,
            error,
            created_at,
            updated_at,
            completed_at,
        } = row;
        Self {
            id: id.0,
            session_id: session_id.0,
            status: status.0,
            title,
            error,
            created_at: created_at.0,
            updated_at: updated_at.0,
            completed_at: completed_at.map(|time| time.0),
        }
    }
}
