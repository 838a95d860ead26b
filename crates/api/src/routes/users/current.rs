//! `GET /user`

use actix_web::get;
use actix_web::web::Json;
use domain::id::{TokenId, WorkspaceId};
use domain::role::Role;
use domain::user::User;
use serde::Serialize;

use crate::error::ApiError;
use crate::extract::ability::AnyToken;
use crate::extract::{Caller, State};
use crate::ops;
use crate::ops::users::Current;
use crate::wire::TokenBody;

/// Who a token stands for, and how far it reaches.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct CurrentUser {
    /// The token's owner.
    #[serde(flatten)]
    user: User,
    /// Always null: addresses are not told to a service that keeps pictures.
    photo_url: Option<String>,
    /// The token by which it was asked.
    token: TokenBody,
    /// The workspaces that the token sees, by id.
    workspaces: Vec<OwnWorkspace>,
}

/// A workspace and what one is in it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct OwnWorkspace {
    /// Its id.
    #[schema(example = 1)]
    id: WorkspaceId,
    /// Its name.
    #[schema(example = "Accounting")]
    name: String,
    /// A sign that stands for it.
    icon: Option<String>,
    /// What the token's owner may do there.
    role: Role,
}

/// Get the token's owner
///
/// With what the token allows, when it ends, and the workspaces that it sees.
#[utoipa::path(
    tag = "Account",
    security(("bearer" = [])),
    responses((status = 200, description = "The owner, the token and the workspaces.", body = CurrentUser)),
)]
#[get("/user")]
pub(super) async fn get_user(caller: Caller<AnyToken>, state: State) -> Result<Json<CurrentUser>, ApiError> {
    let current = ops::users::current(&state, caller.who()).await?;
    Ok(Json(CurrentUser::new(current, caller.who().token())))
}

impl CurrentUser {
    /// What is known of the caller, who sent the request with the token `sent_with`.
    pub(super) fn new(current: Current, sent_with: TokenId) -> Self {
        let Current {
            user,
            token,
            workspaces,
        } = current;
        let workspaces = workspaces.into_iter().map(|(workspace, role)| OwnWorkspace {
            id: workspace.id,
            name: workspace.name,
            icon: workspace.icon,
            role,
        });
        Self {
            user,
            photo_url: None,
            token: TokenBody::new(token, sent_with),
            workspaces: workspaces.collect(),
        }
    }
}
