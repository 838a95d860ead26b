//! The audit trail: who did what, when.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::id::{EventId, RequestId, TokenId, UserId, WorkspaceId};
use crate::time::Timestamp;

/// An entry of the audit trail. Entries are only ever added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// Where it happened; none for what concerns no workspace (a user, a token).
    pub workspace_id: Option<WorkspaceId>,
    /// Who did it.
    pub actor: Actor,
    /// What was done: `template.created`.
    pub action: Action,
    /// Id of the thing it was done to.
    pub object_id: String,
    /// The request by which it was done.
    pub request_id: Option<RequestId>,
    /// When.
    pub created_at: Timestamp,
}

/// Who did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// A user by a token.
    User {
        /// The user.
        user: UserId,
        /// The token.
        token: TokenId,
    },
    /// Somebody at the command line of the server.
    CommandLine,
    /// The server by itself: a job, a clean-up.
    System,
}

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        /// What was done.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Action {
            $($(#[$doc])* #[serde(rename = $text)] $name,)*
        }

        impl Action {
            /// Every action there is.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The action's name, object first: `template.created`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

actions! {
    /// An account was made.
    UserCreated = "user.created";
    /// A token was made.
    TokenCreated = "token.created";
    /// A token was revoked.
    TokenRevoked = "token.revoked";
    /// A workspace was made.
    WorkspaceCreated = "workspace.created";
    /// A workspace was changed.
    WorkspaceUpdated = "workspace.updated";
    /// A workspace was deleted with all that was in it.
    WorkspaceDeleted = "workspace.deleted";
    /// A user became a member.
    MemberAdded = "member.added";
    /// A member's role was changed.
    MemberRoleChanged = "member.role_changed";
    /// A member was removed by an admin.
    MemberRemoved = "member.removed";
    /// A member left.
    MemberLeft = "member.left";
    /// An address was invited.
    InviteCreated = "invite.created";
    /// An invitation was sent again.
    InviteResent = "invite.resent";
    /// An invitation was taken back.
    InviteCancelled = "invite.cancelled";
    /// An invitation was accepted.
    InviteAccepted = "invite.accepted";
    /// A template was made.
    TemplateCreated = "template.created";
    /// A template was changed.
    TemplateUpdated = "template.updated";
    /// A template was deleted with its sessions.
    TemplateDeleted = "template.deleted";
    /// A session was made.
    SessionCreated = "session.created";
    /// A session was changed.
    SessionUpdated = "session.updated";
    /// A session was deleted with its results.
    SessionDeleted = "session.deleted";
    /// A document came to the workspace.
    DocumentCreated = "document.created";
    /// A document was attached to a session.
    DocumentAttached = "document.attached";
    /// A document was taken out of a session.
    DocumentDetached = "document.detached";
    /// A document was deleted with what was read out of it.
    DocumentDeleted = "document.deleted";
    /// A run was started.
    ResultCreated = "result.created";
    /// A result was deleted.
    ResultDeleted = "result.deleted";
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Action {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{ObjectBuilder, Type};
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("What was done, the thing it was done to first."))
            .enum_values(Some(Self::ALL.iter().map(|action| action.name())))
            .into()
    }
}
#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Action {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_is_called_what_it_is_read_from() {
        for action in Action::ALL {
            assert_eq!(serde_json::to_value(action).unwrap(), action.name());
        }
    }
}
