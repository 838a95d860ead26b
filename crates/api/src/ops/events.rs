//! The audit trail.

use domain::event::Action;
use domain::id::WorkspaceId;
use domain::pagination::{GrowingPage, ListRequest};
use storage::events::ListedEvent;

use crate::error::ApiError;
use crate::extract::Requester;
use crate::state::AppState;

/// A part of a workspace's trail, for its admins.
pub async fn list(
    state: &AppState,
    who: &Requester,
    workspace: WorkspaceId,
    request: ListRequest<Action>,
) -> Result<GrowingPage<ListedEvent>, ApiError> {
    who.may_as_admin_in(workspace, "workspace")?;
    let scope = who.scope().clone();
    state
        .db
        .read(move |conn| Ok(storage::events::list(conn, &scope, workspace, &request)?))
        .await
}
