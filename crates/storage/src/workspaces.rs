//! Workspaces, the tenants.

mod delete;

use diesel::prelude::*;
use domain::access::Scope;
use domain::id::{UserId, WorkspaceId};
use domain::name::Name;
use domain::role::Role;
use domain::time::Timestamp;
use domain::workspace::Workspace;
use serde_json::Value;

use crate::columns::{JsonCol, TimeCol};
use crate::connection::{AnyConnection, MultiBackend};
use crate::error::Error;
use crate::members;
use crate::schema::workspaces;
use crate::scope;

pub use self::delete::delete;

/// What is to change; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct WorkspaceChange {
    /// A new name.
    pub name: Option<Name>,
    /// A new icon; none to take it away.
    pub icon: Option<Option<String>>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = workspaces, check_for_backend(MultiBackend))]
struct WorkspaceRow {
    id: i64,
    name: String,
    icon: Option<String>,
    settings: JsonCol<Value>,
    created_at: TimeCol,
    updated_at: TimeCol,
}

impl From<WorkspaceRow> for Workspace {
    fn from(row: WorkspaceRow) -> Self {
        let WorkspaceRow {
            id,
            name,
            icon,
            settings,
            created_at,
            updated_at,
        } = row;
        Self {
            id: WorkspaceId(id),
            name,
            icon,
            settings: settings.0,
            created_at: created_at.0,
            updated_at: updated_at.0,
        }
    }
}

/// Makes a workspace with its creator as admin.
pub fn insert(
    conn: &mut AnyConnection,
    creator: UserId,
    name: &Name,
    icon: Option<&str>,
    settings: Value,
    now: Timestamp,
) -> Result<Workspace, Error> {
    let row: WorkspaceRow = diesel::insert_into(workspaces::table)
        .values((
            workspaces::name.eq(name.as_str()),
            workspaces::icon.eq(icon),
            workspaces::settings.eq(JsonCol(settings)),
            workspaces::created_at.eq(TimeCol(now)),
            workspaces::updated_at.eq(TimeCol(now)),
        ))
        .returning((
            workspaces::id,
            workspaces::name,
            workspaces::icon,
            workspaces::settings,
            workspaces::created_at,
            workspaces::updated_at,
        ))
        .get_result(conn)?;
    let workspace = Workspace::from(row);
    members::insert(conn, workspace.id, creator, Role::Admin, now)?;
    Ok(workspace)
}

/// The caller's workspaces, oldest first.
pub fn list(conn: &mut AnyConnection, scope: &Scope) -> Result<Vec<Workspace>, Error> {
    let rows: Vec<WorkspaceRow> = workspaces::table
        .filter(scope::within(workspaces::id, scope))
        .order(workspaces::id)
        .select(WorkspaceRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Workspace::from).collect())
}

/// One of the caller's workspaces.
pub fn find(conn: &mut AnyConnection, scope: &Scope, id: WorkspaceId) -> Result<Option<Workspace>, Error> {
    if !scope.sees(id) {
        return Ok(None);
    }
    let row: Option<WorkspaceRow> = workspaces::table
        .find(id.0)
        .select(WorkspaceRow::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(Workspace::from))
}

/// Changes a workspace. Nothing where there is no such workspace.
pub fn update(
    conn: &mut AnyConnection,
    id: WorkspaceId,
    change: WorkspaceChange,
    now: Timestamp,
) -> Result<Option<Workspace>, Error> {
    let WorkspaceChange { name, icon } = change;
    let row: Option<WorkspaceRow> = diesel::update(workspaces::table.find(id.0))
        .set((
            name.map(|name| workspaces::name.eq(String::from(name))),
            icon.map(|icon| workspaces::icon.eq(icon)),
            workspaces::updated_at.eq(TimeCol(now)),
        ))
        .returning((
            workspaces::id,
            workspaces::name,
            workspaces::icon,
            workspaces::settings,
            workspaces::created_at,
            workspaces::updated_at,
        ))
        .get_result(conn)
        .optional()?;
    Ok(row.map(Workspace::from))
}
