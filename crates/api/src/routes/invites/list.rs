//! `GET /workspaces/{workspaceId}/invites`

use actix_web::get;
use actix_web::web::Json;
use domain::id::{InviteId, UserId, WorkspaceId};
use domain::invite::{Invite, InviteStatus};
use domain::role::Role;
use domain::time::Timestamp;
use domain::user::Email;
use serde::Serialize;

use crate::error::ApiError;
use crate::extract::ability::WorkspaceUsersRead;
use crate::extract::{Caller, PathId, State};
use crate::ops;

/// An invitation.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct InviteBody {
    /// Its id.
    #[schema(example = 1)]
    id: InviteId,
    /// Who is invited.
    #[schema(example = "eve@example.org")]
    email: Email,
    /// As what.
    role: Role,
    /// Where it stands.
    status: InviteStatus,
    /// Until when it can be accepted.
    valid_until: Timestamp,
    /// The member who asked last; null once that account is gone.
    #[schema(example = 1)]
    invited_by: Option<UserId>,
    /// When it was accepted; null where it was not.
    accepted_at: Option<Timestamp>,
    /// When it was made.
    created_at: Timestamp,
    /// When it was last changed.
    updated_at: Timestamp,
}

impl InviteBody {
    pub(super) fn new(invite: Invite, now: Timestamp) -> Self {
        Self {
            id: invite.id,
            status: invite.status(now),
            email: invite.email,
            role: invite.role,
            valid_until: invite.valid_until,
            invited_by: invite.invited_by,
            accepted_at: invite.accepted_at,
            created_at: invite.created_at,
            updated_at: invite.updated_at,
        }
    }
}

/// List invitations
///
/// Those that were accepted are among them, those that were cancelled are not.
#[utoipa::path(
    tag = "Invites",
    security(("bearer" = [WorkspaceUsersRead::NAME])),
    params(("workspaceId" = WorkspaceId, Path, description = "The workspace.")),
    responses((status = 200, description = "The invitations, the newest first; 1000 at most.", body = Vec<InviteBody>)),
)]
#[get("/workspaces/{workspaceId}/invites")]
pub(super) async fn list_invites(
    caller: Caller<WorkspaceUsersRead>,
    state: State,
    PathId(workspace): PathId<WorkspaceId>,
) -> Result<Json<Vec<InviteBody>>, ApiError> {
    let now = state.now();
    let invites = ops::invites::list(&state, caller.who(), workspace).await?;
    let bodies = invites.into_iter().map(|invite| InviteBody::new(invite, now));
    Ok(Json(bodies.collect()))
}
