//! Who asks, with which token, and what stays of it in the audit trail.

use domain::ability::{Ability, AbilitySet};
use domain::event::{Action, Actor, Event};
use domain::id::TokenId;
use domain::role::Role;
use domain::token::Token;
use domain::user::User;
use storage::events::ListedEvent;

use super::{REQUEST, TEMPLATE, USER, WORKSPACE, at, id, now, workspace};
use crate::ops::users::Current;
use crate::wire::{EventBody, MemberBody};

/// The token by which things are asked for.
pub const TOKEN: TokenId = id(9);

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
