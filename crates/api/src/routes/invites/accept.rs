//! `POST /invite/{token}`

use actix_web::http::StatusCode;
use actix_web::post;
use domain::ability::AbilitySet;
use domain::name::Name;
use domain::role::Role;
use domain::user::User;
use domain::workspace::Workspace;
use serde::{Deserialize, Serialize};

use crate::error::{ApiError, ErrorBody};
use crate::extract::{InviteToken, JsonBody, PathId, State, Visitor};
use crate::middleware::idempotency::ShownOnce;
use crate::ops;
use crate::ops::invites::Accepted;

/// What the new account is to be like.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct AcceptInvitation {
    /// What the person is called; the first part of the address where it is left out. An account that is there keeps its
    /// name.
    #[schema(example = "Eve")]
    name: Option<Name>,
}

/// Somebody became a member.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(super) struct InvitationAccepted {
    /// The member.
    user: User,
    /// The workspace.
    workspace: Workspace,
    /// The role there.
    role: Role,
    /// The new account's token: it is shown only this once. Null where there was an account.
    #[schema(example = "dct_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklm")]
    token: Option<String>,
    /// What the token allows; null where there is none.
    abilities: Option<AbilitySet>,
}

impl InvitationAccepted {
    /// The answer, with the secret and without it.
    pub(super) fn split(accepted: Accepted) -> (Self, Self) {
        let (secret, abilities) = match accepted.token {
            Some((secret, token)) => (Some(secret), Some(token.abilities)),
            None => (None, None),
        };
        let kept = Self {
            user: accepted.user,
            workspace: accepted.workspace,
            role: accepted.role,
            token: None,
            abilities,
        };
        let shown = Self {
            token: secret.map(|secret| secret.reveal().to_owned()),
            ..kept.clone()
        };
        (shown, kept)
    }
}

/// Accept an invitation
///
/// An address without an account gets one, with one token that is shown only this once and holds every ability that the
/// role allows (those for tokens of one's own included), for all workspaces that the account will ever see. No token is
/// to be sent then. Where the token is lost, the server's operator makes another with `docent token create`.
///
/// An address that has an account is made a member when it shows a token of that account, of any abilities, that is not
/// confined to a workspace. It gets no further token.
///
/// The invitation stands whatever becomes of the member who sent it; what ends it is its time, its cancellation, or its
/// being sent again. The body may be left out.
#[utoipa::path(
    tag = "Invites",
    security((), ("bearer" = [])),
    params(("token" = String, Path, pattern = "^[A-Za-z0-9_-]{59}$", description = "The last part of the link.")),
    request_body = Option<AcceptInvitation>,
    responses(
        (status = 200, description = "The account is a member.", body = InvitationAccepted),
        (status = 201, description = "The account was made, and is a member.", body = InvitationAccepted),
        (status = 401, description = "The address has an account, whose token is needed; or the token is not valid.",
            body = ErrorBody),
        (status = 403, description = "The token is another account's, or confined to a workspace.", body = ErrorBody),
        (status = 404, description = "There is no such invitation: it was cancelled, or there is a newer link.",
            body = ErrorBody),
        (status = 409, description = "It was accepted before, or the account is a member already.", body = ErrorBody),
        (status = 410, description = "It has expired: ask for another.", body = ErrorBody),
    ),
)]
#[post("/invite/{token}")]
pub(super) async fn accept_invitation(
    visitor: Visitor,
    state: State,
    PathId(token): PathId<InviteToken>,
    JsonBody(body): JsonBody<AcceptInvitation>,
) -> Result<ShownOnce<InvitationAccepted>, ApiError> {
    let accepted = ops::invites::accept(&state, visitor, &token, body.name).await?;
    let status = match accepted.token {
        Some(_) => StatusCode::CREATED,
        None => StatusCode::OK,
    };
    let (shown, kept) = InvitationAccepted::split(accepted);
    Ok(ShownOnce { status, shown, kept })
}
