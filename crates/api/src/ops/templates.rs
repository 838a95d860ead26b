//! Templates.

use domain::event::Action;
use domain::id::{TemplateId, WorkspaceId};
use domain::name::Name;
use domain::pagination::{Page, PageRequest, Sort};
use domain::parsing::ParseConfig;
use domain::schema::CompiledSchema;
use domain::template::Template;
use serde::Deserialize;
use serde_json::Value;

use super::audit::record;
use crate::error::{ApiError, FieldErrors};
use crate::extract::{Patch, Requester};
use crate::state::AppState;

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

/// What a template is for, in words.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Description(String);

/// The text is too long for a description.
#[derive(Debug, thiserror::Error)]
#[error("must be at most {max} characters", max = Description::MAX_CHARS)]
pub struct DescriptionError;

impl Description {
    const MAX_CHARS: usize = 10_000;
}

impl TryFrom<String> for Description {
    type Error = DescriptionError;

    fn try_from(text: String) -> Result<Self, DescriptionError> {
        if text.chars().count() > Self::MAX_CHARS {
            return Err(DescriptionError);
        }
        Ok(Self(text))
    }
}

/// A schema, and the member of the request that held it.
#[derive(Debug, Clone, PartialEq)]
pub struct SentSchema {
    /// `schema_json`, or the older `schema`: mistakes are named below it.
    member: &'static str,
    value: Value,
}

impl SentSchema {
    /// Of the two names the newer one wins.
    pub fn choose(schema_json: Option<Value>, schema: Option<Value>) -> Option<Self> {
        let newer = schema_json.map(|value| Self {
            member: "schema_json",
            value,
        });
        newer.or_else(|| {
            schema.map(|value| Self {
                member: "schema",
                value,
            })
        })
    }

    /// Every mistake is one entry at its path.
    fn check(&self, errors: &mut FieldErrors) {
        let Err(mistakes) = CompiledSchema::compile(&self.value) else {
            return;
        };
        for mistake in mistakes {
            let path = if mistake.path.is_empty() {
                self.member.to_owned()
            } else {
                format!("{}.{}", self.member, mistake.path)
            };
            errors.add(path, mistake.message);
        }
    }
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
                schema_json: schema.value,
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

/// Changes a template.
pub async fn update(
    state: &AppState,
    who: &Requester,
    id: TemplateId,
    changes: TemplateChanges,
) -> Result<Template, ApiError> {
    let workspace = get(state, who, id).await?.workspace_id;
    who.may_in(workspace, "template")?;
    let mut errors = FieldErrors::default();
    if let Some(schema) = &changes.schema {
        schema.check(&mut errors);
    }
    check_settings(changes.settings.as_ref(), &state.parse, &mut errors);
    errors.into_result()?;
    let (who, now) = (who.clone(), state.now());
    let updated = state
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
                schema_json: schema.map(|schema| schema.value),
                settings,
            };
            let updated = storage::templates::update(conn, workspace, id, change, who.user(), now)?;
            if updated.is_some() {
                record(conn, &who, Some(workspace), Action::TemplateUpdated, &id, now)?;
            }
            Ok::<_, ApiError>(updated)
        })
        .await?;
    updated.ok_or(ApiError::NotFound("template"))
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

/// Settings are an object; `settings.parsing` holds what parsing can use.
fn check_settings(settings: Option<&Value>, defaults: &ParseConfig, errors: &mut FieldErrors) {
    let Some(settings) = settings else {
        return;
    };
    if !settings.is_object() {
        errors.add("settings", "must be an object");
        return;
    }
    let Some(parsing) = settings.get("parsing") else {
        return;
    };
    if !parsing.is_object() {
        errors.add("settings.parsing", "must be an object");
        return;
    }
    if let Err(mistake) = defaults.clone().overlaid(parsing) {
        errors.add(format!("settings.parsing.{}", mistake.key), mistake.message);
    }
}

fn empty_object() -> Value {
    Value::Object(serde_json::Map::new())
}
