//! Invitations, and the people who come by them.

mod accept;

use domain::ability::Ability;
use domain::event::Action;
use domain::id::{InviteId, UserId, WorkspaceId};
use domain::invite::Invite;
use domain::job::Task;
use domain::role::Role;
use domain::time::Timestamp;
use domain::user::Email;
use storage::invites::{NewInvite, Renewal};
use storage::{AnyConnection, Constraint, Error};
use url::Url;

use super::audit::record;
use crate::error::ApiError;
use crate::extract::Requester;
use crate::state::AppState;

pub use accept::{ACCEPTED, Accepted, Seen, accept, look};

/// What is said of an address that waits for an invitation.
const INVITED: &str = "was invited already: send the invitation again, or cancel it";

/// What became of an address that was to be added.
#[derive(Debug)]
pub enum Added {
    /// It has an account, which is a member now.
    Member,
    /// It has none, and was invited.
    Invited(Invite),
}

/// What a request about one workspace works with, inside its transaction.
struct Work {
    who: Requester,
    workspace: WorkspaceId,
    now: Timestamp,
    sends_mail: bool,
}

impl Work {
    /// For a caller who may manage members there.
    fn begin(state: &AppState, who: &Requester, workspace: WorkspaceId) -> Result<Self, ApiError> {
        who.may_in(workspace, "workspace")?;
        Ok(Self {
            who: who.clone(),
            workspace,
            now: state.now(),
            sends_mail: state.settings.sends_mail,
        })
    }

    fn record(
        &self,
        conn: &mut AnyConnection,
        action: Action,
        object: &dyn std::fmt::Display,
    ) -> Result<(), Error> {
        record(conn, &self.who, Some(self.workspace), action, object, self.now)
    }

    /// Has the invitation mailed, where mail is sent at all.
    fn mail(&self, conn: &mut AnyConnection, invite: &Invite) -> Result<(), Error> {
        if self.sends_mail {
            let task = Task::Mail {
                invite_id: invite.id,
                generation: invite.generation,
            };
            storage::jobs::enqueue(conn, self.workspace, task, self.now, self.now)?;
        }
        Ok(())
    }
}

/// Makes the address' account a member, or invites the address where it has none.
pub async fn add(
    state: &AppState,
    who: &Requester,
    workspace: WorkspaceId,
    email: Email,
    role: Role,
) -> Result<Added, ApiError> {
    let work = Work::begin(state, who, workspace)?;
    let added = state
        .db
        .write(move |conn| work.add(conn, email, role))
        .await
        .map_err(refuse_second)?;
    match added {
        Added::Member => state.callers.forget_all(),
        Added::Invited(_) => state.wake.ring(),
    }
    Ok(added)
}

impl Work {
    fn add(&self, conn: &mut AnyConnection, email: Email, role: Role) -> Result<Added, Undone> {
        let waiting = storage::invites::hold_waiting(conn, self.workspace, &email)?;
        match (storage::users::find_by_email(conn, &email)?, waiting) {
            (Some(account), waiting) => {
                self.add_member(conn, account.id, role, waiting)?;
                Ok(Added::Member)
            }
            (None, Some(waiting)) if self.now < waiting.valid_until => {
                Err(ApiError::field("email", INVITED).into())
            }
            (None, Some(expired)) => Ok(Added::Invited(self.renew(conn, expired.id, Some(role))?)),
            (None, None) => Ok(Added::Invited(self.invite(conn, email, role)?)),
        }
    }

    fn add_member(
        &self,
        conn: &mut AnyConnection,
        account: UserId,
        role: Role,
        waiting: Option<Invite>,
    ) -> Result<(), Error> {
        storage::members::insert(conn, self.workspace, account, role, self.now)?;
        self.record(conn, Action::MemberAdded, &account)?;
        // The address was invited before it had an account: there is nothing to accept any more.
        if let Some(invite) = waiting
            && storage::invites::cancel(conn, self.workspace, invite.id)?
        {
            self.record(conn, Action::InviteCancelled, &invite.id)?;
        }
        Ok(())
    }

