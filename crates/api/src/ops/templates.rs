//! Templates.

mod sent;

use domain::event::Action;
use domain::id::{TemplateId, WorkspaceId};
use domain::name::Name;
use domain::pagination::{Page, PageRequest, Sort};
use domain::template::Template;
use serde_json::Value;
use storage::AnyConnection;

use super::audit::record;
use crate::error::{ApiError, FieldErrors};
use crate::extract::{IfMatch, Patch, Requester};
use crate::state::AppState;

use sent::check_settings;
pub use sent::{Description, SentSchema};

/// What the name of a copy ends with, where it is given none.
const COPY: &str = " (Copy)";

/// A template to be made.
#[derive(Debug)]
pub struct NewTemplate {
    /// Its name.
    pub name: Name,
    /// What it is for.
    pub description: Option<Description>,
    /// The workspace it shall belong to; none where the caller has only one.
    pub workspace: Option<WorkspaceId>,
    /// What to extract.
    pub schema: Option<SentSchema>,
    /// Settings.
    pub settings: Option<Value>,
}

/// What is to be different; none for what stays.
#[derive(Debug)]
pub struct TemplateChanges {
    /// Its name.
    pub name: Option<Name>,
    /// What it is for.
    pub description: Patch<Description>,
    /// What to extract.
    pub schema: Option<SentSchema>,
    /// Settings.
    pub settings: Option<Value>,
}

/// One page of a workspace's templates.
pub async fn list(
    state: &AppState,
    who: &Requester,
    workspace: WorkspaceId,
    name: Option<String>,
    sort: Sort,
    page: PageRequest,
) -> Result<Page<Template>, ApiError> {
    who.may_in(workspace, "workspace")?;
    let scope = who.scope().clone();
    state
        .db
        .read(move |conn| {
            let name = name.as_deref();
            Ok(storage::templates::list(
                conn, &scope, workspace, name, sort, page,
            )?)
        })
        .await
}

/// A template of the caller's.
pub async fn get(state: &AppState, who: &Requester, id: TemplateId) -> Result<Template, ApiError> {
    let scope = who.scope().clone();
    let found = state
        .db
        .read_one(move |conn| storage::templates::find(conn, &scope, id))
        .await?;
    found.ok_or(ApiError::NotFound("template"))
}

/// Checks a template as a whole and makes it.
pub async fn create(state: &AppState, who: &Requester, new: NewTemplate) -> Result<Template, ApiError> {
    let NewTemplate {
        name,
        description,
        workspace,
        schema,
        settings,
    } = new;
    let mut errors = FieldErrors::default();
    let workspace = choose_workspace(who, workspace, &mut errors);
    if let Some(workspace) = workspace.filter(|workspace| who.scope().sees(*workspace)) {
        who.may_in(workspace, "workspace")?;
    }
    match &schema {
        Some(schema) => schema.check(&mut errors),
        None => errors.add("schema_json", "is required"),
    }
    check_settings(settings.as_ref(), &state.parse, &mut errors);
    errors.into_result()?;
    let (Some(workspace), Some(schema)) = (workspace, schema) else {
        return Err(ApiError::internal(
            "a template passed its checks without workspace or schema",
        ));
    };
    let (who, now) = (who.clone(), state.now());
    state
        .db
        .write(move |conn| {
            let new = storage::templates::NewTemplate {
                name,
                description: description.map(|description| description.0),
                schema_json: schema.value.into(),
                settings: settings.unwrap_or_else(empty_object),
                created_by: who.user(),
            };
            let template = storage::templates::insert(conn, workspace, new, now)?;
            record(
                conn,
                &who,
                Some(workspace),
                Action::TemplateCreated,
                &template.id,
                now,
            )?;
            Ok(template)
        })
        .await
}

