//! Bytes that nothing points at any more: written down in the transaction that let go of them, deleted by the sweep.

use diesel::prelude::*;
use domain::id::WorkspaceId;
use domain::time::Timestamp;

use crate::columns::TimeCol;
use crate::connection::AnyConnection;
use crate::error::Error;
use crate::schema::discarded_blobs;

/// Writes down that all bytes of a workspace are to go. Call it in the transaction that deletes the workspace.
pub fn discard_workspace(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    now: Timestamp,
) -> Result<(), Error> {
    diesel::insert_into(discarded_blobs::table)
        .values((
            discarded_blobs::workspace_id.eq(workspace.0),
            discarded_blobs::kind.eq("workspace"),
            discarded_blobs::name.eq(""),
            discarded_blobs::created_at.eq(TimeCol(now)),
        ))
        .execute(conn)?;
    Ok(())
}
