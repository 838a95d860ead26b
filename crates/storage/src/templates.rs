//! Templates and the versions of their schemas.

mod delete;
mod list;

use std::time::Duration;

use diesel::prelude::*;
use domain::access::Scope;
use domain::id::{TemplateId, TemplateKind, TemplateVersionId, TemplateVersionKind, UserId, WorkspaceId};
use domain::json::JsonText;
use domain::name::Name;
use domain::template::{Template, TemplateVersion};
use domain::time::Timestamp;
use serde_json::Value;

use crate::columns::{IdCol, JsonCol, TimeCol, folded};
use crate::connection::{AnyConnection, MultiBackend};
use crate::error::Error;
use crate::schema::{template_versions, templates};
use crate::scope;

pub use self::delete::delete;
pub use self::list::list;

/// A template to be made.
#[derive(Debug, Clone)]
pub struct NewTemplate {
    /// Its name.
    pub name: Name,
    /// What it is for.
    pub description: Option<String>,
    /// Its schema, found good.
    pub schema_json: JsonText,
    /// Settings, an object.
    pub settings: Value,
    /// Who makes it.
    pub created_by: UserId,
}

/// What is to change; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct TemplateChange {
    /// A new name.
    pub name: Option<Name>,
    /// A new description; none to take it away.
    pub description: Option<Option<String>>,
    /// A new schema, found good.
    pub schema_json: Option<JsonText>,
    /// New settings.
    pub settings: Option<Value>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = templates, check_for_backend(MultiBackend))]
struct TemplateRow {
    id: IdCol<TemplateKind>,
    workspace_id: i64,
    name: String,
    description: Option<String>,
    settings: JsonCol<Value>,
    created_at: TimeCol,
    updated_at: TimeCol,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = template_versions, check_for_backend(MultiBackend))]
struct VersionRow {
    id: IdCol<TemplateVersionKind>,
    template_id: IdCol<TemplateKind>,
    number: i64,
    schema_json: JsonCol<Value>,
    created_by: i64,
    created_at: TimeCol,
}

/// What a template shows of its newest version.
#[derive(Queryable, Selectable)]
#[diesel(table_name = template_versions, check_for_backend(MultiBackend))]
struct NewestRow {
    id: IdCol<TemplateVersionKind>,
    schema_json: JsonCol<JsonText>,
}

fn template_of((row, version): (TemplateRow, NewestRow)) -> Template {
    let TemplateRow {
        id,
        workspace_id,
        name,
        description,
        settings,
        created_at,
        updated_at,
    } = row;
    Template {
        id: id.0,
        name,
        description,
        schema_json: version.schema_json.0,
        settings: settings.0,
        workspace_id: WorkspaceId(workspace_id),
        created_at: created_at.0,
        updated_at: updated_at.0,
        version_id: version.id.0,
    }
}

impl From<VersionRow> for TemplateVersion {
    fn from(row: VersionRow) -> Self {
        let VersionRow {
            id,
            template_id,
            number,
            schema_json,
            created_by,
            created_at,
        } = row;
        Self {
            id: id.0,
            template_id: template_id.0,
            number,
            schema_json: schema_json.0,
            created_by: UserId(created_by),
            created_at: created_at.0,
        }
    }
}

/// Makes a template with the first version of its schema.
pub fn insert(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    new: NewTemplate,
    now: Timestamp,
) -> Result<Template, Error> {
    let id = TemplateId::generate();
    let number = 1;
    diesel::insert_into(templates::table)
        .values((
            templates::id.eq(IdCol(id)),
            templates::workspace_id.eq(workspace.0),
            templates::name.eq(new.name.as_str()),
            templates::name_folded.eq(folded(new.name.as_str())),
            templates::description.eq(new.description.as_deref()),
            templates::settings.eq(JsonCol(new.settings.clone())),
            templates::version_number.eq(number),
            templates::created_at.eq(TimeCol(now)),
            templates::updated_at.eq(TimeCol(now)),
        ))
        .execute(conn)?;
    let version_id = insert_version(conn, workspace, id, number, &new.schema_json, new.created_by, now)?;
    Ok(Template {
        id,
        name: new.name.into(),
        description: new.description,
        schema_json: new.schema_json,
        settings: new.settings,
        workspace_id: workspace,
        created_at: now,
        updated_at: now,
        version_id,
    })
}

fn insert_version(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    template: TemplateId,
    number: i64,
    schema_json: &JsonText,
    created_by: UserId,
    now: Timestamp,
) -> Result<TemplateVersionId, Error> {
    let id = TemplateVersionId::generate();
    diesel::insert_into(template_versions::table)
        .values((
            template_versions::id.eq(IdCol(id)),
            template_versions::workspace_id.eq(workspace.0),
            template_versions::template_id.eq(IdCol(template)),
            template_versions::number.eq(number),
            template_versions::schema_json.eq(JsonCol(schema_json.clone())),
            template_versions::created_by.eq(created_by.0),
            template_versions::created_at.eq(TimeCol(now)),
        ))
        .execute(conn)?;
    Ok(id)
}