/// Changes a template, where it is still in a state that the caller names.
pub async fn update(
    state: &AppState,
    who: &Requester,
    id: TemplateId,
    expected: IfMatch,
    changes: TemplateChanges,
) -> Result<Template, ApiError> {
    let workspace = find_writable(state, who, id).await?;
    let mut errors = FieldErrors::default();
    if let Some(schema) = &changes.schema {
        schema.check(&mut errors);
    }
    check_settings(changes.settings.as_ref(), &state.parse, &mut errors);
    errors.into_result()?;
    let (who, now) = (who.clone(), state.now());
    state
        .db
        .write(move |conn| {
            let TemplateChanges {
                name,
                description,
                schema,
                settings,
            } = changes;
            let change = storage::templates::TemplateChange {
                name,
                description: description.map(|text| text.0).into_change(),
                schema_json: schema.map(|schema| schema.value.into()),
                settings,
            };
            hold_expected(conn, workspace, id, &expected)?;
            let updated = storage::templates::update(conn, workspace, id, change, who.user(), now)?;
            let updated = updated.ok_or(ApiError::NotFound("template"))?;
            record(conn, &who, Some(workspace), Action::TemplateUpdated, &id, now)?;
            Ok(updated)
        })
        .await
}

/// Deletes a template, where it is still in a state that the caller names, with its sessions and their results.
pub async fn delete(
    state: &AppState,
    who: &Requester,
    id: TemplateId,
    expected: IfMatch,
) -> Result<(), ApiError> {
    let workspace = find_writable(state, who, id).await?;
    let (who, now) = (who.clone(), state.now());
    state
        .db
        .write(move |conn| {
            if !storage::templates::delete(conn, workspace, id, |present| {
                expected.check(&present.revision())
            })? {
                return Err(ApiError::NotFound("template"));
            }
            record(conn, &who, Some(workspace), Action::TemplateDeleted, &id, now)?;
            Ok(())
        })
        .await
}

/// Makes a template like another one, in the same workspace.
pub async fn duplicate(
    state: &AppState,
    who: &Requester,
    id: TemplateId,
    name: Option<Name>,
) -> Result<Template, ApiError> {
    let (who, now) = (who.clone(), state.now());
    state
        .db
        .write(move |conn| {
            let original = storage::templates::find(conn, who.scope(), id)?;
            let original = original.ok_or(ApiError::NotFound("template"))?;
            let workspace = original.workspace_id;
            who.may_in(workspace, "template")?;
            let new = storage::templates::NewTemplate {
                name: name.unwrap_or_else(|| Name::of_copy(&original.name, COPY)),
                description: original.description,
                schema_json: original.schema_json,
                settings: original.settings,
                created_by: who.user(),
            };
            let copy = storage::templates::insert(conn, workspace, new, now)?;
            record(
                conn,
                &who,
                Some(workspace),
                Action::TemplateCreated,
                &copy.id,
                now,
            )?;
            Ok(copy)
        })
        .await
}

/// The workspace of a template that the caller may change.
async fn find_writable(state: &AppState, who: &Requester, id: TemplateId) -> Result<WorkspaceId, ApiError> {
    let workspace = get(state, who, id).await?.workspace_id;
    who.may_in(workspace, "template")?;
    Ok(workspace)
}

/// Holds the template until the transaction ends, where it is in a state that the caller names.
fn hold_expected(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    id: TemplateId,
    expected: &IfMatch,
) -> Result<(), ApiError> {
    let present = storage::templates::hold(conn, workspace, id)?;
    let present = present.ok_or(ApiError::NotFound("template"))?;
    expected.check(&present.revision())
}

/// The workspace that is meant. It may go unsaid by a caller who has only one.
fn choose_workspace(
    who: &Requester,
    said: Option<WorkspaceId>,
    errors: &mut FieldErrors,
) -> Option<WorkspaceId> {
    let own = who.scope().workspaces();
    let chosen = match (said, own.as_slice()) {
        (Some(said), _) => Some(said),
        (None, [only]) => Some(*only),
        (None, _) => None,
    };
    match chosen {
        None => errors.add("workspace_id", "is required"),
        Some(workspace) if !who.scope().sees(workspace) => {
            errors.add("workspace_id", "there is no such workspace");
        }
        Some(_) => {}
    }
    chosen
}

fn empty_object() -> Value {
    Value::Object(serde_json::Map::new())
}