    fn invite(&self, conn: &mut AnyConnection, email: Email, role: Role) -> Result<Invite, Error> {
        let new = NewInvite {
            email,
            role,
            invited_by: self.who.user(),
            valid_until: self.now.plus(Invite::VALID_FOR),
        };
        let invite = storage::invites::insert(conn, self.workspace, &new, self.now)?;
        self.record(conn, Action::InviteCreated, &invite.id)?;
        self.mail(conn, &invite)?;
        Ok(invite)
    }

    fn renew(&self, conn: &mut AnyConnection, id: InviteId, role: Option<Role>) -> Result<Invite, ApiError> {
        let renewal = Renewal {
            role,
            invited_by: self.who.user(),
            valid_until: self.now.plus(Invite::VALID_FOR),
        };
        let renewed = storage::invites::renew(conn, self.workspace, id, &renewal, self.now)?;
        let invite = renewed.ok_or(ApiError::NotFound("invitation"))?;
        self.record(conn, Action::InviteResent, &invite.id)?;
        self.mail(conn, &invite)?;
        Ok(invite)
    }
}

/// Why nothing was done. What a constraint means depends on what was to be done: it is said after the transaction.
enum Undone {
    Storage(Error),
    Refused(ApiError),
}

impl From<Error> for Undone {
    fn from(error: Error) -> Self {
        Self::Storage(error)
    }
}

impl From<ApiError> for Undone {
    fn from(error: ApiError) -> Self {
        Self::Refused(error)
    }
}

/// The databases say who was there before, or came at the same time.
fn refuse_second(undone: Undone) -> ApiError {
    match undone {
        Undone::Refused(error) => error,
        Undone::Storage(Error::Conflict(Constraint::Member)) => {
            ApiError::field("email", "is a member of the workspace already")
        }
        Undone::Storage(Error::Conflict(Constraint::PendingInvite)) => ApiError::field("email", INVITED),
        // The workspace was deleted meanwhile.
        Undone::Storage(Error::MissingReference) => ApiError::NotFound("workspace"),
        Undone::Storage(error) => error.into(),
    }
}

/// The invitations of a workspace, newest first.
pub async fn list(
    state: &AppState,
    who: &Requester,
    workspace: WorkspaceId,
) -> Result<Vec<Invite>, ApiError> {
    who.may_in(workspace, "workspace")?;
    let scope = who.scope().clone();
    state
        .db
        .read_one(move |conn| Ok(storage::invites::list(conn, &scope, workspace)?))
        .await
}

/// Sends an invitation again: with a new validity and a new link, the only one that is good from then on.
pub async fn resend(
    state: &AppState,
    who: &Requester,
    workspace: WorkspaceId,
    id: InviteId,
) -> Result<Invite, ApiError> {
    let work = Work::begin(state, who, workspace)?;
    let renew = move |conn: &mut AnyConnection| work.renew(conn, id, None);
    let invite = state.db.write(renew).await?;
    state.wake.ring();
    Ok(invite)
}

/// The link of an invitation that was not accepted. Whoever has it can accept, so that it takes who may invite.
pub async fn link(
    state: &AppState,
    who: &Requester,
    workspace: WorkspaceId,
    id: InviteId,
) -> Result<(Url, Invite), ApiError> {
    who.may_in(workspace, "workspace")?;
    who.role_allows(Ability::WorkspaceUsersWrite, workspace, "workspace")?;
    let scope = who.scope().clone();
    let found = state
        .db
        .read_one(move |conn| storage::invites::find(conn, &scope, workspace, id))
        .await?;
    let invite = found
        .filter(|invite| invite.accepted_at.is_none())
        .ok_or(ApiError::NotFound("invitation"))?;
    Ok((state.invite_links.link(invite.id, invite.generation), invite))
}

/// Takes an invitation back.
pub async fn cancel(
    state: &AppState,
    who: &Requester,
    workspace: WorkspaceId,
    id: InviteId,
) -> Result<(), ApiError> {
    let work = Work::begin(state, who, workspace)?;
    state
        .db
        .write(move |conn| {
            if !storage::invites::cancel(conn, workspace, id)? {
                return Err(ApiError::NotFound("invitation"));
            }
            work.record(conn, Action::InviteCancelled, &id)?;
            Ok(())
        })
        .await
}
