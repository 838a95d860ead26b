//! What is to be exported: which sessions, which result of each, which columns.

use domain::access::Scope;
use domain::id::{ResultId, SessionId, TemplateId, TemplateVersionId};
use domain::result::ResultStatus;
use indexmap::IndexSet;
use storage::AnyConnection;
use storage::results::LatestResult;
use storage::sessions::SessionHead;

use super::schemas::Schemas;
use crate::error::ApiError;
use crate::export::table::Table;
use crate::ops::batches::find_sessions;

/// Said where somebody is too early.
pub const NOT_COMPLETED: &str = "the run is not completed yet: export it when it is";

/// Most sessions of one export, or of anything else that is done with many.
pub const MOST_SESSIONS: usize = 1_000;

/// A session with the result that counts, by name only.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) session: SessionHead,
    pub(super) result: Option<LatestResult>,
}

/// What is to be exported.
pub(super) struct Plan {
    /// What the caller sees.
    pub(super) scope: Scope,
    /// The name of the template.
    pub(super) template: String,
    /// The columns of all results.
    pub(super) table: Table,
    /// The sessions, in the order in which they were asked for.
    pub(super) sessions: Vec<Planned>,
    /// The schemas of late.
    pub(super) schemas: Schemas,
}

impl Plan {
    /// One result, which must be completed.
    pub(super) fn of_result(conn: &mut AnyConnection, scope: Scope, id: ResultId) -> Result<Self, ApiError> {
        let gone = ApiError::NotFound("result");
        let Some(result) = storage::results::find(conn, &scope, id)? else {
            return Err(gone);
        };
        match result.status {
            ResultStatus::Completed => {}
            ResultStatus::Failed => {
                return Err(ApiError::Conflict(
                    "the run has failed: there are no values to export",
                ));
            }
            ResultStatus::Created | ResultStatus::ParsingPending | ResultStatus::Processing => {
                return Err(ApiError::Conflict(NOT_COMPLETED));
            }
        }
        let Some(session) = storage::sessions::find(conn, &scope, result.session_id)? else {
            return Err(gone);
        };
        let template = find_template(conn, &scope, session.template_id)?;
        let planned = Planned {
            session: SessionHead {
                id: session.id,
                name: session.name,
                status: session.status,
            },
            result: Some(LatestResult {
                id: result.id,
                template_version_id: result.template_version_id,
            }),
        };
        Self::new(conn, scope, template, vec![planned])
    }

    /// The latest completed result of each session; all of them belong to the template, or none is exported. One that
    /// is named twice is exported once.
    pub(super) fn of_sessions(
        conn: &mut AnyConnection,
        scope: Scope,
        template: TemplateId,
        wanted: &[SessionId],
    ) -> Result<Self, ApiError> {
        let name = find_template(conn, &scope, template)?;
        let mut heads = find_sessions(conn, &scope, template, wanted)?;
        let mut sessions = Vec::with_capacity(heads.len());
        for id in wanted {
            let Some(session) = heads.remove(id) else { continue };
            let result = storage::results::latest_completed(conn, &scope, *id)?;
            sessions.push(Planned { session, result });
        }
        Self::new(conn, scope, name, sessions)
    }

    fn new(
        conn: &mut AnyConnection,
        scope: Scope,
        template: String,
        sessions: Vec<Planned>,
    ) -> Result<Self, ApiError> {
        let versions = sessions.iter().filter_map(|planned| planned.result);
        let versions: IndexSet<TemplateVersionId> =
            versions.map(|result| result.template_version_id).collect();
        let mut schemas = Schemas::default();
        let mut table = Table::default();
        for version in versions {
            if let Some(schema) = schemas.find(conn, &scope, version)? {
                let added = table.add(&schema.layout);
                added.map_err(|error| ApiError::field("session_ids", error.to_string()))?;
            }
        }
        Ok(Self {
            scope,
            template,
            table,
            sessions,
            schemas,
        })
    }
}

/// The name of a template of the caller's.
fn find_template(conn: &mut AnyConnection, scope: &Scope, id: TemplateId) -> Result<String, ApiError> {
    let template = storage::templates::find(conn, scope, id)?;
    template
        .map(|template| template.name)
        .ok_or(ApiError::NotFound("template"))
}
