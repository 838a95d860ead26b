//! Deleting sessions, and taking documents out of them.

use diesel::prelude::*;
use domain::id::{DocumentId, SessionId, SessionKind, TemplateId, TemplateKind, WorkspaceId};
use domain::time::Timestamp;

use super::{hold, lock, touch};
use crate::columns::IdCol;
use crate::connection::AnyConnection;
use crate::error::Error;
use crate::schema::{results, session_documents, sessions, templates, uploads};

/// Deletes a session as [`delete_of_template`] does. False where the workspace has no such session.
pub fn delete(conn: &mut AnyConnection, workspace: WorkspaceId, id: SessionId) -> Result<bool, Error> {
    let template: Option<IdCol<TemplateKind>> = sessions::table
        .filter(sessions::id.eq(IdCol(id)))
        .filter(sessions::workspace_id.eq(workspace.0))
        .select(sessions::template_id)
        .first(conn)
        .optional()?;
    let Some(template) = template else {
        return Ok(false);
    };
    let deleted = delete_of_template(conn, workspace, template.0, &[id])?;
    Ok(!deleted.is_empty())
}

/// Deletes sessions of a template with their results; documents stay. Jobs that work on them find nothing to write to.
/// What was uploaded for one of them and is no document yet is its owner's again. Returns those that there were.
///
/// Rows are taken in the order of all transactions, see the [crate].
pub fn delete_of_template(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    template: TemplateId,
    wanted: &[SessionId],
) -> Result<Vec<SessionId>, Error> {
    release_uploads(conn, workspace, template, wanted)?;
    hold_count(conn, workspace, template)?;
    let held = hold::hold_alone(conn, workspace, template, wanted)?;
    let ids = || held.iter().copied().map(IdCol);
    diesel::delete(results::table.filter(results::session_id.eq_any(ids()))).execute(conn)?;
    diesel::delete(sessions::table.filter(sessions::id.eq_any(ids()))).execute(conn)?;
    let fewer = i64::try_from(held.len()).unwrap_or(i64::MAX);
    diesel::update(templates::table.find(IdCol(template)))
        .set(templates::session_count.eq(templates::session_count - fewer))
        .execute(conn)?;
    Ok(held)
}

fn release_uploads(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    template: TemplateId,
    wanted: &[SessionId],
) -> Result<(), Error> {
    let own = sessions::table
        .filter(sessions::id.eq_any(wanted.iter().copied().map(IdCol)))
        .filter(sessions::template_id.eq(IdCol(template)))
        .filter(sessions::workspace_id.eq(workspace.0))
        .select(sessions::id.nullable());
    diesel::update(uploads::table.filter(uploads::session_id.eq_any(own)))
        .set(uploads::session_id.eq(None::<IdCol<SessionKind>>))
        .execute(conn)?;
    Ok(())
}

/// Holds the template's count of sessions: whoever makes one takes it before the session, too.
fn hold_count(conn: &mut AnyConnection, workspace: WorkspaceId, template: TemplateId) -> Result<(), Error> {
    let AnyConnection::Postgres(inner) = conn else {
        return Ok(());
    };
    let _held: Option<i64> = templates::table
        .filter(templates::id.eq(IdCol(template)))
        .filter(templates::workspace_id.eq(workspace.0))
        .select(templates::session_count)
        .for_no_key_update()
        .first(inner)
        .optional()?;
    Ok(())
}

/// Takes a document out of a session; it stays in the workspace, and runs that were started with it keep it. The others
/// keep their order. False where the workspace has no such session, or the document is not attached to it.
pub fn detach(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    id: SessionId,
    document: DocumentId,
    now: Timestamp,
) -> Result<bool, Error> {
    if !lock(conn, workspace, id)? {
        return Ok(false);
    }
    let place = session_documents::table
        .filter(session_documents::session_id.eq(IdCol(id)))
        .filter(session_documents::document_id.eq(IdCol(document)));
    if diesel::delete(place).execute(conn)? == 0 {
        return Ok(false);
    }
    touch(conn, id, now)?;
    Ok(true)
}
