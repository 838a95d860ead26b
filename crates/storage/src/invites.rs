//! Invitations of addresses to workspaces.
//!
//! An invitation that was accepted stays, so that the list shows it; one that was taken back is gone. Of those that
//! wait, expired ones included, there is one an address in a workspace.

use diesel::prelude::*;
use domain::access::Scope;
use domain::id::{InviteId, UserId, WorkspaceId};
use domain::invite::Invite;
use domain::role::Role;
use domain::time::Timestamp;
use domain::user::Email;

use crate::columns::{CountCol, EnumCol, TextCol, TimeCol};
use crate::connection::{AnyConnection, MultiBackend};
use crate::error::Error;
use crate::schema::{invites, workspaces};

/// More than any list shows: a list is never without a limit.
const LIST_LIMIT: i64 = 1000;

/// An invitation to be made.
#[derive(Debug, Clone)]
pub struct NewInvite {
    /// Who is invited.
    pub email: Email,
    /// As what.
    pub role: Role,
    /// The member who asks.
    pub invited_by: UserId,
    /// Until when it can be accepted.
    pub valid_until: Timestamp,
}

/// What is different of an invitation that is sent again.
#[derive(Debug, Clone)]
pub struct Renewal {
    /// Another role; none to leave it.
    pub role: Option<Role>,
    /// The member who asks now.
    pub invited_by: UserId,
    /// Until when it can be accepted.
    pub valid_until: Timestamp,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = invites, check_for_backend(MultiBackend))]
struct InviteRow {
    id: i64,
    workspace_id: i64,
    email: TextCol<Email>,
    role: EnumCol<Role>,
    generation: CountCol<u32>,
    invited_by: Option<i64>,
    valid_until: TimeCol,
    accepted_at: Option<TimeCol>,
    created_at: TimeCol,
    updated_at: TimeCol,
}

impl From<InviteRow> for Invite {
    fn from(row: InviteRow) -> Self {
        let InviteRow {
            id,
            workspace_id,
            email,
            role,
            generation,
            invited_by,
            valid_until,
            accepted_at,
            created_at,
            updated_at,
        } = row;
        Self {
            id: InviteId(id),
            workspace_id: WorkspaceId(workspace_id),
            email: email.0,
            role: role.0,
            generation: generation.0,
            invited_by: invited_by.map(UserId),
            valid_until: valid_until.0,
            accepted_at: accepted_at.map(|time| time.0),
            created_at: created_at.0,
            updated_at: updated_at.0,
        }
    }
}

/// Makes an invitation. An address that waits for one is a conflict.
pub fn insert(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    new: &NewInvite,
    now: Timestamp,
) -> Result<Invite, Error> {
    let row: InviteRow = diesel::insert_into(invites::table)
        .values((
            invites::workspace_id.eq(workspace.0),
            invites::email.eq(new.email.as_str()),
            invites::role.eq(EnumCol(new.role)),
            invites::generation.eq(CountCol(1_u32)),
            invites::invited_by.eq(new.invited_by.0),
            invites::valid_until.eq(TimeCol(new.valid_until)),
            invites::created_at.eq(TimeCol(now)),
            invites::updated_at.eq(TimeCol(now)),
        ))
        .returning(invites::all_columns)
        .get_result(conn)?;
    Ok(row.into())
}

/// The invitations of one of the caller's workspaces, newest first.
pub fn list(conn: &mut AnyConnection, scope: &Scope, workspace: WorkspaceId) -> Result<Vec<Invite>, Error> {
    if !scope.sees(workspace) {
        return Ok(Vec::new());
    }
    let rows: Vec<InviteRow> = invites::table
        .filter(invites::workspace_id.eq(workspace.0))
        .order((invites::created_at.desc(), invites::id.desc()))
        .limit(LIST_LIMIT)
        .select(InviteRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Invite::from).collect())
}

/// An invitation to one of the caller's workspaces.
pub fn find(
    conn: &mut AnyConnection,
    scope: &Scope,
    workspace: WorkspaceId,
    id: InviteId,
) -> Result<Option<Invite>, Error> {
    if !scope.sees(workspace) {
        return Ok(None);
    }
    let row: Option<InviteRow> = invites::table
        .find(id.0)
        .filter(invites::workspace_id.eq(workspace.0))
        .select(InviteRow::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(Invite::from))
}

