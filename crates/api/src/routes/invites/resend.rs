//! `POST /workspaces/{workspaceId}/invites/{inviteId}/resend`

use actix_web::post;
use actix_web::web::Json;
use domain::id::{InviteId, WorkspaceId};
use domain::invite::Invite;
use domain::time::Timestamp;
use serde::Serialize;

use crate::error::ApiError;
use crate::extract::ability::WorkspaceUsersWrite;
use crate::extract::{Caller, PathIds, State};
use crate::ops;

/// What became of it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct InviteResent {
    /// What was done, in words.
    #[schema(example = "Invitation resent successfully")]
    message: &'static str,
    /// Whether it is mailed. Where it is not, its new link is to be handed over.
    mailed: bool,
    /// Until when it can be accepted now.
    valid_until: Timestamp,
}

/// Send an invitation again
///
/// It can be accepted for seven days from now, by a new link: those of before are good no longer. Where the server sends
/// no mail, the new link is to be handed over. One that was accepted is not found here.
#[utoipa::path(
    tag = "Invites",
    security(("bearer" = [WorkspaceUsersWrite::NAME])),
    params(
        ("workspaceId" = WorkspaceId, Path, description = "The workspace."),
        ("inviteId" = InviteId, Path, description = "The invitation."),
    ),
    responses((status = 200, description = "It is on its way.", body = InviteResent)),
)]
#[post("/workspaces/{workspaceId}/invites/{inviteId}/resend")]
pub(super) async fn resend_invite(
    caller: Caller<WorkspaceUsersWrite>,
    state: State,
    PathIds(workspace, invite): PathIds<WorkspaceId, InviteId>,
) -> Result<Json<InviteResent>, ApiError> {
    let invite = ops::invites::resend(&state, caller.who(), workspace, invite).await?;
    Ok(Json(InviteResent::new(&invite, state.settings.sends_mail)))
}

impl InviteResent {
    pub(super) fn new(invite: &Invite, mailed: bool) -> Self {
        Self {
            message: if mailed {
                "Invitation resent successfully"
            } else {
                "Invitation renewed; this server sends no mail, so hand its new link over"
            },
            mailed,
            valid_until: invite.valid_until,
        }
    }
}
