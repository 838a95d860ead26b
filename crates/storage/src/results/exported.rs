//! What exports read: first which result of a session counts, then the values of many results, a page at a time.

use diesel::prelude::*;
use domain::access::Scope;
use domain::id::{ResultId, ResultKind, SessionId, TemplateVersionId, TemplateVersionKind};
use domain::result::ResultStatus;
use serde_json::Value;

use crate::columns::{EnumCol, IdCol, JsonCol};
use crate::connection::{AnyConnection, MultiBackend};
use crate::error::Error;
use crate::schema::results;
use crate::scope;

/// The result of a session that counts, by name only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LatestResult {
    /// The result.
    pub id: ResultId,
    /// By which schema it was made.
    pub template_version_id: TemplateVersionId,
}

/// The values of a result without their evidence, which is many times as long.
#[derive(Debug, Clone, PartialEq)]
pub struct ResultValues {
    /// The result.
    pub id: ResultId,
    /// A short name.
    pub title: Option<String>,
    /// The values; none before it is completed.
    pub data: Option<Value>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = results, check_for_backend(MultiBackend))]
struct ValuesRow {
    id: IdCol<ResultKind>,
    title: Option<String>,
    data: Option<JsonCol<Value>>,
}

/// The newest completed result of one of the caller's sessions, whatever runs came after it.
pub fn latest_completed(
    conn: &mut AnyConnection,
    scope: &Scope,
    session: SessionId,
) -> Result<Option<LatestResult>, Error> {
    let newest: Option<(IdCol<ResultKind>, IdCol<TemplateVersionKind>)> = results::table
        .filter(results::session_id.eq(IdCol(session)))
        .filter(results::status.eq(EnumCol(ResultStatus::Completed)))
        .filter(scope::within(results::workspace_id, scope))
        .order((results::created_at.desc(), results::id.desc()))
        .select((results::id, results::template_version_id))
        .first(conn)
        .optional()?;
    Ok(newest.map(|(id, version)| LatestResult {
        id: id.0,
        template_version_id: version.0,
    }))
}

/// The values of those of these results that the caller sees, in no order.
pub fn values_of(
    conn: &mut AnyConnection,
    scope: &Scope,
    wanted: &[ResultId],
) -> Result<Vec<ResultValues>, Error> {
    let rows: Vec<ValuesRow> = results::table
        .filter(results::id.eq_any(wanted.iter().copied().map(IdCol)))
        .filter(scope::within(results::workspace_id, scope))
        .select(ValuesRow::as_select())
        .load(conn)?;
    let values = rows
        .into_iter()
        .map(|ValuesRow { id, title, data }| ResultValues {
            id: id.0,
            title,
            data: data.map(|json| json.0),
        });
    Ok(values.collect())
}
