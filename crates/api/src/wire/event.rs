//! Entries of the audit trail as they are sent.

use domain::event::{Action, Actor};
use domain::id::{EventId, RequestId, TokenId, UserId};
use domain::time::Timestamp;
use domain::user::{Email, User};
use serde::Serialize;
use storage::events::ListedEvent;

/// Who did what.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Event)]
pub struct EventBody {
    /// Its id.
    pub id: EventId,
    /// What was done.
    pub action: Action,
    /// The id of the thing it was done to.
    pub object_id: String,
    /// Who did it.
    pub actor: ActorBody,
    /// The request by which it was done; null where it was none.
    pub request_id: Option<RequestId>,
    /// When.
    pub created_at: Timestamp,
}

/// Who did something.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Actor)]
pub struct ActorBody {
    /// What kind of actor it is.
    #[serde(rename = "type")]
    pub kind: ActorKind,
    /// The user's id; null for other kinds.
    pub user_id: Option<UserId>,
    /// What the user is called; null for other kinds, and where the account is gone.
    pub name: Option<String>,
    /// The user's address; null as the name is.
    pub email: Option<Email>,
    /// The token that was used; null for other kinds.
    pub token_id: Option<TokenId>,
}

/// What kind of actor did something.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A user by a token.
    User,
    /// Somebody at the command line of the server.
    CommandLine,
    /// The server by itself.
    System,
}

impl From<ListedEvent> for EventBody {
    fn from(listed: ListedEvent) -> Self {
        let ListedEvent { event, user } = listed;
        Self {
            id: event.id,
            action: event.action,
            object_id: event.object_id,
            actor: ActorBody::new(event.actor, user),
            request_id: event.request_id,
            created_at: event.created_at,
        }
    }
}

impl ActorBody {
    fn new(actor: Actor, user: Option<User>) -> Self {
        let (kind, user_id, token_id) = match actor {
            Actor::User { user, token } => (ActorKind::User, Some(user), Some(token)),
            Actor::CommandLine => (ActorKind::CommandLine, None, None),
            Actor::System => (ActorKind::System, None, None),
        };
        let (name, email) = user.map(|user| (user.name, user.email)).unzip();
        Self {
            kind,
            user_id,
            name,
            email,
            token_id,
        }
    }
}
