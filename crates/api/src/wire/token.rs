//! Tokens as they are sent.

use domain::ability::AbilitySet;
use domain::id::{TokenId, WorkspaceId};
use domain::time::Timestamp;
use domain::token::Token;
use serde::Serialize;

/// A personal access token, without its secret.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = Token)]
pub struct TokenBody {
    /// Its id.
    pub id: TokenId,
    /// What the owner calls it.
    #[schema(example = "laptop")]
    pub name: String,
    /// What it allows.
    pub abilities: AbilitySet,
    /// The one workspace to which it is confined; null where it reaches all of the owner's.
    pub workspace_id: Option<WorkspaceId>,
    /// When it ends by itself; null for never.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute; null for never.
    pub last_used_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was revoked; null while it was not.
    pub revoked_at: Option<Timestamp>,
    /// Whether this request was sent with it.
    pub current: bool,
}

impl TokenBody {
    /// The token, to whoever sent the request with the token `current`.
    pub fn new(token: Token, current: TokenId) -> Self {
        Self {
            id: token.id,
            name: token.name,
            abilities: token.abilities,
            workspace_id: token.workspace_id,
            expires_at: token.expires_at,
            last_used_at: token.last_used_at,
            created_at: token.created_at,
            revoked_at: token.revoked_at,
            current: token.id == current,
        }
    }
}
