//! Entries of the audit trail.

use domain::event::{Action, Event};
use domain::id::{EventId, WorkspaceId};
use domain::time::Timestamp;
use storage::AnyConnection;

use crate::extract::Requester;

/// Writes down who did what, in the transaction that does it.
pub(super) fn record(
    conn: &mut AnyConnection,
    who: &Requester,
    workspace: Option<WorkspaceId>,
    action: Action,
    object: &dyn std::fmt::Display,
    now: Timestamp,
) -> Result<(), storage::Error> {
    let event = Event {
        id: EventId::generate(),
        workspace_id: workspace,
        actor: who.actor(),
        action,
        object_id: object.to_string(),
        request_id: Some(who.request_id()),
        created_at: now,
    };
    storage::events::insert(conn, &event)
}
