//! Results of extraction runs.
//!
//! A result waits until each of its parsings has ended, well or badly; the transaction that ends the last one writes
//! its extract job ([`release_waiting`]). It is then read, written once, and never changed.

mod delete;
mod exported;
mod inputs;
mod release;
mod row;

use diesel::dsl::count_star;
use diesel::prelude::*;
use domain::access::Scope;
use domain::document::Document;
use domain::extraction::Extraction;
use domain::id::{
    DocumentKind, ParsingId, ResultId, ResultKind, SessionId, SessionKind, TemplateVersionId, WorkspaceId,
};
use domain::pagination::{Page, PageRequest};
use domain::parsing::Parsing;
use domain::result::{DocumentRef, ExtractionResult, ResultStatus};
use domain::time::Timestamp;

use crate::columns::{CountCol, EnumCol, IdCol, JsonCol, TimeCol, storable};
use crate::connection::AnyConnection;
use crate::documents;
use crate::error::Error;
use crate::parsings::ParsingRow;
use crate::schema::{parsings, result_parsings, results, template_versions};
use crate::{scope, sessions};

pub use self::delete::delete;
pub use self::exported::{LatestResult, ResultValues, latest_completed, values_of};
pub(crate) use self::inputs::add as add_inputs;
pub(crate) use self::release::{hold_waiting, let_go_on};
pub use self::release::{release_waiting, why_nothing};
use self::row::{ResultRow, SummaryRow};

/// A run to be started.
#[derive(Debug, Clone)]
pub struct NewResult {
    /// Of which session.
    pub session_id: SessionId,
    /// By which schema.
    pub template_version_id: TemplateVersionId,
    /// Fingerprint of what it is made with.
    pub config_hash: String,
    /// The documents in the order of attachment, each with the parsing to read.
    pub inputs: Vec<(Document, ParsingId)>,
}

/// A result without its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultSummary {
    /// Its id.
    pub id: ResultId,
    /// Of which session.
    pub session_id: SessionId,
    /// How far it is.
    pub status: ResultStatus,
    /// A short name.
    pub title: Option<String>,
    /// Why it failed.
    pub error: Option<String>,
    /// When it was started.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was completed or failed.
    pub completed_at: Option<Timestamp>,
}

/// Starts a run: `parsing_pending` while one of its parsings has not ended, `created` with its extract job when all
/// have. What the workspace does not have (session, version, parsing) is a missing reference.
pub fn insert(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    new: NewResult,
    now: Timestamp,
) -> Result<ExtractionResult, Error> {
    let session = new.session_id;
    let id = insert_waiting(conn, workspace, new, now)?;
    release::release(conn, workspace, id, now)?;
    sessions::follow_latest_result(conn, workspace, session, now)?;
    find(conn, &Scope::of_job(workspace), id)?.ok_or(Error::MissingReference)
}

/// Writes down a run that failed before it could be started, for a reason in words for its owner.
pub fn insert_failed(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    new: NewResult,
    reason: &str,
    now: Timestamp,
) -> Result<ResultId, Error> {
    let id = insert_waiting(conn, workspace, new, now)?;
    fail(conn, workspace, id, reason, now)?;
    Ok(id)
}

fn insert_waiting(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    new: NewResult,
    now: Timestamp,
) -> Result<ResultId, Error> {
    let parsings: Vec<ParsingId> = new.inputs.iter().map(|(_, parsing)| *parsing).collect();
    // Parsings are locked before the session, as by the transaction that ends a parsing.
    release::lock_parsings(conn, workspace, &parsings)?;
    let own_version: i64 = template_versions::table
        .filter(template_versions::id.eq(IdCol(new.template_version_id)))
        .filter(template_versions::workspace_id.eq(workspace.0))
        .count()
        .get_result(conn)?;
    if own_version == 0 || !sessions::lock(conn, workspace, new.session_id)? {
        return Err(Error::MissingReference);
    }
    let id = ResultId::generate();
    let document_refs: Vec<DocumentRef> = new.inputs.iter().map(|(document, _)| document.into()).collect();
    diesel::insert_into(results::table)
        .values((
            results::id.eq(IdCol(id)),
            results::workspace_id.eq(workspace.0),
            results::session_id.eq(IdCol(new.session_id)),
            results::template_version_id.eq(IdCol(new.template_version_id)),
            results::status.eq(EnumCol(ResultStatus::ParsingPending)),
            results::config_hash.eq(new.config_hash),
            results::document_refs.eq(JsonCol(document_refs)),
            results::checks.eq(JsonCol(serde_json::Map::new())),
            results::warnings.eq(JsonCol(Vec::<String>::new())),
            results::created_at.eq(TimeCol(now)),
            results::updated_at.eq(TimeCol(now)),
        ))
        .execute(conn)?;
    inputs::insert(conn, id, 0, &parsings)?;
    Ok(id)
}

