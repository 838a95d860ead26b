//! `POST /workspaces/{workspaceId}/users/add`

use actix_web::post;
use actix_web::web::Json;
use domain::id::{InviteId, WorkspaceId};
use domain::role::Role;
use domain::user::Email;
use serde::{Deserialize, Serialize};

use crate::error::ApiError;
use crate::extract::ability::WorkspaceUsersWrite;
use crate::extract::{Caller, JsonBody, PathId, State};
use crate::ops;
use crate::ops::invites::Added;

/// Somebody who is to be a member.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct AddWorkspaceUser {
    /// The person's address.
    #[schema(example = "eve@example.org")]
    email: Email,
    /// The role there: `admin` may do everything, `user` works with templates, sessions and documents, `readonly` looks
    /// only.
    role: Role,
}

/// What became of it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct WorkspaceUserAdded {
    /// What was done, in words.
    #[schema(example = "Invitation sent")]
    message: &'static str,
    /// The invitation; only where the address has no account.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 1, nullable = false)]
    invite_id: Option<InviteId>,
    /// Whether the invitation is mailed; only where there is one. Where it is not, its link is to be handed over.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    mailed: Option<bool>,
}

/// Add somebody to a workspace
///
/// An address that has an account becomes a member at once. Any other is invited: the invitation is mailed where the
/// server is configured to send mail; else its link, `GET .../invites/{inviteId}/link`, is to be handed over. It can be
/// accepted for seven days. An invitation that has expired is sent again, with the role that is asked for now.
#[utoipa::path(
    tag = "Members",
    security(("bearer" = [WorkspaceUsersWrite::NAME])),
    params(("workspaceId" = WorkspaceId, Path, description = "The workspace.")),
    request_body = AddWorkspaceUser,
    responses((status = 200, description = "The person is a member, or invited.", body = WorkspaceUserAdded)),
)]
#[post("/workspaces/{workspaceId}/users/add")]
pub(super) async fn add_workspace_user(
    caller: Caller<WorkspaceUsersWrite>,
    state: State,
    PathId(workspace): PathId<WorkspaceId>,
    JsonBody(body): JsonBody<AddWorkspaceUser>,
) -> Result<Json<WorkspaceUserAdded>, ApiError> {
    let AddWorkspaceUser { email, role } = body;
    let added = ops::invites::add(&state, caller.who(), workspace, email, role).await?;
    Ok(Json(WorkspaceUserAdded::new(&added, state.settings.sends_mail)))
}

impl WorkspaceUserAdded {
    pub(super) fn new(added: &Added, mailed: bool) -> Self {
        match added {
            Added::Member => Self {
                message: "User added successfully",
                invite_id: None,
                mailed: None,
            },
            Added::Invited(invite) => Self {
                message: if mailed {
                    "Invitation sent"
                } else {
                    "Invitation made; this server sends no mail, so hand its link over"
                },
                invite_id: Some(invite.id),
                mailed: Some(mailed),
            },
        }
    }
}
