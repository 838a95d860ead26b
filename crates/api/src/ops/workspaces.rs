//! Workspaces.

use domain::event::Action;
use domain::id::WorkspaceId;
use domain::name::Name;
use domain::workspace::Workspace;
use serde::Deserialize;

use super::audit::record;
use super::members::hold_as_admin;
use crate::error::ApiError;
use crate::extract::{Patch, Requester};
use crate::state::AppState;

/// A workspace to be made.
#[derive(Debug)]
pub struct NewWorkspace {
    /// Its name.
    pub name: Name,
    /// A sign that stands for it.
    pub icon: Option<Icon>,
}

/// What is to be different; none for what stays.
#[derive(Debug)]
pub struct WorkspaceChanges {
    /// Its name.
    pub name: Option<Name>,
    /// A sign that stands for it.
    pub icon: Patch<Icon>,
}

/// An emoji, or a few characters.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Icon(String);

impl Icon {
    /// An emoji may be made of many code points.
    const MAX_CHARS: usize = 32;
}

/// The text is no icon.
#[derive(Debug, thiserror::Error)]
#[error("must be at most {max} characters without control characters", max = Icon::MAX_CHARS)]
pub struct IconError;

impl TryFrom<String> for Icon {
    type Error = IconError;

    fn try_from(text: String) -> Result<Self, IconError> {
        let fits = text.chars().count() <= Self::MAX_CHARS && !text.chars().any(char::is_control);
        if fits { Ok(Self(text)) } else { Err(IconError) }
    }
}

/// The caller's workspaces.
pub async fn list(state: &AppState, who: &Requester) -> Result<Vec<Workspace>, ApiError> {
    let scope = who.scope().clone();
    state
        .db
        .read_one(move |conn| Ok(storage::workspaces::list(conn, &scope)?))
        .await
}

/// Makes a workspace with the caller as its admin. A token that is confined to a workspace would not see it.
pub async fn create(state: &AppState, who: &Requester, new: NewWorkspace) -> Result<Workspace, ApiError> {
    if who.token_workspace().is_some() {
        return Err(ApiError::TokenConfined);
    }
    let (who, now) = (who.clone(), state.now());
    let workspace = state
        .db
        .write(move |conn| {
            let icon = new.icon.as_ref().map(|icon| icon.0.as_str());
            let settings = serde_json::json!({});
            let workspace = storage::workspaces::insert(conn, who.user(), &new.name, icon, settings, now)?;
            record(
                conn,
                &who,
                Some(workspace.id),
                Action::WorkspaceCreated,
                &workspace.id,
                now,
            )?;
            Ok::<_, ApiError>(workspace)
        })
        .await?;
    state.callers.forget_all();
    Ok(workspace)
}

/// One of the caller's workspaces.
pub async fn get(state: &AppState, who: &Requester, id: WorkspaceId) -> Result<Workspace, ApiError> {
    let scope = who.scope().clone();
    let found = state
        .db
        .read_one(move |conn| storage::workspaces::find(conn, &scope, id))
        .await?;
    found.ok_or(ApiError::NotFound("workspace"))
}

/// Changes a workspace.
pub async fn update(
    state: &AppState,
    who: &Requester,
    id: WorkspaceId,
    changes: WorkspaceChanges,
) -> Result<Workspace, ApiError> {
    who.may_in(id, "workspace")?;
    let (who, now) = (who.clone(), state.now());
    state
        .db
        .write(move |conn| {
            let WorkspaceChanges { name, icon } = changes;
            let change = storage::workspaces::WorkspaceChange {
                name,
                icon: icon.map(|icon| icon.0).into_change(),
            };
            let updated = storage::workspaces::update(conn, id, change, now)?;
            let updated = updated.ok_or(ApiError::NotFound("workspace"))?;
            record(conn, &who, Some(id), Action::WorkspaceUpdated, &id, now)?;
            Ok(updated)
        })
        .await
}

/// Deletes a workspace with everything in it.
pub async fn delete(state: &AppState, who: &Requester, id: WorkspaceId) -> Result<(), ApiError> {
    who.may_in(id, "workspace")?;
    let (who, now) = (who.clone(), state.now());
    state
        .db
        .write(move |conn| {
            hold_as_admin(conn, &who, id)?;
            if !storage::workspaces::delete(conn, id, now)? {
                return Err(ApiError::NotFound("workspace"));
            }
            record(conn, &who, Some(id), Action::WorkspaceDeleted, &id, now)?;
            Ok(())
        })
        .await?;
    state.callers.forget_all();
    Ok(())
}
