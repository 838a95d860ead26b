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
