//! Following the link of an invitation.

use domain::access::Scope;
use domain::event::{Action, Actor};
use domain::id::{RequestId, UserId};
use domain::invite::{Invite, InviteStatus};
use domain::name::Name;
use domain::role::Role;
use domain::time::Timestamp;
use domain::token::{PlainToken, Token};
use domain::user::User;
use domain::workspace::Workspace;
use storage::tokens::NewToken;
use storage::{AnyConnection, Constraint, Error};

use super::Undone;
use crate::error::ApiError;
use crate::extract::{InviteToken, Visitor};
use crate::ops::audit::{Author, record_as};
use crate::ops::tokens::mint;
use crate::signing::Invited;
use crate::state::AppState;

/// What the token is called that a new account gets.
const TOKEN_NAME: &str = "invitation";

/// What a link leads to.
#[derive(Debug)]
pub struct Seen {
    /// The invitation.
    pub invite: Invite,
    /// Where it stands.
    pub status: InviteStatus,
    /// Where to.
    pub workspace: Workspace,
    /// Whether the address has an account, whose token accepting takes.
    pub has_account: bool,
}

/// Said where somebody is too late.
pub const ACCEPTED: &str = "the invitation was accepted before";

/// What came of accepting.
#[derive(Debug)]
pub struct Accepted {
    /// The member.
    pub user: User,
    /// Where.
    pub workspace: Workspace,
    /// As what.
    pub role: Role,
    /// The token that was made with the account, and what it allows; none where there was an account.
    pub token: Option<(PlainToken, Token)>,
}

/// What a link leads to. Changes nothing.
pub async fn look(state: &AppState, token: &InviteToken) -> Result<Seen, ApiError> {
    let (link, now) = (read(state, token)?, state.now());
    state
        .db
        .read(move |conn| {
            let invite = find(conn, link)?;
            Ok(Seen {
                status: invite.status(now),
                workspace: workspace_of(conn, &invite)?,
                has_account: storage::users::find_by_email(conn, &invite.email)?.is_some(),
                invite,
            })
        })
        .await
}

/// Makes the invited address a member. An address without an account gets one, and one token; an account must show that
/// it is the one that is meant. An invitation is accepted once.
pub async fn accept(
    state: &AppState,
    visitor: Visitor,
    token: &InviteToken,
    name: Option<Name>,
) -> Result<Accepted, ApiError> {
    let acceptance = Acceptance {
        link: read(state, token)?,
        visitor,
        name,
        secret: mint().map_err(ApiError::internal)?,
        now: state.now(),
    };
    let accepted = state.db.write(move |conn| acceptance.run(conn)).await;
    state.callers.forget_all();
    accepted.map_err(into_answer)
}

fn read(state: &AppState, token: &InviteToken) -> Result<Invited, ApiError> {
    let link = state.invite_links.read(&token.0);
    link.ok_or(ApiError::NotFound("invitation"))
}

fn find(conn: &mut AnyConnection, link: Invited) -> Result<Invite, ApiError> {
    let found = storage::invites::find_by_link(conn, link.id, link.generation)?;
    found.ok_or(ApiError::NotFound("invitation"))
}

fn workspace_of(conn: &mut AnyConnection, invite: &Invite) -> Result<Workspace, ApiError> {
    let workspace = invite.workspace_id;
    let found = storage::workspaces::find(conn, &Scope::of_job(workspace), workspace)?;
    found.ok_or(ApiError::NotFound("invitation"))
}

/// Somebody who wants to accept.
struct Acceptance {
    link: Invited,
    visitor: Visitor,
    name: Option<Name>,
    /// To be given to a new account.
    secret: PlainToken,
    now: Timestamp,
}