/// The invitation that a link leads to, whoever's it is: the link is the permission. Nothing where it was taken back, or
/// sent again since.
pub fn find_by_link(
    conn: &mut AnyConnection,
    id: InviteId,
    generation: u32,
) -> Result<Option<Invite>, Error> {
    let row: Option<InviteRow> = invites::table
        .find(id.0)
        .filter(invites::generation.eq(CountCol(generation)))
        .select(InviteRow::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(Invite::from))
}

/// An invitation of the workspace, held until the transaction ends: nobody changes it meanwhile. The workspace is held
/// first, in the order in which it is deleted.
pub fn hold(conn: &mut AnyConnection, workspace: WorkspaceId, id: InviteId) -> Result<Option<Invite>, Error> {
    if !hold_workspace(conn, workspace)? || !lock(conn, workspace, id)? {
        return Ok(None);
    }
    find(conn, &Scope::of_job(workspace), workspace, id)
}

/// The invitation that an address waits for, expired or not, held until the transaction ends.
pub fn hold_waiting(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    email: &Email,
) -> Result<Option<Invite>, Error> {
    let id: Option<i64> = invites::table
        .filter(invites::workspace_id.eq(workspace.0))
        .filter(invites::email.eq(email.as_str()))
        .filter(invites::accepted_at.is_null())
        .select(invites::id)
        .first(conn)
        .optional()?;
    let held = id.map(|id| hold(conn, workspace, InviteId(id))).transpose()?;
    Ok(held.flatten().filter(|invite| invite.accepted_at.is_none()))
}

/// Gives the invitation another validity and another link. Nothing where it was accepted, or is not there.
pub fn renew(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    id: InviteId,
    renewal: &Renewal,
    now: Timestamp,
) -> Result<Option<Invite>, Error> {
    let row: Option<InviteRow> = diesel::update(waiting(workspace, id))
        .set((
            invites::generation.eq(invites::generation + 1),
            renewal.role.map(|role| invites::role.eq(EnumCol(role))),
            invites::invited_by.eq(renewal.invited_by.0),
            invites::valid_until.eq(TimeCol(renewal.valid_until)),
            invites::updated_at.eq(TimeCol(now)),
        ))
        .returning(invites::all_columns)
        .get_result(conn)
        .optional()?;
    Ok(row.map(Invite::from))
}

/// Marks the invitation as accepted. False where it was accepted before, or is not there.
pub fn accept(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    id: InviteId,
    now: Timestamp,
) -> Result<bool, Error> {
    let accepted = diesel::update(waiting(workspace, id))
        .set((
            invites::accepted_at.eq(TimeCol(now)),
            invites::updated_at.eq(TimeCol(now)),
        ))
        .execute(conn)?;
    Ok(accepted > 0)
}

/// Takes the invitation back. False where it was accepted, or is not there.
pub fn cancel(conn: &mut AnyConnection, workspace: WorkspaceId, id: InviteId) -> Result<bool, Error> {
    let cancelled = diesel::delete(waiting(workspace, id)).execute(conn)?;
    Ok(cancelled > 0)
}

/// The invitation, as long as it was not accepted.
#[diesel::dsl::auto_type]
fn waiting(workspace: WorkspaceId, id: InviteId) -> _ {
    let id: i64 = id.0;
    let workspace: i64 = workspace.0;
    invites::table
        .filter(invites::id.eq(id))
        .filter(invites::workspace_id.eq(workspace))
        .filter(invites::accepted_at.is_null())
}

/// Keeps the workspace from being deleted until the transaction ends. False where it is gone.
fn hold_workspace(conn: &mut AnyConnection, workspace: WorkspaceId) -> Result<bool, Error> {
    let row = workspaces::table.find(workspace.0).select(workspaces::id);
    let found: Option<i64> = match conn {
        AnyConnection::Postgres(inner) => row.for_key_share().first(inner).optional()?,
        // The transaction holds the whole file.
        AnyConnection::Sqlite(inner) => row.first(inner).optional()?,
    };
    Ok(found.is_some())
}

/// Holds the row until the transaction ends. False where the workspace has no such invitation.
fn lock(conn: &mut AnyConnection, workspace: WorkspaceId, id: InviteId) -> Result<bool, Error> {
    let row = invites::table
        .find(id.0)
        .filter(invites::workspace_id.eq(workspace.0))
        .select(invites::id);
    let found: Option<i64> = match conn {
        AnyConnection::Postgres(inner) => row.for_update().first(inner).optional()?,
        AnyConnection::Sqlite(inner) => row.first(inner).optional()?,
    };
    Ok(found.is_some())
}
