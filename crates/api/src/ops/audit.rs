//! Entries of the audit trail.

use domain::event::{Action, Actor, Event};
use domain::id::{EventId, RequestId, WorkspaceId};
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
    let author = Author {
        actor: who.actor(),
        request_id: who.request_id(),
    };
    record_as(conn, author, workspace, action, object, now)
}

/// Who does something, where that is no caller with a token of before.
#[derive(Debug, Clone, Copy)]
pub(super) struct Author {
    pub(super) actor: Actor,
    pub(super) request_id: RequestId,
}

/// The same for an author who is no [`Requester`].
pub(super) fn record_as(
    conn: &mut AnyConnection,
    author: Author,
    workspace: Option<WorkspaceId>,
    action: Action,
    object: &dyn std::fmt::Display,
    now: Timestamp,
) -> Result<(), storage::Error> {
    let event = Event {
        id: EventId::generate(),
        workspace_id: workspace,
        actor: author.actor,
        action,
        object_id: object.to_string(),
        request_id: Some(author.request_id),
        created_at: now,
    };
    storage::events::insert(conn, &event)
}
