//! Holding sessions, on PostgreSQL; on SQLite a transaction that writes holds the whole file.
//!
//! Whoever changes a result keeps its session from being deleted, and does so before holding the result. Whoever deletes
//! the session waits for them, and has its results to themselves then.

use diesel::prelude::*;
use domain::id::{ResultId, SessionId, SessionKind, TemplateId, WorkspaceId};

use crate::columns::IdCol;
use crate::connection::AnyConnection;
use crate::error::Error;
use crate::schema::{results, sessions};

/// Holds the row until the transaction ends: positions are given, and the status follows, one after the other. False
/// where the workspace has no such session.
pub(crate) fn lock(conn: &mut AnyConnection, workspace: WorkspaceId, id: SessionId) -> Result<bool, Error> {
    let row = sessions::table
        .filter(sessions::id.eq(IdCol(id)))
        .filter(sessions::workspace_id.eq(workspace.0))
        .select(sessions::id);
    let found: Option<IdCol<SessionKind>> = match conn {
        AnyConnection::Postgres(inner) => row.for_no_key_update().first(inner).optional()?,
        AnyConnection::Sqlite(inner) => row.first(inner).optional()?,
    };
    Ok(found.is_some())
}

/// Keeps the session of a result from being deleted until the transaction ends.
pub(crate) fn hold_of_result(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    result: ResultId,
) -> Result<(), Error> {
    let AnyConnection::Postgres(inner) = conn else {
        return Ok(());
    };
    let session = results::table
        .filter(results::id.eq(IdCol(result)))
        .filter(results::workspace_id.eq(workspace.0))
        .select(results::session_id);
    let _held: Option<IdCol<SessionKind>> = sessions::table
        .filter(sessions::id.eq_any(session))
        .select(sessions::id)
        .for_key_share()
        .first(inner)
        .optional()?;
    Ok(())
}

/// Has those of these sessions to itself that the template has, for they are deleted. Returns them.
pub(super) fn hold_alone(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    template: TemplateId,
    wanted: &[SessionId],
) -> Result<Vec<SessionId>, Error> {
    let own = sessions::table
        .filter(sessions::id.eq_any(wanted.iter().copied().map(IdCol)))
        .filter(sessions::template_id.eq(IdCol(template)))
        .filter(sessions::workspace_id.eq(workspace.0))
        .order(sessions::id)
        .select(sessions::id);
    let held: Vec<IdCol<SessionKind>> = match conn {
        AnyConnection::Postgres(inner) => own.for_update().load(inner)?,
        AnyConnection::Sqlite(inner) => own.load(inner)?,
    };
    Ok(held.into_iter().map(|id| id.0).collect())
}

/// Has all sessions of a template to itself, for they are deleted with it.
pub(crate) fn hold_all_of_template(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    template: TemplateId,
) -> Result<(), Error> {
    let AnyConnection::Postgres(inner) = conn else {
        return Ok(());
    };
    let _held: Vec<IdCol<SessionKind>> = sessions::table
        .filter(sessions::template_id.eq(IdCol(template)))
        .filter(sessions::workspace_id.eq(workspace.0))
        .order(sessions::id)
        .select(sessions::id)
        .for_update()
        .load(inner)?;
    Ok(())
}
