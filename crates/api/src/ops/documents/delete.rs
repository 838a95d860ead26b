//! Deleting documents.

use domain::event::Action;
use domain::id::DocumentId;

use crate::error::ApiError;
use crate::extract::Requester;
use crate::ops::audit::record;
use crate::state::AppState;

/// Deletes a document with what was read out of it. Runs that waited for it go on.
pub async fn delete(state: &AppState, who: &Requester, id: DocumentId) -> Result<(), ApiError> {
    let (who, now) = (who.clone(), state.now());
    state
        .db
        .write(move |conn| {
            let gone = ApiError::NotFound("document");
            let Some(document) = storage::documents::find(conn, who.scope(), id)? else {
                return Err(gone);
            };
            let workspace = document.workspace_id;
            who.may_in(workspace, "document")?;
            if !storage::documents::delete(conn, workspace, id, now)? {
                return Err(gone);
            }
            record(conn, &who, Some(workspace), Action::DocumentDeleted, &id, now)?;
            Ok(())
        })
        .await?;
    state.wake.ring();
    Ok(())
}