/// One of the caller's results.
pub fn find(
    conn: &mut AnyConnection,
    scope: &Scope,
    id: ResultId,
) -> Result<Option<ExtractionResult>, Error> {
    let row: Option<ResultRow> = results::table
        .filter(results::id.eq(IdCol(id)))
        .filter(scope::within(results::workspace_id, scope))
        .select(ResultRow::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(ExtractionResult::from))
}

/// A page of the results of one of the caller's sessions, newest first; only those of that status, if one is given.
pub fn list_for_session(
    conn: &mut AnyConnection,
    scope: &Scope,
    session: SessionId,
    status: Option<ResultStatus>,
    request: PageRequest,
) -> Result<Page<ExtractionResult>, Error> {
    let of_session = || {
        let all = results::table
            .filter(results::session_id.eq(IdCol(session)))
            .filter(scope::within(results::workspace_id, scope))
            .into_boxed();
        match status {
            Some(status) => all.filter(results::status.eq(EnumCol(status))),
            None => all,
        }
    };
    let total: CountCol<u64> = of_session().select(count_star()).first(conn)?;
    let rows: Vec<ResultRow> = of_session()
        .order((results::created_at.desc(), results::id.desc()))
        .limit(request.limit())
        .offset(request.offset())
        .select(ResultRow::as_select())
        .load(conn)?;
    let items = rows.into_iter().map(ExtractionResult::from).collect();
    Ok(Page::new(items, request, total.0))
}

/// The same list without the values.
pub fn list_short_for_session(
    conn: &mut AnyConnection,
    scope: &Scope,
    session: SessionId,
    request: PageRequest,
) -> Result<Page<ResultSummary>, Error> {
    let total = count_for_session(conn, scope, session)?;
    let rows: Vec<SummaryRow> = results::table
        .filter(results::session_id.eq(IdCol(session)))
        .filter(scope::within(results::workspace_id, scope))
        .order((results::created_at.desc(), results::id.desc()))
        .limit(request.limit())
        .offset(request.offset())
        .select(SummaryRow::as_select())
        .load(conn)?;
    let items = rows.into_iter().map(ResultSummary::from).collect();
    Ok(Page::new(items, request, total))
}

fn count_for_session(conn: &mut AnyConnection, scope: &Scope, session: SessionId) -> Result<u64, Error> {
    let total: i64 = results::table
        .filter(results::session_id.eq(IdCol(session)))
        .filter(scope::within(results::workspace_id, scope))
        .count()
        .get_result(conn)?;
    Ok(u64::try_from(total).unwrap_or(0))
}

/// What one of the caller's results reads, in the order of its documents: those that failed with their reasons.
pub fn inputs_of(conn: &mut AnyConnection, scope: &Scope, id: ResultId) -> Result<Vec<Parsing>, Error> {
    let rows: Vec<ParsingRow> = result_parsings::table
        .inner_join(parsings::table)
        .filter(result_parsings::result_id.eq(IdCol(id)))
        .filter(scope::within(parsings::workspace_id, scope))
        .order(result_parsings::position)
        .select(ParsingRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Parsing::from).collect())
}

/// A worker begins. False where there is nothing (any more) to begin: the result is gone, or has ended.
pub fn mark_processing(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    id: ResultId,
    now: Timestamp,
) -> Result<bool, Error> {
    sessions::hold_of_result(conn, workspace, id)?;
    let session: Option<IdCol<SessionKind>> = diesel::update(under_way(workspace, id))
        .set((
            results::status.eq(EnumCol(ResultStatus::Processing)),
            results::updated_at.eq(TimeCol(now)),
        ))
        .returning(results::session_id)
        .get_result(conn)
        .optional()?;
    follow(conn, workspace, session, now)
}

/// What [`inputs_of`] returns, held until the transaction ends: none of it is parsed again or deleted meanwhile. Call it
/// before what changes the result: parsings are taken first.
pub fn lock_inputs(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    id: ResultId,
) -> Result<Vec<Parsing>, Error> {
    let scope = Scope::of_job(workspace);
    let wanted: Vec<ParsingId> = inputs_of(conn, &scope, id)?
        .iter()
        .map(|parsing| parsing.id)
        .collect();
    release::lock_present(conn, workspace, &wanted)?;
    inputs_of(conn, &scope, id)
}