/// One of the caller's templates with its newest schema.
pub fn find(conn: &mut AnyConnection, scope: &Scope, id: TemplateId) -> Result<Option<Template>, Error> {
    let rows: Option<(TemplateRow, NewestRow)> = templates::table
        .inner_join(template_versions::table)
        .filter(templates::id.eq(IdCol(id)))
        .filter(scope::within(templates::workspace_id, scope))
        .filter(template_versions::number.eq(templates::version_number))
        .select((TemplateRow::as_select(), NewestRow::as_select()))
        .first(conn)
        .optional()?;
    Ok(rows.map(template_of))
}

/// A template of the workspace, held until the transaction ends: nobody changes or deletes it meanwhile.
pub fn hold(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    id: TemplateId,
) -> Result<Option<Template>, Error> {
    if !lock(conn, workspace, id)? {
        return Ok(None);
    }
    find(conn, &Scope::of_job(workspace), id)
}

/// Changes a template. A schema that differs from the newest one, be it in the order of its keys, becomes a new
/// version; versions themselves never change. Nothing where the workspace has no such template.
pub fn update(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    id: TemplateId,
    change: TemplateChange,
    author: UserId,
    now: Timestamp,
) -> Result<Option<Template>, Error> {
    let Some(before) = hold(conn, workspace, id)? else {
        return Ok(None);
    };
    let now = later(now, before.updated_at);
    let mut after = before.clone();
    if let Some(name) = &change.name {
        name.as_str().clone_into(&mut after.name);
    }
    if let Some(description) = change.description {
        after.description = description;
    }
    if let Some(settings) = change.settings {
        after.settings = settings;
    }
    if let Some(schema) = change.schema_json
        // Equality of values would not see the order of keys, which is the order of the fields.
        && schema != before.schema_json
    {
        let number = next_version(conn, id)?;
        after.version_id = insert_version(conn, workspace, id, number, &schema, author, now)?;
        after.schema_json = schema;
        set_version(conn, id, number)?;
    }
    after.updated_at = now;
    let folded_name = change.name.as_ref().map(|name| folded(name.as_str()));
    diesel::update(templates::table.find(IdCol(id)))
        .set((
            templates::name.eq(&after.name),
            folded_name.map(|folded| templates::name_folded.eq(folded)),
            templates::description.eq(after.description.as_deref()),
            templates::settings.eq(JsonCol(after.settings.clone())),
            templates::updated_at.eq(TimeCol(now)),
        ))
        .execute(conn)?;
    Ok(Some(after))
}

/// A version of one of the caller's templates.
pub fn find_version(
    conn: &mut AnyConnection,
    scope: &Scope,
    id: TemplateVersionId,
) -> Result<Option<TemplateVersion>, Error> {
    let row: Option<VersionRow> = template_versions::table
        .filter(template_versions::id.eq(IdCol(id)))
        .filter(scope::within(template_versions::workspace_id, scope))
        .select(VersionRow::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(TemplateVersion::from))
}

fn next_version(conn: &mut AnyConnection, id: TemplateId) -> Result<i64, Error> {
    let newest: i64 = templates::table
        .find(IdCol(id))
        .select(templates::version_number)
        .first(conn)?;
    Ok(newest + 1)
}

fn set_version(conn: &mut AnyConnection, id: TemplateId, number: i64) -> Result<(), Error> {
    diesel::update(templates::table.find(IdCol(id)))
        .set(templates::version_number.eq(number))
        .execute(conn)?;
    Ok(())
}

/// The time of a change: later than that of the change before, in order that no two states of a template look alike.
fn later(now: Timestamp, before: Timestamp) -> Timestamp {
    now.max(before.plus(Duration::from_micros(1)))
}

/// Holds the row until the transaction ends, so that versions are counted one after the other. False where the
/// workspace has no such template.
fn lock(conn: &mut AnyConnection, workspace: WorkspaceId, id: TemplateId) -> Result<bool, Error> {
    let row = templates::table
        .filter(templates::id.eq(IdCol(id)))
        .filter(templates::workspace_id.eq(workspace.0))
        .select(templates::version_number);
    let found: Option<i64> = match conn {
        AnyConnection::Postgres(inner) => row.for_update().first(inner).optional()?,
        // The transaction holds the whole file.
        AnyConnection::Sqlite(inner) => row.first(inner).optional()?,
    };
    Ok(found.is_some())
}
