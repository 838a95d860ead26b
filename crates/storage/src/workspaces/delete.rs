//! Deleting workspaces.

use diesel::prelude::*;
use domain::id::{ParsingKind, SessionKind, TemplateKind, WorkspaceId};
use domain::time::Timestamp;

use crate::columns::IdCol;
use crate::connection::AnyConnection;
use crate::error::Error;
use crate::schema::{documents, jobs, members, parsings, results, sessions, templates, uploads, workspaces};
use crate::{discarded, idempotency};

/// Deletes a workspace with everything in it: templates, sessions, documents, results, jobs, invitations, memberships,
/// and the tokens that are confined to it. Its bytes are written down to be swept away; what was uploaded for one of its
/// sessions and is no document yet is its owner's again. The audit trail stays. False where there is no such workspace.
///
/// What goes along is taken in the order of all transactions: whoever ends a job or takes a document in holds its rows in
/// this order, which is not that in which the databases follow their foreign keys. Most rows refer to the workspace, and
/// writing one holds its row a little; it therefore is held against documents that come meanwhile, but taken last.
pub fn delete(conn: &mut AnyConnection, workspace: WorkspaceId, now: Timestamp) -> Result<bool, Error> {
    diesel::delete(jobs::table.filter(jobs::workspace_id.eq(workspace.0))).execute(conn)?;
    release_uploads(conn, workspace)?;
    hold_templates(conn, workspace)?;
    if !hold(conn, workspace)? {
        return Ok(false);
    }
    hold_members(conn, workspace)?;
    idempotency::forget_of_members(conn, workspace)?;
    hold_parsings(conn, workspace)?;
    diesel::delete(results::table.filter(results::workspace_id.eq(workspace.0))).execute(conn)?;
    diesel::delete(documents::table.filter(documents::workspace_id.eq(workspace.0))).execute(conn)?;
    diesel::delete(sessions::table.filter(sessions::workspace_id.eq(workspace.0))).execute(conn)?;
    diesel::delete(templates::table.filter(templates::workspace_id.eq(workspace.0))).execute(conn)?;
    discarded::discard_workspace(conn, workspace, now)?;
    diesel::delete(workspaces::table.find(workspace.0)).execute(conn)?;
    Ok(true)
}

fn release_uploads(conn: &mut AnyConnection, workspace: WorkspaceId) -> Result<(), Error> {
    let of_workspace = sessions::table
        .filter(sessions::workspace_id.eq(workspace.0))
        .select(sessions::id.nullable());
    diesel::update(uploads::table.filter(uploads::session_id.eq_any(of_workspace)))
        .set(uploads::session_id.eq(None::<IdCol<SessionKind>>))
        .execute(conn)?;
    Ok(())
}

/// Nobody makes a session meanwhile. On SQLite the transaction holds the whole file.
fn hold_templates(conn: &mut AnyConnection, workspace: WorkspaceId) -> Result<(), Error> {
    if let AnyConnection::Postgres(inner) = conn {
        templates::table
            .filter(templates::workspace_id.eq(workspace.0))
            .order(templates::id)
            .select(templates::id)
            .for_update()
            .load::<IdCol<TemplateKind>>(inner)?;
    }
    Ok(())
}

/// Holds the row as those do who count its documents; others may still refer to it. False where it is not there.
fn hold(conn: &mut AnyConnection, workspace: WorkspaceId) -> Result<bool, Error> {
    let row = workspaces::table.find(workspace.0).select(workspaces::id);
    let found: Option<i64> = match conn {
        AnyConnection::Postgres(inner) => row.for_no_key_update().first(inner).optional()?,
        AnyConnection::Sqlite(inner) => row.first(inner).optional()?,
    };
    Ok(found.is_some())
}

/// Before their kept answers, as by whoever ends a membership.
fn hold_members(conn: &mut AnyConnection, workspace: WorkspaceId) -> Result<(), Error> {
    if let AnyConnection::Postgres(inner) = conn {
        members::table
            .filter(members::workspace_id.eq(workspace.0))
            .order(members::user_id)
            .select(members::user_id)
            .for_update()
            .load::<i64>(inner)?;
    }
    Ok(())
}

/// Before results and documents, as by whoever ends a parsing or starts a run.
fn hold_parsings(conn: &mut AnyConnection, workspace: WorkspaceId) -> Result<(), Error> {
    if let AnyConnection::Postgres(inner) = conn {
        parsings::table
            .filter(parsings::workspace_id.eq(workspace.0))
            .order((parsings::document_id, parsings::id))
            .select(parsings::id)
            .for_update()
            .load::<IdCol<ParsingKind>>(inner)?;
    }
    Ok(())
}