/// A result that was about to be read waits once more: one of its parsings is parsed again. Call it in one transaction
/// with [`crate::jobs::finish`]; the end of the parsing writes a new job, or this does, where all have ended already.
/// False where the result is gone, or has ended.
pub fn wait_again(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    id: ResultId,
    now: Timestamp,
) -> Result<bool, Error> {
    // None may end between the look and the waiting.
    lock_inputs(conn, workspace, id)?;
    sessions::hold_of_result(conn, workspace, id)?;
    let session: Option<IdCol<SessionKind>> = diesel::update(under_way(workspace, id))
        .set((
            results::status.eq(EnumCol(ResultStatus::ParsingPending)),
            results::updated_at.eq(TimeCol(now)),
        ))
        .returning(results::session_id)
        .get_result(conn)
        .optional()?;
    if session.is_some() {
        release::release(conn, workspace, id, now)?;
    }
    follow(conn, workspace, session, now)
}

/// Counts that something this result reads could not be read back and is parsed again, and returns how often that was.
/// None where the result is gone, or has ended.
pub fn count_rereading(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    id: ResultId,
) -> Result<Option<u32>, Error> {
    sessions::hold_of_result(conn, workspace, id)?;
    let count: Option<CountCol<u32>> = diesel::update(under_way(workspace, id))
        .set(results::rereadings.eq(results::rereadings + 1))
        .returning(results::rereadings)
        .get_result(conn)
        .optional()?;
    Ok(count.map(|count| count.0))
}

/// Writes what the engine found; it is never changed afterwards. Call it in one transaction with
/// [`crate::jobs::finish`]. False where the result is gone, or had ended before.
pub fn complete(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    id: ResultId,
    extraction: Extraction,
    now: Timestamp,
) -> Result<bool, Error> {
    let Extraction {
        title,
        data,
        audit,
        checks,
        warnings,
    } = extraction;
    sessions::hold_of_result(conn, workspace, id)?;
    let session: Option<IdCol<SessionKind>> = diesel::update(under_way(workspace, id))
        .set((
            results::status.eq(EnumCol(ResultStatus::Completed)),
            results::title.eq(title.as_deref().map(storable)),
            results::data.eq(JsonCol(data)),
            results::audit.eq(JsonCol(audit)),
            results::checks.eq(JsonCol(checks)),
            results::warnings.eq(JsonCol(warnings)),
            results::updated_at.eq(TimeCol(now)),
            results::completed_at.eq(TimeCol(now)),
        ))
        .returning(results::session_id)
        .get_result(conn)
        .optional()?;
    let read: Vec<IdCol<DocumentKind>> = result_parsings::table
        .inner_join(parsings::table)
        .filter(result_parsings::result_id.eq(IdCol(id)))
        .select(parsings::document_id)
        .load(conn)?;
    if session.is_some() {
        let read: Vec<_> = read.into_iter().map(|id| id.0).collect();
        documents::mark_processed(conn, workspace, &read, now)?;
    }
    follow(conn, workspace, session, now)
}

/// The run failed, for a reason in words for its owner. Call it in one transaction with the end of the job. False
/// where the result is gone, or had ended before.
pub fn fail(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    id: ResultId,
    reason: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    let session = end_badly(conn, workspace, id, reason, now)?;
    follow(conn, workspace, session, now)
}

/// [`fail`], but the session does not follow yet.
fn end_badly(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    id: ResultId,
    reason: &str,
    now: Timestamp,
) -> Result<Option<IdCol<SessionKind>>, Error> {
    sessions::hold_of_result(conn, workspace, id)?;
    let session = diesel::update(under_way(workspace, id))
        .set((
            results::status.eq(EnumCol(ResultStatus::Failed)),
            results::error.eq(storable(reason)),
            results::updated_at.eq(TimeCol(now)),
            results::completed_at.eq(TimeCol(now)),
        ))
        .returning(results::session_id)
        .get_result(conn)
        .optional()?;
    Ok(session)
}

/// The result, as long as it has not ended.
#[diesel::dsl::auto_type]
fn under_way(workspace: WorkspaceId, id: ResultId) -> _ {
    let id: IdCol<ResultKind> = IdCol(id);
    let workspace: i64 = workspace.0;
    let not_ended = results::completed_at.is_null();
    results::table
        .filter(results::id.eq(id))
        .filter(results::workspace_id.eq(workspace))
        .filter(not_ended)
}

/// Takes the session along with its result.
fn follow(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    session: Option<IdCol<SessionKind>>,
    now: Timestamp,
) -> Result<bool, Error> {
    let Some(session) = session else {
        return Ok(false);
    };
    sessions::follow_latest_result(conn, workspace, session.0, now)?;
    Ok(true)
}
