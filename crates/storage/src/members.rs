//! Who belongs to which workspace, as what.

use diesel::prelude::*;
use domain::access::Scope;
use domain::id::{UserId, WorkspaceId};
use domain::role::Role;
use domain::time::Timestamp;
use domain::user::User;

use crate::columns::{EnumCol, TimeCol};
use crate::connection::AnyConnection;
use crate::error::Error;
use crate::idempotency;
use crate::schema::{members, users};
use crate::users::UserRow;

/// Makes a user a member. Who is one already is a conflict.
pub fn insert(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    user: UserId,
    role: Role,
    now: Timestamp,
) -> Result<(), Error> {
    diesel::insert_into(members::table)
        .values((
            members::workspace_id.eq(workspace.0),
            members::user_id.eq(user.0),
            members::role.eq(EnumCol(role)),
            members::created_at.eq(TimeCol(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// The role of a user in one of the caller's workspaces.
pub fn role_of(
    conn: &mut AnyConnection,
    scope: &Scope,
    workspace: WorkspaceId,
    user: UserId,
) -> Result<Option<Role>, Error> {
    if !scope.sees(workspace) {
        return Ok(None);
    }
    let role: Option<EnumCol<Role>> = members::table
        .find((workspace.0, user.0))
        .select(members::role)
        .first(conn)
        .optional()?;
    Ok(role.map(|role| role.0))
}

/// Everything that a user sees: what a token of theirs sees that is confined to no workspace.
pub fn scope_of(conn: &mut AnyConnection, user: UserId) -> Result<Scope, Error> {
    let rows: Vec<(i64, EnumCol<Role>)> = members::table
        .filter(members::user_id.eq(user.0))
        .select((members::workspace_id, members::role))
        .load(conn)?;
    let memberships = rows
        .into_iter()
        .map(|(workspace, role)| (WorkspaceId(workspace), role.0))
        .collect();
    Ok(Scope::new(memberships))
}

/// The members of one of the caller's workspaces with their roles, by id.
pub fn list(
    conn: &mut AnyConnection,
    scope: &Scope,
    workspace: WorkspaceId,
) -> Result<Vec<(User, Role)>, Error> {
    if !scope.sees(workspace) {
        return Ok(Vec::new());
    }
    let rows: Vec<(UserRow, EnumCol<Role>)> = members::table
        .inner_join(users::table)
        .filter(members::workspace_id.eq(workspace.0))
        .order(members::user_id)
        .select((UserRow::as_select(), members::role))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(user, role)| (user.into(), role.0))
        .collect())
}

/// What became of an attempt to take a membership or a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is done.
    Done {
        /// The role before.
        before: Role,
    },
    /// The user is no member.
    NoMember,
    /// Nothing was done: the workspace would be left without an admin.
    LastAdmin,
}

/// The admins of a workspace, held until the transaction ends: of two that change members, the second sees what the
/// first did.
pub fn hold_admins(conn: &mut AnyConnection, workspace: WorkspaceId) -> Result<Vec<UserId>, Error> {
    let admins = || {
        members::table
            .filter(members::workspace_id.eq(workspace.0))
            .filter(members::role.eq(EnumCol(Role::Admin)))
            .order(members::user_id)
            .select(members::user_id)
    };
    if let AnyConnection::Postgres(inner) = conn {
        admins().for_update().load::<i64>(inner)?;
    }
    // Once more on PostgreSQL: whoever became an admin while the others were waited for is not among those held.
    let ids: Vec<i64> = admins().load(conn)?;
    Ok(ids.into_iter().map(UserId).collect())
}

/// Ends a membership, and forgets the answers that were kept for the user's requests.
pub fn remove(conn: &mut AnyConnection, workspace: WorkspaceId, user: UserId) -> Result<Change, Error> {
    let change = may_lose_admin(conn, workspace, user)?;
    if matches!(change, Change::Done { .. }) {
        diesel::delete(members::table.find((workspace.0, user.0))).execute(conn)?;
        idempotency::forget_of_user(conn, user)?;
    }
    Ok(change)
}

/// Gives a member another role. Where it allows less, the answers that were kept for the user's requests are forgotten.
pub fn set_role(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    user: UserId,
    role: Role,
) -> Result<Change, Error> {
    let change = match may_lose_admin(conn, workspace, user)? {
        Change::LastAdmin if role == Role::Admin => Change::Done { before: role },
        change => change,
    };
    let Change::Done { before } = change else {
        return Ok(change);
    };
    diesel::update(members::table.find((workspace.0, user.0)))
        .set(members::role.eq(EnumCol(role)))
        .execute(conn)?;
    if !role.covers(before) {
        idempotency::forget_of_user(conn, user)?;
    }
    Ok(change)
}

/// Whether another admin is left without this one.
fn may_lose_admin(conn: &mut AnyConnection, workspace: WorkspaceId, user: UserId) -> Result<Change, Error> {
    let admins = hold_admins(conn, workspace)?;
    let Some(before) = role_of(conn, &Scope::of_job(workspace), workspace, user)? else {
        return Ok(Change::NoMember);
    };
    let others = admins.iter().any(|admin| *admin != user);
    if before == Role::Admin && !others {
        return Ok(Change::LastAdmin);
    }
    Ok(Change::Done { before })
}
