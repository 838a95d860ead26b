//! `GET /workspaces/{workspaceId}/invites/{inviteId}/link`

use actix_web::http::header::{CACHE_CONTROL, CacheControl, CacheDirective};
use actix_web::{HttpResponse, get};
use domain::id::{InviteId, WorkspaceId};
use domain::invite::Invite;
use domain::time::Timestamp;
use serde::Serialize;
use url::Url;

use crate::error::ApiError;
use crate::extract::ability::WorkspaceUsersRead;
use crate::extract::{Caller, PathIds, State};
use crate::ops;

/// Where an invitation is accepted.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct InviteLinkBody {
    /// The link.
    #[schema(format = "uri", example = "https://docent.example.org/invite/qYmS6w")]
    link: String,
    /// Until when it is good.
    valid_until: Timestamp,
}

/// Get the link of an invitation
///
/// To be handed over where the server sends no mail. Whoever has it can accept in the name of the address, so that it is
/// given to admins only. One that was accepted is not found here.
#[utoipa::path(
    tag = "Invites",
    security(("bearer" = [WorkspaceUsersRead::NAME])),
    params(
        ("workspaceId" = WorkspaceId, Path, description = "The workspace."),
        ("inviteId" = InviteId, Path, description = "The invitation."),
    ),
    responses((status = 200, description = "The link.", body = InviteLinkBody)),
)]
#[get("/workspaces/{workspaceId}/invites/{inviteId}/link")]
pub(super) async fn get_invite_link(
    caller: Caller<WorkspaceUsersRead>,
    state: State,
    PathIds(workspace, invite): PathIds<WorkspaceId, InviteId>,
) -> Result<HttpResponse, ApiError> {
    let (link, invite) = ops::invites::link(&state, caller.who(), workspace, invite).await?;
    let body = InviteLinkBody::new(link, &invite);
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, CacheControl(vec![CacheDirective::NoStore])))
        .json(body))
}

impl InviteLinkBody {
    pub(super) fn new(link: Url, invite: &Invite) -> Self {
        Self {
            link: link.into(),
            valid_until: invite.valid_until,
        }
    }
}
