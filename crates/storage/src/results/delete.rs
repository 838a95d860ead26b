//! Deleting results.

use diesel::prelude::*;
use domain::id::{ResultId, SessionKind, WorkspaceId};
use domain::time::Timestamp;

use crate::columns::IdCol;
use crate::connection::AnyConnection;
use crate::error::Error;
use crate::schema::results;
use crate::sessions;

/// Deletes a result, be it under way: its job finds nothing to write to. The session follows the latest of those that are
/// left. False where the workspace has no such result.
pub fn delete(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    id: ResultId,
    now: Timestamp,
) -> Result<bool, Error> {
    sessions::hold_of_result(conn, workspace, id)?;
    let own = results::table
        .filter(results::id.eq(IdCol(id)))
        .filter(results::workspace_id.eq(workspace.0));
    let session: Option<IdCol<SessionKind>> = diesel::delete(own)
        .returning(results::session_id)
        .get_result(conn)
        .optional()?;
    super::follow(conn, workspace, session, now)
}
