//! Workspaces.

use domain::event::Action;
use domain::name::Name;
use domain::workspace::Workspace;
use serde::Deserialize;

use super::audit::record;
use crate::error::ApiError;
use crate::extract::Requester;
use crate::state::AppState;

/// A workspace to be made.
#[derive(Debug)]
pub struct NewWorkspace {
    /// Its name.
    pub name: Name,
    /// A sign that stands for it.
    pub icon: Option<Icon>,
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
