//! Examples of invitations.

use domain::invite::InviteStatus;
use domain::role::Role;
use domain::token::PlainToken;
use serde_json::json;

use super::accept::{AcceptInvitation, InvitationAccepted};
use super::add::{AddWorkspaceUser, WorkspaceUserAdded};
use super::link::InviteLinkBody;
use super::list::InviteBody;
use super::look::InvitationBody;
use super::resend::InviteResent;
use crate::error::ApiError;
use crate::openapi::examples::{Examples, story};
use crate::ops::invites::{ACCEPTED, Accepted, Added, Seen};

pub(in crate::routes) fn examples() -> Vec<Examples> {
    let invited = json!({ "email": "eve@example.org", "role": Role::User });
    let added = story::invite().map(|invite| WorkspaceUserAdded::new(&Added::Invited(invite), true));
    let listed = story::invite().map(|invite| vec![InviteBody::new(invite, story::now())]);
    let resent = story::invite().map(|invite| InviteResent::new(&invite, true));
    let link = story::invite().and_then(|invite| Some(InviteLinkBody::new(story::invite_link()?, &invite)));
    let seen = story::invite().map(|invite| {
        InvitationBody::from(Seen {
            invite,
            status: InviteStatus::Pending,
            workspace: story::workspace(),
            has_account: false,
        })
    });
    vec![
        Examples::of("add_workspace_user")
            .takes::<AddWorkspaceUser>(invited)
            .gives(200, added),
        Examples::of("list_invites").gives(200, listed),
        Examples::of("resend_invite").gives(200, resent),
        Examples::of("get_invite_link").gives(200, link),
        Examples::of("get_invitation")
            .gives(200, seen)
            .fails(ApiError::NotFound("invitation")),
        accept(),
    ]
}

fn accept() -> Examples {
    let accepted = |token| {
        let user = story::invited_user()?;
        let (shown, _kept) = InvitationAccepted::split(Accepted {
            user,
            workspace: story::workspace(),
            role: Role::User,
            token,
        });
        Some(shown)
    };
    // Nobody's.
    let secret = PlainToken::mint([0; 32]);
    Examples::of("accept_invitation")
        .takes::<AcceptInvitation>(json!({ "name": "Eve" }))
        .gives(201, accepted(Some((secret, story::invited_token()))))
        .gives(200, accepted(None))
        .fails(ApiError::TokenMissing)
        .fails(ApiError::TokenInvalid)
        .fails(ApiError::InviteForAnother)
        .fails(ApiError::TokenConfined)
        .fails(ApiError::NotFound("invitation"))
        .fails(ApiError::Conflict(ACCEPTED))
        .fails(ApiError::InviteExpired)
}