impl Acceptance {
    fn run(self, conn: &mut AnyConnection) -> Result<Accepted, Undone> {
        let invite = self.hold(conn)?;
        let workspace = workspace_of(conn, &invite)?;
        let account = storage::users::find_by_email(conn, &invite.email)?;
        let (user, token) = match self.check_visitor(account)? {
            Some(user) => (user, None),
            None => self.make_account(conn, &invite)?,
        };
        let author = self.author(user.id, token.as_ref());
        storage::members::insert(conn, workspace.id, user.id, invite.role, self.now)?;
        storage::invites::accept(conn, workspace.id, invite.id, self.now)?;
        let place = Some(workspace.id);
        record_as(conn, author, place, Action::MemberAdded, &user.id, self.now)?;
        record_as(conn, author, place, Action::InviteAccepted, &invite.id, self.now)?;
        Ok(Accepted {
            user,
            role: invite.role,
            token: token.map(|token| (self.secret, token)),
            workspace,
        })
    }

    /// The invitation, as long as it can be accepted. Who comes at the same time waits here.
    fn hold(&self, conn: &mut AnyConnection) -> Result<Invite, ApiError> {
        let found = find(conn, self.link)?;
        let held = storage::invites::hold(conn, found.workspace_id, found.id)?;
        let invite = held
            .filter(|invite| invite.generation == self.link.generation)
            .ok_or(ApiError::NotFound("invitation"))?;
        match invite.status(self.now) {
            InviteStatus::Pending => Ok(invite),
            InviteStatus::Expired => Err(ApiError::InviteExpired),
            InviteStatus::Accepted => Err(ApiError::Conflict(ACCEPTED)),
        }
    }

    /// The account that accepts; none where the address has none and nobody else shows a token.
    fn check_visitor(&self, account: Option<User>) -> Result<Option<User>, ApiError> {
        match (account, &self.visitor.who) {
            (None, None) => Ok(None),
            (Some(_), None) => Err(ApiError::TokenMissing),
            (Some(account), Some(who)) if who.user() == account.id => match who.token_workspace() {
                // It is to see one workspace, and would bring its owner into another.
                Some(_) => Err(ApiError::TokenConfined),
                None => Ok(Some(account)),
            },
            (_, Some(_)) => Err(ApiError::InviteForAnother),
        }
    }

    /// An account with one token. The account itself is who made it, by that token: nobody else was there.
    fn make_account(
        &self,
        conn: &mut AnyConnection,
        invite: &Invite,
    ) -> Result<(User, Option<Token>), Undone> {
        let name = self.name.clone();
        let name = name.unwrap_or_else(|| invite.email.default_name());
        let user = storage::users::insert(conn, &invite.email, &name, self.now)?;
        let new = NewToken {
            user_id: user.id,
            name: Name::lossy(TOKEN_NAME, TOKEN_NAME),
            hash: self.secret.hash(),
            abilities: invite.role.abilities(),
            workspace_id: None,
            expires_at: None,
        };
        let token = storage::tokens::insert(conn, new, self.now)?;
        let author = self.author(user.id, Some(&token));
        record_as(conn, author, None, Action::UserCreated, &user.id, self.now)?;
        record_as(conn, author, None, Action::TokenCreated, &token.id, self.now)?;
        Ok((user, Some(token)))
    }

    fn author(&self, user: UserId, made: Option<&Token>) -> Author {
        let request_id: RequestId = self.visitor.request_id;
        let actor = match (made, &self.visitor.who) {
            (Some(token), _) => Actor::User {
                user,
                token: token.id,
            },
            (None, Some(who)) => who.actor(),
            (None, None) => Actor::System,
        };
        Author { actor, request_id }
    }
}

fn into_answer(undone: Undone) -> ApiError {
    match undone {
        Undone::Refused(error) => error,
        // An account was made for the address a moment ago: it must show that it is the one that is meant.
        Undone::Storage(Error::Conflict(Constraint::UserEmail)) => ApiError::TokenMissing,
        Undone::Storage(Error::Conflict(Constraint::Member)) => {
            ApiError::Conflict("the account is a member of the workspace already")
        }
        Undone::Storage(error) => error.into(),
    }
}
