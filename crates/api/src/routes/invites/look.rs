//! `GET /invite/{token}`

use actix_web::http::header::{CACHE_CONTROL, CacheControl, CacheDirective};
use actix_web::{HttpResponse, get};
use domain::id::WorkspaceId;
use domain::invite::InviteStatus;
use domain::role::Role;
use domain::time::Timestamp;
use domain::user::Email;
use serde::Serialize;

use crate::error::{ApiError, ErrorBody};
use crate::extract::{InviteToken, PathId, State};
use crate::ops;
use crate::ops::invites::Seen;

/// An invitation, for whoever has its link.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct InvitationBody {
    /// Where to.
    workspace: InvitationPlace,
    /// Who is invited.
    #[schema(example = "eve@example.org")]
    email: Email,
    /// As what.
    role: Role,
    /// Where it stands.
    status: InviteStatus,
    /// Until when it can be accepted.
    valid_until: Timestamp,
    /// Whether the address has an account, whose token accepting takes.
    needs_token: bool,
    /// How it is accepted, in words.
    #[schema(
        example = "Send POST to this address; a JSON body {\"name\": \"...\"} may say what you are called."
    )]
    how_to_accept: &'static str,
}

/// The workspace of an invitation.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct InvitationPlace {
    /// Its id.
    #[schema(example = 1)]
    id: WorkspaceId,
    /// Its name.
    #[schema(example = "Accounting")]
    name: String,
}

impl From<Seen> for InvitationBody {
    fn from(seen: Seen) -> Self {
        let Seen {
            invite,
            status,
            workspace,
            has_account,
        } = seen;
        Self {
            workspace: InvitationPlace {
                id: workspace.id,
                name: workspace.name,
            },
            email: invite.email,
            role: invite.role,
            status,
            valid_until: invite.valid_until,
            needs_token: has_account,
            how_to_accept: how_to_accept(status, has_account),
        }
    }
}

/// A link in a mail is opened by people, too.
const fn how_to_accept(status: InviteStatus, has_account: bool) -> &'static str {
    match (status, has_account) {
        (InviteStatus::Pending, false) => {
            "Send POST to this address; a JSON body {\"name\": \"...\"} may say what you are called. The answer holds \
             your token, which is shown only once."
        }
        (InviteStatus::Pending, true) => {
            "Send POST to this address with a token of your account: Authorization: Bearer <token>."
        }
        (InviteStatus::Accepted, _) => "It was accepted.",
        (InviteStatus::Expired, _) => "It has expired: ask for another.",
    }
}

/// Look at an invitation
///
/// What it is about, for whoever has its link. Nothing is changed by that, and no token is needed. `POST` to the same
/// address accepts it.
#[utoipa::path(
    tag = "Invites",
    params(("token" = String, Path, pattern = "^[A-Za-z0-9_-]{59}$", description = "The last part of the link.")),
    responses(
        (status = 200, description = "The invitation.", body = InvitationBody),
        (status = 404, description = "There is no such invitation: it was cancelled, or there is a newer link.",
            body = ErrorBody),
    ),
)]
#[get("/invite/{token}")]
pub(super) async fn get_invitation(
    state: State,
    PathId(token): PathId<InviteToken>,
) -> Result<HttpResponse, ApiError> {
    let seen = ops::invites::look(&state, &token).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, CacheControl(vec![CacheDirective::NoStore])))
        .json(InvitationBody::from(seen)))
}
