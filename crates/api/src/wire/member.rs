//! Members as they are sent.

use domain::id::UserId;
use domain::role::Role;
use domain::user::{Email, User};
use serde::Serialize;

/// A member of a workspace.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Member)]
pub struct MemberBody {
    /// The user's id.
    #[schema(example = 1)]
    pub id: UserId,
    /// What the person is called.
    #[schema(example = "Ada")]
    pub name: String,
    /// The person's address.
    pub email: Email,
    /// What the person may do in the workspace.
    pub role: Role,
    /// Always null: addresses are not told to a service that keeps pictures.
    pub photo_url: Option<String>,
}

impl From<(User, Role)> for MemberBody {
    fn from((user, role): (User, Role)) -> Self {
        Self {
            id: user.id,
            name: user.name,
            email: user.email,
            role,
            photo_url: None,
        }
    }
}
