//! Deleting many sessions.

use std::collections::HashSet;

use domain::event::Action;
use domain::id::{SessionId, TemplateId};

use super::{check_count, find_writable, name_missing};
use crate::error::ApiError;
use crate::extract::Requester;
use crate::ops::audit::record;
use crate::state::AppState;

/// Deletes sessions of a template with their results; all or none. One that is named twice is deleted once.
pub async fn delete(
    state: &AppState,
    who: &Requester,
    template: TemplateId,
    sessions: Vec<SessionId>,
) -> Result<(), ApiError> {
    let (who, now) = (who.clone(), state.now());
    state
        .db
        .write(move |conn| {
            let workspace = find_writable(conn, &who, template)?;
            check_count(&sessions)?;
            let deleted = storage::sessions::delete_of_template(conn, workspace, template, &sessions)?;
            let deleted: HashSet<SessionId> = deleted.into_iter().collect();
            name_missing(&sessions, |id| deleted.contains(id))?;
            for session in &deleted {
                let done = Action::SessionDeleted;
                record(conn, &who, Some(workspace), done, session, now)?;
            }
            Ok(())
        })
        .await
}
