//! The caller's own account.

use domain::role::Role;
use domain::token::Token;
use domain::user::User;
use domain::workspace::Workspace;

use crate::error::ApiError;
use crate::extract::Requester;
use crate::state::AppState;

/// Who a token stands for, and how far it reaches.
#[derive(Debug)]
pub struct Current {
    /// Its owner.
    pub user: User,
    /// The token.
    pub token: Token,
    /// The workspaces that it sees, with the owner's role in each.
    pub workspaces: Vec<(Workspace, Role)>,
}

/// The caller.
pub async fn current(state: &AppState, who: &Requester) -> Result<Current, ApiError> {
    let who = who.clone();
    state
        .db
        .read(move |conn| {
            let user = storage::users::find(conn, who.user())?;
            let token = storage::tokens::find_for_user(conn, who.user(), who.token())?;
            // Gone since the token was found good.
            let (Some(user), Some(token)) = (user, token) else {
                return Err(ApiError::TokenInvalid);
            };
            let workspaces = storage::workspaces::list(conn, who.scope())?;
            let with_role = workspaces.into_iter().filter_map(|workspace| {
                let role = who.scope().role_in(workspace.id)?;
                Some((workspace, role))
            });
            Ok(Current {
                user,
                token,
                workspaces: with_role.collect(),
            })
        })
        .await
}
