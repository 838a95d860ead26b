//! Invitations of addresses to workspaces.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::id::{InviteId, UserId, WorkspaceId};
use crate::role::Role;
use crate::time::Timestamp;
use crate::user::Email;

/// An invitation of an address to a workspace. It belongs to the workspace, not to whoever asked: it stands when that
/// member leaves, and any admin may take it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invite {
    /// Its id.
    pub id: InviteId,
    /// Where to.
    pub workspace_id: WorkspaceId,
    /// Who is invited.
    pub email: Email,
    /// As what.
    pub role: Role,
    /// Which of its links is good: counts up when it is sent again, and the links of before end.
    pub generation: u32,
    /// The member who asked last; none once that account is gone.
    pub invited_by: Option<UserId>,
    /// Until when it can be accepted.
    pub valid_until: Timestamp,
    /// When it was accepted.
    pub accepted_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// Where an invitation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum InviteStatus {
    /// It can be accepted.
    Pending,
    /// It was accepted.
    Accepted,
    /// It is too old to be accepted, and can be sent again.
    Expired,
}

impl Invite {
    /// How long an invitation can be accepted after it was made or sent again.
    pub const VALID_FOR: Duration = Duration::from_hours(7 * 24);

    /// Where it stands at that time.
    pub fn status(&self, now: Timestamp) -> InviteStatus {
        match self.accepted_at {
            Some(_) => InviteStatus::Accepted,
            None if now < self.valid_until => InviteStatus::Pending,
            None => InviteStatus::Expired,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_ends_when_its_time_is_over_unless_it_was_accepted() {
        let made: Timestamp = "2026-03-04T12:00:00Z".parse().unwrap();
        let mut invite = Invite {
            id: InviteId(1),
            workspace_id: WorkspaceId(1),
            email: "ada@example.org".parse().unwrap(),
            role: Role::User,
            generation: 1,
            invited_by: None,
            valid_until: made.plus(Invite::VALID_FOR),
            accepted_at: None,
            created_at: made,
            updated_at: made,
        };
        let end = invite.valid_until;
        assert_eq!(
            invite.status(end.minus(Duration::from_micros(1))),
            InviteStatus::Pending
        );
        assert_eq!(invite.status(end), InviteStatus::Expired);
        invite.accepted_at = Some(made);
        assert_eq!(invite.status(end), InviteStatus::Accepted);
    }
}
