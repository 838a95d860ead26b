//! Deleting workspaces.

use diesel::prelude::*;
use domain::id::{DocumentKind, SessionKind, TemplateKind, WorkspaceId};
use domain::time::Timestamp;

use crate::columns::IdCol;
use crate::connection::AnyConnection;
use crate::error::Error;
use crate::schema::{documents, jobs, members, results, sessions, templates, uploads, workspaces};
use crate::{discarded, idempotency};

/// Deletes a workspace with everything in it: templates, sessions, documents, results, jobs, invitations, memberships,
/// and the tokens that are confined to it. Its bytes are discarded; what was uploaded for one of its sessions and is no
/// document yet is its owner's again. The audit trail stays. False where there is no such workspace.
///
/// Rows are taken in the order of all transactions, see the [crate], the members before them. Most rows refer to the
/// workspace, and whoever writes one keeps its row: that it is held against new documents is no obstacle to them, and it
/// is taken as a whole only at the end.
pub fn delete(conn: &mut AnyConnection, workspace: WorkspaceId, now: Timestamp) -> Result<bool, Error> {
    hold_members(conn, workspace)?;
    diesel::delete(jobs::table.filter(jobs::workspace_id.eq(workspace.0))).execute(conn)?;
    release_uploads(conn, workspace)?;
    hold_templates(conn, workspace)?;
    if !hold_list_of_documents(conn, workspace)? {
        return Ok(false);
    }
    hold_documents(conn, workspace)?;
    hold_sessions(conn, workspace)?;
    idempotency::forget_of_members(conn, workspace)?;
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

/// They come and go one after the other. False where there is no such workspace.
fn hold_list_of_documents(conn: &mut AnyConnection, workspace: WorkspaceId) -> Result<bool, Error> {
    let row = workspaces::table.find(workspace.0).select(workspaces::id);
    let found: Option<i64> = match conn {
        AnyConnection::Postgres(inner) => row.for_no_key_update().first(inner).optional()?,
        AnyConnection::Sqlite(inner) => row.first(inner).optional()?,
    };
    Ok(found.is_some())
}

/// Holds the rows of a table that are the workspace's, on PostgreSQL; on SQLite the transaction holds the whole file.
macro_rules! hold_all {
    ($name:ident, $table:ident, $key:ident, $row:ty) => {
        fn $name(conn: &mut AnyConnection, workspace: WorkspaceId) -> Result<(), Error> {
            if let AnyConnection::Postgres(inner) = conn {
                let _held: Vec<$row> = $table::table
                    .filter($table::workspace_id.eq(workspace.0))
                    .order($table::$key)
                    .select($table::$key)
                    .for_update()
                    .load(inner)?;
            }
            Ok(())
        }
    };
}

hold_all!(hold_members, members, user_id, i64);
hold_all!(hold_templates, templates, id, IdCol<TemplateKind>);
hold_all!(hold_documents, documents, id, IdCol<DocumentKind>);
hold_all!(hold_sessions, sessions, id, IdCol<SessionKind>);
