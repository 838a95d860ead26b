//! Deleting sessions, and taking documents out of them.

use domain::event::Action;
use domain::id::{DocumentId, SessionId};

use super::find_writable;
use crate::error::ApiError;
use crate::extract::Requester;
use crate::ops::audit::record;
use crate::state::AppState;

/// Deletes a session with its results.
pub async fn delete(state: &AppState, who: &Requester, id: SessionId) -> Result<(), ApiError> {
    let (who, now) = (who.clone(), state.now());
    state
        .db
        .write(move |conn| {
            let workspace = find_writable(conn, &who, id)?.workspace_id;
            if !storage::sessions::delete(conn, workspace, id)? {
                return Err(ApiError::NotFound("session"));
            }
            record(conn, &who, Some(workspace), Action::SessionDeleted, &id, now)?;
            Ok(())
        })
        .await
}

/// Takes a document out of a session.
pub async fn detach(
    state: &AppState,
    who: &Requester,
    id: SessionId,
    document: DocumentId,
) -> Result<(), ApiError> {
    let (who, now) = (who.clone(), state.now());
    state
        .db
        .write(move |conn| {
            let workspace = find_writable(conn, &who, id)?.workspace_id;
            if !storage::sessions::detach(conn, workspace, id, document, now)? {
                return Err(ApiError::NotFound("document in this session"));
            }
            let done = Action::DocumentDetached;
            record(conn, &who, Some(workspace), done, &document, now)?;
            Ok(())
        })
        .await
}
