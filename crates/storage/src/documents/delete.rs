//! Deleting documents.

use diesel::prelude::*;
use domain::id::{DocumentId, WorkspaceId};
use domain::time::Timestamp;

use super::hold;
use crate::columns::IdCol;
use crate::connection::AnyConnection;
use crate::discarded::{self, DiscardedBytes};
use crate::error::Error;
use crate::schema::{documents, workspaces};
use crate::{parsings, results};

/// Deletes a document with what was read out of it, and takes it out of all sessions; its bytes are discarded. Results
/// that were made from it stay as they are. Runs that wait for it wait no longer: they go on with their other documents,
/// or have failed where there are none. False where the workspace has no such document.
///
/// Sessions are not touched: there may be thousands.
pub fn delete(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    id: DocumentId,
    now: Timestamp,
) -> Result<bool, Error> {
    if !hold::hold_list(conn, workspace)? {
        return Ok(false);
    }
    let Some(sha256) = hold::hold_alone(conn, workspace, id)? else {
        return Ok(false);
    };
    let read = parsings::hold_of_document(conn, id)?;
    let waiting = results::hold_waiting(conn, workspace, &read)?;
    parsings::delete_of_document(conn, id)?;
    // Sessions before the places in them, as whoever detaches takes them.
    results::let_go_on(conn, workspace, waiting, now)?;
    diesel::delete(documents::table.find(IdCol(id))).execute(conn)?;
    diesel::update(workspaces::table.find(workspace.0))
        .set(workspaces::document_count.eq(workspaces::document_count - 1))
        .execute(conn)?;
    discarded::discard(conn, workspace, DiscardedBytes::Document(sha256), now)?;
    for parsing in read {
        discarded::discard(conn, workspace, DiscardedBytes::Parsed(parsing), now)?;
    }
    Ok(true)
}
