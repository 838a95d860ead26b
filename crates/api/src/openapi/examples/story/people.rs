//! Who asks, with which token, and what stays of it in the audit trail.

use domain::ability::{Ability, AbilitySet};
use domain::event::{Action, Actor, Event};
use domain::id::{InviteId, TokenId, UserId};
use domain::invite::Invite;
use domain::role::Role;
use domain::token::Token;
use domain::user::User;
use storage::events::ListedEvent;
use url::Url;

use super::{ADDRESS, REQUEST, TEMPLATE, USER, WORKSPACE, at, id, now, signer, workspace};
use crate::ops::users::Current;
use crate::signing::InviteLinks;
use crate::wire::{EventBody, MemberBody};

/// The token by which things are asked for.
pub const TOKEN: TokenId = id(9);
const INVITE: InviteId = InviteId(1);

/// The one who asks. None where the address is none, which a test notices.
fn user() -> Option<User> {
    Some(User {
        id: USER,
        name: "Ada".to_owned(),
        email: "ada@example.org".parse().ok()?,
        created_at: at(0),
    })
}

/// The same as a member.
pub fn member() -> Option<MemberBody> {
    Some(MemberBody::from((user()?, Role::Admin)))
}

/// The token.
pub fn token() -> Token {
    let abilities = [
        Ability::TemplatesRead,
        Ability::SessionsRead,
        Ability::SessionsWrite,
    ];
    Token {
        id: TOKEN,
        user_id: USER,
        name: "laptop".to_owned(),
        abilities: AbilitySet::from_iter(abilities),
        workspace_id: Some(WORKSPACE),
        expires_at: None,
        revoked_at: None,
        last_used_at: Some(now()),
        created_at: at(5),
    }
}

/// What is known of the caller.
pub fn current() -> Option<Current> {
    Some(Current {
        user: user()?,
        token: token(),
        workspaces: vec![(workspace(), Role::Admin)],
    })
}

/// An invitation of somebody else.
pub fn invite() -> Option<Invite> {
    Some(Invite {
        id: INVITE,
        workspace_id: WORKSPACE,
        email: invited_user()?.email,
        role: Role::User,
        generation: 1,
        invited_by: Some(USER),
        valid_until: at(7).plus(Invite::VALID_FOR),
        accepted_at: None,
        created_at: at(7),
        updated_at: at(7),
    })
}

/// The link by which it is accepted.
pub fn invite_link() -> Option<Url> {
    let public_url: Url = ADDRESS.parse().ok()?;
    let links = InviteLinks::new(signer(), public_url.into());
    Some(links.link(INVITE, 1))
}

/// Whoever accepted it.
pub fn invited_user() -> Option<User> {
    Some(User {
        id: UserId(2),
        name: "Eve".to_owned(),
        email: "eve@example.org".parse().ok()?,
        created_at: now(),
    })
}

/// The token that was made with the account.
pub fn invited_token() -> Token {
    Token {
        id: id(21),
        user_id: UserId(2),
        abilities: Role::User.abilities(),
        workspace_id: None,
        last_used_at: None,
        created_at: now(),
        ..token()
    }
}

/// An entry of the audit trail.
pub fn event() -> EventBody {
    EventBody::from(ListedEvent {
        event: Event {
            id: id(20),
            workspace_id: Some(WORKSPACE),
            actor: Actor::User {
                user: USER,
                token: TOKEN,
            },
            action: Action::TemplateCreated,
            object_id: TEMPLATE.to_string(),
            request_id: Some(REQUEST),
            created_at: at(10),
        },
        user: user(),
    })
}
