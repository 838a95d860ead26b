//! Who belongs to a workspace, as what.

use domain::access::Scope;
use domain::event::Action;
use domain::id::{UserId, WorkspaceId};
use domain::role::Role;
use domain::time::Timestamp;
use domain::user::User;
use storage::AnyConnection;
use storage::members::Change;

use super::audit::record;
use crate::error::ApiError;
use crate::extract::Requester;
use crate::state::AppState;

/// The members of a workspace with their roles.
pub async fn list(
    state: &AppState,
    who: &Requester,
    workspace: WorkspaceId,
) -> Result<Vec<(User, Role)>, ApiError> {
    who.may_in(workspace, "workspace")?;
    let scope = who.scope().clone();
    state
        .db
        .read_one(move |conn| Ok(storage::members::list(conn, &scope, workspace)?))
        .await
}

/// Ends the membership of another.
pub async fn remove(
    state: &AppState,
    who: &Requester,
    workspace: WorkspaceId,
    user: UserId,
) -> Result<(), ApiError> {
    who.may_in(workspace, "workspace")?;
    if user == who.user() {
        return Err(own_id());
    }
    let (who, now) = (who.clone(), state.now());
    state
        .db
        .write(move |conn| {
            hold_as_admin(conn, &who, workspace)?;
            let change = storage::members::remove(conn, workspace, user)?;
            done(change, "member")?;
            note(conn, &who, workspace, Action::MemberRemoved, user, now)
        })
        .await?;
    state.callers.forget_all();
    Ok(())
}

/// Said where somebody would remove themselves.
pub fn own_id() -> ApiError {
    ApiError::field("userId", "is your own id: leave the workspace instead")
}

/// Gives a member another role.
pub async fn set_role(
    state: &AppState,
    who: &Requester,
    workspace: WorkspaceId,
    user: UserId,
    role: Role,
) -> Result<(), ApiError> {
    who.may_in(workspace, "workspace")?;
    let (who, now) = (who.clone(), state.now());
    state
        .db
        .write(move |conn| {
            hold_as_admin(conn, &who, workspace)?;
            let change = storage::members::set_role(conn, workspace, user, role)?;
            if done(change, "member")? == role {
                return Ok(());
            }
            note(conn, &who, workspace, Action::MemberRoleChanged, user, now)
        })
        .await?;
    state.callers.forget_all();
    Ok(())
}

/// Ends the caller's own membership: whatever the role, nobody has to stay.
pub async fn leave(state: &AppState, who: &Requester, workspace: WorkspaceId) -> Result<(), ApiError> {
    if !who.scope().sees(workspace) {
        return Err(ApiError::NotFound("workspace"));
    }
    let (who, now) = (who.clone(), state.now());
    state
        .db
        .write(move |conn| {
            let change = storage::members::remove(conn, workspace, who.user())?;
            done(change, "workspace")?;
            note(conn, &who, workspace, Action::MemberLeft, who.user(), now)
        })
        .await?;
    state.callers.forget_all();
    Ok(())
}

/// Holds the admins of a workspace until the transaction ends, where the caller is one of them still: what cannot be
/// undone is not done by one who was an admin a moment ago.
pub(super) fn hold_as_admin(
    conn: &mut AnyConnection,
    who: &Requester,
    workspace: WorkspaceId,
) -> Result<(), ApiError> {
    let admins = storage::members::hold_admins(conn, workspace)?;
    if admins.contains(&who.user()) {
        return Ok(());
    }
    let role = storage::members::role_of(conn, &Scope::of_job(workspace), workspace, who.user())?;
    Err(match role {
        Some(role) => ApiError::AdminsOnly { role },
        None => ApiError::NotFound("workspace"),
    })
}

/// The role before, where the change was made.
fn done(change: Change, what: &'static str) -> Result<Role, ApiError> {
    match change {
        Change::Done { before } => Ok(before),
        Change::NoMember => Err(ApiError::NotFound(what)),
        Change::LastAdmin => Err(ApiError::LastAdmin),
    }
}

fn note(
    conn: &mut AnyConnection,
    who: &Requester,
    workspace: WorkspaceId,
    action: Action,
    user: UserId,
    now: Timestamp,
) -> Result<(), ApiError> {
    Ok(record(conn, who, Some(workspace), action, &user, now)?)
}
